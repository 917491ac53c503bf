#!/usr/bin/env python3
"""Fill a register with made-up households, to measure it at the size of a province or the nation.

    python3 bench/register_seed.py --database postgres://vuon@127.0.0.1:5433/vuon --households 1000000
    python3 bench/register_seed.py --database sqlite:///tmp/register.db --households 400000 --province 11

In:  a register made by `vuon register init` with the list of areas loaded.
Out: an officer for each commune (`officer.03151`), somebody of each province (`province.11`), and the households, persons, memberships, residences and statuses of its communes, spread evenly; two hamlets each.
     They are written past the register, without entries of the ledger: what is measured is reading and working on a
     full register. Communes follow one another and ids grow with time (UUIDv7), as when lists are brought in.
     How long the register itself takes to bring lists in is measured apart (`vuon register import`).
All names are made up of common syllables; nobody is meant.
"""

import argparse
import itertools
import random
import sqlite3
import subprocess
import sys
import unicodedata
import uuid

SURNAMES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Lò Quàng Vàng Giàng Sùng Lường Cà Tòng".split()
MIDDLE = "Văn Thị Đức Minh Ngọc Thanh Quốc Hữu Xuân Thu Kim Bảo Gia Anh Hồng Mai Công Đình Quang Diệu".split()
GIVEN = """An Bình Chi Dũng Giang Hà Hải Hạnh Hiền Hoa Hòa Hùng Hương Khánh Lan Linh Long Mai Minh Nam Nga Ngân Ngọc Nhung
Oanh Phong Phúc Phương Quân Quyên Sơn Tâm Thảo Thắng Thu Thủy Trang Trung Tú Tuấn Vân Việt Vinh Xuân Yến Páo Dia Chư Sáng Pó""".split()
RELATIONS = ["head", "spouse", "child", "child", "parent", "child"]
SIZES = [1] * 6 + [2] * 14 + [3] * 24 + [4] * 32 + [5] * 15 + [6] * 9  # 3.63 persons on average

# Everybody's password, `a made-up sentence for measuring`, as Argon2id keeps it.
LISTS = ("poor", "near_poor")
PASSWORD = "$argon2id$v=19$m=19456,t=2,p=1$k6poRj9nD+rEAHNpCEIx8Q$wMXBVSTGhhbUf+yxBnJthUqfKbswFdG2em3vlgxjKgY"

TABLES = {
    "account": "id login name role area password must_change active created_at",
    "hamlet": "id commune district province name name_key since until",
    "household": "id code province district commune hamlet head name name_key persons status standard opened closed version",
    "person": "id household province commune place relation name name_key given_key sex born ethnic erased",
    "membership": "id person household relation cause valid_from known_from known_to",
    "residence": "id household code province district commune hamlet cause valid_from known_from known_to",
    "spell": "id household standard status list movement decision review_case valid_from known_from known_to",
}


def key(name):
    """The name as the register sorts and finds it: lower case, no marks."""
    letters = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def rows(communes, households, seed):
    """Every row, as (table, values)."""
    chance = random.Random(seed)
    ids = itertools.count()

    def new():
        """The next id, twenty in a millisecond, as the register makes them."""
        number = next(ids)
        counted = (1_700_000_000_000 + number // 20) << 80 | (number % 20) << 64
        return str(uuid.UUID(int=counted | 7 << 76 | 2 << 62 | chance.getrandbits(62)))

    known, since = 1_700_000_000_000_000, "2020-01-01"
    keys = {name: key(name) for name in {*SURNAMES, *MIDDLE, *GIVEN}}
    hamlets = {}
    for province in sorted({province for _, province, _ in communes}):
        login = f"province.{province.rpartition(':')[2]}"
        yield "account", (new(), login, "Cán bộ tỉnh mẫu", "province", province, PASSWORD, 0, 1, known)
    for commune, province, district in communes:
        hamlets[commune] = []
        login = f"officer.{commune.rpartition(':')[2]}"
        yield "account", (new(), login, "Cán bộ mẫu", "commune_officer", commune, PASSWORD, 0, 1, known)
        for name in ("Bản Một", "Bản Hai"):
            hamlets[commune].append(new())
            yield "hamlet", (hamlets[commune][-1], commune, district, province, name, key(name), since, None)
    for number in range(households):
        commune, province, district = communes[number * len(communes) // households]
        hamlet, household = chance.choice(hamlets[commune]), new()
        size, surname = chance.choice(SIZES), chance.choice(SURNAMES)
        status = chance.choices(["poor", "near_poor", "average", None], [5, 5, 20, 70])[0]
        head, members = None, []
        for place in range(size):
            person, middle, given = new(), chance.choice(MIDDLE), chance.choice(GIVEN)
            name = f"{surname} {middle} {given}"
            folded = f"{keys[surname]} {keys[middle]} {keys[given]}"
            turned = f"{keys[given]} {keys[surname]} {keys[middle]}"
            born = f"{chance.randint(1945, 1995) if place < 2 else chance.randint(1996, 2023)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"
            relation = RELATIONS[place]
            if place == 0:
                head = (person, name, folded)
            members.append(("person", (person, household, province, commune, place, relation, name, folded, turned,
                                       chance.choice(["female", "male"]), born, "kinh", 0)))
            members.append(("membership", (new(), person, household, relation, "added", since, known, None)))
        yield "household", (household, f"H{number:08}", province, district, commune, hamlet, *head, size, status,
                            status and "vn-2022-2026", since, None, 1)
        yield from members
        yield "residence", (new(), household, f"H{number:08}", province, district, commune, hamlet, "added", since, known, None)
        if status:
            yield "spell", (new(), household, "vn-2022-2026", status, status if status in LISTS else None, None, None, None, "2024-12-31",
                            known, None)


ORDER = ["account", "hamlet", "household", "person", "membership", "residence", "spell"]


def batches(communes, households, seed, size=20_000):
    """Rows gathered by table; a table's rows never come before what they refer to."""
    waiting = {table: [] for table in ORDER}
    for count, (table, values) in enumerate(rows(communes, households, seed), 1):
        waiting[table].append(values)
        if count % (size * 8) == 0:
            yield from ((table, waiting[table]) for table in ORDER if waiting[table])
            waiting = {table: [] for table in ORDER}
    yield from ((table, waiting[table]) for table in ORDER if waiting[table])


def chosen(query, province, most):
    """The communes, of one province or all; at most so many."""
    communes = query("SELECT id, province, district FROM area WHERE level = 'commune' ORDER BY id")
    communes = [(row[0], row[1], row[2] or None) for row in communes]
    if province:
        communes = [row for row in communes if row[1].endswith(f":{province}")]
    if not communes:
        sys.exit("no communes: load a list of areas first (vuon register areas load)")
    return communes[:most]


def into_sqlite(path, province, most, households, seed):
    database = sqlite3.connect(path)
    database.execute("PRAGMA synchronous = OFF")
    communes = chosen(lambda sql: database.execute(sql).fetchall(), province, most)
    for table, values in batches(communes, households, seed):
        columns = TABLES[table].split()
        marks = ", ".join("?" * len(columns))
        database.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values)
    database.commit()
    database.execute("ANALYZE")
    database.close()


def into_postgres(url, province, most, households, seed):
    def query(sql):
        found = subprocess.run(["psql", url, "-At", "-F", "\t", "-c", sql], check=True, capture_output=True, text=True)
        return [line.split("\t") for line in found.stdout.splitlines()]

    def line(values):
        return "\t".join(r"\N" if value is None else str(value) for value in values)

    communes = chosen(query, province, most)
    psql = subprocess.Popen(["psql", url, "-q", "-v", "ON_ERROR_STOP=1"], stdin=subprocess.PIPE, text=True)
    for table, values in batches(communes, households, seed):
        psql.stdin.write(f"COPY {table} ({', '.join(TABLES[table].split())}) FROM STDIN;\n")
        psql.stdin.write("".join(line(row) + "\n" for row in values) + "\\.\n")
    psql.stdin.write("VACUUM ANALYZE;\n")
    psql.stdin.close()
    if psql.wait():
        sys.exit("psql failed")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", required=True)
    parser.add_argument("--households", type=int, required=True)
    parser.add_argument("--province", help="the code of one province; all when absent")
    parser.add_argument("--communes", type=int, help="at most so many communes; all when absent")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.database.startswith("sqlite://"):
        into_sqlite(asked.database.removeprefix("sqlite://"), asked.province, asked.communes, asked.households, asked.seed)
    else:
        into_postgres(asked.database, asked.province, asked.communes, asked.households, asked.seed)


if __name__ == "__main__":
    main()

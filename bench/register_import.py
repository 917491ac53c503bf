#!/usr/bin/env python3
"""Bring last year's lists of many communes into an empty register, and tell how long that took.

    vuon register init --data-dir register --areas vn-2026-04-30
    python3 bench/register_import.py --vuon target/debug/vuon --data-dir register --households 100000

In:  an empty register; `--database` names another than the file in the folder.
Out: seconds for all lists (each one a `vuon register import … --apply` of its own: a file holds at most 200,000 rows),
     and how many persons were brought in. Making the files is not counted.
All names are made up of common syllables; nobody is meant.
"""

import argparse
import csv
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from register_seed import GIVEN, MIDDLE, SIZES, SURNAMES

HEADINGS = ["Mã hộ", "Họ và tên", "Quan hệ với chủ hộ", "Giới tính", "Năm sinh", "Dân tộc", "Thôn"]
RELATIONS = ["Chủ hộ", "Vợ", "Con", "Con", "Con", "Con"]


def lists(folder, communes, households, seed):
    """A file for each commune: its path, the commune, how many persons it names."""
    chance = random.Random(seed)
    number = 0
    for place, commune in enumerate(communes):
        persons = 0
        path = Path(folder) / f"{commune}.csv"
        with open(path, "w", newline="", encoding="utf-8") as file:
            write = csv.writer(file).writerow
            write(HEADINGS)
            for _ in range(households // len(communes) + (place < households % len(communes))):
                number += 1
                surname, hamlet = chance.choice(SURNAMES), f"Bản {chance.randint(1, 8)}"
                for member in range(chance.choice(SIZES)):
                    persons += 1
                    name = f"{surname} {chance.choice(MIDDLE)} {chance.choice(GIVEN)} {number} {member}"
                    born = chance.randint(1945, 1995) if member < 2 else chance.randint(1996, 2023)
                    sex = "Nữ" if member == 1 else chance.choice(["Nam", "Nữ"])
                    write([f"M{number}", name, RELATIONS[member], sex, born, "Kinh", hamlet])
        yield path, commune, persons


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vuon", required=True)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--database")
    parser.add_argument("--households", type=int, default=100_000)
    parser.add_argument("--communes", default="03127,03151,03158,03160,03162,03163,03164,03166,03169,03172,03175,03176",
                        help="their codes in the list in force")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        files = list(lists(folder, given.communes.split(","), given.households, given.seed))
        began = time.monotonic()
        for path, commune, _ in files:
            command = [given.vuon, "register", "import", path, "--data-dir", given.data_dir, "--commune", commune,
                       "--standard", "vn-2022-2026", "--on", "2025-12-31", "--apply"]
            if given.database:
                command += ["--database", given.database]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"{commune}: {done.stdout}{done.stderr}")
        took = time.monotonic() - began
    persons = sum(persons for _, _, persons in files)
    print(f"{given.households} households, {persons} persons, {len(files)} lists: {took:.1f} s")


if __name__ == "__main__":
    main()

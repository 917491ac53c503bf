#!/usr/bin/env python3
"""Compares two results, household by household: compare.py OURS.parquet POLARS.parquet. Exit code 1 on any difference.

Every column of the second file must be in the first and equal, unknowns included. The order of the rows is compared
too: both are sorted by household_id.
"""

import sys

import polars as pl


def main(ours: str, other: str) -> int:
    left, right = pl.scan_parquet(ours), pl.scan_parquet(other)
    columns = right.collect_schema().names()
    rows = [table.select(pl.len()).collect().item() for table in (left, right)]
    if rows[0] != rows[1]:
        print(f"rows: {rows[0]} and {rows[1]}")
        return 1

    def plain(column: str) -> pl.Expr:
        # Dictionaries of the two files differ; their texts must not.
        kind = right.collect_schema()[column]
        return pl.col(column).cast(pl.String) if kind in (pl.Categorical, pl.Enum) else pl.col(column)

    differences = 0
    for column in columns:
        # One column at a time, so that ten million households fit in little memory.
        pair = pl.concat(
            [left.select(plain(column).alias("a")), right.select(plain(column).alias("b"))], how="horizontal"
        )
        found = pair.select((~pl.col("a").eq_missing(pl.col("b"))).sum(), pl.col("a").is_null().sum().alias("unknown"))
        different, unknown = found.collect(engine="streaming").row(0)
        differences += different
        print(f"{column:32} {different:>9} different  {unknown:>9} unknown")
    print(f"{rows[0]} households, {len(columns)} columns: {differences} differences")
    return int(differences > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

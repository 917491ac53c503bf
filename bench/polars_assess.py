#!/usr/bin/env python3
"""The classification of vn-2022-2026, method income, written by hand in Polars: what a good analyst would write.

    polars_assess.py FOLDER OUT.parquet --on 2024-11-30 [--engine streaming|in-memory] [--join merge|zip]

FOLDER holds households.parquet and members.parquet as `vuon synth` writes them: clean, both sorted by household_id.
The result has the statuses, the number of deprivations and the twelve indicators of `vuon assess`, equal to the last
household (compare.py checks it). It does less: no subgroups and events, no rule and questions to ask, no validation
of cells and rows, no check that the tables are sorted, no summary.

What makes it fast: only the needed columns are read; ages are compared as dates, so no calendar arithmetic is done;
the tables are declared sorted, so the streaming engine groups runs of rows and merges instead of hashing; choices stay
categorical; yes/no/unknown is Kleene's logic on nullable booleans, which is Polars' own.
"""

import argparse
import datetime as dt
import os

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import polars as pl

SERVICES = ["water", "sanitation", "telecom", "information_means"]
INDICATORS = [
    "employment", "dependants", "nutrition", "health_insurance", "adult_education", "child_schooling",
    "housing_quality", "housing_area", *SERVICES,
]  # fmt: skip
CLEAN_WATER = ["tap", "borehole", "protected_well", "protected_spring", "rain", "bottled"]
HYGIENIC = ["septic", "pour_flush", "vip", "double_vault"]
MEANS = ["tv", "radio", "computer", "fixed_phone", "laptop", "tablet", "smartphone"]


def one_of(column: str, values: list[str]) -> pl.Expr:
    return pl.col(column).is_in(values)


def members_by_household(members: pl.LazyFrame, on: dt.date) -> pl.LazyFrame:
    """The indicators that look at members: one row for each household, in the order of the table."""

    def aged(years: int) -> pl.Expr:
        # The birthday of 29 February never falls on the day before a review at the end of a month: checked in main().
        return pl.col("birth_date") <= on.replace(year=on.year - years)

    col = pl.col
    child = ~aged(16)
    level = col("school_level")
    schooling = (
        ~col("studying")
        | (~aged(6) & (level == "none"))
        | (aged(6) & ~aged(12) & one_of("school_level", ["none", "preschool"]))
        | (aged(12) & one_of("school_level", ["none", "preschool", "primary"]))
    )
    unqualified = (
        pl.when(~aged(18))
        .then(one_of("education", ["none", "primary"]))
        .otherwise(one_of("education", ["none", "primary", "lower_secondary"]))
    )
    yes_no = {
        "employment": aged(15) & one_of("employment", ["no_contract", "unemployed"]),
        "nutrition": child & col("malnourished"),
        "health_insurance": aged(6) & ~col("insured"),
        "adult_education": aged(16) & ~aged(31) & ~col("studying") & ~col("trained_by_enterprise") & unqualified,
        "child_schooling": aged(3) & child & schooling,
    }
    dependant = child | (col("social_allowance") & (col("disabled") | aged(60)))
    return (
        members.select(
            "household_id",
            dependant.alias("dependant"),
            *(expression.alias(name) for name, expression in yes_no.items()),
        )
        .set_sorted("household_id")
        .group_by("household_id", maintain_order=True)
        .agg(
            pl.len().alias("size"),
            # From the surely to the possibly dependent.
            col("dependant").sum().alias("dependants_least"),
            col("dependant").null_count().alias("dependants_open"),
            *(col(name).any(ignore_nulls=False) for name in yes_no),
        )
    )


def assess(folder: str, on: dt.date, join: str) -> pl.LazyFrame:
    col = pl.col
    members = members_by_household(pl.scan_parquet(f"{folder}/members.parquet"), on)
    households = pl.scan_parquet(f"{folder}/households.parquet").set_sorted("household_id")
    if join == "zip":
        # Both tables list the same households in the same order.
        both = pl.concat([households, members.drop("household_id")], how="horizontal")
    else:
        both = households.join(members, on="household_id", how="inner", maintain_order="left")

    size = col("size").cast(pl.Int64)
    least = col("dependants_least").cast(pl.Int64)
    most = least + col("dependants_open").cast(pl.Int64)
    weak = [col(f"house_{part}") == "non_durable" for part in ("wall", "column", "roof")]
    wall, column, roof = weak
    no_means = ~col(f"has_{MEANS[0]}")
    for means in MEANS[1:]:
        no_means = no_means & ~col(f"has_{means}")
    indicators = both.select(
        "household_id", "province_code", "district_code", "commune_code", "area_type", "income", size.alias("size"),
        col("employment"),
        pl.when(2 * least > size).then(True).when(2 * most <= size).then(False).alias("dependants"),
        col("nutrition"),
        col("health_insurance"),
        col("adult_education"),
        col("child_schooling"),
        ((wall & column) | (wall & roof) | (column & roof)).alias("housing_quality"),
        (col("living_area") < (8 * size).cast(pl.Decimal(18, 1))).alias("housing_area"),
        (~one_of("water_source", CLEAN_WATER)).alias("water"),
        (~one_of("toilet", HYGIENIC)).alias("sanitation"),
        (~col("has_internet_use")).alias("telecom"),
        no_means.alias("information_means"),
    )  # fmt: skip

    def level(poor: int, average: int) -> pl.Expr:
        """0 up to the poverty line, 1 up to the line of the average living standard, 2 above."""
        above_poor = col("income") > poor * col("size")
        above_average = col("income") > average * col("size")
        return above_poor.cast(pl.Int8) + above_average.cast(pl.Int8)

    urban, rural = level(2_000_000, 3_000_000), level(1_500_000, 2_250_000)
    # With the area unknown, the level is known where both areas give the same.
    either = pl.when(urban == rural).then(urban)
    area = col("area_type")
    levels = pl.when(area == "urban").then(urban).when(area == "rural").then(rural).otherwise(either)
    sure = pl.sum_horizontal(col(i).cast(pl.UInt8) for i in INDICATORS)  # passes over unknowns
    unknown = pl.sum_horizontal(col(i).is_null().cast(pl.UInt8) for i in INDICATORS)
    names = pl.Enum(["poor", "near_poor", "above_near_poor", "average", "above_average", "undetermined", "refused"])

    def status(name: str) -> pl.Expr:
        return pl.lit(name, dtype=names)

    return (
        indicators.with_columns(levels.alias("level"), sure.alias("sure"), unknown.alias("unknown"))
        .select(
            "household_id", "province_code", "district_code", "commune_code", "area_type",
            pl.when(col("level") == 2).then(status("above_average"))
            .when(col("level") == 1).then(status("average"))
            .when((col("level") == 0) & (col("sure") >= 3)).then(status("poor"))
            .when((col("level") == 0) & (col("sure") + col("unknown") < 3)).then(status("near_poor"))
            .otherwise(status("undetermined"))
            .alias("status_national"),
            pl.when(col("unknown") == 0).then(col("sure")).cast(pl.Int64).alias("deprivations"),
            *(col(i).alias(f"deprived_{i}") for i in INDICATORS),
        )
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("out")
    parser.add_argument("--on", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--engine", choices=["streaming", "in-memory"], default="streaming")
    parser.add_argument("--join", choices=["merge", "zip"], default="merge")
    parser.add_argument("--explain", action="store_true", help="print the plan and stop")
    told = parser.parse_args()
    if (told.on.month, told.on.day) == (2, 29):
        parser.error("ages are compared as dates: not on 29 February")
    plan = assess(told.folder, told.on, told.join)
    if told.explain:
        print(plan.explain(engine=told.engine))
        return
    plan.sink_parquet(told.out, compression="zstd", compression_level=1, engine=told.engine)


if __name__ == "__main__":
    main()

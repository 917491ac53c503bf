#!/usr/bin/env python3
"""The classification of vn-2022-2026, method income, written by hand in Polars: what a good analyst would write.

    polars_assess.py FOLDER OUT.parquet --on 2024-11-30 [--all] [--join zip|merge] [--engine streaming|in-memory]

FOLDER holds households.parquet and members.parquet as `vuon synth` writes them: clean, both sorted by household_id.
The result has the statuses, the number of deprivations and the twelve indicators of `vuon assess`, equal to the last
household (compare.py checks it). With --all it also has the rule, the score and the fourteen subgroups and events.
Even then it does less: no questions to ask, no check of cells, rows and order, no summary.

What makes it fast: only the needed columns are read; ages are compared as dates, so no calendar arithmetic is done;
the tables are declared sorted, so the streaming engine groups runs of rows instead of hashing; choices stay
categorical; yes/no/unknown is Kleene's logic on nullable booleans, which is Polars' own. With --join zip the grouped
members are laid beside the households without any join; that the ids agree is checked row by row.
"""

import argparse
import datetime as dt
import os
import sys

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import polars as pl

# Đồng per person and month: up to the first poor, up to the second of average living standard.
LINES = {"rural": (1_500_000, 2_250_000), "urban": (2_000_000, 3_000_000)}
CLEAN_WATER = ["tap", "borehole", "protected_well", "protected_spring", "rain", "bottled"]
HYGIENIC = ["septic", "pour_flush", "vip", "double_vault"]
MEANS = ["tv", "radio", "computer", "fixed_phone", "laptop", "tablet", "smartphone"]


def one_of(column: str, values: list[str]) -> pl.Expr:
    return pl.col(column).is_in(values)


def truth(sure: pl.Expr, possible: pl.Expr) -> pl.Expr:
    """Yes where sure, no where not possible, else unknown."""
    return pl.when(sure).then(True).when(~possible).then(False)


def members_by_household(members: pl.LazyFrame, on: dt.date, everything: bool) -> pl.LazyFrame:
    """What looks at members: one row for each household, in the order of the table."""

    def aged(years: int) -> pl.Expr:
        # As dates: one born on 29 February comes of age on 1 March in both ways of counting.
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
    if everything:
        head = col("relation") == "head"
        yes_no |= {
            "worker": aged(15) & one_of("employment", ["contract", "no_contract", "own_work"]),
            "minority": head & (col("ethnicity") != "kinh"),
            "female_head": head & (col("sex") == "female"),
            "able": aged(15) & ~col("no_working_capacity"),
        }
    dependant = child | (col("social_allowance") & (col("disabled") | aged(60)))
    return (
        members.select(
            "household_id",
            dependant.alias("dependant"),
            *(expression.alias(f"any_{name}") for name, expression in yes_no.items()),
        )
        .set_sorted("household_id")
        .group_by("household_id", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("size"),
            # From the surely to the possibly dependent.
            col("dependant").sum().cast(pl.Int64).alias("dependants_least"),
            (col("dependant").sum() + col("dependant").null_count()).cast(pl.Int64).alias("dependants_most"),
            *(col(f"any_{name}").any(ignore_nulls=False) for name in yes_no),
        )
    )


def assess(folder: str, on: dt.date, join: str, everything: bool) -> pl.LazyFrame:
    col = pl.col
    members = members_by_household(pl.scan_parquet(f"{folder}/members.parquet"), on, everything)
    households = pl.scan_parquet(f"{folder}/households.parquet").set_sorted("household_id")
    if join == "zip":
        # Both tables list the same households in the same order; a row where they do not is left out, and main() tells.
        both = pl.concat([households, members.rename({"household_id": "of_household"})], how="horizontal")
        both = both.filter(col("household_id") == col("of_household"))
    else:
        both = households.join(members, on="household_id", how="inner", maintain_order="left")

    size = col("size")
    wall, column, roof = (col(f"house_{part}") == "non_durable" for part in ("wall", "column", "roof"))
    no_means = ~col(f"has_{MEANS[0]}")
    for means in MEANS[1:]:
        no_means = no_means & ~col(f"has_{means}")
    deprived = {
        "employment": col("any_employment"),
        "dependants": truth(2 * col("dependants_least") > size, 2 * col("dependants_most") > size),
        "nutrition": col("any_nutrition"),
        "health_insurance": col("any_health_insurance"),
        "adult_education": col("any_adult_education"),
        "child_schooling": col("any_child_schooling"),
        "housing_quality": (wall & column) | (wall & roof) | (column & roof),
        "housing_area": col("living_area") < (8 * size).cast(pl.Decimal(18, 1)),
        "water": ~one_of("water_source", CLEAN_WATER),
        "sanitation": ~one_of("toilet", HYGIENIC),
        "telecom": ~col("has_internet_use"),
        "information_means": no_means,
    }
    indicators = [col(f"deprived_{name}") for name in deprived]

    # The level of income: 0 up to the poverty line, 1 up to the line of the average living standard, 2 above.
    def level(area: str) -> pl.Expr:
        poor, average = LINES[area]
        above = [(col("income") > line * size).cast(pl.Int8) for line in (poor, average)]
        return above[0] + above[1]

    # Where the area is unknown, from the level by the higher lines to the level by the lower ones.
    area = col("area_type")
    least = pl.when(area == "rural").then(level("rural")).otherwise(level("urban"))
    most = pl.when(area == "urban").then(level("urban")).otherwise(level("rural"))
    # The statuses in the order of the pack: 0 poor, 1 near-poor, 3 average, 4 above average; from the least to the
    # greatest possible.
    surely = pl.sum_horizontal(i.cast(pl.UInt8) for i in indicators)  # passes over unknowns
    open_ones = pl.sum_horizontal(i.is_null().cast(pl.UInt8) for i in indicators)
    by_level = (
        pl.when(col("least") > 0).then(col("least") + 2)
        .when(col("surely") + col("open") >= 3).then(0).otherwise(1).cast(pl.Int8)
    )  # fmt: skip
    to_level = (
        pl.when(col("most") > 0).then(col("most") + 2)
        .when(col("surely") < 3).then(1).otherwise(0).cast(pl.Int8)
    )  # fmt: skip
    names = pl.Enum(["poor", "near_poor", "above_near_poor", "average", "above_average", "undetermined", "refused"])
    low, high = col("low"), col("high")
    status = pl.when(low == high).then(low).otherwise(5).cast(pl.UInt8).cat.to(names)
    deprivations = pl.when(col("open") == 0).then(col("surely")).cast(pl.Int64)
    codes = ["province_code", "district_code", "commune_code"]

    kept = ["household_id", *codes, "area_type"]
    further: dict[str, pl.Expr] = {}
    if everything:
        kept += ["previous_status", "ever_listed", "removed_from_list_on", "merit_person", "any_worker", "any_minority",
                 "any_female_head", "any_able", "income", "size"]  # fmt: skip
        further = flags(on, low, high)
    rows = (
        both.with_columns(
            least.fill_null(0).alias("least"),
            most.fill_null(2).alias("most"),
            *(expression.alias(f"deprived_{name}") for name, expression in deprived.items()),
        )
        .with_columns(surely.alias("surely"), open_ones.alias("open"))
        .select(*kept, *indicators, "surely", "open", by_level.alias("low"), to_level.alias("high"))
    )
    first = [status.alias("status_national")]
    last = []
    if everything:
        decided = pl.Enum(["poor", "near_poor", "average", "above_average"])
        rule = pl.when(low == high).then(pl.when(low > 1).then(low - 1).otherwise(low)).cast(pl.UInt8).cat.to(decided)
        first += [rule.alias("rule"), (10 * deprivations).alias("b2")]
        last = [expression.alias(f"is_{name}") for name, expression in further.items()]
    return rows.select(
        "household_id", *codes, "area_type", *first, deprivations.alias("deprivations"), *indicators, *last
    )


def flags(on: dt.date, low: pl.Expr, high: pl.Expr) -> dict[str, pl.Expr]:
    """Subgroups and events, by the least and the greatest possible status."""
    col = pl.col
    poor = truth(high == 0, low == 0)
    near_poor = truth((low == 1) & (high == 1), (low <= 1) & (high >= 1))
    listed = truth(high <= 1, low <= 1)
    escaped = ~listed
    was_poor, was_near_poor = col("previous_status") == "poor", col("previous_status") == "near_poor"
    was_listed = one_of("previous_status", ["poor", "near_poor"])
    removed = col("removed_from_list_on")
    recently = was_listed | (col("ever_listed") & (removed <= on) & (removed >= on.replace(year=on.year - 3)))
    rural, urban = LINES["rural"][1], LINES["urban"][1]
    ceiling = pl.when(col("area_type") == "rural").then(rural).otherwise(urban) * col("size")
    floor = pl.when(col("area_type") == "urban").then(urban).otherwise(rural) * col("size")
    low_income = pl.when(col("income") <= floor).then(True).when(col("income") > ceiling).then(False)
    decree = pl.lit(on >= dt.date(2025, 2, 24))
    return {
        "low_income_worker": ~listed & decree & low_income & col("any_worker"),
        "poor_ethnic_minority": poor & col("any_minority"),
        "poor_no_working_capacity": poor & ~col("any_able"),
        "poor_merit": poor & col("merit_person"),
        "poor_female_head": poor & col("any_female_head"),
        "newly_escaped": escaped & recently,
        "escaped_poor": was_poor & escaped,
        "escaped_near_poor": was_near_poor & escaped,
        "became_near_poor": was_poor & near_poor,
        "became_poor": was_near_poor & poor,
        "relapse": poor & col("ever_listed") & ~was_listed,
        "relapse_near_poor": near_poor & col("ever_listed") & ~was_listed,
        "newly_arising": poor & ~col("ever_listed") & ~was_listed,
        "newly_arising_near_poor": near_poor & ~col("ever_listed") & ~was_listed,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("out")
    parser.add_argument("--on", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--all", action="store_true", help="the rule, the score and the subgroups and events as well")
    parser.add_argument("--engine", choices=["streaming", "in-memory"], default="streaming")
    parser.add_argument("--join", choices=["zip", "merge"], default="zip")
    parser.add_argument("--explain", action="store_true", help="print the plan and stop")
    told = parser.parse_args()
    if (told.on.month, told.on.day) == (2, 29):
        parser.error("ages are compared as dates: not on 29 February")
    plan = assess(told.folder, told.on, told.join, told.all)
    if told.explain:
        print(plan.explain(engine=told.engine))
        return
    if told.engine == "streaming":
        plan.sink_parquet(told.out, compression="zstd", compression_level=1, engine="streaming")
    else:
        plan.collect(engine="in-memory").write_parquet(told.out, compression="zstd", compression_level=1)
    rows = [
        pl.scan_parquet(path).select(pl.len()).collect().item()
        for path in (told.out, f"{told.folder}/households.parquet")
    ]
    if rows[0] != rows[1]:
        sys.exit(f"{rows[1]} households, but {rows[0]} with members beside them")


if __name__ == "__main__":
    main()

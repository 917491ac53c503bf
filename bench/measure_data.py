#!/usr/bin/env python3
"""Makes the tables for measure.py: 0/1 deprivation columns as analysts have them. See README.md.

    measure_data.py FOLDER [--register ROWS] [--sample CLUSTERS] [--survey ROWS]

* register.parquet: every household of a nation, commune by commune; 63 provinces, 3,321 communes, urban or rural.
* sample.parquet: a stratified sample of clusters of 20 households with sampling weights; 34 regions, two areas.
* survey.parquet: a household survey of two rounds.

The same arguments give the same rows. Deprivations come together, as in life: a household has a propensity, a commune
or a cluster too. Files that are there are kept.
"""

import argparse
from pathlib import Path

import numpy as np
import polars as pl

# How often households are deprived in each indicator.
RATES = np.array([0.05, 0.09, 0.07, 0.12, 0.06, 0.10, 0.08, 0.04, 0.11, 0.05])
INDICATORS = [f"d{j}" for j in range(len(RATES))]


def deprivations(chance: np.random.Generator, of_place: np.ndarray) -> dict[str, np.ndarray]:
    """0/1 columns for households whose place has a propensity each."""
    household = chance.gamma(0.7, 1 / 0.7, len(of_place)).astype(np.float32)
    propensity = household * of_place.astype(np.float32)
    return {
        name: chance.random(len(of_place), dtype=np.float32) < np.float32(rate) * propensity
        for name, rate in zip(INDICATORS, RATES)
    }


def register(rows: int) -> pl.DataFrame:
    chance = np.random.default_rng(1)
    communes, provinces = 3321, 63
    shares = chance.gamma(4.0, 1.0, communes)
    sizes = np.floor(shares / shares.sum() * rows).astype(np.int64)
    sizes[: rows - sizes.sum()] += 1
    commune = np.repeat(np.arange(communes), sizes)
    province = commune * provinces // communes
    urban = chance.random(communes) < 0.21
    poverty = chance.gamma(3.0, 1 / 3.0, communes) * np.where(urban, 0.6, 1.1)
    codes = pl.DataFrame(
        {
            "province": [f"{code + 1:02}" for code in np.arange(communes) * provinces // communes],
            "commune": [f"{7 * code + 4:05}" for code in range(communes)],
            "area": np.where(urban, "urban", "rural"),
        },
        schema_overrides={"province": pl.Categorical, "commune": pl.Categorical, "area": pl.Categorical},
    )
    assert len(np.unique(province)) == provinces
    members = (1 + chance.poisson(2.6, rows)).astype(np.uint8)
    return codes[commune].with_columns(members=members, **deprivations(chance, poverty[commune]))


def sample(clusters: int) -> pl.DataFrame:
    chance = np.random.default_rng(2)
    each, regions = 20, 34
    stratum = np.sort(chance.integers(0, 2 * regions, clusters))
    poverty = chance.gamma(2.0, 0.5, clusters) * np.where(stratum % 2 == 0, 0.6, 1.2)
    weight = chance.gamma(8.0, 10.0, clusters)
    of_row = np.repeat(np.arange(clusters), each)
    return pl.DataFrame(
        {
            "region": (stratum // 2 + 1)[of_row].astype(np.int32),
            "area": pl.Series(np.where(stratum % 2 == 0, "urban", "rural"), dtype=pl.Categorical)[of_row],
            "stratum": (stratum + 1)[of_row].astype(np.int32),
            "cluster": (of_row + 1).astype(np.int32),
            "weight": weight[of_row] * chance.uniform(0.8, 1.25, len(of_row)),
            **deprivations(chance, poverty[of_row]),
        }
    )


def survey(rows: int) -> pl.DataFrame:
    chance = np.random.default_rng(3)
    each, regions, strata = 15, 6, 12
    clusters = rows // each
    round_ = np.arange(clusters) * 2 // clusters
    stratum = np.sort(chance.integers(0, strata, clusters // 2)).tolist()
    stratum = np.array(stratum + np.sort(chance.integers(0, strata, clusters - clusters // 2)).tolist())
    poverty = chance.gamma(2.0, 0.5, clusters) * np.where(round_ == 0, 2.0, 1.6)
    weight = chance.gamma(8.0, 0.125, clusters)
    of_row = np.repeat(np.arange(clusters), each)
    count = len(of_row)
    return pl.DataFrame(
        {
            "round": (round_ + 1)[of_row].astype(np.int32),
            "year": np.where(round_ == 0, 2018.0, 2022.0)[of_row],
            "region": (stratum * regions // strata + 1)[of_row].astype(np.int32),
            "area": np.where(stratum % 2 == 0, "urban", "rural")[of_row],
            "stratum": (stratum + 1)[of_row].astype(np.int32),
            "cluster": (of_row + 1).astype(np.int32),
            "weight": weight[of_row] * chance.uniform(0.8, 1.25, count),
            **deprivations(chance, poverty[of_row]),
        }
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--register", type=int, default=27_000_000, metavar="ROWS")
    parser.add_argument("--sample", type=int, default=500_000, metavar="CLUSTERS")
    parser.add_argument("--survey", type=int, default=15_000, metavar="ROWS")
    told = parser.parse_args()
    told.folder.mkdir(parents=True, exist_ok=True)
    for name, make, size in (
        ("register", register, told.register),
        ("sample", sample, told.sample),
        ("survey", survey, told.survey),
    ):
        path = told.folder / f"{name}.parquet"
        if not path.exists():
            table = make(size)
            aside = path.with_suffix(".part")
            table.write_parquet(aside, compression="zstd", row_group_size=1 << 20)
            aside.rename(path)
            print(f"{path}: {table.height:,} rows, {path.stat().st_size / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()

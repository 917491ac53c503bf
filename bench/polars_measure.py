#!/usr/bin/env python3
"""Multidimensional poverty as someone who knows Polars would compute it, for measure.py. See README.md.

    polars_measure.py register|sample TABLE OUT.parquet

register: one `group_by` on the commune and the ten indicators; the rest, three weightings by three cut-offs for nation,
provinces and communes, on the small table: H, M0, and the censored and uncensored headcount ratios.
sample: weighted totals of each cluster, then linearised standard errors in NumPy for nation, areas and regions: H, M0, A.
Scores are whole numbers, so nothing depends on rounding.
"""

import sys

import numpy as np
import polars as pl

INDICATORS = [f"d{j}" for j in range(10)]
WEIGHTINGS = {
    "default": [3, 3, 3, 3, 1, 1, 1, 1, 1, 1],
    "health50": [6, 6, 3, 3, 1, 1, 1, 1, 1, 1],
    "educ50": [3, 3, 6, 6, 1, 1, 1, 1, 1, 1],
}
CUTOFFS = {"1/5": (1, 5), "1/3": (1, 3), "1/2": (1, 2)}


def specifications():
    for name, units in WEIGHTINGS.items():
        score = pl.sum_horizontal(pl.col(d).cast(pl.Int32) * unit for d, unit in zip(INDICATORS, units))
        for k, (over, under) in CUTOFFS.items():
            yield name, k, sum(units), score, score * under >= over * sum(units)


def register(table: str) -> pl.DataFrame:
    columns = ["province", "commune", *INDICATORS]
    small = pl.scan_parquet(table).group_by(columns).agg(n=pl.len()).collect(engine="streaming")
    found = []
    for level, keys in {"nat": [], "province": ["province"], "commune": ["commune"]}.items():
        parts = [pl.col("n").sum().alias("N")]
        parts += [pl.col("n").filter(pl.col(d)).sum().alias(f"hd/{d}") for d in INDICATORS]
        for name, k, whole, score, poor in specifications():
            people = pl.col("n").filter(poor)
            parts.append(people.sum().alias(f"H/{name}/{k}"))
            parts.append(((pl.col("n") * score).filter(poor).sum() / whole).alias(f"M0/{name}/{k}"))
            parts += [pl.col("n").filter(poor & pl.col(d)).sum().alias(f"hdk/{name}/{k}/{d}") for d in INDICATORS]
        totals = small.group_by(keys).agg(parts) if keys else small.select(parts)
        shares = totals.with_columns(pl.col(c) / pl.col("N") for c in totals.columns if "/" in c)
        subgroup = pl.col(keys[0]).cast(pl.String) if keys else pl.lit("nat")
        found.append(shares.select(pl.lit(level).alias("by"), subgroup.alias("subgroup"), pl.selectors.contains("/")))
    return pl.concat(found).unpivot(index=["by", "subgroup"], variable_name="line", value_name="estimate")


def sample(table: str) -> pl.DataFrame:
    keys = ["region", "area", "stratum", "cluster"]
    w = pl.col("weight")
    parts = [w.sum().alias("W")]
    for name, k, whole, score, poor in specifications():
        parts.append(w.filter(poor).sum().alias(f"P/{name}/{k}"))
        parts.append((w * score).filter(poor).sum().alias(f"S/{name}/{k}") / whole)
    clusters = pl.scan_parquet(table).group_by(keys).agg(parts).collect(engine="streaming").sort("stratum", "cluster")
    stratum = clusters["stratum"].to_numpy()
    first = np.flatnonzero(np.r_[True, stratum[1:] != stratum[:-1]])
    n = np.diff(np.r_[first, len(stratum)])
    totals = {c: clusters[c].to_numpy() for c in clusters.columns if c not in keys}

    def error(z: np.ndarray) -> float:
        mean = np.add.reduceat(z, first) / n
        squares = np.add.reduceat((z - np.repeat(mean, n)) ** 2, first)
        return float(np.sqrt((n / (n - 1) * squares).sum()))

    found = []
    domains = [("nat", "nat", np.ones(len(stratum)))]
    for key in ("area", "region"):
        values = clusters[key].cast(pl.String).to_numpy()
        domains += [(key, value, (values == value).astype(float)) for value in np.unique(values)]
    for by, subgroup, inside in domains:
        size = (totals["W"] * inside).sum()
        for name in WEIGHTINGS:
            for k in CUTOFFS:
                poor, deprived = totals[f"P/{name}/{k}"] * inside, totals[f"S/{name}/{k}"] * inside
                p, s = poor.sum(), deprived.sum()
                lines = {
                    "H": (p / size, (poor - p / size * totals["W"] * inside) / size),
                    "M0": (s / size, (deprived - s / size * totals["W"] * inside) / size),
                    "A": (s / p, (deprived - s / p * poor) / p),
                }
                found += [(by, subgroup, f"{m}/{name}/{k}", b, error(z)) for m, (b, z) in lines.items()]
    return pl.DataFrame(found, orient="row", schema=["by", "subgroup", "line", "estimate", "se"])


if __name__ == "__main__":
    task, table, out = sys.argv[1:]
    {"register": register, "sample": sample}[task](table).write_parquet(out)

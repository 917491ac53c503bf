#!/usr/bin/env python3
"""Speed and memory of `vuon measure` beside Polars, from file to table. See README.md.

    python3 bench/measure.py [--runs N] [--register ROWS] [--sample CLUSTERS]

Run it with a Python that has `polars` and `numpy`. Tables are made once, in the folder VUON_BENCH_DATA (default
target/bench-data). The contestants run in turn, after one run of each that does not count; their results must be equal,
else there are no figures. Reported are medians.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent))
from polars_measure import CUTOFFS, INDICATORS, WEIGHTINGS  # noqa: E402
from run import DATA, ROOT, THREADS, build, measured  # noqa: E402

FOLDER = DATA / "measure"


def vuon_command(vuon: Path, task: str, out: Path) -> list:
    columns = lambda units: ",".join(f"{d}:{unit}" for d, unit in zip(INDICATORS, units))  # noqa: E731
    first, *others = WEIGHTINGS.items()
    options = ["--indicators", columns(first[1])]
    for name, units in others:
        options += ["--weighting", f"{name}={columns(units)}"]
    options += ["--k", ",".join(CUTOFFS), "--out", out, "--lang", "en", "--threads", THREADS]
    if task == "register":
        options += ["--register", "--by", "province,commune"]
    else:
        options += ["--weight", "weight", "--strata", "stratum", "--psu", "cluster", "--by", "area,region"]
    return [vuon, "measure", "--data", FOLDER / f"{task}.parquet", *options]


def alone_commands(vuon: Path) -> dict[str, list]:
    """What nobody runs beside us: a survey of two rounds with all measures and changes; other cut-offs from a saved cube."""
    cube = FOLDER / "register.cube.parquet"
    save = [*vuon_command(vuon, "register", FOLDER / "cube-saved.out.parquet"), "--save-cube", cube]
    subprocess.run(save, check=True, stdout=subprocess.DEVNULL)
    indicators = ",".join(f"{d}:{unit}" for d, unit in zip(INDICATORS, next(iter(WEIGHTINGS.values()))))
    survey = [vuon, "measure", "--data", FOLDER / "survey.parquet", "--indicators", indicators, "--weight", "weight"]
    survey += ["--strata", "stratum", "--psu", "cluster", "--by", "area,region", "--k", "1/5,1/3,1/2", "--measures", "all"]
    survey += ["--round", "round", "--year", "year", "--change", "independent", "--out", FOLDER / "survey.out.csv"]
    what_if = [vuon, "simulate", "--cube", cube, "--k", "2/5", "--weight", f"{INDICATORS[0]}=1/4", "--lang", "en"]
    return {
        "survey of two rounds, all measures, groups and changes": [*survey, "--threads", THREADS],
        "cube: another cut-off and weight, nation": what_if,
        "cube: the same by commune": [*what_if, "--by", "commune", "--out", FOLDER / "what-if.csv"],
    }


def compare(task: str, ours: Path, theirs: Path) -> str:
    """How many figures are equal, and the largest relative difference; ends the run if any is not."""
    first = next(iter(WEIGHTINGS))
    measures = ["H", "M0", "hd", "hdk"] if task == "register" else ["H", "M0", "A"]
    mine = pl.read_parquet(ours).with_columns(pl.col(pl.Categorical).cast(pl.String)).filter(
        pl.col("measure").is_in(measures) & (pl.col("component").is_null() | (pl.col("component") == "indicator"))
    )
    names = sorted(set(mine["weighting"].drop_nulls()) - set(list(WEIGHTINGS)[1:]))
    line = pl.concat_str(
        ["measure", pl.col("weighting").replace({name: first for name in names}), "k", "indicator"],
        separator="/",
        ignore_nulls=True,
    )
    mine = mine.select("by", "subgroup", line.alias("line"), "estimate", "se")
    theirs = pl.read_parquet(theirs)
    both = theirs.join(mine, on=["by", "subgroup", "line"], how="left", suffix="_vuon")
    worst = 0.0
    for column in [c for c in ("estimate", "se") if c in theirs.columns]:
        if both[f"{column}_vuon"].null_count() != both[column].fill_nan(None).null_count():
            sys.exit(f"{task}: {column}s are missing on one side; the times mean nothing")
        far = (both[column] - both[f"{column}_vuon"]).abs() / both[column].abs().clip(1e-300, None)
        far = far.filter(both[column] != both[f"{column}_vuon"])
        worst = max(worst, far.max() or 0.0)
    if worst > 1e-9 or len(both) == 0:
        sys.exit(f"{task}: the results differ by {worst:.1e}; the times mean nothing")
    return f"{len(both):,} figures equal (largest relative difference {worst:.1e})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--register", default="27000000")
    parser.add_argument("--sample", default="500000")
    told = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = [ROOT / "bench" / "measure_data.py", FOLDER, "--register", told.register, "--sample", told.sample]
    subprocess.run([sys.executable, *made], check=True)
    vuon = build("dev")
    print(f"{time.strftime('%Y-%m-%d')} · {os.cpu_count()} cores, {THREADS} threads each · Polars {pl.__version__}")
    for task in ("register", "sample"):
        rows = pl.scan_parquet(FOLDER / f"{task}.parquet").select(pl.len()).collect().item()
        outs = {name: FOLDER / f"{task}-{name}.out.parquet" for name in ("vuon", "Polars")}
        polars = [sys.executable, ROOT / "bench" / "polars_measure.py", task, FOLDER / f"{task}.parquet"]
        contestants = {"vuon": vuon_command(vuon, task, outs["vuon"]), "Polars": [*polars, outs["Polars"]]}
        found: dict[str, list] = {name: [] for name in contestants}
        for turn in range(told.runs + 1):
            for name, command in contestants.items():
                result = measured(command)
                if turn > 0:
                    found[name].append(result)
        print(f"\n## {task}: {rows:,} rows\n\n{compare(task, outs['vuon'], outs['Polars'])}")
        print(f"load: {', '.join(f'{load:.1f}' for load in os.getloadavg())}\n")
        print("| | CPU s | of it system | wall s | from – to | peak MB |\n|---|--:|--:|--:|--:|--:|")
        for name, results in found.items():
            middle = {key: statistics.median(result[key] for result in results) for key in results[0]}
            low, high = min(r["wall"] for r in results), max(r["wall"] for r in results)
            print(
                f"| {name} | {middle['cpu']:.2f} | {middle['system']:.2f} | {middle['wall']:.2f} "
                f"| {low:.2f} – {high:.2f} | {middle['bytes'] / 1e6:,.0f} |"
            )

    print("\n## alone, as a whole process\n\n| | CPU s | wall s |\n|---|--:|--:|")
    for name, command in alone_commands(vuon).items():
        results = [measured(command) for _ in range(told.runs + 1)][1:]
        cpu, wall = (statistics.median(r[key] for r in results) for key in ("cpu", "wall"))
        print(f"| {name} | {cpu:.3f} | {wall:.3f} |")


if __name__ == "__main__":
    main()

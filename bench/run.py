#!/usr/bin/env python3
"""Speed and memory of `vuon assess` beside the same classification in Polars. See README.md.

    python3 bench/run.py [--sizes 1000000,10000000] [--profiles dev,release] [--runs N] [--out result.json]

Run it with a Python that has `polars`. Tables and results go to the folder VUON_BENCH_DATA (default target/bench-data);
tables that are there are used again. The contestants run in turn, A B C A B C …, after one run of each that does not
count. Reported are medians of the wall clock, of CPU time (user + system) and of the greatest memory.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("VUON_BENCH_DATA", ROOT / "target" / "bench-data"))
ON = "2024-11-30"
THREADS = "2"
RUNS = {1_000_000: 5, 10_000_000: 3}
GOALS = {1_000_000: "under 1.5 s", 10_000_000: "under 12 s and 3 GB; at least twice as fast as Polars"}


def build(profile: str) -> Path:
    """Builds the command and keeps a copy, so that nothing changes it between two runs."""
    command = ["cargo", "build", "--quiet", "-p", "vuon"] + (["--release"] if profile == "release" else [])
    subprocess.run(command, cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    built = target / ("release" if profile == "release" else "debug") / "vuon"
    kept = DATA / "bin" / f"vuon-{profile}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(built, kept)
    return kept


def tables(vuon: Path, households: int) -> Path:
    folder = DATA / str(households)
    if not (folder / "README.txt").exists():
        print(f"making {households:,} households …", flush=True)
        command = [vuon, "synth", "--households", str(households), "--seed", "1", "--on", ON, "--out", folder]
        subprocess.run([*command, "--unknown", "0.005", "--lang", "en"], check=True, stdout=subprocess.DEVNULL)
    return folder


def measured(command: list) -> dict[str, float]:
    """Runs a command to its end; seconds and bytes as the system counted them for it alone."""
    environment = os.environ | {"POLARS_MAX_THREADS": THREADS, "RAYON_NUM_THREADS": THREADS}
    start = time.perf_counter()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    told = child.stderr.read()
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{told}")
    unit = 1 if sys.platform == "darwin" else 1024
    return {"wall": wall, "cpu": used.ru_utime + used.ru_stime, "system": used.ru_stime, "bytes": used.ru_maxrss * unit}


def contest(binaries: dict[str, Path], households: int, runs: int) -> list[dict]:
    folder = tables(next(iter(binaries.values())), households)
    outputs = DATA / "out"
    outputs.mkdir(exist_ok=True)
    contestants: dict[str, list] = {}
    for profile, vuon in binaries.items():
        out = outputs / f"vuon-{profile}.parquet"
        contestants[f"vuon ({profile})"] = [
            vuon, "assess", "--policy", "vn-2022-2026", folder, "--on", ON, "--out", out, "--threads", THREADS,
        ]  # fmt: skip
    polars = [sys.executable, ROOT / "bench" / "polars_assess.py", folder]
    variants = {
        "Polars, statuses and indicators": [],
        "Polars, the same, by a join": ["--join", "merge"],
        "Polars, the same, in memory": ["--engine", "in-memory"],
        "Polars, with subgroups and events": ["--all"],
    }
    for place, (name, options) in enumerate(variants.items()):
        contestants[name] = [*polars, outputs / f"polars-{place}.parquet", "--on", ON, *options]

    members = pl.scan_parquet(folder / "members.parquet").select(pl.len()).collect().item()
    print(f"\n## {households:,} households, {members:,} members ({GOALS.get(households, 'no goal')})")
    print(f"load before: {', '.join(f'{load:.1f}' for load in os.getloadavg())}", flush=True)
    found: dict[str, list] = {name: [] for name in contestants}
    for turn in range(runs + 1):
        for name, command in contestants.items():
            result = measured(command)
            if turn > 0:
                found[name].append(result)
    print(f"load after: {', '.join(f'{load:.1f}' for load in os.getloadavg())}\n")

    ours = outputs / f"vuon-{next(iter(binaries))}.parquet"
    for place, name in enumerate(variants):
        compare = [sys.executable, ROOT / "bench" / "compare.py", ours, outputs / f"polars-{place}.parquet"]
        compared = subprocess.run(compare, check=False, capture_output=True, text=True)
        print(f"{name}: {compared.stdout.strip().splitlines()[-1]}")
        if compared.returncode != 0:
            sys.exit("the results differ; the times mean nothing")

    rows = []
    for name, results in found.items():
        middle = {key: statistics.median(result[key] for result in results) for key in results[0]}
        spread = [min(r["wall"] for r in results), max(r["wall"] for r in results)]
        rows.append(
            {"name": name, "households": households, "members": members, "runs": runs, "spread": spread} | middle
        )
    print("\n| | wall s | from – to | CPU s | of it system | peak MB | households/s | rows/s |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for row in rows:
        low, high = row["spread"]
        print(
            f"| {row['name']} | {row['wall']:.2f} | {low:.2f} – {high:.2f} | {row['cpu']:.2f} | {row['system']:.2f} "
            f"| {row['bytes'] / 1e6:,.0f} | {households / row['wall']:,.0f} | {(households + members) / row['wall']:,.0f} |"
        )
    same_work = rows[-1]
    fastest = min(rows[len(binaries) : -1], key=lambda row: row["wall"])
    print()
    for row in rows[: len(binaries)]:
        for other, what in ((fastest, "fastest Polars"), (same_work, "Polars with subgroups and events")):
            print(
                f"{row['name']}: {other['wall'] / row['wall']:.2f} times as fast as the {what} by the clock, "
                f"{other['cpu'] / row['cpu']:.2f} by CPU time"
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1000000,10000000")
    parser.add_argument("--profiles", default="dev,release", help="the first is what is compared with Polars")
    parser.add_argument("--runs", type=int, help="instead of 5 for a million and 3 for more")
    parser.add_argument("--out", type=Path, help="where to write the figures as JSON")
    told = parser.parse_args()
    DATA.mkdir(parents=True, exist_ok=True)
    binaries = {profile: build(profile) for profile in told.profiles.split(",")}
    rustc = subprocess.run(["rustc", "--version"], check=True, capture_output=True, text=True).stdout.split()[1]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    print(
        f"{time.strftime('%Y-%m-%d')} · {os.cpu_count()} cores, {THREADS} threads each · {platform.machine()} · "
        f"vuon {commit.stdout.strip()} · rustc {rustc} · Polars {pl.__version__} · Python {platform.python_version()}"
    )
    rows = []
    for size in map(int, told.sizes.split(",")):
        rows += contest(binaries, size, told.runs or RUNS.get(size, 3))
    if told.out:
        told.out.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()

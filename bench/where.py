#!/usr/bin/env python3
"""Where the time of `vuon assess` goes, by sampling with Linux perf: where.py FOLDER [--binary PATH] [--top N]

FOLDER holds the tables. Time is CPU time of all threads. A stage is the part of the pipeline that the sample was in,
with all it called; zeroing of fresh memory by the system stands in brackets beside the stage that touched it.
"""

import argparse
import collections
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAGES = [
    ("decode: check and convert cells", r"read::native::|read::cells::|Findings::close"),
    ("decode: Parquet", r"read::parquet::Part::decode|ParquetRecordBatchReader|arrow_reader"),
    ("merge: compare ids", r"merge::Merger::"),
    ("merge: put batches together", r"MergeWork::assemble|merge::join"),
    ("evaluate: take the answers", r"kernel::input"),
    ("evaluate: questions to ask", r"kernel::household|policy::assess|output::questions"),
    ("evaluate: fill the output", r"kernel::output"),
    ("evaluate: rules to status", r"kernel::classify"),
    ("evaluate: expressions", r"kernel::"),
    ("count the summary", r"population::summary|summary::Summary"),
    ("encode: Parquet", r"Encoder::encode|arrow_writer|population::write::"),
    ("start: pack", r"vuon_policy|_dl_|Library"),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--binary", default=ROOT / "target" / "debug" / "vuon")
    parser.add_argument("--top", type=int, default=0, help="how many functions to name in each stage")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        samples = Path(folder) / "perf.data"
        command = [told.binary, "assess", "--policy", "vn-2022-2026", told.folder, "--on", "2024-11-30"]
        perf = ["perf", "record", "-q", "-o", samples, "-F", "499", "--call-graph", "dwarf,16384", "--"]
        subprocess.run([*perf, *command, "--out", Path(folder) / "out.parquet"], check=True, capture_output=True)
        script = ["perf", "script", "-i", samples, "-F", "comm,ip,sym", "--no-inline"]
        text = subprocess.run(script, check=True, capture_output=True, text=True).stdout
    stages, zeroing = collections.Counter(), collections.Counter()
    functions: dict[str, collections.Counter] = collections.defaultdict(collections.Counter)
    for block in filter(None, text.split("\n\n")):
        frames = [" ".join(line.split()[1:]) for line in block.splitlines()[1:]]
        if not frames:
            continue
        whole = "\n".join(frames)
        stage = next((name for name, pattern in STAGES if re.search(pattern, whole)), "other")
        stages[stage] += 1
        zeroing[stage] += "clear_page" in whole or "folio_zero" in whole
        functions[stage][frames[0]] += 1
    total = stages.total()
    print(f"{total} samples")
    for stage, count in stages.most_common():
        print(f"{100 * count / total:5.1f} %  {stage}  ({100 * zeroing[stage] / total:.1f})")
        for function, times in functions[stage].most_common(told.top):
            print(f"            {100 * times / total:5.1f} %  {function[:110]}")


if __name__ == "__main__":
    main()

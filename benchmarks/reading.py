"""How long do `valuelib check` and `valuelib assess` take on large files, and how long does pandas take to read the same file?

Each is a process of its own, as a consultant starts it: imports are in its time and memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from benchmarks.page import markdown_table
from benchmarks.registry import told
from valuelib.worlds.people import rng_for

SEED = 20240131
ROWS = (100_000, 1_000_000)
PER_ACCOUNT = 8
TARGETS = {100_000: (5.0, None), 1_000_000: (20.0, 2.0)}  # seconds of CPU, GB
ELEMENTS = ("responsiveness", "expertise", "time_savings", "product_quality", "vision", "reduced_anxiety")
STUDY = f"""\
study: reading
client: Reading
language: en
responses: {{file: responses.csv}}
columns: {{respondent: Respondent, account: Customer, segment: [Industry], adjust_for: [Industry, Tenure], comment: Comment}}
outcomes:
  recommend: {{column: Recommend, scale: [0, 10]}}
  repurchase: {{column: Renewed, kind: renewed, yes: ["Yes"], no: ["No"]}}
  satisfaction: {{column: Satisfaction, scale: [0, 10]}}
elements: {{scale: [1, 7], columns: {{{", ".join(f"{one}: {one}" for one in ELEMENTS)}}}}}
exposure: {{rule: offering, column: Package, higher: [Partner]}}
claims: [nps_60, repurchase_22]
"""
PANDAS = "import pandas, sys; pandas.read_csv(sys.argv[1])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a process took: seconds of CPU, and the most memory it held."""

    seconds: float
    gigabytes: float


def write_study(folder: Path, n: int) -> Path:
    """A study of n answers and 15 columns: what was bought, the outcomes, six ratings, background and a few comments."""
    rng = rng_for(SEED, f"reading {n}")
    account = np.sort(rng.integers(0, n // PER_ACCOUNT, n))
    liking = rng.normal(size=n // PER_ACCOUNT)[account] + rng.normal(size=n)
    partner = rng.integers(0, 3, n // PER_ACCOUNT)[account] == 0
    ratings = {one: np.clip(np.round(4.5 + liking + rng.normal(size=n)), 1, 7).astype(int) for one in ELEMENTS}
    frame = pd.DataFrame(
        {
            "Respondent": [f"R{place:07d}" for place in range(n)],
            "Customer": account + 100_000,
            "Industry": np.array(["Retail", "Trade", "Public", "Health"])[account % 4],
            "Tenure": account % 17,
            "Package": np.where(partner, "Partner", "Basic"),
            "Recommend": np.clip(np.round(7 + liking + 0.5 * partner + rng.normal(size=n)), 0, 10).astype(int),
            "Renewed": np.where(rng.random(n) < 0.7 + 0.1 * partner, "Yes", "No"),
            "Satisfaction": np.clip(np.round(7 + liking + rng.normal(size=n)), 0, 10).astype(int),
            **ratings,
            "Comment": np.where(rng.random(n) < 0.1, 'Good, but "slow" at times', ""),
        }
    )
    folder.mkdir()
    frame.to_csv(folder / "responses.csv", index=False)
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    return folder


def run(*command: str) -> Run:
    """A command of Python in a process of its own.

    Raises:
        CalledProcessError: it failed.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
        "OMP_NUM_THREADS": "1"
    }
    process = subprocess.Popen([sys.executable, *command], env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(seconds=used.ru_utime + used.ru_stime, gigabytes=used.ru_maxrss / 2**20)


def measure_reading(rows: Sequence[int] = ROWS) -> str:
    """The table: each command at each number of rows, beside a plain read by pandas in the same run."""
    lines = []
    for n in rows:
        with TemporaryDirectory() as scratch:
            folder = write_study(Path(scratch) / "reading", n)
            size = (folder / "responses.csv").stat().st_size / 1e6
            runs = {
                "`pandas.read_csv` alone": run("-c", PANDAS, str(folder / "responses.csv")),
                "`valuelib check`": run("-m", "valuelib", "check", str(folder)),
                "`valuelib assess`": run("-m", "valuelib", "assess", str(folder)),
            }
        for name, took in runs.items():
            told(f"{n:,} rows: {name} {took.seconds:.1f} s, {took.gigabytes:.2f} GB")
            seconds, gigabytes = TARGETS[n]
            target = "" if "pandas" in name else f"{seconds:g} s" + (f", {gigabytes:g} GB" if gigabytes else "")
            lines.append((f"{n:,} ({size:.0f} MB)", name, f"{took.seconds:.1f} s", f"{took.gigabytes:.2f} GB", target))
    return markdown_table(("Rows", "What", "CPU", "Most memory", "Target"), lines)

"""Measure speed and coverage of the shipped code, and write the tables of docs/reference/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from benchmarks.agreement import compare, read_earlier
from benchmarks.coverage import REPS, measure_coverage
from benchmarks.design import all_cells
from benchmarks.page import replace_table
from benchmarks.planning import measure_planning
from benchmarks.speed import measure_assess, measure_speed
from benchmarks.tables_coverage import say_agreement, table_agreement, table_below, table_coverage, table_rare, table_ratio_sets
from benchmarks.tables_speed import say_replicates, table_speed, table_targets

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "benchmarks.md"
CELLS = Path(__file__).with_name("coverage_cells.csv")
DEMO = ROOT / "data" / "demo"
WORKERS = 2
LIBRARIES = ("numpy", "scipy", "pandas")


def main() -> None:
    """Speed first, while no worker competes for a core."""
    options = _options()
    if options.only in (None, "speed"):
        _write(options.page, measure_speed_tables())
    if options.only in (None, "coverage"):
        _write(options.page, {"coverage-run": run_coverage(options.reps, options.workers, options.cells)})
    if options.only in (None, "planning"):
        _write(options.page, measure_planning())
    if options.only not in ("speed", "planning"):
        _write(options.page, coverage_tables(pd.read_csv(options.cells)))


def measure_speed_tables() -> dict[str, str]:
    """The tables on speed by the name of their markers."""
    print("speed: a minute or two on an idle machine", flush=True)
    timings, assess_seconds = measure_speed(), measure_assess(DEMO)
    return {
        "speed-run": f"{_machine()} One thread. Replicates of the pandas loop run: {say_replicates()}.",
        "speed-targets": table_targets(timings, assess_seconds),
        "speed": table_speed(timings),
    }


def run_coverage(reps: int, workers: int, cells_file: Path) -> str:
    """Count coverage in every cell, keep the counts in `cells_file`, and say what was run."""
    before, cells = _worker_seconds(), all_cells()
    measured = measure_coverage(cells, reps=reps, workers=workers, progress=lambda said: print(said, flush=True))
    measured.to_csv(cells_file, index=False, lineterminator="\n")
    minutes = (_worker_seconds() - before) / 60
    samples = f"{reps:,} samples in each of {len(cells)} cells"
    return f"{_machine()} {samples}; {minutes:.0f} minutes of processor time, shared by {workers} processes."


def coverage_tables(measured: pd.DataFrame) -> dict[str, str]:
    """The tables on coverage by the name of their markers."""
    compared = compare(measured, read_earlier())
    return {
        "coverage": table_coverage(measured),
        "coverage-rare": table_rare(measured),
        "coverage-below": table_below(measured),
        "coverage-ratio": table_ratio_sets(measured),
        "coverage-agreement": f"{say_agreement(compared)}\n\n{table_agreement(compared)}",
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", choices=("speed", "coverage", "planning", "tables"), help="measure one of them, or set kept counts anew"
    )
    parser.add_argument("--reps", type=int, default=REPS, help="samples per cell (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=WORKERS, help="processes; changes the time only (default: %(default)s)")
    parser.add_argument("--page", type=Path, default=PAGE, help="page whose tables are rewritten")
    parser.add_argument("--cells", type=Path, default=CELLS, help="file for the counts of every cell")
    return parser.parse_args()


def _write(page: Path, tables: dict[str, str]) -> None:
    text = page.read_text(encoding="utf-8")
    for name, table in tables.items():
        text = replace_table(text, name, table)
    page.write_text(text, encoding="utf-8")


def _worker_seconds() -> float:
    """Processor time of the processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"Run on {os.cpu_count()} CPUs ({platform.machine()}), Python {platform.python_version()}, {libraries}."


if __name__ == "__main__":
    main()

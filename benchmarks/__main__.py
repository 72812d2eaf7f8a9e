"""Measure what the shipped code promises, and write the tables of docs/reference."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks import coverage
from benchmarks.agreement import compare, read_earlier
from benchmarks.design import all_cells
from benchmarks.page import machine, replace_table
from benchmarks.speed import measure_assess, measure_speed
from benchmarks.tables_coverage import (
    say_agreement,
    say_samples,
    table_agreement,
    table_below,
    table_coverage,
    table_rare,
    table_ratio_sets,
)
from benchmarks.tables_speed import say_replicates, table_speed, table_targets
from benchmarks.truth import judge
from benchmarks.truth.hidden import measure_hidden, table_hidden
from benchmarks.truth.scenarios import SEEDS, all_worlds
from benchmarks.truth.tables import say_studies, truth_tables

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs" / "reference"
DEMO = ROOT / "data" / "demo"
PAGE = DOCS / "benchmarks.md"
CELLS = Path(__file__).with_name("coverage_cells.csv")
VERDICTS = Path(__file__).with_name("truth_verdicts.csv")
HIDDEN = Path(__file__).with_name("truth_hidden.csv")
WORKERS = 2

Tables = Mapping[str, str]  # by the name of their markers
Options = argparse.Namespace


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing to measure: `measure` runs it and gives tables, `tables` sets others from the counts that a run has kept."""

    page: str
    measure: Callable[[Options], Tables]
    tables: Callable[[Options], Tables] | None = None


def main() -> None:
    """Every part in turn, or the one asked for; speed first, while no worker competes for a core."""
    options = _options()
    for name, part in PARTS.items():
        page = options.docs / part.page
        if options.only in (None, name):
            _write(page, part.measure(options))
        if options.only in (None, name, "tables") and part.tables:
            _write(page, part.tables(options))


def measure_speed_tables(_: Options) -> Tables:
    """The tables on speed."""
    print("speed: a minute or two on an idle machine", flush=True)
    timings, assess_seconds = measure_speed(), measure_assess(DEMO)
    return {
        "speed-run": f"{machine()} One thread. Replicates of the pandas loop run: {say_replicates()}.",
        "speed-targets": table_targets(timings, assess_seconds),
        "speed": table_speed(timings),
    }


def run_coverage(options: Options) -> Tables:
    """Count coverage in every cell (or those not counted yet), keep the counts, and say what was run."""
    before, file = worker_seconds(), options.kept / CELLS.name
    kept = pd.read_csv(file) if options.missing and file.exists() else pd.DataFrame()
    cells = coverage.lacking(all_cells(), kept, reps=options.reps)

    def keep(found: pd.DataFrame) -> None:
        coverage.arrange(all_cells(), kept, found).to_csv(file, index=False, lineterminator="\n")

    coverage.measure_coverage(cells, reps=options.reps, workers=options.workers, progress=told, keep=keep)
    minutes = (worker_seconds() - before) / 60
    took = f"the last run took {minutes:.0f} minutes of processor time for {len(cells)} of them"
    return {"coverage-run": f"{machine()} {say_samples(pd.read_csv(file))}; {took}."}


def coverage_tables(measured: pd.DataFrame) -> Tables:
    """The tables on coverage, from the counts of every cell."""
    compared = compare(measured, read_earlier())
    return {
        "coverage": table_coverage(measured),
        "coverage-rare": table_rare(measured),
        "coverage-below": table_below(measured),
        "coverage-ratio": table_ratio_sets(measured),
        "coverage-agreement": f"{say_agreement(compared)}\n\n{table_agreement(compared)}",
    }


def run_truth(options: Options) -> Tables:
    """Assess every made-up client (or those of worlds not judged yet), keep the counts of verdicts, and say what was run."""
    before, file = worker_seconds(), options.kept / VERDICTS.name
    kept = pd.read_csv(file) if options.missing and file.exists() else pd.DataFrame()
    worlds = judge.lacking(all_worlds(), kept, seeds=options.seeds)

    def keep(found: pd.DataFrame) -> None:
        judge.arrange(all_worlds(), kept, found).to_csv(file, index=False, lineterminator="\n")

    judge.judge_worlds(worlds, seeds=options.seeds, workers=options.workers, progress=told, keep=keep)
    hidden = measure_hidden(seeds=options.seeds, workers=options.workers)
    hidden.to_csv(options.kept / HIDDEN.name, index=False, lineterminator="\n")
    minutes = (worker_seconds() - before) / 60
    took = f"The last run took {minutes:.0f} minutes of processor time for {len(worlds)} of them."
    return {"truth-run": f"{machine()} {say_studies(pd.read_csv(file))} {took}"}


def told(progress: str) -> None:
    """A line of progress, at once."""
    print(progress, flush=True)


def worker_seconds() -> float:
    """Processor time of the processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


PARTS: Mapping[str, Part] = {
    "speed": Part(page=PAGE.name, measure=measure_speed_tables),
    "coverage": Part(page=PAGE.name, measure=run_coverage, tables=lambda options: coverage_tables(_kept(options, CELLS))),
    "truth": Part(
        page="truth-tests.md",
        measure=run_truth,
        tables=lambda options: {
            **truth_tables(_kept(options, VERDICTS)),
            "truth-robustness": table_hidden(_kept(options, HIDDEN)),
        },
    ),
}


def _kept(options: Options, file: Path) -> pd.DataFrame:
    return pd.read_csv(options.kept / file.name)


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=(*PARTS, "tables"), help="measure one part, or set kept counts anew")
    parser.add_argument("--reps", type=int, default=coverage.REPS, help="coverage: samples per cell (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="truth: studies of a world (default: %(default)s)")
    parser.add_argument("--missing", action="store_true", help="coverage, truth: only what was not counted yet, or less often")
    parser.add_argument("--workers", type=int, default=WORKERS, help="processes; changes the time only (default: %(default)s)")
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder of the pages whose tables are rewritten")
    parser.add_argument("--kept", type=Path, default=CELLS.parent, help="folder for the counts that a run keeps")
    return parser.parse_args()


def _write(page: Path, tables: Tables) -> None:
    text = page.read_text(encoding="utf-8")
    for name, table in tables.items():
        text = replace_table(text, name, table)
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Measure what the shipped code promises, and write the tables of docs/reference."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks import coverage
from benchmarks.page import replace_table
from benchmarks.parts import PARTS
from benchmarks.registry import WORKERS, Options, Tables
from benchmarks.truth.scenarios import SEEDS

DOCS = Path(__file__).parents[1] / "docs" / "reference"
KEPT = Path(__file__).parent


def main() -> None:
    """Every part in turn, or the one asked for; speed first, while no worker competes for a core."""
    options = _options()
    for name, part in PARTS.items():
        page = options.docs / part.page
        if options.only in (None, name):
            _write(page, part.measure(options))
        if options.only in (None, name, "tables") and part.tables:
            _write(page, part.tables(options))


def _options() -> Options:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=(*PARTS, "tables"), help="measure one part, or set kept counts anew")
    parser.add_argument("--reps", type=int, default=coverage.REPS, help="coverage: samples per cell (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="truth, traps: studies of a world (default: %(default)s)")
    parser.add_argument(
        "--missing", action="store_true", help="coverage, truth, traps: only what was not counted yet, or less often"
    )
    parser.add_argument("--answers", type=int, help="totals, load: one more size, such as 100000000 (needs 2 GB of disk)")
    parser.add_argument("--workers", type=int, default=WORKERS, help="processes; changes the time only (default: %(default)s)")
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder of the pages whose tables are rewritten")
    parser.add_argument("--kept", type=Path, default=KEPT, help="folder for the counts that a run keeps")
    return parser.parse_args()


def _write(page: Path, tables: Tables) -> None:
    text = page.read_text(encoding="utf-8")
    for name, table in tables.items():
        text = replace_table(text, name, table)
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

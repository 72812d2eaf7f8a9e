"""How much does a report cost in each engine, and how much by papermill and nbconvert on the command line? All in one run.

Seconds of CPU of a process and of everything that it starts, so that a busy machine lengthens none more than another. Each way
starts from a new interpreter and ends with the reader's page; only valuelib also sets paper, slides, workbook and Word.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.page import machine, markdown_table
from benchmarks.registry import Options, Tables, told, worker_seconds
from valuelib.output.notebooks import find_notebooks, with_own
from valuelib.output.warm import COLD, WARM

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "demo"
BY_COMMAND_LINE = "papermill and nbconvert"


def measure_scale(_: Options) -> Tables:
    """The table on one client's report."""
    told("scale: some ten minutes on an idle machine")
    with TemporaryDirectory() as folder:
        seconds = {engine: report_seconds(engine, Path(folder) / engine) for engine in (WARM, COLD)}
        seconds[BY_COMMAND_LINE] = command_line_seconds(Path(folder))
    return {"scale-run": machine(), "scale-report": table_report(seconds)}


def report_seconds(engine: str, out: Path) -> float:
    """CPU seconds of `valuelib report` on the demo."""
    told(f"  report by the engine {engine}")
    return _seconds([["valuelib", "report", str(DEMO), "--language", "en", "--out", str(out), "--engine", engine]])


def command_line_seconds(folder: Path) -> float:
    """CPU seconds of a papermill and an nbconvert a chapter of the demo."""
    told("  every chapter by papermill and nbconvert")
    commands: list[list[str]] = []
    for path in with_own(find_notebooks(ROOT / "notebooks"), DEMO):
        run = str(folder / path.name)
        given = ["-p", "study", str(DEMO), "-p", "language", "en"]
        commands.append(["papermill", str(path), run, "--cwd", str(ROOT), "-k", "python3", "--no-progress-bar", *given])
        commands.append(["nbconvert", "--to", "html", run])
    return _seconds(commands)


def _seconds(commands: Sequence[Sequence[str]]) -> float:
    before = worker_seconds()
    for command in commands:
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=dict(os.environ), check=True, capture_output=True)
    return worker_seconds() - before


def table_report(seconds: Mapping[str, float]) -> str:
    """Seconds of each way, and how many times the first of them that is."""
    first = next(iter(seconds.values()))
    rows = [[name, f"{taken:.0f}", f"{taken / first:.1f}"] for name, taken in seconds.items()]
    return markdown_table(("One report of the demo", "CPU s", "times the warm engine"), rows)

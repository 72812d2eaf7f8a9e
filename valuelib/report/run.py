"""Do all notebooks of a report run to their ends, and what did they record?"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from valuelib.report.collect import Recorded, collect_records, prove_done
from valuelib.report.engine import execute_notebook
from valuelib.report.notebooks import read_notebook, running_order, working_folder
from valuelib.report.parameters import Parameters, check_parameters, declared_parameters
from valuelib.report.progress import Watcher

CELL_TIMEOUT = 600
RESULTS, FULL = "results", "full"
RECORDS_FILE = "records.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookRun:
    """One notebook that ran to its end: its outputs, what it recorded, and the seconds it took."""

    name: str
    notebook: NotebookNode
    parameters: Parameters
    records: tuple[Recorded, ...]
    seconds: float


def run_notebooks(
    paths: Sequence[Path],
    parameters: Parameters,
    *,
    engine: str | None = None,
    cell_timeout: int | None = CELL_TIMEOUT,
    alone: bool = False,
    full: bool = False,
    watcher: Watcher | None = None,
) -> tuple[NotebookRun, ...]:
    """Run the notebooks one after another, each in a fresh kernel, the summary last.

    A notebook that declares the parameter `results` gets the path of a JSON file with all records so far: a list of
    `{"notebook", "kind", "data"}`. One that declares `full` is told where the long calculations are wanted.

    Args:
        paths: notebooks of one folder; the kernels work in the folder above it.
        parameters: plain JSON values; each notebook must declare every one of them.
        engine: name of a papermill engine; None is papermill's own.
        cell_timeout: seconds that one cell may take; None sets no limit.
        alone: give no notebook the results of the others, as when a reader opens it.
        full: ask the notebooks that can for their long calculations.
        watcher: told how the run goes on.

    Raises:
        ParameterError: names or types do not fit; nothing has run.
        RunError: a notebook did not run to its end; the ones after it have not run.
    """
    notebooks = read_notebooks(paths, parameters)
    done: list[NotebookRun] = []
    with tempfile.TemporaryDirectory(prefix="valuelib-") as scratch:
        for number, (name, notebook) in enumerate(notebooks.items(), start=1):
            given = parameters if alone else _with_results(name, notebook, parameters, done, Path(scratch) / RECORDS_FILE)
            given = {**given, FULL: True} if full and FULL in declared_parameters(name, notebook) else given
            if watcher:
                watcher.started(name, number, len(notebooks), len(notebook.cells))
            run = _run_one(name, notebook, given, working_folder(paths), engine, cell_timeout, watcher)
            done.append(run)
            if watcher:
                watcher.ended(name, run.seconds)
    return tuple(done)


def read_notebooks(paths: Sequence[Path], parameters: Parameters) -> Mapping[str, NotebookNode]:
    """The notebooks by name in running order, once it is sure that the parameters fit them all.

    Raises:
        ParameterError: names or types do not fit, or a file is no notebook.
    """
    notebooks = {path.stem: read_notebook(path) for path in sorted(paths, key=running_order)}
    check_parameters(notebooks, parameters)
    return notebooks


def _run_one(
    name: str,
    notebook: NotebookNode,
    parameters: Parameters,
    folder: Path,
    engine: str | None,
    cell_timeout: int | None,
    watcher: Watcher | None,
) -> NotebookRun:
    start = time.monotonic()
    on_cell = watcher.at_cell if watcher else None
    executed = execute_notebook(
        name, notebook, parameters, folder=folder, engine=engine, cell_timeout=cell_timeout, on_cell=on_cell
    )
    records = collect_records(name, executed)
    prove_done(name, executed, records)
    return NotebookRun(name=name, notebook=executed, parameters=parameters, records=records, seconds=time.monotonic() - start)


def _with_results(name: str, notebook: NotebookNode, parameters: Parameters, done: Sequence[NotebookRun], file: Path) -> Parameters:
    if RESULTS not in declared_parameters(name, notebook):
        return parameters
    records = [{"notebook": run.name, "kind": item.kind, "data": item.data} for run in done for item in run.records]
    file.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return {**parameters, RESULTS: str(file)}

"""Run notebooks on their default parameters and keep their outputs in place: `python -m valuelib.report.store notebooks/*.ipynb`.

Nothing but code, prose and outputs is kept, so that storing twice changes no byte.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
from rich.console import Console

from valuelib.errors import ParameterError, RunError
from valuelib.report.clean import clean_notebook, machine_folders
from valuelib.report.notebooks import running_order, working_folder
from valuelib.report.progress import ConsoleProgress
from valuelib.report.run import CELL_TIMEOUT, NotebookRun, run_notebooks


def store_outputs(paths: Sequence[Path], *, engine: str | None = None, console: Console | None = None) -> tuple[Path, ...]:
    """Run notebooks alone, as a reader in JupyterLab would, and write those back whose outputs changed.

    Returns:
        The notebooks that were written.

    Raises:
        ParameterError: a file is no notebook, or has no good `parameters` cell.
        RunError: a notebook did not run to its end; it and those after it are as they were.
    """
    console = console or Console(stderr=True)
    written = []
    with ConsoleProgress(console) as progress:
        for path in sorted(paths, key=running_order):
            (run,) = run_notebooks([path], {}, engine=engine, cell_timeout=CELL_TIMEOUT, alone=True, watcher=progress)
            if _write(path, run):
                written.append(path)
    progress.print_times()
    return tuple(written)


def _write(path: Path, run: NotebookRun) -> bool:
    folders = machine_folders({str(working_folder([path])): "."})
    text = nbformat.writes(clean_notebook(run.notebook, folders)) + "\n"
    if path.read_text(encoding="utf-8") == text:
        return False
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    """Store the notebooks named on the command line; exit status 2 for a wrong name, 1 for a notebook that fails."""
    paths = [Path(argument) for argument in (sys.argv[1:] if arguments is None else arguments)]
    console = Console(stderr=True)
    if not paths or (lost := [str(path) for path in paths if not path.is_file()]):
        told = f"There is no file {', '.join(lost)}." if paths else "Name the notebooks to run, such as notebooks/*.ipynb."
        console.print(told, markup=False, highlight=False, soft_wrap=True)
        return 2
    try:
        written = store_outputs(paths, console=console)
    except (ParameterError, RunError) as err:
        console.print(str(err), markup=False, highlight=False, soft_wrap=True)
        return 2 if isinstance(err, ParameterError) else 1
    console.print(f"{len(written)} of {len(paths)} notebooks changed.", highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""An executed notebook as it may leave this machine: its cells and outputs, without clock, path and process number."""

from __future__ import annotations

import copy
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from rich.console import Console

from valuelib.errors import ParameterError, RunError
from valuelib.output.notebooks import ABOUT, INJECTED, Parameters, running_order, working_folder
from valuelib.output.run import CELL_TIMEOUT, ConsoleProgress, NotebookRun, run_notebooks

RUNNER_METADATA = ("papermill", "execution", "ExecuteTime")
KERNEL_SPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}
# ipykernel names a cell after its process and a hash, in the folder for temporary files, as in a warning's first line.
CELL_FILE = re.compile(r"ipykernel_\d+[\\/]\d+\.py")
TEMPORARY = "[temporary]"
PATH_START, PATH_END = r"(?<![\w.~-])", r"(?![\w-])"
COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def clean_notebook(notebook: NotebookNode, folders: Mapping[str, str], parameters: Parameters | None = None) -> NotebookNode:
    """A copy without what the runner and the machine left in it; code and outputs stay.

    Args:
        notebook: as it was run.
        folders: folders of this machine, and what to write in their place.
        parameters: shown in the injected cell in place of those of the run, since these may hold paths.
    """
    clean = copy.deepcopy(notebook)
    kept = {ABOUT: notebook.metadata[ABOUT]} if ABOUT in notebook.metadata else {}
    clean.metadata = NotebookNode(kernelspec=NotebookNode(KERNEL_SPEC), language_info=NotebookNode(LANGUAGE_INFO), **kept)
    for cell in clean.cells:
        tags = cell.metadata.get("tags", [])
        left = {key: value for key, value in cell.metadata.items() if key not in RUNNER_METADATA and (key != "tags" or tags)}
        cell.metadata = NotebookNode(left)
        if INJECTED in tags:
            cell.id = INJECTED
            cell.source = "\n".join(["# Parameters", *(f"{name} = {value!r}" for name, value in (parameters or {}).items())])
        if cell.cell_type == "code":
            cell.outputs = [NotebookNode(_scrubbed(output, folders)) for output in cell.outputs]
    return clean


def machine_folders(named: Mapping[str, str]) -> dict[str, str]:
    """Folders of this machine that an output might mention, longest first, and the word to write in place of each."""
    known = {str(Path.home()): "~", tempfile.gettempdir(): TEMPORARY, sys.prefix: "[environment]", **named}
    return {folder: known[folder] for folder in sorted(known, key=len, reverse=True) if len(folder) > 1}


def _scrubbed(value: Any, folders: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        value = CELL_FILE.sub("[cell]", COLOURS.sub("", value))
        for folder, word in folders.items():
            value = re.sub(PATH_START + re.escape(folder) + PATH_END, word.replace("\\", r"\\"), value)
        return value.replace(f"{TEMPORARY}/[cell]", "[cell]")
    if isinstance(value, dict):
        pictures_aside = ((key, item if key.startswith("image/p") else _scrubbed(item, folders)) for key, item in value.items())
        return NotebookNode(dict(pictures_aside))
    return [_scrubbed(item, folders) for item in value] if isinstance(value, list) else value


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

"""An executed notebook as it may leave this machine: its cells and outputs, without clock, path and process number."""

from __future__ import annotations

import base64
import copy
import io
import json
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from PIL import Image
from rich.console import Console

from valuelib.errors import ParameterError, RunError
from valuelib.output.notebooks import ABOUT, INJECTED, Parameters, running_order, working_folder
from valuelib.output.run import CELL_TIMEOUT, ConsoleProgress, run_notebooks

RUNNER_METADATA = ("papermill", "execution", "ExecuteTime")
KERNEL_SPEC = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}
# ipykernel names a cell after its process and a hash, in the folder for temporary files, as in a warning's first line.
CELL_FILE = re.compile(r"ipykernel_\d+[\\/]\d+\.py")
TEMPORARY = "[temporary]"
COLOURS_STORED = 48
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


def light_pictures(notebook: NotebookNode) -> NotebookNode:
    """The same notebook, in place, with the pictures that an analyst drew in few colours: about a third of the bytes in git."""
    for output in (
        output for cell in notebook.cells for output in cell.get("outputs", []) if "image/png" in output.get("data", {})
    ):
        picture = Image.open(io.BytesIO(base64.b64decode(output["data"]["image/png"]))).convert("RGB")
        file = io.BytesIO()
        picture.quantize(COLOURS_STORED, dither=Image.Dither.NONE).save(file, format="PNG", optimize=True)
        output["data"]["image/png"] = base64.b64encode(file.getvalue()).decode()
    return notebook


def stored_text(notebook: NotebookNode) -> str:
    """A notebook's JSON as it is kept in git: a value a line, without the indentation, which is a tenth of the bytes."""
    return json.dumps(json.loads(nbformat.writes(notebook)), indent=0, ensure_ascii=False, sort_keys=True) + "\n"


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


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the notebooks named on the command line, each alone, as a reader in JupyterLab would, and store the outputs that changed.

    Returns:
        The exit status: 2 for a wrong name or no good `parameters` cell, 1 for a notebook that fails; it and those after it stay as
        they were.
    """
    paths = [Path(argument) for argument in (sys.argv[1:] if arguments is None else arguments)]
    console = Console(stderr=True)

    def tell(said: str) -> None:
        console.print(said, markup=False, highlight=False, soft_wrap=True)

    if not paths or (lost := [str(path) for path in paths if not path.is_file()]):
        tell(f"There is no file {', '.join(lost)}." if paths else "Name the notebooks to run, such as notebooks/*.ipynb.")
        return 2
    changed = 0
    try:
        with ConsoleProgress(console) as progress:
            for path in sorted(paths, key=running_order):
                (run,) = run_notebooks([path], {}, cell_timeout=CELL_TIMEOUT, alone=True, watcher=progress)
                clean = clean_notebook(run.notebook, machine_folders({str(working_folder([path])): "."}))
                text = stored_text(light_pictures(clean))
                if path.read_text(encoding="utf-8") != text:
                    fresh = path.with_name(f".{path.name}.new")
                    fresh.write_text(text, encoding="utf-8")
                    fresh.replace(path)
                    changed += 1
    except (ParameterError, RunError) as err:
        tell(str(err))
        return 2 if isinstance(err, ParameterError) else 1
    progress.print_times()
    tell(f"{changed} of {len(paths)} notebooks changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What of an executed notebook may leave this machine? Its cells and outputs; no clock, no path, no process number."""

from __future__ import annotations

import copy
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from valuelib.report.notebooks import INJECTED
from valuelib.report.parameters import Parameters

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
    clean.metadata = NotebookNode(kernelspec=NotebookNode(KERNEL_SPEC), language_info=NotebookNode(LANGUAGE_INFO))
    for cell in clean.cells:
        _clean_cell(cell, parameters or {}, folders)
    return clean


def machine_folders(named: Mapping[str, str]) -> dict[str, str]:
    """Folders of this machine that an output might mention, longest first, and the word to write in place of each."""
    known = {str(Path.home()): "~", tempfile.gettempdir(): TEMPORARY, sys.prefix: "[environment]", **named}
    return {folder: known[folder] for folder in sorted(known, key=len, reverse=True) if len(folder) > 1}


def _clean_cell(cell: NotebookNode, parameters: Parameters, folders: Mapping[str, str]) -> None:
    tags = cell.metadata.get("tags", [])
    kept = {key: value for key, value in cell.metadata.items() if key not in RUNNER_METADATA and (key != "tags" or tags)}
    cell.metadata = NotebookNode(kept)
    if INJECTED in tags:
        cell.id = INJECTED
        cell.source = "\n".join(["# Parameters", *(f"{name} = {value!r}" for name, value in parameters.items())])
    if cell.cell_type == "code":
        cell.outputs = [NotebookNode(_scrubbed(output, folders)) for output in cell.outputs]


def _scrubbed(value: Any, folders: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return _scrub_text(value, folders)
    if isinstance(value, dict):
        pictures_aside = ((key, item if key.startswith("image/p") else _scrubbed(item, folders)) for key, item in value.items())
        return NotebookNode(dict(pictures_aside))
    return [_scrubbed(item, folders) for item in value] if isinstance(value, list) else value


def _scrub_text(text: str, folders: Mapping[str, str]) -> str:
    text = CELL_FILE.sub("[cell]", COLOURS.sub("", text))
    for folder, word in folders.items():
        text = re.sub(PATH_START + re.escape(folder) + PATH_END, word.replace("\\", r"\\"), text)
    return text.replace(f"{TEMPORARY}/[cell]", "[cell]")

"""Which notebooks make a report, in which order do they run, and from which folder?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

import valuelib
from valuelib.errors import ParameterError

NUMBERED = re.compile(r"\d\d_\w+\.ipynb")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
SUMMARY = "00_"
INJECTED = "injected-parameters"


def find_notebooks(folder: Path | None = None) -> tuple[Path, ...]:
    """The chapters' notebooks in the order they run: by number, the summary (00) last because it reads the others' results.

    Args:
        folder: where to look; None looks beside the package (an editable install), then in the working folder.

    Raises:
        ParameterError: there are none.
    """
    places = [folder] if folder else [Path(valuelib.__file__).parents[1] / "notebooks", Path.cwd() / "notebooks"]
    for place in places:
        found = [path for path in place.glob("*.ipynb") if NUMBERED.fullmatch(path.name)] if place.is_dir() else []
        if found:
            return tuple(sorted(found, key=running_order))
    looked = " and ".join(str(place) for place in places)
    raise ParameterError(
        f"No notebooks named like 03_nps_claim.ipynb in {looked}. Work in the project's folder, or install the package "
        "from a clone with `pip install --editable .`, since the notebooks are kept beside it."
    )


def running_order(path: Path) -> tuple[bool, str]:
    """Sort key: numbered order with the summary last."""
    return path.name.startswith(SUMMARY), path.name


def working_folder(notebooks: Sequence[Path]) -> Path:
    """The kernels' working folder: the project, which is the folder that holds the notebooks' folder."""
    return notebooks[0].resolve().parent.parent


def read_notebook(path: Path) -> NotebookNode:
    """A notebook in the current format.

    Raises:
        ParameterError: the file is not a notebook.
    """
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except (nbformat.reader.NotJSONError, nbformat.ValidationError, UnicodeDecodeError) as err:
        raise ParameterError(f"{path.name}: could not read it as a notebook: {first_line(str(err))}") from err
    return notebook


def section_of(notebook: NotebookNode, cell: int) -> str:
    """The nearest heading above a cell, or an empty text where there is none."""
    for above in reversed(notebook.cells[: cell + 1]):
        if above.cell_type == "markdown" and (headings := HEADING.findall(above.source)):
            return str(headings[-1])
    return ""


def cell_number(notebook: NotebookNode, cell: int) -> int:
    """A cell's number as a reader counts, from 1; the cell that papermill puts in for the parameters is not counted."""
    return sum(INJECTED not in above.metadata.get("tags", []) for above in notebook.cells[: cell + 1])


def first_line(text: str, limit: int = 300) -> str:
    """The first line of a message that says something, cut where it runs on."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= limit else line[: limit - 1] + "…"

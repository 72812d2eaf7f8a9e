"""The code cells of a chapter, run here: for tests that look at what its own formulas found."""

from pathlib import Path
from typing import Any

import nbformat
from matplotlib import pyplot as plt

from valuelib.study.model import Study

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def run_cells(chapter: str, study: Study | Path | str | None = None, *, skip: tuple[str, ...] = ()) -> dict[str, Any]:
    """Names that a chapter's cells leave behind.

    Args:
        chapter: the notebook's name without its ending.
        study: a study or its folder in place of the one in its parameters.
        skip: cells with one of these texts in them are left out, such as what only the client sees.
    """
    names: dict[str, Any] = {}
    try:
        for cell in nbformat.read(NOTEBOOKS / f"{chapter}.ipynb", as_version=4).cells:
            if cell.cell_type == "code" and not any(text in cell.source for text in skip):
                exec(compile(cell.source, f"{chapter}, {cell.id}", "exec"), names)
                plt.close("all")  # as in a notebook, where a cell's picture is closed when it has been shown
                if "parameters" in cell.metadata.get("tags", []) and study is not None:
                    names["study"] = study
    finally:
        plt.close("all")
    return names

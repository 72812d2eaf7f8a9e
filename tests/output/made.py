"""Little notebooks made in code, so that the runner is tested on cells that fail in every way a real one may."""

from __future__ import annotations

from pathlib import Path

import nbformat
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

MIME = "application/vnd.valuelib.record+json"
PARAMETERS = 'study = "data/demo"  # folder of the study\nlanguage = None  # None: the study\'s own'
HELPERS = """
from IPython.display import display
MIME = "application/vnd.valuelib.record+json"
count = 0
def record(kind, data, html="", plain=""):
    global count
    count += kind != "done"
    display({MIME: {"kind": kind, "data": data}, "text/html": html, "text/plain": plain or kind}, raw=True)
def done(*planned):
    record("done", {"records": count, "planned": list(planned)})
"""
ESTIMATE = """
record("estimate", {"name": "nps.all", "value": 31.25, "unit": "points", "n": 40, "accounts": 12, "ci_low": 20.0, "ci_high": 42.5},
       "<p>NPS 31.3</p>")
"""
DONE = "done()"


def notebook(*cells: str, parameters: str = PARAMETERS) -> nbformat.NotebookNode:
    """A notebook of these cells; a text that starts with # and a blank is markdown, the rest code."""
    made = [
        new_markdown_cell("# The question"),
        new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        new_code_cell(HELPERS),
    ]
    made += [new_markdown_cell(cell) if cell.startswith("#") else new_code_cell(cell.strip()) for cell in cells]
    for index, cell in enumerate(made):
        cell.id = f"cell-{index}"
    return new_notebook(cells=made, metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}})


def write(folder: Path, name: str, *cells: str, parameters: str = PARAMETERS) -> Path:
    """Write such a notebook into `notebooks/` of a project folder and return its path."""
    path = folder / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(*cells, parameters=parameters), path)
    return path


def write_study(folder: Path, *, client: str = "Test Oy", language: str = "en", seed: int = 7) -> Path:
    """A small study of 40 made-up answers from 10 accounts, half of them on the higher-tier package."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "study": "small",
        "client": client,
        "language": language,
        "fieldwork": "2026-03",
        "seed": seed,
        "responses": {"file": "responses.csv"},
        "columns": {"respondent": "Id", "account": "Account"},
        "outcomes": {"recommend": {"column": "Rec", "scale": [0, 10]}},
        "elements": {"scale": [0, 10], "columns": {"product_quality": "Q1"}},
        "exposure": {"column": "Package", "higher": ["Partner"]},
    }
    (folder / "study.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    rows = [f"r{i},a{i % 10},{(i * 7) % 11},{(i * 3) % 11},{'Partner' if i % 10 < 5 else 'Basic'}" for i in range(40)]
    (folder / "responses.csv").write_text("\n".join(["Id,Account,Rec,Q1,Package", *rows]) + "\n", encoding="utf-8")
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def display_output(data: dict[str, object]) -> nbformat.NotebookNode:
    """An output as the kernel would have sent it."""
    return new_output("display_data", data=data)


def stream_output(text: str) -> nbformat.NotebookNode:
    """Printed text."""
    return new_output("stream", name="stdout", text=text)

"""Lines of analysis against lines of imports and bookkeeping, by notebook: `python tools/notebook_lines.py [NOTEBOOK ...]`.

Bookkeeping are imports, the cell of parameters, and statements that open the chapter, set the looks of pictures, show something to
the client or close the chapter. Blank lines and comments count as neither.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
CALLS = {"vl.chapter", "vl.set_theme", "ch.show", "ch.done"}


class Lines(NamedTuple):
    """Lines of code of a notebook, by what they are for."""

    analysis: int
    bookkeeping: int

    @property
    def ratio(self) -> float:
        """Lines of analysis to one of bookkeeping."""
        return self.analysis / max(self.bookkeeping, 1)


def count_lines(path: Path) -> Lines:
    """The lines of one notebook."""
    found = {False: 0, True: 0}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            parameters = "parameters" in cell["metadata"].get("tags", [])
            for bookkeeping, lines in _statements("".join(cell["source"])):
                found[parameters or bookkeeping] += lines
    return Lines(found[False], found[True])


def _statements(source: str) -> Iterator[tuple[bool, int]]:
    """Each statement of a cell: whether it is bookkeeping, and its lines of code."""
    lines = source.splitlines()
    for statement in ast.parse(source).body:
        own = lines[statement.lineno - 1 : statement.end_lineno]
        calls = {ast.unparse(node.func) for node in ast.walk(statement) if isinstance(node, ast.Call)}
        bookkeeping = isinstance(statement, ast.Import | ast.ImportFrom) or bool(calls & CALLS)
        yield bookkeeping, sum(bool(line.strip()) and not line.lstrip().startswith("#") for line in own)


def main(arguments: Sequence[str]) -> None:
    """Print a line a notebook, and the sum."""
    paths = [Path(argument) for argument in arguments] or sorted(NOTEBOOKS.glob("*.ipynb"))
    counted = {path.stem: count_lines(path) for path in paths}
    total = Lines(*(sum(column) for column in zip(*counted.values(), strict=True)))
    for name, lines in {**counted, "all": total}.items():
        print(f"{name:28} {lines.analysis:5} : {lines.bookkeeping:<5} {lines.ratio:5.1f}")


if __name__ == "__main__":
    main(sys.argv[1:])

"""What do all formats have in common while a file is being read, and what comes out in the end?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from valuelib.errors import Problem
from valuelib.records import Message

FIRST_ROWS = 5
"""How many rows or columns a problem or message names before it says how many there are."""


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """One file as read: columns under the export's own names, numbers where a whole column is numeric, else text, blanks missing.

    `first_row` and `rows` are the file's own row numbers (1-based, as a spreadsheet shows), so that problems can name rows;
    row `i` of the frame stands in row `rows[i]` of the file. Rows that were left out make gaps in `rows`.
    """

    file: str
    frame: pd.DataFrame
    labels: Mapping[str, str]
    value_labels: Mapping[str, Mapping[float | str, str]]
    first_row: int
    assumed: tuple[Message, ...]
    rows: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What study.yaml says about the format; None where it is to be found out."""

    sheet: str | int | None = None
    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """A table between its format's reader and `finish`: cells may still be objects, and problems wait to be told together."""

    file: str
    frame: pd.DataFrame
    rows: Sequence[int]
    labels: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[float | str, str]] = field(default_factory=dict)
    assumed: tuple[Message, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells, header rows included, with their row numbers in the file; blank rows are left out, blank cells are None."""

    file: str
    cells: Sequence[Sequence[object]]
    rows: Sequence[int]
    assumed: tuple[Message, ...] = ()


def some(names: Sequence[object]) -> str:
    """The first names of a list, with the count of all where there are more, in no language: `a, b, c … (12)`."""
    shown = ", ".join(str(name) for name in names[:FIRST_ROWS])
    return shown if len(names) <= FIRST_ROWS else f"{shown} … ({len(names)})"


def is_blank(cell: object) -> bool:
    """Whether a cell holds nothing but white space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())

"""What all formats share: a table while it is read, the table at the end, and which of its columns are numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from valuelib.errors import Problem
from valuelib.results import Message

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


# Columns of numbers, and their decimal marks.

_NUMBER = re.compile(r"[-+\u2212]?(\d+|\d*(?P<mark>[.,])\d+)([eE][-+]\d+)?")
_CODE = re.compile(r"[-+\u2212]?0\d+|\d{16,}|\+\d{7,}")
"""Digits that are a name rather than a quantity: 00123, a telephone number, an id too long for a float."""
_GROUPED = re.compile(r"[-+\u2212]?[1-9]\d{0,2}[.,]\d{3}")
"""1,234 or 1.234: a thousands separator or three decimals; only other cells can tell."""
_NO_ANSWER = {"NA", "N/A", "#N/A", "NaN", "nan", "NULL", "#NULL!"}
"""What programs write for an empty cell; read as blank only where everything else in the column is a number."""
_EXACT = 2.0**53


@dataclass(frozen=True, slots=True)
class _Column:
    """The different cells of one column, what each looks like, and how many cells of the column look so."""

    name: str
    codes: npt.NDArray[np.intp]
    cells: list[object]
    kinds: list[str]
    tally: Mapping[str, int]

    def count(self, *kinds: str) -> int:
        return sum(self.tally.get(kind, 0) for kind in kinds)

    def places(self, *kinds: str) -> list[int]:
        """Places of the first cells of these kinds, in file order."""
        wanted = np.array([*(kind in kinds for kind in self.kinds), False])
        found: list[int] = np.flatnonzero(wanted[self.codes])[:FIRST_ROWS].tolist()
        return found


def read_numbers(draft: Draft, decimal: str | None) -> Draft:
    """Turn columns that hold nothing but numbers into numbers: whole ones to Int64, others to float64; the rest becomes text.

    In a column that is mostly numbers (some words may be codes for "no answer") a decimal comma becomes a point, so that the
    numbers can be had once the words are out. A column that has both marks is a problem; a thousands separator is not guessed.
    """
    columns = {
        str(name): _look_at(str(name), values)
        for name, values in draft.frame.items()
        if not (pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values))
    }
    # Whether some column has commas that can only be decimal ones; then those of the other columns are too.
    comma_file = any(_mostly_numbers(column) and column.count("comma") and not column.count("point") for column in columns.values())
    marks = {name: _mark(column, decimal, comma_file) for name, column in columns.items()}
    frame = {
        str(name): _convert(columns[str(name)], marks[str(name)])
        if name in columns
        else (values.astype("Int64") if pd.api.types.is_integer_dtype(values) else _whole(values.astype("float64")))
        for name, values in draft.frame.items()
    }
    problems = [_mixed_problem(column, draft) for name, column in columns.items() if marks[name] == "both"]
    return replace(
        draft,
        frame=pd.DataFrame(frame),
        assumed=(*draft.assumed, *_notes(draft.file, list(columns.values()), marks)),
        problems=(*draft.problems, *problems),
    )


def _look_at(name: str, values: pd.Series) -> _Column:
    """Every different cell is looked at once, which keeps large files fast."""
    codes, found = pd.factorize(values.astype(object))
    cells = [_tidied(cell) for cell in found]
    kinds = [_kind(cell) for cell in cells]
    tally: Counter[str] = Counter()
    for kind, count in zip(kinds, np.bincount(codes[codes >= 0], minlength=len(cells)).tolist(), strict=True):
        tally[kind] += count
    return _Column(name, codes, cells, kinds, tally)


def _tidied(cell: object) -> object:
    """A cell without white space around it; numbers stay, everything else becomes text."""
    if isinstance(cell, int | float | np.number):
        return float(cell)
    return str(cell).strip()


def _kind(cell: object) -> str:
    if isinstance(cell, float):
        return "number"
    text = str(cell)
    match = _NUMBER.fullmatch(text)
    if match is None:
        return "no_answer" if text in _NO_ANSWER else "word" if text else "blank"
    mark = match["mark"]
    if mark is None:
        return "code" if _CODE.fullmatch(text) else "whole"
    return ("grouped_" if _GROUPED.fullmatch(text) else "") + ("comma" if mark == "," else "point")


def _mostly_numbers(column: _Column) -> bool:
    numbers = column.count("number", "whole", "comma", "point", "grouped_comma", "grouped_point")
    return numbers > 0 and numbers >= column.count("word", "code")


def _mark(column: _Column, decimal: str | None, comma_file: bool) -> str:
    """The column's decimal mark: `,` or `.`; `both` where cells disagree, `unsure` where it may be a thousands separator."""
    if decimal is not None or not _mostly_numbers(column):
        return decimal or "."
    comma, point = column.count("comma", "grouped_comma"), column.count("point", "grouped_point")
    if comma and point:
        return "both"
    if comma:
        return "," if comma_file or column.count("comma") else "unsure"
    return "unsure" if point and comma_file and not column.count("point") else "."


def _convert(column: _Column, mark: str) -> pd.Series:
    kinds = {".": {"point", "grouped_point"}, ",": {"comma", "grouped_comma"}}.get(mark, set()) | {"number", "whole"}
    found = set(column.kinds) - {"no_answer", "blank"}
    if found and found <= kinds:
        values = [
            (cell if isinstance(cell, float) else float(_plain(str(cell)))) if kind in kinds else np.nan
            for cell, kind in zip(column.cells, column.kinds, strict=True)
        ]
        return _whole(pd.Series(np.array([*values, np.nan])[column.codes]))  # -1, a blank, takes the last one
    comma = mark == "," and _mostly_numbers(column)
    texts = [_text(cell, kind, comma) for cell, kind in zip(column.cells, column.kinds, strict=True)]
    return pd.Series(np.array([*texts, None], dtype=object)[column.codes], dtype="str")


def _plain(number: str) -> str:
    """A number as computers write it: a decimal point, and a hyphen for the minus sign of typesetters."""
    return number.replace(",", ".").replace("\N{MINUS SIGN}", "-")


def _text(cell: object, kind: str, comma: bool) -> str | None:
    if kind == "blank":
        return None
    if comma and kind.endswith("comma"):
        return _plain(str(cell))
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _whole(values: pd.Series) -> pd.Series:
    """Whole numbers as Int64, so that a customer number prints without decimals, with or without blanks."""
    given = values.dropna()
    whole = len(given) > 0 and bool(((given % 1 == 0) & (given.abs() < _EXACT)).all())
    return values.astype("Int64") if whole else values


def _mixed_problem(column: _Column, draft: Draft) -> Problem:
    rare = ("comma", "grouped_comma"), ("point", "grouped_point")
    kinds = min(rare, key=lambda marks: column.count(*marks))
    rows = [draft.rows[place] for place in column.places(*kinds)]
    commas, points = column.count("comma", "grouped_comma"), column.count("point", "grouped_point")
    return Problem(
        f"The column holds {commas} numbers with a comma and {points} with a point: which mark is the decimal one?",
        f"{draft.file}, column {column.name!r}, first rows {some(rows)}",
        "One decimal mark in the whole column, and no thousands separator.",
        "Make the numbers alike in the file, or set `decimal` in study.yaml.",
    )


def _notes(file: str, columns: Sequence[_Column], marks: Mapping[str, str]) -> list[Message]:
    """What was assumed about numbers, each with its columns."""
    numeric = [column for column in columns if _mostly_numbers(column)]
    commas = [column.name for column in numeric if marks[column.name] == "," and column.count("comma", "grouped_comma")]
    unsure = [column.name for column in numeric if marks[column.name] == "unsure"]
    blanked = [column.name for column in numeric if column.count("no_answer") and not column.count("word", "code")]
    found = {"readers.decimal_comma": commas, "readers.thousands_unsure": unsure, "readers.no_answer_marks": blanked}
    return [
        Message(code=code, values={"file": file, "columns": some(names), "columns_n": len(names)})
        for code, names in found.items()
        if names
    ]

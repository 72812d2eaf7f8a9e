"""What all formats share: a table while it is read, the table at the end, and which of its columns are numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from valuelib.errors import Problem
from valuelib.results import Message, Value
from valuelib.study.wording import code_key, tidy, to_float

FIRST_ROWS = 5
"""How many rows or columns a problem or message names before it says how many there are."""


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """One file as read: columns under the export's own names, numbers where a whole column is numeric, else text, blanks missing.

    `repeated` are the names that several different columns have in the file: here they are numbered, `NPS (1)`, `NPS (2)`.
    `header_row` is the row with the names where it was found below others, else None.
    `first_row` and `rows` are the file's own row numbers (1-based, as a spreadsheet shows), so that problems can name rows;
    row `i` of the frame stands in row `rows[i]` of the file. Rows that were left out make gaps in `rows`. `names` are the columns
    that keep their text as written.
    `errors` are the rows, by column, where a spreadsheet program wrote an error: blank here, and yet nothing a respondent left out.
    `import_ids` are Qualtrics' own names of the columns, which stay the same from wave to wave.
    `copies`: how many answers each row stands for, where the rows are the different cells of a larger source; else empty.
    """

    file: str
    frame: pd.DataFrame
    labels: Mapping[str, str]
    value_labels: Mapping[str, Mapping[float | str, str]]
    first_row: int
    assumed: tuple[Message, ...]
    rows: Sequence[int] = ()
    names: Collection[str] = ()
    repeated: frozenset[str] = frozenset()
    header_row: int | None = None
    errors: Mapping[str, frozenset[int]] = field(default_factory=dict)
    import_ids: Mapping[str, str] = field(default_factory=dict)
    copies: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What study.yaml says about the format; None where it is to be found out."""

    sheet: str | int | None = None
    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    header_row: int | None = None
    hidden_rows: str = "keep"


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
    repeated: frozenset[str] = frozenset()
    header_row: int | None = None
    errors: Mapping[str, frozenset[int]] = field(default_factory=dict)
    import_ids: Mapping[str, str] = field(default_factory=dict)
    copies: Sequence[int] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Columns(Sequence[Sequence[object]]):
    """Rows of cells, kept column by column: a large file holds far fewer objects so."""

    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)

    @overload
    def __getitem__(self, place: int) -> Sequence[object]: ...

    @overload
    def __getitem__(self, place: slice) -> Columns: ...

    def __getitem__(self, place: int | slice) -> Sequence[object]:
        if isinstance(place, slice):
            return Columns(self.frame.iloc[place].reset_index(drop=True))
        return self.frame.iloc[place].tolist()

    def __iter__(self) -> Iterator[Sequence[object]]:
        """Far quicker than one row after the other by its place."""
        return zip(*(column.tolist() for _, column in self.frame.items()), strict=True)


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
    """Whether a cell holds nothing that can be seen."""
    return cell is None or (isinstance(cell, str) and not tidy(cell))


def count_places(places: npt.NDArray[np.intp], n: int, copies: Sequence[int]) -> list[int]:
    """How many answers have each of the `n` different cells of a column; -1 is a blank. `copies` as of a table."""
    given = places >= 0
    weights = np.asarray(copies, dtype=float)[given] if len(copies) else None
    counts: list[int] = np.bincount(places[given], weights=weights, minlength=n).astype(int).tolist()
    return counts


def iso_text(cell: object) -> object:
    """Truth as text, dates and times in ISO form; other cells as they are."""
    if isinstance(cell, bool | np.bool_):
        return str(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else cell


# Columns of numbers, and their decimal marks.

_NUMBER = re.compile(r"[-+\u2212]?(\d+|\d*(?P<mark>[.,])\d+)([eE][-+]\d+)?")
_CODE = re.compile(r"[-+\u2212]?0\d+|\d{16,}|\+\d{7,}")
"""Digits that are a name rather than a quantity: 00123, a telephone number, an id too long for a float."""
_GROUPED = re.compile(r"[-+\u2212]?[1-9]\d{0,2}[.,]\d{3}")
"""1,234 or 1.234: a thousands separator or three decimals; only other cells can tell."""
_NO_ANSWER = {"NA", "N/A", "NaN", "nan", "NULL"}
"""What programs write for an empty cell; read as blank only where everything else in the column is a number."""
_ERROR = re.compile(
    r"#[¡¿]?[^\W\d_a-zà-ÿ][^\s#a-zà-ÿ]{0,30}[!?]"  # #VALUE! #ARVO! #JAKO/0! #NIMI? #¡REF! ...
    r"|#(?:N/?[ADVB]|I/T|NV|Н/Д|YOK|PUUTTUU|PUUDUB|SAKNAS|HIÁNYZIK|NENÍ_K_DISPOZICI|GETTING_DATA)|#{3,}"
    r"|(?:Err|Virhe|Fel|Fehler|Erreur|Fout|Errore):\d{3}"
)
"""What spreadsheet programs write for a formula that failed, in any language, for a cell too narrow (###), or as Err:502."""
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+")
"""1.23E+15: how a spreadsheet program writes a long number that it shortened."""
_DIGITS = 1e15
"""From here on a spreadsheet program does not keep the last digits of a number."""
_EXACT = 2.0**53
_COMMAS, _POINTS = ("comma", "grouped_comma"), ("point", "grouped_point")


@dataclass(frozen=True, slots=True)
class _Column:
    """The different cells of one column, what each looks like, and how many cells of the column look so."""

    name: str
    codes: npt.NDArray[np.intp]
    cells: list[int | float | str]
    kinds: list[str]
    tally: Counter[str]

    @classmethod
    def of(cls, name: str, values: pd.Series, copies: Sequence[int]) -> _Column:
        """Every different cell is looked at once, which keeps large files fast; texts are made tidy here, in every format."""
        codes, found = pd.factorize(values if values.dtype == "str" else values.astype(object))
        cells = [_number(cell) if isinstance(cell, int | float | np.number) else tidy(str(cell)) for cell in found]
        kinds = [_kind(cell) for cell in cells]
        tally: Counter[str] = Counter()
        for kind, count in zip(kinds, count_places(codes, len(cells), copies), strict=True):
            tally[kind] += count
        return cls(name, codes, cells, kinds, tally)

    def count(self, *kinds: str) -> int:
        return sum(self.tally[kind] for kind in kinds)

    def places(self, wanted: Collection[int]) -> list[int]:
        """Where in the column one of these cells stands, each given by its place among the different ones."""
        found: list[int] = np.flatnonzero(np.isin(self.codes, [*wanted])).tolist()
        return found


def read_numbers(draft: Draft, decimal: str | None, names: Collection[str] = ()) -> Draft:
    """Turn columns that hold nothing but numbers into numbers: whole ones to Int64, others to float64; the rest becomes text.

    Columns that the study maps as `names` or codes keep their text as written: 62.10 and 62.1, or 007 and 7, are two codes. What a
    spreadsheet program wrote for a formula that failed is blank everywhere.

    In a column that is mostly numbers (some words may be codes for "no answer") a decimal comma becomes a point, so that the
    numbers can be had once the words are out. A column that has both marks is a problem; a thousands separator is not guessed.
    """
    columns = {
        str(name): _Column.of(str(name), values, draft.copies)
        for name, values in draft.frame.items()
        if name in names or not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values)
    }
    written = {name: column for name, column in columns.items() if name in names}
    columns = {name: column for name, column in columns.items() if name not in names}
    # Whether some column has commas that can only be decimal ones; then those of the other columns are too.
    comma_file = any(_mostly_numbers(column) and column.count("comma") and not column.count("point") for column in columns.values())
    marks = {name: _mark(column, decimal, comma_file) for name, column in columns.items()}
    frame = {
        str(name): _as_written(written[str(name)])
        if name in written
        else _convert(columns[str(name)], marks[str(name)])
        if name in columns
        else (values.astype("Int64") if pd.api.types.is_integer_dtype(values) else _whole(values.astype("float64")))
        for name, values in draft.frame.items()
    }
    # What was assumed about numbers, each with its columns.
    everything = [*columns.values(), *written.values()]
    numeric = [column for column in columns.values() if _mostly_numbers(column)]
    found = {
        "readers.decimal_comma": [one.name for one in numeric if marks[one.name] == "," and one.count(*_COMMAS)],
        "readers.thousands_unsure": [one.name for one in numeric if marks[one.name] == "unsure"],
        "readers.no_answer_marks": [one.name for one in everything if one.count("no_answer") and _only_numbers(one)],
    }
    notes = [
        Message(code=code, values={"file": draft.file, "columns": some(listed), "columns_n": len(listed)})
        for code, listed in found.items()
        if listed
    ]
    # Cells that a spreadsheet program spoilt: counted, with the column and the first rows of each.
    errors: dict[str, frozenset[int]] = {}
    for one in everything:
        cells = [*enumerate(zip(one.cells, one.kinds, strict=True))]
        spoilt = {
            "readers.error_cells": [place for place, (_, kind) in cells if kind == "error"],
            "readers.codes_shortened": [place for place, (cell, _) in cells if one.name in written and _is_shortened(cell)],
        }
        for code, hit in spoilt.items():
            if rows := [draft.rows[place] for place in one.places(hit)]:
                told: dict[str, Value] = {"file": draft.file, "column": one.name, "rows": some(rows), "n": len(rows)}
                notes.append(Message(code=code, values=told))
                errors |= {one.name: frozenset(rows)} if code == "readers.error_cells" else {}
    problems = []
    for column in (one for name, one in columns.items() if marks[name] == "both"):
        rare = min(_COMMAS, _POINTS, key=lambda kinds: column.count(*kinds))
        places = column.places([place for place, kind in enumerate(column.kinds) if kind in rare])[:FIRST_ROWS]
        marked = f"{column.count(*_COMMAS)} numbers with a comma and {column.count(*_POINTS)} with a point"
        problems.append(
            Problem(
                f"The column holds {marked}: which mark is the decimal one?",
                f"{draft.file}, column {column.name!r}, first rows {some([draft.rows[place] for place in places])}",
                "One decimal mark in the whole column, and no thousands separator.",
                "Make the numbers alike in the file, or set `decimal` in study.yaml.",
            )
        )
    return replace(
        draft,
        frame=pd.DataFrame(frame),
        assumed=(*draft.assumed, *notes),
        problems=(*draft.problems, *problems),
        errors=errors,
    )


def _number(cell: int | float | np.number) -> int | float:
    """A typed number; whole ones stay exact, however many digits they have."""
    return int(cell) if isinstance(cell, int | np.integer) and not isinstance(cell, bool) else float(cell)


def _is_shortened(cell: int | float | str) -> bool:
    """Whether a code lost digits in a spreadsheet program, which keeps 15 of a number."""
    if isinstance(cell, str):
        return _SHORTENED.fullmatch(cell) is not None
    return isinstance(cell, float) and abs(cell) >= _DIGITS


def _kind(cell: int | float | str) -> str:
    if not isinstance(cell, str):
        return "number"
    match = _NUMBER.fullmatch(cell)
    if match is None:
        return "error" if _ERROR.fullmatch(cell) else "no_answer" if cell in _NO_ANSWER else "word" if cell else "blank"
    if match["mark"] is None:
        return "code" if _CODE.fullmatch(cell) else "whole"
    return ("grouped_" if _GROUPED.fullmatch(cell) else "") + ("comma" if match["mark"] == "," else "point")


def _mostly_numbers(column: _Column) -> bool:
    numbers = column.count("number", "whole", *_COMMAS, *_POINTS)
    return numbers > 0 and numbers >= column.count("word", "code")


def _only_numbers(column: _Column) -> bool:
    """Whether all that is no blank is a number or, in a column of codes, could be one."""
    return column.count("number", "whole", "code", *_COMMAS, *_POINTS) > 0 and not column.count("word")


def _mark(column: _Column, decimal: str | None, comma_file: bool) -> str:
    """The column's decimal mark: `,` or `.`; `both` where cells disagree, `unsure` where it may be a thousands separator."""
    if decimal is not None or not _mostly_numbers(column):
        return decimal or "."
    comma, point = column.count(*_COMMAS), column.count(*_POINTS)
    if comma and point:
        return "both"
    if comma:
        return "," if comma_file or column.count("comma") else "unsure"
    return "unsure" if point and comma_file and not column.count("point") else "."


def _convert(column: _Column, mark: str) -> pd.Series:
    kinds = {*({".": _POINTS, ",": _COMMAS}.get(mark, ())), "number", "whole"}
    found = set(column.kinds) - {"no_answer", "blank", "error"}
    cells = list(zip(column.cells, column.kinds, strict=True))
    if found and found <= kinds:
        values = [(to_float(cell) if isinstance(cell, str) else float(cell)) if kind in kinds else np.nan for cell, kind in cells]
        return _whole(pd.Series(np.array([*values, np.nan])[column.codes]))  # -1, a blank, takes the last one
    texts: list[str | None] = []
    for cell, kind in cells:
        if not isinstance(cell, str):
            texts.append(code_key(cell))
        elif mark == "," and kind in _COMMAS and _mostly_numbers(column):
            texts.append(cell.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
        else:
            texts.append(None if kind == "error" else cell or None)
    return pd.Series(pd.array([*texts, None], dtype="str").take(column.codes))


def _as_written(column: _Column) -> pd.Series:
    """The texts as they are; 7.0 is 7 where all are so beside blanks, as pandas and R write whole numbers with gaps."""
    blank = {"blank", "error", *(["no_answer"] if _only_numbers(column) else [])}
    cells = zip(column.cells, column.kinds, strict=True)
    texts = [None if kind in blank else cell if isinstance(cell, str) else code_key(cell) for cell, kind in cells]
    given = [text for text in texts if text is not None]
    if (None in texts or (column.codes < 0).any()) and all(re.fullmatch(r"-?\d+\.0", text) for text in given):
        texts = [None if text is None else text[:-2] for text in texts]
    return pd.Series(pd.array([*texts, None], dtype="str").take(column.codes))


def _whole(values: pd.Series) -> pd.Series:
    """Whole numbers as Int64, so that a customer number prints without decimals, with or without blanks."""
    given = values.dropna()
    whole = len(given) > 0 and bool(((given % 1 == 0) & (given.abs() < _EXACT)).all())
    return values.astype("Int64") if whole else values

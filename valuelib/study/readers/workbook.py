"""One sheet of an .xlsx workbook."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from valuelib.errors import Problem, StudyError
from valuelib.results import Message
from valuelib.study.readers.draft import Draft, Grid, Options, is_blank, some
from valuelib.study.readers.headers import empty_problem, take_headers

_OLD_CONTAINER = b"\xd0\xcf\x11\xe0"
"""First bytes of old .xls workbooks, and of new ones behind a password."""


def read_workbook(path: Path, name: str, options: Options) -> Draft:
    """Cells of one sheet under its header; formulas give the values stored with them.

    Raises:
        StudyError: the workbook cannot be opened, the sheet does not exist, or formulas have no stored values.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if not head:
        raise StudyError([empty_problem(name)])
    if head == _OLD_CONTAINER:
        problem = Problem(
            "The workbook is protected by a password, or is an old .xls under a new name.",
            name,
            "A workbook that opens without a password.",
            "Open it in a spreadsheet program and save it as .xlsx without a password.",
        )
        raise StudyError([problem])
    with _opened(path, name) as workbook:
        sheet, cells, others = _chosen(workbook, options.sheet, name)
    _check_formulas(path, name, sheet, cells)
    filled = [(number, row) for number, row in enumerate(cells, start=1) if not all(is_blank(cell) for cell in row)]
    width = max(len(row) for _, row in filled)
    notes = [Message(code="readers.first_sheet", values={"file": name, "sheet": sheet, "sheets_n": others + 1})] if others else []
    padded = [[*row, *[None] * (width - len(row))] for _, row in filled]
    return take_headers(Grid(name, padded, [number for number, _ in filled], tuple(notes)))


@contextmanager
def _opened(path: Path, name: str, *, formulas: bool = False) -> Iterator[Any]:
    """The workbook as openpyxl gives it, or a problem where the file is damaged."""
    try:
        with pd.ExcelFile(path, engine="openpyxl", engine_kwargs={"data_only": not formulas}) as file:
            yield file.book
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, SyntaxError) as err:  # an XML error is a SyntaxError
        if isinstance(err, StudyError):
            raise
        problem = Problem(
            "The workbook could not be read: it is damaged or no .xlsx file.",
            name,
            "A workbook in the .xlsx format.",
            "Open it in a spreadsheet program and save it again as .xlsx, or export the answers as CSV.",
        )
        raise StudyError([problem]) from err


def _chosen(workbook: Any, sheet: str | int | None, name: str) -> tuple[str, list[list[object]], int]:
    """Name and cells of the sheet asked for, or of the first visible one that holds anything, and how many others do too."""
    if sheet is not None:
        found = _by_name_or_number(workbook, sheet, name)
        return found.title, _filled(_cells(found), name), 0
    visible = [found for found in workbook.worksheets if found.sheet_state == "visible"]
    filled = [(found.title, cells) for found in visible if (cells := _cells(found))]
    title, cells = filled[0] if filled else ("", [])
    return title, _filled(cells, name), len(filled) - 1


def _by_name_or_number(workbook: Any, sheet: str | int, name: str) -> Any:
    by_name = {found.title: found for found in workbook.worksheets}
    if str(sheet) in by_name:
        return by_name[str(sheet)]
    if isinstance(sheet, int) and 1 <= sheet <= len(by_name):
        return workbook.worksheets[sheet - 1]
    problem = Problem(
        f"The workbook has no sheet {sheet!r}.",
        name,
        f"One of {some([repr(title) for title in by_name])}, or its number.",
        "Correct `sheet` in study.yaml.",
    )
    raise StudyError([problem])


def _cells(sheet: Any) -> list[list[object]]:
    """Rows from the sheet's first on, blank ones after the last answer left out."""
    sheet.reset_dimensions()  # some programs write a wrong size, and openpyxl would believe it
    rows = [[_plain(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    last = max((place for place, row in enumerate(rows) if any(cell is not None for cell in row)), default=-1)
    return rows[: last + 1]


def _plain(cell: object) -> object:
    """Numbers and text as they are; blanks None; truth as text; dates in ISO form, without a time of day where there is none."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, str):
        return cell if cell.strip() else None
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return cell


def _filled(cells: list[list[object]], name: str) -> list[list[object]]:
    if not cells:
        raise StudyError([empty_problem(name)])
    return cells


def _check_formulas(path: Path, name: str, sheet: str, cells: list[list[object]]) -> None:
    """Formulas written by a program, never calculated by a spreadsheet, have no value: their columns look blank."""
    header = next(row for row in cells if any(cell is not None for cell in row))
    blank = [
        place
        for place, title in enumerate(header)
        if title is not None and all(row is header or place >= len(row) or row[place] is None for row in cells)
    ]
    if not blank:
        return
    with _opened(path, name, formulas=True) as workbook:
        written = _cells(workbook[sheet])
    hollow = [header[place] for place in blank if any(_is_formula(row, place) for row in written)]
    if hollow:
        problem = Problem(
            f"{len(hollow)} columns hold formulas without stored values: {some([repr(str(title)) for title in hollow])}.",
            f"{name}, sheet {sheet!r}",
            "Values, or formulas that a spreadsheet program has calculated.",
            "Open the workbook in a spreadsheet program and save it.",
        )
        raise StudyError([problem])


def _is_formula(row: list[object], place: int) -> bool:
    cell = row[place] if place < len(row) else None
    return isinstance(cell, str) and cell.startswith("=")

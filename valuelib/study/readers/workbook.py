"""One sheet of an .xlsx workbook."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from valuelib.errors import StudyError
from valuelib.results import Message, Value
from valuelib.study.readers.draft import Draft, Grid, Options, is_blank, iso_text, some
from valuelib.study.readers.headers import empty_problem, take_headers
from valuelib.study.wording import refusal

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
        raise refusal(
            "The workbook is protected by a password, or is an old .xls under a new name.",
            name,
            "A workbook that opens without a password.",
            "Open it in a spreadsheet program and save it as .xlsx without a password.",
        )
    with _opened(path, name) as workbook:
        if options.sheet is None:  # the first visible one that holds anything
            visible = [found for found in workbook.worksheets if found.sheet_state == "visible"]
        else:
            by_name = {found.title: found for found in workbook.worksheets}
            by_number: dict[object, Any] = dict(enumerate(workbook.worksheets, start=1))
            asked = by_name.get(str(options.sheet)) or by_number.get(options.sheet)
            if asked is None:
                raise refusal(
                    f"The workbook has no sheet {options.sheet!r}.",
                    name,
                    f"One of {some([repr(title) for title in by_name])}, or its number.",
                    "Correct `sheet` in study.yaml.",
                )
            visible = [asked]
        sheets = [(found.title, cells) for found in visible if (cells := _cells(found))]
    if not sheets:
        raise StudyError([empty_problem(name)])
    sheet, cells = sheets[0]
    _check_formulas(path, name, sheet, cells)
    filled = [(number, row) for number, row in enumerate(cells, start=1) if not all(is_blank(cell) for cell in row)]
    width = max(len(row) for _, row in filled)
    values: dict[str, Value] = {"file": name, "sheet": sheet, "sheets_n": len(sheets)}
    notes = (Message(code="readers.first_sheet", values=values),) if len(sheets) > 1 else ()
    padded = [[*row, *[None] * (width - len(row))] for _, row in filled]
    return take_headers(Grid(name, padded, [number for number, _ in filled], notes))


@contextmanager
def _opened(path: Path, name: str, *, formulas: bool = False) -> Iterator[Any]:
    """The workbook as openpyxl gives it, or a problem where the file is damaged."""
    try:
        with pd.ExcelFile(path, engine="openpyxl", engine_kwargs={"data_only": not formulas}) as file:
            yield file.book
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, SyntaxError) as err:  # an XML error is a SyntaxError
        if isinstance(err, StudyError):
            raise
        raise refusal(
            "The workbook could not be read: it is damaged or no .xlsx file.",
            name,
            "A workbook in the .xlsx format.",
            "Open it in a spreadsheet program and save it again as .xlsx, or export the answers as CSV.",
        ) from err


def _cells(sheet: Any) -> list[list[object]]:
    """Rows from the sheet's first on, blank ones after the last answer left out."""
    sheet.reset_dimensions()  # some programs write a wrong size, and openpyxl would believe it
    rows = [[_plain(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    last = max((place for place, row in enumerate(rows) if any(cell is not None for cell in row)), default=-1)
    return rows[: last + 1]


def _plain(cell: object) -> object:
    """Numbers and text as they are; blanks None; truth as text; dates in ISO form, without a time of day where there is none."""
    if isinstance(cell, str):
        return cell if cell.strip() else None
    return iso_text(cell.date() if isinstance(cell, dt.datetime) and cell.time() == dt.time() else cell)


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
    hollow = [header[place] for place in blank if any(str(*row[place : place + 1]).startswith("=") for row in written)]
    if hollow:
        raise refusal(
            f"{len(hollow)} columns hold formulas without stored values: {some([repr(str(title)) for title in hollow])}.",
            f"{name}, sheet {sheet!r}",
            "Values, or formulas that a spreadsheet program has calculated.",
            "Open the workbook in a spreadsheet program and save it.",
        )

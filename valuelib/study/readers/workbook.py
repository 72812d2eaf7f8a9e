"""One sheet of an .xlsx workbook."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter

from valuelib.errors import StudyError
from valuelib.results import Message, Value
from valuelib.study.readers.draft import Draft, Grid, Options, is_blank, iso_text, some
from valuelib.study.readers.headers import cut_above, empty_problem, take_headers
from valuelib.study.readers.marks import fill_merged, marks_of
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
        sheets = [(found, cells) for found in visible if (cells := _cells(found))]
        percents = _percent_columns(sheets[0][0]) if sheets else []
    if not sheets:
        raise StudyError([empty_problem(name)])
    sheet, cells = sheets[0][0].title, sheets[0][1]
    for row in cells if percents else ():
        for place in percents:
            if place < len(row) and isinstance(value := row[place], int | float) and not isinstance(value, bool):
                row[place] = round(value * 100, 10)
    marks = marks_of(path, sheet)
    if marks.hollow:
        raise refusal(
            f"{len(marks.hollow)} cells hold formulas without stored values: {some(marks.hollow)}.",
            f"{name}, sheet {sheet!r}",
            "Values, or formulas that a spreadsheet program has calculated.",
            "Open the workbook in a spreadsheet program and save it.",
        )
    every = [(number, row) for number, row in enumerate(cells, start=1) if not all(is_blank(cell) for cell in row)]
    filled, titles = cut_above(every, name, options.header_row)
    titles = (*titles, *fill_merged(cells, marks.merged, filled[0][0], name))
    width = max(len(row) for _, row in filled)
    values: dict[str, Value] = {"file": name, "sheet": sheet, "sheets_n": len(sheets)}
    notes = (Message(code="readers.first_sheet", values=values),) if len(sheets) > 1 else ()
    if percents:
        letters: dict[str, Value] = {"file": name, "columns": some([get_column_letter(place + 1) for place in percents])}
        titles = (*titles, Message(code="readers.percent_cells", values={**letters, "columns_n": len(percents)}))
    padded = [[*row, *[None] * (width - len(row))] for _, row in filled]
    draft = take_headers(Grid(name, padded, [number for number, _ in filled], (*notes, *titles)))
    hidden = [row in marks.hidden for row in draft.rows]
    if not any(hidden):
        return draft
    told = [row for row, is_hidden in zip(draft.rows, hidden, strict=True) if is_hidden]
    skip = options.hidden_rows == "skip"
    code = "readers.hidden_rows_skipped" if skip else "readers.hidden_rows"
    note = Message(code=code, values={"file": name, "rows": some(told), "rows_n": len(told)})
    if not skip:
        return replace(draft, assumed=(*draft.assumed, note))
    return replace(
        draft,
        frame=draft.frame[[not one for one in hidden]].reset_index(drop=True),
        rows=[row for row, is_hidden in zip(draft.rows, hidden, strict=True) if not is_hidden],
        assumed=(*draft.assumed, note),
    )


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


_SAMPLE = 200
_MOST = 0.9  # a row of averages may be shown in another way


def _percent_columns(sheet: Any) -> list[int]:
    """Columns whose numbers are shown in per cent, and so stored as hundredths."""
    numbers: dict[int, list[bool]] = {}
    for row in sheet.iter_rows(max_row=_SAMPLE):
        for place, cell in enumerate(row):
            if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                numbers.setdefault(place, []).append("%" in str(cell.number_format))
    return [place for place, shown in sorted(numbers.items()) if sum(shown) >= _MOST * len(shown)]


def _plain(cell: object) -> object:
    """Numbers and text as they are; blanks None; truth as text; dates in ISO form, without a time of day where there is none."""
    if isinstance(cell, str):
        return cell if cell.strip() else None
    return iso_text(cell.date() if isinstance(cell, dt.datetime) and cell.time() == dt.time() else cell)

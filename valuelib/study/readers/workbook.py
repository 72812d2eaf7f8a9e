"""One sheet of a workbook: .xlsx, .xlsm, .xls, .xlsb or .ods, whatever its name ends in."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from valuelib.errors import StudyError
from valuelib.results import Message, Value
from valuelib.study.readers.draft import Draft, Grid, Options, is_blank, iso_text, some
from valuelib.study.readers.headers import cut_above, empty_problem, take_headers
from valuelib.study.readers.marks import NO_MARKS, Marks, fill_merged, marks_of
from valuelib.study.readers.rows import is_footer
from valuelib.study.wording import refusal

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
_PARTS = (AttributeError, TypeError, RuntimeError, StopIteration)
"""What is raised for parts that lead nowhere or hold what they should not; an XML error is a SyntaxError."""
_TEXT_INSTEAD = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<")
"""First bytes of a web page, which some tools export under the name of a workbook."""


def read_workbook(path: Path, name: str, options: Options) -> Draft:
    """Cells of one sheet under its header; formulas give the values stored with them.

    Raises:
        StudyError: the workbook cannot be opened, the sheet does not exist, or formulas have no stored values.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if not head:
        raise StudyError([empty_problem(name)])
    if head.startswith(_TEXT_INSTEAD):
        raise refusal(
            "The file is a web page under the name of a workbook.",
            name,
            "A workbook.",
            "Open it in a spreadsheet program and save it as .xlsx.",
        )
    if not _is_xlsx(path):
        return _read_other(path, name, options)
    with _opened(path, name) as workbook:
        sheets = {found.title: found for found in workbook.worksheets}
        visible = {title: found.sheet_state == "visible" for title, found in sheets.items()}
        sheet, cells, notes = _first_sheet(name, visible, lambda title: _cells(sheets[title]), options)
        percents, marks = _percent_columns(sheets[sheet]), marks_of(path, sheet)
    totals = _last_totals(cells)
    hollow = [cell for cell in marks.hollow if _row_of(cell) not in totals]
    if hollow:
        raise refusal(
            f"{len(hollow)} cells hold formulas without stored values: {some(hollow)}.",
            f"{name}, sheet {sheet!r}",
            "Values, or formulas that a spreadsheet program has calculated.",
            "Open the workbook in a spreadsheet program and save it.",
        )
    if gone := sorted({_row_of(cell) for cell in marks.hollow}):
        for number in gone:
            cells[number - 1] = []
        notes = (*notes, Message(code="readers.summary_rows", values={"file": name, "rows": some(gone), "rows_n": len(gone)}))
    if percents:
        for row in cells:
            for place in percents:
                if place < len(row) and isinstance(value := row[place], int | float) and not isinstance(value, bool):
                    row[place] = round(value * 100, 10)
        letters: dict[str, Value] = {"file": name, "columns": some([get_column_letter(place + 1) for place in percents])}
        notes = (*notes, Message(code="readers.percent_cells", values={**letters, "columns_n": len(percents)}))
    return _under_header(name, cells, notes, options, marks)


def _last_totals(cells: Sequence[Sequence[object]]) -> set[int]:
    """The numbers of the last rows that are totals by their first word: no answers, whether their formulas have values or not."""
    found: set[int] = set()
    for number in range(len(cells), 1, -1):
        if all(is_blank(cell) for cell in cells[number - 1]):
            continue
        if not is_footer(cells[number - 1]):
            break
        found.add(number)
    return found


def _row_of(cell: str) -> int:
    """The row of a cell such as C22; 0 where the file does not name its cells."""
    digits = re.search(r"\d+\Z", cell)
    return int(digits[0]) if digits else 0


def _is_xlsx(path: Path) -> bool:
    """Whether openpyxl can read it: what is stored decides, since programs and people give old workbooks new names."""
    try:
        with zipfile.ZipFile(path) as container:
            return not {"mimetype", "content.xml", "xl/workbook.bin"} & {*container.namelist()}
    except zipfile.BadZipFile:
        return False


def _read_other(path: Path, name: str, options: Options) -> Draft:
    if options.hidden_rows == "skip":
        raise refusal(
            "Which rows are hidden cannot be seen in this format.",
            name,
            "A workbook in the .xlsx format, where `hidden_rows` is skip.",
            "Open it in a spreadsheet program and save it as .xlsx, or take `hidden_rows` out of study.yaml.",
        )
    try:
        try:
            opened = CalamineWorkbook.from_path(path)  # as its name says, which alone tells of a password
        except PasswordError:
            raise
        except CalamineError:
            opened = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))  # as what it holds
        with opened as workbook:
            sheets = [found for found in workbook.sheets_metadata if found.typ == SheetTypeEnum.WorkSheet]
            visible = {found.name: found.visible == SheetVisibleEnum.Visible for found in sheets}

            def cells(title: str) -> list[list[object]]:
                rows = workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
                return [[_plain(cell) for cell in row] for row in rows]

            _, rows, notes = _first_sheet(name, visible, cells, options)
    except PasswordError as err:
        raise refusal(
            "The workbook is protected by a password.",
            name,
            "A workbook that opens without a password.",
            "Open it in a spreadsheet program and save it as .xlsx without a password.",
        ) from err
    except CalamineError as err:
        raise _damaged(name) from err
    return _under_header(name, rows, notes, options, NO_MARKS)


def _first_sheet(
    name: str, visible: Mapping[str, bool], cells: Callable[[str], list[list[object]]], options: Options
) -> tuple[str, list[list[object]], tuple[Message, ...]]:
    """The sheet that was asked for, or the first visible one that holds anything, and its cells; more than one is told."""
    if options.sheet is None:
        titles = [title for title, shown in visible.items() if shown]
    else:
        by_number: dict[object, str] = dict(enumerate(visible, start=1))
        asked = str(options.sheet) if str(options.sheet) in visible else by_number.get(options.sheet)
        if asked is None:
            raise refusal(
                f"The workbook has no sheet {options.sheet!r}.",
                name,
                f"One of {some([repr(title) for title in visible])}, or its number.",
                "Correct `sheet` in study.yaml.",
            )
        titles = [asked]
    read = [(title, cells(title)) for title in titles]
    sheets = [(title, rows) for title, rows in read if any(cell is not None for row in rows for cell in row)]
    if not sheets:
        raise StudyError([empty_problem(name)])
    sheet, rows = sheets[0]
    values: dict[str, Value] = {"file": name, "sheet": sheet, "sheets_n": len(sheets)}
    return sheet, rows, (Message(code="readers.first_sheet", values=values),) if len(sheets) > 1 else ()


def _under_header(name: str, cells: list[list[object]], notes: tuple[Message, ...], options: Options, marks: Marks) -> Draft:
    rows = [number for number, row in enumerate(cells, start=1) if not all(is_blank(cell) for cell in row)]
    lead, titles = cut_above([cells[number - 1] for number in rows], rows, name, options.header_row)
    rows = rows[lead:]
    titles = (*titles, *fill_merged(cells, marks.merged, rows[0], name))
    width = max(len(cells[number - 1]) for number in rows)
    padded = [[*cells[number - 1], *[None] * (width - len(cells[number - 1]))] for number in rows]
    draft = take_headers(Grid(name, padded, rows, (*notes, *titles)))
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
def _opened(path: Path, name: str) -> Iterator[Any]:
    """The workbook as openpyxl gives it, or a problem where the file is damaged."""
    try:
        with pd.ExcelFile(path, engine="openpyxl", engine_kwargs={"data_only": True}) as file:
            yield file.book
    except StudyError:
        raise
    except (zipfile.BadZipFile, zlib.error, LookupError, ValueError, EOFError, SyntaxError, *_PARTS) as err:
        raise _damaged(name) from err


def _damaged(name: str) -> StudyError:
    return refusal(
        "The workbook could not be read: it is damaged, or no workbook at all.",
        name,
        "A workbook that a spreadsheet program opens: .xlsx, .xlsm, .xlsb, .xls or .ods.",
        "Open it in a spreadsheet program and save it again as .xlsx, or export the answers as CSV.",
    )


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
    if isinstance(cell, dt.timedelta):
        return str(cell)
    return iso_text(cell.date() if isinstance(cell, dt.datetime) and cell.time() == dt.time() else cell)

"""How do the sheets become a workbook that opens anywhere, prints well, runs nothing, and has the same bytes every time?"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from valuelib.report.brand import Brand
from valuelib.report.content import Content
from valuelib.report.workbook.sheets import Column, Number, Sheet, Value, workbook_sheets

NO_CLOCK = datetime(2000, 1, 1)
TAB_LIMIT, NOT_IN_TABS = 31, re.compile(r"[\[\]:*?/\\']")
NARROWEST, WIDEST = 9, 60  # letters of a column's width
# A text that begins like this would run as a formula once the sheet is saved as .csv and opened again.
LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# Text is text: nothing is read as a formula, an address or a number.
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
HEAD_ROW = 3
Look = tuple[str, object]


class Looks:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook, brand: Brand) -> None:
        self._book = book
        self._made: dict[tuple[Look, ...], Format] = {}
        self._base = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
        self.title = self.of(bold=True, font_size=16, font_color=brand.ink)
        self.head = self.of(bold=True, bottom=2, text_wrap=True, font_color=brand.ink)
        self.note = self.of(italic=True, font_color="#595959", text_wrap=True)
        self.text = self.of(text_wrap=True)
        self.quoted = self.of(text_wrap=True, quote_prefix=True)
        self.link = self.of(font_color=brand.accent, underline=1)

    def of(self, **looks: object) -> Format:
        """A format with these looks beside the common ones."""
        key = tuple(sorted(looks.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**self._base, **looks})
        return self._made[key]

    def number(self, column: Column | Number) -> Format:
        """How the numbers of a column, or one among texts, are shown."""
        digits = "0" + ("." + "0" * column.decimals if column.decimals else "")
        shown = f"{digits}%" if column.percent else f"#,##{digits}"
        return self.of(num_format=f"+{shown};\N{MINUS SIGN}{shown};{shown}" if column.signed else shown)


def render_workbook(content: Content, brand: Brand) -> bytes:
    """The workbook of a report; equal content gives equal bytes."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, OPTIONS)
    book.set_properties({"title": f"{content.client} – {content.title}", "author": brand.name, "created": NO_CLOCK})
    book.set_calc_mode("manual")
    looks, sheets = Looks(book, brand), workbook_sheets(content)
    tabs = name_tabs([content.words["contents"], *(sheet.tab for sheet in sheets)])
    _write_contents(book.add_worksheet(tabs[0]), content, sheets, tabs, looks)
    for sheet, tab in zip(sheets, tabs[1:], strict=True):
        _write_sheet(book.add_worksheet(tab), sheet, tabs[0], looks)
    book.close()
    return file.getvalue()


def name_tabs(wanted: Sequence[str]) -> list[str]:
    """Names that a spreadsheet takes: without its forbidden signs, 31 letters at most, numbered so that each is its own."""
    names = []
    for place, name in enumerate(wanted):
        number = f"{place} " if place else ""
        plain = " ".join(NOT_IN_TABS.sub(" ", name).split())
        names.append(f"{number}{plain}"[:TAB_LIMIT].strip())
    return names


def _write_contents(page: Worksheet, content: Content, sheets: Sequence[Sheet], tabs: Sequence[str], looks: Looks) -> None:
    _write_text(page, 0, 0, f"{content.client} – {content.title}", looks, looks.title)
    for row, (name, fact) in enumerate(content.facts, start=1):
        _write_text(page, row, 0, f"{name}: {fact}", looks)
    start = len(content.facts) + 2
    for row, (sheet, tab) in enumerate(zip(sheets, tabs[1:], strict=True), start=start):
        page.write_url(row, 0, f"internal:'{tab}'!A1", looks.link, string=tab)
        _write_text(page, row, 1, sheet.caption, looks)
    for row, said in enumerate((content.words["checkable"], content.words["marks"], content.words["made_with"])):
        _write_text(page, start + len(sheets) + 1 + row, 1, said, looks, looks.note)
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 90)
    _set_print(page, start)


def _write_sheet(page: Worksheet, sheet: Sheet, contents: str, looks: Looks) -> None:
    _write_text(page, 0, 0, sheet.caption, looks, looks.of(bold=True, font_size=13))
    page.write_url(1, 0, f"internal:'{contents}'!A1", looks.link, string=contents)
    length = max((len(column.cells) for column in sheet.columns), default=0)
    for place, column in enumerate(sheet.columns):
        _write_text(page, HEAD_ROW, place, column.head, looks, looks.head)
        for row, value in enumerate(column.cells, start=HEAD_ROW + 1):
            _write_value(page, row, place, value, column, looks)
        page.set_column(place, place, _width(column))
    if sheet.note:
        _write_text(page, HEAD_ROW + length + 2, 0, sheet.note, looks, looks.of(italic=True, font_color="#595959"))
    page.freeze_panes(HEAD_ROW + 1, 1)
    if length:
        page.autofilter(HEAD_ROW, 0, HEAD_ROW + length, max(len(sheet.columns) - 1, 0))
    _set_print(page, HEAD_ROW)


def _write_value(page: Worksheet, row: int, place: int, value: Value, column: Column, looks: Looks) -> None:
    if isinstance(value, str):
        _write_text(page, row, place, value, looks)
    elif isinstance(value, Number):
        page.write_number(row, place, value.value, looks.number(value))
    elif value is not None:
        page.write_number(row, place, value, looks.number(column))


def _write_text(page: Worksheet, row: int, place: int, said: str, looks: Looks, look: Format | None = None) -> None:
    plain = looks.quoted if said.startswith(LIKE_A_FORMULA) else looks.text
    page.write_string(row, place, said, plain if look is None else look)


def _width(column: Column) -> float:
    cells = [cell if isinstance(cell, str) else "0000000" for cell in column.cells if cell is not None]
    words = max((len(word) for word in column.head.split()), default=0) + 3  # room for the filter's arrow
    return min(WIDEST, max(NARROWEST, words, max((len(cell) for cell in cells), default=0) + 1))


def _set_print(page: Worksheet, head: int) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(head)
    page.set_footer("&C&P / &N")
    page.hide_gridlines(2)

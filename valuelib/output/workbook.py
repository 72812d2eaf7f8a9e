"""The report's tables as a workbook: one sheet each, numbers as numbers, and nothing that a spreadsheet would run."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from babel.numbers import get_decimal_symbol, get_group_symbol
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from valuelib.languages import locale_of
from valuelib.output.brand import Brand
from valuelib.output.content import Content
from valuelib.results import Chart, Contrast, Estimate, Figure, Finding, Table
from valuelib.show.labels import deciding_of, label_contrast, label_estimate, limits_of
from valuelib.show.localizer import NONE, in_language, local
from valuelib.show.sentences import say_finding, say_verdict

# What number does a cell of a table print, in the reader's own way of writing numbers?

SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE} "
MINUS = "\N{MINUS SIGN}"
NUMBER = rf"[+{MINUS}-]?\d[\d.,{SPACES}]*"
WHOLE = re.compile(
    rf"^(?P<value>{NUMBER}?)(?P<percent>[{SPACES}]?%)?"
    rf"(?:\s*\[(?P<low>{NUMBER}?)[;,]\s(?P<high>{NUMBER}?)\])?"
    rf"(?:,\s(?P<n>\d[\d,{SPACES}]*)\s(?P<unit>[^\d\[\]]+))?$"
)
INTERVAL = re.compile(rf"^\[(?P<low>{NUMBER}?)[;,]\s(?P<high>{NUMBER}?)\]$")


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed number: value, interval and count as far as the cell has them; `decimals` of the value as printed."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: float | None = None
    decimals: int = 0
    percent: bool = False
    signed: bool = False


def read_cell(text: str, language: str) -> Cell | None:
    """The numbers that a cell prints, or None where it is text.

    Args:
        text: a cell as the page prints it.
        language: by whose rules numbers are written, such as `fi` (1 234,5) or `en` (1,234.5).
    """
    if interval := INTERVAL.match(text):
        low, high = (_number(interval[name], language) for name in ("low", "high"))
        return None if low is None or high is None else Cell(low=low, high=high, decimals=_decimals(interval["low"], language))
    found = WHOLE.match(text)
    value = _number(found["value"], language) if found else None
    if found is None or value is None:
        return None
    ends = [None if found[name] is None else _number(found[name], language) for name in ("low", "high")]
    if found["low"] is not None and None in ends:
        return None
    return Cell(
        value=value,
        low=ends[0],
        high=ends[1],
        n=None if found["n"] is None else _number(found["n"], language),
        decimals=_decimals(found["value"], language),
        percent=found["percent"] is not None,
        signed=found["value"][0] == "+",
    )


def read_column(cells: Sequence[str], blank: str, language: str) -> list[Cell | None] | None:
    """A column's numbers, None where a cell is blank; or None where any cell is text, so that a column is never half and half."""
    read = [None if cell in ("", blank) else read_cell(cell, language) for cell in cells]
    whole = all(found is not None or cell in ("", blank) for found, cell in zip(read, cells, strict=True))
    return read if whole and any(read) else None


def _number(text: str, language: str) -> float | None:
    """A number by the language's rules; None where groups or the decimal mark stand in the wrong place."""
    decimal, group = get_decimal_symbol(locale_of(language)), get_group_symbol(locale_of(language))
    whole, _, rest = text.replace(MINUS, "-").partition(decimal)
    if group.isspace():
        whole = whole.translate({ord(space): group for space in SPACES})
    first, *groups = whole.split(group)
    if any(len(one) != 3 or not one.isdigit() for one in groups) or (rest and not rest.isdigit()):
        return None
    try:
        return float(first + "".join(groups) + (f".{rest}" if rest else ""))
    except ValueError:
        return None


def _decimals(text: str, language: str) -> int:
    return len(text.partition(get_decimal_symbol(locale_of(language)))[2])


# Which sheets does a workbook have, and what stands in each? Grids of text and numbers, before any file is written.


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is shown in its own way, in a column that also holds text."""

    value: float
    decimals: int
    percent: bool
    signed: bool


Value = str | float | int | Number | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its cells, and how many decimals its numbers are shown with."""

    head: str
    cells: tuple[Value, ...]
    decimals: int | None = None
    percent: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: a short name for its tab, a caption, columns of equal length, and a note below."""

    tab: str
    caption: str
    columns: tuple[Column, ...]
    note: str = ""


def workbook_sheets(content: Content) -> tuple[Sheet, ...]:
    """Findings and estimates unrounded, then every table and every chart's numbers in the order of the report."""
    blocks = [block for section in content.sections for block in section.blocks]
    tables = [block for block in blocks if isinstance(block, Table)]
    charts = [chart for block in blocks if isinstance(block, Figure) for chart in block.charts]
    return (
        *((_findings(content),) if content.findings else ()),
        *((_estimates(content.estimates),) if content.estimates else ()),
        *(_table(table) for table in tables),
        *(_chart(chart) for chart in charts),
    )


def _findings(content: Content) -> Sheet:
    found = content.findings
    lifts = [_deciding(finding) for finding in found]
    kinds = {True: local.text("common.claim_under_test"), False: local.text("common.exploratory")}
    heads: list[tuple[str, list[Value]]] = [
        (local.text("common.claim"), [one.claim.statement.say(local.language) for one in found]),
        (local.text("common.verdict"), [say_verdict(one.verdict) for one in found]),
        (local.text("workbook.kind"), [kinds[one.confirmatory] for one in found]),
        (local.text("common.evidence"), ["" if one.evidence_level is None else local.word(one.evidence_level) for one in found]),
        (local.text("common.comparison"), [None if lift[0] is None else label_contrast(lift[0]) for lift in lifts]),
        (local.text("common.difference"), [lift[1] for lift in lifts]),
        (local.text("workbook.lower_limit"), [lift[2] for lift in lifts]),
        (local.text("workbook.upper_limit"), [lift[3] for lift in lifts]),
        (local.text("common.claimed"), [one.size for one in found]),
        (local.text("workbook.smallest_difference_would_show"), [one.detectable_points for one in found]),
        (local.text("workbook.answers_would_settle"), [one.respondents_needed for one in found]),
        (local.text("workbook.in_words"), [say_finding(one) for one in found]),
    ]
    columns = tuple(Column(head, tuple(cells), decimals=2) for head, cells in heads)
    return Sheet(
        tab=local.text("workbook.findings"),
        caption=local.text("workbook.all_claims_verdicts"),
        columns=columns,
        note=local.text("workbook.differences_points_outcome_unrounded"),
    )


def _deciding(finding: Finding) -> tuple[Contrast | None, float | None, float | None, float | None]:
    control = deciding_of(finding)
    lift = control.difference
    if lift is None:
        return None, None, None, None
    low, high = limits_of(lift)
    return control, lift.value, low, high


def _estimates(estimates: Sequence[Estimate]) -> Sheet:
    found = sorted(estimates, key=lambda one: one.name)
    reasons = ["" if one.reason is None else local.say(one.reason) for one in found]
    columns = (
        Column(local.text("common.what_it_is"), tuple(label_estimate(one) for one in found)),
        Column(local.text("common.value"), tuple(one.value for one in found), decimals=3),
        Column(local.text("workbook.lower_limit"), tuple(one.ci_low for one in found), decimals=3),
        Column(local.text("workbook.upper_limit"), tuple(one.ci_high for one in found), decimals=3),
        Column(local.text("workbook.confidence_level"), tuple(one.level for one in found), decimals=0, percent=True),
        Column(local.text("common.answers"), tuple(one.n for one in found), decimals=0),
        Column(local.text("common.accounts"), tuple(one.accounts for one in found), decimals=0),
        Column(local.text("workbook.why_none"), tuple(reasons)),
        Column(local.text("workbook.name_results_json"), tuple(one.name for one in found)),
    )
    return Sheet(tab=local.text("workbook.figures"), caption=local.text("workbook.all_figures_report_unrounded"), columns=columns)


def _table(table: Table) -> Sheet:
    by_column = zip(*table.rows, strict=True) if table.rows else (() for _ in table.columns)
    columns = [
        column
        for place, (head, cells) in enumerate(zip(table.columns, by_column, strict=True))
        for column in (_split(head, cells) if place else [Column(head, tuple(cells))])
    ]
    return Sheet(tab=table.caption, caption=table.caption, columns=tuple(columns), note=table.note)


def _split(head: str, cells: Sequence[str]) -> Iterator[Column]:
    """A column of printed numbers as columns of numbers: value, ends of the interval, count; a column of text as it is."""
    read = read_column(cells, NONE, local.language)
    if read is None:
        yield Column(head, tuple(_alone(cell) for cell in cells))
        return
    found = [cell for cell in read if cell is not None]
    decimals, percent = max(cell.decimals for cell in found), any(cell.percent for cell in found)
    signed = any(cell.signed for cell in found)

    def column(name: str, part: str) -> Column:
        values = (None if cell is None else getattr(cell, part) for cell in read)
        shares = tuple(value / 100 if percent and value is not None else value for value in values)
        return Column(name, shares, decimals=decimals, percent=percent, signed=signed)

    if any(cell.value is not None for cell in found):
        yield column(head, "value")
    if any(cell.low is not None for cell in found):
        yield column(local.text("workbook.lower_limit_what", what=head), "low")
        yield column(local.text("workbook.upper_limit_what", what=head), "high")
    if any(cell.n is not None for cell in found):
        counts = tuple(None if cell is None else cell.n for cell in read)
        yield Column(local.text("workbook.answers", what=head), counts, decimals=0)


def _alone(text: str) -> Value:
    """A cell between texts: a number where it prints one and nothing else."""
    cell = read_cell(text, local.language)
    if cell is None or cell.value is None or cell.low is not None or cell.n is not None:
        return text
    return Number(cell.value / 100 if cell.percent else cell.value, cell.decimals, cell.percent, cell.signed)


def _chart(chart: Chart) -> Sheet:
    columns = [Column(local.text("workbook.row"), chart.categories)]
    for series in chart.series:
        columns.append(Column(series.name, series.values, decimals=chart.decimals + 1))
        if any(low is not None for low in series.low):
            columns.append(
                Column(local.text("workbook.lower_limit_what", what=series.name), series.low, decimals=chart.decimals + 1)
            )
            columns.append(
                Column(local.text("workbook.upper_limit_what", what=series.name), series.high, decimals=chart.decimals + 1)
            )
    caption = local.text("workbook.figure", title=chart.title)
    return Sheet(tab=chart.title, caption=caption, columns=tuple(columns), note=chart.axis)


# How do the sheets become a workbook that opens anywhere, prints well, runs nothing, and has the same bytes every time?

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
    with in_language(content.language):
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


# The report's tables as a workbook: one sheet each, numbers as numbers, and nothing that a spreadsheet would run.

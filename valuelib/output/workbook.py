"""The report's tables as a workbook: one sheet each, numbers as numbers, and nothing that a spreadsheet would run."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from valuelib.output.brand import Brand
from valuelib.output.content import Content, Section
from valuelib.output.slides.charts import picture_of
from valuelib.results import Cell, Chart, Column, Estimate, Figure, Kind, PartOfCell, Series, Table
from valuelib.show.display import Passage, passage_text
from valuelib.show.labels import deciding_of, label_contrast, label_estimate
from valuelib.show.localizer import in_language, local
from valuelib.show.sentences import say_finding, say_verdict
from valuelib.show.tables import column, estimate_cell, lift_cell, make_table

# Which sheets does a workbook have? Tables of numbers and words, before any file is written.

HEADS: Mapping[PartOfCell, str] = {
    "conf_low": "workbook.lower_limit_what",
    "conf_high": "workbook.upper_limit_what",
    "n": "workbook.answers",
    "of": "workbook.out_of_what",
    "note": "workbook.in_words_what",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: a short name for its tab, the table that stands on it, and below that the picture of a figure without numbers."""

    tab: str
    table: Table
    svg: str = ""


def workbook_sheets(content: Content) -> tuple[Sheet, ...]:
    """Findings and estimates unrounded, then every table and every chart's numbers in the order of the report."""
    blocks = [block for section in content.sections for block in section.blocks]
    tables = [block for block in blocks if isinstance(block, Table)]
    charts = [chart for block in blocks if isinstance(block, Figure) for chart in block.charts]
    return (
        *((_findings(content),) if content.findings else ()),
        *((_estimates(content.estimates),) if content.estimates else ()),
        *(Sheet(table.caption, table) for table in tables),
        *(_chart(chart) for chart in charts),
        *(sheet for section in content.sections for place in sorted(section.placed) for sheet in _placed(section, place)),
    )


def _findings(content: Content) -> Sheet:
    kinds = {True: local.text("common.claim_under_test"), False: local.text("common.exploratory")}
    rows = []
    for one in content.findings:
        deciding = deciding_of(one)
        rows.append(
            (
                one.claim.statement.say(local.language),
                say_verdict(one.verdict),
                kinds[one.confirmatory],
                None if one.evidence_level is None else local.word(one.evidence_level),
                None if deciding.difference is None else label_contrast(deciding),
                lift_cell(deciding.difference),
                one.size,
                one.detectable_points,
                one.respondents_needed,
                say_finding(one),
            )
        )
    table = make_table(
        name="workbook.findings",
        caption=local.text("workbook.all_claims_verdicts"),
        columns=(
            column("common.claim"),
            column("common.verdict"),
            column("workbook.kind"),
            column("common.evidence"),
            column("common.comparison"),
            column("common.difference", "points", 2),
            column("common.claimed", "number", 2),
            column("workbook.smallest_difference_would_show", "number", 2),
            column("workbook.answers_would_settle", "count"),
            column("workbook.in_words"),
        ),
        rows=rows,
        note=local.text("workbook.differences_points_outcome_unrounded"),
    )
    return Sheet(local.text("workbook.findings"), table)


def _estimates(estimates: Sequence[Estimate]) -> Sheet:
    table = make_table(
        name="workbook.figures",
        caption=local.text("workbook.all_figures_report_unrounded"),
        columns=(
            column("common.what_it_is"),
            column("common.value", "number", 3),
            column("workbook.confidence_level", "percent"),
            column("common.answers", "count"),
            column("common.accounts", "count"),
            column("workbook.why_none"),
            column("workbook.name_results_json"),
        ),
        rows=(
            (
                label_estimate(one),
                estimate_cell(one),
                one.level,
                one.n,
                one.accounts,
                None if one.reason is None else local.say(one.reason),
                one.name,
            )
            for one in sorted(estimates, key=lambda one: one.name)
        ),
    )
    return Sheet(local.text("workbook.figures"), table)


def _chart(chart: Chart) -> Sheet:
    def cells(series: Series) -> Iterator[Cell]:
        ends = series.low or [None] * len(series.values), series.high or [None] * len(series.values)
        return (Cell(value, low, high) for value, low, high in zip(series.values, *ends, strict=True))

    table = make_table(
        name="workbook.chart",
        caption=local.text("workbook.figure", title=chart.title),
        columns=(
            column("workbook.row"),
            *(Column(series.name, "number", chart.decimals + 1) for series in chart.series),
        ),
        rows=zip(chart.categories, *map(cells, chart.series), strict=True),
        note=chart.axis,
    )
    return Sheet(chart.title, table)


def _placed(section: Section, place: int) -> Iterator[Sheet]:
    """A text or a picture that an analyst put into the report, in words and, where it has no numbers of its own, as it is drawn."""
    block = section.blocks[place]
    if isinstance(block, Figure) and not block.charts:
        table = make_table(block.name, block.caption or section.title, (column("workbook.in_words"),), ((block.alt,),))
        yield Sheet(block.caption or section.title, table, block.svg)
    elif isinstance(block, Passage):
        lines = [(line,) for line in passage_text(block).splitlines()]
        yield Sheet(section.title, make_table(block.name or "text", section.title, (column("workbook.in_words"),), lines))


# The sheets as a workbook that opens anywhere, prints well, runs nothing, and has the same bytes every time

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

    def number(self, kind: Kind, decimals: int) -> Format:
        """How numbers of a kind are shown; Excel knows the reader's own separators."""
        digits = "0" + ("." + "0" * decimals if decimals else "")
        shown = f"{digits}%" if kind == "percent" else f"#,##{digits}"
        return self.of(num_format=f"+{shown};\N{MINUS SIGN}{shown};{shown}" if kind in ("points", "effect") else shown)


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
            page = book.add_worksheet(tab)
            _write_sheet(page, sheet.table, tabs[0], looks)
            if sheet.svg:
                drawn = {"image_data": io.BytesIO(picture_of(sheet.svg)), "x_scale": 0.5, "y_scale": 0.5}
                page.insert_image(HEAD_ROW + len(sheet.table.rows) + 2, 0, "figure.png", {**drawn, "decorative": True})
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
        _write_text(page, row, 1, sheet.table.caption, looks)
    for row, said in enumerate((content.words["checkable"], content.words["marks"], content.words["made_with"])):
        _write_text(page, start + len(sheets) + 1 + row, 1, said, looks, looks.note)
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 90)
    _set_print(page, start)


def _write_sheet(page: Worksheet, table: Table, contents: str, looks: Looks) -> None:
    _write_text(page, 0, 0, table.caption, looks, looks.of(bold=True, font_size=13))
    page.write_url(1, 0, f"internal:'{contents}'!A1", looks.link, string=contents)
    columns = list(table.split())
    for place, (part, told, cells) in enumerate(columns):
        head = told.label if part == "value" else local.text(HEADS[part], what=told.label)
        _write_text(page, HEAD_ROW, place, head, looks, looks.head)
        for row, cell in enumerate(cells, start=HEAD_ROW + 1):
            if isinstance(cell.value, str):
                _write_text(page, row, place, cell.value, looks)
            elif cell.value is not None:
                page.write_number(row, place, cell.value, looks.number(*told.form_of(cell)))
        words = max((len(word) for word in head.split()), default=0) + 3  # room for the filter's arrow
        longest = max(
            (len(cell.value) if isinstance(cell.value, str) else 7 for cell in cells if cell.value is not None), default=0
        )
        page.set_column(place, place, min(WIDEST, max(NARROWEST, words, longest + 1)))
    if table.note:
        _write_text(page, HEAD_ROW + len(table.rows) + 2, 0, table.note, looks, looks.of(italic=True, font_color="#595959"))
    page.freeze_panes(HEAD_ROW + 1, 1)
    if table.rows:
        page.autofilter(HEAD_ROW, 0, HEAD_ROW + len(table.rows), len(columns) - 1)
    _set_print(page, HEAD_ROW)


def _write_text(page: Worksheet, row: int, place: int, said: str, looks: Looks, look: Format | None = None) -> None:
    plain = looks.quoted if said.startswith(LIKE_A_FORMULA) else looks.text
    page.write_string(row, place, said, plain if look is None else look)


def _set_print(page: Worksheet, head: int) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(head)
    page.set_footer("&C&P / &N")
    page.hide_gridlines(2)

"""The report's tables as a workbook: one sheet each, numbers as numbers, and nothing that a spreadsheet would run."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from valuelib.output.brand import Brand
from valuelib.output.content import Content, Section
from valuelib.output.pdf import picture_of
from valuelib.output.slides.charts import TEXT_IS_TEXT
from valuelib.results import Cell, Column, Estimate, Figure, Finding, Kind, PartOfCell, Table
from valuelib.show.display import Passage, passage_text
from valuelib.show.labels import deciding_of, label_contrast, label_estimate
from valuelib.show.localizer import in_language, local
from valuelib.show.sentences import say_finding, say_verdict
from valuelib.show.tables import column, estimate_cell, lift_cell, make_table

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


R = TypeVar("R")
Parts = tuple[tuple[Column, Callable[[R], Cell | float | str | None]], ...]  # each column with what it holds of a result


def workbook_sheets(content: Content) -> tuple[Sheet, ...]:
    """Findings and estimates, then every table and every chart's numbers in the order of the report."""
    kinds = {True: local.text("common.claim_under_test"), False: local.text("common.exploratory")}
    by = {one.claim.id: deciding_of(one) for one in content.findings}
    of_findings: Parts[Finding] = (
        (column("common.claim"), lambda one: one.claim.statement.say(local.language)),
        (column("common.verdict"), lambda one: say_verdict(one)),
        (column("workbook.kind"), lambda one: kinds[one.confirmatory]),
        (column("common.evidence"), lambda one: None if one.evidence_level is None else local.word(one.evidence_level)),
        (column("common.comparison"), lambda one: label_contrast(by[one.claim.id]) if by[one.claim.id].difference else None),
        (column("common.difference", "points", 2), lambda one: lift_cell(by[one.claim.id].difference)),
        (column("common.claimed", "number", 2), lambda one: one.size),
        (column("workbook.smallest_difference_would_show", "number", 2), lambda one: one.detectable_points),
        (column("workbook.answers_would_settle", "count"), lambda one: one.respondents_needed),
        (column("workbook.in_words"), say_finding),
    )
    of_estimates: Parts[Estimate] = (
        (column("common.what_it_is"), label_estimate),
        (column("common.value", "number", 3), estimate_cell),
        (column("workbook.confidence_level", "percent"), lambda one: one.level),
        (column("common.answers", "count"), lambda one: one.n),
        (column("common.accounts", "count"), lambda one: one.accounts),
        (column("workbook.why_none"), lambda one: None if one.reason is None else local.say(one.reason)),
        (column("workbook.name_results_json"), lambda one: one.name),
    )
    sheets = []
    if content.findings:
        tab, caption = local.text("workbook.findings"), local.text("workbook.all_claims_verdicts")
        note = local.text("workbook.differences_points_outcome")
        sheets.append(Sheet(tab, _table("workbook.findings", caption, of_findings, content.findings, note)))
    if content.estimates:
        tab, caption = local.text("workbook.figures"), local.text("workbook.all_figures_report")
        ordered = sorted(content.estimates, key=lambda one: one.name)
        sheets.append(Sheet(tab, _table("workbook.figures", caption, of_estimates, ordered)))
    blocks = [block for section in content.sections for block in section.blocks]
    sheets += [Sheet(block.caption, block) for block in blocks if isinstance(block, Table)]
    for chart in (chart for block in blocks if isinstance(block, Figure) for chart in block.charts):
        none = (None,) * len(chart.categories)
        cells = [map(Cell, series.values, series.low or none, series.high or none) for series in chart.series]
        columns = (column("workbook.row"), *(Column(series.name, "number", chart.decimals + 1) for series in chart.series))
        rows, caption = zip(chart.categories, *cells, strict=True), local.text("workbook.figure", title=chart.title)
        sheets.append(Sheet(chart.title, make_table("workbook.chart", caption, columns, rows, chart.axis)))
    sheets += [sheet for section in content.sections for place in sorted(section.placed) for sheet in _placed(section, place)]
    return tuple(sheets)


def _table(name: str, caption: str, parts: Parts[R], results: Sequence[R], note: str = "") -> Table:
    rows = ([value(one) for _, value in parts] for one in results)
    return make_table(name, caption, [head for head, _ in parts], rows, note)


def _placed(section: Section, place: int) -> Iterator[Sheet]:
    """A text or a picture that an analyst put into the report, in words and, where it has no numbers of its own, as it is drawn."""
    block = section.blocks[place]
    if isinstance(block, Figure) and not block.charts:
        table = make_table(block.name, block.caption or section.title, ("workbook.in_words",), ((block.alt,),))
        yield Sheet(block.caption or section.title, table, block.svg)
    elif isinstance(block, Passage):
        lines = [(line,) for line in passage_text(block).splitlines()]
        yield Sheet(section.title, make_table(block.name or "text", section.title, ("workbook.in_words",), lines))


# The sheets as a workbook that opens anywhere, prints well, runs nothing, and has the same bytes every time

NO_CLOCK = datetime(2000, 1, 1)
TAB_LIMIT, NOT_IN_TABS = 31, re.compile(r"[\[\]:*?/\\']")
NARROWEST, WIDEST = 9, 60  # letters of a column's width
# A text that begins like this would run as a formula once the sheet is saved as .csv and opened again.
LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
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
        book = xlsxwriter.Workbook(file, TEXT_IS_TEXT)
        book.set_properties({"title": f"{content.client} – {content.title}", "author": brand.name, "created": NO_CLOCK})
        book.set_calc_mode("manual")
        looks, sheets = Looks(book, brand), workbook_sheets(content)
        tabs = name_tabs([content.words["contents"], *(sheet.tab for sheet in sheets)])
        page, start = book.add_worksheet(tabs[0]), len(content.facts) + 2
        _write_text(page, 0, 0, f"{content.client} – {content.title}", looks, looks.title)
        for row, (name, fact) in enumerate(content.facts, start=1):
            _write_text(page, row, 0, f"{name}: {fact}", looks)
        for row, (sheet, tab) in enumerate(zip(sheets, tabs[1:], strict=True), start=start):
            page.write_url(row, 0, f"internal:'{tab}'!A1", looks.link, string=tab)
            _write_text(page, row, 1, sheet.table.caption, looks)
        for row, key in enumerate(("checkable", "marks", "made_with"), start=start + len(sheets) + 1):
            _write_text(page, row, 1, content.words[key], looks, looks.note)
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 90)
        _set_print(page, start)
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
        lengths = [len(cell.value) if isinstance(cell.value, str) else 7 for cell in cells if cell.value is not None]
        page.set_column(place, place, min(WIDEST, max(NARROWEST, words, 1 + max(lengths, default=0))))
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

"""The report as a workbook: named sheets, numbers as numbers, what each column is, and nothing that a spreadsheet would run."""

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
from valuelib.output.edition import SUMMARY, Edition
from valuelib.output.pdf import picture_of
from valuelib.output.slides.chart_parts import TEXT_IS_TEXT
from valuelib.results import Cell, Chart, Column, Contrast, Estimate, Figure, Finding, Kind, PartOfCell, Table
from valuelib.show.display import Passage, anchor, passage_text
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
class Entry:
    """One table of a sheet with its number in the annex, and below it the picture of a figure without numbers."""

    table: Table
    svg: str = ""
    id: str = ""

    @property
    def title(self) -> str:
        """What stands above the table."""
        return f"{self.id} {self.table.caption}".strip()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the name on its tab, and the tables that stand on it below each other."""

    tab: str
    entries: tuple[Entry, ...]


R = TypeVar("R")
Parts = tuple[tuple[Column, Callable[[R], Cell | float | str | None]], ...]  # each column with what it holds of a result

# The sheets of an edition, by the chapters whose tables they hold; an analyst's own chapters have one of their own.
CHAPTERS: Mapping[str, tuple[str, ...]] = {
    "contrasts": ("03_nps_claim", "04_repurchase_claim", "05_halo", "06_specifications"),
    "elements": ("02_value_pyramid",),
    "drivers": ("07_drivers", "07_thresholds", "08_effort_and_enhancement", "16_choices"),
    "together": ("09_cocreation", "10_both_sides", "12_people"),
    "time": ("11_over_time", "14_roll_out"),
    "voices": ("13_listening",),
    "respondents": ("01_data_quality", "15_comparability"),
    "pools": ("portfolio",),
}


def workbook_sheets(content: Content) -> tuple[Sheet, ...]:
    """The answer, the claims, the chapters' tables and charts by topic, all figures, what each column is, and notes.

    A content without an edition has a sheet for each of its tables, in its own order.
    """
    if content.edition is None:
        return tuple(Sheet(tab, (entry,)) for tab, entry in _plain_entries(content))
    edition = content.edition
    numbers = {(one.section, one.place): one.id for one in edition.annex}
    by_chapter = {anchor(chapter): key for key, chapters in CHAPTERS.items() for chapter in chapters}
    found: dict[str, list[Entry]] = {key: [] for key in ("answer", *CHAPTERS, "own")}
    found["answer"] += _answer_entries(edition)
    drawn = {id(block) for section in content.sections for block in section.blocks}
    for page in edition.pages:
        new = [block for block in page.blocks if isinstance(block, Figure) and id(block) not in drawn]
        found["contrasts"] += [Entry(_chart_table(chart)) for block in new for chart in block.charts]
    for section in content.shown:
        key = "answer" if section.id == SUMMARY else by_chapter.get(section.id, "own")
        for place, block in enumerate(section.blocks):
            number = numbers.get((section.id, place), "")
            if isinstance(block, Table):
                found[key].append(Entry(block, id=number))
            elif isinstance(block, Figure):
                found[key] += [Entry(_chart_table(chart), id=number) for chart in block.charts]
            if place in section.placed:
                found[key] += _placed(section, place)
    found["claims"] = [Entry(_findings_table(content))] if content.findings else []
    found["estimates"] = [Entry(_estimates_table(content))] if content.estimates else []
    order = ("answer", "claims", *CHAPTERS, "own", "estimates")
    sheets = [Sheet(local.text(f"workbook.sheet.{key}"), tuple(found[key])) for key in order if found[key]]
    dictionary = Sheet(local.text("workbook.sheet.dictionary"), (Entry(_dictionary(sheets)),))
    return (*sheets, dictionary, Sheet(local.text("workbook.sheet.notes"), tuple(_note_entries(content, edition))))


def _plain_entries(content: Content) -> Iterator[tuple[str, Entry]]:
    if content.findings:
        yield local.text("workbook.findings"), Entry(_findings_table(content))
    if content.estimates:
        yield local.text("workbook.figures"), Entry(_estimates_table(content))
    blocks = [block for section in content.sections for block in section.blocks]
    yield from ((block.caption, Entry(block)) for block in blocks if isinstance(block, Table))
    for block in blocks:
        yield from ((chart.title, Entry(_chart_table(chart))) for chart in (block.charts if isinstance(block, Figure) else ()))
    for section in content.sections:
        yield from ((entry.table.caption, entry) for place in sorted(section.placed) for entry in _placed(section, place))


def _findings_table(content: Content) -> Table:
    kinds = {True: local.text("common.claim_under_test"), False: local.text("common.exploratory")}
    by = {one.claim.id: deciding_of(one) for one in content.findings}
    findings, parts = content.findings, _finding_parts(kinds, by)
    if content.edition is not None:
        findings = tuple(row.finding for row in content.edition.board)
        grades = {row.finding.claim.id: row.grade for row in content.edition.board}
        parts = (*parts, (column("workbook.evidence_of_three", "count"), lambda one: grades[one.claim.id]))
    caption, note = local.text("workbook.all_claims_verdicts"), local.text("workbook.differences_points_outcome")
    return _table("workbook.findings", caption, parts, findings, note)


def _finding_parts(kinds: Mapping[bool, str], by: Mapping[str, Contrast]) -> Parts[Finding]:
    return (
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


def _estimates_table(content: Content) -> Table:
    parts: Parts[Estimate] = (
        (column("common.what_it_is"), label_estimate),
        (column("common.value", "number", 3), estimate_cell),
        (column("workbook.confidence_level", "percent"), lambda one: one.level),
        (column("common.answers", "count"), lambda one: one.n),
        (column("common.accounts", "count"), lambda one: one.accounts),
        (column("workbook.why_none"), lambda one: None if one.reason is None else local.say(one.reason)),
        (column("workbook.name_results_json"), lambda one: one.name),
    )
    ordered = sorted(content.estimates, key=lambda one: one.name)
    return _table("workbook.figures", local.text("workbook.all_figures_report"), parts, ordered)


def _table(name: str, caption: str, parts: Parts[R], results: Sequence[R], note: str = "") -> Table:
    rows = ([value(one) for _, value in parts] for one in results)
    return make_table(name, caption, [head for head, _ in parts], rows, note)


def _chart_table(chart: Chart) -> Table:
    """What a chart plots, a row a category."""
    none = (None,) * len(chart.categories)
    cells = [map(Cell, series.values, series.low or none, series.high or none) for series in chart.series]
    columns = (column("workbook.row"), *(Column(series.name, "number", chart.decimals + 1) for series in chart.series))
    rows, caption = zip(chart.categories, *cells, strict=True), local.text("workbook.figure", title=chart.title)
    return make_table("workbook.chart", caption, columns, rows, chart.axis)


def _answer_entries(edition: Edition) -> Iterator[Entry]:
    """What was found, the large figures, what to say and not to say, and what to do."""

    def told(key: str, heads: Sequence[str | Column], rows: Sequence[Sequence[Cell | float | str | None]]) -> Entry:
        return Entry(make_table(f"workbook.{key}", local.text(f"edition.words.{key}"), heads, rows))

    tested = [story for story in edition.stories if story.lead.confirmatory]
    rows: list[list[Cell | float | str | None]]
    rows = [[story.title, " ".join(story.sentences), " ".join(story.claims), float(story.grade)] for story in tested]
    heads = (column("edition.head.finding"), column("workbook.in_words"), column("edition.head.claim"))
    if rows:
        yield told("answer", (*heads, column("workbook.evidence_of_three", "count")), rows)
    else:
        yield told("answer", (column("edition.head.finding"),), [[said] for said in edition.answer])
    if edition.numbers:
        columns = (
            column("workbook.outcome"),
            column("common.difference", "points", 2),
            column("workbook.unit"),
            column("workbook.comparison", "number", 2),
            column("workbook.baseline", "number", 2),
            column("workbook.own_ratings", "points", 2),
        )
        rows = [
            [one.outcome, Cell(one.value, one.low, one.high), one.unit, *(one.groups or (None, None)), one.raw]
            for one in edition.numbers
        ]
        yield Entry(make_table("workbook.numbers", local.text("workbook.numbers"), columns, rows))
    if edition.say:
        yield told("say", (column("workbook.in_words"),), [[said] for said in edition.say])
    if edition.avoid:
        yield told("avoid", (column("edition.head.claim"), column("edition.head.instead")), [list(pair) for pair in edition.avoid])
    of_actions = [column(f"edition.head.{key}") for key in ("what", "who", "when", "sure")]
    yield told("actions", of_actions, [[one.what, one.who, one.when, one.sure] for one in edition.actions])


def _note_entries(content: Content, edition: Edition) -> Iterator[Entry]:
    """What the survey does not show, how figures were made, what lacks, the words, and the small print."""
    words = (column("workbook.in_words"),)
    small_print = [content.words[key] for key in ("checkable", "marks", "made_with")]
    for title, said in (
        (local.text("edition.words.limits"), edition.limits),
        (local.text("edition.words.method"), edition.method),
        (content.words["attribution"], small_print),
    ):
        yield Entry(make_table("workbook.notes", title, words, [[one] for one in said]))
    lacking = [[section.title, section.missing] for section in content.lacking]
    pairs = (
        (local.text("common.what_data_could_not"), lacking),
        (content.words["glossary"], [list(one) for one in content.glossary]),
    )
    for title, rows in pairs:
        if rows:
            yield Entry(make_table("workbook.words", title, (column("workbook.row"), column("workbook.in_words")), rows))


def _dictionary(sheets: Sequence[Sheet]) -> Table:
    """Every column of every sheet: what it is, and in what unit."""
    heads = [column(f"workbook.dictionary.{key}") for key in ("sheet", "table", "column", "what", "unit")]
    rows = []
    for sheet in sheets:
        for entry in sheet.entries:
            for part, told, _ in entry.table.split():
                what = local.text(f"workbook.part.{part}", what=told.label)
                unit = "count" if part in ("n", "of") else "text" if part == "note" else told.kind
                rows.append([sheet.tab, entry.title, _head_of(part, told), what, local.text(f"workbook.unit_of.{unit}")])
    return make_table("workbook.dictionary", local.text("workbook.sheet.dictionary"), heads, rows)


def _head_of(part: PartOfCell, told: Column) -> str:
    return told.label if part == "value" else local.text(HEADS[part], what=told.label)


def _placed(section: Section, place: int) -> Iterator[Entry]:
    """A text or a picture that an analyst put into the report, in words and, where it has no numbers of its own, as it is drawn."""
    block = section.blocks[place]
    if isinstance(block, Figure) and not block.charts:
        yield Entry(make_table(block.name, block.caption or section.title, ("workbook.in_words",), ((block.alt,),)), block.svg)
    elif isinstance(block, Passage):
        lines = [(line,) for line in passage_text(block).splitlines()]
        yield Entry(make_table(block.name or "text", section.title, ("workbook.in_words",), lines))


# The sheets as a workbook that opens anywhere, prints well, runs nothing, and has the same bytes every time

NO_CLOCK = datetime(2000, 1, 1)
TAB_LIMIT, NOT_IN_TABS = 31, re.compile(r"[\[\]:*?/\\']")
NARROWEST, WIDEST = 9, 60  # letters of a column's width
# A text that begins like this would run as a formula once the sheet is saved as .csv and opened again.
LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
HEAD_ROW = 3
WIDEST_SHARED = 30  # of a column that several tables share, beside the first
PICTURE_ROWS = 24  # that a picture covers
LONGEST_LINK = 250  # letters that a link shows; the format takes no more
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
        title = f"{content.client} – {content.title if content.edition is None else content.edition.title}"
        book.set_properties({"title": title, "author": brand.name, "created": NO_CLOCK})
        book.set_calc_mode("manual")
        looks, sheets = Looks(book, brand), workbook_sheets(content)
        wanted = [content.words["contents"], *(sheet.tab for sheet in sheets)]
        tabs = name_tabs(wanted, numbered=content.edition is None)
        page, row = book.add_worksheet(tabs[0]), len(content.facts) + 2
        _write_text(page, 0, 0, title, looks, looks.title)
        for place, (name, fact) in enumerate(content.facts, start=1):
            _write_text(page, place, 0, f"{name}: {fact}", looks)
        for sheet, tab in zip(sheets, tabs[1:], strict=True):
            page.write_url(row, 0, f"internal:'{tab}'!A1", looks.link, string=tab)
            alone = len(sheet.entries) == 1
            for entry, head in zip(sheet.entries, head_rows(sheet), strict=True):
                if alone:
                    _write_text(page, row, 1, entry.title, looks)
                else:
                    page.write_url(row, 1, f"internal:'{tab}'!A{head}", looks.link, string=entry.title[:LONGEST_LINK])
                row += 1
        for key in ("checkable", "marks", "made_with"):
            row += 1
            _write_text(page, row, 1, content.words[key], looks, looks.note)
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 90)
        _set_print(page)
        for sheet, tab in zip(sheets, tabs[1:], strict=True):
            _write_sheet(book.add_worksheet(tab), sheet, tabs[0], looks)
        book.close()
        return file.getvalue()


def name_tabs(wanted: Sequence[str], *, numbered: bool = True) -> list[str]:
    """Names that a spreadsheet takes: without its forbidden signs, 31 letters at most; numbered, so that each is its own."""
    names = []
    for place, name in enumerate(wanted):
        number = f"{place} " if place and numbered else ""
        plain = " ".join(NOT_IN_TABS.sub(" ", name).split())
        names.append(f"{number}{plain}"[:TAB_LIMIT].strip())
    return names


def head_rows(sheet: Sheet) -> list[int]:
    """The row of each table's heads, from 0; above it stands its title, below its rows a note and its picture."""
    rows, at = [], HEAD_ROW if len(sheet.entries) == 1 else HEAD_ROW + 1
    for entry in sheet.entries:
        rows.append(at)
        at += len(entry.table.rows) + 4 + bool(entry.table.note) + (PICTURE_ROWS if entry.svg else 0)
    return rows


def _write_sheet(page: Worksheet, sheet: Sheet, contents: str, looks: Looks) -> None:
    alone = len(sheet.entries) == 1
    _write_text(page, 0, 0, sheet.entries[0].title if alone else sheet.tab, looks, looks.of(bold=True, font_size=13))
    page.write_url(1, 0, f"internal:'{contents}'!A1", looks.link, string=contents)
    widths: dict[int, int] = {}
    for entry, head in zip(sheet.entries, head_rows(sheet), strict=True):
        if not alone:
            _write_text(page, head - 1, 0, entry.title, looks, looks.of(bold=True))
        _write_table(page, entry.table, head, looks, widths)
        below = head + len(entry.table.rows) + (2 if alone else 1)
        if entry.table.note:
            _write_text(page, below, 0, entry.table.note, looks, looks.of(italic=True, font_color="#595959"))
        if entry.svg:
            drawn = {"image_data": io.BytesIO(picture_of(entry.svg)), "x_scale": 0.5, "y_scale": 0.5}
            page.insert_image(below + bool(entry.table.note), 0, "figure.png", {**drawn, "decorative": True})
    for place, width in widths.items():
        page.set_column(place, place, width if alone or place == 0 else min(width, WIDEST_SHARED))
    table = sheet.entries[0].table
    page.freeze_panes(HEAD_ROW + 1 if alone else 2, 1)
    if alone and table.rows:
        page.autofilter(HEAD_ROW, 0, HEAD_ROW + len(table.rows), len(list(table.split())) - 1)
    _set_print(page, HEAD_ROW if alone else None)


def _write_table(page: Worksheet, table: Table, head: int, looks: Looks, widths: dict[int, int]) -> None:
    """Heads and cells of one table; `widths` grows to the letters that its columns need."""
    for place, (part, told, cells) in enumerate(table.split()):
        said = _head_of(part, told)
        _write_text(page, head, place, said, looks, looks.head)
        for row, cell in enumerate(cells, start=head + 1):
            if isinstance(cell.value, str):
                _write_text(page, row, place, cell.value, looks)
            elif cell.value is not None:
                page.write_number(row, place, cell.value, looks.number(*told.form_of(cell)))
        words = max((len(word) for word in said.split()), default=0) + 3  # room for the filter's arrow
        lengths = [len(cell.value) if isinstance(cell.value, str) else 7 for cell in cells if cell.value is not None]
        wanted = min(WIDEST, max(NARROWEST, words, 1 + max(lengths, default=0)))
        widths[place] = max(widths.get(place, 0), wanted)


def _write_text(page: Worksheet, row: int, place: int, said: str, looks: Looks, look: Format | None = None) -> None:
    plain = looks.quoted if said.startswith(LIKE_A_FORMULA) else looks.text
    page.write_string(row, place, said, plain if look is None else look)


def _set_print(page: Worksheet, head: int | None = None) -> None:
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    if head is not None:
        page.repeat_rows(head)
    page.set_footer("&C&P / &N")
    page.hide_gridlines(2)

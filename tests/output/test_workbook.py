"""The workbook: every table, numbers as numbers, nothing that runs, tabs that work, and the same bytes every time."""

import io
import re
from dataclasses import replace
from functools import cache

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.output.demo import demo_content, demo_edition
from valuelib.output.brand import HOUSE
from valuelib.output.content import Content, Section
from valuelib.output.workbook import NOT_IN_TABS, TAB_LIMIT, head_rows, name_tabs, render_workbook, workbook_sheets
from valuelib.results import Cell, Chart, Column, Figure, Series, Table
from valuelib.show.localizer import in_language, local
from valuelib.show.tables import make_table

FORMULAS = ('=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "{=1+1}")
HEAD = 4  # row of the heads, from 1
NUMBER = re.compile(r"[+\N{MINUS SIGN}-]?\d[\d.,\s]*%?")


@cache
def demo_book() -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(render_workbook(demo_content(), HOUSE)))


@cache
def edition_book() -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(render_workbook(demo_edition(), HOUSE)))


def small(*tables: Table | Figure, language: str = "en") -> Workbook:
    words = {"contents": "Contents", "checkable": "c", "marks": "m", "made_with": "w"}
    section = Section(id="one", title="One", blocks=tables)
    content = Content(client="=Acme()", title="T", facts=(), sections=(section,), words=words, language=language)
    return openpyxl.load_workbook(io.BytesIO(render_workbook(content, HOUSE)))


def table(*rows: tuple[str | float | Cell | None, ...], columns: tuple[str, str] = ("What", "Value"), caption: str = "T") -> Table:
    return make_table("t", caption, (Column(columns[0]), Column(columns[1], "number")), rows, "note")


def test_values_intervals_and_counts_stand_apart() -> None:
    sheet = small(table(("a", Cell(76.2, 71.9, 80.0, 563)), ("b", None))).worksheets[1]
    assert [cell.value for cell in sheet[HEAD]] == ["What", "Value", "Value, lower limit", "Value, upper limit", "Value, answers"]
    assert [cell.value for cell in sheet[HEAD + 1]] == ["a", 76.2, 71.9, 80.0, 563]
    assert [cell.value for cell in sheet[HEAD + 2]] == ["b", None, None, None, None]
    assert [cell.data_type for cell in sheet[HEAD + 1]] == ["s", "n", "n", "n", "n"]


def test_numbers_keep_the_digits_they_have_and_are_shown_by_kind_and_decimals() -> None:
    rows = (
        (Cell(0.4666, kind="percent"), "0%"),
        (Cell(0.0123, kind="percent", decimals=1), "0.0%"),
        (Cell(1200, kind="count"), "#,##0"),
        (Cell(1.2345, kind="points", decimals=2), "+#,##0.00;\N{MINUS SIGN}#,##0.00;#,##0.00"),
        (Cell(0.01234, kind="p"), "#,##0.000"),
    )
    sheet = small(table(*(("a", cell) for cell, _ in rows))).worksheets[1]
    for row, (cell, number_format) in enumerate(rows, start=HEAD + 1):
        assert (sheet.cell(row, 2).value, sheet.cell(row, 2).number_format) == (cell.value, number_format)


def test_words_among_numbers_stand_in_a_column_of_their_own() -> None:
    sheet = small(table(("a", 1200), ("b", Cell(218, of=350)), ("c", "not told"))).worksheets[1]
    assert [cell.value for cell in sheet[HEAD]] == ["What", "Value", "Value, out of", "Value, in words"]
    assert [[cell.value for cell in sheet[HEAD + row]] for row in (1, 2, 3)] == [
        ["a", 1200, None, None],
        ["b", 218, 350, None],
        ["c", None, None, "not told"],
    ]


def test_every_numeric_column_of_the_demo_is_numeric() -> None:
    """A column of a kind of numbers holds nothing else; words among them have a column of their own, told by its heading."""
    with in_language("fi"):
        sheets = workbook_sheets(demo_content())
    with in_language("en"):  # that of the stored outputs
        survey_round = local.text("roll_out.wave")
    for sheet, held in zip(demo_book().worksheets[1:], sheets, strict=True):
        for place, (part, column, cells) in enumerate(held.entries[0].table.split(), start=1):
            kinds = {sheet.cell(row, place).data_type for row, cell in enumerate(cells, start=HEAD + 1) if cell.value is not None}
            words = part == "note" or column.kind == "text"
            assert kinds <= {"s" if words else "n"}, (sheet.title, column.label, part)
            texts = [str(cell.value) for cell in cells if words and cell.value]
            name = place == 1 or column.label == survey_round  # which is "2024" in one study and "spring 2024" in the next
            assert part != "value" or name or not texts or not all(NUMBER.fullmatch(text) for text in texts), column.label
    assert sum(column.kind != "text" and part != "note" for one in sheets for part, column, _ in one.entries[0].table.split()) > 340


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_looks_like_a_formula_is_text(formula: str) -> None:
    book = small(table((formula, formula), (formula, 1), columns=(formula, formula), caption=formula))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    found = [cell for cell in cells if str(cell.value).endswith(formula.strip())]
    assert len(found) >= 5
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    if formula[0] in "=+-@":
        assert all(cell.quotePrefix for cell in found if cell.row > HEAD)


def test_every_table_and_chart_of_the_demo_has_its_sheet() -> None:
    book, blocks = demo_book(), [block for section in demo_content().sections for block in section.blocks]
    captions = [sheet["A1"].value for sheet in book.worksheets[1:]]
    for block in blocks:
        if isinstance(block, Table):
            assert block.caption in captions
        for chart in block.charts if isinstance(block, Figure) else ():
            assert f"Kuvio: {chart.title}" in captions
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_estimates_and_findings_are_all_there() -> None:
    book, content = demo_book(), demo_content()
    findings, estimates = book.worksheets[1], book.worksheets[2]
    assert findings.max_row - HEAD >= len(content.findings)
    by_name = {row[8].value: row[1].value for row in estimates.iter_rows(min_row=HEAD + 1)}
    for one in content.estimates:
        assert by_name[one.name] == (None if one.value is None else pytest.approx(one.value, rel=1e-12))


def test_links_lead_to_their_sheets() -> None:
    book = demo_book()
    contents = book.worksheets[0]
    links = [cell.hyperlink.location for row in contents.iter_rows() for cell in row if cell.hyperlink]
    assert [link.split("!")[0].strip("'") for link in links] == book.sheetnames[1:]
    assert all(sheet["A2"].hyperlink.location.startswith(f"'{contents.title}'") for sheet in book.worksheets[1:])


def test_tabs_are_short_plain_and_each_its_own() -> None:
    wanted = ["Contents", *("NPS: same [question]*? / asked in every way that there is" for _ in range(12))]
    tabs = name_tabs(wanted)
    assert len(set(tabs)) == len(tabs)
    assert all(len(tab) <= TAB_LIMIT and not set(tab) & set("[]:*?/\\'") for tab in tabs)


def test_the_numbers_of_a_chart_are_there() -> None:
    chart = Chart(
        kind="dots",
        title="C",
        categories=("a", "b"),
        series=(Series(name="s", values=(1.25, None), low=(1.0, None), high=(2.0, None)),),
    )
    figure = Figure(name="f", svg="<svg/>", alt="a", caption="c", charts=(chart,))
    sheet = small(figure).worksheets[1]
    assert [cell.value for cell in sheet[HEAD + 1]] == ["a", 1.25, 1.0, 2.0]
    assert [cell.value for cell in sheet[HEAD + 2]] == ["b", None, None, None]


def test_the_same_content_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    first = render_workbook(demo_content(), HOUSE)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert render_workbook(demo_content(), HOUSE) == first
    assert demo_book().properties.created.year == 2000
    assert demo_book().properties.lastModifiedBy in (None, "")


# ---------------------------------------------------------------------- the workbook of an edition


@pytest.mark.parametrize("language", ["en", "fi"])
def test_an_edition_has_some_ten_sheets_whose_names_are_whole(language: str) -> None:
    content = replace(demo_edition(), language=language)
    with in_language(language):
        wanted = [sheet.tab for sheet in workbook_sheets(content)]
    made = openpyxl.load_workbook(io.BytesIO(render_workbook(content, HOUSE))).sheetnames[1:]
    assert made == wanted
    assert len(made) <= 14
    assert all(len(name) <= TAB_LIMIT and not NOT_IN_TABS.search(name) for name in made)


def test_every_table_stands_on_its_sheet_with_its_whole_title_and_note() -> None:
    book, content = edition_book(), demo_edition()
    assert content.edition is not None
    numbers = {(one.section, one.place): one.id for one in content.edition.annex}
    said = {sheet.title: [row[0].value for row in sheet.iter_rows(max_col=1)] for sheet in book}
    found = [text for texts in said.values() for text in texts]
    for section in content.shown:
        for place, block in enumerate(section.blocks):
            if isinstance(block, Table):
                assert f"{numbers[section.id, place]} {block.caption}" in found
                assert not block.note or block.note in found
            for chart in block.charts if isinstance(block, Figure) else ():
                assert f"{numbers[section.id, place]} Kuvio: {chart.title}" in found


def test_every_column_of_every_sheet_is_in_the_dictionary() -> None:
    book = edition_book()
    with in_language("fi"):
        sheets = workbook_sheets(demo_edition())
    dictionary = book["Sarakkeiden selitteet"]
    told = {(row[0].value, row[1].value, row[2].value) for row in dictionary.iter_rows(min_row=HEAD + 1)}
    assert all(row[3].value and row[4].value for row in dictionary.iter_rows(min_row=HEAD + 1, max_row=dictionary.max_row))
    for sheet in sheets[:-2]:
        for entry, head in zip(sheet.entries, head_rows(sheet), strict=True):
            heads = [cell.value for cell in book[sheet.tab][head + 1] if cell.value is not None]
            assert len(heads) == len(list(entry.table.split()))
            assert {(sheet.tab, entry.title, one) for one in heads} <= told


def test_numbers_of_shared_sheets_are_numbers_and_nothing_runs() -> None:
    book = edition_book()
    with in_language("fi"):
        sheets = workbook_sheets(demo_edition())
    for sheet in sheets:
        for entry, head in zip(sheet.entries, head_rows(sheet), strict=True):
            for place, (part, column, cells) in enumerate(entry.table.split(), start=1):
                found = [book[sheet.tab].cell(row, place) for row in range(head + 2, head + 2 + len(cells))]
                for shown, held in zip(found, cells, strict=True):
                    assert (shown.value or "") == (held.value or "") or shown.value == pytest.approx(held.value, rel=1e-12)
                kinds = {one.data_type for one in found if one.value is not None}
                assert kinds <= {"s" if part == "note" or column.kind == "text" else "n"}, (sheet.tab, column.label, part)
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_a_sheet_of_one_table_has_filter_and_frozen_heads() -> None:
    book = edition_book()
    with in_language("fi"):
        alone = [sheet.tab for sheet in workbook_sheets(demo_edition()) if len(sheet.entries) == 1]
    assert {"Väitteet", "Kaikki tunnusluvut", "Sarakkeiden selitteet"} <= set(alone)
    assert [sheet.title for sheet in book.worksheets[1:] if sheet.auto_filter.ref] == alone
    assert all(book[name].freeze_panes == "B5" for name in alone)
    links = [cell.hyperlink.location for row in book.worksheets[0].iter_rows() for cell in row if cell.hyperlink]
    assert {link.split("!")[0].strip("'") for link in links} == set(book.sheetnames[1:])


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_looks_like_a_formula_is_text_in_an_edition_too(formula: str) -> None:
    section = Section(id="own", title=formula, blocks=(table((formula, formula), columns=(formula, formula), caption=formula),) * 2)
    edition = demo_edition().edition
    assert edition is not None
    content = replace(demo_edition(), client=formula, sections=(section,), edition=replace(edition, say=(formula,), annex=()))
    book = openpyxl.load_workbook(io.BytesIO(render_workbook(content, HOUSE)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert sum(str(cell.value).endswith(formula.strip()) for cell in cells) >= 8
    assert {cell.data_type for cell in cells} <= {"s", "n"}

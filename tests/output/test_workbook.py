"""The workbook: every table, numbers as numbers, nothing that runs, tabs that work, and the same bytes every time."""

import io
from functools import cache

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.output.demo import demo_content
from valuelib.output.brand import HOUSE
from valuelib.output.content import Content, Section
from valuelib.output.workbook import TAB_LIMIT, Cell, name_tabs, read_cell, read_column, render_workbook
from valuelib.results import Chart, Figure, Series, Table

FORMULAS = ('=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "{=1+1}")
HEAD = 4  # row of the heads, from 1


@cache
def demo_book() -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(render_workbook(demo_content(), HOUSE)))


def small(*tables: Table | Figure, language: str = "en") -> Workbook:
    words = {"contents": "Contents", "checkable": "c", "marks": "m", "made_with": "w"}
    section = Section(id="one", title="One", blocks=tables)
    content = Content(client="=Acme()", title="T", facts=(), sections=(section,), words=words, language=language)
    return openpyxl.load_workbook(io.BytesIO(render_workbook(content, HOUSE)))


def table(*rows: tuple[str, ...], columns: tuple[str, ...] = ("What", "Value"), caption: str = "T") -> Table:
    return Table(name="t", caption=caption, columns=columns, rows=rows, note="note")


@pytest.mark.parametrize(
    ("said", "language", "cell"),
    [
        ("1,234.5", "en", Cell(value=1234.5, decimals=1)),
        ("1 234,5", "fi", Cell(value=1234.5, decimals=1)),
        ("1\N{NO-BREAK SPACE}234", "fi", Cell(value=1234)),
        ("\N{MINUS SIGN}1,5", "fi", Cell(value=-1.5, decimals=1)),
        ("+0.6", "en", Cell(value=0.6, decimals=1, signed=True)),
        ("47\N{NO-BREAK SPACE}%", "fi", Cell(value=47, percent=True)),
        ("47%", "en", Cell(value=47, percent=True)),
        ("+0,6 [0,4; 0,8]", "fi", Cell(value=0.6, low=0.4, high=0.8, decimals=1, signed=True)),
        ("76.2 [71.9, 80.0], 563 answers", "en", Cell(value=76.2, low=71.9, high=80.0, n=563, decimals=1)),
        ("[\N{MINUS SIGN}0,4; 1\N{NO-BREAK SPACE}200,5]", "fi", Cell(low=-0.4, high=1200.5, decimals=1)),
    ],
)
def test_printed_numbers_are_read_back_by_the_language(said: str, language: str, cell: Cell) -> None:
    assert read_cell(said, language) == cell


@pytest.mark.parametrize("said", ["4/4", "2024-01", "4bbf", "> 0", "–", "12 of 40", "1,62-kertainen", "", "1 23", "3 osaa", "=1"])
def test_text_stays_text(said: str) -> None:
    assert read_cell(said, "fi") is None


def test_a_column_is_numbers_only_as_a_whole() -> None:
    assert read_column(["1,5", "–", ""], "–", "fi") == [Cell(value=1.5, decimals=1), None, None]
    assert read_column(["1,5", "open"], "–", "fi") is None
    assert read_column(["–", ""], "–", "fi") is None


def test_values_intervals_and_counts_come_apart() -> None:
    sheet = small(table(("a", "76.2 [71.9, 80.0], 563 answers"), ("b", "–"))).worksheets[1]
    assert [cell.value for cell in sheet[HEAD]] == ["What", "Value", "Value, lower limit", "Value, upper limit", "Value, answers"]
    assert [cell.value for cell in sheet[HEAD + 1]] == ["a", 76.2, 71.9, 80.0, 563]
    assert [cell.value for cell in sheet[HEAD + 2]] == ["b", None, None, None, None]
    assert [cell.data_type for cell in sheet[HEAD + 1]] == ["s", "n", "n", "n", "n"]


def test_shares_are_shares_and_shown_as_printed() -> None:
    sheet = small(table(("a", "47%"), ("b", "6%"))).worksheets[1]
    assert [sheet.cell(row, 2).value for row in (HEAD + 1, HEAD + 2)] == [0.47, 0.06]
    assert sheet.cell(HEAD + 1, 2).number_format == "0%"


def test_a_number_among_texts_is_a_number() -> None:
    sheet = small(table(("a", "1,200"), ("b", "218/350"), ("c", "56%"))).worksheets[1]
    assert [sheet.cell(HEAD + row, 2).value for row in (1, 2, 3)] == [1200, "218/350", 0.56]


@pytest.mark.parametrize("formula", FORMULAS)
def test_what_looks_like_a_formula_is_text(formula: str) -> None:
    book = small(table((formula, formula), (formula, "1"), columns=(formula, formula), caption=formula))
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


def test_estimates_and_findings_are_unrounded() -> None:
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

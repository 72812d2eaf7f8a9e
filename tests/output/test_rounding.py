"""What is shipped has no more digits than its answers justify: records, tables, charts, pictures and notebooks of the demo."""

import base64
import copy
import io
import json
import re
import zipfile
from dataclasses import replace
from functools import cache
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.languages import spoken
from tests.output.demo import demo_content, demo_edition, demo_runs
from valuelib.output.brand import HOUSE
from valuelib.output.build import render_outputs
from valuelib.output.collect import collect_records
from valuelib.output.pdf import number_strip
from valuelib.output.privacy import DATA_ADDRESS
from valuelib.output.rounding import (
    REACH,
    on_step,
    ship_content,
    ship_notebook,
    ship_picture,
    ship_pool,
    ship_table,
    shipped,
    significant,
    step_of,
)
from valuelib.results import Cell, Column, Estimate, Figure, Table, to_json
from valuelib.show.localizer import Localizer
from valuelib.show.tables import table_lines

LONG = re.compile(r"\d\.\d{4,}")  # more digits than any figure is printed with


@settings(deadline=None)  # a busy machine is no mistake of the figures
@given(st.sampled_from([2.0, 10.0, 100.0, 200.0]), st.integers(1, 300_000))
def test_a_step_is_the_next_of_one_two_and_five_that_one_answer_cannot_pass(reach: float, n: int) -> None:
    step = float(step_of(reach, n))
    assert reach / n <= step * (1 + 1e-12)
    assert step < 2.5 * reach / n * (1 + 1e-12)
    assert f"{step:e}"[0] in "125"
    assert re.fullmatch(r"[125](\.0+)?e[+-]\d\d", f"{step:e}")


@settings(deadline=None)
@given(st.floats(-100, 100), st.integers(5, 5000))
def test_a_figure_moves_by_half_a_step_at_most(value: float, n: int) -> None:
    step = step_of(200, n)
    found = on_step(value, step)
    assert abs(found - value) <= float(step) / 2 + 1e-9
    assert found / float(step) == pytest.approx(round(found / float(step)), abs=1e-6)


@pytest.mark.parametrize(
    ("value", "kept"), [(3.188, 3.2), (0.0, 0.0), (143.8, 140.0), (1.04e-5, 1.0e-5), (0.9998, 1.0), (617, 620)]
)
def test_what_tells_of_the_spread_keeps_two_digits(value: float, kept: float) -> None:
    assert significant(value) == kept


def test_every_figure_of_the_demo_stands_on_its_step() -> None:
    content = demo_content()
    found = ship_content(content)
    assert len(found.estimates) == len(content.estimates) > 500
    for full, one in zip(content.estimates, found.estimates, strict=True):
        assert (one.name, one.n, one.level, one.method) == (full.name, full.n, full.level, full.method)
        if one.unit in REACH and one.value is not None:
            step = float(step_of(REACH[one.unit], one.n))
            ends = [value for value in (one.value, one.ci_low, one.ci_high) if value is not None]
            assert all(value / step == pytest.approx(round(value / step), abs=1e-6) for value in ends), one.name
    for before, finding in zip(content.findings, found.findings, strict=True):
        assert (finding.verdict, finding.reason.code, finding.size) == (before.verdict, before.reason.code, before.size)
        for contrast in (finding.raw, finding.total, *finding.contrasts):
            if contrast is not None and contrast.difference is not None and contrast.comparison and contrast.baseline:
                least = min(contrast.comparison.n, contrast.baseline.n)
                reach = 200 if finding.outcome == "recommend" else 100 if finding.outcome in ("repurchase", "expansion") else 10
                step = float(step_of(10 if contrast.name.startswith("negative_control") else reach, least))
                value = contrast.difference.value
                assert value / step == pytest.approx(round(value / step), abs=1e-6), (finding.claim.id, contrast.name)


def test_no_number_of_a_shipped_record_has_more_digits_than_that() -> None:
    """Whatever field is added to a record is rounded, too, or this names it."""

    def long(part: Any, place: str) -> list[str]:
        if isinstance(part, dict):
            return [found for key, value in part.items() if key != "definition" for found in long(value, f"{place}.{key}")]
        if isinstance(part, list):
            return [found for value in part for found in long(value, place)]
        return [f"{place} = {part}"] if isinstance(part, float) and part != float(f"{part:.6g}") else []

    content = ship_content(demo_content())
    assert [found for one in (*content.findings, *content.estimates) for found in long(to_json(one), str(one))] == []


def test_rounding_what_is_rounded_changes_nothing() -> None:
    once = ship_content(demo_content())
    assert [shipped(one) for one in once.estimates] == list(once.estimates)
    assert [shipped(one) for one in once.findings] == list(once.findings)


def test_a_table_prints_the_same_and_holds_no_more() -> None:
    columns = (Column("Group"), Column("NPS", "number"), Column("Share", "percent"), Column("p", "p"))
    cells = (Cell("all"), Cell(31.2345, 24.0123, 38.4444), Cell(0.46666), Cell(0.012345))
    table = Table(name="t", caption="T", columns=columns, rows=(cells,))
    found = ship_table(table)
    assert [cell.value for cell in found.rows[0]] == ["all", 31.2, 0.47, 0.012]
    assert (found.rows[0][1].low, found.rows[0][1].high) == (24.0, 38.4)
    assert spoken(Localizer("fi"), table_lines, found) == spoken(Localizer("fi"), table_lines, table)


def test_the_tables_of_the_demo_print_what_they_printed() -> None:
    for before, after in zip(demo_content().sections, ship_content(demo_content()).sections, strict=True):
        for one, other in zip(before.blocks, after.blocks, strict=True):
            if isinstance(one, Table) and isinstance(other, Table):
                assert spoken(Localizer("fi"), table_lines, one) == spoken(Localizer("fi"), table_lines, other)


def test_the_large_figures_print_what_they_printed() -> None:
    """An interval from 3.46 on, as the demo has one, says 3 in the sentence and beside the figure."""
    before, after = (content.edition for content in (demo_edition(), ship_content(demo_edition())))
    assert before is not None
    assert after is not None
    assert any(round(round(one.low, 1)) != round(one.low) for one in before.numbers)
    for full, one in zip(before.numbers, after.numbers, strict=True):
        told, kept = (spoken(Localizer("fi"), number_strip, number) for number in (full, one))
        assert [kept[key] for key in ("figure", "interval", "groups")] == [told[key] for key in ("figure", "interval", "groups")]


def test_a_workbooks_tables_have_the_records_figures() -> None:
    content = demo_content()
    full = next(one for one in content.estimates if one.name.startswith("nps.segment."))
    rows = ((Cell("a"), Cell(full.value, full.ci_low, full.ci_high)),)
    table = Table(name="t", caption="T", columns=(Column("Group"), Column("NPS", "number")), rows=rows)
    section = replace(content.sections[0], blocks=(table,))
    (found,) = ship_content(replace(content, sections=(section,)), stepped=True).sections[0].blocks
    assert isinstance(found, Table)
    one = shipped(full)
    assert (found.rows[0][1].value, found.rows[0][1].low, found.rows[0][1].high) == (one.value, one.ci_low, one.ci_high)


@cache
def files() -> dict[str, bytes]:
    return spoken(Localizer("fi"), render_outputs, demo_content(), HOUSE)


def test_no_cell_of_the_workbook_has_more_digits() -> None:
    book = openpyxl.load_workbook(io.BytesIO(files()["tables.xlsx"]))
    held = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float)]
    assert len(held) > 2000
    assert [value for value in held if value != float(f"{value:.6g}")] == []


def test_no_chart_of_the_slides_has_more_digits() -> None:
    charts = 0
    with zipfile.ZipFile(io.BytesIO(files()["report.pptx"])) as deck:
        for name in deck.namelist():
            if name.startswith("ppt/charts/") and name.endswith(".xml"):
                charts += 1
                values = re.findall(r"<c:v>(-?\d+\.?\d*(?:[eE][+-]?\d+)?)</c:v>", deck.read(name).decode())
                assert [value for value in values if float(value) != float(f"{float(value):.6g}")] == [], name
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(deck.read(name))) as book:
                    for sheet in (one for one in book.namelist() if "/sheet" in one and one.endswith(".xml")):
                        values = re.findall(r"<v>(-?[\d.eE+-]+)</v>", book.read(sheet).decode())
                        assert [value for value in values if float(value) != float(f"{float(value):.6g}")] == [], (name, sheet)
    assert charts > 10


def test_no_picture_of_the_page_has_fractions_of_a_point() -> None:
    page = files()["report.html"].decode()
    pictures = [base64.b64decode(one[2]).decode() for one in DATA_ADDRESS.finditer(page) if one[1].startswith("image/svg")]
    assert len(pictures) > 20
    for svg in pictures:
        bare = re.sub(r"<defs>.*?</defs>", "", svg, flags=re.DOTALL)
        for place in re.findall(r'\s(?:d|x|y)="([^"]*)"', bare):
            assert not re.search(r"\d\.\d", place), place[:80]
    assert not LONG.search(" ".join(re.findall(r'data-value="([^"]*)"', page)))


def test_areas_and_signs_keep_their_look() -> None:
    sign, area = "M0 4.5C1.2 4.5 2.3 4 3.2 3.2z", "M100.4-33.6L250.5-40.2L250.5-20z"
    svg = f'<svg><defs><path id="m1" d="{sign}"/><path id="m2" d="{area}"/></defs><use href="#m1" x="12.3456" y="7.9"/></svg>'
    found = ship_picture(svg)
    assert sign in found
    assert 'x="12" y="8"' in found
    assert "100.4" not in found
    assert 'd="M 100 -34L' in found


def test_shipped_notebooks_read_back_and_hold_no_more() -> None:
    for run in demo_runs()[:4]:
        notebook = ship_notebook(copy.deepcopy(run.notebook))
        records = collect_records(run.name, notebook)
        assert [(one.kind, one.name, one.inner) for one in records] == [(one.kind, one.name, one.inner) for one in run.records]
        for full, one in zip(run.records, records, strict=True):
            if isinstance(full.record, Estimate):
                assert one.record == shipped(full.record)
            if isinstance(one.record, Figure):
                assert one.record.svg == ship_picture(full.record.svg)
        assert "data-value" not in json.dumps(notebook)


def test_the_pool_of_a_portfolio_stands_on_steps() -> None:
    studies = [{"study": "a", "value": 12.3456, "se": 3.21, "low": 5.4321, "high": 19.8765, "n": 100, "later": False}]
    (one,), mean = ship_pool(studies, {"k": 1, "value": 12.3456, "se": 3.217, "weights": [1.0], "new_low": None}, 200)
    assert one == {"study": "a", "value": 12.0, "se": 3.2, "low": 6.0, "high": 20.0, "n": 100, "later": False}
    assert mean == {"k": 1, "value": 12.0, "se": 3.2, "weights": [1.0], "new_low": None}

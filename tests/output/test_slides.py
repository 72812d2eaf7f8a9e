"""The slides: native charts whose numbers are those of the report, all on the slide, said to a screen reader, in the same bytes."""

import io
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from tests.output.demo import demo_content
from valuelib.errors import ParameterError
from valuelib.output.brand import HOUSE, Brand
from valuelib.output.content import Card, Content, Section
from valuelib.output.slides.charts import Box, fitting_size, needed_height
from valuelib.output.slides.draw import MOST_CATEGORIES, Claim, Picture, Points, is_native, plan_slides, render_slides
from valuelib.results import Chart, Figure, Series
from valuelib.show.display import Item, Passage

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="40pt" height="30pt" viewBox="0 0 40 30"><path d="M0 0H9V9z"/></svg>'
SERIES = Series(name="s", values=(1.5, None, -2.0), low=(1.0, None, -3.0), high=(2.25, None, -1.0))
CHART = Chart(kind="dots", title="Chart", categories=("a", "b", "c"), series=(SERIES,))


@cache
def demo_bytes() -> bytes:
    return render_slides(demo_content(), HOUSE)


@cache
def demo_deck() -> Any:
    return Presentation(io.BytesIO(demo_bytes()))


def small(*blocks: Figure | Passage, client: str = "Acme") -> Content:
    words = {"contents": "Contents", "checkable": "c", "marks": "m", "made_with": "w", "attribution": "Attribution"}
    sections = (Section(id="zero", title="In short"), Section(id="one", title="One", blocks=blocks))
    return Content(client=client, title="T", facts=(("Study", "demo"),), sections=sections, words=words, language="en")


def deck_of(content: Content, brand: Brand = HOUSE) -> Any:
    return Presentation(io.BytesIO(render_slides(content, brand)))


def all_text(deck: Any) -> str:
    frames = [shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    cells = [cell.text for slide in deck.slides for shape in slide.shapes if shape.has_table for cell in shape.table.iter_cells()]
    return "\n".join([*frames, *cells])


def test_every_claim_and_figure_has_its_slide() -> None:
    slides, content = plan_slides(demo_content()), demo_content()
    cards = {block.finding.claim.id for section in content.sections for block in section.blocks if isinstance(block, Card)}
    assert {slide.card.finding.claim.id for slide in slides if isinstance(slide, Claim)} == cards
    figures = [block for section in content.sections[1:] for block in section.blocks if isinstance(block, Figure)]
    assert [slide.figure for slide in slides if isinstance(slide, Picture)] == figures
    assert len(demo_deck().slides) == len(slides)
    for claim in cards:
        assert next(one.claim for one in content.findings if one.claim.id == claim).statement.say("fi") in all_text(demo_deck())


def test_charts_are_native_and_hold_the_reports_numbers() -> None:
    natives = [
        block
        for section in demo_content().sections[1:]
        for block in section.blocks
        if isinstance(block, Figure) and is_native(block)
    ]
    wanted = [(chart.categories, series.values) for figure in natives for chart in figure.charts for series in chart.series]
    drawn = [shape.chart for slide in demo_deck().slides for shape in slide.shapes if shape.has_chart]
    found = [(tuple(chart.plots[0].categories), tuple(series.values)) for chart in drawn for series in chart.plots[0].series]
    assert len(wanted) > 25
    for one in wanted:
        assert one in found


def test_an_interval_is_drawn_as_error_bars_with_its_own_ends() -> None:
    deck = deck_of(small(Figure(name="f", svg=SQUARE, alt="a", caption="c", charts=(CHART,), title="T")))
    (chart,) = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    bars = chart.plots[0].series[0]._element.find(qn("c:errBars"))
    ends = {side: [float(v.text) for v in bars.find(qn(f"c:{side}")).iter(qn("c:v"))] for side in ("plus", "minus")}
    assert ends == {"plus": [0.75, 1.0], "minus": [0.5, 1.0]}
    following = [child.tag for child in chart.plots[0].series[0]._element]
    assert following.index(qn("c:errBars")) < following.index(qn("c:cat"))


def test_the_workbook_in_a_chart_holds_the_same_numbers_and_no_formula() -> None:
    packed = zipfile.ZipFile(
        io.BytesIO(render_slides(small(Figure(name="f", svg=SQUARE, alt="a", caption="c", charts=(CHART,))), HOUSE))
    )
    (name,) = [name for name in packed.namelist() if name.endswith(".xlsx")]
    sheet = openpyxl.load_workbook(io.BytesIO(packed.read(name))).active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [[None, "s"], ["a", 1.5], ["b", None], ["c", -2]]


def test_a_figure_with_too_many_rows_or_no_numbers_is_a_picture_with_its_alt_text() -> None:
    rows = tuple(f"row {at}" for at in range(MOST_CATEGORIES + 1))
    long = Chart(kind="dots", title="L", categories=rows, series=(Series(name="s", values=(1.0,) * len(rows)),))
    deck = deck_of(small(*(Figure(name="f", svg=SQUARE, alt="What it shows", caption="c", charts=c) for c in ((long,), ()))))
    pictures = [shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13]
    assert [shape._element.nvPicPr.cNvPr.get("descr") for shape in pictures] == ["What it shows"] * 2
    assert all(shape.image.content_type == "image/png" for shape in pictures)


def test_everything_lies_on_its_slide() -> None:
    deck = demo_deck()
    for number, slide in enumerate(deck.slides, start=1):
        for shape in slide.shapes:
            assert shape.left >= 0, (number, shape.name)
            assert shape.top >= 0, (number, shape.name)
            assert shape.left + shape.width <= deck.slide_width + 10, (number, shape.name)
            assert shape.top + shape.height <= deck.slide_height + 10, (number, shape.name)


def test_letters_are_small_enough_for_their_place() -> None:
    deck = demo_deck()
    for number, slide in enumerate(deck.slides, start=1):
        for shape in slide.shapes:
            if shape.has_text_frame and shape.text_frame.text.strip():
                runs = [run for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]
                size = max((run.font.size.pt for run in runs if run.font.size), default=10)
                said = [paragraph.text for paragraph in shape.text_frame.paragraphs]
                bold = any(run.font.bold for run in runs)
                needed = needed_height(said, shape.width / 914400, size, bold=bold)
                assert needed <= shape.height / 914400 + 0.02 or size <= 9.0, (number, said)


def test_long_texts_get_smaller_letters() -> None:
    box = Box(0, 0, 6, 2)
    sizes = [fitting_size(["word " * words], box, 30) for words in (5, 40, 120)]
    assert sizes == sorted(sizes, reverse=True)
    assert needed_height(["word " * 40], box.width, sizes[1]) <= box.height


def test_titles_charts_pictures_and_runs_speak_to_a_screen_reader() -> None:
    for slide in demo_deck().slides:
        assert slide.shapes.title is not None
        assert slide.shapes.title.text_frame.text.strip()
        for shape in slide.shapes:
            if shape.has_chart:
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr")
            if shape.has_text_frame:
                for run in shape._element.iter(qn("a:rPr")):
                    assert run.get("lang") == "fi-FI"


def test_notes_hold_the_reason_and_the_caveats() -> None:
    slides = plan_slides(demo_content())
    for planned, slide in zip(slides, demo_deck().slides, strict=True):
        if isinstance(planned, Claim):
            notes = slide.notes_slide.notes_text_frame.text
            for said in (planned.card.words.sentence, *planned.card.words.settles, *planned.card.words.behind):
                assert said in notes


def test_a_long_list_goes_over_several_slides_and_counts_on() -> None:
    items = tuple(Item(f"{number} " + "word " * 40) for number in range(12))
    points = [
        one for one in plan_slides(small(Passage(name="p", title="P", items=items, numbered=True))) if isinstance(one, Points)
    ]
    points = [one for one in points if one.title == "P"]
    assert len(points) > 2
    assert [one.first for one in points] == [1 + sum(len(two.items) for two in points[:at]) for at in range(len(points))]
    assert sum(len(one.items) for one in points) == 12


def test_the_same_content_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    content = small(Figure(name="f", svg=SQUARE, alt="a", caption="c", charts=(CHART,)))
    first = render_slides(content, HOUSE)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert render_slides(content, HOUSE) == first
    packed = zipfile.ZipFile(io.BytesIO(first))
    assert {member.date_time for member in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = packed.read("docProps/core.xml").decode()
    assert set(re.findall(r">(\d{4})-\d\d-\d\dT", core)) == {"2000"}


def test_a_template_gives_its_own_size_and_loses_its_own_slides(tmp_path: Path) -> None:
    template = Presentation()
    template.slides.add_slide(template.slide_layouts[0]).shapes.title.text = "OLD SLIDE"
    template.save(str(tmp_path / "brand.pptx"))
    deck = deck_of(small(Passage(name="p", title="P", items=(Item("x"),))), Brand(template=tmp_path / "brand.pptx"))
    assert (deck.slide_width, deck.slide_height) == (template.slide_width, template.slide_height)
    assert "OLD SLIDE" not in all_text(deck)
    assert all(shape.left + shape.width <= deck.slide_width + 10 for slide in deck.slides for shape in slide.shapes)


def test_a_template_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "notes.pptx").write_text("no presentation", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"notes\.pptx: this is not a PowerPoint presentation"):
        deck_of(small(), Brand(template=tmp_path / "notes.pptx"))
    with pytest.raises(ParameterError, match=r"missing\.pptx: this is not a PowerPoint"):
        deck_of(small(), Brand(template=tmp_path / "missing.pptx"))


def test_payloads_are_text() -> None:
    payload = "=1+1 <script>alert(1)</script> & {x}"
    series = Series(name=payload, values=(1.0,))
    chart = Chart(kind="bars", title=payload, categories=(payload,), series=(series,))
    figure = Figure(name="f", svg=SQUARE, alt=payload, caption=payload, charts=(chart,), title=payload)
    deck = deck_of(small(figure, Passage(name="p", title=payload, items=(Item(payload, payload, payload),)), client=payload))
    assert all_text(deck).count(payload) >= 6
    (drawn,) = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert list(drawn.plots[0].categories) == [payload]
    workbook = drawn.part.chart_workbook.xlsx_part.blob
    sheet = openpyxl.load_workbook(io.BytesIO(workbook)).active
    assert sheet is not None
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)

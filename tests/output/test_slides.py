"""The slides: findings as titles, native charts of the report's numbers, one theme, nothing covered, and the same bytes."""

import io
import itertools
import re
import tempfile
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn

from tests.output.demo import DEMO, demo_content
from tests.show import results as made
from valuelib.errors import ParameterError
from valuelib.output.brand import HOUSE, Brand
from valuelib.output.content import Content, Section
from valuelib.output.edition import Page, with_edition
from valuelib.output.pdf import say_evidence
from valuelib.output.rounding import ship_chart
from valuelib.output.slides.chart_names import overlap
from valuelib.output.slides.charts import scale_of
from valuelib.output.slides.draw import Deck, render_slides
from valuelib.output.slides.plan import MOST_MAIN, Picture, Plot, Slide, main_pages, plan_slides
from valuelib.output.slides.template import (
    LAYOUTS,
    TITLE,
    Box,
    fitting_size,
    lines_of,
    measure,
    needed_height,
    own_template,
    width_of_face,
)
from valuelib.results import Chart, Figure, Finding, Mark, Series
from valuelib.show.canvas import PAPER, contrast
from valuelib.show.display import Item, Passage
from valuelib.show.localizer import in_language, local
from valuelib.show.sentences import say_headline
from valuelib.show.story import name_claimed
from valuelib.study.load import load_study

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="40pt" height="30pt" viewBox="0 0 40 30"><path d="M0 0H9V9z"/></svg>'
SERIES = Series(name="s", values=(1.5, None, -2.0), low=(1.0, None, -3.0), high=(2.25, None, -1.0))
CHART = Chart(
    kind="dots", title="Chart", categories=("a", "b", "c"), series=(SERIES,), strong=(2,), marks=(Mark(value=0.0, label="none"),)
)
POINTS = {"claim": "nps_60_points", "metric": "points", "size": 13.0}
INCH = 914400
SMALLEST = 900  # hundredths of a point


@cache
def edition() -> Content:
    return with_edition(demo_content(), load_study(DEMO))


@cache
def planned() -> tuple[Slide, ...]:
    with in_language("fi"):
        return plan_slides(edition(), HOUSE)


@cache
def demo_bytes() -> bytes:
    return render_slides(edition(), HOUSE)


@cache
def demo_deck() -> Any:
    return Presentation(io.BytesIO(demo_bytes()))


def small(*blocks: Figure | Passage, client: str = "Acme") -> Content:
    words = {"contents": "Contents", "checkable": "c", "marks": "m", "made_with": "w", "attribution": "Attribution"}
    sections = (Section(id="zero", title="In short"), Section(id="one", title="One", blocks=blocks))
    return Content(client=client, title="T", facts=(("Study", "demo"),), sections=sections, words=words, language="en")


def deck_of(content: Content, brand: Brand = HOUSE) -> Any:
    return Presentation(io.BytesIO(render_slides(content, brand)))


def figure(*charts: Chart, title: str = "T") -> Figure:
    return Figure(name="f", svg=SQUARE, alt="What it shows", caption="c", charts=charts, title=title)


def all_text(deck: Any) -> str:
    frames = [shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    cells = [cell.text for slide in deck.slides for shape in slide.shapes if shape.has_table for cell in shape.table.iter_cells()]
    return "\n".join([*frames, *cells])


def charts_of(deck: Any) -> list[Any]:
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def box_of(shape: Any) -> Box:
    return Box(shape.left / INCH, shape.top / INCH, shape.width / INCH, shape.height / INCH)


# What the slides say


def test_the_main_slides_are_twelve_at_most_in_the_editions_order_and_nothing_is_lost() -> None:
    found = edition().edition
    assert found is not None
    with in_language("fi"):
        report, annex = local.text("edition.slide.report"), local.text("edition.slide.annex")
    assert [slide.section for slide in planned()] == sorted([slide.section for slide in planned()], key=(report, annex).index)
    main = [slide for slide in planned() if slide.section == report]
    assert len(main) == MOST_MAIN
    assert main[0].layout == "cover"
    kept = main_pages(found)
    assert [page.key.partition(".")[0] for page in kept] == ["who", "claim", "claim", "halo", "value", "ease", "together", "time"]
    assert [said_of(page, slide) for page, slide in zip(kept, main[3:-1], strict=True)] == [True] * len(kept)
    titles = {slide.title for slide in planned()}
    assert {page.title for page in found.pages} <= titles
    cards = [slide.claim for slide in planned() if slide.section == annex and slide.claim]
    assert sorted(cards) == sorted(one.claim.id for one in edition().findings if one.verdict != "not_testable")
    assert len(planned()) == len(demo_deck().slides)


def said_of(page: Page, slide: Slide) -> bool:
    """Whether a slide has a page's title, or the sentence of its claim where the cover has the title."""
    return page.title == slide.title or page.key == f"claim.{slide.claim}"


@pytest.mark.parametrize("many", [1, 5, 9, 14])
def test_a_deck_of_many_claims_or_own_chapters_has_twelve_main_slides(many: int) -> None:
    found = edition().edition
    assert found is not None
    own = tuple(Page(key=f"own.{at}", title=f"Own {at}", text=("Said",)) for at in range(many))
    pages = (*found.pages, *own)
    with in_language("fi"):
        slides = plan_slides(replace(edition(), edition=replace(found, pages=pages)), HOUSE)
        report = local.text("edition.slide.report")
    main = [slide.title for slide in slides if slide.section == report]
    assert len(main) == MOST_MAIN
    assert [title for title in main if title.startswith("Own")] == [f"Own {at}" for at in range(min(many, 6))]  # after two claims
    assert {page.title for page in pages} <= {slide.title for slide in slides}
    assert len({slide.title for slide in slides}) == len(slides)


def test_a_thin_study_has_fewer_main_slides_and_none_for_what_could_not_be_tested() -> None:
    found = edition().edition
    assert found is not None
    untested = replace(found.stories[0], shape="untested", number=None)
    pages = tuple(one for one in found.pages if one.key.startswith(("who", "claim")))
    thin = replace(found, stories=(untested, *found.stories[1:]), pages=pages)
    with in_language("fi"):
        slides = plan_slides(replace(edition(), edition=thin), HOUSE)
        main = [slide for slide in slides if slide.section == local.text("edition.slide.report")]
    assert len(main) == 6  # cover, answer, wording, who answered, one claim, actions
    empty = replace(thin, pages=(*pages, Page(key="value", title="Nothing to show")))
    with in_language("fi"):
        assert len(plan_slides(replace(edition(), edition=empty), HOUSE)) == len(slides)
    assert untested.lead.claim.id not in {slide.claim for slide in main}


def test_every_slide_has_a_title_of_its_own_that_states_a_finding_and_never_the_claim() -> None:
    assert len({slide.title for slide in planned()}) == len(planned())
    found = edition().edition
    assert found is not None
    statements = {one.claim.statement.say("fi").rstrip(".") for one in edition().findings}
    with in_language("fi"):
        allowed = {
            one.claim.id: {
                *(said.rstrip(".") for said in (story.title, story.title.partition(": ")[0], story.sentences[0])),
                *(say_headline(one, as_ratio=ratio).rstrip(".") for ratio in (False, True)),
                f"{story.title.partition(': ')[0]}: {fate_of(one)}",
            }
            for story in found.stories
            for one in story.findings
        }
    for slide in planned():
        if slide.claim:
            assert slide.title in allowed[slide.claim]
        assert not any(statement in slide.title for statement in statements), slide.title
    lines = all_text(demo_deck())
    for story in found.stories:
        for finding, line in zip(story.findings, story.claims, strict=True):
            assert finding.verdict == "not_testable" or line in lines


def fate_of(finding: Finding) -> str:
    """What became of a claim, as it stands in a title."""
    return local.text("story.fates", fates=local.text(f"story.fate.{finding.verdict}", claimed=name_claimed(finding)))


MIX: Mapping[str, Sequence[Finding]] = {
    "exceeds": [made.finding(verdict="supported"), made.finding(**POINTS, verdict="supported")],
    "in line": [made.finding(verdict="consistent"), made.finding(**POINTS, verdict="smaller")],
    "not borne out": [made.finding(verdict="rejected"), made.finding(**POINTS, verdict="rejected")],
    **{
        why: [made.finding(verdict="undecided", undecided_why=why), made.finding(**POINTS, verdict="undecided", undecided_why=why)]
        for why in ("precision", "design", "gate", "out_of_reach")
    },
    "not testable": [made.not_testable()],
}


@pytest.mark.parametrize("language", ["en", "fi"])
@pytest.mark.parametrize("kind", MIX)
def test_a_deck_of_any_verdict_has_true_titles_of_two_lines(kind: str, language: str) -> None:
    content = replace(demo_content(), sections=(), findings=tuple(MIX[kind]), estimates=(), language=language)
    content = with_edition(content, load_study(DEMO))
    found = content.edition
    assert found is not None
    with in_language(language):
        slides = plan_slides(content, HOUSE)
        report = local.text("edition.slide.report")
        (story,) = found.stories
        bare = story.title.partition(": ")[0]
        allowed = {said.rstrip(".") for said in (story.title, bare, story.sentences[0])} | {
            f"{bare}: {fate_of(one)}" for one in story.findings if one.verdict != "not_testable"
        }
    assert len({slide.title for slide in slides}) == len(slides)
    for slide in slides:
        if slide.claim:
            assert slide.title in allowed
        if LAYOUTS[slide.layout].framed:
            assert len(lines_of(slide.title, TITLE.box.width, 16, bold=True)) <= 2
    main = [slide for slide in slides if slide.section == report]
    if kind == "not testable":
        assert [slide.layout for slide in main] == ["cover", "chart"]  # what to do; the cover says that nothing was tested
    else:
        assert story.lead.claim.id in {slide.claim for slide in main}


def test_a_reason_that_several_claims_share_is_said_once() -> None:
    found = edition().edition
    assert found is not None
    reason = "Vielä ei, koska luvut eroavat"
    several = replace(found, avoid=(("Väite yksi", reason), ("Väite kaksi", "Muu syy"), ("Väite kolme", reason)))
    deck = deck_of(replace(edition(), edition=several))
    said = [shape.text_frame.text for shape in deck.slides[2].shapes if shape.has_text_frame]
    (wording,) = (text for text in said if reason in text)
    assert wording.split("\n") == [f"Väite yksi.\vVäite kolme.\v{reason}", "Väite kaksi.\vMuu syy"]


def test_a_title_fits_on_two_lines() -> None:
    for slide in demo_deck().slides:
        title = slide.shapes.title
        sizes = [run.font.size.pt for paragraph in title.text_frame.paragraphs for run in paragraph.runs if run.font.size]
        size = sizes[0] if sizes else title_size(title)
        assert size >= 16
        assert len(lines_of(title.text_frame.text, title.width / INCH, size, bold=True)) <= (2 if size <= 24 else 4)


def title_size(title: Any) -> float:
    wanted = [
        one
        for one in title.part.slide_layout.placeholders
        if one.placeholder_format.type in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
    ]
    return int(next(wanted[0]._element.iter(qn("a:defRPr"))).get("sz")) / 100


def test_notes_hold_the_sentence_to_say_the_evidence_and_what_the_slide_has_no_room_for() -> None:
    found = edition().edition
    assert found is not None
    sentences = {one.claim.id: story.sentences for story in found.stories for one in story.findings}
    with in_language("fi"):
        annex = [say_evidence(page.evidence) for page in found.pages if page.key.startswith("claim.")]
    for plan, slide in zip(planned(), demo_deck().slides, strict=True):
        if not LAYOUTS[plan.layout].framed:
            assert not slide.has_notes_slide
            continue
        notes = slide.notes_slide.notes_text_frame.text
        assert notes.startswith(plan.title)
        for said in sentences.get(plan.claim, ()):
            assert said.rstrip(".") in notes
        if plan.claim:
            assert re.search(r"\bL\d+", notes), plan.title  # the number of its evidence in the annex
        for part in plan.parts.values():
            if isinstance(part, Picture):
                assert part.alt in notes
    answer = demo_deck().slides[1].notes_slide.notes_text_frame.text
    assert len(annex) == 2
    assert all(said in answer for said in (*found.say, *annex))


def test_untested_claims_share_one_list() -> None:
    found = edition().edition
    assert found is not None
    finding = replace(found.stories[-1].lead, verdict="not_testable", undecided_why=None)
    story = replace(found.stories[-1], findings=(finding,), shape="untested", claims=found.stories[-1].claims[:1])
    row = replace(found.board[-1], finding=finding)
    thinner = replace(found, stories=(*found.stories[:-1], story), board=(*found.board[:-1], row))
    with in_language("fi"):
        slides = plan_slides(replace(edition(), edition=thinner), HOUSE)
    assert finding.claim.id not in [slide.claim for slide in slides]
    assert any(row.statement in str(slide.parts) for slide in slides if slide.layout == "content")


def test_a_study_without_a_claim_under_test_has_its_slides() -> None:
    found = edition().edition
    assert found is not None
    bare = replace(found, answer=("Yhtään väitettä ei testattu",), numbers=(), say=(), avoid=(), stories=(), board=())
    deck = deck_of(replace(edition(), edition=bare))
    assert "Yhtään väitettä ei testattu" in all_text(deck)


# Charts


def test_charts_are_native_and_hold_the_reports_numbers() -> None:
    plots = [part for slide in planned() for part in slide.parts.values() if isinstance(part, Plot)]
    drawn = charts_of(demo_deck())
    assert len(drawn) == len(plots) > 20
    for plot, chart in zip(plots, drawn, strict=True):
        sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
        assert sheet is not None
        held = {cell.value for row in sheet.iter_rows() for cell in row}
        for series in ship_chart(plot.chart).series:
            ends: list[Sequence[float | None]] = [series.low, series.high]
            if plot.chart.kind in ("columns", "lines"):  # whose error bars are held as lengths
                ends = [
                    [
                        None if end is None or value is None else abs(end - value)
                        for end, value in zip(part, series.values, strict=True)
                    ]
                    for part in ends
                    if part
                ]
            wanted = [value for part in (series.values, *ends) for value in part if value is not None]
            shown = {float(value.text) for value in chart._chartSpace.iter(qn("c:v")) if is_number(value.text)}
            for value in wanted:
                assert any(value == pytest.approx(one, abs=1e-9) for one in shown), plot.chart.title
                assert any(isinstance(one, int | float) and value == pytest.approx(one, abs=1e-9) for one in held)


def is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text) is not None


def test_dots_are_a_scatter_with_intervals_marks_and_named_rows() -> None:
    (chart,) = charts_of(deck_of(small(figure(CHART))))
    assert chart._chartSpace.findall(f".//{qn('c:scatterChart')}")
    series = {}
    for one in chart._chartSpace.iter(qn("c:ser")):
        across, up = ({p.get("idx"): float(p[0].text) for p in one.find(qn(f"c:{axis}Val")).iter(qn("c:pt"))} for axis in "xy")
        series[tuple(across.values())] = tuple(up[place] for place in across)
    assert series[(1.5,)] == (2.5,)  # the first of three rows stands on top
    assert series[(-2.0,)] == (0.5,)
    assert series[(1.0, 2.2)] == (2.5, 2.5)  # from the low to the high end of its interval, as printed
    assert series[(-3.0, -1.0)] == (0.5, 0.5)
    assert (0.0, 0.0) in series  # the line of no effect
    said = [letters.text for letters in chart._chartSpace.iter(qn("a:t"))]
    assert {"a", "b", "c", "none"} <= set(said)
    assert any(text.startswith("1.5 (1.0–2.2)") for text in said)
    bold = {one.text for one in chart._chartSpace.iter(qn("a:r")) if one.find(qn("a:rPr")).get("b") == "1"}
    assert "c" in bold
    assert "a" not in bold


def test_columns_and_lines_have_error_bars_with_their_own_ends() -> None:
    for kind in ("columns", "lines"):
        (chart,) = charts_of(deck_of(small(figure(replace(CHART, kind=kind, strong=(), marks=())))))
        bars = chart.plots[0].series[0]._element.find(qn("c:errBars"))
        ends = {side: [float(v.text) for v in bars.find(qn(f"c:{side}")).iter(qn("c:v"))] for side in ("plus", "minus")}
        assert ends == {"plus": pytest.approx([0.7, 1.0]), "minus": pytest.approx([0.5, 1.0])}  # of 2.25, as printed
        following = [child.tag for child in chart.plots[0].series[0]._element]
        assert following.index(qn("c:errBars")) < following.index(qn("c:cat"))


def test_named_points_stand_by_their_two_numbers() -> None:
    points = Chart(
        kind="points",
        title="up",
        categories=("a", "b", "c"),
        series=(
            Series(name="across", values=(1.0, 2.0, 3.0)),
            Series(name="first", values=(5.0, None, None)),
            Series(name="rest", values=(None, 6.0, 7.0)),
        ),
        strong=(0,),
        marks=(Mark(value=1.5, dashed=True), Mark(value=6.5, dashed=True, upright=False)),
    )
    (chart,) = charts_of(deck_of(small(figure(points))))
    labels = [letters.text for one in chart._chartSpace.iter(qn("c:dLbl")) for letters in one.iter(qn("a:t"))]
    assert labels == ["a"]
    assert chart.has_legend


def test_panels_side_by_side_are_aligned() -> None:
    deck = deck_of(small(figure(CHART, replace(CHART, title="Other"))))
    first, second = (shape for slide in deck.slides for shape in slide.shapes if shape.has_chart)
    assert (first.top, first.height) == (second.top, second.height)
    inner = []
    for shape in (first, second):
        layout = shape.chart._chartSpace.find(f".//{qn('c:plotArea')}/{qn('c:layout')}/{qn('c:manualLayout')}")
        inner.append({side: float(layout.find(qn(f"c:{side}")).get("val")) for side in "xywh"})
    assert (inner[0]["y"], inner[0]["h"]) == (inner[1]["y"], inner[1]["h"])
    widths = [shape.width * one["w"] for shape, one in zip((first, second), inner, strict=True)]
    assert widths[0] == pytest.approx(widths[1], rel=0.01)


@pytest.mark.parametrize(
    ("values", "low", "high", "step"),
    [((4.1, 22.3), 0.0, 25.0, 5.0), ((0.0, 100.0), 0.0, 100.0, 20.0), ((6.2, 6.4), 6.2, 6.4, 0.05)],
)
def test_ticks_are_numbers_that_are_easily_said(values: tuple[float, float], low: float, high: float, step: float) -> None:
    assert scale_of(values) == pytest.approx((low, high, step))
    assert scale_of(values, (0.0, 100.0)) == (0.0, 100.0, 20.0)


def test_a_figure_with_too_many_rows_or_no_numbers_is_a_picture_with_its_alt_text() -> None:
    rows = tuple(f"row {at}" for at in range(40))
    long = Chart(kind="dots", title="L", categories=rows, series=(Series(name="s", values=(1.0,) * len(rows)),))
    deck = deck_of(small(figure(long), figure()))
    pictures = [shape for slide in deck.slides for shape in slide.shapes if shape._element.tag == qn("p:pic")]
    assert [shape._element.nvPicPr.cNvPr.get("descr") for shape in pictures] == ["What it shows"] * 2
    assert all(shape.image.content_type == "image/png" for shape in pictures)


# How the slides look


FOOTER = "Confidential: prepared for the steering group of the client, not to be distributed outside the group without consent"


def office(*, wide: bool = False, dark: bool = False, layouts: Sequence[str] = (), face: str = "") -> Any:
    """The template that comes with python-pptx (4:3, Office theme), as consultancies change it."""
    deck = Presentation()
    sheets = (deck.slide_master, *deck.slide_layouts)
    if wide:
        deck.slide_width = round(13.333 * INCH)
        for shape in (shape for sheet in sheets for shape in sheet.shapes if shape._element.xpath(".//a:xfrm")):
            shape.left, shape.width = round(shape.left * 4 / 3), round(shape.width * 4 / 3)
    if dark:
        for name, colour in (("bg1", "dk1"), ("tx1", "lt1"), ("bg2", "dk2"), ("tx2", "lt2")):
            deck.slide_master._element.find(qn("p:clrMap")).set(name, colour)
    for layout in [layout for layout in deck.slide_layouts if layouts and layout.name not in layouts]:
        deck.slide_layouts.remove(layout)
    if face:
        theme = deck.slide_master.part.part_related_by(RT.THEME)
        theme._blob = theme.blob.replace(b'typeface="Calibri"', f'typeface="{face}"'.encode())
    return deck


TEMPLATES = {
    "narrow": lambda: office(face="Arial"),
    "dark": lambda: office(wide=True, dark=True, face="Verdana"),
    "bare": lambda: office(layouts=("Title Slide", "Title Only")),
}


@cache
def branded(look: str) -> tuple[Any, float]:
    """The demo's slides on a consultancy's template, and how much wider than ours its letters run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "brand.pptx"
        TEMPLATES[look]().save(str(file))
        deck = deck_of(edition(), Brand(name="Northlight", footer=FOOTER, template=file))
    return deck, width_of_face(deck)


@pytest.mark.parametrize("look", ["own", *TEMPLATES])
def test_everything_lies_on_its_slide_and_nothing_on_anything_else(look: str) -> None:
    deck = demo_deck() if look == "own" else branded(look)[0]
    for number, slide in enumerate(deck.slides, start=1):
        boxes = [(shape.name, box_of(shape)) for shape in slide.shapes]
        for name, box in boxes:
            assert box.left >= -0.001, (number, name)
            assert box.top >= -0.001, (number, name)
            assert box.left + box.width <= deck.slide_width / INCH + 0.001, (number, name)
            assert box.top + box.height <= deck.slide_height / INCH + 0.001, (number, name)
        for (one, first), (other, second) in itertools.combinations(boxes, 2):
            assert not overlap(first, second, 0.01), (number, one, other)


@pytest.mark.parametrize("look", TEMPLATES)
def test_texts_fit_their_places_on_another_template(look: str) -> None:
    deck, wide = branded(look)
    assert wide == {"narrow": 1.08, "dark": 1.2, "bare": 1.0}[look]
    for slide in deck.slides:
        for shape in slide.shapes:
            if not shape.has_text_frame:
                continue
            runs = [run for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]
            sizes = [run.font.size.pt for run in runs if run.font.size]
            if not sizes:  # letters of the template's own
                continue
            assert min(sizes) >= SMALLEST / 100
            title = shape == slide.shapes.title
            needed = needed_height(
                shape.text_frame.text.replace("\v", "\n").split("\n"), shape.width / INCH, max(sizes) * wide, bold=title
            )
            assert needed <= shape.height / INCH + 0.1, (shape.text_frame.text, max(sizes))


@pytest.mark.parametrize("look", ["own", *TEMPLATES])
def test_no_word_of_a_table_is_broken(look: str) -> None:
    deck, wide = (demo_deck(), 1.0) if look == "own" else branded(look)
    for table in (shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table):
        for row in table.rows:
            for cell, column in zip(row.cells, table.columns, strict=True):
                for run in (run for paragraph in cell.text_frame.paragraphs for run in paragraph.runs):
                    room = (column.width - cell.margin_left - cell.margin_right) / INCH
                    assert max(measure(word) for word in run.text.split(" ")) * run.font.size.pt * wide / 72 <= room + 0.02


def test_a_footer_that_is_too_long_for_its_place_takes_that_of_the_date() -> None:
    for slide in list(branded("narrow")[0].slides)[1:]:
        (foot,) = (one for one in slide.placeholders if one.placeholder_format.type == PP_PLACEHOLDER.FOOTER)
        assert foot.text_frame.text == FOOTER
        assert foot.width / INCH > 5


def test_text_takes_no_place_for_a_heading_or_a_picture(tmp_path: Path) -> None:
    office().save(str(tmp_path / "brand.pptx"))
    deck = deck_of(edition(), Brand(template=tmp_path / "brand.pptx"))
    said = deck.slides[2]
    assert said.slide_layout.name == "Comparison"
    held = [one for one in said.placeholders if one != said.shapes.title and one.placeholder_format.type == PP_PLACEHOLDER.OBJECT]
    assert len(held) == 2  # both lists; their headings stand above
    for slide in deck.slides:
        for one in slide.placeholders:
            assert not (one.has_text_frame and one.placeholder_format.type == PP_PLACEHOLDER.PICTURE)


def test_a_title_below_the_content_of_a_layout_is_not_covered(tmp_path: Path) -> None:
    office(layouts=("Title Slide", "Picture with Caption")).save(str(tmp_path / "brand.pptx"))
    deck = deck_of(small(figure(CHART)), Brand(template=tmp_path / "brand.pptx"))
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape == slide.shapes.title or not overlap(box_of(shape), box_of(slide.shapes.title), 0.01)


def test_a_list_stands_below_the_claims() -> None:
    deck = Deck(own_template(HOUSE), HOUSE, "en-GB")
    for layout in ("content", "chart_text"):
        deck.add(Slide(layout, "Title", {"claims": ("Claim: one", "Claim: two"), "body": ("Why",)}, "Report"))
        shapes = list(deck.presentation.slides)[-1].shapes
        title, claims, body = sorted(map(box_of, shapes), key=lambda box: box.top)[:3]
        assert title.top + title.height <= claims.top + 0.01
        assert claims.top + claims.height <= body.top


def test_letters_fit_their_place_and_none_is_smaller_than_nine_points() -> None:
    packed = zipfile.ZipFile(io.BytesIO(demo_bytes()))
    for name in packed.namelist():
        if re.match(r"ppt/(slides|charts|slideLayouts|slideMasters)/[^/]*\.xml", name):
            sizes = [int(size) for size in re.findall(r'\bsz="(\d+)"', packed.read(name).decode())]
            assert min(sizes, default=SMALLEST) >= SMALLEST, name
    for plan, slide in zip(planned(), demo_deck().slides, strict=True):
        for shape in slide.shapes:
            if shape.has_text_frame and shape.is_placeholder and shape != slide.shapes.title:
                place = next(
                    one for one in slide.slide_layout.placeholders if one.placeholder_format.idx == shape.placeholder_format.idx
                )
                look = next(place._element.iter(qn("a:defRPr")))
                runs = [run for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]
                size = max((run.font.size.pt for run in runs if run.font.size), default=int(look.get("sz")) / 100)
                said = [paragraph.text for paragraph in shape.text_frame.paragraphs]
                needed = needed_height(said, shape.width / INCH, size, bold=look.get("b") == "1")
                assert needed <= shape.height / INCH + 0.02, (plan.title, said)


def test_every_colour_and_letter_is_the_themes() -> None:
    packed = zipfile.ZipFile(io.BytesIO(demo_bytes()))
    found = Counter(
        name
        for name in packed.namelist()
        if re.match(r"ppt/(slides|charts|slideLayouts|slideMasters)/[^/]*\.xml", name)
        for _ in re.findall(r"srgbClr|sysClr|prstClr", packed.read(name).decode())
    )
    assert found == Counter()
    faces = {
        face
        for name in packed.namelist()
        if re.match(r"ppt/(slides|charts|slideLayouts)/[^/]*\.xml", name)
        for face in re.findall(r'typeface="([^"]*)"', packed.read(name).decode())
    }
    assert faces <= {"+mj-lt", "+mn-lt"}


def test_the_theme_has_the_brands_colours_and_the_verdicts_keep_theirs() -> None:
    packed = zipfile.ZipFile(io.BytesIO(render_slides(small(figure(CHART)), Brand(accent="#7A1FA2", ink="#202020"))))
    scheme = dict(re.findall(r"<a:(\w+)><a:srgbClr val=\"(\w+)\"/>", packed.read("ppt/theme/theme1.xml").decode()))
    assert (scheme["accent1"], scheme["dk1"]) == ("7A1FA2", "202020")
    own = dict(
        re.findall(
            r"<a:(\w+)><a:srgbClr val=\"(\w+)\"/>", zipfile.ZipFile(io.BytesIO(demo_bytes())).read("ppt/theme/theme1.xml").decode()
        )
    )
    assert [scheme[f"accent{at}"] for at in range(2, 7)] == [own[f"accent{at}"] for at in range(2, 7)]
    assert all(contrast(f"#{scheme[f'accent{at}']}", PAPER) >= 4.5 for at in range(1, 7))
    assert b'<a:latin typeface="Lato"' in packed.read("ppt/theme/theme1.xml")


def test_all_that_a_slide_shows_stands_in_placeholders_of_its_layout() -> None:
    assert [layout.name for layout in demo_deck().slide_layouts] == [layout.name for layout in LAYOUTS.values()]
    for slide in demo_deck().slides:
        places = {one.placeholder_format.idx for one in slide.slide_layout.placeholders}
        for shape in slide.shapes:
            holder = shape._element.xpath(".//p:nvPr/p:ph")
            assert holder, (slide.shapes.title.text_frame.text, shape.name)
            assert int(holder[0].get("idx", 0)) in places
            assert shape.has_chart or shape.has_table or shape._element.tag == qn("p:pic") or shape.text_frame.text.strip()


def test_slides_stand_in_sections() -> None:
    listed = demo_deck().part._element
    sections = listed.xpath("./p:extLst/p:ext/*")[0]
    names = [one.get("name") for one in sections]
    with in_language("fi"):
        assert names == [local.text("edition.slide.report"), local.text("edition.slide.annex")]
    assert [one.get("id") for one in sections.iter() if etree.QName(one).localname == "sldId"] == [
        one.get("id") for one in demo_deck().slides._sldIdLst
    ]


def test_long_texts_get_smaller_letters() -> None:
    box = Box(0, 0, 6, 2)
    sizes = [fitting_size(["word " * words], box, 30) for words in (5, 40, 90)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3
    assert needed_height(["word " * 40], box.width, sizes[1]) <= box.height


def test_titles_charts_tables_pictures_and_runs_speak_to_a_screen_reader() -> None:
    for slide in demo_deck().slides:
        assert slide.shapes.title is not None
        assert slide.shapes.title.text_frame.text.strip()
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert shape._element.nvGraphicFramePr.cNvPr.get("descr")
            if shape.has_chart:
                assert {one.get("lang") for one in shape.chart._chartSpace.iter(qn("a:rPr"), qn("a:endParaRPr"))} == {"fi-FI"}
        for part in (slide, slide.notes_slide) if slide.has_notes_slide else (slide,):
            runs = [one.find(qn("a:rPr")) for one in part._element.iter(qn("a:r"), qn("a:fld"))]
            assert {None if run is None else run.get("lang") for run in runs} == {"fi-FI"}


def test_a_slide_is_read_aloud_from_its_title_down() -> None:
    for plan, slide in zip(planned(), demo_deck().slides, strict=True):
        shapes = list(slide.shapes)
        assert shapes[0] == slide.shapes.title
        read = [name for name in LAYOUTS[plan.layout].all_slots if name in plan.parts]
        layout = {one.placeholder_format.idx: one.name.lower().replace(" ", "_") for one in slide.slide_layout.placeholders}
        held = [layout[int(one._element.xpath(".//p:nvPr/p:ph")[0].get("idx", 0))] for one in shapes[1:]]
        assert held == [*read, *held[len(read) :]]
        assert set(held[len(read) :]) <= {"footer", "slide_number"}
        if LAYOUTS[plan.layout].framed:
            assert [one for one in held if one in ("tracker", "claims", "read", "source")] == [
                one for one in ("tracker", "claims", "read", "source") if one in plan.parts
            ]


def test_a_long_list_goes_over_several_slides() -> None:
    items = tuple(Item(f"{number} " + "word " * 40) for number in range(24))
    with in_language("en"):
        slides = [
            one
            for one in plan_slides(small(Passage(name="p", title="P", items=items, numbered=True)), HOUSE)
            if one.title.startswith("P")
        ]
    assert len(slides) > 1
    texts = [line for slide in slides for line in slide.parts["body"]]  # type: ignore[union-attr]
    assert len(texts) == 24


# The file


def test_the_same_content_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    content = small(figure(CHART))
    first = render_slides(content, HOUSE)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert render_slides(content, HOUSE) == first
    packed = zipfile.ZipFile(io.BytesIO(first))
    assert {member.date_time for member in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = packed.read("docProps/core.xml").decode()
    assert set(re.findall(r">(\d{4})-\d\d-\d\dT", core)) == {"2000"}


@pytest.mark.parametrize("template", [False, True])
def test_the_file_tells_of_no_person_machine_or_path(template: bool, tmp_path: Path) -> None:
    made = office()
    made.core_properties.author, made.core_properties.last_modified_by = "Jane Doe", "jane.doe"
    made.save(str(tmp_path / "brand.pptx"))
    brand = Brand(name="Northlight", template=tmp_path / "brand.pptx") if template else Brand(name="Northlight")
    packed = zipfile.ZipFile(io.BytesIO(render_slides(small(figure(CHART)), brand)))
    assert not [name for name in packed.namelist() if re.search("thumbnail|printer|app.xml", name)]
    for name in packed.namelist():
        held = packed.read(name)
        assert not re.search(rb"(?i)jane.doe|macintosh", held), name
        assert tmp_path.as_posix().encode() not in held
    assert b"<dc:creator>Northlight</dc:creator>" in packed.read("docProps/core.xml")


def test_the_package_is_whole() -> None:
    """Every part has a type, every relation leads to a part, every id is there once, and children stand in the schema's order."""
    packed = zipfile.ZipFile(io.BytesIO(demo_bytes()))
    names = set(packed.namelist())
    types = packed.read("[Content_Types].xml").decode()
    defaults, overrides = set(re.findall(r'Extension="([^"]+)"', types)), set(re.findall(r'PartName="/([^"]+)"', types))
    assert overrides <= names
    for name in names - {"[Content_Types].xml"}:
        assert name in overrides or name.rpartition(".")[2] in defaults, name
        if name.endswith(".xml"):
            tree = etree.fromstring(packed.read(name))
            ids = [one.get("id") for one in tree.iter("{*}cNvPr")]
            assert len(ids) == len(set(ids)), name
            folder, _, file = name.rpartition("/")
            relations = f"{folder}/_rels/{file}.rels"
            known = {}
            if relations in names:
                for one in etree.fromstring(packed.read(relations)):
                    known[one.get("Id")] = one.get("Target")
                    if one.get("TargetMode") != "External":
                        target = (
                            Path("/", folder, one.get("Target")).as_posix() if one.get("Target")[0] != "/" else one.get("Target")
                        )
                        parts: list[str] = []
                        for step in target.split("/"):
                            parts = parts[:-1] if step == ".." else [*parts, step] if step not in ("", ".") else parts
                        assert "/".join(parts) in names, (name, target)
            for one in tree.iter():
                for key, value in one.attrib.items():
                    if key.startswith(f"{{{REL}}}"):
                        assert value in known, (name, value)
            for series in tree.iter(qn("c:ser")):
                order = [SERIES_ORDER.index(etree.QName(child).localname) for child in series]
                assert order == sorted(order), name


@pytest.mark.parametrize("look", ["own", *TEMPLATES])
def test_the_schema_validator_finds_nothing(look: str, tmp_path: Path) -> None:
    """A validator of ECMA-376 in plain Python, where it is at hand; the test above needs nothing."""
    audit = pytest.importorskip("openxml_audit", reason="openxml-audit is not installed (pip install openxml-audit).")
    deck = demo_deck() if look == "own" else branded(look)[0]
    deck.save(str(tmp_path / "report.pptx"))
    found = audit.validate_pptx(tmp_path / "report.pptx")
    assert [str(error) for error in found.errors] == []
    # A validator that lets a broken chart through would say nothing of ours.
    with zipfile.ZipFile(tmp_path / "report.pptx") as packed, zipfile.ZipFile(tmp_path / "broken.pptx", "w") as broken:
        for name in packed.namelist():
            held = packed.read(name)
            broken.writestr(name, held.replace(b"<c:idx ", b"<c:odd ") if name.startswith("ppt/charts/chart") else held)
    assert audit.validate_pptx(tmp_path / "broken.pptx").errors


REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SERIES_ORDER = (
    "idx",
    "order",
    "tx",
    "spPr",
    "invertIfNegative",
    "marker",
    "dLbls",
    "errBars",
    "xVal",
    "cat",
    "yVal",
    "val",
    "smooth",
)


def test_payloads_are_text() -> None:
    payload = "=1+1 <script>alert(1)</script> & {x}"
    chart = Chart(kind="bars", title=payload, categories=(payload,), series=(Series(name=payload, values=(1.0,)),))
    dots = replace(chart, kind="dots", marks=(Mark(value=0.0, label=payload),))
    shown = [replace(figure(one, title=payload), alt=payload, caption=payload) for one in (chart, dots)]
    deck = deck_of(small(*shown, Passage(name="p", title=payload, items=(Item(payload, payload, payload),)), client=payload))
    assert all_text(deck).count(payload) >= 6
    for drawn in charts_of(deck):
        assert payload in "".join(drawn._chartSpace.itertext()).replace("\n", " ")
        sheet = openpyxl.load_workbook(io.BytesIO(drawn.part.chart_workbook.xlsx_part.blob)).active
        assert sheet is not None
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


# Templates


@pytest.mark.parametrize("kind", ["pptx", "potx"])
def test_a_template_gives_its_own_size_and_places_and_loses_its_own_slides(kind: str, tmp_path: Path) -> None:
    template = Presentation()
    template.slides.add_slide(template.slide_layouts[0]).shapes.title.text = "OLD SLIDE"
    file = tmp_path / f"brand.{kind}"
    template.save(str(file))
    if kind == "potx":
        source = {name: zipfile.ZipFile(file).read(name) for name in zipfile.ZipFile(file).namelist()}
        with zipfile.ZipFile(file, "w") as target:
            for name, held in source.items():
                target.writestr(name, held.replace(b"presentationml.presentation.main", b"presentationml.template.main"))
    deck = deck_of(small(figure(CHART), Passage(name="p", title="P", items=(Item("x"),))), Brand(template=file))
    assert (deck.slide_width, deck.slide_height) == (template.slide_width, template.slide_height)
    assert "OLD SLIDE" not in all_text(deck)
    (chart,) = (shape for slide in deck.slides for shape in slide.shapes if shape.has_chart)
    assert chart.is_placeholder


def test_our_own_template_is_taken_as_one(tmp_path: Path) -> None:
    own_template(Brand(accent="#7A1FA2")).save(str(tmp_path / "own.pptx"))
    deck = deck_of(edition(), Brand(template=tmp_path / "own.pptx"))
    assert len(deck.slides) == len(planned())
    assert {slide.slide_layout.name for slide in deck.slides} == {LAYOUTS[slide.layout].name for slide in planned()}


def test_a_template_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "notes.pptx").write_text("no presentation", encoding="utf-8")
    with pytest.raises(ParameterError, match=r"notes\.pptx: this is not a PowerPoint presentation"):
        deck_of(small(), Brand(template=tmp_path / "notes.pptx"))
    with pytest.raises(ParameterError, match=r"missing\.pptx: this is not a PowerPoint"):
        deck_of(small(), Brand(template=tmp_path / "missing.pptx"))


def test_a_logo_stands_on_the_cover_also_as_svg(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text(SQUARE, encoding="utf-8")
    deck = deck_of(small(), Brand(name="Northlight", logo=tmp_path / "logo.svg"))
    pictures = [shape for shape in deck.slides[0].slide_layout.shapes if shape._element.tag == qn("p:pic")]
    assert [one._element.nvPicPr.cNvPr.get("descr") for one in pictures] == ["Northlight"]

"""The report on paper: tagged, bookmarked, whole, in the reader's language, and the same bytes from anywhere."""

import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.output.demo import demo_content, demo_edition
from tests.system import need_program
from tests.tables import table_of_words
from tools.measure_report import measure_paper
from valuelib.output.brand import HOUSE, Brand
from valuelib.output.content import Card, Content, Section
from valuelib.output.edition import Edition, Page
from valuelib.output.pdf import render_annex, render_pdf
from valuelib.results import Figure, Table
from valuelib.show.display import Item, Passage

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="40pt" height="30pt" viewBox="0 0 40 30"><path d="M0 0H9V9z"/></svg>'
MARKUP = (
    "#eval(1)",
    "*bold* _it_ $x^2$",
    "<script>alert(1)</script>",
    "= Heading",
    "@ref <label> #let x",
    "\\ ` ~ [x] {y}",
    "=1+1",
)


@cache
def demo_pdf() -> bytes:
    return render_pdf(demo_edition(), HOUSE)


@cache
def demo_annex() -> bytes:
    return render_annex(demo_edition(), HOUSE)


def the_edition() -> Edition:
    edition = demo_edition().edition
    assert edition is not None
    return edition


def small(*blocks: Figure | Table | Passage | Card, client: str = "Acme", language: str = "en") -> Content:
    words = {"contents": "Contents", "checkable": "Check it.", "marks": "Marks.", "made_with": "Made."}
    section = Section(id="one", title="One", question="Why?", blocks=blocks)
    lacking = Section(id="two", title="Two", missing="Nothing was asked.")
    return Content(
        client=client, title="T", facts=(("Study", "demo"),), sections=(section, lacking), words=words, language=language
    )


def words_of(pdf: bytes, tmp_path: Path, *options: str) -> str:
    """The text of a PDF without spaces and hyphens, which typesetting moves."""
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf)
    command = [need_program("pdftotext"), *options, str(file), "-"]
    return bare(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def bare(text: str) -> str:
    return re.sub(r"[\s\N{SOFT HYPHEN}\N{HYPHEN}-]", "", text)


def test_the_same_content_gives_the_same_bytes_in_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = render_pdf(small(Passage(name="x", lead=("Hello",))), HOUSE)
    monkeypatch.chdir(tmp_path)
    assert render_pdf(small(Passage(name="x", lead=("Hello",))), HOUSE) == first
    assert render_pdf(small(Passage(name="x", lead=("Hallo",))), HOUSE) != first
    assert str(Path.home()).encode() not in first


@pytest.mark.parametrize(("made", "fewest", "most"), [(demo_pdf, 6, 12), (demo_annex, 20, 60)])
def test_the_demo_is_tagged_bookmarked_and_says_its_language(
    tmp_path: Path, made: Callable[[], bytes], fewest: int, most: int
) -> None:
    pdf = made()
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"/Outlines", b"/Lang(fi)", b"pdfuaid"):
        assert mark in pdf, mark
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf)
    told = subprocess.run([need_program("pdfinfo"), str(file)], capture_output=True, check=True, text=True).stdout
    assert re.search(r"^Tagged: +yes$", told, re.MULTILINE)
    assert "(A4)" in told
    assert (the_edition().title if made is demo_pdf else "Liite") in told
    assert "CreationDate" not in told
    pages = re.search(r"^Pages: +(\d+)$", told, re.MULTILINE)
    assert pages is not None
    assert fewest <= int(pages[1]) <= most


def test_everything_that_is_said_is_on_paper_once(tmp_path: Path) -> None:
    printed, content = words_of(demo_annex(), tmp_path), demo_content()
    numbered = {(one.section, one.place): one.id for one in the_edition().annex}
    for section in content.sections:
        assert bare(section.title) in printed
        assert bare(section.missing) in printed
        for place, block in enumerate(section.blocks):
            if (section.id, place) not in numbered:  # its chapter has it
                assert isinstance(block, Card)
                assert any(one.id != section.id and block in one.blocks for one in content.sections)
                continue
            assert numbered[section.id, place] in printed
            for said in _said(block):
                assert bare(said) in printed, (section.id, said)


def test_the_edition_prints_its_answer_its_messages_and_what_stands_behind_them(tmp_path: Path) -> None:
    printed, edition = words_of(demo_pdf(), tmp_path), the_edition()
    first = words_of(demo_pdf(), tmp_path, "-l", "1", "-raw")  # in reading order: columns of a table stand close
    lines = [edition.title, *edition.say, *(claim for claim, _ in edition.avoid), *(one.what for one in edition.actions)]
    for said in lines:
        assert bare(said) in first, said
    for page in edition.pages:
        assert bare(page.title) in printed, page.key
        assert not page.evidence or page.evidence[0] in printed
    for row in edition.on_paper:
        assert bare(row.statement) in printed
    for said in (*edition.limits, *edition.method, *(term for term, _ in demo_content().glossary)):
        assert bare(said) in printed


def _said(block: Card | Figure | Table | Passage) -> list[str]:
    match block:
        case Card():
            return [block.words.statement, block.words.verdict, *(str(row[0].value) for row in block.words.rows)]
        case Figure():
            return [block.caption[:40]]
        case Table():
            return [block.caption, *(word for column in block.columns for word in column.label.split())]
        case Passage():
            return [block.title, *(line[:40] for line in block.lead), *(item.said[:30] for item in block.items)]


def test_alt_texts_are_in_the_file() -> None:
    pdf = render_pdf(small(Figure(name="f", svg=SQUARE, alt="Trust is rated 6.5", caption="c")), HOUSE)
    assert b"/Alt(Trust is rated 6.5)" in pdf


def test_what_looks_like_markup_is_printed_as_it_is(tmp_path: Path) -> None:
    payload = " ".join(MARKUP)
    table = table_of_words(payload, (payload, "b"), ((payload, payload),), payload)
    passage = Passage(name="p", title=payload, lead=(payload,), items=(Item(payload, payload, payload, "x"),), note=payload)
    figure = Figure(name="f", svg=SQUARE, alt=payload, caption=payload)
    printed = words_of(render_pdf(small(table, passage, figure, client=payload), HOUSE), tmp_path)
    for one in MARKUP:
        assert printed.count(bare(one)) >= 10, one


def test_a_brand_is_printed_with_its_logo_and_footer(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text(SQUARE, encoding="utf-8")
    brand = Brand(name="Northlight Oy", footer="Confidential, 2026", accent="#7A1FA2", logo=logo)
    pdf = render_pdf(small(*(Passage(name="p", lead=("word " * 900,)) for _ in range(2))), brand)
    printed = words_of(pdf, tmp_path)
    assert "NorthlightOy" in printed
    assert printed.count("Confidential,2026") >= 2
    assert pdf != render_pdf(small(*(Passage(name="p", lead=("word " * 900,)) for _ in range(2))), HOUSE)


@pytest.mark.parametrize("height", [260, 340, 420, 560])
def test_drawings_grow_to_fill_their_pages(tmp_path: Path, height: int) -> None:
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" width="940pt" height="{height}pt"><path d="M0 0H940V{height}z"/></svg>'
    shown = [Figure(name=f"f{at}", svg=drawn, alt="a", caption="c", title=f"Finding {at}") for at in range(12)]
    (tmp_path / "report.pdf").write_bytes(render_pdf(small(*shown), HOUSE))
    measured = dict(measure_paper(tmp_path / "report.pdf"))
    assert float(measured["empty foot of a page, mean of all but the last"].rstrip("%")) < 15
    assert measured["words on other words"] == "0"


@pytest.mark.parametrize("heights", [(560, 1000, 300), (560, 1000, 1000, 300)])
def test_a_message_that_fits_fills_a_page_before_one_that_does_not(tmp_path: Path, heights: tuple[int, ...]) -> None:
    def drawn(at: int, height: int) -> Figure:
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="940pt" height="{height}pt"><path d="M0 0H940V{height}z"/></svg>'
        return Figure(name=f"f{at}", svg=svg, alt="a", caption="c", title=f"Message {at}")

    edition = the_edition()
    messages = [Page(key=f"m{at}", title=f"Message {at}", blocks=(drawn(at, height),)) for at, height in enumerate(heights)]
    content = replace(demo_content(), edition=replace(edition, pages=tuple(messages)))
    printed = words_of(render_pdf(content, HOUSE), tmp_path)
    places = [printed.index(f"Message{at}") for at in range(len(heights))]
    assert places[0] < places[-1] < places[1]
    assert places[1:-1] == sorted(places[1:-1])


def test_the_foot_of_the_edition_says_client_report_and_date_and_names_no_program(tmp_path: Path) -> None:
    edition, annex = (words_of(pdf, tmp_path) for pdf in (demo_pdf(), demo_annex()))
    assert edition.count(bare(f"{demo_edition().client} · Asiakasarvoraportti · maaliskuu 2026")) > 5
    for said in ("results.json", "valuelib"):
        assert said not in edition
        assert said in annex


def test_a_long_table_repeats_its_header_and_cuts_no_row(tmp_path: Path) -> None:
    rows = tuple((f"Row {at} begins", f"and row {at} ends " * 10) for at in range(60))
    pdf = render_pdf(small(table_of_words("Long", ("Heading A", "Heading B"), rows)), HOUSE)
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf)
    told = subprocess.run([need_program("pdftotext"), "-layout", str(file), "-"], capture_output=True, check=True, text=True).stdout
    pages = [bare(page) for page in told.split("\f") if page.strip()]
    assert len(pages) > 2
    for place in range(60):
        holders = [page for page in pages if f"Row{place}begins" in page]
        assert len(holders) == 1
        assert holders[0].count(f"androw{place}ends") == 10
    assert sum("HeadingA" in page for page in pages) == len([page for page in pages if "begins" in page])


def test_pages_are_numbered_and_the_language_is_that_of_the_reader(tmp_path: Path) -> None:
    printed = words_of(demo_pdf(), tmp_path)
    assert re.search(r"Sivu1/\d+", printed)
    assert b"/Lang(en)" in render_pdf(small(Passage(name="x", lead=("Hello",))), HOUSE)


@pytest.mark.parametrize(("rows", "words"), [(11, 200), (1, 4000), (3, 1500)])
def test_long_tables_and_cells_lose_no_word(tmp_path: Path, rows: int, words: int) -> None:
    cells = tuple((f"r{at}", "fox " * words) for at in range(rows))
    printed = words_of(render_pdf(small(table_of_words("Long", ("a", "b"), cells)), HOUSE), tmp_path)
    assert printed.count("fox") == rows * words


def test_control_characters_become_blanks(tmp_path: Path) -> None:
    printed = words_of(render_pdf(small(Passage(name="p", lead=("one\x00two\x07three",)), client="A\x00b"), HOUSE), tmp_path)
    assert "onetwothree" in printed

"""The Word document: styles, header rows, texts for pictures, its language, no clock and nobody's name, and the same bytes."""

import io
import zipfile
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from tests.output.demo import demo_content, demo_edition
from valuelib.output.brand import HOUSE, Brand
from valuelib.output.content import Content, Section, page_words
from valuelib.output.privacy import open_file
from valuelib.output.word import render_word
from valuelib.results import Figure
from valuelib.show.display import Passage


@cache
def packed() -> bytes:
    return render_word(demo_edition(), Brand(name="Consultancy", footer="Confidential", accent="#7A1FA2"))


@cache
def opened() -> Any:
    return Document(io.BytesIO(packed()))


def test_every_message_of_the_edition_is_a_heading_in_order() -> None:
    edition = demo_edition().edition
    assert edition is not None
    titles = [one.text for one in opened().paragraphs if one.style.name == "Title"]
    headings = [one.text for one in opened().paragraphs if one.style.name == "Heading 1"]
    assert titles == [edition.title]
    places = [headings.index(page.title) for page in edition.pages]
    assert places == sorted(places)
    quoted = [one.text for one in opened().paragraphs if one.style.name == "Quote"]
    assert [claim for page in edition.pages for claim in page.claims] == quoted
    listed = [one.text for one in opened().paragraphs if one.style.name == "List Bullet"]
    assert set(edition.say) | set(edition.limits) <= set(listed)


def test_every_claim_and_action_stands_in_a_table_with_a_header_row() -> None:
    edition = demo_edition().edition
    assert edition is not None
    tables = opened().tables
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in tables)
    cells = {cell.text for table in tables for row in table.rows for cell in row.cells}
    assert {row.statement for row in edition.on_paper} <= cells
    assert {f"{at}. {one.what}" for at, one in enumerate(edition.actions, start=1)} <= cells


def test_every_picture_says_what_it_shows_and_fits_the_page() -> None:
    edition = demo_edition().edition
    assert edition is not None
    figures = [block for page in edition.pages for block in page.blocks if isinstance(block, Figure)]
    shapes = opened().inline_shapes
    assert [shape._inline.docPr.get("descr") for shape in shapes] == [figure.alt for figure in figures]
    page = opened().sections[0]
    room = page.page_width - page.left_margin - page.right_margin
    assert all(0 < shape.width <= room for shape in shapes)


def test_it_speaks_the_contents_language_and_wears_the_brand() -> None:
    languages = {one.get(qn("w:val")) for one in opened().styles.element.iter(qn("w:lang"))}
    assert languages == {"fi"}
    assert str(opened().styles["Heading 2"].font.color.rgb) == "7A1FA2"
    assert "Confidential" in opened().sections[0].footer.paragraphs[0].text
    assert opened().core_properties.author == "Consultancy"


def test_it_tells_no_clock_and_no_author_of_its_own_and_keeps_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert render_word(demo_edition(), HOUSE) == render_word(demo_edition(), HOUSE)
    about = Document(io.BytesIO(render_word(demo_edition(), HOUSE))).core_properties
    assert (about.author, about.last_modified_by, about.comments, about.created.year) == ("", "", "", 2000)
    with zipfile.ZipFile(io.BytesIO(packed())) as file:
        assert {member.date_time for member in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("thumbnail" in name for name in file.namelist())
    assert not any("python-docx" in part.raw for part in open_file("report.docx", packed()))


def test_a_content_without_an_edition_is_set_chapter_by_chapter() -> None:
    document = Document(io.BytesIO(render_word(demo_content(), HOUSE)))
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert headings == [section.title for section in demo_content().shown]


def test_signs_that_no_document_can_hold_become_blanks() -> None:
    passage = Passage(name="p", title="A\x00B", lead=("C\x1fD <w:t>",))
    section = Section(id="a", title="\x07T", blocks=(passage,))
    content = Content(client="A", title="B", facts=(), sections=(section,), words=page_words(), language="en")
    said = [one.text for one in Document(io.BytesIO(render_word(content, replace(HOUSE, name="N")))).paragraphs]
    assert {"A B", "C D <w:t>", " T"} <= set(said)

"""Nothing ships that tells who answered: a leak planted into any output is found, and the demo has none."""

import base64
import dataclasses
import io
import json
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation

from tests.languages import spoken
from tests.output import made
from tests.output.demo import demo_content
from valuelib.errors import PrivacyError
from valuelib.output.brand import HOUSE
from valuelib.output.build import build_report, render_outputs
from valuelib.output.content import Content, Section, content_text
from valuelib.output.privacy import Secrets, check_outputs, find_leaks, mask, secrets_of, shingles, tokens
from valuelib.output.slides.draw import render_slides
from valuelib.results import Chart, Figure, Series
from valuelib.show.display import Item, Passage
from valuelib.show.localizer import Localizer
from valuelib.study.load import load_study
from valuelib.study.model import Study

DEMO = load_study(Path(__file__).parents[2] / "data" / "demo")
NAME = "Kanarialintu Oy"
SECRETS = Secrets(
    names={tokens(NAME): "an account", ("kan-00017",): "a respondent's id"},
    texts=dict.fromkeys(shingles(tokens("They never called us back after the second invoice")), "a comment"),
    paths={"/home/kanaria/": "a folder of this machine"},
)
HIDDEN = '<svg xmlns="http://www.w3.org/2000/svg"><text>Kanarialintu Oy</text></svg>'


def zipped(**members: bytes | str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_xlsx", ".xlsx"), content)
    return file.getvalue()


def workbook(cell: str = "x", title: str = "x") -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active["B2"], book.properties.title = cell, title
    book.save(file)
    return file.getvalue()


def kinds(files: dict[str, bytes], said: dict[str, str] | None = None) -> set[str]:
    return {leak.kind for leak in find_leaks(files, SECRETS, said)}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("report.html", f"<p>{NAME}</p>".encode()),
        ("report.html", b"<p>Kanarialintu&nbsp;<b>Oy</b></p>"),
        ("report.html", f'<img alt="Best: {NAME}">'.encode()),
        ("report.html", b"<p>&#75;anarialintu Oy</p>"),
        ("report.html", f'<img src="data:image/svg+xml;base64,{base64.b64encode(HIDDEN.encode()).decode()}">'.encode()),
        ("results.json", json.dumps({"a": [{"b": NAME}]}).encode()),
        ("results.json", json.dumps({NAME: 1}).encode()),
        ("notebooks/01.ipynb", json.dumps({"cells": [{"outputs": [{"data": {"text/html": ["<p>", NAME, "</p>\n"]}}]}]}).encode()),
        ("tables.xlsx", workbook(cell=NAME)),
        ("tables.xlsx", workbook(title=NAME)),
        ("report.pptx", zipped(ppt__notesSlides__n1_xml=f"<a:t>{NAME}</a:t>")),
        ("report.docx", zipped(word__document_xml=f"<w:p><w:r><w:t>said {NAME} once</w:t></w:r></w:p>")),
        ("report.docx", zipped(word__document_xml=f'<wp:docPr id="1" descr="{NAME}"/>')),
        ("report.pptx", zipped(ppt__slides__s1_xml=f'<p:cNvPr descr="{NAME}"/>')),
        ("report.pptx", zipped(ppt__embeddings__w1_xlsx=workbook(cell=NAME))),
        ("report.pdf", f"%PDF-1.7\n1 0 obj <</Title ({NAME})>> endobj".encode()),
        ("report.pdf", b"%PDF-1.7\n<</Title <FEFF" + NAME.encode("utf-16-be").hex().upper().encode() + b">>>"),
        (f"notebooks/{NAME}.ipynb", b"{}"),
    ],
)
def test_a_name_is_found_wherever_it_hides(name: str, content: bytes) -> None:
    assert kinds({name: content}) == {"an account"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ask maija.kanaria@salainen.example.", "an e-mail address"),
        ("Call +358 40 765 4321 now", "a telephone number"),
        ("Call 09 123 4567", "a telephone number"),
        ("id KAN-00017, said", "a respondent's id"),
        ("they never called us back, after the 2nd", "a comment"),
        ("in /home/kanaria/data", "a folder of this machine"),
    ],
)
def test_every_kind_of_secret_is_known(text: str, kind: str) -> None:
    assert kinds({"report.html": f"<p>{text}</p>".encode()}) == {kind}
    assert kinds({}, {"report.pdf": text}) == {kind}


def test_figures_drawings_and_ordinary_words_are_no_secrets() -> None:
    drawing = "<svg><path d='M 09 123 4567 L 0400'/></svg>"
    page = f"<p>12 345,6 [0,84; 0,90], 1 200 vastausta, 0–10, 2024-01, 0.84 0.90 1 200 350</p>{drawing}"
    assert kinds({"report.html": page.encode(), "results.json": b'{"value": 358407654321, "n": 400}'}) == set()


def test_short_ids_and_words_of_the_report_itself_are_not_searched_for() -> None:
    names = secrets_of(_with_accounts("12", "A1", "Vastaajia", "Kanarialintu Oy", "4711123", "Vastaajia 6")).names
    assert set(names) >= {("kanarialintu", "oy"), ("4711123",)}
    assert not {("12",), ("a1",), ("vastaajia",), ("vastaajia", "6")} & set(names)


def test_running_numbers_are_no_secrets_since_a_count_may_be_one() -> None:
    study = load_study("data/demo")
    data = study.all_data.iloc[:4].assign(respondent=["10000", "12000", "12001", "00042"])
    many = pd.concat([data, study.all_data.iloc[[0] * 11_996]])
    assert {("12001",), ("00042",)} <= secrets_of(dataclasses.replace(study, all_data=many)).names.keys()
    assert not {("10000",), ("12000",)} & secrets_of(dataclasses.replace(study, all_data=many)).names.keys()
    assert ("10000",) in secrets_of(dataclasses.replace(study, all_data=data)).names
    bought = many.assign(account=["10001", *many["account"].iloc[1:]])
    assert ("10001",) in secrets_of(dataclasses.replace(study, all_data=bought)).names


def _with_accounts(*names: str) -> Study:
    answers = DEMO.data.head(len(names)).assign(account=list(names), respondent=[f"r{at}" for at in range(len(names))])
    return dataclasses.replace(DEMO, data=answers, all_data=answers, provider=None, employees=None, interviews=None)


@cache
def demo_files() -> dict[str, bytes]:
    return spoken(Localizer("fi"), render_outputs, demo_content(), HOUSE)


def test_the_demo_tells_nobody() -> None:
    found = find_leaks(demo_files(), secrets_of(DEMO), {"report.pdf": content_text(demo_content())})
    assert found == []


def test_the_demo_would_be_caught_if_it_told_somebody() -> None:
    secrets = secrets_of(DEMO)
    account, comments = DEMO.data["account"].iloc[0], DEMO.data["comment"].dropna()
    comment = next(one for one in comments if any(shingle in secrets.texts for shingle in shingles(tokens(one))))
    for planted in (account, comment):
        passage = Passage(name="p", title="P", items=(Item(f"Said {planted} once"),))
        content = dataclasses.replace(demo_content(), sections=(Section(id="a", title="A", blocks=(passage,)),))
        said = {"report.pdf": content_text(content)}
        found = find_leaks(render_outputs(content, HOUSE), secrets, said)
        assert {leak.place.split(",")[0] for leak in found} == {"report.html", "report.pdf", "report.pptx", "report.docx"}


def test_a_name_in_a_charts_own_workbook_is_found() -> None:
    chart = Chart(kind="bars", title="T", categories=(NAME, "b"), series=(Series(name="s", values=(1.0, 2.0)),))
    words = {"contents": "C", "checkable": "c", "marks": "m", "made_with": "w", "attribution": "A"}
    figure = Figure(name="f", svg="<svg/>", alt="a", caption="c", charts=(chart,))
    sections = (Section(id="a", title="A"), Section(id="b", title="B", blocks=(figure,)))
    content = Content(client="Acme", title="T", facts=(), sections=sections, words=words, language="en")
    places = {leak.place for leak in find_leaks({"report.pptx": render_slides(content, HOUSE)}, SECRETS)}
    assert any(".xlsx" in place for place in places)
    assert any("charts/" in place for place in places)


def test_the_error_masks_the_secret_and_says_what_to_do() -> None:
    study = _with_accounts(NAME, "Toinen yritys 77")
    with pytest.raises(PrivacyError) as told:
        check_outputs({"report.html": f"<p>{NAME}</p>".encode()}, study)
    assert NAME not in str(told.value)
    assert "kanarialintu" not in str(told.value).casefold()
    (problem,) = told.value.problems
    assert problem.where == "report.html"
    assert problem.expected
    assert problem.next_step
    assert mask(NAME) == "K…y (15 letters)"


def test_a_report_that_tells_is_not_written_and_the_earlier_one_stays(tmp_path: Path) -> None:
    study = made.write_study(tmp_path / "data" / "small")
    answers = study / "responses.csv"
    answers.write_text(answers.read_text(encoding="utf-8").replace(",a1,", ",Kanarialintu-1,"), encoding="utf-8")
    good = made.write(tmp_path, "03_a", made.ESTIMATE, made.DONE)
    build_report(study, out=tmp_path / "out", notebooks=[good])
    before = made.tree(tmp_path / "out")
    telling = 'record("text", {"name": "", "lead": ["Kanarialintu-1"]}, "<p>Kanarialintu-1</p>")'
    bad = made.write(tmp_path, "03_a", telling, made.DONE)
    with pytest.raises(PrivacyError, match="would tell an account"):
        build_report(study, out=tmp_path / "out", notebooks=[bad])
    assert made.tree(tmp_path / "out") == before


def test_slides_of_the_demo_say_nothing_in_their_notes_that_the_report_does_not() -> None:
    deck, whole = Presentation(io.BytesIO(demo_files()["report.pptx"])), content_text(demo_content())
    said = set(tokens(whole))
    for slide in deck.slides:
        if slide.has_notes_slide:
            titled = tokens(slide.shapes.title.text)  # with which the notes open
            assert set(tokens(slide.notes_slide.notes_text_frame.text)) <= said | set(titled)

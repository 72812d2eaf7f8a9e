"""The page stands alone, reads in order, and nothing a client writes can break out of it."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from tests.languages import spoken
from tests.output import made
from tests.tables import table_of_words
from valuelib.output.collect import collect_records
from valuelib.output.content import Content, Section, make_content, make_section, page_words
from valuelib.output.page import render_page, section_html
from valuelib.output.run import NotebookRun
from valuelib.results import Figure
from valuelib.show.display import chapter, collapsible, done, figure_html, show, table_html, text
from valuelib.show.localizer import Localizer
from valuelib.study.load import load_study

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><linearGradient id="g"/><rect width="9" height="9"/></svg>'
EVIL = "<script>alert(1)</script>"
VOID = {"meta", "input", "img", "br", "hr", "link", "rect"}


class Page(HTMLParser):
    """What a browser would find: tags with their attributes, and which tags are left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]


def shown_notebook(*outputs):
    """A notebook as if it had been run, one output a cell."""
    notebook = made.notebook(*(f"cell({i})" for i, _ in enumerate(outputs)))
    for cell, output in zip(notebook.cells[3:], outputs, strict=True):
        cell.execution_count = 1
        cell.outputs = [made.display_output(output._repr_mimebundle_())]
    return notebook


def run_of(name, *outputs):
    """That notebook with its records."""
    notebook = shown_notebook(*outputs)
    return NotebookRun(name=name, notebook=notebook, parameters={}, records=collect_records(name, notebook), seconds=0.0)


def section(*outputs, name="01_a"):
    return make_section(run_of(name, *outputs), {})


def page(folder, speech, evil="", client="Nordic IT Oy"):
    table = table_of_words(f"Sizes {evil}", ("Group", "n"), (("All", "40"),))
    figure = Figure(name="f", svg=SVG, alt=f"NPS is higher {evil}", caption="NPS")
    outputs = {
        "00_executive_summary": [
            spoken(speech, chapter, "summary", f"The answer {evil}", "What holds?"),
            text("Two claims hold."),
            done(),
        ],
        "03_nps_claim": [
            spoken(speech, chapter, "nps", "NPS", "Is it higher?"),
            spoken(speech, show, figure),
            spoken(speech, show, table),
            done("t", "f"),
        ],
        "11_over_time": [
            spoken(speech, chapter, "time", "Over time", "Does it grow?"),
            done(missing=f"The study has one wave. {evil}"),
        ],
    }
    study = load_study(made.write_study(folder / "small", client=client))
    runs = [run_of(name, *shown) for name, shown in outputs.items()]
    return spoken(speech, lambda: render_page(make_content(runs, study))).decode()


@pytest.fixture(params=["en", "fi"])
def html(request, tmp_path):
    return page(tmp_path, Localizer(request.param))


def test_nothing_is_loaded_from_anywhere(html):
    seen = Page(html)
    for tag, attrs in seen.tags:
        for name in ("src", "srcset", "poster", "data", "action", "background"):
            assert (attrs.get(name) or "data:").startswith("data:"), (tag, attrs)
        if tag != "a":
            assert not attrs.get("href")
            assert not attrs.get("xlink:href")
    assert all((attrs["href"] or "").startswith("#") for attrs in seen.all("a"))
    assert not re.search(r"@import|url\s*\(\s*['\"]?\s*(?!data:)[^)\s]", html)
    assert "http://" not in html
    assert "https://" not in html
    assert "default-src 'none'" in next(attrs["content"] for attrs in seen.all("meta") if "http-equiv" in attrs)


def test_the_page_is_whole_and_speaks_one_language(html):
    seen = Page(html)
    assert seen.open == []
    (root,) = seen.all("html")
    assert root["lang"] == ("fi" if "Sisällys" in html else "en")
    assert ("maaliskuu 2026" in html) == (root["lang"] == "fi")
    assert ("March 2026" in html) == (root["lang"] == "en")
    ids = [attrs["id"] for _, attrs in seen.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    assert {attrs["href"] for attrs in seen.all("a")} <= {f"#{name}" for name in ids}


def test_headings_come_in_order_with_one_h1(html):
    levels = [int(tag[1]) for tag, _ in Page(html).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_picture_has_alt_text_that_says_something(html):
    pictures = Page(html).all("img")
    assert [picture["alt"] for picture in pictures] == ["NPS is higher "]


def test_the_summary_comes_first_and_a_chapter_without_data_is_one_line(html):
    assert html.index("The answer") < html.index('id="03-nps-claim"') < html.index('id="11-over-time"')
    assert re.search(r'<p class="lacking" id="11-over-time"><strong>Over time\.</strong> The study has one wave\. </p>', html)
    assert "Does it grow?" not in html
    assert '<a href="#11-over-time">' not in html


def test_code_is_behind_a_switch_that_needs_no_script(html):
    seen = Page(html)
    assert {"type": "checkbox", "id": "show-method"}.items() <= next(iter(seen.all("input"))).items()
    assert ".method { display: none; }" in html
    assert "body:has(#show-method:checked) .method { display: block; }" in html
    code = [attrs for attrs in seen.all("div", "pre") if (attrs.get("class") or "").startswith("method")]
    assert len(code) > 9
    assert 'class="method method-code"' in html


@pytest.mark.parametrize("language", ["en", "fi"])
def test_the_marks_of_others_are_named(language, tmp_path):
    html = page(tmp_path, Localizer(language))
    for owner in ("Elements of Value", "Bain &amp; Company", "Net Promoter", "Fred Reichheld", "NICE Satmetrix", "valuelib 0.1.0"):
        assert owner in html


def test_what_a_client_writes_stays_text(tmp_path):
    html = page(tmp_path, Localizer("en"), EVIL, client=EVIL)
    assert EVIL not in html
    assert html.count("<script>") == 1
    assert html.count("alert(1)") > 5
    assert Page(html).open == []


def test_output_that_carries_no_record_is_method_and_escaped():
    run = run_of("01_a", text("Told."), done())
    run.notebook.cells[3].outputs.append(made.stream_output(EVIL))
    run.notebook.cells[3].outputs.append(made.display_output({"text/html": EVIL, "text/plain": f"frame {EVIL}"}))
    run.notebook.cells[3].outputs.append(made.display_output({"image/png": "iVBO\nRw0", "text/plain": "<Figure>"}))
    html = section_html(make_section(run, {}), "Source")
    assert EVIL not in html
    assert html.count('<pre class="method method-output"') == 2
    assert '<img alt="" src="data:image/png;base64,iVBORw0">' in html


def test_blocks_and_method_keep_the_notebooks_order():
    made_section = section(text("First."), text("Second."), done())
    html = section_html(made_section, "Source")
    told = [html.index(one) for one in ("The question", "cell", "First.", "Second.")]
    assert told == sorted(told)
    assert [method.before for method in made_section.method] == [0, 0, 0, 0, 1, 2]


def test_html_that_an_output_brings_is_made_anew_from_its_record():
    run = run_of("01_a", text("Told."), done())
    run.notebook.cells[3].outputs[0]["data"]["text/html"] = "<b>another</b>"
    html = section_html(make_section(run, {}), "Source")
    assert "another" not in html
    assert '<div class="result result-text"><div class="vl"><p>Told.</p></div></div>' in html


def test_what_a_notebook_folds_away_is_folded_away():
    table = table_of_words("Sizes", ("Group", "n"), (("All", "40"),))
    html = section_html(section(collapsible("More & more", show(table)), done()), "Source")
    assert f"<summary>More &amp; more</summary>{table_html(table)}</details>" in html


def test_pictures_stand_in_the_page_as_they_are_in_the_notebook():
    figure = Figure(name="f", svg=SVG, alt="x", caption="y")
    assert figure_html(figure) in section_html(section(show(figure), done()), "Source")


def test_titles_fall_back_to_the_notebooks_own():
    made_section = section(text("x"), done())
    assert (made_section.id, made_section.title) == ("01-a", "The question")


def test_headings_of_the_method_leave_the_outline():
    run = run_of("01_a", done())
    run.notebook.cells[0].source = "## Why *x*\n\nBecause."
    html = section_html(make_section(run, {}), "Source")
    assert '<p class="method-heading level-2">Why <em>x</em></p>\n<p>Because.</p>' in html
    assert "<h2" not in html


def test_the_same_chapters_give_the_same_bytes(tmp_path):
    assert page(tmp_path / "a", Localizer("fi")) == page(tmp_path / "b", Localizer("fi"))


def test_tables_of_the_page_have_captions_and_scoped_heads():
    table = table_of_words("Sizes", ("Group", "n"), (("All", "40"),))
    content = Content(
        client="A", title="B", facts=(), sections=(Section(id="a", title="A", blocks=(table,)),), words=page_words(), language="en"
    )
    found = Page(render_page(content).decode())
    assert len(found.all("caption")) == 1
    assert all(attrs["scope"] in ("row", "col") for attrs in found.all("th"))

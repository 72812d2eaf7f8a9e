"""The pages that are gathered for the documentation's site, and the check of the finished site."""

import json
import re
from pathlib import Path

import pytest

import valuelib
from tools import docs_site
from valuelib import theory

TOCTREE = re.compile(r"^```{toctree}\n:hidden:\n\n(.*?)^```", re.MULTILINE | re.DOTALL)
MARKDOWN_LINK = re.compile(r"(?<=\]\()[^)\s#:]+")


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "source"
    docs_site.gather(out, "valuelib.theory")
    return out


def test_every_page_stands_in_the_navigation_once(gathered: Path) -> None:
    listed = []
    for page in gathered.rglob("*.md"):
        for names in TOCTREE.findall(page.read_text(encoding="utf-8")):
            listed += [(page.parent / name).relative_to(gathered).as_posix() for name in names.split()]
    pages = {
        path.relative_to(gathered).with_suffix("").as_posix()
        for path in gathered.rglob("*")
        if path.suffix in (".md", ".ipynb", ".rst")
    }
    assert sorted(listed) == sorted(pages - {"index", "readme"})


def test_links_lead_to_gathered_pages_or_to_files_of_the_repository(gathered: Path) -> None:
    links = 0
    for page in gathered.rglob("*"):
        if page.suffix in (".md", ".ipynb") and page.name != "readme.md":  # of that only parts are shown
            for link in MARKDOWN_LINK.findall(page.read_text(encoding="utf-8")):
                target = (page.parent / link).resolve()
                assert target.is_file(), f"{page}: {link}"
                assert target.is_relative_to(gathered) or target.suffix not in (".md", ".ipynb"), f"{page}: {link}"
                links += 1
    assert links > 100


def test_notebooks_link_to_explanations_and_to_each_other(gathered: Path) -> None:
    assert "](../explanation/statistics.md)" in (gathered / "notebooks" / "03_nps_claim.ipynb").read_text(encoding="utf-8")
    assert 'href=\\"03_nps_claim.html\\"' in (gathered / "notebooks" / "00_executive_summary.ipynb").read_text(encoding="utf-8")


def test_outputs_of_notebooks_stand_once_in_a_form_that_browsers_show(gathered: Path) -> None:
    for path in (gathered / "notebooks").glob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", ()):
                assert len(output.get("data", "1")) == 1
                assert set(output.get("data", ())) <= set(docs_site.FORMS)


def test_a_bare_picture_gets_a_text_and_the_author_s_own_text_stays(tmp_path: Path) -> None:
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBORw0=", "text/plain": "<Figure>"}}
    mine = {"mystnb": {"image": {"alt": "NPS by industry"}}}
    cells = [{"cell_type": "code", "metadata": given, "source": "", "outputs": [picture]} for given in ({}, mine)]
    (tmp_path / "plot.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    made, kept = json.loads(docs_site.readable(tmp_path / "plot.ipynb"))["cells"]
    assert made["metadata"]["mystnb"]["image"]["alt"] == "The figure that the code above draws"
    assert kept["metadata"] == mine
    assert made["outputs"][0]["data"] == {"image/png": "iVBORw0="}


def test_each_notebook_is_a_card_with_its_question(gathered: Path) -> None:
    text = (gathered / "notebooks" / "index.md").read_text(encoding="utf-8")
    cards = re.findall(r"^:::\{grid-item-card\} (.+)\n:link: (\w+)$", text, re.MULTILINE)
    assert [stem for _, stem in cards] == sorted(path.stem for path in docs_site.NOTEBOOKS.glob("*.ipynb"))
    assert all(question.endswith("?") for question, _ in cards)
    assert "Asked by a client who has seen the figure on a slide and is about to price, pitch or invest by it." in text


def names_in(index: str) -> list[str]:
    return re.findall(r"^   (\w+)$", index, re.MULTILINE)


def test_the_api_lists_exactly_the_public_names(gathered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sorted(names_in((gathered / "api" / "index.rst").read_text(encoding="utf-8"))) == sorted(theory.__all__)
    monkeypatch.setattr(valuelib, "__all__", ["report", "load_study", "errors"], raising=False)
    index = docs_site.api_index("valuelib")
    assert names_in(index) == ["load_study", "report", "errors"]
    assert re.findall(r"^(.+)\n-+$", index, re.MULTILINE) == ["Read a study", "Write a report", "Further names"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (
            '<a href="b.html#there">b</a><img src="p.svg"><a href="https://example.org/x">out</a><p id="up"><a href="#up">up</a>',
            None,
        ),
        ('<a href="c.html">c</a>', "a.html: no file for c.html"),
        ('<a href="b.html#gone">b</a>', "a.html: no heading for b.html#gone"),
        ('<a href="#gone">b</a>', "a.html: no heading for #gone"),
        ('<img src="q.svg">', "a.html: no file for q.svg"),
        ('<script src="https://example.org/x.js"></script>', "a.html: loads https://example.org/x.js"),
        ('<link rel="stylesheet" href="//example.org/x.css">', "a.html: loads //example.org/x.css"),
    ],
)
def test_check_names_links_that_lead_nowhere_and_what_the_network_would_bring(
    body: str, problem: str | None, tmp_path: Path
) -> None:
    (tmp_path / "a.html").write_text(body, encoding="utf-8")
    (tmp_path / "b.html").write_text('<h1 id="there">b</h1>', encoding="utf-8")
    (tmp_path / "p.svg").write_text("<svg/>", encoding="utf-8")
    assert docs_site.check(tmp_path) == ([problem] if problem else [])


def test_check_reads_style_sheets(tmp_path: Path) -> None:
    (tmp_path / "s.css").write_text(
        '@font-face { src: url("https://example.org/f.woff2"); } p { background: url(p.png); }', encoding="utf-8"
    )
    assert docs_site.check(tmp_path) == ["s.css: loads https://example.org/f.woff2"]

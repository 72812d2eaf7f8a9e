"""What of an executed notebook does the client see, and what only a reader who asks for the method?

Outputs that carry a record are the chapter; analyst prose, code and every other output are the method, which the page hides.
nbconvert renders the cells with our own template, since the stock ones load scripts from the network.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path

from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode
from traitlets.config import Config

from valuelib.report.collect import DONE, MIME, Recorded
from valuelib.report.notebooks import section_of
from valuelib.show.passage import anchor

HERE = Path(__file__).parent
CLAIM_LINE = re.compile(r'(<p class="vl-claim">)(.*?)(</p>)', re.DOTALL)
HEADING_TAG = re.compile(r"<(/?)h([1-6])\b[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """One chapter of the page: `html` is its body without the heading; `missing` stands for all of it where data lack."""

    id: str
    title: str
    question: str
    html: str
    missing: str = ""


def make_chapter(name: str, notebook: NotebookNode, records: tuple[Recorded, ...]) -> Chapter:
    """A chapter out of an executed notebook and what it recorded."""
    heading = next((item.data for item in records if item.kind == "chapter"), {})
    title = str(heading.get("title") or section_of(notebook, 0) or name)
    missing = next((str(item.data.get("missing") or "") for item in records if item.kind == DONE), "")
    chapter_id = anchor(name)
    question = str(heading.get("question") or "")
    return Chapter(id=chapter_id, title=title, question=question, html=_body(notebook), missing=missing)


def with_footnotes(chapter: Chapter, claims: Sequence[str], numbers: Mapping[str, int], label: str) -> Chapter:
    """The chapter with a number at each claim that leads to its source; the cards stand in the order of the findings.

    Args:
        chapter: a chapter of the page.
        claims: ids of its findings that have a card, in order.
        numbers: the number of each claim's source.
        label: what a screen reader says before the number.
    """
    left = iter(claims)

    def noted(line: re.Match[str]) -> str:
        claim = next(left, None)
        if claim is None or claim not in numbers:
            return line[0]
        number, name = numbers[claim], escape(claim)
        link = f'<a id="{chapter.id}-{name}" href="#source-{name}" aria-label="{escape(label)} {number}">{number}</a>'
        return f'{line[1]}{line[2]}<sup class="footnote">{link}</sup>{line[3]}'

    return replace(chapter, html=CLAIM_LINE.sub(noted, chapter.html))


def plain_headings(html: str) -> str:
    """Headings of the method as styled paragraphs: the page's own outline holds the client's chapters only."""
    return HEADING_TAG.sub(lambda tag: "</p>" if tag[1] else f'<p class="method-heading level-{tag[2]}">', html)


def record_of(output: NotebookNode) -> str:
    """The kind of record that an output carries, or an empty text."""
    return str(output.get("data", {}).get(MIME, {}).get("kind", ""))


def _body(notebook: NotebookNode) -> str:
    """The cells as html. The step that HTMLExporter adds is left out: it parses the page anew and loses the letter case of SVG."""
    html, _ = TemplateExporter.from_notebook_node(_exporter(), notebook)
    return str(html)


@cache
def _exporter() -> HTMLExporter:
    settings = Config()
    settings.HTMLExporter.extra_template_basedirs = [str(HERE)]
    settings.HTMLExporter.template_name = "template"
    settings.HTMLExporter.template_file = "chapter.html.j2"
    settings.HTMLExporter.exclude_anchor_links = True
    highlight = Highlight2HTML(pygments_lexer="ipython3")
    settings.HTMLExporter.filters = {"plain_headings": plain_headings, "record_of": record_of, "highlight_code": highlight}
    return HTMLExporter(config=settings)

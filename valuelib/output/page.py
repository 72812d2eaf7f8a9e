"""How do the chapters become one page that works offline, on a phone, on paper and for a screen reader?"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from nbformat import NotebookNode
from traitlets.config import Config

import valuelib
from valuelib.output.brand import HOUSE, Brand
from valuelib.output.collect import DONE, MIME, Recorded
from valuelib.output.notebooks import section_of
from valuelib.output.run import NotebookRun
from valuelib.results import Finding
from valuelib.show.display import anchor, style
from valuelib.show.localizer import local
from valuelib.study.config import StudyConfig
from valuelib.theory.claims import Claim, claims

# What of an executed notebook does the client see, and what only a reader who asks for the method?

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


# Which sources do the claims of a page have, and what do its words mean?


class Source(NamedTuple):
    """Where a claim comes from: its id, statement, origin with what must be kept in mind, and the place that leads here first."""

    id: str
    statement: str
    origin: str
    back: str = ""


# In the order in which a reader meets them.
GLOSSARY = (
    "nps",
    "interval",
    "account",
    "higher_tiers",
    "halo",
    "raw_comparison",
    "held_equal",
    "evidence",
    "undecided",
    "facet_mean",
)


def list_glossary() -> list[tuple[str, str]]:
    """The terms with their meanings in the reader's language."""
    return [(local.text(f"glossary.{key}.term"), local.text(f"glossary.{key}.meaning")) for key in GLOSSARY]


def list_sources(records: Sequence[Recorded], claims: Mapping[str, Claim]) -> list[Source]:
    """The sources of every claim that the page has a finding for, in the order of the register."""
    found = {item.record.claim.id for item in records if isinstance(item.record, Finding)}
    return [
        Source(
            name,
            claim.statement.say(local.language),
            f"{claim.origin.say(local.language)} {claim.caveat.say(local.language)}",
        )
        for name, claim in claims.items()
        if name in found
    ]


def with_places(sources: Sequence[Source], chapters: Sequence[Chapter]) -> list[Source]:
    """The sources with the first card that leads to each, so that a reader gets back."""
    shown = [one for one in chapters if not one.missing]
    places = {
        source.id: next((name for one in shown if f'id="{(name := f"{one.id}-{source.id}")}"' in one.html), "")
        for source in sources
    }
    return [source._replace(back=places[source.id]) for source in sources]


# How do the chapters become one page that works offline, on a phone, on paper and for a screen reader?

TEMPLATES = Path(__file__).parent / "template"
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def render_report(runs: Sequence[NotebookRun], config: StudyConfig, brand: Brand = HOUSE) -> str:
    """The whole report as one html page; the summary (00) comes first although it ran last."""
    ordered = sorted(runs, key=lambda run: run.name)
    known = {one.id: one for one in (*(one.to_claim() for one in config.claims if not isinstance(one, str)), *claims())}
    sources = list_sources([record for run in ordered for record in run.records], known)
    chapters = [_chapter(run, sources) for run in ordered]
    return render_page(chapters, config, brand, with_places(sources, chapters))


def _chapter(run: NotebookRun, sources: Sequence[Source]) -> Chapter:
    """A chapter whose cards lead to the sources of their claims."""
    cards = [item.record.claim.id for item in run.records if isinstance(item.record, Finding) and not item.inner]
    numbers = {source.id: number for number, source in enumerate(sources, start=1)}
    return with_footnotes(make_chapter(run.name, run.notebook, run.records), cards, numbers, local.text("report.source"))


def render_page(chapters: Sequence[Chapter], config: StudyConfig, brand: Brand = HOUSE, sources: Sequence[Source] = ()) -> str:
    """The page around a study's chapters: title, contents, and the notes at its foot."""
    words = page_words()
    facts = [(words["study"], config.study)]
    if config.fieldwork:
        facts.append((words["fieldwork"], local.month(config.fieldwork)))
    return fill_page(chapters, client=config.client, facts=facts, words=words, brand=brand, sources=sources)


def fill_page(
    chapters: Sequence[Chapter],
    *,
    client: str,
    facts: Sequence[tuple[str, str]],
    words: Mapping[str, str],
    brand: Brand = HOUSE,
    sources: Sequence[Source] = (),
) -> str:
    """The template with its places filled; `facts` are the short lines below the title, each with its name."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["as_html"] = Markup
    return environment.get_template("page.html.j2").render(
        brand=brand,
        logo=logo_address(brand.logo),
        chapters=chapters,
        client=client,
        facts=facts,
        glossary=list_glossary(),
        language=local.language,
        policy=POLICY,
        sources=sources,
        style=Markup(style()),
        version=valuelib.__version__,
        words=words,
    )


def logo_address(logo: Path | None) -> str:
    """The logo as a data address, so that the page loads nothing; an empty text where there is none."""
    if logo is None:
        return ""
    kind = "svg+xml" if logo.suffix.lower() == ".svg" else "png"
    return f"data:image/{kind};base64,{base64.b64encode(logo.read_bytes()).decode()}"


def page_words() -> Mapping[str, str]:
    """The words of the page itself, in the reader's language."""
    return {
        "title": local.text("common.customer_value_claims_hold"),
        "skip": local.text("report.skip_findings"),
        "contents": local.text("report.contents"),
        "show_method": local.text("report.show_the_method"),
        "method_hint": local.text("report.code_analysts_notes_english"),
        "study": local.text("common.study"),
        "fieldwork": local.text("report.fieldwork"),
        "sources": local.text("report.where_claims_come"),
        "glossary": local.text("report.words_report"),
        "back": local.text("report.back_to_claim"),
        "attribution": local.text("report.attribution"),
        "marks": local.text("report.elements_value_registered_trademark"),
        "made_with": local.text("report.made_with_valuelib", version=valuelib.__version__),
        "checkable": local.text("report.every_number_report_stands"),
    }

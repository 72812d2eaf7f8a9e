"""How do the chapters become one page that works offline, on a phone, on paper and for a screen reader?"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import valuelib
from valuelib.records import Finding
from valuelib.report.brand import HOUSE, Brand
from valuelib.report.chapters import Chapter, make_chapter, with_footnotes
from valuelib.report.notes import Source, list_glossary, list_sources, with_places
from valuelib.report.run import NotebookRun
from valuelib.show.display import style
from valuelib.show.language import Speech
from valuelib.study.config import StudyConfig
from valuelib.theory import claims

TEMPLATES = Path(__file__).parent / "template"
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def render_report(runs: Sequence[NotebookRun], config: StudyConfig, speech: Speech, brand: Brand = HOUSE) -> str:
    """The whole report as one html page; the summary (00) comes first although it ran last."""
    ordered = sorted(runs, key=lambda run: run.name)
    known = {one.id: one for one in (*(one.to_claim() for one in config.claims if not isinstance(one, str)), *claims())}
    sources = list_sources([record for run in ordered for record in run.records], known, speech)
    chapters = [_chapter(run, sources, speech) for run in ordered]
    return render_page(chapters, config, speech, brand, with_places(sources, chapters))


def _chapter(run: NotebookRun, sources: Sequence[Source], speech: Speech) -> Chapter:
    """A chapter whose cards lead to the sources of their claims."""
    cards = [item.record.claim for item in run.records if isinstance(item.record, Finding) and not item.inner]
    numbers = {source.id: number for number, source in enumerate(sources, start=1)}
    return with_footnotes(make_chapter(run.name, run.notebook, run.records), cards, numbers, speech.text("report.source"))


def render_page(
    chapters: Sequence[Chapter], config: StudyConfig, speech: Speech, brand: Brand = HOUSE, sources: Sequence[Source] = ()
) -> str:
    """The page around a study's chapters: title, contents, and the notes at its foot."""
    words = page_words(speech)
    facts = [(words["study"], config.study)]
    if config.fieldwork:
        facts.append((words["fieldwork"], speech.month(config.fieldwork)))
    return fill_page(chapters, client=config.client, facts=facts, words=words, speech=speech, brand=brand, sources=sources)


def fill_page(
    chapters: Sequence[Chapter],
    *,
    client: str,
    facts: Sequence[tuple[str, str]],
    words: Mapping[str, str],
    speech: Speech,
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
        glossary=list_glossary(speech),
        language=speech.language,
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


def page_words(speech: Speech) -> Mapping[str, str]:
    """The words of the page itself, in the reader's language."""
    return {
        "title": speech.text("common.customer_value_claims_hold"),
        "skip": speech.text("report.skip_findings"),
        "contents": speech.text("report.contents"),
        "show_method": speech.text("report.show_the_method"),
        "method_hint": speech.text("report.code_analysts_notes_english"),
        "study": speech.text("common.study"),
        "fieldwork": speech.text("report.fieldwork"),
        "sources": speech.text("report.where_claims_come"),
        "glossary": speech.text("report.words_report"),
        "back": speech.text("report.back_to_claim"),
        "attribution": speech.text("report.attribution"),
        "marks": speech.text("report.elements_value_registered_trademark"),
        "made_with": speech.text("report.made_with_valuelib", version=valuelib.__version__),
        "checkable": speech.text("report.every_number_report_stands"),
    }

"""A report's content as one html page that works offline, on a phone, on paper and for a screen reader.

The edition comes first, a message a section, and the annex behind it folded away; a content without an edition is its chapters.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

import valuelib
from valuelib.output.brand import HOUSE, Brand
from valuelib.output.content import Block, Card, Content, KeyNumber, Method, Section
from valuelib.output.edition import Edition
from valuelib.output.front import shown_figure, strip_html
from valuelib.output.pdf import annex_sections, edition_words, number_strip, say_evidence
from valuelib.results import Figure, Table
from valuelib.show.card import words_html
from valuelib.show.display import Passage, estimate_html, figure_html, fold_html, passage_html, style, table_html
from valuelib.show.localizer import in_language, local

TEMPLATES = Path(__file__).parent / "template"
HIGHLIGHT = cache(Highlight2HTML(pygments_lexer="ipython3"))  # the code of shipped chapters is the same for all clients of a batch
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def render_page(content: Content, brand: Brand = HOUSE) -> bytes:
    """The page: the edition and the folded annex; of a content without an edition title, contents, chapters, and the sources."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    with in_language(content.language):
        edition = content.edition
        page = environment.get_template("page.html.j2").render(
            brand=brand,
            content=content,
            front=None if edition is None else edition_values(content, edition),
            logo=logo_address(brand.logo),
            policy=POLICY,
            section_html=lambda section, numbers=None: Markup(section_html(section, content.words["source"], numbers)),
            style=Markup(style()),
            version=valuelib.__version__,
            words=content.words,
        )
    return page.encode()


def edition_values(content: Content, edition: Edition) -> dict[str, Any]:
    """Everything of an edition that the template sets, in order."""
    pieces: dict[str, dict[int, str]] = {}
    for one in edition.annex:
        pieces.setdefault(one.section, {})[one.place] = one.id
    chapters = annex_sections(content)
    cards = {
        block.finding.claim.id: pieces[section.id][place]
        for section in reversed(chapters)
        for place, block in enumerate(section.blocks)
        if isinstance(block, Card) and place in pieces[section.id]
    }
    told = {f"claim.{story.lead.claim.id}": [one.claim.id for one in story.findings] for story in edition.stories}
    led = {claim for page in edition.pages for claim in told.get(page.key, ())}
    lead = next((page for page in edition.pages if page.key == "overview"), None)
    return {
        "numbers": [{**number_strip(one), "strip": Markup(strip_html(one))} for one in edition.numbers],
        "overview": None if lead is None else {"title": lead.title, "shown": Markup(_message_html(lead.blocks, lead.title))},
        "board": [
            {
                "row": row,
                "id": "" if row.finding.claim.id in led else row.finding.claim.id,
                "card": cards.get(row.finding.claim.id, ""),
                "grade": local.text("edition.grade", shown_n=row.grade),
            }
            for row in edition.board
        ],
        "messages": [
            {
                "page": page,
                "id": f"page-{page.key}".replace(".", "-"),
                "findings": told.get(page.key, []),
                "shown": Markup(_message_html(page.blocks, page.title)),
                "evidence": say_evidence(page.evidence),
                "first": page.evidence[0] if page.evidence else "",
            }
            for page in edition.pages
            if page is not lead
        ],
        "chapters": [{"section": section, "pieces": pieces[section.id]} for section in chapters],
        "words": {**edition_words(edition, paper=False), **_page_words()},
    }


PAGE_WORDS = ("search", "search_hint", "none_found", "link", "copied", "annex_lead")


def _page_words() -> dict[str, str]:
    words = {key: local.text(f"edition.page.{key}") for key in PAGE_WORDS}
    return {**words, "annex": local.text("edition.annex.title")}


def _message_html(blocks: Sequence[Block], title: str) -> str:
    """What shows a message: its figures, tables and texts. Cards stand in the annex, and their claims above the message."""
    parts = []
    for place, block in enumerate(one for one in blocks if not isinstance(one, Card)):
        if isinstance(block, Figure):
            parts.append(shown_figure(block, titled=place > 0 and block.title != title))
        else:
            kind, html = _block_html(block, "", "")
            parts.append(f'<div class="result result-{kind}">{html}</div>')
    return "".join(parts)


def section_html(section: Section, source: str, numbers: Mapping[int, str] | None = None) -> str:
    """A chapter's blocks and method in their order.

    Args:
        section: a chapter that has something to show.
        source: what a screen reader says before the number of a footnote.
        numbers: of an annex the id of each piece by its place; a block without one stands elsewhere and is left out.
    """
    parts: list[str] = []
    for place in range(len(section.blocks) + 1):
        parts += [_method_html(one) for one in section.method if one.before == place]
        if place < len(section.blocks) and (numbers is None or place in numbers):
            kind, html = _block_html(section.blocks[place], section.id, source)
            html = fold_html(section.folded[place], html) if place in section.folded else html
            if numbers is None:
                parts.append(f'<div class="result result-{kind}">{html}</div>')
            else:  # below the heading of a chapter, which stands below that of the annex
                html = html.replace("<h3>", "<h4>").replace("</h3>", "</h4>")
                name = escape(numbers[place])
                parts.append(
                    f'<div class="result result-{kind} piece" id="{name}"><a class="number" href="#{name}">{name}</a>{html}</div>'
                )
    return "".join(f"{part}\n" for part in parts)


def _block_html(block: Block, section: str, source: str) -> tuple[str, str]:
    """A block's kind, which names its class, and its html."""
    match block:
        case Card(finding=finding):
            name = escape(finding.claim.id)
            link = f'<a id="{section}-{name}" href="#source-{name}" aria-label="{escape(source)} {block.source}">{block.source}</a>'
            return "finding", words_html(block.words, f'<sup class="footnote">{link}</sup>' if block.source else "")
        case Figure():
            return "figure", figure_html(block)
        case Table():
            return "table", table_html(block)
        case KeyNumber():
            return "estimate", estimate_html(block.estimate)
        case Passage():
            return "text", passage_html(block)


def _method_html(method: Method) -> str:
    """What only a reader who asks for the method sees; it stands in English, whatever the report's language."""
    match method.kind:
        case "prose":
            prose = MarkdownWithMath(renderer=_Prose(escape=False)).render(method.text)
            return f'<div class="method method-prose" lang="en">{prose}</div>'
        case "code":
            return f'<div class="method method-code" lang="en">{HIGHLIGHT(method.text)}</div>'
        case "output":
            return f'<pre class="method method-output" lang="en">{escape(method.text)}</pre>'
        case "picture":
            return f'<div class="method method-output"><img alt="" src="data:image/png;base64,{escape(method.text)}"></div>'


class _Prose(IPythonRenderer):
    """Markdown as html whose headings are styled paragraphs: the page's outline holds the client's chapters only."""

    def heading(self, text: str, level: int, **_: Any) -> str:
        return f'<p class="method-heading level-{level}">{text}</p>\n'


def logo_address(logo: Path | None) -> str:
    """The logo as a data address, so that the page loads nothing; an empty text where there is none."""
    if logo is None:
        return ""
    kind = "svg+xml" if logo.suffix.lower() == ".svg" else "png"
    return f"data:image/{kind};base64,{base64.b64encode(logo.read_bytes()).decode()}"

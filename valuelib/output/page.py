"""A report's content as one html page that works offline, on a phone, on paper and for a screen reader."""

from __future__ import annotations

import base64
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
from valuelib.results import Figure, Table
from valuelib.show.card import words_html
from valuelib.show.display import Passage, estimate_html, figure_html, fold_html, passage_html, style, table_html

TEMPLATES = Path(__file__).parent / "template"
HIGHLIGHT = Highlight2HTML(pygments_lexer="ipython3")
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def render_page(content: Content, brand: Brand = HOUSE) -> bytes:
    """The page: title, contents, chapters, and where the claims come from at its foot."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    page = environment.get_template("page.html.j2").render(
        brand=brand,
        content=content,
        logo=logo_address(brand.logo),
        policy=POLICY,
        section_html=lambda section: Markup(section_html(section, content.words["source"])),
        style=Markup(style()),
        version=valuelib.__version__,
        words=content.words,
    )
    return page.encode()


def section_html(section: Section, source: str) -> str:
    """A chapter's blocks and method in their order.

    Args:
        section: a chapter that has something to show.
        source: what a screen reader says before the number of a footnote.
    """
    parts: list[str] = []
    for place in range(len(section.blocks) + 1):
        parts += [_method_html(one) for one in section.method if one.before == place]
        if place < len(section.blocks):
            kind, html = _block_html(section.blocks[place], section.id, source)
            html = fold_html(section.folded[place], html) if place in section.folded else html
            parts.append(f'<div class="result result-{kind}">{html}</div>')
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

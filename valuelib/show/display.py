"""How does a result appear in a notebook, and what does the report take from it?

Every output carries three forms of one thing: html for the reader, plain text for the terminal and the screen reader, and the
record itself, from which the report is made.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from valuelib.records import Estimate, Figure, Finding, Record, Table, to_json
from valuelib.show.card import card_html, card_text
from valuelib.show.labels import label_estimate
from valuelib.show.language import NONE, Speech
from valuelib.theory import Claim
from valuelib.theory import claim as registered_claim

RECORD_MIME = "application/vnd.valuelib.record+json"
STYLE = Path(__file__).with_name("style.css")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One output of a notebook cell: its kind and data for the report, its html and plain text for the reader."""

    kind: str
    data: Mapping[str, Any]
    html: str
    plain: str
    other: Mapping[str, str] = field(default_factory=dict)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {
            **self.other,
            "text/html": self.html,
            "text/plain": self.plain,
            RECORD_MIME: {"kind": self.kind, "data": dict(self.data)},
        }


def record(result: Record, speech: Speech, *, claim: Claim | None = None) -> Shown:
    """A result as a notebook output.

    Args:
        result: an Estimate, Finding, Figure or Table.
        speech: the reader's language.
        claim: the claim that a Finding assesses; needed only for a client's own claims, others are looked up in the register.
    """
    match result:
        case Estimate():
            return _shown("estimate", result, _estimate_html(result, speech), estimate_line(result, speech))
        case Finding():
            found = claim if claim is not None else registered_claim(result.claim)
            return _shown("finding", result, card_html(result, found, speech), card_text(result, found, speech))
        case Figure():
            return _shown("figure", result, figure_html(result), result.alt, {"image/svg+xml": result.svg})
        case Table():
            return _shown("table", result, table_html(result), table_text(result))


def chapter(name: str, title: str, question: str, speech: Speech) -> Shown:
    """The heading of a chapter: its title and the question it answers. Carries the style that later outputs of the notebook use."""
    html = f'<style>{style()}</style><div class="vl"><h2>{escape(title)}</h2><p class="vl-question">{escape(question)}</p></div>'
    data = {"name": name, "title": title, "question": question, "language": speech.language}
    return Shown(kind="chapter", data=data, html=html, plain=f"{title}\n{question}")


def text(paragraph: str, *, name: str = "") -> Shown:
    """A paragraph for the client, already in the reader's language."""
    html = f'<div class="vl"><p>{escape(paragraph)}</p></div>'
    return Shown(kind="text", data={"name": name, "text": paragraph, "lead": [paragraph]}, html=html, plain=paragraph)


@cache
def style() -> str:
    """The style sheet of all outputs."""
    return STYLE.read_text(encoding="utf-8")


def figure_html(figure: Figure) -> str:
    """A figure whose picture is inlined as a data address, so that no two pictures share ids and nothing is loaded."""
    address = base64.b64encode(figure.svg.encode()).decode()
    image = f'<img alt="{escape(figure.alt)}" src="data:image/svg+xml;base64,{address}">'
    return f'<figure class="vl vl-figure">{image}<figcaption>{escape(figure.caption)}</figcaption></figure>'


def table_html(table: Table) -> str:
    """A table with its caption, and headers that say what they head."""
    heads = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "".join(f"<tr>{_row_html(row)}</tr>" for row in table.rows)
    note = f'<p class="vl-note">{escape(table.note)}</p>' if table.note else ""
    inner = f"<caption>{escape(table.caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>"
    return f'<div class="vl"><div class="vl-scroll"><table class="vl-table">{inner}</table></div>{note}</div>'


def table_text(table: Table) -> str:
    """A table as plain text, its columns lined up."""
    lines = [table.columns, *table.rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.columns))]
    body = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([table.caption, *body, *([table.note] if table.note else [])])


def _shown(kind: str, result: Record, html: str, plain: str, other: Mapping[str, str] | None = None) -> Shown:
    return Shown(kind=kind, data=to_json(result), html=html, plain=plain, other=other or {})


def _row_html(row: tuple[str, ...]) -> str:
    return f'<th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])


def estimate_line(estimate: Estimate, speech: Speech) -> str:
    """An estimate as one line: what it is, its value, its interval and the answers behind it."""
    return "{}: {} {}".format(*_estimate_parts(estimate, speech)).rstrip()


def _estimate_html(estimate: Estimate, speech: Speech) -> str:
    label, value, rest = _estimate_parts(estimate, speech)
    return f'<div class="vl"><p class="vl-estimate">{escape(label)}: <strong>{escape(value)}</strong> {escape(rest)}</p></div>'


def _estimate_parts(estimate: Estimate, speech: Speech) -> tuple[str, str, str]:
    label = label_estimate(estimate.name, speech)
    if estimate.value is None:
        return label, NONE, speech.say(estimate.reason) if estimate.reason else ""
    decimals = 2 if estimate.unit in ("ratio", "coefficient") else 0 if estimate.unit == "count" else 1
    interval = speech.interval(estimate.ci_low, estimate.ci_high, decimals)
    answers = speech.plural("common.answers_n", estimate.n)
    if interval == NONE:
        return label, speech.number(estimate.value, decimals), f"({answers})"
    between = speech.text("page.interval", level=estimate.level, interval=interval)
    return label, speech.number(estimate.value, decimals), f"({between}; {answers})"

"""Results as outputs of a notebook, three forms of one thing: html for the reader, plain text for the terminal and the screen
reader, and the record that the report is made from.
"""

from __future__ import annotations

import base64
import dataclasses
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

from valuelib.errors import ParameterError, ResultError, ValuelibError
from valuelib.results import (
    Cell,
    Column,
    Crosstab,
    Estimate,
    Estimates,
    Explored,
    Figure,
    Finding,
    Findings,
    Record,
    Shown,
    Table,
    to_json,
)
from valuelib.show.card import card_html, card_text
from valuelib.show.labels import label_estimate, say_mark
from valuelib.show.lasting import SHEET, with_looks
from valuelib.show.localizer import NONE, in_language, local
from valuelib.show.tables import cell_text, holds_number, table_lines
from valuelib.theory.claims import Claim, claims

RECORD_MIME = "application/vnd.valuelib.record+json"
FOLDED = "folded"  # key of a record's data: the line behind which its output is folded away
PLACE = "place"  # key of a record's data: "report" where it stands before the annex
STYLE = Path(__file__).with_name("style.css")
PICTURE = re.compile(r'src="data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)"')


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CellOutput:
    """One output of a notebook cell: its kind and data for the report, its html and plain text for the reader.

    In the notebook a picture stands once, in the html that every viewer shows; `record_of` puts it back into its record.
    """

    kind: str
    data: Mapping[str, Any]
    html: str
    plain: str

    def __repr__(self) -> str:
        return self.plain

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        data = {key: value for key, value in self.data.items() if key != "svg"}
        return {"text/html": with_looks(self.html), "text/plain": self.plain, RECORD_MIME: {"kind": self.kind, "data": data}}


def record_of(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """The record in a notebook's output, whole.

    Args:
        bundle: the output's data by mime type, as a notebook stores them.

    Raises:
        ResultError: a figure's output does not show its picture.
    """
    record: dict[str, Any] = bundle[RECORD_MIME]
    if record["kind"] != "figure":
        return record
    found = PICTURE.search(bundle["text/html"])
    if found is None:
        raise ResultError(f"The output of the figure {record['data'].get('name')} holds no picture. Next: run the notebook again.")
    return {**record, "data": {**record["data"], "svg": base64.b64decode(found[1]).decode()}}


def show(result: Shown) -> CellOutput:
    """A result as a notebook output.

    Args:
        result: an Estimate, Finding, Figure or Table, or several Estimates or Findings, which are recorded one by one.

    Raises:
        ParameterError: it is no result.
    """
    match result:
        case Estimate():
            return _shown("estimate", result, estimate_html(result), estimate_line(result))
        case Finding():
            return _shown("finding", result, card_html(result), card_text(result))
        case Figure():
            return _shown("figure", result, figure_html(result), result.alt)
        case Table():
            return _shown("table", result, table_html(result), table_text(result))
        case Estimates() | Findings():
            # On use: these are shown by this module.
            from valuelib.show.claims import table_crosstab, table_estimates, table_findings
            from valuelib.show.summary import table_untestable

            own = result.tables[result.shown_as] if isinstance(result, Explored) and result.shown_as else None
            if isinstance(result, Findings):
                untested = all(one.verdict == "not_testable" for one in result)
                table = (table_untestable if untested else table_findings)(result)
            elif isinstance(result, Crosstab):
                table = table_crosstab(result)
            elif own is not None:
                table = own
            else:
                labels = [(label_estimate(one), one) for one in result]
                table = table_estimates(labels, local.text("table.exploratory" if result.topic == "compare" else "table.estimates"))
            if isinstance(result, Estimates) and result.notes and own is None:
                table = dataclasses.replace(table, note=" ".join([table.note, *map(local.say, result.notes)]).strip())
            regrouped = isinstance(result, Estimates) and result.exploratory and result.topic not in ("compare", "crosstab")
            if result.subset is not None or regrouped:
                table = dataclasses.replace(table, caption=f"{table.caption} ({say_mark(result.subset)})")
            return show_many(result, table) if result or own is None else show(table)
    raise ParameterError(
        f"A {type(result).__name__} is no result that can be shown; expected an estimate, finding, figure or table."
    )


def chapter(name: str, title: str, question: str) -> CellOutput:
    """What heads a chapter: its title and the question it answers. Carries the style that later outputs of the notebook use.

    In a notebook, whose own heading stands above, it is a line, and nothing where there is no question: the title is then that
    heading; page and paper make a heading of its record.
    """
    line = f'<div class="vl"><p class="vl-question"><strong>{escape(title)}</strong> · {escape(question)}</p></div>'
    html = f"<style>{style()}</style>{line if question else ''}"
    data = {"name": name, "title": title, "question": question, "language": local.language}
    return CellOutput(kind="chapter", data=data, html=html, plain=f"{title}\n{question}")


def done(*planned: str, missing: str = "") -> CellOutput:
    """The last output of a notebook: it has recorded all it planned; without it the run has failed.

    Args:
        planned: names that must have been recorded by now: an estimate's, figure's or table's name, a claim's id.
        missing: one sentence in the reader's language on what this study lacks; the chapter is then that one line.
    """
    html = f'<div class="vl"><p>{escape(missing)}</p></div>' if missing else ""
    return CellOutput(kind="done", data={"planned": sorted(planned), "missing": missing}, html=html, plain=missing or "done")


def text(paragraph: str, *, name: str = "") -> CellOutput:
    """A paragraph for the client, already in the reader's language."""
    html = f'<div class="vl"><p>{escape(paragraph)}</p></div>'
    return CellOutput(kind="text", data={"name": name, "text": paragraph, "lead": [paragraph]}, html=html, plain=paragraph)


@cache
def style() -> str:
    """The style sheet of all outputs."""
    return "".join(sheet.read_text(encoding="utf-8") for sheet in (SHEET, STYLE))


def figure_html(figure: Figure, *, titled: bool = True) -> str:
    """A figure whose picture is inlined as a data address, so that no two pictures share ids and nothing is loaded.

    Args:
        figure: what is shown.
        titled: print its title; not where the same sentence stands above it already.
    """
    address = base64.b64encode(figure.svg.encode()).decode()
    image = f'<img alt="{escape(figure.alt)}" src="data:image/svg+xml;base64,{address}">'
    title = f'<p class="vl-title">{escape(figure.title)}</p>' if figure.title and titled else ""
    return f'<figure class="vl vl-figure">{title}{image}<figcaption>{escape(figure.caption)}</figcaption></figure>'


def table_html(table: Table) -> str:
    """A table with its caption, headers that say what they head, and numbers at the right, with what the page sorts them by."""

    def cell_html(cell: Cell, column: Column) -> str:
        said = escape(cell_text(cell, column))
        if not holds_number(cell, column):
            return f"<td>{said}</td>"
        order = cell.low if cell.number is None else cell.number
        sorted_by = "" if order is None else f' data-value="{order:.6g}"'
        return f'<td class="vl-number"{sorted_by}>{said}</td>'

    looks = ("" if one.kind == "text" else ' class="vl-number"' for one in table.columns)
    heads = "".join(f'<th scope="col"{look}>{escape(one.label)}</th>' for one, look in zip(table.columns, looks, strict=True))
    rows = []
    with in_language(table.language or None):
        for row in table.rows:
            cells = "".join(map(cell_html, row[1:], table.columns[1:]))
            rows.append(f'<tr><th scope="row">{escape(cell_text(row[0], table.columns[0]))}</th>{cells}</tr>')
    note = f'<p class="vl-note">{escape(table.note)}</p>' if table.note else ""
    inner = f"<caption>{escape(table.caption)}</caption><thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="vl"><div class="vl-scroll"><table class="vl-table">{inner}</table></div>{note}</div>'


def table_text(table: Table) -> str:
    """A table as plain text, its columns lined up."""
    with in_language(table.language or None):
        lines = table_lines(table)
    widths = [max(len(line[i]) for line in lines) for i in range(len(table.columns))]
    body = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([table.caption, *body, *([table.note] if table.note else [])])


def _shown(kind: str, result: Record, html: str, plain: str) -> CellOutput:
    return CellOutput(kind=kind, data=to_json(result, lean=True), html=html, plain=plain)


def estimate_line(estimate: Estimate) -> str:
    """An estimate as one line: what it is, its value, its interval and the answers behind it."""
    return "{}: {} {}".format(*_estimate_parts(estimate)).rstrip()


def estimate_html(estimate: Estimate) -> str:
    """An estimate as one line of html, its value large."""
    label, value, rest = _estimate_parts(estimate)
    return f'<div class="vl"><p class="vl-estimate">{escape(label)}: <strong>{escape(value)}</strong> {escape(rest)}</p></div>'


def _estimate_parts(estimate: Estimate) -> tuple[str, str, str]:
    label = label_estimate(estimate)
    if estimate.value is None:
        mark = f"({say_mark(estimate.subset)})" if estimate.exploratory else ""
        return label, NONE, f"{local.say(estimate.reason) if estimate.reason else ''} {mark}".strip()
    decimals = 2 if estimate.unit in ("ratio", "coefficient") else 0 if estimate.unit == "count" else 1
    interval = local.interval(estimate.ci_low, estimate.ci_high, decimals)
    behind = local.plural("common.answers_n", estimate.n)
    if interval != NONE:
        behind = f"{local.text('page.interval', level=estimate.level, interval=interval)}; {behind}"
    behind += f"; {say_mark(estimate.subset)}" if estimate.exploratory else ""
    return label, local.number(estimate.value, decimals), f"({behind})"


# Many results in one table, and outputs folded away


def show_many(results: Sequence[Estimate] | Sequence[Finding], table: Table) -> CellOutput:
    """One table for the reader, all its results for the report: `results.json` gets each of them.

    Most estimates of a table say the same of method and source, so each is recorded by what differs from the one before.
    """
    items: list[dict[str, Any]] = []
    before: dict[str, Any] = {}
    for result in results:
        whole = to_json(result, lean=isinstance(result, Finding))
        told = {key: value for key, value in whole.items() if key not in before or before[key] != value}
        items.append({"kind": type(result).__name__.lower(), "data": told})
        before = whole if isinstance(result, Estimate) else {}
    data = {"name": table.name, "items": items, "table": to_json(table)}
    return CellOutput(kind="many", data=data, html=table_html(table), plain=table_text(table))


def whole_items(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The records of many results as `show_many` was given them."""
    found: list[dict[str, Any]] = []
    for item in items:
        before = found[-1]["data"] if found and item["kind"] == "estimate" else {}
        found.append({"kind": item["kind"], "data": {**before, **item["data"]}})
    return found


def collapsible(title: str, shown: CellOutput) -> CellOutput:
    """The same output behind a line that opens it; its record keeps that line, so that the page can fold it away too."""
    data = {**shown.data, FOLDED: title}
    return dataclasses.replace(shown, data=data, html=fold_html(title, shown.html), plain=f"{title}\n{shown.plain}")


def fold_html(title: str, html: str) -> str:
    """Html behind a line that opens it."""
    return f'<details class="vl vl-fold"><summary>{escape(title)}</summary>{html}</details>'


# A titled list of sentences: things to do, things assumed, quotes; one passage that every output can set


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what is said, of what, on what it rests, and the chapter with the evidence; all but the first may be empty."""

    said: str
    about: str = ""
    rests_on: str = ""
    chapter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A title, sentences before the list, its items, and a note below; everything in the reader's language."""

    name: str
    title: str = ""
    lead: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    note: str = ""
    numbered: bool = False


def show_passage(passage: Passage) -> CellOutput:
    """The passage as an output of a notebook cell; its record holds the parts and the whole as plain text."""
    plain = passage_text(passage)
    return CellOutput(kind="text", data={**asdict(passage), "text": plain}, html=passage_html(passage), plain=plain)


def passage_html(passage: Passage) -> str:
    """The passage as html; everything said is escaped."""
    items = []
    for item in passage.items:
        about = f"<strong>{escape(item.about)}:</strong> " if item.about else ""
        rests_on = f" <em>{escape(item.rests_on)}</em>" if item.rests_on else ""
        if item.rests_on and item.chapter:
            rests_on = f' <a href="#{escape(anchor(item.chapter))}">{rests_on.strip()}</a>'
        items.append(f"<li>{about}{escape(item.said)}{rests_on}</li>")
    list_tag = "ol" if passage.numbered else "ul"
    parts = [f"<h3>{escape(passage.title)}</h3>"] if passage.title else []
    parts += [f"<p>{escape(line)}</p>" for line in passage.lead]
    parts += [f"<{list_tag}>{''.join(items)}</{list_tag}>"] if items else []
    parts += [f'<p class="vl-note">{escape(passage.note)}</p>'] if passage.note else []
    return f'<div class="vl">{"".join(parts)}</div>'


def passage_text(passage: Passage) -> str:
    """The passage as plain text, one line a part."""
    items = [f"{f'{number}.' if passage.numbered else '-'} {item_text(item)}" for number, item in enumerate(passage.items, start=1)]
    lines = [passage.title, *passage.lead, *items, passage.note]
    return "\n".join(line for line in lines if line)


def item_text(item: Item) -> str:
    """One item as a line."""
    said = f"{item.about}: {item.said}" if item.about else item.said
    return f"{said} {item.rests_on}".rstrip()


def anchor(chapter: str) -> str:
    """The id of a chapter in every output."""
    return chapter.replace("_", "-")


PACKAGES = ("valuelib", "numpy", "scipy", "pandas", "matplotlib")


def say_versions() -> str:
    """Versions of Python and the packages that the figures rest on, in one line."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    return ", ".join([f"Python {python}", *(f"{name} {version(name)}" for name in PACKAGES)])


CHAPTERS = (
    "00_executive_summary",
    "01_data_quality",
    "02_value_pyramid",
    "03_nps_claim",
    "04_repurchase_claim",
    "05_halo",
    "06_specifications",
    "07_drivers",
    "07_thresholds",
    "08_effort_and_enhancement",
    "09_cocreation",
    "10_both_sides",
    "11_over_time",
    "12_people",
    "13_listening",
    "14_roll_out",
    "15_comparability",
    "16_choices",
    "portfolio",
    "plan_a_study",
)


def chapter_of(claim: Claim) -> str:
    """The chapter with the evidence of a claim; a client's own claims stand in the summary.

    Raises:
        ValuelibError: the claim names a chapter that a report does not have.
    """
    if claim.chapter not in CHAPTERS:
        raise ValuelibError(f"The claim {claim.id} names the chapter {claim.chapter!r}; expected one of {', '.join(CHAPTERS)}.")
    return claim.chapter


def further_claims(chapter: str, *shown: str) -> tuple[Claim, ...]:
    """The register's claims of a chapter beside those that it shows in its own words."""
    return tuple(one for one in claims() if chapter_of(one) == chapter and one.id not in shown)


def open_chapter(name: str) -> CellOutput:
    """The heading of a chapter in the reader's language."""
    return chapter(name, local.text(f"chapter.{name}.title"), local.text(f"chapter.{name}.question"))

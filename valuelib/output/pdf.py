"""The report on paper: the same content, set by typst as a tagged PDF that screen readers can read (PDF/UA-1)."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst

from valuelib.errors import RunError
from valuelib.output.brand import Brand
from valuelib.output.content import Block, Card, Content, Section
from valuelib.results import Cell, Column, Figure, Table
from valuelib.show.display import Passage, anchor
from valuelib.show.localizer import in_language, local
from valuelib.show.tables import holds_number, text_rows

# What does the template of the PDF get to set? The content as plain values: nothing in it is markup.

NARROWEST, PLAIN, WIDEST = 5, 18, 56  # letters that a column's share of the width is counted from
ROW_MAY_BREAK = 900  # letters of a cell above which its row may go over to the next page: what is kept whole must fit on one
TABLE_MAY_BREAK = 1800  # the same for a table
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # no font has them, and PDF/UA refuses what cannot be shown
MAY_BREAK = 3200  # letters above which a card fills most of a page, so that it may go over to the next
SIZE = re.compile(r'<svg[^>]*?width="([\d.]+)pt"[^>]*?height="([\d.]+)pt"', re.DOTALL)


def pdf_document(content: Content, brand: Brand, logo: str) -> dict[str, Any]:
    """Everything that is printed, in order.

    Args:
        content: the report.
        brand: its name, colours and footer.
        logo: file name of the logo beside the template, or an empty text.
    """
    return {
        "language": local.language,
        "client": content.client,
        "title": content.title,
        "facts": [list(fact) for fact in content.facts],
        "contents": content.words["contents"],
        "page": local.text("report.page"),
        "sections": [
            {
                "id": section.id,
                "title": section.title,
                "question": section.question,
                "blocks": [_block(block, _figure_name(place, at), told) for at, block in enumerate(section.blocks)],
            }
            for place, (section, told) in enumerate(with_told(content.shown))
        ],
        "lacking_title": local.text("common.what_data_could_not"),
        "lacking": [{"title": section.title, "said": section.missing} for section in content.lacking],
        "small_print": [content.words["checkable"], content.words["marks"], content.words["made_with"]],
        "brand": {"name": brand.name, "ink": brand.ink, "accent": brand.accent, "footer": brand.footer, "logo": logo},
    }


def showable(value: Any) -> Any:
    """The same values with a blank for every control character in their texts."""
    if isinstance(value, str):
        return CONTROL.sub(" ", value)
    if isinstance(value, list):
        return [showable(one) for one in value]
    return {key: showable(one) for key, one in value.items()} if isinstance(value, dict) else value


def pdf_figures(content: Content) -> dict[str, str]:
    """SVG text by the file name under which the document speaks of it."""
    return {
        _figure_name(place, at): block.svg
        for place, section in enumerate(content.shown)
        for at, block in enumerate(section.blocks)
        if isinstance(block, Figure)
    }


def with_told(sections: Sequence[Section]) -> list[tuple[Section, frozenset[str]]]:
    """Each chapter with the claims whose card comes again in a later one: what these rest on is told there, once."""
    claims = [frozenset(block.finding.claim.id for block in section.blocks if isinstance(block, Card)) for section in sections]
    return [(section, frozenset().union(*claims[place + 1 :])) for place, section in enumerate(sections)]


def _figure_name(section: int, block: int) -> str:
    return f"figure-{section}-{block}.svg"


def _block(block: Block, figure_name: str, later: frozenset[str]) -> dict[str, Any]:
    match block:
        case Card():
            return _card(block, later)
        case Figure():
            width, height = size_of(block.svg)
            return {
                "kind": "figure",
                "file": figure_name,
                "alt": block.alt,
                "caption": block.caption,
                "width": width,
                "height": height,
            }
        case Table():
            return {"kind": "table", "caption": block.caption, "note": block.note, **_grid(block.columns, block.rows)}
        case Passage():
            return {
                "kind": "passage",
                "title": block.title,
                "lead": list(block.lead),
                "items": [
                    {"said": item.said, "about": item.about, "rests_on": item.rests_on, "to": anchor(item.chapter)}
                    for item in block.items
                ],
                "note": block.note,
                "numbered": block.numbered,
            }


def _card(card: Card, later: frozenset[str]) -> dict[str, Any]:
    words, evidence = card.words, _grid(card.words.columns, card.words.rows)
    behind = () if card.finding.claim.id in later else words.behind
    return {
        "kind": "card",
        "verdict": words.verdict,
        "sign": words.sign,
        "colour": words.colour,
        "tag": words.tag,
        "statement": words.statement,
        "sentence": words.sentence,
        "evidence": {"caption": words.evidence, **evidence},
        "deciding": -1 if words.deciding is None else words.deciding,
        "settles": list(words.settles),
        "folded": words.folded or local.text("common.where_claim_comes"),
        "behind": list(behind),
        "long": sum(map(len, (words.statement, words.sentence, *words.settles, *behind, *chain(*evidence["rows"])))) > MAY_BREAK,
    }


def _grid(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> dict[str, Any]:
    """Texts of the cells with each column's share of the width, and which of them are numbers, which stand at the right."""
    texts, heads = text_rows(columns, rows), [column.label for column in columns]
    by_column = list(zip(*texts, strict=True)) if texts else [() for _ in columns]
    return {
        "columns": heads,
        "rows": texts,
        "long_rows": [max(map(len, row), default=0) > ROW_MAY_BREAK for row in texts],
        "long": len(texts) > 12 or sum(len(cell) for row in texts for cell in row) > TABLE_MAY_BREAK,
        "widths": [_width(head, cells) for head, cells in zip(heads, by_column, strict=True)],
        "numbers": [
            [column.kind != "text" for column in columns],
            *([holds_number(cell, column) for cell, column in zip(row, columns, strict=True)] for row in rows),
        ],
    }


def _width(head: str, cells: Sequence[str]) -> float:
    """Letters that the column asks for: short cells all of theirs, long ones less than half of what goes beyond `PLAIN`."""
    longest_word = max((len(word) for cell in (head, *cells) for word in cell.split(" ")), default=0)
    longest = max((len(cell) for cell in cells), default=0)
    asked = longest if longest <= PLAIN else PLAIN + 0.4 * (longest - PLAIN)
    return max(NARROWEST, min(longest_word, PLAIN), min(WIDEST, asked))


def size_of(svg: str) -> tuple[float, float]:
    """Width and height of a figure in points, as it says itself; 4 to 3 where it does not."""
    found = SIZE.search(svg)
    return (float(found[1]), float(found[2])) if found else (400.0, 300.0)


# The bytes of the PDF, the same on every machine and at any time

TEMPLATE = Path(__file__).with_name("report.typ")
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"


def render_pdf(content: Content, brand: Brand) -> bytes:
    """The PDF of a report: A4, tagged, bookmarked, PDF/UA-1; equal content gives equal bytes.

    Raises:
        RunError: typst refuses the document, for instance a logo that it cannot read.
    """
    with in_language(content.language), tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        for name, svg in pdf_figures(content).items():
            (folder / name).write_text(svg, encoding="utf-8")
        logo = ""
        if brand.logo is not None:
            logo = f"logo{brand.logo.suffix.lower()}"
            (folder / logo).write_bytes(brand.logo.read_bytes())
        document = json.dumps(showable(pdf_document(content, brand, logo)), ensure_ascii=False)
        (folder / "content.json").write_text(document, encoding="utf-8")
        return _compile(folder)


def _compile(folder: Path) -> bytes:
    try:
        made = typst.compile(
            folder / TEMPLATE.name,
            root=folder,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards="ua-1",
        )
    except typst.TypstError as err:
        raise RunError("report.pdf", f"typst could not set the page: {err.message}") from err
    if not isinstance(made, bytes):
        raise RunError("report.pdf", "typst gave no document.")
    return made


# The report on paper: the same content, set by typst as a tagged PDF that screen readers can read (PDF/UA-1).

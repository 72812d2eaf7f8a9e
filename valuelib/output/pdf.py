"""The report on paper: the same content, set by typst as a tagged PDF that screen readers can read (PDF/UA-1)."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst

from valuelib.errors import ParameterError, RunError
from valuelib.output.brand import BRAND_FILE, Brand
from valuelib.output.content import Block, Card, Content
from valuelib.output.scratch import scratch_folder
from valuelib.results import Cell, Column, Figure, Table
from valuelib.show.display import Passage, anchor
from valuelib.show.localizer import in_language, local
from valuelib.show.tables import holds_number, text_rows

TEMPLATE = Path(__file__).with_name("report.typ")
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
NARROWEST, PLAIN, WIDEST = 5, 18, 56  # letters that a column's share of the width is counted from
ROW_MAY_BREAK = 900  # letters of a cell above which its row may go over to the next page: what is kept whole must fit on one
TABLE_MAY_BREAK = 1800  # the same for a table
MAY_BREAK = 3200  # letters above which a card fills most of a page, so that it may go over to the next
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # no font has them, and PDF/UA refuses what cannot be shown
SIZE = re.compile(r'<svg[^>]*?width="([\d.]+)pt"[^>]*?height="([\d.]+)pt"', re.DOTALL)


def render_pdf(content: Content, brand: Brand) -> bytes:
    """The PDF of a report: A4, tagged, bookmarked, PDF/UA-1; equal content gives equal bytes.

    Raises:
        RunError: typst refuses the document, for instance a logo that it cannot read.
    """
    with in_language(content.language), scratch_folder() as folder:
        (folder / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        document = json.dumps(showable(pdf_document(content, brand, folder)), ensure_ascii=False)
        (folder / "content.json").write_text(document, encoding="utf-8")
        return typeset(folder / TEMPLATE.name, "report.pdf", "typst could not set the page", format="pdf", pdf_standards="ua-1")


def check_logo(brand: Brand) -> None:
    """Refuse a logo that cannot be drawn, before anything runs.

    Raises:
        ParameterError: typst cannot read it.
    """
    if brand.logo is None:
        return
    with scratch_folder() as folder:
        file = folder / f"logo{brand.logo.suffix.lower()}"
        file.write_bytes(brand.logo.read_bytes())
        (folder / "sheet.typ").write_text(f'#image("{file.name}")\n', encoding="utf-8")
        try:
            typeset(folder / "sheet.typ", "report.pdf", "it cannot be drawn", format="pdf")
        except RunError as err:
            raise ParameterError(
                f"The logo {brand.logo.name} of {BRAND_FILE}: {err.cause}. Expected: a drawing that is whole in its own file. "
                "Export it anew as a plain .svg or .png."
            ) from err


def typeset(file: Path, output: str, failure: str, **form: Any) -> bytes:
    """What typst makes of a file, in our fonts alone, so that the bytes are the same on every machine.

    Raises:
        RunError: typst refuses it; names the output and says what failed.
    """
    try:
        made = typst.compile(file, root=file.parent, font_paths=[FONTS], ignore_system_fonts=True, **form)
    except typst.TypstError as err:
        raise RunError(output, f"{failure}: {err.message}") from err
    if not isinstance(made, bytes):
        raise RunError(output, f"{failure}: it is not one document.")
    return made


def pdf_document(content: Content, brand: Brand, folder: Path) -> dict[str, Any]:
    """Everything that is printed, in order, as plain values: nothing in it is markup.

    Args:
        content: the report.
        brand: its name, colours, footer and logo.
        folder: takes the figures and the logo, beside the template.
    """
    logo = ""
    if brand.logo is not None:
        logo = f"logo{brand.logo.suffix.lower()}"
        (folder / logo).write_bytes(brand.logo.read_bytes())
    sections: list[dict[str, Any]] = []
    later: set[str] = set()  # claims whose card comes again in a later chapter: what these rest on is told there, once
    for place, section in reversed(list(enumerate(content.shown))):
        blocks = []
        for at, block in enumerate(section.blocks):
            if isinstance(block, Figure):
                (folder / f"figure-{place}-{at}.svg").write_text(block.svg, encoding="utf-8")
            blocks.append(_block(block, f"figure-{place}-{at}.svg", later))
        sections.insert(0, {"id": section.id, "title": section.title, "question": section.question, "blocks": blocks})
        later |= {block.finding.claim.id for block in section.blocks if isinstance(block, Card)}
    return {
        "language": local.language,
        "client": content.client,
        "title": content.title,
        "facts": [list(fact) for fact in content.facts],
        "contents": content.words["contents"],
        "page": local.text("report.page"),
        "sections": sections,
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


def _block(block: Block, file: str, later: set[str]) -> dict[str, Any]:
    """A block as plain values; `file` is the name of its figure."""
    match block:
        case Card(words=words):
            evidence = _grid(words.columns, words.rows)
            behind = () if block.finding.claim.id in later else words.behind
            letters = (words.statement, words.sentence, *words.settles, *behind, *chain(*evidence["rows"]))
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
                "long": sum(map(len, letters)) > MAY_BREAK,
            }
        case Figure():
            width, height = size_of(block.svg)
            shape = {"width": width, "height": height}
            return {"kind": "figure", "file": file, "alt": block.alt, "caption": block.caption, **shape}
        case Table():
            return {"kind": "table", "caption": block.caption, "note": block.note, **_grid(block.columns, block.rows)}
        case Passage():
            items = [
                {"said": item.said, "about": item.about, "rests_on": item.rests_on, "to": anchor(item.chapter)}
                for item in block.items
            ]
            rest = {"note": block.note, "numbered": block.numbered}
            return {"kind": "passage", "title": block.title, "lead": list(block.lead), "items": items, **rest}


def _grid(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> dict[str, Any]:
    """Texts of the cells with each column's share of the width, and which of them are numbers, which stand at the right.

    A column asks for all letters of short cells, and of long ones for less than half of what goes beyond `PLAIN`.
    """
    texts, heads = text_rows(columns, rows), [column.label for column in columns]
    widths = []
    for place, head in enumerate(heads):
        cells = [row[place] for row in texts]
        longest_word = max(len(word) for cell in (head, *cells) for word in cell.split(" "))
        longest = max(map(len, cells), default=0)
        asked = longest if longest <= PLAIN else PLAIN + 0.4 * (longest - PLAIN)
        widths.append(max(NARROWEST, min(longest_word, PLAIN), min(WIDEST, asked)))
    return {
        "columns": heads,
        "rows": texts,
        "long_rows": [max(map(len, row), default=0) > ROW_MAY_BREAK for row in texts],
        "long": len(texts) > 12 or sum(len(cell) for row in texts for cell in row) > TABLE_MAY_BREAK,
        "widths": widths,
        "numbers": [
            [column.kind != "text" for column in columns],
            *([holds_number(cell, column) for cell, column in zip(row, columns, strict=True)] for row in rows),
        ],
    }


# A figure that is no chart gets onto a slide or a sheet as a picture drawn by typst, since not every program reads SVG.
SHEET = '#set page(width: auto, height: auto, margin: 0pt)\n#image("figure.svg")\n'
PIXELS_AN_INCH = 160


def picture_of(svg: str) -> bytes:
    """PNG of an SVG; the same bytes for the same drawing.

    Raises:
        RunError: typst cannot read the drawing.
    """
    with scratch_folder() as folder:
        (folder / "figure.svg").write_text(svg, encoding="utf-8")
        (folder / "sheet.typ").write_text(SHEET, encoding="utf-8")
        return typeset(folder / "sheet.typ", "report.pptx", "a figure could not be drawn", format="png", ppi=PIXELS_AN_INCH)


def size_of(svg: str) -> tuple[float, float]:
    """Width and height of a figure in points, as it says itself; 4 to 3 where it does not."""
    found = SIZE.search(svg)
    return (float(found[1]), float(found[2])) if found else (400.0, 300.0)

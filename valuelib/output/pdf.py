"""The report on paper: the same content, set by typst as a tagged PDF that screen readers can read (PDF/UA-1)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

import matplotlib as mpl
import typst

from valuelib.errors import ParameterError, RunError
from valuelib.output.brand import BRAND_FILE, Brand
from valuelib.output.content import Block, Card, Content, Section
from valuelib.output.edition import Edition
from valuelib.output.scratch import scratch_folder
from valuelib.results import Cell, Column, Figure, Table
from valuelib.show import canvas
from valuelib.show.display import Passage, anchor
from valuelib.show.localizer import in_language, local
from valuelib.show.story import FINE, Number, say_range
from valuelib.show.tables import holds_number, text_rows
from valuelib.theory.reading import DESIGNS

TEMPLATES = Path(__file__).parent / "template"
FONT_FOLDERS = [canvas.FONTS, Path(mpl.get_data_path()) / "fonts" / "ttf"]  # the second has the signs that the first lacks
NARROWEST, PLAIN, WIDEST = 5, 18, 56  # letters that a column's share of the width is counted from
ROW_MAY_BREAK = 900  # letters of a cell above which its row may go over to the next page: what is kept whole must fit on one
TABLE_MAY_BREAK = 1800  # the same for a table
MAY_BREAK = 1800  # letters above which a card fills half a page, so that it may go over to the next
WORDS = ("answer", "say", "avoid", "nothing_to_say", "nothing_to_avoid", "actions", "board", "board_note", "limits", "method")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # no font has them, and PDF/UA refuses what cannot be shown
SIZE = re.compile(r'<svg[^>]*?width="([\d.]+)pt"[^>]*?height="([\d.]+)pt"', re.DOTALL)


def render_pdf(content: Content, brand: Brand) -> bytes:
    """The client edition as a PDF: A4, tagged, bookmarked, PDF/UA-1; equal content gives equal bytes.

    Raises:
        RunError: typst refuses the document, for instance a logo that it cannot read.
    """
    if content.edition is None:
        return render_annex(content, brand)
    return _set("edition.typ", "report.pdf", content, brand, edition_document)


def render_annex(content: Content, brand: Brand) -> bytes:
    """Everything behind the edition, numbered as the edition names it; of a content without an edition, all of it.

    Raises:
        RunError: typst refuses the document.
    """
    return _set("annex.typ", "annex.pdf", content, brand, annex_document)


def _set(
    template: str, output: str, content: Content, brand: Brand, document: Callable[[Content, Brand, Path], dict[str, Any]]
) -> bytes:
    with in_language(content.language), scratch_folder() as folder:
        for file in ("common.typ", template):
            (folder / file).write_bytes((TEMPLATES / file).read_bytes())
        values = json.dumps(showable(document(content, brand, folder)), ensure_ascii=False)
        (folder / "content.json").write_text(values, encoding="utf-8")
        return typeset(folder / template, output, "typst could not set the page", format="pdf", pdf_standards="ua-1")


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
        made = typst.compile(file, root=file.parent, font_paths=FONT_FOLDERS, ignore_system_fonts=True, **form)
    except typst.TypstError as err:
        raise RunError(output, f"{failure}: {err.message}") from err
    if not isinstance(made, bytes):
        raise RunError(output, f"{failure}: it is not one document.")
    return made


def annex_document(content: Content, brand: Brand, folder: Path) -> dict[str, Any]:
    """Everything that the annex prints, in order, as plain values: nothing in it is markup.

    Args:
        content: the report.
        brand: its name, colours, footer and logo.
        folder: takes the figures and the logo, beside the template.
    """
    edition = content.edition
    ids = {} if edition is None else {(one.section, one.place): one.id for one in edition.annex}
    order = content.shown if edition is None else annex_sections(content)
    title = content.title if edition is None else local.text("edition.annex.title")
    sections: list[dict[str, Any]] = []
    later: set[str] = set()  # claims whose card comes again in a later chapter: what these rest on is told there, once
    for place, section in reversed(list(enumerate(order))):
        blocks = []
        for at, block in enumerate(section.blocks):
            if edition is not None and (section.id, at) not in ids:
                continue
            name = _draw(block, folder, f"figure-{place}-{at}.svg")
            blocks.append({"id": ids.get((section.id, at), ""), **_block(block, name, later)})
        sections.insert(0, {"id": section.id, "title": section.title, "question": section.question, "blocks": blocks})
        later |= {block.finding.claim.id for block in section.blocks if isinstance(block, Card)}
    return {
        **_frame(content, brand, folder, title),
        "title": title,
        "small_print": [content.words["checkable"], content.words["marks"], content.words["made_with"]],
        "facts": [list(fact) for fact in content.facts],
        "contents": content.words["contents"],
        "sections": sections,
        "lacking_title": local.text("common.what_data_could_not"),
    }


def edition_document(content: Content, brand: Brand, folder: Path) -> dict[str, Any]:
    """Everything that the edition prints, in order, as plain values.

    Args:
        content: a report with its edition.
        brand: its name, colours, footer and logo.
        folder: takes the figures and the logo, beside the template.
    """
    edition = content.edition
    assert edition is not None  # whoever asks has looked
    lead = next((page for page in edition.pages if page.key == "overview"), None)
    overview = None
    if lead is not None:
        shown = _block(lead.blocks[0], _draw(lead.blocks[0], folder, "overview.svg"), set())
        overview = {**shown, "title": lead.title}
    messages = []
    for at, page in enumerate(one for one in edition.pages if one is not lead):
        shown_blocks = []
        for place, block in enumerate(page.blocks):
            made = _block(block, _draw(block, folder, f"page-{at}-{place}.svg"), set())
            repeats = isinstance(block, Figure) and (place == 0 or block.title == page.title)  # the message stands above it
            shown_blocks.append({**made, "title": ""} if repeats else made)
        messages.append(
            {
                "title": page.title,
                "claims": list(page.claims),
                "text": list(page.text),
                "shown": [one for one in shown_blocks if one["kind"] != "card"],
                "source": page.source,
                "evidence": say_evidence(page.evidence),
                "long": len(page.blocks) > (1 if page.key.startswith("own.") else 2),
            }
        )
    return {
        **_frame(content, brand, folder, local.text("edition.report")),
        "title": edition.title,
        "small_print": [content.words["marks"]],
        "facts": [edition.source, *(f"{name}: {fact}" for name, fact in content.facts[1:])],
        "answer": list(edition.sentences),
        "reading": edition.reading,
        "numbers": [number_strip(one) for one in edition.numbers],
        "say": list(edition.say),
        "avoid": [list(pair) for pair in edition.avoid_once],
        "actions": [asdict(one) for one in edition.actions],
        "overview": overview,
        "board": [
            {
                "claim": row.statement,
                "tested": row.finding.confirmatory,
                "verdict": row.verdict,
                "sign": row.sign,
                "colour": row.colour,
                "figure": row.figure,
                "grade": row.grade,
            }
            for row in edition.on_paper
        ],
        "messages": messages,
        "limits": list(edition.limits),
        "method": list(edition.method),
        "glossary": [{"term": term, "meaning": meaning} for term, meaning in content.glossary],
        "words": edition_words(edition),
    }


def edition_words(edition: Edition, *, paper: bool = True) -> dict[str, Any]:
    """The words of an edition's frame in the reader's language; on paper the board may be cut, and says so."""
    words: dict[str, Any] = {key: local.text(f"edition.words.{key}") for key in WORDS}
    if any(row.finding.evidence_level in DESIGNS for row in edition.board):
        words["board_note"] = local.text("edition.words.board_note_design")
    left = len(edition.board) - len(edition.on_paper)
    if left and paper:
        words["board_note"] = f"{words['board_note']} {local.plural('edition.words.board_left', left)}"
    words["board_rest"] = local.plural("edition.words.board_rest", left) if left else ""
    words["action_heads"] = [local.text(f"edition.head.{key}") for key in ("what", "who", "when", "sure")]
    words["board_heads"] = [local.text(f"edition.head.{key}") for key in ("claim", "verdict", "figure", "evidence")]
    words["lacking"] = local.text("common.what_data_could_not")
    words["glossary"] = local.text("report.words_report")
    return words


def say_evidence(ids: Sequence[str]) -> str:
    """Which pieces of the annex stand behind a message: "Evidence: annex A7–A15"; empty where none does."""
    if not ids:
        return ""
    return local.text("edition.evidence", ids=ids[0] if len(ids) == 1 else f"{ids[0]}–{ids[-1]}")


def number_strip(one: Number) -> dict[str, Any]:
    """A large figure with the scale of its strip: wide enough for its interval and every mark."""
    decimals = 0 if abs(one.value) >= FINE else 1
    marks = [{"value": 0.0, "kind": "none", "label": local.text("common.no_effect"), "above": True}]
    for size, said in zip(one.claimed, one.claimed_as, strict=True):
        marks.append({"value": size, "kind": "claim", "label": said, "above": False})
    if one.raw is not None:
        said = local.text("edition.mark.raw", size=local.points(one.raw, decimals))
        marks.append({"value": one.raw, "kind": "raw", "label": said, "above": True})
    places = [one.low, one.high, *(float(str(mark["value"])) for mark in marks)]
    room = 0.06 * (max(places) - min(places))
    first, second = one.groups or (None, None)
    groups = "" if first is None else local.text("edition.groups", first=local.number(first, 0), second=local.number(second, 0))
    return {
        "name": one.outcome,
        "figure": local.points(one.value, decimals),
        "unit": one.unit,
        "interval": f"({say_range(one.low, one.high, decimals)})",
        "groups": groups,
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "low-end": min(places) - room,
        "high-end": max(places) + room,
        "marks": marks,
    }


def annex_sections(content: Content) -> tuple[Section, ...]:
    """The chapters in the order of the annex: what the summary gathered from them comes last."""
    edition = content.edition
    order = dict.fromkeys(one.section for one in edition.annex) if edition is not None else {}
    sections = {section.id: section for section in content.shown}
    return tuple(sections[name] for name in order)


def _frame(content: Content, brand: Brand, folder: Path, name: str) -> dict[str, Any]:
    """What stands on every page of the document of that name."""
    logo = ""
    if brand.logo is not None:
        logo = f"logo{brand.logo.suffix.lower()}"
        (folder / logo).write_bytes(brand.logo.read_bytes())
    return {
        "language": local.language,
        "client": content.client,
        "page": local.text("report.page"),
        "lacking": [{"title": section.title, "said": section.missing} for section in content.lacking],
        "foot": running_foot(content, brand, name),
        "brand": {"name": brand.name, "ink": brand.ink, "accent": brand.accent, "footer": brand.footer, "logo": logo},
    }


def running_foot(content: Content, brand: Brand, name: str) -> list[str]:
    """What stands at the foot of each page of the document of that name: client, document, date, the brand's own line."""
    date = next((fact for label, fact in content.facts if label == local.text("report.fieldwork")), "")
    return [said for said in (content.client, name, date, brand.footer) if said]


def _draw(block: Block, folder: Path, name: str) -> str:
    """The name of a figure's file, which is written beside the template; of any other block a name that nothing reads."""
    if isinstance(block, Figure):
        (folder / name).write_text(block.svg, encoding="utf-8")
    return name


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
            said = {"title": block.title, "alt": block.alt, "caption": block.caption}
            return {"kind": "figure", "file": file, **said, **shape}
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

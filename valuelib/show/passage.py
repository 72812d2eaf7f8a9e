"""How does a titled list of sentences appear: things to do, things assumed, quotes? As one passage that every output can set."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from html import escape

from valuelib.show.display import Shown


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


def show_passage(passage: Passage) -> Shown:
    """The passage as an output of a notebook cell; its record holds the parts and the whole as plain text."""
    plain = passage_text(passage)
    return Shown(kind="text", data={**asdict(passage), "text": plain}, html=passage_html(passage), plain=plain)


def passage_html(passage: Passage) -> str:
    """The passage as html; everything said is escaped."""
    list_tag = "ol" if passage.numbered else "ul"
    parts = [f"<h3>{escape(passage.title)}</h3>"] if passage.title else []
    parts += [f"<p>{escape(line)}</p>" for line in passage.lead]
    if passage.items:
        parts.append(f"<{list_tag}>{''.join(_item_html(item) for item in passage.items)}</{list_tag}>")
    if passage.note:
        parts.append(f'<p class="vl-note">{escape(passage.note)}</p>')
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


def _item_html(item: Item) -> str:
    about = f"<strong>{escape(item.about)}:</strong> " if item.about else ""
    rests_on = f" <em>{escape(item.rests_on)}</em>" if item.rests_on else ""
    if item.rests_on and item.chapter:
        rests_on = f' <a href="#{escape(anchor(item.chapter))}">{rests_on.strip()}</a>'
    return f"<li>{about}{escape(item.said)}{rests_on}</li>"

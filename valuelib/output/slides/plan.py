"""The slides of a report in their order, and what stands on each: one thought a slide; the rest goes to the notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from valuelib.output.content import Card, Content, Section
from valuelib.results import Figure, Table
from valuelib.show.display import Item, Passage, item_text
from valuelib.show.localizer import local
from valuelib.show.tables import table_lines

ROWS_A_BOARD = 4
LETTERS_A_SLIDE, ITEMS_A_SLIDE = 950, 5


@dataclass(frozen=True, slots=True)
class Cover:
    """The first slide."""

    client: str
    title: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The claims under test with their verdicts."""

    kicker: str
    title: str
    cards: tuple[Card, ...]
    notes: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: verdict, sentence, and the figures behind it."""

    kicker: str
    card: Card


@dataclass(frozen=True, slots=True)
class Picture:
    """One figure under the sentence that it shows."""

    kicker: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Points:
    """A titled list."""

    kicker: str
    title: str
    items: tuple[Item, ...]
    first: int
    numbered: bool
    notes: str


Slide = Cover | Board | Claim | Picture | Points


def plan_slides(content: Content) -> tuple[Slide, ...]:
    """Cover, scoreboard, what to do, the claims under test, then chapter by chapter, what was lacking, and the small print."""
    facts = tuple(f"{name}: {said}" for name, said in content.facts)
    summary, chapters = content.shown[:1], content.shown[1:]
    tested = {block.finding.claim.id for section in summary for block in section.blocks if isinstance(block, Card)}
    title = local.text("common.what_data_could_not")
    items = tuple(Item(section.missing, section.title.rstrip("?")) for section in content.lacking)
    return (
        Cover(content.client, content.title, facts),
        *(slide for section in summary for slide in _of_summary(section)),
        *(slide for section in chapters for slide in _of_chapter(section, tested)),
        *_points(title, Passage(name="lacking", title=title, items=items)),
        *_small_print(content),
    )


def _of_summary(section: Section) -> Iterator[Slide]:
    cards = [block for block in section.blocks if isinstance(block, Card)]
    board = next((block for block in section.blocks if isinstance(block, Figure)), None)
    for start in range(0, len(cards), ROWS_A_BOARD):
        title = section.title if board is None else board.title or section.title
        yield Board(
            section.title,
            title,
            tuple(cards[start : start + ROWS_A_BOARD]),
            "" if board is None else f"{board.alt}\n{board.caption}",
        )
    for block in section.blocks:
        if isinstance(block, Passage) and block.items:
            yield from _points(section.title, block)
    for card in cards:
        yield Claim(section.title, card)


def _of_chapter(section: Section, tested: set[str]) -> Iterator[Slide]:
    """Figures, the claims that the summary has not shown yet, and the tables and texts that an analyst put into the report."""
    for place, block in enumerate(section.blocks):
        if place in section.placed and isinstance(block, Table):
            _, *rows = table_lines(block)
            items = tuple(Item(" · ".join(rest), about=first) for first, *rest in rows)
            yield from _points(section.title, Passage(name=block.name, title=block.caption, items=items, note=block.note))
        elif place in section.placed and isinstance(block, Passage) and not block.items:
            yield from _points(section.title, replace(block, lead=(), items=tuple(Item(line) for line in block.lead)))
        elif isinstance(block, Figure):
            yield Picture(section.title, block)
        elif isinstance(block, Card) and block.finding.claim.id not in tested:
            yield Claim(section.title, block)
        elif isinstance(block, Passage) and block.items:
            yield from _points(section.title, block)


def _points(kicker: str, passage: Passage) -> Iterator[Points]:
    """A passage over as many slides as its items need."""
    notes, first = "\n".join([*passage.lead, passage.note]).strip(), 1
    for items in _portions(passage.items):
        yield Points(kicker, passage.title or kicker, items, first, passage.numbered, notes)
        first += len(items)


def _portions(items: Sequence[Item]) -> Iterator[tuple[Item, ...]]:
    portion: list[Item] = []
    for item in items:
        full = sum(len(item_text(one)) for one in (*portion, item)) > LETTERS_A_SLIDE or len(portion) == ITEMS_A_SLIDE
        if portion and full:
            yield tuple(portion)
            portion = []
        portion.append(item)
    if portion:
        yield tuple(portion)


def _small_print(content: Content) -> Iterable[Slide]:
    lines = (content.words["checkable"], content.words["marks"], content.words["made_with"])
    title = content.words["attribution"]
    return _points(title, Passage(name="small_print", title=title, items=tuple(Item(line) for line in lines)))

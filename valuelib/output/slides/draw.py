"""The report as slides that a consultant can edit: each kind of slide with how it is drawn, and their order in a report.

One thought a slide; the rest goes to the notes. Every text is as large as its place allows and no larger, and says its language.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from valuelib.output.brand import Brand
from valuelib.output.content import Card, Content
from valuelib.output.pdf import picture_of, size_of
from valuelib.output.rounding import ship_chart
from valuelib.output.slides.charts import WIDE, Box, Page, add_chart, fitting_size, rgb
from valuelib.output.slides.template import cover_layout, open_template, title_layout, without_clock
from valuelib.results import Chart, Figure, Table
from valuelib.show.canvas import MUTED, PAPER
from valuelib.show.claims import claim_numbers
from valuelib.show.display import Item, Passage, item_text
from valuelib.show.localizer import in_language, local
from valuelib.show.tables import table_lines, text_rows

STRIPE = Box(0.0, 0.0, WIDE, 0.1)
KICKER, TITLE = Box(0.6, 0.32, 12.1, 0.36), Box(0.6, 0.66, 12.1, 1.0)
BODY = Box(0.6, 1.85, 12.1, 4.85)
LEFT, RIGHT = Box(0.6, 1.85, 5.5, 4.85), Box(6.4, 1.85, 6.3, 4.85)
FOOTER, NUMBER = Box(0.6, 6.98, 10.6, 0.34), Box(11.6, 6.98, 1.1, 0.34)
CAPTION_HEIGHT = 0.62
GROUND = "#F4F6F8"
MOST_CHARTS, MOST_CATEGORIES = 3, 12  # that fit beside each other, and below each other, and can still be read
ROWS_A_BOARD = 4
LETTERS_A_SLIDE, ITEMS_A_SLIDE = 950, 5
NO_CLOCK = datetime(2000, 1, 1)
LOCALES = {"fi": "fi-FI", "en": "en-GB", "sv": "sv-SE"}


def render_slides(content: Content, brand: Brand) -> bytes:
    """The slides of a report; equal content gives equal bytes.

    Raises:
        ParameterError: the brand's template will not do.
        RunError: a figure could not be drawn.
    """
    with in_language(content.language):
        presentation = open_template(brand.template)
        about = presentation.core_properties
        about.title, about.author, about.language = f"{content.client} – {content.title}", brand.name, local.language
        about.last_modified_by, about.subject, about.keywords, about.comments, about.category = "", "", "", "", ""
        about.created = about.modified = NO_CLOCK
        about.revision = 1
        deck = Deck(presentation, brand, language=LOCALES.get(local.language, local.language))
        for slide in plan_slides(content):
            slide.draw(deck)
        file = io.BytesIO()
        presentation.save(file)
        return without_clock(file.getvalue())


class Deck:
    """The slides drawn so far, with what all of them share, and the parts that a slide is put together from."""

    def __init__(self, presentation: Any, brand: Brand, language: str) -> None:
        self.presentation, self.brand, self.language = presentation, brand, language
        self.page = Page(presentation.slide_width, presentation.slide_height)

    def add(self, layout: Any, title: str, box: Box, largest: float) -> tuple[Any, list[Any]]:
        """A new slide with its title, and the other places of its layout, which are still empty."""
        drawn = self.presentation.slides.add_slide(layout)
        place = drawn.shapes.title
        place.left, place.top, place.width, place.height = self.page.of(box)
        place.text_frame.vertical_anchor = MSO_ANCHOR.TOP
        self.write(place.text_frame, [title], box, largest=largest, colour=self.brand.ink, bold_first=True)
        return drawn, [one for one in drawn.placeholders if one.placeholder_format.idx != place.placeholder_format.idx]

    def start(self, kicker: str, title: str, notes: str) -> Any:
        """A slide with its title, the chapter above it, the foot, and what the speaker may say."""
        drawn, rest = self.add(title_layout(self.presentation), title, TITLE, largest=26)
        for place in rest:
            place.element.getparent().remove(place.element)
        if self.brand.template is None:  # a template has its own look
            self.shape(drawn, MSO_SHAPE.RECTANGLE, STRIPE, self.brand.accent)
        if kicker != title:
            self.text(drawn, [kicker], KICKER, largest=12, colour=MUTED)
        self.text(drawn, [self.brand.footer or self.brand.name], FOOTER, largest=10, colour=MUTED)
        # The slide's number is a field, so that it stays right when slides are moved.
        paragraph = drawn.shapes.add_textbox(*self.page.of(NUMBER)).text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        field = paragraph._p.makeelement(qn("a:fld"), {"id": "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", "type": "slidenum"})
        look = field.makeelement(qn("a:rPr"), {"lang": self.language, "sz": "1000"})
        text = field.makeelement(qn("a:t"), {})
        text.text = str(len(self.presentation.slides))
        field.extend([look, text])
        paragraph._p.insert(0, field)
        if notes:
            self.write(drawn.notes_slide.notes_text_frame, notes.split("\n"), BODY, largest=12)
        return drawn

    def text(self, drawn: Any, paragraphs: Sequence[str], box: Box, *, colour: str | None = None, **look: Any) -> None:
        """A new text, in the brand's ink where no colour is named; nothing where there are no words."""
        if any(paragraphs):
            frame = drawn.shapes.add_textbox(*self.page.of(box)).text_frame
            self.write(frame, paragraphs, box, colour=colour or self.brand.ink, **look)

    def write(
        self,
        frame: Any,
        paragraphs: Sequence[str],
        box: Box,
        *,
        largest: float,
        smallest: float = 9.0,
        colour: str | None = None,
        bold_first: bool = False,
    ) -> None:
        """Fill a text frame at the largest size that fits."""
        frame.word_wrap = True
        size = fitting_size(paragraphs, box, largest, smallest, bold=bold_first)
        for place, said in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            paragraph.alignment = PP_ALIGN.LEFT
            paragraph.space_after = Pt(size * 0.35)
            run = paragraph.add_run()
            run.text = said
            run.font.size = Pt(size)
            run.font.bold = bold_first and place == 0
            if colour is not None:
                run.font.color.rgb = rgb(colour)
            run._r.get_or_add_rPr().set("lang", self.language)

    def shape(self, drawn: Any, kind: Any, box: Box, colour: str) -> Any:
        """A filled shape without an outline."""
        made = drawn.shapes.add_shape(kind, *self.page.of(box))
        made.fill.solid()
        made.fill.fore_color.rgb = rgb(colour)
        made.line.fill.background()
        return made

    def badge(self, drawn: Any, card: Card, box: Box) -> None:
        """The verdict of a claim in its colour."""
        made = self.shape(drawn, MSO_SHAPE.ROUNDED_RECTANGLE, box, card.words.colour)
        made.shadow.inherit = False
        made.text_frame.margin_top = made.text_frame.margin_bottom = Emu(0)
        made.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        said = f"{card.words.sign} {card.words.verdict}"
        self.write(made.text_frame, [said], box, largest=14, colour=PAPER, bold_first=True)

    def charts(self, drawn: Any, charts: Sequence[Chart], box: Box, alt: str) -> None:
        """Charts side by side; the first names the rows for all that have the same ones, and gets the room for the names."""
        shared = len({chart.categories for chart in charts}) == 1
        names = 0.22 * box.width if shared and len(charts) > 1 else 0.0
        each = (box.width - names) / len(charts)
        for place, chart in enumerate(charts):
            left = box.left + place * each + (names if place else 0.0)
            part = Box(left, box.top, each + (0.0 if place else names) - 0.08, box.height)
            add_chart(drawn, chart, part, self.page, self.brand, alt, labelled=not shared or place == 0)

    def table(self, drawn: Any, lines: Sequence[Sequence[str]], box: Box) -> None:
        """A table whose columns have the room that their longest word and, up to a limit, their longest cell ask for."""
        height = min(box.height, 0.75 * len(lines))
        corners = self.page.of(Box(box.left, box.top, box.width, height))
        table = drawn.shapes.add_table(len(lines), len(lines[0]), *corners).table
        letters = [
            max(8, 2 + max(len(word) for cell in cells for word in (cell or "–").split(" ")), min(26, max(map(len, cells))))
            for cells in zip(*lines, strict=True)
        ]
        for column, asked in zip(table.columns, letters, strict=True):
            column.width = Emu(int(corners[2] * asked / sum(letters)))
        table.horz_banding = False
        for at, row in enumerate(lines):
            for across, said in enumerate(row):
                cell, head = table.cell(at, across), at == 0
                cell.margin_left = cell.margin_right = Emu(60_000)
                cell.fill.solid()
                cell.fill.fore_color.rgb = rgb(self.brand.accent if head else GROUND)
                part = Box(0, 0, box.width * letters[across] / sum(letters), height / len(lines))
                ink = PAPER if head else self.brand.ink
                self.write(cell.text_frame, [said], part, largest=12, smallest=8, colour=ink, bold_first=head)


# Each kind of slide, and how it is drawn


@dataclass(frozen=True, slots=True)
class Cover:
    """The first slide."""

    client: str
    title: str
    facts: tuple[str, ...]

    def draw(self, deck: Deck) -> None:
        """Title, client, facts, and whose report it is."""
        brand, box = deck.brand, Box(0.9, 3.9, 11.5, 1.6)
        drawn, rest = deck.add(cover_layout(deck.presentation), self.title, Box(0.9, 2.1, 11.5, 1.6), largest=36)
        for place in rest[1:]:
            place.element.getparent().remove(place.element)
        if rest:
            rest[0].left, rest[0].top, rest[0].width, rest[0].height = deck.page.of(box)
        frame = rest[0].text_frame if rest else drawn.shapes.add_textbox(*deck.page.of(box)).text_frame
        deck.write(frame, [self.client, *self.facts, *([brand.name] if brand.name else [])], box, largest=20)
        if brand.logo is not None and brand.logo.suffix.lower() != ".svg":
            left, top, _, height = deck.page.of(Box(0.9, 0.7, 2.4, 0.9))
            logo = drawn.shapes.add_picture(str(brand.logo), left, top, height=height)
            logo._element.nvPicPr.cNvPr.set("descr", brand.name)


@dataclass(frozen=True, slots=True)
class Board:
    """The claims under test with their verdicts."""

    kicker: str
    title: str
    cards: tuple[Card, ...]
    notes: str

    def draw(self, deck: Deck) -> None:
        """One row a claim: its verdict, statement and sentence."""
        drawn = deck.start(self.kicker, self.title, self.notes)
        height = BODY.height / max(len(self.cards), 3)
        for place, card in enumerate(self.cards):
            top = BODY.top + place * height
            deck.badge(drawn, card, Box(BODY.left, top + 0.08, 2.75, 0.42))
            box = Box(BODY.left + 3.0, top, BODY.width - 3.0, height - 0.12)
            deck.text(drawn, [card.words.statement, card.words.sentence], box, largest=15, bold_first=True)


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: verdict, sentence, and the figures behind it."""

    kicker: str
    card: Card

    def draw(self, deck: Deck) -> None:
        """Words at the left; at the right the evidence, as a table where the claim has parts."""
        words, finding = self.card.words, self.card.finding
        notes = "\n".join([words.statement, words.sentence, *words.settles, *words.behind])
        drawn = deck.start(self.kicker, words.statement, notes)
        deck.badge(drawn, self.card, Box(0.6, 1.85, 2.9, 0.42))
        deck.text(drawn, [words.tag], Box(3.6, 1.88, 2.5, 0.36), largest=12, colour=MUTED)
        deck.text(drawn, [words.sentence], Box(LEFT.left, 2.42, LEFT.width, 2.35), largest=16)
        deck.text(drawn, words.settles, Box(LEFT.left, 4.85, LEFT.width, 1.85), largest=12, colour=MUTED)
        if finding.parts:
            heads = [column.label for column in words.columns]
            deck.table(drawn, [heads, *text_rows(words.columns, words.rows)], RIGHT)
        elif words.rows:
            deck.charts(drawn, [ship_chart(claim_numbers(finding))], RIGHT, words.evidence)


@dataclass(frozen=True, slots=True)
class Picture:
    """One figure under the sentence that it shows."""

    kicker: str
    figure: Figure

    def draw(self, deck: Deck) -> None:
        """The figure as native charts or as a picture, and its caption."""
        figure = self.figure
        drawn = deck.start(self.kicker, figure.title or figure.caption, f"{figure.alt}\n{figure.caption}")
        box = Box(BODY.left, BODY.top, BODY.width, BODY.height - CAPTION_HEIGHT)
        if is_native(figure):
            deck.charts(drawn, figure.charts, box, figure.alt)
        else:
            width, height = size_of(figure.svg)
            scale = min(box.width / width, box.height / height)
            wide, high = width * scale, height * scale
            place = deck.page.of(Box(box.left + (box.width - wide) / 2, box.top, wide, high))
            picture = drawn.shapes.add_picture(io.BytesIO(picture_of(figure.svg)), *place)
            picture._element.nvPicPr.cNvPr.set("descr", figure.alt)
        caption = Box(BODY.left, BODY.top + BODY.height - CAPTION_HEIGHT, BODY.width, CAPTION_HEIGHT)
        deck.text(drawn, [figure.caption], caption, largest=10, smallest=7.5, colour=MUTED)


@dataclass(frozen=True, slots=True)
class Points:
    """A titled list; its items are counted from `first`."""

    kicker: str
    title: str
    items: tuple[Item, ...]
    first: int
    numbered: bool
    notes: str

    def draw(self, deck: Deck) -> None:
        """One paragraph an item."""
        marks = (f"{place}." if self.numbered else "–" for place in itertools.count(self.first))
        said = [f"{mark} {item_text(item)}" for mark, item in zip(marks, self.items, strict=False)]
        deck.text(deck.start(self.kicker, self.title, self.notes), said, BODY, largest=18)


def is_native(figure: Figure) -> bool:
    """Whether a figure goes on a slide as charts rather than as a picture: all of it is numbers, and there is room to read them."""
    few = 0 < len(figure.charts) <= MOST_CHARTS
    return few and all(0 < len(chart.categories) <= MOST_CATEGORIES and chart.series for chart in figure.charts)


# The order of the slides

Slide = Cover | Board | Claim | Picture | Points


def plan_slides(content: Content) -> tuple[Slide, ...]:
    """Cover, scoreboard, what to do, the claims under test, then chapter by chapter, what was lacking, and the small print."""
    slides: list[Slide] = [Cover(content.client, content.title, tuple(f"{name}: {said}" for name, said in content.facts))]
    tested: set[str] = set()
    for section in content.shown[:1]:  # the summary
        cards = [block for block in section.blocks if isinstance(block, Card)]
        tested = {card.finding.claim.id for card in cards}
        board = next((block for block in section.blocks if isinstance(block, Figure)), None)
        title, notes = (section.title, "") if board is None else (board.title or section.title, f"{board.alt}\n{board.caption}")
        rows = [tuple(cards[start : start + ROWS_A_BOARD]) for start in range(0, len(cards), ROWS_A_BOARD)]
        slides += [Board(section.title, title, few, notes) for few in rows]
        slides += [slide for block in section.blocks if isinstance(block, Passage) for slide in _points(section.title, block)]
        slides += [Claim(section.title, card) for card in cards]
    for section in content.shown[1:]:
        for place, block in enumerate(section.blocks):
            if place in section.placed and isinstance(block, Table):  # what an analyst put into the report
                _, *told = table_lines(block)
                items = tuple(Item(" · ".join(rest), about=first) for first, *rest in told)
                slides += _points(section.title, Passage(name=block.name, title=block.caption, items=items, note=block.note))
            elif place in section.placed and isinstance(block, Passage) and not block.items:
                slides += _points(section.title, replace(block, lead=(), items=tuple(Item(line) for line in block.lead)))
            elif isinstance(block, Figure):
                slides.append(Picture(section.title, block))
            elif isinstance(block, Card) and block.finding.claim.id not in tested:
                slides.append(Claim(section.title, block))
            elif isinstance(block, Passage):
                slides += _points(section.title, block)
    lacking = [(section.missing, section.title.rstrip("?")) for section in content.lacking]
    small_print = [(content.words[key],) for key in ("checkable", "marks", "made_with")]
    for title, lines in ((local.text("common.what_data_could_not"), lacking), (content.words["attribution"], small_print)):
        slides += _points(title, Passage(name="", items=tuple(Item(*line) for line in lines)))
    return tuple(slides)


def _points(kicker: str, passage: Passage) -> Iterator[Points]:
    """A passage over as many slides as its items need."""
    portions: list[list[Item]] = []
    for item in passage.items:
        full = not portions or len(portions[-1]) == ITEMS_A_SLIDE
        if full or sum(len(item_text(one)) for one in (*portions[-1], item)) > LETTERS_A_SLIDE:
            portions.append([])
        portions[-1].append(item)
    notes, first = "\n".join([*passage.lead, passage.note]).strip(), 1
    for items in portions:
        yield Points(kicker, passage.title or kicker, tuple(items), first, passage.numbered, notes)
        first += len(items)

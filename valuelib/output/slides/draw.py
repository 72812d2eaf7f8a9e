"""Each kind of slide as it is drawn: every text as large as its place allows and no larger, and in its language."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from valuelib.output.brand import Brand
from valuelib.output.content import Card, Content
from valuelib.output.pdf import size_of
from valuelib.output.slides.charts import (
    BODY,
    FOOTER,
    KICKER,
    LEFT,
    NUMBER,
    RIGHT,
    TITLE,
    Box,
    Page,
    add_chart,
    fitting_size,
    picture_of,
)
from valuelib.output.slides.plan import Board, Claim, Cover, Picture, Points, Slide, plan_slides
from valuelib.output.slides.template import cover_layout, open_template, title_layout, without_clock
from valuelib.results import Chart, Figure
from valuelib.show.canvas import MUTED, PAPER
from valuelib.show.claims import claim_numbers
from valuelib.show.localizer import in_language, local
from valuelib.show.tables import text_rows

# How is each kind of slide drawn? Every text is as large as its place allows and no larger, and says its language.

MOST_CHARTS, MOST_CATEGORIES = 3, 12  # that fit beside each other, and below each other, and can still be read
STRIPE = Box(0.0, 0.0, 13.333, 0.1)
GROUND = "#F4F6F8"
BADGE = Box(0.6, 1.85, 2.9, 0.42)
CAPTION_HEIGHT = 0.62


class Deck:
    """The slides drawn so far, with what all of them share."""

    def __init__(self, presentation: Any, brand: Brand, language: str) -> None:
        self._deck, self._brand, self._language = presentation, brand, language
        self._page = Page(presentation.slide_width, presentation.slide_height)

    def draw(self, slide: Slide) -> None:
        """Add one slide."""
        match slide:
            case Cover():
                self._cover(slide)
            case Board():
                self._board(slide)
            case Claim():
                self._claim(slide)
            case Picture():
                self._picture(slide)
            case Points():
                self._points(slide)

    # ------------------------------------------------------------------ kinds of slides

    def _cover(self, cover: Cover) -> None:
        drawn = self._deck.slides.add_slide(cover_layout(self._deck))
        self._fill_title(drawn, cover.title, Box(0.9, 2.1, 11.5, 1.6), largest=36)
        rest = [place for place in drawn.placeholders if place.placeholder_format.idx != drawn.shapes.title.placeholder_format.idx]
        for place in rest[1:]:
            place.element.getparent().remove(place.element)
        box = Box(0.9, 3.9, 11.5, 1.6)
        if rest:
            rest[0].left, rest[0].top, rest[0].width, rest[0].height = self._page.of(box)
        frame = rest[0].text_frame if rest else drawn.shapes.add_textbox(*self._page.of(box)).text_frame
        self._write(frame, [cover.client, *cover.facts, *([self._brand.name] if self._brand.name else [])], box, largest=20)
        if self._brand.logo is not None and self._brand.logo.suffix.lower() != ".svg":
            left, top, _, height = self._page.of(Box(0.9, 0.7, 2.4, 0.9))
            logo = drawn.shapes.add_picture(str(self._brand.logo), left, top, height=height)
            logo._element.nvPicPr.cNvPr.set("descr", self._brand.name)

    def _board(self, board: Board) -> None:
        drawn = self._start(board.kicker, board.title, board.notes)
        height = BODY.height / max(len(board.cards), 3)
        for place, card in enumerate(board.cards):
            top = BODY.top + place * height
            self._badge(drawn, card, Box(BODY.left, top + 0.08, 2.75, 0.42))
            box = Box(BODY.left + 3.0, top, BODY.width - 3.0, height - 0.12)
            self._text(drawn, [card.words.statement, card.words.sentence], box, largest=15, bold_first=True)

    def _claim(self, claim: Claim) -> None:
        words = claim.card.words
        notes = "\n".join([words.statement, words.sentence, *words.settles, *words.behind])
        drawn = self._start(claim.kicker, words.statement, notes)
        self._badge(drawn, claim.card, BADGE)
        self._text(drawn, [words.tag], Box(3.6, 1.88, 2.5, 0.36), largest=12, colour=MUTED)
        self._text(drawn, [words.sentence], Box(LEFT.left, 2.42, LEFT.width, 2.35), largest=16)
        if words.settles:
            self._text(drawn, words.settles, Box(LEFT.left, 4.85, LEFT.width, 1.85), largest=12, colour=MUTED)
        if claim.card.finding.parts:
            heads = [column.label for column in words.columns]
            self._table(drawn, [heads, *text_rows(words.columns, words.rows)], RIGHT)
        elif words.rows:
            self._charts(drawn, [claim_numbers(claim.card.finding)], RIGHT, words.evidence)

    def _picture(self, picture: Picture) -> None:
        figure = picture.figure
        drawn = self._start(picture.kicker, figure.title or figure.caption, f"{figure.alt}\n{figure.caption}")
        box = Box(BODY.left, BODY.top, BODY.width, BODY.height - CAPTION_HEIGHT)
        if is_native(figure):
            self._charts(drawn, figure.charts, box, figure.alt)
        else:
            self._image(drawn, figure, box)
        caption = Box(BODY.left, BODY.top + BODY.height - CAPTION_HEIGHT, BODY.width, CAPTION_HEIGHT)
        self._text(drawn, [figure.caption], caption, largest=10, smallest=7.5, colour=MUTED)

    def _points(self, points: Points) -> None:
        drawn = self._start(points.kicker, points.title, points.notes)
        said = []
        for place, item in enumerate(points.items):
            lead = f"{points.first + place}. " if points.numbered else "– "
            about = f"{item.about}: " if item.about else ""
            said.append(f"{lead}{about}{item.said} {item.rests_on}".rstrip())
        self._text(drawn, said, BODY, largest=18)

    # ------------------------------------------------------------------ parts of a slide

    def _start(self, kicker: str, title: str, notes: str) -> Any:
        """A slide with its title, the chapter above it, the foot, and what the speaker may say."""
        drawn = self._deck.slides.add_slide(title_layout(self._deck))
        for place in list(drawn.placeholders):
            if place.placeholder_format.idx != drawn.shapes.title.placeholder_format.idx:
                place.element.getparent().remove(place.element)
        if self._brand.template is None:
            self._stripe(drawn)
        self._fill_title(drawn, title, TITLE, largest=26)
        if kicker != title:
            self._text(drawn, [kicker], KICKER, largest=12, colour=MUTED)
        self._text(drawn, [self._brand.footer or self._brand.name], FOOTER, largest=10, colour=MUTED)
        self._number(drawn)
        if notes:
            self._write(drawn.notes_slide.notes_text_frame, notes.split("\n"), BODY, largest=12, colour=None)
        return drawn

    def _stripe(self, drawn: Any) -> None:
        """The line of colour at the top of our own slides; a template has its own look."""
        stripe = drawn.shapes.add_shape(MSO_SHAPE.RECTANGLE, *self._page.of(STRIPE))
        stripe.fill.solid()
        stripe.fill.fore_color.rgb = _rgb(self._brand.accent)
        stripe.line.fill.background()

    def _fill_title(self, drawn: Any, title: str, box: Box, *, largest: float) -> None:
        place = drawn.shapes.title
        place.left, place.top, place.width, place.height = self._page.of(box)
        place.text_frame.vertical_anchor = MSO_ANCHOR.TOP
        self._write(place.text_frame, [title], box, largest=largest, colour=self._brand.ink, bold_first=True)

    def _text(
        self,
        drawn: Any,
        paragraphs: Sequence[str],
        box: Box,
        *,
        largest: float,
        smallest: float = 9.0,
        colour: str | None = None,
        bold_first: bool = False,
    ) -> None:
        if any(paragraphs):
            frame = drawn.shapes.add_textbox(*self._page.of(box)).text_frame
            ink = colour or self._brand.ink
            self._write(frame, paragraphs, box, largest=largest, smallest=smallest, colour=ink, bold_first=bold_first)

    def _write(
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
                run.font.color.rgb = _rgb(colour)
            run._r.get_or_add_rPr().set("lang", self._language)

    def _badge(self, drawn: Any, card: Card, box: Box) -> None:
        shape = drawn.shapes.add_shape(MSO_SHAPE.ROUNDED_RECTANGLE, *self._page.of(box))
        shape.fill.solid()
        shape.fill.fore_color.rgb = _rgb(card.words.colour)
        shape.line.fill.background()
        shape.shadow.inherit = False
        shape.text_frame.margin_top = shape.text_frame.margin_bottom = Emu(0)
        shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        said = f"{card.words.sign} {card.words.verdict}"
        self._write(shape.text_frame, [said], box, largest=14, colour=PAPER, bold_first=True)

    def _charts(self, drawn: Any, charts: Sequence[Chart], box: Box, alt: str) -> None:
        """Charts side by side; the first names the rows for all that have the same ones."""
        shared = len({chart.categories for chart in charts}) == 1
        for place, (chart, part) in enumerate(zip(charts, _beside(box, len(charts), shared), strict=True)):
            add_chart(drawn, chart, part, self._page, self._brand, alt, labelled=not shared or place == 0)

    def _image(self, drawn: Any, figure: Figure, box: Box) -> None:
        width, height = size_of(figure.svg)
        scale = min(box.width / width, box.height / height)
        wide, high = width * scale, height * scale
        place = Box(box.left + (box.width - wide) / 2, box.top, wide, high)
        picture = drawn.shapes.add_picture(io.BytesIO(picture_of(figure.svg)), *self._page.of(place))
        picture._element.nvPicPr.cNvPr.set("descr", figure.alt)

    def _table(self, drawn: Any, lines: Sequence[Sequence[str]], box: Box) -> None:
        height = min(box.height, 0.75 * len(lines))
        place = Box(box.left, box.top, box.width, height)
        frame = drawn.shapes.add_table(len(lines), len(lines[0]), *self._page.of(place))
        widest = [_letters(cells) for cells in zip(*lines, strict=True)]
        for column, letters in zip(frame.table.columns, widest, strict=True):
            column.width = Emu(int(self._page.of(place)[2] * letters / sum(widest)))
        frame.table.horz_banding = False
        for at, row in enumerate(lines):
            for across, said in enumerate(row):
                part = Box(0, 0, box.width * widest[across] / sum(widest), height / len(lines))
                self._cell(frame.table.cell(at, across), said, part, head=at == 0)

    def _cell(self, cell: Any, said: str, part: Box, *, head: bool) -> None:
        cell.margin_left = cell.margin_right = Emu(60_000)
        cell.fill.solid()
        cell.fill.fore_color.rgb = _rgb(self._brand.accent if head else GROUND)
        ink = PAPER if head else self._brand.ink
        self._write(cell.text_frame, [said], part, largest=12, smallest=8, colour=ink, bold_first=head)

    def _number(self, drawn: Any) -> None:
        """The slide's number as a field, so that it stays right when slides are moved."""
        frame = drawn.shapes.add_textbox(*self._page.of(NUMBER)).text_frame
        paragraph = frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        field = paragraph._p.makeelement(qn("a:fld"), {"id": "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}", "type": "slidenum"})
        look = field.makeelement(qn("a:rPr"), {"lang": self._language, "sz": "1000"})
        text = field.makeelement(qn("a:t"), {})
        text.text = str(len(self._deck.slides))
        field.extend([look, text])
        paragraph._p.insert(0, field)


def is_native(figure: Figure) -> bool:
    """Whether a figure goes on a slide as charts rather than as a picture: all of it is numbers, and there is room to read them."""
    few = 0 < len(figure.charts) <= MOST_CHARTS
    return few and all(0 < len(chart.categories) <= MOST_CATEGORIES and chart.series for chart in figure.charts)


def _beside(box: Box, count: int, shared: bool) -> Iterator[Box]:
    """Places side by side; where the first chart names the rows for all, it gets the room for the names."""
    names = 0.22 * box.width if shared and count > 1 else 0.0
    each = (box.width - names) / count
    for place in range(count):
        left = box.left + place * each + (names if place else 0.0)
        yield Box(left, box.top, each + (0.0 if place else names) - 0.08, box.height)


def _letters(cells: Sequence[str]) -> int:
    """Letters that a column of a table asks for: its longest word, and its longest cell up to a limit."""
    words = max(len(word) for cell in cells for word in (cell or "–").split(" "))
    return max(8, words + 2, min(26, max(len(cell) for cell in cells)))


def _rgb(colour: str) -> RGBColor:
    made: RGBColor = RGBColor.from_string(colour.removeprefix("#").upper())
    return made


# A report's slides: inside their edges, with words for a screen reader, editable

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
            deck.draw(slide)
        file = io.BytesIO()
        presentation.save(file)
        return without_clock(file.getvalue())

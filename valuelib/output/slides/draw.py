"""Slides drawn: each text, chart, table and picture in its slot, in letters of its layout's size or smaller ones where it must."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from valuelib.output.brand import Brand
from valuelib.output.content import Content
from valuelib.output.pdf import picture_of, size_of
from valuelib.output.slides.chart_parts import Look
from valuelib.output.slides.charts import add_chart, fit_names
from valuelib.output.slides.plan import Grid, Paragraph, Part, Picture, Plot, Run, Slide, plan_slides
from valuelib.output.slides.template import (
    BODY,
    FIELD,
    FOOT,
    LAYOUTS,
    LINE,
    NUMBER,
    PARAGRAPH,
    POINTS,
    SHOWN,
    SMALLEST,
    WIDE,
    Box,
    P,
    Slot,
    add_sections,
    area_of,
    find_layout,
    fitting_size,
    measure,
    needed_height,
    open_template,
    sized,
    slot_index,
    title_slot,
    width_of_face,
    without_clock,
    without_traces,
)
from valuelib.show.localizer import in_language, local

NO_CLOCK = datetime(2000, 1, 1)
LOCALES = {"fi": "fi-FI", "en": "en-GB", "sv": "sv-SE"}
THEME = {
    "tx1": MSO_THEME_COLOR.TEXT_1,
    "tx2": MSO_THEME_COLOR.TEXT_2,
    "bg1": MSO_THEME_COLOR.BACKGROUND_1,
    **{f"accent{at}": getattr(MSO_THEME_COLOR, f"ACCENT_{at}") for at in range(1, 7)},
}
# What may stand in the placeholders of another template.
TEXTS = (PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.SUBTITLE, PP_PLACEHOLDER.BODY)
FOR_PARTS: dict[type, PP_PLACEHOLDER] = {Plot: PP_PLACEHOLDER.CHART, Grid: PP_PLACEHOLDER.TABLE, Picture: PP_PLACEHOLDER.PICTURE}
MARGIN = 0.2  # inches that the text of another template's places keeps from both their sides
TITLE_LINES, SMALLEST_TITLE = 2, 16.0
PANEL_GAP, HIGHEST_ROW = 0.2, 1.0  # inches between charts side by side; of a row of dots
PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's own name of a table without lines and fills
CELL, LONGEST_CELL = 0.07, 16.0  # inches around the text of a cell; letters' sizes beyond which a cell asks for no more room


def render_slides(content: Content, brand: Brand) -> bytes:
    """The slides of a report; equal content gives equal bytes.

    Raises:
        ParameterError: the brand's template will not do.
        RunError: a figure could not be drawn.
    """
    with in_language(content.language):
        return draw_slides(plan_slides(content, brand), f"{content.client} – {content.title}", brand)


def draw_slides(slides: Sequence[Slide], title: str, brand: Brand, letters: float | None = None) -> bytes:
    """Planned slides as a presentation of this title, in the language in force.

    Args:
        slides: in their order.
        title: of the file.
        brand: its look.
        letters: points of the letters of contents where there is room, to be read from the back of a room; None: the layout's.
    Raises:
        ParameterError: the brand's template will not do.
        RunError: a figure could not be drawn.
    """
    presentation = open_template(brand.template, brand)
    without_traces(presentation)
    about = presentation.core_properties
    about.title, about.author, about.language = title, brand.name, local.language
    about.last_modified_by, about.subject, about.keywords, about.comments, about.category = "", "", "", "", ""
    about.created = about.modified = NO_CLOCK
    about.revision = 1
    deck = Deck(presentation, brand, LOCALES.get(local.language, local.language), letters)
    for slide in slides:
        deck.add(slide)
    add_sections(presentation, [slide.section for slide in slides])
    file = io.BytesIO()
    presentation.save(file)
    return without_clock(file.getvalue())


class Deck:
    """The slides drawn so far, on our template or another one."""

    def __init__(self, presentation: Any, brand: Brand, language: str, letters: float | None = None) -> None:
        self.presentation, self.brand, self.language, self.letters = presentation, brand, language, letters
        self.own, self.wide = brand.template is None, width_of_face(presentation)

    def add(self, slide: Slide) -> None:
        """Draw a slide: title, what its slots hold, the foot, and what the speaker may say."""
        layout = find_layout(self.presentation, slide.layout)
        if not (self.own or LAYOUTS[slide.layout].framed):  # its place for a subtitle takes all that ours says in several
            said = [line for part in slide.parts.values() if isinstance(part, tuple) for line in part]
            slide = replace(slide, parts={next(iter(LAYOUTS[slide.layout].slots)): tuple(said)})
        drawn = self.presentation.slides.add_slide(layout)
        title = drawn.shapes.title
        free = {one.placeholder_format.idx: one for one in drawn.placeholders if one != title}
        self._title(drawn, slide)
        slots = LAYOUTS[slide.layout].all_slots
        boxes = {name: self._fit_in(slots[name].box, slide.layout, layout) for name in slide.parts}
        boxes |= _use_room(slide, boxes) if self.own else self._below_claims(slide, boxes)
        placed = _panels(slide, boxes)
        for name in (name for name in slots if name in placed):  # in the order in which they are read
            self._fill(drawn, slide, name, placed, free, slots[name])
        for one in free.values():  # a place that nothing fills would ask its reader to type
            one.element.getparent().remove(one.element)
        if slide.layout != "cover":
            self._foot(drawn, layout)
        if slide.notes:
            drawn.notes_slide.notes_text_frame.text = "\n".join(slide.notes)
            self._speak(drawn.notes_slide.notes_text_frame)

    def _title(self, drawn: Any, slide: Slide) -> None:
        place, slot = drawn.shapes.title, title_slot(slide.layout)
        box = slot.box if self.own else Box(0, 0, place.width / Inches(1) - MARGIN, place.height / Inches(1))
        size = slot.size
        low = replace(box, height=min(box.height, TITLE_LINES * LINE * size / POINTS)) if LAYOUTS[slide.layout].framed else box
        size = fitting_size([slide.title], low, size, SMALLEST_TITLE, bold=True)
        self._write(place.text_frame, [slide.title], size if size < slot.size or not self.own else None)

    def _fit_in(self, box: Box, name: str, layout: Any) -> Box:
        """A place of ours in the room that the layout of another template has."""
        if self.own:
            return box
        room = area_of(layout, self.presentation)
        if not LAYOUTS[name].framed:
            return room
        ours = Box(BODY.left, 1.5, BODY.width, 5.4)
        across, down = room.width / ours.width, room.height / ours.height
        left, top = room.left + (box.left - ours.left) * across, room.top + (box.top - ours.top) * down
        return Box(left, top, box.width * across, box.height * down)

    def _below_claims(self, slide: Slide, boxes: dict[str, Box]) -> dict[str, Box]:
        """Claims that run over their place on a narrow template at the smallest letters, and what stands lower for them."""
        claims = slide.parts.get("claims")
        if not isinstance(claims, tuple):
            return {}
        box = boxes["claims"]
        needed = needed_height(_plain(claims), box.width - 2 * MARGIN, SMALLEST * self.wide)
        more = max(needed - box.height, 0.0)
        lower = {name: one for name, one in boxes.items() if box.top < one.top < box.top + needed}
        moved = {name: replace(one, top=one.top + more, height=one.height - more) for name, one in lower.items()}
        return {**moved, "claims": replace(box, height=box.height + more)}

    def _fill(self, drawn: Any, slide: Slide, name: str, boxes: dict[str, Box], free: dict[int, Any], slot: Slot) -> None:
        """Put a part into its slot: our layout's placeholder, one of its kind of another template, or none."""
        part, box = slide.parts[name], boxes[name]
        if not self.own and name == "tracker":
            return  # another template has no room above its title
        place = free.pop(slot_index(slide.layout, name), None) if self.own else _take(free, slot, part)
        if isinstance(part, tuple):
            if place is None:
                place = drawn.shapes.add_textbox(*box.emu)
            elif not self.own or box != slot.box:
                place.left, place.top, place.width, place.height = box.emu
            self._texts(place.text_frame, part, box, slot, own=self.own)
            return
        if isinstance(part, Plot):
            plots = {
                at: one
                for at, one in slide.parts.items()
                if isinstance(one, Plot) and at.startswith("strip") == name.startswith("strip")
            }
            naming = {at: one for at, one in plots.items() if one.named} or {name: part}
            fitted = [fit_names(one.chart, boxes[at], len(plots)) for at, one in naming.items()]
            look = Look(
                box=box,
                names=max(width for _, width in fitted) if part.named else 0.0,
                size=min(size for size, _ in fitted),
                wide=self.wide,
                ink=part.ink,
                told=part.told,
                language=self.language,
                beside=[one.chart for one in plots.values()],
            )
            made = add_chart(drawn, part.chart, part.alt, look)._element
            hold = made.nvGraphicFramePr.nvPr
        elif isinstance(part, Grid):
            made = self._table(drawn, part, box)._element
            hold = made.nvGraphicFramePr.nvPr
        else:
            made = _picture(drawn, part, box)._element
            hold = made.nvPicPr.nvPr
        if place is not None:  # what stands in a placeholder follows its layout
            old = place.element
            hold.append(parse_xml(f'<p:ph {P} idx="{place.placeholder_format.idx}"/>'))
            hold[-1].attrib.update({key: value for key, value in old.ph.attrib.items() if key in ("type", "sz")})
            old.getparent().replace(old, made)

    def _texts(self, frame: Any, said: Sequence[Paragraph], box: Box, slot: Slot, *, own: bool) -> None:
        indent = 0.22 if own else 2 * MARGIN  # what another template indents and leaves free at its sides is its own matter
        inner = replace(box, width=box.width - (indent if slot.bullets or not own else 0.0))
        largest = self.letters if self.letters and slot.bullets else slot.size
        size = fitting_size(_plain(said), inner, largest, bold=slot.bold)
        self._write(frame, said, size if size != slot.size or not own else None, slot)

    def _write(self, frame: Any, paragraphs: Sequence[Paragraph], size: float | None, slot: Slot | None = None) -> None:
        """Fill a frame; letters have the size of their layout where none is given."""
        frame.word_wrap = True
        for at, runs in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            if size is not None and slot is not None:
                paragraph.space_after = Pt(round(size * PARAGRAPH, 1))
            lines = [
                (piece, one)
                for one in ((Run(runs),) if isinstance(runs, str) else runs)
                for piece in re.split("(\n)", one.text)
                if piece
            ]
            for said, one in lines:
                if said == "\n":
                    paragraph.add_line_break()
                    continue
                run = paragraph.add_run()
                run.text = said
                if size is not None:
                    run.font.size = Pt(sized(size, self.wide))
                if slot is None and size is not None:  # a table has no letters of the theme by itself
                    run.font.name = "+mn-lt"
                if one.bold or (slot is not None and slot.bold and not self.own):
                    run.font.bold = True
                if colour := one.colour or (slot.colour if slot is not None and not self.own and slot.colour != "bg1" else ""):
                    run.font.color.theme_color = THEME[colour]
        self._speak(frame)

    def _speak(self, frame: Any) -> None:
        """Say which language the texts are in."""
        for paragraph in frame.paragraphs:
            for run in paragraph.runs:
                run._r.get_or_add_rPr().set("lang", self.language)

    def _foot(self, drawn: Any, layout: Any) -> None:
        """Whose report it is, and the slide's number as a field, so that it stays right when slides are moved."""
        found = {one.placeholder_format.type: one for one in layout.placeholders}
        for kind, slot in ((PP_PLACEHOLDER.FOOTER, FOOT), (PP_PLACEHOLDER.SLIDE_NUMBER, NUMBER)):
            footer = kind == PP_PLACEHOLDER.FOOTER
            said = self.brand.footer or self.brand.name
            if footer and not said:
                continue
            fits = True
            if kind in found:
                drawn.shapes.clone_placeholder(found[kind])
                place = drawn.placeholders[found[kind].placeholder_format.idx]
                frame = place.text_frame
                box = Box(*(one / Inches(1) for one in (place.left, place.top, place.width, place.height)))
                size = fitting_size([said], replace(box, width=box.width - MARGIN), slot.size) if footer else slot.size
                fits = self.own or size == slot.size
                if footer and not fits:  # a date, which would stand at its left, is not told here
                    number = found.get(PP_PLACEHOLDER.SLIDE_NUMBER)
                    left = area_of(layout, self.presentation).left
                    right = number.left / Inches(1) if number is not None and number.left > place.left else box.left + box.width
                    box = replace(box, left=left, width=right - left - MARGIN)
                    size = fitting_size([said], box, slot.size)
                    place.left, place.top, place.width, place.height = box.emu
            else:
                across, down = self.presentation.slide_width / Inches(WIDE), self.presentation.slide_height / Inches(7.5)
                box = Box(slot.box.left * across, slot.box.top * down, slot.box.width * across, slot.box.height * down)
                frame = drawn.shapes.add_textbox(*box.emu).text_frame
                size, fits = slot.size, False
            if footer:
                self._write(frame, [said], None if kind in found and fits else size)
            else:
                number = f'<a:rPr lang="{self.language}"/><a:t>{len(self.presentation.slides)}</a:t>'
                field = parse_xml(f'<a:fld {P} id="{FIELD}" type="slidenum">{number}</a:fld>')
                frame.paragraphs[0]._p.insert(0, field)

    def _table(self, drawn: Any, grid: Grid, box: Box) -> Any:
        """A table in theme colours with a line below each row; its columns share the width by what their cells ask for."""
        size = 16.0
        while size > SMALLEST and (
            sum(_least_widths(grid, size)) > box.width
            or sum(_row_heights(grid, _column_widths(grid, box.width, size), size)) > box.height
        ):
            size -= 0.5
        widths = _column_widths(grid, box.width, size)
        tall = _row_heights(grid, widths, size)
        place = replace(box, height=min(sum(tall), box.height))
        frame = drawn.shapes.add_table(len(grid.rows), len(widths), *place.emu)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", grid.alt)
        table = frame.table
        table._tbl.tblPr.find(qn("a:tableStyleId")).text = PLAIN_TABLE
        table.horz_banding = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Emu(Inches(width))
        for at, (row, height) in enumerate(zip(grid.rows, tall, strict=True)):
            table.rows[at].height = Emu(Inches(height))
            for across, said in enumerate(row):
                cell = table.cell(at, across)
                cell.margin_left = cell.margin_right = cell.margin_top = cell.margin_bottom = Emu(Inches(CELL))
                strong = at == 0 or (across == 0 and grid.first_bold)
                self._write(cell.text_frame, [(Run(said, "accent1" if at == 0 else "tx1", bold=strong),)], size)
                ink = "accent1" if at == 0 else "tx2"
                line = f'<a:lnB {P} w="{12700 if at == 0 else 6350}"><a:solidFill><a:schemeClr val="{ink}"/></a:solidFill></a:lnB>'
                cell._tc.get_or_add_tcPr().insert(0, parse_xml(line))
        return frame


def _least_widths(grid: Grid, size: float) -> list[float]:
    """Inches that each column cannot do without: those of its longest word, which must not break."""
    columns = zip(*grid.rows, strict=True)
    words = [max(measure(word, bold=True) for cell in cells for word in cell.split(" ")) for cells in columns]
    return [word * size / POINTS + 2 * CELL + 0.04 for word in words]


def _column_widths(grid: Grid, width: float, size: float) -> list[float]:
    """Inches of each column: what it cannot do without, and of what is left a share by how long its cells are."""
    columns, least = list(zip(*grid.rows, strict=True)), _least_widths(grid, size)
    wanted = grid.shares or [min(LONGEST_CELL, max(map(measure, cells))) for cells in columns]
    rest = max(width - sum(least), 0.0)
    more = [max(share / sum(wanted) * width - one, 0.0) for share, one in zip(wanted, least, strict=True)]
    widths = [one + rest * share / (sum(more) or 1.0) for one, share in zip(least, more, strict=True)]
    return [one * width / sum(widths) for one in widths]


def _row_heights(grid: Grid, widths: Sequence[float], size: float) -> list[float]:
    """Inches of each row of a table at this size."""
    return [
        2 * CELL + max(needed_height([cell], width - 2 * CELL, size, bold=True) for cell, width in zip(row, widths, strict=True))
        for row in grid.rows
    ]


def _take(free: dict[int, Any], slot: Slot, part: Part) -> Any | None:
    """The next free placeholder of another template in which a part may stand."""
    wanted: Sequence[PP_PLACEHOLDER] = (PP_PLACEHOLDER.OBJECT, FOR_PARTS.get(type(part), PP_PLACEHOLDER.OBJECT))
    if isinstance(part, tuple):
        wanted = TEXTS if slot.kind in ("subTitle", "obj") or slot.bullets else ()
    for kind in wanted:
        for idx, one in free.items():
            if one.placeholder_format.type == kind:
                return free.pop(idx)
    return None


def _plain(said: Sequence[Paragraph]) -> list[str]:
    return [runs if isinstance(runs, str) else "".join(one.text for one in runs) for runs in said]


def _use_room(slide: Slide, boxes: dict[str, Box]) -> dict[str, Box]:
    """What a slide shows begins below its title where no claim stands there, and rows of dots stay near each other."""
    used = {}
    for name, part in slide.parts.items():
        if not name.startswith(("body", "text")) or not LAYOUTS[slide.layout].framed or "figure1" in slide.parts:
            continue
        box, top = boxes[name], SHOWN.top if "claims" in slide.parts else BODY.top
        box = replace(box, top=top, height=box.top + box.height - top)
        if isinstance(part, Plot) and part.chart.kind == "dots":
            box = replace(box, height=min(box.height, 1.0 + HIGHEST_ROW * len(part.chart.categories)))
        used[name] = box
    return used


def _panels(slide: Slide, boxes: dict[str, Box]) -> dict[str, Box]:
    """Charts side by side share the width so that their scales are equally long; the first has the names of the rows beside it."""
    plots = [name for name, part in slide.parts.items() if isinstance(part, Plot) and name.startswith("body")]
    if len(plots) < 2:
        return boxes
    first, last = boxes[plots[0]], boxes[plots[-1]]
    shown = [part for part in slide.parts.values() if isinstance(part, Plot)]
    whole = last.left + last.width - first.left
    # Where each names its own rows, all have the same room for it.
    names = 0.0 if all(one.named for one in shown) else fit_names(shown[0].chart, first, len(plots))[1]
    each = (whole - names - PANEL_GAP * (len(plots) - 1)) / len(plots)
    left, placed = first.left, dict(boxes)
    for at, name in enumerate(plots):
        width = each + (names if at == 0 else 0.0)
        placed[name] = replace(first, left=left, width=width)
        left += width + PANEL_GAP
    return placed


def _picture(drawn: Any, part: Picture, box: Box) -> Any:
    """A figure that is no chart, as large as its place allows."""
    width, height = size_of(part.svg)
    scale = min(box.width / width, box.height / height)
    wide, high = width * scale, height * scale
    place = Box(box.left + (box.width - wide) / 2, box.top, wide, high)
    made = drawn.shapes.add_picture(io.BytesIO(picture_of(part.svg)), *place.emu)
    made._element.nvPicPr.cNvPr.set("descr", part.alt)
    return made

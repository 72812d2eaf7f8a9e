"""The template that slides are set on: our own, built from the brand, or the consultancy's; and a presentation without clocks.

A layout is a few named slots. In our own template each slot is a placeholder of a layout; in another one a slot takes a placeholder
of its kind where the layout has one left, and is a text box or a plain picture where it has none, inside the layout's own area.
"""

from __future__ import annotations

import io
import math
import re
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from matplotlib.ft2font import FT2Font
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.util import Emu, Inches

from valuelib.errors import ParameterError
from valuelib.output.brand import HOUSE, Brand
from valuelib.output.pdf import picture_of
from valuelib.results import Verdict
from valuelib.show import canvas

# Places, in inches of a 13.3 x 7.5 inch slide

WIDE, HIGH, POINTS = 13.333, 7.5, 72
LINE, PARAGRAPH = 1.2, 0.4  # height of a line, and the space below a paragraph, in their size
SPARE = 1.04  # other letters than ours may run a little wider
SMALLEST = 9.0


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, in inches of a 13.3 x 7.5 inch slide."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Emu, Emu, Emu, Emu]:
        """Left, top, width and height in the units of the file."""
        return Emu(Inches(self.left)), Emu(Inches(self.top)), Emu(Inches(self.width)), Emu(Inches(self.height))


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a layout: what may stand in it (a type of placeholder), where, and how large its letters are."""

    kind: str
    box: Box
    size: float = 14.0
    colour: str = "tx1"
    bold: bool = False
    bullets: bool = False
    anchor: str = "t"
    align: str = "l"
    face: str = "mn"


LEFT, ACROSS = 0.6, 12.13
TITLE = Slot("title", Box(LEFT, 0.6, ACROSS, 0.92), 24, bold=True, face="mj")
BODY = Box(LEFT, 1.62, ACROSS, 4.68)  # what a slide shows; claims above and the reading line below take their part of it
SHOWN = Box(LEFT, 2.2, ACROSS, 4.02)
# On every slide but cover and section: the chapter, the claims below the title, how to read the picture, who answered.
FRAME: Mapping[str, Slot] = {
    "tracker": Slot("body", Box(LEFT, 0.28, ACROSS, 0.3), 12, "accent1", bold=True),
    "claims": Slot("body", Box(LEFT, 1.56, ACROSS, 0.56), 13, "tx2"),
    "read": Slot("body", Box(LEFT, 6.3, ACROSS, 0.3), 12, "tx2"),
    "source": Slot("body", Box(LEFT, 6.62, ACROSS, 0.28), 12, "tx2"),
}
FOOT = Slot("ftr", Box(LEFT, 7.06, 9.5, 0.28), 10, "tx2", anchor="ctr")
NUMBER = Slot("sldNum", Box(11.73, 7.06, 1.0, 0.28), 10, "tx2", anchor="ctr", align="r")
HALF, RIGHT = 5.85, 6.88


def _columns(top: float, height: float, n: int, gap: float = 0.3) -> tuple[Box, ...]:
    width = (ACROSS - gap * (n - 1)) / n
    return tuple(Box(LEFT + place * (width + gap), top, width, height) for place in range(n))


def _big_numbers(n: int) -> dict[str, Slot]:
    slots: dict[str, Slot] = {}
    for place, box in enumerate(_columns(1.7, 3.1, n), start=1):
        left, wide = box.left, box.width
        slots[f"name{place}"] = Slot("body", Box(left, 1.7, wide, 0.34), 16, bold=True)
        slots[f"figure{place}"] = Slot("body", Box(left, 2.04, wide, 0.86), 44, "accent1", bold=True, face="mj")
        slots[f"about{place}"] = Slot("body", Box(left, 2.9, wide, 0.34), 14, "tx2")
        slots[f"strip{place}"] = Slot("obj", Box(left, 3.3, wide, 1.45))
    return {**slots, "body": Slot("body", Box(LEFT, 4.9, ACROSS, 1.4), 18)}


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of slide: its name in the list of layouts, the type that PowerPoint knows it by, its slots beside the frame's."""

    name: str
    type: str
    slots: Mapping[str, Slot]
    framed: bool = True

    @property
    def all_slots(self) -> dict[str, Slot]:
        """Every slot but title, foot and number, in the order in which they are read."""
        if not self.framed:
            return dict(self.slots)
        above, below = ({name: FRAME[name] for name in part} for part in (("tracker", "claims"), ("read", "source")))
        return {**above, **self.slots, **below}


LAYOUTS: Mapping[str, Layout] = {
    "cover": Layout(
        "Cover",
        "title",
        {
            "client": Slot("subTitle", Box(0.9, 1.0, 11.5, 0.5), 18, "bg1"),
            "facts": Slot("body", Box(0.9, 5.0, 7.6, 1.3), 16),
            "author": Slot("body", Box(0.9, 6.4, 7.6, 0.4), 14, "tx2"),
        },
        framed=False,
    ),
    "section": Layout("Section", "secHead", {"body": Slot("body", Box(0.9, 4.1, 11.5, 1.4), 16, "bg1")}, framed=False),
    "content": Layout("Title and content", "obj", {"body": Slot("obj", BODY, 20, bullets=True)}),
    "columns": Layout(
        "Title and two columns",
        "twoTxTwoObj",
        {
            "left_head": Slot("body", Box(LEFT, 1.66, HALF, 0.4), 16, "accent1", bold=True),
            "left": Slot("obj", Box(LEFT, 2.12, HALF, 4.1), 18, bullets=True),
            "right_head": Slot("body", Box(RIGHT, 1.66, HALF, 0.4), 16, "accent1", bold=True),
            "right": Slot("obj", Box(RIGHT, 2.12, HALF, 4.1), 18, bullets=True),
        },
    ),
    "chart": Layout("Title and chart", "obj", {"body": Slot("obj", SHOWN)}),
    "chart_text": Layout(
        "Title, chart and text",
        "twoObj",
        {"body": Slot("obj", Box(LEFT, 2.2, 8.3, 4.02)), "text": Slot("obj", Box(9.2, 2.3, 3.53, 3.9), 16)},
    ),
    "charts2": Layout(
        "Title and two charts",
        "twoObj",
        {"body": Slot("obj", Box(LEFT, 2.2, 7.0, 4.02)), "body2": Slot("obj", Box(7.7, 2.2, 5.03, 4.02))},
    ),
    "charts3": Layout(
        "Title and three charts",
        "obj",
        {
            "body": Slot("obj", Box(LEFT, 2.2, 5.65, 4.02)),
            "body2": Slot("obj", Box(6.35, 2.2, 3.14, 4.02)),
            "body3": Slot("obj", Box(9.59, 2.2, 3.14, 4.02)),
        },
    ),
    "numbers": Layout("Two big numbers", "obj", _big_numbers(2)),
    "numbers3": Layout("Three big numbers", "obj", _big_numbers(3)),
}
COVER_TITLE = Slot("ctrTitle", Box(0.9, 1.6, 11.5, 2.3), 34, "bg1", bold=True, face="mj")
SECTION_TITLE = Slot("title", Box(0.9, 2.6, 11.5, 1.4), 34, "bg1", bold=True, anchor="b", face="mj")
BANDS = {"cover": Box(0.0, 0.0, WIDE, 4.4), "section": Box(0.0, 0.0, WIDE, HIGH)}
LOGO = Box(9.4, 5.1, 3.0, 1.3)

# Theme colours. The verdicts' own stay what they are under every brand: they carry meaning.
VERDICTS: Mapping[Verdict, str] = {
    "supported": "accent5",
    "consistent": "accent2",
    "smaller": "accent3",
    "rejected": "accent4",
    "undecided": "accent6",
    "not_testable": "accent6",
}


def title_slot(layout: str) -> Slot:
    """Where the title of a layout stands."""
    return COVER_TITLE if layout == "cover" else SECTION_TITLE if layout == "section" else TITLE


# How much room letters take, in our own


@cache
def _font(*, bold: bool) -> FT2Font:
    return FT2Font(str(canvas.FONTS / f"{canvas.FONT}-{'Bold' if bold else 'Regular'}.ttf"))


def measure(text: str, *, bold: bool = False) -> float:
    """Width of a line in its own size: that of its words, each of which is laid out once."""
    words = text.split(" ")
    return sum(_width(word, bold=bold) for word in words) + (len(words) - 1) * _width(" ", bold=bold)


@cache
def _width(word: str, *, bold: bool) -> float:
    font = _font(bold=bold)
    font.set_size(100, POINTS)
    font.set_text("".join(letter if font.get_char_index(ord(letter)) else "m" for letter in word))
    return float(font.get_width_height()[0]) / 64 / 100 * SPARE


def lines_of(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """The lines of a text in a place of this width in inches; only ordinary spaces part, so a word that is too long sticks out."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if line and measure(longer, bold=bold) * size > width * POINTS:
                lines.append(line)
                line = word
            else:
                line = longer
        lines.append(line)
    return lines


def sized(size: float, wide: float) -> float:
    """Points of letters whose face runs so much wider than ours: they take the room that ours take at this size."""
    return max(SMALLEST, math.floor(2 * size / wide) / 2)


def needed_height(paragraphs: Sequence[str], width: float, size: float, *, bold: bool = False) -> float:
    """Inches that paragraphs take at this size, with the space between them."""
    lines = sum(len(lines_of(said, width, size, bold=bold)) for said in paragraphs)
    return (lines * LINE + PARAGRAPH * max(len(paragraphs) - 1, 0)) * size / POINTS


def fitting_size(paragraphs: Sequence[str], box: Box, largest: float, smallest: float = SMALLEST, *, bold: bool = False) -> float:
    """The largest size in points, in steps of a half, at which the paragraphs stay in the box; the smallest where none does."""
    size = largest
    while size > smallest and needed_height(paragraphs, box.width, size, bold=bold) > box.height:
        size -= 0.5
    return size


# Our own template

P = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'  # fmt: skip  # noqa: E501
TREE = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)
FLAT = 'wrap="square" lIns="0" tIns="0" rIns="0" bIns="0"'
SCHEME = ("dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6", "hlink", "folHlink")
SOFT = "#F3F5F7"


def own_template(brand: Brand) -> Any:
    """An empty presentation in 16:9 whose theme has the brand's colours and whose layouts have a placeholder for every slot."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Emu(Inches(WIDE)), Emu(Inches(HIGH))
    deck.part._element.sldSz.attrib.pop("type", None)
    master, layouts = deck.slide_master, list(deck.slide_layouts)
    _set_theme(master.part.part_related_by(RT.THEME), brand)
    _fill(master, _master_shapes())
    _style(master)
    for layout in layouts[len(LAYOUTS) :]:
        deck.slide_layouts.remove(layout)
    for made, (name, wanted) in zip(layouts, LAYOUTS.items(), strict=False):
        made.name = wanted.name
        made._element.set("type", wanted.type)
        made._element.set("preserve", "1")
        _fill(made, _layout_shapes(name, wanted))
        if name == "cover" and brand.logo is not None:
            _add_logo(made, brand)
    return deck


def _set_theme(part: Any, brand: Brand) -> None:
    """The brand's colours and our letters in place of those of the office theme."""
    colours = (
        *(brand.ink, canvas.PAPER, canvas.MUTED, SOFT),
        *(brand.accent, canvas.GREEN, canvas.AMBER, canvas.VERMILION, canvas.BLUE, canvas.GREY, brand.accent, canvas.MUTED),
    )
    scheme = "".join(
        f'<a:{name}><a:srgbClr val="{one[1:].upper()}"/></a:{name}>' for name, one in zip(SCHEME, colours, strict=True)
    )
    # The number after the name tells a program that lacks the letters which of its own are like them.
    face = f'<a:latin typeface="{canvas.FONT}" panose="020F0502020204030203"/><a:ea typeface=""/><a:cs typeface=""/>'
    fonts = f'<a:fontScheme name="valuelib"><a:majorFont>{face}</a:majorFont><a:minorFont>{face}</a:minorFont></a:fontScheme>'
    theme = part.blob.decode("utf-8").replace('name="Office Theme"', 'name="valuelib"', 1)
    theme = re.sub(r"<a:clrScheme.*?</a:clrScheme>", f'<a:clrScheme name="valuelib">{scheme}</a:clrScheme>', theme, flags=re.DOTALL)
    part._blob = re.sub(r"<a:fontScheme.*?</a:fontScheme>", fonts, theme, flags=re.DOTALL).encode("utf-8")


def _fill(sheet: Any, shapes: Sequence[str]) -> None:
    """Put shapes in the place of all that a master or layout had."""
    tree = parse_xml(f"<p:spTree {P}>{TREE}{''.join(shapes)}</p:spTree>")
    old = sheet._element.cSld.spTree
    for child in list(old)[2:]:
        old.remove(child)
    for child in list(tree)[2:]:
        old.append(child)


def _style(master: Any) -> None:
    """Letters of titles and bodies; a slot says what differs."""

    def level(size: float, bold: bool, face: str) -> str:
        fill = '<a:solidFill><a:schemeClr val="tx1"/></a:solidFill>'
        letters = f'<a:latin typeface="+{face}-lt"/><a:ea typeface="+{face}-ea"/><a:cs typeface="+{face}-cs"/>'
        return f'sz="{size * 100:.0f}" b="{bold:d}" kern="1200">{fill}{letters}</a:defRPr>'

    space = '<a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="0"/></a:spcBef>'
    title = f'<a:lvl1pPr algn="l" rtl="0" eaLnBrk="1">{space}<a:buNone/><a:defRPr {level(TITLE.size, True, "mj")}</a:lvl1pPr>'
    body = "".join(
        f'<a:lvl{at}pPr marL="{(at - 1) * 228600}" indent="0" algn="l" rtl="0" eaLnBrk="1">{space}<a:buNone/>'
        f"<a:defRPr {level(16, False, 'mn')}</a:lvl{at}pPr>"
        for at in range(1, 6)
    )
    styles = parse_xml(
        f"<p:txStyles {P}><p:titleStyle>{title}</p:titleStyle><p:bodyStyle>{body}</p:bodyStyle><p:otherStyle/></p:txStyles>"
    )
    old = master._element.find(f"{{{master._element.nsmap['p']}}}txStyles")
    old.getparent().replace(old, styles)


def _master_shapes() -> list[str]:
    body = Slot("body", BODY, 16)
    slots = {"Title": (TITLE, 0), "Text": (body, 1), "Footer": (FOOT, 3), "Slide number": (NUMBER, 4)}
    rule = _band(9, Box(0.0, 0.0, WIDE, 0.1), "accent1")
    return [rule, *(_placeholder(place, name, slot, idx) for place, (name, (slot, idx)) in enumerate(slots.items(), start=2))]


def _layout_shapes(name: str, layout: Layout) -> list[str]:
    shapes = [] if layout.framed else [_band(90, BANDS[name], "accent1")]
    shapes.append(_placeholder(2, "Title", title_slot(name), 0))
    for place, (key, slot) in enumerate(layout.all_slots.items(), start=3):
        shapes.append(_placeholder(place, key.replace("_", " ").capitalize(), slot, slot_index(name, key)))
    if name != "cover":
        foot, number = (FOOT, NUMBER) if layout.framed else (replace(FOOT, colour="bg1"), replace(NUMBER, colour="bg1"))
        shapes += [_placeholder(80, "Footer", foot, 80), _placeholder(81, "Slide number", number, 81)]
    return shapes


def slot_index(layout: str, slot: str) -> int:
    """The number that ties a placeholder of a slide to that of its layout."""
    return 10 + list(LAYOUTS[layout].all_slots).index(slot)


def _band(number: int, box: Box, colour: str) -> str:
    left, top, width, height = box.emu
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Band"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm>'
        f'<a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect">'
        "<a:avLst/></a:prstGeom>"
        f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )


def _placeholder(number: int, name: str, slot: Slot, idx: int) -> str:
    left, top, width, height = slot.box.emu
    kind = "" if slot.kind == "obj" else f' type="{slot.kind}"'
    place = f' idx="{idx}"' if idx else ""
    size = ' sz="quarter"' if slot.kind in ("ftr", "sldNum") else ""
    bullet = (
        '<a:buClr><a:schemeClr val="accent1"/></a:buClr><a:buFont typeface="+mj-lt"/><a:buChar char="–"/>'
        if slot.bullets
        else "<a:buNone/>"
    )
    margin = 'marL="200000" indent="-200000"' if slot.bullets else 'marL="0" indent="0"'
    space = f'<a:spcAft><a:spcPts val="{slot.size * PARAGRAPH * 100:.0f}"/></a:spcAft>'
    look = (
        f'<a:lvl1pPr {margin} algn="{slot.align}">{space}{bullet}<a:defRPr sz="{slot.size * 100:.0f}" b="{slot.bold:d}">'
        "<a:solidFill>"
        f'<a:schemeClr val="{slot.colour}"/></a:solidFill><a:latin typeface="+{slot.face}-lt"/></a:defRPr></a:lvl1pPr>'
    )
    held = f"<a:p><a:r><a:rPr/><a:t>{escape(name)}</a:t></a:r></a:p>"
    if slot.kind == "sldNum":
        held = f'<a:p><a:fld id="{FIELD}" type="slidenum"><a:rPr/><a:t>‹#›</a:t></a:fld><a:endParaRPr/></a:p>'
    elif slot.kind == "ftr":
        held = "<a:p><a:endParaRPr/></a:p>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id={quoteattr(str(number))} name={quoteattr(name)}/><p:cNvSpPr><a:spLocks noGrp="1"/>'
        "</p:cNvSpPr>"
        f'<p:nvPr><p:ph{kind}{size}{place}/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm><a:off x="{left}" y="{top}"/>'
        f'<a:ext cx="{width}" cy="{height}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f"<p:txBody><a:bodyPr {FLAT} "
        f'anchor="{slot.anchor}"><a:noAutofit/></a:bodyPr><a:lstStyle>{look}</a:lstStyle>{held}</p:txBody></p:sp>'
    )


FIELD = "{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}"


def _add_logo(layout: Any, brand: Brand) -> None:
    """The logo on the cover's layout, as large as its place allows."""
    assert brand.logo is not None
    svg = brand.logo.suffix.lower() == ".svg"
    image = io.BytesIO(picture_of(brand.logo.read_text(encoding="utf-8")) if svg else brand.logo.read_bytes())
    part, relation = layout.part.get_or_add_image_part(image)
    wide, high = part.image.size
    scale = min(LOGO.width / wide, LOGO.height / high)
    left, top, width, height = Box(LOGO.left + LOGO.width - wide * scale, LOGO.top, wide * scale, high * scale).emu
    shape = (
        f'<p:pic {P}><p:nvPicPr><p:cNvPr id="91" name="Logo" descr={quoteattr(brand.name)}/><p:cNvPicPr>'
        '<a:picLocks noChangeAspect="1"/>'
        f'</p:cNvPicPr><p:nvPr userDrawn="1"/></p:nvPicPr><p:blipFill><a:blip r:embed="{relation}"/><a:stretch>'
        "<a:fillRect/></a:stretch>"
        f'</p:blipFill><p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect">'
        "<a:avLst/></a:prstGeom></p:spPr></p:pic>"
    )
    layout._element.cSld.spTree.append(parse_xml(shape))


# A consultancy's template

TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
FURNITURE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
ANYTHING = (PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.CHART, PP_PLACEHOLDER.TABLE, PP_PLACEHOLDER.PICTURE)
# How much wider than ours the letters of other faces run; a face that is not named is taken for one like Arial.
FACES, USUAL_FACE = {"Lato": 1.0, "Calibri": 1.0, "Carlito": 1.0, "Verdana": 1.2, "DejaVu Sans": 1.2}, 1.08
LOWEST = 0.92  # of a slide's height: what stands below is furniture
POTX, PPTX = (
    f"application/vnd.openxmlformats-officedocument.presentationml.{kind}.main+xml".encode()
    for kind in ("template", "presentation")
)


def open_template(path: Path | None, brand: Brand = HOUSE) -> Any:
    """An empty presentation with the template's look; None gives our own, in the brand's colours.

    Raises:
        ParameterError: the file is no presentation or template of one, or has no layout with a title.
    """
    if path is None:
        return own_template(brand)
    try:
        deck = Presentation(io.BytesIO(_as_presentation(path.read_bytes())))
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, OSError) as err:
        raise ParameterError(
            f"--template {path}: this is not a PowerPoint presentation that can be read. Expected: a .pptx or .potx file. "
            "Open it in PowerPoint and save it as .pptx anew."
        ) from err
    # Take the template's own slides out, and the sections that they stood in.
    listed = deck.slides._sldIdLst
    for entry in list(listed):
        deck.part.drop_rel(entry.rId)
        listed.remove(entry)
    for one in deck.part._element.xpath("./p:extLst"):
        deck.part._element.remove(one)
    if find_layout(deck, "content") is None:
        raise ParameterError(
            f"--template {path}: no slide layout has a title. Expected: the layouts “Title Slide” and “Title and Content” "
            "that every new presentation has. Add them under View > Slide Master."
        )
    return deck


def _as_presentation(packed: bytes) -> bytes:
    """The same package; a template (.potx) as the presentation that it differs from in one word."""
    with zipfile.ZipFile(io.BytesIO(packed)) as source:
        kinds = source.read("[Content_Types].xml")
        if POTX not in kinds:
            return packed
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as target:
            for member in source.infolist():
                content = source.read(member)
                target.writestr(member, content.replace(POTX, PPTX) if member.filename == "[Content_Types].xml" else content)
        return made.getvalue()


def find_layout(deck: Any, name: str) -> Any | None:
    """The layout of the template for one of ours: the one of that type, else the one with a title and the places most like ours."""
    wanted = LAYOUTS[name]
    named = (layout for layout in deck.slide_layouts if layout.name == wanted.name)
    if (own := next((layout for layout in named if _has_title(layout)), None)) is not None:
        return own
    layouts = [layout for layout in deck.slide_layouts if _has_title(layout)]
    objects = sum(slot.kind == "obj" for slot in wanted.slots.values())

    def unlike(layout: Any) -> tuple[bool, int, int]:
        kinds = [kind for kind in _kinds(layout) if kind not in (*FURNITURE, *TITLES)]
        places = sum(kind in ANYTHING for kind in kinds)
        return layout._element.get("type") != wanted.type, abs(places - objects), len(kinds)

    return min(layouts, key=unlike, default=None)


def area_of(layout: Any, deck: Any) -> Box:
    """Where a layout has room for what a slide shows, in inches: its places for content, or all below or above the title."""
    inch = Inches(1)
    kinds = [(one, one.placeholder_format.type) for one in layout.placeholders if one.width]
    title = next(one for one, kind in kinds if kind in TITLES)
    head, foot = title.top / inch, (title.top + title.height) / inch
    across = left, right = title.left / inch, (title.left + title.width) / inch
    top, bottom = foot, LOWEST * deck.slide_height / inch
    if places := [one for one, kind in kinds if kind not in (*FURNITURE, *TITLES)]:
        left, right = min(one.left for one in places) / inch, max(one.left + one.width for one in places) / inch
        top, bottom = min(one.top for one in places) / inch, max(one.top + one.height for one in places) / inch
    if min(bottom, foot) - max(top, head) > 0.1 and min(right, across[1]) > max(left, across[0]):  # places around the title
        top, bottom = (top, head) if head - top > bottom - foot else (foot, bottom)
    below = [one.top / inch for one, kind in kinds if kind in FURNITURE and one.top / inch > (top + bottom) / 2]
    return Box(left, top, right - left, min([bottom, *below]) - top)


def width_of_face(deck: Any) -> float:
    """How much wider than ours the letters of a template run."""
    theme = deck.slide_master.part.part_related_by(RT.THEME).blob.decode("utf-8")
    return max(FACES.get(face, USUAL_FACE) for face in re.findall(r'<a:latin typeface="([^"]*)"', theme)[:2])


def _has_title(layout: Any) -> bool:
    return any(kind in TITLES for kind in _kinds(layout))


def _kinds(layout: Any) -> list[Any]:
    return [place.placeholder_format.type for place in layout.placeholders]


# What tells of the machine and the person that a template was made on: a preview of its own slide, its program, a printer.
TRACES = (RT.THUMBNAIL, RT.EXTENDED_PROPERTIES, RT.PRINTER_SETTINGS)


def without_traces(deck: Any) -> None:
    """Leave out what a presentation has from the machine of its template."""
    for rels in (deck.part.package._rels, deck.part.rels):
        for relation in [one.rId for one in rels.values() if one.reltype in TRACES]:
            rels.pop(relation)


# Sections of the list of slides

SECTIONS = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"


def add_sections(deck: Any, names: Sequence[str]) -> None:
    """Group the slides under the name that each has; equal names gives equal bytes."""
    slides: dict[str, list[str]] = {}
    for entry, name in zip(deck.slides._sldIdLst, names, strict=True):
        slides.setdefault(name, []).append(entry.get("id"))
    sections = "".join(
        f'<p14:section name={quoteattr(name)} id="{{{str(uuid.uuid5(uuid.NAMESPACE_URL, name)).upper()}}}"><p14:sldIdLst>'
        f"{''.join(f'<p14:sldId id={quoteattr(one)}/>' for one in ids)}</p14:sldIdLst></p14:section>"
        for name, ids in slides.items()
    )
    held = f'<p:extLst {P}><p:ext uri="{SECTIONS}"><p14:sectionLst xmlns:p14="{P14}">{sections}</p14:sectionLst></p:ext></p:extLst>'
    deck.part._element.append(parse_xml(held))


# The same bytes every time: the members of a presentation, and those of the workbooks inside, lose their clocks.

NO_CLOCK = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can tell
STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")
FIXED = rb"\g<1>2000-01-01T00:00:00Z\g<3>"


def without_clock(packed: bytes) -> bytes:
    """The same package with fixed dates on every member, in the order in which they stand."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename.endswith((".xlsx", ".pptx")):
                content = without_clock(content)
            elif member.filename == "docProps/core.xml":
                content = STAMP.sub(FIXED, content)
            info = zipfile.ZipInfo(member.filename, date_time=NO_CLOCK)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            target.writestr(info, content)
    return made.getvalue()

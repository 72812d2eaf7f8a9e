"""The template that slides are set on: our own plain one, or the consultancy's; and a presentation without clocks."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.util import Emu

from valuelib.errors import ParameterError
from valuelib.output.slides.charts import Page

TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
FURNITURE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)


def open_template(path: Path | None) -> Any:
    """An empty presentation with the template's look; None gives our own, in 16:9.

    Raises:
        ParameterError: the file is no presentation, or has no layout with a title.
    """
    if path is None:
        # The plain presentation of python-pptx, widened from 4:3 to 16:9 with everything on its layouts.
        deck, page = Presentation(), Page()
        across = page.width / deck.slide_width
        deck.slide_width, deck.slide_height = Emu(page.width), Emu(page.height)
        for sheet in (deck.slide_master, *deck.slide_layouts):
            for shape in sheet.placeholders:
                if shape.element.spPr.xfrm is not None:
                    shape.left, shape.width = Emu(int(shape.left * across)), Emu(int(shape.width * across))
        return deck
    try:
        deck = Presentation(str(path))
    except (PackageNotFoundError, KeyError, ValueError, OSError) as err:
        raise ParameterError(
            f"--template {path}: this is not a PowerPoint presentation that can be read. Expected: a .pptx file. "
            "Open it in PowerPoint and save it as .pptx anew."
        ) from err
    # Take the template's own slides out.
    listed = deck.slides._sldIdLst
    for entry in list(listed):
        deck.part.drop_rel(entry.rId)
        listed.remove(entry)
    if problems := [
        said for said, found in (("a title alone", title_layout(deck)), ("a title", cover_layout(deck))) if found is None
    ]:
        raise ParameterError(
            f"--template {path}: no slide layout has {' or '.join(problems)}. Expected: the layouts “Title Slide” and “Title Only” "
            "that every new presentation has. Add them under View > Slide Master."
        )
    return deck


def title_layout(deck: Any) -> Any | None:
    """The layout with a title and nothing else to fill, else the one with a title and fewest other places."""
    with_title = [layout for layout in deck.slide_layouts if any(kind in TITLES for kind in _kinds(layout))]
    return min(with_title, key=lambda layout: len([kind for kind in _kinds(layout) if kind not in FURNITURE]), default=None)


def cover_layout(deck: Any) -> Any | None:
    """The layout with title and subtitle, else any with a title."""
    both = [layout for layout in deck.slide_layouts if PP_PLACEHOLDER.SUBTITLE in _kinds(layout)]
    return both[0] if both else title_layout(deck)


def _kinds(layout: Any) -> list[Any]:
    return [place.placeholder_format.type for place in layout.placeholders]


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

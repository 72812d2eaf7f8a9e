"""How does a figure that is no chart get onto a slide? As a picture drawn by typst, since not every program reads SVG."""

from __future__ import annotations

import tempfile
from pathlib import Path

import matplotlib as mpl
import typst

from valuelib.errors import RunError

FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"
SHEET = '#set page(width: auto, height: auto, margin: 0pt)\n#image("figure.svg")\n'
PIXELS_AN_INCH = 160


def picture_of(svg: str) -> bytes:
    """PNG of an SVG; the same bytes for the same drawing.

    Raises:
        RunError: typst cannot read the drawing.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "figure.svg").write_text(svg, encoding="utf-8")
        (folder / "sheet.typ").write_text(SHEET, encoding="utf-8")
        try:
            drawn = typst.compile(
                folder / "sheet.typ", root=folder, font_paths=[FONTS], ignore_system_fonts=True, format="png", ppi=PIXELS_AN_INCH
            )
        except typst.TypstError as err:
            raise RunError("report.pptx", f"a figure could not be drawn: {err.message}") from err
    if not isinstance(drawn, bytes):
        raise RunError("report.pptx", "a figure took more than one page.")
    return drawn

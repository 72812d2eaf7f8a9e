"""In which files does a client get the report, beside the page itself?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from valuelib.report.brand import Brand
from valuelib.report.content import Content
from valuelib.report.pdf import render_pdf
from valuelib.report.slides import render_slides
from valuelib.report.workbook import render_workbook

# Name of the file -> how its bytes are made; equal content gives equal bytes.
OUTPUTS: Mapping[str, Callable[[Content, Brand], bytes]] = {
    "report.pdf": render_pdf,
    "report.pptx": render_slides,
    "tables.xlsx": render_workbook,
}


def render_outputs(content: Content, brand: Brand) -> dict[str, bytes]:
    """Every output by its file name."""
    return {name: render(content, brand) for name, render in OUTPUTS.items()}

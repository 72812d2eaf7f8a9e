"""How does a report's content become the bytes of a PDF that are the same on every machine and at any time?

Typst sets `report.typ` from a JSON file and the figures' SVG files in a folder that vanishes afterwards. Text goes in as values,
which typst never reads as markup. Only the font that comes with matplotlib is used, never the machine's own.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import matplotlib as mpl
import typst

from valuelib.errors import RunError
from valuelib.report.brand import Brand
from valuelib.report.content import Content
from valuelib.report.pdf.document import pdf_document, pdf_figures, showable

TEMPLATE = Path(__file__).with_name("report.typ")
FONTS = Path(mpl.get_data_path()) / "fonts" / "ttf"


def render_pdf(content: Content, brand: Brand) -> bytes:
    """The PDF of a report: A4, tagged, bookmarked, PDF/UA-1; equal content gives equal bytes.

    Raises:
        RunError: typst refuses the document, for instance a logo that it cannot read.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        for name, svg in pdf_figures(content).items():
            (folder / name).write_text(svg, encoding="utf-8")
        logo = ""
        if brand.logo is not None:
            logo = f"logo{brand.logo.suffix.lower()}"
            (folder / logo).write_bytes(brand.logo.read_bytes())
        document = json.dumps(showable(pdf_document(content, brand, logo)), ensure_ascii=False)
        (folder / "content.json").write_text(document, encoding="utf-8")
        return _compile(folder)


def _compile(folder: Path) -> bytes:
    try:
        made = typst.compile(
            folder / TEMPLATE.name,
            root=folder,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards="ua-1",
        )
    except typst.TypstError as err:
        raise RunError("report.pdf", f"typst could not set the page: {err.message}") from err
    if not isinstance(made, bytes):
        raise RunError("report.pdf", "typst gave no document.")
    return made

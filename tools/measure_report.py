"""What a finished report is like, in figures: python tools/measure_report.py REPORT_FOLDER

Pages, words, empty share and smallest letters of the papers; slides, smallest type, colours outside the theme and overlaps of the
deck; sheets of the workbook; screens of a phone before the page's annex. Needs poppler and, for the page, Chromium.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from shutil import which

import numpy as np
import openpyxl
from lxml import etree
from matplotlib.image import imread
from playwright.sync_api import sync_playwright
from pptx import Presentation
from pptx.util import Emu

WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>')
PHONE = {"width": 390, "height": 844}
HEAD, FOOT = 0.06, 0.945  # shares of a page's height where running head and foot stand
TOUCH = 0.5  # points by which boxes may reach into each other: descenders do
Box = tuple[float, float, float, float]


def told(*command: str) -> str:
    """What a program prints."""
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def measure_paper(file: Path) -> Iterator[tuple[str, str]]:
    """Pages, words, how much of the pages' foot is empty, smallest letters, and words that stand on each other."""
    boxes = [page.split("</page>")[0] for page in told("pdftotext", "-bbox", str(file), "-").split("<page ")[1:]]
    words = [[(*map(float, one[:4]), one[4]) for one in WORD.findall(page)] for page in boxes]
    yield "pages", str(len(boxes))
    yield "words", str(sum(map(len, words)))
    with tempfile.TemporaryDirectory() as folder:
        told("pdftoppm", "-r", "40", "-gray", "-png", str(file), f"{folder}/p")
        empty = []
        for picture in sorted(Path(folder).glob("*.png")):
            dots = np.atleast_3d(imread(picture))[..., :3].min(axis=2)
            ink = (dots < 0.97).any(axis=1)
            body = ink[round(len(ink) * HEAD) : round(len(ink) * FOOT)]
            last = np.flatnonzero(body)
            empty.append(1 - (last[-1] + 1) / len(body) if len(last) else 1.0)
    yield "empty foot of a page, mean of all but the last", f"{np.mean(empty[:-1] or empty):.0%}"
    yield "empty foot of a page, most", f"{max(empty[:-1] or empty):.0%}"
    overlaps = sum(_apart(one[:4], other[:4]) for page in words for one, other in combinations(page, 2))
    yield "words on other words", str(overlaps)


def _apart(one: Box, other: Box, touch: float = TOUCH) -> bool:
    """Whether two boxes reach into each other by more than they may."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > touch and high > 0.3 * min(one[3] - one[1], other[3] - other[1])


def measure_slides(file: Path) -> Iterator[tuple[str, str]]:
    """Slides before and after the divider, titles, type, colours outside the theme, and shapes that reach into each other."""
    deck = Presentation(str(file))
    sections = [len(one) for one in deck.part._element.iter("{*}sldIdLst") if one.getparent().tag.endswith("}section")]
    shapes = [(at, shape) for at, slide in enumerate(deck.slides) for shape in slide.shapes]
    charts = [(at, etree.tostring(shape.chart._chartSpace).decode()) for at, shape in shapes if shape.has_chart]
    xml = [*((at, slide.element.xml) for at, slide in enumerate(deck.slides)), *charts]
    sizes = [(at, int(size) / 100) for at, one in xml for size in re.findall(r'\bsz="(\d{3,4})"', one)]
    yield "slides", str(len(deck.slides))
    yield "main slides", str(sections[0] if sections else len(deck.slides))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides if slide.shapes.title is not None]
    yield "longest title, letters", str(max(map(len, titles), default=0))
    yield "titles of several slides", str(len(titles) - len(set(titles)))
    yield "smallest type, points", f"{min((size for _, size in sizes), default=0):.0f}"
    main = [size for at, size in sizes if not sections or at < sections[0]]
    yield "smallest type of the main slides, points", f"{min(main, default=0):.0f}"
    yield "colours outside the theme", str(sum(one.count("srgbClr") for _, one in xml))
    yield "native charts", str(len(charts))
    yield "pictures", str(sum(shape._element.tag.endswith("}pic") for _, shape in shapes))
    touching = 0
    for slide in deck.slides:
        boxes = [
            (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)
            for shape in slide.shapes
            if shape.width and shape.height and not (shape.has_text_frame and not shape.text_frame.text.strip())
        ]
        touching += sum(
            min(one[2], other[2]) - max(one[0], other[0]) > Emu(12700)
            and min(one[3], other[3]) - max(one[1], other[1]) > Emu(12700)
            for one, other in combinations(boxes, 2)
        )
    yield "shapes on other shapes", str(touching)


def measure_workbook(file: Path) -> Iterator[tuple[str, str]]:
    """Its sheets, and the longest of their names."""
    names = openpyxl.load_workbook(file, read_only=True).sheetnames
    yield "sheets", str(len(names))
    yield "longest name", str(max(map(len, names)))


def measure_page(file: Path) -> Iterator[tuple[str, str]]:
    """Screens of a phone before the annex and in all, and whether anything is wider than the screen."""
    chromium = which("chromium") or which("chromium-browser")
    if chromium is None:
        yield "phone screens", "not measured: there is no Chromium"
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport=PHONE)
        page.goto(file.resolve().as_uri())
        top = page.evaluate(
            "() => { const one = document.querySelector('#the-annex'); return one ? one.getBoundingClientRect().top + scrollY : 0 }"
        )
        whole = page.evaluate("() => document.documentElement.scrollHeight")
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        browser.close()
    yield "phone screens before the annex", f"{top / PHONE['height']:.1f}"
    yield "phone screens in all", f"{whole / PHONE['height']:.1f}"
    yield "wider than the screen", "yes" if wide > PHONE["width"] else "no"


MEASURES = {
    "report.pdf": measure_paper,
    "annex.pdf": measure_paper,
    "report.pptx": measure_slides,
    "tables.xlsx": measure_workbook,
    "report.html": measure_page,
}


def main(folder: Path) -> None:
    """Print a line for each measure of each output that is there."""
    for name, measure in MEASURES.items():
        if (folder / name).is_file():
            for what, figure in measure(folder / name):
                print(f"{name:12} {what:48} {figure}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

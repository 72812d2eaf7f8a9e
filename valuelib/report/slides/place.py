"""Where on a slide does a thing stand, and how large may its letters be so that all of it stays there?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pptx.util import Emu, Inches

WIDE, HIGH = 13.333, 7.5  # inches of a 16:9 slide; other sizes are scaled to
LETTER, BOLD = 0.54, 0.63  # mean width of a letter in its size, generous so that other fonts than ours fit too
LINE = 1.22  # height of a line in its size
POINTS = 72  # an inch


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, in inches of a 13.3 x 7.5 inch slide."""

    left: float
    top: float
    width: float
    height: float


KICKER = Box(0.6, 0.32, 12.1, 0.36)
TITLE = Box(0.6, 0.66, 12.1, 1.0)
BODY = Box(0.6, 1.85, 12.1, 4.85)
LEFT, RIGHT = Box(0.6, 1.85, 5.5, 4.85), Box(6.4, 1.85, 6.3, 4.85)
FOOTER, NUMBER = Box(0.6, 6.98, 10.6, 0.34), Box(11.6, 6.98, 1.1, 0.34)


@dataclass(frozen=True, slots=True)
class Page:
    """A slide's size; `of` gives the corners of a box on it, in the units of the file."""

    width: int = int(Inches(WIDE))
    height: int = int(Inches(HIGH))

    def of(self, box: Box) -> tuple[Emu, Emu, Emu, Emu]:
        """Left, top, width, height."""
        across, down = self.width / WIDE, self.height / HIGH
        return Emu(int(box.left * across)), Emu(int(box.top * down)), Emu(int(box.width * across)), Emu(int(box.height * down))


def fitting_size(paragraphs: Sequence[str], box: Box, largest: float, smallest: float = 9.0, *, bold: bool = False) -> float:
    """The largest size in points, in steps of a half, at which the paragraphs stay in the box; the smallest where none does."""
    size = largest
    while size > smallest and needed_height(paragraphs, box.width, size, bold=bold) > box.height:
        size -= 0.5
    return size


def needed_height(paragraphs: Sequence[str], width: float, size: float, *, bold: bool = False) -> float:
    """Inches that paragraphs take at this size, in a box of this width less its margins."""
    letters = max(1, int((width - 0.2) * POINTS / (size * (BOLD if bold else LETTER))))
    lines = sum(max(1, math.ceil(len(line) / letters)) for said in paragraphs for line in said.split("\n"))
    return (lines * LINE + 0.35 * len(paragraphs)) * size / POINTS

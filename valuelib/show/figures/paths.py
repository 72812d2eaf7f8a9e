"""Which way do the paths run, and how wide is each one's interval? Three boxes and the arrows between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from valuelib.records import Figure
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, set_title, wrap
from valuelib.show.palette import BLUE, FAINT, INK, MUTED, PAPER

Place = tuple[float, float]
WIDTH, HEIGHT = 2.9, 1.25  # of a box, in inches as is everything here
CENTRES: tuple[Place, Place, Place] = ((1.6, 1.0), (6.0, 3.35), (10.4, 1.0))  # from, through, to


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """What stands at an arrow: its figure, what that is counted in, and whether its interval leaves zero out."""

    figure: str
    unit: str
    shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Triangle:
    """The names of the three boxes (from, through, to), the arrows in the order first, second, straight, and lines below."""

    name: str
    title: str
    boxes: Sequence[str]
    arrows: Sequence[Arrow]
    below: Sequence[str]
    alt: str
    caption: str


def plot_triangle(triangle: Triangle) -> Figure:
    """From, through and to as boxes; a full line where an arrow's interval leaves zero out, a broken one where it does not."""
    with drawing(12, 5.6) as figure:
        axes = figure.subplots()
        axes.set_axis_off()
        axes.set_xlim(0, 12)
        axes.set_ylim(-0.9, 4.1)
        for name, centre in zip(triangle.boxes, CENTRES, strict=True):
            _box(axes, name, centre)
        start, middle, end = CENTRES
        first, second, straight = triangle.arrows
        _arrow(axes, first, (start[0], start[1] + HEIGHT / 2), (middle[0] - WIDTH / 2, middle[1]), (2.95, 2.8), "right")
        _arrow(axes, second, (middle[0] + WIDTH / 2, middle[1]), (end[0], end[1] + HEIGHT / 2), (9.05, 2.8), "left")
        _arrow(axes, straight, (start[0] + WIDTH / 2, start[1]), (end[0] - WIDTH / 2, end[1]), (6.0, 1.45), "center")
        axes.text(
            6.0,
            -0.45,
            "\n".join(wrap(line, 92) for line in triangle.below),
            ha="center",
            va="center",
            color=INK,
            fontsize=SMALL_SIZE + 1,
        )
        set_title(axes, triangle.title, 88)
        return finish(figure, name=triangle.name, alt=triangle.alt, caption=triangle.caption)


def _box(axes: Axes, name: str, centre: Place) -> None:
    corner = (centre[0] - WIDTH / 2, centre[1] - HEIGHT / 2)
    axes.add_patch(
        FancyBboxPatch(
            corner, WIDTH, HEIGHT, boxstyle="round,pad=0,rounding_size=0.12", facecolor=PAPER, edgecolor=INK, linewidth=1.6
        )
    )
    axes.text(*centre, wrap(name, 22), ha="center", va="center", color=INK)


def _arrow(axes: Axes, arrow: Arrow, start: Place, end: Place, words: Place, side: str) -> None:
    ink = BLUE if arrow.shown else MUTED
    axes.annotate(
        "",
        end,
        start,
        arrowprops={
            "arrowstyle": "-|>,head_width=0.35,head_length=0.7",
            "linewidth": 3 if arrow.shown else 2,
            "linestyle": "-" if arrow.shown else (0, (4, 3)),
            "color": ink,
            "shrinkA": 2,
            "shrinkB": 2,
        },
    )
    box = {"facecolor": PAPER, "edgecolor": FAINT, "boxstyle": "round,pad=0.25", "linewidth": 0.0}
    said = f"{arrow.figure}\n{wrap(arrow.unit, 32)}"
    axes.text(words[0], words[1], said, color=ink, bbox=box, ha=side, va="center", fontsize=SMALL_SIZE)

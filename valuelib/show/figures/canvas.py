"""On what are all figures drawn, so that they look alike, come out in the same bytes, and leave the reader's own settings alone?"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure as Drawing

from valuelib.records import Chart, Figure
from valuelib.show.palette import FAINT, INK, MUTED, PAPER

# Seaborn's white style in the edition that matplotlib carries, which spares the import of seaborn.
BASE = "seaborn-v0_8-white"
# Text becomes paths: the picture looks the same on a machine without the font. The salt makes ids, and so bytes, repeat.
HOUSE: dict[str, Any] = {
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": PAPER,
    "font.family": "DejaVu Sans",
    "font.size": 15.0,
    "grid.color": FAINT,
    "hatch.color": FAINT,
    "svg.fonttype": "path",
    "svg.hashsalt": "valuelib",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "xtick.labelsize": 14.0,
    "ytick.color": INK,
}
TITLE_SIZE = 17.0
SMALL_SIZE = 13.0


@contextmanager
def drawing(width: float, height: float) -> Iterator[Drawing]:
    """An empty drawing of this size in inches, inside settings that end with it."""
    with mpl.rc_context():
        mpl.rcdefaults()
        settings: Any = {**style.library[BASE], **HOUSE}
        mpl.rcParams.update(settings)
        yield Drawing(figsize=(width, height), layout="constrained")


def finish(figure: Drawing, *, name: str, alt: str, caption: str, charts: Sequence[Chart] = ()) -> Figure:
    """The drawing as a record; call it before the drawing's settings end."""
    file = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(file, format="svg", metadata=nothing, bbox_inches="tight", pad_inches=0.15)
    title = figure.get_suptitle().replace("\n", " ")
    return Figure(name=name, svg=file.getvalue(), alt=alt, caption=caption, charts=tuple(charts), title=title)


def nothing_to_show(*, name: str, said: str, caption: str) -> Figure:
    """A drawing that only says why it is empty."""
    with drawing(11, 2) as figure:
        axes = figure.subplots()
        axes.set_axis_off()
        axes.text(0.5, 0.5, wrap(said, 84), ha="center", va="center", color=MUTED, style="italic")
        return finish(figure, name=name, alt=said, caption=caption)


def wrap(text: str, width: int) -> str:
    """The text on lines of at most `width` letters; only ordinary spaces and hyphens part, so "12 %" stays together."""
    lines = textwrap.TextWrapper(width=width, break_long_words=False).wrap(text.replace("\N{NO-BREAK SPACE}", "\x00"))
    return "\n".join(lines).replace("\x00", "\N{NO-BREAK SPACE}")


def set_title(axes: Axes, text: str, width: int) -> None:
    """A title that reads as a sentence, at the left edge of the whole drawing."""
    figure = axes.get_figure()
    if isinstance(figure, Drawing):
        figure.suptitle(wrap(text, width), x=0.01, ha="left", fontsize=TITLE_SIZE, fontweight="bold")


def keep_ticks_inside(axis: Axis) -> None:
    """Leave out the ticks beyond the ends of an axis; call it when its limits are set."""
    low, high = sorted(axis.get_view_interval())
    axis.set_ticks([tick for tick in axis.get_majorticklocs() if low <= tick <= high])

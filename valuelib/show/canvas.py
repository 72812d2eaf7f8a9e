"""The look of every figure: colours, signs and the sheet it is drawn on, in the same bytes each time."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager, style
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure as Drawing

from valuelib.errors import ParameterError
from valuelib.results import Chart, Difference, Estimate, Figure, Group, Series, Verdict
from valuelib.show.localizer import local

Measured = Estimate | Group | Difference

# What a picture plots, as plain numbers: estimates in the order of the picture's rows.


def series_of(name: str, estimates: Sequence[Measured | None]) -> Series:
    """Values and intervals by row; a row without a figure is None."""
    return Series(
        name=name,
        values=tuple(None if one is None else one.value for one in estimates),
        low=tuple(None if one is None else one.ci_low for one in estimates),
        high=tuple(None if one is None else one.ci_high for one in estimates),
    )


# Colours and signs

PAPER = "#FFFFFF"
INK = "#1A1A1A"
MUTED = "#595959"
FAINT = "#D0D0D0"
BLUE = "#00558C"
GREEN = "#00705A"
AMBER = "#875300"
VERMILION = "#A63C00"
GREY = "#595959"
SKY = "#3D8FC4"  # beside BLUE, for lines only: white text on it would be too faint
SCORE_LOW = "#E6F0F7"
SCORE_HIGH = "#4F94CD"  # light enough for black text on every tile

DASHES = (0, (5, 3))  # of the line at a claimed size


@dataclass(frozen=True, slots=True)
class Look:
    """How a verdict is shown beside its word."""

    colour: str
    sign: str


VERDICT_LOOKS: Mapping[Verdict, Look] = {
    "supported": Look(BLUE, "▲"),
    "consistent": Look(GREEN, "✔"),
    "smaller": Look(AMBER, "▼"),
    "rejected": Look(VERMILION, "✖"),
    "undecided": Look(GREY, "?"),
    "not_testable": Look(GREY, "–"),
}
DETRACTORS = VERMILION
PASSIVES = "#8C8C8C"
PROMOTERS = BLUE


def score_colour(score: float) -> str:
    """Colour of a mean score 0-10, pale for low and deep for high."""
    share = min(max(score / 10, 0.0), 1.0)
    pairs = zip(_channels(SCORE_LOW), _channels(SCORE_HIGH), strict=True)
    return "#" + "".join(f"{round(low + share * (high - low)):02X}" for low, high in pairs)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on this colour."""
    return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 defines it, 1..21.

    >>> round(contrast("#000000", "#FFFFFF"), 1)
    21.0
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    digits = colour.removeprefix("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _luminance(colour: str) -> float:
    shares = (channel / 255 for channel in _channels(colour))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


# The sheet

FONT, FONTS = "Lato", Path(__file__).parent / "fonts"


@cache
def load_fonts() -> None:
    """Make the letters that stand beside this file known to matplotlib."""
    for file in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(file)


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
    "font.family": [FONT, "DejaVu Sans"],  # the second has the signs that the first lacks
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
SMALL_SIZE = 13.0
FINEST, EVEN = 3, 1e-9  # decimals of a tick at most; ticks that differ by less from a round number are round


def set_theme(**settings: object) -> None:
    """Draw your own pictures with matplotlib or seaborn in the looks of the report's; `matplotlib.rcdefaults()` takes it back.

    Args:
        settings: further rcParams, their dots as underscores, such as `font_size=12`.

    Raises:
        ParameterError: there is no such rcParam.

    Example:
        >>> import valuelib as vl, matplotlib as mpl
        >>> vl.set_theme(font_size=12)
        >>> mpl.rcParams["axes.spines.top"], mpl.rcParams["font.size"]
        (False, 12.0)
        >>> mpl.rcdefaults()
    """
    names = {name.replace(".", "_"): name for name in mpl.rcParams}
    if unknown := [name for name in settings if name not in names]:
        near = get_close_matches(unknown[0], names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "the names of matplotlib.rcParams, their dots as underscores."
        raise ParameterError(f"set_theme: there is no setting {unknown[0]!r}. Expected: {hint} Next: correct the name.")
    colours = cycler(color=[BLUE, AMBER, GREEN, VERMILION, SKY, GREY])
    house: Any = {**style.library[BASE], **HOUSE, "font.size": 11.0, "xtick.labelsize": 10.0, "axes.prop_cycle": colours}
    load_fonts()
    mpl.rcParams.update(house | {names[name]: value for name, value in settings.items()})


@contextmanager
def drawing(width: float, height: float) -> Iterator[Drawing]:
    """An empty drawing of this size in inches, inside settings that end with it."""
    load_fonts()
    with mpl.rc_context():
        mpl.rcdefaults()
        settings: Any = {**style.library[BASE], **HOUSE}
        mpl.rcParams.update(settings)
        yield Drawing(figsize=(width, height), layout="constrained")


def nearer(outline: str) -> str:
    """A letter's outline by steps from point to point, which take fewer digits than places."""
    said, at, start = "", (0, 0), (0, 0)
    for letter, numbers in STEP.findall(outline):
        places = [int(one) for one in NUMBER.findall(numbers)]
        steps = [place - at[index % 2] for index, place in enumerate(places)]
        if letter == "z":
            said, at = f"{said}z", start
            continue
        if letter == "L" and 0 in steps:
            said += f"v{steps[1]}" if steps[0] == 0 else f"h{steps[0]}"
        else:
            said += letter.lower() + " ".join(map(str, steps)).replace(" -", "-")
        at = (places[-2], places[-1])
        start = at if letter == "M" else start
    return said


UNDATED: Any = dict.fromkeys(("Creator", "Date", "Format", "Type"))  # metadata of a picture that repeats byte for byte
PATH, FINE, LETTER = re.compile(r'(?<= d=")[^"]*'), re.compile(r"(\.\d)\d+"), re.compile(r"\s*([A-Za-z])\s*")
MOVE = re.compile(r"(?<=translate\()[^()]*(?=\))")
GLYPH_MOVE = re.compile(r'(<use xlink:href="#[^"]*") transform="translate\((\d+\.?\d?)\d* 0\)"/>')
GLYPH = re.compile(r'(?<= d=")[MLQz0-9 -]*(?=" transform="scale\(0.015625\)")')
STEP, NUMBER = re.compile(r"([MLQz])([^MLQz]*)"), re.compile(r"-?\d+")
CLOSED, STYLE = re.compile(r"(M([^A-Za-z]+)[^Mz]*)L\2z"), re.compile(r' style="[^"]*"')
SPACE, GROUP_ID, EMPTY = re.compile(r">\s+<"), re.compile(r'<g id="[\w.]+"'), re.compile(r"<g/>")


def slim(svg: str) -> str:
    """The same picture in about half the bytes: tenths of a point, no layout of the file, no names that nothing uses.

    Texts stay beside their outlines as comments, so that whoever checks a report can read them.
    """
    svg = PATH.sub(lambda path: CLOSED.sub(r"\1z", LETTER.sub(r"\1", FINE.sub(r"\1", path[0])).replace(" -", "-")), svg)
    svg = STYLE.sub(lambda looks: looks[0].replace(": ", ":").replace("; ", ";"), svg)
    svg = MOVE.sub(lambda at: FINE.sub(r"\1", at[0]), GLYPH_MOVE.sub(r'\1 x="\2"/>', svg))
    svg = GLYPH.sub(lambda glyph: nearer(glyph[0]), svg)
    for name, short in (
        ("Lato-Bold-", "H"),
        ("Lato-Regular-", "L"),
        ("DejaVuSans-Bold-", "B"),
        ("DejaVuSans-", "D"),
        ("xlink:href", "href"),
        (' xmlns:xlink="http://www.w3.org/1999/xlink"', ""),
    ):
        svg = svg.replace(name, short)
    return EMPTY.sub("", GROUP_ID.sub("<g", SPACE.sub("><", svg)))


def finish(figure: Drawing, *, name: str, alt: str, caption: str, charts: Sequence[Chart] = ()) -> Figure:
    """The drawing as a record; call it before the drawing's settings end."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata=UNDATED, bbox_inches="tight", pad_inches=0.15)
    return Figure(
        name=name, svg=slim(file.getvalue()), alt=alt, caption=caption, charts=tuple(charts), title=str(figure.get_label())
    )


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


def set_title(axes: Axes, text: str) -> None:
    """The finding that the whole drawing shows; each medium sets it above the picture in its own letters."""
    figure = axes.get_figure()
    if isinstance(figure, Drawing):
        figure.set_label(text)


def keep_ticks_inside(axis: Axis) -> None:
    """Leave out the ticks beyond the ends of an axis; call it when its limits are set."""
    low, high = sorted(axis.get_view_interval())
    axis.set_ticks([tick for tick in axis.get_majorticklocs() if low <= tick <= high])


def draw_bar(axes: Axes, low: float | None, high: float | None, place: float, ink: str, width: float = 3, **look: Any) -> None:
    """An interval as a bar in a row; nothing where it has no ends."""
    if low is not None and high is not None:
        axes.plot([low, high], [place, place], **{"color": ink, "linewidth": width, "solid_capstyle": "butt", "zorder": 2, **look})


def draw_mark(axes: Axes, value: float | None, place: float, ink: str, marker: str = "o", size: float = 9, **look: Any) -> None:
    """A value as a sign with a light edge; one without a value stands at zero."""
    signs = {"marker": marker, "markersize": size, "color": ink, "markeredgecolor": PAPER, "zorder": 3}
    axes.plot([value or 0.0], [place], **{**signs, **look})


def write_near(axes: Axes, text: str, at: tuple[float, float], by: tuple[float, float], **look: Any) -> None:
    """A text this many points to the right of a place, and above it."""
    axes.annotate(text, at, xytext=by, textcoords="offset points", **look)


def write_beside(axes: Axes, text: str, place: float, right: float = 10, **look: Any) -> None:
    """A text in a row, this many points to the right of the axes."""
    write_near(axes, text, (1.0, place), (right, 0), xycoords=axes.get_yaxis_transform(), va="center", **look)


def draw_line(axes: Axes, at: float, text: str, side: str, height: float, *, dashed: bool = False, **look: Any) -> None:
    """An upright line through every row, such as no effect, named at its upper end on one side."""
    axes.axvline(at, color=INK, linewidth=1.6, linestyle=DASHES if dashed else "-", zorder=1)
    axes.text(at, height, f" {text} ", ha=side, va="bottom", fontsize=SMALL_SIZE, color=INK, **look)


def dress_rows(axes: Axes, labels: Sequence[str], top: float = -0.6, bold: Sequence[bool] = ()) -> None:
    """A label for each row, the first one on top; with some in bold."""
    axes.set_ylim(len(labels) - 0.4, top)
    axes.set_yticks(range(len(labels)), labels)
    for tick, strong in zip(axes.get_yticklabels(), bold, strict=False):
        tick.set_fontweight("bold" if strong else "normal")
    axes.tick_params(axis="y", length=0)


def write_numbers(axis: Axis, decimals: int = 0, *, signed: bool = False) -> None:
    """Numbers along an axis in the language in force, with a sign where they are differences.

    A tick is written with as many decimals as tell it from its neighbours, and at least these: 6.25 is no "6".
    """

    def written(value: float, _: object) -> str:
        ticks = axis.get_majorticklocs()
        places = range(decimals, FINEST)
        needed = next((digits for digits in places if all(abs(at - round(at, digits)) < EVEN for at in ticks)), FINEST)
        return (local.points if signed else local.number)(value, needed)

    axis.set_major_formatter(written)


def title_panel(axes: Axes, text: str, **look: Any) -> None:
    """A title of one panel of several."""
    axes.set_title(text, loc="left", **{"fontsize": SMALL_SIZE + 1, **look})


def grid(axes: Axes, axis: Literal["both", "x", "y"] = "x") -> None:
    """Faint lines behind the data."""
    axes.grid(axis=axis, color=FAINT, linewidth=0.6)


def name_series(axes: Axes, looks: Iterable[tuple[str, str, str]], height: float) -> None:
    """What each colour and sign stands for, above the axes.

    Args:
        axes: the first panel.
        looks: colour, sign and name of each series.
        height: of the names, as a share of that of the axes.
    """
    looks = tuple(looks)
    for ink, marker, name in looks:
        axes.plot([], [], color=ink, marker=marker, linewidth=3, markersize=8, label=name)
    where: Any = {"loc": "lower left", "bbox_to_anchor": (0.0, height), "ncols": len(looks)}
    axes.legend(**where, frameon=False, fontsize=SMALL_SIZE, borderpad=0.0)

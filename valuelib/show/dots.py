"""Figures with intervals, row by row and panel beside panel: one shape for scores, gaps, contributions, themes and terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from valuelib.results import Chart as Plotted
from valuelib.results import Estimate, Figure, Mark, Series
from valuelib.show import canvas
from valuelib.show.localizer import local

INKS = (
    canvas.BLUE,
    canvas.VERMILION,
    canvas.MUTED,
    canvas.AMBER,
)  # the first three stay apart for every kind of colour vision; a fourth has its own sign
MARKERS = ("o", "D", "s", "^")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One value with its interval; `series` says which colour and sign it has in its panel."""

    value: float
    low: float | None = None
    high: float | None = None
    series: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One scale: a title, the dots of each row, whether zero is marked, and how a number on it is written."""

    title: str
    rows: Sequence[Sequence[Dot]]
    axis: str = ""
    zero: bool = False
    signed: bool = False
    decimals: int = 1
    limits: tuple[float, float] | None = None
    joined: bool = False
    hollow_open: bool = False
    whole: bool = False  # its values are places or counts, so that its axis has whole numbers only
    title_width: int = 34  # letters on a line of the title; three panels have less room than two


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything a picture of dots says in words: name, title sentence, row labels, series names, alt text and caption."""

    name: str
    title: str
    labels: Sequence[str]
    panels: Sequence[Panel]
    alt: str
    caption: str
    series: Sequence[str] = ()


def plot_dots(chart: Chart) -> Figure:
    """The chart as a figure; a chart without a row says so."""
    if not chart.labels:
        return canvas.nothing_to_show(name=chart.name, said=chart.alt, caption=chart.caption)
    several = max((len(row) for panel in chart.panels if not panel.joined for row in panel.rows), default=1)
    step = 0.62 if several < 2 else 0.85
    with canvas.drawing(13, 2.2 + step * len(chart.labels)) as figure:
        axes = figure.subplots(1, len(chart.panels), sharey=True, squeeze=False)[0]
        for one, panel in zip(axes, chart.panels, strict=True):
            _draw_panel(one, panel)
        axes[0].set_yticks(range(len(chart.labels)), [canvas.wrap(label, 26) for label in chart.labels])
        axes[0].set_ylim(len(chart.labels) - 0.4, -0.6)
        if chart.series:
            canvas.name_series(axes[0], [(*_look(place), name) for place, name in enumerate(chart.series)], 1.06)
        canvas.set_title(axes[0], chart.title)
        numbers = [
            Plotted(
                kind="dots",
                title=panel.title,
                categories=tuple(chart.labels),
                series=tuple(_series(panel, place, chart) for place in sorted({dot.series for row in panel.rows for dot in row})),
                axis=panel.axis,
                decimals=panel.decimals,
                marks=(Mark(value=0.0),) if panel.zero else (),
                signed=panel.signed,
                joined=panel.joined,
                limits=panel.limits,
            )
            for panel in chart.panels
        ]
        return canvas.finish(figure, name=chart.name, alt=chart.alt, caption=chart.caption, charts=numbers)


def _look(series: int) -> tuple[str, str]:
    return INKS[series % len(INKS)], MARKERS[series % len(MARKERS)]


def _series(panel: Panel, place: int, chart: Chart) -> Series:
    dots = [next((dot for dot in row if dot.series == place), None) for row in panel.rows]
    return Series(
        name=chart.series[place] if place < len(chart.series) else panel.title,
        values=tuple(None if dot is None else dot.value for dot in dots),
        low=tuple(None if dot is None else dot.low for dot in dots),
        high=tuple(None if dot is None else dot.high for dot in dots),
    )


def _draw_panel(axes: Axes, panel: Panel) -> None:
    if panel.zero:
        axes.axvline(0, color=canvas.INK, linewidth=1.4, zorder=1)
    for place, dots in enumerate(panel.rows):
        pair = panel.joined and len(dots) == 2
        if pair:
            canvas.draw_bar(axes, dots[0].value, dots[1].value, place, canvas.FAINT, 5, zorder=1)
        lowest = min((dot.value for dot in dots), default=0.0)
        for index, dot in enumerate(dots):
            shift = 0.0 if panel.joined or len(dots) == 1 else (index - (len(dots) - 1) / 2) * 0.3
            to_left = pair and (dot.value < dots[1 - index].value or (dot.value == lowest and not index))
            _draw_dot(axes, place + shift, dot, panel, to_left=to_left)
    canvas.title_panel(axes, canvas.wrap(panel.title, panel.title_width), color=canvas.INK)
    canvas.grid(axes)
    axes.tick_params(axis="y", length=0)
    canvas.write_numbers(axes.xaxis, panel.decimals, signed=panel.signed)
    axes.set_xlabel(panel.axis)
    axes.margins(x=0.14)
    if panel.limits is not None:
        axes.set_xlim(*panel.limits)
    if panel.whole:
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    canvas.keep_ticks_inside(axes.xaxis)


def _draw_dot(axes: Axes, place: float, dot: Dot, panel: Panel, *, to_left: bool) -> None:
    ink, marker = _look(dot.series)
    canvas.draw_bar(axes, dot.low, dot.high, place, ink)
    hollow = panel.hollow_open and (dot.low is None or dot.high is None or dot.low <= 0 <= dot.high)
    face, edge = (canvas.PAPER, ink) if hollow else (ink, canvas.PAPER)
    canvas.draw_mark(axes, dot.value, place, face, marker, markeredgecolor=edge, markeredgewidth=1.6)
    at = dot.high if dot.high is not None and not panel.joined else dot.value
    text = (local.points if panel.signed else local.number)(dot.value, panel.decimals)
    side = {"ha": "right" if to_left else "left", "va": "center", "fontsize": canvas.SMALL_SIZE, "color": ink}
    canvas.write_near(axes, text, (at, place), (-9 if to_left else 9, 0), **side)


def dots_of(estimate: Estimate | None, series: int = 0) -> list[Dot]:
    """The row of an estimate: one dot; none where it has no value."""
    if estimate is None or estimate.value is None:
        return []
    return [Dot(value=estimate.value, low=estimate.ci_low, high=estimate.ci_high, series=series)]

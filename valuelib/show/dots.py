"""Figures with intervals, row by row and panel beside panel: one shape for scores, gaps, contributions, themes and terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from valuelib.results import Chart as Plotted
from valuelib.results import Estimate, Figure, Series
from valuelib.show.canvas import (
    AMBER,
    BLUE,
    FAINT,
    INK,
    MUTED,
    PAPER,
    SMALL_SIZE,
    VERMILION,
    drawing,
    finish,
    keep_ticks_inside,
    nothing_to_show,
    set_title,
    wrap,
)
from valuelib.show.localizer import local

INKS = (BLUE, VERMILION, MUTED, AMBER)  # the first three stay apart for every kind of colour vision; a fourth has its own sign
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


def dot_of(estimate: Estimate, series: int = 0) -> Dot | None:
    """An estimate as a dot; None where it has no value."""
    if estimate.value is None:
        return None
    return Dot(value=estimate.value, low=estimate.ci_low, high=estimate.ci_high, series=series)


def plot_dots(chart: Chart) -> Figure:
    """The chart as a figure; a chart without a row says so."""
    if not chart.labels:
        return nothing_to_show(name=chart.name, said=chart.alt, caption=chart.caption)
    several = max((len(row) for panel in chart.panels if not panel.joined for row in panel.rows), default=1)
    step = 0.62 if several < 2 else 0.85
    with drawing(13, 2.2 + step * len(chart.labels)) as figure:
        axes = figure.subplots(1, len(chart.panels), sharey=True, squeeze=False)[0]
        for one, panel in zip(axes, chart.panels, strict=True):
            _draw_panel(one, panel)
        axes[0].set_yticks(range(len(chart.labels)), [wrap(label, 26) for label in chart.labels])
        axes[0].set_ylim(len(chart.labels) - 0.4, -0.6)
        if chart.series:
            _legend(axes[0], chart.series)
        set_title(axes[0], chart.title, 88)
        return finish(figure, name=chart.name, alt=chart.alt, caption=chart.caption, charts=_numbers(chart))


def _numbers(chart: Chart) -> list[Plotted]:
    """The panels as plain numbers."""
    return [
        Plotted(
            kind="dots",
            title=panel.title,
            categories=tuple(chart.labels),
            series=tuple(_series(panel, place, chart) for place in sorted({dot.series for row in panel.rows for dot in row})),
            axis=panel.axis,
            decimals=panel.decimals,
        )
        for panel in chart.panels
    ]


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
        axes.axvline(0, color=INK, linewidth=1.4, zorder=1)
    for place, dots in enumerate(panel.rows):
        if panel.joined and len(dots) == 2:
            axes.plot([dot.value for dot in dots], [place, place], color=FAINT, linewidth=5, solid_capstyle="butt", zorder=1)
        lowest = min((dot.value for dot in dots), default=0.0)
        for index, dot in enumerate(dots):
            shift = 0.0 if panel.joined or len(dots) == 1 else (index - (len(dots) - 1) / 2) * 0.3
            outward = panel.joined and len(dots) == 2 and (dot.value < dots[1 - index].value or (dot.value == lowest and not index))
            _draw_dot(axes, place + shift, dot, panel, to_left=outward)
    axes.set_title(wrap(panel.title, panel.title_width), loc="left", fontsize=SMALL_SIZE + 1, color=INK)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(lambda value, _: _written(value, panel))
    axes.set_xlabel(panel.axis)
    axes.margins(x=0.14)
    if panel.limits is not None:
        axes.set_xlim(*panel.limits)
    keep_ticks_inside(axes.xaxis)


def _draw_dot(axes: Axes, place: float, dot: Dot, panel: Panel, *, to_left: bool = False) -> None:
    ink, marker = INKS[dot.series % len(INKS)], MARKERS[dot.series % len(MARKERS)]
    crosses = dot.low is None or dot.high is None or dot.low <= 0 <= dot.high
    if dot.low is not None and dot.high is not None:
        axes.plot([dot.low, dot.high], [place, place], color=ink, linewidth=3, solid_capstyle="butt", zorder=2)
    face = PAPER if panel.hollow_open and crosses else ink
    edge = ink if panel.hollow_open and crosses else PAPER
    axes.plot([dot.value], [place], marker=marker, markersize=9, color=face, markeredgecolor=edge, markeredgewidth=1.6, zorder=3)
    at = dot.high if dot.high is not None and not panel.joined else dot.value
    axes.annotate(
        _written(dot.value, panel),
        (at, place),
        xytext=(-9 if to_left else 9, 0),
        textcoords="offset points",
        va="center",
        ha="right" if to_left else "left",
        fontsize=SMALL_SIZE,
        color=ink,
    )


def _written(value: float, panel: Panel) -> str:
    return local.points(value, panel.decimals) if panel.signed else local.number(value, panel.decimals)


def _legend(axes: Axes, series: Sequence[str]) -> None:
    for place, name in enumerate(series):
        axes.plot(
            [], [], color=INKS[place % len(INKS)], marker=MARKERS[place % len(MARKERS)], linewidth=3, markersize=8, label=name
        )
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.06), ncols=len(series), frameon=False, fontsize=SMALL_SIZE, borderpad=0.0)

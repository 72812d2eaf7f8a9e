"""The edition's drawings as html: strips below large figures, and charts in rows for a phone, on which no picture can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from valuelib.output.pdf import number_strip, size_of
from valuelib.results import Chart, Figure, Series
from valuelib.show.display import figure_html
from valuelib.show.localizer import local
from valuelib.show.story import Number, say_range

LETTER = 2.1  # per cent of a strip's width that a letter of a label takes, on the narrowest tile
ROW, BAND = 14, 24  # pixels: a line of labels, and the strip itself
WIDE = 1.15  # width over height from which a picture is easier to read on its side on a phone
MOST_ROWS = 60  # of a chart on a phone; beyond this its picture is kept


def strip_html(number: Number) -> str:
    """A difference on its own scale: dot and interval, no effect, what was claimed, what own ratings would show."""
    strip = number_strip(number)
    low, high = float(strip["low-end"]), float(strip["high-end"])

    def at(value: float) -> float:
        return 100 * (value - low) / (high - low)

    above = list(_labels([(at(one["value"]), one["label"]) for one in strip["marks"] if one["above"]]))
    below = list(_labels([(at(one["value"]), one["label"]) for one in strip["marks"] if not one["above"]]))
    top = ROW * (1 + max((row for *_, row in above), default=-1))
    middle, bottom = top + BAND / 2, top + BAND
    height = bottom + ROW * (1 + max((row for *_, row in below), default=-1))
    parts = [f'<line class="strip-axis" x1="0" x2="100%" y1="{middle:g}" y2="{middle:g}"/>']
    for one in strip["marks"]:
        place = f"{at(one['value']):.2f}%"
        parts.append(f'<line class="strip-{one["kind"]}" x1="{place}" x2="{place}" y1="{top + 3}" y2="{bottom - 3:g}"/>')
    first, last = f"{at(number.low):.2f}%", f"{at(number.high):.2f}%"
    parts.append(f'<line class="strip-interval" x1="{first}" x2="{last}" y1="{middle:g}" y2="{middle:g}"/>')
    parts.append(f'<circle class="strip-dot" cx="{at(number.value):.2f}%" cy="{middle:g}" r="6"/>')
    for labels, base, step in ((above, top - 3, -ROW), (below, bottom + ROW - 3, ROW)):
        for left, hold, label, row in labels:
            parts.append(f'<text x="{left:.2f}%" y="{base + step * row:g}" text-anchor="{hold}">{escape(label)}</text>')
    said = "; ".join([f"{strip['figure']} {strip['unit']} {strip['interval']}", *(one["label"] for one in strip["marks"])])
    return f'<svg class="strip" role="img" aria-label="{escape(said)}" width="100%" height="{height:g}">{"".join(parts)}</svg>'


def _labels(wanted: Sequence[tuple[float, str]]) -> Iterator[tuple[float, str, str, int]]:
    """Each label with its place in per cent, by which end it is held there, and the line on which it meets no other."""
    taken: list[float] = []  # the right end of each line
    for place, said in sorted(wanted):
        wide = LETTER * len(said)
        left = min(max(place - wide / 2, 0.0), max(100 - wide, 0.0))
        held = (0.0, "start") if left == 0 else (100.0, "end") if left == 100 - wide else (place, "middle")
        row = next((row for row, end in enumerate(taken) if end + LETTER < left), len(taken))
        taken[row : row + 1] = [left + wide]
        yield *held, said, row


def shown_figure(figure: Figure, *, titled: bool) -> str:
    """A figure of the edition; on a phone its charts in rows instead of the picture.

    A wide picture without numbers stands upright there, as large as the screen: whoever turns the phone reads it.

    Args:
        figure: what is shown.
        titled: print its title; not where the message above says it already.
    """
    plots = "".join(
        plot_html(chart, alone=len(figure.charts) == 1) for chart in figure.charts if len(chart.categories) <= MOST_ROWS
    )
    picture = figure_html(figure, titled=titled)
    if not plots:
        width, height = size_of(figure.svg)
        turned = f' turned" style="--ratio: {width / height:.3f}' if width > WIDE * height else ""
        return f'<div class="picture{turned}">{picture}</div>'
    return f'<div class="picture wide">{picture}</div><div class="plots">{plots}<p class="note">{escape(figure.caption)}</p></div>'


def plot_html(chart: Chart, *, alone: bool) -> str:
    """A chart in rows that fit a phone: name, value with its interval, and dot and interval on one common scale."""
    chart = _in_rows(chart)
    ends = [x for one in chart.series for part in (one.values, one.low, one.high) for x in part if x is not None]
    if not ends:
        return ""
    if chart.kind in ("bars", "columns"):
        ends.append(0.0)
    room = 0.04 * ((max(ends) - min(ends)) or 1.0)
    low, high = chart.limits or (min(ends) - room, max(ends) + room)

    def across(value: float) -> str:
        return f"{100 * (value - low) / (high - low):.2f}%"

    many = len(chart.series) > 1
    zero = f'<line class="strip-none" x1="{across(0)}" x2="{across(0)}" y1="0" y2="100%"/>' if min(ends) < 0 < max(ends) else ""
    rows = []
    for row, name in enumerate(chart.categories):
        drawn, said = [zero], []
        for place, series in enumerate(chart.series):
            value, first, last = _cells(series, row)
            if value is None:
                continue
            if first is not None and last is not None:
                ends_at = f'x1="{across(first)}" x2="{across(last)}"'
                drawn.append(f'<line class="plot-interval series-{place % 4}" {ends_at} y1="50%" y2="50%"/>')
            drawn.append(f'<circle class="series-{place % 4}" cx="{across(value)}" cy="50%" r="5"/>')
            interval = "" if first is None or last is None else f" <small>({say_range(first, last, chart.decimals)})</small>"
            key = f'<i class="key series-{place % 4}"></i>' if many else ""
            said.append(f"<span>{key}{local.number(value, chart.decimals)}{interval}</span>")
        strip = f'<svg aria-hidden="true" width="100%" height="16">{"".join(drawn)}</svg>'
        said = said or [f"<span>{local.number(None)}</span>"]
        rows.append(
            f'<li><span class="plot-name">{escape(name)}</span><span class="plot-values">{"".join(said)}</span>{strip}</li>'
        )
    keys = "".join(f'<span><i class="key series-{at % 4}"></i>{escape(one.name)}</span>' for at, one in enumerate(chart.series))
    head = " · ".join(dict.fromkeys(said for said in ("" if alone else chart.title, chart.axis or chart.title * alone) if said))
    legend = f'<p class="plot-keys">{keys}</p>' if many else ""
    return f'<div class="plot"><p class="plot-head">{escape(head)}</p>{legend}<ol>{"".join(rows)}</ol></div>'


def _in_rows(chart: Chart) -> Chart:
    """The points that are named, highest first, each with its place across in brackets; any other chart has rows already."""
    if chart.kind != "points":
        return chart
    across, *upwards = chart.series
    height = {row: next((one.values[row] for one in upwards if one.values[row] is not None), None) for row in chart.strong}
    rows = sorted(chart.strong, key=lambda row: -(height[row] or 0.0))
    return Chart(
        kind="dots",
        title=f"{chart.axis or chart.title} ({across.name})",
        categories=tuple(f"{chart.categories[row]} ({local.number(across.values[row], chart.decimals)})" for row in rows),
        series=tuple(Series(name=one.name, values=tuple(one.values[row] for row in rows)) for one in upwards),
        decimals=chart.decimals,
    )


def _cells(series: Series, row: int) -> tuple[float | None, float | None, float | None]:
    low = series.low[row] if series.low else None
    return series.values[row], low, series.high[row] if series.high else None

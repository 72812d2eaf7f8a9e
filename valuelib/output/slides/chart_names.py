"""Where names stand in a chart so that none meets another: those of the lines that values are read against, and those of points."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from valuelib.output.slides.chart_parts import TICK
from valuelib.output.slides.template import LINE, POINTS, Box, measure
from valuelib.results import Chart, Mark


def label_marks(
    marks: Sequence[Mark], low: float, high: float, inner: Box, left: float, right: float
) -> Iterator[tuple[Mark, str, int]]:
    """Each mark with the side of its name and on which line above the rows that stands, so that no two names meet.

    The outer lines are named outwards on the first line; those between them, and bands, have lines of their own.
    """

    def side(mark: Mark, wanted: str) -> str:
        wide = measure(mark.label) * TICK / POINTS + 0.1
        at = (mark.value - low) / (high - low) * inner.width
        if wanted == "l":
            return "l" if wide <= left + at else "r"
        return "r" if wide <= inner.width - at + right else "l"

    yield from ((mark, "r", -1) for mark in marks if not mark.label)
    lines = sorted((mark for mark in marks if mark.label and mark.until is None and mark.upright), key=lambda mark: mark.value)
    level = 0
    if lines:
        first, last = lines[0], lines[-1]
        sides = (side(first, "l"), side(last, "r"))
        yield first, sides[0] if first is not last else side(first, "r"), 0
        if first is not last:
            apart = sides == ("l", "r")
            level = 0 if apart else 1
            yield last, sides[1], level
        for mark in lines[1:-1]:
            level += 1
            yield mark, side(mark, "r"), level
    for mark in marks:
        if mark.label and mark.until is not None:
            level = level + 1 if lines else level
            yield mark, "ctr", level


def sides_of_points(chart: Chart, across: tuple[float, float], up: tuple[float, float], inner: Box) -> list[str]:
    """On which side of its point each name stands without meeting a point or another name; empty where it has no room."""
    xs = chart.series[0].values
    ys = [next((one.values[at] for one in chart.series[1:] if one.values[at] is not None), None) for at in range(len(xs))]
    places = [
        None
        if x is None or y is None
        else (
            inner.left + (x - across[0]) / (across[1] - across[0]) * inner.width,
            inner.top + (up[1] - y) / (up[1] - up[0]) * inner.height,
        )
        for x, y in zip(xs, ys, strict=True)
    ]
    taken = [Box(place[0] - 0.06, place[1] - 0.06, 0.12, 0.12) for place in places if place is not None]
    lines = []
    for mark in chart.marks:
        if mark.upright:
            left = inner.left + (mark.value - across[0]) / (across[1] - across[0]) * inner.width
            lines.append(Box(left - 0.02, inner.top, 0.04, inner.height))
        else:
            top = inner.top + (up[1] - mark.value) / (up[1] - up[0]) * inner.height
            lines.append(Box(inner.left, top - 0.02, inner.width, 0.04))
    sides = [""] * len(places)
    # A name across a line is better than none.
    for at, avoided in itertools.product(chart.strong, (lines, [])):
        place = places[at]
        if place is None or sides[at]:
            continue
        wide, high = measure(chart.categories[at]) * TICK / POINTS + 0.08, TICK * LINE / POINTS
        for side, left, top in (
            ("r", 0.08, -high / 2),
            ("l", -0.08 - wide, -high / 2),
            ("t", -wide / 2, -0.09 - high),
            ("b", -wide / 2, 0.09),
        ):
            box = Box(place[0] + left, place[1] + top, wide, high)
            inside = box.left >= 0.3 and box.left + wide <= inner.left + inner.width + 0.2 and box.top >= inner.top - 0.05
            own = Box(place[0] - 0.06, place[1] - 0.06, 0.12, 0.12)
            if inside and not any(overlap(box, one) for one in (*taken, *avoided) if one != own):
                taken.append(box)
                sides[at] = side
                break
    return sides


def overlap(one: Box, other: Box, least: float = 0.0) -> bool:
    """Whether two places share more than `least` inches in both directions."""
    across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    return across > least and down > least

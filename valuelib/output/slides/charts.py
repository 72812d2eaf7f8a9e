"""Charts that PowerPoint draws itself and its user may edit: dots with intervals as an XY scatter, lines, columns, named points.

Every number stands in the chart's own workbook, every colour is one of the theme's. The XML is written out, since python-pptx
knows no error bars, no labels of rows and no marks.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

from pptx.enum.chart import XL_CHART_TYPE

from valuelib.output.rounding import ship_chart
from valuelib.output.slides.chart_names import label_marks, sides_of_points
from valuelib.output.slides.chart_parts import (
    AXES,
    FAINT,
    LEGEND_ROOM,
    NO_LINE,
    NO_MARKER,
    SCATTER,
    SMALL_LETTER,
    TICK,
    TITLE_ROOM,
    C,
    Look,
    Parts,
    Values,
    fill,
    has_legend,
    legend_width,
    number_list,
    stroke,
    symbol_of,
    text_ref,
    theme,
)
from valuelib.output.slides.template import LINE, POINTS, Box, lines_of, measure
from valuelib.results import Chart, Mark, Series
from valuelib.show.localizer import local
from valuelib.show.story import say_range

COLOURS = ("accent1", "accent4", "tx2", "accent3")  # of the series, in the order of `show.dots.INKS`
SYMBOLS = ("circle", "diamond", "square", "triangle")
LETTER = 14.0  # points
# Letters, and what the names of the rows may take of a chart's width, the best first; inches between names and rows.
NAMES = ((LETTER, 0.36), (LETTER, 0.42), *itertools.product((TICK, 11.0, 10.0, SMALL_LETTER), (0.42, 0.56)))
NAME_GAP = 0.15
NEAR_END = 0.04  # share of a scale that stays free at its upper end
JOINT_GAP = 0.09  # inches from the middle of a dot to the bar that joins it to another
MOST_ROWS, MOST_CHARTS = 22, 3  # rows that can be read; charts beside each other
ROW_OF_TWO = 3.2  # lines of letters that a row of two dots needs where each has its number above or below
LONG_LINE = 8  # values of a line that each have a number
TICKS, TICK_ROOM = 5, 0.4  # about how many, and inches across one


def can_draw(charts: Sequence[Chart]) -> bool:
    """Whether a figure's charts go on a slide as such: all of it is numbers, and there is room to read them."""
    return 0 < len(charts) <= MOST_CHARTS and all(
        len(chart.categories) > 0 and chart.series and (chart.kind in ("lines", "points") or len(chart.categories) <= MOST_ROWS)
        for chart in charts
    )


def add_chart(slide: Any, chart: Chart, alt: str, look: Look) -> Any:
    """Draw a chart of at least one category and one series on a slide of python-pptx, and give its frame."""
    # A chart tells its numbers to whoever opens it: no more digits go in than its labels show.
    frame = slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *look.box.emu, Drawn(ship_chart(chart), look))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    return frame


def fit_names(chart: Chart, box: Box, panels: int) -> tuple[float, float]:
    """Points of the letters in a chart, one of so many beside each other, and inches for the names of its rows.

    Letters are as large as the names fit into their rows; names take more of the width where letters would be too small.
    """
    if chart.kind != "dots":
        return TICK, 0.0
    row = (box.height - 0.9) / max(len(chart.categories), 1)
    longest = max((measure(name, bold=True) for name in chart.categories), default=0.0) / POINTS
    for size, share in NAMES[2 * (panels >= MOST_CHARTS) :]:
        width = min(longest * size + NAME_GAP, share * box.width)
        lines = [len(lines_of(name, width - NAME_GAP + 0.03, size, bold=True)) for name in chart.categories]
        # A name of two lines may reach into the room of neighbours that have one.
        if max(map(sum, itertools.pairwise(lines)), default=2 * max(lines, default=1)) / 2 * size * LINE / POINTS <= row:
            break
    return size, width


def scale_of(
    values: Sequence[float], limits: tuple[float, float] | None = None, width: float = math.inf
) -> tuple[float, float, float]:
    """Lowest and highest number of a scale that holds all values, and the step of its ticks: a number that is easily said.

    `limits` are its ends where they are no matter of the values; `width` in inches is what the ticks' numbers share.
    """
    low, high = limits or (min(values), max(values))
    if low == high:
        low, high = low - 1, high + 1
    rough = (high - low) / max(1, min(TICKS, width / TICK_ROOM))
    size = 10 ** math.floor(math.log10(rough))
    step = next(one * size for one in (1, 2, 5, 10) if one * size >= rough * 0.999)
    if limits is None:
        low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return round(low, 9), round(high, 9), step


class Drawn(Parts):
    """A chart as the two files that python-pptx asks for: its XML and the workbook behind it."""

    def __init__(self, chart: Chart, look: Look) -> None:
        super().__init__(chart, look)
        # Room that one of several charts needs above or below its rows is left free in all of them.
        self.head = (TITLE_ROOM if any(one.title for one in look.beside) else 0.0) + (
            LEGEND_ROOM if any(map(has_legend, look.beside)) else 0.0
        )
        self.foot = 0.3 + (0.24 if any(one.axis for one in look.beside) else 0.0)
        draw = {"dots": self._dots, "points": self._points}.get(chart.kind, self._along)
        self._xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<c:chartSpace {C}>{draw()}</c:chartSpace>'

    def xml_bytes(self, _: Any) -> bytes:
        """The chart's XML; the kind that python-pptx names is not asked for."""
        return self._xml.encode("utf-8")

    @property
    def xlsx_blob(self) -> bytes:
        """The workbook behind it."""
        return self.sheet.blob()

    # Rows of dots

    def _dots(self) -> str:
        chart = self.chart
        n = len(chart.categories)
        ends = [
            one for series in chart.series for part in (series.values, series.low, series.high) for one in part if one is not None
        ] + [one for mark in chart.marks for one in (mark.value, mark.until) if one is not None]
        lone = all(sum(series.values[row] is not None for series in chart.series) <= 1 for row in range(n))
        told = [self._tell(row) for row in range(n)] if lone and self.look.told else []
        numbers = max((measure(one, bold=True) for one in told), default=0.0) * self.look.size / POINTS + (0.12 if told else 0.1)
        inner = Box(self.look.names, self.head, self.box.width - self.look.names - numbers, self.box.height - self.head - self.foot)
        low, high, step = scale_of(ends or [0.0, 1.0], chart.limits, inner.width)
        if told and max(ends, default=low) > high - NEAR_END * (high - low):
            high += NEAR_END * (high - low)  # a row's number begins where the scale ends, and keeps off its dot
        labels = list(label_marks(chart.marks, low, high, inner, self.look.names, numbers))
        levels = max((level for *_, level in labels), default=-1) + 1
        row = (inner.height - 0.24 * levels) / n
        above = 0.24 / row  # height of one line of the marks' names, in rows
        rows = [n - 0.5 - place for place in range(n)]
        self.sheet.add("", list(chart.categories))
        series = [self._band(mark, n, inner.height * n / (n + above * levels)) for mark in chart.marks if mark.until is not None]
        series += [
            self._line([mark.value] * 2, [0.0, n + above * max(level + 0.5, 0.0)], mark, side)
            for mark, side, level in labels
            if mark.until is None
        ]
        series += [
            self._mark_name(mark, n + above * (level + 0.5)) for mark, _, level in labels if mark.until is not None and mark.label
        ]
        if chart.joined and len(chart.series) > 1:
            series.append(self._joints(rows, JOINT_GAP * (high - low) / inner.width))
        pair = len(chart.series) == 2 and not lone
        # Where rows are low, numbers above their dots would stand on the row before: they go to both sides of a pair.
        aside = chart.joined or (pair and row < ROW_OF_TWO * self.look.size * LINE / POINTS)
        for place, one in enumerate(chart.series):
            shift = 0.0 if lone or aside else (place - (len(chart.series) - 1) / 2) * -0.28
            heights = [at + shift for at in rows]
            weak = [None if at in chart.strong else value for at, value in enumerate(one.values)]
            strong = [value if at in chart.strong else None for at, value in enumerate(one.values)]
            plain = "tx2" if chart.strong and len(chart.series) == 1 else COLOURS[place % 4]
            side = "" if lone else "joined" if aside else "b" if pair and place else "t"
            if any(value is not None for value in weak):
                series.append(self._row_dots(one, weak, heights, plain, SYMBOLS[place % 4], side, place))
            if any(value is not None for value in strong):
                series.append(self._row_dots(one, strong, heights, self.look.ink, "diamond", side, place, strong=True))
        if self.look.names:
            names = [
                "\n".join(lines_of(name, self.look.names - NAME_GAP + 0.03, self.look.size, bold=True)) for name in chart.categories
            ]
            series.append(self._texts([low] * n, rows, names, "l"))
        if told:
            series.append(self._texts([high] * n, rows, told, "r"))
        axes = (
            self._value_axis(1, 2, "b", low, high, step, chart.axis, grid=True, signed=chart.signed)
            + f'<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/>'
            f'<c:max val="{n + above * levels!r}"/><c:min val="0"/></c:scaling>'
            '<c:delete val="1"/><c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark '
            'val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="none"/><c:crossAx val="1"/><c:crosses val="min"/>'
            '<c:crossBetween val="midCat"/></c:valAx>'
        )
        return self._whole(f"{SCATTER}{''.join(series)}{AXES}</c:scatterChart>", axes, inner)

    def _tell(self, row: int) -> str:
        """The number of a row with its interval."""
        chart = self.chart
        for series in chart.series:
            if (value := series.values[row]) is not None:
                said = (local.points if chart.signed else local.number)(value, chart.decimals)
                low, high = (part[row] if part else None for part in (series.low, series.high))
                return said if low is None or high is None else f"{said} ({say_range(low, high, chart.decimals)})"
        return ""

    def _row_dots(
        self,
        series: Series,
        values: Values,
        heights: Sequence[float],
        colour: str,
        symbol: str,
        side: str,
        place: int,
        *,
        strong: bool = False,
    ) -> str:
        marker = symbol_of(symbol, 12 if strong else 7 if self.look.size < TICK else 9, colour)
        labels, numbers = "", ""
        beyond: list[float | None] = []
        if side:
            others = [one.values for at, one in enumerate(self.chart.series) if at != place]
            sides = [
                side
                if side != "joined"
                else "r"
                if all(other[at] is None or value >= (other[at] or 0.0) for other in others)
                else "l"
                for at, value in enumerate(value or 0.0 for value in values)
            ]
            told = [self._number(value) if value is not None else None for value in values]
            labels = self._labels(told, sides, colour)
            if any(series.low) and not self.chart.joined and side == "joined":  # numbers stand at the ends of the intervals
                spans = zip(sides, series.low, series.high, values, strict=True)
                beyond = [value if low is None or high is None else low if at == "l" else high for at, low, high, value in spans]
                numbers, labels = labels, ""
        if strong:
            self.unnamed.append(self.count)
        dots = self._scatter(series.name, values, heights, f"{NO_LINE}{marker}", labels)
        if numbers:
            self.unnamed.append(self.count)
            dots += self._scatter("", beyond, heights, f"{NO_LINE}{NO_MARKER}", numbers)
        shown = [at for at, value in enumerate(values) if value is not None and series.low and series.low[at] is not None]
        if not shown:
            return dots
        ends = [end for at in shown for end in (series.low[at], series.high[at], None)]
        up = [end for at in shown for end in (heights[at], heights[at], None)]
        return dots + self._rods(ends, up, theme(colour), 4.5 if strong else 2.25)

    def _rods(self, ends: Values, up: Values, ink: str, points: float, name: str = "") -> str:
        """Bars from one end to the other, row by row, with a gap between; LibreOffice draws no error bars of their own lengths."""
        self.unnamed.append(self.count)
        return self._scatter(name, ends, up, f"{stroke(ink, points)}{NO_MARKER}", "")

    def _number(self, value: float) -> str:
        return (local.points if self.chart.signed else local.number)(value, self.chart.decimals)

    def _joints(self, rows: Sequence[float], gap: float) -> str:
        """A faint bar between the two values of each row, which keeps off their dots: programs differ in which they draw on top."""
        first, second = (one.values for one in self.chart.series[:2])
        pairs = [(one, two, at) for one, two, at in zip(first, second, rows, strict=True) if one is not None and two is not None]
        pairs = [(min(one, two) + gap, max(one, two) - gap, at) for one, two, at in pairs if abs(one - two) > 2 * gap]
        ends = [end for one, two, _ in pairs for end in (one, two, None)]
        return self._rods(ends, [end for *_, at in pairs for end in (at, at, None)], FAINT, 4.5)

    def _band(self, mark: Mark, n: int, height: float) -> str:
        """A band behind the rows: a bar as thick as the rows are high."""
        ink = '<a:schemeClr val="tx2"><a:alpha val="15000"/></a:schemeClr>'  # programs differ in which series they draw on top
        return self._rods([mark.value, mark.until], [n / 2, n / 2], ink, height * POINTS, mark.label)

    def _mark_name(self, mark: Mark, height: float) -> str:
        assert mark.until is not None
        return self._texts([(mark.value + mark.until) / 2], [height], [mark.label], "ctr", "tx2")

    def _line(self, across: Sequence[float], up: Sequence[float], mark: Mark, side: str) -> str:
        """A line that values are read against, with its name at its upper end."""
        dash = '<a:prstDash val="dash"/>' if mark.dashed else ""
        look = f'<c:spPr><a:ln w="15875">{fill(theme("tx2" if mark.dashed else "tx1"))}{dash}</a:ln></c:spPr>{NO_MARKER}'
        labels = self._labels([None, mark.label or None], [side] * 2, "tx2", TICK)
        self.unnamed.append(self.count)
        return self._scatter(mark.label, across, up, look, labels)

    def _texts(self, across: Values, up: Values, said: Sequence[str], side: str, colour: str = "tx1") -> str:
        """Texts without signs: names of rows at the left, numbers at the right, names of bands."""
        bold = [at in self.chart.strong and len(said) == len(self.chart.categories) for at in range(len(said))]
        self.unnamed.append(self.count)
        return self._scatter("", across, up, f"{NO_LINE}{NO_MARKER}", self._labels(said, [side] * len(said), colour, bold=bold))

    # Points by two numbers

    def _points(self) -> str:
        chart = self.chart
        across, *upward = chart.series
        xs = [one for one in across.values if one is not None]
        ys = [one for series in upward for one in series.values if one is not None]
        marks = [(mark.value, mark.upright) for mark in chart.marks]
        low, high, step = scale_of(xs + [value for value, upright in marks if upright])
        bottom, top, rise = scale_of(ys + [value for value, upright in marks if not upright])
        head = TITLE_ROOM + (LEGEND_ROOM if self.legend else 0.0)
        inner = Box(0.55, head, self.box.width - 0.75, self.box.height - head - 0.56)
        self.sheet.add("", list(chart.categories))
        series = []
        for mark in chart.marks:
            ends = ([mark.value] * 2, [bottom, top]) if mark.upright else ([low, high], [mark.value] * 2)
            series.append(self._line(*ends, mark, "l" if mark.upright else "t"))
        sides = sides_of_points(chart, (low, high), (bottom, top), inner)
        for place, one in enumerate(upward):
            colour = (COLOURS[1], COLOURS[0], COLOURS[2], COLOURS[3])[place % 4] if len(upward) > 1 else COLOURS[0]
            told = [
                name if at in chart.strong and value is not None and sides[at] else None
                for at, (name, value) in enumerate(zip(chart.categories, one.values, strict=True))
            ]
            look = f"{NO_LINE}{symbol_of(SYMBOLS[(1, 0, 2, 3)[place % 4]] if len(upward) > 1 else 'circle', 8, colour)}"
            series.append(self._scatter(one.name, across.values, one.values, look, self._labels(told, sides, "tx1", TICK)))
        axes = self._value_axis(1, 2, "b", low, high, step, across.name) + self._value_axis(2, 1, "l", bottom, top, rise, "")
        return self._whole(f"{SCATTER}{''.join(series)}{AXES}</c:scatterChart>", axes, inner, chart.axis)

    # Lines and columns along the bottom, bars along the side

    def _side_of_line(self, series: Series, at: int, room: float, at_end: bool) -> str:
        """On which side of its point the number of one of several lines stands: outwards, but inwards just above another one."""
        value = series.values[at]
        others = [one.values[at] for one in self.chart.series if one is not series]
        met = value is not None and any(other is not None and 0 <= value - other < room for other in others)
        return "r" if at_end is not met else "l"

    def _along(self) -> str:
        chart = self.chart
        n, lines, bars = len(chart.categories), chart.kind == "lines", chart.kind == "bars"
        ends = [
            one for series in chart.series for part in (series.values, series.low, series.high) for one in part if one is not None
        ]
        low, high, step = scale_of(ends if lines else [0.0, *ends] if ends else [0.0, 1.0], chart.limits)
        self.stacked = self.legend and legend_width(chart) > self.box.width
        head = TITLE_ROOM + LEGEND_ROOM * self.legend * (len(chart.series) if self.stacked else 1) + 0.2 * lines
        side = min(0.36 * self.box.width, 0.2 + max(map(measure, chart.categories)) * LETTER / POINTS) if bars else 0.55
        inner = Box(side, head, self.box.width - side - 0.35, self.box.height - head - (0.1 if bars else 0.35))
        names = self.sheet.add("", list(chart.categories))
        cats = f"<c:cat>{text_ref(names, chart.categories)}</c:cat>"
        series = []
        for place, one in enumerate(chart.series):
            colour = COLOURS[place % 4]
            long = lines and n > LONG_LINE
            last = max((at for at, value in enumerate(one.values) if value is not None), default=0)
            told = [
                self._number(value) if value is not None and (not long or at == last) else None
                for at, value in enumerate(one.values)
            ]
            if lines:
                marker = NO_MARKER if long else symbol_of(SYMBOLS[place % 4], 9, colour)
                look = f'<c:spPr><a:ln w="28575" cap="rnd">{fill(theme(colour))}<a:round/></a:ln></c:spPr>{marker}'
            else:
                look = f'<c:spPr>{fill(theme(colour))}</c:spPr><c:invertIfNegative val="0"/>'
            sides = ["t" if lines and at != last else "r" if lines else "outEnd" for at in range(n)]
            labels = self._labels(told, sides, colour, bold=[True] * n)
            if lines and not long and len(chart.series) > 1 and any(one.high):
                # Numbers of several lines keep off the intervals' bars: beside their points, two that meet on both sides.
                room = LETTER * LINE / POINTS * (high - low) / inner.height
                sides = [self._side_of_line(one, at, room, at == last) for at in range(n)]
                labels = self._labels(told, sides, colour, bold=[True] * n)
            above = lines and not long and len(chart.series) == 1 and any(one.high)
            if above:  # a number beside its point would be struck by the line or by the interval's bar
                highest = [value if end is None else end for value, end in zip(one.values, one.high, strict=True)]
                tops, labels = self._labels(told, ["t"] * n, colour, bold=[True] * n), ""
            error = "" if long else self._error_bars(one, theme(colour if lines else "tx1"))
            place_of = self.sheet.add(one.name, list(one.values))
            values = f"<c:val>{number_list(place_of, one.values)}</c:val>"
            smooth = '<c:smooth val="0"/>' if lines else ""
            series.append(f"{self._opening(one.name, place_of)}{look}{labels}{error}{cats}{values}{smooth}</c:ser>")
            if above:
                self.unnamed.append(self.count)
                values = f"<c:val>{number_list(self.sheet.add('', highest), highest)}</c:val>"
                series.append(f"{self._opening('', '')}{NO_LINE}{NO_MARKER}{tops}{cats}{values}{smooth}</c:ser>")
        if lines:
            plot = (
                f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{"".join(series)}<c:marker val="1"/>'
                f"{AXES}</c:lineChart>"
            )
        else:
            plot = (
                f'<c:barChart><c:barDir val="{"bar" if bars else "col"}"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
                f'{"".join(series)}<c:gapWidth val="60"/>{AXES}</c:barChart>'
            )
        order = "maxMin" if bars else "minMax"  # the first category stands on top
        room = max(map(measure, chart.categories)) * TICK / POINTS + TICK_ROOM / 2
        every = 1 if bars else math.ceil(room * n / inner.width)
        skip = f'<c:tickLblSkip val="{every}"/>' if every > 1 else ""
        axes = (
            f'<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/><c:axPos '
            f'val="{"l" if bars else "b"}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
            "<c:minorTickMark "
            f'val="none"/><c:tickLblPos val="low"/><c:spPr><a:ln w="9525">{fill(theme("tx2"))}</a:ln></c:spPr>'
            f"{self._letters(TICK, flat=every == 1)}"  # LibreOffice breaks flat numbers instead of leaving some out
            '<c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
            f"{skip}"
            '<c:noMultiLvlLbl val="1"/></c:catAx>'
        ) + self._value_axis(2, 1, "b" if bars else "l", low, high, step, "", grid=lines, between="between", shown=not bars)
        return self._whole(plot, axes, inner, chart.title if chart.title not in [one.name for one in chart.series[1:]] else "")

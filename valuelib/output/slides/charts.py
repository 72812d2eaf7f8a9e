"""Charts that PowerPoint draws itself and its user may edit: dots with intervals as an XY scatter, lines, columns, named points.

Every number stands in the chart's own workbook, every colour is one of the theme's. The XML is written out (ECMA-376, part 1, 21.2)
since python-pptx knows no error bars, no labels of rows and no marks.
"""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from pptx.enum.chart import XL_CHART_TYPE
from xlsxwriter.utility import xl_col_to_name

from valuelib.output.rounding import ship_chart
from valuelib.output.slides.template import LINE, POINTS, Box, lines_of, measure, sized
from valuelib.results import Chart, Mark, Series
from valuelib.show.localizer import local
from valuelib.show.story import say_range

# Text is text in every workbook: nothing is read as a formula, an address or a number.
TEXT_IS_TEXT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
COLOURS = ("accent1", "accent4", "tx2", "accent3")  # of the series, in the order of `show.dots.INKS`
SYMBOLS = ("circle", "diamond", "square", "triangle")
FAINT = '<a:schemeClr val="tx1"><a:alpha val="15000"/></a:schemeClr>'  # on light and on dark
LETTER, TICK = 14.0, 12.0  # points
SMALL_LETTER = 9.0
# Letters, and what the names of the rows may take of a chart's width, the best first; inches between names and rows.
NAMES = ((LETTER, 0.36), (LETTER, 0.42), *itertools.product((TICK, 11.0, 10.0, SMALL_LETTER), (0.42, 0.56)))
NAME_GAP = 0.15
NEAR_END = 0.04  # share of a scale that stays free at its upper end
JOINT_GAP = 0.09  # inches from the middle of a dot to the bar that joins it to another
MOST_ROWS, MOST_CHARTS, LONG_LINE = (
    22,
    3,
    8,
)  # rows that can be read; charts beside each other; values of a line that each have a number
TICKS, TICK_ROOM, TITLE_ROOM, LEGEND_ROOM = 5, 0.4, 0.34, 0.26  # about how many; inches across one; inches above a chart
C = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'  # noqa: E501
NO_LINE, NO_MARKER = '<c:spPr><a:ln w="19050"><a:noFill/></a:ln></c:spPr>', '<c:marker><c:symbol val="none"/></c:marker>'
SHOW = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
Values = Sequence[float | None]


def can_draw(charts: Sequence[Chart]) -> bool:
    """Whether a figure's charts go on a slide as such: all of it is numbers, and there is room to read them."""
    return 0 < len(charts) <= MOST_CHARTS and all(
        len(chart.categories) > 0 and chart.series and (chart.kind in ("lines", "points") or len(chart.categories) <= MOST_ROWS)
        for chart in charts
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a chart is set: its place in inches and its letters.

    Attributes:
        box: where it stands.
        names: inches for the names of the rows; 0 beside a chart that names them.
        size: points of the letters, as ours; `wide` is how much wider the template's run.
        ink: the theme colour of what is strong.
        told: whether each row of dots has its number at the right.
        language: of the texts, such as "fi-FI".
        beside: the charts on the same slide, itself among them, whose rows stand on the same heights.
    """

    box: Box
    names: float
    size: float
    wide: float
    ink: str
    told: bool
    language: str
    beside: Sequence[Chart]


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


def number_format(decimals: int, *, signed: bool) -> str:
    """How a program prints a number of that many decimals."""
    plain = "0" + ("." + "0" * decimals if decimals else "")
    return f"+{plain};\N{MINUS SIGN}{plain};{plain}" if signed else f"{plain};\N{MINUS SIGN}{plain}"


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


@dataclass
class Sheet:
    """The workbook in a chart, column by column."""

    columns: list[tuple[str, Sequence[str | float | None]]] = field(default_factory=list)

    def add(self, name: str, values: Sequence[str | float | None]) -> str:
        """A further column, and where its values stand."""
        self.columns.append((name, [short(one) if isinstance(one, float) else one for one in values]))
        letter = xl_col_to_name(len(self.columns) - 1)
        return f"Sheet1!${letter}$2:${letter}${len(values) + 1}"

    def head(self, place: str) -> str:
        """Where the name of a column stands, of which the place of its values is known."""
        return place.partition(":")[0].removesuffix("$2") + "$1"

    def blob(self) -> bytes:
        """The workbook's bytes: names in the first row, values below."""
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, TEXT_IS_TEXT) as book:
            sheet = book.add_worksheet("Sheet1")
            for column, (name, values) in enumerate(self.columns):
                sheet.write_string(0, column, name)
                for row, value in enumerate(values, start=1):
                    if isinstance(value, str):
                        sheet.write_string(row, column, value)
                    elif value is not None:
                        sheet.write_number(row, column, value)
        return file.getvalue()


class Drawn:
    """A chart as the two files that python-pptx asks for: its XML and the workbook behind it."""

    def __init__(self, chart: Chart, look: Look) -> None:
        self.chart, self.look, self.box, self.sheet = chart, look, look.box, Sheet()
        self.count = 0
        self.unnamed: list[int] = []  # series that the legend leaves out
        self.legend, self.stacked = _has_legend(chart), False
        # Room that one of several charts needs above or below its rows is left free in all of them.
        self.head = (TITLE_ROOM if any(one.title for one in look.beside) else 0.0) + (
            LEGEND_ROOM if any(map(_has_legend, look.beside)) else 0.0
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
        labels = list(_label_marks(chart.marks, low, high, inner, self.look.names, numbers))
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
        for place, one in enumerate(chart.series):
            shift = 0.0 if lone or chart.joined else (place - (len(chart.series) - 1) / 2) * -0.28
            heights = [at + shift for at in rows]
            weak = [None if at in chart.strong else value for at, value in enumerate(one.values)]
            strong = [value if at in chart.strong else None for at, value in enumerate(one.values)]
            plain = "tx2" if chart.strong and len(chart.series) == 1 else COLOURS[place % 4]
            side = "" if lone else "joined" if chart.joined else "t"
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
        marker = _marker(symbol, 12 if strong else 7 if self.look.size < TICK else 9, colour)
        labels = ""
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
        if strong:
            self.unnamed.append(self.count)
        dots = self._scatter(series.name, values, heights, f"{NO_LINE}{marker}", labels)
        shown = [at for at, value in enumerate(values) if value is not None and series.low and series.low[at] is not None]
        if not shown:
            return dots
        ends = [end for at in shown for end in (series.low[at], series.high[at], None)]
        up = [end for at in shown for end in (heights[at], heights[at], None)]
        return dots + self._rods(ends, up, _ink(colour), 4.5 if strong else 2.25)

    def _rods(self, ends: Values, up: Values, ink: str, points: float, name: str = "") -> str:
        """Bars from one end to the other, row by row, with a gap between; LibreOffice draws no error bars of their own lengths."""
        self.unnamed.append(self.count)
        return self._scatter(name, ends, up, f"{_stroke(ink, points)}{NO_MARKER}", "")

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
        look = f'<c:spPr><a:ln w="15875">{_fill(_ink("tx2" if mark.dashed else "tx1"))}{dash}</a:ln></c:spPr>{NO_MARKER}'
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
        sides = _sides_of_points(chart, (low, high), (bottom, top), inner)
        for place, one in enumerate(upward):
            colour = (COLOURS[1], COLOURS[0], COLOURS[2], COLOURS[3])[place % 4] if len(upward) > 1 else COLOURS[0]
            told = [
                name if at in chart.strong and value is not None and sides[at] else None
                for at, (name, value) in enumerate(zip(chart.categories, one.values, strict=True))
            ]
            look = f"{NO_LINE}{_marker(SYMBOLS[(1, 0, 2, 3)[place % 4]] if len(upward) > 1 else 'circle', 8, colour)}"
            series.append(self._scatter(one.name, across.values, one.values, look, self._labels(told, sides, "tx1", TICK)))
        axes = self._value_axis(1, 2, "b", low, high, step, across.name) + self._value_axis(2, 1, "l", bottom, top, rise, "")
        return self._whole(f"{SCATTER}{''.join(series)}{AXES}</c:scatterChart>", axes, inner, chart.axis)

    # Lines and columns along the bottom, bars along the side

    def _along(self) -> str:
        chart = self.chart
        n, lines, bars = len(chart.categories), chart.kind == "lines", chart.kind == "bars"
        ends = [
            one for series in chart.series for part in (series.values, series.low, series.high) for one in part if one is not None
        ]
        low, high, step = scale_of(ends if lines else [0.0, *ends] if ends else [0.0, 1.0], chart.limits)
        self.stacked = self.legend and _names_width(chart) > self.box.width
        head = TITLE_ROOM + LEGEND_ROOM * self.legend * (len(chart.series) if self.stacked else 1) + 0.2 * lines
        side = min(0.36 * self.box.width, 0.2 + max(map(measure, chart.categories)) * LETTER / POINTS) if bars else 0.55
        inner = Box(side, head, self.box.width - side - 0.35, self.box.height - head - (0.1 if bars else 0.35))
        names = self.sheet.add("", list(chart.categories))
        cats = f"<c:cat>{_text_ref(names, chart.categories)}</c:cat>"
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
                marker = NO_MARKER if long else _marker(SYMBOLS[place % 4], 9, colour)
                look = f'<c:spPr><a:ln w="28575" cap="rnd">{_fill(_ink(colour))}<a:round/></a:ln></c:spPr>{marker}'
            else:
                look = f'<c:spPr>{_fill(_ink(colour))}</c:spPr><c:invertIfNegative val="0"/>'
            sides = ["t" if lines and at != last else "r" if lines else "outEnd" for at in range(n)]
            labels = self._labels(told, sides, colour, bold=[True] * n)
            above = lines and not long and any(one.high)
            if above:  # a number beside its point would be struck by the line or by the interval's bar
                highest = [value if end is None else end for value, end in zip(one.values, one.high, strict=True)]
                tops, labels = self._labels(told, ["t"] * n, colour, bold=[True] * n), ""
            error = "" if long else self._error_bars(one, _ink(colour if lines else "tx1"))
            place_of = self.sheet.add(one.name, list(one.values))
            values = f"<c:val>{_number_list(place_of, one.values)}</c:val>"
            smooth = '<c:smooth val="0"/>' if lines else ""
            series.append(f"{self._opening(one.name, place_of)}{look}{labels}{error}{cats}{values}{smooth}</c:ser>")
            if above:
                self.unnamed.append(self.count)
                values = f"<c:val>{_number_list(self.sheet.add('', highest), highest)}</c:val>"
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
            f'val="none"/><c:tickLblPos val="low"/><c:spPr><a:ln w="9525">{_fill(_ink("tx2"))}</a:ln></c:spPr>'
            f"{self._letters(TICK, flat=every == 1)}"  # LibreOffice breaks flat numbers instead of leaving some out
            '<c:crossAx val="2"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
            f"{skip}"
            '<c:noMultiLvlLbl val="1"/></c:catAx>'
        ) + self._value_axis(2, 1, "b" if bars else "l", low, high, step, "", grid=lines, between="between", shown=not bars)
        return self._whole(plot, axes, inner, chart.title if chart.title not in [one.name for one in chart.series[1:]] else "")

    # What every kind is put together from

    def _whole(self, plot: str, axes: str, inner: Box, title: str | None = None) -> str:
        """The parts of a chart in the order that the schema wants."""
        title = self.chart.title if title is None else title
        legend = ""
        if self.legend:
            gone = "".join(f'<c:legendEntry><c:idx val="{at}"/><c:delete val="1"/></c:legendEntry>' for at in sorted(self.unnamed))
            left, wide = inner.left, min(self.box.width - inner.left, _names_width(self.chart) + 0.3)
            if self.stacked:
                left, wide = 0.0, self.box.width
            high = LEGEND_ROOM * (len(self.chart.series) if self.stacked else 1)
            place = self._layout(Box(left, TITLE_ROOM - 0.01 if title else 0.0, wide, high))
            legend = f'<c:legend><c:legendPos val="t"/>{gone}{place}<c:overlay val="0"/>{self._letters(TICK)}</c:legend>'
        head = '<c:autoTitleDeleted val="1"/>'
        if title:
            left = inner.left if self.chart.kind == "dots" else 0.02
            size, room = LETTER, self.box.width - left - 0.1
            while size > SMALL_LETTER and measure(title, bold=True) * size > room * POINTS:
                size -= 0.5
            said = "\n".join(lines_of(title, room, size, bold=True))
            place = self._layout(Box(left, 0.0, 0.0, 0.0), sized=False)
            head = (
                f'<c:title><c:tx>{self._rich(said, size, bold=True)}</c:tx>{place}<c:overlay val="1"/></c:title>'
                '<c:autoTitleDeleted val="0"/>'
            )
        return (
            f'<c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart>{head}<c:plotArea>'
            f"{self._layout(inner, inside=True)}{plot}{axes}"
            f'</c:plotArea>{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>{self._letters(self.look.size)}'
        )

    def _layout(self, box: Box, *, inside: bool = False, sized: bool = True) -> str:
        target = '<c:layoutTarget val="inner"/>' if inside else ""
        parts = [("x", box.left / self.box.width), ("y", box.top / self.box.height)]
        parts += [("w", box.width / self.box.width), ("h", box.height / self.box.height)] if sized else []
        modes = '<c:xMode val="edge"/><c:yMode val="edge"/>'
        told = "".join(f'<c:{name} val="{max(value, 0.0):.5f}"/>' for name, value in parts)
        return f"<c:layout><c:manualLayout>{target}{modes}{told}</c:manualLayout></c:layout>"

    def _letters(self, size: float, *, flat: bool = True) -> str:
        turn = ' rot="0" vert="horz"' if flat else ""
        return (
            f'<c:txPr><a:bodyPr{turn}/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{sized(size, self.look.wide) * 100:.0f}" b="0">'
            f"{_fill(_ink('tx1'))}</a:defRPr></a:pPr>"
            f'<a:endParaRPr lang="{self.look.language}"/></a:p></c:txPr>'
        )

    def _rich(self, said: str, size: float, *, bold: bool = False, colour: str = "tx1", align: str = "l") -> str:
        look = f'sz="{sized(size, self.look.wide) * 100:.0f}" b="{bold:d}"'
        lines = "".join(
            f'<a:p><a:pPr algn="{align}"><a:defRPr {look}/></a:pPr><a:r><a:rPr lang="{self.look.language}" {look}>'
            f"{_fill(_ink(colour))}</a:rPr>"
            f"<a:t>{escape(line)}</a:t></a:r></a:p>"
            for line in said.split("\n")
        )
        return (
            f'<c:rich><a:bodyPr wrap="none" lIns="19050" tIns="0" rIns="19050" bIns="0" anchor="ctr"/><a:lstStyle/>{lines}</c:rich>'
        )

    def _labels(
        self, said: Sequence[str | None], sides: Sequence[str], colour: str, size: float | None = None, bold: Sequence[bool] = ()
    ) -> str:
        """A text at each point that has one."""
        off = "".join(f'<c:{name} val="0"/>' for name in SHOW)
        on = off.replace('showVal val="0"', 'showVal val="1"')
        labels = []
        for at, (text, side) in enumerate(zip(said, sides, strict=True)):
            if text is None:
                continue
            strong = bool(bold) and bold[at]
            rich = self._rich(text, size or self.look.size, bold=strong, colour=colour, align="r" if side == "l" else "l")
            labels.append(f'<c:dLbl><c:idx val="{at}"/><c:tx>{rich}</c:tx><c:dLblPos val="{side}"/>{on}</c:dLbl>')
        return f"<c:dLbls>{''.join(labels)}{off}</c:dLbls>" if labels else ""

    def _error_bars(self, series: Series, ink: str) -> str:
        """Bars to both ends of the interval of each value that has one."""
        if not any(one is not None for one in series.low):
            return ""
        sides = ""
        for side, ends, sign in (("plus", series.high, 1), ("minus", series.low, -1)):
            lengths = [
                None if one is None or end is None else sign * (end - one) for one, end in zip(series.values, ends, strict=True)
            ]
            sides += self._number_ref(side, self.sheet.add(f"{series.name} {'+' if sign > 0 else '-'}", lengths), lengths)
        return (
            f'<c:errBars><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="1"/>{sides}'
            f"{_stroke(ink, 1.5)}</c:errBars>"
        )

    def _number_ref(self, tag: str, place: str, values: Values) -> str:
        return f"<c:{tag}>{_number_list(place, values)}</c:{tag}>"

    def _opening(self, name: str, place: str) -> str:
        at, self.count = self.count, self.count + 1
        told = f"<c:tx>{_text_ref(self.sheet.head(place), [name])}</c:tx>" if name else ""
        return f'<c:ser><c:idx val="{at}"/><c:order val="{at}"/>{told}'

    def _scatter(self, name: str, across: Values, up: Values, look: str, labels: str) -> str:
        """A series of an XY scatter; its numbers go to the workbook.

        The first one is as long as the longest, by empty cells: LibreOffice loses what stands before a longer series.
        """
        if self.count == 0:
            across, up = ([*part, *[None] * (3 * len(self.chart.categories) - len(part))] for part in (across, up))
        x = self.sheet.add(name, list(across))
        y = self.sheet.add("", list(up))
        places = f"{self._number_ref('xVal', x, across)}{self._number_ref('yVal', y, up)}"
        opening = self._opening(name, x)
        return f'{opening}{look}{labels}{places}<c:smooth val="0"/></c:ser>'

    def _value_axis(
        self,
        number: int,
        other: int,
        where: str,
        low: float,
        high: float,
        step: float,
        title: str,
        *,
        grid: bool = False,
        signed: bool = False,
        between: str = "midCat",
        shown: bool = True,
    ) -> str:
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        lines = f'<c:majorGridlines><c:spPr><a:ln w="6350">{_fill(FAINT)}</a:ln></c:spPr></c:majorGridlines>' if grid else ""
        told = f'<c:title><c:tx>{self._rich(title, TICK, colour="tx2")}</c:tx><c:overlay val="0"/></c:title>' if title else ""
        form = quoteattr(number_format(decimals, signed=signed))
        ink = f'<a:ln w="9525">{_fill(_ink("tx2"))}</a:ln>' if where == "b" and not grid else "<a:ln><a:noFill/></a:ln>"
        return (
            f'<c:valAx><c:axId val="{number}"/><c:scaling><c:orientation val="minMax"/><c:max val="{high!r}"/>'
            f'<c:min val="{low!r}"/></c:scaling>'
            f'<c:delete val="{not shown:d}"/><c:axPos val="{where}"/>{lines}{told}<c:numFmt formatCode={form} sourceLinked="0"/>'
            '<c:majorTickMark val="none"/>'
            f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr>{ink}</c:spPr>'
            f'{self._letters(TICK)}<c:crossAx val="{other}"/>'
            f'<c:crosses val="min"/><c:crossBetween val="{between}"/><c:majorUnit val="{step!r}"/></c:valAx>'
        )


def _has_legend(chart: Chart) -> bool:
    return sum(series.name != "" for series in chart.series[chart.kind == "points" :]) > 1


def _names_width(chart: Chart) -> float:
    """Inches that a legend takes on one line."""
    return sum(measure(one.name) * TICK / POINTS + 0.9 for one in chart.series[chart.kind == "points" :])


SCATTER = '<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>'
AXES = '<c:axId val="1"/><c:axId val="2"/>'


def _ink(colour: str) -> str:
    return f'<a:schemeClr val="{colour}"/>'


def _fill(ink: str) -> str:
    return f"<a:solidFill>{ink}</a:solidFill>"


def _stroke(ink: str, points: float) -> str:
    return f'<c:spPr><a:ln w="{points * 12700:.0f}" cap="flat">{_fill(ink)}</a:ln></c:spPr>'


def _marker(symbol: str, size: int, colour: str) -> str:
    return (
        f'<c:marker><c:symbol val="{symbol}"/><c:size val="{size}"/><c:spPr>{_fill(_ink(colour))}<a:ln w="9525">'
        f"{_fill(_ink('bg1'))}</a:ln>"
        "</c:spPr></c:marker>"
    )


def short(place: float) -> float:
    """A place in a chart with six digits, which no eye can tell from more."""
    return float(f"{place:.6g}")


def _number_list(place: str, values: Values) -> str:
    points = "".join(f'<c:pt idx="{at}"><c:v>{short(one)!r}</c:v></c:pt>' for at, one in enumerate(values) if one is not None)
    cache = f'<c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numCache>'
    return f"<c:numRef><c:f>{place}</c:f>{cache}</c:numRef>"


def _text_ref(place: str, said: Sequence[str]) -> str:
    points = "".join(f'<c:pt idx="{at}"><c:v>{escape(one)}</c:v></c:pt>' for at, one in enumerate(said))
    return f'<c:strRef><c:f>{place}</c:f><c:strCache><c:ptCount val="{len(said)}"/>{points}</c:strCache></c:strRef>'


def _label_marks(
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


def _sides_of_points(chart: Chart, across: tuple[float, float], up: tuple[float, float], inner: Box) -> list[str]:
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

"""What a chart of any kind is put together from: its workbook, texts, scales and series as XML (ECMA-376, part 1, 21.2)."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from valuelib.output.slides.template import POINTS, Box, lines_of, measure, sized
from valuelib.results import Chart, Series

# Text is text in every workbook: nothing is read as a formula, an address or a number.
TEXT_IS_TEXT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FAINT = '<a:schemeClr val="tx1"><a:alpha val="15000"/></a:schemeClr>'  # on light and on dark
LARGEST_TITLE, TICK, SMALL_LETTER = 14.0, 12.0, 9.0  # points
TITLE_ROOM, LEGEND_ROOM = 0.34, 0.26  # inches above a chart
C = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'  # noqa: E501
NO_LINE, NO_MARKER = '<c:spPr><a:ln w="19050"><a:noFill/></a:ln></c:spPr>', '<c:marker><c:symbol val="none"/></c:marker>'
SHOW = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
SCATTER = '<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>'
AXES = '<c:axId val="1"/><c:axId val="2"/>'
Values = Sequence[float | None]


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


class Parts:
    """The parts of one chart and the workbook that its series fill; what is drawn with them is a matter of its kind."""

    def __init__(self, chart: Chart, look: Look) -> None:
        self.chart, self.look, self.box, self.sheet = chart, look, look.box, Sheet()
        self.count = 0
        self.unnamed: list[int] = []  # series that the legend leaves out
        self.legend, self.stacked = has_legend(chart), False

    def _whole(self, plot: str, axes: str, inner: Box, title: str | None = None) -> str:
        """The parts of a chart in the order that the schema wants."""
        title = self.chart.title if title is None else title
        legend = ""
        if self.legend:
            gone = "".join(f'<c:legendEntry><c:idx val="{at}"/><c:delete val="1"/></c:legendEntry>' for at in sorted(self.unnamed))
            left, wide = inner.left, min(self.box.width - inner.left, legend_width(self.chart) + 0.3)
            if self.stacked:
                left, wide = 0.0, self.box.width
            high = LEGEND_ROOM * (len(self.chart.series) if self.stacked else 1)
            place = self._layout(Box(left, TITLE_ROOM - 0.01 if title else 0.0, wide, high))
            legend = f'<c:legend><c:legendPos val="t"/>{gone}{place}<c:overlay val="0"/>{self._letters(TICK)}</c:legend>'
        head = '<c:autoTitleDeleted val="1"/>'
        if title:
            left = inner.left if self.chart.kind == "dots" else 0.02
            size, room = LARGEST_TITLE, self.box.width - left - 0.1
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
            f"{fill(theme('tx1'))}</a:defRPr></a:pPr>"
            f'<a:endParaRPr lang="{self.look.language}"/></a:p></c:txPr>'
        )

    def _rich(self, said: str, size: float, *, bold: bool = False, colour: str = "tx1", align: str = "l") -> str:
        look = f'sz="{sized(size, self.look.wide) * 100:.0f}" b="{bold:d}"'
        lines = "".join(
            f'<a:p><a:pPr algn="{align}"><a:defRPr {look}/></a:pPr><a:r><a:rPr lang="{self.look.language}" {look}>'
            f"{fill(theme(colour))}</a:rPr>"
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
            f"{stroke(ink, 1.5)}</c:errBars>"
        )

    def _number_ref(self, tag: str, place: str, values: Values) -> str:
        return f"<c:{tag}>{number_list(place, values)}</c:{tag}>"

    def _opening(self, name: str, place: str) -> str:
        at, self.count = self.count, self.count + 1
        told = f"<c:tx>{text_ref(self.sheet.head(place), [name])}</c:tx>" if name else ""
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
        lines = f'<c:majorGridlines><c:spPr><a:ln w="6350">{fill(FAINT)}</a:ln></c:spPr></c:majorGridlines>' if grid else ""
        told = f'<c:title><c:tx>{self._rich(title, TICK, colour="tx2")}</c:tx><c:overlay val="0"/></c:title>' if title else ""
        form = quoteattr(number_format(decimals, signed=signed))
        ink = f'<a:ln w="9525">{fill(theme("tx2"))}</a:ln>' if where == "b" and not grid else "<a:ln><a:noFill/></a:ln>"
        return (
            f'<c:valAx><c:axId val="{number}"/><c:scaling><c:orientation val="minMax"/><c:max val="{high!r}"/>'
            f'<c:min val="{low!r}"/></c:scaling>'
            f'<c:delete val="{not shown:d}"/><c:axPos val="{where}"/>{lines}{told}<c:numFmt formatCode={form} sourceLinked="0"/>'
            '<c:majorTickMark val="none"/>'
            f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr>{ink}</c:spPr>'
            f'{self._letters(TICK)}<c:crossAx val="{other}"/>'
            f'<c:crosses val="min"/><c:crossBetween val="{between}"/><c:majorUnit val="{step!r}"/></c:valAx>'
        )


def has_legend(chart: Chart) -> bool:
    """Whether a chart needs a legend: several of its series have names."""
    return sum(series.name != "" for series in chart.series[chart.kind == "points" :]) > 1


def legend_width(chart: Chart) -> float:
    """Inches that a legend takes on one line."""
    return sum(measure(one.name) * TICK / POINTS + 0.9 for one in chart.series[chart.kind == "points" :])


def theme(colour: str) -> str:
    """A colour of the theme."""
    return f'<a:schemeClr val="{colour}"/>'


def fill(ink: str) -> str:
    """A plain fill."""
    return f"<a:solidFill>{ink}</a:solidFill>"


def stroke(ink: str, points: float) -> str:
    """A line of that thickness."""
    return f'<c:spPr><a:ln w="{points * 12700:.0f}" cap="flat">{fill(ink)}</a:ln></c:spPr>'


def symbol_of(symbol: str, size: int, colour: str) -> str:
    """The sign at each point of a series, with a rim that keeps it apart from what lies behind."""
    return (
        f'<c:marker><c:symbol val="{symbol}"/><c:size val="{size}"/><c:spPr>{fill(theme(colour))}<a:ln w="9525">'
        f"{fill(theme('bg1'))}</a:ln>"
        "</c:spPr></c:marker>"
    )


def short(place: float) -> float:
    """A place in a chart with six digits, which no eye can tell from more."""
    return float(f"{place:.6g}")


def number_list(place: str, values: Values) -> str:
    """Where numbers stand in the workbook, and the numbers."""
    points = "".join(f'<c:pt idx="{at}"><c:v>{short(one)!r}</c:v></c:pt>' for at, one in enumerate(values) if one is not None)
    cache = f'<c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numCache>'
    return f"<c:numRef><c:f>{place}</c:f>{cache}</c:numRef>"


def text_ref(place: str, said: Sequence[str]) -> str:
    """Where texts stand in the workbook, and the texts."""
    points = "".join(f'<c:pt idx="{at}"><c:v>{escape(one)}</c:v></c:pt>' for at, one in enumerate(said))
    return f'<c:strRef><c:f>{place}</c:f><c:strCache><c:ptCount val="{len(said)}"/>{points}</c:strCache></c:strRef>'


def number_format(decimals: int, *, signed: bool) -> str:
    """How a program prints a number of that many decimals."""
    plain = "0" + ("." + "0" * decimals if decimals else "")
    return f"+{plain};\N{MINUS SIGN}{plain};{plain}" if signed else f"{plain};\N{MINUS SIGN}{plain}"

"""Charts that PowerPoint draws itself and its user may edit, made from a figure's numbers: bars with their intervals."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from valuelib.output.brand import Brand
from valuelib.results import Chart, Series
from valuelib.show.canvas import AMBER, MUTED, PAPER, SKY

# Places on a slide, and how large letters may be there

WIDE, HIGH = 13.333, 7.5  # inches of a 16:9 slide; other sizes are scaled to
LETTER, BOLD = 0.54, 0.63  # mean width of a letter in its size, generous so that other fonts than ours fit too
LINE = 1.22  # height of a line in its size
POINTS = 72  # an inch
# Text is text in every workbook: nothing is read as a formula, an address or a number.
TEXT_IS_TEXT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, in inches of a 13.3 x 7.5 inch slide."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Page:
    """A slide's size; `of` gives the corners of a box on it, in the units of the file."""

    width: int = int(Inches(WIDE))
    height: int = int(Inches(HIGH))

    def of(self, box: Box) -> tuple[Emu, Emu, Emu, Emu]:
        """Left, top, width, height."""
        across, down = self.width / WIDE, self.height / HIGH
        return Emu(int(box.left * across)), Emu(int(box.top * down)), Emu(int(box.width * across)), Emu(int(box.height * down))


def fitting_size(paragraphs: Sequence[str], box: Box, largest: float, smallest: float = 9.0, *, bold: bool = False) -> float:
    """The largest size in points, in steps of a half, at which the paragraphs stay in the box; the smallest where none does."""
    size = largest
    while size > smallest and needed_height(paragraphs, box.width, size, bold=bold) > box.height:
        size -= 0.5
    return size


def needed_height(paragraphs: Sequence[str], width: float, size: float, *, bold: bool = False) -> float:
    """Inches that paragraphs take at this size, in a box of this width less its margins."""
    letters = max(1, int((width - 0.2) * POINTS / (size * (BOLD if bold else LETTER))))
    lines = sum(max(1, math.ceil(len(line) / letters)) for said in paragraphs for line in said.split("\n"))
    return (lines * LINE + 0.35 * len(paragraphs)) * size / POINTS


def rgb(colour: str) -> RGBColor:
    """A colour, #RRGGBB, as python-pptx takes it."""
    made: RGBColor = RGBColor.from_string(colour.removeprefix("#").upper())
    return made


# Native charts

KINDS = {
    "dots": XL_CHART_TYPE.BAR_CLUSTERED,
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "columns": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "lines": XL_CHART_TYPE.LINE_MARKERS,
}
ACROSS = ("dots", "bars")
SMALL = Pt(10)
SERIES = (AMBER, SKY, MUTED)  # after the accent; they stay apart for every kind of colour vision
LONG_BAR = 0.2  # part of the scale that a bar takes when a number fits into it


class PlainData(CategoryChartData):
    """Chart data whose workbook takes every name for text: python-pptx lets names that begin with = become formulas."""

    def __init__(self, chart: Chart, number_format: str) -> None:
        super().__init__(number_format=number_format)
        self._chart = chart
        self.categories = list(chart.categories)
        for series in chart.series:
            self.add_series(series.name, series.values)

    @property
    def xlsx_blob(self) -> bytes:
        """The workbook behind the chart, laid out where the chart looks for it: names in A and in the first row."""
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, TEXT_IS_TEXT) as book:
            sheet = book.add_worksheet("Sheet1")
            for row, name in enumerate(self._chart.categories, start=1):
                sheet.write_string(row, 0, name)
            for column, series in enumerate(self._chart.series, start=1):
                sheet.write_string(0, column, series.name)
                for row, value in enumerate(series.values, start=1):
                    if value is not None:
                        sheet.write_number(row, column, value)
        return file.getvalue()


def add_chart(slide: Any, chart: Chart, box: Box, page: Page, brand: Brand, alt: str, *, labelled: bool = True) -> None:
    """Draw a chart's numbers in a place of a slide.

    Args:
        slide: the slide of python-pptx.
        chart: at least one category and one series.
        box: where.
        page: the slide's size.
        brand: its accent is the first series' colour.
        alt: what a screen reader says.
        labelled: whether the categories are named; False beside a chart that names them.
    """
    number_format = "0" + ("." + "0" * chart.decimals if chart.decimals else "")
    frame = slide.shapes.add_chart(KINDS[chart.kind], *page.of(box), PlainData(chart, number_format))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    drawn = frame.chart
    drawn.font.size = SMALL
    drawn.has_title = bool(chart.title)
    if chart.title:
        drawn.chart_title.text_frame.text = chart.title
        run = drawn.chart_title.text_frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = Pt(11), False
        drawn.chart_title.include_in_layout = False
    drawn.has_legend = len(chart.series) > 1
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        drawn.legend.font.size = SMALL
    low, high = _set_axes(drawn, chart, labelled)
    for place, (plotted, series) in enumerate(zip(drawn.plots[0].series, chart.series, strict=True)):
        plotted.format.fill.solid()
        plotted.format.fill.fore_color.rgb = rgb((brand.accent, *SERIES)[place % 4])
        if hasattr(plotted, "invert_if_negative"):
            plotted.invert_if_negative = False
        _add_intervals(plotted, series)
        labels = plotted.data_labels
        labels.show_value, labels.number_format, labels.number_format_is_linked = True, number_format, False
        labels.font.size, labels.font.bold = SMALL, True
        if chart.kind == "lines":
            continue
        # The number stands at the foot of its bar, in white, where the bar is long enough to hold it, else beside it.
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
        for point, value in enumerate(series.values):
            if value is not None and abs(value) > LONG_BAR * (high - low):
                label = plotted.points[point].data_label
                label.position = XL_LABEL_POSITION.INSIDE_BASE
                label.font.size, label.font.bold = SMALL, True
                label.font.color.rgb = rgb(PAPER)
    drawn.plots[0].gap_width = 60 if len(chart.categories) > 2 else 220  # a few bars need not fill the slide


def _set_axes(drawn: Any, chart: Chart, labelled: bool) -> tuple[float, float]:
    """Dress both axes; gives the ends of the scale: zero and whatever lies beyond it, with room for the numbers."""
    ends = [one for series in chart.series for part in (series.values, series.low, series.high) for one in part if one is not None]
    low, high = min(0.0, *ends, 0.0), max(0.0, *ends, 0.0)
    room = 0.08 * (high - low or 1.0)
    low, high = (low - room if low < 0 else 0.0), (high + room if high > 0 else 0.0)
    names, values = drawn.category_axis, drawn.value_axis
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW if labelled else XL_TICK_LABEL_POSITION.NONE
    names.major_tick_mark = values.major_tick_mark = XL_TICK_MARK.NONE
    names.tick_labels.font.size = SMALL
    names.format.line.color.rgb = rgb(MUTED)
    # Every bar has its number, so the scale itself need not be read; it starts from zero, or bars would lie.
    values.tick_label_position, values.has_major_gridlines = XL_TICK_LABEL_POSITION.NONE, False
    values.format.line.fill.background()
    values.minimum_scale, values.maximum_scale = low, high
    if chart.kind in ACROSS:
        names.reverse_order = True  # the first category stands on top
    return low, high


def _add_intervals(plotted: Any, series: Series) -> None:
    """Error bars to both ends of the interval; python-pptx has none, so the element is written out (ECMA-376, 21.2.2.55)."""
    if not any(low is not None for low in series.low):
        return
    bars = etree.SubElement(plotted._element, qn("c:errBars"))
    for tag, kind in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "0")):
        etree.SubElement(bars, qn(f"c:{tag}")).set("val", kind)
    for side, ends in (("plus", series.high), ("minus", series.low)):
        literal = etree.SubElement(etree.SubElement(bars, qn(f"c:{side}")), qn("c:numLit"))
        etree.SubElement(literal, qn("c:formatCode")).text = "General"
        etree.SubElement(literal, qn("c:ptCount")).set("val", str(len(ends)))
        for place, (value, end) in enumerate(zip(series.values, ends, strict=True)):
            if value is not None and end is not None:
                point = etree.SubElement(literal, qn("c:pt"))
                point.set("idx", str(place))
                etree.SubElement(point, qn("c:v")).text = repr(round(float(end - value if side == "plus" else value - end), 6))
    # The schema wants error bars before the categories.
    plotted._element.find(qn("c:cat")).addprevious(bars)

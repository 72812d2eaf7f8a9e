"""Which sheets does a workbook have, and what stands in each? Grids of text and numbers, before any file is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from valuelib.records import Chart, Control, Estimate, Figure, Finding, Table
from valuelib.report.content import Content
from valuelib.report.workbook.cells import read_cell, read_column
from valuelib.show.evidence import deciding_of, limits_of
from valuelib.show.labels import label_contrast, label_estimate
from valuelib.show.language import NONE, Speech
from valuelib.show.sentences import say_finding, say_verdict


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is shown in its own way, in a column that also holds text."""

    value: float
    decimals: int
    percent: bool
    signed: bool


Value = str | float | int | Number | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its cells, and how many decimals its numbers are shown with."""

    head: str
    cells: tuple[Value, ...]
    decimals: int | None = None
    percent: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: a short name for its tab, a caption, columns of equal length, and a note below."""

    tab: str
    caption: str
    columns: tuple[Column, ...]
    note: str = ""


def workbook_sheets(content: Content) -> tuple[Sheet, ...]:
    """Findings and estimates unrounded, then every table and every chart's numbers in the order of the report."""
    speech = content.speech
    blocks = [block for section in content.sections for block in section.blocks]
    tables = [block for block in blocks if isinstance(block, Table)]
    charts = [chart for block in blocks if isinstance(block, Figure) for chart in block.charts]
    return (
        *((_findings(content, speech),) if content.findings else ()),
        *((_estimates(content.estimates, speech),) if content.estimates else ()),
        *(_table(table, speech) for table in tables),
        *(_chart(chart, speech) for chart in charts),
    )


def _findings(content: Content, speech: Speech) -> Sheet:
    found = content.findings
    lifts = [_deciding(finding) for finding in found]
    kinds = {True: speech.text("common.claim_under_test"), False: speech.text("common.exploratory")}
    heads: list[tuple[str, list[Value]]] = [
        (speech.text("common.claim"), [content.claims[one.claim].statement.say(speech.language) for one in found]),
        (speech.text("common.verdict"), [say_verdict(one.verdict, speech) for one in found]),
        (speech.text("workbook.kind"), [kinds[one.confirmatory] for one in found]),
        (speech.text("common.evidence"), ["" if one.rung is None else speech.word(one.rung) for one in found]),
        (speech.text("common.comparison"), [None if lift[0] is None else label_contrast(lift[0], speech) for lift in lifts]),
        (speech.text("common.difference"), [lift[1] for lift in lifts]),
        (speech.text("workbook.lower_limit"), [lift[2] for lift in lifts]),
        (speech.text("workbook.upper_limit"), [lift[3] for lift in lifts]),
        (speech.text("common.claimed"), [one.size for one in found]),
        (speech.text("workbook.smallest_difference_would_show"), [one.detectable_points for one in found]),
        (speech.text("workbook.answers_would_settle"), [one.respondents_needed for one in found]),
        (speech.text("workbook.in_words"), [say_finding(one, content.claims[one.claim], speech) for one in found]),
    ]
    columns = tuple(Column(head, tuple(cells), decimals=2) for head, cells in heads)
    return Sheet(
        tab=speech.text("workbook.findings"),
        caption=speech.text("workbook.all_claims_verdicts"),
        columns=columns,
        note=speech.text("workbook.differences_points_outcome_unrounded"),
    )


def _deciding(finding: Finding) -> tuple[Control | None, float | None, float | None, float | None]:
    control = deciding_of(finding)
    lift = control.lift_points
    if lift is None:
        return None, None, None, None
    low, high = limits_of(lift)
    return control, lift.value, low, high


def _estimates(estimates: Sequence[Estimate], speech: Speech) -> Sheet:
    found = sorted(estimates, key=lambda one: one.name)
    reasons = ["" if one.reason is None else speech.say(one.reason) for one in found]
    columns = (
        Column(speech.text("common.what_it_is"), tuple(label_estimate(one.name, speech) for one in found)),
        Column(speech.text("common.value"), tuple(one.value for one in found), decimals=3),
        Column(speech.text("workbook.lower_limit"), tuple(one.ci_low for one in found), decimals=3),
        Column(speech.text("workbook.upper_limit"), tuple(one.ci_high for one in found), decimals=3),
        Column(speech.text("workbook.confidence_level"), tuple(one.level for one in found), decimals=0, percent=True),
        Column(speech.text("common.answers"), tuple(one.n for one in found), decimals=0),
        Column(speech.text("common.accounts"), tuple(one.accounts for one in found), decimals=0),
        Column(speech.text("workbook.why_none"), tuple(reasons)),
        Column(speech.text("workbook.name_results_json"), tuple(one.name for one in found)),
    )
    return Sheet(tab=speech.text("workbook.figures"), caption=speech.text("workbook.all_figures_report_unrounded"), columns=columns)


def _table(table: Table, speech: Speech) -> Sheet:
    by_column = zip(*table.rows, strict=True) if table.rows else (() for _ in table.columns)
    columns = [
        column
        for place, (head, cells) in enumerate(zip(table.columns, by_column, strict=True))
        for column in (_split(head, cells, speech) if place else [Column(head, tuple(cells))])
    ]
    return Sheet(tab=table.caption, caption=table.caption, columns=tuple(columns), note=table.note)


def _split(head: str, cells: Sequence[str], speech: Speech) -> Iterator[Column]:
    """A column of printed numbers as columns of numbers: value, ends of the interval, count; a column of text as it is."""
    read = read_column(cells, NONE, speech.language)
    if read is None:
        yield Column(head, tuple(_alone(cell, speech) for cell in cells))
        return
    found = [cell for cell in read if cell is not None]
    decimals, percent = max(cell.decimals for cell in found), any(cell.percent for cell in found)
    signed = any(cell.signed for cell in found)

    def column(name: str, part: str) -> Column:
        values = (None if cell is None else getattr(cell, part) for cell in read)
        shares = tuple(value / 100 if percent and value is not None else value for value in values)
        return Column(name, shares, decimals=decimals, percent=percent, signed=signed)

    if any(cell.value is not None for cell in found):
        yield column(head, "value")
    if any(cell.low is not None for cell in found):
        yield column(speech.text("workbook.lower_limit_what", what=head), "low")
        yield column(speech.text("workbook.upper_limit_what", what=head), "high")
    if any(cell.n is not None for cell in found):
        counts = tuple(None if cell is None else cell.n for cell in read)
        yield Column(speech.text("workbook.answers", what=head), counts, decimals=0)


def _alone(text: str, speech: Speech) -> Value:
    """A cell between texts: a number where it prints one and nothing else."""
    cell = read_cell(text, speech.language)
    if cell is None or cell.value is None or cell.low is not None or cell.n is not None:
        return text
    return Number(cell.value / 100 if cell.percent else cell.value, cell.decimals, cell.percent, cell.signed)


def _chart(chart: Chart, speech: Speech) -> Sheet:
    columns = [Column(speech.text("workbook.row"), chart.categories)]
    for series in chart.series:
        columns.append(Column(series.name, series.values, decimals=chart.decimals + 1))
        if any(low is not None for low in series.low):
            columns.append(
                Column(speech.text("workbook.lower_limit_what", what=series.name), series.low, decimals=chart.decimals + 1)
            )
            columns.append(
                Column(speech.text("workbook.upper_limit_what", what=series.name), series.high, decimals=chart.decimals + 1)
            )
    caption = speech.text("workbook.figure", title=chart.title)
    return Sheet(tab=chart.title, caption=caption, columns=tuple(columns), note=chart.axis)

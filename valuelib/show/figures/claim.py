"""Where between "no effect" and the claimed size does the measured difference lie, and how much is left once halo is held off?"""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from valuelib.records import Chart, Control, Figure, Finding, Series
from valuelib.show.evidence import (
    HALO_BAND,
    RAW,
    claimed_points,
    deciding_of,
    evidence_contrasts,
    has_ratio,
    is_decided,
    limits_of,
    shown_as_ratio,
    unit_of,
)
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, nothing_to_show, set_title, wrap
from valuelib.show.labels import label_contrast
from valuelib.show.language import Speech
from valuelib.show.palette import FAINT, INK, MUTED, PAPER, VERDICT_LOOKS
from valuelib.show.sentences import say_finding, say_headline
from valuelib.theory import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One contrast as it is drawn; `value` None where its ratio is not defined."""

    label: str
    deciding: bool
    value: float | None = None
    low: float | None = None
    high: float | None = None
    printed: str = ""
    band: bool = False


def plot_claim(finding: Finding, claim: Claim, speech: Speech) -> Figure:
    """The raw and every other contrast of a finding against two lines: no effect, and the claimed size; the deciding one in colour.

    A ratio whose baseline is too near zero is not drawn; points stand in its place, and the claim is turned into points.
    """
    rows = _rows(finding, speech)
    if not rows:
        said = say_finding(finding, claim, speech)
        return nothing_to_show(name=f"claim.{finding.claim}", said=said, caption=_caption(finding, claim, speech))
    with drawing(13, 2.6 + 0.95 * len(rows)) as figure:
        axes = figure.subplots()
        _draw_lines(axes, finding, speech)
        for place, row in enumerate(rows):
            _draw_row(axes, place, row, VERDICT_LOOKS[finding.verdict].colour)
        _dress(axes, finding, rows, speech)
        set_title(axes, say_headline(finding, claim, speech), 86)
        name = f"claim.{finding.claim}"
        alt, caption = say_claim_figure(finding, claim, speech), _caption(finding, claim, speech)
        return finish(figure, name=name, alt=alt, caption=caption, charts=[claim_numbers(finding, speech)])


def say_claim_figure(finding: Finding, claim: Claim, speech: Speech) -> str:
    """The figure in words: the finding's sentence, then each contrast with its interval."""
    rows = _rows(finding, speech)
    return " ".join([say_finding(finding, claim, speech), *(f"{row.label.replace(chr(10), ' ')}: {row.printed}." for row in rows)])


def _rows(finding: Finding, speech: Speech) -> list[Row]:
    """As the story goes: what a slide shows, what halo alone would show, what is left."""
    return [_row(control, finding, speech) for control in sorted(evidence_contrasts(finding), key=_place_in_story)]


def claim_numbers(finding: Finding, speech: Speech) -> Chart:
    """The figure's rows as plain numbers."""
    rows, name = (
        _rows(finding, speech),
        speech.text("common.ratio") if shown_as_ratio(finding) else speech.text("common.difference"),
    )
    values, low, high = (tuple(getattr(row, part) for row in rows) for part in ("value", "low", "high"))
    series = Series(name=name, values=values, low=low, high=high)
    labels = tuple(row.label.replace("\n", " ") for row in rows)
    return Chart(kind="dots", title=name, categories=labels, series=(series,), decimals=2 if shown_as_ratio(finding) else 1)


def _place_in_story(control: Control) -> tuple[bool, bool]:
    return control.name not in (RAW, HALO_BAND), control.name == HALO_BAND


def _row(control: Control, finding: Finding, speech: Speech) -> Row:
    deciding = is_decided(finding) and control.name == deciding_of(finding).name
    label = label_contrast(control, speech)
    if shown_as_ratio(finding):
        return _ratio_row(control, label, deciding, speech)
    points = control.lift_points
    if points is None:
        return Row(label=label, deciding=deciding, printed=speech.points(None))
    low, high = limits_of(points)
    printed = f"{speech.points(points.value)} {speech.interval(low, high)}"
    band = control.name == HALO_BAND
    return Row(label=label, deciding=deciding, value=points.value, low=low, high=high, printed=printed, band=band)


def _ratio_row(control: Control, label: str, deciding: bool, speech: Speech) -> Row:
    ratio = control.lift_ratio
    if not has_ratio(control) or ratio is None:
        return Row(label=label, deciding=deciding, printed=speech.text("finding.ratio_not_defined"))
    low, high = limits_of(ratio)
    printed = f"{speech.ratio(ratio.value)} {speech.interval(low, high, 2)}"
    band = control.name == HALO_BAND
    return Row(label=label, deciding=deciding, value=ratio.value, low=low, high=high, printed=printed, band=band)


def _draw_lines(axes: Axes, finding: Finding, speech: Speech) -> None:
    none = 1.0 if shown_as_ratio(finding) else 0.0
    claimed = finding.size if shown_as_ratio(finding) else claimed_points(finding)
    axes.axvline(none, color=INK, linewidth=1.6, zorder=1)
    sides = ("right", "left") if claimed is None or claimed >= none else ("left", "right")
    text = speech.text("finding.no_effect", value=_printed(none, finding, speech))
    axes.text(none, -0.62, f" {text} ", ha=sides[0], va="bottom", fontsize=SMALL_SIZE, color=INK)
    if claimed is not None:
        axes.axvline(claimed, color=INK, linewidth=1.6, linestyle=(0, (5, 3)), zorder=1)
        text = speech.text("common.claimed_value", value=_printed(claimed, finding, speech))
        axes.text(claimed, -0.62, f" {text} ", ha=sides[1], va="bottom", fontsize=SMALL_SIZE, color=INK)


def _printed(value: float, finding: Finding, speech: Speech) -> str:
    return speech.ratio(value) if shown_as_ratio(finding) else speech.points(value)


def _draw_row(axes: Axes, place: int, row: Row, colour: str) -> None:
    ink = colour if row.deciding else MUTED
    if row.band and row.low is not None and row.high is not None:
        axes.barh(place, row.high - row.low, left=row.low, height=0.42, color=PAPER, edgecolor=MUTED, hatch="///", zorder=2)
    elif row.value is not None and row.low is not None and row.high is not None:
        axes.plot(
            [row.low, row.high], [place, place], color=ink, linewidth=7 if row.deciding else 3, solid_capstyle="butt", zorder=2
        )
        axes.plot(
            [row.value],
            [place],
            marker="D" if row.deciding else "o",
            markersize=14 if row.deciding else 10,
            color=ink,
            markeredgecolor=PAPER,
            zorder=3,
        )
    weight = "bold" if row.deciding else "normal"
    axes.annotate(
        row.printed,
        (1.0, place),
        xycoords=axes.get_yaxis_transform(),
        xytext=(10, 0),
        textcoords="offset points",
        ha="left",
        va="center",
        fontweight=weight,
    )


def _dress(axes: Axes, finding: Finding, rows: list[Row], speech: Speech) -> None:
    axes.set_ylim(len(rows) - 0.4, -1.05)
    axes.set_yticks(range(len(rows)), [_label(row, speech) for row in rows])
    for tick, row in zip(axes.get_yticklabels(), rows, strict=True):
        tick.set_fontweight("bold" if row.deciding else "normal")
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(lambda value, _: speech.number(value, 1 if shown_as_ratio(finding) else 0))
    axes.margins(x=0.12)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    unit = speech.word(unit_of(finding))
    axes.set_xlabel(
        speech.text("finding.ratio_baseline") if shown_as_ratio(finding) else speech.text("common.difference_unit", unit=unit)
    )


def _label(row: Row, speech: Speech) -> str:
    return wrap(speech.text("common.gives_the_verdict", contrast=row.label) if row.deciding else row.label, 28)


def _caption(finding: Finding, claim: Claim, speech: Speech) -> str:
    said = speech.text("finding.dots_estimates_bars_intervals", claim=claim.statement.say(speech.language), level=finding.level)
    if finding.metric != "ratio" or shown_as_ratio(finding):
        return said
    return f"{said} {speech.text('finding.baseline_too_close_zero')}"

"""What do all ways of asking show beside the lift that halo alone would make?"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from valuelib.records import Chart, Control, Figure, Finding, LiftPoints
from valuelib.show.evidence import (
    HALO_BAND,
    claimed_points,
    deciding_of,
    find_control,
    is_decided,
    is_widened,
    limits_of,
    raw_of,
    unit_of,
)
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, nothing_to_show, set_title, wrap
from valuelib.show.figures.numbers import series_of
from valuelib.show.labels import capital, label_contrast
from valuelib.show.language import Speech
from valuelib.show.palette import FAINT, INK, MUTED, PAPER, VERDICT_LOOKS
from valuelib.show.sentences import say_halo, say_halo_shortly, say_outcome
from valuelib.theory import Claim

ELSEWHERE = ("negative_control.unaffected", HALO_BAND)  # another unit, and the band itself


def plot_ways(finding: Finding, claim: Claim, speech: Speech) -> Figure:
    """Every way of asking that has a figure, in points, with the range of what halo alone would show behind the raw one.

    The way that gives the verdict is drawn in its colour; those that rest on own ratings are grey.
    """
    shown = [(control, control.lift_points) for control in _asked(finding) if control.lift_points is not None]
    name = f"ways.{finding.claim}"
    caption = speech.text("ways.dots_estimates_bars_intervals", claim=claim.statement.say(speech.language), level=finding.level)
    caption = (
        f"{caption} {speech.text('finding.interval_widened_holds_all')}" if is_decided(finding) and is_widened(finding) else caption
    )
    if not shown:
        return nothing_to_show(name=name, said=speech.say(finding.reason), caption=caption)
    with drawing(13, 2.4 + 0.72 * len(shown)) as figure:
        axes = figure.subplots()
        _draw_band(axes, finding, speech)
        _draw_lines(axes, finding, speech)
        for place, (control, lift) in enumerate(shown):
            deciding = is_decided(finding) and control.name == deciding_of(finding).name
            _draw_row(axes, place, lift, VERDICT_LOOKS[finding.verdict].colour if deciding else MUTED, speech, bold=deciding)
        _dress(axes, finding, [control for control, _ in shown], speech)
        set_title(axes, say_halo_shortly(finding, speech), 92)
        return finish(figure, name=name, alt=say_ways(finding, speech), caption=caption, charts=[_numbers(finding, shown, speech)])


def say_ways(finding: Finding, speech: Speech) -> str:
    """The figure in words: the story of the halo, then each way with its interval."""
    lines = [
        f"{label_contrast(control, speech)}: {speech.points(lift.value)} {speech.interval(*limits_of(lift))}."
        for control in _asked(finding)
        if (lift := control.lift_points) is not None
    ]
    return " ".join([say_halo(finding, speech), *lines])


def _asked(finding: Finding) -> list[Control]:
    """The raw figure first, the deciding one last, the other ways between them."""
    ways = [control for control in finding.controls if control.role != "reference" and control.name not in ELSEWHERE]
    deciding = deciding_of(finding).name
    return sorted([raw_of(finding), *ways], key=lambda control: (control.name != "raw", control.name == deciding))


def _numbers(finding: Finding, shown: Sequence[tuple[Control, LiftPoints]], speech: Speech) -> Chart:
    """The ways as plain numbers."""
    title = speech.text("common.difference_unit", unit=speech.word(unit_of(finding)))
    labels = tuple(label_contrast(control, speech) for control, _ in shown)
    series = series_of(speech.text("common.difference"), [lift for _, lift in shown])
    return Chart(kind="dots", title=title, categories=labels, series=(series,))


def _draw_band(axes: Axes, finding: Finding, speech: Speech) -> None:
    band = find_control(finding, HALO_BAND)
    if band is None or band.lift_points is None:
        return
    low, high = band.lift_points.ci_low, band.lift_points.ci_high
    axes.axvspan(low, high, facecolor="#F1F1F1", edgecolor=FAINT, hatch="///", linewidth=0.0, zorder=0)
    axes.text((low + high) / 2, -0.95, speech.text("ways.halo_alone"), ha="center", va="bottom", fontsize=SMALL_SIZE, color=MUTED)


def _draw_lines(axes: Axes, finding: Finding, speech: Speech) -> None:
    axes.axvline(0.0, color=INK, linewidth=1.6, zorder=1)
    claimed = claimed_points(finding)
    axes.text(0.0, -0.5, f" {speech.text('common.no_effect')} ", ha="right", va="bottom", fontsize=SMALL_SIZE, color=INK)
    if claimed is not None:
        axes.axvline(claimed, color=INK, linewidth=1.6, linestyle=(0, (5, 3)), zorder=1)
        axes.text(claimed, -0.5, f" {speech.text('ways.claimed')} ", ha="left", va="bottom", fontsize=SMALL_SIZE, color=INK)


def _draw_row(axes: Axes, place: int, lift: LiftPoints, ink: str, speech: Speech, *, bold: bool) -> None:
    low, high = limits_of(lift)
    if low is not None and high is not None:
        axes.plot([low, high], [place, place], color=ink, linewidth=7 if bold else 3, solid_capstyle="butt", zorder=2)
    marker, size = ("D", 13) if bold else ("o", 9)
    axes.plot([lift.value], [place], marker=marker, markersize=size, color=ink, markeredgecolor=PAPER, zorder=3)
    axes.annotate(
        f"{speech.points(lift.value)} {speech.interval(low, high)}",
        (1.0, place),
        xycoords=axes.get_yaxis_transform(),
        xytext=(10, 0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL_SIZE,
        fontweight="bold" if bold else "normal",
    )


def _dress(axes: Axes, finding: Finding, controls: list[Control], speech: Speech) -> None:
    deciding = deciding_of(finding).name if is_decided(finding) else ""
    labels = [wrap(label_contrast(control, speech), 38) for control in controls]
    axes.set_ylim(len(controls) - 0.4, -1.5)
    axes.set_yticks(range(len(controls)), labels)
    for tick, control in zip(axes.get_yticklabels(), controls, strict=True):
        tick.set_fontweight("bold" if control.name == deciding else "normal")
        tick.set_fontsize(SMALL_SIZE)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(lambda value, _: speech.number(value, 0))
    axes.margins(x=0.08)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    unit = speech.word(unit_of(finding))
    axes.set_xlabel(speech.text("ways.difference", outcome=capital(say_outcome(finding, speech)), unit=unit))

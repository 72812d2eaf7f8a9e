"""Does each further higher-tier element go with more recommending, or does the rise level off?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from valuelib.records import Chart, Control, Estimate, Figure, Finding, Series, Step
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, keep_ticks_inside, nothing_to_show, set_title
from valuelib.show.labels import capital
from valuelib.show.language import Speech
from valuelib.show.palette import BLUE, FAINT, INK, MUTED, PAPER, VERMILION
from valuelib.show.sentences import say_outcome

NAME = "dose"
TOP = 104.0  # an NPS or a share ends at 100; a little air above


def plot_dose(finding: Finding, curves: Sequence[Estimate], speech: Speech) -> Figure:
    """The outcome at each level of the dose with its interval, the never-falling line, and the smooth curve with its band.

    Args:
        finding: of a dose claim, with its `steps`.
        curves: estimates named `dose.<n>.isotonic` and `dose.<n>.spline`; empty where there is no curve.
        speech: the reader's language.
    """
    if not finding.steps:
        return nothing_to_show(name=NAME, said=speech.say(finding.reason), caption=_caption(speech))
    with drawing(13, 6.2) as figure:
        axes = figure.subplots()
        _draw_curves(axes, curves, speech)
        _draw_levels(axes, finding.steps, speech)
        axes.set_xlabel(speech.text("thresholds.higher_tier_elements_rated"))
        axes.set_ylabel(capital(say_outcome(finding, speech)), color=INK)
        axes.yaxis.set_major_formatter(lambda value, _: speech.number(value, 0))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y", color=FAINT, linewidth=0.6)
        axes.margins(x=0.05, y=0.1)
        axes.set_ylim(top=min(axes.get_ylim()[1], TOP))
        keep_ticks_inside(axes.yaxis)
        axes.legend(loc="lower right", frameon=False, fontsize=SMALL_SIZE)
        set_title(axes, _title(finding, speech), 88)
        return finish(
            figure, name=NAME, alt=say_dose(finding, speech), caption=_caption(speech), charts=[_numbers(finding, speech)]
        )


def say_dose(finding: Finding, speech: Speech) -> str:
    """The figure in words: the outcome at each level."""
    levels = [f"{step.label}: {speech.number(step.group.value)}" for step in finding.steps]
    return speech.text(
        "thresholds.number_elements",
        title=_title(finding, speech),
        outcome=capital(say_outcome(finding, speech)),
        levels="; ".join(levels),
    )


def _numbers(finding: Finding, speech: Speech) -> Chart:
    """The outcome at each level."""
    name = capital(say_outcome(finding, speech))
    groups = [step.group for step in finding.steps]
    series = Series(
        name=name,
        values=tuple(group.value for group in groups),
        low=tuple(group.ci_low for group in groups),
        high=tuple(group.ci_high for group in groups),
    )
    return Chart(kind="columns", title=name, categories=tuple(step.label for step in finding.steps), series=(series,), decimals=0)


def _draw_curves(axes: Axes, curves: Sequence[Estimate], speech: Speech) -> None:
    points = {kind: sorted(_points(curves, kind), key=lambda pair: pair[0]) for kind in ("spline", "isotonic")}
    if smooth := points["spline"]:
        x = [at for at, _ in smooth]
        low, high = [one.ci_low or 0.0 for _, one in smooth], [one.ci_high or 0.0 for _, one in smooth]
        axes.fill_between(x, low, high, color=BLUE, alpha=0.14, linewidth=0, zorder=1)
        label = speech.text("thresholds.smooth_curve_band")
        axes.plot(x, [one.value or 0.0 for _, one in smooth], color=BLUE, linewidth=2.5, label=label, zorder=2)
    if never := points["isotonic"]:
        label = speech.text("thresholds.closest_curve_never_falls")
        values = [one.value or 0.0 for _, one in never]
        axes.plot([at for at, _ in never], values, color=VERMILION, linewidth=2, linestyle=(0, (5, 2)), label=label, zorder=2)


def _points(curves: Sequence[Estimate], kind: str) -> list[tuple[int, Estimate]]:
    return [(int(one.name.split(".")[1]), one) for one in curves if one.name.endswith(f".{kind}") and one.value is not None]


def _draw_levels(axes: Axes, steps: Sequence[Step], speech: Speech) -> None:
    for index, step in enumerate(steps):
        group, (start, end) = step.group, ends_of(step.label)
        at = (start + end) / 2
        if group.value is None or group.ci_low is None or group.ci_high is None:
            continue
        axes.plot([at, at], [group.ci_low, group.ci_high], color=INK, linewidth=2.5, solid_capstyle="butt", zorder=3)
        axes.plot([start, end], [group.value, group.value], color=INK, linewidth=1.5, zorder=3)
        label = speech.text("thresholds.answers_intervals") if index == 0 else None
        axes.plot(
            [at], [group.value], marker="o", markersize=11, color=INK, markeredgecolor=PAPER, linestyle="", label=label, zorder=4
        )
        text = f"{speech.number(group.value, 0)}\nn {speech.count(group.n)}"
        below = (at, group.ci_low)
        axes.annotate(text, below, xytext=(0, -5), textcoords="offset points", ha="center", va="top", fontsize=11.5, color=MUTED)


def ends_of(label: str) -> tuple[int, int]:
    """First and last number of a level such as "3", "5–6" or "7+" (open: its first number twice).

    >>> ends_of("5–6"), ends_of("7+")
    ((5, 6), (7, 7))
    """
    numbers = [int(number) for number in re.findall(r"\d+", label)]
    return numbers[0], numbers[-1]


def _title(finding: Finding, speech: Speech) -> str:
    raw = finding.lift_points
    equal = _equal(finding.controls)
    if raw is None:
        return capital(say_outcome(finding, speech))
    said = speech.text("thresholds.each_further_element_goes", lift_pts=raw.value)
    if equal is None or equal.lift_points is None:
        return said
    told = speech.text("thresholds.equal_lower_tier_ratings", lift_pts=equal.lift_points.value)
    return f"{said}; {told}"


def _equal(controls: Sequence[Control]) -> Control | None:
    return next((one for one in controls if one.name.endswith(".lower_tiers") and one.lift_points is not None), None)


def _caption(speech: Speech) -> str:
    return speech.text("thresholds.dots_answers_each_number")

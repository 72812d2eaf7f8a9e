"""Which tiers cost loyalty when they fail, and which earn it when they are exceeded?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes

from valuelib.records import Chart, Estimate, Figure
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, keep_ticks_inside, nothing_to_show, set_title, wrap
from valuelib.show.figures.numbers import series_of
from valuelib.show.labels import capital
from valuelib.show.language import Speech
from valuelib.show.palette import BLUE, FAINT, INK, MUTED, PAPER
from valuelib.theory import tiers

STEPS = ("penalty", "reward")
RAW, EQUAL = "", ".others_equal"
OFFSET = {RAW: -0.17, EQUAL: 0.17}
NAME = "thresholds"


def plot_thresholds(estimates: Sequence[Estimate], margin: float, speech: Speech) -> Figure:
    """Penalty and reward of each tier with intervals: as they stand (grey) and with the other tiers held equal (blue).

    Args:
        estimates: named `penalty.<tier>`, `reward.<tier>` and the same with `.others_equal`, in points.
        margin: points within which a reward counts as none; drawn as a band.
        speech: the reader's language.
    """
    found = {one.name: one for one in estimates if one.value is not None}
    shown = [tier.key for tier in reversed(tiers()) if f"penalty.{tier.key}" in found]
    if not shown:
        return nothing_to_show(name=NAME, said=say_thresholds(estimates, speech), caption=_caption(margin, speech))
    with drawing(13, 2.3 + 1.05 * len(shown)) as figure:
        panels = figure.subplots(1, 2, sharey=True, sharex=True)
        for axes, step in zip(panels, STEPS, strict=True):
            _draw_panel(axes, step, shown, found, margin, speech)
        panels[0].set_yticks(range(len(shown)), [wrap(speech.word(key), 18) for key in shown])
        panels[0].set_ylim(len(shown) - 0.4, -0.6)
        for axes in panels:
            keep_ticks_inside(axes.xaxis)
        _legend(panels[1], speech)
        set_title(panels[0], _title(found, shown, speech), 88)
        alt, caption = say_thresholds(estimates, speech), _caption(margin, speech)
        return finish(figure, name=NAME, alt=alt, caption=caption, charts=_numbers(shown, found, speech))


def say_thresholds(estimates: Sequence[Estimate], speech: Speech) -> str:
    """The figure in words: each tier's penalty and reward with the other tiers held equal, or as it stands where they cannot be."""
    found = {one.name: one for one in estimates if one.value is not None}
    said = [
        speech.text(
            "thresholds.penalty_reward",
            tier=speech.word(tier.key),
            penalty=_said(_best(found, "penalty", tier.key), speech),
            reward=_said(_best(found, "reward", tier.key), speech),
        )
        for tier in tiers()
        if f"penalty.{tier.key}" in found
    ]
    return " ".join(said) if said else speech.text("thresholds.too_few_respondents_stand")


def _best(found: Mapping[str, Estimate], step: str, key: str) -> Estimate:
    return found.get(f"{step}.{key}{EQUAL}") or found[f"{step}.{key}"]


def _said(estimate: Estimate, speech: Speech) -> str:
    return f"{speech.points(estimate.value)} {speech.interval(estimate.ci_low, estimate.ci_high)}"


def _numbers(shown: Sequence[str], found: Mapping[str, Estimate], speech: Speech) -> list[Chart]:
    """Both steps as plain numbers, as rated and at equal other tiers."""
    names = {RAW: speech.text("thresholds.as_it_stands"), EQUAL: speech.text("label.contrast.other_tiers")}
    return [
        Chart(
            kind="dots",
            title=speech.text(f"thresholds.panel.{step}"),
            categories=tuple(capital(speech.word(key)) for key in shown),
            series=tuple(series_of(name, [found.get(f"{step}.{key}{ending}") for key in shown]) for ending, name in names.items()),
            decimals=0,
        )
        for step in STEPS
    ]


def _draw_panel(axes: Axes, step: str, shown: Sequence[str], found: Mapping[str, Estimate], margin: float, speech: Speech) -> None:
    if step == "reward":
        axes.axvspan(-margin, margin, color=FAINT, alpha=0.55, linewidth=0, zorder=0)
    axes.axvline(0, color=INK, linewidth=1.4, zorder=1)
    for place, key in enumerate(shown):
        for ending in (RAW, EQUAL):
            if estimate := found.get(f"{step}.{key}{ending}"):
                _draw_dot(axes, place + OFFSET[ending], estimate, ending, speech)
    axes.set_title(speech.text(f"thresholds.panel.{step}"), loc="left", fontsize=SMALL_SIZE + 1, color=INK)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(lambda value, _: speech.points(value, 0))
    axes.set_xlabel(speech.text("thresholds.difference_nps_points"))
    axes.margins(x=0.16)


def _draw_dot(axes: Axes, place: float, estimate: Estimate, ending: str, speech: Speech) -> None:
    ink, marker = (MUTED, "o") if ending == RAW else (BLUE, "D")
    if estimate.ci_low is not None and estimate.ci_high is not None:
        axes.plot([estimate.ci_low, estimate.ci_high], [place, place], color=ink, linewidth=3, solid_capstyle="butt", zorder=2)
    axes.plot([estimate.value or 0.0], [place], marker=marker, markersize=9, color=ink, markeredgecolor=PAPER, zorder=3)
    at = estimate.ci_high if estimate.ci_high is not None else estimate.value
    axes.annotate(
        speech.points(estimate.value, 0),
        (at or 0.0, place),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL_SIZE,
        color=ink,
    )


def _legend(axes: Axes, speech: Speech) -> None:
    for ink, marker, text in (
        (MUTED, "o", speech.text("thresholds.as_it_stands")),
        (BLUE, "D", speech.text("label.contrast.other_tiers")),
    ):
        axes.plot([], [], color=ink, marker=marker, linewidth=3, markersize=8, label=text)
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.09), ncols=2, frameon=False, fontsize=SMALL_SIZE, borderpad=0.0)


def _title(found: Mapping[str, Estimate], shown: Sequence[str], speech: Speech) -> str:
    worst = max(shown, key=lambda key: _best(found, "penalty", key).value or 0.0)
    value = _best(found, "penalty", worst).value
    equal = f"penalty.{worst}{EQUAL}" in found
    said = speech.text("thresholds.failing_costs_most_points", tier_key=worst, value_pts=value)
    return f"{said}, {speech.text('label.contrast.other_tiers')}" if equal else capital(said)


def _caption(margin: float, speech: Speech) -> str:
    return speech.text("thresholds.nps_customers_who_rate", margin=speech.number(margin, 0 if margin == round(margin) else 1))

"""How much value do customers receive on each tier of the pyramid?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from valuelib.records import Chart, Estimate, Figure, Series
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, set_title, wrap
from valuelib.show.language import Speech
from valuelib.show.palette import FAINT, INK, MUTED, PAPER, ink_on, score_colour
from valuelib.theory import tiers

HALF_BASE, HALF_TOP = 1.0, 0.36
GAP = 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class TierScore:
    """One tier as the study measured it: its mean score 0-10, and how many of its elements the study asked about.

    `estimate` is None where none was asked.
    """

    tier_key: str
    estimate: Estimate | None
    mapped: int
    of: int


def plot_pyramid(scores: Sequence[TierScore], speech: Speech) -> Figure:
    """The pyramid from table stakes upwards, each tier with its mean score and interval; one without items is an empty outline."""
    ordered = _in_order(scores)
    with drawing(13, 7.6) as figure:
        left, right = figure.subplots(1, 2, width_ratios=(1.25, 1.0), sharey=True)
        for row, score in enumerate(ordered):
            _draw_tier(left, row, len(ordered), score, speech)
            _draw_score(right, row, score, speech)
        _dress_pyramid(left, len(ordered))
        _dress_scale(right, len(ordered), speech)
        set_title(left, _title(ordered, speech), 84)
        alt, caption = say_pyramid(ordered, speech), _caption(ordered, speech)
        return finish(figure, name="pyramid", alt=alt, caption=caption, charts=[_numbers(ordered, speech)])


def say_pyramid(scores: Sequence[TierScore], speech: Speech) -> str:
    """The pyramid in words, from its base upwards."""
    said = [_say_tier(score, speech) for score in _in_order(scores)]
    return speech.text("pyramid.mean_scores_scale_0_10", tiers="; ".join(said))


def _numbers(scores: Sequence[TierScore], speech: Speech) -> Chart:
    """The tiers' means from the top of the pyramid downwards."""
    known = [(score, score.estimate) for score in reversed(scores)]
    series = Series(
        name=speech.text("common.mean_rating_0_10"),
        values=tuple(None if one is None else one.value for _, one in known),
        low=tuple(None if one is None else one.ci_low for _, one in known),
        high=tuple(None if one is None else one.ci_high for _, one in known),
    )
    return Chart(
        kind="dots", title=series.name, categories=tuple(speech.word(score.tier_key) for score, _ in known), series=(series,)
    )


def _in_order(scores: Sequence[TierScore]) -> list[TierScore]:
    order = {tier.key: tier.order for tier in tiers()}
    return sorted(scores, key=lambda score: order[score.tier_key])


def _measured(scores: Sequence[TierScore]) -> list[tuple[float, TierScore]]:
    return [(score.estimate.value, score) for score in scores if score.estimate is not None and score.estimate.value is not None]


def _draw_tier(axes: Axes, row: int, rows: int, score: TierScore, speech: Speech) -> None:
    value = score.estimate.value if score.estimate is not None else None
    colour = PAPER if value is None else score_colour(value)
    axes.add_patch(
        Polygon(
            _corners(row, rows),
            facecolor=colour,
            edgecolor=MUTED if value is None else colour,
            hatch="//" if value is None else None,
            linestyle="--" if value is None else "-",
        )
    )
    name = wrap(speech.word(score.tier_key), 18 if 2 * row > rows else 30)
    box = {"facecolor": PAPER, "edgecolor": "none", "pad": 3} if value is None else None
    axes.text(0, row + 0.58, name, ha="center", va="center", color=ink_on(colour), fontweight="bold", linespacing=1.15, bbox=box)
    axes.text(0, row + 0.16, _items(score, speech), ha="center", va="center", color=ink_on(colour), fontsize=SMALL_SIZE, bbox=box)


def _corners(row: int, rows: int) -> list[tuple[float, float]]:
    below, above = (_half_width(height / rows) for height in (row, row + 1 - GAP))
    return [(-below, row), (below, row), (above, row + 1 - GAP), (-above, row + 1 - GAP)]


def _half_width(height_share: float) -> float:
    return HALF_BASE + (HALF_TOP - HALF_BASE) * height_share


def _items(score: TierScore, speech: Speech) -> str:
    if score.mapped == 0:
        return speech.text("common.no_items")
    return speech.text("pyramid.of_items", mapped=score.mapped, of=score.of)


def _draw_score(axes: Axes, row: int, score: TierScore, speech: Speech) -> None:
    middle = row + 0.5 - GAP / 2
    estimate = score.estimate
    if estimate is None or estimate.value is None:
        nothing = speech.text("common.no_items") if score.mapped == 0 else speech.text("common.not_shown")
        axes.text(5, middle, nothing, ha="center", va="center", color=MUTED, style="italic")
        return
    axes.plot([0, 10], [middle, middle], color=FAINT, linewidth=1, zorder=1)
    if estimate.ci_low is not None and estimate.ci_high is not None:
        axes.plot([estimate.ci_low, estimate.ci_high], [middle, middle], color=INK, linewidth=4, solid_capstyle="butt", zorder=2)
    axes.plot([estimate.value], [middle], marker="o", markersize=9, color=INK, markeredgecolor=PAPER, zorder=3)
    label = f"{speech.number(estimate.value)} {speech.interval(estimate.ci_low, estimate.ci_high)}"
    axes.text(estimate.value, middle + 0.19, label, ha="center", va="bottom", fontsize=SMALL_SIZE, fontweight="bold")


def _dress_pyramid(axes: Axes, rows: int) -> None:
    axes.set_xlim(-HALF_BASE, HALF_BASE)
    axes.set_ylim(0, rows)
    axes.set_axis_off()


def _dress_scale(axes: Axes, rows: int, speech: Speech) -> None:
    axes.set_xlim(-0.6, 10.6)
    axes.set_ylim(0, rows)
    axes.set_xticks(range(0, 11, 2))
    axes.set_yticks([])
    axes.set_xlabel(speech.text("pyramid.mean_score_0_10"))


def _title(scores: Sequence[TierScore], speech: Speech) -> str:
    measured = _measured(scores)
    if len(measured) < 2:
        return speech.text("common.value_received_tiers_pyramid")
    low, high = min(measured, key=_value), max(measured, key=_value)
    return speech.text(
        "pyramid.most_value_least", high_key=high[1].tier_key, high_score=high[0], low_key=low[1].tier_key, low_score=low[0]
    )


def _value(pair: tuple[float, TierScore]) -> float:
    return pair[0]


def _say_tier(score: TierScore, speech: Speech) -> str:
    name = speech.word(score.tier_key)
    estimate = score.estimate
    if estimate is None or estimate.value is None:
        return f"{name}: {speech.text('common.no_items') if score.mapped == 0 else speech.text('common.not_shown')}"
    return f"{name}: {speech.number(estimate.value)} {speech.interval(estimate.ci_low, estimate.ci_high)}, {_items(score, speech)}"


def _caption(scores: Sequence[TierScore], speech: Speech) -> str:
    level = next((score.estimate.level for score in scores if score.estimate is not None), 0.95)
    mapped, of = sum(score.mapped for score in scores), sum(score.of for score in scores)
    return speech.text("pyramid.mean_score_each_tier", level=level, mapped=mapped, of=of)

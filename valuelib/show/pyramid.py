"""Value received along the pyramid: tiers, elements, and how far tiers are distinguished by those who answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from valuelib.results import Chart, Estimate, Figure, Series, pick
from valuelib.show.canvas import (
    FAINT,
    INK,
    MUTED,
    PAPER,
    SMALL_SIZE,
    VERMILION,
    drawing,
    finish,
    ink_on,
    nothing_to_show,
    score_colour,
    set_title,
    wrap,
)
from valuelib.show.localizer import NONE, local
from valuelib.stats.reliability import NOT_APART
from valuelib.theory.pyramid import Category, categories, elements, tiers

# Tiers

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


def plot_pyramid(scores: Sequence[TierScore]) -> Figure:
    """The pyramid from table stakes upwards, each tier with its mean score and interval; one without items is an empty outline."""
    ordered = _in_order(scores)
    with drawing(13, 7.6) as figure:
        left, right = figure.subplots(1, 2, width_ratios=(1.25, 1.0), sharey=True)
        for row, score in enumerate(ordered):
            _draw_tier(left, row, len(ordered), score)
            _draw_score(right, row, score)
        left.set_xlim(-HALF_BASE, HALF_BASE)
        left.set_ylim(0, len(ordered))
        left.set_axis_off()
        right.set_xlim(-0.6, 10.6)
        right.set_ylim(0, len(ordered))
        right.set_xticks(range(0, 11, 2))
        right.set_yticks([])
        right.set_xlabel(local.text("pyramid.mean_score_0_10"))
        set_title(left, _title(ordered), 84)
        level = next((score.estimate.level for score in ordered if score.estimate is not None), 0.95)
        mapped, of = sum(score.mapped for score in ordered), sum(score.of for score in ordered)
        alt, caption = say_pyramid(ordered), local.text("pyramid.mean_score_each_tier", level=level, mapped=mapped, of=of)
        return finish(figure, name="pyramid", alt=alt, caption=caption, charts=[_numbers(ordered)])


def say_pyramid(scores: Sequence[TierScore]) -> str:
    """The pyramid in words, from its base upwards."""
    said = [_say_tier(score) for score in _in_order(scores)]
    return local.text("pyramid.mean_scores_scale_0_10", tiers="; ".join(said))


def _numbers(scores: Sequence[TierScore]) -> Chart:
    """The tiers' means from the top of the pyramid downwards."""
    known = [(score, score.estimate) for score in reversed(scores)]
    series = Series(
        name=local.text("common.mean_rating_0_10"),
        values=tuple(None if one is None else one.value for _, one in known),
        low=tuple(None if one is None else one.ci_low for _, one in known),
        high=tuple(None if one is None else one.ci_high for _, one in known),
    )
    return Chart(
        kind="dots", title=series.name, categories=tuple(local.word(score.tier_key) for score, _ in known), series=(series,)
    )


def _in_order(scores: Sequence[TierScore]) -> list[TierScore]:
    order = {tier.key: tier.order for tier in tiers()}
    return sorted(scores, key=lambda score: order[score.tier_key])


def _draw_tier(axes: Axes, row: int, rows: int, score: TierScore) -> None:
    value = score.estimate.value if score.estimate is not None else None
    colour = PAPER if value is None else score_colour(value)
    below, above = ((HALF_BASE + (HALF_TOP - HALF_BASE) * (height / rows)) for height in (row, row + 1 - GAP))
    axes.add_patch(
        Polygon(
            [(-below, row), (below, row), (above, row + 1 - GAP), (-above, row + 1 - GAP)],
            facecolor=colour,
            edgecolor=MUTED if value is None else colour,
            hatch="//" if value is None else None,
            linestyle="--" if value is None else "-",
        )
    )
    name = wrap(local.word(score.tier_key), 18 if 2 * row > rows else 30)
    box = {"facecolor": PAPER, "edgecolor": "none", "pad": 3} if value is None else None
    axes.text(0, row + 0.58, name, ha="center", va="center", color=ink_on(colour), fontweight="bold", linespacing=1.15, bbox=box)
    axes.text(0, row + 0.16, _items(score), ha="center", va="center", color=ink_on(colour), fontsize=SMALL_SIZE, bbox=box)


def _items(score: TierScore) -> str:
    if score.mapped == 0:
        return local.text("common.no_items")
    return local.text("pyramid.of_items", mapped=score.mapped, of=score.of)


def _draw_score(axes: Axes, row: int, score: TierScore) -> None:
    middle = row + 0.5 - GAP / 2
    estimate = score.estimate
    if estimate is None or estimate.value is None:
        nothing = local.text("common.no_items") if score.mapped == 0 else local.text("common.not_shown")
        axes.text(5, middle, nothing, ha="center", va="center", color=MUTED, style="italic")
        return
    axes.plot([0, 10], [middle, middle], color=FAINT, linewidth=1, zorder=1)
    if estimate.ci_low is not None and estimate.ci_high is not None:
        axes.plot([estimate.ci_low, estimate.ci_high], [middle, middle], color=INK, linewidth=4, solid_capstyle="butt", zorder=2)
    axes.plot([estimate.value], [middle], marker="o", markersize=9, color=INK, markeredgecolor=PAPER, zorder=3)
    label = f"{local.number(estimate.value)} {local.interval(estimate.ci_low, estimate.ci_high)}"
    axes.text(estimate.value, middle + 0.19, label, ha="center", va="bottom", fontsize=SMALL_SIZE, fontweight="bold")


def _title(scores: Sequence[TierScore]) -> str:
    measured = [
        (score.estimate.value, score) for score in scores if score.estimate is not None and score.estimate.value is not None
    ]
    if len(measured) < 2:
        return local.text("common.value_received_tiers_pyramid")
    low, high = min(measured, key=_value), max(measured, key=_value)
    return local.text(
        "pyramid.most_value_least", high_key=high[1].tier_key, high_score=high[0], low_key=low[1].tier_key, low_score=low[0]
    )


def _value(pair: tuple[float, TierScore]) -> float:
    return pair[0]


def _say_tier(score: TierScore) -> str:
    name = local.word(score.tier_key)
    estimate = score.estimate
    if estimate is None or estimate.value is None:
        return f"{name}: {local.text('common.no_items') if score.mapped == 0 else local.text('common.not_shown')}"
    return f"{name}: {local.number(estimate.value)} {local.interval(estimate.ci_low, estimate.ci_high)}, {_items(score)}"


# Elements

LEAST_COLUMNS, LABELS = 3, 1.55
PAD = 0.03
ELEMENT_SIZE = 12.5


def plot_elements(means: Sequence[Estimate]) -> Figure:
    """The asked elements as tiles, one row a category and inspirational value at the top; each tile has its name and mean score.

    Args:
        means: estimates with the label `label.element.mean`, on 0-10; elements without one were not asked and are only counted.
    """
    scores = _by_element(means)
    if not scores:
        return nothing_to_show(name="elements", said=say_elements(means), caption=_caption_heatmap(scores))
    rows = [category for category in reversed(categories()) if _keys(category, scores)]
    columns = max([LEAST_COLUMNS, *(len(_keys(category, scores)) for category in rows)])
    with drawing(3.3 + 2.15 * columns, 1.0 + 1.0 * len(rows)) as figure:
        axes = figure.subplots()
        for row, category in enumerate(rows):
            tier, name = local.word(category.tier_key), category.name.say(local.language)
            axes.text(
                -0.06, row + 0.36, wrap(name, 20), ha="right", va="center", fontweight="bold", fontsize=SMALL_SIZE, linespacing=1.0
            )
            if tier != name:
                axes.text(-0.06, row + 0.8, tier, ha="right", va="center", color=MUTED, fontsize=ELEMENT_SIZE - 1)
            for column, key in enumerate(_keys(category, scores)):
                _draw_tile(axes, column, row, key, scores[key])
            if row and rows[row - 1].tier_key != category.tier_key:
                axes.plot([-LABELS, columns], [row, row], color=INK, linewidth=1.2)
        axes.set_xlim(-LABELS, columns)
        axes.set_ylim(len(rows), 0)
        axes.set_axis_off()
        set_title(axes, _title_heatmap(scores), 17 * columns)
        return finish(figure, name="elements", alt=say_elements(means), caption=_caption_heatmap(scores))


def say_elements(means: Sequence[Estimate]) -> str:
    """The elements in words: the three strongest, the three weakest, and how many were asked."""
    ranked = _ranked(_by_element(means))
    if not ranked:
        return local.text("pyramid.no_element_score_show")
    said = [f"{local.word(key)} {local.number(value)}" for value, key in ranked]
    if len(said) < 6:
        return local.text("pyramid.mean_scores_0_10", all=local.listing(said))
    return local.text("pyramid.strongest_weakest", best=local.listing(said[:3]), worst=local.listing(said[:-4:-1]))


def _by_element(means: Sequence[Estimate]) -> dict[str, Estimate]:
    return {str(one.label.values["element_key"]): one for one in pick(means, "label.element.mean") if one.label is not None}


def _keys(category: Category, scores: Mapping[str, Estimate]) -> list[str]:
    return [element.key for element in elements() if element.category_key == category.key and element.key in scores]


def _ranked(scores: Mapping[str, Estimate]) -> list[tuple[float, str]]:
    found = [(estimate.value, key) for key, estimate in scores.items() if estimate.value is not None]
    return sorted(found, key=lambda pair: (-pair[0], pair[1]))


def _draw_tile(axes: Axes, column: int, row: int, key: str, estimate: Estimate) -> None:
    value = estimate.value
    colour = PAPER if value is None else score_colour(value)
    ink = MUTED if value is None else ink_on(colour)
    corner, size = (column + PAD, row + PAD), 1 - 2 * PAD
    axes.add_patch(Rectangle(corner, size, size, facecolor=colour, edgecolor=FAINT, hatch="//" if value is None else None))
    score = NONE if value is None else local.number(value)
    label = wrap(local.word(key), 18)
    axes.text(column + 0.08, row + 0.12, label, ha="left", va="top", color=ink, fontsize=ELEMENT_SIZE, linespacing=1.1)
    axes.text(column + 0.92, row + 0.9, score, ha="right", va="bottom", color=ink, fontsize=16, fontweight="bold")


def _title_heatmap(scores: Mapping[str, Estimate]) -> str:
    ranked = _ranked(scores)
    if len(ranked) < 2:
        return local.text("pyramid.elements_of_value")
    (high, best), (low, worst) = ranked[0], ranked[-1]
    return local.text("pyramid.strongest_element_weakest", best_key=best, high_score=high, worst_key=worst, low_score=low)


def _caption_heatmap(scores: Mapping[str, Estimate]) -> str:
    absent = len(elements()) - len(scores)
    asked = local.text("pyramid.mean_scores_scale_0")
    if absent == 0:
        return asked
    unasked = local.plural("pyramid.elements_pyramid_not_asked", absent)
    return f"{asked} {unasked}"


# How far tiers are distinguished

NAME = "htmt"


def plot_htmt(estimates: Sequence[Estimate]) -> Figure:
    """A triangle of tiles, one a pair of tiers: the deeper, the less they are told apart; above 0.90 in red.

    Args:
        estimates: with the label `label.htmt.tier`; others are left aside.
    """
    found = pairs_of(estimates)
    keys = [tier.key for tier in tiers() if any(tier.key in pair for pair in found)]
    if len(keys) < 2:
        return nothing_to_show(name=NAME, said=say_htmt(estimates), caption=_caption_htmt())
    with drawing(11, 1.7 + 0.85 * (len(keys) - 1)) as figure:
        axes = figure.subplots()
        for row, upper in enumerate(keys[1:]):
            for column, lower in enumerate(keys[:-1][: row + 1]):
                _draw_tile_htmt(axes, row, column, found.get((lower, upper)))
        _dress_htmt(axes, keys)
        set_title(axes, _title_htmt(found), 74)
        return finish(figure, name=NAME, alt=say_htmt(estimates), caption=_caption_htmt())


def pairs_of(estimates: Sequence[Estimate]) -> dict[tuple[str, str], Estimate]:
    """The pairs of tiers with a figure, in the pyramid's order."""
    found = [(one.label.values, one) for one in pick(estimates, "label.htmt.tier") if one.label is not None]
    return {(str(about["tier_key"]), str(about["other_key"])): one for about, one in found if one.value is not None}


def say_htmt(estimates: Sequence[Estimate]) -> str:
    """The figure in words: every pair with its figure, the closest first."""
    found = pairs_of(estimates)
    if not found:
        return local.text("thresholds.too_few_tiers_two")
    ranked = sorted(found.items(), key=lambda pair: -(pair[1].value or 0.0))
    return " ".join(f"{local.word(lower)} – {local.word(upper)}: {local.number(one.value, 2)}." for (lower, upper), one in ranked)


def _draw_tile_htmt(axes: Axes, row: int, column: int, estimate: Estimate | None) -> None:
    value = estimate.value if estimate is not None else None
    colour = PAPER if value is None else VERMILION if value > NOT_APART else score_colour(10 * value)
    ink = MUTED if value is None else ink_on(colour)
    axes.add_patch(Rectangle((column + 0.02, row + 0.03), 0.96, 0.94, facecolor=colour, edgecolor=FAINT))
    axes.text(column + 0.5, row + 0.38, local.number(value, 2), ha="center", va="center", color=ink, fontweight="bold")
    if estimate is not None:
        interval = local.interval(estimate.ci_low, estimate.ci_high, 2)
        axes.text(column + 0.5, row + 0.74, interval, ha="center", va="center", color=ink, fontsize=11)


def _dress_htmt(axes: Axes, keys: Sequence[str]) -> None:
    size = len(keys) - 1
    axes.set_xlim(0, size)
    axes.set_ylim(size, 0)
    axes.set_yticks([row + 0.5 for row in range(size)], [wrap(local.word(key), 22) for key in keys[1:]])
    axes.set_xticks([column + 0.5 for column in range(size)], [wrap(local.word(key), 16) for key in keys[:-1]])
    axes.tick_params(axis="both", length=0, labelsize=SMALL_SIZE)
    axes.spines["bottom"].set_visible(False)


def _title_htmt(found: Mapping[tuple[str, str], Estimate]) -> str:
    close = [pair for pair, one in found.items() if one.value is not None and one.value > NOT_APART]
    if not close:
        return local.text("thresholds.all_pairs_tiers_told")
    pairs = [f"{local.word(lower)} – {local.word(upper)}" for lower, upper in close]
    return local.text("thresholds.hardly_told_apart", pairs=local.listing(pairs))


def _caption_htmt() -> str:
    return local.text("thresholds.htmt_how_strongly_answers")

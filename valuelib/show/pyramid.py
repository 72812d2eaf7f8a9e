"""Value received along the pyramid: tiers, elements, and how far tiers are distinguished by those who answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from operator import itemgetter
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from valuelib.explore.estimates import keyed
from valuelib.results import Chart, Estimate, Figure, Value, pick
from valuelib.show import canvas
from valuelib.show.labels import capital
from valuelib.show.localizer import local
from valuelib.show.numbers import element_numbers, provider_series
from valuelib.show.story import say_range
from valuelib.stats.reliability import NOT_APART
from valuelib.theory.pyramid import elements, tiers

HALF_BASE, HALF_TOP, GAP = 1.0, 0.36, 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class TierScore:
    """One tier as the study measured it: its mean score 0-10, and how many of its elements the study asked about.

    `estimate` is None where none was asked; `provider` is the provider's own view of it, where that is known.
    """

    tier_key: str
    estimate: Estimate | None
    mapped: int
    of: int
    provider: Estimate | None = None

    @property
    def nothing(self) -> str:
        """What stands in the place of a score."""
        return local.text("common.no_items") if self.mapped == 0 else local.text("common.not_shown")

    @property
    def items(self) -> str:
        """How many of its elements were asked, in words."""
        if self.mapped == 0:
            return local.text("common.no_items")
        return local.text("pyramid.of_items", mapped=self.mapped, of=self.of)


def plot_pyramid(scores: Sequence[TierScore]) -> Figure:
    """The pyramid from table stakes upwards, each tier with its mean score and interval beside the provider's view.

    A tier stands where it stands in the pyramid; its colour says whether its interval lies above or below the mean of the tiers.
    One without items is an empty outline.
    """
    order = {tier.key: tier.order for tier in tiers()}
    ordered = sorted(scores, key=lambda score: order[score.tier_key])
    rows, name = len(ordered), local.text("common.mean_rating_0_10")
    measured = [(one.value, score) for score in ordered if (one := score.estimate) is not None and one.value is not None]
    title = local.text("common.value_received_tiers_pyramid")
    if len(measured) > 1:
        low, high = (best(measured, key=itemgetter(0)) for best in (min, max))
        values: dict[str, Value] = {
            "high_key": high[1].tier_key,
            "high_score": high[0],
            "low_key": low[1].tier_key,
            "low_score": low[0],
        }
        title = local.text("pyramid.most_value_least", **values)
    middle_score = sum(value for value, _ in measured) / len(measured) if measured else None
    views = [one.provider for one in ordered if one.provider is not None and one.provider.value is not None]
    with canvas.drawing(13, 6.2) as figure:
        left, right = figure.subplots(1, 2, width_ratios=(1.0, 1.15), sharey=True)
        look: Any
        if middle_score is not None and len(measured) > 1:
            said = local.text("pyramid.mean_of_tiers", mean=local.number(middle_score))
            right.plot([middle_score, middle_score], [0, rows], color=canvas.INK, linestyle=canvas.DASHES, linewidth=1.4, zorder=0)
            right.text(middle_score, rows + 0.04, said, ha="center", va="bottom", fontsize=canvas.SMALL_SIZE)
        for row, score in enumerate(ordered):
            colour = _colour_of(score.estimate, middle_score)
            _draw_tier(left, row, rows, score, colour)
            middle, one = row + 0.42, score.estimate
            if one is None or one.value is None:
                look = {"transform": right.get_yaxis_transform(), "color": canvas.MUTED, "style": "italic"}
                right.text(0.5, middle, score.nothing, ha="center", va="center", **look)
                continue
            right.axhline(middle, color=canvas.FAINT, linewidth=1, zorder=1)
            if score.provider is not None and score.provider.value is not None:
                right.plot([one.value, score.provider.value], [middle, middle], color=canvas.FAINT, linewidth=5, zorder=1)
                canvas.draw_mark(right, score.provider.value, middle, canvas.PAPER, markeredgecolor=canvas.INK, markeredgewidth=1.6)
                canvas.write_beside(right, _say_gap(one, score.provider), middle, fontsize=canvas.SMALL_SIZE)
            canvas.draw_bar(right, one.ci_low, one.ci_high, middle, colour, 5)
            canvas.draw_mark(right, one.value, middle, colour, size=11)
            look = {"ha": "center", "va": "bottom", "fontsize": canvas.SMALL_SIZE, "fontweight": "bold"}
            figures = f"{local.number(one.value)} ({say_range(one.ci_low, one.ci_high, 1)})"
            right.text(one.value, middle + 0.16, figures, **look, bbox={"facecolor": canvas.PAPER, "edgecolor": "none", "pad": 0.5})
        left.set_xlim(-HALF_BASE, HALF_BASE)
        left.set_axis_off()
        right.margins(x=0.3)
        right.set_ylim(0, rows + 0.3)
        canvas.write_numbers(right.xaxis)
        right.set_yticks([])
        right.set_xlabel(local.text("pyramid.mean_score_0_10"))
        if views:
            canvas.title_panel(right, local.text("pyramid.both_views"), color=canvas.INK)
        canvas.set_title(left, title)
        level = next((score.estimate.level for score in ordered if score.estimate is not None), 0.95)
        mapped, of = sum(score.mapped for score in ordered), sum(score.of for score in ordered)
        downwards = ordered[::-1]
        numbers = Chart(
            kind="dots",
            title=name,
            categories=tuple(local.word(score.tier_key) for score in downwards),
            series=(
                canvas.series_of(local.text("common.customers") if views else name, [score.estimate for score in downwards]),
                *([provider_series([score.provider for score in downwards])] if views else ()),
            ),
        )
        alt = local.text("pyramid.mean_scores_scale_0_10", tiers="; ".join(map(_say_tier, ordered)))
        caption = local.text("pyramid.mean_score_each_tier", level=level, mapped=mapped, of=of)
        if views:
            caption = f"{caption} {local.text('pyramid.provider_hollow')}"
        return canvas.finish(figure, name="pyramid", alt=alt, caption=caption, charts=[numbers])


def _colour_of(one: Estimate | None, middle: float | None) -> str:
    """Blue above the mean of the tiers, orange below it, grey where the interval holds it; paper where there is no score."""
    if one is None or one.value is None or middle is None:
        return canvas.PAPER
    low, high = one.interval
    if low is not None and low > middle:
        return canvas.BLUE
    return canvas.VERMILION if high is not None and high < middle else canvas.MUTED


def _say_gap(customers: Estimate, provider: Estimate) -> str:
    """How much higher the provider rates a tier than its customers do."""
    return local.points((provider.value or 0.0) - (customers.value or 0.0), 1)


def _draw_tier(axes: Axes, row: int, rows: int, score: TierScore, colour: str) -> None:
    """One level in its colour, hatched where there is no score, with its name and how many of its elements were asked."""
    value = score.estimate.value if score.estimate is not None else None
    below, above = ((HALF_BASE + (HALF_TOP - HALF_BASE) * (height / rows)) for height in (row, row + 1 - GAP))
    corners = [(-below, row), (below, row), (above, row + 1 - GAP), (-above, row + 1 - GAP)]
    empty: Any = {"edgecolor": canvas.MUTED, "hatch": "//", "linestyle": "--"}
    axes.add_patch(Polygon(corners, facecolor=colour, **(empty if value is None else {"edgecolor": colour, "linestyle": "-"})))
    name = canvas.wrap(local.word(score.tier_key), 24 if 2 * row > rows else 30)
    box = {"facecolor": canvas.PAPER, "edgecolor": "none", "pad": 3} if value is None else None
    look: Any = {"ha": "center", "va": "center", "color": canvas.ink_on(colour), "bbox": box}
    axes.text(0, row + 0.58, name, fontweight="bold", linespacing=1.1, **look)
    axes.text(0, row + 0.14, score.items, fontsize=canvas.SMALL_SIZE, **look)


def _say_tier(score: TierScore) -> str:
    one = score.estimate
    if one is None or one.value is None:
        return f"{local.word(score.tier_key)}: {score.nothing}"
    figure = f"{local.number(one.value)} ({say_range(one.ci_low, one.ci_high, 1)})"
    view = score.provider
    told = "" if view is None or view.value is None else f", {local.text('sides.view.provider')} {local.number(view.value)}"
    return f"{local.word(score.tier_key)}: {figure}{told}, {score.items}"


ROW, WIDE, FEW = 0.37, 12.0, 14  # inches of a row and of the whole; elements that one column holds well


def plot_elements(means: Sequence[Estimate]) -> Figure:
    """The asked elements ranked within their tiers, each mean with its interval; a thin line marks the mean of the tier's elements.

    The tiers stand in two columns of about the same length, upper tiers above lower ones; a hollow dot is the provider's view.

    Args:
        means: estimates with the label `label.element.mean`, on 0-10, and `label.side.provider.element` where the provider rated
            them; elements without a mean were not asked and are only counted.
    """
    named = ((one, one.label) for one in pick(means, "label.element.mean"))
    scores = {str(label.values["element_key"]): one for one, label in named if label is not None}
    views = {
        key: one.value for key, one in keyed(means, "label.side.provider.element", "element_key").items() if one.value is not None
    }
    ranked = sorted(((-one.value, key) for key, one in scores.items() if one.value is not None))
    said = [f"{local.word(key)} {local.number(-value)}" for value, key in ranked]
    alt = local.text("pyramid.no_element_score_show")
    if len(said) >= 6:
        alt = local.text("pyramid.strongest_weakest", best=local.listing(said[:3]), worst=local.listing(said[:-4:-1]))
    elif said:
        alt = local.text("pyramid.mean_scores_0_10", all=local.listing(said))
    caption, asked, of = local.text("pyramid.mean_scores_scale_0"), len(scores), len(elements())
    if views:
        caption = f"{caption} {local.text('pyramid.provider_hollow')}"
    if asked < of:
        caption = f"{caption} {local.text('pyramid.elements_asked', asked=asked, of=of)}"
    if not scores:
        return canvas.nothing_to_show(name="elements", said=alt, caption=caption)
    title = local.text("pyramid.elements_of_value")
    if len(ranked) > 1:
        (high, best), (low, worst) = ranked[0], ranked[-1]
        values: dict[str, Value] = {"best_key": best, "high_score": -high, "worst_key": worst, "low_score": -low}
        title = local.text("pyramid.strongest_element_weakest", **values)
    order = {key: place for place, (_, key) in enumerate(ranked)}
    groups = [
        (tier.key, sorted((key for key in tier.elements if key in scores), key=lambda key: order.get(key, len(order))))
        for tier in sorted(tiers(), key=lambda tier: -tier.order)
    ]
    sides = _two_columns([group for group in groups if group[1]])
    rows = max(sum(len(keys) + 1 for _, keys in side) for side in sides)
    with canvas.drawing(WIDE, 0.9 + ROW * rows) as figure:
        panels = figure.subplots(1, len(sides), sharex=True, squeeze=False)[0]
        for axes, side in zip(panels, sides, strict=True):
            _draw_ranking(axes, side, scores, views, rows)
        canvas.set_title(panels[0], title)
        return canvas.finish(figure, name="elements", alt=alt, caption=caption, charts=element_numbers(means))


Group = tuple[str, list[str]]


def _two_columns(groups: Sequence[Group]) -> list[list[Group]]:
    """The tiers on two sides of about the same length, each in the given order; on one side where they are few."""
    if sum(len(keys) for _, keys in groups) <= FEW:
        return [list(groups)]

    def longer(chosen: Sequence[bool]) -> int:
        return max(
            sum(len(keys) + 1 for (_, keys), left in zip(groups, chosen, strict=True) if left is side) for side in (True, False)
        )

    # The first tier stays on the left; of equally long choices the one that keeps the order longest.
    left = min(((True, *rest) for rest in product((True, False), repeat=len(groups) - 1)), key=longer)
    sides = [[group for group, there in zip(groups, left, strict=True) if there is side] for side in (True, False)]
    return [side for side in sides if side]


def _draw_ranking(
    axes: Axes, groups: Sequence[Group], scores: Mapping[str, Estimate], views: Mapping[str, float], rows: int
) -> None:
    """One column of tiers: a heading each, then its elements from the highest mean to the lowest."""
    place, labels, strong = 0, [], []
    for tier, keys in groups:
        labels.append(capital(local.word(tier)))
        strong.append(True)
        known = [value for key in keys if (value := scores[key].value) is not None]
        if known:
            middle = sum(known) / len(known)
            axes.plot([middle, middle], [place + 0.5, place + len(keys) + 0.5], color=canvas.FAINT, linewidth=3, zorder=1)
        for key in keys:
            place += 1
            one = scores[key]
            labels.append(local.word(key))
            strong.append(False)
            if one.value is None:
                canvas.write_beside(axes, local.number(None), place, 4, fontsize=canvas.SMALL_SIZE)
                continue
            if key in views:
                canvas.draw_mark(axes, views[key], place, canvas.PAPER, markeredgecolor=canvas.INK, size=7)
            canvas.draw_bar(axes, one.ci_low, one.ci_high, place, canvas.BLUE, 3)
            canvas.draw_mark(axes, one.value, place, canvas.BLUE, size=8)
            canvas.write_beside(axes, local.number(one.value), place, 4, fontsize=canvas.SMALL_SIZE)
        place += 1
    canvas.dress_rows(axes, labels, -0.6, strong)
    axes.set_ylim(rows - 0.4, -0.6)
    axes.tick_params(axis="y", labelsize=canvas.SMALL_SIZE)
    canvas.grid(axes)
    canvas.write_numbers(axes.xaxis)
    axes.set_xlabel(local.text("common.mean_rating_0_10"))
    canvas.keep_ticks_inside(axes.xaxis)


def _draw_tile(
    axes: Axes,
    corner: tuple[float, float],
    width: float,
    height: float,
    value: float | None,
    coloured: Callable[[float], str],
    **look: Any,
) -> str:
    """A tile in the colour of its value, and the ink that reads best on it; a pale one where there is no value."""
    colour = canvas.PAPER if value is None else coloured(value)
    axes.add_patch(Rectangle(corner, width, height, facecolor=colour, edgecolor=canvas.FAINT, **look))
    return canvas.MUTED if value is None else canvas.ink_on(colour)


def plot_htmt(estimates: Sequence[Estimate]) -> Figure:
    """A triangle of tiles, one a pair of tiers: the deeper, the less they are told apart; above 0.90 in red.

    Args:
        estimates: with the label `label.htmt.tier`; others are left aside.
    """
    found, caption = pairs_of(estimates), local.text("thresholds.htmt_how_strongly_answers")
    keys = [tier.key for tier in tiers() if any(tier.key in pair for pair in found)]
    alt = local.text("thresholds.too_few_tiers_two")
    if found:
        ranked = sorted(found.items(), key=lambda pair: -(pair[1].value or 0.0))
        alt = " ".join(f"{_say_pair(pair)}: {local.number(one.value, 2)}." for pair, one in ranked)
    if len(keys) < 2:
        return canvas.nothing_to_show(name="htmt", said=alt, caption=caption)
    size = len(keys) - 1

    def closeness(value: float) -> str:
        return canvas.VERMILION if value > NOT_APART else canvas.score_colour(10 * value)

    with canvas.drawing(11, 1.7 + 0.85 * size) as figure:
        axes = figure.subplots()
        for row, upper in enumerate(keys[1:]):
            for column, lower in enumerate(keys[:-1][: row + 1]):
                one = found.get((lower, upper))
                value = one.value if one is not None else None
                ink = _draw_tile(axes, (column + 0.02, row + 0.03), 0.96, 0.94, value, closeness)
                look: Any = {"ha": "center", "va": "center", "color": ink}
                axes.text(column + 0.5, row + 0.38, local.number(value, 2), fontweight="bold", **look)
                if one is not None:
                    axes.text(column + 0.5, row + 0.74, local.interval(one.ci_low, one.ci_high, 2), fontsize=11, **look)
        axes.set_xlim(0, size)
        axes.set_ylim(size, 0)
        axes.set_yticks([row + 0.5 for row in range(size)], [canvas.wrap(local.word(key), 22) for key in keys[1:]])
        axes.set_xticks([column + 0.5 for column in range(size)], [canvas.wrap(local.word(key), 16) for key in keys[:-1]])
        axes.tick_params(axis="both", length=0, labelsize=canvas.SMALL_SIZE)
        axes.spines["bottom"].set_visible(False)
        close = close_pairs(estimates)
        title = local.text("thresholds.hardly_told_apart", pairs=close) if close else local.text("thresholds.all_pairs_tiers_told")
        canvas.set_title(axes, title)
        return canvas.finish(figure, name="htmt", alt=alt, caption=caption)


def pairs_of(estimates: Sequence[Estimate]) -> dict[tuple[str, str], Estimate]:
    """The pairs of tiers with a figure, in the pyramid's order."""
    found = [(one.label.values, one) for one in pick(estimates, "label.htmt.tier") if one.label is not None]
    return {(str(about["tier_key"]), str(about["other_key"])): one for about, one in found if one.value is not None}


def close_pairs(estimates: Sequence[Estimate]) -> str:
    """The pairs of tiers above the limit of HTMT, in words; empty where all are told apart."""
    return local.listing([_say_pair(pair) for pair, one in pairs_of(estimates).items() if (one.value or 0.0) > NOT_APART])


def _say_pair(pair: tuple[str, str]) -> str:
    return " – ".join(map(local.word, pair))

"""Both sides of a relationship: the gaps between their views, the surface over two views, and the provider's teams beside their
customers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from valuelib.explore.both_sides import SLOPES
from valuelib.explore.estimates import find, keyed
from valuelib.results import Cell, Estimate, Figure, Table, pick
from valuelib.show.canvas import BLUE, INK, MUTED, SMALL_SIZE, drawing, finish, grid, nothing_to_show, set_title, write_numbers
from valuelib.show.dots import Chart, Dot, Panel, dots_of, plot_dots
from valuelib.show.labels import capital, label_estimate
from valuelib.show.localizer import local
from valuelib.show.story import say_range
from valuelib.show.tables import ANSWER_COLUMNS, VALUE_COLUMNS, Heading, estimate_cell, estimate_cells, make_table
from valuelib.stats.agreement import AGREED
from valuelib.stats.curves import Surface
from valuelib.theory.facets import facet_items, facets
from valuelib.theory.pyramid import tiers

GRID = 41


def plot_gaps(estimates: Sequence[Estimate], view: str) -> Figure:
    """Every facet with both views and the gap between them, the widest gap first."""
    gaps = keyed(estimates, "label.gap.facet", "facet_key")
    keys = sorted((one.key for one in facets() if one.key in gaps), key=lambda key: -abs(gaps[key].value or 0.0))
    return _plot_pairs(estimates, keys, "facet", view, "gaps", say_gaps(estimates, view))


def plot_tier_gaps(estimates: Sequence[Estimate], view: str) -> Figure:
    """The same for the value delivered, tier by tier from the top of the pyramid."""
    gaps = keyed(estimates, "label.gap.tier", "tier_key")
    keys = [tier.key for tier in reversed(tiers()) if tier.key in gaps]
    return _plot_pairs(estimates, keys, "tier", view, "tier_gaps", say_tier_gaps(estimates, view))


def say_gaps(estimates: Sequence[Estimate], view: str) -> str:
    """The facet on which the two sides' views lie furthest apart."""
    widest = find_gap(estimates)
    other = local.text(f"sides.view.{view}")
    if widest is None:
        return local.text("sides.no_gap_between_customers", other=other)
    key, gap = widest
    code, points = "sides.widest_gap_provider" if gap > 0 else "sides.widest_gap_customers", local.number(abs(gap))
    gaps = keyed(estimates, "label.gap.facet", "facet_key")
    tied = [one.key for one in facets() if one.key in gaps and local.number(gaps[one.key].value) == local.number(gap)]
    return capital(local.text(code, facet=local.listing([local.word(one) for one in tied or [key]]), points=points, other=other))


def find_gap(estimates: Sequence[Estimate]) -> tuple[str, float] | None:
    """The facet with the widest gap among those whose interval excludes zero, and the gap (the other side minus customers)."""
    gaps = keyed(estimates, "label.gap.facet", "facet_key")
    shown = {
        one.key: gap.value or 0.0
        for one in facets()
        if (gap := gaps.get(one.key)) is not None and ((gap.ci_low or 0.0) > 0 or (gap.ci_high or 0.0) < 0)
    }
    return max(shown.items(), key=lambda item: abs(item[1])) if shown else None


def say_tier_gaps(estimates: Sequence[Estimate], view: str) -> str:
    """Whether both sides share an understanding of the value created."""
    gaps = keyed(estimates, "label.gap.tier", "tier_key").values()
    if not gaps:
        return local.text("sides.other_side_rated_no")
    mean = sum(one.value or 0.0 for one in gaps) / len(gaps)
    code, points = "sides.tiers_rated_higher" if mean >= 0 else "sides.tiers_rated_lower", local.number(abs(mean))
    return capital(local.text(code, other=local.text(f"sides.view.{view}"), points=points))


def table_gaps(estimates: Sequence[Estimate]) -> Table:
    """Item by item: both views, the gap, and for whole facets how many accounts lie within one point."""

    def row(about: dict[str, str], label: str) -> Iterator[Cell | str | float | None]:
        kind = next(iter(about)).removesuffix("_key")
        gap, close = find(estimates, f"label.gap.{kind}", **about), find(estimates, "label.close.facet", **about)
        if gap is None:
            return
        yield label
        for side in ("customers", "provider"):
            view = find(estimates, f"label.side.{side}.{kind}", **about)
            yield None if view is None else view.value
        yield estimate_cell(gap)
        yield None if close is None or close.value is None else close.value / 100
        yield gap.accounts

    texts = {item.key: item.item.say(local.language) for item in facet_items()}
    named = [
        about
        for one in facets()
        for about in (
            ({"facet_key": one.key}, capital(local.word(one.key))),
            *(({"item_key": item}, f"– {texts[item]}") for item in one.items),
        )
    ]
    return make_table(
        "gaps",
        local.text("sides.both_views_statement_statement"),
        (
            "common.what",
            ("common.customers", "number"),
            ("sides.the_other_side", "number"),
            ("sides.gap", "points"),
            ("sides.within_one_point", "percent"),
            ANSWER_COLUMNS[1],
        ),
        (cells for about, label in named if (cells := [*row(about, label)])),
        local.text("sides.means_over_accounts_both"),
    )


def table_surface(estimates: Sequence[Estimate]) -> Table:
    """The four features of the surface, each with what it says."""

    def row(name: str, one: Estimate) -> tuple[Cell | str | float | None, ...]:
        label, interval = local.text(f"label.surface.{name}"), Cell(low=one.ci_low, high=one.ci_high)
        if one.value is None:
            return label, None, None, local.say(one.reason) if one.reason else None
        way = "up" if (one.ci_low or 0.0) > 0 else "down" if (one.ci_high or 0.0) < 0 else "open"
        return label, one.value, interval, local.text(f"sides.meaning.{name}.{way}")

    return make_table(
        "surface",
        local.text("sides.surface_recommending_over_both"),
        ("sides.feature", ("specifications.unit.recommend", "points"), VALUE_COLUMNS[1], "sides.what_it_says"),
        (row(name, one) for name in SLOPES if (one := find(estimates, f"label.surface.{name}")) is not None),
        local.text("sides.slopes_per_rating_point"),
    )


def plot_surface(surface: Surface | None, middle: float, reach: float, why: str) -> Figure:
    """Contours of the fitted NPS over both views; accounts are not drawn.

    Args:
        surface: the fit, or None. middle, reach: centre and half-width of the drawn square on the 0-10 scale.
        why: what to say where there is no surface.
    """
    caption = local.text("sides.fitted_nps_average_lower")
    if surface is None:
        return nothing_to_show(name="surface", said=why, caption=caption)
    low, high = max(middle - reach, 0.0), min(middle + reach, 10.0)
    ticks = np.linspace(low, high, GRID)
    x, y = np.meshgrid(ticks, ticks)
    z = np.clip(100 * surface.heights(x, y), -100, 100)
    few, many = low + (high - low) / 4, high - (high - low) / 4
    corners = {"low": (few, few), "high": (many, many), "customers": (many, few), "other": (few, many)}
    with drawing(9.4, 7.6) as figure:
        axes = figure.subplots()
        filled = axes.contourf(x, y, z, levels=12, cmap="Blues", vmin=z.min(), vmax=z.max() + 0.5 * (z.max() - z.min() + 1))
        lines = axes.contour(x, y, z, levels=list(filled.levels)[::2], colors=INK, linewidths=0.7)
        axes.clabel(lines, fmt=lambda value: local.number(value, 0), fontsize=SMALL_SIZE)
        axes.plot([low, high], [low, high], color=INK, linewidth=2)
        axes.plot([low, high], [high, low], color=INK, linewidth=2, linestyle="--")
        axes.set_xlabel(local.text("sides.customers_view_mutual_commitment"))
        axes.set_ylabel(local.text("sides.other_side_view_0"), color=MUTED)
        axes.set_aspect("equal")
        fitted = {name: 100 * surface.at(*point).value for name, point in corners.items()}
        alt = local.text("sides.fitted_nps_where_both", **{name: local.number(height, 0) for name, height in fitted.items()})
        best = max(fitted, key=fitted.__getitem__)
        set_title(axes, local.text(f"sides.highest_where.{best}", nps=local.number(fitted[best], 0)))
        return finish(figure, name="surface", alt=alt, caption=caption)


def _plot_pairs(estimates: Sequence[Estimate], keys: Sequence[str], kind: str, view: str, name: str, title: str) -> Figure:
    codes = ("side.customers", "side.provider", "gap")
    customers, provider, gaps = (keyed(estimates, f"label.{code}.{kind}", f"{kind}_key") for code in codes)
    pairs = [
        [Dot(value=side[key].value or 0.0, series=series) for series, side in enumerate((customers, provider)) if key in side]
        for key in keys
    ]
    said = []
    for key in keys:
        views = {"one": local.number(customers[key].value), "two": local.number(provider[key].value)}
        gap = local.points(gaps[key].value)
        said.append(local.text("sides.customers_other_side_gap", what=capital(local.word(key)), gap=gap, **views))
    gap_title, rows = local.text("sides.gap_other_side_less"), [dots_of(gaps[key]) for key in keys]
    chart = Chart(
        name=name,
        title=title,
        labels=[capital(local.word(key)) for key in keys],
        panels=[
            Panel(title=local.text("sides.both_views_mean_0"), rows=pairs, joined=True),
            Panel(title=gap_title, rows=rows, zero=True, signed=True, hollow_open=True),
        ],
        alt=" ".join(said) or title,
        caption=local.text("sides.means_over_accounts_both_views"),
        series=(
            local.text("common.customers"),
            local.text("sides.the_provider") if view == "provider" else local.text("sides.the_partner"),
        ),
    )
    return plot_dots(chart)


# The provider's people and their customers: averages by team, and meaningful work beside value seen
PEOPLE = ("mean", "icc1", "icc2", "rwg", "agreed", "customers_icc1", "link", "link_corrected")


def plot_teams(points: pd.DataFrame | None, estimates: Sequence[Estimate]) -> Figure:
    """Teams without names: the mean of meaningful work against the value that their customers see.

    Args:
        points: `work`, `value` and `answers` of each team that may be shown; None where there is none.
        estimates: with `people.link`.
    """
    caption = local.text("people.dot_team_unnamed_size")
    if points is None or len(points) < 3:
        return nothing_to_show(name="teams", said=local.text("people.too_few_teams_can"), caption=caption)
    with drawing(11, 6) as figure:
        axes = figure.subplots()
        work, value, sizes = (points[name].to_numpy(float) for name in ("work", "value", "answers"))
        axes.scatter(work, value, s=30 + 4 * sizes, color=BLUE, alpha=0.65, edgecolor="white", linewidth=1)
        slope, start = np.polyfit(work, value, 1, w=np.sqrt(sizes))
        ends = np.array([work.min(), work.max()])
        axes.plot(ends, start + slope * ends, color=INK, linewidth=2)
        axes.set_xlabel(local.text("people.meaningful_work_mean_team"))
        axes.set_ylabel(local.text("people.value_team_customers_see"), color=INK)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))  # one decimal would not tell quarters
            write_numbers(axis, 1)
        grid(axes, "both")
        said = say_link(estimates)
        set_title(axes, said)
        reach = {"low": work.min(), "high": work.max(), "least": value.min(), "most": value.max()}
        ends_said = {name: local.number(float(one)) for name, one in reach.items()}
        alt = local.text("people.teams_run_meaningful_work", said=said, **ends_said)
        return finish(figure, name="teams", alt=alt, caption=caption)


def say_link(estimates: Sequence[Estimate]) -> str:
    """The slope between teams in one sentence."""
    link = find(estimates, "label.estimate.people.link")
    if link is None or link.value is None:
        return local.text("people.teams_customers_cannot_set")
    low, high = link.ci_low or 0.0, link.ci_high or 0.0
    return local.text(
        "people.link.more" if low > 0 else "people.link.less" if high < 0 else "people.link.open",
        points=local.number(abs(link.value), 2),
        lift=local.points(link.value, 2),
        interval=say_range(link.ci_low, link.ci_high, 2),
    )


def say_aggregation(estimates: Sequence[Estimate]) -> str:
    """Whether the people's answers may be averaged by team."""
    two, rwg = find(estimates, "label.estimate.people.icc2"), find(estimates, "label.estimate.people.rwg")
    if two is None or rwg is None or two.value is None or rwg.value is None:
        return local.text("people.whether_answers_team_may")
    if two.value >= AGREED and rwg.value >= AGREED:
        return local.text("people.answers_team_may_averaged")
    if rwg.value >= AGREED:
        return local.text("people.people_team_agree_but")
    return local.text("people.people_team_do_not")


def table_people(estimates: Sequence[Estimate]) -> Table:
    """Aggregation and link in figures."""

    def row(one: Estimate) -> tuple[str | Cell, ...]:
        if one.value is None:
            return label_estimate(one), Cell(), Cell(local.say(one.reason) if one.reason else None), Cell(), Cell()
        in_tenths = pick([one], "label.estimate.people.mean", "label.estimate.people.agreed")
        return label_estimate(one), *estimate_cells(one, 1 if in_tenths else None)

    found = (find(estimates, f"label.estimate.people.{name}") for name in PEOPLE)
    figures: tuple[Heading, ...] = (("common.value", "number", 2), ("common.interval_heading", "interval", 2))
    return make_table(
        "people",
        local.text("people.team_answers_link_customers"),
        ("common.what", *figures, ANSWER_COLUMNS[0], ("people.teams", "count")),
        (row(one) for one in found if one is not None),
        say_aggregation(estimates),
    )

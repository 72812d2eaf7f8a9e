"""Both sides' views: the sorted gaps, the gaps by tier, and the surface over two views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from valuelib.explore.both_sides import SLOPES
from valuelib.explore.estimates import find, keyed
from valuelib.results import Cell, Estimate, Figure, Table
from valuelib.show.canvas import INK, MUTED, SMALL_SIZE, drawing, finish, nothing_to_show, set_title
from valuelib.show.dots import Chart, Dot, Panel, dot_of, plot_dots
from valuelib.show.labels import capital
from valuelib.show.localizer import local
from valuelib.show.tables import column, estimate_cell, make_table
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
    higher = local.text("sides.rates_higher", other=other) if gap > 0 else local.text("sides.customers_rate_higher")
    return local.text("sides.widest_gap_points", facet_key=key, higher=higher, points=local.number(abs(gap)))


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
    return local.text(
        "sides.tiers_value_rates_points",
        other=local.text(f"sides.view.{view}"),
        points=local.number(abs(mean)),
        way=local.text("sides.higher") if mean >= 0 else local.text("sides.lower"),
    )


def table_gaps(estimates: Sequence[Estimate]) -> Table:
    """Item by item: both views, the gap, and for whole facets how many accounts lie within one point."""
    named = [about for one in facets() for about in ({"facet_key": one.key}, *({"item_key": item} for item in one.items))]
    texts = {item.key: item.item.say(local.language) for item in facet_items()}
    return make_table(
        name="gaps",
        caption=local.text("sides.both_views_statement_statement"),
        columns=(
            column("common.what"),
            column("common.customers", "number"),
            column("sides.the_other_side", "number"),
            column("sides.gap", "points"),
            column("sides.within_one_point", "percent"),
            column("common.accounts", "count"),
        ),
        rows=(row for about in named if (row := _gap_row(estimates, about, texts)) is not None),
        note=local.text("sides.means_over_accounts_both"),
    )


def table_surface(estimates: Sequence[Estimate]) -> Table:
    """The four features of the surface, each with what it says."""
    return make_table(
        name="surface",
        caption=local.text("sides.surface_recommending_over_both"),
        columns=(
            column("sides.feature"),
            column("specifications.unit.recommend", "points"),
            column("common.interval_heading", "interval"),
            column("sides.what_it_says"),
        ),
        rows=(_slope_row(one, name) for name in SLOPES if (one := find(estimates, f"label.surface.{name}")) is not None),
        note=local.text("sides.slopes_per_rating_point"),
    )


def plot_surface(surface: Surface | None, middle: float, reach: float, why: str) -> Figure:
    """Contours of the fitted NPS over both views; accounts are not drawn.

    Args:
        surface: the fit, or None. middle, reach: centre and half-width of the drawn square on the 0-10 scale.
        why: what to say where there is no surface.
    """
    name = "surface"
    caption = local.text("sides.fitted_nps_average_lower")
    if surface is None:
        return nothing_to_show(name=name, said=why, caption=caption)
    low, high = max(middle - reach, 0.0), min(middle + reach, 10.0)
    ticks = np.linspace(low, high, GRID)
    x, y = np.meshgrid(ticks, ticks)
    z = np.clip(100 * surface.heights(x, y), -100, 100)
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
        corners = {name: local.number(100 * surface.at(*point).value, 0) for name, point in _corners(low, high).items()}
        alt = local.text("sides.fitted_nps_where_both", **corners)
        set_title(axes, alt.rstrip("."), 66)
        return finish(figure, name=name, alt=alt, caption=caption)


def _corners(low: float, high: float) -> dict[str, tuple[float, float]]:
    third = (high - low) / 4
    low, high = low + third, high - third
    return {"low": (low, low), "high": (high, high), "customers": (high, low), "other": (low, high)}


def _plot_pairs(estimates: Sequence[Estimate], keys: Sequence[str], kind: str, view: str, name: str, title: str) -> Figure:
    codes = ("side.customers", "side.provider", "gap")
    customers, provider, differences = (keyed(estimates, f"label.{code}.{kind}", f"{kind}_key") for code in codes)
    pairs = [
        [Dot(value=side[key].value or 0.0, series=series) for series, side in enumerate((customers, provider)) if key in side]
        for key in keys
    ]
    gaps = [[dot] if (dot := dot_of(differences[key])) else [] for key in keys]
    said = [
        local.text(
            "sides.customers_other_side_gap",
            what=capital(local.word(key)),
            one=local.number(customers[key].value),
            two=local.number(provider[key].value),
            gap=local.points(differences[key].value),
        )
        for key in keys
    ]
    chart = Chart(
        name=name,
        title=title,
        labels=[capital(local.word(key)) for key in keys],
        panels=[
            Panel(title=local.text("sides.both_views_mean_0"), rows=pairs, joined=True),
            Panel(title=local.text("sides.gap_other_side_less"), rows=gaps, zero=True, signed=True, hollow_open=True),
        ],
        alt=" ".join(said) or title,
        caption=local.text("sides.means_over_accounts_both_views"),
        series=(
            local.text("common.customers"),
            local.text("sides.the_provider") if view == "provider" else local.text("sides.the_partner"),
        ),
    )
    return plot_dots(chart)


def _gap_row(
    estimates: Sequence[Estimate], about: Mapping[str, str], texts: Mapping[str, str]
) -> tuple[Cell | str | float | None, ...] | None:
    """Both views of a facet or of one of its statements, and the gap; None where there is none to compare."""
    ((place, key),) = about.items()
    kind = place.removesuffix("_key")
    gap, close = find(estimates, f"label.gap.{kind}", **about), find(estimates, "label.close.facet", **about)
    if gap is None:
        return None
    sides = (find(estimates, f"label.side.{side}.{kind}", **about) for side in ("customers", "provider"))
    values = (None if side is None else side.value for side in sides)
    within = None if close is None or close.value is None else close.value / 100
    label = f"– {texts[key]}" if key in texts else capital(local.word(key))
    return (label, *values, estimate_cell(gap), within, gap.accounts)


def _slope_row(estimate: Estimate, name: str) -> tuple[Cell | str | float | None, ...]:
    label, interval = local.text(f"label.surface.{name}"), Cell(low=estimate.ci_low, high=estimate.ci_high)
    if estimate.value is None:
        return label, None, None, local.say(estimate.reason) if estimate.reason else None
    low, high = estimate.ci_low or 0.0, estimate.ci_high or 0.0
    way = "up" if low > 0 else "down" if high < 0 else "open"
    return label, estimate.value, interval, local.text(f"sides.meaning.{name}.{way}")

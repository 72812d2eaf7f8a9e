"""Both sides' views: the sorted gaps, the gaps by tier, and the surface over two views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from valuelib.results import Cell, Estimate, Figure, Table
from valuelib.show.canvas import INK, MUTED, SMALL_SIZE, drawing, finish, nothing_to_show, set_title
from valuelib.show.dots import Chart, Dot, Panel, dot_of, plot_dots
from valuelib.show.labels import SLOPES, capital
from valuelib.show.localizer import local
from valuelib.show.tables import column, estimate_cell, make_table
from valuelib.stats.response_surface import Surface
from valuelib.theory.facets import facet_items, facets
from valuelib.theory.pyramid import tiers

GRID = 41


def plot_gaps(estimates: Sequence[Estimate], view: str) -> Figure:
    """Every facet with both views and the gap between them, the widest gap first."""
    found = {one.name: one for one in estimates if one.value is not None}
    keys = sorted(
        (one.key for one in facets() if f"gap.{one.key}" in found), key=lambda key: -abs(found[f"gap.{key}"].value or 0.0)
    )
    return _plot_pairs(found, keys, "", view, "gaps", say_gaps(estimates, view))


def plot_tier_gaps(estimates: Sequence[Estimate], view: str) -> Figure:
    """The same for the value delivered, tier by tier from the top of the pyramid."""
    found = {one.name: one for one in estimates if one.value is not None}
    keys = [tier.key for tier in reversed(tiers()) if f"gap.tier.{tier.key}" in found]
    return _plot_pairs(found, keys, "tier.", view, "tier_gaps", say_tier_gaps(estimates, view))


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
    found = {one.name: one for one in estimates if one.value is not None and one.ci_low is not None and one.ci_high is not None}
    shown = {
        one.key: gap.value or 0.0
        for one in facets()
        if (gap := found.get(f"gap.{one.key}")) is not None and ((gap.ci_low or 0.0) > 0 or (gap.ci_high or 0.0) < 0)
    }
    return max(shown.items(), key=lambda item: abs(item[1])) if shown else None


def say_tier_gaps(estimates: Sequence[Estimate], view: str) -> str:
    """Whether both sides share an understanding of the value created."""
    gaps = [one for one in estimates if one.name.startswith("gap.tier.") and one.value is not None]
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
    found = {one.name: one for one in estimates}
    keys = [key for one in facets() for key in (one.key, *one.items) if f"gap.{key}" in found]
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
        rows=(_gap_row(found, key, f"– {texts[key]}" if key in texts else capital(local.word(key))) for key in keys),
        note=local.text("sides.means_over_accounts_both"),
    )


def table_surface(estimates: Sequence[Estimate]) -> Table:
    """The four features of the surface, each with what it says."""
    found = {one.name: one for one in estimates}
    return make_table(
        name="surface",
        caption=local.text("sides.surface_recommending_over_both"),
        columns=(
            column("sides.feature"),
            column("specifications.unit.recommend", "points"),
            column("common.interval_heading", "interval"),
            column("sides.what_it_says"),
        ),
        rows=(_slope_row(found[f"surface.{name}"], name) for name in SLOPES if f"surface.{name}" in found),
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


def _plot_pairs(found: Mapping[str, Estimate], keys: Sequence[str], kind: str, view: str, name: str, title: str) -> Figure:
    pairs = [
        [dot for side, series in (("customers", 0), ("provider", 1)) if (dot := _side(found, side, kind, key, series))]
        for key in keys
    ]
    gaps = [[dot] if (dot := dot_of(found[f"gap.{kind}{key}"])) else [] for key in keys]
    said = [
        local.text(
            "sides.customers_other_side_gap",
            what=capital(local.word(key)),
            one=local.number(found[f"side.customers.{kind}{key}"].value),
            two=local.number(found[f"side.provider.{kind}{key}"].value),
            gap=local.points(found[f"gap.{kind}{key}"].value),
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


def _side(found: Mapping[str, Estimate], side: str, kind: str, key: str, series: int) -> Dot | None:
    one = found.get(f"side.{side}.{kind}{key}")
    return None if one is None or one.value is None else Dot(value=one.value, series=series)


def _gap_row(found: Mapping[str, Estimate], key: str, label: str) -> tuple[Cell | str | float | None, ...]:
    gap = found[f"gap.{key}"]
    one, two, close = (found.get(f"{name}.{key}") for name in ("side.customers", "side.provider", "close"))
    within = None if close is None or close.value is None else close.value / 100
    return (label, *(None if side is None else side.value for side in (one, two)), estimate_cell(gap), within, gap.accounts)


def _slope_row(estimate: Estimate, name: str) -> tuple[Cell | str | float | None, ...]:
    label, interval = local.text(f"label.surface.{name}"), Cell(low=estimate.ci_low, high=estimate.ci_high)
    if estimate.value is None:
        return label, None, None, local.say(estimate.reason) if estimate.reason else None
    low, high = estimate.ci_low or 0.0, estimate.ci_high or 0.0
    way = "up" if low > 0 else "down" if high < 0 else "open"
    return label, estimate.value, interval, local.text(f"sides.meaning.{name}.{way}")

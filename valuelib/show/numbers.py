"""What some pictures plot, as plain numbers that a slide draws by itself and a workbook holds."""

from __future__ import annotations

import math
from collections.abc import Sequence

from valuelib.explore.drivers import Share
from valuelib.explore.estimates import keyed
from valuelib.results import Chart, Estimate, Mark, Series, pick
from valuelib.show import canvas
from valuelib.show.labels import capital
from valuelib.show.localizer import local
from valuelib.stats.over_time import Curve

MOST_A_PANEL = 20  # rows that one panel of ranked elements has


def provider_series(views: Sequence[Estimate | None]) -> Series:
    """The provider's own view row by row, as a figure shows it beside the customers' means: without intervals."""
    return Series(name=local.text("sides.the_provider"), values=tuple(None if one is None else one.value for one in views))


def element_numbers(means: Sequence[Estimate]) -> tuple[Chart, ...]:
    """The elements by their mean score, the highest first, in as many panels as they need, on one scale."""
    named = {str(one.label.values["element_key"]): one for one in pick(means, "label.element.mean") if one.label is not None}
    ranked = sorted((key for key, one in named.items() if one.value is not None), key=lambda key: -(named[key].value or 0.0))
    ends = [end for key in ranked for end in (named[key].value, *named[key].interval) if end is not None]
    if not ends:
        return ()
    views = keyed(means, "label.side.provider.element", "element_key")
    ends += [one.value for one in views.values() if one.value is not None]
    limits, title = (float(int(min(ends))), float(int(max(ends)) + 1)), local.text("common.mean_rating_0_10")
    panels = -(-len(ranked) // MOST_A_PANEL)
    each = -(-len(ranked) // panels)
    return tuple(
        Chart(
            kind="dots",
            title=title,
            categories=tuple(capital(local.word(key)) for key in keys),
            series=(
                canvas.series_of(local.text("common.customers") if views else title, [named[key] for key in keys]),
                *([provider_series([views.get(key) for key in keys])] if views else ()),
            ),
            limits=limits,
        )
        for keys in (ranked[start : start + each] for start in range(0, len(ranked), each))
    )


def priority_numbers(
    elements: Sequence[Share], named: Sequence[Share], first: Sequence[Share], borders: tuple[float, float]
) -> Chart:
    """The elements by their mean rating and their share; those to raise first stand in a series of their own."""
    keys, raised = [share.key for share in elements], {share.key for share in first}
    told = {share.key for share in named}
    upwards = local.text("drivers.share_what_ratings_explain")

    def series(name: str, *, of_raised: bool) -> Series:
        return Series(name=name, values=tuple(one.raw.value if (one.key in raised) == of_raised else None for one in elements))

    return Chart(
        kind="points",
        title=upwards,
        categories=tuple(capital(local.word(key)) for key in keys),
        series=(
            Series(name=local.text("common.mean_rating_0_10"), values=tuple(one.mean_score for one in elements)),
            series(local.text("drivers.larger_share_lower_rating"), of_raised=True),
            series(local.text("drivers.other_elements"), of_raised=False),
        ),
        axis=upwards,
        marks=(Mark(value=borders[0], dashed=True), Mark(value=borders[1], dashed=True, upright=False)),
        strong=tuple(place for place, key in enumerate(keys) if key in told | raised),
    )


def wave_numbers(waves: Sequence[tuple[str, Sequence[tuple[str, Estimate]], int]]) -> tuple[Chart, ...]:
    """One panel an outcome: its title, the surveys by name with their figures, and how many decimals these have."""
    return tuple(
        Chart(
            kind="lines",
            title=title,
            categories=tuple(name for name, _ in shown),
            series=(canvas.series_of(title, [one for _, one in shown]),),
            decimals=decimals,
        )
        for title, shown, decimals in waves
    )


def renewal_numbers(curves: Sequence[Curve]) -> Chart:
    """The share of contracts that still run at the end of each month, per cent."""
    months = range(math.ceil(max(curve.months[-1] for curve in curves)) + 1)

    def at(curve: Curve, month: int) -> float | None:
        passed = [float(share) for when, share in zip(curve.months, curve.share, strict=True) if when <= month]
        return None if month > math.ceil(curve.months[-1]) else 100 * (passed[-1] if passed else 1.0)

    return Chart(
        kind="lines",
        title=local.text("over_time.contracts_still_run_per"),
        categories=tuple(map(str, months)),
        series=tuple(Series(name=curve.label, values=tuple(at(curve, month) for month in months)) for curve in curves),
        axis=local.text("over_time.months_since_survey"),
        decimals=0,
        limits=(0.0, 100.0),
    )

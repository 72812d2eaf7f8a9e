"""Do the provider and its customers see the same cooperation and the same value? Gaps by account, and the surface over both
views.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from valuelib.explore.cocreation import none_of, paired_figure, plain_figure
from valuelib.results import Estimate, Message
from valuelib.stats.exposure import mean_rating
from valuelib.stats.loyalty import SCALE
from valuelib.stats.means import t_quantile
from valuelib.stats.over_time import Paired, estimate_paired
from valuelib.stats.response_surface import SOURCE_SURFACE, Surface
from valuelib.study.model import Study
from valuelib.theory.facets import facet_items, facets
from valuelib.theory.pyramid import tiers
from valuelib.verdict.both_sides import Dyads, find_dyads, fit_dyads
from valuelib.verdict.groups import find_outcome

SLOPES = ("a1", "a2", "a3", "a4")


def estimate_sides(study: Study) -> tuple[Estimate, ...]:
    """Everything of the chapter on both sides; nothing without the provider's view.

    `side.<customers|provider>.<item or facet>` (0-10, mean over accounts with both views), `gap.<item or facet>` (provider minus
    customers), `close.<facet>` (accounts whose views lie within one point, per cent), `gap.tier.<tier>`, `surface.a1` to
    `surface.a4`.
    """
    if study.provider is None or not study.has_accounts:
        return ()
    pairs = pair_views(study)
    return (*_gaps(study, pairs), *_tiers(study), *_surface(study))


def pair_views(study: Study) -> dict[str, pd.DataFrame]:
    """By item and facet of the battery, the two views of each account that has both: columns `customers` and `provider`."""
    found: dict[str, pd.DataFrame] = {}
    named: dict[str, tuple[str, ...]] = {item.key: (f"facet.{item.key}",) for item in facet_items()}
    named |= {one.key: tuple(f"facet.{item}" for item in one.items) for one in facets()}
    for key, columns in named.items():
        pair = paired_columns(study, columns)
        if pair is not None:
            found[key] = pair
    return found


def paired_columns(study: Study, columns: tuple[str, ...]) -> pd.DataFrame | None:
    """Both views of the same columns by account; None where one side did not rate any of them, or no account has both."""
    if study.provider is None:
        return None
    both = [column for column in columns if column in study.data and column in study.provider]
    if not both:
        return None
    customers = mean_rating(study.data[both]).groupby(study.data["account"]).mean()
    provider = mean_rating(study.provider[both]).set_axis(study.provider["account"])
    pair = pd.DataFrame({"customers": customers, "provider": provider}).dropna()
    return pair if len(pair) else None


def _gaps(study: Study, pairs: dict[str, pd.DataFrame]) -> Iterator[Estimate]:
    shared = {one.key for one in facets()}
    for key, pair in pairs.items():
        gap = estimate_paired(pair["customers"], pair["provider"], level=study.config.level)
        for side in ("customers", "provider"):
            yield _side(study, f"side.{side}.{key}", pair[side], gap)
        yield paired_figure(study, f"gap.{key}", gap, "score")
        if key in shared and gap is not None and gap.n >= study.config.privacy.min_group:
            yield plain_figure(
                study, f"close.{key}", 100 * gap.within, "share", n=gap.n, accounts=gap.n, method="share of accounts"
            )


def _side(study: Study, name: str, values: pd.Series, gap: Paired | None) -> Estimate:
    if gap is None or gap.n < study.config.privacy.min_group:
        return none_of(study, name, Message(code="missing.small_group"), "score")
    n = len(values)
    se = float(values.std(ddof=1)) / n**0.5
    reach = t_quantile(study.config.level, n - 1) * se
    mean = float(values.mean())
    return plain_figure(
        study, name, mean, "score", n=n, accounts=n, low=mean - reach, high=mean + reach, method="mean over accounts, t interval"
    )


def _tiers(study: Study) -> Iterator[Estimate]:
    """The same for the value itself, tier by tier, where the provider rated elements too."""
    for tier in tiers():
        pair = paired_columns(study, tuple(f"element.{key}" for key in tier.elements))
        if pair is not None:
            gap = estimate_paired(pair["customers"], pair["provider"], level=study.config.level)
            yield from (_side(study, f"side.{side}.tier.{tier.key}", pair[side], gap) for side in ("customers", "provider"))
            yield paired_figure(study, f"gap.tier.{tier.key}", gap, "score")


def commitment_surface(study: Study) -> tuple[Dyads, Surface] | Message:
    """The surface of recommending over both sides' views of mutual commitment, on the customer's side that may decide."""
    outcome = find_outcome(study, "recommend")
    ways = find_dyads(study, ("mutual_commitment",))
    if isinstance(outcome, Message) or isinstance(ways, Message):
        return outcome if isinstance(outcome, Message) else ways if isinstance(ways, Message) else Message(code="missing.facets")
    surface = fit_dyads(study, ways[0], outcome)
    return surface if isinstance(surface, Message) else (ways[0], surface)


def surface_square(study: Study) -> tuple[Surface | None, float, float, Message]:
    """The surface, the middle and half-width of the square that holds nine tenths of both views, or why there is no surface."""
    found = commitment_surface(study)
    if isinstance(found, Message):
        return None, 0.0, 0.0, found
    dyads, surface = found
    views = pd.concat([dyads.customer, dyads.provider]).dropna()
    low, high = (float(views.quantile(share)) for share in (0.05, 0.95))
    return surface, (low + high) / 2, (high - low) / 2, Message(code="missing.facets")


def _surface(study: Study) -> Iterator[Estimate]:
    found = commitment_surface(study)
    for name in SLOPES:
        if isinstance(found, Message):
            yield none_of(study, f"surface.{name}", found, "points")
            continue
        surface, scale = found[1], SCALE["nps"]
        one = surface.combine(name)
        reach = t_quantile(study.config.level, one.df) * one.se
        yield plain_figure(
            study,
            f"surface.{name}",
            scale * one.value,
            "points",
            n=surface.n,
            accounts=surface.accounts,
            low=scale * (one.value - reach),
            high=scale * (one.value + reach),
            method="polynomial regression, CR2, Satterthwaite df",
            source=SOURCE_SURFACE,
        )

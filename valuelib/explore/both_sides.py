"""Whether the provider and its customers see the same cooperation and the same value: gaps by account, the surface over both."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from valuelib.explore.estimates import called, make_estimate, no_estimate, of_chapter, paired_estimate
from valuelib.results import Estimate, Estimates, Message
from valuelib.stats.curves import SOURCE_SURFACE, Surface
from valuelib.stats.exposure import mean_rating
from valuelib.stats.loyalty import SCALE
from valuelib.stats.means import t_quantile
from valuelib.stats.over_time import estimate_paired
from valuelib.study.model import Study
from valuelib.theory.facets import facet_items, facets
from valuelib.theory.pyramid import tiers
from valuelib.verdict.both_sides import Dyads, find_dyads, fit_dyads
from valuelib.verdict.groups import find_outcome

SLOPES = ("a1", "a2", "a3", "a4")


def estimate_both_sides(study: Study) -> Estimates:
    """Whether the provider and its customers see the same cooperation and the same value.

    Returns:
        `side.<customers|provider>.<statement or facet>` (0-10, mean over accounts with both views), `gap.*` (provider minus
        customers), `close.<facet>` (accounts whose views lie within one point, per cent), the same by `tier.<key>`, and
        `surface.a1` to `surface.a4` of recommending over both views, in NPS points. Empty without the provider's view.
    """
    if study.provider is None or not study.has_accounts:
        return of_chapter(study, "both_sides", ())
    found: list[Estimate] = []
    shared = {one.key for one in facets()}
    for key, pair in pair_views(study).items():
        found += _pair(study, "facet" if key in shared else "item", key, pair)
    for tier in tiers():
        rated = paired_columns(study, tuple(f"element.{key}" for key in tier.elements))
        found += () if rated is None else _pair(study, "tier", tier.key, rated)
    fitted = commitment_surface(study)
    for name in SLOPES:
        named = called(f"label.surface.{name}")
        if isinstance(fitted, Message):
            found.append(no_estimate(study, named, fitted, "points"))
            continue
        surface, scale, one = fitted[1], SCALE["nps"], fitted[1].combine(name)
        reach, counts = t_quantile(study.config.level, one.df) * one.se, (surface.n, surface.accounts)
        limits = (scale * (one.value - reach), scale * (one.value + reach))
        about = {"df": one.df, "method": "polynomial regression, CR2, Satterthwaite df", "source": SOURCE_SURFACE}
        found.append(make_estimate(study, named, scale * one.value, "points", counts=counts, interval=limits, **about))
    return of_chapter(study, "both_sides", found)


def estimate_provider_view(study: Study) -> tuple[Estimate, ...]:
    """`side.provider.tier.<key>` and `side.provider.element.<key>`: the provider's mean over the accounts that have both views.

    Empty without the provider's view; what it rated for fewer accounts than may be shown is withheld.
    """
    if study.provider is None or not study.has_accounts:
        return ()
    asked = {("tier", tier.key): tuple(f"element.{key}" for key in tier.elements) for tier in tiers()}
    asked |= {("element", key): (f"element.{key}",) for tier in tiers() for key in tier.elements}
    return tuple(
        next(_views(study, kind, key, pair, ("provider",)))
        for (kind, key), columns in asked.items()
        if (pair := paired_columns(study, columns)) is not None
    )


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


def _pair(study: Study, kind: str, key: str, pair: pd.DataFrame) -> Iterator[Estimate]:
    """Both sides' means over the accounts that have both views, the gap, and for a facet how many lie close together."""
    above = study.clusters_of(pair.index)
    gap = estimate_paired(pair["customers"], pair["provider"], level=study.config.level, clusters=above)
    about = {f"{kind}_key": key}
    yield from _views(study, kind, key, pair, ("customers", "provider"))
    yield paired_estimate(study, called(f"label.gap.{kind}", **about), gap, "score")
    if kind == "facet" and gap is not None and gap.n >= study.config.privacy.min_group:
        close, share = called("label.close.facet", **about), 100 * gap.within
        yield make_estimate(study, close, share, "share", counts=(gap.n, gap.n), method="share of accounts")


def _views(study: Study, kind: str, key: str, pair: pd.DataFrame, sides: tuple[str, ...]) -> Iterator[Estimate]:
    """The mean of each side over the accounts that have both views; withheld where these are too few."""
    n = len(pair)
    for side in sides:
        name = called(f"label.side.{side}.{kind}", **{f"{kind}_key": key})
        if n < max(study.config.privacy.min_group, 2):
            yield no_estimate(study, name, Message(code="missing.small_group"), "score")
            continue
        mean = float(pair[side].mean())
        reach = t_quantile(study.config.level, n - 1) * (float(pair[side].std(ddof=1)) / n**0.5)
        limits, method = (mean - reach, mean + reach), "mean over accounts, t interval"
        yield make_estimate(study, name, mean, "score", counts=(n, n), interval=limits, df=float(n - 1), method=method)


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

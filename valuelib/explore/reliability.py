"""Does each tier's score rest on one thing, and are the tiers told apart? Omega, Spearman-Brown and HTMT of a study."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from valuelib.evidence.groups import element_ratings
from valuelib.records import Estimate, Message
from valuelib.stats.coefficients import Coefficient
from valuelib.stats.htmt import SOURCE as SOURCE_HTMT
from valuelib.stats.htmt import estimate_htmt
from valuelib.stats.omega import (
    MIN_ITEMS,
    SOURCE,
    SOURCE_HIERARCHICAL,
    NoOmega,
    estimate_omega,
    estimate_omega_hierarchical,
)
from valuelib.stats.reliability import SOURCE_TWO, estimate_spearman_brown
from valuelib.study import Study
from valuelib.theory import element, tiers

WHY_NO_OMEGA = {"few_items": "missing.omega_items", "few_rows": "missing.alpha_rows", "improper": "missing.omega_improper"}


def estimate_reliability(study: Study) -> tuple[Estimate, ...]:
    """`tier.<key>.omega` of every tier, and what belongs beside it.

    `tier.<key>.omega_h`, what all categories of a tier share, where at least three are mapped; `tier.<key>.spearman_brown` where a
    tier has two items; `htmt.<tier>.<tier>` for every pair of tiers with two items each.
    """
    return (*(one for tier in tiers() for one in _of_tier(study, tier.key)), *_between(study))


def _of_tier(study: Study, key: str) -> Iterator[Estimate]:
    ratings, accounts, level = element_ratings(study, (key,)), study.answers["account"], study.config.level
    name = f"tier.{key}"
    if not len(ratings.columns):
        yield _missing(study, f"{name}.omega", Message(code="missing.tier_items", values={"tier_key": key}))
        return
    omega = estimate_omega(ratings, accounts, level=level)
    yield _omega(study, f"{name}.omega", omega, key, "omega, one factor by maximum likelihood, complete rows", SOURCE)
    if len(ratings.columns) == 2:
        pair = estimate_spearman_brown(ratings, accounts, level=level)
        why = Message(code="missing.alpha_rows", values={"tier_key": key})
        yield _shown(study, f"{name}.spearman_brown", pair, why, "Spearman-Brown, two items, complete rows", SOURCE_TWO)
    named = [element(column.removeprefix("element.")).category_key for column in ratings.columns]
    if len(set(named)) >= MIN_ITEMS:
        shared = estimate_omega_hierarchical(ratings, named, accounts, level=level)
        yield _omega(study, f"{name}.omega_h", shared, key, "omega over category sums, complete rows", SOURCE_HIERARCHICAL)


def _between(study: Study) -> Iterator[Estimate]:
    items = {tier.key: element_ratings(study, (tier.key,)) for tier in tiers()}
    asked = [key for key, ratings in items.items() if len(ratings.columns) >= 2]
    for one, other in combinations(asked, 2):
        found = estimate_htmt(items[one], items[other], study.answers["account"], level=study.config.level)
        method = "HTMT, pairwise correlations, accounts as clusters"
        yield _shown(study, f"htmt.{one}.{other}", found, Message(code="missing.htmt"), method, SOURCE_HTMT)


def _omega(study: Study, name: str, found: Coefficient | NoOmega, key: str, method: str, source: str) -> Estimate:
    if isinstance(found, NoOmega):
        return _missing(study, name, Message(code=WHY_NO_OMEGA[found.why], values={"tier_key": key}))
    return _shown(study, name, found, Message(code="missing.alpha_rows", values={"tier_key": key}), method, source)


def _shown(study: Study, name: str, found: Coefficient | None, why: Message, method: str, source: str) -> Estimate:
    if found is None:
        return _missing(study, name, why)
    return Estimate(
        name=name,
        value=found.value,
        ci_low=found.low,
        ci_high=found.high,
        level=study.config.level,
        unit="coefficient",
        n=found.n,
        accounts=found.accounts,
        method=method,
        source=source,
    )


def _missing(study: Study, name: str, why: Message) -> Estimate:
    return Estimate(name=name, value=None, unit="coefficient", n=0, accounts=0, level=study.config.level, reason=why)

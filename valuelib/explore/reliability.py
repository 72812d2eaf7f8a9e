"""Does each tier's score rest on one thing, and are the tiers told apart? Omega, Spearman-Brown and HTMT of a study."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from valuelib.errors import ResultError
from valuelib.results import Estimate, Message
from valuelib.stats.halo import SOURCE_HALO, fit_halo, pairwise_correlations
from valuelib.stats.reliability import (
    MIN_ITEMS,
    SOURCE_HIERARCHICAL,
    SOURCE_HTMT,
    SOURCE_OMEGA,
    SOURCE_TWO,
    Coefficient,
    NoOmega,
    estimate_htmt,
    estimate_omega,
    estimate_omega_hierarchical,
    estimate_spearman_brown,
)
from valuelib.study.model import Study
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS, element, tiers
from valuelib.verdict.groups import element_ratings, tier_mean

# Does each tier's score rest on one thing, and are the tiers told apart? Omega, Spearman-Brown and HTMT of a study.

WHY_NO_OMEGA = {"few_items": "missing.omega_items", "few_rows": "missing.alpha_rows", "improper": "missing.omega_improper"}


def estimate_reliability(study: Study) -> tuple[Estimate, ...]:
    """`tier.<key>.omega` of every tier, and what belongs beside it.

    `tier.<key>.omega_h`, what all categories of a tier share, where at least three are mapped; `tier.<key>.spearman_brown` where a
    tier has two items; `htmt.<tier>.<tier>` for every pair of tiers with two items each.
    """
    return (*(one for tier in tiers() for one in _of_tier(study, tier.key)), *_between(study))


def _of_tier(study: Study, key: str) -> Iterator[Estimate]:
    ratings, accounts, level = element_ratings(study, (key,)), study.data["account"], study.config.level
    name = f"tier.{key}"
    if not len(ratings.columns):
        yield _missing(study, f"{name}.omega", Message(code="missing.tier_items", values={"tier_key": key}))
        return
    omega = estimate_omega(ratings, accounts, level=level)
    yield _omega(study, f"{name}.omega", omega, key, "omega, one factor by maximum likelihood, complete rows", SOURCE_OMEGA)
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
        found = estimate_htmt(items[one], items[other], study.data["account"], level=study.config.level)
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


# How strongly does one general impression colour this file's ratings and loyalty?

FEWEST = 30


def estimate_halo(study: Study) -> tuple[Estimate, ...]:
    """`halo.mean_r`, `halo.r_tiers`, `halo.r_outcome`, `halo.pull`: the traces that a halo leaves, as far as they can be had.

    `mean_r` of two elements, `r_tiers` of a respondent's higher-tier and lower-tier means, `r_outcome` of the higher-tier mean with
    the recommend class (-1, 0, +1), `pull` of the one factor through all ratings with that class, told by the lower tiers.
    """
    higher, lower = tier_mean(study, HIGHER_TIERS), tier_mean(study, LOWER_TIERS)
    nps = study.values("nps")
    mean_r, pull, n = _of_factor(study, nps)
    found = (
        _estimate(study, "halo.mean_r", mean_r, n, "mean correlation of two elements"),
        _correlation(study, "halo.r_tiers", higher, lower),
        _correlation(study, "halo.r_outcome", higher, nps),
        _estimate(study, "halo.pull", pull, n, "one factor, principal axis"),
    )
    return tuple(one for one in found if one.value is not None)


def _of_factor(study: Study, nps: pd.Series | None) -> tuple[float | None, float | None, int]:
    lower, higher = element_ratings(study, LOWER_TIERS), element_ratings(study, HIGHER_TIERS)
    ratings = pd.concat([lower, higher], axis=1)
    ratings = ratings.loc[:, ratings.nunique() > 1]
    if nps is None:
        return _mean_correlation(ratings), None, int(ratings.notna().any(axis=1).sum())
    try:
        halo = fit_halo(ratings, nps, [column in lower.columns for column in ratings.columns])
    except ResultError:
        return None, None, 0
    return halo.mean_r, halo.pull, int((ratings.notna().any(axis=1) & nps.notna()).sum())


def _mean_correlation(ratings: pd.DataFrame) -> float | None:
    if len(ratings.columns) < MIN_ITEMS or ratings.notna().any(axis=1).sum() < FEWEST:
        return None
    correlations = pairwise_correlations(ratings)
    return float(correlations[~np.eye(len(correlations), dtype=bool)].mean())


def _correlation(study: Study, name: str, a: pd.Series | None, b: pd.Series | None) -> Estimate:
    both = a.notna() & b.notna() if a is not None and b is not None else None
    if a is None or b is None or both is None or both.sum() < FEWEST or a[both].nunique() < 2 or b[both].nunique() < 2:
        return _estimate(study, name, None, 0, "")
    return _estimate(study, name, float(a[both].corr(b[both].astype(float))), int(both.sum()), "Pearson correlation")


def _estimate(study: Study, name: str, value: float | None, n: int, method: str) -> Estimate:
    reason = None if value is not None else Message(code="missing.few_for_halo")
    accounts = study.data["account"].nunique() if value is not None else 0
    level = study.config.level
    return Estimate(
        name=name,
        value=value,
        unit="coefficient",
        n=n,
        accounts=int(accounts),
        level=level,
        method=method,
        source=SOURCE_HALO,
        reason=reason,
    )

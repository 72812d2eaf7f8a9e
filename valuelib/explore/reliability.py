"""Whether each tier's score rests on one thing and the tiers are told apart: omega, Spearman-Brown, HTMT and traces of halo."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from valuelib.errors import ResultError
from valuelib.explore.estimates import called, coefficient_estimate, htmt_estimate, make_estimate, no_estimate, of_chapter
from valuelib.results import Estimate, Estimates, Message
from valuelib.stats.reliability import (
    MIN_ITEMS,
    SOURCE_HIERARCHICAL,
    SOURCE_OMEGA,
    SOURCE_TWO,
    Coefficient,
    NoOmega,
    estimate_omega,
    estimate_omega_hierarchical,
    estimate_spearman_brown,
)
from valuelib.stats.sensitivity import SOURCE_HALO, fit_halo, pairwise_correlations
from valuelib.study.model import Study
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS, element, tiers
from valuelib.verdict.groups import element_ratings, tier_mean

WHY_NO_OMEGA = {"few_items": "missing.omega_items", "few_rows": "missing.alpha_rows", "improper": "missing.omega_improper"}


def estimate_reliability(study: Study) -> Estimates:
    """Whether each tier's score rests on one thing, and whether the tiers are told apart (discriminant validity).

    Returns:
        Coefficients: `tier.<key>.omega` of every tier; `tier.<key>.omega_h`, what all categories of a tier share, where at least
        three are mapped; `tier.<key>.spearman_brown` where a tier has two items; `htmt.<tier>.<tier>` for every pair of tiers with
        two items each. Cronbach's alpha stands with the tier's mean.
    """
    accounts, level, method = study.clusters, study.config.level, "omega, one factor by maximum likelihood, complete rows"
    ratings = {tier.key: element_ratings(study, (tier.key,)) for tier in tiers()}
    found = []
    for key, rated in ratings.items():
        named = [element(column.removeprefix("element.")).category_key for column in rated.columns]
        if not named:
            why = Message(code="missing.tier_items", values={"tier_key": key})
            found.append(no_estimate(study, called("label.tier.omega", tier_key=key), why, "coefficient"))
            continue
        omega = estimate_omega(rated, accounts, level=level)
        found.append(_omega(study, "label.tier.omega", key, omega, method, SOURCE_OMEGA, rated))
        if len(named) == 2:
            pair, how = estimate_spearman_brown(rated, accounts, level=level), "Spearman-Brown, two items, complete rows"
            found.append(_omega(study, "label.tier.spearman_brown", key, pair, how, SOURCE_TWO, rated))
        if len(set(named)) >= MIN_ITEMS:
            shared, how = (
                estimate_omega_hierarchical(rated, named, accounts, level=level),
                "omega over category sums, complete rows",
            )
            found.append(_omega(study, "label.tier.omega_h", key, shared, how, SOURCE_HIERARCHICAL, rated))
    for one, other in combinations([key for key, rated in ratings.items() if len(rated.columns) >= 2], 2):
        name = called("label.htmt.tier", tier_key=one, other_key=other)
        found.append(htmt_estimate(study, name, ratings[one], ratings[other]))
    return of_chapter(study, "reliability", found)


def _omega(
    study: Study, code: str, key: str, found: Coefficient | NoOmega | None, method: str, source: str, rated: pd.DataFrame
) -> Estimate:
    why = WHY_NO_OMEGA[found.why] if isinstance(found, NoOmega) else "missing.alpha_rows"
    coefficient = None if isinstance(found, NoOmega) else found
    reason = Message(code=why, values={"tier_key": key})
    return coefficient_estimate(study, called(code, tier_key=key), coefficient, reason, method, source, rated.notna().all(axis=1))


# Traces of one general impression

FEWEST = 30


def estimate_halo(study: Study) -> Estimates:
    """`halo.mean_r`, `halo.r_tiers`, `halo.r_outcome`, `halo.pull`: the traces that a halo leaves, as far as they can be had.

    `mean_r` of two elements, `r_tiers` of a respondent's higher-tier and lower-tier means, `r_outcome` of the higher-tier mean with
    the recommend class (-1, 0, +1), `pull` of the one factor through all ratings with that class, told by the lower tiers.
    """
    higher, lower, nps = tier_mean(study, HIGHER_TIERS), tier_mean(study, LOWER_TIERS), study.values("nps")
    mean_r, pull, n = _of_factor(study, nps)
    found = (
        ("mean_r", mean_r, n, "mean correlation of two elements"),
        ("r_tiers", *_correlation(higher, lower), "Pearson correlation"),
        ("r_outcome", *_correlation(higher, nps), "Pearson correlation"),
        ("pull", pull, n, "one factor, principal axis"),
    )
    accounts = int(study.data["account"].nunique())
    traces = (
        make_estimate(
            study, called(f"label.halo.{name}"), value, "coefficient", counts=(n, accounts), method=method, source=SOURCE_HALO
        )
        for name, value, n, method in found
        if value is not None
    )
    return of_chapter(study, "halo", traces)


def _of_factor(study: Study, nps: pd.Series | None) -> tuple[float | None, float | None, int]:
    lower, higher = element_ratings(study, LOWER_TIERS), element_ratings(study, HIGHER_TIERS)
    ratings = pd.concat([lower, higher], axis=1)
    ratings = ratings.loc[:, ratings.nunique() > 1]
    if nps is None:
        n = int(ratings.notna().any(axis=1).sum())
        if len(ratings.columns) < MIN_ITEMS or n < FEWEST:
            return None, None, n
        correlations = pairwise_correlations(ratings)
        return float(correlations[~np.eye(len(correlations), dtype=bool)].mean()), None, n
    try:
        fitted = fit_halo(ratings, nps, [column in lower.columns for column in ratings.columns])
    except ResultError:
        return None, None, 0
    return fitted.mean_r, fitted.pull, int((ratings.notna().any(axis=1) & nps.notna()).sum())


def _correlation(a: pd.Series | None, b: pd.Series | None) -> tuple[float | None, int]:
    both = a.notna() & b.notna() if a is not None and b is not None else None
    if a is None or b is None or both is None or both.sum() < FEWEST or a[both].nunique() < 2 or b[both].nunique() < 2:
        return None, 0
    return float(a[both].corr(b[both].astype(float))), int(both.sum())

"""How strongly does one general impression colour this file's ratings and loyalty?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from valuelib.errors import ResultError
from valuelib.evidence.groups import element_ratings, tier_mean
from valuelib.records import Estimate, Message
from valuelib.stats.halo import FEWEST_ITEMS, SOURCE, fit_halo, pairwise_correlations
from valuelib.study import Study
from valuelib.theory import HIGHER_TIERS, LOWER_TIERS

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
    if len(ratings.columns) < FEWEST_ITEMS or ratings.notna().any(axis=1).sum() < FEWEST:
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
    accounts = study.answers["account"].nunique() if value is not None else 0
    level = study.config.level
    return Estimate(
        name=name,
        value=value,
        unit="coefficient",
        n=n,
        accounts=int(accounts),
        level=level,
        method=method,
        source=SOURCE,
        reason=reason,
    )

"""The lift that a halo alone would show: a liking that colours every rating, with no element doing anything.

One factor is fitted to the inter-item correlations: every rating is loading * halo + its own rest. The halo's pull on the outcome
is taken from the items' correlations with it. From these two the raw lift between any two groups follows with no element effect:
outcome's slope on the halo times the difference of the groups' expected halo.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from statsmodels.multivariate.factor import Factor
from statsmodels.stats.correlation_tools import corr_clipped

from valuelib.errors import ResultError
from valuelib.stats.exposure import BASELINE, COMPARISON
from valuelib.stats.means import t_quantile
from valuelib.stats.totals import Floats

MIN_ITEMS, MIN_ROWS = 3, 30
LARGEST_LOADING = 0.98  # a Heywood case would give one item all the say
LEAST_EIGENVALUE = 1e-3
SOURCE_HALO = "one-factor regression scores: Thurstone (1935), The Vectors of Mind; band: docs/explanation/statistics.md"


@dataclass(frozen=True, slots=True, eq=False)
class Halo:
    """A halo calibrated on a file's own correlations.

    Attributes:
        loadings: shape (items,), correlation of each rating with the halo.
        pull: correlation of the halo with the outcome, from the calibrating items.
        mean_r: mean correlation of two ratings.
        scores: shape (n,), each respondent's expected halo given the ratings, in SD; missing where nothing was rated.
    """

    loadings: Floats
    pull: float
    mean_r: float
    scores: Floats


@dataclass(frozen=True, slots=True)
class HaloLift:
    """The lift halo alone would show, in the outcome's units, and the range in which a study of this size would find it."""

    value: float
    se: float
    low: float
    high: float


def fit_halo(ratings: pd.DataFrame, outcome: pd.Series, calibrate: ArrayLike) -> Halo:
    """One factor through all ratings, and its correlation with the outcome.

    Args:
        ratings: shape (n, items), 0-10, gaps allowed; items without variation are not to be given.
        outcome: shape (n,), gaps allowed.
        calibrate: shape (items,), which items' correlations with the outcome give the halo's pull.
    Raises:
        ResultError: fewer than 3 items or 30 answered rows, or nothing the ratings have in common.
    Notes:
        Principal-axis factoring of the pairwise correlations, repaired to be positive definite; pull = sum(l_j r_jy) / sum(l_j^2)
        over the calibrating items; expected halo = sum(l_j z_j / u_j) / (1 + sum(l_j^2 / u_j)), u_j = 1 - l_j^2, over what was
        rated. Checked: tests/reference/sensitivity.
    """
    x = ratings.to_numpy(float)
    if x.shape[1] < MIN_ITEMS or np.isfinite(x).any(axis=1).sum() < MIN_ROWS:
        raise ResultError(f"A halo needs at least {MIN_ITEMS} items and {MIN_ROWS} rows.")
    correlations = pairwise_correlations(ratings)
    factor = np.asarray(Factor(corr=correlations, n_factor=1, method="pa").fit().loadings, dtype=float)[:, 0]
    loadings = np.clip(factor * (1.0 if factor.sum() >= 0 else -1.0), -LARGEST_LOADING, LARGEST_LOADING)
    with_outcome = ratings.corrwith(outcome).fillna(0.0).to_numpy(float)
    used = np.asarray(calibrate, dtype=bool)
    weight = float((loadings[used] ** 2).sum())
    if weight <= 0:
        raise ResultError("The ratings have nothing in common that could be a halo.")
    pull = float(np.clip(loadings[used] @ with_outcome[used] / weight, -1.0, 1.0))
    off = correlations[~np.eye(len(correlations), dtype=bool)]
    return Halo(loadings, pull, float(off.mean()), _scores(x, loadings))


def halo_only_lift(
    halo: Halo, outcome: ArrayLike, codes: NDArray[np.int64], accounts: ArrayLike, *, raw_se: float, df: float, level: float
) -> HaloLift:
    """The lift between two groups that the halo alone would make, and the range of what a study like this would show.

    Args:
        outcome: shape (n,). codes: shape (n,), 0 comparison, 1 baseline, -1 neither.
        accounts: shape (n,), the cluster of each.
        raw_se: standard error of the raw lift, the sampling error of any study of this size. df: its degrees of freedom.
        level: confidence level of the range.
    Returns:
        HaloLift. The range adds the sampling error of a raw lift to that of the halo's own difference between the groups, which
        is linearised over accounts.
    """
    y = np.asarray(outcome, dtype=float)
    used = (codes >= 0) & np.isfinite(y) & np.isfinite(halo.scores)
    scores, own = halo.scores[used], codes[used]
    shares = [(own == group) / max((own == group).sum(), 1) for group in (COMPARISON, BASELINE)]
    means = [float(share @ scores) for share in shares]
    _, account = np.unique(np.asarray(accounts)[used].astype(str), return_inverse=True)
    by_account = np.bincount(account, weights=shares[0] * (scores - means[0]) - shares[1] * (scores - means[1]))
    slope = halo.pull * float(y[used].std())
    value, se = slope * (means[0] - means[1]), abs(slope) * float((by_account**2).sum() ** 0.5)
    reach = t_quantile(level, df) * (raw_se**2 + se**2) ** 0.5
    return HaloLift(value, se, value - reach, value + reach)


def pairwise_correlations(ratings: pd.DataFrame) -> Floats:
    """Correlations over the rows that answered both items, eigenvalues clipped where gaps leave them not positive definite."""
    correlations = ratings.corr(min_periods=MIN_ITEMS).fillna(0.0).to_numpy(float).copy()
    np.fill_diagonal(correlations, 1.0)
    if np.linalg.eigvalsh(correlations)[0] < LEAST_EIGENVALUE:
        correlations = corr_clipped(correlations, threshold=LEAST_EIGENVALUE)
    found: Floats = correlations
    return found


def _scores(x: Floats, loadings: Floats) -> Floats:
    """Each row's expected halo over what it rated, shape (n,); missing where nothing was rated."""
    rated = np.isfinite(x)
    n = np.maximum(rated.sum(axis=0), 1)
    centre = np.where(rated, x, 0.0).sum(axis=0) / n
    left = np.where(rated, x - centre, 0.0)
    spread = np.sqrt((left**2).sum(axis=0) / n)
    z = left / np.where(spread > 0, spread, 1.0)
    precision = loadings / (1 - loadings**2)
    expected: Floats = z @ precision / (1.0 + rated @ (loadings * precision))
    return np.where(rated.any(axis=1), expected, np.nan)

"""Consistency of the items of a tier, and whether two tiers are told apart; intervals take accounts for clusters.

Cronbach's alpha, Spearman-Brown's value of two items, McDonald's omega (total, hierarchical) and the heterotrait-monotrait ratio.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from valuelib.stats.means import t_quantile
from valuelib.stats.totals import Floats

SOURCE_ALPHA = (
    "Cronbach (1951), Psychometrika 16(3), 297-334; interval: delta method with accounts as clusters, "
    "van Zyl, Neudecker and Nel (2000), Psychometrika 65(3), 271-280"
)
SOURCE_TWO = "Spearman-Brown: Eisinga, te Grotenhuis and Pelzer (2013), International Journal of Public Health 58(4), 637-642"
SOURCE_OMEGA = "McDonald (1999), Test Theory; interval: delta method, accounts as clusters, on log(1 - omega)"
SOURCE_HIERARCHICAL = "McDonald (1999); Zinbarg et al. (2005), Psychometrika 70(1), 123-133; one factor over the category sums"
SOURCE_HTMT = "Henseler, Ringle and Sarstedt (2015), Journal of the Academy of Marketing Science 43(1), 115-135"
MIN_ROWS, MIN_ITEMS = 10, 3
MIN_CLUSTERS = 3  # with two accounts an interval would rest on one degree of freedom
MIN_UNIQUE = 0.005  # the smallest unique share of an item that the search may try; a solution there is improper (Heywood)
GRADIENT = 1e-4
NOT_APART = 0.9  # of HTMT: the published limit for concepts that are close in theory
# From here on every cell measured lies within 94-96 %; below, single ones lie a little under it (docs/reference/benchmarks.md).
HOLDS_FROM_ROWS_COEFFICIENTS, HOLDS_FROM_ACCOUNTS = 400, 100
HOLDS_FROM_ROWS = 2_000  # of HTMT: below, the interval is too narrow: 89-94 % were measured (docs/reference/benchmarks.md)
Clusters = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient with its interval (None where too few accounts carry one): `n` rows of `items` items."""

    value: float
    low: float | None
    high: float | None
    n: int
    accounts: int
    items: int


def estimate_alpha(ratings: ArrayLike, accounts: ArrayLike, *, level: float = 0.95) -> Coefficient | None:
    """Cronbach's alpha of a mean of ratings.

    Args:
        ratings: shape (n, k); rows with a missing rating are left out.
    Returns:
        Coefficient, or None with fewer than two items, ten complete rows, or no variation in the sum.
    Notes:
        k / (k - 1) * (1 - sum of item variances / variance of the sum). Feldt's interval, which takes rows for independent, held
        the truth in 91 % of samples at an ICC of .4 (docs/reference/benchmarks.md). Checked: tests/reference/alpha.R.

    >>> ratings = [[7, 8, 6], [5, 5, 6], [9, 8, 9], [4, 5, 3], [6, 7, 7], [8, 8, 7], [3, 4, 4], [7, 6, 6], [5, 4, 5], [9, 9, 8]]
    >>> found = estimate_alpha(ratings, list("AABBCCDDEE"))
    >>> round(found.value, 3), found.n, found.accounts
    (0.95, 10, 5)
    """
    x, cluster = complete_rows(ratings, accounts)
    k = x.shape[1]
    if k < 2 or len(x) < MIN_ROWS:
        return None
    e = x - x.mean(axis=0)
    total, items = float((e.sum(axis=1) ** 2).mean()), float((e**2).sum(axis=1).mean())
    if not total > 0:
        return None
    scale = k / (k - 1)
    influence: Floats = scale * ((items - (e**2).sum(axis=1)) / total + items / total**2 * (e.sum(axis=1) ** 2 - total))
    return _with_interval(scale * (1 - items / total), influence, cluster, items=k, level=level)


def estimate_spearman_brown(ratings: ArrayLike, accounts: ArrayLike, *, level: float = 0.95) -> Coefficient | None:
    """Reliability of a mean of two items from their correlation r: 2 r / (1 + r).

    Args:
        ratings: shape (n, 2); rows with a missing rating are left out.
    Returns:
        Coefficient, or None with another number of items, fewer than ten complete rows, or an item without variation.
    Notes:
        It equals alpha of the standardised items. Checked: tests/stats/test_reliability.py, by hand and against alpha.
    """
    x, cluster = complete_rows(ratings, accounts)
    if x.shape[1] != 2 or len(x) < MIN_ROWS or not (x.std(axis=0) > 0).all():
        return None
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    r = float((z[:, 0] * z[:, 1]).mean())
    if not -1.0 < r < 1.0:
        return None
    influence: Floats = 2.0 / (1.0 + r) ** 2 * (z[:, 0] * z[:, 1] - r * (z**2).sum(axis=1) / 2.0)
    return _with_interval(2.0 * r / (1.0 + r), influence, cluster, items=2, level=level)


def estimate_omega(ratings: ArrayLike, accounts: ArrayLike, *, level: float = 0.95) -> Coefficient | NoOmega:
    """Omega total of a sum (or mean) of items that share one factor.

    Args:
        ratings: shape (n, k); rows with a missing rating are left out.
    Returns:
        Coefficient, or NoOmega with fewer than three items, too few complete rows, or an improper solution.
    Notes:
        (sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances), maximum likelihood. The interval carries each
        answer's influence on the covariances through the model's information matrix. Checked: tests/reference/omega.R.
    """
    x, cluster = complete_rows(ratings, accounts)
    if x.shape[1] < MIN_ITEMS:
        return NoOmega("few_items")
    if len(x) < max(MIN_ROWS, 2 * x.shape[1] + 1) or not (x.std(axis=0) > 0).all():
        return NoOmega("few_rows")
    fitted = fit_one_factor(np.cov(x, rowvar=False, ddof=0))
    if fitted is None:
        return NoOmega("improper")
    common, unique = float(fitted.loadings.sum()) ** 2, float(fitted.unique.sum())
    gradient = np.full(2 * x.shape[1], -common) / (common + unique) ** 2
    gradient[: x.shape[1]] = 2 * fitted.loadings.sum() * unique / (common + unique) ** 2
    influence = _influence(x - x.mean(axis=0), fitted) @ gradient
    return _with_interval(common / (common + unique), influence, cluster, items=x.shape[1], level=level)


@dataclass(frozen=True, slots=True)
class NoOmega:
    """Why there is no omega: `few_items`, `few_rows` or `improper` (an item that seems to hold no error at all)."""

    why: Literal["few_items", "few_rows", "improper"]


def estimate_omega_hierarchical(
    ratings: ArrayLike, categories: ArrayLike, accounts: ArrayLike, *, level: float = 0.95
) -> Coefficient | NoOmega:
    """Share of a tier score that is common to its categories: omega over the sums of each category's items.

    What is peculiar to a category counts as unique here, while omega over the single items takes it for common: it then overstates.

    Args:
        ratings: shape (n, k).
        categories: shape (k,), the category of each item; at least three must differ.
    Returns:
        Coefficient with the number of categories as `items`, or NoOmega.
    """
    x, named = np.asarray(ratings, dtype=float), np.asarray(categories)
    sums = np.stack([x[:, named == one].sum(axis=1) for one in dict.fromkeys(named.tolist())], axis=1)
    return estimate_omega(sums, accounts, level=level)


def estimate_htmt(left: ArrayLike, right: ArrayLike, accounts: ArrayLike, *, level: float = 0.95) -> Coefficient | None:
    """Heterotrait-monotrait ratio: mean correlation between the items of two tiers, over the geometric mean of those inside each.

    Args:
        left: shape (n, k), ratings of one tier; gaps are allowed: each correlation uses the rows that have both answers.
        right: shape (n, m), ratings of the other; k and m at least two.
    Returns:
        Coefficient with k + m items, or None with fewer than two items in a tier, a pair of items with fewer than ten common rows,
        an item without variation, or a tier whose own items do not correlate positively.
    """
    a, b = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    k, m = a.shape[1], b.shape[1]
    if min(k, m) < 2:
        return None
    x = np.hstack([a, b])
    used = np.isfinite(x).any(axis=1)
    across = [(i, j) for i in range(k) for j in range(k, k + m)]
    own = (list(combinations(range(k), 2)), list(combinations(range(k, k + m), 2)))
    found = [one for pairs in (across, *own) if (one := _correlations(x[used], pairs)) is not None]
    if len(found) < 3:
        return None
    (between, d_between), (inside, d_inside), (other, d_other) = found
    if not (inside > 0 and other > 0):
        return None
    value = between / (inside * other) ** 0.5
    influence = d_between / (inside * other) ** 0.5 - value / 2 * (d_inside / inside + d_other / other)
    cluster = np.unique(np.asarray(accounts).astype(str)[used], return_inverse=True)[1].astype(np.int64)
    return _with_interval(value, influence, cluster, items=x.shape[1], level=level, bound=0.0)


def _correlations(x: Floats, pairs: list[tuple[int, int]]) -> tuple[float, Floats] | None:
    """Mean correlation of the pairs, and what each row adds to it."""
    total, influence = 0.0, np.zeros(len(x))
    for i, j in pairs:
        rows = np.isfinite(x[:, i]) & np.isfinite(x[:, j])
        pair = x[rows][:, [i, j]]
        if len(pair) < MIN_ROWS or not (pair.std(axis=0) > 0).all():
            return None
        z = (pair - pair.mean(axis=0)) / pair.std(axis=0)
        r = float((z[:, 0] * z[:, 1]).mean())
        total += r
        influence[rows] += (z[:, 0] * z[:, 1] - r * (z**2).sum(axis=1) / 2.0) * len(x) / len(pair)
    return total / len(pairs), influence / len(pairs)


# One-factor model


class OneFactor(NamedTuple):
    """Loadings and unique variances in the items' own units, each shape (k,)."""

    loadings: Floats
    unique: Floats


def fit_one_factor(covariance: ArrayLike) -> OneFactor | None:
    """Maximum-likelihood one-factor model of a covariance matrix, shape (k, k), k >= 3.

    Returns:
        OneFactor with loadings that sum to a positive number, or None where an item's unique variance runs to zero or the search
        does not settle.
    Notes:
        The likelihood is concentrated on the unique variances: given them the loadings are the leading eigenvector of
        U^-1/2 R U^-1/2. Source: Lawley and Maxwell (1971), Factor Analysis as a Statistical Method, chapter 4.
    """
    s = np.asarray(covariance, dtype=float)
    sd = np.sqrt(s.diagonal())
    r = s / np.outer(sd, sd)
    k = len(r)
    found = optimize.minimize(
        _misfit,
        np.full(k, 0.5),
        args=(r,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(MIN_UNIQUE, 1.0)] * k,
        options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 1000},
    )
    unique = np.asarray(found.x, dtype=float)
    slope = np.abs(np.asarray(found.jac))[unique < 1.0]
    if unique.min() < 1.01 * MIN_UNIQUE or slope.max(initial=0.0) > GRADIENT:
        return None
    loadings = _loadings(unique, r)
    return OneFactor(loadings * math.copysign(1.0, loadings.sum()) * sd, unique * sd**2)


def _misfit(unique: Floats, r: Floats) -> tuple[float, Floats]:
    """Discrepancy of the best one-factor model with these unique variances, and its gradient."""
    root = np.sqrt(unique)
    others = np.linalg.eigvalsh(r / np.outer(root, root))[:-1]
    value = float((others - np.log(np.maximum(others, 1e-300)) - 1.0).sum())
    loadings = _loadings(unique, r)
    gradient: Floats = (loadings**2 + unique - r.diagonal()) / unique**2
    return value, gradient


def _loadings(unique: Floats, r: Floats) -> Floats:
    """Loadings of the best one-factor model with these unique variances."""
    root = np.sqrt(unique)
    values, vectors = np.linalg.eigh(r / np.outer(root, root))
    loadings: Floats = root * vectors[:, -1] * math.sqrt(max(values[-1] - 1.0, 0.0))
    return loadings


def _influence(e: Floats, fitted: OneFactor) -> Floats:
    """What each row adds to (loadings, unique variances): the score of its deviations times the inverse information, (n, 2k)."""
    loadings, unique = fitted
    inverse = np.linalg.inv(np.outer(loadings, loadings) + np.diag(unique))
    weight = inverse @ loadings
    y = e @ inverse
    score = np.hstack([y * (y @ loadings)[:, None], y**2 / 2])
    across = inverse * weight
    information = np.block([[inverse * (loadings @ weight) + np.outer(weight, weight), across], [across.T, inverse**2 / 2]])
    solved: Floats = np.linalg.solve(information, (score - score.mean(axis=0)).T).T
    return solved


# Intervals with accounts as clusters


def complete_rows(ratings: ArrayLike, accounts: ArrayLike) -> tuple[Floats, Clusters]:
    """Rows without a gap, shape (n, k), and the number of each row's account, counted from 0."""
    x = np.asarray(ratings, dtype=float)
    x = x if x.ndim == 2 else x.reshape(-1, 1)
    kept = np.isfinite(x).all(axis=1)
    codes = np.unique(np.asarray(accounts).astype(str)[kept], return_inverse=True)[1]
    return x[kept], codes.astype(np.int64)


def clustered_se(influence: Floats, cluster: Clusters) -> tuple[float, float] | None:
    """Standard error of a mean of influences with accounts as clusters, and its degrees of freedom; None below three accounts.

    Notes:
        Each account's sum is divided by 1 - (its share of the rows): the delete-one-account jackknife of a mean. Degrees of
        freedom of a sum of unequal squares: G_eff - 1 with G_eff = (sum of sizes)^2 / (sum of squared sizes). Chosen by coverage
        among four candidates: docs/reference/benchmarks.md.
    """
    share = np.bincount(cluster) / len(cluster)
    if len(share) < MIN_CLUSTERS:
        return None
    totals = np.bincount(cluster, weights=influence) / len(cluster) / (1.0 - share)
    return float((totals**2).sum()) ** 0.5, max(float(1.0 / (share**2).sum()) - 1.0, 1.0)


def _with_interval(
    value: float, influence: Floats, cluster: Clusters, *, items: int, level: float, bound: float = 1.0
) -> Coefficient:
    """A coefficient with an interval from the scale of the logarithm of its distance from its bound.

    Args:
        value: the coefficient.
        influence: shape (n,); its mean over rows is what the rows' departures add to the coefficient.
        cluster: shape (n,), account numbers from 0.
        items: number of items behind it. level: confidence level.
        bound: 1 for a coefficient that cannot exceed one, 0 for a ratio above zero; no interval for a value on or beyond it.
    Notes:
        Source of the scale: Bonett (2002), Journal of Educational and Behavioral Statistics 27(4), 335-340.
    """
    low = high = None
    inside = value < bound if bound else value > bound
    if inside and (spread := clustered_se(influence, cluster)) is not None:
        se, df = spread
        distance, sign = abs(bound - value), -1.0 if bound else 1.0
        reach = t_quantile(level, df) * se / distance
        low, high = sorted(bound + sign * distance * float(np.exp(step)) for step in (-reach, reach))
    return Coefficient(value, low, high, len(cluster), len(np.bincount(cluster)), items)

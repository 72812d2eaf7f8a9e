"""How sure is a coefficient of consistency when the respondents of one account resemble each other?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuelib.stats.moments import Floats
from valuelib.stats.satterthwaite import t_quantile

FEWEST_CLUSTERS = 3  # with two accounts an interval would rest on one degree of freedom
FEWEST_ROWS = 10
# From here on every cell measured lies within 94-96 %; below, single ones lie a little under it (docs/reference/benchmarks.md).
HOLDS_FROM_ROWS, HOLDS_FROM_ACCOUNTS = 400, 100

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


def complete_rows(ratings: ArrayLike, accounts: ArrayLike) -> tuple[Floats, Clusters]:
    """Rows without a gap, shape (n, k), and the number of each row's account, counted from 0."""
    x = np.asarray(ratings, dtype=float)
    x = x if x.ndim == 2 else x.reshape(-1, 1)
    kept = np.isfinite(x).all(axis=1)
    codes = np.unique(np.asarray(accounts).astype(str)[kept], return_inverse=True)[1]
    return x[kept], codes.astype(np.int64)


def below_one(value: float, influence: Floats, cluster: Clusters, *, items: int, level: float) -> Coefficient:
    """A coefficient that cannot exceed one, with an interval from the scale log(1 - value).

    Args:
        value: the coefficient.
        influence: shape (n,); its mean over rows is what the rows' departures add to the coefficient.
        cluster: shape (n,), account numbers from 0.
        items: number of items behind it.
        level: confidence level.
    Notes:
        Source of the scale: Bonett (2002), Journal of Educational and Behavioral Statistics 27(4), 335-340.
    """
    limits = _on_scale(value, influence, cluster, level, sign=-1.0, start=1.0) if value < 1.0 else None
    low, high = limits or (None, None)
    return Coefficient(value, low, high, len(cluster), _count(cluster), items)


def above_zero(value: float, influence: Floats, cluster: Clusters, *, items: int, level: float) -> Coefficient:
    """A ratio above zero with an interval from the scale of its logarithm; arguments as of `below_one`."""
    limits = _on_scale(value, influence, cluster, level, sign=1.0, start=0.0) if value > 0.0 else None
    low, high = limits or (None, None)
    return Coefficient(value, low, high, len(cluster), _count(cluster), items)


def clustered_se(influence: Floats, cluster: Clusters) -> tuple[float, float] | None:
    """Standard error of a mean of influences with accounts as clusters, and its degrees of freedom; None below three accounts.

    Notes:
        Each account's sum is divided by 1 - (its share of the rows): the delete-one-account jackknife of a mean. Degrees of
        freedom of a sum of unequal squares: G_eff - 1 with G_eff = (sum of sizes)^2 / (sum of squared sizes). Chosen by coverage
        among four candidates: docs/reference/benchmarks.md.
    """
    if _count(cluster) < FEWEST_CLUSTERS:
        return None
    share = np.bincount(cluster) / len(cluster)
    totals = np.bincount(cluster, weights=influence) / len(cluster) / (1.0 - share)
    return float((totals**2).sum()) ** 0.5, max(float(1.0 / (share**2).sum()) - 1.0, 1.0)


def _on_scale(
    value: float, influence: Floats, cluster: Clusters, level: float, *, sign: float, start: float
) -> tuple[float, float] | None:
    """Limits start + sign * |start - value| * exp(-+ reach): the logarithm of the distance from `start`."""
    spread = clustered_se(influence, cluster)
    if spread is None:
        return None
    se, df = spread
    distance = abs(start - value)
    reach = t_quantile(level, df) * se / distance
    ends = [start + sign * distance * float(np.exp(step)) for step in (-reach, reach)]
    return min(ends), max(ends)


def _count(cluster: Clusters) -> int:
    return int(cluster.max(initial=-1)) + 1

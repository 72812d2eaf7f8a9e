"""Are two tiers told apart, or do answers to one predict the other as well as its own? The heterotrait-monotrait ratio (HTMT)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from valuelib.stats.coefficients import FEWEST_ROWS, Coefficient, above_zero
from valuelib.stats.moments import Floats

SOURCE = "Henseler, Ringle and Sarstedt (2015), Journal of the Academy of Marketing Science 43(1), 115-135"
NOT_APART = 0.9  # the published limit for concepts that are close in theory
HOLDS_FROM_ROWS = 2_000  # below, the interval is too narrow: 89-94 % were measured (docs/reference/benchmarks.md)


def estimate_htmt(left: ArrayLike, right: ArrayLike, accounts: ArrayLike, *, level: float = 0.95) -> Coefficient | None:
    """Mean correlation between the items of two tiers, over the geometric mean of the correlations inside each.

    Args:
        left: shape (n, k), ratings of one tier; gaps are allowed: each correlation uses the rows that have both answers.
        right: shape (n, m), ratings of the other; k and m at least two.
        accounts: shape (n,), the cluster of each row.
        level: confidence level of the interval.
    Returns:
        Coefficient with k + m items, or None with fewer than two items in a tier, a pair of items with fewer than ten common rows,
        an item without variation, or a tier whose own items do not correlate positively.
    """
    a, b = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    if min(a.shape[1], b.shape[1]) < 2:
        return None
    x = np.hstack([a, b])
    used = np.isfinite(x).any(axis=1)
    pairs = _pairs(a.shape[1], b.shape[1])
    found = [_correlations(x[used], those) for those in pairs]
    if any(one is None for one in found):
        return None
    (between, d_between), (inside, d_inside), (other, d_other) = [one for one in found if one is not None]
    if not (inside > 0 and other > 0):
        return None
    value = between / (inside * other) ** 0.5
    influence = d_between / (inside * other) ** 0.5 - value / 2 * (d_inside / inside + d_other / other)
    cluster = np.unique(np.asarray(accounts).astype(str)[used], return_inverse=True)[1].astype(np.int64)
    return above_zero(value, influence, cluster, items=x.shape[1], level=level)


def _pairs(k: int, m: int) -> tuple[list[tuple[int, int]], ...]:
    """Pairs of columns between the tiers, inside the first, and inside the second."""
    first, second = range(k), range(k, k + m)
    return (
        [(i, j) for i in first for j in second],
        [(i, j) for i in first for j in first if i < j],
        [(i, j) for i in second for j in second if i < j],
    )


def _correlations(x: Floats, pairs: list[tuple[int, int]]) -> tuple[float, Floats] | None:
    """Mean correlation of the pairs, and what each row adds to it."""
    total, influence = 0.0, np.zeros(len(x))
    for i, j in pairs:
        rows = np.isfinite(x[:, i]) & np.isfinite(x[:, j])
        pair = x[rows][:, [i, j]]
        if len(pair) < FEWEST_ROWS or not (pair.std(axis=0) > 0).all():
            return None
        z = (pair - pair.mean(axis=0)) / pair.std(axis=0)
        r = float((z[:, 0] * z[:, 1]).mean())
        total += r
        influence[rows] += (z[:, 0] * z[:, 1] - r * (z**2).sum(axis=1) / 2.0) * len(x) / len(pair)
    return total / len(pairs), influence / len(pairs)

"""How far do the items of a tier measure one thing? Cronbach's alpha with Feldt's interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

SOURCE = "Cronbach (1951), Psychometrika 16(3), 297-334; interval: Feldt (1965), Psychometrika 30(3), 357-370"
MIN_ROWS = 10


@dataclass(frozen=True, slots=True)
class Alpha:
    """Alpha with its interval; `n` complete rows of `items` items."""

    value: float
    low: float
    high: float
    n: int
    items: int


def estimate_alpha(ratings: ArrayLike, *, level: float = 0.95) -> Alpha | None:
    """Cronbach's alpha of a mean of ratings.

    Args:
        ratings: shape (n, k); rows with a missing rating are left out.
        level: confidence level of the interval, which treats rows as independent.
    Returns:
        Alpha, or None with fewer than two items, ten complete rows, or no variation in the sum.
    Notes:
        k / (k - 1) * (1 - sum of item variances / variance of the sum). Checked: tests/reference/alpha.R.
    """
    x = np.asarray(ratings, dtype=float)
    x = x[np.isfinite(x).all(axis=1)] if x.ndim == 2 else x.reshape(0, 0)
    n, k = x.shape
    if k < 2 or n < MIN_ROWS or not (total := float(x.sum(axis=1).var(ddof=1))) > 0:
        return None
    value = k / (k - 1) * (1 - float(x.var(axis=0, ddof=1).sum()) / total)
    tail = (1 - level) / 2
    f_low, f_high = (float(stats.f.ppf(q, n - 1, (n - 1) * (k - 1))) for q in (tail, 1 - tail))
    return Alpha(value, 1 - (1 - value) * f_high, 1 - (1 - value) * f_low, n, k)

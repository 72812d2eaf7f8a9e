"""By how much did something change from one survey to the next, or differ between two sides? Account by account."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from valuelib.stats.satterthwaite import t_quantile

FEWEST_PAIRS = 3
SOURCE = "paired t over accounts: Student (1908), Biometrika 6(1), 1-25"


@dataclass(frozen=True, slots=True)
class Paired:
    """Mean of later minus earlier (or one side minus the other) over accounts; `n` accounts, each counting once."""

    value: float
    se: float | None
    low: float | None
    high: float | None
    n: int
    within: float


def estimate_paired(first: ArrayLike, second: ArrayLike, *, level: float = 0.95, close: float = 1.0) -> Paired | None:
    """The mean difference second - first over accounts that have both, its t interval, and how many lie close together.

    Args:
        first, second: shape (accounts,), such as each account's mean in two waves, or by its customers and by the provider.
        level: confidence level.
        close: distance up to which two figures count as agreeing; `within` is the share of accounts that do.
    Returns:
        Paired; None without a single pair, no interval with fewer than three or without variation.
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    gap = (b - a)[np.isfinite(a) & np.isfinite(b)]
    if not len(gap):
        return None
    value, within, n = float(gap.mean()), float((np.abs(gap) <= close).mean()), len(gap)
    spread = float(gap.std(ddof=1)) if n >= FEWEST_PAIRS else 0.0
    if not spread > 0:
        return Paired(value, None, None, None, n, within)
    se = spread / n**0.5
    reach = t_quantile(level, n - 1) * se
    return Paired(value, se, value - reach, value + reach, n, within)

"""What does it cost to fail and what does it earn to exceed? Three levels of a rating, and the two steps between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from valuelib.stats.exposure import NEITHER, Codes
from valuelib.stats.means import Means
from valuelib.stats.moments import Floats
from valuelib.stats.satterthwaite import Working

LOW, MIDDLE, HIGH = 0, 1, 2
PENALTY, REWARD = (MIDDLE, LOW), (HIGH, MIDDLE)  # (comparison, baseline) of the two steps
LEVELS = ("low", "middle", "high")
FAILS_BELOW = 5.0  # the middle of 0-10: a rating below it says that more is wrong than right
SOURCE = (
    "Brandt (1987), penalty-reward contrast analysis; equivalence by two one-sided tests: Schuirmann (1987), "
    "Journal of Pharmacokinetics and Biopharmaceutics 15(6), 657-680"
)


@dataclass(frozen=True, slots=True, eq=False)
class PickedMeans:
    """Some groups of a joint estimate, in a new order; covariances and degrees of freedom stay those of the whole."""

    whole: Means
    picked: tuple[int, ...]

    @property
    def values(self) -> Floats:
        """Figures, shape (picked,)."""
        return self.whole.values[list(self.picked)]

    @property
    def cr2(self) -> Floats:
        """Covariance, shape (picked, picked)."""
        return self.whole.cr2[np.ix_(self.picked, self.picked)]

    @property
    def linearised(self) -> Floats:
        """Linearised covariance, shape (picked, picked)."""
        return self.whole.linearised[np.ix_(self.picked, self.picked)]

    @property
    def variance(self) -> Floats:
        """Variance of single answers, shape (picked,)."""
        return self.whole.variance[list(self.picked)]

    @property
    def n(self) -> NDArray[np.int64]:
        """Answers by group."""
        return self.whole.n[list(self.picked)]

    @property
    def n_accounts(self) -> NDArray[np.int64]:
        """Accounts by group."""
        return self.whole.n_accounts[list(self.picked)]

    def df(self, contrast: ArrayLike, working: Working = "rho") -> float:
        """Satterthwaite degrees of freedom of a contrast of the picked groups."""
        spread = np.zeros(len(self.whole.values))
        spread[list(self.picked)] = np.asarray(contrast, dtype=float)
        return self.whole.df(spread, working)


def by_levels(ratings: pd.Series, *, exceeds_at: float, fails_below: float = FAILS_BELOW) -> Codes:
    """Each rating's level: below `fails_below`, at or above `exceeds_at` (both 0-10), or between; missing in none.

    The cuts are fixed points of the scale rather than quantiles: a third of the customers is not failed because it is a third.
    """
    conditions = [ratings < min(fails_below, exceeds_at), ratings >= exceeds_at, ratings.notna()]
    return np.select([one.to_numpy(bool) for one in conditions], [LOW, HIGH, MIDDLE], NEITHER).astype(np.int64)


def by_promise(promise: pd.Series) -> Codes:
    """The promise below, met or exceeded (-1, 0, +1) as levels; missing in none."""
    conditions = [(promise == value).to_numpy(bool) for value in (-1, 0, 1)]
    return np.select(conditions, [LOW, MIDDLE, HIGH], NEITHER).astype(np.int64)


def is_inside(low: float, high: float, margin: float) -> bool:
    """Equivalence: both one-sided tests hold where the whole interval lies inside plus and minus the margin.

    The interval at `level` belongs to one-sided tests of (1 - level) / 2 each, the same that verdicts use.
    """
    return -margin < low and high < margin

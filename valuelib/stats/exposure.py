"""Rules that put each answer into a group: comparison, baseline or neither; or the low, middle or high level of a rating."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.int64]
COMPARISON, BASELINE, NEITHER = 0, 1, -1  # positions in the order (comparison, baseline) that contrasts use
ANSWERED = 0.5  # share of items a respondent must have rated for a mean or count of them
LOW, MIDDLE, HIGH = 0, 1, 2
PENALTY, REWARD = (MIDDLE, LOW), (HIGH, MIDDLE)  # (comparison, baseline) of the two steps
LEVELS = ("low", "middle", "high")
ROUNDING = 1e-9  # means that differ by less are one value, in whatever order their parts were added
FAILS_BELOW = 5.0  # the middle of 0-10: a rating below it says that more is wrong than right
SOURCE_LEVELS = (
    "Brandt (1987), penalty-reward contrast analysis; equivalence by two one-sided tests: Schuirmann (1987), "
    "Journal of Pharmacokinetics and Biopharmaceutics 15(6), 657-680"
)


def by_offering(offering: pd.Series) -> Codes:
    """What was bought, coded by the provider: 1 a higher-tier offering, 0 another one, missing in neither group.

    >>> by_offering(pd.Series([1, 0, None])).tolist()
    [0, 1, -1]
    """
    return _codes(offering == 1, offering == 0)


def by_delivered(higher: pd.DataFrame, *, threshold: float) -> Codes:
    """At least one higher-tier element rated at or above `threshold` (0-10); who rated none of them is in neither group."""
    rated = higher.notna().any(axis=1)
    met = (higher >= threshold).any(axis=1)
    return _codes(rated & met, rated & ~met)


def by_count(
    ratings: pd.DataFrame, *, threshold: float, comparison: tuple[int, int | None], baseline: tuple[int, int | None]
) -> Codes:
    """Number of elements rated at or above `threshold`; both bounds of a range belong to it, None is no upper end.

    Who rated fewer than half of the mapped elements is in neither group: a small count would then only mean few answers.
    """
    count = count_elements(ratings, threshold=threshold)
    inside = [(count >= low) & (count <= (np.inf if high is None else high)) for low, high in (comparison, baseline)]
    return _codes(*inside)


def by_relative(higher: pd.Series, lower: pd.Series) -> Codes:
    """Higher-tier mean above the respondent's own lower-tier mean; who lacks either mean is in neither group."""
    ahead = higher - lower
    return _codes(ahead > 0, ahead <= 0)


def by_split(values: pd.Series, *, at: float) -> Codes:
    """At or above a value against below it; missing in neither group."""
    return _codes(values >= at - ROUNDING, values < at - ROUNDING)


def by_cuts(values: pd.Series, *, above: float, below: float) -> Codes:
    """At or above one value against below another; what lies between, and missing, in neither group."""
    return _codes(values >= above, values < below)


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


def count_elements(ratings: pd.DataFrame, *, threshold: float) -> pd.Series:
    """Number of elements rated at or above `threshold`, missing where fewer than half were rated."""
    count = (ratings >= threshold).sum(axis=1).astype(float)
    return count.where(ratings.notna().mean(axis=1) >= ANSWERED)


def mean_rating(ratings: pd.DataFrame) -> pd.Series:
    """Mean of a respondent's ratings, 0-10; missing where fewer than half of the items were rated."""
    return ratings.mean(axis=1).where(ratings.notna().mean(axis=1) >= ANSWERED)


def others_mean(values: pd.Series, accounts: pd.Series) -> pd.Series:
    """Mean of the *other* answers of the same account, each counted alike; missing where no colleague has one.

    Args:
        values: shape (n,), such as each respondent's higher-tier mean.
    """
    by_account = values.groupby(accounts)
    total, n = by_account.transform("sum"), by_account.transform("count")
    own, has_own = values.fillna(0.0), values.notna().astype(int)
    colleagues = n - has_own
    return ((total - own) / colleagues.where(colleagues > 0)).astype(float)


def is_inside(low: float, high: float, margin: float) -> bool:
    """Equivalence: both one-sided tests hold where the whole interval lies inside plus and minus the margin.

    The interval at `level` belongs to one-sided tests of (1 - level) / 2 each, the same that verdicts use.
    """
    return -margin < low and high < margin


def _codes(comparison: pd.Series, baseline: pd.Series) -> Codes:
    return np.select([comparison.to_numpy(bool), baseline.to_numpy(bool)], [COMPARISON, BASELINE], NEITHER).astype(np.int64)

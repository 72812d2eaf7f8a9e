"""Who counts as receiving higher-tier value? The rules that put each answer into comparison, baseline or neither."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Codes = NDArray[np.int64]
COMPARISON, BASELINE, NEITHER = 0, 1, -1  # positions in the order (comparison, baseline) that contrasts use
ANSWERED = 0.5  # share of items a respondent must have rated for a mean or count of them


def by_offering(offering: pd.Series) -> Codes:
    """What was bought, coded by the provider: 1 a higher-tier offering, 0 another one, missing in neither group."""
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
    return _codes(_within(count, comparison), _within(count, baseline))


def by_relative(higher: pd.Series, lower: pd.Series) -> Codes:
    """Higher-tier mean above the respondent's own lower-tier mean; who lacks either mean is in neither group."""
    ahead = higher - lower
    return _codes(ahead > 0, ahead <= 0)


def by_split(values: pd.Series, *, at: float) -> Codes:
    """At or above a value against below it; missing in neither group."""
    return _codes(values >= at, values < at)


def by_cuts(values: pd.Series, *, above: float, below: float) -> Codes:
    """At or above one value against below another; what lies between, and missing, in neither group."""
    return _codes(values >= above, values < below)


def others_mean(values: pd.Series, accounts: pd.Series) -> pd.Series:
    """Mean of the *other* answers of the same account, each counted alike; missing where no colleague has one.

    Args:
        values: shape (n,), such as each respondent's higher-tier mean.
        accounts: shape (n,), the account of each.
    """
    by_account = values.groupby(accounts)
    total, n = by_account.transform("sum"), by_account.transform("count")
    own, has_own = values.fillna(0.0), values.notna().astype(int)
    colleagues = n - has_own
    return ((total - own) / colleagues.where(colleagues > 0)).astype(float)


def count_elements(ratings: pd.DataFrame, *, threshold: float) -> pd.Series:
    """Number of elements rated at or above `threshold`, missing where fewer than half were rated."""
    count = (ratings >= threshold).sum(axis=1).astype(float)
    return count.where(ratings.notna().mean(axis=1) >= ANSWERED)


def mean_rating(ratings: pd.DataFrame) -> pd.Series:
    """Mean of a respondent's ratings, 0-10; missing where fewer than half of the items were rated."""
    return ratings.mean(axis=1).where(ratings.notna().mean(axis=1) >= ANSWERED)


def _within(count: pd.Series, bounds: tuple[int, int | None]) -> pd.Series:
    low, high = bounds
    return (count >= low) & (count <= (np.inf if high is None else high))


def _codes(comparison: pd.Series, baseline: pd.Series) -> Codes:
    return np.select([comparison.to_numpy(bool), baseline.to_numpy(bool)], [COMPARISON, BASELINE], NEITHER).astype(np.int64)

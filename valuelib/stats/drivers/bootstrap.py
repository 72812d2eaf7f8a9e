"""How sure are shares and ranks? Whole accounts are drawn again, and everything is computed anew on each draw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from valuelib.stats.drivers.correlations import Answers, correlate, repair
from valuelib.stats.drivers.sweep import Floats

SOURCE = "account bootstrap, percentile interval: Davison and Hinkley (1997), Bootstrap Methods and their Application"
AT_ONCE = 20  # resamples decomposed together: enough to spread numpy's overhead, few enough for the cache

Statistic = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """Rank 1 is the largest share: the middle 95 % of ranks over resamples, and how often each stood among the first `top`."""

    low: Floats
    high: Floats
    top_share: Floats
    top: int


def estimate_once(answers: Answers, statistic: Statistic) -> Floats:
    """The statistic of the answers as they are, shape (k,)."""
    correlations, spreads = correlate(answers)
    found: Floats = statistic(repair(correlations[None]), spreads[None])[0]
    return found


def resample(answers: Answers, statistic: Statistic, replicates: int, rng: np.random.Generator) -> Floats:
    """The statistic on resamples of whole accounts.

    Args:
        answers: n rows, accounts coded 0 .. G - 1.
        statistic: takes repaired correlations (b, q + 1, q + 1) and relative spreads (b, q + 1), returns (b, k).
        replicates: how many resamples.
        rng: chance of this step.
    Returns:
        Shape (replicates, k).
    """
    accounts = int(answers.accounts.max()) + 1
    times = rng.multinomial(accounts, np.full(accounts, 1 / accounts), size=replicates)
    correlations, spreads = correlate(answers, times.astype(float))
    starts = range(0, replicates, AT_ONCE)
    return np.concatenate([statistic(repair(correlations[i : i + AT_ONCE]), spreads[i : i + AT_ONCE]) for i in starts])


def interval_of(resampled: Floats, level: float) -> tuple[Floats, Floats]:
    """Percentile interval of every column.

    Notes:
        Chosen by measurement (docs/reference/benchmarks.md): intervals with a correction for bias (basic, BC, shifted normal) miss
        more often with a dozen columns, and are not good enough with forty either; callers warn there.
    """
    tail = (1 - level) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail], axis=0)
    return low, high


def rank_columns(resampled: Floats, level: float, top: int) -> Ranks:
    """How stable the order of the columns is over resamples."""
    ranks = rankdata(-resampled, axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="closest_observation")
    return Ranks(low, high, (ranks <= top).mean(axis=0), top)

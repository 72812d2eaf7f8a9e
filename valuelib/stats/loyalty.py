"""A group's NPS, rate or mean with its interval: adjusted Wald on the effective number of clustered answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from valuelib.results import Group
from valuelib.stats.means import Means, t_quantile

Kind = Literal["nps", "rate", "mean"]
PSEUDO = {"nps": (3.0, 0.0, 1.5), "rate": (4.0, 2.0, 2.0)}  # answers added, their sum, their sum of squares
BOUNDS = {"nps": (-1.0, 1.0), "rate": (0.0, 1.0), "mean": (-np.inf, np.inf)}
SCALE = {"nps": 100.0, "rate": 100.0, "mean": 1.0}
SOURCE_NPS = "Rocks (2016), The American Statistician 70(4), 365-372, on n_eff"
SOURCE_RATE = "Agresti and Coull (1998), The American Statistician 52(2), 119-126, on n_eff"
SOURCE_MEAN = "Pustejovsky and Tipton (2018), JBES 36(4), 672-683"


def estimate_group(means: Means, index: int, *, kind: Kind, level: float = 0.95) -> Group:
    """One group's figure with its interval as a record for reports, NPS and rates in points; arguments as of `group_limits`.

    >>> from valuelib.stats.means import estimate_means
    >>> from valuelib.stats.totals import collect_totals
    >>> scores = [1, 1, 0, -1, 0, 1, 1, 0]
    >>> means = estimate_means(collect_totals(list("AABBCCDE"), [0] * 8, scores, groups=("all",)))
    >>> group = estimate_group(means, 0, kind="nps")
    >>> group.n, group.accounts, round(group.value, 1), round(group.ci_low, 1), round(group.ci_high, 1)
    (8, 5, 37.5, -54.2, 99.3)
    """
    limits, scale = group_limits(means, index, kind=kind, level=level), SCALE[kind]
    return Group(
        n=int(means.n[index]),
        accounts=int(means.n_accounts[index]),
        value=scale * limits.value,
        se=scale * limits.se,
        ci_low=scale * limits.low,
        ci_high=scale * limits.high,
    )


@dataclass(frozen=True, slots=True)
class Limits:
    """One figure in the outcome's own units (-1..1, 0..1 or scores) with its interval and degrees of freedom."""

    value: float
    se: float
    low: float
    high: float
    df: float
    n_eff: float


def group_limits(means: Means, index: int, *, kind: Kind, level: float = 0.95) -> Limits:
    """Interval of one group's figure under clustering.

    Args:
        means: group figures with CR2 covariance.
        index: which group.
        kind: `nps` for scores -1/0/+1, `rate` for 0/1, `mean` for anything else (plain t interval).
    Returns:
        Limits, held within what is possible. `se` is the CR2 standard error, while the interval of an NPS or a rate is the
        adjusted Wald one, so it is not value +- t se.
    Notes:
        n_eff = s^2 / V_CR2, never above n; then 3 pseudo-answers for an NPS (3/4 promoter, 3/4 detractor) and 4 for a rate; t with
        Satterthwaite df of the working model without correlation. A group without variation counts each cluster once.
    """
    value, variance, cr2 = float(means.values[index]), float(means.variance[index]), float(means.cr2[index, index])
    if cr2 > 0 and variance > 0:
        df = means.df(np.eye(len(means.values))[index], working="iid")
        n_eff = min(variance / cr2, float(means.n[index]))
    else:
        n_eff = float(means.n_clusters[index])
        df = max(n_eff - 1.0, 1.0)
    centre, spread = value, cr2**0.5
    if kind != "mean":
        added, total, squares = PSEUDO[kind]
        n = n_eff + added
        centre = (value * n_eff + total) / n
        spread = (max(((variance + value**2) * n_eff + squares) / n - centre**2, 0.0) / n) ** 0.5
    t, (low, high) = t_quantile(level, df), BOUNDS[kind]
    return Limits(value, cr2**0.5, max(centre - t * spread, low), min(centre + t * spread, high), df, n_eff)

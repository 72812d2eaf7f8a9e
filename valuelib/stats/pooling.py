"""Random effects over studies: the mean lift of several studies, how far they scatter, and what a further one may show.

Each study brings one estimate and its standard error. Studies differ by more than chance of sampling, so the true lifts are taken
to scatter around a mean with standard deviation tau; the interval of the mean and the prediction for a new study keep both apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from valuelib.stats.means import t_quantile
from valuelib.stats.totals import Floats

Method = Literal["REML", "DL"]
SOURCE_POOLING = (
    "REML: Viechtbauer (2005), JEBS 30(3), 261-293; interval: Hartung and Knapp (2001), Statistics in Medicine 20(24), "
    "3875-3889; prediction: Higgins, Thompson and Spiegelhalter (2009), JRSS A 172(1), 137-159"
)
MIN_STUDIES = 2
MIN_FOR_PREDICTION = 3
STEPS = 2000
SMALL = 1e-12  # of the typical variance: a step below it ends the search


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """The mean lift over `k` studies, how far studies scatter around it, and where a new study's true lift would lie.

    `low`, `high`: Hartung-Knapp at `df` = k - 1; `low_modified`, `high_modified` the same, never narrower than with q = 1.
    `tau` is the standard deviation of true lifts in the unit of the estimates, `tau_low`, `tau_high` its Q-profile interval.
    `q` and `q_p` are Cochran's test, `i2` the share of the scatter that is not chance of sampling. `new_low`, `new_high` are None
    below three studies. `weights` sum to 1.
    """

    k: int
    value: float
    se: float
    df: int
    low: float
    high: float
    low_modified: float
    high_modified: float
    tau: float
    tau_low: float
    tau_high: float
    q: float
    q_p: float
    i2: float
    new_low: float | None
    new_high: float | None
    level: float
    method: Method
    weights: tuple[float, ...]


def estimate_pooled(values: ArrayLike, ses: ArrayLike, *, level: float = 0.95) -> Pooled | None:
    """Mean of the studies' true lifts under random effects.

    Args:
        values: shape (k,), one estimate a study, all in one unit (points, or log ratios).
        ses: shape (k,), their standard errors, above zero; taken as known.
    Returns:
        Pooled, or None with fewer than two studies: one study is that study, not a pool.
    Raises:
        ValueError: shapes differ, a number is not finite, or a standard error is not above zero.
    Notes:
        w_i = 1 / (v_i + tau2), mu = sum w y / sum w; tau2 by REML (DerSimonian-Laird where its search does not end).
        Hartung-Knapp: SE2 = H / sum w with H = sum w (y - mu)^2 / (k - 1), t with k - 1 df; modified: max(1, H). Prediction:
        mu +- t(k - 2) sqrt(tau2 + 1 / sum w), the form of Higgins et al.; with H in it, or with k - 1 df (metafor's default), it
        held a new study's lift less often in simulations. I2 sets tau2 against the sampling variance of a typical study (Higgins
        and Thompson 2002). Checked: tests/reference/pooling.R.

    >>> pooled = estimate_pooled([12.0, 0.0, 9.0, 25.0], [4.0, 5.0, 4.5, 6.0])
    >>> round(pooled.value, 2), round(pooled.tau, 2), round(pooled.low, 2), round(pooled.high, 2)
    (11.13, 8.28, -4.72, 26.98)
    """
    y, se = np.atleast_1d(np.asarray(values, dtype=float)), np.atleast_1d(np.asarray(ses, dtype=float))
    if y.ndim != 1 or y.shape != se.shape:
        raise ValueError(f"Estimates {y.shape} and standard errors {se.shape} need one and the same shape (k,).")
    if not (np.isfinite(y).all() and np.isfinite(se).all() and (se > 0).all()):
        raise ValueError("Estimates must be finite, and standard errors finite and above zero.")
    v, k = se**2, len(y)
    if k < MIN_STUDIES:
        return None
    tau2, method = find_tau2(y, v)
    w, precision = 1 / (v + tau2), 1 / v
    mean = float(w @ y / w.sum())
    spread = float(w @ (y - mean) ** 2) / (k - 1)
    mean_se, t = math.sqrt(spread / w.sum()), t_quantile(level, k - 1)
    reach = t * math.sqrt(max(1.0, spread) / w.sum())
    q, (tau2_low, tau2_high) = cochran_q(y, v), profile_tau2(y, v, level=level)
    typical = float((k - 1) * precision.sum() / (precision.sum() ** 2 - precision @ precision))
    predicted = k >= MIN_FOR_PREDICTION
    new_reach = t_quantile(level, k - 2) * math.sqrt(tau2 + 1 / float(w.sum())) if predicted else math.inf
    return Pooled(
        k=k,
        value=mean,
        se=mean_se,
        df=k - 1,
        low=mean - t * mean_se,
        high=mean + t * mean_se,
        low_modified=mean - reach,
        high_modified=mean + reach,
        tau=math.sqrt(tau2),
        tau_low=math.sqrt(tau2_low),
        tau_high=math.sqrt(tau2_high),
        q=q,
        q_p=float(stats.chi2.sf(q, k - 1)),
        i2=tau2 / (tau2 + typical),
        new_low=mean - new_reach if predicted else None,
        new_high=mean + new_reach if predicted else None,
        level=level,
        method=method,
        weights=tuple((w / w.sum()).tolist()),
    )


@dataclass(frozen=True, slots=True)
class LogRatio:
    """The natural logarithm of a ratio of two rates with its standard error."""

    value: float
    se: float


def estimate_log_ratio(
    comparison: float, baseline: float, se_comparison: float, se_baseline: float, se_difference: float
) -> LogRatio | None:
    """Logarithm of comparison / baseline of two rates that may share clusters.

    Args:
        comparison, baseline: the two rates, in one unit (per cent or shares).
        se_comparison, se_baseline, se_difference: standard errors from one joint covariance matrix, in that unit.
    Returns:
        LogRatio, or None where a rate or a standard error is not above zero.
    Notes:
        The covariance is in the three standard errors: 2 cov = se_c^2 + se_b^2 - se_d^2. Delta method:
        var = se_c^2 / c^2 + se_b^2 / b^2 - 2 cov / (c b).
    """
    if min(comparison, baseline, se_comparison, se_baseline, se_difference) <= 0:
        return None
    twice_cov = se_comparison**2 + se_baseline**2 - se_difference**2
    variance = (se_comparison / comparison) ** 2 + (se_baseline / baseline) ** 2 - twice_cov / (comparison * baseline)
    return LogRatio(math.log(comparison / baseline), math.sqrt(variance)) if variance > 0 else None


def find_tau2(y: Floats, v: Floats) -> tuple[float, Method]:
    """Variance of the true lifts by REML, or by DerSimonian-Laird where REML's search does not end.

    Args:
        y: shape (k,), the estimates. v: shape (k,), their sampling variances.
    Notes:
        The REML score is s(tau2) = (y'PPy - tr P) / 2 with P = W - W11'W / sum w; Fisher scoring steps by 2 s / tr(PP), halved
        while it would pass zero, and ends at the boundary where the score there is not above zero.
    """
    w, typical = 1 / v, float(np.mean(v))
    start = tau2 = max(0.0, float((cochran_q(y, v) - (len(y) - 1)) / (w.sum() - w @ w / w.sum())))  # DerSimonian-Laird
    for _ in range(STEPS):
        step = max(_score_step(tau2, y, v), -tau2)
        tau2 += step
        if abs(step) <= SMALL * (typical + tau2):
            return max(tau2, 0.0), "REML"
    return start, "DL"


def cochran_q(y: Floats, v: Floats, tau2: float = 0.0) -> float:
    """Weighted scatter around the weighted mean; chi-squared with k - 1 df where tau2 is the true one."""
    w = 1 / (v + tau2)
    return float(w @ (y - w @ y / w.sum()) ** 2)


def profile_tau2(y: Floats, v: Floats, *, level: float = 0.95) -> tuple[float, float]:
    """Q-profile interval of tau2: every value at which the scatter is no surprise; its ends are never below zero.

    Notes:
        Viechtbauer (2007), Statistics in Medicine 26(1), 37-52: Q(tau2) falls, and is set equal to chi-squared quantiles.
    """
    high_quantile, low_quantile = (float(stats.chi2.ppf(p, len(y) - 1)) for p in ((1 + level) / 2, (1 - level) / 2))
    return _root_of(lambda at: cochran_q(y, v, at) - high_quantile, y), _root_of(lambda at: cochran_q(y, v, at) - low_quantile, y)


def _score_step(tau2: float, y: Floats, v: Floats) -> float:
    """One step of Fisher scoring on the restricted likelihood, written with sums only."""
    w = 1 / (v + tau2)
    total, squares = w.sum(), w @ w
    e = y - w @ y / total
    scatter = w**2 @ e**2
    trace = total - squares / total
    information = squares - 2 * (w**3).sum() / total + (squares / total) ** 2
    return float((scatter - trace) / information)


def _root_of(falling: Callable[[float], float], y: Floats) -> float:
    """Where a falling function of tau2 crosses zero, or 0 where it starts below."""
    if falling(0.0) <= 0:
        return 0.0
    upper = float(np.ptp(y)) ** 2
    while falling(upper) > 0:
        upper *= 2
    return float(optimize.brentq(falling, 0.0, upper, xtol=1e-14 * upper, rtol=1e-14))

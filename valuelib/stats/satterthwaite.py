"""How many degrees of freedom does a cluster-robust variance have?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit  # the quantile that scipy.stats.t.ppf wraps, at a fraction of its cost

Floats = NDArray[np.float64]
Working = Literal["rho", "iid"]
RHO_MAX = 0.9
# Fewer, and the t approximation does not hold its level: Tipton (2015), Psychological Methods 20(3), 375-393.
FEWEST_DF = 4.0


@dataclass(frozen=True, slots=True)
class WorkingModel:
    """The covariance assumed for the degrees of freedom only: a standard deviation per group, one correlation per account.

    `iid` (every sd one, no correlation) is what clubSandwich assumes; `rho` holds its level better in small clustered samples
    (docs/explanation/statistics.md).
    """

    sd: Floats
    rho: float


def t_quantile(level: float, df: float) -> float:
    """Two-sided Student quantile: `level` of the distribution lies within plus and minus it."""
    return float(stdtrit(df, (1 + level) / 2))


def common_correlation(sum_e: Floats, sum_ee: Floats, size: Floats) -> float:
    """Correlation of two answers of one account, from residuals standardised by group.

    Args:
        sum_e: shape (accounts,), sum of the account's residuals.
        sum_ee: shape (accounts,), sum of their squares.
        size: shape (accounts,), number of answers.
    Returns:
        (sum of products over pairs) / (number of pairs) / (mean square), held within 0..0.9; 0 where no account has a pair.
    """
    pairs = float((size * (size - 1)).sum())
    square = float(sum_ee.sum())
    if pairs <= 0 or square <= 0:
        return 0.0
    return float(np.clip((sum_e**2 - sum_ee).sum() / pairs / (square / size.sum()), 0.0, RHO_MAX))


def satterthwaite_df(d: Floats, a: Floats, b: Floats, omega: Floats) -> float:
    """Degrees of freedom (tr P)^2 / tr(P^2) of a sum of squared linear forms, one per account.

    P = diag(d) - a b' - b a' + b omega b' is the accounts x accounts covariance of the linear forms under the working model; it
    is never formed, since P - diag(d) has rank 2 p.

    Args:
        d: shape (accounts,), variance of the form with the answers' own errors.
        a: shape (p, accounts), covariance of those errors with the coefficients' scores.
        b: shape (p, accounts), what the estimated coefficients take off each form.
        omega: shape (p, p), working variance of the scores.
    Returns:
        Degrees of freedom, at least 1.
    Notes:
        Source: Bell and McCaffrey (2002), Survey Methodology 28(2), 169-181; Pustejovsky and Tipton (2018), JBES 36(4), 672-683.
    """
    p = omega.shape[0]
    own = -2.0 * (a * b).sum(axis=0) + ((omega @ b) * b).sum(axis=0)
    u = np.concatenate([a, b])
    kernel = np.zeros((2 * p, 2 * p))
    kernel[:p, p:] = kernel[p:, :p] = -np.eye(p)
    kernel[p:, p:] = omega
    kq = kernel @ (u @ u.T)
    trace = float((d + own).sum())
    trace_of_square = float(d @ (d + 2.0 * own) + np.trace(kq @ kq))
    return max(trace * trace / trace_of_square, 1.0) if trace_of_square > 0 else 1.0

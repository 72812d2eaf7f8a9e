"""How strong would something unmeasured have to be, in order to make an adjusted lift vanish?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from valuelib.errors import ResultError
from valuelib.stats.moments import Floats, Moments

SOURCE_ROBUSTNESS = "Cinelli and Hazlett (2020), JRSS B 82(1), 39-67"
SOURCE_E_VALUE = "VanderWeele and Ding (2017), Annals of Internal Medicine 167(4), 268-274"
RISK_RATIO_PER_SD = 0.91  # log risk ratio of one SD of a continuous outcome, in the paper's appendix


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a hidden cause as strong as one observed control would do.

    `r2_exposure`, `r2_outcome`: partial R2 that it would have with exposure and outcome, 0..1. `left`: the lift it would leave.
    """

    name: str
    r2_exposure: float
    r2_outcome: float
    left: float


@dataclass(frozen=True, slots=True)
class RobustnessValue:
    """Share of the residual variance of both exposure and outcome that something hidden must explain, 0..1.

    `value` brings the estimate to zero, `limit` brings the near end of its interval to zero (0 where it is there already).
    """

    value: float
    limit: float


def robustness_value(moments: Moments, lift: float, near_limit: float) -> RobustnessValue:
    """Robustness value of the lift of a two-group model with controls.

    Args:
        moments: totals of (comparison, baseline) with the controls of the model.
        lift: the adjusted lift, in the outcome's units. near_limit: the end of its interval nearer to zero.
    Returns:
        RobustnessValue: (sqrt(f^4 + 4 f^2) - f^2) / 2 with Cohen's partial f of exposure and outcome; for the limit f shrinks in
        proportion, which takes the clustered standard error as it is.
    Raises:
        ResultError: exposure and controls are linearly dependent.
    """
    f = _partial_f(moments)
    kept = near_limit / lift if lift != 0 and near_limit * lift > 0 else 0.0
    return RobustnessValue(_from_f(f), _from_f(f * min(kept, 1.0)))


def benchmark_hidden(moments: Moments, lift: float, blocks: Mapping[str, Sequence[str]]) -> tuple[Hidden, ...]:
    """What would be left of the lift if something hidden were as strong as each control.

    Args:
        moments: totals of (comparison, baseline) with controls.
        lift: the adjusted lift, in the outcome's units.
        blocks: columns of `moments` by the name of the control they stand for (a covariate with levels has several).
    Returns:
        One Hidden for each: strength once that of the control, in the direction that takes the lift away.
    Notes:
        Bounds of section 4.4 of the paper with k_D = k_Y = 1; the bias is sqrt(R2_y R2_d / (1 - R2_d)) times the ratio of the
        residual standard deviations of outcome and exposure.
    """
    names, cross = _centred(moments)
    y, everything = len(names) - 1, range(1, len(names) - 1)
    sd_ratio = (_left(cross, y, [0, *everything]) / _left(cross, 0, everything)) ** 0.5
    found = []
    for name, columns in blocks.items():
        rest = [place for place in everything if names[place] not in columns]
        r2_d = 1 - _left(cross, 0, everything) / _left(cross, 0, rest)
        r2_y = 1 - _left(cross, y, [0, *everything]) / _left(cross, y, [0, *rest])
        hidden_d, hidden_y = _bounds(r2_d, r2_y)
        if hidden_d < 1:
            bias = (hidden_y * hidden_d / (1 - hidden_d)) ** 0.5 * sd_ratio
            found.append(Hidden(name, hidden_d, hidden_y, float(lift - np.sign(lift) * bias)))
    return tuple(found)


def e_value(risk_ratio: float) -> float:
    """Risk ratio that something hidden must have with both exposure and outcome to explain a risk ratio away; 1 for none.

    >>> round(e_value(3.9), 2)
    7.26
    """
    ratio = risk_ratio if risk_ratio >= 1 else 1 / risk_ratio
    return float(ratio + (ratio * (ratio - 1)) ** 0.5)


def risk_ratio_of_difference(lift: float, sd: float) -> float:
    """The risk ratio that stands for a difference of means, for E-values of outcomes that are no shares: exp(0.91 d)."""
    return float(np.exp(RISK_RATIO_PER_SD * lift / sd))


def _partial_f(moments: Moments) -> float:
    names, cross = _centred(moments)
    y, controls = len(names) - 1, range(1, len(names) - 1)
    unexplained = _left(cross, y, [0, *controls]) / _left(cross, y, controls)
    return float((1 / unexplained - 1) ** 0.5) if unexplained > 0 else np.inf


def _from_f(f: float) -> float:
    return 1.0 if not np.isfinite(f) else 0.5 * ((f**4 + 4 * f**2) ** 0.5 - f**2)


def _bounds(r2_d: float, r2_y: float) -> tuple[float, float]:
    """Partial R2 with exposure and outcome of something hidden once as strong as the observed control."""
    hidden_d = r2_d / (1 - r2_d)
    shared = r2_d**2 / ((1 - r2_d) * (1 - r2_d))
    if shared >= 1 or hidden_d >= 1:
        return 1.0, 1.0
    hidden_y = ((1 + shared**0.5) / (1 - shared) ** 0.5) ** 2 * r2_y / (1 - r2_y)
    return hidden_d, min(hidden_y, 1.0)


def _left(cross: Floats, target: int, given: Iterable[int]) -> float:
    """Sum of squares of one column that the given ones leave unexplained."""
    rest = list(given)
    explained = cross[target, rest] @ np.linalg.solve(cross[np.ix_(rest, rest)], cross[rest, target]) if rest else 0.0
    return max(float(cross[target, target] - explained), 0.0)


def _centred(moments: Moments) -> tuple[list[str], Floats]:
    """Weighted cross-products of (exposure, controls, outcome) about their means."""
    names = ["exposure", *moments.columns[1:-1], "y"]
    sums = moments.totals[1].sum(axis=3)  # (columns, columns, groups)
    whole, treated = sums.sum(axis=2), sums[:, :, 0]
    q = len(names)
    cross, total = np.zeros((q, q)), np.zeros(q)
    cross[1:, 1:], total[1:] = whole[1:, 1:], whole[0, 1:]
    cross[0, 0] = total[0] = treated[0, 0]
    cross[0, 1:] = cross[1:, 0] = treated[0, 1:]
    cross -= np.outer(total, total) / whole[0, 0]
    if np.linalg.matrix_rank(cross[:-1, :-1], tol=1e-10 * np.abs(cross).max()) < q - 1:
        raise ResultError("Exposure and controls are linearly dependent.")
    return names, cross

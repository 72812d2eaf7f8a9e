"""What lift is left if both the inclination to be exposed and the outcome are modelled? Cross-fitted AIPW, accounts kept whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GroupKFold

from valuelib.errors import ResultError
from valuelib.stats.moments import Floats

FOLDS = 5
FEWEST_PER_ARM = 10
PROPENSITY = (0.02, 0.98)  # an answer counts at most fifty times
SOURCE = "Robins, Rotnitzky and Zhao (1994), JASA 89(427); cross-fitting: Chernozhukov et al. (2018), Econometrics Journal 21(1)"


@dataclass(frozen=True, slots=True)
class DoublyRobust:
    """Mean outcome if everybody, or nobody, were exposed, and the difference with its clustered standard error."""

    comparison: float
    baseline: float
    lift: float
    se: float
    df: float


def estimate_aipw(
    outcome: ArrayLike, exposed: ArrayLike, controls: ArrayLike, accounts: ArrayLike, *, weights: ArrayLike | None = None
) -> DoublyRobust:
    """Augmented inverse-probability weighting, each account predicted from the others.

    Args:
        outcome: shape (n,). exposed: shape (n,), 0 or 1. controls: shape (n, k). accounts: shape (n,). No gaps.
        weights: shape (n,), positive; None weighs each answer alike.
    Returns:
        DoublyRobust in the outcome's units; df = accounts - 1.
    Raises:
        ResultError: fewer than five accounts, or a training fold with hardly anybody in one group.
    Notes:
        Logistic propensity (ridge penalty 1), linear outcome in each group; folds keep accounts whole and depend on nothing but the
        accounts' sizes and order.
    """
    y, t = np.asarray(outcome, dtype=float), np.asarray(exposed, dtype=int)
    x, w = np.asarray(controls, dtype=float), np.ones(len(y)) if weights is None else np.asarray(weights, dtype=float)
    w = w / w.mean()  # the ridge of the propensity model would otherwise hang on the weights' scale
    _, account = np.unique(np.asarray(accounts).astype(str), return_inverse=True)
    clusters = int(account.max()) + 1 if len(account) else 0
    if clusters < FOLDS:
        raise ResultError(f"Cross-fitting needs at least {FOLDS} accounts.")
    high, low = _augmented(y, t, x, w, account)
    share = w / w.sum()
    means = float(share @ high), float(share @ low)
    lift = means[0] - means[1]
    by_account = np.bincount(account, weights=share * (high - low - lift))
    se = float((by_account**2).sum() * clusters / (clusters - 1)) ** 0.5
    return DoublyRobust(*means, lift, se, float(clusters - 1))


def _augmented(y: Floats, t: NDArray[np.int64], x: Floats, w: Floats, account: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Each answer's augmented outcome under exposure and without it."""
    high, low = np.empty_like(y), np.empty_like(y)
    for train, test in GroupKFold(FOLDS).split(x, groups=account):
        if min(np.bincount(t[train], minlength=2)) < FEWEST_PER_ARM:
            raise ResultError("A group is too small for cross-fitting.")
        inclined = LogisticRegression().fit(x[train], t[train], sample_weight=w[train])
        p = np.clip(inclined.predict_proba(x[test])[:, 1], *PROPENSITY)
        for arm, held, chance in ((1, high, p), (0, low, 1 - p)):
            own = train[t[train] == arm]
            predicted = LinearRegression().fit(x[own], y[own], sample_weight=w[own]).predict(x[test])
            held[test] = predicted + (t[test] == arm) * (y[test] - predicted) / chance
    return high, low

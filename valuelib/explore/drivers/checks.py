"""Do other decompositions say the same, and does the fit hold on accounts it has not seen?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import spearmanr
from sklearn.model_selection import GroupKFold

from valuelib.explore.drivers.data import DriverData
from valuelib.stats.drivers.correlations import Answers, correlate, repair
from valuelib.stats.drivers.johnson import divide_johnson
from valuelib.stats.drivers.lmg import MOST_PLAYERS, divide_flat
from valuelib.stats.drivers.sweep import Floats

FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One category's share of R2 in per cent by three decompositions.

    `pyramid` lets tiers enter whole; `flat` treats all categories as equal players; `johnson` adds up relative weights of elements.
    """

    key: str
    pyramid: float
    flat: float
    johnson: float


def check_drivers(data: DriverData, shares: Floats) -> tuple[tuple[Check, ...], dict[str, float]]:
    """The same R2 divided without the pyramid.

    Args:
        data: the answers.
        shares: the pyramid's shares of the elements, shape (q,), adding up to R2.
    Returns:
        Categories by three decompositions, and rank correlations of the elements' shares with those of other methods: `johnson`,
        and `lmg` where the elements are few enough to be divided flatly.
    """
    correlations = repair(correlate(data.answers)[0][None])[0]
    johnson = divide_johnson(correlations)
    groups = data.category_columns
    rows = (
        [shares[at].sum() for at in groups],
        divide_flat(correlations, groups),
        [johnson[at].sum() for at in groups],
    )
    percent = [100 * np.asarray(row) / max(float(np.sum(row)), np.finfo(float).tiny) for row in rows]
    checks = tuple(
        Check(key=key, pyramid=float(a), flat=float(b), johnson=float(c))
        for key, a, b, c in zip(data.category_keys, *percent, strict=True)
    )
    agreement = {"johnson": _rank_correlation(shares, johnson)}
    if len(data.keys) <= MOST_PLAYERS:
        agreement["lmg"] = _rank_correlation(shares, divide_flat(correlations))
    return checks, agreement


def cross_validate(answers: Answers) -> float:
    """R2 on accounts that the fit has not seen, in five folds; below zero where the fit predicts worse than the mean.

    A missing rating of a left-out respondent is replaced by the mean of that respondent's other standardised ratings.
    """
    x, y, w = _filled(answers), answers.z[:, -1], answers.weights
    error = total = 0.0
    for train, test in GroupKFold(FOLDS).split(x, y, answers.accounts):
        times = np.zeros((1, int(answers.accounts.max()) + 1))
        times[0, answers.accounts[train]] = 1
        correlations, spreads = (found[0] for found in correlate(answers, times))
        matrix = repair(correlations[None])[0]
        slopes = np.linalg.pinv(matrix[:-1, :-1], rcond=1e-9, hermitian=True) @ matrix[:-1, -1] * spreads[-1]
        scale = np.where(spreads[:-1] > 0, spreads[:-1], 1.0)
        centre = np.average(x[train], axis=0, weights=w[train])
        middle = float(np.average(y[train], weights=w[train]))
        predicted = middle + ((x[test] - centre) / scale) @ slopes
        error += float(w[test] @ (y[test] - predicted) ** 2)
        total += float(w[test] @ (y[test] - middle) ** 2)
    return 1 - error / total


def _filled(answers: Answers) -> Floats:
    x, here = answers.z[:, :-1], answers.present[:, :-1]
    own = x.sum(axis=1) / here.sum(axis=1)
    return np.where(here > 0, x, own[:, None])


def _rank_correlation(one: Floats, other: Floats) -> float:
    return float(spearmanr(one, other).statistic)

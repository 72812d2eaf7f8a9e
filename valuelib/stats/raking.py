"""Weights under which those who answered have the population's shares: iterative proportional fitting, with a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuelib.stats.totals import Floats

CLOSE, MOST_STEPS, MOST_ROUNDS = 1e-10, 10_000, 50
LIMIT = 5.0  # times the mean weight


@dataclass(frozen=True, slots=True, eq=False)
class Raked:
    """Weights with mean one.

    Attributes:
        weight: shape (n,).
        trimmed: how many were cut to the limit.
        off: the largest difference left between a stratum's weighted share and the population's.
    """

    weight: Floats
    trimmed: int
    off: float

    @property
    def design_effect(self) -> float:
        """By how much unequal weights alone inflate the variance of a mean.

        Notes:
            Source: Kish (1965), Survey Sampling, section 11.7.
        """
        return design_effect(self.weight)


def design_effect(weights: ArrayLike) -> float:
    """n times the sum of squares over the square of the sum.

    >>> design_effect([1, 1, 1]), design_effect([1, 3])
    (1.0, 1.25)
    """
    w = np.asarray(weights, dtype=float)
    return float(len(w) * np.sum(w**2) / np.sum(w) ** 2)


def rake(strata: Sequence[ArrayLike], shares: Sequence[ArrayLike], base: ArrayLike | None = None, *, limit: float = LIMIT) -> Raked:
    """Fit weights to several margins in turn until all hold, cut those above the limit, and fit again.

    Args:
        strata: for each margin, shape (n,): the place of each unit's stratum in `shares`. Every stratum with a share has a unit.
        shares: for each margin, the population's share of each stratum, above 0 and with sum one.
        base: shape (n,), weights to begin with; alike by default.
        limit: largest weight, times the mean weight; margins that cannot be met under it are met as nearly as cutting lets them.

    Notes:
        Source: Deming and Stephan (1940), Annals of Mathematical Statistics 11(4), 427-444.

    >>> raked = rake([[0, 0, 0, 1]], [[0.5, 0.5]])
    >>> raked.weight.round(3).tolist(), round(raked.design_effect, 3)
    ([0.667, 0.667, 0.667, 2.0], 1.333)
    """
    codes = [np.asarray(one, dtype=np.int64) for one in strata]
    targets = [np.asarray(one, dtype=float) for one in shares]
    weight = np.ones(len(codes[0])) if base is None else np.asarray(base, dtype=float)
    for _ in range(MOST_ROUNDS):
        weight = _fit(weight / weight.mean(), codes, targets)
        if weight.max() <= limit * (1 + CLOSE):
            break
        weight = _cut(weight, limit)
    return Raked(weight=weight, trimmed=int((weight > limit * (1 - CLOSE)).sum()), off=_off(weight, codes, targets))


def _cut(weight: Floats, limit: float) -> Floats:
    """Weights with mean one, none above the limit; the others share out what is cut."""
    at = np.zeros(len(weight), dtype=bool)
    while True:
        room = len(weight) - limit * at.sum()
        cut: Floats = np.where(at, limit, weight * room / weight[~at].sum())
        if not (more := cut > limit).any():
            return cut
        at |= more


def _fit(weight: Floats, codes: Sequence[NDArray[np.int64]], targets: Sequence[Floats]) -> Floats:
    """The weights, with mean one, after as many rounds over the margins as bring them to hold."""
    for _ in range(MOST_STEPS):
        for code, target in zip(codes, targets, strict=True):
            held = np.bincount(code, weight, minlength=len(target)) / len(weight)
            weight = weight * np.divide(target, held, out=np.zeros_like(target), where=held > 0)[code]
        if _off(weight, codes, targets) < CLOSE:
            break
    return weight


def _off(weight: Floats, codes: Sequence[NDArray[np.int64]], targets: Sequence[Floats]) -> float:
    return max(
        float(np.max(np.abs(np.bincount(code, weight, minlength=len(target)) / weight.sum() - target)))
        for code, target in zip(codes, targets, strict=True)
    )

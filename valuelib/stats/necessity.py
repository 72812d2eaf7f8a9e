"""Necessary Condition Analysis: is there no high outcome without the condition, and how large is the empty corner?

The corner of low condition and high outcome is bounded by a ceiling, the highest outcome seen up to each level of the condition.
CE-FDH is that step function (free disposal hull); CR-FDH is the least-squares line through the upper left corners of its steps, and
a few points may lie above it. The effect size d is the share of the *scope*, the rectangle between the lowest and highest values
seen, that lies above the ceiling.

Two unrelated variables leave a corner empty, too, and more of it the fewer the points: d is tested against the d of permuted
conditions. Nor does a corner that chance does not explain tell of a necessity: whatever rises together leaves it empty.
`rising_together` draws what mere correlation shows with the same values on both axes.

Source: Dul (2016), Organizational Research Methods 19(1), 10-52; the test: Dul, van der Laan and Kuik (2020), Organizational
Research Methods 23(2), 385-395.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]
Ceiling = Literal["ce_fdh", "cr_fdh"]
CEILINGS: tuple[Ceiling, ...] = ("ce_fdh", "cr_fdh")
SMALLEST_EFFECT = 0.1  # Dul (2016): below it an effect is small
PERMUTATIONS = 1000
SAME = 1e-9  # of the scope, above a ceiling: no more than rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Necessity:
    """One condition under one ceiling.

    `effect` is d, `zone` the area above the ceiling and `scope` all of it, `accuracy` the share of points on or below the ceiling;
    `slope` and `intercept` are those of CR-FDH, None of a step function or where the ceiling has one step only. `chance` holds d of
    the permuted data and `p_value` how often it is as large, the data themselves counted once.
    """

    ceiling: Ceiling
    effect: float
    zone: float
    scope: tuple[float, float, float, float]
    accuracy: float
    n: int
    p_value: float
    chance: tuple[float, ...] = ()
    slope: float | None = None
    intercept: float | None = None

    def required(self, outcome: float, steps: tuple[tuple[float, float], ...] = ()) -> float | None:
        """The level of the condition without which this outcome is not seen; None where the lowest one seen is enough.

        Args:
            outcome: a level of the outcome.
            steps: corners of the step function (`find_peers`), which CE-FDH reads it from.
        """
        x_low, x_high, _, _ = self.scope
        if self.ceiling == "ce_fdh":
            level = next((x for x, y in steps if y >= outcome - SAME), x_high)
        elif self.slope is None or self.intercept is None or self.slope <= 0:
            return None
        else:
            level = min((outcome - self.intercept) / self.slope, x_high)
        return level if level > x_low + SAME else None


def estimate_necessity(
    condition: Floats, outcome: Floats, *, seed: int, permutations: int = PERMUTATIONS
) -> tuple[Necessity, ...] | None:
    """Both ceilings over one point an account, with their permutation tests; None where one of the two does not vary.

    One permutation serves both ceilings. A condition or outcome at an end of its scale is a value as any other: the scope is that
    of the values seen. Equal conditions are one level of the ceiling, that of the highest outcome among them.

    Args:
        condition, outcome: one finite value each for every independent unit; rows of one account are first made one point.
        seed: of the permutations.
        permutations: how many.
    """
    x, y = (np.asarray(one, dtype=np.float64) for one in (condition, outcome))
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    scope = (float(x.min()), float(x.max()), float(y.min()), float(y.max()))
    order = np.argsort(x, kind="stable")
    draws = np.random.default_rng(seed).permuted(np.broadcast_to(y, (permutations, len(y))), axis=1)
    by_chance = effects(x[order], draws)
    peers = np.array(find_peers(x, y))
    line = _line(peers)
    found = []
    for ceiling, seen in zip(CEILINGS, effects(x[order], y[order][None, :]), strict=True):
        effect, chance = float(seen[0]), by_chance[CEILINGS.index(ceiling)]
        slope, intercept = line if ceiling == "cr_fdh" and line is not None else (None, None)
        above = 0
        if slope is not None and intercept is not None:
            above = int((y > intercept + slope * x + SAME * (scope[3] - scope[2])).sum())
        found.append(
            Necessity(
                ceiling=ceiling,
                effect=effect,
                zone=effect * (scope[1] - scope[0]) * (scope[3] - scope[2]),
                scope=scope,
                accuracy=1 - above / len(x),
                n=len(x),
                p_value=float((1 + (chance >= effect - SAME).sum()) / (1 + permutations)),
                chance=tuple(np.sort(chance).tolist()),
                slope=slope,
                intercept=intercept,
            )
        )
    return tuple(found)


def find_peers(condition: Floats, outcome: Floats) -> tuple[tuple[float, float], ...]:
    """The upper left corners of the step function, from the lowest condition upwards: points with a higher outcome than all before.

    A point that stands there twice is one corner.

    >>> find_peers(np.array([1.0, 1.0, 2.0, 3.0]), np.array([1.0, 2.0, 2.0, 4.0]))
    ((1.0, 2.0), (3.0, 4.0))
    """
    order = np.lexsort((-outcome, condition))
    corners: list[tuple[float, float]] = []
    for x, y in zip(condition[order].tolist(), outcome[order].tolist(), strict=True):
        if not corners or y > corners[-1][1]:
            corners.append((x, y))
    return tuple(corners)


def _line(peers: Floats) -> tuple[float, float] | None:
    """Slope and intercept of least squares through the corners; None where there is one only."""
    if len(peers) < 2:
        return None
    x, y = peers.T
    slope = float((x - x.mean()) @ (y - y.mean()) / ((x - x.mean()) @ (x - x.mean())))
    return slope, float(y.mean() - slope * x.mean())


def effects(condition: Floats, outcomes: Floats) -> tuple[Floats, Floats]:
    """d under CE-FDH and under CR-FDH for each row of outcomes.

    Args:
        condition: shape (n,), ascending.
        outcomes: shape (draws, n), each row in the order of the condition.
    """
    starts = np.flatnonzero(np.r_[True, np.diff(condition) > 0])
    x = condition[starts]  # levels of the condition, with the highest outcome of each
    y = np.maximum.reduceat(outcomes, starts, axis=1)
    top, low = outcomes.max(axis=1), outcomes.min(axis=1)
    hull = np.maximum.accumulate(y, axis=1)
    wide, high = x[-1] - x[0], (top - low)
    scope = wide * high
    ce = ((top[:, None] - hull[:, :-1]) * np.diff(x)).sum(axis=1) / scope
    # The corners, as weights of a least-squares line a row.
    corner = np.concatenate([np.ones((len(y), 1)), (hull[:, 1:] > hull[:, :-1])], axis=1)
    n = corner.sum(axis=1)
    mean_x, mean_y = (corner @ x) / n, (corner * y).sum(axis=1) / n
    off = corner * (x - mean_x[:, None])
    spread = (off * (x - mean_x[:, None])).sum(axis=1)
    slope = np.divide((off * y).sum(axis=1), spread, out=np.zeros(len(y)), where=spread > 0)
    start = mean_y + slope * (x[0] - mean_x) - low  # height of the line above the floor, where the scope begins
    cr = np.where(n > 1, _above(start, slope, wide, high) / scope, 0.0)
    return ce, cr


def _above(start: Floats, slope: Floats, wide: float, high: Floats) -> Floats:
    """Area of the rectangle above a rising line, which may enter it at the floor or leave it at the top."""
    safe = np.where(slope > 0, slope, 1.0)
    begin, end = (np.clip(to / safe, 0.0, wide) for to in (-start, high - start))  # where the line is at the floor and at the top
    inside = (high - start) * (end - begin) - safe * (end**2 - begin**2) / 2
    return np.where(slope > 0, begin * high + inside, 0.0)


def rising_together(condition: Floats, outcome: Floats, *, seed: int, draws: int = PERMUTATIONS) -> tuple[Floats, Floats]:
    """d under both ceilings, ascending, of draws that have the same values on both axes and rise together as these do, no more.

    Values are dealt out by a normal copula with the rank correlation of the data: in it no level of the condition is needed.
    """
    n, rng = len(condition), np.random.default_rng(seed)
    ranks = np.corrcoef(rankdata(condition), rankdata(outcome))[0, 1]
    r = float(np.clip(2 * np.sin(np.pi * ranks / 6), -1.0, 1.0))
    x = np.sort(condition)
    first = np.sort(rng.standard_normal((draws, n)), axis=1)
    second = r * first + np.sqrt(1 - r**2) * rng.standard_normal((draws, n))
    dealt = np.sort(outcome)[second.argsort(axis=1).argsort(axis=1)]
    ce, cr = effects(x, dealt)
    return np.sort(ce), np.sort(cr)


def bottleneck(found: Necessity, steps: tuple[tuple[float, float], ...], levels: tuple[float, ...]) -> tuple[float | None, ...]:
    """For each level of the outcome, the level of the condition that it needs; None where it needs none (bottleneck table)."""
    return tuple(found.required(level, steps) for level in levels)

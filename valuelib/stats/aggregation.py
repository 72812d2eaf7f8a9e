"""May the answers of a team be averaged? How much of the differences lies between teams, and how far its people agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from valuelib.stats.totals import Floats

SOURCE_ICC = "Bliese (2000), in Klein and Kozlowski (eds), Multilevel Theory, 349-381; interval: Shrout and Fleiss (1979)"
SOURCE_RWG = "James, Demaree and Wolf (1984), Journal of Applied Psychology 69(1), 85-98"
AGREED = 0.7  # the usual mark from which a team's mean is taken to stand for its people (LeBreton and Senter 2008)
MIN_TEAMS = 3


@dataclass(frozen=True, slots=True)
class Icc:
    """Share of the variance that lies between teams (`one`), and how reliable a team's mean is (`two`), each with its interval."""

    one: float
    one_low: float
    one_high: float
    two: float
    two_low: float
    two_high: float
    teams: int
    n: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Within-team agreement r_wg(j): of each team 0..1, against answers spread evenly over the scale."""

    by_team: Floats
    median: float
    share_agreed: float


def estimate_icc(scores: ArrayLike, teams: ArrayLike, *, level: float = 0.95) -> Icc | None:
    """ICC(1) and ICC(2) from a one-way analysis of variance of unbalanced teams.

    Args:
        scores: shape (n,); missing ones are left out. teams: shape (n,).
        level: of the F-based intervals.
    Returns:
        Icc; None with fewer than three teams, nobody beside another in a team, or no variation inside teams.
    Notes:
        ICC(1) = (MSB - MSW) / (MSB + (k - 1) MSW), ICC(2) = (MSB - MSW) / MSB, with k = (n - sum n_j^2 / n) / (teams - 1), the size
        that makes the expectation right for unequal teams. Checked: tests/reference/aggregation (multilevel).
    """
    y, code = _complete(scores, teams)
    sizes = np.bincount(code)
    n, k_teams = len(y), len(sizes)
    if k_teams < MIN_TEAMS or n <= k_teams:
        return None
    means = np.bincount(code, weights=y) / sizes
    within = float(((y - means[code]) ** 2).sum()) / (n - k_teams)
    between = float((sizes * (means - y.mean()) ** 2).sum()) / (k_teams - 1)
    if not within > 0 or not between > 0:
        return None
    size = (n - float((sizes**2).sum()) / n) / (k_teams - 1)
    ratio, upper = between / within, 1 - (1 - level) / 2
    low = ratio / float(stats.f.ppf(upper, k_teams - 1, n - k_teams))
    high = ratio * float(stats.f.ppf(upper, n - k_teams, k_teams - 1))
    one, one_low, one_high = ((f - 1) / (f + size - 1) for f in (ratio, low, high))
    two, two_low, two_high = (1 - 1 / f for f in (ratio, low, high))
    return Icc(one, one_low, one_high, two, two_low, two_high, k_teams, n)


def estimate_rwg(items: ArrayLike, teams: ArrayLike, *, options: int) -> Agreement | None:
    """r_wg(j) of each team over the items of a scale.

    Args:
        items: shape (n, j); rows with a missing item are left out. teams: shape (n,).
        options: number of answers that the scale offers, such as 11 for 0-10.
    Returns:
        Agreement, None where no team has two complete rows. A value below zero (more disagreement than by chance) counts as 0.
    Notes:
        j (1 - s2/e2) / (j (1 - s2/e2) + s2/e2), s2 the mean item variance (n - 1), e2 = (A^2 - 1) / 12 for A options.
        Checked: tests/reference/aggregation (multilevel::rwg.j).
    """
    x = np.asarray(items, dtype=float)
    x = x.reshape(len(x), -1)
    kept = np.isfinite(x).all(axis=1)
    names, code = np.unique(np.asarray(teams).astype(str)[kept], return_inverse=True)
    x, expected, j = x[kept], (options**2 - 1) / 12, x.shape[1]
    values = []
    for team in range(len(names)):
        rows = x[code == team]
        if len(rows) < 2:
            continue
        ratio = float(rows.var(axis=0, ddof=1).mean()) / expected
        values.append(0.0 if ratio >= 1 else j * (1 - ratio) / (j * (1 - ratio) + ratio))
    if not values:
        return None
    found = np.array(values)
    return Agreement(found, float(np.median(found)), float((found >= AGREED).mean()))


def _complete(scores: ArrayLike, teams: ArrayLike) -> tuple[Floats, np.typing.NDArray[np.int64]]:
    y = np.asarray(scores, dtype=float)
    kept = np.isfinite(y)
    code = np.unique(np.asarray(teams).astype(str)[kept], return_inverse=True)[1].astype(np.int64)
    return y[kept], code

"""Agreement between people: within the teams of a survey, and between two or more readers who code the same interviews.

Teams: ICC(1), ICC(2) and r_wg(j) tell whether a team's answers may be averaged. Readers: raw agreement, Cohen's kappa and
Krippendorff's alpha, of every code and of all together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from valuelib.stats.totals import Floats

SOURCE_ICC = "Bliese (2000), in Klein and Kozlowski (eds), Multilevel Theory, 349-381; interval: Shrout and Fleiss (1979)"
SOURCE_RWG = "James, Demaree and Wolf (1984), Journal of Applied Psychology 69(1), 85-98"
SOURCE_ALPHA = "Krippendorff (2019), Content Analysis, 4th ed., ch. 12; units drawn again for the interval"
SOURCE_KAPPA = "Cohen (1960), Educational and Psychological Measurement 20(1), 37-46"
AGREED = 0.7  # the usual mark from which a team's mean is taken to stand for its people (LeBreton and Senter 2008)
MIN_TEAMS = 3
DRAWS = 1_000
MIN_UNITS = 10
LOST = 0.1  # share of draws in which a code never or always stands, beyond which no interval is given


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
    Returns:
        Icc; None with fewer than three teams, nobody beside another in a team, or no variation inside teams.
    Notes:
        ICC(1) = (MSB - MSW) / (MSB + (k - 1) MSW), ICC(2) = (MSB - MSW) / MSB, with k = (n - sum n_j^2 / n) / (teams - 1), the size
        that makes the expectation right for unequal teams. Checked: tests/reference/aggregation (multilevel).

    >>> found = estimate_icc([7, 8, 7, 3, 4, 5, 8, 6], ["A", "A", "A", "B", "B", "B", "C", "C"])
    >>> round(found.one, 2), round(found.two, 2)
    (0.78, 0.9)
    """
    y = np.asarray(scores, dtype=float)
    kept = np.isfinite(y)
    y, code = y[kept], np.unique(np.asarray(teams).astype(str)[kept], return_inverse=True)[1]
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


@dataclass(frozen=True, slots=True)
class CodeAgreement:
    """How far readers agree on one code (or on all): shares 0..1, `prevalence` of readings that carry the code.

    `kappa` is None unless exactly two readers coded, `alpha` where nothing varies; limits where too few units carry them.
    """

    code: str
    raw: float
    kappa: float | None
    alpha: float | None
    low: float | None
    high: float | None
    prevalence: float
    passages: int
    units: int


def estimate_agreement(coded: pd.DataFrame, *, rng: np.random.Generator, level: float = 0.95) -> tuple[CodeAgreement, ...]:
    """Agreement of readers on every code in the order of their names, first on all of them together as `all`.

    Args:
        coded: columns `account`, `text`, `coder`, `code`, a row for each code that a reader gave.
    Returns:
        Nothing where no passage was read by two readers.
    """
    codes = sorted(set(coded["code"]))
    matrices = {code: code_matrix(coded, code) for code in codes}
    if not codes or not (matrices[codes[0]].notna().sum(axis=0) >= 2).any():
        return ()
    units = next(iter(matrices.values())).columns.get_level_values("account").to_numpy()
    names = np.unique(units)
    draws = rng.integers(0, len(names), (DRAWS, len(names))) if len(names) >= MIN_UNITS else np.empty((0, len(names)), int)
    columns = [np.flatnonzero(units == name) for name in names]
    drawn = [np.concatenate([columns[unit] for unit in draw]) for draw in draws]
    tables = {code: matrix.to_numpy(float) for code, matrix in matrices.items()}
    # All codes at once: each reading is the number of the set of codes that it gave the passage.
    stack = np.stack(list(tables.values()))
    sets = np.where(np.isnan(stack).any(axis=0), np.nan, np.tensordot(2.0 ** np.arange(len(stack)), np.nan_to_num(stack), axes=1))
    return tuple(_measure(code, table, units, drawn, level) for code, table in {"all": sets, **tables}.items())


def code_matrix(coded: pd.DataFrame, code: str) -> pd.DataFrame:
    """Readers x passages: 1 where a reader gave the passage this code, 0 where another one, missing where it was not read.

    Args:
        coded: columns `account`, `text`, `coder`, `code`, a row for each code that a reader gave.
        code: the code.
    """
    passages = coded.groupby(["account", "text", "coder"])["code"].agg(lambda given: float(code in set(given)))
    return passages.unstack("coder").T


def alpha_of(table: Floats) -> float | None:
    """Krippendorff's alpha of readers x passages for unordered values; None where nothing varies or nothing was read twice."""
    pairable = (np.isfinite(table)).sum(axis=0) >= 2
    read = table[:, pairable]
    given = np.unique(read[np.isfinite(read)])
    if len(given) < 2:
        return None
    # How often each value was given to each passage; a passage of m readings has m (m - 1) pairs, each weighted by 1 / (m - 1).
    counts = np.stack([(read == value).sum(axis=0) for value in given]).astype(float)
    totals, readings = counts.sum(axis=1), counts.sum(axis=0)
    alike = float(((counts * (counts - 1)).sum(axis=0) / (readings - 1)).sum() / totals.sum())
    by_chance = float((totals * (totals - 1)).sum() / (totals.sum() * (totals.sum() - 1)))
    return 1 - (1 - alike) / (1 - by_chance)


def kappa_of(table: Floats) -> float | None:
    """Cohen's kappa of two readers on the passages that both read; None with another number of readers, or without variation.

    >>> round(kappa_of(np.array([[1.0, 1, 0, 0, 1], [1, 0, 0, 0, 1]])), 3)
    0.615
    """
    if len(table) != 2:
        return None
    both = table[:, np.isfinite(table).all(axis=0)]
    if not both.shape[1]:
        return None
    values = np.unique(both)
    agreed = float((both[0] == both[1]).mean())
    chance = float(sum((both[0] == value).mean() * (both[1] == value).mean() for value in values))
    return None if chance >= 1 else (agreed - chance) / (1 - chance)


def raw_of(table: Floats) -> float:
    """Share of pairs of readings of one passage that agree; not a number where no passage was read twice."""
    agreed = pairs = 0.0
    for column in table.T:
        read = column[np.isfinite(column)]
        m = len(read)
        counts = np.unique(read, return_counts=True)[1]
        agreed += float((counts * (counts - 1)).sum())
        pairs += m * (m - 1)
    return agreed / pairs if pairs else float("nan")


def _measure(code: str, table: Floats, units: NDArray[np.object_], drawn: list[NDArray[np.int64]], level: float) -> CodeAgreement:
    """All measures of one code; limits of alpha are percentiles over units drawn again, all passages of a unit together."""
    paired = np.isfinite(table).sum(axis=0) >= 2
    alpha, low, high = alpha_of(table), None, None
    if drawn and alpha is not None:
        found = [one for columns in drawn if (one := alpha_of(table[:, columns])) is not None]
        if len(found) >= (1 - LOST) * len(drawn):
            low, high = (float(one) for one in np.quantile(found, [(1 - level) / 2, (1 + level) / 2]))
    return CodeAgreement(
        code=code,
        raw=raw_of(table),
        kappa=kappa_of(table),
        alpha=alpha,
        low=low,
        high=high,
        prevalence=float(np.nanmean(table[:, paired])) if code != "all" else 1.0,
        passages=int(paired.sum()),
        units=len(np.unique(units[paired])),
    )

"""Do two readers of the same interview hear the same themes? Raw agreement, kappa and Krippendorff's alpha, code by code."""

from __future__ import annotations

from dataclasses import dataclass

import krippendorff
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.stats.totals import Floats

SOURCE_ALPHA = "Krippendorff (2019), Content Analysis, 4th ed., ch. 12; units drawn again for the interval"
SOURCE_KAPPA = "Cohen (1960), Educational and Psychological Measurement 20(1), 37-46"
DRAWS = 1_000
MIN_UNITS = 10
LOST = 0.1  # share of draws in which a code never or always stands, beyond which no interval is given


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


def code_matrix(coded: pd.DataFrame, code: str) -> pd.DataFrame:
    """Readers x passages: 1 where a reader gave the passage this code, 0 where another one, missing where it was not read.

    Args:
        coded: columns `account`, `text`, `coder`, `code`, a row for each code that a reader gave.
        code: the code.
    """
    passages = coded.groupby(["account", "text", "coder"])["code"].agg(lambda given: float(code in set(given)))
    return passages.unstack("coder").T


def estimate_agreement(coded: pd.DataFrame, *, rng: np.random.Generator, level: float = 0.95) -> tuple[CodeAgreement, ...]:
    """Agreement on every code in the order of their names, first on all of them together as `all`.

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
    tables = {code: matrix.to_numpy(float) for code, matrix in matrices.items()}
    together = np.vstack([_as_labels(tables)])
    whole = _measure("all", together, units, names, draws, level)
    return (whole, *(_measure(code, tables[code], units, names, draws, level) for code in codes))


def alpha_of(table: Floats) -> float | None:
    """Krippendorff's alpha of readers x passages for unordered values; None where nothing varies or nothing was read twice."""
    pairable = (np.isfinite(table)).sum(axis=0) >= 2
    told = table[:, pairable]
    if not pairable.any() or len(np.unique(told[np.isfinite(told)])) < 2:
        return None
    return float(krippendorff.alpha(reliability_data=told, level_of_measurement="nominal"))


def kappa_of(table: Floats) -> float | None:
    """Cohen's kappa of two readers on the passages that both read; None with another number of readers, or without variation."""
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
    """Share of pairs of readings of one passage that agree."""
    agreed = pairs = 0.0
    for column in table.T:
        told = column[np.isfinite(column)]
        m = len(told)
        counts = np.unique(told, return_counts=True)[1]
        agreed += float((counts * (counts - 1)).sum())
        pairs += m * (m - 1)
    return agreed / pairs if pairs else float("nan")


def _as_labels(tables: dict[str, Floats]) -> Floats:
    """Readers x passages with the number of the set of codes that each gave: agreement on all codes at once."""
    stack = np.stack(list(tables.values()))
    missing = np.isnan(stack).any(axis=0)
    weights = 2.0 ** np.arange(len(stack))
    return np.where(missing, np.nan, np.tensordot(weights, np.nan_to_num(stack), axes=1))


def _measure(
    code: str, table: Floats, units: NDArray[np.object_], names: NDArray[np.object_], draws: NDArray[np.int64], level: float
) -> CodeAgreement:
    low, high = _limits(table, units, names, draws, level)
    paired = np.isfinite(table).sum(axis=0) >= 2
    told = table[:, paired]
    return CodeAgreement(
        code=code,
        raw=raw_of(table),
        kappa=kappa_of(table),
        alpha=alpha_of(table),
        low=low,
        high=high,
        prevalence=float(np.nanmean(told)) if code != "all" else 1.0,
        passages=int(paired.sum()),
        units=len(np.unique(units[paired])),
    )


def _limits(
    table: Floats, units: NDArray[np.object_], names: NDArray[np.object_], draws: NDArray[np.int64], level: float
) -> tuple[float | None, float | None]:
    """Percentile limits of alpha over units drawn again, all passages of a unit together."""
    if not len(draws) or alpha_of(table) is None:
        return None, None
    columns = [np.flatnonzero(units == name) for name in names]
    found = [alpha_of(table[:, np.concatenate([columns[unit] for unit in draw])]) for draw in draws]
    told = np.array([one for one in found if one is not None])
    if len(told) < (1 - LOST) * len(draws):
        return None, None
    low, high = np.quantile(told, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)

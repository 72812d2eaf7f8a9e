"""Answers that are missing: bounds of what they could change, weights for those like them, and several guesses of each.

Bounds assume next to nothing. Weights and imputation assume that, given what is known of an answer, chance alone left its gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import stdtr
from sklearn.linear_model import LogisticRegression
from statsmodels.imputation.mice import MICEData

from valuelib.stats.means import t_quantile
from valuelib.stats.totals import Floats

PRIOR_VARIANCE = 25.0  # of a log odds of answering: only cells in which everybody, or nobody, answered feel it
LARGEST_WEIGHT = 10.0
DONORS = 5  # answers among which one is drawn for each gap
CYCLES = 5  # rounds of the chain between two imputations, where several columns have gaps
SOURCE_BOUNDS = "Manski (1990), American Economic Review 80(2), 319-323; interval: Imbens and Manski (2004), Econometrica 72(6)"
SOURCE_IMPUTED = "Rubin (1987), Multiple Imputation for Nonresponse in Surveys; df: Barnard and Rubin (1999), Biometrika 86(4)"


def interval_of_bounds(low: float, high: float, se: tuple[float, float], df: float, *, level: float) -> tuple[float, float]:
    """The interval that holds a figure known only to lie between two bounds, wherever between them it lies.

    Args:
        low, high: the estimated bounds, in order. se: their standard errors. df: degrees of freedom of both.
    Returns:
        low - c se_low and high + c se_high, with F(c + (high - low) / the larger se) - F(-c) = level: the two-sided quantile where
        the bounds meet, the one-sided one where they lie far apart.
    Notes:
        Source: Imbens and Manski (2004), Econometrica 72(6), 1845-1857, with Student's F.

    >>> [round(one, 2) for one in interval_of_bounds(0.0, 0.0, (1.0, 1.0), 1e9, level=0.95)]
    [-1.96, 1.96]
    >>> [round(one, 2) for one in interval_of_bounds(0.0, 9.0, (1.0, 1.0), 1e9, level=0.95)]
    [-1.64, 10.64]
    """
    widest = max(se)
    apart = (high - low) / widest if widest > 0 else np.inf

    def missed(c: float) -> float:
        return float(stdtr(df, c + apart) - stdtr(df, -c)) - level

    most = t_quantile(level, df)
    c = brentq(missed, 0.0, most) if missed(most) > 0 else most
    return low - c * se[0], high + c * se[1]


def response_weights(
    answered: NDArray[np.bool_], group: NDArray[np.int64], known: ArrayLike, weights: ArrayLike | None = None
) -> Floats:
    """How many each answer stands for, so that those with an answer resemble all: the inverse of its chance to be there.

    Args:
        answered: shape (n,), whether the answer is there.
        group: shape (n,), 0, 1, ...: weights are relative to the share that answered in the group.
        known: shape (n, k), what is known of every row, indicator columns of the outcome among it; no gaps.
        weights: shape (n,), of the study; their scale does not matter.
    Returns:
        shape (n,): P(answered | group) / P(answered | group, known), at most LARGEST_WEIGHT; 0 where not answered.
    Notes:
        Logistic regression on all columns, with a normal prior of variance PRIOR_VARIANCE on every slope, so that a cell in
        which everybody answered has an end; columns are standardised. Source: Robins, Rotnitzky and Zhao (1994), JASA 89(427),
        846-866; stabilised: Cole and Hernán (2008), American Journal of Epidemiology 168(6).

    >>> there = np.array([True] * 3 + [False] + [True] * 8)
    >>> detractor = np.array([[1.0]] * 4 + [[0.0]] * 8)
    >>> response_weights(there, np.zeros(12, dtype=int), detractor).round(1).tolist()
    [1.2, 1.2, 1.2, 0.0, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]
    """
    x = np.asarray(known, dtype=float)
    w = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=float)
    if answered.all():
        return np.ones(len(x))
    spread = x.std(axis=0)
    x = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=PRIOR_VARIANCE, solver="newton-cholesky").fit(x, answered, sample_weight=w / w.mean())
    chance = model.predict_proba(x)[:, 1]
    share = np.bincount(group, weights=w * answered) / np.maximum(np.bincount(group, weights=w), np.finfo(float).tiny)
    found: Floats = np.where(answered, np.minimum(share[group] / chance, LARGEST_WEIGHT), 0.0)
    return found


def impute_chained(columns: pd.DataFrame, *, imputations: int = 20, seed: int) -> Iterator[Floats]:
    """The columns without gaps, several times over: each gap filled by an answer of somebody for whom the rest predicts the same.

    Args:
        columns: shape (n, k), numbers, gaps allowed; one without a gap serves as a predictor only.
        seed: of the draws; the same seed gives the same numbers.
    Yields:
        shape (n, k), once for each imputation.
    Notes:
        Predictive mean matching from linear models of each column on all others, coefficients drawn anew each time
        (statsmodels). Source: van Buuren and Groothuis-Oudshoorn (2011), Journal of Statistical Software 45(3).
    """
    named = columns.set_axis([f"c{place}" for place in range(columns.shape[1])], axis=1)
    chain = _Chain(named, k_pmm=DONORS, rng=np.random.default_rng(seed))
    cycles = CYCLES if int(columns.isna().any().sum()) > 1 else 1
    for _ in range(imputations):
        chain.update_all(cycles)
        yield chain.data.to_numpy(float).copy()


class _Chain(MICEData):  # type: ignore[misc]
    """The same chain on plain matrices: parsing its formula, "all others", anew for each draw takes most of the time."""

    def get_fitting_data(self, vname: str) -> tuple[Floats, Floats, dict[str, Any], dict[str, Any]]:
        """The column where it was given and the others there; options of the model, none."""
        given, x, _, *_ = self.get_split_data(vname)
        return given, x, {}, {}

    def get_split_data(self, vname: str) -> tuple[Floats, Floats, Floats, dict[str, Any], dict[str, Any]]:
        """The column where it was given, the others there and where it was not; options of the prediction, none."""
        x = np.column_stack([np.ones(len(self.data)), self.data.drop(columns=vname).to_numpy(float)])
        given, missing = self.ix_obs[vname], self.ix_miss[vname]
        return self.data[vname].to_numpy(float)[given], x[given], x[missing], {}, {}


def pool_imputations(values: Sequence[float], variances: Sequence[float], df: float) -> tuple[float, float, float]:
    """One figure of several imputations: value, standard error and degrees of freedom.

    Args:
        values, variances: of each imputation. df: degrees of freedom had there been no gap.
    Notes:
        Rubin's rules with the df of Barnard and Rubin (1999), Biometrika 86(4), 948-955. Checked: tests/reference (R mice).

    >>> [round(one, 3) for one in pool_imputations([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], 20.0)]
    [2.0, 1.528, 3.436]
    """
    m, within, between = len(values), float(np.mean(variances)), float(np.var(values, ddof=1))
    total = within + (1 + 1 / m) * between
    lost = (1 + 1 / m) * between / total if total > 0 else 0.0
    observed = (df + 1) / (df + 3) * df * (1 - lost)
    pooled = observed if lost == 0 else 1 / (lost**2 / (m - 1) + 1 / observed)
    return float(np.mean(values)), total**0.5, pooled

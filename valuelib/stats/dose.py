"""Curves of an outcome over a dose: one that never falls (isotonic), and a smooth one with its band (spline)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from sklearn.isotonic import IsotonicRegression
from sklearn.preprocessing import SplineTransformer

from valuelib.errors import ResultError
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.means import t_quantile
from valuelib.stats.totals import Floats, collect_totals

SOURCE_ISOTONIC = "Barlow et al. (1972), Statistical Inference under Order Restrictions; scikit-learn IsotonicRegression"
SOURCE_SPLINE = "Eilers and Marx (1996), Statistical Science 11(2), 89-121 (B-splines); scikit-learn SplineTransformer, CR2 band"
MIN_DOSES = 5  # distinct doses; a quadratic spline with one knot inside spends four
DEGREE, KNOTS = 2, 3


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A curve at the doses met, each array of shape (doses,), in the outcome's own units; `low` and `high` None without a band."""

    dose: Floats
    value: Floats
    low: Floats | None = None
    high: Floats | None = None


def fit_isotonic(dose: ArrayLike, outcome: ArrayLike, weights: ArrayLike) -> Curve:
    """The never-falling curve closest to the answers (weighted least squares); steps that fall are levelled out.

    Args:
        dose: shape (n,), such as a number of elements.
        outcome: shape (n,).
        weights: shape (n,), positive.
    Notes:
        It cannot fall by construction, so it is no test of "higher is better"; what it levels out is of interest.

    >>> fit_isotonic([1, 2, 3, 4], [0.2, 0.5, 0.3, 0.8], [1, 1, 1, 1]).value.tolist()
    [0.2, 0.4, 0.4, 0.8]
    """
    x, y, w = (np.asarray(values, dtype=float) for values in (dose, outcome, weights))
    at = np.unique(x)
    fitted = IsotonicRegression().fit(x, y, sample_weight=w)
    return Curve(at, np.asarray(fitted.predict(at), dtype=float))


def fit_spline(
    dose: ArrayLike, outcome: ArrayLike, weights: ArrayLike, accounts: ArrayLike, *, level: float = 0.95
) -> Curve | None:
    """A smooth curve (quadratic B-spline, one knot inside) with a band that holds at each dose, accounts as clusters.

    Args:
        dose, outcome, weights: shape (n,), as for `fit_isotonic`. accounts: shape (n,), the cluster of each row.
        level: confidence level of the band.
    Returns:
        Curve, or None with fewer than five distinct doses or answers that cannot carry the curve.
    Notes:
        CR2 variance and Satterthwaite df of the fitted value. The band holds for one dose at a time, not for the whole curve.
    """
    x = np.asarray(dose, dtype=float)
    at = np.unique(x)
    if len(at) < MIN_DOSES:
        return None
    basis = SplineTransformer(n_knots=KNOTS, degree=DEGREE, knots="uniform", include_bias=False).fit(x[:, None])
    columns = np.asarray(basis.transform(x[:, None]), dtype=float)
    centre = columns.mean(axis=0)
    controls: dict[str, ArrayLike] = {f"spline.{index}": column for index, column in enumerate((columns - centre).T)}
    try:
        totals = collect_totals(accounts, np.zeros(len(x), int), outcome, groups=("all",), controls=controls, weights=weights)
        fitted = estimate_fitted(totals)
    except ResultError:
        return None
    rows = np.hstack([np.ones((len(at), 1)), np.asarray(basis.transform(at[:, None]), dtype=float) - centre])
    value = rows @ fitted.coefficients
    se = np.sqrt(np.maximum(np.einsum("ij,jk,ik->i", rows, fitted.coefficient_cr2, rows), 0.0))
    reach = np.array([t_quantile(level, fitted.coefficient_df(row)) for row in rows]) * se
    return Curve(at, value, value - reach, value + reach)

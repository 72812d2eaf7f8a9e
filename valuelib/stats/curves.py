"""Curves of an outcome over a dose, never falling or smooth, and its surface over two views of one thing.

Of the surface: a difference score would force both views to weigh alike with opposite signs, and hides which of them moves the
outcome; here z = b0 + b1 x + b2 y + b3 x^2 + b4 x y + b5 y^2, and the two lines of the plane are read off: agreement (y = x) with
slope a1 = b1 + b2 and curvature a2 = b3 + b4 + b5, disagreement (y = -x) with slope a3 = b1 - b2 and curvature a4 = b3 - b4 + b5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from sklearn.isotonic import IsotonicRegression
from sklearn.preprocessing import SplineTransformer

from valuelib.errors import ResultError
from valuelib.stats.adjust import FittedMeans, estimate_fitted
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


# ---------------------------------------------------------------------- a surface over two views

TERMS = ("one", "other", "one_squared", "product", "other_squared")
# Rows of weights on (b0, b1, ..., b5).
COMBINATIONS: Mapping[str, tuple[float, ...]] = {
    "a1": (0, 1, 1, 0, 0, 0),
    "a2": (0, 0, 0, 1, 1, 1),
    "a3": (0, 1, -1, 0, 0, 0),
    "a4": (0, 0, 0, 1, -1, 1),
    "b4": (0, 0, 0, 0, 1, 0),
}
DESCRIBE_BELOW = 30  # dyads; fewer are drawn side by side and not regressed on
DECIDE_FROM = 100  # dyads; fewer do not decide (docs/reference/surface.md)
SOURCE_SURFACE = (
    "Edwards and Parry (1993), Academy of Management Journal 36(6), 1577-1613; Shanock et al. (2010), "
    "Journal of Business and Psychology 25(4), 543-554"
)


def estimate_surface(
    x: ArrayLike,
    y: ArrayLike,
    z: ArrayLike,
    accounts: ArrayLike,
    *,
    clusters: ArrayLike | None = None,
    centre: float | None = None,
    controls: Mapping[str, ArrayLike] | None = None,
    weights: ArrayLike | None = None,
) -> Surface | None:
    """Fit the surface by least squares with accounts as clusters; None where the data cannot tell its terms apart.

    Args:
        x: shape (n,), one side's rating. y: the other's, on the same scale. z: the outcome.
        accounts: shape (n,), the dyad of each row; a dyad's rating may stand in several rows.
        clusters: shape (n,), what stands above the dyads, whole dyads each; None takes the dyads themselves.
        centre: the common zero of both views; None takes the midpoint between their means over dyads (`common_centre`).
        controls: what is adjusted for, by name, each shape (n,).
    Returns:
        Surface over the rows without a gap; CR2 with identity target, Satterthwaite df.
    Notes:
        Both views are counted from one point, so that "x = y" stays agreement. a2 and a4 do not depend on it, a1 and a3 do.
        Checked: tests/reference/surface (lm and clubSandwich).

    >>> grid = np.arange(48)
    >>> x, y, dyads = grid % 6.0, grid % 4.0, grid // 2
    >>> surface = estimate_surface(x, y, 3 - (x - y) ** 2, dyads, centre=2.0)
    >>> round(surface.combine("a4").value, 6), round(surface.at(2, 2).value, 6)
    (-4.0, 3.0)
    """
    columns = [np.asarray(one, dtype=float) for one in (x, y, z, *(controls or {}).values())]
    w = np.ones(len(columns[0])) if weights is None else np.asarray(weights, dtype=float)
    used = np.isfinite([*columns, w]).all(axis=0)
    dyads = np.asarray(accounts).astype(str)
    if len(np.unique(dyads[used])) <= len(TERMS) + 1 + len(controls or {}):
        return None
    zero = common_centre(columns[0][used], columns[1][used], dyads[used]) if centre is None else centre
    terms = dict(zip(TERMS, _terms(columns[0] - zero, columns[1] - zero), strict=True))
    for name, values in zip(controls or {}, columns[3:], strict=True):
        terms[name] = values - np.average(values[used], weights=w[used])
    try:
        fitted = estimate_fitted(
            collect_totals(
                (dyads if clusters is None else np.asarray(clusters).astype(str))[used],
                np.zeros(used.sum(), dtype=int),
                columns[2][used],
                groups=("all",),
                controls={name: one[used] for name, one in terms.items()},
                weights=w[used],
            )
        )
    except ResultError:
        return None
    k = 1 + len(TERMS)
    return Surface(
        fitted.coefficients[:k],
        fitted.coefficient_cr2[:k, :k],
        zero,
        int(used.sum()),
        len(np.unique(dyads[used])),
        fitted.r2,
        fitted,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """A fitted surface.

    Attributes:
        coefficients: b0 to b5, b0 at the centre and at the means of the controls. covariance: their CR2 matrix, (6, 6).
        centre: the point of the scale from which both views are counted. n, accounts: rows and dyads. r2: 0..1.
    """

    coefficients: Floats
    covariance: Floats
    centre: float
    n: int
    accounts: int
    r2: float
    _fitted: FittedMeans

    def combine(self, name: str) -> Combination:
        """`a1` to `a4`, or `b4`."""
        return self.weigh(COMBINATIONS[name])

    def weigh(self, weights: ArrayLike) -> Combination:
        """A combination of b0 to b5 with these weights, shape (6,), its CR2 standard error and Satterthwaite df."""
        w = np.asarray(weights, dtype=float)
        whole = np.concatenate([w, np.zeros(len(self._fitted.coefficients) - len(w))])
        se = float(np.sqrt(max(w @ self.covariance @ w, 0.0)))
        return Combination(float(w @ self.coefficients), se, self._fitted.coefficient_df(whole))

    def at(self, x: float, y: float) -> Combination:
        """The fitted outcome where the two views are x and y, on the scale as given (not centred)."""
        return self.weigh([1.0, *_terms(np.array([x - self.centre]), np.array([y - self.centre]))[:, 0]])

    def heights(self, x: ArrayLike, y: ArrayLike) -> Floats:
        """Fitted outcomes of many points, in the shape of x and y."""
        across, up = np.asarray(x, dtype=float) - self.centre, np.asarray(y, dtype=float) - self.centre
        found: Floats = self.coefficients[0] + np.tensordot(self.coefficients[1:], _terms(across, up), axes=1)
        return found


@dataclass(frozen=True, slots=True)
class Combination:
    """A linear combination of the coefficients: in units of the outcome per rating point, or per squared point for a2, a4, b4."""

    value: float
    se: float
    df: float


def common_centre(x: ArrayLike, y: ArrayLike, accounts: ArrayLike) -> float:
    """The midpoint between the two views' means, each account counting once: inside the data, and the same for both.

    Source: Nestler, Humberg and Schoenbrodt (2019), Psychological Methods 24(3), 291-308.
    """
    code = np.unique(np.asarray(accounts).astype(str), return_inverse=True)[1]
    size = np.bincount(code)
    means = [np.mean(np.bincount(code, weights=np.asarray(one, dtype=float)) / size) for one in (x, y)]
    return float(np.mean(means))


def _terms(x: Floats, y: Floats) -> Floats:
    return np.stack([x, y, x**2, x * y, y**2])

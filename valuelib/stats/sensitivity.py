"""Sensitivity of a lift: to a halo, to something unmeasured (robustness value, E-value), and to another way of estimating it.

The other ways are cross-fitted doubly robust weighting (AIPW) and two-stage least squares with one instrument (2SLS).

A halo is a liking that colours every rating, with no element doing anything. One factor is fitted to the inter-item correlations:
every rating is loading * halo + its own rest. The halo's pull on the outcome is taken from the items' correlations with it. From
these two the raw lift between any two groups follows with no element effect: outcome's slope on the halo times the difference of
the groups' expected halo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GroupKFold
from statsmodels.multivariate.factor import Factor
from statsmodels.stats.correlation_tools import corr_clipped

from valuelib.errors import ResultError
from valuelib.stats.exposure import BASELINE, COMPARISON
from valuelib.stats.means import t_quantile
from valuelib.stats.totals import ClusterTotals, Floats, Labels, number_labels

RISK_RATIO_PER_SD = 0.91  # log risk ratio of one SD of a continuous outcome, in the appendix of VanderWeele and Ding (2017)
FOLDS = 5
MIN_PER_ARM = 10
PROPENSITY = (0.02, 0.98)  # an answer counts at most fifty times
MIN_ITEMS, MIN_ROWS = 3, 30
LARGEST_LOADING = 0.98  # a Heywood case would give one item all the say
LEAST_EIGENVALUE = 1e-3
LEAST_TRUE = 0.4  # of a control beside the groups: with less, its corrected slope is more than 2.5 times as steep, and as unsure
SOURCE_HALO = "one-factor regression scores: Thurstone (1935), The Vectors of Mind; band: docs/explanation/statistics.md"


# A halo


@dataclass(frozen=True, slots=True, eq=False)
class Halo:
    """A halo calibrated on a file's own correlations.

    Attributes:
        loadings: shape (items,), correlation of each rating with the halo.
        pull: correlation of the halo with the outcome, from the calibrating items.
        mean_r: mean correlation of two ratings.
        scores: shape (n,), each respondent's expected halo given the ratings, in SD; missing where nothing was rated.
    """

    loadings: Floats
    pull: float
    mean_r: float
    scores: Floats


@dataclass(frozen=True, slots=True)
class HaloLift:
    """The lift halo alone would show, in the outcome's units, and the range in which a study of this size would find it."""

    value: float
    se: float
    low: float
    high: float


def fit_halo(ratings: pd.DataFrame, outcome: pd.Series, calibrate: ArrayLike) -> Halo:
    """One factor through all ratings, and its correlation with the outcome.

    Args:
        ratings: shape (n, items), 0-10, gaps allowed; items without variation are not to be given.
        outcome: shape (n,), gaps allowed.
        calibrate: shape (items,), which items' correlations with the outcome give the halo's pull.
    Raises:
        ResultError: fewer than 3 items or 30 answered rows, or nothing the ratings have in common.
    Notes:
        Principal-axis factoring of the pairwise correlations, repaired to be positive definite; pull = sum(l_j r_jy) / sum(l_j^2)
        over the calibrating items; expected halo = sum(l_j z_j / u_j) / (1 + sum(l_j^2 / u_j)), u_j = 1 - l_j^2, over what was
        rated. Checked: tests/reference/sensitivity.
    """
    x = ratings.to_numpy(float)
    if x.shape[1] < MIN_ITEMS or np.isfinite(x).any(axis=1).sum() < MIN_ROWS:
        raise ResultError(f"A halo needs at least {MIN_ITEMS} items and {MIN_ROWS} rows.")
    correlations = pairwise_correlations(ratings)
    factor = np.asarray(Factor(corr=correlations, n_factor=1, method="pa").fit().loadings, dtype=float)[:, 0]
    loadings = np.clip(factor * (1.0 if factor.sum() >= 0 else -1.0), -LARGEST_LOADING, LARGEST_LOADING)
    with_outcome = ratings.corrwith(outcome).fillna(0.0).to_numpy(float)
    used = np.asarray(calibrate, dtype=bool)
    weight = float((loadings[used] ** 2).sum())
    if weight <= 0:
        raise ResultError("The ratings have nothing in common that could be a halo.")
    pull = float(np.clip(loadings[used] @ with_outcome[used] / weight, -1.0, 1.0))
    off = correlations[~np.eye(len(correlations), dtype=bool)]
    return Halo(loadings, pull, float(off.mean()), _scores(x, loadings))


def halo_only_lift(
    halo: Halo,
    outcome: ArrayLike,
    codes: NDArray[np.int64],
    accounts: ArrayLike | Labels,
    *,
    raw_se: float,
    df: float,
    level: float,
) -> HaloLift:
    """The lift between two groups that the halo alone would make, and the range of what a study like this would show.

    Args:
        outcome: shape (n,). codes: shape (n,), 0 comparison, 1 baseline, -1 neither.
        raw_se: standard error of the raw lift, the sampling error of any study of this size. df: its degrees of freedom.
    Returns:
        HaloLift. The range adds the sampling error of a raw lift to that of the halo's own difference between the groups, which
        is linearised over accounts.
    """
    y = np.asarray(outcome, dtype=float)
    used = (codes >= 0) & np.isfinite(y) & np.isfinite(halo.scores)
    scores, own = halo.scores[used], codes[used]
    shares = [(own == group) / max((own == group).sum(), 1) for group in (COMPARISON, BASELINE)]
    means = [float(share @ scores) for share in shares]
    account = number_labels(accounts).places[used]
    by_account = np.bincount(account, weights=shares[0] * (scores - means[0]) - shares[1] * (scores - means[1]))
    slope = halo.pull * float(y[used].std())
    value, se = slope * (means[0] - means[1]), abs(slope) * float((by_account**2).sum() ** 0.5)
    reach = t_quantile(level, df) * (raw_se**2 + se**2) ** 0.5
    return HaloLift(value, se, value - reach, value + reach)


def pairwise_correlations(ratings: pd.DataFrame) -> Floats:
    """Correlations over the rows that answered both items, eigenvalues clipped where gaps leave them not positive definite."""
    correlations = ratings.corr(min_periods=MIN_ITEMS).fillna(0.0).to_numpy(float).copy()
    np.fill_diagonal(correlations, 1.0)
    if np.linalg.eigvalsh(correlations)[0] < LEAST_EIGENVALUE:
        correlations = corr_clipped(correlations, threshold=LEAST_EIGENVALUE)
    found: Floats = correlations
    return found


def _scores(x: Floats, loadings: Floats) -> Floats:
    """Each row's expected halo over what it rated, shape (n,); missing where nothing was rated."""
    rated = np.isfinite(x)
    n = np.maximum(rated.sum(axis=0), 1)
    centre = np.where(rated, x, 0.0).sum(axis=0) / n
    left = np.where(rated, x - centre, 0.0)
    spread = np.sqrt((left**2).sum(axis=0) / n)
    z = left / np.where(spread > 0, spread, 1.0)
    precision = loadings / (1 - loadings**2)
    expected: Floats = z @ precision / (1.0 + rated @ (loadings * precision))
    return np.where(rated.any(axis=1), expected, np.nan)


# A control measured with error


@dataclass(frozen=True, slots=True)
class GroupLift:
    """Mean outcome if everybody, or nobody, were exposed, and the difference with its clustered standard error."""

    comparison: float
    baseline: float
    lift: float
    se: float
    df: float


def estimate_corrected(totals: ClusterTotals, control: str, reliability: float, *, df: float) -> GroupLift:
    """The lift of a two-group model whose one control is measured with error (errors in variables).

    Args:
        totals: totals of (comparison, baseline) with the controls of the model.
        control: the column with the error. reliability: true share of its variance, 0..1, taken as known.
        df: degrees of freedom of the interval, those of the model without the correction.
    Returns:
        GroupLift in the outcome's units at the controls' means; the standard error leaves out one account at a time.
    Raises:
        ResultError: less than LEAST_TRUE of what groups and other controls leave of the control would be true, so that its slope
            would be stretched beyond all bounds; or some single account carries the groups.
    Notes:
        beta = (X'WX - W D)^(-1) X'Wy, W the sum of weights and D zero but for (1 - reliability) times the control's variance. The
        error is taken to be the same in both groups and to have nothing to do with the outcome; what reliability counts as true,
        a halo among it, stays in. Source: Fuller (1987), Measurement Error Models, section 2.2 and 3.1.
    """
    weight = totals.totals[1]
    groups, p = len(totals.groups), len(totals.groups) + len(totals.columns) - 2
    cross, with_y = np.zeros((len(totals.accounts), p, p)), np.zeros((len(totals.accounts), p))
    for h in range(groups):
        cross[:, h, h], with_y[:, h] = weight[0, 0, h], weight[0, -1, h]
        cross[:, h, groups:] = cross[:, groups:, h] = weight[0, 1:-1, h].T
    cross[:, groups:, groups:] = weight[1:-1, 1:-1].sum(axis=2).transpose(2, 0, 1)
    with_y[:, groups:] = weight[1:-1, -1].sum(axis=1).T
    place = groups + totals.columns.index(control) - 1
    size = cross[:, :groups, :groups].sum(axis=(1, 2))
    whole, n = cross.sum(axis=0), float(size.sum())
    mean = whole[:groups, groups:].sum(axis=0) / n
    error = (1 - reliability) * (whole[place, place] / n - mean[place - groups] ** 2)
    rest = [column for column in range(p) if column != place]
    if _left(whole, place, rest) * (1 - LEAST_TRUE) < error * n:
        raise ResultError("Beside the groups hardly anything of the control is more than error.")

    def solve(cross: Floats, with_y: Floats, n: Floats) -> Floats:
        """Group figures at the controls' means, shape (..., 2)."""
        corrected = cross.copy()
        corrected[..., place, place] -= error * n
        beta = np.linalg.solve(corrected, with_y[..., None])[..., 0]
        figures: Floats = beta[..., :groups] + (beta[..., groups:] @ mean)[..., None]
        return figures

    high, low = solve(whole, with_y.sum(axis=0), np.asarray(n))
    without = whole - cross
    if (np.linalg.matrix_rank(without, hermitian=True) < p).any():
        raise ResultError("A single account carries a group.")
    lifts = solve(without, with_y.sum(axis=0) - with_y, n - size) @ [1.0, -1.0]
    clusters = len(lifts)
    se = float((clusters - 1) / clusters * ((lifts - lifts.mean()) ** 2).sum()) ** 0.5
    return GroupLift(float(high), float(low), float(high - low), se, df)


# Something unmeasured


@dataclass(frozen=True, slots=True)
class RobustnessValue:
    """Share of the residual variance of both exposure and outcome that something hidden must explain, 0..1.

    `value` brings the estimate to zero, `limit` brings the near end of its interval to zero (0 where it is there already).
    """

    value: float
    limit: float


def robustness_value(totals: ClusterTotals, lift: float, near_limit: float) -> RobustnessValue:
    """Robustness value of the lift of a two-group model with controls.

    Args:
        totals: totals of (comparison, baseline) with the controls of the model.
        lift: the adjusted lift, in the outcome's units. near_limit: the end of its interval nearer to zero.
    Returns:
        RobustnessValue: (sqrt(f^4 + 4 f^2) - f^2) / 2 with Cohen's partial f of exposure and outcome; for the limit f shrinks in
        proportion, which takes the clustered standard error as it is.
    Raises:
        ResultError: exposure and controls are linearly dependent.
    Notes:
        Source: Cinelli and Hazlett (2020), JRSS B 82(1), 39-67.
    """
    names, cross = _centred(totals)
    y, controls = len(names) - 1, range(1, len(names) - 1)
    unexplained = _left(cross, y, [0, *controls]) / _left(cross, y, controls)
    f = float((1 / unexplained - 1) ** 0.5) if unexplained > 0 else np.inf
    kept = near_limit / lift if lift != 0 and near_limit * lift > 0 else 0.0
    return RobustnessValue(_from_f(f), _from_f(f * min(kept, 1.0)))


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a hidden cause as strong as one observed control would do.

    `r2_exposure`, `r2_outcome`: partial R2 that it would have with exposure and outcome, 0..1. `left`: the lift it would leave.
    """

    name: str
    r2_exposure: float
    r2_outcome: float
    left: float


def benchmark_hidden(totals: ClusterTotals, lift: float, blocks: Mapping[str, Sequence[str]]) -> tuple[Hidden, ...]:
    """What would be left of the lift if something hidden were as strong as each control.

    Args:
        totals: totals of (comparison, baseline) with controls.
        lift: the adjusted lift, in the outcome's units.
        blocks: columns of `totals` by the name of the control they stand for (a covariate with levels has several).
    Returns:
        One Hidden for each: strength once that of the control, in the direction that takes the lift away.
    Notes:
        Bounds of section 4.4 of the paper with k_D = k_Y = 1; the bias is sqrt(R2_y R2_d / (1 - R2_d)) times the ratio of the
        residual standard deviations of outcome and exposure. Source: Cinelli and Hazlett (2020), JRSS B 82(1), 39-67.
    """
    names, cross = _centred(totals)
    y, everything = len(names) - 1, range(1, len(names) - 1)
    sd_ratio = (_left(cross, y, [0, *everything]) / _left(cross, 0, everything)) ** 0.5
    found = []
    for name, columns in blocks.items():
        rest = [place for place in everything if names[place] not in columns]
        r2_d = 1 - _left(cross, 0, everything) / _left(cross, 0, rest)
        r2_y = 1 - _left(cross, y, [0, *everything]) / _left(cross, y, [0, *rest])
        hidden_d, shared = r2_d / (1 - r2_d), r2_d**2 / ((1 - r2_d) * (1 - r2_d))
        if hidden_d < 1 and shared < 1:
            hidden_y = min(((1 + shared**0.5) / (1 - shared) ** 0.5) ** 2 * r2_y / (1 - r2_y), 1.0)
            bias = (hidden_y * hidden_d / (1 - hidden_d)) ** 0.5 * sd_ratio
            found.append(Hidden(name, hidden_d, hidden_y, float(lift - np.sign(lift) * bias)))
    return tuple(found)


def e_value(risk_ratio: float) -> float:
    """Risk ratio that something hidden must have with both exposure and outcome to explain a risk ratio away; 1 for none.

    Source: VanderWeele and Ding (2017), Annals of Internal Medicine 167(4), 268-274.

    >>> round(e_value(3.9), 2)
    7.26
    """
    ratio = risk_ratio if risk_ratio >= 1 else 1 / risk_ratio
    return float(ratio + (ratio * (ratio - 1)) ** 0.5)


def risk_ratio_of_difference(lift: float, sd: float) -> float:
    """The risk ratio that stands for a difference of means, for E-values of outcomes that are no shares: exp(0.91 d)."""
    return float(np.exp(RISK_RATIO_PER_SD * lift / sd))


def _from_f(f: float) -> float:
    return 1.0 if not np.isfinite(f) else 0.5 * ((f**4 + 4 * f**2) ** 0.5 - f**2)


def _left(cross: Floats, target: int, given: Iterable[int]) -> float:
    """Sum of squares of one column that the given ones leave unexplained."""
    rest = list(given)
    explained = cross[target, rest] @ np.linalg.solve(cross[np.ix_(rest, rest)], cross[rest, target]) if rest else 0.0
    return max(float(cross[target, target] - explained), 0.0)


def _centred(totals: ClusterTotals) -> tuple[list[str], Floats]:
    """Weighted cross-products of (exposure, controls, outcome) about their means."""
    names = ["exposure", *totals.columns[1:-1], "y"]
    sums = totals.totals[1].sum(axis=3)  # (columns, columns, groups)
    whole, treated = sums.sum(axis=2), sums[:, :, 0]
    q = len(names)
    cross, total = np.zeros((q, q)), np.zeros(q)
    cross[1:, 1:], total[1:] = whole[1:, 1:], whole[0, 1:]
    cross[0, 0] = total[0] = treated[0, 0]
    cross[0, 1:] = cross[1:, 0] = treated[0, 1:]
    cross -= np.outer(total, total) / whole[0, 0]
    if np.linalg.matrix_rank(cross[:-1, :-1], tol=1e-10 * np.abs(cross).max()) < q - 1:
        raise ResultError("Exposure and controls are linearly dependent.")
    return names, cross


# Doubly robust weighting


def estimate_aipw(
    outcome: ArrayLike, exposed: ArrayLike, controls: ArrayLike, accounts: ArrayLike | Labels, *, weights: ArrayLike | None = None
) -> GroupLift:
    """Augmented inverse-probability weighting, each account predicted from the others.

    Args:
        outcome: shape (n,). exposed: shape (n,), 0 or 1. controls: shape (n, k). accounts: shape (n,). No gaps.
    Returns:
        GroupLift in the outcome's units; df = accounts - 1.
    Raises:
        ResultError: fewer than five accounts, or a training fold with hardly anybody in one group.
    Notes:
        Logistic propensity (ridge penalty 1), linear outcome in each group; folds keep accounts whole and depend on nothing but the
        accounts' sizes and order.
        Source: Robins, Rotnitzky and Zhao (1994), JASA 89(427); cross-fitting: Chernozhukov et al. (2018), Econometrics
        Journal 21(1).
    """
    y, t = np.asarray(outcome, dtype=float), np.asarray(exposed, dtype=int)
    x, w = np.asarray(controls, dtype=float), np.ones(len(y)) if weights is None else np.asarray(weights, dtype=float)
    w = w / w.mean()  # the ridge of the propensity model would otherwise hang on the weights' scale
    account = number_labels(accounts).places
    clusters = int(account.max()) + 1 if len(account) else 0
    if clusters < FOLDS:
        raise ResultError(f"Cross-fitting needs at least {FOLDS} accounts.")
    high, low = np.empty_like(y), np.empty_like(y)  # each answer's augmented outcome under exposure, and without it
    for train, test in GroupKFold(FOLDS).split(x, groups=account):
        if min(np.bincount(t[train], minlength=2)) < MIN_PER_ARM:
            raise ResultError("A group is too small for cross-fitting.")
        inclined = LogisticRegression().fit(x[train], t[train], sample_weight=w[train])
        p = np.clip(inclined.predict_proba(x[test])[:, 1], *PROPENSITY)
        for arm, augmented, chance in ((1, high, p), (0, low, 1 - p)):
            own = train[t[train] == arm]
            predicted = LinearRegression().fit(x[own], y[own], sample_weight=w[own]).predict(x[test])
            augmented[test] = predicted + (t[test] == arm) * (y[test] - predicted) / chance
    share = w / w.sum()
    means = float(share @ high), float(share @ low)
    lift = means[0] - means[1]
    by_account = np.bincount(account, weights=share * (high - low - lift))
    se = float((by_account**2).sum() * clusters / (clusters - 1)) ** 0.5
    return GroupLift(*means, lift, se, float(clusters - 1))


# An instrument


@dataclass(frozen=True, slots=True)
class Instrumented:
    """Effect per unit of the exposure, its clustered standard error and df, and the clustered first-stage F."""

    value: float
    se: float
    df: float
    first_stage_f: float


def estimate_2sls(
    outcome: ArrayLike,
    exposure: ArrayLike,
    instrument: ArrayLike,
    controls: ArrayLike,
    accounts: ArrayLike | Labels,
    *,
    weights: ArrayLike | None = None,
) -> Instrumented:
    """One instrument for one exposure, with controls.

    Args:
        outcome, exposure, instrument: shape (n,). controls: shape (n, k). accounts: shape (n,), the cluster. No gaps.
    Returns:
        Instrumented; CR1 variances with the factor G / (G - 1), df = G - 1. The second stage is not to be read where the
        first-stage F is below 10.
    Raises:
        ResultError: fewer than two accounts, or the instrument says nothing beside the controls.
    Notes:
        Source: Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, ch. 5; clustered F: Andrews, Stock and Sun
        (2019), Annual Review of Economics 11, 727-753.

    >>> at = np.arange(60)
    >>> instrument, hidden = (at % 4 < 2).astype(float), np.sin(at)
    >>> exposure = 2 * instrument + hidden
    >>> found = estimate_2sls(3 * exposure + 5 * hidden, exposure, instrument, np.empty((60, 0)), at // 2)
    >>> round(found.value, 1), found.first_stage_f > 10
    (2.9, True)
    """
    w = np.ones(len(np.asarray(outcome))) if weights is None else np.asarray(weights, dtype=float)
    root = np.sqrt(w)
    x = np.column_stack([np.ones(len(w)), np.asarray(controls, dtype=float)]) * root[:, None]
    y, d, z = (_beyond(x, np.asarray(column, dtype=float) * root) for column in (outcome, exposure, instrument))
    account = number_labels(accounts).places
    clusters = int(account.max()) + 1
    moved = float(z @ d)
    if clusters < 2 or float(z @ z) <= 1e-9 * len(z) or abs(moved) <= 1e-12:
        raise ResultError("The instrument says nothing beside the controls.")
    factor = clusters / (clusters - 1)
    value = float(z @ y) / moved
    se = float((np.bincount(account, weights=z * (y - value * d)) ** 2).sum() * factor) ** 0.5 / abs(moved)
    first = moved / float(z @ z)
    first_variance = float((np.bincount(account, weights=z * (d - first * z)) ** 2).sum() * factor) / float(z @ z) ** 2
    return Instrumented(value, se, float(clusters - 1), first**2 / first_variance if first_variance > 0 else np.inf)


def _beyond(x: Floats, column: Floats) -> Floats:
    """The part of a column that the controls do not explain."""
    left: Floats = column - x @ np.linalg.lstsq(x, column, rcond=None)[0]
    return left

"""Weighted means of groups with cluster-robust covariance, in closed form from account totals (no covariates).

Also what every cluster-robust variance needs: Satterthwaite degrees of freedom and the working model behind them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from valuelib.errors import ResultError
from valuelib.stats.totals import ClusterTotals, Design, Floats

# Covariance assumed for the degrees of freedom only. `iid` (every sd one, no correlation) is what clubSandwich assumes; `rho` (an
# sd per group, one correlation inside accounts) holds its level better in small clustered samples (docs/explanation/statistics.md).
Working = Literal["rho", "iid"]
RHO_MAX = 0.9
# Fewer, and the t approximation does not hold its level: Tipton (2015), Psychological Methods 20(3), 375-393.
MIN_DF = 4.0
ALONE = 1e-12  # below this share an account is the whole of its group, and its own residual carries no information


def estimate_means(totals: ClusterTotals) -> GroupMeans:
    """Weighted means by group with cluster-robust covariance, from account totals alone.

    Args:
        totals: totals with the columns `1` and `y`; other columns are left aside.
    Returns:
        GroupMeans; covariances are in the outcome's units squared.
    Raises:
        ResultError: a group has no answers.
    Notes:
        For a group mean the CR2 adjustment (I - H)(I - H)'_gg^(-1/2) is the identity plus a change in the span of (1, w), so each
        account needs only n and the sums of w, w^2, y, wy. Without weights it is the factor (1 - n_g / N)^(-1/2).
        Source: Pustejovsky and Tipton (2018), JBES 36(4), 672-683. Checked: tests/reference (survey, clubSandwich).

    >>> from valuelib.stats.totals import collect_totals
    >>> accounts, scores = ["A", "A", "B", "C", "C", "D"], [1, 1, 0, -1, 0, 1]
    >>> means = estimate_means(collect_totals(accounts, [0, 0, 0, 1, 1, 1], scores, groups=("comparison", "baseline")))
    >>> [round(float(value), 3) for value in (*means.values, means.df([1, -1]))]
    [0.667, 0.0, 1.6]
    """
    t = _Totals.of(totals)
    mean = t.wy.sum(axis=1) / t.weight
    centre = mean[:, None]
    variance = np.maximum(t.wyy.sum(axis=1) / t.weight - mean**2, 0.0)
    if t.weighted:
        alpha, beta = _weighted_adjustment(t)
    else:
        left = 1.0 - t.n / t.weight[:, None]
        several = left > ALONE
        alpha, beta = np.zeros((len(left), 1)), several / np.sqrt(np.where(several, left, 1.0))
    residual_1 = t.y - t.n * centre
    residual_w = t.wy - t.w * centre if t.weighted else residual_1
    plain = residual_w / t.weight[:, None]
    score = alpha * residual_1 / t.weight[:, None] + beta * plain
    sd = np.where(variance > 0, np.sqrt(variance), 1.0)[:, None]
    squares = t.yy - 2.0 * centre * t.y + t.n * centre**2
    clusters = len(totals.accounts)
    return GroupMeans(
        values=mean,
        variance=variance,
        n=totals.n,
        n_accounts=totals.n_accounts,
        n_clusters=totals.n_clusters,
        cr2=score @ score.T,
        accounts=totals.accounts,
        scores=score,
        linearised=plain @ plain.T * (clusters / max(clusters - 1, 1)),
        rho=common_correlation((residual_1 / sd).sum(axis=0), (squares / sd**2).sum(axis=0), t.n.sum(axis=0)),
        _totals=t,
        _alpha=alpha,
        _beta=beta,
    )


class Means(Protocol):
    """Group figures with their joint covariance: raw means here, fitted ones in `adjust`. It is all that `contrasts` needs."""

    @property
    def values(self) -> Floats: ...
    @property
    def cr2(self) -> Floats: ...
    @property
    def linearised(self) -> Floats: ...
    @property
    def variance(self) -> Floats: ...
    @property
    def n(self) -> NDArray[np.int64]: ...
    @property
    def n_accounts(self) -> NDArray[np.int64]: ...
    @property
    def n_clusters(self) -> NDArray[np.int64]: ...
    def df(self, contrast: ArrayLike, working: Working = "rho") -> float: ...


class JointMeans(Means, Protocol):
    """Group figures that can be set against others of the same accounts: what each account adds to their error."""

    @property
    def accounts(self) -> NDArray[np.str_]: ...
    @property
    def scores(self) -> Floats: ...
    def form(self, contrast: ArrayLike) -> LinearForm: ...


@dataclass(frozen=True, slots=True, eq=False)
class LinearForm:
    """One contrast as linear forms of the answers, account by account: v_g = Z_g zeta_g is A_g W_g X_g (X'WX)^-1 c.

    X begins with the group indicators, controls follow; Z = X without weights, else (X, wX).

    Attributes:
        design: Z'Z.
        zeta: shape (blocks * p, accounts).
        bread: shape (p, p), (X'WX)^-1.
        variance: shape (groups,), residual variance; rho: correlation of two residuals of one account.
    """

    design: Design
    zeta: Floats
    bread: Floats
    variance: Floats
    rho: float

    def as_weighted(self) -> LinearForm:
        """The same form with Z = (X, wX)."""
        if self.design.weighted:
            return self
        return replace(self, design=self.design.as_weighted(), zeta=np.concatenate([np.zeros_like(self.zeta), self.zeta]))


@dataclass(frozen=True, slots=True, eq=False)
class GroupMeans:
    """Weighted domain means of one outcome with CR2 and linearised covariance between them.

    Attributes:
        values: shape (groups,), in the outcome's units.
        variance: shape (groups,), weighted variance of single answers.
        cr2: shape (groups, groups), bias-reduced linearisation with identity target.
        linearised: shape (groups, groups), Taylor linearisation times G / (G - 1), G every account of the study.
        scores: shape (groups, accounts), what each account adds to the error of each mean; `cr2` is scores @ scores.T.
        rho: correlation of two answers of one account, 0..0.9.
    """

    values: Floats
    variance: Floats
    n: NDArray[np.int64]
    n_accounts: NDArray[np.int64]
    accounts: NDArray[np.str_]
    scores: Floats
    n_clusters: NDArray[np.int64]
    cr2: Floats
    linearised: Floats
    rho: float
    _totals: _Totals
    _alpha: Floats
    _beta: Floats

    def df(self, contrast: ArrayLike, working: Working = "rho") -> float:
        """Satterthwaite degrees of freedom of a linear contrast of the means, shape (groups,)."""
        t, c = self._totals, np.asarray(contrast, dtype=float) / self._totals.weight
        s, rho = (np.sqrt(self.variance), self.rho) if working == "rho" else (np.ones_like(c), 0.0)
        v, own = c[:, None], (1.0 - rho) * s**2
        sum_v = v * (self._alpha * t.n + self._beta * t.w)
        sum_wv = v * (self._alpha * t.w + self._beta * t.w2) if t.weighted else sum_v
        sum_vv = v * (self._alpha * sum_v + self._beta * sum_wv)
        shared = s @ sum_v
        sw = s[:, None] * t.w
        d = own @ sum_vv + rho * shared**2
        a = own[:, None] * sum_wv + rho * sw * shared
        b = sum_v / t.weight[:, None]
        omega = np.diag(own * t.w2.sum(axis=1)) + rho * (sw @ sw.T)
        return float(satterthwaite_df(d, a, b, omega))

    def form(self, contrast: ArrayLike) -> LinearForm:
        """A linear contrast of the means, shape (groups,), as linear forms of the answers."""
        t, v = self._totals, np.asarray(contrast, dtype=float)[:, None] / self._totals.weight[:, None]
        products = np.stack([t.n, t.w, t.w2])[:, None, None]
        zeta = (
            np.concatenate([v * self._alpha + np.zeros_like(t.n), v * self._beta]) if t.weighted else v * (self._alpha + self._beta)
        )
        return LinearForm(Design(products, t.weighted), zeta, np.diag(1.0 / t.weight), self.variance, self.rho)


@dataclass(frozen=True, slots=True, eq=False)
class PickedMeans:
    """Some groups of a joint estimate, in a new order; covariances and degrees of freedom stay those of the whole."""

    whole: JointMeans
    picked: tuple[int, ...]

    @property
    def values(self) -> Floats:
        return self.whole.values[list(self.picked)]

    @property
    def cr2(self) -> Floats:
        return self.whole.cr2[np.ix_(self.picked, self.picked)]

    @property
    def linearised(self) -> Floats:
        return self.whole.linearised[np.ix_(self.picked, self.picked)]

    @property
    def variance(self) -> Floats:
        return self.whole.variance[list(self.picked)]

    @property
    def n(self) -> NDArray[np.int64]:
        return self.whole.n[list(self.picked)]

    @property
    def n_accounts(self) -> NDArray[np.int64]:
        return self.whole.n_accounts[list(self.picked)]

    @property
    def accounts(self) -> NDArray[np.str_]:
        return self.whole.accounts

    @property
    def scores(self) -> Floats:
        return self.whole.scores[list(self.picked)]

    @property
    def n_clusters(self) -> NDArray[np.int64]:
        return self.whole.n_clusters[list(self.picked)]

    def df(self, contrast: ArrayLike, working: Working = "rho") -> float:
        return self.whole.df(self._spread(contrast), working)

    def form(self, contrast: ArrayLike) -> LinearForm:
        return self.whole.form(self._spread(contrast))

    def _spread(self, contrast: ArrayLike) -> Floats:
        """The contrast of the picked groups as one of all groups."""
        spread = np.zeros(len(self.whole.values))
        spread[list(self.picked)] = np.asarray(contrast, dtype=float)
        return spread


def t_quantile(level: float, df: float) -> float:
    """Two-sided Student quantile: `level` of the distribution lies within plus and minus it."""
    return float(stdtrit(df, (1 + level) / 2))


def common_correlation(sum_e: Floats, sum_ee: Floats, size: Floats) -> float:
    """Correlation of two answers of one account, from residuals standardised by group.

    Args:
        sum_e: shape (accounts,), sum of the account's residuals.
        sum_ee: sums of their squares, by account or in whatever parts.
        size: shape (accounts,), number of answers.
    Returns:
        (sum of products over pairs) / (number of pairs) / (mean square), held within 0..0.9; 0 where no account has a pair.
    """
    pairs = float((size * (size - 1)).sum())
    square = float(sum_ee.sum())
    if pairs <= 0 or square <= 0:
        return 0.0
    return float(np.clip(((sum_e**2).sum() - square) / pairs / (square / size.sum()), 0.0, RHO_MAX))


def satterthwaite_df(d: Floats, a: Floats, b: Floats, omega: Floats) -> Floats:
    """Degrees of freedom (tr P)^2 / tr(P^2) of a sum of squared linear forms, one per account.

    P = diag(d) - a b' - b a' + b omega b' is the accounts x accounts covariance of the linear forms under the working model; it
    is never formed, since P - diag(d) has rank 2 p. Several at once, say of several outcomes, stand along leading axes.

    Args:
        d: shape (..., accounts), variance of the form with the answers' own errors.
        a: shape (..., p, accounts), covariance of those errors with the coefficients' scores.
        b: shape (p, accounts), what the estimated coefficients take off each form.
        omega: shape (..., p, p), working variance of the scores.
    Returns:
        Degrees of freedom, at least 1, shape (...).
    Notes:
        Source: Bell and McCaffrey (2002), Survey Methodology 28(2), 169-181; Pustejovsky and Tipton (2018), JBES 36(4), 672-683.
    """
    trace = (d + (own := ((omega @ b - 2.0 * a) * b).sum(axis=-2))).sum(axis=-1)
    # P - diag(d) is u'Ku with u = (a, b) and K = [0 -I; -I omega]; these are the blocks of K uu'.
    ba, bb = b @ a.swapaxes(-1, -2), b @ b.T
    lower, last = omega @ ba - a @ a.swapaxes(-1, -2), omega @ bb - ba.swapaxes(-1, -2)
    rest = (ba * ba.swapaxes(-1, -2) - 2.0 * bb * lower.swapaxes(-1, -2) + last * last.swapaxes(-1, -2)).sum(axis=(-2, -1))
    square = (d * (d + 2.0 * own)).sum(axis=-1) + rest
    found: Floats = np.maximum(trace**2 / np.where(square > 0, square, np.inf), 1.0)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class _Totals:
    """Sums by group and account, each of shape (groups, accounts), and the groups' whole weights, shape (groups,)."""

    n: Floats
    w: Floats
    w2: Floats
    y: Floats
    wy: Floats
    yy: Floats
    wyy: Floats
    weight: Floats
    weighted: bool

    @classmethod
    def of(cls, totals: ClusterTotals) -> _Totals:
        n, w, w2 = (totals.sum_of("1", "1", power) for power in range(3))
        weight = w.sum(axis=1)
        if not (weight > 0).all():
            empty = [group for group, total in zip(totals.groups, weight, strict=True) if not total > 0]
            raise ResultError(f"No answers in group {', '.join(empty)}.")
        (y, wy), (yy, wyy) = ([totals.sum_of(column, "y", power) for power in (0, 1)] for column in ("1", "y"))
        return cls(n, w, w2, y, wy, yy, wyy, weight, totals.weighted)


def _weighted_adjustment(t: _Totals) -> tuple[Floats, Floats]:
    """alpha, beta of A w = alpha 1 + beta w, A = (I + Z K Z')^(-1/2), Z = (1, w): a function of the 2 x 2 matrix K Z'Z."""
    q, k = (t.w2.sum(axis=1) / t.weight**2)[:, None], -1.0 / t.weight[:, None]
    m11, m12, m21, m22 = q * t.n + k * t.w, q * t.w + k * t.w2, k * t.n, k * t.w  # M = K Z'Z, K = ((q, k), (k, 0))
    half, root = (m11 + m22) / 2.0, np.sqrt(np.maximum(((m11 - m22) / 2.0) ** 2 + m12 * m21, 0.0))
    s1, s2 = (np.sqrt(np.maximum(1.0 + half + sign * root, 0.0)) for sign in (1.0, -1.0))
    phi1, phi2 = _phi(s1), _phi(s2)
    smooth = (s1 > ALONE) & (s2 > ALONE)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(smooth, (1 + s1 + s2) / ((s1 + s2) * (s1 + s1**2) * (s2 + s2**2)), (phi1 - phi2) / (s1**2 - s2**2))
    slope = np.where(np.isfinite(slope), slope, 0.0)
    lam = half + root
    f11, f12, f21, f22 = phi1 + slope * (m11 - lam), slope * m12, slope * m21, phi1 + slope * (m22 - lam)
    c11, c12, c21, c22 = f11 * q + f12 * k, f11 * k, f21 * q + f22 * k, f21 * k
    return c11 * t.w + c12 * t.w2, 1.0 + c21 * t.w + c22 * t.w2


def _phi(s: Floats) -> Floats:
    """((1 + x)^(-1/2) - 1) / x at x = s^2 - 1; 1 where s is zero, the pseudo-inverse of a direction without information."""
    value: Floats = np.ones_like(s)
    np.divide(-1.0, s + s * s, out=value, where=s > ALONE)
    return value

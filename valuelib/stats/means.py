"""What are the groups' weighted means, and how sure are we when the account is the cluster? (No covariates: closed forms.)"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuelib.errors import ResultError
from valuelib.stats.moments import Floats, Moments
from valuelib.stats.satterthwaite import Working, WorkingModel, common_correlation, satterthwaite_df

ALONE = 1e-12  # below this share an account is the whole of its group, and its own residual tells nothing


class Means(Protocol):
    """Group figures with their joint covariance: raw means here, fitted ones in `adjust`; contrasts need no more than this."""

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
    def df(self, contrast: ArrayLike, working: Working = "rho") -> float: ...


@dataclass(frozen=True, slots=True, eq=False)
class GroupMeans:
    """Weighted domain means of one outcome with CR2 and linearised covariance between them.

    Attributes:
        values: shape (groups,), in the outcome's units.
        variance: shape (groups,), weighted variance of single answers.
        cr2: shape (groups, groups), bias-reduced linearisation with identity target.
        linearised: shape (groups, groups), Taylor linearisation times G / (G - 1), G every account of the study.
        rho: correlation of two answers of one account, 0..0.9.
    """

    values: Floats
    variance: Floats
    n: NDArray[np.int64]
    n_accounts: NDArray[np.int64]
    cr2: Floats
    linearised: Floats
    rho: float
    _totals: _Totals
    _alpha: Floats
    _beta: Floats

    def df(self, contrast: ArrayLike, working: Working = "rho") -> float:
        """Satterthwaite degrees of freedom of a linear contrast of the means, shape (groups,)."""
        t, c = self._totals, np.asarray(contrast, dtype=float) / self._totals.weight
        model = WorkingModel(np.sqrt(self.variance), self.rho) if working == "rho" else WorkingModel(np.ones_like(c), 0.0)
        s, rho = model.sd, model.rho
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
        return satterthwaite_df(d, a, b, omega)


@dataclass(frozen=True, slots=True, eq=False)
class _Totals:
    n: Floats
    w: Floats
    w2: Floats
    y: Floats
    wy: Floats
    yy: Floats
    wyy: Floats
    weight: Floats
    weighted: bool


def estimate_means(moments: Moments) -> GroupMeans:
    """Weighted means by group with cluster-robust covariance, from account totals alone.

    Args:
        moments: totals with the columns `1` and `y`; other columns are left aside.
    Returns:
        GroupMeans; covariances are in the outcome's units squared.
    Raises:
        ResultError: a group has no answers.
    Notes:
        For a group mean the CR2 adjustment (I - H)(I - H)'_gg^(-1/2) is the identity plus a change in the span of (1, w), so each
        account needs only n and the sums of w, w^2, y, wy. Without weights it is the factor (1 - n_g / N)^(-1/2).
        Source: Pustejovsky and Tipton (2018), JBES 36(4), 672-683. Checked: tests/reference (survey, clubSandwich).
    """
    t = _totals(moments)
    mean = t.wy.sum(axis=1) / t.weight
    variance = np.maximum(t.wyy.sum(axis=1) / t.weight - mean**2, 0.0)
    alpha, beta = _weighted_adjustment(t) if t.weighted else _plain_adjustment(t)
    residual_1 = t.y - t.n * mean[:, None]
    residual_w = t.wy - t.w * mean[:, None] if t.weighted else residual_1
    plain = residual_w / t.weight[:, None]
    score = alpha * residual_1 / t.weight[:, None] + beta * plain
    clusters = len(moments.accounts)
    return GroupMeans(
        values=mean,
        variance=variance,
        n=moments.n,
        n_accounts=moments.n_accounts,
        cr2=score @ score.T,
        linearised=plain @ plain.T * (clusters / max(clusters - 1, 1)),
        rho=_rho(t, mean, variance),
        _totals=t,
        _alpha=alpha,
        _beta=beta,
    )


def _totals(moments: Moments) -> _Totals:
    n, w = moments.sum_of("1", "1", 0), moments.sum_of("1", "1", 1)
    weight = w.sum(axis=1)
    if not (weight > 0).all():
        empty = [group for group, total in zip(moments.groups, weight, strict=True) if not total > 0]
        raise ResultError(f"No answers in group {', '.join(empty)}.")
    return _Totals(
        n=n,
        w=w,
        w2=moments.sum_of("1", "1", 2),
        y=moments.sum_of("1", "y", 0),
        wy=moments.sum_of("1", "y", 1),
        yy=moments.sum_of("y", "y", 0),
        wyy=moments.sum_of("y", "y", 1),
        weight=weight,
        weighted=moments.weighted,
    )


def _plain_adjustment(t: _Totals) -> tuple[Floats, Floats]:
    left = 1.0 - t.n / t.weight[:, None]
    told = left > ALONE
    return np.zeros((len(left), 1)), told / np.sqrt(np.where(told, left, 1.0))


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


def _rho(t: _Totals, mean: Floats, variance: Floats) -> float:
    sd, centre = np.where(variance > 0, np.sqrt(variance), 1.0), mean[:, None]
    sum_e = ((t.y - t.n * centre) / sd[:, None]).sum(axis=0)
    sum_ee = ((t.yy - 2.0 * centre * t.y + t.n * centre**2) / sd[:, None] ** 2).sum(axis=0)
    return common_correlation(sum_e, sum_ee, t.n.sum(axis=0))

"""Change over time: growth over several surveys, change of the same accounts between two, and how long contracts last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import ndtri
from statsmodels.duration.hazard_regression import PHReg

from valuelib.stats.means import estimate_means, t_quantile
from valuelib.stats.totals import Floats, collect_totals

SOURCE_GROWTH = "Laird and Ware (1982), Biometrics 38(4), 963-974; REML"
SOURCE_PAIRED = "paired t over accounts: Student (1908), Biometrika 6(1), 1-25"
SOURCE_COX = "Cox (1972), JRSS B 34(2), 187-220; Lin and Wei (1989), JASA 84(408), 1074-1078, robust by account"
MIN_ACCOUNTS, WAVES_FOR_PACE, MIN_PAIRS, MIN_ENDS = 20, 3, 3, 20
MIN_CONTRACTS = 10  # of a curve
EDGE = 0.01  # a variance between accounts, in squared points, below which a fit counts as one on the edge
DAYS_A_MONTH = 30.4375


@dataclass(frozen=True, slots=True)
class Growth:
    """Change per wave at mean exposure, and how much faster per point of exposure, with their standard errors.

    `pace_varies`: whether each account has a pace of its own in the model; `level_sd` and `pace_sd` are between accounts.
    """

    wave: float
    wave_se: float
    faster: float
    faster_se: float
    level_sd: float
    pace_sd: float | None
    accounts: int
    n: int


def estimate_growth(y: ArrayLike, wave: ArrayLike, exposure: ArrayLike, accounts: ArrayLike) -> Growth | None:
    """Mixed model y ~ wave * exposure with random intercepts, and random slopes from three waves on.

    Args:
        y: shape (n,), the rating. wave: shape (n,), 0, 1, 2, ... exposure: shape (n,), 0-10, constant or not inside an account.
    Returns:
        Growth, exposure centred; None with fewer than 20 accounts, or where not even the model without paces can be fitted.
    Notes:
        A fit on the edge (a variance of next to nothing) or without convergence is not used: the plainer model takes its place.
    """
    frame = pd.DataFrame(
        {
            "y": np.asarray(y, dtype=float),
            "wave": np.asarray(wave, dtype=float),
            "exposure": np.asarray(exposure, dtype=float),
            "account": np.asarray(accounts).astype(str),
        }
    ).dropna()
    if frame["account"].nunique() < MIN_ACCOUNTS or frame["wave"].nunique() < 2 or frame["exposure"].nunique() < 2:
        return None
    x = frame["exposure"] - frame["exposure"].mean()
    fixed = np.column_stack([np.ones(len(frame)), frame["wave"], x, frame["wave"] * x])
    shapes = (True, False) if frame["wave"].nunique() >= WAVES_FOR_PACE else (False,)
    return next((found for pace in shapes if (found := _fit(frame, fixed, pace)) is not None), None)


def _fit(frame: pd.DataFrame, fixed: Floats, pace: bool) -> Growth | None:
    """The mixed model with or without a pace of each account; None where its fit is on the edge or not found."""
    random = np.column_stack([np.ones(len(frame)), frame["wave"]]) if pace else np.ones((len(frame), 1))
    fitted = fit_mixed(frame["y"].to_numpy(), fixed, random, frame["account"].to_numpy())
    if fitted is None or not (np.diag(fitted.spread) > EDGE).all():
        return None
    (_, wave, _, faster), (_, wave_se, _, faster_se) = fitted.b.tolist(), fitted.se.tolist()
    level_sd, *paces = np.sqrt(np.diag(fitted.spread)).tolist()
    accounts = int(frame["account"].nunique())
    return Growth(wave, wave_se, faster, faster_se, level_sd, paces[0] if pace else None, accounts, len(frame))


@dataclass(frozen=True, slots=True, eq=False)
class Mixed:
    """Coefficients of the fixed part with their standard errors, and the covariance of what each group has of its own."""

    b: Floats
    se: Floats
    spread: Floats


def fit_mixed(y: ArrayLike, fixed: ArrayLike, random: ArrayLike, groups: ArrayLike) -> Mixed | None:
    """Linear mixed model by REML, from the cross-products of each group alone: a round of the search takes no row in hand.

    Args:
        y: shape (n,). fixed: shape (n, p). random: shape (n, q), whose coefficients vary from group to group. groups: shape (n,).
    Returns:
        Mixed; None where the search does not end, or the fixed part has columns that follow from others.
    Notes:
        With P the groups' covariance over the residual variance, a group's inverse covariance is
        I - Z P (I + Z'Z P)^-1 Z' (Woodbury). P is searched as L L', so that it is never negative; the rest has closed forms.
        Source: Lindstrom and Bates (1988), JASA 83(404), 1014-1022. Checked: tests/reference/partnership (lme4).
    """
    labels, x, z = np.asarray(groups), np.asarray(fixed, dtype=float), np.asarray(random, dtype=float)
    order = np.argsort(labels, kind="stable")
    starts = np.unique(labels[order], return_index=True)[1]
    both = np.column_stack([x, np.asarray(y, dtype=float)])[order]
    (n, p), q = x.shape, z.shape[1]
    if np.linalg.matrix_rank(x) < p:
        return None
    zz, zx = (np.add.reduceat(z[order][:, :, None] * one[:, None, :], starts) for one in (z[order], both))
    whole, lower = both.T @ both, np.tril_indices(q)

    def solve(packed: Floats) -> tuple[Floats, Floats, Floats, float, float]:
        root = np.zeros((q, q))
        root[lower] = packed
        share = root @ root.T
        inner = np.eye(q) + zz @ share
        left = whole - (zx.transpose(0, 2, 1) @ (share @ np.linalg.solve(inner, zx))).sum(axis=0)
        b = np.linalg.solve(left[:p, :p], left[:p, p])
        return share, left[:p, :p], b, float(left[p, p] - left[p, :p] @ b) / (n - p), float(np.linalg.slogdet(inner)[1].sum())

    def loss(packed: Floats) -> float:
        _, bread, _, variance, log_det = solve(packed)
        return float((n - p) * np.log(variance) + log_det + np.linalg.slogdet(bread)[1])

    found = minimize(loss, np.eye(q)[lower], method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-10, "maxfev": 4000})
    if not found.success:
        return None
    share, bread, b, variance, _ = solve(found.x)
    return Mixed(b, np.sqrt(np.diag(np.linalg.inv(bread)) * variance), share * variance)


@dataclass(frozen=True, slots=True)
class Paired:
    """Mean of later minus earlier (or one side minus the other) over accounts; `n` accounts, each counting once.

    `se`, `low` and `high` are None with fewer than three accounts or without variation; `within` is the share that lies close.
    """

    value: float
    se: float | None
    low: float | None
    high: float | None
    n: int
    within: float
    df: float | None = None


def estimate_paired(
    first: ArrayLike, second: ArrayLike, *, level: float = 0.95, close: float = 1.0, clusters: ArrayLike | None = None
) -> Paired | None:
    """The mean difference second - first over accounts that have both, its t interval, and how many lie close together.

    Args:
        first, second: shape (accounts,), such as each account's mean in two waves, or by its customers and by the provider.
        close: distance up to which two figures count as agreeing; `within` is the share of accounts that do.
        clusters: shape (accounts,), what stands above the accounts (CR2, Satterthwaite df); None takes them for independent.
    Returns:
        Paired; None without a single pair, no interval with fewer than three or without variation.

    >>> found = estimate_paired([7, 6, 8, 5], [8, 8, 8, 7])
    >>> found.value, round(found.low, 2), round(found.high, 2), found.within
    (1.25, -0.27, 2.77, 0.5)
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    both = np.isfinite(a) & np.isfinite(b)
    gap = (b - a)[both]
    if not len(gap):
        return None
    value, within, n = float(gap.mean()), float((np.abs(gap) <= close).mean()), len(gap)
    spread = float(gap.std(ddof=1)) if n >= MIN_PAIRS else 0.0
    if not spread > 0:
        return Paired(value, None, None, None, n, within)
    se, df = spread / n**0.5, float(n - 1)
    if clusters is not None:
        above = np.asarray(clusters)[both]
        if len(np.unique(above)) < MIN_PAIRS:
            return Paired(value, None, None, None, n, within)
        means = estimate_means(collect_totals(above, np.zeros(n, dtype=int), gap, groups=("all",)))
        se, df = float(means.cr2[0, 0]) ** 0.5, means.df([1.0], working="iid")
    reach = t_quantile(level, df) * se
    return Paired(value, se, value - reach, value + reach, n, within, df)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Share of contracts that still run by month since the survey, with its limits, 0..1; `n` contracts, `ends` of them ended."""

    label: str
    months: Floats
    share: Floats
    low: Floats
    high: Floats
    n: int
    ends: int


def estimate_curve(label: str, months: ArrayLike, ended: ArrayLike, *, level: float = 0.95) -> Curve | None:
    """Kaplan-Meier curve; None with fewer than ten contracts or without an end.

    Args:
        label: name of the group. months: shape (n,), months from the survey to the end, or to the last day known.
        ended: shape (n,), whether it ended then; a contract that still runs counts for as long as it is observed.
    Notes:
        Source: Kaplan and Meier (1958), JASA 53(282), 457-481; interval: exponential Greenwood.

    >>> curve = estimate_curve("all", [3, 5, 5, 8, 12, 12, 12, 12, 12, 12], [1, 1, 0, 1, 0, 0, 0, 0, 0, 0])
    >>> curve.share.round(3).tolist(), curve.ends
    ([1.0, 0.9, 0.8, 0.686, 0.686], 3)
    """
    time, over = np.asarray(months, dtype=float), np.asarray(ended, dtype=bool)
    if len(time) < MIN_CONTRACTS or not over.any():
        return None
    from lifelines import KaplanMeierFitter  # on use: it takes most of a second to load, and few chapters need it

    fitted = KaplanMeierFitter(alpha=1 - level).fit(time, over)
    limits = fitted.confidence_interval_survival_function_
    share = fitted.survival_function_.iloc[:, 0]
    low, high = (limits.iloc[:, place].to_numpy(float) for place in (0, 1))
    return Curve(label, share.index.to_numpy(float), share.to_numpy(float), low, high, len(time), int(over.sum()))


@dataclass(frozen=True, slots=True)
class Hazard:
    """Ratio of the hazard of a contract's end for one point more of value, with its interval; below one, contracts last longer."""

    ratio: float
    low: float
    high: float
    n: int
    ends: int


def estimate_hazard(
    months: ArrayLike, ended: ArrayLike, value: ArrayLike, accounts: ArrayLike, *, level: float = 0.95
) -> Hazard | None:
    """Cox regression of the contract's end on value, robust by account; None where too few contracts ended or nothing varies.

    Args:
        months, ended: as above. value: shape (n,), seen before the time runs. accounts: shape (n,), the cluster of each contract.
    Notes:
        Checked: tests/reference/renewal (survival::coxph).
    """
    frame = pd.DataFrame(
        {
            "months": np.asarray(months, dtype=float),
            "ended": np.asarray(ended, dtype=bool).astype(int),
            "value": np.asarray(value, dtype=float),
            "account": np.unique(np.asarray(accounts).astype(str), return_inverse=True)[1],
        }
    ).dropna()
    frame = frame[frame["months"] > 0]
    few = frame["ended"].sum() < MIN_ENDS or frame["account"].nunique() < MIN_ACCOUNTS
    if few or frame["value"].nunique() < 2 or (frame["ended"].min() == 1 == frame["ended"].max() and frame["months"].nunique() < 2):
        return None
    # statsmodels rather than lifelines for this one: the latter calls pandas in a way that pandas 3 warns about.
    model = PHReg(frame["months"].to_numpy(), frame[["value"]].to_numpy(), status=frame["ended"].to_numpy(), ties="efron")
    fitted = model.fit(groups=frame["account"].to_numpy())
    slope, se = float(fitted.params[0]), float(fitted.bse[0])
    if not (np.isfinite(slope) and np.isfinite(se) and se > 0):
        return None
    reach = float(ndtri((1 + level) / 2)) * se
    low, high = float(np.exp(slope - reach)), float(np.exp(slope + reach))
    return Hazard(float(np.exp(slope)), low, high, len(frame), int(frame["ended"].sum()))

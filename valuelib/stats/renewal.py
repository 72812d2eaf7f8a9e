"""How long do contracts last, and longer where more value was seen? Contracts that still run count for as long as they are
known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from numpy.typing import ArrayLike
from scipy.special import ndtri
from statsmodels.duration.hazard_regression import PHReg

from valuelib.stats.moments import Floats

SOURCE_KM = "Kaplan and Meier (1958), JASA 53(282), 457-481; interval: exponential Greenwood"
SOURCE_COX = "Cox (1972), JRSS B 34(2), 187-220; Lin and Wei (1989), JASA 84(408), 1074-1078, robust by account"
FEWEST_ENDS, FEWEST_ACCOUNTS = 20, 20
DAYS_A_MONTH = 30.4375


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


@dataclass(frozen=True, slots=True)
class Hazard:
    """Ratio of the hazard of a contract's end for one point more of value, with its interval; below one, contracts last longer."""

    ratio: float
    low: float
    high: float
    n: int
    ends: int


def estimate_curve(label: str, months: ArrayLike, ended: ArrayLike, *, level: float = 0.95) -> Curve | None:
    """Kaplan-Meier curve; None with fewer than ten contracts or without an end.

    Args:
        months: shape (n,), months from the survey to the end, or to the last day known. ended: shape (n,), whether it ended then.
    """
    time, over = np.asarray(months, dtype=float), np.asarray(ended, dtype=bool)
    if len(time) < FEWEST_ACCOUNTS // 2 or not over.any():
        return None
    fitted = KaplanMeierFitter(alpha=1 - level).fit(time, over)
    limits = fitted.confidence_interval_survival_function_
    share = fitted.survival_function_.iloc[:, 0]
    low, high = (limits.iloc[:, place].to_numpy(float) for place in (0, 1))
    return Curve(label, share.index.to_numpy(float), share.to_numpy(float), low, high, len(time), int(over.sum()))


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
    few = frame["ended"].sum() < FEWEST_ENDS or frame["account"].nunique() < FEWEST_ACCOUNTS
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

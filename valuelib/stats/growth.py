"""How does a rating grow over several surveys of the same accounts? A mixed model with an account's own level and pace."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from statsmodels.regression.mixed_linear_model import MixedLM
from statsmodels.tools.sm_exceptions import ConvergenceWarning

SOURCE = "Laird and Ware (1982), Biometrics 38(4), 963-974; REML"
FEWEST_ACCOUNTS, WAVES_FOR_PACE = 20, 3


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
        accounts: shape (n,).
    Returns:
        Growth, exposure centred; None with fewer than 20 accounts, or where not even the model without paces can be fitted.
    Notes:
        A fit on the edge (a variance of zero) or without convergence is not used: the plainer model takes its place.
        Checked: tests/reference/growth (lme4).
    """
    frame = pd.DataFrame(
        {
            "y": np.asarray(y, dtype=float),
            "wave": np.asarray(wave, dtype=float),
            "exposure": np.asarray(exposure, dtype=float),
            "account": np.asarray(accounts).astype(str),
        }
    ).dropna()
    if frame["account"].nunique() < FEWEST_ACCOUNTS or frame["wave"].nunique() < 2 or frame["exposure"].nunique() < 2:
        return None
    x = frame["exposure"] - frame["exposure"].mean()
    fixed = np.column_stack([np.ones(len(frame)), frame["wave"], x, frame["wave"] * x])
    shapes = (True, False) if frame["wave"].nunique() >= WAVES_FOR_PACE else (False,)
    return next((found for pace in shapes if (found := _fit(frame, fixed, pace)) is not None), None)


def _fit(frame: pd.DataFrame, fixed: np.typing.NDArray[np.float64], pace: bool) -> Growth | None:
    random = np.column_stack([np.ones(len(frame)), frame["wave"]]) if pace else np.ones((len(frame), 1))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        model = MixedLM(frame["y"].to_numpy(), fixed, groups=frame["account"].to_numpy(), exog_re=random)
        try:
            # Gradient methods stall, or meet a singular matrix, where the variance of the paces is next to nothing.
            fitted = model.fit(reml=True, method=["powell"]) if pace else model.fit(reml=True)
        except np.linalg.LinAlgError:
            return None
    doubtful = any(issubclass(one.category, ConvergenceWarning | RuntimeWarning) for one in said)
    covariance = np.atleast_2d(np.asarray(fitted.cov_re))
    spread = np.diag(covariance)
    if doubtful or not fitted.converged or not (spread > 1e-8).all() or not np.isfinite(fitted.bse_fe).all():
        return None
    b, se = fitted.fe_params, fitted.bse_fe
    pace_sd = float(spread[1] ** 0.5) if pace else None
    n_accounts = int(frame["account"].nunique())
    return Growth(float(b[1]), float(se[1]), float(b[3]), float(se[3]), float(spread[0] ** 0.5), pace_sd, n_accounts, len(frame))

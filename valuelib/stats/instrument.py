"""What lift is left if only that part of an exposure counts which an instrument moves? Two-stage least squares, clustered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from valuelib.errors import ResultError
from valuelib.stats.moments import Floats

SOURCE = (
    "Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, ch. 5; clustered F: Andrews, Stock and Sun (2019)"
)
STRONG_F = 10.0  # below this the second stage is not to be read


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
    accounts: ArrayLike,
    *,
    weights: ArrayLike | None = None,
) -> Instrumented:
    """One instrument for one exposure, with controls.

    Args:
        outcome, exposure, instrument: shape (n,). controls: shape (n, k). accounts: shape (n,), the cluster. No gaps.
        weights: shape (n,), positive.
    Returns:
        Instrumented; CR1 variances with the factor G / (G - 1), df = G - 1.
    Raises:
        ResultError: fewer than two accounts, or the instrument says nothing beside the controls.
    """
    w = np.ones(len(np.asarray(outcome))) if weights is None else np.asarray(weights, dtype=float)
    root = np.sqrt(w)
    x = np.column_stack([np.ones(len(w)), np.asarray(controls, dtype=float)]) * root[:, None]
    y, d, z = (_beyond(x, np.asarray(column, dtype=float) * root) for column in (outcome, exposure, instrument))
    _, account = np.unique(np.asarray(accounts).astype(str), return_inverse=True)
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
    """What of a column the controls do not tell."""
    left: Floats = column - x @ np.linalg.lstsq(x, column, rcond=None)[0]
    return left

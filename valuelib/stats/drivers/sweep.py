"""What is left of correlations once some predictors are known? Sweeps with a pivot guard, over all subsets of players at once.

Matrices have shape (..., q + 1, q + 1): q predictors, then the outcome. A predictor that the others repeat has nothing left to
explain; its pivot falls under the guard and it contributes 0, so collinear columns and n < q are no error.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
GUARD = 1e-9  # of a standardised predictor's variance; rounding stays far below, real ratings far above


def gain(matrix: Floats, at: int) -> Floats:
    """Explained variance that predictor `at` adds to those already swept out."""
    pivot = matrix[..., at, at]
    added: Floats = np.where(pivot > GUARD, matrix[..., at, -1] ** 2 / np.where(pivot > GUARD, pivot, 1.0), 0.0)
    return added


def sweep_first(matrix: Floats, count: int) -> Floats:
    """The matrix without its first `count` predictors, given that these are known."""
    for _ in range(count):
        pivot = matrix[..., :1, :1]
        column = matrix[..., 1:, :1]
        scaled = column * np.where(pivot > GUARD, 1 / np.where(pivot > GUARD, pivot, 1.0), 0.0)
        matrix = matrix[..., 1:, 1:] - scaled * np.swapaxes(column, -1, -2)
    return matrix


def over_subsets(matrix: Floats, sizes: Sequence[int]) -> Floats:
    """Every subset of the leading players taken as known.

    Args:
        matrix: shape (..., q + 1, q + 1); its first sum(sizes) predictors belong to the players, one after the other.
        sizes: how many predictors each player has; the largest first is the cheapest order.
    Returns:
        Shape (..., 2^k, r + 1, r + 1) with the r other predictors left; subsets in binary order, the first player as the
        highest bit.
    """
    stack = matrix[..., None, :, :]
    for size in sizes:
        without = stack[..., size:, size:]
        both = np.stack([without, sweep_first(stack, size)], axis=-3)
        stack = both.reshape(*both.shape[:-4], -1, *both.shape[-2:])
    return stack


def shapley_weights(players: int) -> Floats:
    """s!(k-1-s)!/k! for coalitions of s = 0 .. k-1 of the k - 1 others."""
    weights = np.ones(players) / players
    for s in range(1, players):
        weights[s] = weights[s - 1] * s / (players - s)
    return weights


def coalition_sizes(players: int) -> NDArray[np.int64]:
    """How many players each of the 2^k subsets holds, in the order of `over_subsets`."""
    sizes = np.zeros(1, dtype=np.int64)
    for _ in range(players):
        sizes = np.stack([sizes, sizes + 1], axis=-1).ravel()
    return sizes

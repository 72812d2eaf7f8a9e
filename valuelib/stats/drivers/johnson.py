"""What are the relative weights of the predictors by way of the closest set of uncorrelated ones? (a quick cross-check)"""

from __future__ import annotations

import numpy as np

from valuelib.stats.drivers.sweep import Floats

SOURCE = "Johnson (2000), Multivariate Behavioral Research 35(1), 1-19"
SMALLEST = 1e-9


def divide_johnson(correlations: Floats) -> Floats:
    """Johnson's relative weights.

    Args:
        correlations: shape (q + 1, q + 1), the outcome last.
    Returns:
        Shape (q,); sums to R2.
    Notes:
        R = Q D Q', L = Q D^(1/2) Q', b = L^-1 r; weight_j = sum_k L_jk^2 b_k^2. Directions without variance are left out.
    """
    values, vectors = np.linalg.eigh(correlations[:-1, :-1])
    root = np.sqrt(np.where(values > SMALLEST, values, 0.0))
    inverse = np.where(root > 0, 1 / np.where(root > 0, root, 1.0), 0.0)
    square_root = (vectors * root) @ vectors.T
    beta = (vectors * inverse) @ vectors.T @ correlations[:-1, -1]
    weights: Floats = square_root**2 @ beta**2
    return weights

"""What does each predictor, or each group of them, add to R2 on average over all orders of entry? (Shapley; LMG)"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from valuelib.errors import ResultError
from valuelib.stats.drivers.sweep import Floats, coalition_sizes, over_subsets, shapley_weights

SOURCE = "Lindeman, Merenda and Gold (1980); Shapley (1953); Groemping (2006), Journal of Statistical Software 17(1)"
MOST_PLAYERS = 20


def divide_flat(correlations: Floats, groups: Sequence[Sequence[int]] | None = None) -> Floats:
    """Share of R2 of every predictor, or of every group as one player, exact over all 2^k subsets.

    Args:
        correlations: shape (..., q + 1, q + 1), the outcome last; a partial covariance matrix will do.
        groups: columns of each player; None makes each predictor a player. Columns in no group are left out.
    Returns:
        Shape (..., k); sums to the R2 of the columns used.
    Raises:
        ResultError: more than 20 players: 2^k subsets take too long.
    Notes:
        phi_j = sum over S without j of |S|!(k-1-|S|)!/k! (R2(S + j) - R2(S)). The subset tree is walked breadth first: each step
        doubles the number of matrices and drops the columns it has decided on.
    """
    players = [[at] for at in range(correlations.shape[-1] - 1)] if groups is None else [list(group) for group in groups]
    if len(players) > MOST_PLAYERS:
        raise ResultError(f"{len(players)} players have too many subsets; at most {MOST_PLAYERS} can be divided exactly.")
    order = [*(at for player in players for at in player), -1]
    matrix = correlations[..., order, :][..., :, order]
    unexplained = over_subsets(matrix, [len(player) for player in players])[..., 0, 0]
    return share_out(-unexplained)


def share_out(values: Floats) -> Floats:
    """Shapley values of a game.

    Args:
        values: shape (..., 2^k), the worth of each subset in binary order, the first player as the highest bit.
    Returns:
        Shape (..., k).
    """
    k = int(np.log2(values.shape[-1]))
    weights = shapley_weights(k)[coalition_sizes(k - 1)] if k else np.ones(1)
    shares = np.empty((*values.shape[:-1], k))
    for player in range(k):
        split = values.reshape(*values.shape[:-1], 2**player, 2, -1)
        added = (split[..., 1, :] - split[..., 0, :]).reshape(*values.shape[:-1], -1)
        shares[..., player] = added @ weights
    return shares

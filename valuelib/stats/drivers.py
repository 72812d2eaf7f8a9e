"""Shares of R2 by predictor, category and tier (Winter, Owen, Shapley, Johnson), and how sure they and their ranks are.

Tiers enter whole and categories inside their tier. Correlations are taken pairwise where answers are missing, and repaired where no
complete data could show them. Intervals come from whole accounts drawn again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata
from statsmodels.stats.correlation_tools import corr_clipped

from valuelib.errors import ResultError
from valuelib.stats.totals import Floats

SOURCE_WINTER = "Winter (1989), International Journal of Game Theory 18, 227-240; Owen (1977); on R2: Huettner and Sunder (2012)"
SOURCE_BOOTSTRAP = "account bootstrap, percentile interval: Davison and Hinkley (1997), Bootstrap Methods and their Application"
MOST_PLAYERS = 20
GUARD = 1e-9  # of a standardised predictor's variance; rounding stays far below, real ratings far above
ROUNDING = 1e-10  # eigenvalues below minus this are no rounding: no complete data could show such correlations
FLOOR = 1e-6  # what a negative eigenvalue is raised to
FLAT = 1e-12
ACCOUNTS_AT_ONCE = 200
AT_ONCE = 20  # resamples decomposed together: enough to spread numpy's overhead, few enough for the cache
Tree = Sequence["Tree | int"]  # tiers of categories of columns; any depth will do
Statistic = Callable[[Floats, Floats], Floats]


# Division of R2


def divide_along(correlations: Floats, tree: Tree) -> Floats:
    """Share of R2 of every column under the Winter (nested Owen) value, exact.

    Args:
        correlations: shape (..., q + 1, q + 1), the outcome last; leading axes hold resamples.
        tree: the q columns, each once, nested in their groups, for instance ((0, 1), ((2, 3), (4,))).
    Returns:
        Shape (..., q). Columns add up to their category, categories to their tier, tiers to R2; and the tiers' totals are the
        Shapley values of the tiers as whole players.
    Notes:
        The mean of what a column adds over all orders in which tiers stay together, and categories inside them:
        phi_j = sum_S w(|S|) sum_C w(|C|) sum_E w(|E|) [R2(S + C + E + j) - R2(S + C + E)], S among the other tiers, C among the
        other categories of the tier, E among the other elements of the category, w(s) = s!(k-1-s)!/k!.
        Forty elements in the usual pyramid take 28,160 values of R2, against 2^40 without the pyramid.

    >>> correlations = np.array([[1, 0.5, 0, 0.4], [0.5, 1, 0, 0.2], [0, 0, 1, 0.3], [0.4, 0.2, 0.3, 1]])
    >>> divide_along(correlations, ((0, 1), (2,))).round(3).tolist()
    [0.14, 0.02, 0.09]
    """
    stack = _rows_first(correlations)
    shares = np.zeros((stack.shape[-1], len(stack) - 1))
    _divide(stack, np.ones(1), list(range(len(stack) - 1)), tree, shares)
    return shares.reshape(*correlations.shape[:-2], -1)


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
        Source: Lindeman, Merenda and Gold (1980); Shapley (1953); Groemping (2006), Journal of Statistical Software 17(1).
    """
    players = [[at] for at in range(correlations.shape[-1] - 1)] if groups is None else [list(group) for group in groups]
    if len(players) > MOST_PLAYERS:
        raise ResultError(f"{len(players)} players have too many subsets; at most {MOST_PLAYERS} can be divided exactly.")
    return _share_flat(_rows_first(correlations), players)[:, 0].reshape(*correlations.shape[:-2], len(players))


def divide_johnson(correlations: Floats) -> Floats:
    """Johnson's relative weights, by way of the closest set of uncorrelated predictors: a quick cross-check.

    Args:
        correlations: shape (q + 1, q + 1), the outcome last.
    Returns:
        Shape (q,); sums to R2.
    Notes:
        R = Q D Q', L = Q D^(1/2) Q', b = L^-1 r; weight_j = sum_k L_jk^2 b_k^2. Directions without variance are left out.
        Source: Johnson (2000), Multivariate Behavioral Research 35(1), 1-19.
    """
    values, vectors = np.linalg.eigh(correlations[:-1, :-1])
    root = np.sqrt(np.where(values > GUARD, values, 0.0))
    inverse = np.where(root > 0, 1 / np.where(root > 0, root, 1.0), 0.0)
    square_root = (vectors * root) @ vectors.T
    beta = (vectors * inverse) @ vectors.T @ correlations[:-1, -1]
    weights: Floats = square_root**2 @ beta**2
    return weights


# Inside, matrices stand on their side, (q + 1, q + 1, M, b): b resamples given M sets of outsiders, so that what is done to one
# number is done to all resamples in one stretch of memory.


def _rows_first(correlations: Floats) -> Floats:
    """Matrices (..., q + 1, q + 1) on their side, given no outsiders."""
    stack = np.moveaxis(correlations.reshape(-1, *correlations.shape[-2:]), 0, -1)
    return np.ascontiguousarray(stack)[:, :, None]


def _share_flat(stack: Floats, players: Sequence[Sequence[int]]) -> Floats:
    """Shapley shares of the players, shape (b, M, k)."""
    order, k = [*(at for player in players for at in player), -1], len(players)
    swept = over_subsets(stack[order][:, order], [len(player) for player in players])
    worth = -swept[0, 0].reshape(stack.shape[2], 2**k, -1)  # minus the variance left unexplained
    worth = np.ascontiguousarray(np.moveaxis(worth, -1, 0))
    weights = _orders(k) if k else np.ones(1)
    shares = np.empty((*worth.shape[:-1], k))
    for player in range(k):
        split = worth.reshape(*worth.shape[:-1], 2**player, 2, -1)
        shares[..., player] = (split[..., 1, :] - split[..., 0, :]).reshape(*worth.shape[:-1], -1) @ weights
    return shares


def _divide(stack: Floats, weights: Floats, labels: list[int], node: Tree, shares: Floats) -> None:
    """Add the node's part to `shares` (b, q): `stack` holds its columns `labels`."""
    children = [columns_of(child) for child in node]
    if all(len(child) == 1 for child in children):
        found = _share_flat(stack, [[labels.index(child[0])] for child in children])
        shares[:, [child[0] for child in children]] += np.einsum("...mk,m->...k", found, weights)
        return
    by_size = sorted(range(len(children)), key=lambda at: len(children[at]), reverse=True)
    order = [*(labels.index(at) for place in by_size for at in children[place]), -1]
    spread = np.outer(weights, _orders(len(children))).ravel()
    before = stack[order][:, order]  # given every subset of the larger children, which is the same for all smaller ones
    for rank, place in enumerate(by_size):
        kept, smaller = children[place], [len(children[at]) for at in by_size[rank + 1 :]]
        last = [*range(len(kept), len(before) - 1), *range(len(kept)), -1]
        child = node[place]
        inside = (child,) if isinstance(child, int) else child
        _divide(over_subsets(before[last][:, last], smaller), spread, kept, inside, shares)
        if smaller:
            before = over_subsets(before, [len(kept)])


def columns_of(node: Tree | int) -> list[int]:
    """All columns under a node."""
    return [node] if isinstance(node, int) else [at for child in node for at in columns_of(child)]


def over_subsets(stack: Floats, sizes: Sequence[int]) -> Floats:
    """Every subset of the leading players taken as known.

    Args:
        stack: shape (q + 1, q + 1, M, b); its first sum(sizes) predictors belong to the players, one after the other.
        sizes: how many predictors each player has; the largest first is the cheapest order.
    Returns:
        Shape (r + 1, r + 1, M * 2^k, b) with the r other predictors left; subsets in binary order, the first player as the
        highest bit, after the sets of outsiders.
    """
    for size in sizes:
        without = stack[size:, size:]
        stack = np.stack([without, sweep_first(stack, size)], axis=3).reshape(*without.shape[:2], -1, stack.shape[-1])
    return stack


def sweep_first(stack: Floats, count: int) -> Floats:
    """The matrices without their first `count` predictors, given that these are known."""
    for _ in range(count):
        pivot, column = stack[0, 0], stack[1:, 0]
        known = pivot > GUARD
        told = (column * np.where(known, 1 / np.where(known, pivot, 1.0), 0.0))[:, None] * column
        stack = np.subtract(stack[1:, 1:], told, out=told)
    return stack


def _orders(players: int) -> Floats:
    """s!(k-1-s)!/k! of every subset of s of the k - 1 others, shape (2^(k-1),), in the order of `over_subsets`."""
    weights = np.ones(players) / players
    for s in range(1, players):
        weights[s] = weights[s - 1] * s / (players - s)
    by_subset: Floats = weights[np.bitwise_count(np.arange(2 ** (players - 1)))]
    return by_subset


# Correlations of ratings with gaps


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Ratings and the outcome (last column), ready for weighted sums; missing entries are 0 with a `present` of 0.

    Columns are standardised by their own mean and spread, for numerical safety and so that slopes can be given in any unit.
    """

    z: Floats
    present: Floats
    weights: Floats
    accounts: NDArray[np.int64]
    spreads: Floats

    @property
    def pair_counts(self) -> Floats:
        """Answers behind each correlation, shape (q + 1, q + 1)."""
        counts: Floats = self.present.T @ self.present
        return counts

    @property
    def complete(self) -> int:
        """Rows without a gap: all that listwise deletion would keep."""
        return int(self.present.all(axis=1).sum())

    @property
    def missing_share(self) -> float:
        """Share of ratings that are missing, 0..1, over the rows with an outcome."""
        return float(1 - self.present[:, :-1].mean())


def gather_answers(ratings: ArrayLike, outcome: ArrayLike, weights: ArrayLike, accounts: ArrayLike) -> Answers:
    """Rows that have the outcome and at least one rating.

    Args:
        ratings: shape (n, q), NaN where missing.
        outcome: shape (n,), NaN where missing.
    Raises:
        ResultError: a column does not vary, or has no answers.
    """
    x, y = np.asarray(ratings, dtype=float), np.asarray(outcome, dtype=float)
    used = np.isfinite(y) & np.isfinite(x).any(axis=1)
    values = np.column_stack([x, y])[used]
    w = np.asarray(weights, dtype=float)[used]
    present = np.isfinite(values).astype(float)
    filled = np.where(present > 0, values, 0.0)
    totals = w @ present
    if not len(values) or not (totals > 0).all():
        raise ResultError("Correlations need at least one answer in every column.")
    centred = (filled - w @ filled / totals) * present
    spreads = np.sqrt(w @ centred**2 / totals)
    if not (spreads > 0).all():
        raise ResultError("Correlations need columns that vary; leave constant ones out.")
    codes = np.unique(np.asarray(accounts).astype(str)[used], return_inverse=True)[1]
    return Answers(centred / spreads, present, w / w.mean(), codes, spreads)


def correlate(answers: Answers, times: Floats | None = None) -> tuple[Floats, Floats]:
    """Pairwise correlations, each on the rows that have both answers, before any repair.

    Args:
        answers: n rows of q + 1 columns from G accounts.
        times: shape (b, G), how often each of b resamples holds each account; None takes the answers as they are. With (b, 1, G) a
            resample's last digit does not depend on what is asked beside it.
    Returns:
        Correlations, shape (b, q + 1, q + 1), and the spread of each column relative to all rows, shape (b, q + 1); without the
        leading axis where `times` is None. A pair that does not vary in a resample has correlation 0.
    """
    accounts = int(answers.accounts.max()) + 1
    drawn = np.ones((1, accounts)) if times is None else np.asarray(times, dtype=float)
    count, first, second, product = np.moveaxis(_weighted_totals(answers, drawn), 1, 0)
    count = np.maximum(count, np.finfo(float).tiny)
    mean = first / count
    variance = np.maximum(second / count - mean**2, 0.0)
    covariance = product / count - mean * np.swapaxes(mean, -1, -2)
    scale = np.sqrt(variance * np.swapaxes(variance, -1, -2))
    found = np.clip(np.where(scale > FLAT, covariance / np.where(scale > FLAT, scale, 1.0), 0.0), -1.0, 1.0)
    diagonal = np.arange(found.shape[-1])
    found[:, diagonal, diagonal] = 1.0
    spreads = np.sqrt(np.diagonal(variance, axis1=1, axis2=2))
    return (found[0], spreads[0]) if times is None else (found, spreads)


def _weighted_totals(answers: Answers, times: Floats) -> Floats:
    """Sums of w, w x_i, w x_i^2 and w x_i x_j over the rows that have both i and j, each account as often as it was drawn.

    Returns:
        Shape (b, 4, q + 1, q + 1); accounts are taken in blocks.
    """
    columns, accounts = answers.z.shape[1], times.shape[-1]
    order = np.argsort(answers.accounts, kind="stable")
    edges = np.searchsorted(answers.accounts[order], np.arange(accounts + 1))
    totals = np.zeros((*times.shape[:-1], 4 * columns**2))
    for start in range(0, accounts, ACCOUNTS_AT_ONCE):
        block = range(start, min(start + ACCOUNTS_AT_ONCE, accounts))
        products = []
        for account in block:
            rows = order[edges[account] : edges[account + 1]]
            z, here, w = answers.z[rows], answers.present[rows], answers.weights[rows, None]
            left, right = np.stack([here * w, z * w, z * w * z, z * w]), np.stack([here, here, here, z])
            products.append((np.swapaxes(left, -1, -2) @ right).ravel())
        totals += times[..., block.start : block.stop] @ np.stack(products)
    return totals.reshape(-1, 4, columns, columns)


def is_consistent(correlations: Floats) -> bool:
    """Whether some complete data could show these correlations (one matrix)."""
    try:
        np.linalg.cholesky(correlations + ROUNDING * np.eye(len(correlations)))
    except np.linalg.LinAlgError:
        return False
    return True


def repair(correlations: Floats) -> Floats:
    """The matrices, those that no complete data could show made positive definite by clipping their negative eigenvalues.

    Args:
        correlations: shape (b, k, k).
    Returns:
        The same shape, unit diagonal. Consistent matrices, singular ones too, come back as they are.
    Notes:
        Source: Rousseeuw and Molenberghs (1993), Communications in Statistics 22(4), 965-984; statsmodels `corr_clipped`.
    """
    return np.stack([one if is_consistent(one) else corr_clipped(one, threshold=FLOOR) for one in correlations])


def given_mean(correlations: Floats, spreads: Floats) -> Floats:
    """What is left of all correlations once they are adjusted for the respondent's mean rating.

    Args:
        correlations: shape (..., q + 1, q + 1), the outcome last.
        spreads: shape (..., q) standard deviations of the ratings, which weigh them in the mean.
    Returns:
        Partial covariances (of standardised columns), the same shape; the q ratings now have one direction less.
    """
    loads = np.concatenate([spreads, np.zeros((*spreads.shape[:-1], 1))], axis=-1)
    with_mean = np.einsum("...ij,...j->...i", correlations, loads)
    size = np.einsum("...i,...i->...", with_mean, loads)[..., None, None]
    left: Floats = correlations - with_mean[..., :, None] * with_mean[..., None, :] / size
    return left


# Bootstrap of accounts


def estimate_once(answers: Answers, statistic: Statistic) -> Floats:
    """The statistic of the answers as they are, shape (k,)."""
    correlations, spreads = correlate(answers)
    found: Floats = statistic(repair(correlations[None]), spreads[None])[0]
    return found


def resample(answers: Answers, statistic: Statistic, replicates: int, rng: np.random.Generator) -> Floats:
    """The statistic on resamples of whole accounts.

    Args:
        answers: n rows, accounts coded 0 .. G - 1.
        statistic: takes repaired correlations (b, q + 1, q + 1) and relative spreads (b, q + 1), returns (b, k).
        replicates: how many resamples.
    Returns:
        Shape (replicates, k).
    """
    accounts = int(answers.accounts.max()) + 1
    times = rng.multinomial(accounts, np.full(accounts, 1 / accounts), size=replicates)
    correlations, spreads = correlate(answers, times.astype(float))
    starts = range(0, replicates, AT_ONCE)
    return np.concatenate([statistic(repair(correlations[i : i + AT_ONCE]), spreads[i : i + AT_ONCE]) for i in starts])


def interval_of(resampled: Floats, level: float) -> tuple[Floats, Floats]:
    """Percentile interval of every column.

    Notes:
        Chosen by measurement (docs/reference/benchmarks.md): intervals with a correction for bias (basic, BC, shifted normal) miss
        more often with a dozen columns, and are not good enough with forty either; callers warn there.
    """
    tail = (1 - level) / 2
    low, high = np.quantile(resampled, [tail, 1 - tail], axis=0)
    return low, high


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """Rank 1 is the largest share: the middle 95 % of ranks over resamples, and how often each stood among the first `top`."""

    low: Floats
    high: Floats
    top_share: Floats
    top: int


def rank_columns(resampled: Floats, level: float, top: int) -> Ranks:
    """How stable the order of the columns is over resamples."""
    ranks = rankdata(-resampled, axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(ranks, [tail, 1 - tail], axis=0, method="closest_observation")
    return Ranks(low, high, (ranks <= top).mean(axis=0), top)

"""How do ratings and the outcome go together where some answers are missing? Pairwise correlations, repaired where they clash."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuelib.errors import ResultError
from valuelib.stats.drivers.sweep import Floats

SOURCE = "repair: Rousseeuw and Molenberghs (1993), Communications in Statistics 22(4), 965-984, eigenvalues clipped"
ROUNDING = 1e-10  # eigenvalues below minus this are no rounding: no complete data could show such correlations
FLOOR = 1e-6  # what a negative eigenvalue is raised to
FLAT = 1e-12
ACCOUNTS_AT_ONCE = 200


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Ratings and the outcome (last column), ready for weighted sums; missing entries are 0 with a `present` of 0.

    Columns are standardised by their own mean and spread, for numerical safety and so that slopes can be told in the units asked.
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
        weights: shape (n,), positive.
        accounts: shape (n,), the cluster of each row.
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
        times: shape (b, G), how often each of b resamples holds each account; None takes the answers as they are.
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
    """Cross-products of each account, counted as often as it was drawn, shape (b, 4, q + 1, q + 1); accounts in blocks."""
    columns = answers.z.shape[1]
    order = np.argsort(answers.accounts, kind="stable")
    edges = np.searchsorted(answers.accounts[order], np.arange(times.shape[1] + 1))
    totals = np.zeros((len(times), 4 * columns**2))
    for start in range(0, times.shape[1], ACCOUNTS_AT_ONCE):
        block = range(start, min(start + ACCOUNTS_AT_ONCE, times.shape[1]))
        products = np.stack([_cross_products(answers, order[edges[at] : edges[at + 1]]).ravel() for at in block])
        totals += times[:, block.start : block.stop] @ products
    return totals.reshape(len(times), 4, columns, columns)


def _cross_products(answers: Answers, rows: NDArray[np.int64]) -> Floats:
    """Sums of w, w x_i, w x_i^2 and w x_i x_j over the rows that have both i and j."""
    z, here = answers.z[rows], answers.present[rows]
    weighted = z * answers.weights[rows, None]
    left = np.stack([here * answers.weights[rows, None], weighted, weighted * z, weighted])
    right = np.stack([here, here, here, z])
    return np.swapaxes(left, -1, -2) @ right


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
    """
    fixed = correlations.copy()
    for at, matrix in enumerate(correlations):
        if not is_consistent(matrix):
            values, vectors = np.linalg.eigh(matrix)
            clipped = (vectors * np.maximum(values, FLOOR)) @ vectors.T
            size = np.sqrt(np.diag(clipped))
            fixed[at] = clipped / np.outer(size, size)
    return fixed


def given_mean(correlations: Floats, spreads: Floats) -> Floats:
    """What is left of all correlations once the respondent's mean rating is held equal.

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

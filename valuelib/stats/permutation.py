"""Could so many lifts have come up if exposure and outcome had nothing to do with each other? Accounts' exposures exchanged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from valuelib.stats.moments import Floats

CELLS = 2_000_000  # numbers held at once in one array; more permutations go in turns
TINY = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Lifts:
    """Lifts and t values, shape (permutations, outcomes); both zero where an exchange leaves no contrast."""

    value: Floats
    t: Floats


def swap_blocks(accounts: NDArray[np.int64], permutations: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows whose exposure each row gets: accounts of equal size exchange the exposures of all their answers.

    Args:
        accounts: shape (n,), account number of each answer.
        permutations: how many exchanges to draw.
        rng: source of chance.
    Returns:
        Shape (permutations + 1, n); the first is as observed. An account whose size no other has keeps its own.
    Notes:
        Exchangeable under the null: accounts of equal size, whole. Answers of one account resemble each other in exposure and
        outcome, so single answers are not.
    """
    order = np.argsort(accounts, kind="stable")
    _, start, size = np.unique(accounts[order], return_index=True, return_counts=True)
    drawn = np.tile(np.arange(len(accounts)), (permutations + 1, 1))
    for one in np.unique(size):
        rows = order[start[size == one][:, None] + np.arange(one)]
        places = np.argsort(rng.random((permutations, len(rows))), axis=1)
        drawn[1:, rows.ravel()] = rows[places].reshape(permutations, -1)
    return drawn


def share_movable(accounts: NDArray[np.int64]) -> float:
    """Share of accounts that have another of their size to exchange with."""
    _, size = np.unique(accounts, return_counts=True)
    kinds, count = np.unique(size, return_counts=True)
    return float(count[count > 1].sum() / count.sum()) if len(kinds) else 0.0


def permuted_lifts(
    codes: NDArray[np.int64],
    drawn: NDArray[np.int64],
    outcomes: Floats,
    *,
    controls: Floats,
    known: NDArray[np.bool_],
    accounts: NDArray[np.int64],
    weights: Floats,
) -> Lifts:
    """Least-squares lift of every outcome under every exchange of exposures, with CR1 t values.

    Args:
        codes: shape (n,), 0 comparison, 1 baseline, -1 neither; they move with their accounts.
        drawn: shape (permutations, n), from `swap_blocks`.
        outcomes: shape (n, outcomes), complete.
        controls: shape (n, controls); they stay with the outcome.
        known: shape (n,), whether an answer has all controls.
        accounts: shape (n,), account number of each answer.
        weights: shape (n,).
    Notes:
        By the theorem of Frisch, Waugh and Lovell the lift is a regression on what the controls leave of the exposure. CR1 and
        not CR2, for speed: the same statistic is taken for the observed exposure, so the test's level does not rest on it.
    """
    order = np.argsort(accounts, kind="stable")
    starts = np.unique(accounts[order], return_index=True)[1]
    turn = max(int(CELLS // max(len(codes), 1)), 1)
    parts = [
        _some(codes[rows].T[order], outcomes[order], controls[order], known[order], starts, weights[order])
        for rows in np.array_split(drawn, -(-len(drawn) // turn))
    ]
    return Lifts(np.concatenate([part.value for part in parts]), np.concatenate([part.t for part in parts]))


def critical_t(level: float, accounts: int) -> float:
    """Two-sided critical value of a CR1 t with accounts - 1 degrees of freedom."""
    return float(stdtrit(max(accounts - 1, 1), (1 + level) / 2))


def _some(
    codes: NDArray[np.int64],
    outcomes: Floats,
    controls: Floats,
    known: NDArray[np.bool_],
    starts: NDArray[np.int64],
    weights: Floats,
) -> Lifts:
    exposed = (codes == 0).astype(float)  # (n, permutations)
    weight = ((codes >= 0) & known[:, None]) * weights[:, None]
    ones = np.column_stack([np.ones(len(codes)), controls])
    q = ones.shape[1]
    gram = ((ones[:, :, None] * ones[:, None, :]).reshape(len(ones), q * q).T @ weight).T.reshape(-1, q, q)
    gram = gram + TINY * np.trace(gram, axis1=1, axis2=2)[:, None, None] * np.eye(q)
    weighted = weight * exposed
    left = exposed - ones @ np.linalg.solve(gram, (ones.T @ weighted).T[..., None])[..., 0].T
    form = weight * left
    size = (form * exposed).sum(axis=0)
    size = np.where(size > TINY * np.maximum(weighted.sum(axis=0), 1.0), size, np.nan)
    clusters = len(starts)
    values, ts = [], []
    for y in outcomes.T:
        rest = y[:, None] - ones @ np.linalg.solve(gram, (ones.T @ (weight * y[:, None])).T[..., None])[..., 0].T
        value = (form * rest).sum(axis=0) / size
        scores = np.add.reduceat(form * (rest - left * value), starts, axis=0)
        se = np.sqrt((scores**2).sum(axis=0) * clusters / max(clusters - 1, 1)) / size
        values.append(value)
        ts.append(np.divide(value, se, out=np.zeros_like(value), where=se > 0))
    return Lifts(np.nan_to_num(np.stack(values, axis=1)), np.nan_to_num(np.stack(ts, axis=1)))

"""Indirect association of one thing with another through a third: the product of two slopes, with a bootstrap interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuelib.errors import ResultError
from valuelib.stats.totals import Floats

SOURCE_INDIRECT = (
    "MacKinnon, Lockwood and Williams (2004), Multivariate Behavioral Research 39(1), 99-128; accounts drawn with replacement"
)
DRAWS = 2_000
MIN_ACCOUNTS = 10
SOLVABLE = 1e12  # condition number beyond which columns depend on each other
LOST = 0.05  # share of draws without a solution beyond which no interval is given


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """One regression: `y` on `target`, adjusted for `controls`; complete rows only.

    Attributes:
        y, target: shape (n,). controls: shape (n, k), k may be 0. accounts: shape (n,). weights: shape (n,), positive.
    """

    y: Floats
    target: Floats
    controls: Floats
    accounts: NDArray[np.str_]
    weights: Floats


@dataclass(frozen=True, slots=True)
class Indirect:
    """Both slopes and their product, in outcome units per point; limits are None where too few accounts carry an interval."""

    a: float
    b: float
    product: float
    low: float | None
    high: float | None
    accounts: int


def estimate_indirect(first: Path, second: Path, *, rng: np.random.Generator, level: float = 0.95, draws: int = DRAWS) -> Indirect:
    """The product of the slopes of two regressions, percentile interval from the same accounts drawn for both.

    Args:
        first: the mediator on the exposure. second: the outcome on the mediator, with the exposure among the controls.
    Raises:
        ResultError: a regression has no solution.
    Notes:
        All that a draw needs are X'WX and X'Wy of each account, so a draw costs two small solves.
        Checked: tests/reference/mediation (lavaan).

    >>> x, accounts = np.arange(40) % 7.0, np.arange(40) // 2
    >>> mediator = 0.5 * x + np.cos(np.arange(40))
    >>> outcome = 2.0 * mediator + 0.3 * x
    >>> first, second = make_path(mediator, x, [], accounts), make_path(outcome, mediator, x, accounts)
    >>> found = estimate_indirect(first, second, rng=np.random.default_rng(1))
    >>> round(found.a, 2), round(found.b, 2), round(found.product, 2), found.accounts
    (0.62, 2.0, 1.25, 20)
    """
    names = np.unique(np.concatenate([first.accounts, second.accounts]))
    sums = [_totals(path, names) for path in (first, second)]
    whole = np.ones((1, len(names)))
    (a,), (b,) = (_slopes(total, whole) for total in sums)
    if not (np.isfinite(a) and np.isfinite(b)):
        raise ResultError("A path has no solution: its columns depend on each other.")
    limits = None
    if len(names) >= MIN_ACCOUNTS:
        counts = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws).astype(float)
        product = _slopes(sums[0], counts) * _slopes(sums[1], counts)
        solved = product[np.isfinite(product)]
        if len(solved) >= (1 - LOST) * draws:
            limits = np.quantile(solved, [(1 - level) / 2, (1 + level) / 2])
    low, high = (None, None) if limits is None else (float(limits[0]), float(limits[1]))
    return Indirect(float(a), float(b), float(a * b), low, high, len(names))


def make_path(y: ArrayLike, target: ArrayLike, controls: ArrayLike, accounts: ArrayLike, weights: ArrayLike | None = None) -> Path:
    """The complete rows of a regression, target and controls centred.

    Args:
        y, target: shape (n,). controls: shape (n, k). accounts: shape (n,). weights: shape (n,) or None.
    """
    outcome, x = np.asarray(y, dtype=float), np.asarray(target, dtype=float)
    adjusted_for = np.asarray(controls, dtype=float).reshape(len(outcome), -1)
    w = np.ones(len(outcome)) if weights is None else np.asarray(weights, dtype=float)
    used = np.isfinite(outcome) & np.isfinite(x) & np.isfinite(adjusted_for).all(axis=1)
    y_used, x_used, others = outcome[used], x[used], adjusted_for[used]
    if used.any():
        x_used, others = x_used - x_used.mean(), others - others.mean(axis=0)
    return Path(y_used, x_used, others, np.asarray(accounts).astype(str)[used], w[used])


def _totals(path: Path, names: NDArray[np.str_]) -> Floats:
    """(accounts, p, p + 1): X'WX and X'Wy of each account."""
    x = np.column_stack([np.ones_like(path.target), path.target, path.controls])
    products = np.einsum("n,ni,nj->nij", path.weights, x, np.column_stack([x, path.y]))
    totals = np.zeros((len(names), *products.shape[1:]))
    np.add.at(totals, np.searchsorted(names, path.accounts), products)
    return totals


def _slopes(totals: Floats, counts: Floats) -> Floats:
    """(draws,): the slope on the target for every set of counts of the accounts; not a number where there is no solution."""
    drawn = np.einsum("dg,gij->dij", counts, totals)
    gram, cross = drawn[:, :, :-1], drawn[:, :, -1]
    solvable = np.linalg.cond(gram) < SOLVABLE
    slopes = np.full(len(counts), np.nan)
    if solvable.any():
        slopes[solvable] = np.linalg.solve(gram[solvable], cross[solvable][:, :, None])[:, 1, 0]
    for draw in np.flatnonzero(~solvable):
        slopes[draw] = _slope_without(gram[draw], cross[draw])
    return slopes


def _slope_without(gram: Floats, cross: Floats) -> float:
    """The slope on the target where controls depend on each other, such as a branch that no account drawn belongs to."""
    scale = np.sqrt(np.clip(np.diag(gram), 0.0, None))
    scale[scale == 0] = 1.0
    standard = gram / np.outer(scale, scale)
    inverse = np.linalg.pinv(standard, rcond=1e-10, hermitian=True)
    rest = (inverse @ standard)[1]  # the target by itself, unless it depends on the others too
    rest[1] -= 1.0
    if np.abs(rest).max() > 1e-6:
        return float("nan")
    return float((inverse @ (cross / scale))[1] / scale[1])

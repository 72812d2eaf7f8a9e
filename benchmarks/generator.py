"""What would survey answers look like if customers of one account resembled each other by a known amount?

Accounts have 1 to 8 respondents. A respondent's latent satisfaction is the group's mean plus an account effect plus an own effect,
both normal; two cuts turn it into detractor, passive and promoter (-1, 0, +1), one cut into yes or no. Account effects and group
membership are independent, so the true figures are exact, not simulated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from benchmarks.design import Cell
from valuelib.stats.moments import POWERS, Floats, Moments
from valuelib.stats.planning.population import CUT, MIXED_CORRELATION, SIZE_SHARES, cuts, latent_icc, latent_mean

PAIR, ALONE = ("comparison", "baseline"), ("everybody",)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Respondents of many samples, each array of shape (samples, n); accounts are numbered from 0 in each sample."""

    account: NDArray[np.int64]
    group: NDArray[np.int64]
    score: Floats


def draw_answers(cell: Cell, samples: int, rng: np.random.Generator) -> Answers:
    """Independent samples of `cell.n` respondents each; the last account is cut off where the sample is full."""
    account = _draw_accounts(samples, cell.n, rng)
    group = np.zeros_like(account) if cell.single else _draw_groups(cell, account, rng)
    figures = [cell.comparison] if cell.baseline is None else [cell.comparison, cell.baseline]
    latent = np.array([latent_mean(cell.outcome, figure) for figure in figures])[group]
    latent += _shared_normal(account, latent_icc(cell.outcome, cell.icc), rng)
    promoters = latent > cuts(cell.outcome)[-1]
    score = promoters.astype(float) if cell.outcome == "rate" else promoters.astype(float) - (latent < -CUT)
    return Answers(account, group, score)


def draw_moments(cell: Cell, samples: int, rng: np.random.Generator) -> list[Moments]:
    """The same samples as account totals, as the estimators take them."""
    drawn = draw_answers(cell, samples, rng)
    groups = ALONE if cell.single else PAIR
    accounts = drawn.account[:, -1] + 1
    shape = (samples, len(groups), int(accounts.max()))
    at = np.ravel_multi_index((np.arange(samples)[:, None], drawn.group, drawn.account), shape).ravel()
    score = drawn.score.ravel()
    ones, y, yy = (np.bincount(at, weights=w, minlength=int(np.prod(shape))).reshape(shape) for w in (None, score, score**2))
    products = np.moveaxis(np.array([[ones, y], [y, yy]], dtype=float), 2, 0)
    names = np.arange(shape[2]).astype(str)
    return [
        Moments(names[:g], groups, ("1", "y"), np.broadcast_to(totals[..., :g], (POWERS, *totals.shape[:3], g)))
        for totals, g in zip(products, accounts, strict=True)
    ]


def _draw_accounts(samples: int, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    sizes = rng.choice(np.arange(1, len(SIZE_SHARES) + 1), size=(samples, n), p=SIZE_SHARES)
    ends = np.cumsum(sizes, axis=1)
    starts_here = np.zeros((samples, n + 1), dtype=np.int64)
    rows = np.broadcast_to(np.arange(samples)[:, None], ends.shape)
    starts_here[rows, np.minimum(ends, n)] = 1  # starts beyond the last respondent all fall into the spare column
    account: NDArray[np.int64] = np.cumsum(starts_here[:, :n], axis=1)
    return account


def _draw_groups(cell: Cell, account: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    correlation = MIXED_CORRELATION if cell.mixed else 1.0
    member = _shared_normal(account, correlation, rng) > norm.ppf(1 - cell.share)
    return np.where(member, 0, 1)


def _shared_normal(account: NDArray[np.int64], correlation: float, rng: np.random.Generator) -> Floats:
    """Standard normal numbers that correlate inside an account."""
    shared = np.take_along_axis(rng.standard_normal(account.shape), account, axis=1)
    own = rng.standard_normal(account.shape) if correlation < 1 else np.zeros(account.shape)
    value: Floats = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
    return value

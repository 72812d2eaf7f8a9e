"""What would survey answers look like if customers of one account resembled each other by a known amount?

Accounts have 1 to 8 respondents. A respondent's latent satisfaction is the group's mean plus an account effect plus an own effect,
both normal; two cuts turn it into detractor, passive and promoter (-1, 0, +1), one cut into yes or no. Account effects and group
membership are independent, so the true figures are exact, not simulated. In cells with a control a halo, in part shared by
colleagues, moves the score and the control alike, and the control is higher in the comparison group: the difference at an equal
control is then exact too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from benchmarks.design import Cell
from valuelib.stats.planning import CUT, MIXED_CORRELATION, SIZE_SHARES, cuts, latent_icc, latent_mean
from valuelib.stats.totals import POWERS, ClusterTotals, Floats

PAIR, ALONE = ("comparison", "baseline"), ("everybody",)
HALO, HALO_SHARED = 0.5, 0.3  # correlation of the halo with the score, share of it that colleagues have in common
HALO_IN_CONTROL = 0.8  # share of the variance of the control that is halo


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Respondents of many samples, each array of shape (samples, n); accounts are numbered from 0 in each sample."""

    account: NDArray[np.int64]
    group: NDArray[np.int64]
    score: Floats
    control: Floats | None = None


def draw_answers(cell: Cell, samples: int, rng: np.random.Generator) -> Answers:
    """Independent samples of `cell.n` respondents each; the last account is cut off where the sample is full."""
    account = _draw_accounts(samples, cell.n, rng)
    group = np.zeros_like(account) if cell.single else _draw_groups(cell, account, rng)
    figures = [cell.comparison] if cell.baseline is None else [cell.comparison, cell.baseline]
    latent = np.array([latent_mean(cell.outcome, figure) for figure in figures])[group]
    correlation = latent_icc(cell.outcome, cell.icc)
    control = None
    if cell.lead is None:
        latent += _shared_normal(account, correlation, rng)
    else:
        halo, rest = _draw_halo(account, correlation, rng)
        latent += HALO * halo + rest
        control = np.sqrt(HALO_IN_CONTROL) * halo + np.sqrt(1 - HALO_IN_CONTROL) * rng.standard_normal(account.shape)
        control += cell.lead * (group == 0)
    promoters = latent > cuts(cell.outcome)[-1]
    score = promoters.astype(float) if cell.outcome == "rate" else promoters.astype(float) - (latent < -CUT)
    return Answers(account, group, score, control)


def draw_totals(cell: Cell, samples: int, rng: np.random.Generator) -> list[ClusterTotals]:
    """The same samples as account totals, as the estimators take them."""
    drawn = draw_answers(cell, samples, rng)
    groups = ALONE if cell.single else PAIR
    accounts = drawn.account[:, -1] + 1
    shape = (samples, len(groups), int(accounts.max()))
    at = np.ravel_multi_index((np.arange(samples)[:, None], drawn.group, drawn.account), shape).ravel()
    columns = {"1": None, **({} if drawn.control is None else {"control": drawn.control.ravel()}), "y": drawn.score.ravel()}
    products = np.moveaxis(_cross_products(list(columns.values()), at, shape), 2, 0)
    names = np.arange(shape[2]).astype(str)
    return [
        ClusterTotals(names[:g], groups, tuple(columns), np.broadcast_to(totals[..., :g], (POWERS, *totals.shape[:3], g)))
        for totals, g in zip(products, accounts, strict=True)
    ]


def equal_control(cell: Cell) -> tuple[float, float]:
    """True figures of comparison and baseline as least squares on group and control would put them, at the control's overall mean.

    The slope is the groups' pooled covariance of control and score over the control's variance, which is one within a group.
    Cov(halo, score) = HALO * sum of normal densities at the cuts (Stein's lemma).
    """
    if cell.lead is None or cell.baseline is None:
        raise ValueError(f"The cell {cell.name} has no control.")
    shares = ((cell.comparison, cell.share), (cell.baseline, 1 - cell.share))
    density = sum(
        share * norm.pdf(latent_mean(cell.outcome, figure) - cut) for figure, share in shares for cut in cuts(cell.outcome)
    )
    slope = float(np.sqrt(HALO_IN_CONTROL) * HALO * density)
    return cell.comparison - slope * cell.lead * (1 - cell.share), cell.baseline + slope * cell.lead * cell.share


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


def _draw_halo(account: NDArray[np.int64], correlation: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """The halo, and the rest of the latent, so that both together have unit variance and the wanted correlation in an account."""
    halo = _shared_normal(account, HALO_SHARED, rng)
    rest = 1 - HALO**2
    return halo, np.sqrt(rest) * _shared_normal(account, (correlation - HALO**2 * HALO_SHARED) / rest, rng)


def _cross_products(columns: Sequence[Floats | None], at: NDArray[np.int64], shape: tuple[int, ...]) -> Floats:
    """Sums of the products of every two columns by sample, group and account; None is the constant one."""
    products = np.empty((len(columns), len(columns), *shape))
    for (i, left), (j, right) in combinations_with_replacement(enumerate(columns), 2):
        weights = right if left is None else left if right is None else left * right
        products[i, j] = products[j, i] = np.bincount(at, weights=weights, minlength=int(np.prod(shape))).reshape(shape)
    return products


def _shared_normal(account: NDArray[np.int64], correlation: float, rng: np.random.Generator) -> Floats:
    """Standard normal numbers that correlate inside an account."""
    shared = np.take_along_axis(rng.standard_normal(account.shape), account, axis=1)
    own = rng.standard_normal(account.shape) if correlation < 1 else np.zeros(account.shape)
    value: Floats = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * own
    return value

"""Restricted wild cluster bootstrap of a lift: a second opinion on its tests where clusters are few."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np

from valuelib.errors import ResultError
from valuelib.stats.totals import ClusterTotals, Floats

Weights = Literal["webb", "rademacher"]
POINTS: dict[Weights, Floats] = {
    "webb": np.array([-(1.5**0.5), -1.0, -(0.5**0.5), 0.5**0.5, 1.0, 1.5**0.5]),
    "rademacher": np.array([-1.0, 1.0]),
}
TIE = 1e-9  # statistics closer than this, relative to their size, are one: counted as at least as extreme
DEPENDENT = 1e-10


@dataclass(frozen=True, slots=True)
class WildTest:
    """One-sided p values against no lift and against a lift the other way, with the null lift = 0 imposed.

    Attributes:
        clusters: with at least one answer in either group.
        draws: bootstrap samples the p values rest on.
    """

    p_no_lift: float
    p_opposite: float
    clusters: int
    draws: int


def wild_cluster_test(totals: ClusterTotals, *, draws: int = 9999, seed: int, weights: Weights = "webb") -> WildTest:
    """Restricted wild cluster bootstrap-t of comparison minus baseline, from cluster totals alone.

    Args:
        totals: groups in the order (comparison, baseline), with or without controls; a cluster may have answers in both.
        draws: bootstrap samples. Rademacher signs are enumerated where there are no more than this; then p is exact.
        seed: same seed, same p; the draws go to clusters in the order of their names.
        weights: Webb's six points, or signs; with few clusters signs give too few different samples.
    Returns:
        WildTest; p = (1 + samples at least as extreme) / (1 + draws), ties counted, so never below 1 / (1 + draws).
    Raises:
        ResultError: not two groups with answers, or the contrast cannot be told from the controls.
    Notes:
        The null is imposed on the whole regression: the group effect is zero, the controls stay. With few clusters in one group p
        is unreliable, too small or too large: ask for 6 in each (MacKinnon and Webb 2018, The Econometrics Journal 21(2)).
        Source: Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90(3), 414-427; Webb (2023), Canadian
        Journal of Economics 56(3), 839-858; Roodman and others (2019), The Stata Journal 19(1). Checked: tests/reference/wild.

    >>> from valuelib.stats.totals import collect_totals
    >>> accounts, group, score = list("ABCDEFGH"), [0, 0, 0, 0, 1, 1, 1, 1], [1, 1, 0, 1, 0, -1, -1, 0]
    >>> totals = collect_totals(accounts, group, score, groups=("comparison", "baseline"))
    >>> wild_cluster_test(totals, seed=1, weights="rademacher")
    WildTest(p_no_lift=0.015625, p_opposite=0.98828125, clusters=8, draws=256)
    """
    present = totals.totals[0, 0, 0].any(axis=0)
    clusters, points = int(present.sum()), POINTS[weights]
    every = weights == "rademacher" and 2**clusters <= draws
    if every:
        multipliers = np.array(list(product(points, repeat=clusters)))
    else:
        multipliers = np.random.default_rng(seed).choice(points, (draws, clusters))
    t, samples = wild_statistics(totals, multipliers)
    slack = TIE * max(1.0, abs(t)) if np.isfinite(t) else 0.0
    # A sample without a statistic (0 / 0) is as extreme as any, either way.
    unknown = np.isnan(samples)
    above, below = int(((samples >= t - slack) | unknown).sum()), int(((samples <= t + slack) | unknown).sum())
    added = 0 if every else 1  # among all sign vectors is the study's own
    return WildTest(
        p_no_lift=(above + added) / (len(samples) + added),
        p_opposite=(below + added) / (len(samples) + added),
        clusters=clusters,
        draws=len(samples),
    )


def wild_statistics(totals: ClusterTotals, multipliers: Floats) -> tuple[float, Floats]:
    """The study's own t of comparison minus baseline, and that of each bootstrap sample.

    Args:
        multipliers: shape (draws, clusters), what the restricted residuals of each cluster are multiplied by; the clusters with an
            answer in either group, in the order of `totals.accounts`.
    Returns:
        t with the cluster-robust variance CR0: the factor of CR1 is the same for all, and so without effect on p. NaN is 0 / 0.
    Notes:
        With s_g = X_g'W_g (y_g - X_g b_restricted) and a = (X'WX)^-1 c a sample has
        lift* = sum_g v_g a's_g and scores a'X_g'W_g (y*_g - X_g b*) = v_g a's_g - a'X_g'W_gX_g (X'WX)^-1 sum_h v_h s_h:
        no answer is touched.
    """
    xx, xy = _regression(totals)
    total = xx.sum(axis=0)
    if np.linalg.matrix_rank(total, tol=DEPENDENT * np.abs(total).max()) < len(total):
        raise ResultError("The controls and the groups are linearly dependent: the contrast cannot be told from the controls.")
    bread = np.linalg.inv(total)
    lift = bread[1]
    restricted = np.zeros(len(total))
    others = [0, *range(2, len(total))]
    restricted[others] = np.linalg.solve(total[np.ix_(others, others)], xy.sum(axis=0)[others])
    scores = xy - xx @ restricted
    parts = scores @ lift

    moved = np.vstack([np.ones(len(parts)), multipliers])  # the study itself is the sample with every multiplier 1
    own = moved * parts
    left = own - (moved @ scores) @ bread @ (xx @ lift).T
    above, below = own.sum(axis=1), np.sqrt((left**2).sum(axis=1))
    size = np.sqrt((own**2).sum(axis=1))
    above = np.where(np.abs(above) > TIE * size, above, 0.0)
    below = np.where(below > TIE * size, below, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = above / below
    return float(t[0]), t[1:]


def _regression(totals: ClusterTotals) -> tuple[Floats, Floats]:
    """X'WX, shape (clusters, p, p), and X'Wy of each cluster with answers; X = (1, in the comparison group, controls)."""
    if len(totals.groups) != 2 or not (totals.n > 0).all():
        found = ", ".join(f"{group}: {n}" for group, n in zip(totals.groups, totals.n, strict=True))
        raise ResultError(
            f"The bootstrap compares two groups with answers; here are {found}. Pick the comparison and the baseline."
        )
    present = totals.totals[0, 0, 0].any(axis=0)
    weighted = totals.totals[1, :, :, :, present]  # (clusters, columns, columns, groups)
    both, comparison = weighted.sum(axis=3), weighted[..., 0]
    last = both.shape[1] - 1
    order = [0, *range(last)]  # column 0 twice: as the constant, and as the indicator of the comparison group
    cross = both[:, order][:, :, [*order, last]]
    cross[:, 1, :] = comparison[:, 0][:, [*order, last]]
    cross[:, :, 1] = comparison[:, order, 0]
    return cross[:, :, :-1], cross[:, :, -1]

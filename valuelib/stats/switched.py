"""What came after accounts switched, against the same time in accounts that had not yet: group-time effects and their average.

Every account is its own comparison before and after, so whatever stays constant about it, strict raters included, falls out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuelib.stats.means import GroupMeans, LinearForm, Working, estimate_means
from valuelib.stats.totals import Floats, collect_totals

FEWEST_COMPARED = 2  # not-yet-switched units that a pair of waves needs: one alone has no variance of its own
CHANGE, AFTER = 0, 1  # places of the two groups that stand before the comparisons' changes


class Pair(NamedTuple):
    """The wave before a switch and one after it, by their places in time."""

    before: int
    after: int


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Figures of units by wave: accounts, or the respondents of accounts.

    Attributes:
        weight: shape (units, waves), the weight of a unit's answers in a wave; 0 where it did not answer.
        value: shape (units, waves), its mean outcome there; anything where it did not answer.
        switch: shape (units,), the first wave in which the unit has switched; at least `waves` where it never did.
        cluster: shape (units,), what the unit's errors are correlated within: its account, or what stands above it.
    """

    weight: Floats
    value: Floats
    switch: NDArray[np.int64]
    cluster: NDArray[np.str_]

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Shape (units, waves)."""
        return self.weight > 0

    def last_before(self, wave: NDArray[np.int64]) -> NDArray[np.int64]:
        """The last wave before this one in which each unit answered, -1 where it never did."""
        waves = np.arange(self.weight.shape[1])
        earlier = self.answered & (waves < wave[:, None])
        return np.where(earlier.any(axis=1), self.weight.shape[1] - 1 - np.argmax(earlier[:, ::-1], axis=1), -1)

    def compared(self, pair: Pair) -> NDArray[np.bool_]:
        """Units that answered in both waves and had switched in neither."""
        return self.answered[:, pair.before] & self.answered[:, pair.after] & (self.switch > max(pair))


def make_panel(
    units: ArrayLike, waves: ArrayLike, outcome: ArrayLike, weights: ArrayLike, *, switch: NDArray[np.int64], cluster: ArrayLike, n: int
) -> Panel:
    """Sum the answers up by unit and wave.

    Args:
        units: shape (n,), the place of each answer's unit in `switch` and `cluster`.
        waves: shape (n,), the place of its wave in time, 0..n - 1.
        outcome, weights: shape (n,), complete.
        n: number of waves.
    """
    shape = (len(switch), n)
    at = np.ravel_multi_index((np.asarray(units), np.asarray(waves)), shape)
    w, y = np.asarray(weights, dtype=float), np.asarray(outcome, dtype=float)
    weight, total = (np.bincount(at, one, minlength=shape[0] * n).reshape(shape) for one in (w, w * y))
    value = np.divide(total, weight, out=np.zeros(shape), where=weight > 0)
    return Panel(weight, value, np.asarray(switch), np.asarray(cluster, dtype=str))


@dataclass(frozen=True, slots=True, eq=False)
class SwitchedMeans:
    """The switched units' mean after the switch, and what it would have been: their figures less the effect.

    These are the comparison and the baseline of every contrast; differences, ratios and tests follow as of any two groups.

    Attributes:
        pairs: the pairs of waves that were compared, with the share of the effect that each has, and with how many units each side.
        used: shape (units,), the switched units in the figures. lost: switched units that answered before, and never after.
        uncompared: switched units that answered before and after, in waves that no unit that had not switched answered.
    """

    whole: GroupMeans
    spread: Floats  # (2, groups): the two figures as contrasts of the whole's groups
    pairs: tuple[Pair, ...]
    share: Floats
    compared: NDArray[np.int64]
    used: NDArray[np.bool_]
    lost: NDArray[np.bool_]
    uncompared: NDArray[np.bool_]

    @property
    def values(self) -> Floats:
        found: Floats = self.spread @ self.whole.values
        return found

    @property
    def cr2(self) -> Floats:
        found: Floats = self.spread @ self.whole.cr2 @ self.spread.T
        return found

    @property
    def linearised(self) -> Floats:
        found: Floats = self.spread @ self.whole.linearised @ self.spread.T
        return found

    @property
    def scores(self) -> Floats:
        found: Floats = self.spread @ self.whole.scores
        return found

    @property
    def accounts(self) -> NDArray[np.str_]:
        return self.whole.accounts

    @property
    def variance(self) -> Floats:
        return self.whole.variance[[AFTER, CHANGE]]

    @property
    def n(self) -> NDArray[np.int64]:
        return np.array([self.used.sum(), self.compared.max(initial=0)])

    @property
    def n_accounts(self) -> NDArray[np.int64]:
        return self.whole.n_clusters[[AFTER, AFTER]]

    @property
    def n_clusters(self) -> NDArray[np.int64]:
        return self.whole.n_clusters[[AFTER, AFTER]]

    def df(self, contrast: ArrayLike, working: Working = "rho") -> float:
        """Satterthwaite degrees of freedom of a contrast of the two figures."""
        return self.whole.df(np.asarray(contrast, dtype=float) @ self.spread, working)

    def form(self, contrast: ArrayLike) -> LinearForm:
        """A contrast of the two figures as linear forms of the units' changes."""
        return self.whole.form(np.asarray(contrast, dtype=float) @ self.spread)


def estimate_switch(panel: Panel, *, lead: int = 0) -> SwitchedMeans | None:
    """The mean change over switched units against not-yet-switched ones, with cluster-robust covariance.

    Each switched unit is seen from the last wave before its switch in which it answered to every wave after it; the same change in
    the units that answered both waves and had not switched by the later one is taken off. A unit counts by its answers before the
    switch, its waves after it equally.

    Args:
        panel: units by wave.
        lead: 0, or 1 for the placebo: the change up to the last wave before the switch, when nothing had happened yet.
    Returns:
        SwitchedMeans, or None where no switched unit can be compared.
    Notes:
        The sum over cohorts and waves of ATT(g, t) with not-yet-treated comparisons, no covariates, and a long difference from the
        last wave before the switch. Source: Callaway and Sant'Anna (2021), Journal of Econometrics 225(2), 200-230. Variance: CR2
        with Satterthwaite df over the units' changes, which are group means (Pustejovsky and Tipton 2018, JBES 36(4)); the shares
        of the pairs of waves are taken as known.
    """
    waves = panel.weight.shape[1]
    base = panel.last_before(panel.switch)
    switched = (panel.switch < waves) & (base >= 0)
    if lead:
        after = np.zeros_like(panel.answered)
        after[switched, base[switched]] = True
        base = panel.last_before(base)
        switched &= base >= 0
    else:
        after = panel.answered & (np.arange(waves) >= panel.switch[:, None])
    after &= switched[:, None]
    enough = {pair: panel.compared(pair) for pair in _pairs(base, after)}
    enough = {pair: units for pair, units in enough.items() if len(np.unique(panel.cluster[units])) >= FEWEST_COMPARED}
    rows = [(unit, wave) for unit, wave in zip(*np.nonzero(after), strict=True) if Pair(base[unit], wave) in enough]
    lost, seen = switched & ~after.any(axis=1), np.zeros(len(switched), dtype=bool)
    if not rows:
        return None
    unit, wave = (np.array(one) for one in zip(*rows, strict=True))
    seen[unit] = True
    weight = panel.weight[unit, base[unit]] / np.bincount(unit, minlength=len(switched))[unit]
    pairs = tuple(enough)
    share = np.array([weight[(base[unit] == pair.before) & (wave == pair.after)].sum() for pair in pairs]) / weight.sum()
    cluster, group = [panel.cluster[unit]] * 2, [np.full(len(unit), CHANGE), np.full(len(unit), AFTER)]
    value = [panel.value[unit, wave] - panel.value[unit, base[unit]], panel.value[unit, wave]]
    weights = [weight, weight]
    for place, pair in enumerate(pairs):
        own = enough[pair]
        cluster.append(panel.cluster[own])
        group.append(np.full(own.sum(), AFTER + 1 + place))
        value.append(panel.value[own, pair.after] - panel.value[own, pair.before])
        weights.append(panel.weight[own, pair.before])
    names = ("change", "after", *(f"{pair.before}-{pair.after}" for pair in pairs))
    totals = collect_totals(*map(np.concatenate, (cluster, group, value)), groups=names, weights=np.concatenate(weights))
    effect = np.concatenate([[1.0, 0.0], -share])
    level = np.eye(len(names))[AFTER]
    compared = np.array([own.sum() for own in enough.values()])
    return SwitchedMeans(
        whole=estimate_means(totals),
        spread=np.stack([level, level - effect]),
        pairs=pairs,
        share=share,
        compared=compared,
        used=seen,
        lost=lost,
        uncompared=switched & after.any(axis=1) & ~seen,
    )


def _pairs(base: NDArray[np.int64], after: NDArray[np.bool_]) -> Sequence[Pair]:
    units, waves = np.nonzero(after)
    return sorted({Pair(int(base[unit]), int(wave)) for unit, wave in zip(units, waves, strict=True)})

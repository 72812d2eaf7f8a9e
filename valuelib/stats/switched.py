"""What came after units switched, against the same time in units that had not yet: group-time effects and their average.

Every unit is its own comparison before and after, so whatever stays constant about it, strict raters included, falls out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuelib.stats.means import GroupMeans, LinearForm, Working, estimate_means
from valuelib.stats.totals import ClusterTotals, Floats, collect_totals

FEWEST_COMPARED = 2  # clusters that a step is compared with: one alone has no variance of its own
NET, AFTER = 0, 1  # places of the two groups that stand before the steps' comparisons
GROUPS = ("comparison", "baseline")


class Step(NamedTuple):
    """Two waves by their places in time, and the wave until which the units of the comparison had not switched."""

    before: int
    after: int
    until: int


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """Figures of units by wave: of accounts, or of the respondents of accounts.

    Attributes:
        n: shape (units, waves), the answers of a unit in a wave.
        weight: their weight; 0 where it did not answer.
        value: its mean outcome there; anything where it did not answer.
        switch: shape (units,), the first wave in which the unit has switched; at least `waves` where it never did.
        cluster: shape (units,), what the unit's errors are correlated within: its account, or what stands above it.
        account: shape (units,), its account.
    """

    n: NDArray[np.int64]
    weight: Floats
    value: Floats
    switch: NDArray[np.int64]
    cluster: NDArray[np.str_]
    account: NDArray[np.str_]

    @property
    def waves(self) -> int:
        return int(self.weight.shape[1])

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Shape (units, waves)."""
        return self.weight > 0

    def last_before(self, wave: NDArray[np.int64]) -> NDArray[np.int64]:
        """The last wave before this one in which each unit answered, -1 where it never did."""
        earlier = self.answered & (np.arange(self.waves) < wave[:, None])
        return np.where(earlier.any(axis=1), self.waves - 1 - np.argmax(earlier[:, ::-1], axis=1), -1)


def make_panel(
    units: ArrayLike,
    waves: ArrayLike,
    outcome: ArrayLike,
    weights: ArrayLike,
    *,
    switch: ArrayLike,
    cluster: ArrayLike,
    account: ArrayLike,
    n_waves: int,
) -> Panel:
    """Sum the answers up by unit and wave.

    Args:
        units: shape (n,), the place of each answer's unit in `switch`, `cluster` and `account`.
        waves: shape (n,), the place of its wave in time.
        outcome, weights: shape (n,), complete.
    """
    first = np.asarray(switch, dtype=np.int64)
    shape = (len(first), n_waves)
    at = np.ravel_multi_index((np.asarray(units, dtype=np.int64), np.asarray(waves, dtype=np.int64)), shape)
    w, y = np.asarray(weights, dtype=float), np.asarray(outcome, dtype=float)
    weight, total = (np.bincount(at, one, minlength=shape[0] * n_waves).reshape(shape).astype(float) for one in (w, w * y))
    value = np.divide(total, weight, out=np.zeros(shape), where=weight > 0)
    n = np.bincount(at, minlength=shape[0] * n_waves).reshape(shape)
    return Panel(n, weight, value, first, np.asarray(cluster, dtype=str), np.asarray(account, dtype=str))


@dataclass(frozen=True, eq=False)
class Changes:
    """Changes of units, one row a unit and step: of the switched ones, and of those that each step compares them with.

    Attributes:
        steps: with at least two clusters to compare with.
        switched, unit, step, change, weight: shape (rows,). A switched unit weighs what it answered before, spread equally over its
            waves after; a compared one what it answered before.
        lost: shape (units,), switched units that answered before and never after.
        uncompared: those that answered before and after, in waves that nothing can be compared with.
        kept: the weighted share that still answered after, of those that had before: the switched, and the compared.
    """

    panel: Panel
    steps: tuple[Step, ...]
    switched: NDArray[np.bool_]
    unit: NDArray[np.int64]
    step: NDArray[np.int64]
    change: Floats
    weight: Floats
    lost: NDArray[np.bool_]
    uncompared: NDArray[np.bool_]
    kept: tuple[float, float]

    @cached_property
    def by_step(self) -> Floats:
        """Shape (2, steps): the weight of the switched, and of those that they are compared with."""
        return np.stack([self._sum(of, self.weight) for of in (self.switched, ~self.switched)])

    @cached_property
    def share(self) -> Floats:
        """The share of the effect that each step has."""
        found: Floats = self.by_step[0] / self.by_step[0].sum()
        return found

    @cached_property
    def net(self) -> Floats:
        """Each row's change less the mean change that its step compares it with."""
        compared = self._sum(~self.switched, self.weight * self.change) / self.by_step[1]
        found: Floats = self.change - compared[self.step]
        return found

    @cached_property
    def balanced(self) -> Floats:
        """The weights with both sides of each step as heavy as its switched units are."""
        return np.where(self.switched, self.weight, self.weight * (self.by_step[0] / self.by_step[1])[self.step])

    @property
    def effect(self) -> float:
        """The mean net change of the switched."""
        return float(np.average(self.net[self.switched], weights=self.weight[self.switched]))

    @cached_property
    def totals(self) -> ClusterTotals:
        """The same effect as one regression: changes on having switched, with a control a step, both sides weighing alike in each.

        Comparison are the switched. It is what tests of two groups by totals need, such as the wild cluster bootstrap.
        """
        held = {f"step {place}": (self.step == place).astype(float) for place in range(1, len(self.steps))}
        own = self.panel.cluster[self.unit], np.where(self.switched, 0, 1), self.change
        return collect_totals(*own, groups=GROUPS, controls=held, weights=self.balanced, members=self.panel.account[self.unit])

    def _sum(self, of: NDArray[np.bool_], what: Floats) -> Floats:
        return np.bincount(self.step[of], what[of], minlength=len(self.steps)).astype(float)


def find_changes(panel: Panel, *, placebo: bool = False) -> Changes | None:
    """Each switched unit from the last wave before its switch in which it answered to every wave after it, with its comparisons.

    A step is compared with the units that answered both its waves and had not switched by the later one.

    Args:
        panel: units by wave.
        placebo: the change up to the last wave before the switch instead, when nothing had happened yet, compared with units that
            had not switched when the others did.
    Returns:
        Changes, or None where no switched unit can be compared.
    """
    base = panel.last_before(panel.switch)
    switched = (panel.switch < panel.waves) & (base >= 0)
    waves = np.broadcast_to(np.arange(panel.waves), panel.answered.shape)
    if placebo:
        last, open_to, until = base, waves == base[:, None], np.broadcast_to(panel.switch[:, None], waves.shape)
        base = panel.last_before(last)
        switched &= base >= 0
    else:
        open_to, until = waves >= panel.switch[:, None], waves
    unit, wave = np.nonzero(open_to & switched[:, None])
    if not len(unit):
        return None
    there, before = panel.answered[unit, wave], panel.weight[unit, base[unit]]
    after = np.bincount(unit[there], minlength=len(switched)) > 0
    named, place = np.unique(np.stack([base[unit], wave, until[unit, wave]]), axis=1, return_inverse=True)
    steps, place = [Step(*map(int, one)) for one in named.T], place.reshape(-1)
    had = [panel.answered[:, step.before] & (panel.switch > step.until) for step in steps]
    both = [one & panel.answered[:, step.after] for one, step in zip(had, steps, strict=True)]
    usable = np.array([len(np.unique(panel.cluster[one])) >= FEWEST_COMPARED for one in both], dtype=bool)
    usable &= np.bincount(place[there], minlength=len(steps)) > 0
    if not usable.any():
        return None
    kept_steps, number = np.flatnonzero(usable), np.cumsum(usable) - 1
    used, eligible = usable[place] & there, usable[place]
    mine, compared = unit[used], [np.flatnonzero(both[at]) for at in kept_steps]
    rows = np.concatenate([mine, *compared])
    step = np.concatenate([number[place[used]], np.repeat(np.arange(len(kept_steps)), [len(one) for one in compared])])
    first, last = named[0, kept_steps][step], named[1, kept_steps][step]
    seen = np.bincount(mine, minlength=len(switched))
    weight = panel.weight[rows, first] / np.where(np.arange(len(rows)) < len(mine), seen[rows], 1)
    size = np.bincount(place[eligible], before[eligible], minlength=len(steps))[kept_steps]
    stayed = [panel.weight[both[at], steps[at].before].sum() / panel.weight[had[at], steps[at].before].sum() for at in kept_steps]
    return Changes(
        panel=panel,
        steps=tuple(steps[at] for at in kept_steps),
        switched=np.arange(len(rows)) < len(mine),
        unit=rows,
        step=step,
        change=panel.value[rows, last] - panel.value[rows, first],
        weight=weight,
        lost=switched & ~after,
        uncompared=switched & after & (seen == 0),
        kept=(float(before[used].sum() / before[eligible].sum()), float(np.average(stayed, weights=size))),
    )


@dataclass(frozen=True, slots=True, eq=False)
class SwitchedMeans:
    """The switched units' mean after the switch, and what it would have been: their figures less the effect.

    These are the comparison and the baseline of every contrast; differences, ratios and tests follow as of any two groups. Answers
    and accounts are those of the switched after their switch, and of the compared in the same waves.
    """

    changes: Changes
    whole: GroupMeans
    spread: Floats  # (2, groups): the two figures as contrasts of the whole's groups

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
        """Of the switched units' figures after, and of their net changes."""
        return self.whole.variance[[AFTER, NET]]

    @property
    def n(self) -> NDArray[np.int64]:
        found, last = self.changes, np.array([step.after for step in self.changes.steps])[self.changes.step]
        cells = [np.unique(np.stack([found.unit[of], last[of]]), axis=1) for of in self._sides]
        return np.array([found.panel.n[units, waves].sum() for units, waves in cells])

    @property
    def n_accounts(self) -> NDArray[np.int64]:
        return np.array([len(np.unique(self.changes.panel.account[self.changes.unit[of]])) for of in self._sides])

    @property
    def n_clusters(self) -> NDArray[np.int64]:
        return np.array([len(np.unique(self.changes.panel.cluster[self.changes.unit[of]])) for of in self._sides])

    @property
    def _sides(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        return self.changes.switched, ~self.changes.switched

    def df(self, contrast: ArrayLike, working: Working = "rho") -> float:
        """Satterthwaite degrees of freedom of a contrast of the two figures."""
        return self.whole.df(np.asarray(contrast, dtype=float) @ self.spread, working)

    def form(self, contrast: ArrayLike) -> LinearForm:
        """A contrast of the two figures as linear forms of the units' changes."""
        return self.whole.form(np.asarray(contrast, dtype=float) @ self.spread)


def estimate_switch(changes: Changes) -> SwitchedMeans:
    """The mean change over switched units against not-yet-switched ones, with cluster-robust covariance.

    Notes:
        The average over switched units of ATT(g, t) with not-yet-treated comparisons, no covariates, and a long difference from the
        last wave before the switch: a unit counts by its answers before it, its waves after it equally. Source: Callaway and
        Sant'Anna (2021), Journal of Econometrics 225(2), 200-230. Variance: CR2 with Satterthwaite df (Pustejovsky and Tipton 2018,
        JBES 36(4), 672-683) of the switched units' net changes and of the changes that each step compares them with, so that a wave
        that moves everybody moves neither figure nor error. Checked: tests/reference/switched (csdid, clubSandwich).

    >>> units, waves, scores = [0, 0, 1, 1, 2, 2, 3, 3], [0, 1] * 4, [0, 3, 1, 3, 0, 1, 1, 1]
    >>> accounts = {"cluster": list("ABCD"), "account": list("ABCD")}
    >>> panel = make_panel(units, waves, scores, [1] * 8, switch=[1, 1, 2, 2], n_waves=2, **accounts)
    >>> changes = find_changes(panel)
    >>> changes.effect, estimate_switch(changes).values.round(2).tolist()
    (2.0, [3.0, 1.0])
    """
    found, panel = changes, changes.panel
    level = np.flatnonzero(found.switched)
    last = np.array([step.after for step in found.steps])[found.step[level]]
    rows = np.concatenate([level, level, np.flatnonzero(~found.switched)])
    group = np.concatenate([np.full(len(level), NET), np.full(len(level), AFTER), AFTER + 1 + found.step[~found.switched]])
    value = np.concatenate([found.net[level], panel.value[found.unit[level], last], found.net[~found.switched]])
    names = ("net", "after", *(f"{step.before}-{step.after}-{step.until}" for step in found.steps))
    units = found.unit[rows]
    totals = collect_totals(panel.cluster[units], group, value, groups=names, weights=found.weight[rows])
    # What resembles what inside an account is told by changes alone: its level after the switch is no further answer.
    whole, alike = estimate_means(totals), estimate_means(totals.pick([names[NET], *names[AFTER + 1 :]])).rho
    effect, after = np.concatenate([[1.0, 0.0], -found.share]), np.eye(len(names))[AFTER]
    return SwitchedMeans(found, replace(whole, rho=alike), np.stack([after, after - effect]))


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the largest effect that differently lost units leave possible, and the share that was trimmed for it."""

    low: float
    high: float
    trimmed_share: float


def bound_losses(changes: Changes) -> Bounds:
    """The effect on those who would have answered again either way, had the others been the most or the least improved.

    The side that kept more of its units loses that surplus share of its weight, at the one end of its net changes and at the other.

    Notes:
        Switching may make units answer less often, or more often, but not some of them the one and some the other. Source: Lee
        (2009), Review of Economic Studies 76(3), 1071-1102, over all steps together.
    """
    switched, compared = changes.kept
    surplus = 1.0 - min(switched, compared) / max(switched, compared)
    rows = changes.switched if switched >= compared else ~changes.switched
    down, up = (_trimmed(changes.net[rows], changes.balanced[rows], surplus, top=top) for top in (True, False))
    low, high = (down, up) if switched >= compared else (changes.effect - up, changes.effect - down)
    return Bounds(low, high, surplus)


def _trimmed(value: Floats, weight: Floats, share: float, *, top: bool) -> float:
    """The weighted mean without this share of the weight at the top or at the bottom."""
    order = np.argsort(-value if top else value, kind="stable")
    w = weight[order]
    left = np.clip(np.cumsum(w) - share * w.sum(), 0.0, w)
    return float(np.average(value[order], weights=left))

"""Importance from best-worst choices: utilities by a conditional logit, their shares, counts, and repeated answers.

In each set of items a respondent names the best and, of the rest, the worst. The best is chosen with probability proportional to
exp(utility), the worst of the rest to exp(-utility): the sequential best-worst logit. What raises or lowers all items of a set
alike, such as a liking of the provider or the use of a scale, falls out of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import solve_triangular
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.special import expit, fdtrc, logit, stdtrit

from valuelib.errors import ResultError
from valuelib.stats.totals import Floats

SOURCE_LOGIT = "Marley and Louviere (2005), J. Math. Psychology 49(6), 464-480; McFadden (1974)"
SOURCE_CR2 = "Kauermann and Carroll (2001), JASA 96(456), 1387-1396"
STEPS, CLOSE = 60, 1e-10  # of Newton's method; the likelihood is concave
ALONE = 1e-9  # eigenvalue below which a cluster is all that tells of a direction
FEWEST_SHOWN = 3  # items in a set: of two, the best tells the worst
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Sets:
    """Answered sets of items.

    Attributes:
        shown: shape (sets, widest), the items of each set by their place 0, 1, ...; -1 where a set holds fewer.
        best: shape (sets,), the place of the best item.
        worst: shape (sets,), the place of the worst item.
        weight: shape (sets,), above 0.
        person: shape (sets,), who answered, 0, 1, ...
        cluster: shape (sets,), what answers are correlated within, 0, 1, ...
        items: how many items there are.
    """

    shown: Ints
    best: Ints
    worst: Ints
    weight: Floats
    person: Ints
    cluster: Ints
    items: int


def make_sets(
    shown: ArrayLike, best: ArrayLike, worst: ArrayLike, *, items: int, weight: ArrayLike, person: ArrayLike, cluster: ArrayLike
) -> Sets:
    """Sets from columns of any labels for persons and clusters.

    Raises:
        ResultError: there are no sets, or a best or worst item was not shown, or they are one.
    """
    at = np.asarray(shown, dtype=np.int64)
    ends = np.asarray(best, dtype=np.int64), np.asarray(worst, dtype=np.int64)
    if not len(at):
        raise ResultError("No set of choices was answered.")
    if any(not (at == end[:, None]).any(axis=1).all() for end in ends) or (ends[0] == ends[1]).any() or (ends[0] < 0).any():
        raise ResultError("A best or worst item was not shown in its set, or both are one item.")
    people, clusters = (np.unique(np.asarray(one), return_inverse=True)[1] for one in (person, cluster))
    return Sets(at, *ends, np.asarray(weight, dtype=float), people, clusters, items)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Utilities of the items, centred at zero, with their covariance.

    Attributes:
        utility: shape (items,), on the logit scale; they add up to zero.
        cov: shape (items, items), of the utilities, clusters kept together.
        clusters: how many there are.
        df: degrees of freedom of intervals: clusters less one, clusters of unequal size counting as fewer equal ones (Kish).
    """

    utility: Floats
    cov: Floats
    clusters: int
    df: float

    @property
    def se(self) -> Floats:
        """Standard errors of the utilities."""
        return np.sqrt(np.diag(self.cov))

    @property
    def share(self) -> Floats:
        """How often each item would be the best of all of them; they add up to one."""
        raised = np.exp(self.utility - self.utility.max())
        shares: Floats = raised / raised.sum()
        return shares

    @property
    def share_se(self) -> Floats:
        """Standard errors of the shares, by the delta method."""
        slopes = np.diag(self.share) - np.outer(self.share, self.share)
        variances: Floats = np.einsum("ij,jk,ik->i", slopes, self.cov, slopes)
        return np.sqrt(variances)

    def utility_interval(self, level: float) -> tuple[Floats, Floats]:
        """Both ends for each item."""
        wide = self._quantile(level) * self.se
        return self.utility - wide, self.utility + wide

    def share_interval(self, level: float) -> tuple[Floats, Floats]:
        """Both ends for each item, by the delta method on the logit of the share, so that they stay between zero and one."""
        share = self.share
        wide = self._quantile(level) * self.share_se / (share * (1 - share))
        middle = logit(share)
        return expit(middle - wide), expit(middle + wide)

    def p_even(self) -> float:
        """The p-value of all utilities being equal: Hotelling's T2, as the covariance is estimated from the clusters."""
        differences = len(self.utility) - 1
        stat = float(self.utility[1:] @ np.linalg.pinv(self.cov[1:, 1:], hermitian=True) @ self.utility[1:])
        left = self.df + 1 - differences
        return float(fdtrc(differences, left, stat * left / (self.df * differences))) if left >= 1 else float("nan")

    def _quantile(self, level: float) -> float:
        return float(stdtrit(self.df, 0.5 + level / 2))


def fit_choices(sets: Sets, *, small_sample: bool = True) -> Fit:
    """The conditional logit of best and worst, stacked in one likelihood, with clustered standard errors.

    Args:
        sets: answered sets, connected (`is_connected`).
        small_sample: whether the scores of each cluster are corrected for its own pull on the fit (CR2); without, the covariance is
            that of R's `survival::clogit(..., cluster = )`.
    Raises:
        ResultError: some items were always or never preferred to the others, or there is one cluster.
    Source:
        Marley and Louviere (2005); the correction: Kauermann and Carroll (2001). Checked: tests/reference/choices.

    >>> shown, best, worst = [[0, 1, 2]] * 6, [0, 0, 0, 1, 1, 2], [2, 2, 1, 2, 0, 1]
    >>> sets = make_sets(shown, best, worst, items=3, weight=[1] * 6, person=range(6), cluster=["A", "A", "B", "B", "C", "C"])
    >>> fit_choices(sets).share.round(2).tolist()
    [0.49, 0.3, 0.2]
    """
    clusters = int(sets.cluster.max()) + 1
    if clusters < 2 or not is_connected(sets):
        raise ResultError(
            "The choices do not tell all items apart: some were always, or never, preferred, or one cluster answered."
        )
    utility = np.zeros(sets.items)
    for _ in range(STEPS):
        score, information = _score(sets, utility), _information(sets, utility).sum(axis=0)
        step = _solve(information, np.add.reduce(score))
        utility += step
        if np.abs(step).max() < CLOSE:
            break
    else:
        raise ResultError("The choices' likelihood did not reach its maximum.")
    # One utility is held at zero: what is left is of full rank.
    score, information = _score(sets, utility)[:, 1:], _information(sets, utility)[:, 1:, 1:]
    root = np.linalg.cholesky(information.sum(axis=0))
    turned = solve_triangular(root, score.T, lower=True).T
    if small_sample:
        half = np.linalg.solve(root, information)
        pull = np.linalg.solve(root, half.transpose(0, 2, 1))
        values, vectors = np.linalg.eigh(np.eye(len(root)) - pull)
        shrunk = np.where(values > ALONE, 1 / np.sqrt(np.where(values > ALONE, values, 1.0)), 0.0)
        turned = np.einsum("gij,gj,gkj,gk->gi", vectors, shrunk, vectors, turned)
    back = solve_triangular(root, turned.T, lower=True, trans="T")
    cov = np.zeros((sets.items, sets.items))
    cov[1:, 1:] = back @ back.T
    centre = np.eye(sets.items) - 1 / sets.items
    told = np.trace(information, axis1=1, axis2=2)
    df = float(told.sum() ** 2 / (told**2).sum()) - 1
    return Fit(utility=centre @ utility, cov=centre @ cov @ centre, clusters=clusters, df=df)


def _stages(sets: Sets, utility: Floats) -> tuple[Floats, Floats]:
    """Choice probabilities of the shown items: as the best of all, as the worst of the rest; shape (sets, widest)."""
    there = sets.shown >= 0
    of = np.where(there, utility[sets.shown], 0.0)
    rest = there & (sets.shown != sets.best[:, None])
    best, worst = (np.where(kept, np.exp(sign * of), 0.0) for kept, sign in ((there, 1), (rest, -1)))
    return best / best.sum(axis=1, keepdims=True), worst / worst.sum(axis=1, keepdims=True)


def _score(sets: Sets, utility: Floats) -> Floats:
    """Gradients by cluster, shape (clusters, items)."""
    best, worst = _stages(sets, utility)
    seen = (sets.shown == sets.best[:, None]) - best - ((sets.shown == sets.worst[:, None]) - worst)
    score = np.zeros((int(sets.cluster.max()) + 1, sets.items + 1))
    # A blank place adds its zero to a column that is dropped.
    np.add.at(score, (sets.cluster[:, None], np.where(sets.shown >= 0, sets.shown, sets.items)), sets.weight[:, None] * seen)
    return score[:, :-1]


def _information(sets: Sets, utility: Floats) -> Floats:
    """Minus the second derivatives by cluster, shape (clusters, items, items)."""
    clusters, width = int(sets.cluster.max()) + 1, sets.items + 1
    total = np.zeros((clusters, width, width))
    places = np.where(sets.shown >= 0, sets.shown, sets.items)
    for chance in _stages(sets, utility):
        spread = -chance[:, :, None] * chance[:, None, :] * sets.weight[:, None, None]
        diagonal = np.arange(chance.shape[1])
        spread[:, diagonal, diagonal] += chance * sets.weight[:, None]
        np.add.at(total, (sets.cluster[:, None, None], places[:, :, None], places[:, None, :]), spread)
    return total[:, :-1, :-1]


def _solve(information: Floats, score: Floats) -> Floats:
    step = np.zeros(len(score))
    step[1:] = np.linalg.solve(information[1:, 1:], score[1:])
    return step


def _preferences(sets: Sets) -> tuple[Ints, Ints, Ints]:
    """Set, preferred and other item of every pair that an answer decides: the best before all, all before the worst."""
    there = sets.shown >= 0
    over = there & (sets.shown != sets.best[:, None])
    rows, columns = np.nonzero(over)
    under = over & (sets.shown != sets.worst[:, None])
    more_rows, more_columns = np.nonzero(under)
    return (
        np.concatenate([rows, more_rows]),
        np.concatenate([sets.best[rows], sets.shown[more_rows, more_columns]]),
        np.concatenate([sets.shown[rows, columns], sets.worst[more_rows]]),
    )


def is_connected(sets: Sets) -> bool:
    """Whether every item was preferred to every other, at least by way of third ones; else some utilities are infinite."""
    _, more, less = _preferences(sets)
    graph = coo_array((np.ones(len(more)), (more, less)), shape=(sets.items, sets.items))
    return bool(connected_components(graph, directed=True, connection="strong")[0] == 1)


class Counts(NamedTuple):
    """Of each item: how often it was shown, best and worst."""

    shown: Ints
    best: Ints
    worst: Ints


def count_choices(sets: Sets) -> Counts:
    """Plain counts, without weights."""
    shown = np.bincount(sets.shown[sets.shown >= 0], minlength=sets.items)
    return Counts(shown, *(np.bincount(end, minlength=sets.items) for end in (sets.best, sets.worst)))


class Repeats(NamedTuple):
    """Of each person: pairs of answers that decide the same two items, and how many of these decide alike (by chance: half)."""

    decided: Ints
    alike: Ints


def count_repeats(sets: Sets) -> Repeats:
    """How often a person, asked again by another set, keeps the order of two items."""
    rows, more, less = _preferences(sets)
    low, high = np.minimum(more, less), np.maximum(more, less)
    key, place = np.unique((sets.person[rows] * sets.items + low) * sets.items + high, return_inverse=True)
    ups = np.bincount(place, weights=more < less).astype(np.int64)
    downs = np.bincount(place).astype(np.int64) - ups
    people, n = key // sets.items**2, int(sets.person.max()) + 1
    either = [np.bincount(people, weights=one * (one - 1) // 2, minlength=n) for one in (ups + downs, ups, downs)]
    return Repeats(either[0].astype(np.int64), (either[1] + either[2]).astype(np.int64))

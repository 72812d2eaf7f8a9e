"""Whether groups use the items of a scale alike: one factor in several groups, with ever more held equal (measurement invariance).

*Configural*: the same items measure one thing. *Metric*: with equal loadings, so that slopes compare. *Scalar*: with equal
intercepts, too, so that means compare; *partial*, where some items keep an intercept of their own in each group. A shift that is
the same in all items looks like a difference in what is measured, here as in every such model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, stats

from valuelib.stats.totals import Floats

SOURCE = (
    "steps: Steenkamp and Baumgartner (1998), Journal of Consumer Research 25(1), 78-90; limits of fit: Cheung and Rensvold "
    "(2002), Structural Equation Modeling 9(2), 233-255, and Chen (2007), 14(3), 464-504; scaled tests: Satorra and Bentler "
    "(2010), Psychometrika 75(2), 243-248; gaps and clusters: Yuan and Bentler (2000), Sociological Methodology 30(1), 165-200"
)
SOURCE_DMACS = "Nye and Drasgow (2011), Journal of Applied Psychology 96(5), 966-980"
MIN_ITEMS, MIN_N, MIN_CLUSTERS = 3, 100, 20  # items; answers and clusters of each group
MIN_INVARIANT = 2  # items that must keep an equal intercept for means to compare (Byrne, Shavelson and Muthen 1989)
MAX_CFI_LOSS, MAX_RMSEA_GAIN = 0.01, 0.015
MIN_CFI, MAX_RMSEA = 0.90, 0.10  # of the configural model: both missed, and one score does not describe the items
ALPHA = 0.01
MIN_UNIQUE = 0.005  # share of an item's variance that may be its own at least; a solution there is improper (Heywood)
TOLERANCE, MAX_STEPS = 1e-8, 2000
GRADIENT = 1e-4
Level = Literal["none", "configural", "metric", "partial", "scalar"]
Why = Literal["few_items", "few_groups", "improper"]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fit:
    """A multi-group model: its test, uncorrected and scaled, and its fit; of a nested one the scaled test against the one before.

    `cfi` and `rmsea` are the robust ones, which take the mean of a misfit by chance from `scale` and not from the normal curve.
    """

    step: Literal["configural", "metric", "scalar", "partial"]
    chi2: float
    df: int
    scale: float
    cfi: float
    rmsea: float
    difference: float | None = None
    difference_df: int | None = None
    p_value: float | None = None
    kept: bool = True

    @property
    def scaled(self) -> float:
        """The scaled test statistic."""
        return self.chi2 / self.scale if self.df else 0.0


@dataclass(frozen=True, slots=True)
class Shift:
    """An item whose intercept is its own in a group: by how much above the first group's, in the item's unit and in SD (dMACS)."""

    item: int
    group: int
    points: float
    dmacs: float


@dataclass(frozen=True, slots=True)
class Invariance:
    """How far the groups can be compared, and on what it rests.

    `n` are the answers of each group, `accounts` the clusters of all. `moved` is, for each group, by how much the plain mean of the
    items stands above the first group's for unequal intercepts alone; `latent` the difference of what is measured, in points of the
    mean of the items. Both None unless means compare.
    """

    level: Level
    n: tuple[int, ...]
    accounts: int
    fits: tuple[Fit, ...]
    shifts: tuple[Shift, ...] = ()
    moved: tuple[float, ...] | None = None
    latent: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class NotTestable:
    """Why nothing can be said: too few items, fewer than two groups of enough answers, or an improper solution."""

    why: Why
    n: tuple[int, ...]
    accounts: int


def estimate_invariance(
    ratings: ArrayLike, groups: ArrayLike, clusters: ArrayLike, categories: Sequence[str] | None = None
) -> Invariance | NotTestable:
    """How far the items of a scale mean the same in these groups.

    Args:
        ratings: shape (n, k); gaps are NaN. Rows without any rating are left out.
        groups: shape (n,), 0 .. G - 1; -1 for rows of no group. The first group is the one that others are compared with.
        clusters: shape (n,), whose answers resemble each other; a cluster may have rows in several groups.
        categories: shape (k,), the category of each item: items of one may resemble each other beyond the scale.
    Notes:
        Maximum likelihood on each group's means and covariances, which are themselves estimated by maximum likelihood from all
        answers, gaps and all (two stages; valid where gaps depend on given answers only). Tests are scaled by a covariance matrix
        of these moments that takes clusters as the units and lets a cluster lie in several groups. A step is refused where fit
        falls by more than the limits and the scaled difference is no chance; either alone refuses too much: limits in small
        samples, the test in large ones. Checked: tests/reference/invariance (lavaan).
    """
    x, group, cluster = _rows(ratings, groups, clusters)
    n_groups = int(group.max(initial=-1)) + 1
    n = tuple(int((group == one).sum()) for one in range(n_groups))
    held = len(np.unique(cluster))
    fewest = min((len(np.unique(cluster[group == one])) for one in range(n_groups)), default=0)
    if x.shape[1] < MIN_ITEMS:
        return NotTestable("few_items", n, held)
    if n_groups < 2 or min(n) < MIN_N or fewest < MIN_CLUSTERS:
        return NotTestable("few_groups", n, held)
    if min(np.nanstd(x[group == one], axis=0).min() for one in range(n_groups)) < 1e-9:
        return NotTestable("improper", n, held)
    spread = np.nanstd(x, axis=0)
    sample = sample_moments(x / spread, group, cluster, alike_items(categories or range(x.shape[1])))
    configural = fit_model(sample, "configural")
    if configural is None:
        return NotTestable("improper", n, held)
    baseline = fit_baseline(sample)
    first = judge_fit(sample, baseline, configural, None)
    if first.cfi < MIN_CFI and first.rmsea > MAX_RMSEA:
        return Invariance("none", n, held, (replace(first, kept=False),))
    fits = [first]
    metric = fit_model(sample, "metric")
    if metric is not None:
        fits.append(judge_fit(sample, baseline, metric, (configural, first)))
    if metric is None or not fits[-1].kept:
        return Invariance("configural", n, held, tuple(fits))
    second, freed = fits[-1], list[int]()
    for _ in range(x.shape[1] - MIN_INVARIANT + 1):
        model = fit_model(sample, "scalar", freed)
        if model is None:
            break
        latest = judge_fit(sample, baseline, model, (metric, second))
        fits.append(latest)
        if latest.kept:
            level: Level = "partial" if freed else "scalar"
            return Invariance(level, n, held, tuple(fits), *_what_moves(model, sample, spread, freed))
        freed.append(worst_item(sample, model, freed))
    return Invariance("metric", n, held, tuple(fits))


def _rows(ratings: ArrayLike, groups: ArrayLike, clusters: ArrayLike) -> tuple[Floats, Ints, Ints]:
    x, group = np.asarray(ratings, dtype=float), np.asarray(groups, dtype=np.int64)
    used = np.isfinite(x).any(axis=1) & (group >= 0)
    return x[used], group[used], np.unique(np.asarray(clusters).astype(str)[used], return_inverse=True)[1].astype(np.int64)


# Means and covariances of each group from answers with gaps, and how they would differ in another sample of clusters


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Each group's means (G, k) and covariances (G, k, k), and what each cluster adds to them, shape (clusters, G * p)."""

    n: Floats
    means: Floats
    covariances: Floats
    influence: Floats
    alike: Floats  # as `alike_items` gives it

    @property
    def k(self) -> int:
        """Number of items."""
        return int(self.means.shape[1])


def alike_items(categories: Sequence[object]) -> Floats:
    """Items (0/1) that share a part of what is not the scale's, shape (m, k, k): of each category, from three categories on.

    With two categories of at least two items each, one variance stands for both; in fewer it could not be told from the scale.

    >>> alike_items(["a", "a", "b", "b"]).astype(int).tolist()
    [[[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]]]
    """
    named = np.array([str(one) for one in categories])
    kinds, counts = np.unique(named, return_counts=True)
    blocks: Floats = np.array([np.outer(named == kind, named == kind) for kind in kinds[counts > 1]], dtype=float).reshape(
        -1, *[len(named)] * 2
    )
    if len(kinds) == 2 and len(blocks) == 2:
        return np.array([blocks[0] + blocks[1]])
    return blocks if len(kinds) > 2 else np.zeros((0, len(named), len(named)))


def sample_moments(x: Floats, group: Ints, cluster: Ints, alike: Floats) -> Sample:
    """The moments of the groups 0 .. G - 1, and each cluster's influence on them."""
    n_groups, n_clusters = int(group.max()) + 1, int(cluster.max()) + 1
    means, covariances, parts = [], [], []
    for one in range(n_groups):
        mean, covariance, influence = _with_gaps(x[group == one])
        sums = np.zeros((n_clusters, influence.shape[1]))
        np.add.at(sums, cluster[group == one], influence)
        means.append(mean)
        covariances.append(covariance)
        parts.append(sums)
    n = np.bincount(group).astype(float)
    spread = np.hstack(parts) * np.sqrt(n_clusters / (n_clusters - 1))
    return Sample(n, np.array(means), np.array(covariances), spread, alike)


def _with_gaps(x: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, covariance and each row's influence on (mean, vech covariance), of normal maximum likelihood by the EM algorithm.

    The inverse K of a pattern's observed block, zero elsewhere, serves all steps: what is missing is expected at sigma K d.
    """
    there = np.isfinite(x)
    patterns, of_row, counts = np.unique(there, axis=0, return_inverse=True, return_counts=True)
    of_row, k = of_row.ravel(), x.shape[1]
    both, eye = patterns[:, :, None] & patterns[:, None, :], np.eye(k)
    neither, share = ~patterns[:, :, None] & ~patterns[:, None, :], counts / len(x)
    mean, sigma = np.nanmean(x, axis=0), np.diag(np.nanvar(x, axis=0))
    for _ in range(MAX_STEPS):
        inverse = np.where(both, np.linalg.inv(np.where(both, sigma, eye)), 0.0)
        known = np.where(there, x - mean, 0.0)
        expected = np.where(there, known, np.einsum("nij,nj->ni", inverse[of_row], known) @ sigma)
        step = expected.mean(axis=0)
        left = np.tensordot(share, np.where(neither, sigma - sigma @ inverse @ sigma, 0.0), 1)
        found = expected.T @ expected / len(x) + left - np.outer(step, step)
        change, mean, sigma = np.abs(found - sigma).max(), mean + step, found
        if max(np.abs(step).max(), change) < TOLERANCE:
            break
    inverse = np.where(both, np.linalg.inv(np.where(both, sigma, eye)), 0.0)
    z = np.einsum("nij,nj->ni", inverse[of_row], np.where(there, x - mean, 0.0))
    a, b = np.tril_indices(k)
    times = np.where(a == b, 0.5, 1.0)
    score = np.hstack([z, times * (z[:, a] * z[:, b] - inverse[of_row][:, a, b])])
    # Observed information: expected one would need gaps that depend on nothing.
    moments = np.zeros((len(patterns), k, k))
    np.add.at(moments, of_row, z[:, :, None] * z[:, None, :])
    sums = np.zeros((len(patterns), k))
    np.add.at(sums, of_row, z)
    flat = inverse.reshape(len(patterns), -1)
    tied = (flat.T @ (2 * moments - counts[:, None, None] * inverse).reshape(len(patterns), -1)).reshape(k, k, k, k)
    across = np.einsum("pia,pb->iab", inverse, sums)
    across = (across[:, a, b] + across[:, b, a]) * times
    information = np.block([[np.tensordot(counts, inverse, 1), across], [across.T, _half_duplicated(tied.transpose(0, 2, 1, 3))]])
    return mean, sigma, np.linalg.solve(information, score.T).T


def _half_duplicated(tied: Floats) -> Floats:
    """Half of D' (A (x) B) D for `tied[a, b, c, d]` = A[a, c] * B[b, d], in the order of `np.tril_indices`."""
    a, b = np.tril_indices(len(tied))
    times = np.where(a == b, 1.0, 2.0)
    rows, cols = (a[:, None], b[:, None]), (a[None, :], b[None, :])
    four = tied[rows[0], rows[1], cols[0], cols[1]] + tied[rows[0], rows[1], cols[1], cols[0]]
    four = four + tied[rows[1], rows[0], cols[0], cols[1]] + tied[rows[1], rows[0], cols[1], cols[0]]
    halved: Floats = np.outer(times, times) / 8 * four
    return halved


# The model


class Parameters(NamedTuple):
    """Of each group: loadings, intercepts and unique variances (G, k), variance and mean of what is measured (G,), and what items
    of a category share (G, m).
    """

    loadings: Floats
    intercepts: Floats
    unique: Floats
    variances: Floats
    means: Floats
    alike: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A fitted model: `chi2`, its degrees of freedom, parameters, and which of all parameters are the same one (`ties`)."""

    step: Literal["configural", "metric", "scalar", "partial"]
    chi2: float
    df: int
    parameters: Parameters
    ties: Floats


def fit_model(sample: Sample, step: Literal["configural", "metric", "scalar"], freed: Sequence[int] = ()) -> Model | None:
    """The one-factor model of all groups; None where an item's unique variance runs to zero or the search does not settle.

    Args:
        step: what is held equal. The factor has mean 0 and variance 1 in the first group, and in all groups at `configural`.
        freed: items that keep intercepts of their own in `scalar`.
    """
    places = _places(sample)
    ties, fixed = _ties(places, sample.k, step, freed)
    start, floors = np.zeros(ties.shape[0]), np.full(ties.shape[0], -np.inf)
    for one, place in enumerate(places):
        start[place.loadings], start[place.intercepts] = 0.7, sample.means[one]
        start[place.unique], start[place.variances] = 0.5, 1.0
        floors[place.unique], floors[place.variances] = MIN_UNIQUE * np.diag(sample.covariances[one]), 0.01
        start[place.alike], floors[place.alike] = 0.05, 0.0
    at, lows = ties.T @ start / ties.sum(axis=0), np.array([floors[column > 0].max() for column in ties.T])

    def misfit(given: Floats) -> tuple[float, Floats]:
        value, gradient = _misfit(sample, _unpack(fixed + ties @ given, sample))
        return value, ties.T @ gradient

    found = optimize.minimize(
        misfit,
        at,
        jac=True,
        method="L-BFGS-B",
        bounds=optimize.Bounds(lows, np.inf),
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": MAX_STEPS, "maxfun": 10 * MAX_STEPS, "maxcor": 30},
    )
    held = np.asarray(found.x, dtype=float) <= lows * 1.0001
    if (held & (lows > 0)).any() or np.abs(np.asarray(found.jac)[~held]).max() > GRADIENT:
        return None
    k, groups = sample.k, len(sample.n)
    return Model(
        "partial" if freed else step,
        float(sample.n.sum() * found.fun),
        groups * (k + k * (k + 1) // 2) - ties.shape[1],
        _unpack(fixed + ties @ found.x, sample),
        ties,
    )


class _Place(NamedTuple):
    loadings: slice
    intercepts: slice
    unique: slice
    variances: int
    means: int
    alike: slice


def _places(sample: Sample) -> list[_Place]:
    k, size = sample.k, 3 * sample.k + 2 + len(sample.alike)
    return [
        _Place(
            slice(at, at + k),
            slice(at + k, at + 2 * k),
            slice(at + 2 * k, at + 3 * k),
            at + 3 * k,
            at + 3 * k + 1,
            slice(at + 3 * k + 2, at + size),
        )
        for at in range(0, len(sample.n) * size, size)
    ]


def _ties(places: Sequence[_Place], k: int, step: str, freed: Sequence[int]) -> tuple[Floats, Floats]:
    """Which free parameter each one is (0/1, columns are free parameters), and the values of those that are fixed."""
    owner = np.full(places[-1].alike.stop, -1)
    fixed, next_one = np.zeros(len(owner)), 0
    for one, place in enumerate(places):
        for name, shared in (("loadings", step != "configural"), ("intercepts", step == "scalar"), ("unique", False)):
            span = getattr(place, name)
            owner[span] = np.arange(next_one, next_one + k)
            tied = [i for i in range(k) if one and shared and not (name == "intercepts" and i in freed)]
            for i in tied:
                owner[span.start + i] = owner[getattr(places[0], name).start + i]
            next_one += k
        more = place.alike.stop - place.alike.start
        owner[place.alike] = np.arange(next_one, next_one + more)
        next_one += more
        fixed[place.variances] = 1.0 if step == "configural" or not one else 0.0
        for name, free in (("variances", step != "configural"), ("means", step == "scalar")):
            if one and free:
                owner[getattr(place, name)], next_one = next_one, next_one + 1
    places_of = np.flatnonzero(owner >= 0)
    number = np.unique(owner[places_of], return_inverse=True)[1]
    ties = np.zeros((len(owner), int(number.max()) + 1))
    ties[places_of, number] = 1.0
    return ties, fixed


def _unpack(values: Floats, sample: Sample) -> Parameters:
    rows, k = values.reshape(len(sample.n), -1), sample.k
    ends = (rows[:, 3 * k], rows[:, 3 * k + 1], rows[:, 3 * k + 2 :])
    return Parameters(rows[:, :k], rows[:, k : 2 * k], rows[:, 2 * k : 3 * k], *ends)


def _implied(sample: Sample, p: Parameters) -> tuple[Floats, Floats]:
    """Means (G, k) and covariances (G, k, k) of the model."""
    covariances = p.variances[:, None, None] * p.loadings[:, :, None] * p.loadings[:, None, :]
    covariances = covariances + p.unique[:, :, None] * np.eye(sample.k) + np.tensordot(p.alike, sample.alike, 1)
    return p.intercepts + p.loadings * p.means[:, None], covariances


def _misfit(sample: Sample, p: Parameters) -> tuple[float, Floats]:
    """The likelihood's discrepancy, and its gradient by all parameters."""
    means, sigma = _implied(sample, p)
    inverse, share = np.linalg.inv(sigma), sample.n / sample.n.sum()
    d = sample.means - means
    pulled = np.einsum("gij,gj->gi", inverse, d)
    logs = np.linalg.slogdet(sigma)[1] - np.linalg.slogdet(sample.covariances)[1]
    fit = logs + np.einsum("gij,gji->g", sample.covariances, inverse) - sample.k + (d * pulled).sum(axis=1)
    of_sigma = inverse - inverse @ sample.covariances @ inverse - pulled[:, :, None] * pulled[:, None, :]
    along = np.einsum("gij,gj->gi", of_sigma, p.loadings)
    gradient = np.concatenate(
        [
            2 * p.variances[:, None] * along - 2 * p.means[:, None] * pulled,
            -2 * pulled,
            np.einsum("gii->gi", of_sigma),
            (p.loadings * along).sum(axis=1)[:, None],
            -2 * (p.loadings * pulled).sum(axis=1)[:, None],
            np.einsum("gij,mij->gm", of_sigma, sample.alike),
        ],
        axis=1,
    )
    return float(share @ fit), (share[:, None] * gradient).ravel()


# Tests and fit


def _slopes(sample: Sample, p: Parameters) -> Floats:
    """Derivatives of all moments by all parameters, one block a group."""
    groups, k = p.loadings.shape
    a, b = np.tril_indices(k)
    eye, size, wide = np.eye(k), k + len(a), 3 * k + 2 + len(sample.alike)
    shared = sample.alike[:, a, b].T
    whole = np.zeros((groups * size, groups * wide))
    for g in range(groups):
        loadings, zero = p.loadings[g], np.zeros((len(a), k))
        of_loadings = p.variances[g] * (loadings[a, None] * eye[b] + loadings[b, None] * eye[a])
        means = np.hstack([p.means[g] * eye, eye, 0 * eye, np.zeros((k, 1)), loadings[:, None], np.zeros((k, shared.shape[1]))])
        covariances = np.hstack(
            [of_loadings, zero, eye[a] * eye[b], (loadings[a] * loadings[b])[:, None], np.zeros((len(a), 1)), shared]
        )
        whole[g * size : (g + 1) * size, g * wide : (g + 1) * wide] = np.vstack([means, covariances])
    return whole


def _weights(sample: Sample, sigma: Floats) -> Floats:
    """The normal-theory weight of the moments, one block a group."""
    k, share = sample.k, sample.n / sample.n.sum()
    size = k + k * (k + 1) // 2
    whole = np.zeros((len(share) * size, len(share) * size))
    for g, inverse in enumerate(np.linalg.inv(sigma)):
        at = g * size
        whole[at : at + k, at : at + k] = share[g] * inverse
        tied = inverse[:, None, :, None] * inverse[None, :, None, :]
        whole[at + k : at + size, at + k : at + size] = share[g] * _half_duplicated(tied)
    return whole


def _spread(sample: Sample, weights: Floats, slopes: Floats) -> float:
    """Mean of the test statistic of a true model, tr(U Gamma): clusters are drawn, and answers need not be normal."""
    pulled = sample.influence @ weights
    left = slopes.T @ pulled.T
    total = (pulled * sample.influence).sum() - (left * np.linalg.solve(slopes.T @ weights @ slopes, left)).sum()
    return float(sample.n.sum() * total)


class Baseline(NamedTuple):
    """The test statistic of the model of unrelated items, and what it would be on average were that model true."""

    chi2: float
    expected: float


def fit_baseline(sample: Sample) -> Baseline:
    """The model of items that have nothing in common, in any group."""
    k, size = sample.k, sample.k + sample.k * (sample.k + 1) // 2
    variances = np.einsum("gii->gi", sample.covariances)
    chi2 = float(sample.n @ (np.log(variances).sum(axis=1) - np.linalg.slogdet(sample.covariances)[1]))
    a, b = np.tril_indices(k)
    kept = np.concatenate([np.ones(k, bool), a == b])
    slopes = np.eye(len(sample.n) * size)[:, np.tile(kept, len(sample.n))]
    return Baseline(chi2, _spread(sample, _weights(sample, variances[:, :, None] * np.eye(k)), slopes))


def judge_fit(sample: Sample, base: Baseline, model: Model, before: tuple[Model, Fit] | None) -> Fit:
    """The fit of a model, and whether it is kept against the one before it."""
    weights = _weights(sample, _implied(sample, model.parameters)[1])
    every = _slopes(sample, model.parameters)
    slopes = every @ model.ties
    expected = _spread(sample, weights, slopes) if model.df else 0.0
    excess = max(model.chi2 - expected, 0.0)
    most = max(excess, base.chi2 - base.expected, 1e-12)
    rmsea = (len(sample.n) * excess / (sample.n.sum() * model.df)) ** 0.5 if model.df else 0.0
    scale = expected / model.df if model.df else 1.0
    found = Fit(model.step, model.chi2, model.df, scale, 1 - excess / most, rmsea)
    if before is None:
        return found
    wider, fit = before
    df = model.df - wider.df
    # Both at the narrower model's parameters, where the wider one's slopes contain the narrower one's: never negative.
    wide = every @ wider.ties
    by_chance = (expected - (_spread(sample, weights, wide) if wider.df else 0.0)) / df
    difference = max(model.chi2 - wider.chi2, 0.0) / by_chance
    p_value = float(stats.chi2.sf(difference, df))
    worse = fit.cfi - found.cfi > MAX_CFI_LOSS or found.rmsea - fit.rmsea > MAX_RMSEA_GAIN
    return replace(found, difference=difference, difference_df=df, p_value=p_value, kept=not (worse and p_value < ALPHA))


def worst_item(sample: Sample, model: Model, freed: Sequence[int]) -> int:
    """The item whose intercepts, freed, would lower the misfit most (score test)."""
    k = sample.k
    means, sigma = _implied(sample, model.parameters)
    weights, every = _weights(sample, sigma), _slopes(sample, model.parameters)
    a, b = np.tril_indices(k)
    left = np.hstack([sample.means - means, (sample.covariances - sigma)[:, a, b]]).ravel()
    held = every @ model.ties
    pulled = weights @ held
    inside = np.linalg.solve(held.T @ pulled, pulled.T)
    scores: dict[int, float] = {}
    for item in sorted({*range(k)} - {*freed}):
        extra = every[:, [place.intercepts.start + item for place in _places(sample)[1:]]]
        gradient = extra.T @ weights @ left
        information = extra.T @ weights @ extra - extra.T @ pulled @ (inside @ extra)
        scores[item] = float(gradient @ np.linalg.solve(information, gradient))
    return max(scores, key=lambda item: scores[item])


def _what_moves(
    model: Model, sample: Sample, spread: Floats, freed: Sequence[int]
) -> tuple[tuple[Shift, ...], tuple[float, ...], tuple[float, ...]]:
    """The freed items' shifts, what they add to each group's mean of the items, and the difference of what is measured."""
    p, share = model.parameters, sample.n / sample.n.sum()
    within = np.sqrt(share @ np.einsum("gii->gi", sample.covariances))
    shifts = [
        Shift(item, g, float(spread[item] * step), float(abs(step) / within[item]))
        for item in sorted(freed)
        for g in range(1, len(share))
        for step in [p.intercepts[g, item] - p.intercepts[0, item]]
    ]
    moved = ((p.intercepts - p.intercepts[0]) * spread).mean(axis=1)
    latent = p.means * (p.loadings[0] * spread).mean()
    return tuple(shifts), tuple(moved.tolist()), tuple(latent.tolist())

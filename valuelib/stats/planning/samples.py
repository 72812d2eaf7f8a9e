"""What would the account totals of a study of n respondents be? Drawn many times from a population with known figures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from valuelib.stats.moments import POWERS, Floats, Moments
from valuelib.stats.planning.population import MIXED_CORRELATION, Population, cuts, latent_icc, latent_mean

GROUPS = ("comparison", "baseline")
FAR = 8.0  # standard deviations of the number of accounts that fit into n respondents; more accounts than that are never needed


def draw_samples(population: Population, n: int, samples: int, rng: np.random.Generator) -> Iterator[Moments]:
    """Independent studies of `n` respondents each, as the estimators take them; the last account is cut off where n is reached."""
    size = _draw_sizes(population, n, samples, rng)
    account = np.repeat(np.arange(size.size), size.ravel())
    shape = (samples, size.shape[1])
    group = _draw_groups(population, account, shape, rng)
    score = _draw_scores(population, account, group, shape, rng)
    ones, y, yy = (_totals(account, group, size.size, values) for values in (None, score, score**2))
    products = np.array([[ones, y], [y, yy]], dtype=float)  # column, column, group, sample x account
    names = np.arange(shape[1]).astype(str)
    for sample, accounts in enumerate(np.count_nonzero(size, axis=1)):
        own = products[..., sample * shape[1] : sample * shape[1] + accounts]
        yield Moments(names[:accounts], GROUPS, ("1", "y"), np.broadcast_to(own, (POWERS, *own.shape)))


def _draw_sizes(population: Population, n: int, samples: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Respondents of each account, shape (samples, accounts); every row adds up to n, with zeros at its end."""
    m = np.arange(1, len(population.sizes) + 1)
    mean = population.per_account
    spread = float(np.sqrt(m**2 @ np.array(population.sizes) - mean**2)) / mean
    accounts = min(n, int(np.ceil(n / mean + FAR * spread * np.sqrt(n / mean) + FAR)))
    drawn = rng.choice(m, size=(samples, accounts), p=population.sizes)
    ends = np.minimum(np.cumsum(drawn, axis=1), n)
    ends[:, -1] = n
    size: NDArray[np.int64] = np.diff(ends, axis=1, prepend=0)
    return size


def _draw_groups(
    population: Population, account: NDArray[np.int64], shape: tuple[int, int], rng: np.random.Generator
) -> NDArray[np.int64]:
    correlation = MIXED_CORRELATION if population.mixed else 1.0
    member = _shared_normal(account, shape, correlation, rng) > norm.ppf(1 - population.share)
    return np.where(member, 0, 1)


def _draw_scores(
    population: Population, account: NDArray[np.int64], group: NDArray[np.int64], shape: tuple[int, int], rng: np.random.Generator
) -> Floats:
    outcome = population.outcome
    means = np.array([latent_mean(outcome, figure) for figure in (population.comparison, population.baseline)])
    latent = means[group] + _shared_normal(account, shape, latent_icc(outcome, population.icc), rng)
    score: Floats = np.sum([latent > cut for cut in cuts(outcome)], axis=0, dtype=float) - (outcome == "nps")
    return score


def _shared_normal(account: NDArray[np.int64], shape: tuple[int, int], correlation: float, rng: np.random.Generator) -> Floats:
    """Standard normal numbers, one a respondent, that correlate inside an account."""
    shared = rng.standard_normal(shape).ravel()[account]
    if correlation >= 1:
        return shared
    value: Floats = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * rng.standard_normal(account.shape)
    return value


def _totals(account: NDArray[np.int64], group: NDArray[np.int64], accounts: int, values: Floats | None) -> Floats:
    summed = np.bincount(group * accounts + account, weights=values, minlength=2 * accounts)
    return summed.reshape(2, accounts).astype(float)

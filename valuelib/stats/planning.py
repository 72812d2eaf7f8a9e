"""Size of a study: the power of a finished one, respondents needed by formula, and verdicts of simulated studies.

A population of accounts with known figures is drawn many times; the shipped estimator and rule read each study as `assess` does.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import stdtrit
from scipy.stats import norm

from valuelib.results import Verdict
from valuelib.stats.contrasts import (
    FAMILIES,
    Decisions,
    Metric,
    contrast,
    decide,
    estimate_ratio,
    has_variation,
    read_verdict,
    run_claim_tests,
)
from valuelib.stats.loyalty import SCALE, Kind
from valuelib.stats.means import MIN_DF, Means, estimate_means, t_quantile
from valuelib.stats.totals import POWERS, ClusterTotals, Floats
from valuelib.worlds.people import rng_for

POWER = 0.8
ROUND_TO = 10
ROUNDS = 2
LEAST_SHARE = 0.5  # of one study: a simulated power of 0 or 1 counts as half a study short of it
EDGE = 1e-3  # a figure this close to the end of its scale has no variance to plan with
WORDS: tuple[Verdict, ...] = ("supported", "consistent", "smaller", "rejected", "undecided")
GROUPS = ("comparison", "baseline")
BATCH = 100  # samples drawn at once; fixed, so that it is part of no result
FAR = 8.0  # standard deviations of the number of accounts that fit into n respondents; more accounts than that are never needed
NOTHING = Decisions(lift=False, below_claim=False, above_claim=False, opposite=False)

Outcome = Literal["nps", "rate"]
SIZE_SHARES = np.array([0.30, 0.22, 0.16, 0.11, 0.08, 0.06, 0.04, 0.03])  # accounts with 1, 2, .. 8 respondents: 2.94 on average
PASSIVES = 0.35  # share of passives at an NPS of zero
CUT = float(norm.ppf((1 + PASSIVES) / 2))
REFERENCE: dict[Outcome, float] = {"nps": 0.20, "rate": 0.60}  # figures at which a population's ICC holds
MIXED_CORRELATION = 0.2  # of the latent group membership of two respondents of one account, where groups are mixed
FIRST, LAST = 1e-4, 0.97  # latent correlations between which the wanted one is sought
NODES, NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(120)


# A finished study


def detectable_points(means: Means, *, kind: Kind, level: float, power: float = POWER) -> float:
    """The smallest true lift that a study like this one shows to be above zero with the given power, in points.

    (t at the level + t at the power) times the standard error of the difference.
    """
    _, se, df = contrast(means, 1.0)
    return SCALE[kind] * (t_quantile(level, df) + float(stdtrit(df, power))) * se


def respondents_needed(
    means: Means, *, metric: str, size: float | None, kind: Kind, level: float, power: float = POWER
) -> int | None:
    """Answers that would settle an undecided claim if the truth is as estimated, with the same accounts per answer and split.

    Settled means that the interval leaves out either no effect or the claimed size, whichever lies farther from the estimate (no
    effect, where only a direction is claimed):
    n * ((t_level + t_power) * se / distance)^2, se that of the contrast with the value to be left out. Rounded up to tens.

    Args:
        metric: `ratio`, `points` or a direction. size: the claimed ratio, or points for an NPS or rate; None of a direction.
        kind: what the figures are. level: of the interval. power: wanted, 0..1.
    Returns:
        Answers in both groups together, or None where the claimed size has no meaning (a ratio on a baseline not above zero)
        or where fewer than 4 degrees of freedom leave nothing to plan from.
    """
    if metric == "ratio" and not means.values[1] > 0:
        return None
    df = contrast(means, 1.0)[2]
    reach = t_quantile(level, df) + float(stdtrit(df, power))
    now, inflation = int(means.n[:2].sum()), math.inf
    claimed = () if size is None else ((size, 0.0),) if metric == "ratio" else ((1.0, size / SCALE[kind]),)
    for ratio, shift in ((1.0, 0.0), *claimed):
        value, se, _ = contrast(means, ratio)
        if distance := abs(value - shift):
            inflation = min(inflation, (reach * se / distance) ** 2)
    if df < MIN_DF or not math.isfinite(now * inflation):
        return None
    return int(math.ceil(max(now * inflation, now + 1) / ROUND_TO) * ROUND_TO)


# Verdicts of simulated studies


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTest:
    """What studies are tested against: a claim's metric and size (points for an NPS or rate), and the one-sided level of a test."""

    metric: Metric
    size: float
    alpha: float

    @property
    def null(self) -> float:
        """The value of no effect, in the metric."""
        return 1.0 if self.metric == "ratio" else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """What studies of n respondents would say, as shares of `reps` simulated ones.

    Attributes:
        words: share by verdict word; they add up to one.
        lift_share: a lift is shown (supported, consistent or smaller).
        excluded_share: the claimed size is excluded (smaller or rejected).
        undefined_share: no ratio can be read, because the baseline is not clearly above zero; part of `undecided`.
    """

    n: int
    reps: int
    words: Mapping[Verdict, float]
    lift_share: float
    excluded_share: float
    undefined_share: float


def simulate_chances(population: Population, test: ClaimTest, *, n: int, reps: int, seed: int) -> Chances:
    """Draw `reps` studies of `n` respondents and read the verdict of each, as `assess` reads it.

    The order is that of `assess`: too few accounts, then an undefined ratio, then the three tests. Standard error of a share p:
    sqrt(p (1 - p) / reps).

    >>> sizes = account_sizes(2.94)
    >>> world = Population(outcome="nps", comparison=0.5, baseline=0.2, share=0.5, icc=0.2, mixed=False, sizes=sizes)
    >>> found = simulate_chances(world, ClaimTest(metric="points", size=20, alpha=0.025), n=300, reps=100, seed=1)
    >>> found.lift_share > 0.5, round(sum(found.words.values()), 9)
    (True, 1.0)
    """
    words: Counter[Verdict] = Counter()
    lifts = excluded = undefined = 0
    # Nine digits: the last ones differ from processor to processor, and would draw other customers on each.
    figures = (population.comparison, population.baseline, population.share, population.icc, *population.sizes)
    step = f"plan {population.outcome} {population.mixed} {' '.join(f'{one:.9g}' for one in figures)} n={n}"
    for start in range(0, reps, BATCH):
        for sample in draw_samples(population, n, min(BATCH, reps - start), rng_for(seed, f"{step} {start}")):
            found, no_ratio = _decide(sample, population.outcome, test)
            words[read_verdict(found)[0]] += 1
            lifts, excluded, undefined = lifts + found.lift, excluded + found.below_claim, undefined + no_ratio
    return Chances(
        n=n,
        reps=reps,
        words={word: words[word] / reps for word in WORDS},
        lift_share=lifts / reps,
        excluded_share=excluded / reps,
        undefined_share=undefined / reps,
    )


def _decide(sample: ClusterTotals, outcome: Outcome, test: ClaimTest) -> tuple[Decisions, bool]:
    """The significant tests of one study, none where nothing may be read; and whether a ratio was undefined."""
    if (sample.n_accounts < 2).any():
        return NOTHING, False
    means = estimate_means(sample)
    if not has_variation(means) or contrast(means, 1.0)[2] < MIN_DF:
        return NOTHING, False
    if test.metric == "ratio" and estimate_ratio(means, kind=outcome, level=1 - 2 * test.alpha).value is None:
        return NOTHING, True
    tests = run_claim_tests(means, metric=test.metric, size=test.size, kind=outcome)
    return decide(tests, dict.fromkeys(FAMILIES, test.alpha)), False


def settle(
    power_at: Callable[[float], float], start: float, *, alpha: float, power: float, reps: int, within: tuple[float, float]
) -> float:
    """The size at which the simulated power is `power`.

    A few sizes are simulated and one line is laid through them:
    probit(power) = slope * sqrt(size) - z_alpha holds for a normal estimate whose variance falls with 1 / size, so one slope is
    fitted to all sizes simulated so far, each weighted by its information, and the next size is where the line meets the
    wanted power. The fitted power rises with the size by construction. Size is a number of respondents, or the square of a lift.

    Args:
        power_at: simulated power at a size, 0..1, from `reps` studies.
        start: the formula's answer.
        alpha: one-sided level of the test. power: wanted, 0..1. reps: simulated studies behind each power.
        within: the smallest and the largest size to try.
    Returns:
        The size. With 1,000 studies its standard error is about 2 %.
    """
    z_alpha, wanted = float(norm.ppf(1 - alpha)), float(norm.ppf(1 - alpha) + norm.ppf(power))
    information = weighted = 0.0
    size = min(max(start, within[0]), within[1])
    for _ in range(ROUNDS):
        share = min(max(power_at(size), LEAST_SHARE / reps), 1 - LEAST_SHARE / reps)
        probit = float(norm.ppf(share))
        weight = size * float(norm.pdf(probit)) ** 2 / (share * (1 - share))
        information, weighted = information + weight, weighted + weight * (probit + z_alpha) / math.sqrt(size)
        slope = max(weighted / information, 1e-9)
        size = min(max((wanted / slope) ** 2, within[0]), within[1])
    return size


# A population whose true figures are exact


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Two groups of customers; figures on the scores' own scale (-1..1 or 0..1).

    Attributes:
        comparison, baseline: true figures of the two groups.
        share: probability that a respondent belongs to the comparison group.
        icc: correlation of two scores of one account, at the reference figure.
        mixed: whether both groups occur inside one account; else whole accounts belong to one group.
        sizes: shares of accounts with 1, 2, .. respondents.
    """

    outcome: Outcome
    comparison: float
    baseline: float
    share: float
    icc: float
    mixed: bool
    sizes: tuple[float, ...]

    @property
    def per_account(self) -> float:
        """Mean respondents per account."""
        return float(np.arange(1, len(self.sizes) + 1) @ np.array(self.sizes))

    @property
    def colleagues(self) -> float:
        """Mean number of colleagues that a respondent has in the study: sum m^2 / sum m - 1."""
        m = np.arange(1, len(self.sizes) + 1)
        return float(m**2 @ np.array(self.sizes)) / self.per_account - 1.0


def account_sizes(per_account: float) -> tuple[float, ...]:
    """Shares of accounts with 1, 2, .. respondents that have this mean, and the usual spread around it.

    Stretches the usual sizes 1..8 (mean 2.94) to 1 + (size - 1) * factor; a size between two whole numbers is shared between them.
    """
    usual = np.arange(1, len(SIZE_SHARES) + 1)
    stretched = 1.0 + (usual - 1.0) * (per_account - 1.0) / (float(usual @ SIZE_SHARES) - 1.0)
    below = np.floor(stretched + 1e-9).astype(int)
    shares = np.zeros(int(below.max()) + 2)
    part = np.maximum(stretched - below, 0.0)
    np.add.at(shares, below - 1, SIZE_SHARES * (1.0 - part))
    np.add.at(shares, below, SIZE_SHARES * part)
    return tuple(float(one) for one in np.trim_zeros(shares, "b"))


def cuts(outcome: Outcome) -> tuple[float, ...]:
    """Latent values at which the score rises by one."""
    return (0.0,) if outcome == "rate" else (-CUT, CUT)


def outcome_shares(outcome: Outcome, figure: float) -> list[float]:
    """True shares of detractors, passives and promoters, or of no and yes."""
    above = [1.0, *(float(norm.cdf(latent_mean(outcome, figure) - cut)) for cut in cuts(outcome)), 0.0]
    return [upper - lower for upper, lower in pairwise(above)]


def score_variance(outcome: Outcome, figure: float) -> float:
    """True variance of one score where the figure is `figure`."""
    if outcome == "rate":
        return figure * (1.0 - figure)
    detractors, _, promoters = outcome_shares(outcome, figure)
    return promoters + detractors - figure**2


def latent_mean(outcome: Outcome, figure: float) -> float:
    """The latent mean at which the true NPS (-1..1) or rate (0..1) is `figure`."""
    offset = 0.0 if outcome == "rate" else 1.0
    return float(brentq(lambda mean: sum(norm.cdf(mean - cut) for cut in cuts(outcome)) - offset - figure, -6.0, 6.0))


@cache
def latent_icc(outcome: Outcome, icc: float) -> float:
    """The latent correlation inside an account at which scores correlate by `icc`, at the reference figure."""
    mean = latent_mean(outcome, REFERENCE[outcome])
    return float(brentq(lambda latent: score_icc(outcome, mean, latent) - icc, FIRST, LAST)) if icc > 0 else 0.0


def score_icc(outcome: Outcome, mean: float, latent: float) -> float:
    """Correlation of two scores of one account: variance of the account's expected score over the variance of a score."""
    weights = NODE_WEIGHTS / NODE_WEIGHTS.sum()
    above = [norm.cdf((mean - cut + np.sqrt(latent) * NODES) / np.sqrt(1 - latent)) for cut in cuts(outcome)]
    expected: Floats = np.sum(above, axis=0)
    shares = [float(norm.cdf(mean - cut)) for cut in cuts(outcome)]  # of scores above the first cut, above the second
    first, second = sum(shares), sum((2 * k + 1) * share for k, share in enumerate(shares))
    return float((weights @ expected**2 - first**2) / (second - first**2))


def both_in_comparison(population: Population) -> float:
    """Probability that two colleagues both belong to the comparison group."""
    if not population.mixed:
        return population.share
    weights, edge = NODE_WEIGHTS / NODE_WEIGHTS.sum(), norm.ppf(1 - population.share)
    rho = MIXED_CORRELATION
    return float(weights @ norm.cdf((np.sqrt(rho) * NODES - edge) / np.sqrt(1 - rho)) ** 2)


# Formulas: a start for the simulation, and the shape of the curves drawn from it


def respondents_by_formula(population: Population, *, ratio: float, shift: float, alpha: float, power: float) -> float:
    """Respondents at which comparison - ratio * baseline is distinguished from `shift` with the given power.

    (z_alpha + z_power)^2 * `variance_of_one` / (comparison - ratio * baseline - shift)^2; infinite where truth and edge coincide.

    Notes:
        Source: the usual two-group formula, e.g. Chow, Shao, Wang and Lokhnytska (2017), Sample Size Calculations in Clinical
        Research; design effect of clusters of unequal size: Eldridge, Ashby and Kerry (2006), IJE 35(5), 1292-1300.
    """
    distance = population.comparison - ratio * population.baseline - shift
    reach = float(norm.ppf(1 - alpha) + norm.ppf(power))
    return reach**2 * variance_of_one(population, ratio) / distance**2 if abs(distance) > 1e-12 else np.inf


def detectable_by_formula(population: Population, n: float, *, alpha: float, power: float) -> float | None:
    """The smallest lift above the population's baseline that n respondents show to be above zero, in the scores' own units.

    Returns:
        The lift, or None where even the end of the scale is too near.
    """

    def lacking(lift: float) -> float:
        at = replace(population, comparison=population.baseline + lift)
        return respondents_by_formula(at, ratio=1.0, shift=0.0, alpha=alpha, power=power) - n

    largest = 1.0 - EDGE - population.baseline
    if largest <= EDGE or lacking(largest) > 0:
        return None
    return float(brentq(lacking, EDGE / 10, largest)) if lacking(EDGE / 10) > 0 else EDGE / 10


STAYS = 0.75  # share of what colleagues have in common that is the same one wave later


MOST_ACCOUNTS = 20_000


def accounts_for_roll_out(population: Population, *, alpha: float, power: float) -> int | None:
    """Accounts with answers before and after, `share` of which switch in between, in which a roll-out shows the population's lift.

    What stays of an account falls out of its change; its respondents' own chance counts twice, once before and once after, since
    other people may answer.

    Returns:
        Accounts of both kinds together, rounded up to tens; None where there is no lift, or where `MOST_ACCOUNTS` do not suffice.
    Notes:
        Var(effect) = own (s_b^2 + s_c^2) / n_switched + 2 own s_b^2 / n_not_yet, n respondents a wave, with
        own = 1 - ICC + (1 - STAYS) ICC (1 + colleagues), and t quantiles with accounts - 2 degrees of freedom.
    """
    lift = population.comparison - population.baseline
    if abs(lift) < EDGE / 10:
        return None
    own = 1 - population.icc + (1 - STAYS) * population.icc * (1 + population.colleagues)
    after, before = (score_variance(population.outcome, figure) for figure in (population.comparison, population.baseline))
    variance = own * ((after + before) / population.share + 2 * before / (1 - population.share))
    accounts = 2.0 * MIN_DF
    for _ in range(20):
        reach = t_quantile(1 - 2 * alpha, accounts - 2) + t_quantile(2 * power - 1, accounts - 2)
        accounts = max(reach**2 * variance / lift**2 / population.per_account, 2.0 * MIN_DF)
    return math.ceil(accounts / ROUND_TO) * ROUND_TO if accounts <= MOST_ACCOUNTS else None


def respondents_for_ratio(population: Population, *, alpha: float, power: float) -> float:
    """Respondents at which the baseline alone is distinguished from zero, without which no ratio to it can be read."""
    variance = score_variance(population.outcome, population.baseline) * design_effects(population)[1] / (1 - population.share)
    return float(norm.ppf(1 - alpha) + norm.ppf(power)) ** 2 * variance / population.baseline**2


def variance_of_one(population: Population, ratio: float) -> float:
    """Variance of comparison - ratio * baseline times the number of respondents.

    s_c^2 D_c / pi + r^2 s_b^2 D_b / (1 - pi) - 2 r C, where D = 1 + (expected colleagues in the same group) ICC and
    C = ICC s_c s_b (expected colleagues in the other group) / (1 - pi); with whole accounts in one group C is zero and
    D = 1 + (m - 1) ICC, m = sum of squared account sizes over their sum.
    """
    pi, r, icc, colleagues = population.share, ratio, population.icc, population.colleagues
    s_c, s_b = (math.sqrt(score_variance(population.outcome, figure)) for figure in (population.comparison, population.baseline))
    d_c, d_b = design_effects(population)
    both = both_in_comparison(population)
    covariance = icc * s_c * s_b * colleagues * (pi - both) / (pi * (1 - pi))
    return s_c * s_c * d_c / pi + r * r * s_b * s_b * d_b / (1 - pi) - 2 * r * covariance


def design_effects(population: Population) -> tuple[float, float]:
    """By how much colleagues in the same group inflate the variance of the comparison's and the baseline's figure."""
    pi, both = population.share, both_in_comparison(population)
    same = (both / pi, (1 - 2 * pi + both) / (1 - pi))
    return 1 + population.colleagues * population.icc * same[0], 1 + population.colleagues * population.icc * same[1]


# Draws of the population


def draw_samples(population: Population, n: int, samples: int, rng: np.random.Generator) -> Iterator[ClusterTotals]:
    """Independent studies of `n` respondents each, as the estimators take them; the last account is cut off where n is reached."""
    size = _draw_sizes(population, n, samples, rng)
    shape, outcome = size.shape, population.outcome
    account = np.repeat(np.arange(size.size), size.ravel())
    member = _shared_normal(account, shape, MIXED_CORRELATION if population.mixed else 1.0, rng) > norm.ppf(1 - population.share)
    group = np.where(member, 0, 1)
    means = np.array([latent_mean(outcome, figure) for figure in (population.comparison, population.baseline)])
    latent = means[group] + _shared_normal(account, shape, latent_icc(outcome, population.icc), rng)
    score = np.sum([latent > cut for cut in cuts(outcome)], axis=0, dtype=float) - (outcome == "nps")
    cell, cells = group * size.size + account, len(GROUPS) * size.size
    ones, y, yy = (np.bincount(cell, values, cells).reshape(len(GROUPS), -1) for values in (None, score, score**2))
    products = np.array([[ones, y], [y, yy]], dtype=float)  # column, column, group, sample x account
    names = np.arange(shape[1]).astype(str)
    for sample, accounts in enumerate(np.count_nonzero(size, axis=1)):
        own = products[..., sample * shape[1] : sample * shape[1] + accounts]
        yield ClusterTotals(names[:accounts], GROUPS, ("1", "y"), np.broadcast_to(own, (POWERS, *own.shape)))


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


def _shared_normal(account: NDArray[np.int64], shape: tuple[int, int], correlation: float, rng: np.random.Generator) -> Floats:
    """Standard normal numbers, one a respondent, that correlate inside an account; `shape` is (samples, accounts)."""
    shared = rng.standard_normal(shape).ravel()[account]
    if correlation >= 1:
        return shared
    value: Floats = np.sqrt(correlation) * shared + np.sqrt(1 - correlation) * rng.standard_normal(account.shape)
    return value

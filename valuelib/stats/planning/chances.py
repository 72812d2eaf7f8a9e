"""How often would a study of n respondents say which verdict? The shipped estimator and rule, on many simulated studies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from valuelib.records import Verdict
from valuelib.stats.contrasts import Metric, contrast, estimate_lift_ratio, has_variation, run_claim_tests
from valuelib.stats.means import GroupMeans, estimate_means
from valuelib.stats.moments import Moments
from valuelib.stats.planning.population import Outcome, Population
from valuelib.stats.planning.samples import draw_samples
from valuelib.stats.satterthwaite import FEWEST_DF
from valuelib.stats.verdict import FAMILIES, Decisions, decide, read_verdict
from valuelib.study.simulate.chance import rng_for

WORDS: tuple[Verdict, ...] = ("supported", "consistent", "smaller", "rejected", "undecided")
BATCH = 100  # samples drawn at once; fixed, so that it is part of no result
NOTHING = Decisions(lift=False, below_claim=False, above_claim=False, opposite=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTest:
    """What a claim is held against: its metric and size (points for an NPS or rate), and the one-sided level of each test."""

    metric: Metric
    size: float
    alpha: float

    @property
    def null(self) -> float:
        """No effect, in the metric."""
        return 1.0 if self.metric == "ratio" else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """What studies of n respondents would say, as shares of `reps` simulated ones.

    Attributes:
        words: share by verdict word; they add up to one.
        lift_share: a lift is shown (supported, consistent or smaller).
        excluded_share: the claimed size is excluded (smaller or rejected).
        gate_share: no ratio can be read, because the baseline is not clearly above zero; part of `undecided`.
    """

    n: int
    reps: int
    words: Mapping[Verdict, float]
    lift_share: float
    excluded_share: float
    gate_share: float


def simulate_chances(population: Population, test: ClaimTest, *, n: int, reps: int, seed: int) -> Chances:
    """Draw `reps` studies of `n` respondents and read the verdict of each, as `assess` reads it.

    The order is that of `assess`: too few accounts, then the gate of a ratio, then the three tests. Standard error of a share p:
    sqrt(p (1 - p) / reps).
    """
    words: Counter[Verdict] = Counter()
    lifts = excluded = gates = 0
    step = f"plan {population} n={n}"
    for start in range(0, reps, BATCH):
        for sample in draw_samples(population, n, min(BATCH, reps - start), rng_for(seed, f"{step} {start}")):
            found, closed = _decide(sample, population.outcome, test)
            words[read_verdict(found)[0]] += 1
            lifts, excluded, gates = lifts + found.lift, excluded + found.below_claim, gates + closed
    return Chances(
        n=n,
        reps=reps,
        words={word: words[word] / reps for word in WORDS},
        lift_share=lifts / reps,
        excluded_share=excluded / reps,
        gate_share=gates / reps,
    )


def _decide(sample: Moments, outcome: Outcome, test: ClaimTest) -> tuple[Decisions, bool]:
    """The significant tests of one study, none where nothing may be read; and whether the gate was closed."""
    if (sample.n_accounts < 2).any():
        return NOTHING, False
    means = estimate_means(sample)
    if _too_thin(means):
        return NOTHING, False
    if test.metric == "ratio" and estimate_lift_ratio(means, kind=outcome, level=1 - 2 * test.alpha).value is None:
        return NOTHING, True
    tests = run_claim_tests(means, metric=test.metric, size=test.size, kind=outcome)
    return decide(tests, dict.fromkeys(FAMILIES, test.alpha)), False


def _too_thin(means: GroupMeans) -> bool:
    return not has_variation(means) or contrast(means, 1.0)[2] < FEWEST_DF

"""Studies that do not exist yet: the population, the formula, the search, and an earlier simulation with code of its own."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from tests.tolerances import EXACT, SAME_ARITHMETIC, SIMULATED_SIZE
from valuelib.stats.planning import (
    MIXED_CORRELATION,
    SIZE_SHARES,
    WORDS,
    ClaimTest,
    Population,
    account_sizes,
    both_in_comparison,
    detectable_by_formula,
    draw_samples,
    respondents_by_formula,
    respondents_for_ratio,
    settle,
    simulate_chances,
    variance_of_one,
)
from valuelib.worlds.people import rng_for

USUAL = account_sizes(2.94)
NPS = Population(outcome="nps", comparison=0.48, baseline=0.30, share=0.5, icc=0.2, mixed=False, sizes=USUAL)
RATE = replace(NPS, outcome="rate", comparison=0.732, baseline=0.60)
RATIO = ClaimTest(metric="ratio", size=1.6, alpha=0.025)


@pytest.mark.parametrize("mean", [1.0, 1.3, 2.94, 4.5, 12.0])
def test_account_sizes_have_the_wanted_mean(mean: float) -> None:
    sizes = np.array(account_sizes(mean))
    assert sizes.sum() == pytest.approx(1, abs=EXACT)
    assert sizes @ np.arange(1, len(sizes) + 1) == pytest.approx(mean, abs=SAME_ARITHMETIC)


def test_the_usual_mean_gives_the_usual_sizes_and_one_gives_loners() -> None:
    assert account_sizes(2.94)[:8] == pytest.approx(SIZE_SHARES, abs=SAME_ARITHMETIC)
    assert account_sizes(1.0) == (1.0,)


def test_colleagues_share_a_group_as_two_correlated_normals_do() -> None:
    orthant = 0.25 + np.arcsin(MIXED_CORRELATION) / (2 * np.pi)  # Sheppard's formula, at a half
    assert both_in_comparison(replace(NPS, mixed=True)) == pytest.approx(orthant, abs=SAME_ARITHMETIC)
    assert both_in_comparison(NPS) == 0.5


def test_formula_by_hand_without_clustering() -> None:
    alone = replace(RATE, comparison=0.5, baseline=0.4, icc=0.0, share=0.25)
    reach = norm.ppf(0.975) + norm.ppf(0.8)
    by_hand = reach**2 * (0.25 / 0.25 + 1.2**2 * 0.24 / 0.75) / (0.5 - 1.2 * 0.4) ** 2
    assert respondents_by_formula(alone, ratio=1.2, shift=0.0, alpha=0.025, power=0.8) == pytest.approx(by_hand)


def test_formula_by_hand_with_whole_and_mixed_accounts_of_two() -> None:
    pairs = replace(RATE, comparison=0.5, baseline=0.5, sizes=(0.0, 1.0))
    assert variance_of_one(pairs, 1.0) == pytest.approx(2 * 0.25 * 1.2 / 0.5)
    # Colleagues land in one group with probability q, else in both: 4 * 0.25 * (1 + (2q - 1) ICC).
    same = 2 * both_in_comparison(replace(pairs, mixed=True))
    assert variance_of_one(replace(pairs, mixed=True), 1.0) == pytest.approx(4 * 0.25 * (1 + (2 * same - 1) * 0.2))


def test_formula_of_the_gate_and_the_reverse_question() -> None:
    n = respondents_for_ratio(replace(RATE, icc=0.0), alpha=0.025, power=0.8)
    assert n == pytest.approx((norm.ppf(0.975) + norm.ppf(0.8)) ** 2 * 0.24 / 0.5 / 0.36)
    wanted = respondents_by_formula(NPS, ratio=1.0, shift=0.0, alpha=0.025, power=0.8)
    assert detectable_by_formula(NPS, wanted, alpha=0.025, power=0.8) == pytest.approx(0.18, abs=1e-6)
    assert detectable_by_formula(replace(NPS, baseline=0.94), 30, alpha=0.025, power=0.8) is None


@pytest.mark.parametrize("mixed", [True, False])
def test_drawn_studies_have_n_respondents_the_true_figures_and_the_icc(mixed: bool) -> None:
    population = replace(NPS, mixed=mixed, comparison=0.2, baseline=0.2, share=0.3)
    products, squares, groups, sums = [], [], [], []
    for sample in draw_samples(population, 200, 300, rng_for(1, "draw")):
        n, y, yy = (sample.sum_of(*pair, 0) for pair in (("1", "1"), ("1", "y"), ("y", "y")))
        assert n.sum() == 200
        assert (n.sum(axis=0) > 0).all()
        assert ((n > 0).all(axis=0).any()) == mixed
        residual, square = (y - 0.2 * n).sum(axis=0), (yy - 0.4 * y + 0.04 * n).sum(axis=0)
        pairs = n.sum(axis=0) * (n.sum(axis=0) - 1)
        products.append((residual**2 - square).sum() / pairs.sum())
        squares.append(square.sum() / 200)
        groups.append(n[0].sum() / 200)
        sums.append(residual.sum() / 200)
    for values, truth in ((np.array(products) - 0.2 * np.mean(squares), 0.0), (np.array(groups), 0.3), (np.array(sums), 0.0)):
        assert abs(values.mean() - truth) < 4.5 * values.std(ddof=1) / np.sqrt(len(values))


def test_the_search_finds_the_size_of_a_known_curve_and_rises_with_the_power() -> None:
    def exact(size: float) -> float:
        return float(norm.cdf(0.1 * size**0.5 - norm.ppf(0.975)))

    def found(power: float) -> float:
        return settle(exact, 300, alpha=0.025, power=power, reps=10**6, within=(20, 10**5))

    for power in (0.5, 0.8, 0.9):
        assert found(power) == pytest.approx(100 * (norm.ppf(0.975) + norm.ppf(power)) ** 2)
    assert settle(lambda _: 0.0, 300, alpha=0.025, power=0.8, reps=1000, within=(20, 5000)) == 5000


def test_same_seed_same_chances_and_they_add_up() -> None:
    one, again = (simulate_chances(NPS, RATIO, n=150, reps=200, seed=3) for _ in range(2))
    assert one == again
    assert one != simulate_chances(NPS, RATIO, n=150, reps=200, seed=4)
    assert sum(one.words[word] for word in WORDS) == pytest.approx(1)


def test_a_ratio_on_a_baseline_near_zero_stays_undecided() -> None:
    near = simulate_chances(replace(NPS, baseline=0.06, comparison=0.34), RATIO, n=400, reps=200, seed=3)
    assert near.undefined_share > 0.7
    assert near.words["undecided"] >= near.undefined_share
    points = simulate_chances(
        replace(NPS, baseline=0.06, comparison=0.34), ClaimTest(metric="points", size=13, alpha=0.025), n=400, reps=200, seed=3
    )
    assert points.undefined_share == 0
    assert points.lift_share > 0.6


# Respondents for 80 % power by an earlier simulation (its own generator and estimator, compiled loops, 2,000-3,000 replications).
EARLIER = [
    pytest.param(NPS, RATIO, "lift_share", 870, id="NPS 48 vs 30"),
    pytest.param(replace(NPS, mixed=True, share=0.2), RATIO, "lift_share", 860, id="NPS 48 vs 30, 20/80 mixed"),
    pytest.param(replace(NPS, comparison=0.30), RATIO, "excluded_share", 1700, id="NPS 30 vs 30"),
    pytest.param(RATE, replace(RATIO, size=1.22), "lift_share", 650, id="rate 73 vs 60"),
    pytest.param(
        replace(RATE, comparison=0.5, baseline=0.5),
        ClaimTest(metric="points", size=22, alpha=0.025),
        "excluded_share",
        280,
        id="50 vs 50",
    ),
]


@pytest.mark.parametrize(("population", "test", "share", "earlier"), EARLIER)
def test_respondents_agree_with_an_earlier_simulation(population: Population, test: ClaimTest, share: str, earlier: int) -> None:
    def power_at(reps: int) -> Callable[[float], float]:
        return lambda size: float(getattr(simulate_chances(population, test, n=round(size), reps=reps, seed=1), share))

    found = settle(power_at(600), earlier, alpha=0.025, power=0.8, reps=600, within=(20, 10_000))
    assert found == pytest.approx(earlier, rel=SIMULATED_SIZE)

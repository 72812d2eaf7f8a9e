"""Detectable size and answers needed: against the formulas and what a larger study does to them."""

import numpy as np
import pytest
from scipy import stats

from valuelib.stats.contrasts import contrast
from valuelib.stats.means import GroupMeans, estimate_means
from valuelib.stats.planning import detectable_points, respondents_needed
from valuelib.stats.totals import collect_totals


def study(copies: int, lift: float = 0.1) -> GroupMeans:
    rng = np.random.default_rng(7)
    base = rng.choice([-1.0, 0.0, 1.0], 300, p=[0.2, 0.3, 0.5])
    group = np.arange(300) % 2
    scores = np.clip(base + np.where((group == 0) & (rng.random(300) < lift), 1, 0), -1, 1)
    accounts = [f"A{copy}-{row // 3}" for copy in range(copies) for row in range(300)]
    return estimate_means(collect_totals(accounts, np.tile(group, copies), np.tile(scores, copies), groups=("c", "b")))


def test_detectable_size_is_the_standard_error_times_both_quantiles() -> None:
    means = study(1)
    _, se, df = contrast(means, 1.0)
    assert detectable_points(means, kind="nps", level=0.95) == pytest.approx(
        100 * se * (stats.t.ppf(0.975, df) + stats.t.ppf(0.8, df))
    )


def test_four_times_the_answers_halve_the_detectable_size() -> None:
    assert detectable_points(study(16), kind="nps", level=0.95) == pytest.approx(
        detectable_points(study(4), kind="nps", level=0.95) / 2, rel=0.01
    )


def test_a_study_of_the_size_asked_for_would_settle_the_claim() -> None:
    means = study(1)
    needed = respondents_needed(means, metric="points", size=10.0, kind="nps", level=0.95)
    assert needed is not None
    copies = needed / int(means.n.sum())
    value, se, df = contrast(means, 1.0)
    farther = max(abs(value), abs(0.1 - value))
    assert farther / (se / np.sqrt(copies)) == pytest.approx(stats.t.ppf(0.975, df) + stats.t.ppf(0.8, df), rel=0.01)


def test_an_undecided_study_is_never_told_that_it_has_answers_enough() -> None:
    needed = respondents_needed(study(2), metric="points", size=25.0, kind="nps", level=0.95)
    assert needed is not None
    assert needed > 600


def test_two_accounts_are_nothing_to_plan_from() -> None:
    scores, group = [1, 0, 1, -1, 0, 1, 1, 0], [0, 0, 1, 1, 0, 0, 1, 1]
    two = estimate_means(collect_totals(["A"] * 4 + ["B"] * 4, group, scores, groups=("c", "b")))
    assert respondents_needed(two, metric="points", size=13.0, kind="nps", level=0.95) is None


def test_no_number_is_given_for_a_ratio_on_a_baseline_below_zero() -> None:
    low = collect_totals([str(i) for i in range(8)], [0, 0, 0, 0, 1, 1, 1, 1], [1, 1, 0, 1, -1, -1, 0, 1], groups=("c", "b"))
    assert respondents_needed(estimate_means(low), metric="ratio", size=1.6, kind="nps", level=0.95) is None

"""Differences and ratios: by hand, symmetric, and with every kind of Fieller set."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.contrasts import (
    baseline_t,
    contrast,
    estimate_difference,
    estimate_ratio,
    fieller_set,
    has_variation,
    run_claim_tests,
)
from valuelib.stats.means import GroupMeans, estimate_means
from valuelib.stats.totals import collect_totals

rng = np.random.default_rng(20240131)


def two_groups(high: list[float], low: list[float], *, accounts: list[str] | None = None) -> GroupMeans:
    scores = [*high, *low]
    names = accounts or [str(row) for row in range(len(scores))]
    return estimate_means(collect_totals(names, [0] * len(high) + [1] * len(low), scores, groups=("comparison", "baseline")))


def test_difference_by_hand_is_welch_when_each_answer_is_its_own_account() -> None:
    high, low = [1.0, 1, 0, 1, 0, 1], [0.0, 0, 1, 0, -1, 1, 0]
    lift = estimate_difference(two_groups(high, low), kind="nps")
    se = np.sqrt(np.var(high, ddof=1) / 6 + np.var(low, ddof=1) / 7)
    assert lift.value == pytest.approx(100 * (np.mean(high) - np.mean(low)))
    assert lift.se == pytest.approx(100 * se)


def test_fieller_limits_by_hand() -> None:
    means = two_groups([1.0, 1, 1, 0, 1, 1, 1, 1] * 4, [1.0, 0, 1, 0, 1, 1, 0, 1] * 4)
    kind, roots = fieller_set(means, 0.95)
    assert kind == "bounded"
    assert roots is not None
    ratio = float(means.values[0] / means.values[1])
    t = stats.t.ppf(0.975, means.df([1.0, -ratio]))
    for root in roots:  # at the limits the contrast is exactly t standard errors from zero
        value, se, _ = contrast(means, root)
        assert abs(value / se) == pytest.approx(t, rel=1e-9)


def test_each_fieller_set() -> None:
    sets = {
        "bounded": ([1.0, 1, 1, 0, 1] * 20, [1.0, 0, 1, 0, 1] * 20),
        "exclusive": ([1.0, 1, 1, 0, 1] * 20, [1.0, 0, -1, 0, -1, 1] * 20),
        "whole_line": ([1.0, 0, -1, 0] * 10, [1.0, 0, -1, 0, 1, -1] * 10),
    }
    for expected, (high, low) in sets.items():
        high = [*high, 1.0]  # no exact zero: a point ratio of 0 / 0 is nobody's question
        low = [*low, 1.0]
        assert fieller_set(two_groups(high, low), 0.95)[0] == expected


def test_a_ratio_is_shown_only_on_a_baseline_clearly_above_zero() -> None:
    negative = two_groups([1.0, 1, 1, 0] * 20, [-1.0, -1, 0, -1, 1] * 20)
    shown = estimate_ratio(negative, kind="nps")
    assert fieller_set(negative, 0.95)[0] == "bounded"
    assert (shown.value, shown.ci_low, shown.ci_high) == (None, None, None)
    assert shown.set == "bounded"
    assert baseline_t(negative) < 0


def test_a_ratio_of_shares_is_never_below_zero() -> None:
    tiny = two_groups([1.0, 0.0, 0.0], [1.0, 0.0, 1.0] * 12)
    shown = estimate_ratio(tiny, kind="rate")
    kind, roots = fieller_set(tiny, 0.95)
    assert kind == "bounded"
    assert roots is not None
    assert roots[0] < 0
    assert shown.ci_low == 0
    assert shown.ci_high == roots[1]


def test_without_variation_the_adjusted_limits_are_used() -> None:
    means = two_groups([1.0] * 15, [1.0, 0.0, 1.0, 0.0, 1.0] * 6)
    assert not has_variation(means)
    lift = estimate_difference(means, kind="rate")
    assert lift.ci_low < lift.value < lift.ci_high
    ratio = estimate_ratio(means, kind="rate")
    assert ratio.ci_low is not None
    assert ratio.ci_high is not None
    assert ratio.ci_low < 1 / 0.6 < ratio.ci_high


def test_claim_tests_agree_with_the_interval() -> None:
    for _ in range(30):
        accounts = [f"A{row % 25}" for row in range(80)]
        means = two_groups(list(rng.choice([-1.0, 0, 1], 40, p=[0.1, 0.3, 0.6])), list(rng.choice([0.0, 1], 40)), accounts=accounts)
        lift, ratio = estimate_difference(means, kind="nps"), estimate_ratio(means, kind="nps")
        points = run_claim_tests(means, metric="points", size=13.0, kind="nps")
        assert (points.p_no_lift <= 0.025) == (lift.ci_low >= 0)
        assert (points.p_below_claim <= 0.025) == (lift.ci_high <= 13)
        assert (points.p_above_claim <= 0.025) == (lift.ci_low >= 13)
        assert points.p_below_claim + points.p_above_claim == pytest.approx(1)
        if ratio.ci_low is not None and ratio.ci_high is not None:
            tests = run_claim_tests(means, metric="ratio", size=1.6, kind="nps")
            assert (tests.p_no_lift <= 0.025) == (ratio.ci_low >= 1)
            assert (tests.p_below_claim <= 0.025) == (ratio.ci_high <= 1.6)


groups = st.lists(st.tuples(st.sampled_from([-1.0, 0.0, 1.0]), st.integers(0, 7), st.booleans()), min_size=12, max_size=60)


@given(groups)
def test_swapping_the_groups_flips_the_sign_and_inverts_the_ratio(rows: list[tuple[float, int, bool]]) -> None:
    scores, accounts, high = ([row[place] for row in rows] for place in range(3))
    assume(any(high) and not all(high))
    names = [f"A{account}" for account in accounts]
    a = estimate_means(collect_totals(names, [0 if it else 1 for it in high], scores, groups=("c", "b")))
    b = estimate_means(collect_totals(names, [1 if it else 0 for it in high], scores, groups=("c", "b")))
    assume(has_variation(a) and contrast(a, 1.0)[1] > 1e-6)
    there, back = estimate_difference(a, kind="nps"), estimate_difference(b, kind="nps")
    assert (there.value, there.ci_low, there.ci_high) == pytest.approx((-back.value, -back.ci_high, -back.ci_low), abs=1e-7)
    there_ratio, back_ratio = estimate_ratio(a, kind="nps"), estimate_ratio(b, kind="nps")
    if there_ratio.value and back_ratio.value:
        assert there_ratio.value == pytest.approx(1 / back_ratio.value)


def test_a_control_unrelated_to_the_groups_changes_little_and_one_that_explains_all_removes_the_lift() -> None:
    n = 400
    group = rng.integers(0, 2, n)
    quality = np.where(group == 0, 1.0, 0.0) + rng.normal(0, 0.3, n)
    score = quality + rng.normal(0, 0.2, n)
    accounts = [f"A{row % 100}" for row in range(n)]
    raw = estimate_means(collect_totals(accounts, group, score, groups=("c", "b")))
    held = estimate_fitted(collect_totals(accounts, group, score, groups=("c", "b"), controls={"quality": quality - 0.5}))
    assert contrast(raw, 1.0)[0] > 0.9
    value, se, _ = contrast(held, 1.0)
    assert abs(value) < 3 * se
    assert held.r2 > 0.8

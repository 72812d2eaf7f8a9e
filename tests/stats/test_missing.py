"""Bounds, response weights and imputed answers: by hand, by invariance, by simulation, and against the plain library."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.imputation.mice import MICEData

from tests.tolerances import EXACT, SAME_ARITHMETIC
from valuelib.errors import ResultError
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.means import t_quantile
from valuelib.stats.missing import (
    CYCLES,
    DONORS,
    LARGEST_WEIGHT,
    impute_chained,
    interval_of_bounds,
    pool_imputations,
    response_weights,
)
from valuelib.stats.sensitivity import estimate_corrected
from valuelib.stats.totals import ClusterTotals, collect_totals


@given(
    low=st.floats(-2, 2),
    width=st.floats(0, 4),
    se=st.tuples(st.floats(1e-6, 2), st.floats(1e-6, 2)),
    df=st.floats(1, 500),
    level=st.floats(0.5, 0.99),
)
def test_an_interval_of_bounds_reaches_between_the_one_and_the_two_sided_quantile(low, width, se, df, level):
    found = interval_of_bounds(low, low + width, se, df, level=level)
    for reach, own in zip((low - found[0], found[1] - low - width), se, strict=True):
        assert t_quantile(2 * level - 1, df) * own - 1e-6 <= reach <= t_quantile(level, df) * own + 1e-6


def test_an_interval_of_bounds_holds_a_figure_at_either_bound_as_often_as_it_says():
    rng, held = np.random.default_rng(5), []
    for _ in range(4_000):
        low, high = rng.normal(0.0, 1.0), 1.0 + rng.normal(0.0, 1.0)  # bounds estimated apart, the figure at the lower one
        found = interval_of_bounds(min(low, high), max(low, high), (1.0, 1.0), 1e6, level=0.95)
        held.append(found[0] <= 0.0 <= found[1])
    assert np.mean(held) > 0.94


def test_weights_give_back_the_shares_of_all_who_were_asked():
    answered = np.array([True] * 30 + [False] * 10 + [True] * 20 + [False] * 20 + [True] * 40)
    unhappy = np.array([0.0] * 40 + [1.0] * 40 + [0.0] * 40)
    group = np.array([0] * 80 + [1] * 40)
    known = np.column_stack([group, unhappy])
    weights = response_weights(answered, group, known)
    share = np.average(unhappy[answered & (group == 0)], weights=weights[answered & (group == 0)])
    assert share == pytest.approx(0.5, abs=0.01)  # of those who answered, 20 of 50; the prior moves it by less than this
    assert weights[group == 1] == pytest.approx(1.0, abs=0.02)
    assert (weights[~answered] == 0).all()
    assert response_weights(answered, group, known, np.full(120, 7.0)) == pytest.approx(weights, abs=SAME_ARITHMETIC)
    order = np.random.default_rng(1).permutation(120)
    assert response_weights(answered[order], group[order], known[order]) == pytest.approx(weights[order], abs=SAME_ARITHMETIC)


def test_nobody_counts_more_than_the_largest_weight_and_all_count_once_where_all_answered():
    answered = np.array([False] * 99 + [True] + [True] * 100)
    known = np.array([[1.0]] * 100 + [[0.0]] * 100)
    weights = response_weights(answered, np.zeros(200, dtype=int), known)
    assert weights[99] == LARGEST_WEIGHT
    assert (response_weights(np.ones(200, dtype=bool), np.zeros(200, dtype=int), known) == 1).all()


def with_gaps() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    columns = rng.standard_normal((200, 4))
    columns[:, 0] += columns[:, 1]
    frame = pd.DataFrame(columns)
    frame[0] = frame[0].mask(rng.random(200) < 0.3)
    frame[2] = frame[2].mask(rng.random(200) < 0.1)
    return frame


def test_the_chain_is_that_of_statsmodels_and_the_same_for_the_same_seed():
    frame = with_gaps()
    theirs = MICEData(frame.set_axis(list("abcd"), axis=1), k_pmm=DONORS, rng=np.random.default_rng(11))
    for ours, again in zip(
        impute_chained(frame, imputations=3, seed=11), impute_chained(frame, imputations=3, seed=11), strict=True
    ):
        theirs.update_all(CYCLES)
        assert np.array_equal(ours, theirs.data.to_numpy())
        assert np.array_equal(ours, again)


def test_imputations_keep_what_was_said_and_borrow_from_it():
    frame, drawn = with_gaps(), []
    given_there = frame.notna().to_numpy()
    for filled in impute_chained(frame, imputations=5, seed=1):
        assert np.array_equal(filled[given_there], frame.to_numpy()[given_there])
        assert np.isin(filled[:, 0], frame[0].dropna()).all()
        drawn.append(filled[~given_there[:, 0], 0])
    assert np.std(drawn, axis=0).mean() > 0.1  # the gaps are uncertain
    assert np.corrcoef(np.mean(drawn, axis=0), frame[1][~given_there[:, 0]])[0, 1] > 0.6  # and yet predicted


def test_imputations_that_agree_cost_no_precision():
    value, se, df = pool_imputations([2.0, 2.0, 2.0], [0.25, 0.25, 0.25], 20.0)
    assert (value, se) == (2.0, 0.5)
    assert df == pytest.approx(21 / 23 * 20, abs=EXACT)


# ---------------------------------------------------------------------- a control with error


def totals_of(frame: pd.DataFrame) -> ClusterTotals:
    controls = {"control": frame["control"].to_numpy()}
    return collect_totals(frame["account"], 1 - frame["d"], frame["y"], groups=("comparison", "baseline"), controls=dict(controls))


def confounded(seed: int, *, accounts: int = 4_000, noise: float = 1.0, goes_with: float = 0.5) -> pd.DataFrame:
    """No effect of d; true quality moves both, and the control is quality with error."""
    rng = np.random.default_rng(seed)
    quality = rng.standard_normal(accounts)
    d = (goes_with * quality + np.sqrt(1 - goes_with**2) * rng.standard_normal(accounts) > 0).astype(int)
    control = quality + noise * rng.standard_normal(accounts)
    return pd.DataFrame({"account": np.arange(accounts), "d": d, "y": quality + rng.standard_normal(accounts), "control": control})


def test_a_control_without_error_needs_no_correction():
    totals = totals_of(confounded(1, accounts=300))
    found, fitted = estimate_corrected(totals, "control", 1.0, df=50), estimate_fitted(totals)
    assert (found.comparison, found.baseline) == pytest.approx(tuple(fitted.values), abs=SAME_ARITHMETIC)
    assert found.lift == found.comparison - found.baseline
    assert found.df == 50


def test_half_the_control_is_error_and_the_correction_takes_the_confounding_out():
    totals = totals_of(confounded(2))
    uncorrected, found = estimate_fitted(totals), estimate_corrected(totals, "control", 0.5, df=3_000)
    assert uncorrected.values[0] - uncorrected.values[1] > 0.3
    assert found.lift == pytest.approx(0.0, abs=3 * found.se)


def test_the_correction_by_hand():
    """Comparison (0, 1), (2, 3), baseline (0, 0), (2, 2) as (control, y): slope 4 / (4 - 4 * error), error half the variance 1."""
    rows = pd.DataFrame(
        {"account": list("ABCDABCD"), "d": [1, 1, 0, 0] * 2, "control": [0.0, 2.0, 0.0, 2.0] * 2, "y": [1.0, 3.0, 0.0, 2.0] * 2}
    )
    found = estimate_corrected(totals_of(rows), "control", 0.5, df=3)
    assert (found.comparison, found.baseline) == pytest.approx((2.0, 1.0), abs=EXACT)  # means of the control are equal
    moved = rows.assign(control=rows["control"] + rows["d"])  # the difference of 1, times the slope, comes off
    variance = 1.0 + 0.25
    slope = 1.0 / (1.0 - 0.4 * variance)
    found = estimate_corrected(totals_of(moved), "control", 0.6, df=3)
    assert found.lift == pytest.approx(1.0 - slope, abs=EXACT)


def test_no_correction_where_what_was_bought_leaves_hardly_anything_but_error():
    rows = confounded(3, accounts=300, noise=0.2)
    rows["control"] += 6.0 * rows["d"]
    with pytest.raises(ResultError, match="more than error"):
        estimate_corrected(totals_of(rows), "control", 0.8, df=100)
    alone = confounded(4, accounts=40).assign(d=[1] + [0] * 39)
    with pytest.raises(ResultError, match="single account"):
        estimate_corrected(totals_of(alone), "control", 0.9, df=10)

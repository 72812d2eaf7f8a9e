"""Shares of R2: by hand, by every order of entry typed out, by base R, and by what must not matter."""

from __future__ import annotations

import json
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.correlation_tools import corr_clipped

from benchmarks.drivers import lmg_by_fits
from tests.tolerances import EQUAL_TO_R, SAME_ARITHMETIC
from valuelib.errors import ResultError
from valuelib.stats.drivers import (
    columns_of,
    correlate,
    divide_along,
    divide_flat,
    divide_johnson,
    estimate_once,
    gather_answers,
    given_mean,
    interval_of,
    is_consistent,
    rank_columns,
    repair,
    resample,
)

REFERENCE = Path(__file__).parents[1] / "reference"
BRUTE_FORCE = 1e-10
TREE = (((0, 1), (2, 3, 4)), ((5,), (6,)), ((7, 8),))


def made(q: int, seed: int, n: int = 80) -> np.ndarray:
    """Correlations of q ratings that share a liking, and of an outcome that follows some of them."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, q)) + 0.8 * rng.standard_normal((n, 1))
    return np.corrcoef(np.column_stack([x, x @ rng.uniform(-0.2, 0.5, q) + rng.standard_normal(n)]).T)


def r2(matrix: np.ndarray, used: tuple[int, ...]) -> float:
    at = list(used)
    return float(matrix[at, -1] @ np.linalg.solve(matrix[np.ix_(at, at)], matrix[at, -1])) if at else 0.0


def orders(node: object) -> list[tuple[int, ...]]:
    """Every order that keeps the groups of the tree together."""
    if isinstance(node, int):
        return [(node,)]
    inside = [orders(child) for child in node]
    return [sum(chosen, ()) for way in permutations(inside) for chosen in product(*way)]


def by_orders(matrix: np.ndarray, every: list[tuple[int, ...]]) -> np.ndarray:
    shares = np.zeros(len(matrix) - 1)
    for order in every:
        for place, one in enumerate(order):
            shares[one] += r2(matrix, order[: place + 1]) - r2(matrix, order[:place])
    return shares / len(every)


def test_two_predictors_by_hand() -> None:
    """r = .5, .4 with a correlation of .5: R2 = (.25 + .16 - 2 .5 .4 .5) / .75 = .28; the first adds .25 alone, .12 last."""
    matrix = np.array([[1, 0.5, 0.5], [0.5, 1, 0.4], [0.5, 0.4, 1]])
    np.testing.assert_allclose(divide_flat(matrix), [(0.25 + 0.12) / 2, (0.16 + 0.03) / 2], atol=SAME_ARITHMETIC)


def test_the_pyramid_equals_every_order_that_keeps_its_groups_together() -> None:
    matrix, every = made(9, seed=5), orders(TREE)
    assert len(every) == 6 * (2 * 2 * 6) * 2 * 2
    np.testing.assert_allclose(divide_along(matrix, TREE), by_orders(matrix, every), atol=BRUTE_FORCE)


def test_flat_shares_equal_every_order_and_the_plain_loop() -> None:
    matrix = made(5, seed=6)
    np.testing.assert_allclose(divide_flat(matrix), by_orders(matrix, list(permutations(range(5)))), atol=BRUTE_FORCE)
    rows = np.random.default_rng(1).standard_normal((50, 5)) + np.random.default_rng(2).standard_normal((50, 1))
    np.testing.assert_allclose(divide_flat(np.corrcoef(rows.T)), lmg_by_fits(rows), atol=BRUTE_FORCE)


def test_base_r_says_the_same() -> None:
    printed = json.loads((REFERENCE / "printouts" / "drivers.json").read_text("utf-8"))
    items = np.genfromtxt(REFERENCE / "cases" / "alpha_items.csv", delimiter=",", skip_header=1)
    matrix = np.corrcoef(items[np.isfinite(items).all(axis=1)].T)
    found = {
        "lmg": divide_flat(matrix),
        "winter": divide_along(matrix, (((0, 1), (2,)), ((3,),))),
        "johnson": divide_johnson(matrix),
    }
    for name, shares in found.items():
        np.testing.assert_allclose(shares, list(printed[name].values()), atol=EQUAL_TO_R)
        assert shares.sum() == pytest.approx(printed["r2"], abs=EQUAL_TO_R)


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000))
def test_shares_add_up_and_tiers_are_players_of_their_own(seed: int) -> None:
    matrix = made(9, seed)
    shares = divide_along(matrix, TREE)
    assert shares.sum() == pytest.approx(r2(matrix, tuple(range(9))), abs=BRUTE_FORCE)
    assert (shares > -BRUTE_FORCE).all()
    tiers = [columns_of(tier) for tier in TREE]
    np.testing.assert_allclose([shares[tier].sum() for tier in tiers], divide_flat(matrix, tiers), atol=BRUTE_FORCE)


@settings(deadline=None, max_examples=15)
@given(st.permutations(range(9)), st.lists(st.sampled_from([-1.0, 1.0]), min_size=10, max_size=10))
def test_order_and_direction_of_columns_change_nothing(order: list[int], signs: list[float]) -> None:
    matrix = made(9, seed=3)
    changed = (matrix * np.outer(signs, signs))[np.ix_([*order, 9], [*order, 9])]
    place = {old: new for new, old in enumerate(order)}
    tree = tuple(tuple(tuple(place[at] for at in category) for category in tier) for tier in TREE)
    np.testing.assert_allclose(divide_along(changed, tree), divide_along(matrix, TREE)[order], atol=BRUTE_FORCE)


def test_a_batch_is_the_single_ones() -> None:
    stack = np.stack([made(9, seed) for seed in range(4)])
    np.testing.assert_allclose(divide_along(stack, TREE), [divide_along(one, TREE) for one in stack], atol=SAME_ARITHMETIC)


def test_a_repeated_predictor_adds_nothing() -> None:
    matrix = made(4, seed=8)
    doubled = matrix[np.ix_([0, 0, 1, 2, 3, 4], [0, 0, 1, 2, 3, 4])]
    shares = divide_along(doubled, (((0,), (1,)), ((2, 3), (4,))))
    assert shares.sum() == pytest.approx(r2(matrix, (0, 1, 2, 3)), abs=BRUTE_FORCE)
    assert shares[0] == pytest.approx(shares[1], abs=BRUTE_FORCE)
    known = divide_flat(doubled - np.outer(doubled[0], doubled[0]))  # the first one known: its twin has nothing left
    assert known[1] == 0
    assert divide_johnson(doubled).sum() == pytest.approx(r2(matrix, (0, 1, 2, 3)), abs=BRUTE_FORCE)


def test_more_predictors_than_answers_explain_everything_and_no_more() -> None:
    assert divide_along(made(9, seed=2, n=6), TREE).sum() == pytest.approx(1, abs=1e-6)


def test_too_many_players_are_refused() -> None:
    with pytest.raises(ResultError, match="21 players"):
        divide_flat(np.eye(22))


def test_correlations_of_complete_weighted_answers_are_the_usual_ones() -> None:
    rng = np.random.default_rng(3)
    values, weights = rng.standard_normal((60, 4)) + rng.standard_normal((60, 1)), rng.uniform(0.5, 2, 60)
    answers = gather_answers(values[:, :3], values[:, 3], weights, np.arange(60) // 2)
    found, spreads = correlate(answers)
    covariance = np.cov(values.T, aweights=weights)
    expected = covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))
    np.testing.assert_allclose(found, expected, atol=SAME_ARITHMETIC)
    np.testing.assert_allclose(spreads, 1, atol=SAME_ARITHMETIC)
    assert is_consistent(found)
    assert answers.complete == 60
    assert answers.missing_share == 0


def test_each_pair_uses_the_rows_that_have_both() -> None:
    rng = np.random.default_rng(4)
    values = rng.standard_normal((50, 3)) + rng.standard_normal((50, 1))
    values[:20, 0] = np.nan
    values[15:30, 1] = np.nan
    answers = gather_answers(values[:, :2], values[:, 2], np.ones(50), np.arange(50))
    found, _ = correlate(answers)
    both = np.isfinite(values[:, 0]) & np.isfinite(values[:, 1])
    assert found[0, 1] == pytest.approx(np.corrcoef(values[both, 0], values[both, 1])[0, 1], abs=SAME_ARITHMETIC)
    assert answers.pair_counts[0, 1] == both.sum() == answers.complete
    assert (answers.pair_counts[0, 2], answers.pair_counts[1, 2]) == (30, 35)


def test_an_account_drawn_twice_counts_as_two() -> None:
    rng = np.random.default_rng(5)
    values, account = rng.standard_normal((30, 3)), np.repeat(np.arange(10), 3)
    answers = gather_answers(values[:, :2], values[:, 2], np.ones(30), account)
    times = np.array([[2.0, 0, 1, 1, 1, 1, 1, 1, 1, 1]])
    rows = [row for row in range(30) for _ in range(int(times[0, account[row]]))]
    np.testing.assert_allclose(correlate(answers, times)[0][0], np.corrcoef(values[rows].T), atol=SAME_ARITHMETIC)


def test_impossible_correlations_are_repaired_as_statsmodels_does() -> None:
    impossible = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    possible = np.array([[1, 0.5, 0.2], [0.5, 1, 0.1], [0.2, 0.1, 1]])
    assert not is_consistent(impossible)
    fixed = repair(np.stack([impossible, possible]))
    np.testing.assert_allclose(fixed[0], corr_clipped(impossible, threshold=1e-6), atol=SAME_ARITHMETIC)
    np.testing.assert_array_equal(fixed[1], possible)
    assert is_consistent(fixed[0])


def test_at_equal_mean_a_rating_is_a_partial_correlation() -> None:
    rng = np.random.default_rng(6)
    x = rng.standard_normal((70, 4)) * [1, 2, 0.5, 1] + rng.standard_normal((70, 1))
    y = x @ [0.5, 0, 0.2, 0] + rng.standard_normal(70)
    answers = gather_answers(x, y, np.ones(70), np.arange(70))
    left = given_mean(correlate(answers)[0], answers.spreads[:-1])
    general = np.column_stack([np.ones(70), x.mean(axis=1)])
    residual = [one - general @ np.linalg.lstsq(general, one)[0] for one in (*x.T, y)]
    np.testing.assert_allclose(left, np.cov(residual, ddof=0) / np.outer(answers.spreads, answers.spreads), atol=SAME_ARITHMETIC)
    both = np.linalg.lstsq(np.column_stack([np.ones(70), x]), y)[0]
    whole = 1 - np.var(y - np.column_stack([np.ones(70), x]) @ both) / np.var(y)
    alone = np.corrcoef(x.mean(axis=1), y)[0, 1] ** 2
    assert divide_along(left, (((0, 1), (2,)), ((3,),))).sum() == pytest.approx(whole - alone, abs=BRUTE_FORCE)


def test_the_bootstrap_repeats_and_its_spread_is_that_of_independent_samples() -> None:
    rng = np.random.default_rng(7)
    x = rng.standard_normal((400, 3))
    answers = gather_answers(x, x @ [0.5, 0.3, 0] + rng.standard_normal(400), np.ones(400), np.arange(400))

    def first(correlations: np.ndarray, spreads: np.ndarray) -> np.ndarray:
        return correlations[:, :1, -1]

    drawn = resample(answers, first, 600, np.random.default_rng(1))
    np.testing.assert_array_equal(drawn, resample(answers, first, 600, np.random.default_rng(1)))
    assert drawn.std() == pytest.approx((1 - estimate_once(answers, first)[0] ** 2) / 20, rel=0.15)
    low, high = interval_of(drawn, 0.95)
    assert np.mean((drawn >= low) & (drawn <= high)) == pytest.approx(0.95, abs=0.01)


def test_clustered_answers_are_worth_less() -> None:
    rng = np.random.default_rng(8)
    x = np.repeat(rng.standard_normal((60, 2)), 5, axis=0) + 0.1 * rng.standard_normal((300, 2))
    y = x[:, 0] + np.repeat(rng.standard_normal(60), 5)
    spreads = []
    for accounts in (np.repeat(np.arange(60), 5), np.arange(300)):
        answers = gather_answers(x, y, np.ones(300), accounts)
        spreads.append(resample(answers, lambda matrix, _: matrix[:, :1, -1], 200, np.random.default_rng(1)).std())
    assert spreads[0] > 1.6 * spreads[1]


def test_ranks() -> None:
    ranks = rank_columns(np.array([[3.0, 2, 1], [3, 1, 2], [3, 2, 1], [3, 2, 1]]), 0.95, 2)
    assert (ranks.low[0], ranks.high[0], ranks.top_share[0]) == (1, 1, 1)
    np.testing.assert_array_equal(ranks.top_share, [1, 0.75, 0.25])


def test_columns_that_cannot_correlate_are_refused() -> None:
    with pytest.raises(ResultError, match="vary"):
        gather_answers(np.ones((5, 1)), np.arange(5), np.ones(5), np.arange(5))
    with pytest.raises(ResultError, match="at least one answer"):
        gather_answers(np.full((5, 1), np.nan), np.arange(5), np.ones(5), np.arange(5))

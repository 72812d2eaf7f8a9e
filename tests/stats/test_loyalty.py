"""One group's NPS, rate or mean: by hand, and what must not matter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tolerances import SAME_ARITHMETIC
from valuelib.errors import ResultError
from valuelib.results import Group
from valuelib.stats.loyalty import Kind, estimate_group
from valuelib.stats.means import estimate_means
from valuelib.stats.totals import collect_totals


def one_group(
    scores: list[float], kind: Kind = "nps", accounts: list[str] | None = None, weights: list[float] | None = None
) -> Group:
    names = accounts or [str(row) for row in range(len(scores))]
    totals = collect_totals(names, np.zeros(len(scores)), scores, groups=("all",), weights=weights)
    return estimate_group(estimate_means(totals), 0, kind=kind)


def test_nps_by_hand() -> None:
    # One promoter, three detractors of six, each its own account: n_eff is 6 * 5 / 6 = 5 by CR2 (s^2 / (s^2 * 6 / 5 / 6)), since
    # the sum of (e / sqrt(1 - 1/6))^2 / 36 is s^2 / 5. Centre (-2/6 * 5) / 8, variance ((4/6 * 5 + 1.5) / 8 - centre^2) / 8, t(5).
    found = one_group([-1, -1, -1, 0, 0, 1])
    assert found.value == pytest.approx(-100 / 3)
    centre = -(2 / 6) * 5 / 8
    spread = (((4 / 6 * 5 + 1.5) / 8 - centre**2) / 8) ** 0.5
    reach = 2.5705818366 * spread
    assert (found.ci_low, found.ci_high) == pytest.approx((100 * (centre - reach), 100 * (centre + reach)), abs=1e-6)


def test_rate_by_hand_with_whole_accounts() -> None:
    # Two accounts of two answers each, one all yes, one all no: the four answers are worth less than two.
    found = one_group([1, 1, 0, 0], "rate", ["A", "A", "B", "B"])
    assert found.value == 50
    assert found.se == pytest.approx(100 * np.sqrt(2 * (1 / np.sqrt(0.5) * 2 * 0.5 / 4) ** 2))
    assert (found.ci_low, found.ci_high) == (0, 100)


def test_mean_is_the_plain_t_interval_when_accounts_hold_one_answer_each() -> None:
    scores = [2.0, 4.0, 4.5, 7.0, 9.0]
    found = one_group(scores, "mean")
    se = np.std(scores, ddof=1) / np.sqrt(5)
    assert (found.se, found.ci_high) == pytest.approx((se, np.mean(scores) + 2.7764451052 * se), rel=1e-8)


def test_a_group_without_variation_counts_each_account_once() -> None:
    found = one_group([1.0] * 30, accounts=[f"A{row % 3}" for row in range(30)])
    assert found.value == 100
    assert found.ci_high == 100
    assert found.ci_low is not None
    assert found.ci_low < 30  # thirty answers of three accounts are three answers


def test_a_single_account_says_nearly_nothing() -> None:
    found = one_group([1.0, 0.0, 1.0, -1.0], accounts=["A"] * 4)
    assert (found.ci_low, found.ci_high) == (-100, 100)


def test_an_empty_group_is_refused() -> None:
    with pytest.raises(ResultError, match="No answers in group all"):
        estimate_means(collect_totals(["A"], [-1], [1.0], groups=("all",)))


def test_missing_answers_are_refused_and_not_counted_as_zero() -> None:
    with pytest.raises(ResultError, match="complete answers"):
        collect_totals(["A", "B"], [0, 0], [1.0, np.nan], groups=("all",))


answers = st.lists(st.tuples(st.integers(-1, 1), st.integers(0, 5), st.floats(0.2, 5)), min_size=4, max_size=40)


@given(answers, st.floats(0.1, 50))
def test_order_of_rows_scale_of_weights_and_names_of_accounts_change_nothing(rows: list[tuple[int, int, float]], k: float) -> None:
    scores = [float(score) for score, _, _ in rows]
    names = [f"A{account}" for _, account, _ in rows]
    weights = [weight for _, _, weight in rows]
    plain = one_group(scores, accounts=names, weights=weights)
    renamed = one_group(
        scores[::-1], accounts=[f"Zürich {name}" for name in names[::-1]], weights=[k * weight for weight in weights[::-1]]
    )
    assert renamed.value == pytest.approx(plain.value, abs=1e-7)
    # Near a group without variation the limits rest on a difference of rounding errors, so only settled ones are compared.
    if plain.se is not None and plain.se > 1e-3:
        assert (renamed.se, renamed.ci_low, renamed.ci_high) == pytest.approx((plain.se, plain.ci_low, plain.ci_high), abs=1e-5)


@given(answers)
def test_totals_of_two_files_add_up_to_those_of_one(rows: list[tuple[int, int, float]]) -> None:
    def totals(part: list[tuple[int, int, float]]):  # type: ignore[no-untyped-def]
        return collect_totals(
            [f"A{account}" for _, account, _ in part],
            [account % 2 for _, account, _ in part],
            [score for score, _, _ in part],
            groups=("high", "low"),
            weights=[weight for _, _, weight in part],
        )

    half = len(rows) // 2
    merged, whole = totals(rows[:half]).merge(totals(rows[half:])), totals(rows)
    assert list(merged.accounts) == list(whole.accounts)
    assert merged.totals == pytest.approx(whole.totals, abs=SAME_ARITHMETIC)

"""Paired change, mediation, aggregation, growth and renewal: by hand, by invariance, and where they must refuse."""

import numpy as np
import pytest

from valuelib.errors import ResultError
from valuelib.stats.agreement import estimate_icc, estimate_rwg
from valuelib.stats.mediation import estimate_indirect, make_path
from valuelib.stats.over_time import estimate_curve, estimate_growth, estimate_hazard, estimate_paired
from valuelib.worlds.people import rng_for


def test_a_paired_change_by_hand() -> None:
    # gaps 1, 3, 2 and one account without a pair: mean 2, sd 1, se 1 / sqrt(3), t(2) = 4.302653
    found = estimate_paired([5, 5, 5, 5], [6, 8, 7, np.nan])
    assert found is not None
    assert (found.value, found.n, found.within) == (2.0, 3, pytest.approx(1 / 3))
    assert (found.low, found.high) == pytest.approx((2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5), abs=1e-5)


def test_without_pairs_or_without_variation_there_is_no_interval() -> None:
    assert estimate_paired([1, np.nan], [np.nan, 2]) is None
    alike = estimate_paired([1, 2, 3, 4], [2, 3, 4, 5])
    assert alike is not None
    assert (alike.value, alike.low) == (1.0, None)


def test_an_exact_mediation_comes_back() -> None:
    x = np.arange(40, dtype=float)
    m = 2 * x + np.tile([1.0, -1.0, -1.0, 1.0], 10)
    y = 3 * m - x
    accounts = np.repeat(np.arange(20), 2)
    first, second = make_path(m, x, np.empty((40, 0)), accounts), make_path(y, m, x[:, None], accounts)
    found = estimate_indirect(first, second, rng=np.random.default_rng(1))
    slope = np.polyfit(x, m, 1)[0]
    assert (found.a, found.b, found.product) == pytest.approx((slope, 3.0, 3 * slope))
    assert found.low is not None
    assert found.low <= found.product <= found.high  # type: ignore[operator]


def test_few_accounts_have_no_interval_and_dependent_columns_are_refused() -> None:
    x = np.arange(12, dtype=float)
    accounts = np.repeat(np.arange(4), 3)
    path = make_path(x**2, x, np.empty((12, 0)), accounts)
    assert estimate_indirect(path, path, rng=np.random.default_rng(1)).low is None
    dependent = make_path(x, x, (2 * x)[:, None], accounts)
    with pytest.raises(ResultError):
        estimate_indirect(dependent, path, rng=np.random.default_rng(1))


def test_the_bootstrap_of_the_product_holds_its_level() -> None:
    rng, hits, reps = rng_for(4, "mediation"), 0, 300
    for _ in range(reps):
        accounts = np.repeat(np.arange(80), 3)
        x = rng.normal(0, 1, 80)[accounts]
        m = 0.4 * x + rng.normal(0, 0.5, 80)[accounts] + rng.normal(0, 1, 240)
        y = 0.5 * m + 0.2 * x + rng.normal(0, 0.5, 80)[accounts] + rng.normal(0, 1, 240)
        none = np.empty((240, 0))
        found = estimate_indirect(make_path(m, x, none, accounts), make_path(y, m, x[:, None], accounts), rng=rng, draws=400)
        hits += found.low <= 0.2 <= found.high  # type: ignore[operator]
    assert abs(hits / reps - 0.95) < 4 * np.sqrt(0.95 * 0.05 / reps)


def test_icc_by_hand() -> None:
    # teams (1, 3), (5, 7), (9, 11): MSW = 2, MSB = 2 * ((2-6)^2 + 0 + (10-6)^2) / 2 = 32, k = 2
    found = estimate_icc([1, 3, 5, 7, 9, 11], ["a", "a", "b", "b", "c", "c"])
    assert found is not None
    assert (found.one, found.two) == pytest.approx(((32 - 2) / (32 + 2), (32 - 2) / 32))
    assert found.one_low < found.one < found.one_high


def test_icc_does_not_mind_order_or_units() -> None:
    scores, teams = rng_for(5, "icc").normal(0, 1, 60), np.repeat(np.arange(12), 5)
    order = rng_for(5, "order").permutation(60)
    one, other = estimate_icc(scores, teams), estimate_icc(10 - 3 * scores[order], teams[order])
    assert one is not None
    assert other is not None
    assert (one.one, one.two_high) == pytest.approx((other.one, other.two_high))


def test_two_teams_or_lone_people_have_no_icc() -> None:
    assert estimate_icc([1, 2, 3, 4], [0, 0, 1, 1]) is None
    assert estimate_icc([1, 2, 3], [0, 1, 2]) is None


def test_agreement_by_hand_and_its_ends() -> None:
    # one item, answers 4 and 6 on 1..7: variance 2 against (49 - 1) / 12 = 4, so 1 - 0.5 = 0.5
    found = estimate_rwg([[4], [6], [5], [5], [1], [7]], [0, 0, 1, 1, 2, 2], options=7)
    assert found is not None
    assert found.by_team.tolist() == pytest.approx([0.5, 1.0, 0.0])
    assert (found.median, found.share_agreed) == pytest.approx((0.5, 1 / 3))


def test_growth_comes_back_and_one_wave_is_refused() -> None:
    rng = rng_for(6, "growth")
    account, wave = np.repeat(np.arange(150), 3), np.tile(np.arange(3), 150)
    exposure = rng.normal(6, 1, 150)[account]
    y = 5 + rng.normal(0, 1, 150)[account] + 0.3 * wave + 0.2 * wave * (exposure - exposure.mean()) + rng.normal(0, 0.5, 450)
    found = estimate_growth(y, wave, exposure, account)
    assert found is not None
    assert abs(found.wave - 0.3) < 4 * found.wave_se
    assert abs(found.faster - 0.2) < 4 * found.faster_se
    assert estimate_growth(y, np.zeros(450), exposure, account) is None
    assert estimate_growth(y[:30], wave[:30], exposure[:30], account[:30]) is None


def test_contracts_by_hand() -> None:
    # ten contracts, one ends at 2 and one at 4, the others run on: 0.9, then 0.9 * 8/9 = 0.8
    curve = estimate_curve("all", [2, 4, *[5] * 8], [1, 1, *[0] * 8])
    assert curve is not None
    assert (curve.share[curve.months == 2][0], curve.share[curve.months == 4][0]) == pytest.approx((0.9, 0.8))
    assert (curve.n, curve.ends) == (10, 2)


def test_too_few_ends_have_neither_curve_nor_hazard() -> None:
    assert estimate_curve("none", [1.0] * 12, [0] * 12) is None
    assert estimate_hazard([1.0, 2.0] * 15, [0] * 30, range(30), range(30)) is None

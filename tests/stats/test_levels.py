"""Levels of a rating, the steps between them, and the margin within which a step counts as none."""

import numpy as np
import pandas as pd
import pytest

from tests.tolerances import EXACT
from valuelib.stats.contrasts import estimate_difference
from valuelib.stats.exposure import LEVELS, PENALTY, REWARD, by_levels, by_promise, is_inside
from valuelib.stats.means import PickedMeans, estimate_means
from valuelib.stats.totals import collect_totals
from valuelib.worlds.people import rng_for


def test_borders_belong_to_the_level_above_them() -> None:
    ratings = pd.Series([0.0, 4.99, 5.0, 7.99, 8.0, 10.0, np.nan])
    assert list(by_levels(ratings, exceeds_at=8)) == [0, 0, 1, 1, 2, 2, -1]


def test_a_threshold_below_the_middle_leaves_nobody_between() -> None:
    assert list(by_levels(pd.Series([2.0, 3.0, 4.0]), exceeds_at=3)) == [0, 2, 2]


def test_the_promise_is_below_met_or_exceeded() -> None:
    assert list(by_promise(pd.Series([-1.0, 0.0, 1.0, np.nan]))) == [0, 1, 2, -1]


@pytest.mark.parametrize(
    ("low", "high", "inside"), [(-4.9, 4.9, True), (-5.0, 1.0, False), (-1.0, 5.0, False), (1.0, 4.0, True), (6.0, 9.0, False)]
)
def test_equivalence_needs_the_whole_interval(low: float, high: float, inside: bool) -> None:
    assert is_inside(low, high, 5.0) is inside


def test_steps_by_hand_and_as_of_two_groups_alone() -> None:
    rng = rng_for(1, "levels")
    codes, accounts = rng.integers(0, 3, 300), np.arange(300) // 3
    y = rng.integers(-1, 2, 300).astype(float)
    whole = estimate_means(collect_totals(accounts, codes, y, groups=LEVELS))
    for upper, lower in (PENALTY, REWARD):
        lift = estimate_difference(PickedMeans(whole, (upper, lower)), kind="nps")
        assert lift.value == pytest.approx(100 * (y[codes == upper].mean() - y[codes == lower].mean()))
        pair = np.select([codes == upper, codes == lower], [0, 1], -1)
        alone = estimate_difference(estimate_means(collect_totals(accounts, pair, y, groups=("a", "b"))), kind="nps")
        # Group means do not depend on a third group; the working correlation of the degrees of freedom does.
        assert lift.se == pytest.approx(alone.se, abs=EXACT)
        assert lift.df == pytest.approx(alone.df, rel=0.1)

"""What the chapter on drivers works out by hand equals what the library says."""

from typing import Any

import pytest

from tests.notebooks.chapters import run_cells
from tests.tolerances import SAME_ARITHMETIC

SWEPT = 1e-6  # the library leaves directions out that have next to no variance once the mean rating is known
PAIRWISE = 0.01  # a slope over those who gave both answers, and one with the spreads of everybody: few answers have a gap


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells("07_drivers", skip=("ch.show", "vl.simulate"))


def test_shares_by_hand_are_those_of_the_library(told: dict[str, Any]) -> None:
    by_hand, ours = told["by_hand"], told["ours"].estimate
    shares = {tier: ours[f"driver.tier.{tier}"] for tier in by_hand.index}
    assert len(shares) == 5
    assert (100 * by_hand / by_hand.sum()).to_dict() == pytest.approx(shares, rel=SAME_ARITHMETIC)


def test_r2_by_hand_is_that_of_the_library_also_at_equal_general_rating(told: dict[str, Any]) -> None:
    ours = told["ours"].estimate[["driver.r2", "driver.within.r2"]]
    assert (100 * told["plain"]).to_dict() == pytest.approx(ours.to_dict(), rel=SWEPT)


def test_slopes_by_formula_are_near_those_from_pairwise_correlations(told: dict[str, Any]) -> None:
    formulas = told["formulas"].estimate
    assert formulas.to_dict() == pytest.approx(told["slopes_of_ours"].estimate[formulas.index].to_dict(), rel=PAIRWISE)


def test_a_fit_predicts_less_for_accounts_that_it_has_not_seen(told: dict[str, Any]) -> None:
    r2 = told["by_hand"].sum()
    assert told["unseen"](told["regression"], told["known"].nps) < r2
    assert told["unseen"](told["regression"], told["dealt"].nps) < 0 < told["divide"](told["dealt"]).sum() < r2 / 5

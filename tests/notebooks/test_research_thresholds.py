"""What the chapter on thresholds finds by formulas equals what the library says."""

from typing import Any

import pytest

from tests.notebooks.chapters import run_cells
from tests.tolerances import SAME_ARITHMETIC


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells("07_thresholds", skip=("ch.show", "vl.simulate"))


def test_slopes_by_formula_are_those_of_the_finding(told: dict[str, Any]) -> None:
    rising = told["rising"].to_frame().set_index("term").estimate
    lines = told["lines"].estimate
    assert lines["a straight line"] == pytest.approx(rising["raw"], rel=SAME_ARITHMETIC)
    assert lines["own basics equal"] == pytest.approx(rising["own.higher_count.lower_tiers"], rel=SAME_ARITHMETIC)


def test_penalties_and_rewards_by_formula_are_those_of_the_library_for_every_tier(told: dict[str, Any]) -> None:
    steps, ours = told["steps"].estimate, told["thresholds"].to_frame().set_index("term").estimate
    assert len(steps) == 20
    assert steps.to_dict() == pytest.approx(ours.to_dict(), rel=SAME_ARITHMETIC)


def test_the_curve_that_never_falls_rises_without_any_relation(told: dict[str, Any]) -> None:
    curve = told["dealt"].groupby("dose").never_falls.mean()
    assert curve.is_monotonic_increasing
    assert curve.iloc[-1] > curve.iloc[0]

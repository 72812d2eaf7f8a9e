"""What the chapter on planning works out by a formula and by simulation is what the library says."""

import math
from dataclasses import replace
from typing import Any

import pytest

from tests.notebooks.chapters import run_cells
from tests.tolerances import SAME_ARITHMETIC
from valuelib.explore.planning import Setting, Wish, check_setting, make_plan, naive_respondents, population_of
from valuelib.stats.planning import design_effects, respondents_by_formula, score_variance

INTERPOLATED = 1e-6  # the chapter reads liking off a fine grid, the library solves for it


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells("plan_a_study", skip=("ch.show", "ch.done", "plan.to_frame", "planned"))


def test_variance_and_design_effect_are_those_of_the_library(told: dict[str, Any]) -> None:
    world = population_of(check_setting(Wish(claim="nps_60"), Setting()))
    assert 1 + (told["met"] - 1) * told["icc"] == pytest.approx(design_effects(world)[0], rel=SAME_ARITHMETIC)
    for figure in (-0.3, 0.0, 0.3, 0.8):
        assert told["variance"](figure) == pytest.approx(score_variance("nps", figure), rel=INTERPOLATED)


def test_numbers_by_formula_are_those_from_which_the_library_starts(told: dict[str, Any]) -> None:
    true = population_of(check_setting(Wish(claim="nps_60"), Setting()))
    nothing = replace(true, comparison=true.baseline)
    asked = {"alpha": 0.025, "power": 0.8, "shift": 0.0}
    effect, excluded = told["by_hand"].values()
    assert effect == pytest.approx(respondents_by_formula(true, ratio=1.0, **asked), rel=INTERPOLATED)
    assert excluded == pytest.approx(respondents_by_formula(nothing, ratio=1.6, **asked), rel=INTERPOLATED)


def test_the_naive_number_is_the_one_that_the_client_is_told(told: dict[str, Any]) -> None:
    plan = make_plan(Wish(claim="nps_60", respondents=400), Setting(), reps=50)
    assert math.ceil(told["naive"] / 10) * 10 == naive_respondents(plan)


def test_simulated_studies_show_as_often_as_the_formula_promises(told: dict[str, Any]) -> None:
    n = round(told["by_hand"]["plan.effect"])
    shown = sum(told["shows"](told["draw"](n, told["claimed"])) for _ in range(200)) / 200
    assert shown == pytest.approx(told["power"], abs=0.09)  # three standard errors

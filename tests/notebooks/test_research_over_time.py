"""What the chapter over time finds by formulas equals what the library says."""

from typing import Any

import pytest
import statsmodels.api as sm

from tests.notebooks.chapters import run_cells
from tests.tolerances import SAME_ARITHMETIC, SAME_MIXED_MODEL
from valuelib.explore.over_time import renewal_curves


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells("11_over_time", skip=("ch.show",))


def test_changes_and_their_intervals_are_those_of_the_library(told: dict[str, Any]) -> None:
    columns = ["estimate", "conf_low", "conf_high"]
    for term, row in told["plain"].iterrows():
        assert row[columns].to_dict() == pytest.approx(told["table"].loc[term].to_dict(), rel=SAME_ARITHMETIC)
    assert set(told["plain"].index) == {"change.nps", "change.perceived_value"}


def test_the_bound_with_the_answers_of_those_who_left_is_that_of_the_library(told: dict[str, Any]) -> None:
    assert told["silence"].loc["nps", "last, missing as before"] == pytest.approx(told["table"].estimate["stayed.bound"])


def test_growth_by_formula_is_that_of_the_finding_whoever_rated(told: dict[str, Any]) -> None:
    ours = told["builds"].to_frame().set_index("term").rename(told["terms"]).estimate
    assert len(told["grown"]) == 6
    assert told["grown"].estimate.to_dict() == pytest.approx(ours.to_dict(), rel=1e-7)


def test_the_mixed_model_is_that_of_the_library(told: dict[str, Any]) -> None:
    ours = told["table"].loc[["growth.wave", "growth.cocreation"], "estimate"]
    assert told["paces"].estimate.to_dict() == pytest.approx(ours.to_dict(), rel=SAME_MIXED_MODEL)


def test_contracts_that_last_are_those_of_the_library(told: dict[str, Any]) -> None:
    columns = ["estimate", "conf_low", "conf_high"]
    hazard = told["table"].loc["renewal.hazard"]
    assert told["ratios"].loc["renewal.hazard", columns].to_dict() == pytest.approx(hazard.to_dict(), rel=SAME_ARITHMETIC)
    for curve in renewal_curves(told["ch"].study, ("much value", "less value")):
        part = told["contracts"].query("saw == @curve.label")
        assert sm.SurvfuncRight(part.months, part.ended).surv_prob[-1] == pytest.approx(curve.share[-1], rel=SAME_ARITHMETIC)


def test_the_picture_of_all_answers_is_headed_by_all_answers(told: dict[str, Any]) -> None:
    silence, change = told["silence"].loc["nps"], told["change"]
    assert f"from {silence['first survey']:.0f} to {silence['last survey']:.0f}" in change.figures["waves"].title
    assert f"{abs(change['change.nps'].value):.1f} points" in change.sentences["change"]

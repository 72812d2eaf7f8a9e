"""What the chapter on co-creation finds by formulas equals what the library says, and thin studies stop no cell."""

import dataclasses
from typing import Any

import pytest

from tests.clients import SETTINGS, study_of
from tests.notebooks.chapters import run_cells
from tests.tolerances import SAME_ARITHMETIC
from valuelib.study.model import Study
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.truth import Truth

CHAPTER = "09_cocreation"
OTHER_DRAWS = 0.25  # of an interval's width: 400 draws here, 2,000 of another generator there


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells(CHAPTER)


def test_ratios_of_correlations_are_those_of_the_library(told: dict[str, Any]) -> None:
    ours, keys = told["facets"].to_frame().set_index("term").estimate, told["keys"]
    pairs = [(one, other) for one in keys for other in keys if f"htmt.{keys[one]}.{keys[other]}" in ours]
    assert len(pairs) == 21
    for one, other in pairs:
        assert told["htmt"].loc[one, other] == pytest.approx(ours[f"htmt.{keys[one]}.{keys[other]}"], abs=SAME_ARITHMETIC)


def test_what_each_facet_adds_is_what_the_library_says(told: dict[str, Any]) -> None:
    ours = told["table"].rename(told["terms"]).estimate
    assert len(told["adds"]) == 14
    assert told["adds"].estimate.to_dict() == pytest.approx(ours[told["adds"].index].to_dict(), abs=SAME_ARITHMETIC)


def test_paths_and_parts_are_those_of_the_findings(told: dict[str, Any]) -> None:
    through = told["through"].to_frame().set_index("term").rename(told["names"]).estimate
    assert told["slopes"].estimate.to_dict() == pytest.approx(through[told["slopes"].index].to_dict(), abs=SAME_ARITHMETIC)
    assert len(told["plain"]) == 5
    assert told["plain"].estimate.to_dict() == pytest.approx(
        told["ours"].estimate[told["plain"].index].to_dict(), abs=SAME_ARITHMETIC
    )


def test_the_product_by_hand_is_ours_and_its_interval_near(told: dict[str, Any]) -> None:
    by_hand, ours = told["product"].loc["by hand, provider"], told["table"].loc["mediation.indirect"]
    assert by_hand.estimate == pytest.approx(ours.estimate, abs=SAME_ARITHMETIC)
    width = ours.conf_high - ours.conf_low
    assert abs(by_hand[["conf_low", "conf_high"]] - ours[["conf_low", "conf_high"]]).max() < OTHER_DRAWS * width


def test_the_same_pen_deceives_and_the_best_of_many_is_a_false_alarm_more_often(told: dict[str, Any]) -> None:
    nothing, alarms = told["nothing"], told["alarms"]
    assert nothing.conf_low["sees for itself: own"] > 0
    assert nothing.conf_low["sees for itself: provider"] < 0 < nothing.conf_high["sees for itself: provider"]
    assert nothing.conf_low["repeats its customers: provider"] > 0
    assert alarms["the best of them"] > 3 * alarms["a facet named in advance"]


def thin() -> dict[str, Study]:
    frames = simulate_frames(Truth(respondents=90, accounts=30, provider_sees=1.0), 1)
    nothing = Truth(respondents=300, accounts=90, halo=0.0, quality_effect=0.0, cocreation_effect=0.0)
    answers = frames.answers
    elements = [name for name in map(str, answers) if name.startswith("element.")]
    few = [name for name in map(str, answers) if name.startswith("facet.") and name != "facet.T1"]
    renewal = {"repurchase": SETTINGS["outcomes"]["repurchase"]}

    def rated(study: Study) -> Study:
        return dataclasses.replace(study, provider=frames.provider)

    return {
        "no provider": study_of(answers),
        "provider": rated(study_of(answers)),
        "no elements": rated(study_of(answers.drop(columns=elements), elements=None, exposure=None)),
        "one statement": rated(study_of(answers.drop(columns=few))),
        "no NPS": rated(study_of(answers.drop(columns=["nps", "recommend"]), outcomes=renewal)),
        "no perceived value": rated(study_of(answers.drop(columns="perceived_value"))),
        "no outcome": rated(study_of(answers.drop(columns=["perceived_value", "nps", "recommend"]), outcomes=renewal)),
        "twelve answers": study_of(simulate_frames(Truth(respondents=12, accounts=4), 1).answers),
        "nothing works": study_of(simulate_frames(nothing, 1).answers),
    }


@pytest.mark.parametrize("about", list(thin()))
def test_a_thin_study_stops_no_cell_and_shows_no_small_group(about: str) -> None:
    study = thin()[about]
    names = run_cells(CHAPTER, study, skip=("simulate",))
    assert names["survey"] is study
    assert not (names["third"].value_counts() < study.config.privacy.min_group).any()

"""What the chapter on effort and enhancement finds by formulas equals what the library says, and thin studies stop no cell."""

from typing import Any

import pandas as pd
import pytest

from tests.clients import SETTINGS, study_of
from tests.notebooks.chapters import run_cells
from tests.tolerances import SAME_ARITHMETIC
from valuelib.explore.effort import CELLS
from valuelib.study.model import Study
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.truth import Truth

CHAPTER = "08_effort_and_enhancement"


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells(CHAPTER)


def test_four_formulas_give_our_contrasts(told: dict[str, Any]) -> None:
    ours = told["easy"].to_frame().set_index("term").loc[told["terms"]]
    assert told["ladder"].estimate.to_numpy() == pytest.approx(ours.estimate.to_numpy(), abs=SAME_ARITHMETIC)
    assert told["ladder"].n.tolist() == ours.n.tolist()
    assert (ours.conf_low.to_numpy() < told["ladder"].conf_low).all()


def test_slopes_of_enhancement_are_ours_and_decide(told: dict[str, Any]) -> None:
    ours, slopes = told["effort"].to_frame().set_index("term").estimate, told["slopes"].estimate
    assert len(slopes) == 6
    for name, slope in slopes.items():
        rater, outcome = name.split(", ")
        term = f"goes_with.{rater}.value_enhancement.{outcome.replace('nps', 'recommend')}"
        assert slope == pytest.approx(ours[term], abs=SAME_ARITHMETIC)
    parts = told["enhanced"].to_frame().query("decides or role == 'part'").estimate
    assert slopes.to_numpy()[:3] == pytest.approx(parts.to_numpy(), abs=SAME_ARITHMETIC)


def test_four_cells_are_ours(told: dict[str, Any]) -> None:
    ours = told["effort"].to_frame().set_index("term").estimate
    for cell, (ease, more) in zip(CELLS, [(1, 1), (1, 0), (0, 1), (0, 0)], strict=True):
        for outcome in told["outcomes"]:
            term = f"effort.{cell}.{outcome.replace('nps', 'recommend')}"
            assert told["four"].loc[(ease, more), outcome] == pytest.approx(ours[term], abs=SAME_ARITHMETIC)


def test_where_ease_does_nothing_own_ratings_deceive_and_colleagues_with_equal_tiers_do_not(told: dict[str, Any]) -> None:
    nothing = told["nothing"]
    assert nothing.conf_low["own ratings"] > 0
    assert nothing.conf_low["colleagues, lower tiers equal"] < 0 < nothing.conf_high["colleagues, lower tiers equal"]


def thin() -> dict[str, Study]:
    answers = simulate_frames(Truth(respondents=90, accounts=30), 1).answers
    nothing = simulate_frames(Truth(respondents=300, accounts=90, halo=0.0, quality_effect=0.0, cocreation_effect=0.0), 1).answers
    few = simulate_frames(Truth(respondents=12, accounts=4), 1).answers
    columns = list(answers.columns)
    background = [name for name in columns if name.startswith(("adjust.", "segment.", "offering", "marker", "unaffected"))]
    elements = [name for name in columns if name.startswith("element.")]
    alone = answers.assign(account=answers.respondent)
    only_renewal = {"repurchase": SETTINGS["outcomes"]["repurchase"]}
    return {
        "no background": study_of(answers.drop(columns=background), exposure=None),
        "no elements": study_of(answers.drop(columns=elements), elements=None, exposure=None),
        "ease alone": study_of(answers.drop(columns=["value_enhancement", "expansion"])),
        "enhancement and NPS": study_of(answers.drop(columns=["effort", "expansion", "repurchase"])),
        "renewal alone": study_of(answers.drop(columns=["nps", "recommend", "expansion"]), outcomes=only_renewal),
        "nobody has colleagues": study_of(alone),
        "twelve answers": study_of(few),
        "nothing works": study_of(nothing),
    }


@pytest.mark.parametrize("about", list(thin()))
def test_a_thin_study_stops_no_cell_and_shows_no_small_group(about: str) -> None:
    study = thin()[about]
    names = run_cells(CHAPTER, study, skip=("simulate",))
    assert names["survey"] is study
    smallest = study.config.privacy.min_group
    assert not (names["four"].n < smallest).any()
    assert not (names["tenths"].groupby(["lever", "tenth"]).size() < smallest).any()
    assert isinstance(names["ladder"], pd.DataFrame)

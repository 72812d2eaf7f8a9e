"""What the chapter on both sides finds by formulas equals what the library says, and thin studies stop no cell."""

import dataclasses
from typing import Any

import pytest

from tests.clients import SETTINGS, study_of
from tests.notebooks.chapters import run_cells
from tests.tolerances import SAME_ARITHMETIC
from valuelib.stats.agreement import estimate_icc
from valuelib.study.model import Study
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.truth import Truth

CHAPTER = "10_both_sides"
COLUMNS = ["estimate", "conf_low", "conf_high", "n"]


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells(CHAPTER)


def test_gaps_and_their_intervals_are_those_of_the_library(told: dict[str, Any]) -> None:
    gaps = told["gaps"]
    assert len(gaps) == 14
    for topic, row in gaps.iterrows():
        assert row[COLUMNS].to_dict() == pytest.approx(told["table"].loc[f"gap.{topic}", COLUMNS].to_dict(), abs=SAME_ARITHMETIC)


def test_shares_within_a_point_and_icc_are_those_of_the_library(told: dict[str, Any]) -> None:
    for facet in set(told["facets"].values()):
        assert told["agreement"].close[facet] == pytest.approx(told["table"].estimate[f"close.{facet}"], abs=SAME_ARITHMETIC)
    pair = told["pairs"]["mutual_commitment"][["customers", "provider"]].stack()
    icc = estimate_icc(pair, pair.index.get_level_values("account"))
    assert icc is not None
    assert told["agreement"].icc["mutual_commitment"] == pytest.approx(icc.one, abs=SAME_ARITHMETIC)


def test_the_surface_is_that_of_the_library_and_of_the_claim(told: dict[str, Any]) -> None:
    found, table = told["found"], told["table"]
    for name, row in found["colleagues"].iterrows():
        assert row.estimate == pytest.approx(table.estimate[f"surface.{name}"], abs=SAME_ARITHMETIC)
        assert table.conf_low[f"surface.{name}"] < row.conf_low
    own = told["mutual"].to_frame().set_index("term").estimate
    assert found["own"].estimate["a1"] == pytest.approx(own["own.both_sides.surface_level"], abs=SAME_ARITHMETIC)
    assert found["own"].estimate["a4"] == pytest.approx(own["own.both_sides.surface_gap"], abs=SAME_ARITHMETIC)


def test_a_gap_goes_with_nps_where_it_does_nothing(told: dict[str, Any]) -> None:
    empty = told["empty"]
    assert empty.conf_high["gap, own rating"] < 0
    assert empty.conf_low["both views: the provider's"] < 0 < empty.conf_high["both views: the provider's"]


def thin() -> dict[str, Study]:
    frames = simulate_frames(Truth(respondents=90, accounts=30, provider_sees=1.0), 1)
    nothing = simulate_frames(Truth(respondents=300, accounts=90, halo=0.0, quality_effect=0.0, cocreation_effect=0.0), 1)
    few = simulate_frames(Truth(respondents=24, accounts=8, provider_share=1.0), 1)
    answers, provider = frames.answers, frames.provider
    elements = [name for name in map(str, answers) if name.startswith("element.")]
    statements = [name for name in map(str, answers) if name.startswith("facet.")]
    commitment = [name for name in statements if name.startswith("facet.C")]
    renewal = {"repurchase": SETTINGS["outcomes"]["repurchase"]}

    def rated(study: Study) -> Study:
        return dataclasses.replace(study, provider=provider)

    return {
        "thirty accounts": rated(study_of(answers)),
        "no elements": rated(study_of(answers.drop(columns=elements), elements=None, exposure=None)),
        "elements alone": rated(study_of(answers.drop(columns=statements))),
        "no commitment": rated(study_of(answers.drop(columns=commitment))),
        "the provider rated one facet": dataclasses.replace(study_of(answers), provider=provider[["account", "facet.T1"]]),
        "no NPS": rated(study_of(answers.drop(columns=["nps", "recommend"]), outcomes=renewal)),
        "eight accounts": dataclasses.replace(study_of(few.answers), provider=few.provider),
        "nothing works": dataclasses.replace(study_of(nothing.answers), provider=nothing.provider),
    }


@pytest.mark.parametrize("about", list(thin()))
def test_a_thin_study_stops_no_cell_and_shows_no_small_group(about: str) -> None:
    study = thin()[about]
    names = run_cells(CHAPTER, study, skip=("simulate",))
    assert names["survey"] is study
    assert not (names["agreement"].accounts < study.config.privacy.min_group).any()

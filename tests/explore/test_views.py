"""Results of whole analyses show, frame and plot themselves, and estimates are selected by what they speak of."""

import dataclasses
from pathlib import Path

import pytest

import valuelib as vl
from valuelib.errors import ParameterError
from valuelib.explore.effort import estimate_effort
from valuelib.explore.pooling import explore_portfolio
from valuelib.output.portfolio import pool, read_portfolio
from valuelib.study.load import load_study
from valuelib.study.model import Study

ROOT = Path(__file__).parents[2]
STUDIES = [ROOT / "data" / "portfolio" / name for name in ("kaarna", "louhi")]


@pytest.fixture(scope="module")
def demo() -> Study:
    return load_study(ROOT / "data" / "demo")


def test_the_curve_behind_the_shares_has_a_row_a_specification(demo: Study) -> None:
    found = vl.specifications(demo, "repurchase")
    frame = found.of.to_frame()
    assert {"rule", "adjustment", "family", "estimate", "conf_low", "conf_high", "p_value"} <= set(frame.columns)
    assert len(frame) == len(found.of.specifications)
    assert frame["estimate"].is_monotonic_increasing
    assert frame["primary"].sum() == 1
    assert len(found.to_frame()) == len(found)


def test_an_outcome_that_a_study_lacks_has_no_curve(demo: Study) -> None:
    found = vl.specifications(dataclasses.replace(demo, data=demo.data.drop(columns="repurchase")), "repurchase")
    assert (len(found), found.of, found.figures["curve"], found.tables["verdicts"]) == (0, None, None, None)
    assert found.missing


def test_the_other_ways_of_a_claim_are_those_of_its_finding(demo: Study) -> None:
    found = vl.sensitivity(demo, "repurchase_22_points")
    frame = found.to_frame()
    assert {"term", "role", "estimate"} <= set(frame.columns)
    assert len(frame) > sum(one.role == "sensitivity" for one in found.of.contrasts) > 3
    assert found.plot().get_lines()


def test_a_plan_tells_both_questions() -> None:
    found = vl.plan("nps_60_points")
    assert found.to_frame()["term"].tolist() == ["plan.effect", "plan.claim"]
    assert {"text/html", "text/plain"} <= set(found._repr_mimebundle_())
    with pytest.raises(ParameterError, match=r"expected 0\.05 to 0\.95"):
        vl.plan("nps_60_points", split=2.0)


def test_studies_are_pooled_from_folders_and_from_contents_alike() -> None:
    one, other = read_portfolio(STUDIES)
    assert explore_portfolio([other, one]) == explore_portfolio([one, other])
    assert list(pool(STUDIES).to_frame()["estimate"]) == list(pool(STUDIES[::-1]).to_frame()["estimate"])
    largest_first = sorted((one, other), key=lambda document: -document["study"]["respondents"])
    assert pool(STUDIES).of == pool(STUDIES[::-1]).of == tuple(largest_first)


def test_estimates_are_selected_by_code_and_values(demo: Study) -> None:
    cells = estimate_effort(demo)
    assert cells.where(effort="easy", outcome_key="recommend").to_frame()["enhancement"].tolist() == ["more", "less"]
    (one,) = cells.where("label.goes_with.peers", outcome_key="repurchase")
    assert (one.name, one.language) == ("goes_with.peers.value_enhancement.repurchase", demo.language)
    assert one.df is not None
    assert not cells.where("label.goes_with.peers", outcome_key="nothing")
    assert cells.where(effort="easy").topic == "effort"

"""Results of whole analyses show, frame and plot themselves, and estimates are selected by what they speak of."""

import dataclasses
from pathlib import Path

import pytest

from valuelib.errors import ParameterError
from valuelib.explore.effort import effort
from valuelib.explore.planning import plan
from valuelib.explore.pooling import explore_portfolio
from valuelib.explore.sensitivity import sensitivity
from valuelib.explore.specifications import specifications
from valuelib.output.portfolio import pool, read_portfolio
from valuelib.results import Shown
from valuelib.study.load import load_study
from valuelib.study.model import Study

ROOT = Path(__file__).parents[2]
STUDIES = [ROOT / "data" / "portfolio" / name for name in ("kaarna", "louhi")]


@pytest.fixture(scope="module")
def demo() -> Study:
    return load_study(ROOT / "data" / "demo")


def look_at(result: Shown, columns: set[str]) -> None:
    assert len(repr(result)) < 200
    assert {"text/html", "text/plain"} <= set(result._repr_mimebundle_())
    assert columns <= set(result.to_frame().columns)  # type: ignore[attr-defined]
    assert result.plot().get_lines()  # type: ignore[attr-defined]


def test_a_curve_has_a_row_a_specification(demo: Study) -> None:
    curve = specifications(demo, "repurchase")
    look_at(curve, {"rule", "adjustment", "family", "estimate", "conf_low", "conf_high", "p_value"})
    frame = curve.to_frame()
    assert len(frame) == len(curve.specifications)
    assert frame["estimate"].is_monotonic_increasing
    assert frame["primary"].sum() == 1


def test_an_outcome_that_a_study_lacks_has_no_curve(demo: Study) -> None:
    without = dataclasses.replace(demo, data=demo.data.drop(columns="repurchase"))
    with pytest.raises(ParameterError, match="no specification of 'repurchase'"):
        specifications(without, "repurchase")


def test_the_other_ways_of_a_claim_are_those_of_its_finding(demo: Study) -> None:
    found = sensitivity(demo, "repurchase_22_points")
    look_at(found, {"term", "role", "estimate"})
    assert len(found.to_frame()) > sum(one.role == "sensitivity" for one in found.finding.contrasts) > 3


def test_a_plan_tells_both_questions() -> None:
    look_at(plan("nps_60_points", reps=100), {"question", "respondents", "accounts"})
    with pytest.raises(ParameterError, match=r"expected 0\.05 to 0\.95"):
        plan("nps_60_points", split=2.0)


def test_studies_are_pooled_from_folders_and_from_contents_alike() -> None:
    one, other = read_portfolio(STUDIES)
    portfolio = explore_portfolio([one, other])
    look_at(portfolio, {"claim", "evidence_level", "estimate", "conf_low", "tau", "k"})
    assert explore_portfolio([other, one]).to_frame().equals(portfolio.to_frame())
    assert list(pool(STUDIES).to_frame()["estimate"]) == list(pool(STUDIES[::-1]).to_frame()["estimate"])


def test_estimates_are_selected_by_code_and_values(demo: Study) -> None:
    cells = effort(demo)
    assert cells.where(effort="easy", outcome_key="recommend").to_frame()["enhancement"].tolist() == ["more", "less"]
    (one,) = cells.where("label.goes_with.peers", outcome_key="repurchase")
    assert (one.name, one.language) == ("goes_with.peers.value_enhancement.repurchase", demo.language)
    assert one.df is not None
    assert not cells.where("label.goes_with.peers", outcome_key="nothing")
    assert cells.where(effort="easy").topic == "effort"

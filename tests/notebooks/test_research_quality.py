"""What the chapter on the answers works out by hand equals what the library says."""

from typing import Any

import pytest
import statsmodels.formula.api as smf

import valuelib as vl
from tests.notebooks.chapters import run_cells
from tests.notebooks.test_research import run, thin_studies
from tests.tolerances import SAME_ARITHMETIC
from valuelib.study.quality import measure_quality


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells("01_data_quality", skip=("ch.done",))


def test_means_by_formula_are_those_of_the_library_and_clusters_widen_their_intervals(told: dict[str, Any]) -> None:
    apart, together, ours = told["apart"], told["together"], told["loyalty"]
    assert list(ours.index) == ["nps", "repurchase"]
    for name in ours.index:
        assert together.estimate[name] == pytest.approx(ours.estimate[name], abs=SAME_ARITHMETIC)
        assert together.n[name] == ours.n[name]
        assert apart.std_error[name] * 1.2 < together.std_error[name]
        assert together.std_error[name] == pytest.approx(ours.std_error[name], rel=0.01)  # CR2 is a little wider


def test_three_ways_to_the_design_effect_agree(told: dict[str, Any]) -> None:
    effects = told["effects"]
    assert effects["from statsmodels"].to_numpy() == pytest.approx(effects["from vl.describe"].to_numpy(), rel=0.01)
    assert effects["from the ICC"].to_numpy() == pytest.approx(effects["from vl.describe"].to_numpy(), rel=0.05)


def test_the_icc_is_near_that_of_a_mixed_model_and_gone_when_answers_are_dealt_out(told: dict[str, Any]) -> None:
    answers = told["answers"]
    fitted = smf.mixedlm("perceived_value ~ 1", answers, groups=answers.account).fit()
    between = float(fitted.cov_re.iloc[0, 0])
    assert told["icc"]("perceived_value") == pytest.approx(between / (between + fitted.scale), abs=0.02)
    for name in told["outcomes"]:
        assert told["icc"](name, told["dealt"]) < 0.1 < 0.2 < told["worth"].icc[name]


def test_gaps_straight_lines_and_accounts_are_those_of_the_quality_table(told: dict[str, Any]) -> None:
    quality, used, sizes = measure_quality(told["survey"]), told["used"], told["per_account"]
    assert len(used) == quality.straight_base_n
    assert (used.spread < 1e-9).mean() == pytest.approx(quality.straight_share, abs=SAME_ARITHMETIC)
    assert (sizes.mean(), sizes.max()) == (quality.respondents_per_account_mean, quality.respondents_per_account_max)
    gaps = told["missing"].share
    for element in told["survey"].elements.key:
        assert gaps[element] == pytest.approx(100 * quality.missing_share[f"element.{element}"], abs=SAME_ARITHMETIC)


def test_a_world_without_effect_stops_no_cell() -> None:
    names = run("01_data_quality", vl.simulate("empty", no_effect=True))
    assert (names["worth"].design_effect >= 1).all()


@pytest.mark.parametrize("about", ["no offering, marker or segment", "no elements", "only NPS", "no NPS"])
def test_a_thin_study_stops_no_cell(about: str) -> None:
    study = thin_studies()[about]
    names = run("01_data_quality", study)
    assert names["survey"] is study
    assert not names["beside"].empty

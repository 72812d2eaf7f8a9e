"""Plans from plain parameters and from an earlier study: what is refused, what lies out of reach, what costs more."""

from dataclasses import replace
from pathlib import Path

import pytest

from valuelib.errors import ParameterError
from valuelib.explore.planning import (
    ROUND_TO,
    Plan,
    Setting,
    Wish,
    chances_over,
    check_setting,
    detectable_over,
    make_plan,
    naive_respondents,
    setting_like,
    sizes_around,
)
from valuelib.study.load import load_study
from valuelib.theory.claims import claim
from valuelib.verdict import gather_evidence

DEMO = Path(__file__).parents[2] / "data" / "demo"
REPS = 200


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(Wish(claim="repurchase_22"), Setting(), reps=REPS)


def test_a_plan_covers_both_endings_and_counts_accounts(plan: Plan) -> None:
    effect, excluded = plan.answers
    assert effect.respondents is not None
    assert excluded.respondents is not None
    assert plan.respondents == max(effect.respondents, excluded.respondents)
    assert plan.respondents % ROUND_TO == 0
    assert plan.accounts == pytest.approx(plan.respondents / 2.9, abs=1)
    assert plan.if_true is not None
    assert plan.if_nothing is not None
    assert plan.if_nothing.excluded_share == pytest.approx(0.8, abs=0.12)
    assert naive_respondents(plan) < 0.8 * effect.respondents


def test_the_same_seed_gives_the_same_plan(plan: Plan) -> None:
    assert make_plan(Wish(claim="repurchase_22"), Setting(), reps=REPS) == plan


def test_curves_pass_through_the_plan(plan: Plan) -> None:
    assert plan.respondents is not None
    sizes = (*sizes_around(plan, 4), plan.respondents)
    lifts = detectable_over(plan, sizes)
    assert lifts[-1] == pytest.approx(plan.detectable_points)
    assert lifts[0] is None or lifts[1] is None or lifts[0] > lifts[1]
    ((true, nothing),) = chances_over(plan, (plan.respondents,), reps=REPS)
    assert (true, nothing) == (plan.if_true, plan.if_nothing)


def test_claims_under_test_together_need_more_and_one_question_counts_once() -> None:
    goal = check_setting(Wish(claim="nps_60", together=("nps_60_points",)), Setting())
    assert goal.places == 1
    together = make_plan(Wish(claim="nps_60_points", together=("repurchase_22",), respondents=200), Setting(), reps=50)
    assert together.places == 2
    assert together.more_share == pytest.approx(0.21, abs=0.005)


def test_a_ratio_on_a_small_baseline_is_out_of_reach_and_the_points_are_named() -> None:
    found = make_plan(Wish(claim="nps_60"), Setting(baseline=6), reps=50)
    assert [one.respondents for one in found.answers] == [None, None]
    assert (found.respondents, found.if_true, found.detectable_points) == (None, None, None)
    assert found.gate_respondents is not None
    assert found.gate_respondents > 4000
    assert found.points_claim == "nps_60_points"
    assert sizes_around(found, 5) == ()


def test_everything_wrong_is_told_at_once() -> None:
    wish = Wish(claim="nps_60", size=0.5, together=("nope",), respondents=3)
    with pytest.raises(ParameterError) as told:
        make_plan(wish, Setting(baseline=300, split=0, per_account=0, icc=2, power=1, level=0))
    for word in ("nope", "size", "respondents is 3", "baseline is 300", "split", "per account", "icc", "power", "level"):
        assert word in str(told.value)


@pytest.mark.parametrize(
    ("wish", "baseline", "word"),
    [
        (Wish(claim="repurchase_22"), 90.0, "109.8"),
        (Wish(claim="nps_60"), 0.0, "nps_60_points"),
        (Wish(claim="nps_60"), -10.0, "nps_60_points"),
        (Wish(claim="higher_is_better"), 30.0, "nps_60"),
    ],
)
def test_a_claim_that_no_study_can_test_is_refused(wish: Wish, baseline: float, word: str) -> None:
    with pytest.raises(ParameterError, match=word):
        make_plan(wish, Setting(baseline=baseline))


def test_an_earlier_study_lends_its_baseline_split_sizes_and_clustering() -> None:
    study = load_study(DEMO)
    total = gather_evidence(study, claim("nps_60")).total
    assert total is not None
    bought, found = total.means, setting_like(study, "nps_60")
    assert found.baseline == pytest.approx(100 * bought.values[1], abs=1.0)
    assert found.split == pytest.approx(bought.n[0] / bought.n.sum(), abs=0.01)
    assert found.per_account == pytest.approx(bought.n.sum() / study.data["account"].nunique(), rel=0.05)
    assert 0 < found.icc < 0.3
    assert not found.mixed
    assert found.level == study.config.level


def test_a_study_that_does_not_tell_what_was_bought_lends_nothing() -> None:
    study = load_study(DEMO)
    blind = replace(study, data=study.data.drop(columns="offering"))
    with pytest.raises(ParameterError, match="what was bought"):
        setting_like(blind, "nps_60")

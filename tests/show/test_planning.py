"""A plan in words, tables and pictures: numbers in the reader's language, nothing out of reach shown as if it were not."""

import pytest

from tests.languages import spoken
from tests.tables import printed
from valuelib.explore.planning import Plan, Setting, Wish, chances_over, detectable_over, make_plan, sizes_around
from valuelib.show.localizer import Localizer
from valuelib.show.planning import plot_chances, plot_detectable, say_assumed, say_naive, say_plan, table_answers, table_chances

EN, FI = Localizer("en"), Localizer("fi")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(Wish(claim="repurchase_22_points", together=("nps_60",)), Setting(baseline=50, icc=0.0), reps=100)


@pytest.fixture(scope="module")
def beyond() -> Plan:
    return make_plan(Wish(claim="nps_60"), Setting(baseline=6), reps=50)


def test_the_answer_names_respondents_accounts_and_what_they_show(plan: Plan) -> None:
    said = say_plan(plan)
    assert f"Ask about {EN.count(plan.respondents)} respondents in {EN.count(plan.accounts)} accounts" in said
    assert f"{EN.number(plan.detectable_points)} percentage points" in said
    assert "2 questions under test" in say_assumed(plan)
    assert "vertailutaso 50" in spoken(FI, say_assumed, plan)
    assert "riippumattomina" in spoken(FI, say_naive, plan)


def test_tables_hold_both_questions_and_every_verdict(plan: Plan) -> None:
    assert [row[1] for row in printed(table_answers(plan))] == [EN.count(one.respondents) for one in plan.answers]
    chances = spoken(FI, table_chances, plan)
    assert chances is not None
    assert len(chances.rows) == 5
    assert plan.if_true is not None
    assert chances.rows[1][1].value == plan.if_true.words["consistent"]


def test_pictures_tell_in_words_what_they_show(plan: Plan) -> None:
    sizes = sizes_around(plan, 3)
    for speech in (EN, FI):
        bands = spoken(speech, plot_chances, plan, chances_over(plan, sizes, reps=50))
        curve = spoken(speech, plot_detectable, plan, sizes, detectable_over(plan, sizes))
        assert bands.svg.startswith("<?xml")
        assert speech.count(plan.respondents) in bands.alt
        assert speech.number(plan.detectable_points) in curve.alt


def test_out_of_reach_is_said_and_not_drawn(beyond: Plan) -> None:
    assert "nps_60_points" in say_plan(beyond)
    assert "20,000" in say_plan(beyond)
    assert [row[1:] for row in printed(table_answers(beyond))] == [("over 20,000", "–")] * 2
    assert table_chances(beyond) is None
    assert plot_chances(beyond, ()).alt == say_plan(beyond)
    assert plot_detectable(beyond, (), ()).alt == say_plan(beyond)


def test_an_own_size_is_not_passed_off_as_the_registers() -> None:
    own = make_plan(Wish(claim="nps_60_points", size=40, respondents=60), Setting(), reps=50)
    assert "own size +40.0" in table_answers(own).caption

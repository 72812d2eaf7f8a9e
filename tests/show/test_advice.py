"""Advice follows findings by rule, three things at most, and never from a claim that was not supported."""

import dataclasses

import pytest

from tests.languages import spoken
from tests.show.results import closed, finding, not_testable, raw_only
from valuelib.results import Finding, Message, Value
from valuelib.show.advice import MOST, advise, list_advice
from valuelib.show.localizer import Localizer

EN, FI = Localizer("en"), Localizer("fi")
VALUES: dict[str, Value] = {"lift_pts": 16.1, "low_pts": 5.9, "high_pts": 26.3, "unit_key": "points"}
RULES = [
    (finding(verdict="supported"), "advice.use"),
    (finding(verdict="consistent"), "advice.use"),
    (finding(verdict="smaller"), "advice.use_smaller"),
    (finding(verdict="rejected"), "advice.drop"),
    (finding(verdict="undecided", undecided_why="precision", respondents_needed=620), "advice.collect"),
    (
        finding(verdict="undecided", undecided_why="design", reason=Message(code="reason.conflict", values=VALUES)),
        "advice.settle_conflict",
    ),
    (raw_only(reason=Message(code="reason.design.own_ratings", values=VALUES)), "advice.record_purchases"),
    (closed(), "advice.use_points"),
    (dataclasses.replace(not_testable(), confirmatory=True), "advice.complete"),
]


@pytest.mark.parametrize(("found", "code"), RULES, ids=[code for _, code in RULES])
def test_each_verdict_has_its_advice(found: Finding, code: str) -> None:
    assert [one.code for one in advise([found])] == [code, "advice.repeat"]


def test_an_exploratory_lift_is_never_advised_on() -> None:
    assert [one.code for one in advise([finding(verdict="supported", confirmatory=False)])] == ["advice.repeat"]


def test_nobody_is_asked_for_purchases_that_the_study_already_tells() -> None:
    counted = raw_only(reason=Message(code="reason.design.count", values=VALUES), confirmatory=False)
    assert [one.code for one in advise([finding(), counted])] == ["advice.use_smaller", "advice.repeat"]


def test_three_things_at_most_each_once_and_the_confirmatory_ones_first() -> None:
    exploratory = raw_only(confirmatory=False, reason=Message(code="reason.design.own_ratings", values=VALUES))
    found = [exploratory, exploratory, *(one for one, _ in RULES)]
    shown = list_advice(found)
    assert shown.html.count("<li>") == MOST
    lines = shown.plain.splitlines()[1:]
    assert len(set(lines)) == MOST
    assert "Record what each customer bought" not in lines[0]


@pytest.mark.parametrize("speech", [EN, FI])
def test_every_piece_of_advice_can_be_said(speech: Localizer) -> None:
    for found, _ in RULES:
        shown = spoken(speech, list_advice, [found])
        assert "%(" not in shown.plain
        assert shown.html.count("<li>") == 2

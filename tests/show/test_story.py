"""Does an edition say of every contrast what its evidence shows, and no more?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

import pytest

from tests.clients import SETTINGS, client
from tests.show.results import CLOSED, audited, finding, not_testable, points, ratio, raw_only
from valuelib.results import Contrast, Finding, Message, Part, Verdict
from valuelib.show.localizer import in_language
from valuelib.show.story import Story, board_rows, list_actions, round_up, say_halo_title, say_range, tell_stories
from valuelib.study.model import Study
from valuelib.verdict.assess import assess_all
from valuelib.worlds.truth import Truth

LANGUAGES = ("en", "fi")
HIGHER = {"en": " higher ", "fi": " korkeampi "}
LOWER = {"en": " lower ", "fi": " matalampi "}
NOT_SHOWN = {"en": ("not shown", "whether "), "fi": ("ei ole osoitetusti", "onko ")}  # then nothing is claimed


@pytest.fixture(scope="module")
def study() -> Study:
    """A client whose offerings are known."""
    study = client(Truth(respondents=60, accounts=20))
    names = study.data["offering"].map({1.0: "Partner", 0.0: "Basic"})
    return replace(study, data=study.data.assign(offering_name=names))


def _one(study: Study, *findings: Finding, language: str = "en") -> Story:
    with in_language(language):
        (story,) = tell_stories(findings, study)
    return story


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def _points(**changes: object) -> Finding:
    return finding(**{"claim": "nps_60_points", "metric": "points", "size": 13.0, **changes})


def test_two_readings_of_one_contrast_are_one_story_that_opens_with_the_points(study: Study) -> None:
    story = _one(study, finding(), _points(verdict="consistent"))
    assert [one.claim.id for one in story.findings] == ["nps_60_points", "nps_60"]
    assert (
        _plain(story.title) == "NPS is 7 points higher among customers of Partner: claim of 13 points holds, 60% more is overstated"
    )
    assert len(story.claims) == 2
    assert [claim for claim, _ in story.avoid] == [
        "Customers whose service is rich in higher-tier value have an NPS 60% higher than other customers"
    ]


def test_the_sentences_carry_both_groups_and_the_interval_by_hand(study: Study) -> None:
    story = _one(study, _points(verdict="consistent"))
    assert _plain(story.sentences[0]) == (
        "NPS is 39 among customers of Partner and 32 among others: 7 points higher (1–14) among those who rate the basics alike."
    )
    story = _one(study, _points(verdict="consistent"), language="fi")
    assert _plain(story.sentences[0]) == (
        "NPS on Partner-asiakkailla 39 ja muilla 32: ero on 7 pistettä (1–14) perusasiat samoin arvioivilla."
    )


@pytest.mark.parametrize(("exposure", "marked"), [("delivered", True), ("count", True), ("offering", False)])
def test_only_ratings_are_marked_as_own_ratings(study: Study, exposure: str, marked: bool) -> None:
    number = _one(study, _points(verdict="consistent", exposure=exposure)).number
    assert number is not None
    assert (number.raw is not None) is marked


@pytest.mark.parametrize(("holds", "told"), [("shown", "direction shown"), ("open", "not shown"), ("opposite", "opposite shown")])
def test_the_board_counts_no_parts_of_a_claim_that_has_one(holds: Literal["shown", "open", "opposite"], told: str) -> None:
    part = Part(name="team_link", lift=points(0.3, 0.1, 0.5), unit_key="scale_points_per_point", n=90, accounts=30, holds=holds)
    one, two = (replace(finding(claim="meaningful_work"), parts=(part,) * times) for times in (1, 2))
    with in_language("en"):
        assert [row.figure for row in board_rows([one, two])] == [told, f"{2 * (holds == 'shown')} of 2 parts shown"]


def test_an_interval_that_excludes_zero_is_never_told_to_hold_it(study: Study) -> None:
    """Where the total does not show what the figure at equal ratings does, that is what is said."""
    said = " ".join(_one(study, _points(verdict="rejected")).sentences)
    assert "(1–14)" in said or "+1 to +14" in said
    assert "distinguished from zero" not in said
    assert "is not confirmed" in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", ["supported", "consistent", "smaller", "rejected", "undecided"])
def test_a_title_says_higher_or_lower_only_where_the_evidence_does(study: Study, verdict: Verdict, language: str) -> None:
    for low, high in ((1.1, 13.7), (-3.0, 9.0), (-14.0, -2.0)):
        value = (low + high) / 2
        shown = verdict in ("supported", "consistent", "smaller")
        if shown and low < 0:
            continue  # no finding is of that kind
        opposite = verdict == "rejected" and high < 0
        control = audited(points(value, low, high), ratio(1.1, 0.9, 1.3))
        why = {"undecided_why": "precision"} if verdict == "undecided" else {}
        story = _one(study, _points(verdict=verdict, opposite=opposite, contrasts=(control,), **why), language=language)
        claims_nothing = any(words in story.title for words in NOT_SHOWN[language])
        said_higher = HIGHER[language] in f"{story.title} " and not claims_nothing
        said_lower = LOWER[language] in story.title and not claims_nothing
        assert said_higher == shown, story.title
        assert said_lower == opposite, story.title
        assert bool(story.say) == (shown or opposite), story.say


def test_a_conflict_tells_the_difference_that_both_figures_show_and_calls_its_size_open(study: Study) -> None:
    total = Contrast(name="total", role="total", difference=points(22.0, 11.0, 34.0), ratio=ratio(1.45, 1.2, 1.8))
    conflict = finding(verdict="undecided", undecided_why="design", reason=Message(code="reason.conflict"), total=total)
    assert conflict.reason_code == "conflict"
    story = _one(study, conflict)
    assert story.shape == "higher"
    assert _plain(story.title).endswith("claim of 60% more is undecided")
    assert "22" in story.sentences[1]
    apart = Contrast(name="total", role="total", difference=points(-3.0, -11.0, 5.0), ratio=ratio(0.9, 0.7, 1.2))
    assert (
        _one(study, finding(verdict="undecided", undecided_why="design", reason=Message(code="reason.conflict"), total=apart)).shape
        == "open"
    )


def test_a_reading_that_is_open_for_its_own_reason_takes_nothing_from_the_other(study: Study) -> None:
    gate = finding(verdict="undecided", undecided_why="gate", ratio=CLOSED, contrasts=(audited(points(7.4, 1.1, 13.7), CLOSED),))
    story = _one(study, gate, _points(verdict="consistent"))
    assert story.shape == "higher"


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_ratings_and_missing_data_show_nothing_and_let_nothing_be_said(study: Study, language: str) -> None:
    for one, shape in ((raw_only(exposure="delivered"), "ratings"), (not_testable(), "untested")):
        story = _one(study, one, language=language)
        assert (story.shape, story.say, story.number) == (shape, (), None)
        assert HIGHER[language] not in story.title or any(said in story.title for said in NOT_SHOWN[language])


def test_groups_by_what_was_bought_are_never_called_ratings(study: Study) -> None:
    weak = raw_only(exposure="offering")
    story = _one(study, weak)
    assert story.shape == "unsettled"
    assert _plain(story.title) == "Undecided: whether NPS is higher among customers of Partner (difference +16 points)"
    assert (story.say, story.number) == ((), None)


@pytest.mark.parametrize(("high", "told"), [(20.0, True), (16.0, False)])
def test_halo_is_named_only_where_it_can_make_the_difference(high: float, told: bool) -> None:
    band = Contrast(name="halo_only_band", role="reference", difference=points(high - 4, high - 8, high))
    one = raw_only(exposure="delivered", contrasts=(band,))
    assert bool(say_halo_title(one)) is told  # the raw difference is 16.1


def test_actions_are_three_at_most_and_each_says_who_when_and_how_sure(study: Study) -> None:
    stories = tell_stories([finding(), _points(verdict="consistent"), raw_only(claim="many_elements_nps")], study)
    actions = list_actions(stories, (), [finding()])
    assert 1 <= len(actions) <= 3
    assert all(one.what and one.who and one.when and one.sure for one in actions)
    assert "13 points" not in actions[0].what  # what may be said is the figure found, not the claim


def test_numbers_of_answers_are_rounded_up_and_intervals_told_in_words() -> None:
    assert [round_up(n) for n in (7, 42, 620, 7017, 3991)] == [7, 42, 620, 7100, 4000]
    assert say_range(4.1, 22.3, 0) == "4–22"
    assert _plain(say_range(-4.8, 9.2, 0)) == "−5 to +9"
    with in_language("fi"):
        assert _plain(say_range(-4.8, 9.2, 0)) == "−5 … +9"


# Made-up clients of every kind: the whole board, told in both languages

WORLDS = {
    "nothing": Truth(respondents=200, accounts=70, halo=0.6),
    "planted": Truth(respondents=500, accounts=150, nps_lift=25.0, repurchase_lift=20.0),
    "harm": Truth(respondents=500, accounts=150, nps_lift=-25.0, repurchase_lift=-20.0),
    "thin": Truth(respondents=40, accounts=12, nps_lift=10.0),
    "halo": Truth(respondents=300, accounts=100, halo=0.6, icc=0.4, halo_loading_lower=0.6, halo_loading_higher=0.6),
}
LACKING: dict[str, dict[str, None]] = {
    "everything": {},
    "no purchases": {"exposure": None},
    "no elements": {"elements": None},
}


@pytest.mark.parametrize(
    ("world", "lacking"), [(world, "everything") for world in WORLDS] + [("thin", "no purchases"), ("planted", "no elements")]
)
def test_every_title_of_a_made_up_client_is_borne_out_by_its_findings(world: str, lacking: str) -> None:
    settings = dict(LACKING[lacking])
    study = client(
        WORLDS[world], seed=3, **{**settings, "claims": ["nps_60", "nps_60_points", "repurchase_22", "repurchase_22_points"]}
    )
    findings = assess_all(study)
    for language in LANGUAGES:
        with in_language(language):
            stories = tell_stories(findings, study)
            board = board_rows(findings)
            actions = list_actions(stories, (), findings)
        assert sorted(one.claim.id for story in stories for one in story.findings) == sorted(one.claim.id for one in findings)
        assert len(board) == len(findings)
        assert 1 <= len(actions) <= 3
        for story in stories:
            _check(story, language)
        told = [story.title for story in stories if story.shape != "untested"]
        assert len(set(told)) == len(told)  # two findings of one title would be one


def _check(story: Story, language: str) -> None:
    """The title's direction, its figure and its words for the claims agree with the findings behind it."""
    lead = story.lead
    said = _plain(story.title)
    claims_nothing = any(words in said for words in NOT_SHOWN[language])
    higher = HIGHER[language] in f"{said} " and not claims_nothing
    lower = LOWER[language] in said and not claims_nothing
    if higher or lower:
        deciding = lead.deciding
        assert deciding is not None
        assert deciding.difference is not None
        low, high = deciding.difference.interval
        assert low is not None
        assert high is not None
        assert low > 0 if higher else high < 0
        assert re.search(rf"\b{abs(round(deciding.difference.value))}\b|[.,]", said)
    if story.say:
        assert all(one.verdict != "not_testable" for one in story.findings)
        assert higher or lower or story.shape == "parts"
    if any(one.verdict in ("rejected", "smaller") for one in story.findings if one.confirmatory):
        assert story.avoid
    assert "%(" not in said
    assert not re.search(r"`|_|study\.yaml", said)
    assert SETTINGS["client"] not in said

"""Does each finding become one true, plain sentence in both languages?"""

from __future__ import annotations

import dataclasses

import pytest

from tests.languages import spoken
from tests.show.results import AUDITED, CLOSED, audited, closed, finding, group, not_testable, points, ratio, raw_only
from valuelib.results import Contrast, Finding, Verdict
from valuelib.show.card import card_words
from valuelib.show.localizer import Localizer
from valuelib.show.sentences import (
    name_verdict,
    say_detectable,
    say_evidence_level,
    say_finding,
    say_headline,
    say_outcome,
    say_verdict,
    say_why,
)

EN, FI = Localizer("en"), Localizer("fi")


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_ratio_claim_by_hand() -> None:
    assert _plain(say_finding(finding())) == (
        "Smaller than claimed: NPS is 7.4 points higher among customers with higher-tier value than among other customers "
        "(baseline 32.0; 95% confidence interval of the difference [1.1, 13.7]); as a ratio 1.23 [1.03, 1.52], claimed 1.60."
    )
    assert _plain(spoken(FI, say_finding, finding())) == (
        "Pienempi kuin väitetty: NPS on ylempien tasojen arvoa saavilla asiakkailla 7,4 pistettä korkeampi kuin muilla asiakkailla "
        "(vertailutaso 32,0; eron 95 %:n luottamusväli [1,1; 13,7]); suhdelukuna 1,23 [1,03; 1,52], väite 1,60."
    )


def test_the_sentence_speaks_of_the_deciding_contrast_not_the_raw_one() -> None:
    assert "16.1" not in say_finding(finding())
    assert "16.1" in say_finding(raw_only())


def test_own_ratings_alone_are_called_raw() -> None:
    assert say_finding(raw_only()).startswith("Undecided (raw comparison only): ")
    assert spoken(FI, say_finding, raw_only()).startswith("Ei ratkennut (vain raakavertailu): ")


def test_simultaneous_limits_are_shown_where_there_are_some() -> None:
    lift = points(7.4, 1.1, 13.7)
    wide = type(lift)(value=7.4, se=3.2, df=30.0, ci_low=1.1, ci_high=13.7, ci_low_adjusted=0.2, ci_high_adjusted=14.6)
    assert "[0.2,\N{NO-BREAK SPACE}14.6]" in say_finding(finding(contrasts=(audited(wide, ratio(1.23, 1.03, 1.52)),)))


def test_a_negative_lift_is_lower_and_opposite_is_said() -> None:
    control = audited(points(-12.0, -22.0, -2.0), ratio(0.6, 0.2, 0.95))
    said = say_finding(finding(verdict="rejected", opposite=True, contrasts=(control,)))
    assert said.startswith("Claim does not hold, and the difference points the other way: NPS is 12.0 points lower")
    assert "[−22.0,\N{NO-BREAK SPACE}−2.0]" in said


def test_a_closed_gate_turns_the_claim_into_points() -> None:
    said = _plain(spoken(FI, say_finding, closed()))
    assert "suhdelukua ei voi esittää, mutta väitetty 1,60-kertaisuus merkitsisi tässä +19,2 pistettä" in said
    below = audited(points(7.4, 1.1, 13.7), CLOSED, baseline=-3.0)
    said = say_finding(finding(verdict="undecided", undecided_why="gate", contrasts=(below,)))
    assert said.endswith("; a ratio cannot be given.")


def test_a_points_claim_says_what_was_claimed() -> None:
    said = say_finding(finding(claim="nps_60_points", metric="points", size=13.0))
    assert said.endswith("; the claim says +13.0.")
    assert "as a ratio" not in said


@pytest.mark.parametrize(
    ("claim_id", "wanted"),
    [
        (
            "many_elements_nps",
            "among customers with at least 6 high-value elements than among customers with 1–5 high-value elements",
        ),
        ("effort_loyalty", "among customers with low effort than among customers with high effort"),
        ("higher_is_better", "with each further higher-tier element"),
        ("personal_value_nps", "where the rating is one point higher on the 0–10 scale"),
        ("builds_over_time", "from one survey round to the next"),
    ],
)
def test_each_kind_of_reading_has_its_own_words(claim_id: str, wanted: str) -> None:
    one = raw_only(claim=claim_id)
    assert wanted in say_finding(one)
    assert wanted not in spoken(FI, say_finding, one)


def test_an_association_needs_no_groups() -> None:
    said = say_finding(
        raw_only(claim="hard_to_copy", outcome="inimitability", comparison=None, baseline=None, metric="positive", size=None),
    )
    assert "the association with “how hard the cooperation is to copy” is +16.1" in said


def test_a_repurchase_lift_is_in_percentage_points() -> None:
    assert ": the repurchase rate is 7.4 percentage points higher" in say_finding(finding(outcome="repurchase"))
    assert "7,4\N{NO-BREAK SPACE}prosenttiyksikköä korkeampi" in spoken(FI, say_finding, finding(outcome="repurchase"))


@pytest.mark.parametrize(
    ("kind", "english", "finnish"),
    [
        ("renewed", "the share who renewed is", "sopimuksen uusineiden osuus on"),
        ("retained", "the share still customers is", "asiakkaana pysyneiden osuus on"),
        ("intention", "the share intending to buy again is", "ostoaikeen ilmaisseiden osuus on"),
        ("spend_change", "the repurchase rate is", "uusintaostajien osuus on"),
    ],
)
def test_repurchase_is_called_by_what_was_measured(kind: str, english: str, finnish: str) -> None:
    one = finding(outcome="repurchase", outcome_kind=kind)
    assert english in spoken(EN, say_finding, one)
    assert finnish in spoken(FI, say_finding, one)
    assert spoken(FI, say_outcome, one) == finnish.removesuffix(" on")


def test_not_testable_says_what_is_missing() -> None:
    said = say_finding(not_testable())
    assert said.startswith("Not testable: The data do not tell what each customer bought")
    assert say_headline(not_testable()) == said


def test_the_headline_is_the_sentence_without_its_numbers_in_brackets() -> None:
    assert say_headline(finding()) == (
        "Smaller than claimed: NPS is 7.4 points higher among customers with higher-tier value than among other customers"
    )


VERDICTS: tuple[Verdict, ...] = ("supported", "consistent", "smaller", "rejected", "undecided", "not_testable")


def test_verdict_words_differ() -> None:
    for speech in (EN, FI):
        assert len({spoken(speech, name_verdict, word) for word in VERDICTS}) == len(VERDICTS)
        shown = (spoken(speech, name_verdict, "supported", sized=False), spoken(speech, name_verdict, "consistent"))
        assert shown[0] == shown[1]  # a claim without a size that is shown holds, and no more
    direction = raw_only(claim="builds_over_time")
    for one, word in ((finding(verdict="supported"), "Exceeds the claim"), (direction, "Undecided")):
        assert spoken(EN, say_verdict, one) == word
    assert spoken(FI, name_verdict, "supported", sized=False) == "Väite pitää"


@pytest.mark.parametrize("evidence_level", ["audited", "other_rater", "peers", "direction", "descriptive"])
def test_each_rung_says_what_it_rests_on(evidence_level: str) -> None:
    one = finding(evidence_level=evidence_level, later=True)
    assert say_evidence_level(one).startswith("Evidence: ")
    assert say_evidence_level(one).endswith("The outcome was measured after the ratings.")
    assert spoken(FI, say_evidence_level, one).startswith("Näyttö: ")
    assert spoken(FI, say_evidence_level, not_testable()) == ""


def test_why_and_what_would_settle_it() -> None:
    too_few_clusters = finding(verdict="undecided", undecided_why="precision", respondents_needed=1620)
    assert say_why(too_few_clusters) == "There are too few answers to distinguish the claimed effect from no effect."
    assert _plain(spoken(FI, say_detectable, too_few_clusters)) == (
        "Tällä vastausmäärällä voidaan havaita vähintään noin 14,5 pisteen ero. "
        "Asian ratkaisemiseen tarvitaan noin 1 620 vastausta (nyt 300)."
    )
    assert say_why(raw_only()) == EN.say(raw_only().reason)
    assert say_detectable(raw_only()) == "", "more answers would not settle what the design leaves open"
    assert "percentage points" in say_detectable(finding(outcome="repurchase"))
    assert say_detectable(finding(detectable_points=None)) == ""


def test_the_deciding_control_is_found_by_name() -> None:
    others = (audited(points(1.0, 0.0, 2.0), CLOSED),)
    one: Finding = finding(contrasts=others, comparison=group(1.0))
    assert one.deciding is not None
    assert one.deciding.name == AUDITED


def test_an_interval_is_named_by_its_own_level() -> None:
    wide = dataclasses.replace(points(7.4, 1.1, 13.7), ci_low_adjusted=0.4, ci_high_adjusted=14.4)
    halo = Contrast(name="halo_only_band", role="sensitivity", difference=points(12.0, 4.0, 20.0))
    contrasts = (audited(wide, ratio(1.23, 1.03, 1.52)), halo)
    two, three = (finding(metric="points", size=13.0, interval_level=1 - 0.05 / places, contrasts=contrasts) for places in (2, 3))
    assert "97.5% confidence interval of the difference [0.4, 14.4], widened for two questions)" in _plain(
        spoken(EN, say_finding, two)
    )
    assert "eron 97,5 %:n luottamusväli [0,4; 14,4], levennetty kahden kysymyksen vuoksi)" in _plain(spoken(FI, say_finding, two))
    assert "98.3% confidence interval of the difference [0.4, 14.4], widened for 3 questions)" in _plain(
        spoken(EN, say_finding, three)
    )
    words = spoken(EN, card_words, two)
    assert words.columns[-1].label == "97.5% confidence interval, widened for two questions"
    assert any("97.5% confidence intervals, widened for two questions, so that" in line for line in words.behind)
    assert [str(row[0].value).endswith("(95%)") for row in words.rows] == [False, True, True]  # theirs are the plain ones
    plain = spoken(EN, say_finding, finding(interval_level=0.95))
    assert "95% confidence interval of the difference" in plain
    assert "widened" not in plain

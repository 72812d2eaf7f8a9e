"""Does a card show verdict, evidence and what to keep in mind, by more than colour?"""

from __future__ import annotations

import re
from html import escape

import pytest

from tests.languages import spoken
from tests.show.results import NPS, closed, finding, not_testable, raw_only
from valuelib.results import Finding, Message
from valuelib.show.canvas import VERDICT_LOOKS
from valuelib.show.card import card_html, card_text
from valuelib.show.labels import evidence_contrasts
from valuelib.show.localizer import Localizer

EN, FI = Localizer("en"), Localizer("fi")
WARNINGS = (Message(code="assumption.audited"), Message(code="warning.few_accounts", values={"accounts_n": 12}))
ALL = [
    finding(),
    finding(verdict="supported"),
    finding(verdict="consistent"),
    finding(verdict="rejected"),
    raw_only(),
    not_testable(),
]


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.verdict)
@pytest.mark.parametrize("speech", [EN, FI])
def test_the_badge_has_word_sign_and_colour(one: Finding, speech: Localizer) -> None:
    html = spoken(speech, card_html, one)
    look = VERDICT_LOOKS[one.verdict]
    assert f'aria-hidden="true">{look.sign}</span>{speech.word(one.verdict)}</span>' in html
    assert f"--vl-verdict: {look.colour}" in html


def test_the_deciding_contrast_comes_first_and_the_raw_one_stands_beside_it() -> None:
    assert [control.name for control in evidence_contrasts(finding())] == ["audited.lower_tiers", "raw"]
    html = card_html(finding())
    rows = re.findall(r'<tr( class="vl-deciding")?><th scope="row">([^<]+)</th><td>([^<]+)</td>', html)
    assert rows == [
        (' class="vl-deciding"', "By what was bought, lower tiers held equal (gives the verdict)", "1.23"),
        ("", "Raw comparison", "1.50"),
    ]


def test_nothing_gives_the_verdict_where_only_own_ratings_stand() -> None:
    html = card_html(raw_only())
    assert "gives the verdict" not in html
    assert "vl-deciding" not in html


def test_a_closed_gate_shows_points() -> None:
    assert "<td>+7.4</td>" in card_html(closed())


def test_quiet_notes_are_folded_with_the_caveat_and_what_the_rung_says_is_not_repeated() -> None:
    quiet = Message(code="warning.tier_one_item", values={"tier_key": "individual"})
    html = card_html(finding(warnings=(*WARNINGS[:1], quiet)))
    assert "<details><summary>Evidence: what was bought · 1 thing to keep in mind</summary>" in html
    assert html.count("<li>") == 3  # what the rung assumes, the note, and where the claim comes from
    assert escape(NPS.caveat.en) in html
    assert "to keep in mind" not in card_html(finding(warnings=WARNINGS[:1]))


def test_thin_data_are_told_on_the_card_itself() -> None:
    html = card_html(finding(warnings=WARNINGS))
    assert "Only 12 accounts" in html.partition("<details>")[0]


def test_rejected_is_not_called_no_effect() -> None:
    assert "does not prove that there is no effect" in card_text(finding(verdict="rejected"))
    assert "does not prove" not in card_text(finding())


def test_a_confirmatory_claim_is_told_from_an_exploratory_one() -> None:
    assert "claim under test" in card_html(finding())
    assert "exploratory" in card_html(finding(confirmatory=False))


def test_not_testable_has_no_empty_table() -> None:
    assert "<table" not in spoken(FI, card_html, not_testable())

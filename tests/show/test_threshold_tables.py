"""Do the tables of penalty, reward and consistency say their figures, and the notes what to beware of?"""

import dataclasses

from tests.clients import client
from tests.show.results import estimate, group, points, raw_only
from tests.tables import printed
from valuelib.explore.describe import estimate_tier
from valuelib.explore.estimates import read_label
from valuelib.explore.reliability import estimate_reliability
from valuelib.results import Contrast, Estimate, Message, Step
from valuelib.show.localizer import NONE, Localizer
from valuelib.show.thresholds import apart_notes, reliability_notes, table_levels, table_penalty_reward, table_reliability
from valuelib.verdict.assess import assess
from valuelib.worlds.truth import Truth

EN, FI = Localizer("en"), Localizer("fi")
STEPS = tuple(Step(label=label, group=group(value)) for label, value in (("low", 5.0), ("middle", 40.0), ("high", 60.0)))
FOUND = raw_only(
    claim="table_stakes_necessary",
    metric="positive",
    size=None,
    difference=points(35.0, 25.0, 45.0),
    steps=STEPS,
    contrasts=(
        Contrast(name="reward", role="reference", difference=points(20.0, 12.0, 28.0)),
        Contrast(name="penalty.promise", role="reference", difference=points(15.0, 5.0, 25.0)),
    ),
)


def missing(name: str, code: str) -> Estimate:
    reason = Message(code=code, values={"tier_key": "functional"})
    return Estimate(name=name, label=read_label(name), value=None, unit="coefficient", n=0, accounts=0, reason=reason)


def test_levels_and_both_parts_in_every_view_there_is() -> None:
    assert [row[:2] for row in printed(table_levels(FOUND))] == [
        ("Table stakes not met", "5.0"),
        ("Table stakes met", "40.0"),
        ("Table stakes exceeded", "60.0"),
    ]
    assert printed(table_penalty_reward(FOUND)) == [
        ("Table stakes, as rated", "+35.0 [25.0, 45.0]", "+20.0 [12.0, 28.0]"),
        ("The promise: below, met, exceeded", "+15.0 [5.0, 25.0]", NONE),
    ]


def test_consistency_of_a_study_with_what_the_categories_share() -> None:
    study = client(Truth(respondents=1500, accounts=500))
    found = [*estimate_tier(study, "ease_of_doing_business"), *estimate_reliability(study)]
    table = table_reliability(found)
    rows = {row[0]: row for row in printed(table)}
    assert len(rows) == 5
    assert rows["Ease of doing business"][3] != NONE
    assert rows["Functional value"][3] == NONE
    assert "What all its categories share is the figure to trust: Ease of doing business" in table.note
    assert "few answers" not in table.note


def test_two_items_say_whose_value_it_is_and_one_item_why_there_is_none() -> None:
    pair = [missing("tier.functional.omega", "missing.omega_items"), estimate("tier.functional.spearman_brown", 0.8)]
    assert printed(table_reliability(pair))[0][2].endswith("(Spearman–Brown)")
    assert "Omega takes" not in table_reliability(pair).note
    alone = [missing("tier.functional.alpha", "missing.alpha_items"), missing("tier.functional.omega", "missing.omega_items")]
    assert [message.code for message in reliability_notes(alone)] == ["missing.alpha_items"]


def test_few_answers_or_accounts_are_warned_about() -> None:
    enough = estimate("tier.functional.alpha", 0.8)
    enough = dataclasses.replace(enough, n=400, accounts=100)
    few = dataclasses.replace(enough, n=399), dataclasses.replace(enough, accounts=99)
    assert reliability_notes([enough]) == ()
    for one in few:
        assert [message.code for message in reliability_notes([one])] == ["warning.reliability_small"]


def test_tiers_that_are_not_told_apart_are_named() -> None:
    close, apart = (
        dataclasses.replace(estimate(f"htmt.functional.{other}", value), n=2000)
        for other, value in (("individual", 0.91), ("inspirational", 0.9))
    )
    assert "Functional value – Individual value." in apart_notes([close, apart])[0]
    assert "Inspirational" not in apart_notes([close, apart])[0]
    assert apart_notes([apart]) == ()
    assert "somewhat too narrow" in apart_notes([dataclasses.replace(apart, n=1999)])[0]


def test_the_finding_speaks_of_both_parts_in_both_languages() -> None:
    finding = assess(client(Truth()), "table_stakes_necessary")
    assert "From meeting to exceeding them" in EN.say(finding.reason)
    assert "margin 5.0 either way" in EN.say(finding.reason)
    assert "raja 5,0 kumpaankin suuntaan" in FI.say(finding.reason)

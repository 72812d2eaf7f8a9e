"""How are the recommended targets told: what to work on, why, and which finding each rests on?"""

from __future__ import annotations

from collections.abc import Sequence

from valuelib.explore.recommend import Recommendation
from valuelib.records import Finding
from valuelib.show.chapters import chapter_of
from valuelib.show.display import Shown
from valuelib.show.labels import capital
from valuelib.show.language import Speech
from valuelib.show.passage import Item, Passage, show_passage
from valuelib.show.sentences import say_verdict
from valuelib.theory import Claim

MOST = 5


def list_recommendations(
    found: Sequence[Recommendation], findings: Sequence[Finding], claims: Sequence[Claim], speech: Speech
) -> Shown | None:
    """Where the next effort should go, each with the finding it rests on and a link to its chapter; None where nothing is shown."""
    if not found:
        return None
    by_id = {claim.id: claim for claim in claims}
    by_claim = {finding.claim: finding for finding in findings}
    return show_passage(
        Passage(
            name="recommendations",
            title=speech.text("next_steps.where_next_effort_should"),
            lead=(speech.text("next_steps.only_what_lies_within"),),
            items=tuple(_item(one, by_claim[one.claim], by_id[one.claim], speech) for one in found[:MOST]),
            note=speech.text("next_steps.how_much_target_counts"),
        )
    )


def _item(one: Recommendation, finding: Finding, claim: Claim, speech: Speech) -> Item:
    return Item(
        " ".join([_importance(one, speech), *_gap(one, speech)]),
        capital(speech.word(one.target)),
        speech.text(
            "next_steps.rests_on_evidence",
            statement=claim.statement.say(speech.language).rstrip("."),
            verdict=say_verdict(finding.verdict, speech).lower(),
            rung_key=one.rung,
        ),
        chapter_of(claim),
    )


def _importance(one: Recommendation, speech: Speech) -> str:
    mean = speech.number(one.mean_score, 1)
    if one.kind == "element":
        return speech.text("next_steps.what_ratings_tell_about", share=speech.percent(one.importance / 100, 1), mean=mean)
    return speech.text("next_steps.each_point_more_goes", slope=speech.number(one.importance, 2), mean=mean)


def _gap(one: Recommendation, speech: Speech) -> list[str]:
    if one.gap_score is None or one.gap_score <= 0:
        return []
    gap = speech.number(one.gap_score, 1)
    if one.kind == "element":
        return [speech.text("next_steps.other_side_rates_tier", gap=gap)]
    return [speech.text("next_steps.other_side_rates_points", gap=gap)]

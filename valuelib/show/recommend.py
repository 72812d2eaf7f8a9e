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
            title=speech.text("Where the next effort should go"),
            lead=(
                speech.text(
                    "Only what lies within the reach of a finding that was shown is recommended. In front are the strongest "
                    "evidence and what counts much, is rated low, and looks better to the provider than to the customers."
                ),
            ),
            items=tuple(_item(one, by_claim[one.claim], by_id[one.claim], speech) for one in found[:MOST]),
            note=speech.text(
                "How much a target counts is told by the ratings that go with recommending or with perceived value; that raising "
                "it would raise them is not shown. Try it with a few customers first."
            ),
        )
    )


def _item(one: Recommendation, finding: Finding, claim: Claim, speech: Speech) -> Item:
    return Item(
        " ".join([_importance(one, speech), *_gap(one, speech)]),
        capital(speech.word(one.target)),
        speech.text(
            "(rests on: “%(statement)s”, %(verdict)s; evidence: %(rung_key)s)",
            statement=claim.statement.say(speech.language).rstrip("."),
            verdict=say_verdict(finding.verdict, speech).lower(),
            rung_key=one.rung,
        ),
        chapter_of(claim),
    )


def _importance(one: Recommendation, speech: Speech) -> str:
    mean = speech.number(one.mean_score, 1)
    if one.kind == "element":
        return speech.text(
            "%(share)s of what the ratings tell about recommending, and a mean rating of %(mean)s.",
            share=speech.percent(one.importance / 100, 1),
            mean=mean,
        )
    return speech.text(
        "each point more goes with %(slope)s points of perceived value, and the mean rating is %(mean)s.",
        slope=speech.number(one.importance, 2),
        mean=mean,
    )


def _gap(one: Recommendation, speech: Speech) -> list[str]:
    if one.gap_score is None or one.gap_score <= 0:
        return []
    gap = speech.number(one.gap_score, 1)
    if one.kind == "element":
        return [speech.text("The other side rates this tier %(gap)s points higher.", gap=gap)]
    return [speech.text("The other side rates it %(gap)s points higher.", gap=gap)]

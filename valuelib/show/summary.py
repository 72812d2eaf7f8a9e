"""What does the first page say in one breath, and how are claims and chapters told that the data could not carry?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from valuelib.records import Estimate, Finding, Table, Verdict
from valuelib.show.display import Shown
from valuelib.show.figures.pyramid import TierScore
from valuelib.show.language import Speech
from valuelib.show.passage import Item, Passage, show_passage
from valuelib.show.sentences import say_verdict
from valuelib.study import Study
from valuelib.theory import Claim, tier, tiers

ORDER: tuple[Verdict, ...] = ("supported", "consistent", "smaller", "rejected", "undecided", "not_testable")


def say_summary(findings: Sequence[Finding], speech: Speech) -> str:
    """How many claims were tested and how the verdicts fell, best first."""
    counts = Counter(finding.verdict for finding in findings)
    told = [f"{say_verdict(word, speech).lower()} {counts[word]}" for word in ORDER if counts[word]]
    lead = speech.plural("summary.claims_under_test", len(findings))
    return f"{lead}: {', '.join(told)}."


def say_others(findings: Sequence[Finding], speech: Speech) -> str:
    """The line that opens the exploratory readings."""
    return speech.plural("summary.other_readings_claims", len(findings))


def say_untested(findings: Sequence[Finding], speech: Speech) -> str:
    """The one line for all that could not be tested."""
    return speech.plural("summary.claims_not_tested", len(findings))


def say_untestable(findings: Sequence[Finding], speech: Speech) -> str:
    """Why a chapter has nothing to show, each reason once; empty if any of its claims could be tested."""
    if any(finding.verdict != "not_testable" for finding in findings):
        return ""
    return " ".join(dict.fromkeys(speech.say(finding.reason) for finding in findings))


def say_grouping(study: Study, finding: Finding, speech: Speech) -> str:
    """By which rule the raw comparison forms its groups, for a reader who has not seen study.yaml."""
    threshold = study.config.exposure.threshold
    if finding.exposure == "delivered":
        return speech.text("summary.groups_by_delivered", cut=speech.number(threshold, 0 if threshold == round(threshold) else 1))
    if finding.exposure == "count":
        return speech.text("summary.groups_by_count", cut=speech.number(threshold, 0 if threshold == round(threshold) else 1))
    if finding.exposure == "relative":
        return speech.text("summary.groups_by_relative")
    if finding.exposure == "peers":
        return speech.text("summary.groups_by_colleagues")
    if finding.exposure == "own_mean":
        return speech.text("summary.groups_by_own_mean")
    return speech.text("summary.groups_by_offering")


def say_no_elements(speech: Speech) -> str:
    """The one line of the pyramid's chapter where a study asked about no element."""
    return speech.text("summary.survey_asked_about_no")


def table_untestable(findings: Sequence[Finding], claims: Sequence[Claim], speech: Speech) -> Table:
    """One line for each claim that the data could not test, with what is missing."""
    statements = {claim.id: claim.statement.say(speech.language) for claim in claims}
    return Table(
        name="untestable",
        caption=speech.text("summary.what_not_tested_why"),
        columns=(speech.text("common.claim"), speech.text("common.why")),
        rows=tuple((statements[finding.claim], speech.say(finding.reason)) for finding in findings),
    )


def list_assumed(study: Study, speech: Speech) -> Shown | None:
    """What was taken for granted about the questions, one line each, for whoever knows the survey; None where nothing was."""
    said = list(dict.fromkeys(speech.say(message) for message in study.assumed))
    if not said:
        return None
    title = speech.text("summary.what_assumed_about_questions")
    return show_passage(Passage(name="assumed", title=title, items=tuple(Item(one) for one in said)))


def score_tiers(estimates: Sequence[Estimate], elements: Sequence[str]) -> list[TierScore]:
    """Each tier's mean with the number of its elements that the study asked about."""
    means = {estimate.name: estimate for estimate in estimates}
    mapped = set(elements)
    return [
        TierScore(
            tier_key=level.key,
            estimate=means[f"tier.{level.key}.mean"] if mapped.intersection(level.elements) else None,
            mapped=len(mapped.intersection(level.elements)),
            of=len(tier(level.key).elements),
        )
        for level in tiers()
    ]

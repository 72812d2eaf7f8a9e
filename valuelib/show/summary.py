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
    lead = speech.plural("%(n)s claim under test", "%(n)s claims under test", len(findings))
    return f"{lead}: {', '.join(told)}."


def say_others(findings: Sequence[Finding], speech: Speech) -> str:
    """The line that opens the exploratory readings."""
    return speech.plural("%(n)s other reading of the claims", "%(n)s other readings of the claims", len(findings))


def say_untested(findings: Sequence[Finding], speech: Speech) -> str:
    """The one line for all that could not be tested."""
    return speech.plural("%(n)s claim was not tested", "%(n)s claims were not tested", len(findings))


def say_untestable(findings: Sequence[Finding], speech: Speech) -> str:
    """Why a chapter has nothing to show, each reason once; empty if any of its claims could be tested."""
    if any(finding.verdict != "not_testable" for finding in findings):
        return ""
    return " ".join(dict.fromkeys(speech.say(finding.reason) for finding in findings))


def say_grouping(study: Study, finding: Finding, speech: Speech) -> str:
    """By which rule the raw comparison forms its groups, for a reader who has not seen study.yaml."""
    threshold = study.config.exposure.threshold
    if finding.exposure == "delivered":
        return speech.text(
            "The groups follow the customers' own ratings: on one side those who rate at least one higher-tier element "
            "%(cut)s or more, on the other those who rate none so high.",
            cut=speech.number(threshold, 0 if threshold == round(threshold) else 1),
        )
    if finding.exposure == "count":
        return speech.text(
            "The groups follow the customers' own ratings: on one side those who rate at least six elements %(cut)s or "
            "more, on the other those who rate one to five so high.",
            cut=speech.number(threshold, 0 if threshold == round(threshold) else 1),
        )
    if finding.exposure == "relative":
        return speech.text(
            "The groups follow the customers' own ratings: on one side those whose mean rating of the higher tiers lies above "
            "their mean rating of the lower ones, on the other all others."
        )
    if finding.exposure == "peers":
        return speech.text(
            "The groups follow colleagues' ratings: on one side those whose colleagues in the same account rate the higher "
            "tiers at or above the median, on the other those whose colleagues rate them lower."
        )
    if finding.exposure == "own_mean":
        return speech.text(
            "The groups follow the customers' own ratings: on one side those whose mean rating of the higher tiers is at or "
            "above the median, on the other those below it."
        )
    return speech.text("The groups follow what was bought: the higher-tier offerings on one side, all others on the other.")


def say_no_elements(speech: Speech) -> str:
    """The one line of the pyramid's chapter where a study asked about no element."""
    return speech.text(
        "The survey asked about no element of value; mapping rating questions under elements in study.yaml opens this chapter."
    )


def table_untestable(findings: Sequence[Finding], claims: Sequence[Claim], speech: Speech) -> Table:
    """One line for each claim that the data could not test, with what is missing."""
    statements = {claim.id: claim.statement.say(speech.language) for claim in claims}
    return Table(
        name="untestable",
        caption=speech.text("What was not tested, and why"),
        columns=(speech.text("Claim"), speech.text("Why")),
        rows=tuple((statements[finding.claim], speech.say(finding.reason)) for finding in findings),
    )


def list_assumed(study: Study, speech: Speech) -> Shown | None:
    """What was taken for granted about the questions, one line each, for whoever knows the survey; None where nothing was."""
    said = list(dict.fromkeys(speech.say(message) for message in study.assumed))
    if not said:
        return None
    title = speech.text("What was assumed about the questions")
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

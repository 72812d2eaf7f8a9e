"""What to do next: three things at most, drawn from findings by fixed rules, never from a claim that was not supported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from valuelib.explore.recommend import Recommendation
from valuelib.results import Difference, Finding, Message, Value
from valuelib.show.display import CellOutput, Item, Passage, chapter_of, show_passage
from valuelib.show.labels import capital, unit_of
from valuelib.show.localizer import local
from valuelib.show.sentences import say_verdict

# What should be done next? Three things at most, drawn from findings by fixed rules, never from a claim that was not supported.

MOST = 3
# Only where nobody has told what was bought.
ASKS_PURCHASES = {"reason.design.own_ratings", "reason.design.direction", "reason.design.direction_only"}
BY_VERDICT = {
    "supported": "advice.use",
    "consistent": "advice.use",
    "smaller": "advice.use_smaller",
    "rejected": "advice.drop",
}
BY_WHY = {"precision": "advice.collect", "design": "advice.record_purchases", "gate": "advice.use_points"}


def list_advice(findings: Sequence[Finding]) -> CellOutput:
    """The things to do as a numbered list, in the reader's language."""
    said = {local.say(one): one for one in reversed(list(advise(findings)))}
    chapters = {_statement(finding): chapter_of(finding.claim) for finding in findings}
    items = tuple(_item(line, said[line], chapters) for line in list(said)[::-1][:MOST])
    return show_passage(Passage(name="advice", title=local.text("next_steps.what_do_next"), items=items, numbered=True))


def _item(line: str, message: Message, chapters: Mapping[str, str]) -> Item:
    """The advice, with a link to the chapter of the claim that it speaks of."""
    chapter = chapters.get(str(message.values.get("claim", "")), "")
    return Item(line, rests_on=local.text("next_steps.evidence") if chapter else "", chapter=chapter)


def advise(findings: Sequence[Finding]) -> Iterator[Message]:
    """Advice by rule, the confirmatory claims first: what may be said, what must not, and what would settle the rest."""
    ordered = sorted(findings, key=lambda one: (not one.confirmatory, one.metric == "ratio"))
    if any(finding.confirmatory and finding.evidence_level == "peers" and finding.verdict == "undecided" for finding in ordered):
        yield Message(code="advice.record_offering")
    # Of each outcome the claim under test that needs most answers: its readings are put to the same people.
    most: dict[str | None, Finding] = {}
    for finding in ordered:
        known, needed = most.get(finding.outcome), finding.respondents_needed
        if finding.confirmatory and needed is not None and (known is None or needed > (known.respondents_needed or 0)):
            most[finding.outcome] = finding
    gathered = most
    for finding in ordered:
        if finding.parts:
            yield from _on_parts(finding)
            continue
        lift = finding.deciding.difference if finding.deciding is not None else None
        if finding.verdict in BY_VERDICT and finding.confirmatory and lift is not None:
            code = BY_VERDICT[finding.verdict]
            if code == "advice.use" and finding.evidence_level == "peers":
                code = "advice.use_peers"
            yield _with_figures(code, finding, lift)
        elif finding.confirmatory and finding.undecided_why == "precision" and finding.respondents_needed is not None:
            if gathered[finding.outcome] is finding:
                values: dict[str, Value] = {"claim": _statement(finding), "needed_n": finding.respondents_needed}
                yield Message(code=BY_WHY["precision"], values=values)
        elif finding.reason.code in ASKS_PURCHASES:
            yield Message(code=BY_WHY["design"])
        elif finding.undecided_why == "gate":
            yield Message(code=BY_WHY["gate"])
        elif finding.verdict == "not_testable" and finding.confirmatory:
            yield Message(code="advice.complete", values={"claim": _statement(finding), "why": local.say(finding.reason)})
    yield Message(code="advice.repeat")


def _statement(finding: Finding) -> str:
    return finding.claim.statement.say(local.language).rstrip(".")


def _on_parts(finding: Finding) -> Iterator[Message]:
    """A claim about directions that was under test: say it, or widen the survey to what its least certain part needs."""
    if not finding.confirmatory:
        return
    needed = [part.accounts_needed for part in finding.parts if part.holds != "shown"]
    if finding.verdict == "supported":
        yield Message(code="advice.use_direction", values={"claim": _statement(finding)})
    elif finding.undecided_why == "precision" and needed and None not in needed:
        most = max(one for one in needed if one is not None)
        yield Message(code="advice.collect_parts", values={"claim": _statement(finding), "needed_n": most})


def _with_figures(code: str, finding: Finding, lift: Difference) -> Message:
    low = lift.ci_low if lift.ci_low_adjusted is None else lift.ci_low_adjusted
    high = lift.ci_high if lift.ci_high_adjusted is None else lift.ci_high_adjusted
    values: dict[str, Value] = {"claim": _statement(finding), "lift_pts": lift.value, "low_pts": low, "high_pts": high}
    return Message(code=code, values={**values, "unit_key": unit_of(finding), "outcome_key": finding.outcome or "recommend"})


# Recommended targets: what to work on, why, and the finding each rests on

MOST_RECOMMEND = 5


def list_recommendations(found: Sequence[Recommendation], findings: Sequence[Finding]) -> CellOutput | None:
    """Where the next effort should go, each with the finding it rests on and a link to its chapter; None where nothing is shown."""
    if not found:
        return None
    by_claim = {finding.claim.id: finding for finding in findings}
    return show_passage(
        Passage(
            name="recommendations",
            title=local.text("next_steps.where_next_effort_should"),
            lead=(local.text("next_steps.only_what_lies_within"),),
            items=tuple(_item_recommend(one, by_claim[one.claim]) for one in found[:MOST_RECOMMEND]),
            note=local.text("next_steps.how_much_target_counts"),
        )
    )


def _item_recommend(one: Recommendation, finding: Finding) -> Item:
    return Item(
        " ".join([_importance(one), *_gap(one)]),
        capital(local.word(one.target)),
        local.text(
            "next_steps.rests_on_evidence",
            statement=finding.claim.statement.say(local.language).rstrip("."),
            verdict=say_verdict(finding.verdict).lower(),
            rung_key=one.evidence_level,
        ),
        chapter_of(finding.claim),
    )


def _importance(one: Recommendation) -> str:
    mean = local.number(one.mean_score, 1)
    if one.kind == "element":
        return local.text("next_steps.what_ratings_tell_about", share=local.percent(one.importance / 100, 1), mean=mean)
    return local.text("next_steps.each_point_more_goes", slope=local.number(one.importance, 2), mean=mean)


def _gap(one: Recommendation) -> list[str]:
    if one.gap_score is None or one.gap_score <= 0:
        return []
    gap = local.number(one.gap_score, 1)
    if one.kind == "element":
        return [local.text("next_steps.other_side_rates_tier", gap=gap)]
    return [local.text("next_steps.other_side_rates_points", gap=gap)]

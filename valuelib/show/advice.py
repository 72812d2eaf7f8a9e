"""What to do next: three things at most, drawn from findings by fixed rules, never from a claim that was not supported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from valuelib.explore.recommend import Recommendation
from valuelib.results import Finding, Message, Value
from valuelib.show.display import CellOutput, Item, Passage, chapter_of, show_passage
from valuelib.show.labels import capital, statement_of, unit_of
from valuelib.show.localizer import local
from valuelib.show.sentences import say_verdict

MOST, MAX_TARGETS = 3, 5
# Only where nobody has told what was bought.
ASKS_PURCHASES = {"reason.design.own_ratings", "reason.design.direction", "reason.design.direction_only"}
BY_VERDICT = {
    "supported": "advice.use",
    "consistent": "advice.use",
    "smaller": "advice.use_smaller",
    "rejected": "advice.drop",
}


def list_advice(findings: Sequence[Finding]) -> CellOutput:
    """The things to do as a numbered list, in the reader's language; each with a link to the chapter of the claim it speaks of."""
    chapters = {statement_of(finding): chapter_of(finding.claim) for finding in findings}
    items: dict[str, Item] = {}
    for message in advise(findings):
        line, chapter = local.say(message), chapters.get(str(message.values.get("claim", "")), "")
        rests_on = local.text("next_steps.evidence") if chapter else ""
        items.setdefault(line, Item(line, rests_on=rests_on, chapter=chapter))
    shown = tuple(items.values())[:MOST]
    return show_passage(Passage(name="advice", title=local.text("next_steps.what_do_next"), items=shown, numbered=True))


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
    for finding in ordered:
        values: dict[str, Value] = {"claim": statement_of(finding)}
        tested, precision = finding.confirmatory, finding.undecided_why == "precision"
        if finding.parts:
            # A claim about directions: say it, or widen the survey to what its least certain part needs.
            needed_by = [part.accounts_needed for part in finding.parts if part.holds != "shown"]
            if tested and finding.verdict == "supported":
                yield Message(code="advice.use_direction", values=values)
            elif tested and precision and needed_by and None not in needed_by:
                most_needed = max(one for one in needed_by if one is not None)
                yield Message(code="advice.collect_parts", values={**values, "needed_n": most_needed})
            continue
        lift = finding.deciding.difference if finding.deciding is not None else None
        if finding.verdict in BY_VERDICT and tested and lift is not None:
            code, (low, high) = BY_VERDICT[finding.verdict], lift.interval
            if code == "advice.use" and finding.evidence_level == "peers":
                code = "advice.use_peers"
            elif finding.opposite:
                code = "advice.drop_opposite"
            values |= {"lift_pts": lift.value, "low_pts": low, "high_pts": high}
            fits = "claim_promises_less" if finding.verdict == "supported" else "claim_fits"
            values |= {"unit_key": unit_of(finding), "outcome_key": finding.outcome or "recommend", "fits_key": fits}
            yield Message(code=code, values=values)
        elif tested and precision and finding.respondents_needed is not None:
            if most[finding.outcome] is finding:
                yield Message(code="advice.collect", values={**values, "needed_n": finding.respondents_needed})
        elif tested and finding.reason_code == "conflict":
            yield Message(code="advice.settle_conflict", values=values)
        elif finding.reason.code in ASKS_PURCHASES:
            yield Message(code="advice.record_purchases")
        elif finding.undecided_why == "gate":
            yield Message(code="advice.use_points")
        elif finding.verdict == "not_testable" and tested:
            yield Message(code="advice.complete", values={**values, "why": local.say(finding.reason)})
    yield Message(code="advice.repeat")


def list_recommendations(found: Sequence[Recommendation], findings: Sequence[Finding]) -> CellOutput | None:
    """Where the next effort should go, each with the finding it rests on and a link to its chapter; None where nothing is shown."""
    if not found:
        return None
    by_claim, items = {finding.claim.id: finding for finding in findings}, []
    for one in found[:MAX_TARGETS]:
        finding, mean, element = by_claim[one.claim], local.number(one.mean_score, 1), one.kind == "element"
        if element:
            said = local.text("next_steps.what_ratings_tell_about", share=local.percent(one.importance / 100, 1), mean=mean)
        else:
            said = local.text("next_steps.each_point_more_goes", slope=local.number(one.importance, 2), mean=mean)
        if one.gap_score is not None and one.gap_score > 0:
            higher = "next_steps.other_side_rates_tier" if element else "next_steps.other_side_rates_points"
            said = f"{said} {local.text(higher, gap=local.number(one.gap_score, 1))}"
        verdict = say_verdict(finding).lower()
        values: dict[str, Value] = {"statement": statement_of(finding), "verdict": verdict, "rung_key": one.evidence_level}
        code = "next_steps.rests_on_evidence" if finding.confirmatory else "next_steps.rests_on_exploratory"
        rests_on = local.text(code, **values)
        items.append(Item(said, capital(local.word(one.target)), rests_on, chapter_of(finding.claim)))
    return show_passage(
        Passage(
            name="recommendations",
            title=local.text("next_steps.where_next_effort_should"),
            lead=(local.text("next_steps.only_what_lies_within"),),
            items=tuple(items),
            note=local.text("next_steps.how_much_target_counts"),
        )
    )

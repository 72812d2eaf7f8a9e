"""What should be done next? Three things at most, drawn from findings by fixed rules, never from a claim that was not supported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from valuelib.records import Finding, LiftPoints, Message, Value
from valuelib.show.chapters import chapter_of
from valuelib.show.display import Shown
from valuelib.show.evidence import unit_of
from valuelib.show.language import Speech
from valuelib.show.passage import Item, Passage, show_passage
from valuelib.theory import Claim

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


def list_advice(findings: Sequence[Finding], claims: Sequence[Claim], speech: Speech) -> Shown:
    """The things to do as a numbered list, in the reader's language."""
    statements = {claim.id: claim.statement.say(speech.language).rstrip(".") for claim in claims}
    said = {speech.say(one): one for one in reversed(list(advise(findings, statements, speech)))}
    chapters = {statements[claim.id]: chapter_of(claim) for claim in claims}
    items = tuple(_item(line, said[line], chapters, speech) for line in list(said)[::-1][:MOST])
    return show_passage(Passage(name="advice", title=speech.text("next_steps.what_do_next"), items=items, numbered=True))


def _item(line: str, message: Message, chapters: Mapping[str, str], speech: Speech) -> Item:
    """The advice, with a link to the chapter of the claim that it speaks of."""
    chapter = chapters.get(str(message.values.get("claim", "")), "")
    return Item(line, rests_on=speech.text("next_steps.evidence") if chapter else "", chapter=chapter)


def advise(findings: Sequence[Finding], statements: Mapping[str, str], speech: Speech) -> Iterator[Message]:
    """Advice by rule, the confirmatory claims first: what may be said, what must not, and what would settle the rest."""
    ordered = sorted(findings, key=lambda one: (not one.confirmatory, one.metric == "ratio"))
    if any(finding.confirmatory and finding.rung == "peers" and finding.verdict == "undecided" for finding in ordered):
        yield Message(code="advice.record_offering")
    gathered = _most_needed(ordered)
    for finding in ordered:
        if finding.parts:
            yield from _on_parts(finding, statements)
            continue
        lift = _deciding_lift(finding)
        if finding.verdict in BY_VERDICT and finding.confirmatory and lift is not None:
            code = BY_VERDICT[finding.verdict]
            if code == "advice.use" and finding.rung == "peers":
                code = "advice.use_peers"
            yield _with_figures(code, finding, lift, statements)
        elif finding.confirmatory and finding.undecided_why == "precision" and finding.respondents_needed is not None:
            if gathered[finding.outcome] is finding:
                values: dict[str, Value] = {"claim": statements[finding.claim], "needed_n": finding.respondents_needed}
                yield Message(code=BY_WHY["precision"], values=values)
        elif finding.reason.code in ASKS_PURCHASES:
            yield Message(code=BY_WHY["design"])
        elif finding.undecided_why == "gate":
            yield Message(code=BY_WHY["gate"])
        elif finding.verdict == "not_testable" and finding.confirmatory:
            yield Message(code="advice.complete", values={"claim": statements[finding.claim], "why": speech.say(finding.reason)})
    yield Message(code="advice.repeat")


def _on_parts(finding: Finding, statements: Mapping[str, str]) -> Iterator[Message]:
    """A claim about directions that was under test: say it, or widen the survey to what its least certain part needs."""
    if not finding.confirmatory:
        return
    needed = [part.accounts_needed for part in finding.parts if part.holds != "shown"]
    if finding.verdict == "supported":
        yield Message(code="advice.use_direction", values={"claim": statements[finding.claim]})
    elif finding.undecided_why == "precision" and needed and None not in needed:
        most = max(one for one in needed if one is not None)
        yield Message(code="advice.collect_parts", values={"claim": statements[finding.claim], "needed_n": most})


def _most_needed(findings: Sequence[Finding]) -> dict[str | None, Finding]:
    """Of each outcome the claim under test that needs most answers: its readings are put to the same people."""
    most: dict[str | None, Finding] = {}
    for finding in findings:
        known, needed = most.get(finding.outcome), finding.respondents_needed
        if finding.confirmatory and needed is not None and (known is None or needed > (known.respondents_needed or 0)):
            most[finding.outcome] = finding
    return most


def _deciding_lift(finding: Finding) -> LiftPoints | None:
    return finding.deciding.lift_points if finding.deciding is not None else None


def _with_figures(code: str, finding: Finding, lift: LiftPoints, statements: Mapping[str, str]) -> Message:
    low = lift.ci_low if lift.ci_low_adjusted is None else lift.ci_low_adjusted
    high = lift.ci_high if lift.ci_high_adjusted is None else lift.ci_high_adjusted
    values: dict[str, Value] = {"claim": statements[finding.claim], "lift_pts": lift.value, "low_pts": low, "high_pts": high}
    return Message(code=code, values={**values, "unit_key": unit_of(finding), "outcome_key": finding.outcome or "recommend"})

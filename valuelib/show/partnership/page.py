"""The partnership page: what builds value together here, where the two sides part, and one thing to do for each of them.

Every recommendation is tied to a finding of this report, and says how sure that finding is; none rests on a claim that was not
shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from valuelib.records import Estimate, Finding, Message, Rung, Table
from valuelib.show.display import Shown
from valuelib.show.language import NONE, Speech
from valuelib.show.partnership.facets import find_lever, say_lever
from valuelib.show.partnership.sides import find_gap, say_gaps
from valuelib.show.parts import say_shown_parts
from valuelib.show.passage import Item, Passage, show_passage
from valuelib.show.sentences import say_verdict
from valuelib.theory import Claim, Partnership, claim, claims, facet

SHOWN = ("supported", "consistent", "smaller")


def pick_partnership(findings: Sequence[Finding]) -> list[Finding]:
    """The findings on working together that could be tested: co-creation chapter by chapter, then what else makes it easy."""
    found = {finding.claim: finding for finding in findings if finding.verdict != "not_testable"}
    listed = [claim for claim in claims() if claim.partnership is not None and claim.id in found]
    return [found[claim.id] for claim in sorted(listed, key=lambda one: (one.reading.exposure != "facets", one.chapter))]


def table_partnership(findings: Sequence[Finding], claims: Sequence[Claim], speech: Speech) -> Table:
    """Each statement on working together with its verdict, the evidence that it rests on, and how much of it is shown."""
    by_id = {claim.id: claim for claim in claims}
    return Table(
        name="partnership",
        caption=speech.text("together.what_builds_value_together"),
        columns=(
            speech.text("together.statement"),
            speech.text("common.verdict"),
            speech.text("common.evidence"),
            speech.text("together.shown"),
        ),
        rows=tuple(
            (
                by_id[finding.claim].statement.say(speech.language),
                say_verdict(finding.verdict, speech),
                _evidence(finding.rung, finding.later, speech),
                say_shown_parts(finding.parts, speech) if finding.parts else NONE,
            )
            for finding in findings
        ),
        note=speech.text("together.evidence_weakest_strongest_own"),
    )


def list_partnership(
    findings: Sequence[Finding], estimates: Sequence[Estimate], claims: Sequence[Claim], view: str, speech: Speech
) -> Shown | None:
    """The lever, the widest gap, and one recommendation for either side; None where no statement could be tested."""
    shown = pick_partnership(findings)
    if not shown:
        return None
    statements = {claim.id: claim.statement.say(speech.language).rstrip(".") for claim in claims}
    lead = [f"{say_lever(estimates, speech)}."] if any(one.name.startswith("contribution.") for one in estimates) else []
    if any(one.name.startswith("gap.") for one in estimates):
        lead.append(f"{say_gaps(estimates, view, speech)}.")
    items = (
        Item(
            speech.say(advise_provider(shown, estimates)),
            speech.text("together.for_the_provider"),
            _tie_lever(shown, estimates, statements, speech),
        ),
        Item(
            speech.say(advise_customer(shown, estimates)),
            speech.text("together.for_the_customer"),
            _tie_gap(shown, estimates, statements, speech),
        ),
    )
    title = speech.text("together.thing_each_side")
    return show_passage(Passage(name="partnership.advice", title=title, lead=tuple(lead), items=items))


def advise_provider(findings: Sequence[Finding], estimates: Sequence[Estimate]) -> Message:
    """Where the provider should put its effort: the shown lever, else what would let one be shown."""
    lever = find_lever(estimates)
    if lever is not None:
        return Message(code="advice.provider.lever", values={"facet_key": lever[0], "gain_score": lever[1]})
    if any(finding.verdict in SHOWN for finding in findings):
        return Message(code="advice.provider.keep")
    if any(finding.rung == "direction" for finding in findings):
        return Message(code="advice.provider.rate")
    return Message(code="advice.provider.ask")


def advise_customer(findings: Sequence[Finding], estimates: Sequence[Estimate]) -> Message:
    """What the customer can do: bring the widest gap to the table, else agree on commitment, else answer from two desks."""
    gap = find_gap(estimates)
    if gap is not None:
        code = "advice.customer.gap" if gap[1] > 0 else "advice.customer.gap_own"
        return Message(code=code, values={"facet_key": gap[0], "gap_score": abs(gap[1])})
    commitment = _behind("customer", findings)
    if commitment is not None and commitment.verdict in SHOWN:
        return Message(code="advice.customer.commit")
    return Message(code="advice.customer.two_desks")


def _tie_lever(findings: Sequence[Finding], estimates: Sequence[Estimate], statements: Mapping[str, str], speech: Speech) -> str:
    """The finding behind the provider's advice: the part that is shown, where the lever is a part of a claim."""
    lever = find_lever(estimates)
    named = _behind("provider", findings)
    part = _part_of(lever[0], named) if lever is not None and named is not None else None
    if named is not None and any(one.name == part and one.holds == "shown" for one in named.parts):
        return speech.text("together.rests_part_shown", statement=statements[named.claim], part_key=part)
    return _tie(findings[0] if lever is None or named is None else named, statements, speech)


def _tie_gap(findings: Sequence[Finding], estimates: Sequence[Estimate], statements: Mapping[str, str], speech: Speech) -> str:
    """The finding behind the customer's advice: a gap is a fact, and whether it matters is another claim."""
    matters = _behind("customer", findings) or findings[0]
    if find_gap(estimates) is None:
        return _tie(matters, statements, speech)
    return speech.text(
        "together.gap_shown_whether_agreement",
        statement=statements[matters.claim],
        verdict=say_verdict(matters.verdict, speech).lower(),
    )


def _behind(side: Partnership, findings: Sequence[Finding]) -> Finding | None:
    """The finding on which the advice to one side rests, by the register."""
    ids = [claim.id for claim in claims() if claim.partnership == side]
    return next((one for one in findings if one.claim in ids), None)


def _part_of(facet_key: str, finding: Finding) -> str | None:
    """The first part of the finding's claim that speaks of a facet."""
    statements = facet(facet_key).items
    return next((part.key for part in claim(finding.claim).parts if set(part.statements) & set(statements)), None)


def _tie(finding: Finding, statements: Mapping[str, str], speech: Speech) -> str:
    return speech.text(
        "together.rests_on", statement=statements[finding.claim], verdict=say_verdict(finding.verdict, speech).lower()
    )


def _evidence(rung: Rung | None, later: bool, speech: Speech) -> str:
    if rung is None:
        return NONE
    return f"{speech.word(rung)}, {speech.text('together.outcome_later')}" if later else speech.word(rung)

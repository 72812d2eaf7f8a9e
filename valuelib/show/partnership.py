"""The partnership page: what builds value together here, where the two sides part, and one thing to do for each of them.

Every recommendation is tied to a finding of this report, and says how sure that finding is; none rests on a claim that was not
shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from valuelib.results import Estimate, EvidenceLevel, Finding, Message, Table, pick
from valuelib.show.both_sides import find_gap, say_gaps
from valuelib.show.cocreation import CONTRIBUTIONS, find_potential_gain, say_potential_gain
from valuelib.show.display import CellOutput, Item, Passage, show_passage
from valuelib.show.localizer import local
from valuelib.show.sentences import say_verdict, shown_parts_cell
from valuelib.show.summary import say_untestable
from valuelib.show.tables import column, make_table
from valuelib.study.model import Study
from valuelib.theory.claims import Partnership, claims
from valuelib.theory.facets import facet

# The partnership page: what builds value together here, where the two sides part, and one thing to do for each of them.

SHOWN = ("supported", "consistent", "smaller")


def pick_partnership(findings: Sequence[Finding]) -> list[Finding]:
    """The findings on working together that could be tested: co-creation chapter by chapter, then what else makes it easy."""
    found = {finding.claim.id: finding for finding in findings if finding.verdict != "not_testable"}
    listed = [claim for claim in claims() if claim.partnership is not None and claim.id in found]
    return [found[claim.id] for claim in sorted(listed, key=lambda one: (one.reading.exposure != "facets", one.chapter))]


def table_partnership(findings: Sequence[Finding]) -> Table:
    """Each statement on working together with its verdict, the evidence that it rests on, and how much of it is shown."""
    return make_table(
        name="partnership",
        caption=local.text("together.what_builds_value_together"),
        columns=(
            column("together.statement"),
            column("common.verdict"),
            column("common.evidence"),
            column("together.shown", "count"),
        ),
        rows=(
            (
                finding.claim.statement.say(local.language),
                say_verdict(finding.verdict),
                _evidence(finding.evidence_level, finding.later),
                shown_parts_cell(finding.parts) if finding.parts else None,
            )
            for finding in findings
        ),
        note=local.text("together.evidence_weakest_strongest_own"),
    )


def list_partnership(findings: Sequence[Finding], estimates: Sequence[Estimate], view: str) -> CellOutput | None:
    """The lever, the widest gap, and one recommendation for either side; None where no statement could be tested."""
    shown = pick_partnership(findings)
    if not shown:
        return None
    lead = [f"{say_potential_gain(estimates)}."] if pick(estimates, *CONTRIBUTIONS) else []
    if pick(estimates, "label.gap.facet", "label.gap.item", "label.gap.tier"):
        lead.append(f"{say_gaps(estimates, view)}.")
    items = (
        Item(
            local.say(advise_provider(shown, estimates)),
            local.text("together.for_the_provider"),
            _tie_potential_gain(shown, estimates),
        ),
        Item(
            local.say(advise_customer(shown, estimates)),
            local.text("together.for_the_customer"),
            _tie_gap(shown, estimates),
        ),
    )
    title = local.text("together.thing_each_side")
    return show_passage(Passage(name="partnership.advice", title=title, lead=tuple(lead), items=items))


def advise_provider(findings: Sequence[Finding], estimates: Sequence[Estimate]) -> Message:
    """Where the provider should put its effort: the shown lever, else what would let one be shown."""
    potential_gain = find_potential_gain(estimates)
    if potential_gain is not None:
        return Message(code="advice.provider.lever", values={"facet_key": potential_gain[0], "gain_score": potential_gain[1]})
    if any(finding.verdict in SHOWN for finding in findings):
        return Message(code="advice.provider.keep")
    if any(finding.evidence_level == "direction" for finding in findings):
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


def _tie_potential_gain(findings: Sequence[Finding], estimates: Sequence[Estimate]) -> str:
    """The finding behind the provider's advice: the part that is shown, where the lever is a part of a claim."""
    potential_gain = find_potential_gain(estimates)
    named = _behind("provider", findings)
    part = _part_of(potential_gain[0], named) if potential_gain is not None and named is not None else None
    if named is not None and any(one.name == part and one.holds == "shown" for one in named.parts):
        return local.text("together.rests_part_shown", statement=_statement(named), part_key=part)
    return _tie(findings[0] if potential_gain is None or named is None else named)


def _tie_gap(findings: Sequence[Finding], estimates: Sequence[Estimate]) -> str:
    """The finding behind the customer's advice: a gap is a fact, and whether it matters is another claim."""
    matters = _behind("customer", findings) or findings[0]
    if find_gap(estimates) is None:
        return _tie(matters)
    return local.text(
        "together.gap_shown_whether_agreement",
        statement=_statement(matters),
        verdict=say_verdict(matters.verdict).lower(),
    )


def _behind(side: Partnership, findings: Sequence[Finding]) -> Finding | None:
    """The finding on which the advice to one side rests, by the register."""
    return next((one for one in findings if one.claim.partnership == side), None)


def _part_of(facet_key: str, finding: Finding) -> str | None:
    """The first part of the finding's claim that speaks of a facet."""
    statements = facet(facet_key).items
    return next((part.key for part in finding.claim.parts if set(part.statements) & set(statements)), None)


def _statement(finding: Finding) -> str:
    return finding.claim.statement.say(local.language).rstrip(".")


def _tie(finding: Finding) -> str:
    return local.text("together.rests_on", statement=_statement(finding), verdict=say_verdict(finding.verdict).lower())


def _evidence(evidence_level: EvidenceLevel | None, later: bool) -> str | None:
    if evidence_level is None:
        return None
    return f"{local.word(evidence_level)}, {local.text('together.outcome_later')}" if later else local.word(evidence_level)


# Which columns and files would open a chapter on working together, where a study lacks them? All of them, in one line.

Need = tuple[Callable[[Study], bool], str]


def _measured(column: str) -> Callable[[Study], bool]:
    return lambda study: study.values(column) is not None


def _has_facets(study: Study) -> bool:
    return any(str(column).startswith("facet.") for column in study.data)


def _has_waves(study: Study) -> bool:
    return "wave" in study.all_data and study.all_data["wave"].nunique() > 1


STATEMENTS: Need = (_has_facets, "together.statements_co_creation_cocreation")
VALUE: Need = (_measured("perceived_value"), "together.perceived_value_outcomes_perceived")
NEEDS: Mapping[str, Sequence[Need]] = {
    "effort": (
        (_measured("effort"), "together.ease_effort_outcomes_effort"),
        (_measured("value_enhancement"), "together.whether_customers_get_more"),
        (_measured("repurchase"), "together.staying_outcomes_repurchase"),
    ),
    "cocreation": (
        STATEMENTS,
        VALUE,
        (lambda study: study.provider is not None, "together.provider_ratings_accounts_file"),
    ),
    "sides": (
        STATEMENTS,
        (lambda study: study.provider is not None, "together.provider_partner_view_file"),
    ),
    "time": ((_has_waves, "together.two_surveys_more_columns"), VALUE, STATEMENTS),
    "people": (
        (lambda study: study.employees is not None, "together.account_teams_own_answers"),
        (_measured("team"), "together.each_account_team_employees"),
        VALUE,
    ),
}


def say_lacking(chapter: str, study: Study, findings: Sequence[Finding]) -> str:
    """One line for a chapter without anything to show.

    Args:
        chapter: a key of `NEEDS`.
        study: the study that lacks something.
        findings: the chapter's claims, whose reasons are told where every column is there and the answers are too few.
    """
    lacking = [local.text(said) for has, said in NEEDS[chapter] if not has(study)]
    if not lacking:
        return say_untestable(findings)
    return local.text("together.open_chapter_add_study", needs=local.listing(lacking))


# The chapters on working together, in words, tables and pictures.

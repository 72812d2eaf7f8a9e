"""The partnership page: what builds value together here, where the two sides part, and one thing to do for each of them.

Every recommendation is tied to a finding of this report, and says how sure that finding is; none rests on a claim that was not
shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from valuelib.results import Estimate, Finding, Message, Table, pick
from valuelib.show.both_sides import find_gap, say_gaps
from valuelib.show.cocreation import CONTRIBUTIONS, find_potential_gain, say_potential_gain
from valuelib.show.display import CellOutput, Item, Passage, show_passage
from valuelib.show.labels import statement_of
from valuelib.show.localizer import local
from valuelib.show.sentences import say_verdict, shown_parts_cell
from valuelib.show.summary import say_untestable
from valuelib.show.tables import make_table
from valuelib.study.model import Study
from valuelib.theory.claims import Partnership, claims
from valuelib.theory.facets import facet

SHOWN = ("supported", "consistent", "smaller")


def pick_partnership(findings: Sequence[Finding]) -> list[Finding]:
    """The findings on working together that could be tested: co-creation chapter by chapter, then what else makes it easy."""
    found = {finding.claim.id: finding for finding in findings if finding.verdict != "not_testable"}
    listed = [claim for claim in claims() if claim.partnership is not None and claim.id in found]
    return [found[claim.id] for claim in sorted(listed, key=lambda one: (one.reading.exposure != "facets", one.chapter))]


def table_partnership(findings: Sequence[Finding]) -> Table:
    """Each statement on working together with its verdict, the evidence that it rests on, and how much of it is shown."""

    def evidence(finding: Finding) -> str | None:
        level = None if finding.evidence_level is None else local.word(finding.evidence_level)
        return f"{level}, {local.text('together.outcome_later')}" if level and finding.later else level

    return make_table(
        "partnership",
        local.text("together.what_builds_value_together"),
        ("together.statement", "common.verdict", "common.evidence", ("together.shown", "count")),
        (
            (
                finding.claim.statement.say(local.language),
                say_verdict(finding),
                evidence(finding),
                shown_parts_cell(finding.parts) if finding.parts else None,
            )
            for finding in findings
        ),
        local.text("together.evidence_weakest_strongest_own"),
    )


def list_partnership(findings: Sequence[Finding], estimates: Sequence[Estimate], view: str) -> CellOutput | None:
    """The lever, the widest gap, and one recommendation for either side; None where no statement could be tested."""
    shown = pick_partnership(findings)
    if not shown:
        return None
    lead = [f"{say_potential_gain(estimates)}."] if pick(estimates, *CONTRIBUTIONS) else []
    if pick(estimates, "label.gap.facet", "label.gap.item", "label.gap.tier"):
        lead.append(f"{say_gaps(estimates, view)}.")
    for_provider, for_customer = local.text("together.for_the_provider"), local.text("together.for_the_customer")
    items = (
        Item(local.say(advise_provider(shown, estimates)), for_provider, _behind_provider(shown, estimates)),
        Item(local.say(advise_customer(shown, estimates)), for_customer, _behind_customer(shown, estimates)),
    )
    title = local.text("together.thing_each_side")
    return show_passage(Passage(name="partnership.advice", title=title, lead=tuple(lead), items=items))


def _behind_provider(findings: Sequence[Finding], estimates: Sequence[Estimate]) -> str:
    """The finding behind the provider's advice: the part that is shown, where the lever is a part of a claim."""
    gain, named = find_potential_gain(estimates), _behind("provider", findings)
    if gain is None or named is None:
        return _tie("together.rests_on", findings[0])
    items = set(facet(gain[0]).items)
    part = next((part.key for part in named.claim.parts if items & set(part.statements)), None)
    if any(one.name == part and one.holds == "shown" for one in named.parts):
        return local.text("together.rests_part_shown", statement=statement_of(named), part_key=part)
    return _tie("together.rests_on", named)


def _behind_customer(findings: Sequence[Finding], estimates: Sequence[Estimate]) -> str:
    """The finding behind the customer's advice: a gap is a fact, and whether it matters is another claim."""
    code = "together.rests_on" if find_gap(estimates) is None else "together.gap_shown_whether_agreement"
    return _tie(code, _behind("customer", findings) or findings[0])


def _tie(code: str, finding: Finding) -> str:
    return local.text(code, statement=statement_of(finding), verdict=say_verdict(finding).lower())


# Which columns and files would open a chapter on working together, where a study lacks them: what is there, and how to add it.
SOURCES: Mapping[str, Callable[[Study], bool]] = {
    "together.statements_co_creation_cocreation": lambda study: any(str(name).startswith("facet.") for name in study.data),
    "together.perceived_value_outcomes_perceived": lambda study: study.values("perceived_value") is not None,
    "together.ease_effort_outcomes_effort": lambda study: study.values("effort") is not None,
    "together.whether_customers_get_more": lambda study: study.values("value_enhancement") is not None,
    "together.staying_outcomes_repurchase": lambda study: study.values("repurchase") is not None,
    "together.provider_ratings_accounts_file": lambda study: study.provider is not None,
    "together.provider_partner_view_file": lambda study: study.provider is not None,
    "together.two_surveys_more_columns": lambda study: "wave" in study.all_data and study.all_data["wave"].nunique() > 1,
    "together.account_teams_own_answers": lambda study: study.employees is not None,
    "together.each_account_team_employees": lambda study: study.values("team") is not None,
}

STATEMENTS, VALUE = "together.statements_co_creation_cocreation", "together.perceived_value_outcomes_perceived"

NEEDS: Mapping[str, Sequence[str]] = {
    "effort": (
        "together.ease_effort_outcomes_effort",
        "together.whether_customers_get_more",
        "together.staying_outcomes_repurchase",
    ),
    "cocreation": (STATEMENTS, VALUE, "together.provider_ratings_accounts_file"),
    "sides": (STATEMENTS, "together.provider_partner_view_file"),
    "time": ("together.two_surveys_more_columns", VALUE, STATEMENTS),
    "people": ("together.account_teams_own_answers", "together.each_account_team_employees", VALUE),
}


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


def _behind(side: Partnership, findings: Sequence[Finding]) -> Finding | None:
    """The finding on which the advice to one side rests, by the register."""
    return next((one for one in findings if one.claim.partnership == side), None)


def say_lacking(chapter: str, study: Study, findings: Sequence[Finding]) -> str:
    """One line for a chapter without anything to show.

    Args:
        chapter: a key of `NEEDS`.
        study: the study that lacks something.
        findings: the chapter's claims, whose reasons are told where every column is there and the answers are too few.
    """
    lacking = [local.text(code) for code in NEEDS[chapter] if not SOURCES[code](study)]
    if not lacking:
        return say_untestable(findings)
    return local.text("together.open_chapter_add_study", needs=local.listing(lacking))

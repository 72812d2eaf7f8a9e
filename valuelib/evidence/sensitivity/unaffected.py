"""Does the deciding comparison also "move" something that value cannot move? Then something else differs between the groups."""

from __future__ import annotations

import dataclasses

from valuelib.evidence.adjusted import fit_adjusted
from valuelib.evidence.controls import LOWER, PEERS_LOWER
from valuelib.evidence.groups import colleagues_mean, group_by_offering, group_by_peers
from valuelib.evidence.numbers import control_of
from valuelib.evidence.outcomes import find_outcome
from valuelib.evidence.sensitivity.question import Question
from valuelib.records import Control, Message
from valuelib.theory import LOWER_TIERS

UNAFFECTED = "negative_control.unaffected"


def ask_unaffected(question: Question) -> Control | Message:
    """The verdict's groups and controls (own ratings where nothing decides) on the outcome `unaffected`, in its own points.

    Source: Lipsitch, Tchetgen Tchetgen and Cohen (2010), Epidemiology 21(3), 383-388.
    """
    outcome = find_outcome(question.study, "unaffected")
    if isinstance(outcome, Message):
        return outcome
    rung, lower = question.evidence.rung, question.lower
    by_rung = {"audited": group_by_offering, "peers": group_by_peers}
    grouping = by_rung[rung](question.study) if rung in by_rung else question.own
    if isinstance(grouping, Message):
        return grouping
    if lower is None:
        return Message(code="missing.lower_items")
    peers = colleagues_mean(question.study, LOWER_TIERS) if rung == "peers" else None
    required = {LOWER: lower} if peers is None else {LOWER: lower, PEERS_LOWER: peers}
    found = fit_adjusted(question.study, outcome, grouping.codes, required, name=UNAFFECTED, role="sensitivity")
    if isinstance(found, Message):
        return found
    control = control_of(found.fitted, kind=outcome.kind, level=question.level)
    lift = control.lift_points
    moves = lift is not None and not lift.ci_low <= 0 <= lift.ci_high
    code = "note.other_outcome_moves" if moves else "note.other_outcome"
    return dataclasses.replace(control, note=Message(code=code, values={"outcome_key": "unaffected"}))

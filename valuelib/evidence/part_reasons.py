"""Why a claim about directions stands as it does: how many of its parts are shown, and which one is the least certain."""

from __future__ import annotations

from valuelib.evidence.numbers import Numbers
from valuelib.evidence.record import Evidence
from valuelib.records import Message, Part, Value, Verdict, Why


def part_reason(evidence: Evidence, numbers: Numbers, verdict: Verdict, why: Why | None) -> Message:
    """One sentence that names the part on which the verdict turns, with its figures."""
    parts = numbers.parts
    if why == "design":
        return Message(code="reason.design.parts", values=_values(_weakest(parts), parts))
    if evidence.thin is not None:
        return evidence.thin
    if verdict == "rejected":
        return Message(code="reason.rejected_opposite.parts", values=_values(min(parts, key=_p_other_side), parts))
    if verdict == "supported":
        several = "parts" if len(parts) > 1 else "part"
        return Message(code=f"reason.supported.{several}", values=_values(_weakest(parts), parts))
    part = _weakest(parts)
    known = "" if part.accounts_needed is not None else "_open"
    several = "parts" if len(parts) > 1 else "part"
    return Message(code=f"reason.undecided{known}.{several}", values={**_values(part, parts), "needed_n": part.accounts_needed})


def _weakest(parts: tuple[Part, ...]) -> Part:
    """The part that is least certain on the claimed side: the claim is no surer than this one."""
    return max(parts, key=lambda part: 1.0 if part.lift.p_no_lift is None else part.lift.p_no_lift)


def _p_other_side(part: Part) -> float:
    return 1.0 if part.lift.p_no_lift is None else 1.0 - part.lift.p_no_lift


def _values(part: Part, parts: tuple[Part, ...]) -> dict[str, Value]:
    lift = part.lift
    low = lift.ci_low if lift.ci_low_adjusted is None else lift.ci_low_adjusted
    high = lift.ci_high if lift.ci_high_adjusted is None else lift.ci_high_adjusted
    return {
        "part_key": part.name,
        "effect": lift.value,
        "low_effect": low,
        "high_effect": high,
        "unit_key": part.unit_key,
        "side_key": f"side_{part.side}",
        "shown_n": sum(one.holds == "shown" for one in parts),
        "parts_n": len(parts),
    }

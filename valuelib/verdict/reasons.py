"""Why the verdict is what it is, as a message with the figures it speaks of."""

from __future__ import annotations

from valuelib.results import Contrast, Difference, Message, Part, Ratio, Value, Verdict, Why
from valuelib.stats.loyalty import Kind
from valuelib.verdict.contrast import DIRECTION
from valuelib.verdict.evidence import Evidence
from valuelib.verdict.numbers import Numbers
from valuelib.verdict.thresholds import threshold_reason

# Why a claim about directions stands as it does: how many of its parts are shown, and which one is the least certain.


def part_reason(evidence: Evidence, numbers: Numbers, verdict: Verdict, why: Why | None) -> Message:
    """One sentence that names the part on which the verdict turns, with its figures."""
    parts = numbers.parts
    if why == "design":
        return Message(code="reason.design.parts", values=_values(_weakest(parts), parts))
    if evidence.too_few_clusters is not None:
        return evidence.too_few_clusters
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


# Why the verdict is what it is, as a message with the figures it speaks of.

# What was bought and the lower tiers are known, and still the audited contrast could not be formed.
NOT_FORMED = {"warning.controls_dependent", "warning.audited_not_formed"}
UNIT_KEYS: dict[Kind, str] = {"nps": "points", "rate": "percentage_points", "mean": "scale_points"}


def give_reason(evidence: Evidence, numbers: Numbers, verdict: Verdict, why: Why | None, *, opposite: bool) -> Message:
    """One sentence: what the deciding figure shows against no effect and the claimed size, or what keeps it from deciding."""
    if evidence.parts:
        return part_reason(evidence, numbers, verdict, why)
    if why == "design" and evidence.deciding is None:
        return _design(evidence, numbers)
    if evidence.too_few_clusters is not None:
        return evidence.too_few_clusters
    control = deciding_control(numbers)
    points = control.difference if control else None
    ratio = control.ratio if control else None
    values = {**_points_values(points, evidence), **_ratio_values(ratio), **_claim_values(evidence)}
    if control is not None and control.baseline is not None and control.comparison is not None:
        values |= {"comparison_pts": control.comparison.value, "baseline_pts": control.baseline.value}
        values |= {"baseline_low_pts": control.baseline.ci_low, "baseline_high_pts": control.baseline.ci_high}
    if why == "design":  # a measure that weakens effects has come out below the claim
        return Message(code=f"reason.design.below.{evidence.claim.reading.metric}", values=values)
    if why == "gate":
        return Message(code="reason.undecided.gate", values=values)
    if verdict == "undecided":
        values["needed_n"] = numbers.respondents_needed
    word = "rejected_opposite" if opposite else verdict
    known = "" if verdict != "undecided" or numbers.respondents_needed is not None else "_open"
    return Message(code=f"reason.{word}{known}.{evidence.claim.reading.metric}", values=values)


def _design(evidence: Evidence, numbers: Numbers) -> Message:
    lift = numbers.raw.difference if numbers.raw is not None else None
    if evidence.claim.reading.kind == "penalty_reward":
        return threshold_reason(evidence, numbers, UNIT_KEYS[evidence.kind])
    if evidence.slope is not None:
        code = f"reason.design.{evidence.claim.reading.kind}"
        return Message(code=code, values=_points_values(lift, evidence))
    rule = "count" if evidence.claim.reading.exposure == "count" else "own_ratings"
    rule = "offering" if evidence.exposure == "offering" else rule
    if {warning.code for warning in evidence.warnings} & NOT_FORMED:
        rule = "not_separable"
    values = _points_values(lift, evidence)
    direction = next((one for one in numbers.contrasts if one.name == DIRECTION), None)
    if (
        evidence.evidence_level == "direction"
        and rule != "not_separable"
        and direction is not None
        and direction.difference is not None
    ):
        told = "direction" if lift is not None else "direction_only"
        own = direction.difference
        values |= {
            "own_pts": own.value,
            "own_low_pts": own.ci_low,
            "own_high_pts": own.ci_high,
            "unit_key": UNIT_KEYS[evidence.kind],
        }
        return Message(code=f"reason.design.{told}", values=values)
    return Message(code=f"reason.design.{rule}", values=values)


def deciding_control(numbers: Numbers) -> Contrast | None:
    """The contrast that gives the verdict, in figures."""
    return next((one for one in numbers.contrasts if one.role == "deciding"), None)


def _points_values(lift: Difference | None, evidence: Evidence) -> dict[str, Value]:
    """The simultaneous interval where there is one: it is the one that the verdict keeps to."""
    if lift is None:
        return {}
    low = lift.ci_low if lift.ci_low_adjusted is None else lift.ci_low_adjusted
    high = lift.ci_high if lift.ci_high_adjusted is None else lift.ci_high_adjusted
    return {"lift_pts": lift.value, "low_pts": low, "high_pts": high, "unit_key": UNIT_KEYS[evidence.kind]}


def _ratio_values(ratio: Ratio | None) -> dict[str, Value]:
    if ratio is None or ratio.value is None:
        return {}
    low = ratio.ci_low if ratio.ci_low_adjusted is None else ratio.ci_low_adjusted
    high = ratio.ci_high if ratio.ci_high_adjusted is None else ratio.ci_high_adjusted
    return {"lift_ratio": ratio.value, "low_ratio": low, "high_ratio": high}


def _claim_values(evidence: Evidence) -> dict[str, Value]:
    reading = evidence.claim.reading
    return {"size_ratio": reading.size} if reading.metric == "ratio" else {"size_pts": reading.size}

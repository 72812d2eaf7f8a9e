"""Why the verdict is what it is, as a message with the figures it speaks of."""

from __future__ import annotations

from valuelib.evidence.numbers import Numbers
from valuelib.evidence.part_reasons import part_reason
from valuelib.evidence.record import Evidence
from valuelib.evidence.rungs import DIRECTION
from valuelib.evidence.thresholds import threshold_reason
from valuelib.records import Control, LiftPoints, LiftRatio, Message, Value, Verdict, Why
from valuelib.stats.loyalty import Kind

# What was bought and the lower tiers are known, and still the audited contrast could not be formed.
NOT_FORMED = {"warning.controls_dependent", "warning.audited_not_formed"}
UNIT_KEYS: dict[Kind, str] = {"nps": "points", "rate": "percentage_points", "mean": "scale_points"}


def give_reason(evidence: Evidence, numbers: Numbers, verdict: Verdict, why: Why | None, *, opposite: bool) -> Message:
    """One sentence: what the deciding figure shows against no effect and the claimed size, or what keeps it from deciding."""
    if evidence.parts:
        return part_reason(evidence, numbers, verdict, why)
    if why == "design" and evidence.deciding is None:
        return _design(evidence, numbers)
    if evidence.thin is not None:
        return evidence.thin
    control = deciding_control(numbers)
    points = control.lift_points if control else None
    ratio = control.lift_ratio if control else None
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
    lift = numbers.lift_points
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
    direction = next((one for one in numbers.controls if one.name == DIRECTION), None)
    if evidence.rung == "direction" and rule != "not_separable" and direction is not None and direction.lift_points is not None:
        told = "direction" if lift is not None else "direction_only"
        own = direction.lift_points
        values |= {
            "own_pts": own.value,
            "own_low_pts": own.ci_low,
            "own_high_pts": own.ci_high,
            "unit_key": UNIT_KEYS[evidence.kind],
        }
        return Message(code=f"reason.design.{told}", values=values)
    return Message(code=f"reason.design.{rule}", values=values)


def deciding_control(numbers: Numbers) -> Control | None:
    """The contrast that gives the verdict, in figures."""
    return next((one for one in numbers.controls if one.role == "deciding"), None)


def _points_values(lift: LiftPoints | None, evidence: Evidence) -> dict[str, Value]:
    """The simultaneous interval where there is one: it is the one that the verdict keeps to."""
    if lift is None:
        return {}
    low = lift.ci_low if lift.ci_low_adjusted is None else lift.ci_low_adjusted
    high = lift.ci_high if lift.ci_high_adjusted is None else lift.ci_high_adjusted
    return {"lift_pts": lift.value, "low_pts": low, "high_pts": high, "unit_key": UNIT_KEYS[evidence.kind]}


def _ratio_values(ratio: LiftRatio | None) -> dict[str, Value]:
    if ratio is None or ratio.value is None:
        return {}
    low = ratio.ci_low if ratio.ci_low_adjusted is None else ratio.ci_low_adjusted
    high = ratio.ci_high if ratio.ci_high_adjusted is None else ratio.ci_high_adjusted
    return {"lift_ratio": ratio.value, "low_ratio": low, "high_ratio": high}


def _claim_values(evidence: Evidence) -> dict[str, Value]:
    reading = evidence.claim.reading
    return {"size_ratio": reading.size} if reading.metric == "ratio" else {"size_pts": reading.size}

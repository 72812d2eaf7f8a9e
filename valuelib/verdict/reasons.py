"""Why the verdict is what it is, as a message with the figures it speaks of."""

from __future__ import annotations

from collections.abc import Sequence

from valuelib.results import Contrast, Difference, EvidenceLevel, Message, Part, Value, Verdict, Why
from valuelib.stats.contrasts import Decisions, out_of_reach
from valuelib.stats.exposure import is_inside
from valuelib.stats.loyalty import BOUNDS, SCALE
from valuelib.stats.means import t_quantile
from valuelib.verdict.contrast import DIRECTION
from valuelib.verdict.control import WEAK
from valuelib.verdict.evidence import UNIT_KEYS, Evidence
from valuelib.verdict.numbers import Numbers

# What was bought and the lower tiers are known, and still the contrast by what was bought could not be formed.
NOT_FORMED = {"warning.controls_dependent", "warning.audited_not_formed"}


def in_conflict(evidence: Evidence, by_figure: Sequence[Decisions], level: float) -> bool:
    """Whether the total and the net figure differ beyond chance and disagree, so that more answers would not settle the claim.

    They disagree where one shows a lift or excludes the claimed size from above and the other does not. That one alone exceeds the
    claim is no conflict: the verdict then says no more than the lower one does. Two shown effects on opposite sides always are one.
    """
    if len(by_figure) < 2 or evidence.link is None:
        return False
    net, total = by_figure
    if (net.lift and total.opposite) or (net.opposite and total.lift):
        return True
    gap = evidence.link.gap
    apart = gap.se > 0 and abs(gap.value) > t_quantile(level, gap.df) * gap.se
    return apart and (net.lift, net.below_claim, net.opposite) != (total.lift, total.below_claim, total.opposite)


def largest_lift(evidence: Evidence) -> float | None:
    """The largest lift that is possible where the claimed one is larger still, in points; None where the claim can be met."""
    shown, reading, kind = next(reversed(evidence.figures), None), evidence.claim.reading, evidence.kind
    if shown is None or reading.size is None or reading.metric not in ("ratio", "points"):
        return None
    baseline = float(shown.means.values[1])
    if out_of_reach(baseline, metric=reading.metric, size=reading.size, kind=kind) is None:
        return None
    return SCALE[kind] * (BOUNDS[kind][0 if reading.says_lower else 1] - baseline)


def give_reason(
    evidence: Evidence,
    numbers: Numbers,
    verdict: Verdict,
    why: Why | None,
    *,
    opposite: bool,
    conflict: bool = False,
    weak: bool = False,
) -> Message:
    """One sentence: what the deciding figure shows against no effect and the claimed size, or what keeps it from deciding."""
    if evidence.parts:
        return part_reason(evidence, numbers, verdict, why)
    if why == "design" and evidence.deciding is None:
        return design_reason(evidence, numbers)
    if evidence.blocked is not None:
        return evidence.blocked
    if evidence.too_few_clusters is not None:
        return evidence.too_few_clusters
    reading = evidence.claim.reading
    values: dict[str, Value] = {}
    contrast = next((one for one in numbers.contrasts if one.role == "deciding"), None)
    if contrast is not None:
        values |= _lift_values(contrast.difference, evidence)
        if contrast.ratio is not None and contrast.ratio.value is not None:
            values |= dict(
                zip(("lift_ratio", "low_ratio", "high_ratio"), (contrast.ratio.value, *contrast.ratio.interval), strict=True)
            )
    if reading.size is not None:
        values["size_ratio" if reading.metric == "ratio" else "size_pts"] = reading.size
    if contrast is not None and contrast.baseline is not None and contrast.comparison is not None:
        values |= {"comparison_pts": contrast.comparison.value, "baseline_pts": contrast.baseline.value}
        values |= {"baseline_low_pts": contrast.baseline.ci_low, "baseline_high_pts": contrast.baseline.ci_high}
    if why == "out_of_reach":
        shown = numbers.total if len(evidence.figures) > 1 else contrast
        baseline = shown.baseline.value if shown is not None and shown.baseline is not None else None
        possible = {"largest_pts": largest_lift(evidence), "unit_key": UNIT_KEYS[evidence.kind]}
        return Message(code="reason.out_of_reach", values={**values, "baseline_pts": baseline, **possible})
    if conflict and why == "design":
        return Message(code="reason.conflict", values={**values, **_total_values(numbers.total)})
    if weak and why == "design":
        left = evidence.link.left if evidence.link is not None else 0.0
        return Message(code="reason.weak_control.left", values={**values, "left_pts": left})
    if why == "design":  # a measure that weakens effects has come out below the claim
        return Message(code=f"reason.design.below.{reading.metric}", values=values)
    if why == "gate":
        return Message(code="reason.undecided.gate", values=values)
    if verdict == "undecided":
        values["needed_n"] = numbers.respondents_needed
    word = "rejected_opposite" if opposite else verdict
    known = "" if verdict != "undecided" or numbers.respondents_needed is not None else "_open"
    return Message(code=f"reason.{word}{known}.{'direction' if reading.size is None else reading.metric}", values=values)


def _total_values(total: Contrast | None) -> dict[str, Value]:
    lift = total.difference if total is not None else None
    if lift is None:
        return {}
    low, high = lift.interval
    return {"total_pts": lift.value, "total_low_pts": low, "total_high_pts": high}


def design_reason(evidence: Evidence, numbers: Numbers) -> Message:
    """Why own ratings alone cannot decide here, with the figure that they show."""
    lift, reading = numbers.raw.difference if numbers.raw is not None else None, evidence.claim.reading
    if reading.kind == "penalty_reward":
        return threshold_reason(evidence, numbers, UNIT_KEYS[evidence.kind])
    values = _lift_values(lift, evidence)
    if evidence.slope is not None:
        of_value = reading.outcome == "perceived_value"
        return Message(code="reason.design.dose_value" if of_value else f"reason.design.{reading.kind}", values=values)
    if {warning.code for warning in evidence.warnings} & NOT_FORMED:
        return Message(code="reason.design.not_separable", values=values)
    weak = next((warning for warning in evidence.warnings if warning.code == WEAK), None)
    if weak is not None and evidence.total is not None:
        total = numbers.total.difference if numbers.total is not None else None
        return Message(code="reason.weak_control", values={**_lift_values(total, evidence), **weak.values})
    own = next((one.difference for one in numbers.contrasts if one.name == DIRECTION), None)
    if evidence.evidence_level == EvidenceLevel.DIRECTION and own is not None:
        values |= {
            "own_pts": own.value,
            "own_low_pts": own.ci_low,
            "own_high_pts": own.ci_high,
            "unit_key": UNIT_KEYS[evidence.kind],
        }
        return Message(code=f"reason.design.{'direction' if lift is not None else 'direction_only'}", values=values)
    if evidence.exposure == "offering":
        return Message(code="reason.design.offering", values=values)
    return Message(code=f"reason.design.{'count' if reading.exposure == 'count' else 'own_ratings'}", values=values)


def part_reason(evidence: Evidence, numbers: Numbers, verdict: Verdict, why: Why | None) -> Message:
    """One sentence that names the part on which the verdict turns, with its figures: the least certain one, mostly."""
    parts = numbers.parts
    several = "parts" if len(parts) > 1 else "part"
    # Without a p value a part is as little shown on the claimed side as can be, and as little on the other one.
    weakest = max(parts, key=lambda part: 1.0 if part.lift.p_no_lift is None else part.lift.p_no_lift)
    if why == "design":
        code = "reason.design.within_teams" if evidence.claim.reading.kind == "within_teams" else "reason.design.parts"
        return Message(code=code, values=_part_values(weakest, parts))
    if evidence.too_few_clusters is not None:
        return evidence.too_few_clusters
    if evidence.claim.reading.kind == "necessity":
        return Message(code=f"reason.{verdict}.necessity", values=_part_values(weakest, parts))
    if verdict == "rejected":
        opposite = min(parts, key=lambda part: 1.0 if part.lift.p_no_lift is None else 1.0 - part.lift.p_no_lift)
        return Message(code="reason.rejected_opposite.parts", values=_part_values(opposite, parts))
    if verdict == "supported":
        return Message(code=f"reason.supported.{several}", values=_part_values(weakest, parts))
    known = "" if weakest.accounts_needed is not None else "_open"
    values = {**_part_values(weakest, parts), "needed_n": weakest.accounts_needed}
    return Message(code=f"reason.undecided{known}.{several}", values=values)


def _part_values(part: Part, parts: tuple[Part, ...]) -> dict[str, Value]:
    low, high = part.lift.interval
    return {
        "part_key": part.name,
        "effect": part.lift.value,
        "low_effect": low,
        "high_effect": high,
        "unit_key": part.unit_key,
        "side_key": f"side_{part.side}",
        "shown_n": sum(one.holds == "shown" for one in parts),
        "parts_n": len(parts),
    }


def _lift_values(lift: Difference | None, evidence: Evidence) -> dict[str, Value]:
    """The simultaneous interval where there is one: it is the one that the verdict keeps to."""
    if lift is None:
        return {}
    low, high = lift.interval
    return {"lift_pts": lift.value, "low_pts": low, "high_pts": high, "unit_key": UNIT_KEYS[evidence.kind]}


def threshold_reason(evidence: Evidence, numbers: Numbers, unit_key: str) -> Message:
    """What was seen of both parts, and that own ratings settle neither."""
    penalty = numbers.raw.difference if numbers.raw is not None else None
    reward = next(one.difference for one in numbers.contrasts if one.name == "reward")
    margin = evidence.claim.reading.margin or 0.0
    values: dict[str, Value] = {"margin_score": margin, "unit_key": unit_key}
    for name, lift in (("penalty", penalty), ("reward", reward)):
        if lift is not None:
            values |= {f"{name}_pts": lift.value, f"{name}_low_pts": lift.ci_low, f"{name}_high_pts": lift.ci_high}
            cost = "penalty_shown" if lift.ci_low > 0 else "penalty_reversed" if lift.ci_high < 0 else "penalty_open"
            values[f"{name}_key"] = cost if name == "penalty" else reward_word(lift, margin)
    return Message(code="reason.design.penalty_reward", values=values)


def reward_word(lift: Difference, margin: float) -> str:
    """Whether what exceeding earns is shown to be nothing that counts: an equivalence test, not the lack of a difference."""
    if is_inside(lift.ci_low, lift.ci_high, margin):
        return "reward_inside"
    if lift.ci_low > margin:
        return "reward_beyond"
    return "reward_reversed" if lift.ci_high < -margin else "reward_open"

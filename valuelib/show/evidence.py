"""Which contrast of a finding gave the verdict, on which scale is it read, and where on that scale does the claim lie?"""

from __future__ import annotations

from typing import Literal

from valuelib.records import Control, Finding, LiftPoints, LiftRatio

UnitWord = Literal["points", "percentage_points", "scale_points"]
RAW, HALO_BAND, DIRECTION = "raw", "halo_only_band", "own.lower_tiers"
UNAFFECTED = "negative_control.unaffected"
_NPS = {"recommend", "nps"}
_SHARES = {"repurchase", "expansion", "share_of_purchases"}


def raw_of(finding: Finding) -> Control:
    """The raw contrast of the claim's reading, in the same shape as the controls beside it."""
    return Control(
        name=RAW,
        role="deciding" if finding.deciding is None else "reference",
        comparison=finding.comparison,
        baseline=finding.baseline,
        lift_points=finding.lift_points,
        lift_ratio=finding.lift_ratio,
    )


def deciding_of(finding: Finding) -> Control:
    """The contrast whose interval gave the verdict; the raw one where it stands alone."""
    return finding.deciding or raw_of(finding)


def is_decided(finding: Finding) -> bool:
    """Whether any contrast was allowed to give the verdict; a raw comparison of own ratings never is."""
    return finding.decided_by is not None


def contrasts_of(finding: Finding) -> tuple[Control, ...]:
    """Every contrast that has a number to show: the raw one, then the controls in the finding's order."""
    return tuple(control for control in (raw_of(finding), *finding.controls) if control.lift_points is not None)


def evidence_contrasts(finding: Finding) -> tuple[Control, ...]:
    """The contrasts that stand side by side on a card: the deciding one, the raw one, and what halo alone would show."""
    deciding = deciding_of(finding).name
    shown = (deciding, RAW, HALO_BAND, *((DIRECTION,) if finding.rung == "direction" else ()))
    kept = [control for control in contrasts_of(finding) if control.name in shown]
    return tuple(sorted(kept, key=lambda control: (control.name != deciding, shown.index(control.name))))


def find_control(finding: Finding, name: str) -> Control | None:
    """The control of that name, or None."""
    return next((control for control in finding.controls if control.name == name), None)


def limits_of(lift: LiftPoints | LiftRatio | None) -> tuple[float | None, float | None]:
    """The interval to show: the one that holds for all confirmatory claims together where there is one, since verdicts match it."""
    if lift is None:
        return None, None
    if lift.ci_low_adjusted is not None and lift.ci_high_adjusted is not None:
        return lift.ci_low_adjusted, lift.ci_high_adjusted
    return lift.ci_low, lift.ci_high


def is_widened(finding: Finding) -> bool:
    """Whether the deciding interval is wider than it would be if its claim stood alone."""
    deciding = deciding_of(finding)
    return any(
        lift is not None and limits_of(lift) != (lift.ci_low, lift.ci_high) for lift in (deciding.lift_points, deciding.lift_ratio)
    )


def unit_of(finding: Finding) -> UnitWord:
    """What one point of the lift is: an NPS point, a percentage point, or a point of the 0-10 scale."""
    return unit_of_outcome(finding.outcome)


def unit_of_outcome(outcome: str | None) -> UnitWord:
    """What one point of this outcome is."""
    if outcome in _NPS:
        return "points"
    return "percentage_points" if outcome in _SHARES else "scale_points"


def has_ratio(control: Control) -> bool:
    """Whether the ratio of this contrast is defined well enough to be shown with an interval."""
    ratio = control.lift_ratio
    return ratio is not None and ratio.set == "bounded" and ratio.value is not None and ratio.ci_low is not None


def claimed_points(finding: Finding) -> float | None:
    """The claimed lift in points: as claimed, or (ratio - 1) times the deciding baseline where that is above zero, else None."""
    if finding.size is None or finding.metric == "points":
        return finding.size
    baseline = deciding_of(finding).baseline
    if finding.metric != "ratio" or baseline is None or baseline.value is None or baseline.value <= 0:
        return None
    return (finding.size - 1) * baseline.value


def shown_as_ratio(finding: Finding) -> bool:
    """Whether the claim is read on the scale of ratios: it is claimed as one and the deciding ratio is defined."""
    return finding.metric == "ratio" and has_ratio(deciding_of(finding))

"""Made-up results for the tests of `show`: every verdict, rung and metric, with round figures."""

from __future__ import annotations

import dataclasses
from typing import Any

from valuelib.explore.estimates import read_label
from valuelib.results import Contrast, Difference, Estimate, Finding, Group, Message, Ratio
from valuelib.theory.claims import Claim, claim, stand_in
from valuelib.theory.reading import EvidenceLevel

AUDITED = "audited.lower_tiers"
NPS: Claim = claim("nps_60")
POINTS: Claim = claim("nps_60_points")


def points(value: float, low: float, high: float) -> Difference:
    """A lift in points with a plain interval."""
    return Difference(value=value, se=(high - low) / 4, df=30.0, ci_low=low, ci_high=high)


def ratio(value: float, low: float, high: float) -> Ratio:
    """A bounded ratio."""
    return Ratio(value=value, ci_low=low, ci_high=high, set="bounded")


CLOSED = Ratio(value=None, ci_low=None, ci_high=None, set="exclusive")


def group(value: float, n: int = 150) -> Group:
    """One side of a contrast."""
    return Group(n=n, accounts=44, value=value, se=4.0, ci_low=value - 8, ci_high=value + 8)


def audited(lift: Difference, times: Ratio, *, baseline: float = 32.0) -> Contrast:
    """The deciding contrast."""
    return Contrast(
        name=AUDITED,
        role="deciding",
        comparison=group(baseline + lift.value),
        baseline=group(baseline),
        difference=lift,
        ratio=times,
    )


RAW_FIELDS = ("comparison", "baseline", "difference", "ratio")


def changed(plain: Finding, changes: dict[str, Any]) -> Finding:
    """A finding with changed fields; those of the raw contrast may be named as such, a claim by its id."""
    raw = {name: changes.pop(name) for name in RAW_FIELDS if name in changes}
    if raw:
        before = plain.raw or Contrast(name="raw", role="reference")
        changes["raw"] = dataclasses.replace(before, **raw)
    if changes.get("evidence_level") is not None:
        changes["evidence_level"] = EvidenceLevel(changes["evidence_level"])
    if isinstance(changes.get("claim"), str):
        changes["claim"] = stand_in(
            changes["claim"], *(changes.get(key, getattr(plain, key)) for key in ("outcome", "metric", "size"))
        )
    made = dataclasses.replace(plain, **changes)
    role = "reference" if made.deciding else "deciding"
    return dataclasses.replace(made, raw=made.raw and dataclasses.replace(made.raw, role=role))


def finding(**changes: Any) -> Finding:
    """A claim of 1.60 of which 1.23 [1.03, 1.52] is left; change what a test is about."""
    plain = Finding(
        claim=NPS,
        confirmatory=True,
        verdict="smaller",
        reason=Message(code="missing.no_variation"),
        evidence_level=EvidenceLevel.PURCHASE_RECORD,
        decided_by=AUDITED,
        exposure="offering",
        outcome="recommend",
        metric="ratio",
        size=1.6,
        raw=Contrast(
            name="raw",
            role="reference",
            comparison=group(48.1),
            baseline=group(32.0),
            difference=points(16.1, 5.9, 26.3),
            ratio=ratio(1.5, 1.15, 2.2),
        ),
        contrasts=(audited(points(7.4, 1.1, 13.7), ratio(1.23, 1.03, 1.52)),),
        detectable_points=14.5,
    )
    return changed(plain, changes)


def raw_only(**changes: Any) -> Finding:
    """Own ratings alone: undecided by design."""
    plain = finding(verdict="undecided", undecided_why="design", evidence_level="descriptive", decided_by=None, contrasts=())
    return changed(plain, changes)


def closed(**changes: Any) -> Finding:
    """A ratio claim whose baseline is too near zero."""
    control = audited(points(7.4, 1.1, 13.7), CLOSED)
    return finding(verdict="undecided", undecided_why="gate", ratio=CLOSED, contrasts=(control,), **changes)


def not_testable() -> Finding:
    """A claim for which the study lacks the data."""
    return Finding(claim=NPS, confirmatory=False, verdict="not_testable", reason=Message(code="missing.offering"))


def estimate(name: str, value: float | None, **changes: Any) -> Estimate:
    """A mean score with an interval of 0.3 each way, or one that cannot be had."""
    low, high = (None, None) if value is None else (value - 0.3, value + 0.3)
    reason = Message(code="missing.no_answers") if value is None else None
    plain = Estimate(name=name, value=value, unit="score", n=400, accounts=120, ci_low=low, ci_high=high, reason=reason)
    return dataclasses.replace(plain, label=read_label(name), **changes)

"""The figures of a finding: groups, lifts in points and as ratios, with ordinary and simultaneous intervals."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from scipy.special import stdtr, stdtrit

from valuelib.results import RAW, ClaimShares, Contrast, Difference, Group, Part, Ratio, ShareOfClaim
from valuelib.stats.adjust import FittedMeans
from valuelib.stats.contrasts import (
    Decisions,
    claimed_side,
    estimate_difference,
    estimate_ratio,
    has_variation,
    run_claim_tests,
    share_of_claim,
    t_difference,
)
from valuelib.stats.loyalty import BOUNDS, SCALE, Kind, estimate_group
from valuelib.stats.planning import POWER, detectable_points, respondents_needed
from valuelib.stats.switched import SwitchedMeans
from valuelib.study.model import Study
from valuelib.theory.reading import Reading
from valuelib.verdict.evidence import ContrastMeans, Evidence, Slope, lift_of, number_part

Fig = TypeVar("Fig", Difference, Ratio)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The level that each family of one-sided tests is held to, and how many questions share the error."""

    p: Mapping[str, float]
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What a `Finding` holds in figures, with the level of the interval that is shown; `raw` is of the claim's own reading."""

    interval_level: float

    raw: Contrast | None = None
    total: Contrast | None = None
    contrasts: tuple[Contrast, ...] = ()
    claim_share: ClaimShares | None = None
    parts: tuple[Part, ...] = ()
    detectable_points: float | None = None
    respondents_needed: int | None = None


def number_evidence(study: Study, evidence: Evidence, decisions: Decisions | None, at: Thresholds) -> Numbers:
    """Every figure of the evidence in report units, with the deciding contrast's intervals matched to the decisions."""
    level, kind = study.config.level, evidence.kind
    if evidence.parts:
        together, count = 1 - 2 * at.p["p_no_lift"], len(evidence.parts)  # the level that the claim as a whole is held to
        others = (
            Contrast(name=one.name, role="sensitivity", difference=lift_of(one, level=level), method=one.method)
            for one in evidence.other_parts
        )
        return Numbers(
            interval_level=together,
            parts=tuple(number_part(one, level=level, simultaneous=together, parts=count) for one in evidence.parts),
            contrasts=(*others, *evidence.sensitivity),
        )
    if evidence.slope is not None:
        others = (
            Contrast(name=one.name, role="sensitivity", difference=slope_difference(one, kind, level), method=one.method)
            for one in evidence.other_slopes
        )
        fitted, lift = evidence.slope.fitted, slope_difference(evidence.slope, kind, level)
        everyone = Group(n=int(fitted.n[0]), accounts=int(fitted.n_accounts[0]), value=None)
        reach = sum(float(stdtrit(lift.df, q)) for q in ((1 + level) / 2, POWER))
        return Numbers(
            interval_level=level,
            raw=Contrast(name=RAW, role="deciding", comparison=everyone, difference=lift),
            contrasts=tuple(others),
            detectable_points=SCALE[kind] * reach * float(fitted.coefficient_cr2[1, 1]) ** 0.5,
        )
    simultaneous = 1 - (1 - level) / at.places
    raw = _tested(evidence, evidence.raw, level, simultaneous) if evidence.raw is not None else None
    contrasts = [_tested(evidence, one, level, simultaneous) for one in evidence.contrasts]
    total = None if evidence.total is None else _tested(evidence, evidence.total, level, simultaneous)
    reading = evidence.claim.reading
    if decisions is not None and evidence.too_few_clusters is None:
        contrasts = [_match(one, reading, decisions) if one.role == "deciding" else one for one in contrasts]
        total = total and (_match(total, reading, decisions) if len(evidence.figures) > 1 else total)
    # What both figures must show is as hard as for the one that tells less.
    shown = evidence.figures or ((evidence.raw,) if evidence.raw is not None else ())
    needed = [_needed(one, reading, kind, simultaneous) for one in shown]
    return Numbers(
        interval_level=simultaneous,
        raw=raw and dataclasses.replace(raw, name=RAW, role="deciding" if evidence.deciding is None else "reference", method=""),
        total=total,
        contrasts=(*contrasts, *evidence.sensitivity),
        claim_share=_claim_shares(evidence, level),
        detectable_points=max((detectable_points(one.means, kind=kind, level=simultaneous) for one in shown), default=None),
        respondents_needed=None if None in needed else max((one for one in needed if one is not None), default=None),
    )


def _needed(contrast: ContrastMeans, reading: Reading, kind: Kind, level: float) -> int | None:
    if not reading.sets_groups:
        return None
    return respondents_needed(contrast.means, metric=reading.metric, size=reading.size, kind=kind, level=level)


def _claim_shares(evidence: Evidence, level: float) -> ClaimShares | None:
    """How much of the claimed lift the two figures show; None of a claim without a size, and where nothing decides."""
    reading = evidence.claim.reading
    if evidence.deciding is None or evidence.too_few_clusters is not None or reading.size is None:
        return None
    size, metric = reading.size, reading.metric

    def share(one: ContrastMeans) -> ShareOfClaim | None:
        if metric != "ratio" and metric != "points":
            return None
        return share_of_claim(one.means, metric=metric, size=size, kind=evidence.kind, level=level)

    net, *total = (share(one) for one in evidence.figures)
    return ClaimShares(total=next(iter(total), None), net=net)


def _tested(evidence: Evidence, contrast: ContrastMeans, level: float, simultaneous: float) -> Contrast:
    """The contrast in report units, with the tests of the claim on it."""
    found = contrast_figures(contrast, kind=evidence.kind, level=level, simultaneous=simultaneous)
    means, reading = contrast.means, evidence.claim.reading
    # Without variation in a group the interval is the fallback one, and a test on the CR2 variance would contradict it.
    if found.difference is None or not reading.sets_groups or not has_variation(means):
        return found
    tests = run_claim_tests(means, metric=reading.metric, size=reading.size, kind=evidence.kind)
    p = {"p_no_lift": tests.p_no_lift}
    if reading.size is not None:
        p |= {"p_below_claim": tests.p_below_claim, "p_above_claim": tests.p_above_claim}
    return dataclasses.replace(found, difference=dataclasses.replace(found.difference, **p))


def contrast_figures(contrast: ContrastMeans, *, kind: Kind, level: float, simultaneous: float | None = None) -> Contrast:
    """A contrast in report units, without the tests of any claim.

    A fitted value, or what accounts would have said without their switch, is no count of promoters: it gets a plain t interval,
    held within what is possible, in points all the same.
    """
    means, scale, bounds = contrast.means, SCALE[kind], [SCALE[kind] * bound for bound in BOUNDS[kind]]
    fitted = isinstance(means, (FittedMeans, SwitchedMeans))
    groups = [estimate_group(means, index, kind="mean" if fitted else kind, level=level) for index in (0, 1)]
    if fitted:
        for index, group in enumerate(groups):
            value, se, *limits = (
                None if one is None else scale * one for one in (group.value, group.se, group.ci_low, group.ci_high)
            )
            low, high = (None if one is None else min(max(one, bounds[0]), bounds[1]) for one in limits)
            groups[index] = dataclasses.replace(group, value=value, se=se, ci_low=low, ci_high=high)
    return Contrast(
        name=contrast.name,
        role="reference" if contrast.role == "raw" else contrast.role,
        comparison=groups[0],
        baseline=groups[1],
        difference=estimate_difference(means, kind=kind, level=level, adjusted_level=simultaneous),
        ratio=estimate_ratio(means, kind=kind, level=level, adjusted_level=simultaneous),
        clusters=contrast.totals.n_together,
        method=contrast.method,
    )


def _match(contrast: Contrast, reading: Reading, decisions: Decisions) -> Contrast:
    """Draw the simultaneous limits to the values that Holm's procedure has excluded, so that interval and verdict never disagree.

    Source: Strassburger and Bretz (2008), Statistics in Medicine 27(24), 4914-4927.
    """
    if not reading.sets_groups or contrast.difference is None or contrast.ratio is None:
        return contrast
    upwards = claimed_side(reading.metric, reading.size) > 0

    def drawn(figure: Fig, metric: str, null: float) -> Fig:
        low, high = figure.ci_low_adjusted, figure.ci_high_adjusted
        if low is None or high is None:
            return dataclasses.replace(figure, ci_low_adjusted=None, ci_high_adjusted=None)
        size: list[float] = [reading.size] if reading.metric == metric and reading.size is not None else []
        short: list[float] = [*([null] if decisions.lift else []), *(size if decisions.above_claim else [])]
        beyond: list[float] = [*([null] if decisions.opposite else []), *(size if decisions.below_claim else [])]
        floors, ceilings = ([low, *short], [high, *beyond]) if upwards else ([low, *beyond], [high, *short])
        return dataclasses.replace(figure, ci_low_adjusted=max(floors), ci_high_adjusted=min(ceilings))

    difference, ratio = drawn(contrast.difference, "points", 0.0), drawn(contrast.ratio, "ratio", 1.0)
    return dataclasses.replace(contrast, difference=difference, ratio=ratio)


def ratio_undefined(evidence: Evidence, at: Thresholds, level: float) -> bool:
    """Whether a ratio claim has no ratio to read: at the deciding level the set is no interval, or the baseline not positive."""
    if evidence.claim.reading.metric != "ratio":
        return False
    simultaneous = 1 - (1 - level) / at.places
    return any(estimate_ratio(one.means, kind=evidence.kind, level=simultaneous).value is None for one in evidence.figures)


def slope_difference(slope: Slope, kind: Kind, level: float) -> Difference:
    """A fitted slope as a difference for each unit of the exposure, in report units."""
    fitted = slope.fitted
    value, se = float(fitted.coefficients[1]), float(fitted.coefficient_cr2[1, 1]) ** 0.5
    df = fitted.coefficient_df([float(place == 1) for place in range(len(fitted.coefficients))])
    linearised = float(fitted.coefficient_linearised[1, 1]) ** 0.5
    p = float(stdtr(df, -value / se)) if se > 0 else None
    return t_difference(value, se, df, level=level, scale=SCALE[kind], se_linearised=linearised, p_no_lift=p)

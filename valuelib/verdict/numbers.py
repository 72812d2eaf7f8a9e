"""The figures of a finding: groups, lifts in points and as ratios, with ordinary and simultaneous intervals."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from scipy import stats

from valuelib.results import RAW, Contrast, Difference, Group, Part
from valuelib.stats.adjust import FittedMeans
from valuelib.stats.contrasts import Metric, estimate_difference, estimate_ratio, has_variation, run_claim_tests
from valuelib.stats.loyalty import BOUNDS, SCALE, Kind, estimate_group
from valuelib.stats.planning import POWER, detectable_points, respondents_needed
from valuelib.stats.verdict import Decisions
from valuelib.study.model import Study
from valuelib.verdict.evidence import ContrastMeans, Evidence, Slope, lift_of, number_part


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The level that each family of one-sided tests is held to, and how many questions share the error."""

    p: Mapping[str, float]
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What a `Finding` holds in figures; the raw contrast of the claim's reading first."""

    raw: Contrast | None = None
    contrasts: tuple[Contrast, ...] = ()
    parts: tuple[Part, ...] = ()
    detectable_points: float | None = None
    respondents_needed: int | None = None


def number_evidence(study: Study, evidence: Evidence, decisions: Decisions | None, at: Thresholds) -> Numbers:
    """Every figure of the evidence in report units, with the deciding contrast's intervals matched to the decisions."""
    if evidence.parts:
        return _part_numbers(evidence, study.config.level, at)
    if evidence.slope is not None:
        numbers = _slope_numbers(evidence.slope, evidence.kind, study.config.level)
        return dataclasses.replace(numbers, contrasts=tuple(_slope_control(one, evidence.kind, study) for one in evidence.beside))
    simultaneous = 1 - (1 - study.config.level) / at.places
    raw = _control(evidence, evidence.raw, study.config.level, simultaneous) if evidence.raw is not None else None
    controls = [_control(evidence, one, study.config.level, simultaneous) for one in evidence.others]
    shown = evidence.deciding or evidence.raw
    if evidence.too_few_clusters is not None:
        decisions = None
    return Numbers(
        raw=raw and dataclasses.replace(raw, name=RAW, role="deciding" if evidence.deciding is None else "reference", method=""),
        contrasts=(
            *(_match(one, evidence, decisions) if one.role == "deciding" else one for one in controls),
            *evidence.sensitivity,
        ),
        detectable_points=detectable_points(shown.means, kind=evidence.kind, level=simultaneous) if shown else None,
        respondents_needed=_needed(evidence, shown, simultaneous),
    )


def _part_numbers(evidence: Evidence, level: float, at: Thresholds) -> Numbers:
    """Each part at the level that the claim as a whole is held to, and the same parts asked in other ways."""
    simultaneous = 1 - 2 * at.p["p_no_lift"]
    parts = [number_part(one, level=level, simultaneous=simultaneous, parts=len(evidence.parts)) for one in evidence.parts]
    also = [
        Contrast(name=one.name, role="sensitivity", difference=lift_of(one, level=level), method=one.method)
        for one in evidence.also
    ]
    return Numbers(parts=tuple(parts), contrasts=(*also, *evidence.sensitivity))


def _control(evidence: Evidence, contrast: ContrastMeans, level: float, simultaneous: float) -> Contrast:
    control = control_of(contrast, kind=evidence.kind, level=level, simultaneous=simultaneous)
    means, reading = contrast.means, evidence.claim.reading
    # Without variation in a group the interval is the fallback one, and a test on the CR2 variance would contradict it.
    if control.difference is None or reading.size is None or reading.metric not in ("ratio", "points") or not has_variation(means):
        return control
    metric: Metric = "ratio" if reading.metric == "ratio" else "points"
    tests = run_claim_tests(means, metric=metric, size=reading.size, kind=evidence.kind)
    p = {"p_no_lift": tests.p_no_lift, "p_below_claim": tests.p_below_claim, "p_above_claim": tests.p_above_claim}
    return dataclasses.replace(control, difference=dataclasses.replace(control.difference, **p))


def control_of(contrast: ContrastMeans, *, kind: Kind, level: float, simultaneous: float | None = None) -> Contrast:
    """A contrast in report units, without the tests of any claim."""
    means = contrast.means
    # A fitted value is no count of promoters: it gets a plain t interval, in points all the same.
    groups = [
        _in_points(estimate_group(means, index, kind="mean", level=level), kind)
        if isinstance(means, FittedMeans)
        else estimate_group(means, index, kind=kind, level=level)
        for index in (0, 1)
    ]
    return Contrast(
        name=contrast.name,
        role="reference" if contrast.role == "raw" else contrast.role,
        comparison=groups[0],
        baseline=groups[1],
        difference=estimate_difference(means, kind=kind, level=level, adjusted_level=simultaneous),
        ratio=estimate_ratio(means, kind=kind, level=level, adjusted_level=simultaneous),
        method=contrast.method,
    )


def _in_points(group: Group, kind: Kind) -> Group:
    """A fitted figure in report units, its interval held within what is possible."""
    scale, (lowest, highest) = SCALE[kind], BOUNDS[kind]

    def times(value: float | None) -> float | None:
        return None if value is None else scale * value

    def held(value: float | None) -> float | None:
        return None if value is None else min(max(scale * value, scale * lowest), scale * highest)

    return Group(
        n=group.n,
        accounts=group.accounts,
        value=times(group.value),
        se=times(group.se),
        ci_low=held(group.ci_low),
        ci_high=held(group.ci_high),
    )


def _match(control: Contrast, evidence: Evidence, decisions: Decisions | None) -> Contrast:
    """Draw the simultaneous limits to the values that Holm's procedure has excluded, so that interval and verdict never disagree.

    Source: Strassburger and Bretz (2008), Statistics in Medicine 27(24), 4914-4927.
    """
    reading = evidence.claim.reading
    if decisions is None or reading.size is None or control.difference is None or control.ratio is None:
        return control
    points, ratio = control.difference, control.ratio
    claimed = {
        "points": reading.size if reading.metric == "points" else None,
        "ratio": reading.size if reading.metric == "ratio" else None,
    }
    low, high = _drawn(points.ci_low_adjusted, points.ci_high_adjusted, 0.0, claimed["points"], decisions)
    times_low, times_high = _drawn(ratio.ci_low_adjusted, ratio.ci_high_adjusted, 1.0, claimed["ratio"], decisions)
    return dataclasses.replace(
        control,
        difference=dataclasses.replace(points, ci_low_adjusted=low, ci_high_adjusted=high),
        ratio=dataclasses.replace(ratio, ci_low_adjusted=times_low, ci_high_adjusted=times_high),
    )


def _drawn(
    low: float | None, high: float | None, null: float, claim: float | None, decisions: Decisions
) -> tuple[float, float] | tuple[None, None]:
    if low is None or high is None:
        return None, None
    floors = [low, *([null] if decisions.lift else []), *([claim] if claim is not None and decisions.above_claim else [])]
    ceilings = [high, *([null] if decisions.opposite else []), *([claim] if claim is not None and decisions.below_claim else [])]
    return max(floors), min(ceilings)


def ratio_undefined(evidence: Evidence, at: Thresholds, level: float) -> bool:
    """Whether a ratio claim has no ratio to read: at the deciding level the set is no interval, or the baseline not positive."""
    if evidence.deciding is None or evidence.claim.reading.metric != "ratio":
        return False
    simultaneous = 1 - (1 - level) / at.places
    return estimate_ratio(evidence.deciding.means, kind=evidence.kind, level=simultaneous).value is None


def _needed(evidence: Evidence, shown: ContrastMeans | None, level: float) -> int | None:
    reading = evidence.claim.reading
    if shown is None or reading.size is None or reading.metric not in ("ratio", "points"):
        return None
    return respondents_needed(shown.means, metric=reading.metric, size=reading.size, kind=evidence.kind, level=level)


def _slope_numbers(slope: Slope, kind: Kind, level: float) -> Numbers:
    fitted, scale = slope.fitted, SCALE[kind]
    value, se = float(fitted.coefficients[1]), float(fitted.coefficient_cr2[1, 1]) ** 0.5
    df = fitted.coefficient_df([float(place == 1) for place in range(len(fitted.coefficients))])
    t_level, t_power = (float(stats.t.ppf(q, df)) for q in ((1 + level) / 2, POWER))
    raw = Contrast(
        name=RAW,
        role="deciding",
        comparison=Group(n=int(fitted.n[0]), accounts=int(fitted.n_accounts[0]), value=None),
        difference=Difference(
            value=scale * value,
            se=scale * se,
            df=df,
            se_linearised=scale * float(fitted.coefficient_linearised[1, 1]) ** 0.5,
            ci_low=scale * (value - t_level * se),
            ci_high=scale * (value + t_level * se),
            p_no_lift=float(stats.t.sf(value / se, df)) if se > 0 else None,
        ),
    )
    return Numbers(raw=raw, detectable_points=scale * (t_level + t_power) * se)


def _slope_control(slope: Slope, kind: Kind, study: Study) -> Contrast:
    """The same slope asked in another way: shown beside, never deciding."""
    raw = _slope_numbers(slope, kind, study.config.level).raw
    return Contrast(
        name=slope.name, role="sensitivity", difference=raw.difference if raw is not None else None, method=slope.method
    )

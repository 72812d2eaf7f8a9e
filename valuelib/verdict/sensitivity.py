"""Sensitivity checks: what could fool a verdict, and the same claim read in other ways; beside the verdict, never in its place.

Each check is listed with its figure, or with the reason why this study does not allow it. In simulated studies without any effect
none of the checks that rest on own ratings removes halo (docs/explanation/verdicts.md), so none of them decides.
"""

from __future__ import annotations

import dataclasses
from functools import partial

import numpy as np
import pandas as pd

from valuelib.errors import ResultError
from valuelib.results import Contrast, Difference, EvidenceLevel, Hidden, Message, Ratio, Robustness
from valuelib.stats.contrasts import contrast, has_variation, hold_within, is_possible, largest_difference
from valuelib.stats.exposure import COMPARISON, NEITHER, Codes, by_split
from valuelib.stats.loyalty import SCALE
from valuelib.stats.means import t_quantile
from valuelib.stats.sensitivity import (
    benchmark_hidden,
    e_value,
    estimate_2sls,
    estimate_aipw,
    halo_only_lift,
    risk_ratio_of_difference,
    robustness_value,
)
from valuelib.stats.totals import Floats, Labels
from valuelib.study.model import Study
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS
from valuelib.theory.reading import DESIGNS
from valuelib.verdict.adjusted import LOWER, Controls, fit_adjusted, gather_controls, lower_tiers
from valuelib.verdict.comparability import note_waves, warn_of_basics
from valuelib.verdict.contrast import NAMES, Design, find_design, fit_level
from valuelib.verdict.evidence import Evidence
from valuelib.verdict.groups import (
    Outcome,
    colleagues_mean,
    find_outcome,
    group_answers,
    tier_mean,
)
from valuelib.verdict.missing import MISSING_CHECKS
from valuelib.verdict.numbers import contrast_figures
from valuelib.verdict.once import cluster_labels, once
from valuelib.verdict.question import Check, Question, as_check

CENTRED, FACTOR, MARKER, SATISFACTION = "own.centred", "own.general_factor", "own.marker", "own.satisfaction"
AIPW, INSTRUMENT, UNAFFECTED, HALO_BAND = "own.aipw", "own.instrumented", "negative_control.unaffected", "halo_only_band"
NOT_RATED = ("offering",)  # groups that nobody's rating formed: only the lower tiers can show their liking


def with_sensitivity(study: Study, evidence: Evidence) -> Evidence:
    """The evidence with every sensitivity check, how robust its deciding lift is, and whether both groups use the basics alike.

    Of growth, whether waves do; unchanged where nothing is contrasted.

    A check that is in the evidence already is left out. A reading with groups of its own is checked by the halo-only band alone.
    """
    outcome = find_outcome(study, evidence.claim.reading.outcome)
    if evidence.claim.reading.kind == "growth" and evidence.missing is None and (note := note_waves(study)) is not None:
        return dataclasses.replace(evidence, warnings=(*evidence.warnings, note))
    if evidence.missing is not None or evidence.claim.reading.kind != "contrast" or isinstance(outcome, Message):
        return evidence
    checked, robustness = once(study, ("sensitivity", evidence.hypothesis_key, outcome), lambda: _check(study, outcome, evidence))
    warnings = (*evidence.warnings, *warn_of_basics(study, evidence))
    return dataclasses.replace(evidence, sensitivity=checked, robustness=robustness, warnings=warnings)


def _check(study: Study, outcome: Outcome, evidence: Evidence) -> tuple[tuple[Contrast, ...], Robustness | None]:
    """The checks of a contrast and its robustness, whatever size is claimed."""
    question = Question(study=study, outcome=outcome, reading=evidence.claim.reading, evidence=evidence)
    there = {contrast.name for contrast in evidence.contrasts}
    checks = CHECKS if question.reading.exposure == "study" else ()
    if evidence.evidence_level in DESIGNS:  # nothing rated goes into their figure that could be missing
        checks = tuple(one for one in checks if one not in MISSING_CHECKS)
    found = [(name, check(question)) for name, check in checks if name not in there]
    if (band := halo_only_band(question)) is not None:
        found.append((HALO_BAND, band))

    def listed(name: str, one: Contrast | Message) -> Contrast:
        """The check with its figure, or with the reason for none; a lift that no two groups can have is no figure."""
        if isinstance(one, Message):
            return Contrast(name=name, role="sensitivity", note=one)
        kind = outcome.kind if name != UNAFFECTED else "mean"
        if one.difference is None or is_possible(one.difference.value / SCALE[kind], kind):
            return one
        return Contrast(name=name, role="sensitivity", note=Message(code="missing.out_of_range"))

    return tuple(listed(name, one) for name, one in found), measure_robustness(question)


# ---------------------------------------------------------------------- other levels of evidence, and own ratings adjusted


def check_level(level: EvidenceLevel, question: Question) -> Contrast | Message:
    """The contrast of another level of evidence."""
    return as_check(question, fit_level(question.study, question.outcome, question.reading, level))


def centre_ratings(question: Question) -> Contrast | Message:
    """Higher-tier mean less the respondent's own lower-tier mean, split at its median: unbiased only if halo colours both alike."""
    higher = tier_mean(question.study, HIGHER_TIERS)
    if higher is None:
        return Message(code="missing.higher_items")
    if question.lower is None:
        return Message(code="missing.lower_items")
    ahead = higher - question.lower
    codes = by_split(ahead, at=float(ahead.median()))
    return as_check(question, fit_adjusted(question.study, question.outcome, codes, {}, name=CENTRED, role="sensitivity"))


def adjust_own(column: str, question: Question) -> Contrast | Message:
    """Own ratings adjusted for one thing more.

    `general_factor`, what all ratings have in common, takes a part of the exposure itself away, too; one noisy `marker`, which
    value cannot influence, catches a quarter of the halo; and if value works through `satisfaction`, part of the effect goes too.
    """
    values = question.study.values(column)
    if column == "general_factor":
        if question.halo is None:
            return Message(code="missing.few_for_halo")
        values = pd.Series(question.halo.scores, index=question.study.data.index)
    if values is None:
        return Message(code=f"missing.{column}")
    if isinstance(question.own, Message):
        return question.own
    required, codes = {column: values.astype(float)}, question.own.codes
    found = fit_adjusted(question.study, question.outcome, codes, required, name=f"own.{column}", role="sensitivity")
    return as_check(question, found)


# ---------------------------------------------------------------------- two models that analysts reach for


def reweight(question: Question) -> Contrast | Message:
    """Cross-fitted AIPW on own ratings, lower tiers and covariates in both models: as biased as its exposure."""
    own, study = question.own, question.study
    if isinstance(own, Message):
        return own
    if question.lower is None:
        return Message(code="missing.lower_items")
    controls = gather_controls(study, {LOWER: question.lower}, question.y.notna().to_numpy() & (own.codes != NEITHER), own.codes)
    if controls.aliased or not controls.columns:
        return Message(code="warning.controls_dependent")
    y, exposed, columns, accounts, weights = _model_rows(question, own.codes, controls)
    try:
        found = estimate_aipw(y, exposed, columns, accounts, weights=weights)
    except ResultError:
        return Message(code="missing.few_for_crossfit")
    scale = SCALE[question.outcome.kind]
    comparison, baseline, clusters = question.groups(own.codes, controls.complete, scale * found.comparison, scale * found.baseline)
    return Contrast(
        name=AIPW,
        role="sensitivity",
        comparison=comparison,
        baseline=baseline,
        difference=question.difference(found.lift, found.se, found.df),
        method="AIPW, cross-fitted over accounts",
        clusters=clusters,
    )


def instrument(question: Question) -> Contrast | Message:
    """Own ratings moved by colleagues' ratings, adjusted for both sides' lower tiers: a test, and no size (it inflates effects)."""
    own, study = question.own, question.study
    if isinstance(own, Message):
        return own
    if not study.has_accounts:
        return Message(code="missing.accounts")
    moved_by, required = colleagues_mean(study, HIGHER_TIERS), lower_tiers(study, colleagues=True)
    if moved_by is None or not required:
        return Message(code="missing.lower_items")
    wanted = question.y.notna().to_numpy() & (own.codes != NEITHER) & moved_by.notna().to_numpy()
    controls = gather_controls(study, required, wanted, own.codes)
    if controls.complete.sum() < study.config.privacy.min_group:
        return Message(code="missing.colleagues")
    y, exposed, columns, accounts, weights = _model_rows(question, own.codes, controls)
    try:
        found = estimate_2sls(y, exposed, moved_by[controls.complete], columns, accounts, weights=weights)
    except ResultError:
        return Message(code="missing.weak_instrument")
    return Contrast(
        name=INSTRUMENT,
        role="sensitivity",
        difference=question.difference(found.value, found.se, found.df),
        method="2SLS, clustered by account",
        note=Message(code="note.first_stage", values={"f_score": found.first_stage_f}),
    )


def _model_rows(question: Question, codes: Codes, controls: Controls) -> tuple[Floats, Floats, Floats, Labels, Floats]:
    """Of the rows that have all: outcome, exposure (1 for the comparison), controls, clusters and weights."""
    used, answers = controls.complete, question.study.data[controls.complete]
    columns = np.column_stack([column[used] for column in controls.columns.values()])
    exposed = (codes[used] == COMPARISON).astype(float)
    return (
        question.y[used].to_numpy(float),
        exposed,
        columns,
        cluster_labels(question.study).of(used),
        answers["weight"].to_numpy(float),
    )


# ---------------------------------------------------------------------- an outcome that value cannot move


def check_unaffected(question: Question) -> Contrast | Message:
    """The verdict's groups and controls (own ratings where nothing decides) on the outcome `unaffected`, in its own points.

    Source: Lipsitch, Tchetgen Tchetgen and Cohen (2010), Epidemiology 21(3), 383-388.
    """
    outcome, study = find_outcome(question.study, "unaffected"), question.study
    if isinstance(outcome, Message):
        return outcome
    level = question.evidence.evidence_level
    design = find_design(study, outcome) if level in DESIGNS else None
    found = design or fit_level(study, outcome, question.reading, level, name=UNAFFECTED)
    if isinstance(found, Message):
        return found
    fitted = found.contrasts[0] if isinstance(found, Design) else found.fitted
    figures = contrast_figures(fitted, kind=outcome.kind, level=study.config.level)
    lift = figures.difference
    moves = lift is not None and not lift.ci_low <= 0 <= lift.ci_high
    code = "note.other_outcome_moves" if moves else "note.other_outcome"
    return dataclasses.replace(
        figures, name=UNAFFECTED, role="sensitivity", note=Message(code=code, values={"outcome_key": "unaffected"})
    )


# In the order of the table; those at the top could have decided, had the data opened them.
CHECKS: tuple[tuple[str, Check], ...] = (
    *((name, partial(check_level, level)) for level, name in NAMES.items()),
    (CENTRED, centre_ratings),
    *((name, partial(adjust_own, name.removeprefix("own."))) for name in (FACTOR, MARKER, SATISFACTION)),
    (AIPW, reweight),
    (INSTRUMENT, instrument),
    *MISSING_CHECKS,
    (UNAFFECTED, check_unaffected),
)


# ---------------------------------------------------------------------- the lift of halo alone


def halo_only_band(question: Question) -> Contrast | Message | None:
    """The raw lift under a pure halo with the file's own inter-item and item-outcome correlations, and its range.

    None where there is no raw contrast to set it beside.
    """
    raw, grouping, answers = question.evidence.raw, group_answers(question.study, question.reading), question.study.data
    if raw is None or isinstance(grouping, Message) or not has_variation(raw.means):
        return None
    halo = question.fit_halo(LOWER_TIERS) if grouping.rule in NOT_RATED else question.halo
    if halo is None:
        return Message(code="missing.few_for_halo")
    codes, level = grouping.codes, question.study.config.level
    _, se, df = contrast(raw.means, 1.0)
    found = halo_only_lift(halo, question.y, codes, cluster_labels(question.study), raw_se=se, df=df, level=level)
    used = (codes != NEITHER) & question.y.notna().to_numpy()
    weights, scale = answers["weight"].to_numpy(float)[used], SCALE[question.outcome.kind]
    overall = scale * float(np.average(question.y.to_numpy(float)[used], weights=weights))
    share = float(np.average(codes[used] == COMPARISON, weights=weights))
    ends = hold_within(found.low, found.high, largest_difference(question.outcome.kind))
    lift, low, high = (scale * one for one in (found.value, *ends))
    # What the groups would show: the overall figure as it is, parted by the lift; a ratio only where the baseline stays above zero.
    baselines = [overall - share * one for one in (lift, low, high)]
    ratio = None
    if min(baselines) > 0:
        times = [(baseline + one) / baseline for baseline, one in zip(baselines, (lift, low, high), strict=True)]
        ratio = Ratio(value=times[0], ci_low=times[1], ci_high=times[2], set="bounded")
    comparison, baseline, clusters = question.groups(codes, used, baselines[0] + lift, baselines[0])
    return Contrast(
        name=HALO_BAND,
        role="sensitivity",
        comparison=comparison,
        baseline=baseline,
        difference=Difference(value=lift, se=scale * found.se, df=df, ci_low=low, ci_high=high),
        ratio=ratio,
        method="one factor through the ratings, pulled by the lower tiers",
        clusters=clusters,
    )


# ---------------------------------------------------------------------- something unmeasured


def measure_robustness(question: Question) -> Robustness | None:
    """Robustness value, E-value, and what something as strong as each control would leave; None where nothing is adjusted."""
    deciding, kind = question.evidence.deciding, question.outcome.kind
    if (
        deciding is None
        or question.evidence.evidence_level in DESIGNS
        or question.evidence.too_few_clusters is not None
        or not has_variation(deciding.means)
    ):
        return None
    means, totals = deciding.means, deciding.totals
    lift, se, df = contrast(means, 1.0)
    reach = t_quantile(question.study.config.level, df) * se
    near = lift - reach if lift > 0 else lift + reach
    try:
        value = robustness_value(totals, lift, near)
    except ResultError:
        return None

    def e_value_of(moved: float) -> float | None:
        """Of shares as they stand, of other outcomes by their spread; None without a share to start from."""
        baseline, sd = float(means.values[1]), float(means.variance[:2].mean()) ** 0.5
        if kind == "rate":
            return e_value((baseline + moved) / baseline) if baseline > 0 and baseline + moved > 0 else None
        return e_value(risk_ratio_of_difference(moved, sd)) if sd > 0 else None

    covariates: dict[str, list[str]] = {}  # columns by the control they stand for: a covariate with levels has several
    for name in totals.columns[1:-1]:
        covariates.setdefault(name.partition("#")[0].removeprefix("adjust."), []).append(name)
    return Robustness(
        value_share=value.value,
        limit_share=value.limit,
        e_value=e_value_of(lift),
        e_value_limit=e_value_of(near if near * lift > 0 else 0.0),
        hidden=tuple(
            Hidden(
                name=question.study.column_word(one.name),
                exposure_share=one.r2_exposure,
                outcome_share=one.r2_outcome,
                left_pts=SCALE[kind] * one.left,
            )
            for one in benchmark_hidden(totals, lift, covariates)
        ),
    )

"""Evidence for "customers with more higher-tier value are more loyal": the raw contrast, and the audited one where data open it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.errors import ResultError
from valuelib.evidence.groups import Grouping, group_answers, group_by_offering, lower_tier_mean
from valuelib.evidence.outcomes import Outcome, find_outcome, is_later
from valuelib.evidence.record import Contrast, Evidence, Role
from valuelib.evidence.warn import with_warnings
from valuelib.records import Message
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.contrasts import Metric, baseline_t, estimate_lift_ratio, has_variation, run_claim_tests
from valuelib.stats.exposure import NEITHER
from valuelib.stats.means import Means, estimate_means
from valuelib.stats.moments import collect_moments
from valuelib.study import Study
from valuelib.theory import Claim

GROUPS = ("comparison", "baseline")
AUDITED = "audited.lower_tiers"


def gather_contrast(study: Study, claim: Claim) -> Evidence:
    """The raw contrast of the claim's reading, and beside it the audited one if what was bought and lower-tier ratings are known.

    Returns:
        Evidence; `missing` where neither contrast can be formed. Own ratings alone leave `tests` empty: halo shows such lifts too.
    """
    outcome = find_outcome(study, claim.reading.outcome)
    if isinstance(outcome, Message):
        return Evidence(claim=claim, missing=outcome)
    grouping = group_answers(study, claim.reading)
    raw = grouping if isinstance(grouping, Message) else _contrast(study, outcome, grouping, "raw", "raw")
    audited = _audited(study, outcome) if claim.reading.exposure == "study" else ()
    decides = not isinstance(audited, Message) and bool(audited)
    if isinstance(raw, Message) and not decides:
        return Evidence(claim=claim, missing=raw)
    evidence = Evidence(
        claim=claim,
        kind=outcome.kind,
        rung="audited" if decides else "descriptive",
        exposure=grouping.rule if isinstance(grouping, Grouping) else "offering",
        later=is_later(study, claim.reading.outcome),
        raw=None if isinstance(raw, Message) else raw,
        others=() if isinstance(audited, Message) else audited,
        warnings=() if isinstance(grouping, Message) else grouping.warnings,
    )
    notes = tuple(note for note in (raw, audited) if isinstance(note, Message))
    return with_warnings(study, _read(dataclasses.replace(evidence, warnings=evidence.warnings + notes)))


def _read(evidence: Evidence) -> Evidence:
    """Test the claim on the deciding contrast, or say why its ratio has no meaning."""
    deciding, reading = evidence.deciding, evidence.claim.reading
    if deciding is None or reading.size is None or reading.metric not in ("ratio", "points"):
        return evidence
    metric: Metric = "ratio" if reading.metric == "ratio" else "points"
    tests = run_claim_tests(deciding.means, metric=metric, size=reading.size, kind=evidence.kind)
    gate = None
    if metric == "ratio" and estimate_lift_ratio(deciding.means, kind=evidence.kind).value is None:
        gate = Message(code="reason.gate", values={"t_score": baseline_t(deciding.means)})
    return dataclasses.replace(evidence, tests=tests, gate=gate)


def _audited(study: Study, outcome: Outcome) -> tuple[Contrast, ...] | Message:
    """Bought higher-tier offerings against others, own lower-tier mean held equal; and the same rows without it."""
    grouping = group_by_offering(study)
    if isinstance(grouping, Message):
        return ()
    mean = lower_tier_mean(study)
    if mean is None:
        return Message(code="warning.no_lower_items")
    controls = {"lower_tiers": mean, **_covariates(study)}
    fitted = _contrast(study, outcome, grouping, AUDITED, "deciding", controls)
    if isinstance(fitted, Message):
        return fitted
    same = _contrast(study, outcome, grouping, "offering.same_rows", "reference", controls, adjust=False)
    return (fitted,) if isinstance(same, Message) else (fitted, same)


def _covariates(study: Study) -> dict[str, pd.Series]:
    """The study's `adjust_for` columns as numbers: one indicator per level but the first for text."""
    columns = [name for name in study.answers.columns if name.startswith("adjust.")]
    if not columns:
        return {}
    dummies = pd.get_dummies(study.answers[columns], drop_first=True, dtype=float)
    missing = study.answers[columns].isna().any(axis=1)
    return {str(name): dummies[name].mask(missing) for name in dummies.columns if dummies[name].nunique() > 1}


def _contrast(
    study: Study,
    outcome: Outcome,
    grouping: Grouping,
    name: str,
    role: Role,
    controls: dict[str, pd.Series] | None = None,
    *,
    adjust: bool = True,
) -> Contrast | Message:
    answers, controls = study.answers, controls or {}
    y = answers[outcome.column].astype(float)
    complete = np.logical_and.reduce([y.notna(), *(column.notna() for column in controls.values())])
    codes = np.where(complete, grouping.codes, NEITHER)
    problem = _why_not(codes, answers["account"], y, study.config.privacy.min_group)
    if problem is not None:
        return problem
    centred = {key: column - column[codes != NEITHER].mean() for key, column in controls.items()} if adjust else {}
    moments = collect_moments(
        answers["account"], codes, y, groups=GROUPS, controls=dict(centred), weights=answers["weight"].astype(float)
    )
    try:
        means: Means = estimate_fitted(moments) if centred else estimate_means(moments)
    except ResultError:
        return Message(code="warning.controls_dependent")
    if not has_variation(means) and bool((means.variance <= 0).all()):
        return Message(code="missing.no_variation")
    return Contrast(name=name, role=role, means=means, method=_method(bool(centred)))


def _why_not(codes: NDArray[np.int64], accounts: pd.Series, y: pd.Series, min_group: int) -> Message | None:
    for index, group in enumerate(GROUPS):
        rows = codes == index
        if not rows.any():
            return Message(code=f"missing.no_{group}")
        if rows.sum() < min_group:
            return Message(code="missing.group_below_minimum", values={"group_key": group, "fewest_n": min_group})
        if accounts[rows].nunique() < 2:
            return Message(code="missing.one_account", values={"group_key": group})
    if y[codes != NEITHER].nunique() < 2:
        return Message(code="missing.no_variation")
    return None


def _method(adjusted: bool) -> str:
    return "least squares, CR2, Satterthwaite df" if adjusted else "group means, CR2, Satterthwaite df"

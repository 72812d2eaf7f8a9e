"""Evidence for "customers with more higher-tier value are more loyal": the raw contrast, and the audited one where data open it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.errors import ResultError
from valuelib.evidence.controls import LOWER, Controls, gather_controls
from valuelib.evidence.groups import Grouping, group_answers, group_by_offering, lower_tier_mean
from valuelib.evidence.outcomes import Outcome, find_outcome, is_later
from valuelib.evidence.record import Contrast, Evidence
from valuelib.evidence.warn import with_warnings
from valuelib.records import Message
from valuelib.stats.adjust import FittedMeans, estimate_fitted
from valuelib.stats.contrasts import Metric, contrast, has_variation, run_claim_tests
from valuelib.stats.exposure import NEITHER, Codes
from valuelib.stats.means import estimate_means
from valuelib.stats.moments import Moments, collect_moments
from valuelib.stats.satterthwaite import FEWEST_DF
from valuelib.study import Study
from valuelib.theory import Claim

GROUPS = ("comparison", "baseline")
AUDITED = "audited.lower_tiers"
SAME_ROWS = "offering.same_rows"
# The working variance that CR2 keeps; less means that some direction is told by a single account only.
KEPT = 0.99


def gather_contrast(study: Study, claim: Claim) -> Evidence:
    """The raw contrast of the claim's reading, and beside it the audited one if what was bought and lower-tier ratings are known.

    Returns:
        Evidence; `missing` where neither contrast can be formed. Own ratings alone leave `tests` empty: halo shows such lifts too.
    """
    outcome = find_outcome(study, claim.reading.outcome)
    if isinstance(outcome, Message):
        return Evidence(claim=claim, missing=outcome)
    grouping = group_answers(study, claim.reading)
    raw = grouping if isinstance(grouping, Message) else _raw(study, outcome, grouping)
    audited, notes = _audited(study, outcome) if claim.reading.exposure == "study" else ((), ())
    if isinstance(raw, Message) and not audited:
        return Evidence(claim=claim, missing=raw)
    evidence = Evidence(
        claim=claim,
        kind=outcome.kind,
        rung="audited" if audited else "descriptive",
        exposure=grouping.rule if isinstance(grouping, Grouping) else "offering",
        later=is_later(study, claim.reading.outcome),
        raw=None if isinstance(raw, Message) else raw,
        others=audited,
        warnings=(*(grouping.warnings if isinstance(grouping, Grouping) else ()), *_as_note(raw), *notes),
    )
    return with_warnings(study, _read(evidence))


def _as_note(raw: Contrast | Message) -> tuple[Message, ...]:
    """Why there is no raw contrast beside the deciding one; that reason is then only a note."""
    return (raw,) if isinstance(raw, Message) else ()


def _read(evidence: Evidence) -> Evidence:
    """Test the claim on the deciding contrast, or say why so few accounts cannot carry a test."""
    deciding, reading = evidence.deciding, evidence.claim.reading
    if deciding is None or reading.size is None or reading.metric not in ("ratio", "points"):
        return evidence
    metric: Metric = "ratio" if reading.metric == "ratio" else "points"
    tests = run_claim_tests(deciding.means, metric=metric, size=reading.size, kind=evidence.kind)
    return dataclasses.replace(evidence, tests=tests, thin=_too_thin(deciding))


def _too_thin(deciding: Contrast) -> Message | None:
    """Why a test would not hold its level here: no variation, controls that leave single accounts, hardly any df."""
    means = deciding.means
    if not has_variation(means):
        return Message(code="reason.thin.no_variation")
    df = contrast(means, 1.0)[2]
    if df < FEWEST_DF or (isinstance(means, FittedMeans) and means.kept([1.0, -1.0]) < KEPT):
        return Message(code="reason.thin.few_accounts", values={"accounts_n": int(means.n_accounts.min()), "df_score": df})
    return None


def _raw(study: Study, outcome: Outcome, grouping: Grouping) -> Contrast | Message:
    y = study.answers[outcome.column].astype(float)
    codes = np.where(y.notna(), grouping.codes, NEITHER)
    problem = _why_not(codes, study.answers["account"], y, study.config.privacy.min_group)
    if problem is not None:
        return problem
    means = estimate_means(_moments(study, codes, y))
    return Contrast(name="raw", role="raw", means=means, method="group means, CR2, Satterthwaite df")


def _audited(study: Study, outcome: Outcome) -> tuple[tuple[Contrast, ...], tuple[Message, ...]]:
    """Bought higher-tier offerings against others, own lower-tier mean held equal; and the same rows without it."""
    grouping, lower = group_by_offering(study), lower_tier_mean(study)
    if isinstance(grouping, Message):
        return (), ()
    if lower is None:
        return (), (Message(code="warning.no_lower_items"),)
    y = study.answers[outcome.column].astype(float)
    wanted = y.notna().to_numpy() & (grouping.codes != NEITHER)
    controls = gather_controls(study, lower, wanted, grouping.codes)
    codes = np.where(controls.complete, grouping.codes, NEITHER)
    problem = _why_not(codes, study.answers["account"], y, study.config.privacy.min_group)
    if problem is not None:
        return (), (Message(code="warning.audited_not_formed"),)
    if controls.aliased or LOWER not in controls.columns:
        return (), (Message(code="warning.controls_dependent"),)
    return _fit(study, y, codes, controls, dropped=int(wanted.sum() - controls.complete.sum()))


def _fit(
    study: Study, y: pd.Series, codes: Codes, controls: Controls, *, dropped: int
) -> tuple[tuple[Contrast, ...], tuple[Message, ...]]:
    try:
        fitted = estimate_fitted(_moments(study, codes, y, controls))
    except ResultError:
        return (), (Message(code="warning.controls_dependent"),)
    deciding = Contrast(name=AUDITED, role="deciding", means=fitted, method="least squares, CR2, Satterthwaite df")
    lost = (Message(code="warning.rows_dropped", values={"dropped_n": dropped}),) if dropped else ()
    if 0 < dropped < study.config.privacy.min_group:  # raw less same rows would tell the few who were dropped
        return (deciding,), (*controls.notes, *lost)
    same = estimate_means(_moments(study, codes, y))
    reference = Contrast(name=SAME_ROWS, role="reference", means=same, method="group means, CR2, Satterthwaite df")
    return (deciding, reference), (*controls.notes, *lost)


def _moments(study: Study, codes: Codes, y: pd.Series, controls: Controls | None = None) -> Moments:
    return collect_moments(
        study.answers["account"],
        codes,
        y,
        groups=GROUPS,
        controls=dict(controls.columns) if controls else None,
        weights=study.answers["weight"].astype(float),
    )


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

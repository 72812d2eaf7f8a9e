"""Sensitivity checks: the same claim read by other exposures, adjustments and models, beside the verdict and never in its place.

Each check is listed with its figure, or with the reason why this study does not allow it. In simulated studies without any effect
none of the checks that rest on own ratings removes halo (docs/explanation/verdicts.md), so none of them decides.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.errors import ResultError
from valuelib.results import Contrast, Group, Message
from valuelib.stats.exposure import COMPARISON, NEITHER, Codes, by_split
from valuelib.stats.loyalty import SCALE
from valuelib.stats.sensitivity import estimate_2sls, estimate_aipw
from valuelib.study.model import Study
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS
from valuelib.verdict.adjusted import LOWER, PEERS_LOWER, Controls, fit_adjusted, gather_controls
from valuelib.verdict.contrast import AUDITED, DIRECTION, PEERS, fit_colleagues, fit_own, fit_purchases
from valuelib.verdict.evidence import Evidence
from valuelib.verdict.groups import colleagues_mean, find_outcome, tier_mean
from valuelib.verdict.robustness import (
    HALO_BAND,
    UNAFFECTED,
    Check,
    Question,
    as_check,
    check_unaffected,
    halo_only_band,
    lift_check,
    measure_robustness,
)

CENTRED, FACTOR, MARKER, SATISFACTION = "own.centred", "own.general_factor", "own.marker", "own.satisfaction"
AIPW, INSTRUMENT = "own.aipw", "own.instrumented"


def with_sensitivity(study: Study, evidence: Evidence) -> Evidence:
    """The evidence with every sensitivity check, and how robust its deciding lift is; unchanged where nothing is contrasted.

    A check that is in the evidence already is left out. A reading with groups of its own is checked by the halo-only band alone.
    """
    outcome = find_outcome(study, evidence.claim.reading.outcome)
    if evidence.missing is not None or evidence.claim.reading.kind != "contrast" or isinstance(outcome, Message):
        return evidence
    question = Question(study=study, outcome=outcome, reading=evidence.claim.reading, evidence=evidence)
    there = {contrast.name for contrast in evidence.contrasts}
    checks = CHECKS if question.reading.exposure == "study" else ()
    found = [(name, check(question)) for name, check in checks if name not in there]
    if (band := halo_only_band(question)) is not None:
        found.append((HALO_BAND, band))
    listed = (Contrast(name=name, role="sensitivity", note=one) if isinstance(one, Message) else one for name, one in found)
    return dataclasses.replace(evidence, sensitivity=tuple(listed), robustness=measure_robustness(question))


# ---------------------------------------------------------------------- own ratings, adjusted for one thing or another


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


def adjust_for_general_factor(question: Question) -> Contrast | Message:
    """Adjusted for what all ratings have in common, which takes a part of the exposure itself away, too."""
    if question.halo is None:
        return Message(code="missing.few_for_halo")
    return _adjust_own(question, pd.Series(question.halo.scores, index=question.study.data.index), "general_factor", FACTOR)


def adjust_for_marker(question: Question) -> Contrast | Message:
    """Adjusted for an item that value cannot influence; one noisy item catches a quarter of the halo."""
    return _adjust_own(question, question.study.values("marker"), "marker", MARKER)


def adjust_for_satisfaction(question: Question) -> Contrast | Message:
    """Adjusted for overall satisfaction; if value works through satisfaction, that takes part of the effect away as well."""
    return _adjust_own(question, question.study.values("satisfaction"), "satisfaction", SATISFACTION)


def _adjust_own(question: Question, values: pd.Series | None, column: str, name: str) -> Contrast | Message:
    if values is None:
        return Message(code=f"missing.{column}")
    if isinstance(question.own, Message):
        return question.own
    required = {column: values.astype(float)}
    found = fit_adjusted(question.study, question.outcome, question.own.codes, required, name=name, role="sensitivity")
    return as_check(question, found)


# ---------------------------------------------------------------------- two models that analysts reach for


class Rows(NamedTuple):
    """What a model takes of the rows that have all: outcome, exposure (1 for the comparison), controls, accounts, weights."""

    y: NDArray[np.float64]
    exposed: NDArray[np.float64]
    controls: NDArray[np.float64]
    accounts: NDArray[np.object_]
    weights: NDArray[np.float64]


def estimate_reweighted(question: Question) -> Contrast | Message:
    """Cross-fitted AIPW on own ratings, lower tiers and covariates in both models: as biased as its exposure."""
    own, lower, study = question.own, question.lower, question.study
    if isinstance(own, Message):
        return own
    if lower is None:
        return Message(code="missing.lower_items")
    controls = gather_controls(study, {LOWER: lower}, question.y.notna().to_numpy() & (own.codes != NEITHER), own.codes)
    if controls.aliased or not controls.columns:
        return Message(code="warning.controls_dependent")
    rows = _rows(question, own.codes, controls)
    try:
        found = estimate_aipw(rows.y, rows.exposed, rows.controls, rows.accounts, weights=rows.weights)
    except ResultError:
        return Message(code="missing.few_for_crossfit")
    groups = []
    for code, value in enumerate((found.comparison, found.baseline)):
        inside = controls.complete & (own.codes == code)
        accounts = int(study.data["account"][inside].nunique())
        groups.append(Group(n=int(inside.sum()), accounts=accounts, value=SCALE[question.outcome.kind] * value))
    method, lift = "AIPW, cross-fitted over accounts", (found.lift, found.se, found.df)
    return lift_check(question, AIPW, lift, method=method, groups=(groups[0], groups[1]))


def estimate_instrumented(question: Question) -> Contrast | Message:
    """Own ratings moved by colleagues' ratings, adjusted for both sides' lower tiers: a test, and no size (it inflates effects)."""
    own, lower, study = question.own, question.lower, question.study
    if isinstance(own, Message):
        return own
    if not study.has_accounts:
        return Message(code="missing.accounts")
    instrument, peers_lower = colleagues_mean(study, HIGHER_TIERS), colleagues_mean(study, LOWER_TIERS)
    if lower is None or peers_lower is None or instrument is None:
        return Message(code="missing.lower_items")
    wanted = question.y.notna().to_numpy() & (own.codes != NEITHER) & instrument.notna().to_numpy()
    controls = gather_controls(study, {LOWER: lower, PEERS_LOWER: peers_lower}, wanted, own.codes)
    if controls.complete.sum() < study.config.privacy.min_group:
        return Message(code="missing.colleagues")
    rows = _rows(question, own.codes, controls)
    moved_by = instrument[controls.complete]
    try:
        found = estimate_2sls(rows.y, rows.exposed, moved_by, rows.controls, rows.accounts, weights=rows.weights)
    except ResultError:
        return Message(code="missing.weak_instrument")
    note = Message(code="note.first_stage", values={"f_score": found.first_stage_f})
    return lift_check(question, INSTRUMENT, (found.value, found.se, found.df), method="2SLS, clustered by account", note=note)


def _rows(question: Question, codes: Codes, controls: Controls) -> Rows:
    used, answers = controls.complete, question.study.data
    return Rows(
        y=question.y[used].to_numpy(float),
        exposed=(codes[used] == COMPARISON).astype(float),
        controls=np.column_stack([column[used] for column in controls.columns.values()]),
        accounts=answers["account"][used].to_numpy(object),
        weights=answers["weight"][used].to_numpy(float),
    )


# In the order of the table; those at the top could have decided, had the data opened them.
CHECKS: tuple[tuple[str, Check], ...] = (
    (AUDITED, lambda question: as_check(question, fit_purchases(question.study, question.outcome))),
    (PEERS, lambda question: as_check(question, fit_colleagues(question.study, question.outcome))),
    (DIRECTION, lambda question: as_check(question, fit_own(question.study, question.outcome, question.reading))),
    (CENTRED, centre_ratings),
    (FACTOR, adjust_for_general_factor),
    (MARKER, adjust_for_marker),
    (SATISFACTION, adjust_for_satisfaction),
    (AIPW, estimate_reweighted),
    (INSTRUMENT, estimate_instrumented),
    (UNAFFECTED, check_unaffected),
)

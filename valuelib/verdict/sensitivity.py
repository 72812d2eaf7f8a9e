"""What does the same question show when it is asked in other ways? Beside the verdict, never in its place.

Each way is listed with its figure, or with the reason why this study does not allow it. In simulated studies without any effect
none of the ways that rest on own ratings removes halo (docs/explanation/verdicts.md), so none of them decides.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

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
from valuelib.verdict.contrast import AUDITED, DIRECTION, PEERS, fit_audited, fit_direction, fit_peers
from valuelib.verdict.evidence import Evidence
from valuelib.verdict.groups import Grouping, colleagues_mean, find_outcome, tier_mean
from valuelib.verdict.robustness import (
    HALO_BAND,
    UNAFFECTED,
    Question,
    Way,
    as_control,
    ask_unaffected,
    halo_only_band,
    lift_control,
    measure_robustness,
)

# The question asked of the respondents' own ratings, with one thing or another held equal. Halo survives every one of these.

CENTRED, FACTOR, MARKER, SATISFACTION = "own.centred", "own.general_factor", "own.marker", "own.satisfaction"


def hold_lower_tiers(question: Question) -> Contrast | Message:
    """The respondent's own lower-tier mean held equal."""
    return as_control(question, fit_direction(question.study, question.outcome, question.reading))


def centre(question: Question) -> Contrast | Message:
    """Higher-tier mean less the respondent's own lower-tier mean, split at its median: unbiased only if halo colours both alike."""
    higher = tier_mean(question.study, HIGHER_TIERS)
    if higher is None:
        return Message(code="missing.higher_items")
    if question.lower is None:
        return Message(code="missing.lower_items")
    ahead = higher - question.lower
    return _hold(question, by_split(ahead, at=float(ahead.median())), {}, CENTRED)


def hold_general_factor(question: Question) -> Contrast | Message:
    """What all ratings have in common held equal; it holds a part of the exposure itself equal, too."""
    if question.halo is None:
        return Message(code="missing.few_for_halo")
    scores = pd.Series(question.halo.scores, index=question.study.data.index)
    return _hold_own(question, {"general_factor": scores}, FACTOR)


def hold_marker(question: Question) -> Contrast | Message:
    """An item that value cannot influence held equal; one noisy item catches a quarter of the halo."""
    return _hold_column(question, "marker", MARKER)


def hold_satisfaction(question: Question) -> Contrast | Message:
    """Overall satisfaction held equal; if value works through satisfaction, that takes part of the effect away as well."""
    return _hold_column(question, "satisfaction", SATISFACTION)


def _hold_column(question: Question, column: str, name: str) -> Contrast | Message:
    values = question.study.values(column)
    if values is None:
        return Message(code=f"missing.{column}")
    return _hold_own(question, {column: values.astype(float)}, name)


def _hold_own(question: Question, required: Mapping[str, pd.Series], name: str) -> Contrast | Message:
    if isinstance(question.own, Message):
        return question.own
    return _hold(question, question.own.codes, required, name)


def _hold(question: Question, codes: Codes, required: Mapping[str, pd.Series], name: str) -> Contrast | Message:
    found = fit_adjusted(question.study, question.outcome, codes, required, name=name, role="sensitivity")
    return as_control(question, found)


OWN_WAYS: tuple[tuple[str, Way], ...] = (
    (DIRECTION, hold_lower_tiers),
    (CENTRED, centre),
    (FACTOR, hold_general_factor),
    (MARKER, hold_marker),
    (SATISFACTION, hold_satisfaction),
)


# Two models that analysts reach for: reweighting by the inclination to be exposed, and an instrument.

AIPW, INSTRUMENT = "own.aipw", "own.instrumented"


def estimate_reweighted(question: Question) -> Contrast | Message:
    """Cross-fitted AIPW on own ratings, lower tiers and covariates in both models: as biased as its exposure."""
    own, lower = question.own, question.lower
    if isinstance(own, Message):
        return own
    if lower is None:
        return Message(code="missing.lower_items")
    controls = gather_controls(question.study, {LOWER: lower}, _wanted(question, own), own.codes)
    rows = controls.complete
    if controls.aliased or not controls.columns:
        return Message(code="warning.controls_dependent")
    try:
        found = estimate_aipw(
            *_columns(question, rows, own), _matrix(controls), _accounts(question, rows), weights=_weights(question, rows)
        )
    except ResultError:
        return Message(code="missing.few_for_crossfit")
    scale = SCALE[question.outcome.kind]
    groups = tuple(
        _group(question, rows & (own.codes == code), scale * value) for code, value in ((0, found.comparison), (1, found.baseline))
    )
    return lift_control(
        question, AIPW, (found.lift, found.se, found.df), method="AIPW, cross-fitted over accounts", groups=(groups[0], groups[1])
    )


def estimate_instrumented(question: Question) -> Contrast | Message:
    """Own ratings moved by colleagues' ratings, both sides' lower tiers held equal: a test, and no size (it inflates effects)."""
    own, lower, study = question.own, question.lower, question.study
    if isinstance(own, Message):
        return own
    if not study.has_accounts:
        return Message(code="missing.accounts")
    instrument, peers_lower = colleagues_mean(study, HIGHER_TIERS), colleagues_mean(study, LOWER_TIERS)
    if lower is None or peers_lower is None or instrument is None:
        return Message(code="missing.lower_items")
    wanted = _wanted(question, own) & instrument.notna().to_numpy()
    controls = gather_controls(study, {LOWER: lower, PEERS_LOWER: peers_lower}, wanted, own.codes)
    rows = controls.complete
    if rows.sum() < study.config.privacy.min_group:
        return Message(code="missing.colleagues")
    y, exposed = _columns(question, rows, own)
    try:
        found = estimate_2sls(
            y, exposed, instrument[rows], _matrix(controls), _accounts(question, rows), weights=_weights(question, rows)
        )
    except ResultError:
        return Message(code="missing.weak_instrument")
    note = Message(code="note.first_stage", values={"f_score": found.first_stage_f})
    return lift_control(question, INSTRUMENT, (found.value, found.se, found.df), method="2SLS, clustered by account", note=note)


def _wanted(question: Question, own: Grouping) -> NDArray[np.bool_]:
    wanted: NDArray[np.bool_] = question.y.notna().to_numpy() & (own.codes != NEITHER)
    return wanted


def _columns(question: Question, rows: NDArray[np.bool_], own: Grouping) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Outcome and exposure (1 for the comparison) of the used rows."""
    return question.y[rows].to_numpy(float), (own.codes[rows] == COMPARISON).astype(float)


def _matrix(controls: Controls) -> NDArray[np.float64]:
    return np.column_stack([column[controls.complete] for column in controls.columns.values()])


def _accounts(question: Question, rows: NDArray[np.bool_]) -> NDArray[np.object_]:
    accounts: NDArray[np.object_] = question.study.data["account"][rows].to_numpy(object)
    return accounts


def _weights(question: Question, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    return question.study.data["weight"][rows].to_numpy(float)


def _group(question: Question, rows: NDArray[np.bool_], value: float) -> Group:
    return Group(n=int(rows.sum()), accounts=int(question.study.data["account"][rows].nunique()), value=value)


# What does the same question show when it is asked in other ways? Beside the verdict, never in its place.

# Ways to ask, in the order of the table; those at the top could have decided, had the data opened them.
WAYS: tuple[tuple[str, Way], ...] = (
    (AUDITED, lambda question: as_control(question, fit_audited(question.study, question.outcome))),
    (PEERS, lambda question: as_control(question, fit_peers(question.study, question.outcome))),
    *OWN_WAYS,
    (AIPW, estimate_reweighted),
    (INSTRUMENT, estimate_instrumented),
    (UNAFFECTED, ask_unaffected),
)


def with_sensitivity(study: Study, evidence: Evidence) -> Evidence:
    """The evidence with every other way of asking, and how fragile its deciding lift is; unchanged where nothing is contrasted."""
    outcome = find_outcome(study, evidence.claim.reading.outcome)
    if evidence.missing is not None or evidence.claim.reading.kind != "contrast" or isinstance(outcome, Message):
        return evidence
    question = Question(study=study, outcome=outcome, reading=evidence.claim.reading, evidence=evidence)
    return dataclasses.replace(evidence, sensitivity=_ask_all(question), robustness=measure_robustness(question))


def _ask_all(question: Question) -> tuple[Contrast, ...]:
    """Every way that is not in the evidence already; a reading with groups of its own is asked with the halo-only band alone."""
    there = {contrast.name for contrast in question.evidence.others}
    ways = WAYS if question.reading.exposure == "study" else ()
    asked = [(name, ask(question)) for name, ask in ways if name not in there]
    band = halo_only_band(question)
    return tuple(_listed(name, found) for name, found in (*asked, *(((HALO_BAND, band),) if band is not None else ())))


def _listed(name: str, found: Contrast | Message) -> Contrast:
    return Contrast(name=name, role="sensitivity", note=found) if isinstance(found, Message) else found

"""Two models that analysts reach for: reweighting by the inclination to be exposed, and an instrument."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from valuelib.errors import ResultError
from valuelib.evidence.controls import LOWER, PEERS_LOWER, Controls, gather_controls
from valuelib.evidence.groups import Grouping, colleagues_mean
from valuelib.evidence.sensitivity.question import Question, lift_control
from valuelib.records import Control, Group, Message
from valuelib.stats.doubly_robust import estimate_aipw
from valuelib.stats.exposure import COMPARISON, NEITHER
from valuelib.stats.instrument import estimate_2sls
from valuelib.stats.loyalty import SCALE
from valuelib.theory import HIGHER_TIERS, LOWER_TIERS

AIPW, INSTRUMENT = "own.aipw", "own.instrumented"


def estimate_reweighted(question: Question) -> Control | Message:
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


def estimate_instrumented(question: Question) -> Control | Message:
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
    accounts: NDArray[np.object_] = question.study.answers["account"][rows].to_numpy(object)
    return accounts


def _weights(question: Question, rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    return question.study.answers["weight"][rows].to_numpy(float)


def _group(question: Question, rows: NDArray[np.bool_], value: float) -> Group:
    return Group(n=int(rows.sum()), accounts=int(question.study.answers["account"][rows].nunique()), value=value)

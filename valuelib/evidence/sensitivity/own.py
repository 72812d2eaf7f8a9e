"""The question asked of the respondents' own ratings, with one thing or another held equal. Halo survives every one of these."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from valuelib.evidence.adjusted import fit_adjusted
from valuelib.evidence.groups import tier_mean
from valuelib.evidence.rungs import DIRECTION, fit_direction
from valuelib.evidence.sensitivity.question import Question, Way, as_control
from valuelib.records import Control, Message
from valuelib.stats.exposure import Codes, by_split
from valuelib.theory import HIGHER_TIERS

CENTRED, FACTOR, MARKER, SATISFACTION = "own.centred", "own.general_factor", "own.marker", "own.satisfaction"


def hold_lower_tiers(question: Question) -> Control | Message:
    """The respondent's own lower-tier mean held equal."""
    return as_control(question, fit_direction(question.study, question.outcome, question.reading))


def centre(question: Question) -> Control | Message:
    """Higher-tier mean less the respondent's own lower-tier mean, split at its median: unbiased only if halo colours both alike."""
    higher = tier_mean(question.study, HIGHER_TIERS)
    if higher is None:
        return Message(code="missing.higher_items")
    if question.lower is None:
        return Message(code="missing.lower_items")
    ahead = higher - question.lower
    return _hold(question, by_split(ahead, at=float(ahead.median())), {}, CENTRED)


def hold_general_factor(question: Question) -> Control | Message:
    """What all ratings have in common held equal; it holds a part of the exposure itself equal, too."""
    if question.halo is None:
        return Message(code="missing.few_for_halo")
    scores = pd.Series(question.halo.scores, index=question.study.answers.index)
    return _hold_own(question, {"general_factor": scores}, FACTOR)


def hold_marker(question: Question) -> Control | Message:
    """An item that value cannot influence held equal; one noisy item catches a quarter of the halo."""
    return _hold_column(question, "marker", MARKER)


def hold_satisfaction(question: Question) -> Control | Message:
    """Overall satisfaction held equal; if value works through satisfaction, that takes part of the effect away as well."""
    return _hold_column(question, "satisfaction", SATISFACTION)


def _hold_column(question: Question, column: str, name: str) -> Control | Message:
    values = question.study.values(column)
    if values is None:
        return Message(code=f"missing.{column}")
    return _hold_own(question, {column: values.astype(float)}, name)


def _hold_own(question: Question, required: Mapping[str, pd.Series], name: str) -> Control | Message:
    if isinstance(question.own, Message):
        return question.own
    return _hold(question, question.own.codes, required, name)


def _hold(question: Question, codes: Codes, required: Mapping[str, pd.Series], name: str) -> Control | Message:
    found = fit_adjusted(question.study, question.outcome, codes, required, name=name, role="sensitivity")
    return as_control(question, found)


OWN_WAYS: tuple[tuple[str, Way], ...] = (
    (DIRECTION, hold_lower_tiers),
    (CENTRED, centre),
    (FACTOR, hold_general_factor),
    (MARKER, hold_marker),
    (SATISFACTION, hold_satisfaction),
)

"""Which canonical column holds a claim's outcome, and what kind of figure is made of it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from valuelib.records import Message
from valuelib.stats.loyalty import Kind
from valuelib.study import Study
from valuelib.theory import facet


class Outcome(NamedTuple):
    """A canonical column and the kind of figure made of it."""

    column: str
    kind: Kind


COLUMNS: dict[str, Outcome] = {
    "recommend": Outcome("nps", "nps"),
    "repurchase": Outcome("repurchase", "rate"),
    "expansion": Outcome("expansion", "rate"),
}
OUTCOME_FACETS = ("inimitability", "joint_result")  # each a single statement of the battery
SCORES = ("satisfaction", "perceived_value", "effort", "value_enhancement", "share_of_purchases", "unaffected")


def find_outcome(study: Study, name: str) -> Outcome | Message:
    """The outcome's column and kind, or the reason why the study cannot give it."""
    outcome = COLUMNS.get(name) or _score(name)
    if outcome is None:
        return Message(code="missing.estimator")
    if outcome.column in study.answers and study.answers[outcome.column].notna().any():
        return outcome
    if name == "recommend" and "recommend" in study.answers:
        return Message(code="missing.no_nps")
    if name == "repurchase" and "repurchase_score" in study.answers:
        return Message(code="missing.repurchase_not_yes_no")
    if name in OUTCOME_FACETS:
        return Message(code="missing.statements", values={"item_key": facet(name).items[0]})
    return Message(code="missing.outcome", values={"outcome_key": name})


def _score(name: str) -> Outcome | None:
    if name in OUTCOME_FACETS:
        return Outcome(f"facet.{facet(name).items[0]}", "mean")
    return Outcome(name, "mean") if name in SCORES else None


def is_later(study: Study, name: str) -> bool:
    """Whether the outcome is behaviour observed after the ratings; an intention is none, whenever it was asked."""
    repurchase = study.config.outcomes.repurchase
    behaviour = repurchase is not None and repurchase.kind in ("renewed", "retained", "spend_change")
    return name == "repurchase" and behaviour and repurchase is not None and repurchase.measured == "later"


def intention_notes(study: Study, names: Sequence[str]) -> tuple[Message, ...]:
    """Which of these outcomes are told as an intention; what people say they will do is kept apart from what they did."""
    return tuple(Message(code="note.intention", values={"outcome_key": name}) for name in names if is_intention(study, name))


def is_intention(study: Study, name: str) -> bool:
    """Whether the outcome is something that respondents mean to do; buying more is never anything else."""
    repurchase = study.config.outcomes.repurchase
    if name == "repurchase":
        return repurchase is not None and repurchase.kind in ("intention_topbox", "intention_mean")
    return name == "expansion"

"""Evidence that a condition is needed: no account has the outcome without it, by customers and by another rater of the condition.

One point an account: what the provider says of the condition against the mean of what its customers say of the outcome, so that
nobody's answers stand on both axes. With the customers' own view of both, their liking empties the corner: a direction at most.
"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.results import EvidenceLevel, Message
from valuelib.stats.necessity import (
    SMALLEST_EFFECT,
    Necessity,
    bottleneck,
    estimate_necessity,
    find_peers,
    rising_together,
)
from valuelib.study.model import Study
from valuelib.theory.claims import Claim, ClaimPart
from valuelib.verdict.evidence import Evidence, PartEstimate, evidence_of_parts
from valuelib.verdict.groups import Outcome
from valuelib.verdict.relations import statement_means

MIN_ACCOUNTS = 30  # a corner of fewer points is empty by chance
METHOD = "necessary condition analysis, CE-FDH and CR-FDH, accounts permuted"
UNIT = "share_of_scope"


class Condition(NamedTuple):
    """Who tells of the condition."""

    evidence_level: EvidenceLevel
    name: str


WAYS = (
    Condition(EvidenceLevel.OTHER_SOURCE, "other_rater.cocreation"),
    Condition(EvidenceLevel.DIRECTION, "own.condition"),
)


class Points(NamedTuple):
    """Both axes, an account each, and how many answers they rest on."""

    condition: NDArray[np.float64]
    outcome: NDArray[np.float64]
    n: int


def gather_necessity(study: Study, claim: Claim, outcome: Outcome) -> Evidence | Message:
    """The empty corner beyond chance under the ceiling that is less sure of it, for each condition of the claim.

    It counts only where d is at least 0.1 under both ceilings and larger than where condition and outcome merely rise together.
    """
    if not study.has_accounts:
        return Message(code="missing.accounts")
    notes: dict[str, tuple[Message, ...]] = {}

    def fit(way: Condition) -> tuple[PartEstimate, ...] | Message:
        found = [estimate_condition(study, way, outcome, part) for part in claim.parts]
        why = next((one for one in found if isinstance(one, Message)), None)
        told = [one for one in found if not isinstance(one, Message)]
        notes[way.name] = tuple(note for _, listed in told for note in listed)
        return why or tuple(part for part, _ in told)

    evidence = evidence_of_parts(claim, WAYS, fit)
    if isinstance(evidence, Message):
        return evidence
    return dataclasses.replace(evidence, warnings=notes[evidence.exposure or ""])


def estimate_condition(
    study: Study, way: Condition, outcome: Outcome, part: ClaimPart
) -> tuple[PartEstimate, tuple[Message, ...]] | Message:
    """One condition as a part of the claim, and what to know of both ceilings; or why it cannot be had."""
    points = find_points(study, way, outcome, part)
    if isinstance(points, Message):
        return points
    found = estimate_necessity(points.condition, points.outcome, seed=study.config.seed)
    if found is None:
        return Message(code="missing.no_variation")
    alpha = (1 - study.config.level) / 2
    merely = [
        float(np.quantile(one, 1 - alpha)) for one in rising_together(points.condition, points.outcome, seed=study.config.seed)
    ]
    beyond = all(one.effect > limit for one, limit in zip(found, merely, strict=True))
    weaker, limit = max(zip(found, merely, strict=True), key=lambda one: (one[0].p_value, -one[0].effect))
    expected = float(np.mean(weaker.chance))
    estimate = PartEstimate(
        name=part.key,
        value=weaker.effect - expected,
        se=float(np.std(weaker.chance)),
        df=float(weaker.n - 1),
        unit_key=UNIT,
        n=points.n,
        accounts=weaker.n,
        method=METHOD,
        chance=tuple(one - expected for one in weaker.chance),
        counts=beyond and min(one.effect for one in found) >= SMALLEST_EFFECT,
    )
    return estimate, tuple(_notes(found, limit, weaker, points, beyond=beyond))


def _notes(found: tuple[Necessity, ...], limit: float, weaker: Necessity, points: Points, *, beyond: bool) -> list[Message]:
    step, line = found
    values = {"ce_share": step.effect, "cr_share": line.effect}
    notes = [Message(code="note.necessity", values={**values, "accuracy_share": line.accuracy})]
    if not beyond:
        notes.append(Message(code="note.rises_together", values={"seen_share": weaker.effect, "limit_share": limit}))
    level = step.scope[2] + 0.8 * (step.scope[3] - step.scope[2])
    (needed,) = bottleneck(step, find_peers(points.condition, points.outcome), (level,))
    if needed is not None:
        notes.append(Message(code="note.bottleneck", values={"outcome_score": level, "needed_score": needed}))
    return notes


def find_points(study: Study, way: Condition, outcome: Outcome, part: ClaimPart) -> Points | Message:
    """One point for each account that has both; too few are none."""
    condition = statement_means(study, way.evidence_level, {part.key: part.statements}).get(part.key)
    if condition is None:
        missing = study.provider is None and way.evidence_level == EvidenceLevel.OTHER_SOURCE
        return (
            Message(code="missing.provider_view")
            if missing
            else Message(code="missing.statements", values={"item_key": part.statements[0]})
        )
    both = pd.DataFrame({"condition": condition, "outcome": study.data[outcome.column].astype(float)}).dropna()
    by_account = both.groupby(study.data["account"].loc[both.index]).mean()
    if len(by_account) < MIN_ACCOUNTS:
        return Message(code="missing.few_points", values={"accounts_n": len(by_account), "fewest_n": MIN_ACCOUNTS})
    return Points(by_account["condition"].to_numpy(), by_account["outcome"].to_numpy(), len(both))

"""Which is the strongest evidence that the mapped columns open: what was bought, colleagues' ratings, or only own ratings?

Each rung holds lower-tier ratings equal, so that better basics and a general liking cannot pass for higher-tier value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from valuelib.evidence.adjusted import Adjusted, fit_adjusted
from valuelib.evidence.controls import LOWER, PEERS_LOWER
from valuelib.evidence.groups import (
    colleagues_mean,
    group_by_offering,
    group_by_own,
    group_by_peers,
    lower_tier_mean,
)
from valuelib.evidence.outcomes import Outcome
from valuelib.records import Message, Rung
from valuelib.study import Study
from valuelib.theory import LOWER_TIERS, Reading

AUDITED, PEERS, DIRECTION = "audited.lower_tiers", "peers.lower_tiers", "own.lower_tiers"


class Found(NamedTuple):
    """The highest rung that could be formed, its contrast, and why higher ones could not."""

    rung: Rung
    adjusted: Adjusted | None = None
    notes: tuple[Message, ...] = ()


def find_rung(study: Study, outcome: Outcome, reading: Reading) -> Found:
    """The highest rung for a reading that leaves the exposure to the study; others count own ratings and stay descriptive."""
    if reading.exposure != "study":
        return Found("descriptive")
    notes: list[Message] = []
    audited = fit_audited(study, outcome)
    if isinstance(audited, Adjusted):
        return Found("audited", audited)
    if "offering" in study.answers:
        notes.append(audited)
    peers = fit_peers(study, outcome)
    if isinstance(peers, Adjusted):
        return Found("peers", peers, tuple(notes))
    direction = fit_direction(study, outcome, reading)
    if isinstance(direction, Adjusted):
        return Found("direction", direction, tuple(notes))
    return Found("descriptive", None, tuple(notes))


def fit_audited(study: Study, outcome: Outcome) -> Adjusted | Message:
    """Bought higher-tier offerings against others, own lower-tier mean held equal; no respondent rated the exposure."""
    grouping, lower = group_by_offering(study), lower_tier_mean(study)
    if isinstance(grouping, Message):
        return grouping
    if lower is None:
        return Message(code="warning.no_lower_items")
    found = fit_adjusted(study, outcome, grouping.codes, {LOWER: lower}, name=AUDITED, role="deciding")
    not_formed = isinstance(found, Message) and found.code == "warning.not_formed"
    return Message(code="warning.audited_not_formed") if not_formed else found


def fit_peers(study: Study, outcome: Outcome) -> Adjusted | Message:
    """Colleagues' higher-tier mean, split at its median, with theirs and the respondent's own lower-tier means held equal."""
    grouping, required = group_by_peers(study), _lower_means(study)
    if isinstance(grouping, Message):
        return grouping
    if isinstance(required, Message):
        return required
    return fit_adjusted(study, outcome, grouping.codes, required, name=PEERS, role="deciding")


def fit_direction(study: Study, outcome: Outcome, reading: Reading) -> Adjusted | Message:
    """The respondents' own ratings with their own lower-tier mean held equal: halo is weakened, not removed, so only a sign."""
    grouping, lower = group_by_own(study, reading), lower_tier_mean(study)
    if isinstance(grouping, Message):
        return grouping
    if lower is None:
        return Message(code="missing.lower_items")
    return fit_adjusted(study, outcome, grouping.codes, {LOWER: lower}, name=DIRECTION, role="sensitivity")


def _lower_means(study: Study) -> Mapping[str, pd.Series] | Message:
    own, peers = lower_tier_mean(study), colleagues_mean(study, LOWER_TIERS)
    if own is None or peers is None:
        return Message(code="missing.lower_items")
    return {LOWER: own, PEERS_LOWER: peers}

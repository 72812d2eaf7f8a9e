"""Claims of an association: which ratings set customers apart, and the slope of each outcome on them.

Customers are set apart by co-creation, or by a rating of another kind: extra benefit, the promise, what brings insight, the upper
tiers beyond the lower ones, perceived value. Beside the respondents themselves only colleagues rate most of these, so that they may
decide on loyalty alone; of perceived value the provider has a view, too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from valuelib.results import EvidenceLevel, Message
from valuelib.stats.exposure import mean_rating
from valuelib.study.model import Study
from valuelib.theory.claims import Claim
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS, tier
from valuelib.theory.reading import Reading
from valuelib.verdict.evidence import REST, UNIT_KEYS, Evidence, PartEstimate, all_parts, evidence_of_parts
from valuelib.verdict.groups import find_outcome, intention_notes, is_later, tier_mean
from valuelib.verdict.relations import (
    Exposure,
    colleagues_of,
    enough_accounts,
    find_design,
    find_exposures,
    fit_apart,
    fit_parts,
    predictor_facets,
    rate_at_large,
    rated_exposures,
    rating_exposures,
)

UNITS = {"goes_with_share_of_purchases": "share_points_per_point"}
PROMISE, UPPER = "exceeded_against_met", "adds_beyond_lower"
# What the part of a claim is called where its exposure says more than "association with the outcome".
CALLED = {
    "promise": PROMISE,
    "upper_tiers": UPPER,
    "insight": "insight_and_recommending",
    "perceived_value": "value_and_advantage",
}
HALF = 0.5  # a mean of colleagues' answers (-1 below, 0 met, 1 exceeded) at or above it counts as exceeded, within it as met
INSIGHT = ("innovation", "information", *tier("individual").elements, "vision", "hope")
Ways = tuple[Exposure, ...] | Message


def gather_correlate(study: Study, claim: Claim) -> Evidence | Message:
    """One part for each outcome, all on the same exposure; a claim of several outcomes cannot be tested where one is missing."""
    reading = claim.reading
    absent = [(name, found) for name in reading.outcomes if isinstance(found := find_outcome(study, name), Message)]
    exposures = find_ways(study, reading, peers_may_decide="peers" in claim.evidence)
    if absent:  # one thing with its own reason, several by name
        names: list[str] = [name for name, _ in absent]
        if isinstance(exposures, Message) and reading.exposure != "facets":
            names.append(reading.exposure)
        return absent[0][1] if len(names) == 1 else Message(code="missing.outcomes", values={"outcome_keys": ",".join(names)})
    later = all(is_later(study, name) for name in reading.outcomes)
    evidence = evidence_of_parts(claim, exposures, lambda one: relate(study, one, reading.outcomes), later=later)
    if isinstance(evidence, Message) or isinstance(exposures, Message):
        return evidence
    first = next(one for one in exposures if one.name == evidence.exposure)
    gained = say_gain(study, first, reading.outcome) if reading.exposure == "upper_tiers" else None
    notes = (*evidence.warnings, *intention_notes(study, reading.outcomes), *([gained] if gained is not None else []))
    return dataclasses.replace(evidence, warnings=notes)


def find_ways(study: Study, reading: Reading, *, peers_may_decide: bool) -> Ways:
    """Every way to measure what the reading sets customers apart by, the deciding one first; or why there is none."""
    if reading.exposure == "facets":
        return find_exposures(study, reading.facets or predictor_facets(), peers_may_decide=peers_may_decide)
    ways: Mapping[str, Callable[[Study], Ways]] = {
        "promise": promise_exposures,
        "insight": insight_exposures,
        "upper_tiers": upper_exposures,
        "perceived_value": value_exposures,
    }
    return ways[reading.exposure](study) if reading.exposure in ways else rating_exposures(study, reading.exposure)


def relate(study: Study, exposure: Exposure, outcomes: tuple[str, ...]) -> tuple[PartEstimate, ...] | Message:
    """The slope of each outcome on one exposure, or the first reason why one cannot be had."""
    what = exposure.name.partition(".")[2]

    def fit(name: str) -> tuple[PartEstimate, ...] | Message:
        outcome = find_outcome(study, name)
        if isinstance(outcome, Message):
            return outcome
        called = CALLED.get(what, f"goes_with_{name}")
        units = {PROMISE: UNIT_KEYS[outcome.kind], **UNITS}
        if what == "perceived_value" and exposure.evidence_level == EvidenceLevel.OTHER_SOURCE:
            large = rate_at_large(study)
            return fit_apart(study, outcome, {called: exposure.values}, large) if large else Message(code=REST)
        return fit_parts(study, outcome, {called: exposure.values}, exposure.adjust_for, units=units)

    return all_parts(*(fit(name) for name in outcomes))


# ---------------------------------------------------------------------- the promise: exceeded against met


def promise_exposures(study: Study) -> Ways:
    """1 where the promise was exceeded and 0 where it was met, by colleagues' mean and by the respondent; nobody else enters."""
    promise = study.values("promise")
    if promise is None:
        return Message(code="missing.outcome", values={"outcome_key": "promise"})
    colleagues = colleagues_of(study, promise) if study.has_accounts else None
    return tuple(rated_exposures(study, "promise", _exceeded(promise), None if colleagues is None else _exceeded(colleagues)))


def _exceeded(promise: pd.Series) -> pd.Series:
    return (promise >= HALF).astype(float).where(promise >= -HALF)


# ---------------------------------------------------------------------- insight, and the upper tiers beyond the lower ones


def insight_exposures(study: Study) -> Ways:
    """The mean of innovation, information, vision, hope and the individual tier: what lets a customer see further."""
    columns = [f"element.{key}" for key in INSIGHT if f"element.{key}" in study.data]
    if not columns:
        return Message(code="missing.higher_items")
    own = mean_rating(study.data[columns])
    return tuple(rated_exposures(study, "insight", own, colleagues_of(study, own) if study.has_accounts else None))


def upper_exposures(study: Study) -> Ways:
    """The upper tiers' mean, beside the mean of each lower tier by itself: the respondent's own and, with theirs, colleagues'."""
    own, each = tier_mean(study, HIGHER_TIERS), {key: tier_mean(study, (key,)) for key in LOWER_TIERS}
    lower = {f"lower.{key}": mean for key, mean in each.items() if mean is not None}
    if own is None:
        return Message(code="missing.higher_items")
    if not lower:
        return Message(code="missing.lower_items")
    return tuple(_upper_ways(study, own, lower))


def _upper_ways(study: Study, own: pd.Series, lower: Mapping[str, pd.Series]) -> Iterator[Exposure]:
    if study.has_accounts and enough_accounts(study, theirs := colleagues_of(study, own)):
        equal = {f"colleagues.{key}": colleagues_of(study, mean) for key, mean in lower.items()}
        yield Exposure(EvidenceLevel.COLLEAGUE_RATED, "peers.upper_tiers", theirs, {**lower, **equal})
    if own.notna().any():
        yield Exposure(EvidenceLevel.DIRECTION, "own.upper_tiers", own, lower)


def say_gain(study: Study, exposure: Exposure, name: str) -> Message | None:
    """How much of the outcome's differences the exposure explains beyond all that is adjusted for; None where no fit can be had.

    The slope's clustered test is that of this gain: one rating is added, so that the gain is zero just where its slope is.
    """
    outcome = find_outcome(study, name)
    if isinstance(outcome, Message):
        return None
    y = study.data[outcome.column].astype(float)
    design = find_design(study, y, {UPPER: exposure.values}, exposure.adjust_for)
    if isinstance(design, Message):
        return None
    used, weights = design.used, study.data["weight"].to_numpy(float)
    others = [column[used] for name, column in design.columns.items() if name != UPPER]
    without, both = (
        explained_share(y[used].to_numpy(), np.column_stack(columns), weights[used])
        for columns in (others, [*others, design.columns[UPPER][used]])
    )
    return Message(code="note.upper_gain", values={"without_share": without, "both_share": both, "gain_share": both - without})


def explained_share(y: np.ndarray, columns: np.ndarray, weights: np.ndarray) -> float:
    """R2 of weighted least squares with a constant."""
    root = np.sqrt(weights)
    design = np.column_stack([np.ones(len(y)), columns])
    left = root * (y - design @ np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0])
    centred = root * (y - np.average(y, weights=weights))
    return float(1 - left @ left / (centred @ centred))


# ---------------------------------------------------------------------- perceived value


def value_exposures(study: Study) -> Ways:
    """Value as the provider sees it, the mean of its ratings of the elements by account; then as the respondent perceives it."""
    return tuple(_value_ways(study)) or Message(code="missing.outcome", values={"outcome_key": "perceived_value"})


def _value_ways(study: Study) -> Iterator[Exposure]:
    own = study.values("perceived_value")
    if study.provider is not None:
        columns = [name for name in study.provider.columns if str(name).startswith("element.")]
        if columns:
            by_account = mean_rating(study.provider[columns]).set_axis(study.provider["account"])
            theirs = study.data["account"].map(by_account).astype(float)
            if enough_accounts(study, theirs):
                yield Exposure(EvidenceLevel.OTHER_SOURCE, "other_rater.perceived_value", theirs, {})
    if own is not None and own.notna().any():
        yield Exposure(EvidenceLevel.DIRECTION, "own.perceived_value", own.astype(float), {})

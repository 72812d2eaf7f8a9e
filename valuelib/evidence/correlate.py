"""Evidence for "it goes with": an outcome's slope on co-creation or value enhancement, one part for each outcome of the claim."""

from __future__ import annotations

from collections.abc import Sequence

from valuelib.evidence.facets import Exposure, find_exposures, predictor_facets, rating_exposures
from valuelib.evidence.outcomes import find_outcome, intention_notes, is_later
from valuelib.evidence.record import Evidence, Measured
from valuelib.evidence.relation import fit_relation
from valuelib.evidence.warn import with_warnings
from valuelib.records import Message
from valuelib.study import Study
from valuelib.theory import Claim, Reading

SHARE_UNIT = {"share_of_purchases": "share_points_per_point"}


def gather_correlate(study: Study, claim: Claim) -> Evidence:
    """One part for each outcome, all on the same exposure; a claim of several outcomes cannot be tested where one is missing."""
    outcomes = claim.reading.outcomes
    absent = [(name, found) for name in outcomes if isinstance(found := find_outcome(study, name), Message)]
    exposures = exposures_for(study, claim)
    if absent:
        return Evidence(claim=claim, missing=_lacking(absent, claim.reading, exposures))
    if isinstance(exposures, Message):
        return Evidence(claim=claim, missing=exposures)
    return _first_that_fits(study, claim, exposures)


def exposures_for(study: Study, claim: Claim) -> tuple[Exposure, ...] | Message:
    """The ways to measure what the claim's reading sets people apart by, the deciding one first."""
    if claim.reading.exposure == "facets":
        facets = claim.reading.facets or predictor_facets()
        return find_exposures(study, facets, peers_may_decide="peers" in claim.evidence)
    return rating_exposures(study, claim.reading.exposure)


def _lacking(absent: Sequence[tuple[str, Message]], reading: Reading, exposures: object) -> Message:
    """Everything that the study would have to measure: one thing with its own reason, several by name."""
    names = [name for name, _ in absent]
    if isinstance(exposures, Message) and reading.exposure != "facets":
        names.append(reading.exposure)
    return absent[0][1] if len(names) == 1 else Message(code="missing.outcomes", values={"outcome_keys": ",".join(names)})


def _first_that_fits(study: Study, claim: Claim, exposures: tuple[Exposure, ...]) -> Evidence:
    """The evidence on the first exposure that every outcome can be fitted on, and the others beside it."""
    fitted = [(one, relate(study, one, claim.reading.outcomes)) for one in exposures]
    usable = [(one, parts) for one, parts in fitted if not isinstance(parts, Message)]
    if not usable:
        return Evidence(claim=claim, missing=next(found for _, found in fitted if isinstance(found, Message)))
    (first, parts), *rest = usable
    evidence = Evidence(
        claim=claim,
        rung=first.rung,
        exposure=first.name,
        later=all(is_later(study, name) for name in claim.reading.outcomes),
        parts=parts,
        also=tuple(beside(part, one.name) for one, others in rest for part in others),
        warnings=intention_notes(study, claim.reading.outcomes),
    )
    return with_warnings(study, evidence)


def relate(study: Study, exposure: Exposure, outcomes: tuple[str, ...]) -> tuple[Measured, ...] | Message:
    """The slope of each outcome on one exposure, or the first reason why one cannot be had."""
    parts = []
    for name in outcomes:
        outcome = find_outcome(study, name)
        if isinstance(outcome, Message):
            return outcome
        values = study.answers[outcome.column]
        relation = fit_relation(study, values, outcome.kind, {"exposure": exposure.values}, exposure.equal)
        if isinstance(relation, Message):
            return relation
        parts.append(relation.part("exposure", f"goes_with_{name}", unit_key=SHARE_UNIT.get(name)))
    return tuple(parts)


def beside(part: Measured, exposure: str) -> Measured:
    """The same part asked on another exposure, named after both."""
    return Measured(
        name=f"{exposure}.{part.name}",
        value=part.value,
        se=part.se,
        df=part.df,
        unit_key=part.unit_key,
        n=part.n,
        accounts=part.accounts,
        side=part.side,
        method=part.method,
    )

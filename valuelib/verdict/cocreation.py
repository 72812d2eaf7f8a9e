"""Evidence on what co-creation does for value: through value to loyalty, and by clear roles, shared tasks and the right team.

Perceived value is the respondent's own rating, so only ratings by the provider may set relationships apart here: colleagues'
ratings share a liking with it that no control takes out (docs/decisions/0014-who-rates-cocreation.md).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pandas as pd

from valuelib.results import EvidenceLevel, Message
from valuelib.study.model import Study
from valuelib.theory.claims import Claim, ClaimPart
from valuelib.theory.facets import facet, facets
from valuelib.verdict.adjusted import lower_tiers
from valuelib.verdict.evidence import REST, Evidence, PartEstimate, all_parts, evidence_of_parts, named_after
from valuelib.verdict.groups import Outcome, find_outcome
from valuelib.verdict.over_time import NAME as EARLIER
from valuelib.verdict.over_time import fit_earlier
from valuelib.verdict.relations import (
    Exposure,
    Relation,
    colleagues_facets,
    colleagues_of,
    find_exposures,
    fit_apart,
    fit_parts,
    fit_relation,
    predictor_facets,
    rate_at_large,
    statement_means,
)

PEERS_FACETS = "colleagues_facets"


def gather_mediation(study: Study, claim: Claim) -> Evidence | Message:
    """Two paths that must both hold: co-creation is associated with value, and value with loyalty at equal co-creation.

    With another source's view nobody's answers stand at both ends of a path: the provider rates co-creation, and the value that is
    associated with a respondent's loyalty is that reported by the colleagues, adjusted for their view of co-creation and for theirs
    and the respondent's own lower-tier means.

    Notes:
        Joint significance of both paths; source: MacKinnon et al. (2002), Psychological Methods 7(1), 83-104.
    """
    keys = claim.reading.facets or predictor_facets()
    value, loyalty = find_outcome(study, claim.reading.through or "perceived_value"), find_outcome(study, claim.reading.outcome)
    if isinstance(value, Message):
        return value
    if isinstance(loyalty, Message):
        return loyalty
    exposures = find_exposures(study, keys, peers_may_decide="peers" in claim.evidence)
    evidence = evidence_of_parts(claim, exposures, lambda one: fit_paths(study, one, value, loyalty))
    before = fit_earlier(study, keys, value, loyalty)
    if isinstance(evidence, Message) or before is None or isinstance(before, Message):
        return evidence
    return dataclasses.replace(evidence, other_parts=(*evidence.other_parts, *(named_after(EARLIER, part) for part in before)))


def fit_paths(study: Study, exposure: Exposure, value: Outcome, loyalty: Outcome) -> tuple[PartEstimate, ...] | Message:
    """Both paths on one measure of co-creation, or why one of them cannot be had."""
    second = fit_loyalty(study, exposure, study.data[value.column].astype(float), loyalty)
    return all_parts(
        fit_parts(study, value, {"path_value": exposure.values}, exposure.adjust_for),
        second if isinstance(second, Message) else (second.part("value", "path_loyalty"),),
    )


def fit_loyalty(study: Study, exposure: Exposure, own_value: pd.Series, loyalty: Outcome) -> Relation | Message:
    """Loyalty on `value` as the second path has it, adjusted for co-creation as every side reports it."""
    reported = reported_value(study, own_value, exposure)
    if isinstance(reported, Message):
        return reported
    values, adjust_for = reported
    return fit_relation(study, study.data[loyalty.column], loyalty.kind, {"value": values}, adjust_for)


def reported_value(study: Study, own_value: pd.Series, exposure: Exposure) -> tuple[pd.Series, Mapping[str, pd.Series]] | Message:
    """Perceived value as the second path has it, and all that is adjusted for there.

    Value is that reported by colleagues. What they like they rate high in value and in co-creation alike, so that their view of
    co-creation is adjusted for beside the exposure (docs/decisions/0019-what-the-second-path-holds-equal.md). With evidence of a
    direction only, both are the respondent's own.
    """
    if exposure.evidence_level == "direction":
        return own_value, {"facets": exposure.values, **exposure.adjust_for}
    cocreation, theirs = colleagues_facets(study, predictor_facets()), lower_tiers(study, colleagues=True)
    if not study.has_accounts or not theirs:
        return Message(code="missing.colleagues")
    adjust_for = {"facets": exposure.values, **theirs}
    if cocreation is not None and exposure.evidence_level != "peers":  # there the exposure is their view
        adjust_for[PEERS_FACETS] = cocreation
    return colleagues_of(study, own_value), adjust_for


def gather_facet_parts(study: Study, claim: Claim, outcome: Outcome) -> Evidence | Message:
    """What each part of the claim, such as clear roles, adds to the outcome beside the rest of the battery."""
    exposures = find_exposures(study, claim.reading.facets or predictor_facets(), peers_may_decide="peers" in claim.evidence)
    return evidence_of_parts(claim, exposures, lambda one: fit_named(study, one, outcome, claim.parts))


def fit_named(
    study: Study, exposure: Exposure, outcome: Outcome, parts: tuple[ClaimPart, ...]
) -> tuple[PartEstimate, ...] | Message:
    """The slope on the statements of each part, beside the other parts and what is good in the cooperation at large.

    By the provider's view as `fit_apart` has it (docs/decisions/0040-apart-from-the-cooperation-at-large.md), the rest being facets
    of which nothing is named; by the respondents' own view at an equal mean of all other statements.
    """
    named = {part.key: part.statements for part in parts}
    items = {item for items in named.values() for item in items}
    means = statement_means(study, exposure.evidence_level, named)
    absent = [name for name in named if name not in means]
    if absent:
        return Message(code="missing.statements", values={"item_key": named[absent[0]][0]})
    beside = {item for one in facets() for item in one.items if outcome.column in {f"facet.{item}" for item in one.items}}
    if exposure.evidence_level == EvidenceLevel.DIRECTION:
        rest = statement_means(study, exposure.evidence_level, {"rest": [one for one in battery() if one not in items | beside]})
        return fit_parts(study, outcome, means, {**rest, **exposure.adjust_for})
    large = rate_at_large(study, items | beside)
    return fit_apart(study, outcome, means, large) if large else Message(code=REST)


def battery() -> tuple[str, ...]:
    """Keys of every statement that describes how the sides work together."""
    return tuple(item for key in predictor_facets() for item in facet(key).items)

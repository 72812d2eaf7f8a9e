"""Evidence for "customers with more higher-tier value are more loyal": the raw contrast, and the strongest one that data open."""

from __future__ import annotations

import dataclasses

from valuelib.evidence.adjusted import Adjusted, plain_contrast
from valuelib.evidence.groups import Grouping, group_answers
from valuelib.evidence.outcomes import find_outcome, is_later
from valuelib.evidence.record import Contrast, Evidence
from valuelib.evidence.rungs import Found, find_rung
from valuelib.evidence.warn import with_warnings
from valuelib.records import Message
from valuelib.stats.adjust import FittedMeans
from valuelib.stats.contrasts import Metric, contrast, has_variation, run_claim_tests
from valuelib.stats.satterthwaite import FEWEST_DF
from valuelib.study import Study
from valuelib.theory import Claim

# The working variance that CR2 keeps; less means that some direction is told by a single account only.
KEPT = 0.99


def gather_contrast(study: Study, claim: Claim) -> Evidence:
    """The raw contrast of the claim's reading, and beside it the contrast of the highest rung that the mapped columns open.

    Returns:
        Evidence; `missing` where neither contrast can be formed. Own ratings alone leave `tests` empty: halo shows such lifts too.
    """
    outcome = find_outcome(study, claim.reading.outcome)
    if isinstance(outcome, Message):
        return Evidence(claim=claim, missing=outcome)
    grouping = group_answers(study, claim.reading)
    raw = grouping if isinstance(grouping, Message) else plain_contrast(study, outcome, grouping.codes)
    found = find_rung(study, outcome, claim.reading)
    if isinstance(raw, Message) and found.adjusted is None:
        return Evidence(claim=claim, missing=raw)
    evidence = Evidence(
        claim=claim,
        kind=outcome.kind,
        rung=found.rung,
        exposure=grouping.rule if isinstance(grouping, Grouping) else _exposure_of(found),
        later=is_later(study, claim.reading.outcome),
        raw=None if isinstance(raw, Message) else raw,
        others=_others(found.adjusted),
        warnings=(*(grouping.warnings if isinstance(grouping, Grouping) else ()), *_as_note(raw), *_notes(found)),
    )
    return with_warnings(study, read_claim(evidence))


def _exposure_of(found: Found) -> str:
    return {"audited": "offering", "peers": "peers"}.get(found.rung, "own_mean")


def _others(adjusted: Adjusted | None) -> tuple[Contrast, ...]:
    """The fitted contrast, and the plain one on the same rows beside it."""
    if adjusted is None:
        return ()
    return (adjusted.fitted,) if adjusted.same_rows is None else (adjusted.fitted, adjusted.same_rows)


def _notes(found: Found) -> tuple[Message, ...]:
    return (*found.notes, *(found.adjusted.notes if found.adjusted is not None else ()))


def _as_note(raw: Contrast | Message) -> tuple[Message, ...]:
    """Why there is no raw contrast beside the deciding one; that reason is then only a note."""
    return (raw,) if isinstance(raw, Message) else ()


def read_claim(evidence: Evidence) -> Evidence:
    """Test the claim on the deciding contrast, or say why so few accounts cannot carry a test."""
    deciding, reading = evidence.deciding, evidence.claim.reading
    if deciding is None or reading.size is None or reading.metric not in ("ratio", "points"):
        return evidence
    metric: Metric = "ratio" if reading.metric == "ratio" else "points"
    tests = run_claim_tests(deciding.means, metric=metric, size=reading.size, kind=evidence.kind)
    return dataclasses.replace(evidence, tests=tests, thin=_too_thin(deciding))


def _too_thin(deciding: Contrast) -> Message | None:
    """Why a test would not hold its level here: no variation, controls that leave single accounts, hardly any df."""
    means = deciding.means
    if not has_variation(means):
        return Message(code="reason.thin.no_variation")
    df = contrast(means, 1.0)[2]
    if df < FEWEST_DF or (isinstance(means, FittedMeans) and means.kept([1.0, -1.0]) < KEPT):
        return Message(code="reason.thin.few_accounts", values={"accounts_n": int(means.n_accounts.min()), "df_score": df})
    return None

"""Evidence for "customers with more higher-tier value are more loyal": the raw contrast, and the strongest one that data open."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from valuelib.results import EvidenceLevel, Message
from valuelib.stats.adjust import FittedMeans
from valuelib.stats.contrasts import BASELINE_T, Metric, baseline_t, contrast, estimate_ratio, has_variation, run_claim_tests
from valuelib.stats.means import MIN_DF
from valuelib.study.model import Study
from valuelib.theory.claims import Claim, Reading
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS, tier
from valuelib.verdict.adjusted import LOWER, PEERS_LOWER, Adjusted, fit_adjusted, plain_contrast
from valuelib.verdict.evidence import ContrastMeans, Evidence
from valuelib.verdict.groups import (
    Grouping,
    Outcome,
    colleagues_mean,
    find_outcome,
    group_answers,
    group_by_offering,
    group_by_own,
    group_by_peers,
    is_later,
    lower_tier_mean,
)

# Which is the strongest evidence that the mapped columns open: what was bought, colleagues' ratings, or only own ratings?

AUDITED, PEERS, DIRECTION = "audited.lower_tiers", "peers.lower_tiers", "own.lower_tiers"


class Found(NamedTuple):
    """The highest rung that could be formed, its contrast, and why higher ones could not."""

    evidence_level: EvidenceLevel
    adjusted: Adjusted | None = None
    notes: tuple[Message, ...] = ()


def find_evidence_level(study: Study, outcome: Outcome, reading: Reading) -> Found:
    """The highest rung for a reading that leaves the exposure to the study; others count own ratings and stay descriptive."""
    if reading.exposure != "study":
        return Found(EvidenceLevel.DESCRIPTIVE)
    notes: list[Message] = []
    audited = fit_audited(study, outcome)
    if isinstance(audited, Adjusted):
        return Found(EvidenceLevel.PURCHASE_RECORD, audited)
    if "offering" in study.data:
        notes.append(audited)
    peers = fit_peers(study, outcome)
    if isinstance(peers, Adjusted):
        return Found(EvidenceLevel.COLLEAGUE_RATED, peers, tuple(notes))
    direction = fit_direction(study, outcome, reading)
    if isinstance(direction, Adjusted):
        return Found(EvidenceLevel.DIRECTION, direction, tuple(notes))
    return Found(EvidenceLevel.DESCRIPTIVE, None, tuple(notes))


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


# What should a reader know before trusting a contrast?

# Where intervals hold less often than they say (docs/reference/benchmarks.md): below 15 accounts in a group, the adjusted ones.
FEW_ACCOUNTS, FEW_IN_GROUP, SMALL_GROUP = 20, 15, 30


def with_warnings(study: Study, evidence: Evidence) -> Evidence:
    """The evidence with its warnings: about the deciding contrast, or the raw one where nothing decides."""
    shown = evidence.deciding or evidence.raw
    found = [] if shown is None else [*_of_groups(shown), *_of_ratio(evidence, shown), *_of_rows(study, evidence)]
    parts = _of_parts(study, evidence)
    return dataclasses.replace(
        evidence, warnings=(*evidence.warnings, *_of_accounts(study, shown), *found, *parts, *_of_items(study))
    )


def _of_parts(study: Study, evidence: Evidence) -> tuple[Message, ...]:
    """What the parts of a claim about directions assume, and what is held equal in them beside ratings."""
    if not evidence.parts:
        return ()
    said = (
        [Message(code="assumption.peers_rating")]
        if evidence.evidence_level == "peers" and evidence.claim.reading.kind != "growth"
        else []
    )
    if evidence.claim.reading.kind != "growth" and (covariates := study.config.columns.adjust_for):
        said.append(Message(code="note.held_equal_too", values={"columns": ", ".join(covariates)}))
    return tuple(said)


def limits_of(study: Study) -> tuple[Message, ...]:
    """What this study can never decide or be sure of, whatever the answers say: said before anybody assesses it."""
    lower = any(key in set(study.element_keys) for name in LOWER_TIERS for key in tier(name).elements)
    peers = lower and isinstance(group_by_peers(study), Grouping)
    told = [
        (not study.has_accounts, "warning.no_accounts"),
        ("offering" not in study.data, "warning.only_colleagues" if peers else "missing.offering"),
        (not lower, "warning.no_lower_items"),
    ]
    return tuple(Message(code=code) for missing, code in told if missing)


def _of_accounts(study: Study, shown: ContrastMeans | None) -> Iterator[Message]:
    """Too few clusters: at most the sum over the groups, since an account may stand in both."""
    accounts = study.data["account"].nunique() if shown is None else int(shown.means.n_accounts[:2].sum())
    if not study.has_accounts:
        yield Message(code="warning.no_accounts")
    elif accounts < FEW_ACCOUNTS:
        yield Message(code="warning.few_accounts", values={"accounts_n": accounts})


def _of_groups(shown: ContrastMeans) -> Iterator[Message]:
    means = shown.means
    for index, group in enumerate(("comparison", "baseline")):
        n, accounts = int(means.n[index]), int(means.n_accounts[index])
        if accounts < FEW_IN_GROUP or n < SMALL_GROUP:
            yield Message(code="warning.small_group", values={"group_key": group, "n": n, "accounts_n": accounts})
    if not has_variation(means):
        yield Message(code="warning.fallback_interval")


def _of_ratio(evidence: Evidence, shown: ContrastMeans) -> Iterator[Message]:
    size, baseline = evidence.claim.reading.size, float(shown.means.values[1])
    if evidence.claim.reading.metric != "ratio":
        return
    if size is not None and evidence.kind == "rate" and size * baseline > 1:
        yield Message(code="warning.claim_out_of_reach", values={"baseline_share": baseline, "size_ratio": size})
    if estimate_ratio(shown.means, kind=evidence.kind).value is None:
        yield Message(code="warning.no_ratio")
    elif baseline_t(shown.means) < BASELINE_T:
        yield Message(code="warning.weak_baseline", values={"t_score": baseline_t(shown.means)})


def _of_rows(study: Study, evidence: Evidence) -> Iterator[Message]:
    """What the deciding contrast assumes and holds equal, and whom it cannot speak of."""
    if evidence.deciding is None:
        return
    told = evidence.claim.reading.exposure == "study"
    yield Message(
        code=f"assumption.{evidence.evidence_level}" if told or evidence.evidence_level != "peers" else "assumption.peers_rating"
    )
    if evidence.evidence_level == "peers" and told and (alone := _without_colleagues(study)):
        yield Message(code="note.no_colleagues", values={"alone_n": alone})
    if covariates := study.config.columns.adjust_for:
        yield Message(code="note.held_equal", values={"columns": ", ".join(covariates)})


def _without_colleagues(study: Study) -> int:
    """Answers that no colleague's ratings stand beside; none are told of where they would be fewer than the minimum."""
    peers = colleagues_mean(study, HIGHER_TIERS)
    alone = 0 if peers is None else int(peers.isna().sum())
    return alone if alone >= study.config.privacy.min_group else 0


def _of_items(study: Study) -> Iterator[Message]:
    mapped = set(study.element_keys)
    if not mapped:
        return
    for name in (*LOWER_TIERS, *HIGHER_TIERS):
        items = sum(key in mapped for key in tier(name).elements)
        if items == 0:
            yield Message(code="warning.tier_without_items", values={"tier_key": name})
        elif items == 1:
            yield Message(code="warning.tier_one_item", values={"tier_key": name})


# Evidence for "customers with more higher-tier value are more loyal": the raw contrast, and the strongest one that data open.

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
    found = find_evidence_level(study, outcome, claim.reading)
    if isinstance(raw, Message) and found.adjusted is None:
        return Evidence(claim=claim, missing=raw)
    evidence = Evidence(
        claim=claim,
        kind=outcome.kind,
        evidence_level=found.evidence_level,
        exposure=grouping.rule if isinstance(grouping, Grouping) else _exposure_of(found),
        later=is_later(study, claim.reading.outcome),
        raw=None if isinstance(raw, Message) else raw,
        others=_others(found.adjusted),
        warnings=(*(grouping.warnings if isinstance(grouping, Grouping) else ()), *_as_note(raw), *_notes(found)),
    )
    return with_warnings(study, read_claim(evidence))


def _exposure_of(found: Found) -> str:
    return {"audited": "offering", "peers": "peers"}.get(found.evidence_level, "own_mean")


def _others(adjusted: Adjusted | None) -> tuple[ContrastMeans, ...]:
    """The fitted contrast, and the plain one on the same rows beside it."""
    if adjusted is None:
        return ()
    return (adjusted.fitted,) if adjusted.same_rows is None else (adjusted.fitted, adjusted.same_rows)


def _notes(found: Found) -> tuple[Message, ...]:
    return (*found.notes, *(found.adjusted.notes if found.adjusted is not None else ()))


def _as_note(raw: ContrastMeans | Message) -> tuple[Message, ...]:
    """Why there is no raw contrast beside the deciding one; that reason is then only a note."""
    return (raw,) if isinstance(raw, Message) else ()


def read_claim(evidence: Evidence) -> Evidence:
    """Test the claim on the deciding contrast, or say why so few accounts cannot carry a test."""
    deciding, reading = evidence.deciding, evidence.claim.reading
    if deciding is None or reading.size is None or reading.metric not in ("ratio", "points"):
        return evidence
    metric: Metric = "ratio" if reading.metric == "ratio" else "points"
    tests = run_claim_tests(deciding.means, metric=metric, size=reading.size, kind=evidence.kind)
    return dataclasses.replace(evidence, tests=tests, too_few_clusters=_too_few_clusters(deciding))


def _too_few_clusters(deciding: ContrastMeans) -> Message | None:
    """Why a test would not hold its level here: no variation, controls that leave single accounts, hardly any df."""
    means = deciding.means
    if not has_variation(means):
        return Message(code="reason.thin.no_variation")
    df = contrast(means, 1.0)[2]
    if df < MIN_DF or (isinstance(means, FittedMeans) and means.kept([1.0, -1.0]) < KEPT):
        return Message(code="reason.thin.few_accounts", values={"accounts_n": int(means.n_accounts.min()), "df_score": df})
    return None

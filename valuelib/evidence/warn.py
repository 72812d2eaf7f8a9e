"""What should a reader know before trusting a contrast?"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from valuelib.evidence.groups import Grouping, colleagues_mean, group_by_peers
from valuelib.evidence.record import Contrast, Evidence
from valuelib.records import Message
from valuelib.stats.contrasts import BASELINE_T, baseline_t, estimate_lift_ratio, has_variation
from valuelib.study import Study
from valuelib.theory import HIGHER_TIERS, LOWER_TIERS, tier

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
    said = [Message(code="assumption.peers_rating")] if evidence.rung == "peers" and evidence.claim.reading.kind != "growth" else []
    if evidence.claim.reading.kind != "growth" and (covariates := study.config.columns.adjust_for):
        said.append(Message(code="note.held_equal_too", values={"columns": ", ".join(covariates)}))
    return tuple(said)


def limits_of(study: Study) -> tuple[Message, ...]:
    """What this study can never decide or be sure of, whatever the answers say: said before anybody assesses it."""
    lower = any(key in set(study.elements) for name in LOWER_TIERS for key in tier(name).elements)
    peers = lower and isinstance(group_by_peers(study), Grouping)
    told = [
        (not study.has_accounts, "warning.no_accounts"),
        ("offering" not in study.answers, "warning.only_colleagues" if peers else "missing.offering"),
        (not lower, "warning.no_lower_items"),
    ]
    return tuple(Message(code=code) for missing, code in told if missing)


def _of_accounts(study: Study, shown: Contrast | None) -> Iterator[Message]:
    """Too few clusters: at most the sum over the groups, since an account may stand in both."""
    accounts = study.answers["account"].nunique() if shown is None else int(shown.means.n_accounts[:2].sum())
    if not study.has_accounts:
        yield Message(code="warning.no_accounts")
    elif accounts < FEW_ACCOUNTS:
        yield Message(code="warning.few_accounts", values={"accounts_n": accounts})


def _of_groups(shown: Contrast) -> Iterator[Message]:
    means = shown.means
    for index, group in enumerate(("comparison", "baseline")):
        n, accounts = int(means.n[index]), int(means.n_accounts[index])
        if accounts < FEW_IN_GROUP or n < SMALL_GROUP:
            yield Message(code="warning.small_group", values={"group_key": group, "n": n, "accounts_n": accounts})
    if not has_variation(means):
        yield Message(code="warning.fallback_interval")


def _of_ratio(evidence: Evidence, shown: Contrast) -> Iterator[Message]:
    size, baseline = evidence.claim.reading.size, float(shown.means.values[1])
    if evidence.claim.reading.metric != "ratio":
        return
    if size is not None and evidence.kind == "rate" and size * baseline > 1:
        yield Message(code="warning.claim_out_of_reach", values={"baseline_share": baseline, "size_ratio": size})
    if estimate_lift_ratio(shown.means, kind=evidence.kind).value is None:
        yield Message(code="warning.no_ratio")
    elif baseline_t(shown.means) < BASELINE_T:
        yield Message(code="warning.weak_baseline", values={"t_score": baseline_t(shown.means)})


def _of_rows(study: Study, evidence: Evidence) -> Iterator[Message]:
    """What the deciding contrast assumes and holds equal, and whom it cannot speak of."""
    if evidence.deciding is None:
        return
    told = evidence.claim.reading.exposure == "study"
    yield Message(code=f"assumption.{evidence.rung}" if told or evidence.rung != "peers" else "assumption.peers_rating")
    if evidence.rung == "peers" and told and (alone := _without_colleagues(study)):
        yield Message(code="note.no_colleagues", values={"alone_n": alone})
    if covariates := study.config.columns.adjust_for:
        yield Message(code="note.held_equal", values={"columns": ", ".join(covariates)})


def _without_colleagues(study: Study) -> int:
    """Answers that no colleague's ratings stand beside; none are told of where they would be fewer than the minimum."""
    peers = colleagues_mean(study, HIGHER_TIERS)
    alone = 0 if peers is None else int(peers.isna().sum())
    return alone if alone >= study.config.privacy.min_group else 0


def _of_items(study: Study) -> Iterator[Message]:
    mapped = set(study.elements)
    if not mapped:
        return
    for name in (*LOWER_TIERS, *HIGHER_TIERS):
        items = sum(key in mapped for key in tier(name).elements)
        if items == 0:
            yield Message(code="warning.tier_without_items", values={"tier_key": name})
        elif items == 1:
            yield Message(code="warning.tier_one_item", values={"tier_key": name})

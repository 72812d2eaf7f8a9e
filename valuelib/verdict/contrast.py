"""Evidence for "customers with more higher-tier value are more loyal": the raw contrast, and the strongest one that data open."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import NamedTuple

from valuelib.results import EvidenceLevel, Link, Message, Value
from valuelib.stats.adjust import FittedMeans
from valuelib.stats.contrasts import (
    BASELINE_T,
    ClaimTests,
    baseline_t,
    carrying_accounts,
    contrast,
    estimate_ratio,
    has_variation,
    is_possible,
    run_claim_tests,
)
from valuelib.stats.loyalty import SCALE, Kind
from valuelib.stats.means import MIN_DF
from valuelib.stats.wild import wild_cluster_test
from valuelib.study.model import Study
from valuelib.theory.claims import Claim
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS, tier
from valuelib.theory.reading import DESIGNS, Reading
from valuelib.verdict.adjusted import GROUPS, Adjusted, raw_contrast
from valuelib.verdict.evidence import ContrastMeans, Evidence, Role
from valuelib.verdict.groups import (
    Grouping,
    Outcome,
    colleagues_mean,
    find_outcome,
    group_by_peers,
    is_later,
    told_only,
    warn_of_names,
)
from valuelib.verdict.offerings import warn_of_offerings
from valuelib.verdict.once import once
from valuelib.verdict.source import RowsSource, TotalsSource, sample_of, sample_sizes, source_of
from valuelib.verdict.switched import RollOut, find_roll_out
from valuelib.verdict.total import link_figures, total_contrast

ASSIGNED, AUDITED, PEERS, DIRECTION = "assigned.total", "audited.lower_tiers", "peers.lower_tiers", "own.lower_tiers"
# The contrast of each level of evidence, the strongest first.
NAMES = {
    EvidenceLevel.PURCHASE_RECORD: AUDITED,
    EvidenceLevel.COLLEAGUE_RATED: PEERS,
    EvidenceLevel.DIRECTION: DIRECTION,
}
RULES = {
    EvidenceLevel.ASSIGNED: "offering",
    EvidenceLevel.SWITCHED: "offering",
    EvidenceLevel.PURCHASE_RECORD: "offering",
    EvidenceLevel.COLLEAGUE_RATED: "peers",
}  # who set the groups of the contrast apart
TOTAL = "total"
# Below this many clusters in both groups together, CR2 alone does not always hold its level (docs/explanation/statistics.md).
FEW_CLUSTERS, MIN_CLUSTERS = 30, 6
DOMINANT, LARGE = 1 / 2, 1 / 3  # share of the weight of one cluster: nothing is decided, or it is warned of
# The working variance that CR2 keeps; less means that some direction rests on a single account only.
KEPT = 0.99


def gather_contrast(study: Study, claim: Claim, outcome: Outcome) -> Evidence | Message:
    """The raw contrast of the claim's reading, and beside it that of the strongest level of evidence that the mapped columns open.

    Returns:
        Evidence, or why neither contrast can be formed. Own ratings alone leave `tests` empty: halo shows such lifts too.
    """
    key = Evidence(claim=claim).hypothesis_key
    found = once(study, ("contrast", key, outcome), lambda: find_contrast(study, claim, outcome))
    return found if isinstance(found, Message) else read_claim(study, dataclasses.replace(found, claim=claim))


def find_contrast(study: Study, claim: Claim, outcome: Outcome) -> Evidence | Message:
    """The evidence before any test, whatever size is claimed, or why neither contrast can be formed."""
    source, fewest = source_of(study), study.config.privacy.min_group
    grouping = source.group_answers(claim.reading)
    raw = grouping if isinstance(grouping, Message) else raw_contrast(source.plain(outcome, grouping.codes), fewest)
    design = find_design(study, outcome) if claim.reading.exposure == "study" else None
    if isinstance(design, Design):
        found, contrasts = Found(design.evidence_level, None, design.notes), design.contrasts
    else:
        found = find_evidence_level(study, outcome, claim.reading)
        contrasts = () if found.adjusted is None else found.adjusted.contrasts
        found = found if design is None else found._replace(notes=(design, *found.notes))
    warnings = [] if isinstance(grouping, Message) else [*grouping.warnings]
    if isinstance(raw, Message):
        if not contrasts:
            return raw
        warnings.append(raw)  # why no raw contrast stands beside the deciding one
    warnings += [*found.notes, *(found.adjusted.notes if found.adjusted is not None else ())]
    total, link = gather_total(study, source, outcome, found.adjusted)
    if total is None and found.evidence_level != EvidenceLevel.ASSIGNED and claim.reading.exposure == "study":
        bought = source.group_level(EvidenceLevel.PURCHASE_RECORD, claim.reading)  # a pilot's own contrast is the total
        if isinstance(bought, Grouping):
            total = total_contrast(source.total(outcome, bought.codes), fewest, name=f"audited.{TOTAL}")
    return Evidence(
        claim=claim,
        kind=outcome.kind,
        evidence_level=found.evidence_level,
        exposure=RULES.get(found.evidence_level, "own_mean") if isinstance(grouping, Message) else grouping.rule,
        later=is_later(study, claim.reading.outcome),
        raw=None if isinstance(raw, Message) else raw,
        contrasts=contrasts,
        total=total,
        link=link,
        warnings=tuple(warnings),
    )


def gather_total(
    study: Study, source: TotalsSource, outcome: Outcome, adjusted: Adjusted | None
) -> tuple[ContrastMeans | None, Link | None]:
    """The total of a deciding contrast's own groups, and why the two differ; nothing where nothing decides."""
    if adjusted is None or adjusted.fitted.role != "deciding":
        return None, None
    name = f"{adjusted.fitted.name.partition('.')[0]}.{TOTAL}"
    total = total_contrast(source.total(outcome, adjusted.codes), study.config.privacy.min_group, name=name)
    return total, None if total is None else link_figures(study, outcome, total, adjusted)


def read_claim(study: Study, evidence: Evidence) -> Evidence:
    """Test the claim on the total and on the deciding contrast, or say why they cannot carry a test.

    A verdict takes both, so its tests have the larger p of the two (intersection-union). A test does not hold its level without
    variation, where controls leave single accounts, with hardly any df, with few accounts in a group, or where one account speaks
    for all.

    Notes:
        Source: Berger (1982), Technometrics 24(4), 295-300, for the intersection-union test.
    """
    deciding, reading = evidence.deciding, evidence.claim.reading
    if deciding is None or not reading.sets_groups:
        return evidence
    figures, kind = evidence.figures, evidence.kind
    tests, left = (
        tuple(run_tests(study, one, reading, kind) for one in figures),
        0.0 if evidence.link is None else evidence.link.left,
    )
    # What the error of the ratings may have left of better basics is taken off before a lift counts as shown, and never added.
    if (left < 0) == reading.says_lower:
        careful = run_claim_tests(deciding.means, metric=reading.metric, size=reading.size, kind=kind, less=left / SCALE[kind])
    else:
        careful = tests[0]
    largest = max(one.totals.largest_share for one in figures)
    blocked, few = None, next((why for one in figures if (why := too_thin(one, kind)) is not None), None)
    smallest, group = min((int(n), name) for one in figures for n, name in zip(one.means.n_clusters, GROUPS, strict=True))
    if largest >= DOMINANT:
        blocked = Message(code="reason.dominant_account", values={"account_share": largest})
    elif smallest < MIN_CLUSTERS:
        blocked = Message(code="reason.few_clusters", values={"group_key": group, "clusters_n": smallest, "fewest_n": MIN_CLUSTERS})
    careful = dataclasses.replace(tests[0], p_no_lift=careful.p_no_lift, p_above_claim=careful.p_above_claim)
    together = ClaimTests(*(max(values) for values in zip(*map(dataclasses.astuple, (*tests, careful)), strict=True)))
    return dataclasses.replace(evidence, tests=together, tests_by_figure=tests, blocked=blocked, too_few_clusters=few)


def run_tests(study: Study, figure: ContrastMeans, reading: Reading, kind: Kind) -> ClaimTests:
    """The claim's tests on one figure; with few clusters a lift must be shown by the wild cluster bootstrap, too."""
    tests = run_claim_tests(figure.means, metric=reading.metric, size=reading.size, kind=kind)
    if figure.totals.n_together >= FEW_CLUSTERS or not has_variation(figure.means):
        return tests
    wild = wild_cluster_test(figure.totals, seed=study.config.seed)
    claimed, other = (wild.p_opposite, wild.p_no_lift) if reading.says_lower else (wild.p_no_lift, wild.p_opposite)
    return dataclasses.replace(tests, p_no_lift=max(tests.p_no_lift, claimed), p_opposite=max(tests.p_opposite, other))


def too_thin(figure: ContrastMeans, kind: Kind) -> Message | None:
    """Why a test on this figure would not hold its level, or None."""
    means, (value, _, df) = figure.means, contrast(figure.means, 1.0)
    if not has_variation(means):
        return Message(code="reason.thin.no_variation")
    if not is_possible(value, kind):
        return Message(code="reason.thin.out_of_range")
    if df < MIN_DF or (isinstance(means, FittedMeans) and means.kept([1.0, -1.0]) < KEPT):
        smaller, carrying = int(means.n_clusters.min()), carrying_accounts(figure.totals)
        if carrying < smaller:  # accounts enough, but most of them tell nothing of the contrast
            together = figure.totals.n_together
            return Message(code="reason.thin.imbalance", values={"carrying_n": carrying, "accounts_n": together, "df_score": df})
        return Message(code="reason.thin.few_accounts", values={"accounts_n": smaller, "df_score": df})
    return None


class Design(NamedTuple):
    """A design that decides by itself, its contrast first, and what a reader must know of it."""

    evidence_level: EvidenceLevel
    contrasts: tuple[ContrastMeans, ...]
    notes: tuple[Message, ...] = ()


def find_design(study: Study, outcome: Outcome) -> Design | Message | None:
    """A pilot by lot, whose total decides, or a roll-out; else why what there is of one cannot decide; None where there is none.

    Of a large study a roll-out is that of the sample, whose accounts are whole: it takes their answers from wave to wave.
    """
    source = source_of(study)
    bought = source.group_by_offering() if study.config.exposure.assigned is not None else None
    if isinstance(bought, Grouping):
        sums, fewest = source.total(outcome, bought.codes), study.config.privacy.min_group
        total = total_contrast(sums, fewest, name=ASSIGNED)
    else:
        total = None
    if total is not None:
        return Design(EvidenceLevel.ASSIGNED, (dataclasses.replace(total, role="deciding"),))
    found = find_roll_out(sample_of(study), outcome)
    if isinstance(found, RollOut):
        sizes = sample_sizes(study)
        notes = () if sizes is None else (Message(code="note.roll_out_of_sample", values={"n": sizes[0], "all_n": sizes[1]}),)
        return Design(EvidenceLevel.SWITCHED, (found.fitted, *found.beside), (*found.notes, *notes))
    return found


def by_design(study: Study, outcome: str) -> bool:
    """Whether a pilot by lot or a roll-out decides contrasts of this outcome."""
    found = find_outcome(study, outcome)
    return not isinstance(found, Message) and isinstance(find_design(study, found), Design)


class Found(NamedTuple):
    """The strongest level of evidence that could be formed, its contrast, and why stronger ones could not."""

    evidence_level: EvidenceLevel
    adjusted: Adjusted | None = None
    notes: tuple[Message, ...] = ()


def find_evidence_level(study: Study, outcome: Outcome, reading: Reading) -> Found:
    """The strongest level for a reading that leaves the exposure to the study; others count own ratings and stay descriptive."""
    notes: tuple[Message, ...] = ()
    for level in NAMES if reading.exposure == "study" else ():
        found = fit_level(study, outcome, reading, level)
        if isinstance(found, Adjusted):
            return Found(level, found, notes)
        if level == EvidenceLevel.PURCHASE_RECORD and "offering" in study.data:
            notes = (found,)
    return Found(EvidenceLevel.DESCRIPTIVE, None, notes)


def fit_level(
    study: Study, outcome: Outcome, reading: Reading, level: EvidenceLevel | None, *, name: str = ""
) -> Adjusted | Message:
    """The two groups that a level of evidence tells apart, adjusted for lower-tier means.

    What was bought, which no respondent rated; colleagues' higher-tier mean split at its median, with their lower-tier mean held
    equal too; else own ratings, whose halo is weakened and not removed, so that only their sign counts.

    Args:
        study, outcome, reading: what is asked.
        level: the level of evidence.
        name: of a sensitivity check that is no contrast of this level itself.
    """
    if level == EvidenceLevel.PURCHASE_RECORD and not name:  # who bought what is the same in every reading
        return once(study, ("audited", outcome), lambda: _fit_level(study, outcome, reading, level, name=name))
    return _fit_level(study, outcome, reading, level, name=name)


def _fit_level(study: Study, outcome: Outcome, reading: Reading, level: EvidenceLevel | None, *, name: str) -> Adjusted | Message:
    source = source_of(study)
    grouping = source.group_level(level, reading)
    if isinstance(grouping, Message):
        return grouping
    bought = level == EvidenceLevel.PURCHASE_RECORD and not name
    control = source.control(outcome, grouping.codes)
    if isinstance(control, Message):
        return Message(code="warning.no_lower_items") if bought and control.code == "missing.lower_items" else control
    colleagues = level == EvidenceLevel.COLLEAGUE_RATED
    role: Role = "deciding" if (colleagues or level == EvidenceLevel.PURCHASE_RECORD) and not name else "sensitivity"
    called = name or NAMES[level or EvidenceLevel.DIRECTION]
    found = source.net(outcome, grouping.codes, control, colleagues=colleagues, name=called, role=role)
    if isinstance(found, Adjusted):
        return found._replace(notes=(*control.notes, *found.notes), reliability=control.reliability)
    not_formed = bought and found.code == "warning.not_formed"
    return Message(code="warning.audited_not_formed") if not_formed else found


# ---------------------------------------------------------------------- warnings

# Where intervals hold less often than they say (docs/reference/benchmarks.md): below 15 accounts in a group, the adjusted ones.
FEW_ACCOUNTS, FEW_IN_GROUP, SMALL_GROUP = 20, 15, 30
BY_PURCHASE = (EvidenceLevel.ASSIGNED, EvidenceLevel.SWITCHED, EvidenceLevel.PURCHASE_RECORD)


def with_warnings(study: Study, evidence: Evidence) -> Evidence:
    """The evidence with its warnings: about the deciding contrast, or the raw one where nothing decides."""
    by_purchase = evidence.exposure == "offering" or evidence.evidence_level in BY_PURCHASE
    found = (
        *warn_of_clusters(study, evidence),
        *warn_of_ratio(evidence),
        *note_adjustment(study, evidence),
        *warn_of_items(study),
        *warn_of_names(study),
        *told_only(study, evidence.claim.reading.outcomes),
        *(warn_of_offerings(study, evidence.claim.reading.outcome) if by_purchase else ()),
        *note_source(study, evidence),
    )
    return dataclasses.replace(evidence, warnings=(*evidence.warnings, *found))


def note_source(study: Study, evidence: Evidence) -> Iterator[Message]:
    """Of a large study, what was summed up over all answers and what a sample of them had to tell."""
    if study.large is not None:
        everyone = evidence.claim.reading.kind == "contrast" and not isinstance(source_of(study), RowsSource)
        values: dict[str, Value] = {"n": len(study.data), "all_n": study.large.accounts.n}
        yield Message(code="note.summed_up" if everyone else "note.of_sample", values=values)


def limits_of(study: Study) -> tuple[Message, ...]:
    """What this study can never decide or be sure of, whatever the answers are: known before anybody assesses it."""
    lower = any(key in set(study.element_keys) for name in LOWER_TIERS for key in tier(name).elements)
    peers = lower and isinstance(group_by_peers(study), Grouping)
    limits = [
        (not (study.has_accounts or study.has_clusters), "warning.no_accounts"),
        ("offering" not in study.data, "warning.only_colleagues" if peers else "missing.offering"),
        (not lower, "warning.no_lower_items"),
    ]
    return tuple(Message(code=code) for applies, code in limits if applies)


def openings_of(study: Study) -> Iterator[Message]:
    """What the design of this study opens, before anybody assesses it: a pilot by lot, a roll-out, or why one is too small."""
    if study.config.exposure.assigned is not None:
        yield Message(code="study.lot_opens")
    for name in ("recommend", "repurchase"):
        outcome = find_outcome(study, name)
        found = None if isinstance(outcome, Message) else find_roll_out(study, outcome)
        if isinstance(found, RollOut):
            switched, not_yet = (int(n) for n in found.fitted.means.n_accounts)
            yield Message(code="study.roll_out_opens", values={"outcome_key": name, "switched_n": switched, "not_yet_n": not_yet})
        elif found is not None:
            yield found


def warn_of_clusters(study: Study, evidence: Evidence) -> Iterator[Message]:
    """Too few accounts or answers, at most the sum over the groups, since an account may stand in both."""
    shown = evidence.deciding or evidence.raw
    accounts = study.data["account"].nunique() if shown is None else int(shown.means.n_accounts[:2].sum())
    if not (study.has_accounts or study.has_clusters):
        yield Message(code="warning.no_accounts")
    elif accounts < FEW_ACCOUNTS:
        yield Message(code="warning.few_accounts", values={"accounts_n": accounts})
    if shown is None:
        return
    for index, group in enumerate(("comparison", "baseline")):
        n, accounts = int(shown.means.n[index]), int(shown.means.n_accounts[index])
        if accounts < FEW_IN_GROUP or n < SMALL_GROUP:
            yield Message(code="warning.small_group", values={"group_key": group, "n": n, "accounts_n": accounts})
    if LARGE < (largest := shown.totals.largest_share) < DOMINANT:
        yield Message(code="warning.large_account", values={"account_share": largest})
    if not has_variation(shown.means):
        yield Message(code="warning.fallback_interval")


def warn_of_ratio(evidence: Evidence) -> Iterator[Message]:
    """A claimed ratio that cannot be reached, or a baseline too near zero to divide by."""
    shown, size = evidence.deciding or evidence.raw, evidence.claim.reading.size
    if shown is None or evidence.claim.reading.metric != "ratio":
        return
    baseline = float(shown.means.values[1])
    if evidence.deciding is None and size is not None and evidence.kind == "rate" and size * baseline > 1:
        yield Message(code="warning.claim_out_of_reach", values={"baseline_share": baseline, "size_ratio": size})
    if estimate_ratio(shown.means, kind=evidence.kind).value is None:
        yield Message(code="warning.no_ratio")
    elif baseline_t(shown.means) < BASELINE_T:
        yield Message(code="warning.weak_baseline", values={"t_score": baseline_t(shown.means)})


def note_adjustment(study: Study, evidence: Evidence) -> Iterator[Message]:
    """What the deciding contrast or the parts assume and are adjusted for beside ratings, and whom they cannot speak of."""
    reading, level = evidence.claim.reading, evidence.evidence_level
    left_out = {str(one.values["columns"]) for one in evidence.warnings if one.code == "note.left_out"}
    named = [
        word for word in map(study.column_word, study.config.columns.adjust_for) if word not in ", ".join(left_out).split(", ")
    ]
    covariates: dict[str, Value] = {"columns": ", ".join(named)}
    if evidence.deciding is not None:
        rated = level == EvidenceLevel.COLLEAGUE_RATED
        yield Message(code="assumption.peers_rating" if rated and reading.exposure != "study" else f"assumption.{level}")
        if rated and reading.exposure == "study":
            peers = colleagues_mean(study, HIGHER_TIERS)
            alone = 0 if peers is None else int(peers.isna().sum())
            if alone and alone >= study.config.privacy.min_group:  # fewer than that are shown nowhere
                yield Message(code="note.no_colleagues", values={"alone_n": alone})
        if covariates["columns"] and level not in DESIGNS:
            yield Message(code="note.held_equal", values=covariates)
        elif covariates["columns"] and level == EvidenceLevel.ASSIGNED:
            yield Message(code="note.held_equal_too", values=covariates)
    if evidence.parts and reading.kind not in ("growth", "within_teams", "necessity"):
        if level == EvidenceLevel.COLLEAGUE_RATED:
            yield Message(code="assumption.peers_rating")
        if covariates["columns"]:
            yield Message(code="note.held_equal_too", values=covariates)


def warn_of_items(study: Study) -> Iterator[Message]:
    """Tiers that rest on one item or none, where elements are mapped at all."""
    mapped = set(study.element_keys)
    for name in (*LOWER_TIERS, *HIGHER_TIERS) if mapped else ():
        items = sum(key in mapped for key in tier(name).elements)
        if items < 2:
            yield Message(code="warning.tier_one_item" if items else "warning.tier_without_items", values={"tier_key": name})

"""What many studies say together: each claim's deciding contrast pooled over studies, one pool for each kind of evidence.

Contrasts are pooled only with their like: the same claim in the same reading, decided by the same control. Raw contrasts stand
apart and decide nothing. Points and log ratios of shares are pooled; a ratio of two NPS never is, since its baseline may be zero.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from scipy import stats

from valuelib.results import CASES, Contrast, EvidenceLevel, Finding, Message, Value, from_json
from valuelib.stats.pooling import Pooled, estimate_log_ratio, estimate_pooled
from valuelib.theory.claims import claims

# What one study brings to a portfolio

RAW = "raw"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResults:
    """One study as its results.json tells it; `findings` by claim id."""

    name: str
    client: str
    respondents: int
    accounts: int
    findings: Mapping[str, Finding]


def read_results(document: Mapping[str, Any]) -> StudyResults:
    """A study out of the content of its results.json, whose form has been checked.

    Sentences are left behind, since they speak the study's language; their codes and values are taken.
    """
    study = document["study"]
    findings = []
    for entry in document["findings"]:
        fields = {name: value for name, value in entry.items() if name not in ("reason_code", "reason_values", "warning_codes")}
        case = entry["reason_code"]
        left = ".left" if case == "weak_control" and "left_pts" in entry["reason_values"] else ""
        fields["reason"] = {"code": f"reason.{case}{left}" if case in CASES else case, "values": entry["reason_values"]}
        fields["warnings"] = [{"code": code, "values": {}} for code in entry["warning_codes"]]
        fields["controls"] = [_contrast(one) for one in entry["controls"]]
        fields["total"] = _contrast(entry["total"]) if entry.get("total") else None
        findings.append(cast(Finding, from_json("finding", fields)))
    return StudyResults(
        name=study["name"],
        client=study["client"],
        respondents=study["respondents"],
        accounts=study["accounts"],
        findings={finding.claim.id: finding for finding in findings},
    )


def _contrast(entry: Mapping[str, Any]) -> dict[str, Any]:
    note = None if entry["note_code"] is None else {"code": entry["note_code"], "values": entry["note_values"]}
    return {**{name: value for name, value in entry.items() if not name.startswith("note")}, "note": note}


def raw_control(finding: Finding) -> Contrast | None:
    """The raw contrast of a finding in the shape of a control, or None where there is none."""
    if finding.raw is None or finding.raw.difference is None:
        return None
    return dataclasses.replace(finding.raw, name=finding.exposure or RAW, role="reference")


# What a portfolio is made of

Scale = Literal["points", "log_ratio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One study's lift in a pool, in points or as the log of a ratio; `low` and `high` by its own degrees of freedom.

    `n`: answers in the smaller group; 0 where the contrast has none.
    """

    study: str
    value: float
    se: float
    df: float
    low: float
    high: float
    later: bool
    n: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A study that is not in a pool, and why."""

    study: str
    reason: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Lifts by one kind of evidence on one scale; `pooled` is None for a single study.

    `contrast` names the control, or the rule of the raw groups; `raw` where the evidence is of own ratings and decides nothing.
    """

    evidence_level: EvidenceLevel
    contrast: str
    scale: Scale
    raw: bool
    contributions: tuple[Contribution, ...]
    pooled: Pooled | None
    left: tuple[Left, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPools:
    """Every pool of the claims that ask for one and the same contrast, deciding ones first; who could not test them, and why.

    `sizes`: the claimed size by (metric, claim id); `confirmatory` where any study had named one of the claims before its results.
    """

    claims: tuple[str, ...]
    outcome: str
    metric: str
    sizes: Mapping[str, tuple[str, float]]
    confirmatory: bool
    pools: tuple[Pool, ...]
    left: tuple[Left, ...]

    @property
    def deciding(self) -> tuple[Pool, ...]:
        """The pools whose evidence may decide."""
        return tuple(pool for pool in self.pools if not pool.raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """Studies, the largest first; what was pooled; and claims that no study could put into numbers, with the reasons."""

    studies: tuple[StudyResults, ...]
    claims: tuple[ClaimPools, ...]
    untested: Mapping[str, tuple[Left, ...]]
    level: float
    notes: tuple[Message, ...] = ()

    @property
    def main(self) -> tuple[ClaimPools, ...]:
        """What the portfolio is about: claims with deciding evidence, or, where there is none, those under test in any study."""
        decided = tuple(one for one in self.claims if one.deciding)
        return decided or tuple(one for one in self.claims if one.confirmatory)


# What a reader must keep in mind of a pool

FEW_STUDIES = 5  # below it the scatter between studies is hardly known
FEW_DF = 10  # a standard error on fewer degrees of freedom is itself uncertain


def note_pool(pool: Pool) -> Iterator[Message]:
    """The notes of one pool, the gravest first."""
    found = pool.pooled
    if found is None:
        return
    if found.k == 2:
        yield Message(code="portfolio.two")
    elif found.k < FEW_STUDIES:
        yield Message(code="portfolio.few", values={"studies_n": found.k})
    if found.tau == 0 and found.low_modified < found.low:
        # Hartung-Knapp is narrower than chance of sampling alone would allow: the wider interval is told beside it.
        if pool.scale == "log_ratio":
            ratios = {"low_ratio": math.exp(found.low_modified), "high_ratio": math.exp(found.high_modified)}
            yield Message(code="portfolio.agree.ratio", values=ratios)
        else:
            points = {"low_pts": found.low_modified, "high_pts": found.high_modified}
            yield Message(code="portfolio.agree.points", values=points)
    if found.new_low is not None:
        yield Message(code="portfolio.approximate")
    if found.method == "DL":
        yield Message(code="portfolio.dersimonian_laird")
    if uncertain := sum(one.df < FEW_DF for one in pool.contributions):
        yield Message(code="portfolio.few_df", values={"uncertain_n": uncertain, "studies_n": found.k})
    later = sum(one.later for one in pool.contributions)
    if 0 < later < found.k:
        yield Message(code="portfolio.later_mixed", values={"later_n": later, "studies_n": found.k})


# Pooling

Reading = tuple[str | None, float | None, str | None]
Choice = Callable[[Finding], Contrast | None]
RATES = ("repurchase", "expansion")
OWN_RATINGS: tuple[EvidenceLevel, ...] = (
    EvidenceLevel.DIRECTION,
    EvidenceLevel.DESCRIPTIVE,
)  # these never decide, however they are adjusted
LADDER = (
    EvidenceLevel.ASSIGNED,
    EvidenceLevel.SWITCHED,
    EvidenceLevel.PURCHASE_RECORD,
    EvidenceLevel.OTHER_SOURCE,
    EvidenceLevel.COLLEAGUE_RATED,
    *OWN_RATINGS,
)
THIN = "reason.thin"
LEVEL = 0.95


def explore_portfolio(documents: Sequence[Mapping[str, Any]], *, level: float = LEVEL) -> Portfolio:
    """Pool every claim over the studies whose results.json these are; each study once, forms checked.

    The order of the documents changes nothing.
    """
    read = [read_results(document) for document in documents]
    studies = tuple(sorted(read, key=lambda study: (-study.respondents, study.name)))
    named, register = {claim_id for study in studies for claim_id in study.findings}, [one.id for one in claims()]
    ids = (*(one for one in register if one in named), *sorted(named - set(register)))  # clients' own claims last
    pools = [found for claim_id in ids if (found := _pool_claim(claim_id, studies, level)) is not None]
    pooled = {claim_id for one in pools for claim_id in one.claims}
    return Portfolio(
        studies=studies,
        claims=_joined(pools),
        untested={one: _refusals(one, studies) for one in ids if one not in pooled},
        level=level,
        notes=(Message(code="portfolio.same_client"),) if len({study.client for study in studies}) < len(studies) else (),
    )


def _pool_claim(claim_id: str, studies: Sequence[StudyResults], level: float) -> ClaimPools | None:
    """The claim's pools in its commonest reading, or None where no study has a figure for it."""
    findings = {study.name: study.findings[claim_id] for study in studies if claim_id in study.findings}
    tested = {name: finding for name, finding in findings.items() if _reading(finding)[0] is not None and not finding.parts}
    if not tested:
        return None
    # The reading that most studies took; among equals the register's, then the first by its words, so that order is no matter.
    counts = Counter(_reading(finding) for finding in tested.values())
    known = {one.id: (one.reading.metric, one.reading.size, one.reading.outcome) for one in claims()}
    reading = min(counts, key=lambda reading: (-counts[reading], reading != known.get(claim_id), str(reading)))
    alike = {name: finding for name, finding in tested.items() if _reading(finding) == reading}
    metric, size, outcome = reading
    pools = [*_pools(alike, lambda finding: finding.deciding, level), *_pools(alike, raw_control, level, raw=True)]
    return ClaimPools(
        claims=(claim_id,),
        outcome=outcome or "",
        metric=metric or "",
        sizes={} if size is None else {claim_id: (metric or "", size)},
        confirmatory=any(finding.confirmatory for finding in findings.values()),
        pools=tuple(pools),
        left=tuple(_left(findings, reading)),
    )


def _pools(findings: Mapping[str, Finding], choose: Choice, level: float, *, raw: bool = False) -> Iterable[Pool]:
    """One pool for each rung and control on each scale that suits the outcome, the strongest evidence first as studies name it."""
    kinds: dict[tuple[EvidenceLevel, str], dict[str, tuple[Finding, Contrast]]] = {}
    for name, finding in findings.items():
        control = choose(finding)
        if control is not None:
            evidence_level: EvidenceLevel = (
                EvidenceLevel.DESCRIPTIVE if raw else finding.evidence_level or EvidenceLevel.DESCRIPTIVE
            )
            kinds.setdefault((evidence_level, control.name), {})[name] = (finding, control)
    for (evidence_level, contrast), chosen in sorted(
        kinds.items(), key=lambda item: (LADDER.index(item[0][0]), -len(item[1]), item[0])
    ):
        outcome = next(iter(chosen.values()))[0].outcome
        two_groups = all(finding.metric in ("ratio", "points") for finding, _ in chosen.values())
        scales: tuple[Scale, ...] = ("points", "log_ratio") if outcome in RATES and two_groups else ("points",)
        for scale in scales:
            pool = _pool(chosen, evidence_level, contrast, scale, level, raw=raw or evidence_level in OWN_RATINGS)
            if pool.contributions:
                yield pool


def _pool(
    chosen: Mapping[str, tuple[Finding, Contrast]],
    evidence_level: EvidenceLevel,
    contrast: str,
    scale: Scale,
    level: float,
    *,
    raw: bool,
) -> Pool:
    found = {name: _contribute(name, finding, control, scale, level) for name, (finding, control) in chosen.items()}
    taken = tuple(one for one in found.values() if isinstance(one, Contribution))
    pooled = estimate_pooled([one.value for one in taken], [one.se for one in taken], level=level)
    left = tuple(Left(study=name, reason=one) for name, one in found.items() if isinstance(one, Message))
    pool = Pool(
        evidence_level=evidence_level, contrast=contrast, scale=scale, raw=raw, contributions=taken, pooled=pooled, left=left
    )
    return replace(pool, notes=tuple(note_pool(pool)))


def _contribute(name: str, finding: Finding, control: Contrast, scale: Scale, level: float) -> Contribution | Message:
    lift = control.difference
    if finding.reason.code.startswith(THIN) and control is finding.deciding:
        return finding.reason
    if lift is None or not lift.se > 0:
        return Message(code="portfolio.no_se")
    value, se = lift.value, lift.se
    if scale == "log_ratio":
        figures = [figure for group in (control.comparison, control.baseline) if group for figure in (group.value, group.se)]
        known = [figure for figure in figures if figure is not None]
        ratio = estimate_log_ratio(known[0], known[2], known[1], known[3], lift.se) if len(known) == 4 else None
        if ratio is None:
            return Message(code="portfolio.no_ratio")
        value, se = ratio.value, ratio.se
    reach = float(stats.t.ppf((1 + level) / 2, lift.df)) * se
    n = min((group.n for group in (control.comparison, control.baseline) if group is not None), default=0)
    low, high = value - reach, value + reach
    return Contribution(study=name, value=value, se=se, df=lift.df, low=low, high=high, later=finding.later, n=n)


def _reading(finding: Finding) -> Reading:
    return finding.metric, finding.size, finding.outcome


def _left(findings: Mapping[str, Finding], reading: Reading) -> Iterable[Left]:
    for name, finding in findings.items():
        if finding.metric is None or (finding.undecided_why == "design" and finding.decided_by is None):
            yield Left(study=name, reason=finding.reason)
        elif _reading(finding) != reading:
            ending = "" if finding.size is None else ".ratio" if finding.metric == "ratio" else ".pts"
            values: dict[str, Value] = {"outcome_key": finding.outcome}
            if ending:
                values[f"size_{ending[1:]}"] = finding.size
            yield Left(study=name, reason=Message(code=f"portfolio.other_reading{ending}", values=values))


def _refusals(claim_id: str, studies: Sequence[StudyResults]) -> tuple[Left, ...]:
    """Why no study had a figure; a claim about directions has no single lift to pool, so each study's report tells its parts."""
    left = []
    for study in studies:
        if (finding := study.findings.get(claim_id)) is not None:
            values = {"shown_n": sum(part.holds == "shown" for part in finding.parts), "parts_n": len(finding.parts)}
            reason = Message(code="portfolio.parts", values=values) if finding.parts else finding.reason
            left.append(Left(study=study.name, reason=reason))
    return tuple(left)


def _joined(pools: Sequence[ClaimPools]) -> tuple[ClaimPools, ...]:
    """Claims that ask for one and the same contrast, such as a ratio and its points, become one entry."""
    joined: list[ClaimPools] = []
    for one in pools:
        place = next((at for at, first in enumerate(joined) if (first.outcome, first.pools) == (one.outcome, one.pools)), None)
        if place is None:
            joined.append(one)
            continue
        first = joined[place]
        joined[place] = replace(
            first,
            claims=(*first.claims, *one.claims),
            sizes={**first.sizes, **one.sizes},
            confirmatory=first.confirmatory or one.confirmatory,
            left=(*first.left, *(other for other in one.left if other not in first.left)),
        )
    return tuple(joined)

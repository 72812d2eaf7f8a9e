"""What do many studies say together? Each claim's deciding contrast pooled over studies, one pool for each kind of evidence.

Contrasts are pooled only with their like: the same claim in the same reading, decided by the same control. Raw contrasts stand
apart and decide nothing. Points and log ratios of shares are pooled; a ratio of two NPS never is, since its baseline may be zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from scipy import stats

from valuelib.explore.portfolio.notes import note_pool, note_studies
from valuelib.explore.portfolio.records import ClaimPools, Contribution, Left, Pool, Portfolio, Scale
from valuelib.explore.portfolio.studies import StudyResults, raw_control, read_results
from valuelib.records import Control, Finding, Message, Rung
from valuelib.stats.pooling import estimate_log_ratio, estimate_pooled
from valuelib.theory import claims

Reading = tuple[str | None, float | None, str | None]
Choice = Callable[[Finding], Control | None]
RATES = ("repurchase", "expansion")
OWN_RATINGS: tuple[Rung, ...] = ("direction", "descriptive")  # these never decide, however they are adjusted
THIN = "reason.thin"
LEVEL = 0.95


def explore_portfolio(documents: Sequence[Mapping[str, Any]], *, level: float = LEVEL) -> Portfolio:
    """Pool every claim over the studies whose results.json these are; each study once, forms checked.

    The order of the documents changes nothing.
    """
    read = [read_results(document) for document in documents]
    studies = tuple(sorted(read, key=lambda study: (-study.respondents, study.name)))
    ids = _claim_ids(studies)
    pools = [found for claim_id in ids if (found := _pool_claim(claim_id, studies, level)) is not None]
    pooled = {claim_id for one in pools for claim_id in one.claims}
    return Portfolio(
        studies=studies,
        claims=_joined(pools),
        untested={one: _refusals(one, studies) for one in ids if one not in pooled},
        level=level,
        notes=note_studies(studies),
    )


def _claim_ids(studies: Sequence[StudyResults]) -> tuple[str, ...]:
    """The register's claims in its order, then clients' own by name."""
    named = {claim_id for study in studies for claim_id in study.findings}
    register = [one.id for one in claims()]
    return (*(one for one in register if one in named), *sorted(named - set(register)))


def _pool_claim(claim_id: str, studies: Sequence[StudyResults], level: float) -> ClaimPools | None:
    """The claim's pools in its commonest reading, or None where no study has a figure for it."""
    findings = {study.name: study.findings[claim_id] for study in studies if claim_id in study.findings}
    tested = {name: finding for name, finding in findings.items() if _reading(finding)[0] is not None and not finding.parts}
    if not tested:
        return None
    reading = _commonest(claim_id, tested.values())
    alike = {name: finding for name, finding in tested.items() if _reading(finding) == reading}
    metric, size, outcome = reading
    pools = [*_pools(alike, _deciding, level), *_pools(alike, raw_control, level, raw=True)]
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
    kinds: dict[tuple[Rung, str], dict[str, tuple[Finding, Control]]] = {}
    for name, finding in findings.items():
        control = choose(finding)
        if control is not None:
            rung: Rung = "descriptive" if raw else finding.rung or "descriptive"
            kinds.setdefault((rung, control.name), {})[name] = (finding, control)
    for (rung, contrast), chosen in sorted(kinds.items(), key=lambda item: (_height(item[0][0]), -len(item[1]), item[0])):
        outcome = next(iter(chosen.values()))[0].outcome
        two_groups = all(finding.metric in ("ratio", "points") for finding, _ in chosen.values())
        scales: tuple[Scale, ...] = ("points", "log_ratio") if outcome in RATES and two_groups else ("points",)
        for scale in scales:
            pool = _pool(chosen, rung, contrast, scale, level, raw=raw or rung in OWN_RATINGS)
            if pool.contributions:
                yield pool


def _pool(
    chosen: Mapping[str, tuple[Finding, Control]], rung: Rung, contrast: str, scale: Scale, level: float, *, raw: bool
) -> Pool:
    found = {name: _contribute(name, finding, control, scale, level) for name, (finding, control) in chosen.items()}
    taken = tuple(one for one in found.values() if isinstance(one, Contribution))
    pooled = estimate_pooled([one.value for one in taken], [one.se for one in taken], level=level)
    left = tuple(Left(study=name, reason=one) for name, one in found.items() if isinstance(one, Message))
    pool = Pool(rung=rung, contrast=contrast, scale=scale, raw=raw, contributions=taken, pooled=pooled, left=left)
    return replace(pool, notes=note_pool(pool))


def _contribute(name: str, finding: Finding, control: Control, scale: Scale, level: float) -> Contribution | Message:
    lift = control.lift_points
    if finding.reason.code.startswith(THIN) and control is finding.deciding:
        return finding.reason
    if lift is None or not lift.se > 0:
        return Message(code="portfolio.no_se")
    value, se = lift.value, lift.se
    if scale == "log_ratio":
        ratio = _log_ratio(control)
        if ratio is None:
            return Message(code="portfolio.no_ratio")
        value, se = ratio
    reach = float(stats.t.ppf((1 + level) / 2, lift.df)) * se
    return Contribution(study=name, value=value, se=se, df=lift.df, low=value - reach, high=value + reach, later=finding.later)


def _log_ratio(control: Control) -> tuple[float, float] | None:
    comparison, baseline, lift = control.comparison, control.baseline, control.lift_points
    if comparison is None or baseline is None or lift is None:
        return None
    if comparison.value is None or baseline.value is None or comparison.se is None or baseline.se is None:
        return None
    found = estimate_log_ratio(comparison.value, baseline.value, comparison.se, baseline.se, lift.se)
    return None if found is None else (found.value, found.se)


def _deciding(finding: Finding) -> Control | None:
    return finding.deciding


def _height(rung: Rung) -> int:
    """Place of a rung on the ladder of evidence, the strongest first."""
    ladder: tuple[Rung, ...] = ("audited", "other_rater", "peers", "direction", "descriptive")
    return ladder.index(rung)


def _reading(finding: Finding) -> Reading:
    return finding.metric, finding.size, finding.outcome


def _commonest(claim_id: str, findings: Iterable[Finding]) -> Reading:
    """The reading that most studies took; among equals the register's, then the first by its words, so that order is no matter."""
    counts = Counter(_reading(finding) for finding in findings)
    known = {one.id: (one.reading.metric, one.reading.size, one.reading.outcome) for one in claims()}
    return min(counts, key=lambda reading: (-counts[reading], reading != known.get(claim_id), str(reading)))


def _left(findings: Mapping[str, Finding], reading: Reading) -> Iterable[Left]:
    for name, finding in findings.items():
        if finding.metric is None or (finding.undecided_why == "design" and finding.decided_by is None):
            yield Left(study=name, reason=finding.reason)
        elif _reading(finding) != reading:
            yield Left(study=name, reason=_other_reading(finding))


def _other_reading(finding: Finding) -> Message:
    if finding.size is None:
        return Message(code="portfolio.other_reading", values={"outcome_key": finding.outcome})
    ending = "ratio" if finding.metric == "ratio" else "pts"
    return Message(
        code=f"portfolio.other_reading.{ending}", values={"outcome_key": finding.outcome, f"size_{ending}": finding.size}
    )


def _refusals(claim_id: str, studies: Sequence[StudyResults]) -> tuple[Left, ...]:
    asked = ((study.name, study.findings.get(claim_id)) for study in studies)
    return tuple(Left(study=name, reason=_refusal(finding)) for name, finding in asked if finding is not None)


def _refusal(finding: Finding) -> Message:
    """A claim about directions has no single lift to pool: its parts are told by each study's own report."""
    return (
        Message(code="portfolio.parts", values={"shown_n": _shown(finding), "parts_n": len(finding.parts)})
        if finding.parts
        else finding.reason
    )


def _shown(finding: Finding) -> int:
    return sum(part.holds == "shown" for part in finding.parts)


def _joined(pools: Sequence[ClaimPools]) -> tuple[ClaimPools, ...]:
    """Claims that ask for one and the same contrast, such as a ratio and its points, become one entry."""
    joined: list[ClaimPools] = []
    for one in pools:
        place = next((at for at, first in enumerate(joined) if (first.outcome, first.pools) == (one.outcome, one.pools)), None)
        if place is None:
            joined.append(one)
        else:
            joined[place] = _both(joined[place], one)
    return tuple(joined)


def _both(first: ClaimPools, other: ClaimPools) -> ClaimPools:
    return replace(
        first,
        claims=(*first.claims, *other.claims),
        sizes={**first.sizes, **other.sizes},
        confirmatory=first.confirmatory or other.confirmatory,
        left=(*first.left, *(one for one in other.left if one not in first.left)),
    )

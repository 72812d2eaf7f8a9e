"""Where should the next effort go? Targets inside the findings that were shown, ranked by a rule that is written down.

The rule (docs/explanation/recommendations.md): a target stands inside the reach of a finding whose claim was shown, by evidence
that may decide. Its priority is importance x room x gap: its importance relative to the largest in its reach, times the part of the
scale that is left above its mean rating, times 1 plus the points by which the provider overrates it, over 10. Only elements with
more than an equal share, and facets whose own slope is shown above zero, are candidates. Each finding gives its best target;
stronger evidence comes first, then higher priority.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from valuelib.explore.both_sides import estimate_sides
from valuelib.explore.cocreation import estimate_cocreation
from valuelib.explore.describe import describe
from valuelib.explore.drivers import estimate_drivers
from valuelib.results import Estimate, EvidenceLevel, Finding
from valuelib.study.model import Study
from valuelib.theory.claims import Targets
from valuelib.theory.pyramid import tiers

SHOWN = ("supported", "consistent", "smaller")
DECIDES: Mapping[EvidenceLevel, int] = {
    EvidenceLevel.PURCHASE_RECORD: 0,
    EvidenceLevel.OTHER_SOURCE: 1,
    EvidenceLevel.COLLEAGUE_RATED: 1,
}  # order of the evidence that may decide
TOP = 10.0  # end of the rating scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One target and what it rests on.

    `importance`: share of R2 in per cent of an element, points of value per point of a facet; `mean_score` 0..10; `gap_score` the
    provider's rating minus the customers' (None where nobody else rates it); `priority` 0..1, within one kind comparable.
    """

    claim: str
    evidence_level: EvidenceLevel
    kind: Literal["element", "facet"]
    target: str
    importance: float
    mean_score: float
    gap_score: float | None
    priority: float


def recommend(findings: Sequence[Finding], estimates: Sequence[Estimate]) -> tuple[Recommendation, ...]:
    """The best target of every finding that may be acted on, each target once, strongest evidence first.

    Args:
        findings: assessed claims in any order.
        estimates: the chapters' estimates; those named `element.*.mean`, `driver.element.*`, `facet.*.mean`,
            `contribution.value.*` and `gap.*` are read.
    """
    named = {one.name: one for one in estimates if one.value is not None}
    shown = sorted((finding for finding in findings if may_be_acted_on(finding)), key=lambda one: SHOWN.index(one.verdict))
    found = [best for finding in shown if (best := _best(finding, finding.claim.targets, named)) is not None]
    once: dict[tuple[str, str], Recommendation] = {}
    for one in sorted(found, key=lambda one: DECIDES[one.evidence_level]):
        once.setdefault((one.kind, one.target), one)
    return tuple(sorted(once.values(), key=lambda one: (DECIDES[one.evidence_level], -one.priority, one.target)))


def needed_estimates(study: Study) -> tuple[Estimate, ...]:
    """The estimates that `recommend` reads, for whoever has no records of the chapters at hand."""
    gathered = (describe(study), estimate_drivers(study), estimate_cocreation(study), estimate_sides(study))
    return tuple({one.name: one for estimates in gathered for one in estimates}.values())


def may_be_acted_on(finding: Finding) -> bool:
    """Whether the whole claim was shown, at its size or smaller, by evidence that may decide."""
    return finding.verdict in SHOWN and finding.evidence_level in DECIDES


def _best(finding: Finding, targets: Targets, named: Mapping[str, Estimate]) -> Recommendation | None:
    candidates = (*_elements(finding, targets, named), *_facets(finding, targets, named))
    return min(candidates, key=lambda one: (-one.priority, one.target), default=None)


def _elements(finding: Finding, targets: Targets, named: Mapping[str, Estimate]) -> Iterator[Recommendation]:
    shares = {name.removeprefix("driver.element."): one for name, one in named.items() if name.startswith("driver.element.")}
    tier_of = {key: tier.key for tier in tiers() if tier.key in targets.tiers for key in tier.elements}
    important = {
        key: one.value for key, one in shares.items() if key in tier_of and one.value is not None and one.value > 100 / len(shares)
    }
    yield from _ranked(finding, "element", important, named, lambda key: f"gap.tier.{tier_of[key]}")


def _facets(finding: Finding, targets: Targets, named: Mapping[str, Estimate]) -> Iterator[Recommendation]:
    slopes = {key: named.get(f"contribution.value.{key}") for key in targets.facet_keys}
    important = {
        key: one.value
        for key, one in slopes.items()
        if one is not None and one.value is not None and one.ci_low is not None and one.ci_low > 0
    }
    yield from _ranked(finding, "facet", important, named, lambda key: f"gap.{key}")


def _ranked(
    finding: Finding,
    kind: Literal["element", "facet"],
    important: Mapping[str, float],
    named: Mapping[str, Estimate],
    gap_name: Callable[[str], str],
) -> Iterator[Recommendation]:
    largest = max(important.values(), default=0.0)
    for key, importance in important.items():
        mean = named.get(f"{kind}.{key}.mean")
        if mean is None or mean.value is None or finding.evidence_level is None:
            continue
        gap = named[gap_name(key)].value if gap_name(key) in named else None
        room, overrated = (TOP - mean.value) / TOP, 1 + max(gap or 0.0, 0.0) / TOP
        yield Recommendation(
            claim=finding.claim.id,
            evidence_level=finding.evidence_level,
            kind=kind,
            target=key,
            importance=importance,
            mean_score=mean.value,
            gap_score=gap,
            priority=importance / largest * room * overrated,
        )

"""Where the next effort should go: targets inside the findings that were shown, ranked by a rule that is written down.

The rule (docs/explanation/recommendations.md): a target stands inside the reach of a finding whose claim was shown, by evidence
that may decide. Its priority is importance x room x gap: its importance relative to the largest in its reach, times the part of the
scale that is left above its mean rating, times 1 plus the points by which the provider overrates it, over 10. Only elements with
more than an equal share, and facets whose own slope is shown above zero, are candidates. Each finding gives its best target;
findings under test come before exploratory ones, stronger evidence first among each, then higher priority.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from valuelib.explore.both_sides import estimate_both_sides
from valuelib.explore.cocreation import estimate_cocreation
from valuelib.explore.describe import estimate_basics
from valuelib.explore.drivers import estimate_drivers
from valuelib.explore.estimates import keyed
from valuelib.results import Estimate, EvidenceLevel, Finding
from valuelib.study.model import Study
from valuelib.theory.pyramid import tiers

SHOWN = ("supported", "consistent", "smaller")
DECIDES: Mapping[EvidenceLevel, int] = {
    EvidenceLevel.ASSIGNED: 0,
    EvidenceLevel.SWITCHED: 1,
    EvidenceLevel.PURCHASE_RECORD: 2,
    EvidenceLevel.OTHER_SOURCE: 3,
    EvidenceLevel.COLLEAGUE_RATED: 3,
}  # order of the evidence that may decide
TOP = 10.0  # end of the rating scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """One target and what it rests on.

    `importance`: share of R2 in per cent of an element, points of value per point of a facet; `mean_score` 0..10; `gap_score` the
    provider's rating minus the customers' (None where nobody else rates it); `priority` 0..1, within one kind comparable.
    """

    claim: str
    confirmatory: bool
    evidence_level: EvidenceLevel
    kind: Literal["element", "facet"]
    target: str
    importance: float
    mean_score: float
    gap_score: float | None
    priority: float


def recommend(findings: Sequence[Finding], estimates: Sequence[Estimate]) -> tuple[Recommendation, ...]:
    """The best target of every finding that may be acted on, each target once: claims under test first, strongest evidence first.

    Args:
        findings: assessed claims in any order.
        estimates: the chapters' estimates; means of elements and facets, importance of elements, contributions of facets to
            value as the provider rates them, and gaps of tiers and facets are read.
    """
    shown = sorted((finding for finding in findings if may_be_acted_on(finding)), key=lambda one: SHOWN.index(one.verdict))
    found = [best for finding in shown if (best := _best(finding, estimates)) is not None]
    once: dict[tuple[str, str], Recommendation] = {}
    for one in sorted(found, key=_strength):
        once.setdefault((one.kind, one.target), one)
    return tuple(sorted(once.values(), key=lambda one: (*_strength(one), -one.priority, one.target)))


def _strength(one: Recommendation) -> tuple[bool, int]:
    return not one.confirmatory, DECIDES[one.evidence_level]


def needed_estimates(study: Study) -> tuple[Estimate, ...]:
    """The estimates that `recommend` reads, for whoever has no records of the chapters at hand."""
    gathered = (estimate_basics(study), estimate_drivers(study), estimate_cocreation(study), estimate_both_sides(study))
    return tuple({one.name: one for estimates in gathered for one in estimates}.values())


def may_be_acted_on(finding: Finding) -> bool:
    """Whether the whole claim was shown, at its size or smaller, by evidence that may decide; one that says lower is no target."""
    return finding.verdict in SHOWN and finding.evidence_level in DECIDES and not finding.claim.reading.says_lower


def _best(finding: Finding, estimates: Sequence[Estimate]) -> Recommendation | None:
    targets = finding.claim.targets
    shares = keyed(estimates, "label.driver.element", "element_key")
    tier_of = {key: tier.key for tier in tiers() if tier.key in targets.tiers for key in tier.elements}
    elements = {key: one.value or 0.0 for key, one in shares.items() if key in tier_of and (one.value or 0.0) > 100 / len(shares)}
    slopes = keyed(estimates, "label.contribution.value", "facet_key")
    wanted = [key for key in targets.facet_keys if key in slopes]
    facets = {key: slopes[key].value or 0.0 for key in wanted if (slopes[key].ci_low or 0.0) > 0}
    of_tiers, of_facets = keyed(estimates, "label.gap.tier", "tier_key"), keyed(estimates, "label.gap.facet", "facet_key")
    candidates = (
        *_ranked(finding, "element", elements, estimates, lambda key: of_tiers.get(tier_of[key])),
        *_ranked(finding, "facet", facets, estimates, of_facets.get),
    )
    return min(candidates, key=lambda one: (-one.priority, one.target), default=None)


def _ranked(
    finding: Finding,
    kind: Literal["element", "facet"],
    important: Mapping[str, float],
    estimates: Sequence[Estimate],
    gap_of: Callable[[str], Estimate | None],
) -> Iterator[Recommendation]:
    largest, means = max(important.values(), default=0.0), keyed(estimates, f"label.{kind}.mean", f"{kind}_key")
    for key, importance in important.items():
        if key not in means or finding.evidence_level is None:
            continue
        gap, mean = gap_of(key), means[key].value or 0.0
        room, overrated = (TOP - mean) / TOP, 1 + max((gap.value if gap else None) or 0.0, 0.0) / TOP
        yield Recommendation(
            claim=finding.claim.id,
            confirmatory=finding.confirmatory,
            evidence_level=finding.evidence_level,
            kind=kind,
            target=key,
            importance=importance,
            mean_score=mean,
            gap_score=None if gap is None else gap.value,
            priority=importance / largest * room * overrated,
        )

"""What would have been concluded, and how often? Shares of specifications that show a lift, and the verdict each would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from valuelib.assess import confirmatory_claims
from valuelib.explore.specifications.curve import Curve, Family, Specification, fit_curve
from valuelib.records import Estimate, Unit, Verdict
from valuelib.stats.contrasts import Metric, estimate_lift_ratio, run_claim_tests
from valuelib.stats.verdict import FAMILIES, decide, read_verdict
from valuelib.study import Study
from valuelib.theory import Claim, claims

OUTCOMES = ("recommend", "repurchase")
SHOWN: tuple[Verdict, ...] = ("supported", "consistent", "smaller")
# Colleagues' ratings weaken effects, so that a small lift there tells nothing against a claim.
WEAKENED: tuple[Verdict, ...] = ("smaller", "rejected")
METHOD = "share of defensible specifications, each read alone at the plain level; CR2, Satterthwaite df"
SOURCE = "Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4, 1208-1214"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """One family's specifications of a curve, all codings; `family` None stands for all families together.

    `median`, `low`, `high`: median, 5th and 95th percentile of the lifts, in points. `shown` and `opposite` are the shares (0..1)
    whose lift is significantly above and below zero.
    """

    family: Family | None
    n: int
    median: float
    low: float
    high: float
    shown: float
    opposite: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """The verdicts that the specifications of one family would give on a claim, were each read alone by its interval."""

    claim: str
    family: Family | None
    n: int
    counts: Mapping[Verdict, int] = field(default_factory=dict)

    @property
    def shown(self) -> float:
        """Share (0..1) whose verdict says that a lift is shown: supported, consistent or smaller."""
        return sum(self.counts.get(verdict, 0) for verdict in SHOWN) / self.n if self.n else 0.0


def claims_of(study: Study, outcome: str) -> tuple[Claim, ...]:
    """The confirmatory claims whose groups are the study's own rule; without one the register's readings of that outcome."""
    own = tuple(one for one in confirmatory_claims(study) if _asks(one, outcome))
    return own or tuple(one for one in claims() if _asks(one, outcome))


def share_lifts(curve: Curve) -> tuple[Shares, ...]:
    """Shares by family, the deciding ones first, and over all."""
    parts: list[tuple[Family | None, Sequence[Specification]]] = [(family, curve.of(family)) for family in curve.families]
    return tuple(_share(family, part, curve.alpha) for family, part in (*parts, (None, curve.specifications)))


def share_verdicts(curve: Curve, asked: Claim) -> tuple[Verdicts, ...]:
    """Would-be verdicts by family and over all, from specifications in the claim's own coding: others have no such size."""
    read = [
        (one.choices.family, verdict)
        for one in curve.specifications
        if (verdict := read_specification(one, curve, asked)) is not None
    ]
    if not read:
        return ()
    families: tuple[Family | None, ...] = (*curve.families, None)
    return tuple(
        Verdicts(claim=asked.id, family=family, n=sum(counts.values()), counts=counts)
        for family in families
        if (counts := Counter(verdict for found, verdict in read if family in (None, found)))
    )


def read_specification(specification: Specification, curve: Curve, asked: Claim) -> Verdict | None:
    """The verdict of the project's rule, were this specification the only one; None where its coding is not the claim's."""
    reading = asked.reading
    if specification.choices.coding != curve.coding or reading.size is None or reading.metric not in ("ratio", "points"):
        return None
    metric: Metric = "ratio" if reading.metric == "ratio" else "points"
    means, kind = specification.means, specification.kind
    if metric == "ratio" and estimate_lift_ratio(means, kind=kind, level=curve.level).value is None:
        return "undecided"
    tests = run_claim_tests(means, metric=metric, size=reading.size, kind=kind)
    verdict = read_verdict(decide(tests, dict.fromkeys(FAMILIES, curve.alpha)))[0]
    return "undecided" if specification.choices.family == "peers" and verdict in WEAKENED else verdict


def estimate_specifications(study: Study) -> tuple[Estimate, ...]:
    """Every estimate of the chapter: see `estimates_of`."""
    curves = [(outcome, fit_curve(study, outcome)) for outcome in OUTCOMES]
    return tuple(
        estimate for outcome, curve in curves if isinstance(curve, Curve) for estimate in estimates_of(study, curve, outcome)
    )


def estimates_of(study: Study, curve: Curve, outcome: str) -> tuple[Estimate, ...]:
    """`specification.<claim>.n` and `.share_lift` over all families, and the same of the deciding family, `.deciding_n` ...

    A specification counts where its coding is the claim's own; a lift is shown by the verdicts supported, consistent and smaller.
    """
    return tuple(estimate for asked in claims_of(study, outcome) for estimate in _estimates(curve, asked))


def _estimates(curve: Curve, asked: Claim) -> tuple[Estimate, ...]:
    found = {one.family: one for one in share_verdicts(curve, asked)}
    groups = [("", found.get(None)), *([("deciding_", found.get(curve.deciding))] if curve.deciding else [])]
    return tuple(estimate for prefix, one in groups if one is not None for estimate in _pair(curve, asked, prefix, one))


def _pair(curve: Curve, asked: Claim, prefix: str, found: Verdicts) -> tuple[Estimate, Estimate]:
    name = f"specification.{asked.id}.{prefix}"
    return (
        _estimate(curve, f"{name}n", float(found.n), "count"),
        _estimate(curve, f"{name}share_lift", 100.0 * found.shown, "share"),
    )


def _estimate(curve: Curve, name: str, value: float, unit: Unit) -> Estimate:
    return Estimate(
        name=name,
        value=value,
        unit=unit,
        n=curve.n,
        accounts=curve.accounts,
        level=curve.level,
        method=METHOD,
        source=SOURCE,
    )


def _asks(asked: Claim, outcome: str) -> bool:
    reading = asked.reading
    return (
        reading.kind == "contrast"
        and reading.exposure == "study"
        and reading.outcome == outcome
        and reading.metric in ("ratio", "points")
    )


def _share(family: Family | None, part: Sequence[Specification], alpha: float) -> Shares:
    values = np.array([one.value for one in part])
    low, median, high = (float(np.quantile(values, q)) for q in (0.05, 0.5, 0.95))
    return Shares(
        family=family,
        n=len(part),
        median=median,
        low=low,
        high=high,
        shown=float(np.mean([one.p_no_lift <= alpha for one in part])),
        opposite=float(np.mean([one.p_opposite <= alpha for one in part])),
    )

"""The rule that turns tests into a verdict word, fixed before any data are opened (docs/explanation/verdicts.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from valuelib.results import Verdict
from valuelib.stats.contrasts import ClaimTests

FAMILIES = ("p_no_lift", "p_below_claim", "p_above_claim", "p_opposite")


@dataclass(frozen=True, slots=True)
class Decisions:
    """Which of the one-sided tests of a claim are significant."""

    lift: bool
    below_claim: bool
    above_claim: bool
    opposite: bool


def read_verdict(decisions: Decisions) -> tuple[Verdict, bool]:
    """The verdict of a sized claim, and whether the effect runs the opposite way.

    supported: above the claim; consistent: a lift is shown and the claimed size is inside the interval; smaller: a lift is shown
    and the claimed size is excluded; rejected: the claimed size is excluded and no lift is shown; else undecided. The five rows
    are all the reachable combinations, so they exclude each other. "No effect" is never a verdict.

    >>> read_verdict(Decisions(lift=True, below_claim=True, above_claim=False, opposite=False))
    ('smaller', False)
    """
    if decisions.lift and decisions.above_claim:
        return "supported", False
    if decisions.lift:
        return ("smaller" if decisions.below_claim else "consistent"), False
    if decisions.below_claim:
        return "rejected", decisions.opposite
    return "undecided", False


def read_direction(decisions: Decisions) -> tuple[Verdict, bool]:
    """The verdict of a claim about a direction: it has no size to fall short of, so it is shown, shown to be opposite, or open."""
    if decisions.lift:
        return "supported", False
    return ("rejected", True) if decisions.opposite else ("undecided", False)


def decide(tests: ClaimTests, threshold: Mapping[str, float]) -> Decisions:
    """Compare each p value with the threshold of its family."""
    return Decisions(
        lift=tests.p_no_lift <= threshold["p_no_lift"],
        below_claim=tests.p_below_claim <= threshold["p_below_claim"],
        above_claim=tests.p_above_claim <= threshold["p_above_claim"],
        opposite=tests.p_opposite <= threshold["p_opposite"],
    )


def holm_thresholds(p_values: Sequence[float], keys: Sequence[str], *, alpha: float) -> list[float]:
    """The level each hypothesis of one family is tested at, by Holm's step-down over their keys.

    Args:
        p_values: one per hypothesis.
        keys: the key of each hypothesis; the ratio and the points of one contrast share a key, and the step-down goes on only
            when all hypotheses of a key were rejected.
        alpha: one-sided level of the family, such as 0.025.
    Returns:
        One threshold per hypothesis, in the given order; never below alpha / keys, which Bonferroni allows anyway.
    Notes:
        Source: Holm (1979), Scandinavian Journal of Statistics 6(2), 65-70.

    >>> holm_thresholds([0.001, 0.03, 0.01], ["a", "b", "c"], alpha=0.03)
    [0.01, 0.03, 0.015]
    """
    largest: dict[str, float] = {}
    for p, key in zip(p_values, keys, strict=True):
        largest[key] = max(p, largest.get(key, 0.0))
    level: dict[str, float] = {}
    alive = True
    for step, key in enumerate(sorted(largest, key=lambda name: (largest[name], name))):
        level[key] = alpha / (len(largest) - step if alive else len(largest))
        alive = alive and largest[key] <= level[key]
    return [level[key] for key in keys]

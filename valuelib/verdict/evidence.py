"""What was found for one claim, before any verdict is read from it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

import numpy as np
from scipy import stats

from valuelib.results import Contrast, Difference, EvidenceLevel, Link, Message, Part, Robustness, Step
from valuelib.stats.adjust import FittedMeans
from valuelib.stats.contrasts import ClaimTests, t_difference
from valuelib.stats.loyalty import Kind
from valuelib.stats.means import MIN_DF, JointMeans
from valuelib.stats.planning import POWER
from valuelib.stats.totals import ClusterTotals
from valuelib.theory.claims import Claim
from valuelib.theory.reading import DESIGNS

Role = Literal["raw", "deciding", "total", "sensitivity", "reference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastMeans:
    """Two groups' figures in the order (comparison, baseline), raw or fitted, what part they play, and the totals behind them."""

    name: str
    role: Role
    means: JointMeans
    method: str
    totals: ClusterTotals


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """Points of outcome per unit of a rating or a count."""

    name: str
    fitted: FittedMeans
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEstimate:
    """One part of a claim about a direction, before any verdict: an effect in report units with its standard error and df.

    `name` is a key of `show.words`, as is `unit_key`; `side` is the side of zero that the claim names. An effect that a permutation
    tests has `chance`, the effects of the permuted data about their mean, and `counts` tells whether it is large enough to count.
    `against` is the p value of the opposite by another figure that must show it, too.
    """

    name: str
    value: float
    se: float
    df: float
    unit_key: str
    n: int
    accounts: int
    side: Literal["above", "below"] = "above"
    method: str = ""
    chance: tuple[float, ...] = ()
    counts: bool = True
    against: float = 0.0


class Measure(Protocol):
    """One way to measure an exposure: the level of evidence it gives, and its name."""

    @property
    def evidence_level(self) -> EvidenceLevel: ...
    @property
    def name(self) -> str: ...


Way = TypeVar("Way", bound=Measure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything a verdict may be read from.

    `missing` says why the claim cannot be tested; all else is then empty. `total` and the deciding contrast, net of the basics,
    are the two figures that a verdict takes, of a pilot by lot or a roll-out its own contrast alone; `tests` are those of both
    together and None where the design cannot decide. `too_few_clusters` says why so few accounts cannot carry a test, `blocked`
    what no number of answers mends. `with_sensitivity` adds `sensitivity` and `robustness`, which cost time and decide nothing.
    Claims about directions have `parts`, all of which rest on `exposure`; `other_parts` holds the same parts on other exposures,
    which decide nothing.
    """

    claim: Claim
    kind: Kind = "nps"
    evidence_level: EvidenceLevel | None = None
    exposure: str | None = None
    later: bool = False
    raw: ContrastMeans | None = None
    contrasts: tuple[ContrastMeans, ...] = ()
    slope: Slope | None = None
    other_slopes: tuple[Slope, ...] = ()
    steps: tuple[Step, ...] = ()
    parts: tuple[PartEstimate, ...] = ()
    other_parts: tuple[PartEstimate, ...] = ()
    total: ContrastMeans | None = None
    link: Link | None = None
    tests: ClaimTests | None = None
    tests_by_figure: tuple[ClaimTests, ...] = ()
    blocked: Message | None = None
    too_few_clusters: Message | None = None
    missing: Message | None = None
    warnings: tuple[Message, ...] = ()
    sensitivity: tuple[Contrast, ...] = ()
    robustness: Robustness | None = None

    @property
    def deciding(self) -> ContrastMeans | None:
        """The contrast that the design lets decide; None where the evidence is descriptive."""
        return next((contrast for contrast in self.contrasts if contrast.role == "deciding"), None)

    @property
    def figures(self) -> tuple[ContrastMeans, ...]:
        """The figures that a verdict takes, the deciding one first; none where nothing decides."""
        if self.deciding is None:
            return ()
        return (self.deciding,) if self.total is None or self.evidence_level in DESIGNS else (self.deciding, self.total)

    @property
    def decided_by(self) -> str | None:
        """The contrast, or the exposure of the parts, that may give a verdict; None where only own ratings speak."""
        if self.parts:
            return self.exposure if self.tests is not None else None
        return self.deciding.name if self.deciding is not None else None

    @property
    def hypothesis_key(self) -> str:
        """The hypothesis that the claim's size is a size of; the ratio and the points of one contrast share it."""
        reading = self.claim.reading
        parts = (
            reading.kind,
            reading.exposure,
            reading.comparison,
            reading.baseline,
            reading.outcomes,
            reading.facets,
            reading.through,
            tuple(part.key for part in self.claim.parts),
        )
        return ":".join(map(str, parts))


# ---------------------------------------------------------------------- claims about directions

DECIDES: frozenset[EvidenceLevel] = frozenset(
    {EvidenceLevel.PURCHASE_RECORD, EvidenceLevel.OTHER_SOURCE, EvidenceLevel.COLLEAGUE_RATED}
)  # own ratings never do
UNIT_KEYS: dict[Kind, str] = {"nps": "points", "rate": "percentage_points", "mean": "scale_points"}
SLOPE_UNITS: dict[Kind, str] = {
    "nps": "points_per_point",
    "rate": "percentage_points_per_point",
    "mean": "scale_points_per_point",
}
REST = "missing.rest"  # why a stronger measure was passed over, where the card says so
MOST_TIMES = 100  # a study so many times larger is no advice


def read_parts(evidence: Evidence) -> Evidence:
    """The evidence with its tests, where its level lets the parts decide and enough accounts carry them.

    Notes:
        Source: Berger (1982), Technometrics 24(4), 295-300, for the intersection-union test.
    """
    if not evidence.parts or evidence.evidence_level not in DECIDES:
        return evidence
    few, fewest = evidence.too_few_clusters, min(evidence.parts, key=lambda part: part.df)
    if few is None and (fewest.df < MIN_DF or min(part.se for part in evidence.parts) <= 0):
        few = Message(code="reason.thin.parts", values={"accounts_n": fewest.accounts, "df_score": fewest.df})
    return dataclasses.replace(evidence, tests=combine(evidence.parts), too_few_clusters=few)


def evidence_of_parts(
    claim: Claim, ways: Sequence[Way] | Message, fit: Callable[[Way], tuple[PartEstimate, ...] | Message], *, later: bool = False
) -> Evidence | Message:
    """The evidence on the first measure that every part could be fitted on, the same parts on the others beside it.

    Args:
        claim: the claim.
        ways: the ways to measure the exposure, the deciding one first; or why there is none.
        fit: every part on one of them, or why they cannot be had.
        later: whether the outcome is behaviour seen after the ratings.
    """
    if isinstance(ways, Message):
        return ways
    fitted = [(one, fit(one)) for one in ways]
    usable = [(one, parts) for one, parts in fitted if not isinstance(parts, Message)]
    if not usable:
        return next(why for _, why in fitted if isinstance(why, Message))
    (first, parts), *rest = usable
    other = tuple(named_after(one.name, part) for one, others in rest for part in others)
    return Evidence(
        claim=claim,
        evidence_level=first.evidence_level,
        exposure=first.name,
        later=later,
        parts=parts,
        other_parts=other,
        warnings=tuple(why for _, why in fitted if isinstance(why, Message) and why.code == REST),
    )


def all_parts(*found: tuple[PartEstimate, ...] | Message) -> tuple[PartEstimate, ...] | Message:
    """The parts of several fits together, or the first reason why one cannot be had."""
    why = next((one for one in found if isinstance(one, Message)), None)
    return why or tuple(part for parts in found if not isinstance(parts, Message) for part in parts)


def named_after(exposure: str, part: PartEstimate) -> PartEstimate:
    """The part, named after the exposure that it rests on, too."""
    return dataclasses.replace(part, name=f"{exposure}.{part.name}")


def combine(parts: Sequence[PartEstimate]) -> ClaimTests:
    """One-sided p values of the claim as a whole; a direction has no size that could be excluded."""
    opposite = min(1.0, len(parts) * min(p_opposite(part) for part in parts))
    return ClaimTests(p_no_lift=max(p_claimed(part) for part in parts), p_below_claim=1.0, p_above_claim=1.0, p_opposite=opposite)


def p_claimed(part: PartEstimate) -> float:
    """One-sided p value of "not on the claimed side of zero"; of a permutation, of "no larger than chance"."""
    if part.chance:
        return (1 + sum(one >= part.value for one in part.chance)) / (1 + len(part.chance)) if part.counts else 1.0
    towards = part.value if part.side == "above" else -part.value
    return float(stats.t.sf(towards / part.se, part.df)) if part.se > 0 else 1.0


def p_opposite(part: PartEstimate) -> float:
    """One-sided p value of "not on the other side of zero"; less than chance shows speaks for nothing."""
    if part.chance:
        return 1.0
    return max(1.0 - p_claimed(part), part.against) if part.se > 0 else 1.0


def number_part(part: PartEstimate, *, level: float, simultaneous: float, parts: int) -> Part:
    """A part in figures; whether it holds is read at the simultaneous level, as the verdict is.

    `accounts_needed` is None where the part leans the other way, to nothing, or would need a study a hundred times as large.

    Args:
        part: the part.
        level: confidence level of the plain interval.
        simultaneous: level at which all claims under test hold together.
        parts: number of parts of the claim, which share the error of "runs the other way".
    """
    alpha = (1 - simultaneous) / 2
    holds: Literal["shown", "opposite", "open"] = "open"
    if p_claimed(part) <= alpha:
        holds = "shown"
    elif p_opposite(part) <= alpha / parts:
        holds = "opposite"
    detectable = (float(stats.t.ppf(1 - alpha, part.df)) + float(stats.t.ppf(POWER, part.df))) * part.se
    towards, needed = part.value if part.side == "above" else -part.value, None
    if holds == "open" and not part.chance and towards > 0 and (times := (detectable / towards) ** 2) <= MOST_TIMES:
        needed = math.ceil(part.accounts * max(times, 1.0))
    return Part(
        name=part.name,
        lift=lift_of(part, level=level, simultaneous=simultaneous),
        unit_key=part.unit_key,
        n=part.n,
        accounts=part.accounts,
        side=part.side,
        holds=holds,
        detectable=detectable,
        accounts_needed=needed,
        method=part.method,
    )


def lift_of(part: PartEstimate, *, level: float, simultaneous: float | None = None) -> Difference:
    """The effect with its interval, and the one that holds for all claims together where that is asked for."""

    def interval(at: float) -> tuple[float, float]:
        if part.chance:  # what is left of the effect where chance alone is as high, or as low, as it comes
            low, high = (float(np.quantile(part.chance, share)) for share in ((1 - at) / 2, (1 + at) / 2))
            return part.value - high, part.value - low
        plain = t_difference(part.value, part.se, part.df, level=at)
        return plain.ci_low, plain.ci_high

    low, high = interval(level)
    found = Difference(value=part.value, se=part.se, df=part.df, ci_low=low, ci_high=high, p_no_lift=p_claimed(part))
    if simultaneous is None:
        return found
    wide_low, wide_high = interval(simultaneous)
    return dataclasses.replace(found, ci_low_adjusted=wide_low, ci_high_adjusted=wide_high)

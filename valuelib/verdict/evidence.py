"""What was found for one claim, before any verdict is read from it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scipy import stats

from valuelib.results import Contrast, Difference, EvidenceLevel, Message, Part, Robustness, Step
from valuelib.stats.adjust import FittedMeans
from valuelib.stats.contrasts import ClaimTests
from valuelib.stats.loyalty import SCALE, Kind
from valuelib.stats.means import MIN_DF, Means
from valuelib.stats.planning import POWER
from valuelib.stats.totals import ClusterTotals
from valuelib.theory.claims import Claim

# What was found for one claim, before any verdict is read from it.

Role = Literal["raw", "deciding", "sensitivity", "reference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContrastMeans:
    """Two groups' figures in the order (comparison, baseline), raw or fitted, and what part they play."""

    name: str
    role: Role
    means: Means
    method: str
    totals: ClusterTotals | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """Points of outcome per unit of a rating or a count."""

    name: str
    fitted: FittedMeans
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartEstimate:
    """One part of a claim about a direction, before any verdict: an effect in report units with its standard error and df.

    `name` is a key of `show.words`, as is `unit_key`; `side` is the side of zero that the claim names.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Everything a verdict may be read from.

    `missing` says why the claim cannot be tested; all else is then empty. `tests` belong to the deciding contrast and are None
    where the design cannot decide; `thin` says why so few accounts cannot carry a test. `sensitivity` and `robustness`
    are asked for apart (`evidence.sensitivity`), since they cost time and decide nothing. Claims about directions have `parts`, all
    of which rest on the exposure `exposure`; `also` holds the same parts asked in other ways, which decide nothing.
    """

    claim: Claim
    kind: Kind = "nps"
    evidence_level: EvidenceLevel | None = None
    exposure: str | None = None
    later: bool = False
    raw: ContrastMeans | None = None
    others: tuple[ContrastMeans, ...] = ()
    slope: Slope | None = None
    beside: tuple[Slope, ...] = ()
    steps: tuple[Step, ...] = ()
    parts: tuple[PartEstimate, ...] = ()
    also: tuple[PartEstimate, ...] = ()
    tests: ClaimTests | None = None
    too_few_clusters: Message | None = None
    missing: Message | None = None
    warnings: tuple[Message, ...] = ()
    sensitivity: tuple[Contrast, ...] = ()
    robustness: Robustness | None = None

    @property
    def deciding(self) -> ContrastMeans | None:
        """The contrast that the design lets decide; None at the descriptive rung."""
        return next((contrast for contrast in self.others if contrast.role == "deciding"), None)

    @property
    def decided_by(self) -> str | None:
        """The contrast, or the exposure of the parts, that may give a verdict; None where only own ratings speak."""
        if self.parts:
            return self.exposure if self.tests is not None else None
        return self.deciding.name if self.deciding is not None else None

    @property
    def hypothesis_key(self) -> str:
        """The question asked; the ratio and the points of one contrast share it."""
        reading = self.claim.reading
        asked = (
            reading.kind,
            reading.exposure,
            reading.comparison,
            reading.baseline,
            reading.outcomes,
            reading.facets,
            reading.through,
            tuple(part.key for part in self.claim.parts),
        )
        return ":".join(map(str, asked))


# Claims about directions: what do their parts show, and do all of them hold?

DECIDES: frozenset[EvidenceLevel] = frozenset(
    {EvidenceLevel.PURCHASE_RECORD, EvidenceLevel.OTHER_SOURCE, EvidenceLevel.COLLEAGUE_RATED}
)  # own ratings never do
SLOPE_UNITS: dict[Kind, str] = {
    "nps": "points_per_point",
    "rate": "percentage_points_per_point",
    "mean": "scale_points_per_point",
}
Holds = Literal["shown", "opposite", "open"]
MOST_TIMES = 100  # a study so many times larger is no advice


def read_parts(evidence: Evidence) -> Evidence:
    """The evidence with its tests, where its rung lets the parts decide and enough accounts carry them.

    Notes:
        Source: Berger (1982), Technometrics 24(4), 295-300, for the intersection-union test.
    """
    if not evidence.parts or evidence.evidence_level not in DECIDES:
        return evidence
    if evidence.too_few_clusters is not None:
        return dataclasses.replace(evidence, tests=combine(evidence.parts))
    fewest = min(evidence.parts, key=lambda part: part.df)
    if fewest.df < MIN_DF or min(part.se for part in evidence.parts) <= 0:
        values = {"accounts_n": fewest.accounts, "df_score": fewest.df}
        return dataclasses.replace(
            evidence, tests=combine(evidence.parts), too_few_clusters=Message(code="reason.thin.parts", values=values)
        )
    return dataclasses.replace(evidence, tests=combine(evidence.parts))


def combine(parts: Sequence[PartEstimate]) -> ClaimTests:
    """One-sided p values of the claim as a whole; a direction has no size that could be excluded."""
    opposite = min(1.0, len(parts) * min(p_opposite(part) for part in parts))
    return ClaimTests(p_no_lift=max(p_claimed(part) for part in parts), p_below_claim=1.0, p_above_claim=1.0, p_opposite=opposite)


def p_claimed(part: PartEstimate) -> float:
    """One-sided p value of "not on the claimed side of zero"."""
    towards = part.value if part.side == "above" else -part.value
    return float(stats.t.sf(towards / part.se, part.df)) if part.se > 0 else 1.0


def p_opposite(part: PartEstimate) -> float:
    """One-sided p value of "not on the other side of zero"."""
    return 1.0 - p_claimed(part) if part.se > 0 else 1.0


def number_part(part: PartEstimate, *, level: float, simultaneous: float, parts: int) -> Part:
    """A part in figures; whether it holds is read at the simultaneous level, as the verdict is.

    Args:
        part: the part.
        level: confidence level of the plain interval.
        simultaneous: level at which all claims under test hold together.
        parts: number of parts of the claim, which share the error of "runs the other way".
    """
    alpha = (1 - simultaneous) / 2
    holds: Holds = "shown" if p_claimed(part) <= alpha else "opposite" if p_opposite(part) <= alpha / parts else "open"
    reach = float(stats.t.ppf(1 - alpha, part.df)) + float(stats.t.ppf(POWER, part.df))
    detectable = reach * part.se
    return Part(
        name=part.name,
        lift=lift_of(part, level=level, simultaneous=simultaneous),
        unit_key=part.unit_key,
        n=part.n,
        accounts=part.accounts,
        side=part.side,
        holds=holds,
        detectable=detectable,
        accounts_needed=_accounts_needed(part, detectable) if holds == "open" else None,
        method=part.method,
    )


def lift_of(part: PartEstimate, *, level: float, simultaneous: float | None = None) -> Difference:
    """The effect with its interval, and the one that holds for all claims together where that is asked for."""

    def reach(at: float) -> float:
        return float(stats.t.ppf((1 + at) / 2, part.df)) * part.se

    widened = None if simultaneous is None else reach(simultaneous)
    return Difference(
        value=part.value,
        se=part.se,
        df=part.df,
        ci_low=part.value - reach(level),
        ci_high=part.value + reach(level),
        p_no_lift=p_claimed(part),
        ci_low_adjusted=None if widened is None else part.value - widened,
        ci_high_adjusted=None if widened is None else part.value + widened,
    )


def part_of_slope(name: str, slope: Slope, kind: Kind, *, side: str = "above", unit_key: str | None = None) -> PartEstimate:
    """A fitted slope (its first coefficient after the constant) as a part, in report units per point of the exposure."""
    fitted, scale = slope.fitted, SCALE[kind]
    df = fitted.coefficient_df([float(place == 1) for place in range(len(fitted.coefficients))])
    return PartEstimate(
        name=name,
        value=scale * float(fitted.coefficients[1]),
        se=scale * max(float(fitted.coefficient_cr2[1, 1]), 0.0) ** 0.5,
        df=float(df),
        unit_key=unit_key or SLOPE_UNITS[kind],
        n=int(fitted.n[0]),
        accounts=int(fitted.n_accounts[0]),
        side="below" if side == "below" else "above",
        method=slope.method,
    )


def _accounts_needed(part: PartEstimate, detectable: float) -> int | None:
    """Accounts that would show the size seen now, were it the true one; None where it leans the other way or to nothing."""
    towards = part.value if part.side == "above" else -part.value
    if towards <= 0 or (times := (detectable / towards) ** 2) > MOST_TIMES:
        return None
    return math.ceil(part.accounts * max(times, 1.0))

"""Claims about directions: what do their parts show, and do all of them hold?

A claim of several parts joined by "and" is shown only if each part is (an intersection-union test, which needs no correction), and
runs the other way if any part is shown to, which is held to the level by Bonferroni.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Literal

from scipy import stats

from valuelib.evidence.record import Evidence, Measured, Slope
from valuelib.records import LiftPoints, Message, Part, Rung
from valuelib.stats.contrasts import ClaimTests
from valuelib.stats.loyalty import SCALE, Kind
from valuelib.stats.planning import POWER
from valuelib.stats.satterthwaite import FEWEST_DF

DECIDES: frozenset[Rung] = frozenset({"audited", "other_rater", "peers"})  # own ratings never do
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
    if not evidence.parts or evidence.rung not in DECIDES:
        return evidence
    if evidence.thin is not None:
        return dataclasses.replace(evidence, tests=combine(evidence.parts))
    fewest = min(evidence.parts, key=lambda part: part.df)
    if fewest.df < FEWEST_DF or min(part.se for part in evidence.parts) <= 0:
        values = {"accounts_n": fewest.accounts, "df_score": fewest.df}
        return dataclasses.replace(evidence, tests=combine(evidence.parts), thin=Message(code="reason.thin.parts", values=values))
    return dataclasses.replace(evidence, tests=combine(evidence.parts))


def combine(parts: Sequence[Measured]) -> ClaimTests:
    """One-sided p values of the claim as a whole; a direction has no size that could be excluded."""
    opposite = min(1.0, len(parts) * min(p_opposite(part) for part in parts))
    return ClaimTests(p_no_lift=max(p_claimed(part) for part in parts), p_below_claim=1.0, p_above_claim=1.0, p_opposite=opposite)


def p_claimed(part: Measured) -> float:
    """One-sided p value of "not on the claimed side of zero"."""
    towards = part.value if part.side == "above" else -part.value
    return float(stats.t.sf(towards / part.se, part.df)) if part.se > 0 else 1.0


def p_opposite(part: Measured) -> float:
    """One-sided p value of "not on the other side of zero"."""
    return 1.0 - p_claimed(part) if part.se > 0 else 1.0


def number_part(part: Measured, *, level: float, simultaneous: float, parts: int) -> Part:
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


def lift_of(part: Measured, *, level: float, simultaneous: float | None = None) -> LiftPoints:
    """The effect with its interval, and the one that holds for all claims together where that is asked for."""

    def reach(at: float) -> float:
        return float(stats.t.ppf((1 + at) / 2, part.df)) * part.se

    widened = None if simultaneous is None else reach(simultaneous)
    return LiftPoints(
        value=part.value,
        se=part.se,
        df=part.df,
        ci_low=part.value - reach(level),
        ci_high=part.value + reach(level),
        p_no_lift=p_claimed(part),
        ci_low_adjusted=None if widened is None else part.value - widened,
        ci_high_adjusted=None if widened is None else part.value + widened,
    )


def part_of_slope(name: str, slope: Slope, kind: Kind, *, side: str = "above", unit_key: str | None = None) -> Measured:
    """A fitted slope (its first coefficient after the constant) as a part, in report units per point of the exposure."""
    fitted, scale = slope.fitted, SCALE[kind]
    df = fitted.coefficient_df([float(place == 1) for place in range(len(fitted.coefficients))])
    return Measured(
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


def _accounts_needed(part: Measured, detectable: float) -> int | None:
    """Accounts that would show the size seen now, were it the true one; None where it leans the other way or to nothing."""
    towards = part.value if part.side == "above" else -part.value
    if towards <= 0 or (times := (detectable / towards) ** 2) > MOST_TIMES:
        return None
    return math.ceil(part.accounts * max(times, 1.0))

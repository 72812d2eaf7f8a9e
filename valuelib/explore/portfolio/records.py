"""What is a portfolio made of? Studies' lifts, pools of their like, and whoever could not be pooled, as frozen records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from valuelib.explore.portfolio.studies import StudyResults
from valuelib.records import Message, Rung
from valuelib.stats.pooling import Pooled

Scale = Literal["points", "log_ratio"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One study's lift in a pool, in points or as the log of a ratio; `low` and `high` by its own degrees of freedom."""

    study: str
    value: float
    se: float
    df: float
    low: float
    high: float
    later: bool


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

    rung: Rung
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

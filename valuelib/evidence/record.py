"""What was found for one claim, before any verdict is read from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from valuelib.records import Control, Message, Robustness, Rung, Step
from valuelib.stats.adjust import FittedMeans
from valuelib.stats.contrasts import ClaimTests
from valuelib.stats.loyalty import Kind
from valuelib.stats.means import Means
from valuelib.stats.moments import Moments
from valuelib.theory import Claim

Role = Literal["raw", "deciding", "sensitivity", "reference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Two groups' figures in the order (comparison, baseline), raw or fitted, and what part they play."""

    name: str
    role: Role
    means: Means
    method: str
    moments: Moments | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """Points of outcome per unit of a rating or a count."""

    name: str
    fitted: FittedMeans
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
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
    rung: Rung | None = None
    exposure: str | None = None
    later: bool = False
    raw: Contrast | None = None
    others: tuple[Contrast, ...] = ()
    slope: Slope | None = None
    beside: tuple[Slope, ...] = ()
    steps: tuple[Step, ...] = ()
    parts: tuple[Measured, ...] = ()
    also: tuple[Measured, ...] = ()
    tests: ClaimTests | None = None
    thin: Message | None = None
    missing: Message | None = None
    warnings: tuple[Message, ...] = ()
    sensitivity: tuple[Control, ...] = ()
    robustness: Robustness | None = None

    @property
    def deciding(self) -> Contrast | None:
        """The contrast that the design lets decide; None at the descriptive rung."""
        return next((contrast for contrast in self.others if contrast.role == "deciding"), None)

    @property
    def decided_by(self) -> str | None:
        """The contrast, or the exposure of the parts, that may give a verdict; None where only own ratings speak."""
        if self.parts:
            return self.exposure if self.tests is not None else None
        return self.deciding.name if self.deciding is not None else None

    @property
    def place(self) -> str:
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

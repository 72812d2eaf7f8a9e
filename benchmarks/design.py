"""Which populations are the intervals tried on? One cell is one population, one sample size and one way of grouping."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Literal

Outcome = Literal["nps", "rate"]

SIZES = (60, 150, 400, 2000)
ICCS = (0.1, 0.4)
SHARES = (0.5, 0.2)
SINGLE: dict[Outcome, tuple[float, ...]] = {"nps": (0.64, 0.40, 0.20, 0.05, -0.10), "rate": (0.50, 0.60, 0.75, 0.90)}
PAIRS: dict[Outcome, tuple[tuple[float, float], ...]] = {
    "nps": ((0.64, 0.40), (0.32, 0.20), (0.08, 0.05), (-0.16, -0.10), (0.14, -0.10)),
    "rate": ((0.732, 0.60), (0.72, 0.50), (0.915, 0.75)),
}
CONTROLLED: dict[Outcome, tuple[float, float]] = {"nps": (0.48, 0.30), "rate": (0.732, 0.60)}  # pairs compared at an equal control
LEAD = 0.8  # SD by which the comparison group lies above the baseline in the control
LARGE = 2000
COSTLY = 0.4  # share of the samples drawn in large cells and in those with a control, whose least squares take many times as long


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One population and one way of sampling it; figures on the scores' own scale (-1..1 or 0..1).

    Attributes:
        comparison: true figure of the comparison group, or of everybody where `baseline` is None.
        share: probability that a respondent belongs to the comparison group.
        mixed: whether both groups occur inside one account; else whole accounts belong to one group.
        icc: correlation of two scores of one account, at the reference figure (`population.REFERENCE`).
        lead: SD by which the comparison group lies above the baseline in a control that goes with the score; None: no control.
    """

    outcome: Outcome
    comparison: float
    baseline: float | None
    n: int
    icc: float
    share: float = 1.0
    mixed: bool = True
    lead: float | None = None

    @property
    def single(self) -> bool:
        """Whether there is one group only."""
        return self.baseline is None

    @property
    def name(self) -> str:
        """What the cell's chance is named after."""
        population = f"{self.outcome} {self.comparison} {self.baseline} n={self.n} icc={self.icc} share={self.share}"
        return f"{population} mixed={self.mixed}" + ("" if self.lead is None else f" lead={self.lead}")

    def samples(self, reps: int) -> int:
        """Samples to draw where a plain cell gets `reps`."""
        return reps if self.lead is None and self.n < LARGE else round(COSTLY * reps)


def all_cells() -> list[Cell]:
    """Every cell of the coverage benchmark, largest samples first so that two workers end at about the same time."""
    sizes = sorted(SIZES, reverse=True)
    designs = list(product(ICCS, SHARES, (True, False)))
    controlled = [
        Cell(outcome=outcome, comparison=high, baseline=low, n=n, icc=icc, share=share, mixed=mixed, lead=LEAD)
        for n, (outcome, (high, low)) in product(sizes, CONTROLLED.items())
        for icc, share, mixed in designs
    ]
    pairs = [
        Cell(outcome=outcome, comparison=high, baseline=low, n=n, icc=icc, share=share, mixed=mixed)
        for n, outcome in product(sizes, PAIRS)
        for (high, low), (icc, share, mixed) in product(PAIRS[outcome], designs)
    ]
    singles = [
        Cell(outcome=outcome, comparison=figure, baseline=None, n=n, icc=icc)
        for n, outcome in product(sizes, SINGLE)
        for figure, icc in product(SINGLE[outcome], ICCS)
    ]
    return controlled + pairs + singles

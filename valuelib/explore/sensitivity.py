"""One claim's question asked in every other way that the study allows; no such way decides anything."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from valuelib.results import Finding, Shown, plot_result
from valuelib.study.model import Study
from valuelib.theory.claims import Claim
from valuelib.verdict.assess import assess


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Sensitivity(Shown):
    """A finding looked at from the side of its other contrasts; it is displayed as a table with what must be known of each."""

    finding: Finding
    language: str | None = None

    def to_frame(self) -> pd.DataFrame:
        """One row a contrast (or part of a claim about directions), with the columns of `Finding.to_frame`."""
        return self.finding.to_frame()

    def plot(self, ax: Axes | None = None) -> Axes:
        """The contrasts as dots with intervals on matplotlib axes."""
        return plot_result(self, ax)

    def _line(self) -> str:
        ways = [one for one in self.finding.contrasts if one.role == "sensitivity"]
        figures = sum(one.difference is not None for one in ways)
        return f"<Sensitivity of {self.finding.claim.id}: {figures} of {len(ways)} other ways have a figure>"


def sensitivity(study: Study, claim: str | Claim) -> Sensitivity:
    """The same question asked in other ways: other controls, other groups, other estimators, and why some are not possible.

    Args:
        study: a checked study.
        claim: a claim of the register or the study by its id, or a Claim.
    Returns:
        Sensitivity; differences in the outcome's units. `finding` holds all of it.
    Raises:
        ParameterError: neither the register nor the study has a claim of that id.

    Example:
        >>> import valuelib as vl
        >>> vl.sensitivity(vl.load_study("data/demo"), "repurchase_22_points")
        <Sensitivity of repurchase_22_points: 10 of 10 other ways have a figure>
    """
    return Sensitivity(finding=assess(study, claim), language=study.language)

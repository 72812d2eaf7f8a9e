"""From a study and a claim's reading to the evidence for it; no verdict is spoken here."""

from __future__ import annotations

from valuelib.evidence.cocreation import gather_facet_parts, gather_mediation
from valuelib.evidence.contrast import gather_contrast
from valuelib.evidence.correlate import gather_correlate
from valuelib.evidence.dose import gather_dose
from valuelib.evidence.effort import gather_effort
from valuelib.evidence.growth import gather_growth
from valuelib.evidence.parts import read_parts
from valuelib.evidence.record import Contrast, Evidence, Measured, Slope
from valuelib.evidence.sensitivity import with_sensitivity
from valuelib.evidence.slope import gather_slope
from valuelib.evidence.surface import gather_surface
from valuelib.evidence.team_link import gather_team_link
from valuelib.evidence.thresholds import gather_thresholds
from valuelib.study import Study
from valuelib.theory import Claim

__all__ = ["Contrast", "Evidence", "Measured", "Slope", "gather_evidence", "with_sensitivity"]

GATHER = {
    "contrast": gather_contrast,
    "dose": gather_dose,
    "slope": gather_slope,
    "penalty_reward": gather_thresholds,
    "effort": gather_effort,
    "correlate": gather_correlate,
    "mediation": gather_mediation,
    "facets": gather_facet_parts,
    "response_surface": gather_surface,
    "growth": gather_growth,
    "team_link": gather_team_link,
}


def gather_evidence(study: Study, claim: Claim) -> Evidence:
    """The evidence a study holds for one claim; `missing` says why there is none."""
    return read_parts(GATHER[claim.reading.kind](study, claim))

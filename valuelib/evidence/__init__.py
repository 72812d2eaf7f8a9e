"""From a study and a claim's reading to the evidence for it; no verdict is spoken here."""

from __future__ import annotations

from valuelib.evidence.contrast import gather_contrast
from valuelib.evidence.dose import gather_dose
from valuelib.evidence.parts import read_parts
from valuelib.evidence.record import Contrast, Evidence, Measured, Slope
from valuelib.evidence.sensitivity import with_sensitivity
from valuelib.evidence.slope import gather_slope
from valuelib.evidence.thresholds import gather_thresholds
from valuelib.records import Message
from valuelib.study import Study
from valuelib.theory import Claim

__all__ = ["Contrast", "Evidence", "Measured", "Slope", "gather_evidence", "with_sensitivity"]

GATHER = {"contrast": gather_contrast, "dose": gather_dose, "slope": gather_slope, "penalty_reward": gather_thresholds}


def gather_evidence(study: Study, claim: Claim) -> Evidence:
    """The evidence a study holds for one claim; `missing` says why there is none."""
    gather = GATHER.get(claim.reading.kind)
    return read_parts(gather(study, claim)) if gather else Evidence(claim=claim, missing=Message(code="missing.estimator"))

"""From a study and a claim's reading to the evidence for it; no verdict is spoken here."""

from __future__ import annotations

from valuelib.results import Message
from valuelib.study.model import Study
from valuelib.theory.claims import Claim
from valuelib.verdict.both_sides import gather_surface, gather_team_link, gather_within_teams
from valuelib.verdict.cocreation import gather_facet_parts, gather_mediation
from valuelib.verdict.contrast import gather_contrast, with_warnings
from valuelib.verdict.correlate import gather_correlate
from valuelib.verdict.evidence import ContrastMeans, Evidence, PartEstimate, Slope, read_parts
from valuelib.verdict.groups import find_outcome
from valuelib.verdict.necessity import gather_necessity
from valuelib.verdict.over_time import gather_growth
from valuelib.verdict.sensitivity import with_sensitivity
from valuelib.verdict.thresholds import gather_dose, gather_effort, gather_slope, gather_thresholds

__all__ = ["ContrastMeans", "Evidence", "PartEstimate", "Slope", "gather_evidence", "with_sensitivity"]

GATHER = {
    "contrast": gather_contrast,
    "dose": gather_dose,
    "slope": gather_slope,
    "penalty_reward": gather_thresholds,
    "effort": gather_effort,
    "facets": gather_facet_parts,
    "response_surface": gather_surface,
    "growth": gather_growth,
    "team_link": gather_team_link,
    "necessity": gather_necessity,
}
# Of several outcomes, or of one that no customer was asked for.
GATHER_SEVERAL = {"correlate": gather_correlate, "mediation": gather_mediation, "within_teams": gather_within_teams}


def gather_evidence(study: Study, claim: Claim) -> Evidence:
    """The evidence a study holds for one claim; `missing` says why there is none."""
    kind, outcome = claim.reading.kind, find_outcome(study, claim.reading.outcome)
    if kind in GATHER_SEVERAL:
        found = GATHER_SEVERAL[kind](study, claim)
    else:
        found = outcome if isinstance(outcome, Message) else GATHER[kind](study, claim, outcome)
    return Evidence(claim=claim, missing=found) if isinstance(found, Message) else read_parts(with_warnings(study, found))

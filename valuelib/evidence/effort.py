"""Evidence for "easy customers stay": who found things easy against who found them hard, by own and by colleagues' answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from valuelib.evidence.adjusted import Adjusted, fit_adjusted, plain_contrast
from valuelib.evidence.contrast import read_claim
from valuelib.evidence.facets import Exposure, rating_exposures
from valuelib.evidence.outcomes import Outcome, find_outcome, intention_notes, is_later
from valuelib.evidence.record import Contrast, Evidence, Role
from valuelib.evidence.rungs import DIRECTION, PEERS
from valuelib.evidence.warn import with_warnings
from valuelib.records import Message, Rung
from valuelib.stats.exposure import Codes, by_cuts
from valuelib.study import Study
from valuelib.theory import Claim

# Fixed points of the 0-10 scale, high is easy: the published contrast is of low-effort and high-effort customers, not of halves.
EASY_FROM, HARD_BELOW = 7.0, 5.0
CUTS = {"easy_score": EASY_FROM, "hard_score": HARD_BELOW}
DECIDING: Role = "deciding"
BESIDE: Role = "sensitivity"


class Fits(NamedTuple):
    """The strongest contrast that could be formed, the weaker one beside it, and why a stronger one could not."""

    rung: Rung
    first: Adjusted | None
    beside: tuple[Contrast, ...] = ()
    notes: tuple[Message, ...] = ()


def gather_effort(study: Study, claim: Claim) -> Evidence:
    """Easy against hard: raw by own answers; deciding by colleagues' mean effort, their and own lower-tier means held equal."""
    outcome = find_outcome(study, claim.reading.outcome)
    exposures = rating_exposures(study, "effort")
    missing = next((one for one in (outcome, exposures) if isinstance(one, Message)), None)
    if missing is not None or isinstance(outcome, Message) or isinstance(exposures, Message):
        return Evidence(claim=claim, missing=missing)
    own = exposures[-1]
    raw = plain_contrast(study, outcome, effort_groups(own.values))
    fits = fit_ways(study, outcome, exposures)
    if isinstance(raw, Message) and fits.first is None:
        return Evidence(claim=claim, missing=raw)
    told = intention_notes(study, claim.reading.outcomes)
    evidence = Evidence(
        claim=claim,
        kind=outcome.kind,
        rung=fits.rung,
        exposure="effort",
        later=is_later(study, claim.reading.outcome),
        raw=None if isinstance(raw, Message) else raw,
        others=_contrasts(fits),
        warnings=(*((raw,) if isinstance(raw, Message) else ()), *fits.notes, *told),
    )
    return with_warnings(study, read_claim(evidence))


def effort_groups(values: pd.Series) -> Codes:
    """Easy (7 and above) against hard (below 5) on 0-10; whoever lies between is in neither group."""
    return by_cuts(values, above=EASY_FROM, below=HARD_BELOW)


def fit_ways(study: Study, outcome: Outcome, exposures: Sequence[Exposure]) -> Fits:
    """Colleagues' answers decide where both groups can be formed; own ones show a direction, and stand beside them."""
    fitted = [(one.rung, _fit(study, outcome, one)) for one in exposures if one.equal]
    formed = [(rung, found) for rung, found in fitted if isinstance(found, Adjusted)]
    unformed = any(rung == "peers" and isinstance(found, Message) for rung, found in fitted)
    notes = (Message(code="note.colleagues_effort", values=CUTS),) if unformed else ()
    if not formed:
        return Fits("descriptive", None, notes=notes)
    (rung, first), *rest = formed
    return Fits(rung, first, tuple(one.fitted for _, one in rest), (*notes, *first.notes))


def _fit(study: Study, outcome: Outcome, exposure: Exposure) -> Adjusted | Message:
    peers = exposure.rung == "peers"
    name, role = (PEERS, DECIDING) if peers else (DIRECTION, BESIDE)
    return fit_adjusted(study, outcome, effort_groups(exposure.values), exposure.equal, name=name, role=role)


def _contrasts(fits: Fits) -> tuple[Contrast, ...]:
    if fits.first is None:
        return ()
    same_rows = () if fits.first.same_rows is None else (fits.first.same_rows,)
    return (fits.first.fitted, *same_rows, *fits.beside)

"""Evidence for "easy customers stay": who found things easy against who found them hard, by own and by colleagues' answers."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from valuelib.evidence.adjusted import Adjusted, fit_adjusted, plain_contrast
from valuelib.evidence.contrast import read_claim
from valuelib.evidence.facets import Exposure, rating_exposures
from valuelib.evidence.outcomes import Outcome, find_outcome, is_later
from valuelib.evidence.record import Contrast, Evidence
from valuelib.evidence.rungs import DIRECTION, PEERS
from valuelib.evidence.warn import with_warnings
from valuelib.records import Message, Rung
from valuelib.stats.exposure import Codes, by_cuts
from valuelib.study import Study
from valuelib.theory import Claim

# Fixed points of the 0-10 scale, high is easy: the published contrast is of low-effort and high-effort customers, not of halves.
EASY_FROM, HARD_BELOW = 7.0, 5.0


def gather_effort(study: Study, claim: Claim) -> Evidence:
    """Easy against hard: raw by own answers; deciding by colleagues' mean effort, their and own lower-tier means held equal."""
    outcome = find_outcome(study, claim.reading.outcome)
    exposures = rating_exposures(study, "effort")
    missing = next((one for one in (outcome, exposures) if isinstance(one, Message)), None)
    if missing is not None or isinstance(outcome, Message) or isinstance(exposures, Message):
        return Evidence(claim=claim, missing=missing)
    own = exposures[-1]
    raw = plain_contrast(study, outcome, effort_groups(own.values))
    found = _deciding(study, outcome, exposures)
    if isinstance(raw, Message) and found is None:
        return Evidence(claim=claim, missing=raw)
    evidence = Evidence(
        claim=claim,
        kind=outcome.kind,
        rung="descriptive" if found is None else found[0],
        exposure="effort",
        later=is_later(study, claim.reading.outcome),
        raw=None if isinstance(raw, Message) else raw,
        others=() if found is None else _contrasts(found[1]),
        warnings=(*((raw,) if isinstance(raw, Message) else ()), *(() if found is None else found[1].notes)),
    )
    return with_warnings(study, read_claim(evidence))


def effort_groups(values: pd.Series) -> Codes:
    """Easy (7 and above) against hard (below 5) on 0-10; whoever lies between is in neither group."""
    return by_cuts(values, above=EASY_FROM, below=HARD_BELOW)


def _deciding(study: Study, outcome: Outcome, exposures: tuple[Exposure, ...]) -> tuple[Rung, Adjusted] | None:
    """The strongest contrast that can be formed: colleagues' answers decide, own ones show a direction."""
    for one in exposures:
        if not one.equal:
            continue
        name = PEERS if one.rung == "peers" else DIRECTION
        role: Literal["deciding", "sensitivity"] = "deciding" if one.rung == "peers" else "sensitivity"
        fitted = fit_adjusted(study, outcome, effort_groups(one.values), one.equal, name=name, role=role)
        if isinstance(fitted, Adjusted):
            return one.rung, fitted
    return None


def _contrasts(adjusted: Adjusted) -> tuple[Contrast, ...]:
    return (adjusted.fitted,) if adjusted.same_rows is None else (adjusted.fitted, adjusted.same_rows)

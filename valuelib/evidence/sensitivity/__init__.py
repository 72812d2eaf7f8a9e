"""What does the same question show when it is asked in other ways? Beside the verdict, never in its place.

Each way is listed with its figure, or with the reason why this study does not allow it. In simulated studies without any effect
none of the ways that rest on own ratings removes halo (docs/explanation/verdicts.md), so none of them decides.
"""

from __future__ import annotations

import dataclasses

from valuelib.evidence.outcomes import find_outcome
from valuelib.evidence.record import Evidence
from valuelib.evidence.rungs import AUDITED, PEERS, fit_audited, fit_peers
from valuelib.evidence.sensitivity.band import HALO_BAND, halo_only_band
from valuelib.evidence.sensitivity.fragility import measure_robustness
from valuelib.evidence.sensitivity.models import AIPW, INSTRUMENT, estimate_instrumented, estimate_reweighted
from valuelib.evidence.sensitivity.own import OWN_WAYS
from valuelib.evidence.sensitivity.question import Question, Way, as_control
from valuelib.evidence.sensitivity.unaffected import UNAFFECTED, ask_unaffected
from valuelib.records import Control, Message
from valuelib.study import Study

__all__ = ["with_sensitivity"]

# Ways to ask, in the order of the table; those at the top could have decided, had the data opened them.
WAYS: tuple[tuple[str, Way], ...] = (
    (AUDITED, lambda question: as_control(question, fit_audited(question.study, question.outcome))),
    (PEERS, lambda question: as_control(question, fit_peers(question.study, question.outcome))),
    *OWN_WAYS,
    (AIPW, estimate_reweighted),
    (INSTRUMENT, estimate_instrumented),
    (UNAFFECTED, ask_unaffected),
)


def with_sensitivity(study: Study, evidence: Evidence) -> Evidence:
    """The evidence with every other way of asking, and how fragile its deciding lift is; unchanged where nothing is contrasted."""
    outcome = find_outcome(study, evidence.claim.reading.outcome)
    if evidence.missing is not None or evidence.claim.reading.kind != "contrast" or isinstance(outcome, Message):
        return evidence
    question = Question(study=study, outcome=outcome, reading=evidence.claim.reading, evidence=evidence)
    return dataclasses.replace(evidence, sensitivity=_ask_all(question), robustness=measure_robustness(question))


def _ask_all(question: Question) -> tuple[Control, ...]:
    """Every way that is not in the evidence already; a reading with groups of its own is asked with the halo-only band alone."""
    there = {contrast.name for contrast in question.evidence.others}
    ways = WAYS if question.reading.exposure == "study" else ()
    asked = [(name, ask(question)) for name, ask in ways if name not in there]
    band = halo_only_band(question)
    return tuple(_listed(name, found) for name, found in (*asked, *(((HALO_BAND, band),) if band is not None else ())))


def _listed(name: str, found: Control | Message) -> Control:
    return Control(name=name, role="sensitivity", note=found) if isinstance(found, Message) else found

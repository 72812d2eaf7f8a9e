"""The content of results.json: every estimate and finding of a study, unrounded, its reasons in the study's language.

The form is held by `results.schema.json`, beside this file; a document that breaks it is never written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from valuelib.errors import ResultError
from valuelib.explore.both_sides import both_sides
from valuelib.explore.cocreation import cocreation
from valuelib.explore.describe import describe
from valuelib.explore.drivers import drivers
from valuelib.explore.effort import effort
from valuelib.explore.listening import listening
from valuelib.explore.over_time import over_time
from valuelib.explore.people import people
from valuelib.explore.reliability import halo, reliability
from valuelib.explore.specifications import specification_shares
from valuelib.explore.thresholds import dose, thresholds
from valuelib.results import BESIDE, Contrast, Estimate, Estimates, Finding, Message, to_json
from valuelib.show.localizer import local
from valuelib.study.model import Study
from valuelib.theory.claims import claims
from valuelib.verdict.assess import assess_all

# One function a chapter, in the order of a report; each takes a study and returns its estimates.
CHAPTERS: tuple[Callable[[Study], Estimates], ...] = (
    reliability,
    halo,
    specification_shares,
    drivers,
    dose,
    thresholds,
    effort,
    cocreation,
    both_sides,
    over_time,
    people,
    listening,
)


def explore(study: Study) -> tuple[Estimate, ...]:
    """Every estimate of the chapters that ask beyond one claim."""
    return tuple(estimate for chapter in CHAPTERS for estimate in chapter(study))


SCHEMA = 1
Document = dict[str, Any]


def results_document(study: Study, findings: Iterable[Finding], estimates: Iterable[Estimate]) -> Document:
    """The content of results.json: estimates by name, findings in the register's order and then the study's own claims.

    Raises:
        ResultError: the document does not have the form that readers of results.json rely on.
    """
    own = [claim.id for claim in study.config.claims if not isinstance(claim, str)]
    place = {claim_id: place for place, claim_id in enumerate([*(claim.id for claim in claims()), *own])}
    ordered = sorted(findings, key=lambda finding: (place.get(finding.claim.id, len(place)), finding.claim.id))
    document = {
        "schema": SCHEMA,
        "study": study_entry(study),
        "estimates": [estimate_entry(estimate) for estimate in sorted(estimates, key=lambda estimate: estimate.name)],
        "findings": [finding_entry(finding) for finding in ordered],
    }
    check_document(document)
    return document


def describe_all(study: Study) -> tuple[Estimate, ...]:
    """The estimates that describe a study and take no time: those of chapters, too, that have nothing to show for it."""
    return tuple(one for each in (describe, reliability, halo, thresholds, dose) for one in each(study))


def full_document(study: Study) -> Document:
    """The content that results.json has after a report of the shipped notebooks, without running them."""
    return results_document(study, assess_all(study), (*describe(study), *explore(study)))


def study_entry(study: Study) -> Document:
    """The study's name and client, and how many answered."""
    answers = study.data
    return {
        "name": study.config.study,
        "client": study.config.client,
        "respondents": int(answers["respondent"].nunique()),
        "accounts": int(answers["account"].nunique()),
    }


def estimate_entry(estimate: Estimate) -> Document:
    """One number; where it cannot be had, its `reason` as a sentence and as a code with values."""
    return {**_shipped(estimate), **_reason(estimate.reason)}


def finding_entry(finding: Finding) -> Document:
    """One finding; its reason and warnings as sentences and as codes."""
    warnings = {
        "warnings": [local.say(message) for message in finding.warnings],
        "warning_codes": [message.code for message in finding.warnings],
    }
    controls = {"controls": [_control_entry(control) for control in finding.contrasts]}
    return {**_shipped(finding), **controls, **_reason(finding.reason), **warnings}


def _shipped(result: Estimate | Finding) -> Document:
    """A result without what only its display needs."""
    return {key: value for key, value in to_json(result).items() if key not in BESIDE}


def _control_entry(control: Contrast) -> Document:
    """One way of asking; what must be known of it as a sentence and as a code with values."""
    entry: Document = TypeAdapter(Contrast).dump_python(control, mode="json", by_alias=True)
    note = control.note
    if note is None:
        return {**entry, "note": None, "note_code": None, "note_values": {}}
    return {**entry, "note": local.say(note), "note_code": note.code, "note_values": dict(note.values)}


def check_document(document: Mapping[str, Any]) -> None:
    """Refuse a document that breaks results.schema.json.

    Raises:
        ResultError: tells where and how.
    """
    problems = sorted(_validator().iter_errors(document), key=lambda problem: [str(part) for part in problem.absolute_path])
    if problems:
        told = "; ".join(
            f"{'/'.join(map(str, problem.absolute_path)) or 'document'}: {problem.message}" for problem in problems[:5]
        )
        raise ResultError(f"results.json would break its schema in {len(problems)} places: {told}")


def as_text(document: Mapping[str, Any]) -> str:
    """A document as it is written: numbers unrounded, letters as they are, no undefined number."""
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _reason(reason: Message | None) -> Document:
    if reason is None:
        return {"reason": None, "reason_code": None, "reason_values": {}}
    return {"reason": local.say(reason), "reason_code": reason.code, "reason_values": dict(reason.values)}


@cache
def _validator() -> Draft202012Validator:
    text = resources.files("valuelib.output").joinpath("results.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))

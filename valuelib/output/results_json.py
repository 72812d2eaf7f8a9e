"""The content of results.json: every estimate and finding of a study, its reasons in the study's language.

With every digit for the analyst; what is shipped with a report is made of the same records on their steps (`output.rounding`).

The form is held by `results.schema.json`, beside this file; a document that breaks it is never written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from valuelib.errors import Problem, ResultError, StudyError
from valuelib.explore.both_sides import estimate_both_sides, estimate_provider_view
from valuelib.explore.choices import estimate_choices
from valuelib.explore.cocreation import estimate_cocreation
from valuelib.explore.comparability import estimate_comparability
from valuelib.explore.describe import estimate_basics
from valuelib.explore.drivers import estimate_drivers
from valuelib.explore.effort import estimate_effort
from valuelib.explore.listening import estimate_listening
from valuelib.explore.over_time import estimate_over_time
from valuelib.explore.people import estimate_people
from valuelib.explore.population import estimate_population
from valuelib.explore.reliability import estimate_halo, estimate_reliability
from valuelib.explore.roll_out import estimate_roll_out
from valuelib.explore.specifications import specification_shares
from valuelib.explore.thresholds import estimate_dose, estimate_thresholds
from valuelib.output.foreign import read_json
from valuelib.results import BESIDE, Contrast, Estimate, Estimates, Finding, Message, adapter, pick, to_json
from valuelib.show.localizer import in_language, local
from valuelib.show.quality import say_part
from valuelib.study.model import Study
from valuelib.study.wording import clip, problem
from valuelib.theory.claims import claims
from valuelib.verdict.assess import assess_all
from valuelib.verdict.source import sample_sizes

# One function a chapter, in the order of a report; each takes a study and returns its estimates.
CHAPTERS: tuple[Callable[[Study], Estimates], ...] = (
    estimate_population,
    estimate_reliability,
    estimate_halo,
    estimate_comparability,
    specification_shares,
    estimate_drivers,
    estimate_choices,
    estimate_dose,
    estimate_thresholds,
    estimate_effort,
    estimate_cocreation,
    estimate_both_sides,
    estimate_over_time,
    estimate_roll_out,
    estimate_people,
    estimate_listening,
)


def explore(study: Study) -> tuple[Estimate, ...]:
    """Every estimate of the chapters that ask beyond one claim."""
    return tuple(estimate for chapter in CHAPTERS for estimate in chapter(study))


RESULTS, SCHEMA = "results.json", 1
LARGEST_LIFT, SMALLEST_SE = 10_000.0, 1e-6  # points; the NPS runs over 200, and a change of spend may be a few hundred per cent
Document = dict[str, Any]


def results_document(study: Study, findings: Iterable[Finding], estimates: Iterable[Estimate]) -> Document:
    """The content of results.json: estimates by name, findings in the register's order and then the study's own claims.

    Raises:
        ResultError: the document does not have the form that readers of results.json rely on.
    """
    own = [claim.id for claim in study.config.claims if not isinstance(claim, str)]
    place = {claim_id: place for place, claim_id in enumerate([*(claim.id for claim in claims()), *own])}
    ordered = sorted(findings, key=lambda finding: (place.get(finding.claim.id, len(place)), finding.claim.id))
    part = {"part": {"words": say_part(study), **study.part}} if study.part else {}
    document = {
        "schema": SCHEMA,
        "study": {
            "name": study.config.study,
            "client": study.config.client,
            "respondents": int(study.data["respondent"].nunique()),
            "accounts": int(study.data["account"].nunique()),
            "min_group": study.config.privacy.min_group,
            **({} if (sizes := sample_sizes(study)) is None else {"sample_of": sizes[1]}),
            **part,
        },
        "estimates": [estimate_entry(estimate) for estimate in sorted(estimates, key=lambda estimate: estimate.name)],
        "findings": [finding_entry(finding) for finding in ordered],
    }
    check_document(document)
    return document


def describe_all(study: Study) -> tuple[Estimate, ...]:
    """The estimates that describe a study and take no time: those of chapters, too, that have nothing to show for it."""
    describing = (estimate_basics, estimate_population, estimate_reliability, estimate_halo, estimate_thresholds, estimate_dose)
    return tuple(one for each in describing for one in each(study))


def full_document(study: Study) -> Document:
    """The content that results.json has after a report of the shipped notebooks, without running them."""
    with in_language(study.language):  # whatever a notebook of the same process speaks
        view = pick(estimate_provider_view(study), "label.side.provider.element")
        return results_document(study, assess_all(study), (*estimate_basics(study), *view, *explore(study)))


def estimate_entry(estimate: Estimate) -> Document:
    """One number; where it cannot be had, its `reason` as a sentence and as a code with values."""
    shipped = {key: value for key, value in to_json(estimate).items() if key not in BESIDE}
    return {**shipped, **_told("reason", estimate.reason)}


def finding_entry(finding: Finding) -> Document:
    """One finding; its reason, its warnings and what must be known of its contrasts as sentences and as codes."""
    shipped = {key: value for key, value in to_json(finding).items() if key not in BESIDE}
    return {
        **shipped,
        "total": None if finding.total is None else contrast_entry(finding.total),
        "controls": [contrast_entry(one) for one in finding.contrasts],
        **_told("reason", finding.reason),
        "reason_code": finding.reason_code,
        "warnings": [local.say(message) for message in finding.warnings],
        "warning_codes": [message.code for message in finding.warnings],
    }


def contrast_entry(contrast: Contrast) -> Document:
    """One contrast; what must be known of it as a sentence and as a code."""
    dumped = adapter("contrast").dump_python(contrast, mode="json", by_alias=True)
    return {**{key: value for key, value in dumped.items() if key not in BESIDE}, **_told("note", contrast.note)}


def _told(key: str, message: Message | None) -> Document:
    """A message as a sentence, and as a code with values."""
    said, code, values = (None, None, {}) if message is None else (local.say(message), message.code, dict(message.values))
    return {key: said, f"{key}_code": code, f"{key}_values": values}


def read_document(file: Path, named: str) -> Document:
    """The content of a results.json, checked.

    Args:
        file: where it is.
        named: what the user calls it, for the message.
    Raises:
        StudyError: it cannot be read, is none of ours, is of another version, or breaks its schema.
    """

    def refused(what: str, expected: str, next_step: str) -> StudyError:
        return StudyError([problem(what, clip(named, 80), expected, next_step)])

    try:
        document = read_json(file)
    except (OSError, ValueError) as err:
        raise refused("It could not be read as JSON.", f"a {RESULTS} of a report.", "Make the report again.") from err
    if not isinstance(document, dict) or "schema" not in document:
        raise refused(f"It is not a {RESULTS} of this package.", f"a {RESULTS} of a report.", "Name another file.")
    if document["schema"] != SCHEMA:
        what = f"Its form is {clip(document['schema'], 20)}, which this version does not read."
        raise refused(what, f"form {SCHEMA}.", "Make the report again with this version.")
    try:
        check_document(document)
        check_lifts(document)
    except ResultError as err:
        raise StudyError([unsound(err, named)]) from err
    return document


def check_lifts(block: Any, place: str = "") -> None:
    """Refuse lifts that no study can give: each would weigh more than all others of a portfolio together, or break its sums.

    Raises:
        ResultError: tells where and what.
    """
    if isinstance(block, dict) and {"value", "se", "df"} <= {*block}:
        value, se, df = block["value"], block["se"], block["df"]
        if abs(value) > LARGEST_LIFT or se > LARGEST_LIFT:
            raise ResultError(f"{place} is {value:g} with a standard error of {se:g}; at most {LARGEST_LIFT:g} can be.")
        if 0 < se < SMALLEST_SE:
            raise ResultError(f"{place} has a standard error of {se:g}; one above 0 is at least {SMALLEST_SE:g}.")
        if df <= 0:
            raise ResultError(f"{place} has {df:g} degrees of freedom; there must be some.")
    entries = block.items() if isinstance(block, dict) else enumerate(block) if isinstance(block, list) else ()
    for key, one in entries:
        check_lifts(one, f"{place}/{key}".lstrip("/"))


def unsound(error: Exception, named: str) -> Problem:
    """What is told of a results.json whose content contradicts itself or this version."""
    what = f"Its content does not hold together: {clip(str(error), 160)}"
    return problem(what, clip(named, 80), f"a {RESULTS} as this version writes it.", "Make the report again with this version.")


def check_document(document: Mapping[str, Any]) -> None:
    """Refuse a document that breaks results.schema.json.

    Raises:
        ResultError: tells where and how.
    """
    from jsonschema import Draft202012Validator  # beside JupyterLab it takes a second to import, which only this needs

    schema = json.loads(Path(__file__).with_name("results.schema.json").read_text(encoding="utf-8"))
    broken = sorted(
        Draft202012Validator(schema).iter_errors(document), key=lambda error: [str(part) for part in error.absolute_path]
    )
    if broken:
        told = "; ".join(f"{'/'.join(map(str, error.absolute_path)) or 'document'}: {error.message}" for error in broken[:5])
        raise ResultError(f"results.json would break its schema in {len(broken)} places: {told}")


def as_text(document: Mapping[str, Any]) -> str:
    """A document as it is written: numbers with the digits they have, letters as they are, no undefined number."""
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"

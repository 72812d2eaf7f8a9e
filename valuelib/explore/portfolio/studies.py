"""What does one study bring to a portfolio? Its name, how many answered, and its findings, out of the content of results.json.

Nothing of a respondent is in that file, so clients' answers never meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from valuelib.records import Control, Finding, from_json

RAW = "raw"


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyResults:
    """One study as its results.json tells it; `findings` by claim id."""

    name: str
    client: str
    respondents: int
    accounts: int
    findings: Mapping[str, Finding]


def read_results(document: Mapping[str, Any]) -> StudyResults:
    """A study out of the content of its results.json, whose form has been checked.

    Sentences are left behind, since they speak the study's language; their codes and values are taken.
    """
    study = document["study"]
    findings = [_finding(entry) for entry in document["findings"]]
    return StudyResults(
        name=study["name"],
        client=study["client"],
        respondents=study["respondents"],
        accounts=study["accounts"],
        findings={finding.claim: finding for finding in findings},
    )


def raw_control(finding: Finding) -> Control | None:
    """The raw contrast of a finding in the shape of a control, or None where there is none."""
    if finding.lift_points is None:
        return None
    return Control(
        name=finding.exposure or RAW,
        role="reference",
        comparison=finding.comparison,
        baseline=finding.baseline,
        lift_points=finding.lift_points,
        lift_ratio=finding.lift_ratio,
    )


def _finding(entry: Mapping[str, Any]) -> Finding:
    fields = {name: value for name, value in entry.items() if name not in ("reason_code", "reason_values", "warning_codes")}
    fields["reason"] = {"code": entry["reason_code"], "values": entry["reason_values"]}
    fields["warnings"] = [{"code": code, "values": {}} for code in entry["warning_codes"]]
    fields["controls"] = [_control(control) for control in entry["controls"]]
    found = from_json("finding", fields)
    assert isinstance(found, Finding)
    return found


def _control(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A control with its note as a code again; the sentence follows the language of its own report."""
    note = {"code": entry["note_code"], "values": entry["note_values"]} if entry["note_code"] is not None else None
    return {**{name: value for name, value in entry.items() if not name.startswith("note")}, "note": note}

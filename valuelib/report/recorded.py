"""Which findings and estimates have the chapters recorded so far, and which are still to be made?"""

from __future__ import annotations

import json
from pathlib import Path

from valuelib.assess import assess_all
from valuelib.explore.recommend import needed_estimates
from valuelib.records import Estimate, Finding
from valuelib.report.collect import expand, pick_estimates, pick_findings
from valuelib.study import Study


def gather_findings(study: Study, results: str | None) -> tuple[Finding, ...]:
    """Every finding of a study in the order of a report: as the chapters recorded them, the others assessed here.

    Args:
        study: the study of the report.
        results: file of the records so far, as the runner wrote it; None when a notebook is read alone.
    """
    recorded = read_findings(Path(results)) if results is not None else ()
    known = {finding.claim: finding for finding in recorded}
    return tuple(known.get(finding.claim, finding) for finding in assess_all(study))


def gather_estimates(study: Study, results: str | None) -> tuple[Estimate, ...]:
    """The estimates that recommendations are made of: as the chapters recorded them, or estimated here for a notebook read alone.

    Args:
        study: the study of the report.
        results: file of the records so far, as the runner wrote it; None when a notebook is read alone.
    """
    if results is None:
        return needed_estimates(study)
    return pick_estimates(record for item in json.loads(Path(results).read_text(encoding="utf-8")) for record in expand(item))


def read_findings(file: Path) -> tuple[Finding, ...]:
    """The findings in a file of records, each claim once."""
    return pick_findings(record for item in json.loads(file.read_text(encoding="utf-8")) for record in expand(item))

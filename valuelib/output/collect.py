"""The results that a notebook recorded, typed again, and the proof that it recorded all it planned.

A runner may call a notebook completed whose kernel died or whose cell timed out, so success needs positive proof:
every code cell ran, none left an error, and the last thing recorded is `done`, whose own count and plan agree with what is here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from valuelib.errors import ResultError, RunError
from valuelib.explore.recommend import needed_estimates
from valuelib.output.notebooks import ANALYST, cell_number, first_line, section_of
from valuelib.results import KINDS, Estimate, Finding, Findings, Record, from_json
from valuelib.show.display import RECORD_MIME, record_of, whole_items
from valuelib.study.model import Study
from valuelib.verdict.assess import assess_all

if TYPE_CHECKING:  # notebooks import this module, and nbformat takes longer to load than most of them take to run
    from nbformat import NotebookNode

MIME = RECORD_MIME
DONE = "done"
MANY, ITEMS = "many", "items"
R = TypeVar("R", Estimate, Finding)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded output: its kind, its plain data, and the typed record where the kind is one of `records.KINDS`.

    `inner` tells the results that stand in one output together from that output itself, which is what a reader sees.
    """

    kind: str
    data: Mapping[str, Any]
    record: Record | None
    inner: bool = False

    @property
    def name(self) -> str:
        """The name by which a plan knows it: a claim's id, or the record's own name."""
        return str(self.data.get("claim") or self.data.get("name") or "")


def collect_records(name: str, notebook: NotebookNode) -> tuple[Recorded, ...]:
    """Everything a notebook recorded, in order, typed again.

    Raises:
        RunError: a record does not read back.
    """
    found: list[Recorded] = []
    for index, cell in enumerate(notebook.cells):
        try:
            outputs = [record_of(output["data"]) for output in cell.get("outputs", []) if MIME in output.get("data", {})]
            found += [item for output in outputs for item in expand(output)]
        except (ResultError, ValidationError, KeyError, TypeError) as err:
            raise _error_at(name, notebook, index, f"a record does not read back: {first_line(str(err))}") from err
    return tuple(found)


def expand(output: Mapping[str, Any]) -> tuple[Recorded, ...]:
    """The records in one output: itself, and where it is a table of many results each of these too.

    Raises:
        ResultError, ValidationError, KeyError, TypeError: it is no output of ours, or holds a result that contradicts itself.
    """
    kind, data = output["kind"], output["data"]
    own = {key: value for key, value in data.items() if key != ITEMS} if kind == MANY else data
    first = Recorded(kind, own, from_json(kind, data) if kind in KINDS else None)
    within = whole_items(data.get(ITEMS, ())) if kind == MANY else ()
    return (first, *(replace(item, inner=True) for one in within for item in expand(one)))


def prove_done(name: str, notebook: NotebookNode, records: Sequence[Recorded]) -> None:
    """Let a notebook pass only when there is positive proof that it ran to its end.

    Raises:
        RunError: an error was left, a cell did not run, or `done` is missing or disagrees with the records.
    """
    for index, cell in enumerate(notebook.cells):
        problem = _cell_problem(cell)
        if problem:
            raise _error_at(name, notebook, index, problem)
    if problem := _plan_problem(records):
        raise RunError(name, problem)


def pick_estimates(records: Iterable[Recorded]) -> tuple[Estimate, ...]:
    """The estimates of a run, each name once.

    Raises:
        ResultError: one name stands for two different numbers.
    """
    return _each_once((item.name, item.record) for item in records if isinstance(item.record, Estimate))


def pick_findings(records: Iterable[Recorded]) -> tuple[Finding, ...]:
    """The findings of a run, each claim once.

    Raises:
        ResultError: one claim has two different findings.
    """
    return _each_once((item.name, item.record) for item in records if isinstance(item.record, Finding))


def _each_once(named: Iterable[tuple[str, R]]) -> tuple[R, ...]:
    seen: dict[str, R] = {}
    for name, record in named:
        if seen.setdefault(name, record) != record:
            raise ResultError(f"{name} was recorded twice with different results; each result has one home.")
    return tuple(seen.values())


def _error_at(name: str, notebook: NotebookNode, cell: int, cause: str) -> RunError:
    return RunError(name, cause, section=section_of(notebook, cell), cell=cell_number(notebook, cell))


def _cell_problem(cell: NotebookNode) -> str | None:
    if cell.cell_type != "code":
        return None
    errors = [output for output in cell.outputs if output.output_type == "error"]
    if errors:
        return f"{errors[0].ename}: {first_line(errors[0].evalue)}".rstrip(": ")
    if cell.source.strip() and cell.execution_count is None and ANALYST not in cell.metadata.get("tags", []):
        return "this cell was never run, although the runner called the notebook completed."
    return None


def _plan_problem(records: Sequence[Recorded]) -> str | None:
    if not records or records[-1].kind != DONE:
        return "it never said that it was done, so some of its results may be missing. Expected: a last cell that calls done()."
    proof, results = records[-1].data, records[:-1]
    missing = sorted(set(proof.get("planned") or ()) - {item.name for item in results})
    if missing:
        return f"these planned results were not recorded: {', '.join(missing)}."
    counted = proof.get("records")
    if counted is not None and counted != len(results):
        return f"it recorded {counted} results but {len(results)} are stored in its outputs."
    return None


def gather_findings(study: Study, results: str | None) -> Findings:
    """Every finding of a study in the order of a report: as the chapters recorded it, or assessed here.

    What could be tested and was not is printed: chapters that were left out record nothing.

    Args:
        study: the study of the report.
        results: file of the records so far, as the runner wrote it; None when a notebook is read alone.
    """
    recorded = pick_findings(_read_records(results)) if results is not None else ()
    findings = assess_all(study, recorded)
    known = {finding.claim.id for finding in recorded}
    lacking = [one.claim.id for one in findings if one.claim.id not in known and one.verdict != "not_testable"]
    if results is not None and lacking:
        print(f"No chapter recorded these claims, so they are assessed here: {', '.join(lacking)}.")
    return findings


def gather_estimates(study: Study, results: str | None) -> tuple[Estimate, ...]:
    """The estimates that recommendations are made of: as the chapters recorded them, or estimated here for a notebook read alone.

    Args:
        study: the study of the report.
        results: file of the records so far, as the runner wrote it; None when a notebook is read alone.
    """
    return needed_estimates(study) if results is None else pick_estimates(_read_records(results))


def _read_records(results: str) -> list[Recorded]:
    return [record for item in json.loads(Path(results).read_text(encoding="utf-8")) for record in expand(item)]

"""Which findings and figures have changed between two reports, by how much, and is the change more than chance?

Two surveys of one client share accounts, so their answers are not independent. The interval of a change takes them for independent,
which is too wide where the same accounts answered alike both times: a change that it shows is shown all the more.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from scipy.stats import norm

from valuelib.errors import ParameterError
from valuelib.report.again.verify import read_manifest
from valuelib.report.results import check_document

RESULTS_FILE = "results.json"
TOLERANCE = 1e-9  # relative; below this two numbers are one number
Kind = Literal["same", "moved", "shown", "new", "gone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One figure in both reports: values, change, and its interval where both have a standard error.

    `kind`: *same*; *moved* by no more than chance; *shown*, where the interval leaves out zero; *new* or *gone*.
    """

    name: str
    kind: Kind
    unit: str
    before: float | None = None
    after: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """One claim in both reports: its verdicts (None where it was not assessed), and how its deciding lift has moved."""

    claim: str
    before: str | None
    after: str | None
    lift: Moved | None = None

    @property
    def changed(self) -> bool:
        """Whether the verdict is another."""
        return self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two reports side by side: who they are of, the claims, the figures, and which settings differ."""

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    claims: tuple[Turned, ...]
    figures: tuple[Moved, ...]
    settings: tuple[str, ...]


def compare_reports(old: Path, new: Path, level: float = 0.95) -> Comparison:
    """Compare two report folders.

    Args:
        old: the earlier report.
        new: the later one.
        level: of the intervals of changes.

    Raises:
        ParameterError: a folder holds no report, or its results.json cannot be read.
    """
    one, two = _results(old), _results(new)
    z = float(norm.ppf(0.5 + level / 2))
    return Comparison(
        old=one["study"],
        new=two["study"],
        claims=tuple(_claims(one["findings"], two["findings"], z)),
        figures=tuple(_figures(one["estimates"], two["estimates"], z)),
        settings=tuple(_settings(read_manifest(old), read_manifest(new))),
    )


def _results(report: Path) -> dict[str, Any]:
    read_manifest(report)
    file = report / RESULTS_FILE
    try:
        document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as err:
        raise ParameterError(f"{file}: it cannot be read. Expected: results.json of a report. Make the report anew.") from err
    check_document(document)
    return document


def _claims(old: list[Any], new: list[Any], z: float) -> Iterator[Turned]:
    one, two = ({entry["claim"]: entry for entry in entries} for entries in (old, new))
    for claim in dict.fromkeys([*two, *one]):
        before, after = one.get(claim), two.get(claim)
        lifts = [None if entry is None else _deciding(entry) for entry in (before, after)]
        lift = _moved(claim, "points", lifts[0], lifts[1], z) if all(lifts) else None
        yield Turned(
            claim=claim,
            before=None if before is None else before["verdict"],
            after=None if after is None else after["verdict"],
            lift=lift,
        )


def _deciding(finding: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The lift in points that decides, else the raw one."""
    named = next((one for one in finding.get("controls", ()) if one["name"] == finding.get("decided_by")), finding)
    found: Mapping[str, Any] | None = named.get("lift_points")
    return found


def _figures(old: list[Any], new: list[Any], z: float) -> Iterator[Moved]:
    one, two = ({entry["name"]: entry for entry in entries if entry["value"] is not None} for entries in (old, new))
    for name in dict.fromkeys([*two, *one]):
        unit = (two.get(name) or one[name])["unit"]
        yield _moved(name, unit, one.get(name), two.get(name), z)


def _moved(name: str, unit: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, z: float) -> Moved:
    if old is None or new is None:
        value = (new or old or {})["value"]
        return Moved(name=name, kind="new" if old is None else "gone", unit=unit, **{"after" if old is None else "before": value})
    before, after = float(old["value"]), float(new["value"])
    change = after - before
    if math.isclose(before, after, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
        return Moved(name=name, kind="same", unit=unit, before=before, after=after, change=0.0)
    errors = [entry.get("se") for entry in (old, new)]
    if None in errors:
        return Moved(name=name, kind="moved", unit=unit, before=before, after=after, change=change)
    half = z * math.hypot(*(float(error) for error in errors if error is not None))
    low, high = change - half, change + half
    kind: Kind = "shown" if low > 0 or high < 0 else "moved"
    return Moved(name=name, kind=kind, unit=unit, before=before, after=after, change=change, low=low, high=high)


def _settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """What else differs between the two runs, so that a change is not laid at the customers' door."""
    for name in ("version", "seed"):
        if old.get(name) != new.get(name):
            yield f"{name}: {old.get(name)} -> {new.get(name)}"
    if old["inputs"].get("study.yaml") != new["inputs"].get("study.yaml"):
        yield "study.yaml"
    for name in sorted(set(old["packages"]) | set(new["packages"])):
        was, now = old["packages"].get(name), new["packages"].get(name)
        if was != now:
            yield f"{name}: {was} -> {now}"

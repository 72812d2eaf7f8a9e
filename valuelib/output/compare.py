"""Findings and figures of two reports side by side: what has changed, by how much, and whether by more than chance.

Two surveys of one client share accounts, so their answers are not independent. The interval of a change takes them for independent,
which is too wide where the same accounts answered alike both times: a change that it shows is shown all the more.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from scipy.stats import norm

from valuelib.errors import ParameterError
from valuelib.explore.estimates import read_label
from valuelib.output.content import Content, Section, page_words
from valuelib.output.page import render_page
from valuelib.output.results_json import check_document
from valuelib.output.verify import read_manifest
from valuelib.results import Cell, Table, Verdict
from valuelib.show.display import Item, Passage
from valuelib.show.labels import say_label
from valuelib.show.localizer import local
from valuelib.show.sentences import say_verdict
from valuelib.show.tables import column, make_table
from valuelib.theory.claims import claims

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


KINDS = ("shown", "moved", "new", "gone")


def compare_tables(comparison: Comparison, *, every: bool = False) -> tuple[Table, ...]:
    """Claims whose verdict or figure has changed, and figures whose change is shown (all that changed, where `every`)."""
    kinds = KINDS if every else KINDS[:1]
    turned = [one for one in comparison.claims if one.changed or (one.lift is not None and one.lift.kind != "same")]
    moved = [one for one in comparison.figures if one.kind in kinds]
    return (_claims_table(turned), _figures_table(moved, every=every))


def say_comparison(comparison: Comparison) -> str:
    """How many verdicts and figures have changed, in one sentence."""
    turned = sum(one.changed for one in comparison.claims)
    counts = {kind: sum(one.kind == kind for one in comparison.figures) for kind in (*KINDS, "same")}
    return local.text(
        "changes.verdicts_others_now_figures",
        turned_n=turned,
        claims_n=len(comparison.claims),
        shown_n=counts["shown"],
        moved_n=counts["moved"],
        same_n=counts["same"],
        new_n=counts["new"],
        gone_n=counts["gone"],
    )


def compare_page(comparison: Comparison) -> bytes:
    """The page for the client, in the look of the report."""
    lead = Passage(
        name="since", lead=(say_comparison(comparison),), note=local.text("changes.change_called_shown_where", level=0.95)
    )
    since = Section(
        id="since",
        title=local.text("changes.since_last_report"),
        question=local.text("changes.claims_stand_otherwise_figures"),
        blocks=(lead, *compare_tables(comparison)),
    )
    settings = Section(
        id="settings",
        title=local.text("changes.what_else_different"),
        blocks=(
            Passage(
                name="settings",
                lead=(local.text("changes.settings_differ_between_two"),),
                items=tuple(Item(one) for one in comparison.settings),
            ),
        ),
    )
    return render_page(
        Content(
            client=str(comparison.new["client"]),
            title=local.text("changes.customer_value_what_changed"),
            facts=(
                (local.text("changes.before"), _study(comparison.old)),
                (local.text("changes.now"), _study(comparison.new)),
            ),
            sections=(since, settings) if comparison.settings else (since,),
            words=page_words(),
            language=local.language,
        )
    )


def _study(study: object) -> str:
    about = study if isinstance(study, dict) else {}
    return local.text(
        "changes.respondents_in_accounts",
        name=str(about.get("name", "")),
        respondents_n=int(about.get("respondents", 0)),
        accounts_n=int(about.get("accounts", 0)),
    )


def _claims_table(turned: Sequence[Turned]) -> Table:
    statements = {claim.id: claim.statement.say(local.language) for claim in claims()}
    return make_table(
        name="since.claims",
        caption=local.text("changes.claims"),
        columns=(
            column("common.claim"),
            column("changes.before"),
            column("changes.now"),
            column("changes.change_deciding_difference", "points"),
        ),
        rows=(
            (statements.get(one.claim, one.claim), _verdict(one.before), _verdict(one.after), _change(one.lift)) for one in turned
        ),
    )


def _figures_table(moved: Iterable[Moved], *, every: bool) -> Table:
    return make_table(
        name="since.figures",
        caption=local.text("changes.figures_that_changed" if every else "changes.figures_whose_change_shown"),
        columns=(
            column("common.what_it_is"),
            column("changes.before", "number"),
            column("changes.now", "number"),
            column("changes.change", "points"),
        ),
        rows=(
            (_label(one.name), *(Cell(x, decimals=_decimals(one)) for x in (one.before, one.after)), _change(one)) for one in moved
        ),
    )


def _label(name: str) -> str:
    """The label that a name belongs to, in words; results.json keeps names alone."""
    label = read_label(name)
    return name if label is None else say_label(label)


def _verdict(verdict: str | None) -> str | None:
    return next((say_verdict(word) for word in get_args(Verdict) if word == verdict), None)


def _decimals(one: Moved) -> int:
    return 2 if one.unit in ("ratio", "coefficient") else 0 if one.unit == "count" else 1


def _change(one: Moved | None) -> Cell:
    return Cell() if one is None else Cell(one.change, one.low, one.high, decimals=_decimals(one))

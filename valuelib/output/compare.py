"""Findings and figures of two reports side by side: what has changed, by how much, and whether by more than chance.

Two surveys of one client share accounts, so their answers are not independent. The interval of a change takes them for independent,
which is too wide where the same accounts answered alike both times: a change that it shows is shown all the more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from scipy.stats import norm

from valuelib.explore.estimates import read_label
from valuelib.output.beside import few_between, full_results
from valuelib.output.content import Content, Section, page_words
from valuelib.output.manifest import STUDY_FILE, changes, read_manifest
from valuelib.output.page import render_page
from valuelib.output.results_json import RESULTS, Document, read_document
from valuelib.results import Cell, Table, Verdict
from valuelib.show.display import Item, Passage
from valuelib.show.labels import say_label
from valuelib.show.localizer import local
from valuelib.show.sentences import name_verdict
from valuelib.show.tables import column, make_table
from valuelib.theory.claims import claims

DECIMALS = {"ratio": 2, "coefficient": 2, "count": 0}  # by unit; of others one
TOLERANCE = 1e-9  # relative; below this two numbers are one number
Kind = Literal["same", "moved", "shown", "new", "gone"]
KINDS: tuple[Kind, ...] = ("shown", "moved", "new", "gone")


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
    """One claim in both reports: its verdicts (None where it was not assessed), and how its deciding lift has moved.

    `sized`: whether the claim has a size, which its verdicts' words tell.
    """

    claim: str
    before: Verdict | None
    after: Verdict | None
    sized: bool = True
    lift: Moved | None = None

    @property
    def changed(self) -> bool:
        """Whether the verdict is another."""
        return self.before != self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two reports side by side: who they are of, claims, figures, which settings differ; and the language of the later one.

    `few`: by how many respondents two reports of one study differ, where these are fewer than a group may have; else 0.
    """

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    claims: tuple[Turned, ...]
    figures: tuple[Moved, ...]
    settings: tuple[str, ...]
    language: str
    few: int = 0


def compare_reports(old: Path, new: Path, level: float = 0.95) -> Comparison:
    """Compare two report folders.

    Args:
        old: the earlier report.
        new: the later one.
        level: of the intervals of changes.

    Raises:
        ParameterError: a folder holds no report.
        StudyError: its results.json cannot be read.
    """
    then, now = read_manifest(old), read_manifest(new)
    # What else differs between the two runs, so that a change is not laid at the customers' door.
    settings = [f"{key}: {then.get(key)} -> {now.get(key)}" for key in ("version", "seed") if then.get(key) != now.get(key)]
    chosen = ((key, then["parameters"].get(key), now["parameters"].get(key)) for key in ("where", "exposure"))
    settings += [f"{key}: {one} -> {two}" for key, one, two in chosen if one != two]
    settings += [STUDY_FILE] if then["inputs"].get(STUDY_FILE) != now["inputs"].get(STUDY_FILE) else []
    settings += [f"{name}: {one} -> {two}" for name, one, two in changes(then["packages"], now["packages"])]
    one, two = (read_document(full_results(report / RESULTS), str(report / RESULTS)) for report in (old, new))
    z = float(norm.ppf(0.5 + level / 2))
    old_findings, new_findings = ({entry["claim"]: entry for entry in document["findings"]} for document in (one, two))
    old_figures, new_figures = (
        {entry["name"]: entry for entry in document["estimates"] if entry["value"] is not None} for document in (one, two)
    )
    return Comparison(
        old=one["study"],
        new=two["study"],
        claims=tuple(
            _turned(claim, old_findings.get(claim), new_findings.get(claim), z) for claim in {**new_findings, **old_findings}
        ),
        figures=tuple(
            _moved(name, entry["unit"], old_figures.get(name), new_figures.get(name), z)
            for name, entry in ({**new_figures, **old_figures} | new_figures).items()
        ),
        settings=tuple(settings),
        language=now["parameters"].get("language") or "en",
        few=few_between(one, two),
    )


def _turned(claim: str, old: Document | None, new: Document | None, z: float) -> Turned:
    lifts: list[Document | None] = []  # the difference in points that decides, else the raw one
    for finding in (old, new):
        contrasts = {one["name"]: one for one in finding.get("controls", ())} if finding else {}
        lifts.append(contrasts.get(finding.get("decided_by"), finding).get("lift_points") if finding else None)
    before, after = (None if finding is None else finding["verdict"] for finding in (old, new))
    return Turned(
        claim=claim,
        before=before,
        after=after,
        sized=any(finding is not None and finding.get("size") is not None for finding in (old, new)),
        lift=_moved(claim, "points", lifts[0], lifts[1], z) if all(lifts) else None,
    )


def _moved(name: str, unit: str, old: Document | None, new: Document | None, z: float) -> Moved:
    before, after = (None if entry is None else float(entry["value"]) for entry in (old, new))
    if old is None or new is None or before is None or after is None:
        return Moved(name=name, kind="new" if old is None else "gone", unit=unit, before=before, after=after)
    if math.isclose(before, after, rel_tol=TOLERANCE, abs_tol=TOLERANCE):
        return Moved(name=name, kind="same", unit=unit, before=before, after=after, change=0.0)
    change, errors = after - before, [entry["se"] for entry in (old, new) if entry.get("se") is not None]
    if len(errors) < 2:
        return Moved(name=name, kind="moved", unit=unit, before=before, after=after, change=change)
    half = z * math.hypot(*errors)
    low, high = change - half, change + half
    kind: Kind = "shown" if low > 0 or high < 0 else "moved"
    return Moved(name=name, kind=kind, unit=unit, before=before, after=after, change=change, low=low, high=high)


def compare_tables(comparison: Comparison, *, every: bool = False) -> tuple[Table, ...]:
    """Claims whose verdict or figure has changed, and figures whose change is shown (all that changed, where `every`)."""
    turned = [one for one in comparison.claims if one.changed or (one.lift is not None and one.lift.kind != "same")]
    moved = [one for one in comparison.figures if one.kind in (KINDS if every else KINDS[:1])]
    statements = {claim.id: claim.statement.say(local.language) for claim in claims()}

    def verdict(one: Turned, word: Verdict | None) -> str | None:
        return None if word is None else name_verdict(word, sized=one.sized)

    def change(one: Moved | None) -> Cell:
        return Cell() if one is None else Cell(one.change, one.low, one.high, decimals=DECIMALS.get(one.unit, 1))

    figures: list[tuple[Cell | str, ...]] = []
    for one in moved:
        label, decimals = read_label(one.name), DECIMALS.get(one.unit, 1)  # results.json keeps names alone
        values = (Cell(value, decimals=decimals) for value in (one.before, one.after))
        figures.append((one.name if label is None else say_label(label), *values, change(one)))
    before, now, what = "changes.before", "changes.now", column("common.what_it_is")
    return (
        make_table(
            name="since.claims",
            caption=local.text("changes.claims"),
            columns=(column("common.claim"), column(before), column(now), column("changes.change_deciding_difference", "points")),
            rows=(
                (statements.get(one.claim, one.claim), verdict(one, one.before), verdict(one, one.after), change(one.lift))
                for one in turned
            ),
        ),
        make_table(
            name="since.figures",
            caption=local.text("changes.figures_that_changed" if every else "changes.figures_whose_change_shown"),
            columns=(what, column(before, "number"), column(now, "number"), column("changes.change", "points")),
            rows=figures,
        ),
    )


def say_comparison(comparison: Comparison) -> str:
    """How many verdicts and figures have changed, in one sentence."""
    turned = sum(one.changed for one in comparison.claims)
    counts = {f"{kind}_n": sum(one.kind == kind for one in comparison.figures) for kind in (*KINDS, "same")}
    return local.text("changes.verdicts_others_now_figures", turned_n=turned, claims_n=len(comparison.claims), **counts)


def compare_page(comparison: Comparison) -> bytes:
    """The page for the client, in the look of the report."""
    note = local.text("changes.change_called_shown_where", level=0.95)
    since = Section(
        id="since",
        title=local.text("changes.since_last_report"),
        question=local.text("changes.claims_stand_otherwise_figures"),
        blocks=(Passage(name="since", lead=(say_comparison(comparison),), note=note), *compare_tables(comparison)),
    )
    differ, items = local.text("changes.settings_differ_between_two"), tuple(Item(one) for one in comparison.settings)
    settings = Section(
        id="settings",
        title=local.text("changes.what_else_different"),
        blocks=(Passage(name="settings", lead=(differ,), items=items),),
    )

    def about(study: Mapping[str, Any]) -> str:
        counts = {"respondents_n": int(study["respondents"]), "accounts_n": int(study["accounts"])}
        return local.text("changes.respondents_in_accounts", name=study["name"], **counts)

    return render_page(
        Content(
            client=str(comparison.new["client"]),
            title=local.text("changes.customer_value_what_changed"),
            facts=((local.text("changes.before"), about(comparison.old)), (local.text("changes.now"), about(comparison.new))),
            sections=(since, settings) if comparison.settings else (since,),
            words=page_words(),
            language=local.language,
        )
    )

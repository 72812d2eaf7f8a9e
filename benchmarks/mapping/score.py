"""What `valuelib new` proposes for an export, against the right mapping: right, wrong, missed, by kind."""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from benchmarks.mapping.corpus import PARTS, Export, make_export, read_corpus
from benchmarks.page import markdown_table
from benchmarks.registry import told
from valuelib.study.scaffold import scaffold_study

KINDS = {
    "respondent": "respondent", "account": "account", "wave": "wave", "weight": "weight", "segment": "segments",
    "comment": "comment", "recommend": "recommend", "repurchase": "repurchase, with its kind and codes",
    "satisfaction": "satisfaction", "effort": "effort", "share": "share of purchases", "element": "elements",
    "facet": "co-creation statements", "package": "what was bought", "scale": "scales of what was found",
    "missing": 'codes for "no answer"', "language": "language",
}  # fmt: skip
MOST = {"right": 80.0, "wrong": 2.0}  # per cent: what is wanted at least, and at most


@dataclass(frozen=True, slots=True)
class Proposed:
    """One line of a proposed study.yaml: what for, which column, whether it works as it stands, its scale or codes."""

    kind: str
    column: str
    active: bool
    told: str = ""


def score_export(export: Export) -> list[dict[str, Any]]:
    """A row for each thing that should be found or was proposed: its kind, column, result, and whether an active line says so.

    The result is right, wrong or missed; `suggested` tells of a missed element that a comment names among what it could be.
    """
    with tempfile.TemporaryDirectory() as scratch:
        path, truth, missing = make_export(export, Path(scratch))
        text = (scaffold_study("new", path, Path(scratch) / "new") / "study.yaml").read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = []

    def put(kind: str, column: str, result: str, *, active: bool = False, suggested: bool = False) -> None:
        where = {"tool": export.tool, "export": export.name, "kind": kind, "column": column}
        rows.append({**where, "result": result, "active": active, "suggested": suggested})

    settings = yaml.safe_load(text)
    put("language", "", "right" if settings["language"] == export.language else "wrong", active=True)
    blocks = [settings, *settings["outcomes"].values(), *(settings.get(key) or {} for key in ("elements", "cocreation"))]
    given = frozenset(str(code) for block in blocks for code in block.get("missing", ()))
    for code in sorted(missing | given):
        put("missing", code, "right" if code in missing & given else "wrong" if code in given else "missed", active=code in given)
    found = list(read_proposal(text))
    by_column = {one.column: one for one in found}
    scales: dict[str, tuple[bool, bool]] = {}  # whether the scale is right, and whether an active line says so
    for column, wanted in truth.items():
        expected, _, rest = wanted.removeprefix("~").partition(" ")
        one = by_column.get(column)
        named = None if one is None else one.kind.partition(" ")[0]
        if wanted == "-":
            if one is not None:
                put(named or "", column, "wrong", active=one.active)
            continue
        must = not wanted.startswith("~")
        detail, _, scale = rest.rpartition(" ")
        if one is None:
            if must:
                put(expected, column, "missed", suggested=_is_suggested(text, column, detail))
            continue
        right = named == expected and (expected not in ("element", "facet") or one.kind.endswith(f" {detail}"))
        if expected == "repurchase" and right:
            right = one.told.startswith(detail) and (detail == "topbox" or scale in one.told.split())
        if right and not must:
            continue
        if not must and not right and named == expected:  # another element than the one that may stand there
            put(named, column, "wrong", active=one.active)
            continue
        put(expected if must else named or "", column, "right" if right else "wrong", active=one.active)
        if right and re.fullmatch(r"\d+-\d+", scale):
            # A block of elements or statements has one line for its scale, however many columns it has.
            line = {"element": "elements", "facet": "cocreation"}.get(expected, column)
            scales[line] = (scales.get(line, (True, True))[0] and one.told.endswith(f"scale {scale}"), one.active)
    for line, (right, active) in scales.items():
        put("scale", line, "right" if right else "wrong", active=active)
    unknown = [one for one in found if one.column not in truth and one.column != "WRITE THE COLUMN HERE"]
    for one in unknown:
        put(one.kind.partition(" ")[0], one.column, "wrong", active=one.active)
    return rows


def read_proposal(text: str) -> Iterator[Proposed]:
    """Every column that a proposed study.yaml names for something, in active lines and in comments that work once taken in."""
    settings = yaml.safe_load(text)
    columns = dict(settings.get("columns") or {})
    for kind, column in columns.items():
        yield Proposed(kind, column["column"] if isinstance(column, dict) else str(column), active=True)
    outcomes = settings.get("outcomes") or {}
    yield from (_outcome(kind, block, active=True) for kind, block in outcomes.items())
    for block, kind in (("elements", "element"), ("cocreation", "facet")):
        part = settings.get(block) or {}
        low, high = part.get("scale", (0, 10))
        for key, column in (part.get("columns") or {}).items():
            yield Proposed(f"{kind} {key}", str(column), active=True, told=f"scale {low}-{high}")
    if exposure := settings.get("exposure"):
        for column in [exposure.get("column"), *(exposure.get("columns") or {}).values()]:
            if column:
                yield Proposed("package", str(column), active=True)
    # Comments: outcomes, columns, segments and the exposure.
    for line in text.splitlines():
        if (match := re.match(r"#   (\w+): (\{column: \".*\})(?:  #|     #|$)", line)) is not None:
            yield _outcome(match[1], yaml.safe_load(match[2]), active=False)
        elif (
            match := re.match(r"#   (comment|respondent|account|wave|weight): (\".*?\"|\{.*\})(?:  #|     #|$)", line)
        ) is not None:
            value = yaml.safe_load(match[2])
            yield Proposed(match[1], value["column"] if isinstance(value, dict) else value, active=False)
        elif (match := re.match(r"#   segment: (\[.*\])     #", line)) is not None and "..." not in match[1]:
            yield from (Proposed("segment", column, active=False) for column in yaml.safe_load(match[1]))
        elif (match := re.match(r"# exposure: \{rule: offering, column: (\".*?\"),", line)) is not None:
            yield Proposed("package", yaml.safe_load(match[1]), active=False)


def _outcome(kind: str, block: Mapping[str, Any], *, active: bool) -> Proposed:
    low, high = block.get("scale", (0, 10))
    said = f"scale {low}-{high}"
    if kind == "repurchase":
        how = {"intention_topbox": "topbox", "intention_mean": "topbox"}.get(block["kind"], block["kind"])
        codes: Sequence[object] = block.get("yes", block.get(True, ()))  # type: ignore[call-overload]  # to plain YAML `yes` is a truth
        said = f"{how} {' '.join(map(_code, codes))} {said}"
    name = "share" if kind == "share_of_purchases" else kind
    return Proposed(name, str(block["column"]), active=active, told=said)


def _code(code: object) -> str:
    return {True: "Yes", False: "No"}.get(code, str(code)) if isinstance(code, bool) else str(code)


def _is_suggested(text: str, column: str, key: str) -> bool:
    """Whether the comment on an unmapped column names this element among what it could be."""
    return bool(key) and any(f'"{column}"' in line and re.search(rf"could be: .*\b{key}\b", line) for line in text.splitlines())


# All exports, and what they say.


def measure_mapping() -> pd.DataFrame:
    """Every row of every export, with its part of the corpus."""
    parts = []
    for part in PARTS:
        exports = read_corpus(part)
        told(f"mapping: {len(exports)} exports, {part}")
        parts += [pd.DataFrame(score_export(export)).assign(part=part) for export in exports]
    return pd.concat(parts, ignore_index=True)


def summarise(rows: pd.DataFrame) -> dict[str, float]:
    """Shares in per cent: `right` and `missed` of the columns that matter or were proposed, `wrong` of the active lines."""
    wanted, active = rows[~rows["kind"].isin(["scale", "missing", "language"])], rows[rows["active"]]
    return {
        "right": 100 * wanted["result"].eq("right").mean(),
        "missed": 100 * wanted["result"].eq("missed").mean(),
        "wrong": 100 * active["result"].eq("wrong").mean(),
    }


def table_mapping(rows: pd.DataFrame) -> str:
    """Right, wrong and missed by kind, for both parts of the corpus."""
    counts: dict[tuple[str, str], list[str]] = defaultdict(list)
    lines = []
    for kind, said in KINDS.items():
        for part in PARTS:
            some = rows[(rows["kind"] == kind) & (rows["part"] == part)]
            wrong = some[some["result"] == "wrong"]
            counts[kind, part] = [
                str(some["result"].eq("right").sum()),
                f"{int(wrong['active'].sum())} + {int((~wrong['active'].astype(bool)).sum())}",
                str(some["result"].eq("missed").sum()),
            ]
        lines.append([said, *(cell for part in PARTS for cell in counts[kind, part])])
    header = ["What", *(f"{what}, {part}" for part in PARTS for what in ("right", "wrong", "missed"))]
    return markdown_table(header, lines)


def table_totals(rows: pd.DataFrame) -> str:
    """The shares that matter, for both parts, beside what is wanted."""
    header = ["Of the exports", "exports", "right, %", "missed, %", "wrong in active lines, %", "met"]
    lines = []
    for part in PARTS:
        some = rows[rows["part"] == part]
        shares = summarise(some)
        met = shares["right"] >= MOST["right"] and shares["wrong"] <= MOST["wrong"]
        lines.append(
            [
                part,
                str(some["export"].nunique()),
                *(f"{shares[key]:.1f}" for key in ("right", "missed", "wrong")),
                "yes" if met else "**no**",
            ]
        )
    lines.append(["wanted", "40", f"{MOST['right']:.0f} or more", "", f"{MOST['wrong']:.0f} or less", ""])
    return markdown_table(header, lines)


def failures(rows: pd.DataFrame, part: str = "tuned on") -> Sequence[str]:
    """What was not right, a line each, for whoever tunes; the held-out part is not to be looked at."""
    some = rows[(rows["part"] == part) & (rows["result"] != "right")]
    marked = [
        (f"{one.result}{' (active)' if one.active else ''}{' (suggested)' if one.suggested else ''}", one)
        for one in some.itertuples()
    ]
    return [f"{mark} {one.kind}: {one.export}: {one.column}" for mark, one in marked]

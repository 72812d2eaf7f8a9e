"""Figures as they leave the house: no more digits than the answers behind them justify, so that two reports tell less of a person.

A mean times the number of answers is their sum, and two sums differ by one person's answer. A figure is therefore shipped on a step
of 1, 2 or 5 times a power of ten that is at least as large as one answer can move it: range / n of its smallest group.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar, cast

from nbformat import NotebookNode

from valuelib.output.collect import MANY, MIME
from valuelib.output.content import Content
from valuelib.output.edition import Edition
from valuelib.results import Cell, Chart, Estimate, Figure, Finding, Kind, Record, Series, Table, from_json, to_json
from valuelib.show.display import PICTURE, whole_items
from valuelib.show.story import FINE

Data = dict[str, Any]
R = TypeVar("R", Estimate, Finding)

REACH: Mapping[str, float] = {"points": 200, "share": 100, "score": 10, "coefficient": 2, "ratio": 2}  # by an estimate's unit
OUTCOMES: Mapping[str, float] = {"recommend": 200, "repurchase": 100, "expansion": 100, "share_of_purchases": 100}  # else a score
EFFECTS: Mapping[str, float] = {"points": 200, "percentage": 100, "share": 100, "scale": 10}  # by how the name of a unit begins
SPREAD = ("se", "se_linearised", "df", "p_value", "p_no_lift", "p_below_claim", "p_above_claim")
PRINTED = {"pts": 1, "ratio": 2, "share": 3, "level": 4, "effect": 2, "score": 1}  # decimals of a message's values, else two
SIGNIFICANT = 2


def step_of(reach: float, n: int) -> Decimal:
    """The smallest of 1, 2 or 5 times a power of ten that is not below reach / n.

    >>> step_of(10, 1200), step_of(200, 562), step_of(200, 40)
    (Decimal('0.01'), Decimal('0.5'), Decimal('5'))
    """
    least = Decimal(str(reach)) / max(n, 1)
    power = Decimal(1).scaleb(least.adjusted())
    return next(found for factor in (1, 2, 5, 10) if (found := (factor * power).normalize() + 0) >= least)


def on_step(value: float, step: Decimal) -> float:
    """The multiple of a step that is nearest to a value.

    >>> on_step(13.194, step_of(200, 562))
    13.0
    """
    return float(round(Decimal(value) / step) * step)


def significant(value: float, digits: int = SIGNIFICANT) -> float:
    """A value with this many significant digits; a whole number stays one."""
    if not value or isinstance(value, bool):
        return value
    found = round(value, digits - 1 - math.floor(math.log10(abs(value))))
    return found if isinstance(value, int) else float(found)


def shipped(record: R) -> R:
    """An estimate or a finding as it is shipped; its verdict and its reason rest on the full figures."""
    kind = "estimate" if isinstance(record, Estimate) else "finding"
    return cast(R, from_json(kind, SHIP[kind](to_json(record))))


def ship_estimate(data: Data) -> Data:
    """An estimate's JSON as it is shipped."""
    found = {**data, **_spread(data)}
    if data.get("unit") in REACH and data.get("n"):
        found |= _stepped(data, step_of(REACH[data["unit"]], data["n"]))
    return found | {key: _message(data[key]) for key in ("reason", "label") if data.get(key)}


def ship_finding(data: Data) -> Data:
    """A finding's JSON as it is shipped: each contrast by its own smaller group, parts and steps by theirs."""
    reach = OUTCOMES.get(str(data.get("outcome")), 10)
    parts = {part["name"]: part for part in data.get("parts") or ()}
    raw = [data[side]["n"] for side in ("comparison", "baseline") if data.get(side)]
    n = min(filter(None, raw or [part["n"] for part in parts.values()]), default=0)
    deciding = next((one for one in data.get("controls") or () if one["name"] == data.get("decided_by")), data)

    def contrast(one: Data) -> Data:
        part = next((parts[name] for name in parts if str(one.get("name")).endswith(f".{name}")), None)
        own = _effect_reach(part) if part else 10 if str(one.get("name")).startswith("negative_control.") else reach
        return _contrast(one, own, n if part is None else part["n"], reach)

    found = {**data, **contrast({**data, "name": "raw"}), "name": data.get("name")}
    if "name" not in data:
        del found["name"]
    if data.get("controls"):
        found["controls"] = [contrast(one) for one in data["controls"]]
    if data.get("total"):
        found["total"] = contrast(data["total"])
    if parts:
        found["parts"] = [_part(part) for part in data["parts"]]
    if data.get("steps"):
        found["steps"] = _steps(data["steps"], reach)
    of_deciding = _smallest(deciding) or n
    step = step_of(reach, of_deciding) if of_deciding else None
    if link := data.get("link"):
        found["link"] = {
            **link,
            **{key: _rounded(link[key], step) for key in ("moved", "left")},
            "slope": significant(link["slope"]),
            "basics_difference": _lift(link["basics_difference"], step_of(10, of_deciding)) if step else link["basics_difference"],
            "gap": _lift(link["gap"], step) if step else link["gap"],
            "dropped": {side: _group(group, reach) for side, group in link["dropped"].items()},
        }
    for key in ("claim_share", "robustness"):
        if data.get(key):
            found[key] = _all_significant(data[key])
    if data.get("detectable_points") is not None:
        found["detectable_points"] = significant(data["detectable_points"])
    if data.get("respondents_needed"):
        found["respondents_needed"] = significant(data["respondents_needed"])
    if data.get("reason"):
        part = parts.get((data["reason"].get("values") or {}).get("part_key"))
        found["reason"] = _message(data["reason"], step if part is None else step_of(_effect_reach(part), part["n"]))
    if data.get("warnings"):
        found["warnings"] = [_message(one) for one in data["warnings"]]
    return found


SHIP = {"estimate": ship_estimate, "finding": ship_finding}


def _effect_reach(part: Data) -> float:
    return EFFECTS.get(str(part["unit_key"]).partition("_")[0], 10)


def _rounded(value: float | None, step: Decimal | None) -> float | None:
    return None if value is None else significant(value) if step is None else on_step(value, step)


def _spread(data: Data) -> Data:
    return {key: significant(data[key]) for key in SPREAD if data.get(key) is not None}


def _stepped(data: Data, step: Decimal) -> Data:
    ends = ("value", "ci_low", "ci_high", "ci_low_adjusted", "ci_high_adjusted")
    found: Data = {key: on_step(data[key], step) for key in ends if data.get(key) is not None}
    return found | ({"roots": [on_step(one, step) for one in data["roots"]]} if data.get("roots") else {})


def _lift(data: Data, step: Decimal) -> Data:
    return {**data, **_spread(data), **_stepped(data, step)}


def _group(data: Data | None, reach: float) -> Data | None:
    return data if not data or not data.get("n") else _lift(data, step_of(reach, data["n"]))


def _smallest(data: Data) -> int:
    return min((data[side]["n"] for side in ("comparison", "baseline") if data.get(side) and data[side]["n"]), default=0)


def _contrast(data: Data, reach: float, n: int, of_groups: float) -> Data:
    """A contrast by its own smaller group, else by the finding's."""
    found, least = dict(data), _smallest(data) or n
    for side in ("comparison", "baseline"):
        if data.get(side):
            found[side] = _group(data[side], reach if reach == 10 else of_groups)
    for key, own in (("lift_points", reach), ("lift_ratio", REACH["ratio"])):
        if data.get(key):
            found[key] = _lift(data[key], step_of(own, least)) if least else _all_significant(data[key])
    if data.get("note"):
        found["note"] = _message(data["note"], step_of(reach, least) if least else None)
    return found


def _part(data: Data) -> Data:
    needed = {key: significant(data[key]) for key in ("detectable", "accounts_needed") if data.get(key)}
    return {**data, **needed, "lift": _lift(data["lift"], step_of(_effect_reach(data), data["n"]))}


def _steps(steps: Sequence[Data], reach: float) -> list[Data]:
    found, before = [], 0
    for one in steps:
        n = one["group"]["n"]
        change = _lift(one["change"], step_of(reach, min(filter(None, (n, before)), default=1))) if one.get("change") else None
        found.append({**one, "group": _group(one["group"], reach), **({"change": change} if "change" in one else {})})
        before = n
    return found


def _message(data: Data, step: Decimal | None = None) -> Data:
    """A message's values as finely as its sentence prints them, points and effects no finer than the step; sizes of claims stay."""
    values = {}
    for name, value in (data.get("values") or {}).items():
        ending = name.rpartition("_")[2]
        if name == "needed_n" and value:
            values[name] = significant(value)
        elif not isinstance(value, float) or name.startswith(("size", "margin", "claimed")):
            values[name] = value
        elif step is not None and ending in ("pts", "effect"):
            values[name] = on_step(value, max(step, Decimal(1).scaleb(-PRINTED[ending])))
        else:
            values[name] = round(value, PRINTED.get(ending, 2))
    return {**data, "values": values} if values else data


def _all_significant(data: Any) -> Any:
    """Every figure of a part of a record with two significant digits."""
    if isinstance(data, dict):
        return {key: _all_significant(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_all_significant(value) for value in data]
    return significant(data) if isinstance(data, float) else data


def ship_pool(studies: Sequence[Data], pooled: Data | None, reach: float) -> tuple[list[Data], Data | None]:
    """What many studies say of one contrast as it is shipped: each study by its smaller group, their mean by all of these.

    Args:
        studies: each study's figures, with `n`.
        pooled: those of their mean; None where there is none.
        reach: how far an answer can move them: 200 of points, 2 of logarithms of ratios.
    """

    def on_own(one: Data, n: int) -> Data:
        ends = {key: on_step(one[key], step_of(reach, n)) for key in POOLED if one.get(key) is not None} if n else {}
        return {**_all_significant(one), **ends}

    return [on_own(one, one["n"]) for one in studies], on_own(pooled, sum(one["n"] for one in studies)) if pooled else None


POOLED = ("value", "low", "high", "low_modified", "high_modified", "new_low", "new_high")

# What is printed is rounded already; what lies under it, in charts, cells and pictures, is made no finer than that.

IN_DEFS = re.compile(r"<defs>.*?</defs>|<defs/>", re.DOTALL)
PLACED = re.compile(r'(?<=[\s"])(x|y|x1|y1|x2|y2|width|height)="(-?\d+\.\d+)"')
MOVED = re.compile(r"(?<=translate\()[^()]*(?=\))")
DRAWN = re.compile(r'(?<=\sd=")[^"]*(?=")')
DECIMAL = re.compile(r"-?\d*\.\d+")
AREA = re.compile(r'(<path id="(?:m|C)[^"]*" d=")([^"]*)')
WIDEST_SIGN = 30  # points; larger outlines among the definitions are areas drawn from data
SORTED_BY = re.compile(r' data-value="[^"]*"')


def ship_picture(svg: str) -> str:
    """A drawing whose places are whole points, so that none tells a value to more than one part in some hundred of its axis."""

    def whole(found: re.Match[str]) -> str:
        return DECIMAL.sub(lambda number: f"{round(float(number[0]))}", found[0])

    def area(found: re.Match[str]) -> str:
        wide = any(abs(float(one)) > WIDEST_SIGN for one in re.findall(r"-?\d+\.?\d*", found[2]))
        return found[1] + (DECIMAL.sub(lambda number: f" {round(float(number[0]))}", found[2]) if wide else found[2])

    def drawn(part: str) -> str:
        part = PLACED.sub(lambda found: f'{found[1]}="{round(float(found[2]))}"', part)
        spaced = DRAWN.sub(lambda found: DECIMAL.sub(lambda number: f" {round(float(number[0]))}", found[0]), part)
        return MOVED.sub(whole, spaced)

    said, at = [], 0
    for defined in IN_DEFS.finditer(svg):
        said += [drawn(svg[at : defined.start()]), AREA.sub(area, defined[0])]
        at = defined.end()
    return "".join([*said, drawn(svg[at:])])


def ship_chart(chart: Chart, stepped: Mapping[float, float] = {}) -> Chart:
    """A chart's numbers as its labels print them, or as the records hold them."""

    def printed(values: Sequence[float | None]) -> tuple[float | None, ...]:
        return tuple(None if value is None else round(stepped.get(value, value), chart.decimals) for value in values)

    series = tuple(
        Series(name=one.name, values=printed(one.values), low=printed(one.low), high=printed(one.high)) for one in chart.series
    )
    marks = tuple(
        replace(one, value=round(one.value, chart.decimals), until=None if one.until is None else round(one.until, chart.decimals))
        for one in chart.marks
    )
    return replace(chart, series=series, marks=marks)


def ship_figure(figure: Figure, stepped: Mapping[float, float] = {}) -> Figure:
    """A figure as it is shipped."""
    return replace(figure, svg=ship_picture(figure.svg), charts=tuple(ship_chart(one, stepped) for one in figure.charts))


def ship_table(table: Table, stepped: Mapping[float, float] = {}) -> Table:
    """A table whose cells hold what they print; of a figure that is known by its full digits, what the record holds of it."""

    def printed(cell: Cell, place: int) -> Cell:
        kind, decimals = table.columns[place].form_of(cell)
        held = {name: value for name in ("value", "low", "high") if isinstance(value := getattr(cell, name), float)}
        parts: Data = {name: _printed(stepped.get(value, value), kind, decimals) for name, value in held.items()}
        return replace(cell, **parts) if parts else cell

    return replace(table, rows=tuple(tuple(printed(cell, place) for place, cell in enumerate(row)) for row in table.rows))


def _printed(value: float, kind: Kind, decimals: int) -> float:
    """A value as it is printed; a share 0..1 as its per cents are."""
    return round(100 * value, decimals) / 100 if kind == "percent" else round(value, decimals)


def ship_content(content: Content, *, stepped: bool = False) -> Content:
    """A report's content as it is shipped: records on their steps; figures, tables and pictures no finer than they are printed.

    Args:
        content: with full figures.
        stepped: put the records' figures on their steps wherever they stand in tables and charts, too, as a workbook has them.
    """
    findings, estimates = tuple(map(shipped, content.findings)), tuple(map(shipped, content.estimates))
    known = dict(_pairs([*content.findings, *content.estimates], [*findings, *estimates])) if stepped else {}

    def block(one: Any) -> Any:
        return ship_figure(one, known) if isinstance(one, Figure) else ship_table(one, known) if isinstance(one, Table) else one

    sections = tuple(replace(section, blocks=tuple(map(block, section.blocks))) for section in content.sections)
    edition = content.edition and _ship_edition(content.edition, block)
    return replace(content, sections=sections, findings=findings, estimates=estimates, edition=edition)


def _ship_edition(edition: Edition, block: Callable[[Any], Any]) -> Edition:
    """An edition's pictures as they are shipped, and its large figures as they are printed; its sentences are printed already."""
    pages = tuple(replace(page, blocks=tuple(map(block, page.blocks))) for page in edition.pages)
    # Rounded once: 3.46 by way of 3.5 would be printed as 4 beside a sentence that says 3.
    numbers = tuple(
        replace(
            one,
            **{name: round(getattr(one, name), decimals) for name in ("value", "low", "high")},
            claimed=tuple(round(size, 1) for size in one.claimed),
            raw=None if one.raw is None else round(one.raw, decimals),
            groups=None if one.groups is None else (round(one.groups[0]), round(one.groups[1])),
        )
        for one in edition.numbers
        for decimals in (0 if abs(one.value) >= FINE else 1,)
    )
    board = tuple(replace(row, finding=shipped(row.finding)) for row in edition.board)
    return replace(edition, pages=pages, numbers=numbers, board=board)


def _pairs(full: Any, shipped: Any) -> Iterator[tuple[float, float]]:
    """Each figure of records with full digits, and the same figure on its step; short ones, which others share by chance, stay."""
    if isinstance(full, float) and isinstance(shipped, float):
        if full != round(full, 2):
            yield full, shipped
    elif isinstance(full, Estimate | Finding):
        yield from _pairs(to_json(full), to_json(shipped))
    elif isinstance(full, Mapping):
        for key, value in full.items():
            yield from _pairs(value, shipped[key])
    elif isinstance(full, list | tuple):
        for one, other in zip(full, shipped, strict=True):
            yield from _pairs(one, other)


def ship_notebook(notebook: NotebookNode) -> NotebookNode:
    """An executed notebook, in place, as it is shipped: what its outputs record, and the pictures and orders in their html."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if MIME in data:
                data[MIME] = {**data[MIME], "data": _ship(data[MIME]["kind"], data[MIME]["data"])}
                data["text/html"] = SORTED_BY.sub("", PICTURE.sub(_picture, data.get("text/html", "")))
    return notebook


def _picture(found: re.Match[str]) -> str:
    svg = ship_picture(base64.b64decode(found[1]).decode())
    return f'src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"'


def _ship(kind: str, data: Data) -> Data:
    """The data of a recorded output as they are shipped; what says where it stands in the report stays."""
    if kind in SHIP:
        return SHIP[kind](data)
    if kind == MANY:
        items = [{**one, "data": _ship(one["kind"], one["data"])} for one in whole_items(data["items"])]
        return {**data, "items": items, "table": _ship("table", data["table"])}
    if kind == "table":
        return {**data, **_json(ship_table(cast(Table, from_json("table", data))))}
    if kind == "figure" and data.get("charts"):
        whole = cast(Figure, from_json("figure", {**data, "svg": ""}))
        return {**data, "charts": _json(ship_figure(whole))["charts"]}
    return data


def _json(record: Record) -> Data:
    return to_json(record, lean=True)

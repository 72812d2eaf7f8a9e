"""Effort by enhancement in one picture and one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from valuelib.results import Column, Estimate, Figure, Table
from valuelib.show.dots import Chart, Dot, Panel, dot_of, plot_dots
from valuelib.show.labels import CELLS
from valuelib.show.localizer import local
from valuelib.show.tables import column, estimate_cell, make_table
from valuelib.study.model import Study
from valuelib.verdict.groups import is_intention

NAME = "effort"
SHARES = (0.0, 118.0)  # both panels of shares on one scale, with room for a number beside 100
OUTCOMES = ("repurchase", "expansion", "recommend")
WAYS = ("peers.value_enhancement", "own.value_enhancement")


def plot_effort(estimates: Sequence[Estimate], behaviour: bool) -> Figure:
    """The four cells by outcome, a panel each.

    Args:
        estimates: named `effort.<cell>.<outcome>`.
        behaviour: whether staying was seen in records rather than asked for.
    """
    found = {one.name: one for one in estimates if one.value is not None}
    outcomes = [name for name in OUTCOMES if any(f"effort.{cell}.{name}" in found for cell in CELLS)]
    cells = [cell for cell in CELLS if any(f"effort.{cell}.{name}" in found for name in outcomes)]
    panels = [
        Panel(
            title=_title_of(name, behaviour),
            rows=[[dot] if (dot := _dot(found, cell, name)) else [] for cell in cells],
            decimals=0,
            limits=None if name == "recommend" else SHARES,
            title_width=26,
        )
        for name in outcomes
    ]
    chart = Chart(
        name=NAME,
        title=say_effort(estimates, behaviour),
        labels=[local.text(f"label.cell.{cell}") for cell in cells],
        panels=panels,
        alt=f"{say_effort(estimates, behaviour)}. {_alt(found, cells, outcomes, behaviour)}".strip(),
        caption=_caption(outcomes, behaviour),
    )
    return plot_dots(chart)


def seen_behaviour(study: Study) -> bool:
    """Whether staying was seen in records, rather than told as an intention."""
    return study.config.outcomes.repurchase is not None and not is_intention(study, "repurchase")


def table_effort(estimates: Sequence[Estimate], behaviour: bool) -> Table:
    """The same cells in figures, with intervals and numbers of answers."""
    found = {one.name: one for one in estimates}
    outcomes = [name for name in OUTCOMES if any(f"effort.{cell}.{name}" in found for cell in CELLS)]
    return make_table(
        name="effort",
        caption=local.text("effort.staying_buying_more_recommending"),
        columns=(column("common.customers"), *(Column(_title_of(name, behaviour), "number", 0) for name in outcomes)),
        rows=(
            (
                local.text(f"label.cell.{cell}"),
                *(estimate_cell(found.get(f"effort.{cell}.{name}"), with_n=True) for name in outcomes),
            )
            for cell in CELLS
        ),
        note=local.text("effort.figure_interval_number_answers"),
    )


def say_effort(estimates: Sequence[Estimate], behaviour: bool) -> str:
    """The widest contrast of the picture in one sentence: both good against neither, on the first outcome that has both cells."""
    found = {one.name: one for one in estimates if one.value is not None}
    for name in OUTCOMES:
        best, worst = found.get(f"effort.easy.more.{name}"), found.get(f"effort.hard.less.{name}")
        if best is not None and worst is not None:
            code = "effort.best.meant" if name == "repurchase" and not behaviour else f"effort.best.{name}"
            return local.text(code, best=local.number(best.value, 0), worst=local.number(worst.value, 0))
    return local.text("effort.too_few_answers_each")


def table_slopes(estimates: Sequence[Estimate], behaviour: bool) -> Table:
    """How each outcome goes with enhancement: as colleagues tell of it, which decides, and as the respondents do themselves.

    Args:
        estimates: named `goes_with.<exposure>.<outcome>`.
        behaviour: whether staying was seen in records rather than asked for.
    """
    found = {one.name: one for one in estimates}
    ways = [way for way in WAYS if any(name.startswith(f"goes_with.{way}.") for name in found)]
    outcomes = [name for name in OUTCOMES if any(f"goes_with.{way}.{name}" in found for way in ways)]
    return make_table(
        name="slopes.value_enhancement",
        caption=local.text("effort.points_outcome_point_more"),
        columns=(column("effort.outcome"), *(column(f"effort.way.{way}", "effect") for way in ways)),
        rows=(
            (
                _title_of(name, behaviour),
                *(estimate_cell(found.get(f"goes_with.{way}.{name}"), with_n=True) for way in ways),
            )
            for name in outcomes
        ),
        note=local.text("effort.slope_interval_number_answers"),
    )


def _title_of(name: str, behaviour: bool) -> str:
    what = local.text("effort.behaviour") if behaviour else local.text("effort.intention")
    return local.text(f"effort.outcome.{name}", what=what) if name == "repurchase" else local.text(f"effort.outcome.{name}")


def _caption(outcomes: Sequence[str], behaviour: bool) -> str:
    """The cuts, whose answers they are, and which outcomes are behaviour."""
    said = [local.text("effort.easy_7_more_hard")]
    if "repurchase" in outcomes:
        said.append(local.text("effort.staying_seen_records") if behaviour else local.text("effort.staying_intention"))
    if "expansion" in outcomes:
        said.append(local.text("effort.buying_more_intention"))
    return " ".join(said)


def _dot(found: Mapping[str, Estimate], cell: str, name: str) -> Dot | None:
    return dot_of(found[f"effort.{cell}.{name}"]) if f"effort.{cell}.{name}" in found else None


def _alt(found: Mapping[str, Estimate], cells: Sequence[str], outcomes: Sequence[str], behaviour: bool) -> str:
    said = []
    for name in outcomes:
        values = [
            f"{local.text(f'label.cell.{cell}')} {local.number(found[f'effort.{cell}.{name}'].value, 0)}"
            for cell in cells
            if f"effort.{cell}.{name}" in found
        ]
        said.append(f"{_title_of(name, behaviour)}: {'; '.join(values)}.")
    return " ".join(said)

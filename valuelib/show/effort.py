"""Effort by enhancement in one picture and one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from valuelib.explore.effort import CELLS
from valuelib.explore.estimates import find, keyed
from valuelib.results import Column, Estimate, Figure, Table, pick
from valuelib.show.dots import Chart, Panel, dot_of, plot_dots
from valuelib.show.localizer import local
from valuelib.show.tables import column, estimate_cell, make_table
from valuelib.study.model import Study
from valuelib.verdict.groups import is_intention

NAME = "effort"
SHARES = (0.0, 118.0)  # both panels of shares on one scale, with room for a number beside 100
OUTCOMES = ("repurchase", "expansion", "recommend")
WAYS = ("peers", "own")


def plot_effort(estimates: Sequence[Estimate], behaviour: bool) -> Figure:
    """The four cells by outcome, a panel each.

    Args:
        estimates: with the labels `label.effort.<cell>`.
        behaviour: whether staying was seen in records rather than asked for.
    """
    found = {cell: keyed(estimates, f"label.effort.{cell}", "outcome_key") for cell in CELLS}
    outcomes = [name for name in OUTCOMES if any(name in of_cell for of_cell in found.values())]
    cells = [cell for cell in CELLS if found[cell]]
    panels = [
        Panel(
            title=_title_of(name, behaviour),
            rows=[[dot] if name in found[cell] and (dot := dot_of(found[cell][name])) else [] for cell in cells],
            decimals=0,
            limits=None if name == "recommend" else SHARES,
            title_width=26,
        )
        for name in outcomes
    ]
    # The cuts, whose answers they are, and which outcomes are behaviour.
    said = [local.text("effort.easy_7_more_hard")]
    if "repurchase" in outcomes:
        said.append(local.text("effort.staying_seen_records") if behaviour else local.text("effort.staying_intention"))
    if "expansion" in outcomes:
        said.append(local.text("effort.buying_more_intention"))
    chart = Chart(
        name=NAME,
        title=say_effort(estimates, behaviour),
        labels=[local.text(f"label.cell.{cell}") for cell in cells],
        panels=panels,
        alt=f"{say_effort(estimates, behaviour)}. {_alt(found, cells, outcomes, behaviour)}".strip(),
        caption=" ".join(said),
    )
    return plot_dots(chart)


def seen_behaviour(study: Study) -> bool:
    """Whether staying was seen in records, rather than told as an intention."""
    return study.config.outcomes.repurchase is not None and not is_intention(study, "repurchase")


def table_effort(estimates: Sequence[Estimate], behaviour: bool) -> Table:
    """The same cells in figures, with intervals and numbers of answers."""
    codes = [f"label.effort.{cell}" for cell in CELLS]
    outcomes = [name for name in OUTCOMES if pick(estimates, *codes, outcome_key=name)]
    return make_table(
        name="effort",
        caption=local.text("effort.staying_buying_more_recommending"),
        columns=(column("common.customers"), *(Column(_title_of(name, behaviour), "number", 0) for name in outcomes)),
        rows=(
            (
                local.text(f"label.cell.{cell}"),
                *(estimate_cell(find(estimates, code, outcome_key=name), with_n=True) for name in outcomes),
            )
            for cell, code in zip(CELLS, codes, strict=True)
        ),
        note=local.text("effort.figure_interval_number_answers"),
    )


def say_effort(estimates: Sequence[Estimate], behaviour: bool) -> str:
    """The widest contrast of the picture in one sentence: both good against neither, on the first outcome that has both cells."""
    good, bad = (keyed(estimates, f"label.effort.{cell}", "outcome_key") for cell in ("easy.more", "hard.less"))
    for name in OUTCOMES:
        if name in good and name in bad:
            best, worst = good[name], bad[name]
            code = "effort.best.meant" if name == "repurchase" and not behaviour else f"effort.best.{name}"
            return local.text(code, best=local.number(best.value, 0), worst=local.number(worst.value, 0))
    return local.text("effort.too_few_answers_each")


def table_slopes(estimates: Sequence[Estimate], behaviour: bool) -> Table:
    """How each outcome goes with enhancement: as colleagues tell of it, which decides, and as the respondents do themselves.

    Args:
        estimates: with the labels `label.goes_with.<rater>`.
        behaviour: whether staying was seen in records rather than asked for.
    """
    ways = [way for way in WAYS if pick(estimates, f"label.goes_with.{way}")]
    outcomes = [name for name in OUTCOMES if pick(estimates, *(f"label.goes_with.{way}" for way in ways), outcome_key=name)]
    return make_table(
        name="slopes.value_enhancement",
        caption=local.text("effort.points_outcome_point_more"),
        columns=(column("effort.outcome"), *(column(f"effort.way.{way}.value_enhancement", "effect") for way in ways)),
        rows=(
            (
                _title_of(name, behaviour),
                *(estimate_cell(find(estimates, f"label.goes_with.{way}", outcome_key=name), with_n=True) for way in ways),
            )
            for name in outcomes
        ),
        note=local.text("effort.slope_interval_number_answers"),
    )


def _title_of(name: str, behaviour: bool) -> str:
    what = local.text("effort.behaviour") if behaviour else local.text("effort.intention")
    return local.text(f"effort.outcome.{name}", what=what) if name == "repurchase" else local.text(f"effort.outcome.{name}")


def _alt(found: Mapping[str, Mapping[str, Estimate]], cells: Sequence[str], outcomes: Sequence[str], behaviour: bool) -> str:
    said = []
    for name in outcomes:
        values = [
            f"{local.text(f'label.cell.{cell}')} {local.number(found[cell][name].value, 0)}"
            for cell in cells
            if name in found[cell]
        ]
        said.append(f"{_title_of(name, behaviour)}: {'; '.join(values)}.")
    return " ".join(said)

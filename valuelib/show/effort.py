"""Effort by enhancement in one picture and one table."""

from __future__ import annotations

from collections.abc import Sequence

from valuelib.explore.effort import CELLS
from valuelib.explore.estimates import find, keyed
from valuelib.results import Column, Estimate, Figure, Table, pick
from valuelib.show.dots import Chart, Panel, dots_of, plot_dots
from valuelib.show.localizer import local
from valuelib.show.tables import column, estimate_cell, make_table
from valuelib.study.model import Study
from valuelib.verdict.groups import is_intention

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
    cells = {cell: local.text(f"label.cell.{cell}") for cell in CELLS if found[cell]}
    outcomes = {name: _title_of(name, behaviour) for name in OUTCOMES if any(name in found[cell] for cell in cells)}
    said = [f"{say_effort(estimates, behaviour)}."]
    for name, title in outcomes.items():
        figures = (f"{text} {local.number(found[cell][name].value, 0)}" for cell, text in cells.items() if name in found[cell])
        said.append(f"{title}: {'; '.join(figures)}.")
    # The cuts, whose answers they are, and which outcomes are behaviour.
    notes = [local.text("effort.easy_7_more_hard")]
    if "repurchase" in outcomes:
        notes.append(local.text("effort.staying_seen_records") if behaviour else local.text("effort.staying_intention"))
    if "expansion" in outcomes:
        notes.append(local.text("effort.buying_more_intention"))
    chart = Chart(
        name="effort",
        title=say_effort(estimates, behaviour),
        labels=list(cells.values()),
        panels=[
            Panel(
                title=title,
                rows=[dots_of(found[cell].get(name)) for cell in cells],
                decimals=0,
                limits=None if name == "recommend" else SHARES,
                title_width=26,
            )
            for name, title in outcomes.items()
        ],
        alt=" ".join(said),
        caption=" ".join(notes),
    )
    return plot_dots(chart)


def seen_behaviour(study: Study) -> bool:
    """Whether staying was seen in records, rather than told as an intention."""
    return study.config.outcomes.repurchase is not None and not is_intention(study, "repurchase")


def table_effort(estimates: Sequence[Estimate], behaviour: bool) -> Table:
    """The same cells in figures, with intervals and numbers of answers."""
    codes = {cell: f"label.effort.{cell}" for cell in CELLS}
    outcomes = [name for name in OUTCOMES if pick(estimates, *codes.values(), outcome_key=name)]
    return make_table(
        "effort",
        local.text("effort.staying_buying_more_recommending"),
        ("common.customers", *(Column(_title_of(name, behaviour), "number", 0) for name in outcomes)),
        (
            (
                local.text(f"label.cell.{cell}"),
                *(estimate_cell(find(estimates, code, outcome_key=name), with_n=True) for name in outcomes),
            )
            for cell, code in codes.items()
        ),
        local.text("effort.figure_interval_number_answers"),
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
    codes = {way: f"label.goes_with.{way}" for way in WAYS if pick(estimates, f"label.goes_with.{way}")}
    return make_table(
        "slopes.value_enhancement",
        local.text("effort.points_outcome_point_more"),
        ("effort.outcome", *(column(f"effort.way.{way}.value_enhancement", "effect") for way in codes)),
        (
            (
                _title_of(name, behaviour),
                *(estimate_cell(find(estimates, code, outcome_key=name), with_n=True) for code in codes.values()),
            )
            for name in OUTCOMES
            if pick(estimates, *codes.values(), outcome_key=name)
        ),
        local.text("effort.slope_interval_number_answers"),
    )


def _title_of(name: str, behaviour: bool) -> str:
    what = local.text("effort.behaviour") if behaviour else local.text("effort.intention")
    return local.text(f"effort.outcome.{name}", what=what) if name == "repurchase" else local.text(f"effort.outcome.{name}")

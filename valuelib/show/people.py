"""The provider's people and their customers: averages by team, and meaningful work beside value seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from valuelib.explore.estimates import find
from valuelib.results import Cell, Estimate, Figure, Table, pick
from valuelib.show.canvas import BLUE, INK, drawing, finish, grid, nothing_to_show, set_title, write_numbers
from valuelib.show.labels import label_estimate
from valuelib.show.localizer import local
from valuelib.show.tables import ANSWER_COLUMNS, estimate_cells, make_table
from valuelib.stats.agreement import AGREED

ROWS = ("mean", "icc1", "icc2", "rwg", "agreed", "customers_icc1", "link", "link_corrected")


def plot_teams(points: pd.DataFrame | None, estimates: Sequence[Estimate]) -> Figure:
    """Teams without names: the mean of meaningful work against the value that their customers see.

    Args:
        points: `work`, `value` and `answers` of each team that may be shown; None where there is none.
        estimates: with `people.link`.
    """
    caption = local.text("people.dot_team_unnamed_size")
    if points is None or len(points) < 3:
        return nothing_to_show(name="teams", said=local.text("people.too_few_teams_can"), caption=caption)
    with drawing(11, 6) as figure:
        axes = figure.subplots()
        work, value, sizes = (points[name].to_numpy(float) for name in ("work", "value", "answers"))
        axes.scatter(work, value, s=30 + 4 * sizes, color=BLUE, alpha=0.65, edgecolor="white", linewidth=1)
        slope, start = np.polyfit(work, value, 1, w=np.sqrt(sizes))
        ends = np.array([work.min(), work.max()])
        axes.plot(ends, start + slope * ends, color=INK, linewidth=2)
        axes.set_xlabel(local.text("people.meaningful_work_mean_team"))
        axes.set_ylabel(local.text("people.value_team_customers_see"), color=INK)
        write_numbers(axes.xaxis, 1)
        write_numbers(axes.yaxis, 1)
        grid(axes, "both")
        said = say_link(estimates)
        set_title(axes, said, 78)
        reach = {"low": work.min(), "high": work.max(), "least": value.min(), "most": value.max()}
        ends_said = {name: local.number(float(one)) for name, one in reach.items()}
        alt = local.text("people.teams_run_meaningful_work", said=said, **ends_said)
        return finish(figure, name="teams", alt=alt, caption=caption)


def say_link(estimates: Sequence[Estimate]) -> str:
    """The slope between teams in one sentence."""
    link = find(estimates, "label.estimate.people.link")
    if link is None or link.value is None:
        return local.text("people.teams_customers_cannot_set")
    return local.text(
        "people.each_point_meaningful_work",
        points=local.points(link.value, 2),
        level=link.level,
        interval=local.interval(link.ci_low, link.ci_high, 2),
    )


def say_aggregation(estimates: Sequence[Estimate]) -> str:
    """Whether the people's answers may be averaged by team."""
    two, rwg = find(estimates, "label.estimate.people.icc2"), find(estimates, "label.estimate.people.rwg")
    if two is None or rwg is None or two.value is None or rwg.value is None:
        return local.text("people.whether_answers_team_may")
    if two.value >= AGREED and rwg.value >= AGREED:
        return local.text("people.answers_team_may_averaged")
    if rwg.value >= AGREED:
        return local.text("people.people_team_agree_but")
    return local.text("people.people_team_do_not")


def table_people(estimates: Sequence[Estimate]) -> Table:
    """Aggregation and link in figures."""

    def row(one: Estimate) -> tuple[str | Cell, ...]:
        if one.value is None:
            return label_estimate(one), Cell(), Cell(local.say(one.reason) if one.reason else None), Cell(), Cell()
        in_tenths = pick([one], "label.estimate.people.mean", "label.estimate.people.agreed")
        return label_estimate(one), *estimate_cells(one, 1 if in_tenths else None)

    found = (find(estimates, f"label.estimate.people.{name}") for name in ROWS)
    figures = (("common.value", "number", 2), ("common.interval_heading", "interval", 2))
    return make_table(
        "people",
        local.text("people.team_answers_link_customers"),
        ("common.what", *figures, ANSWER_COLUMNS[0], ("people.teams", "count")),
        (row(one) for one in found if one is not None),
        say_aggregation(estimates),
    )

"""The provider's people and their customers: may answers be averaged, and do teams with meaningful work have customers that see
more value?
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from valuelib.records import Estimate, Figure, Table
from valuelib.show.figures.canvas import drawing, finish, nothing_to_show, set_title
from valuelib.show.language import NONE, Speech
from valuelib.show.palette import BLUE, FAINT, INK
from valuelib.stats.aggregation import AGREED

ROWS = (
    "people.mean",
    "people.icc1",
    "people.icc2",
    "people.rwg",
    "people.agreed",
    "people.customers_icc1",
    "people.link",
    "people.link_corrected",
)


def plot_teams(points: pd.DataFrame | None, estimates: Sequence[Estimate], speech: Speech) -> Figure:
    """Teams without names: the mean of meaningful work against the value that their customers see.

    Args:
        points: `work`, `value` and `answers` of each team that may be shown; None where there is none.
        estimates: with `people.link`.
        speech: the reader's language.
    """
    caption = speech.text("people.dot_team_unnamed_size")
    if points is None or len(points) < 3:
        return nothing_to_show(name="teams", said=speech.text("people.too_few_teams_can"), caption=caption)
    with drawing(11, 6) as figure:
        axes = figure.subplots()
        work, value = points["work"].to_numpy(float), points["value"].to_numpy(float)
        sizes = points["answers"].to_numpy(float)
        axes.scatter(work, value, s=30 + 4 * sizes, color=BLUE, alpha=0.65, edgecolor="white", linewidth=1)
        slope, start = np.polyfit(work, value, 1, w=np.sqrt(sizes))
        ends = np.array([work.min(), work.max()])
        axes.plot(ends, start + slope * ends, color=INK, linewidth=2)
        axes.set_xlabel(speech.text("people.meaningful_work_mean_team"))
        axes.set_ylabel(speech.text("people.value_team_customers_see"), color=INK)
        axes.xaxis.set_major_formatter(lambda one, _: speech.number(one, 1))
        axes.yaxis.set_major_formatter(lambda one, _: speech.number(one, 1))
        axes.grid(color=FAINT, linewidth=0.6)
        said = say_link(estimates, speech)
        set_title(axes, said, 78)
        alt = speech.text(
            "people.teams_run_meaningful_work",
            said=said,
            low=speech.number(float(work.min())),
            high=speech.number(float(work.max())),
            least=speech.number(float(value.min())),
            most=speech.number(float(value.max())),
        )
        return finish(figure, name="teams", alt=alt, caption=caption)


def say_link(estimates: Sequence[Estimate], speech: Speech) -> str:
    """The slope between teams in one sentence."""
    link = next((one for one in estimates if one.name == "people.link"), None)
    if link is None or link.value is None:
        return speech.text("people.teams_customers_cannot_set")
    return speech.text(
        "people.each_point_meaningful_work",
        points=speech.points(link.value, 2),
        level=link.level,
        interval=speech.interval(link.ci_low, link.ci_high, 2),
    )


def say_aggregation(estimates: Sequence[Estimate], speech: Speech) -> str:
    """Whether the people's answers may be averaged by team."""
    found = {one.name: one for one in estimates if one.value is not None}
    two, rwg = found.get("people.icc2"), found.get("people.rwg")
    if two is None or rwg is None or two.value is None or rwg.value is None:
        return speech.text("people.whether_answers_team_may")
    if two.value >= AGREED and rwg.value >= AGREED:
        return speech.text("people.answers_team_may_averaged")
    if rwg.value >= AGREED:
        return speech.text("people.people_team_agree_but")
    return speech.text("people.people_team_do_not")


def table_people(estimates: Sequence[Estimate], speech: Speech) -> Table:
    """Aggregation and link in figures."""
    found = {one.name: one for one in estimates}
    return Table(
        name="people",
        caption=speech.text("people.team_answers_link_customers"),
        columns=(
            speech.text("common.what"),
            speech.text("common.value"),
            speech.text("common.interval_heading"),
            speech.text("common.answers"),
            speech.text("people.teams"),
        ),
        rows=tuple(_row(found[name], speech.text(f"label.estimate.{name}"), speech) for name in ROWS if name in found),
        note=say_aggregation(estimates, speech),
    )


def _row(estimate: Estimate, label: str, speech: Speech) -> tuple[str, ...]:
    if estimate.value is None:
        return label, NONE, speech.say(estimate.reason) if estimate.reason else NONE, NONE, NONE
    decimals = 1 if estimate.name in ("people.mean", "people.agreed") else 2
    return (
        label,
        speech.number(estimate.value, decimals),
        speech.interval(estimate.ci_low, estimate.ci_high, decimals),
        speech.count(estimate.n),
        speech.count(estimate.accounts),
    )

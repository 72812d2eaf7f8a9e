"""Effort by enhancement in one picture and one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from valuelib.records import Estimate, Figure, Table
from valuelib.show.figures.dots import Chart, Dot, Panel, dot_of, plot_dots
from valuelib.show.labels import capital
from valuelib.show.labels_partnership import CELLS
from valuelib.show.language import NONE, Speech
from valuelib.show.mark import mark
from valuelib.study import Study

NAME = "effort"
OUTCOMES: Mapping[str, str] = {
    "repurchase": mark("Stays (%(what)s, per cent)"),
    "expansion": mark("Means to buy more (intention, per cent)"),
    "recommend": mark("Recommends (NPS)"),
}


def plot_effort(estimates: Sequence[Estimate], behaviour: bool, speech: Speech) -> Figure:
    """The four cells by outcome, a panel each.

    Args:
        estimates: named `effort.<cell>.<outcome>`.
        behaviour: whether staying was seen in records rather than asked for.
        speech: the reader's language.
    """
    found = {one.name: one for one in estimates if one.value is not None}
    outcomes = [name for name in OUTCOMES if any(f"effort.{cell}.{name}" in found for cell in CELLS)]
    cells = [cell for cell in CELLS if any(f"effort.{cell}.{name}" in found for name in outcomes)]
    panels = [
        Panel(
            title=_title_of(name, behaviour, speech),
            rows=[[dot] if (dot := _dot(found, cell, name)) else [] for cell in cells],
            decimals=0,
        )
        for name in outcomes
    ]
    chart = Chart(
        name=NAME,
        title=say_effort(estimates, speech),
        labels=[speech.text(CELLS[cell]) for cell in cells],
        panels=panels,
        alt=_alt(found, cells, outcomes, behaviour, speech),
        caption=speech.text(
            "Easy is 7 or more, hard below 5 on 0–10; more than expected is 7 or more. Both are the respondents' own answers, so a "
            "general liking is in every difference. Staying is behaviour only where it was seen after the survey; buying more is "
            "an "
            "intention."
        ),
    )
    return plot_dots(chart, speech)


def seen_behaviour(study: Study) -> bool:
    """Whether staying was seen in records after the rating, rather than told as an intention."""
    repurchase = study.config.outcomes.repurchase
    return repurchase is not None and repurchase.kind in ("renewed", "retained", "spend_change")


def table_effort(estimates: Sequence[Estimate], behaviour: bool, speech: Speech) -> Table:
    """The same cells in figures, with intervals and numbers of answers."""
    found = {one.name: one for one in estimates}
    outcomes = [name for name in OUTCOMES if any(f"effort.{cell}.{name}" in found for cell in CELLS)]
    return Table(
        name="effort",
        caption=speech.text("Staying, buying more and recommending by effort and enhancement"),
        columns=(speech.text("Customers"), *(_title_of(name, behaviour, speech) for name in outcomes)),
        rows=tuple(
            (speech.text(label), *(_cell(found.get(f"effort.{cell}.{name}"), speech) for name in outcomes))
            for cell, label in CELLS.items()
        ),
        note=speech.text("Figure, its interval, and the number of answers; groups below the minimum are not shown."),
    )


def say_effort(estimates: Sequence[Estimate], speech: Speech) -> str:
    """The widest contrast of the picture in one sentence: both good against neither, on the first outcome that has both cells."""
    found = {one.name: one for one in estimates if one.value is not None}
    for name in OUTCOMES:
        best, worst = found.get(f"effort.easy.more.{name}"), found.get(f"effort.hard.less.{name}")
        if best is not None and worst is not None:
            return speech.text(
                "%(outcome)s is %(best)s where things were easy and more than expected, %(worst)s where neither held",
                outcome=capital(speech.word(name)),
                best=speech.number(best.value, 0),
                worst=speech.number(worst.value, 0),
            )
    return speech.text("Too few answers in each group to set effort against enhancement")


def _title_of(name: str, behaviour: bool, speech: Speech) -> str:
    what = speech.text("behaviour") if behaviour else speech.text("intention")
    return speech.text(OUTCOMES[name], what=what) if name == "repurchase" else speech.text(OUTCOMES[name])


def _dot(found: Mapping[str, Estimate], cell: str, name: str) -> Dot | None:
    return dot_of(found[f"effort.{cell}.{name}"]) if f"effort.{cell}.{name}" in found else None


def _alt(found: Mapping[str, Estimate], cells: Sequence[str], outcomes: Sequence[str], behaviour: bool, speech: Speech) -> str:
    said = []
    for name in outcomes:
        values = [
            f"{speech.text(CELLS[cell])} {speech.number(found[f'effort.{cell}.{name}'].value, 0)}"
            for cell in cells
            if f"effort.{cell}.{name}" in found
        ]
        said.append(f"{_title_of(name, behaviour, speech)}: {'; '.join(values)}.")
    return " ".join(said) or speech.text("Too few answers in each group to set effort against enhancement")


def _cell(estimate: Estimate | None, speech: Speech) -> str:
    if estimate is None or estimate.value is None:
        return NONE
    interval = speech.interval(estimate.ci_low, estimate.ci_high, 0)
    return f"{speech.number(estimate.value, 0)} {interval}, {speech.plural('%(n)s answer', '%(n)s answers', estimate.n)}"

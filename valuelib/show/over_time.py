"""Time in pictures: wave by wave, who stayed, and how long contracts last."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from valuelib.explore.estimates import find
from valuelib.results import Cell, Estimate, Figure, Table, pick
from valuelib.show.canvas import (
    BLUE,
    FAINT,
    INK,
    MUTED,
    PAPER,
    SMALL_SIZE,
    VERMILION,
    drawing,
    finish,
    keep_ticks_inside,
    nothing_to_show,
    set_title,
)
from valuelib.show.labels import label_estimate
from valuelib.show.localizer import local
from valuelib.show.tables import column, estimate_cells, make_table
from valuelib.stats.over_time import Curve

INKS = (BLUE, VERMILION)
WAVES = ("recommend", "perceived_value")


def plot_waves(estimates: Sequence[Estimate]) -> Figure:
    """NPS and perceived value of every wave with intervals, and in grey the NPS that the last wave would have had with those who
    left.
    """
    caption = local.text("over_time.all_answers_each_survey")
    panels = [name for name in WAVES if _of(estimates, name)]
    if not panels:
        return nothing_to_show(name="waves", said=local.text("over_time.only_survey_far"), caption=caption)
    with drawing(13, 5.4) as figure:
        axes = figure.subplots(1, len(panels), squeeze=False)[0]
        for one, name in zip(axes, panels, strict=True):
            _draw_waves(one, _of(estimates, name), name)
        bound = find(estimates, "label.estimate.stayed.bound")
        if bound is not None and bound.value is not None and panels[0] == "recommend":
            last = len(_of(estimates, "recommend")) - 1
            axes[0].plot([last + 0.12], [bound.value or 0.0], marker="D", color=MUTED, markersize=9, linestyle="none")
            axes[0].annotate(
                local.number(bound.value, 0),
                (last + 0.12, bound.value or 0.0),
                xytext=(0, -18),
                textcoords="offset points",
                ha="center",
                fontsize=SMALL_SIZE,
                color=MUTED,
            )
        set_title(axes[0], say_change(estimates), 88)
        return finish(figure, name="waves", alt=_alt(estimates, panels), caption=caption)


def say_change(estimates: Sequence[Estimate]) -> str:
    """How NPS and value changed among accounts that answered both the first and the last survey."""
    nps, value = (find(estimates, f"label.estimate.change.{name}") for name in ("nps", "perceived_value"))
    said = []
    if nps is not None and nps.value is not None:
        said.append(local.text("over_time.nps_changed_points", change=local.points(nps.value)))
    if value is not None and value.value is not None:
        said.append(local.text("over_time.perceived_value_0_10", change=local.points(value.value, 2)))
    if not said:
        return local.text("over_time.too_few_accounts_answered")
    return local.text("over_time.among_accounts_stayed", changes=local.listing(said))


def say_survivors(estimates: Sequence[Estimate]) -> str:
    """What leaving does to the picture: the score of those who left, and what the last NPS would have been with them."""
    stayed, left, bound = (find(estimates, f"label.estimate.stayed.{name}") for name in ("stayed", "left", "bound"))
    if stayed is None or left is None or stayed.value is None:
        return ""
    if left.value is None or bound is None or bound.value is None:
        return local.text("over_time.too_few_left_between")
    waves = _of(estimates, "recommend")
    last = waves[-1].value if waves else None
    return local.text(
        "over_time.those_who_later_left",
        left=local.number(left.value, 0),
        stayed=local.number(stayed.value, 0),
        last=local.number(last, 0),
        bound=local.number(bound.value, 0),
    )


def table_change(estimates: Sequence[Estimate]) -> Table:
    """Changes, stayers and growth in figures."""
    waves = pick(estimates, *(f"label.wave.{name}" for name in WAVES))
    shown = [one for one in estimates if one not in waves and one.value is not None]
    return make_table(
        name="change",
        caption=local.text("over_time.change_staying_growth_figures"),
        columns=(
            column("common.what"),
            column("common.value", "number"),
            column("common.interval_heading", "interval"),
            column("common.accounts", "count"),
        ),
        rows=((label_estimate(one), *_change_cells(one)) for one in shown),
        note=local.text("over_time.changes_paired_account_each"),
    )


def _change_cells(one: Estimate) -> tuple[Cell, Cell, Cell]:
    value, interval, _, accounts = estimate_cells(one, 2 if one.unit in ("score", "ratio") else 1)
    return value, interval, accounts


def plot_renewal(curves: Sequence[Curve], hazard: Estimate | None) -> Figure:
    """Contracts that still run, month by month, by the value seen before."""
    caption = local.text("over_time.share_contracts_still_run")
    if not curves:
        return nothing_to_show(name="renewal", said=local.text("over_time.too_few_contracts_dates"), caption=caption)
    with drawing(12, 5.4) as figure:
        axes = figure.subplots()
        for ink, curve in zip(INKS, curves, strict=False):
            axes.step(curve.months, 100 * curve.share, where="post", color=ink, linewidth=2.6, label=curve.label)
            axes.fill_between(curve.months, 100 * curve.low, 100 * curve.high, step="post", color=ink, alpha=0.15, linewidth=0)
        axes.set_xlabel(local.text("over_time.months_since_survey"))
        axes.set_ylabel(local.text("over_time.contracts_still_run_per"), color=INK)
        axes.set_ylim(0, 104)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y", color=FAINT, linewidth=0.6)
        axes.legend(loc="lower left", frameon=False, fontsize=SMALL_SIZE)
        alt = say_renewal(curves, hazard)
        set_title(axes, say_hazard(hazard) or alt, 84)
        return finish(figure, name="renewal", alt=alt, caption=caption)


def say_renewal(curves: Sequence[Curve], hazard: Estimate | None) -> str:
    """Where each curve ends, and the hazard ratio."""
    ends = [
        local.text(
            "over_time.contracts_still_run_after",
            label=curve.label,
            share=local.percent(float(curve.share[-1])),
            months=local.number(float(curve.months[-1]), 0),
        )
        for curve in curves
    ]
    said = say_hazard(hazard)
    return " ".join([*ends, *([f"{said}."] if said else [])])


def say_hazard(hazard: Estimate | None) -> str:
    """By how much the risk of ending differs per point of value seen before; empty where it cannot be told."""
    if hazard is None or hazard.value is None:
        return ""
    return local.text(
        "over_time.each_point_more_value",
        ratio=local.ratio(hazard.value),
        level=hazard.level,
        interval=local.interval(hazard.ci_low, hazard.ci_high, 2),
    )


def _of(estimates: Sequence[Estimate], name: str) -> list[Estimate]:
    return [one for one in pick(estimates, f"label.wave.{name}") if one.value is not None]


def _wave(estimate: Estimate) -> str:
    return "" if estimate.label is None else str(estimate.label.values["wave"])


def _draw_waves(axes: Axes, shown: Sequence[Estimate], name: str) -> None:
    places = list(range(len(shown)))
    values = [one.value or 0.0 for one in shown]
    axes.plot(places, values, color=BLUE, linewidth=2)
    for place, one in zip(places, shown, strict=True):
        if one.ci_low is not None and one.ci_high is not None:
            axes.plot([place, place], [one.ci_low, one.ci_high], color=BLUE, linewidth=3, solid_capstyle="butt")
        axes.plot([place], [one.value or 0.0], marker="o", color=BLUE, markeredgecolor=PAPER, markersize=10)
        decimals = 0 if name == "recommend" else 1
        axes.annotate(
            local.number(one.value, decimals),
            (place, one.value or 0.0),
            xytext=(-9, 7),
            ha="right",
            textcoords="offset points",
            fontsize=SMALL_SIZE,
        )
    axes.set_xticks(places, [_wave(one) for one in shown])
    axes.set_xlim(-0.3, len(shown) - 0.55)
    axes.set_title(
        local.text("word.recommend") if name == "recommend" else local.text("over_time.perceived_value_axis"),
        loc="left",
        fontsize=SMALL_SIZE + 1,
    )
    axes.yaxis.set_major_formatter(lambda value, _: local.number(value, 0 if name == "recommend" else 1))
    axes.grid(axis="y", color=FAINT, linewidth=0.6)
    axes.margins(y=0.18)
    keep_ticks_inside(axes.yaxis)


def _alt(estimates: Sequence[Estimate], panels: Sequence[str]) -> str:
    said = []
    for name in panels:
        values = "; ".join(
            f"{_wave(one)} {local.number(one.value, 0 if name == 'recommend' else 1)}" for one in _of(estimates, name)
        )
        said.append(
            f"{local.text('word.recommend') if name == 'recommend' else local.text('over_time.perceived_value_axis')}: {values}."
        )
    return " ".join([*said, say_survivors(estimates)]).strip()

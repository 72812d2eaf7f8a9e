"""Time in pictures: wave by wave, who stayed, and how long contracts last."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from valuelib.explore.estimates import find
from valuelib.results import Estimate, Estimates, Figure, Table, pick
from valuelib.show import canvas
from valuelib.show.labels import label_estimate
from valuelib.show.localizer import local
from valuelib.show.numbers import renewal_numbers, wave_numbers
from valuelib.show.tables import ANSWER_COLUMNS, VALUE_COLUMNS, estimate_cells, make_table
from valuelib.stats.over_time import Curve

INKS = (canvas.BLUE, canvas.VERMILION)
WAVES = ("recommend", "perceived_value")


def plot_waves(estimates: Sequence[Estimate]) -> Figure:
    """NPS and perceived value of every wave with intervals, and in grey the NPS that the last wave would have had with those who
    left.
    """
    caption = local.text("over_time.all_answers_each_survey")
    panels = [name for name in WAVES if _of(estimates, name)]
    if not panels:
        return canvas.nothing_to_show(name="waves", said=local.text("over_time.only_survey_far"), caption=caption)
    said, moved, plotted = [], [], []
    with canvas.drawing(13, 5.4) as figure:
        axes = figure.subplots(1, len(panels), squeeze=False)[0]
        for one, name in zip(axes, panels, strict=True):
            nps = name == "recommend"
            title, shown = local.text("word.recommend" if nps else "over_time.perceived_value_axis"), _of(estimates, name)
            _draw_waves(one, shown, 0 if nps else 1)
            canvas.title_panel(one, title)
            plotted.append((title, [(_wave(each), each) for each in shown], 0 if nps else 1))
            canvas.keep_ticks_inside(one.yaxis)
            values = [local.number(each.value, 0 if nps else 1) for each in shown]
            said.append(f"{title}: {'; '.join(f'{_wave(each)} {value}' for each, value in zip(shown, values, strict=True))}.")
            code = f"over_time.{name}.{_way((shown[-1].value or 0.0) - (shown[0].value or 0.0))}_from_to"
            moved.append(local.text(code, first=values[0], last=values[-1]))
        bound = find(estimates, "label.estimate.stayed.bound")
        if bound is not None and bound.value is not None and panels[0] == "recommend":
            at, value = len(_of(estimates, "recommend")) - 1 + 0.12, bound.value
            axes[0].plot([at], [value], marker="D", color=canvas.MUTED, markersize=9, linestyle="none")
            look = {"ha": "center", "fontsize": canvas.SMALL_SIZE, "color": canvas.MUTED}
            canvas.write_near(axes[0], local.number(value, 0), (at, value), (0, -18), **look)
        canvas.set_title(axes[0], local.text("over_time.among_all_who_answered", changes=local.listing(moved)))
        alt = " ".join([*said, say_survivors(estimates)]).strip()
        return canvas.finish(figure, name="waves", alt=alt, caption=caption, charts=wave_numbers(plotted))


def say_change(estimates: Sequence[Estimate]) -> str:
    """How NPS and value changed among accounts that answered both the first and the last survey."""
    said = []
    for name, of, decimals in (("nps", "recommend", 1), ("perceived_value", "perceived_value", 2)):
        found = find(estimates, f"label.estimate.change.{name}")
        if found is not None and found.value is not None:
            said.append(local.text(f"over_time.{of}.{_way(found.value)}", change=local.number(abs(found.value), decimals)))
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
    cells = ([*estimate_cells(one, 2 if one.unit in ("score", "ratio") else 1)] for one in shown)
    said = [local.say(note) for note in estimates.notes] if isinstance(estimates, Estimates) else []
    return make_table(
        "change",
        local.text("over_time.change_staying_growth_figures"),
        ("common.what", *VALUE_COLUMNS, ANSWER_COLUMNS[1]),
        ((label_estimate(one), value, interval, n) for one, (value, interval, _, n) in zip(shown, cells, strict=True)),
        " ".join([local.text("over_time.changes_paired_account_each"), *said]),
    )


def plot_renewal(curves: Sequence[Curve], hazard: Estimate | None) -> Figure:
    """Contracts that still run, month by month, by the value seen before."""
    caption = local.text("over_time.share_contracts_still_run")
    if not curves:
        return canvas.nothing_to_show(name="renewal", said=local.text("over_time.too_few_contracts_dates"), caption=caption)
    risk, ends = "", []  # by how much the risk of ending differs per point of value seen before, and where each curve ends
    if hazard is not None and hazard.value is not None:
        interval = local.interval(hazard.ci_low, hazard.ci_high, 2)
        ratio = local.ratio(hazard.value)
        risk = local.text("over_time.each_point_more_value", ratio=ratio, level=hazard.level, interval=interval)
    with canvas.drawing(12, 5.4) as figure:
        axes = figure.subplots()
        for ink, curve in zip(INKS, curves, strict=False):
            axes.step(curve.months, 100 * curve.share, where="post", color=ink, linewidth=2.6, label=curve.label)
            axes.fill_between(curve.months, 100 * curve.low, 100 * curve.high, step="post", color=ink, alpha=0.15, linewidth=0)
        for curve in curves:
            share, months = local.percent(float(curve.share[-1])), local.count(float(curve.months[-1]))
            ends.append(local.text("over_time.contracts_still_run_after", label=curve.label, share=share, months=months))
        axes.set_xlabel(local.text("over_time.months_since_survey"))
        axes.set_ylabel(local.text("over_time.contracts_still_run_per"), color=canvas.INK)
        axes.set_ylim(0, 104)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        canvas.grid(axes, "y")
        axes.legend(loc="lower left", frameon=False, fontsize=canvas.SMALL_SIZE)
        alt = " ".join([*ends, *([f"{risk}."] if risk else [])])
        canvas.set_title(axes, _say_renewal(curves) or ends[0].rstrip("."))
        return canvas.finish(figure, name="renewal", alt=alt, caption=caption, charts=[renewal_numbers(curves)])


def _say_renewal(curves: Sequence[Curve]) -> str:
    """How many of each half still have their contract at the last month that both curves reach; empty where one stands alone."""
    if len(curves) < len(INKS):
        return ""
    month = min(curve.months[-1] for curve in curves)
    more, less = (float(curve.share[curve.months <= month][-1]) for curve in curves)
    values = {"more": local.percent(more), "less": local.percent(less), "months": local.count(float(month))}
    return local.text("over_time.contracts_of_both_halves", **values)


def _way(change: float) -> str:
    return "rose" if change >= 0 else "fell"


def _of(estimates: Sequence[Estimate], name: str) -> list[Estimate]:
    return [one for one in pick(estimates, f"label.wave.{name}") if one.value is not None]


def _wave(estimate: Estimate) -> str:
    return "" if estimate.label is None else str(estimate.label.values["wave"])


def _draw_waves(axes: Axes, shown: Sequence[Estimate], decimals: int) -> None:
    axes.plot(range(len(shown)), [one.value or 0.0 for one in shown], color=canvas.BLUE, linewidth=2)
    for place, one in enumerate(shown):
        if one.ci_low is not None and one.ci_high is not None:
            axes.plot([place, place], [one.ci_low, one.ci_high], color=canvas.BLUE, linewidth=3, solid_capstyle="butt")
        axes.plot([place], [one.value or 0.0], marker="o", color=canvas.BLUE, markeredgecolor=canvas.PAPER, markersize=10)
        at, look = (place, one.value or 0.0), {"ha": "right", "fontsize": canvas.SMALL_SIZE}
        canvas.write_near(axes, local.number(one.value, decimals), at, (-9, 7), **look)
    axes.set_xticks(range(len(shown)), [_wave(one) for one in shown])
    axes.set_xlim(-0.3, len(shown) - 0.55)
    canvas.write_numbers(axes.yaxis, decimals)
    canvas.grid(axes, "y")
    axes.margins(y=0.18)

"""Penalty, reward and the consistency of tiers as tables, and the notes that belong under them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from valuelib.explore.estimates import find, keyed
from valuelib.results import (
    Cell,
    Chart,
    Column,
    Estimate,
    Figure,
    Finding,
    Message,
    Step,
    Table,
    Value,
    pick,
)
from valuelib.show import canvas
from valuelib.show.labels import capital, limits_of, raw_of
from valuelib.show.localizer import local
from valuelib.show.pyramid import close_pairs, pairs_of
from valuelib.show.sentences import say_outcome
from valuelib.show.tables import ANSWER_COLUMNS, VALUE_COLUMNS, estimate_cell, make_table
from valuelib.stats.reliability import HOLDS_FROM_ACCOUNTS, HOLDS_FROM_ROWS_COEFFICIENTS
from valuelib.stats.reliability import HOLDS_FROM_ROWS as HTMT_FROM_ROWS
from valuelib.theory.pyramid import tiers

# Tables of penalty and reward, and of the consistency of tiers

# Each view of the two steps: the controls that hold penalty and reward; the raw penalty is the finding's own lift.
VIEWS: Mapping[str, tuple[str, str]] = {
    "thresholds.table_stakes_rated": ("raw", "reward"),
    "thresholds.table_stakes_other_tiers": ("penalty.other_tiers", "reward.other_tiers"),
    "thresholds.promise_below_met_exceeded": ("penalty.promise", "reward.promise"),
}


def table_levels(finding: Finding) -> Table:
    """The outcome where the table stakes fail, are met and are exceeded."""
    outcome = capital(say_outcome(finding))
    return make_table(
        f"levels.{finding.claim.id}",
        local.text("thresholds.how_table_stakes_rated", outcome=outcome),
        ("thresholds.level", Column(outcome, "number"), VALUE_COLUMNS[1], *ANSWER_COLUMNS),
        (
            (local.text(f"thresholds.level.{step.label}"), one.value, Cell(low=one.ci_low, high=one.ci_high), one.n, one.accounts)
            for step in finding.steps
            for one in [step.group]
        ),
    )


def table_penalty_reward(finding: Finding) -> Table:
    """Both parts of the claim in every view that the study allows; the raw penalty is the finding's own lift."""
    lifts = {"raw": finding.difference, **{control.name: control.difference for control in finding.contrasts}}
    found = ((code, [lifts.get(name) for name in names]) for code, names in VIEWS.items())
    return make_table(
        f"penalty_reward.{finding.claim.id}",
        local.text("thresholds.what_failing_costs_what"),
        ("thresholds.rated_by", ("label.contrast.penalty", "points"), ("label.contrast.reward", "points")),
        # Each step with the interval of its own, which holds for this step alone.
        (
            (local.text(code), *(Cell() if one is None else Cell(one.value, one.ci_low, one.ci_high) for one in pair))
            for code, pair in found
            if any(pair)
        ),
        local.text("thresholds.differences_points_intervals_own"),
    )


COEFFICIENTS = ("alpha", "omega", "omega_h", "spearman_brown")


def table_reliability(estimates: Sequence[Estimate]) -> Table:
    """Alpha and omega of each tier, and what its categories share; reasons where a figure cannot be had stand below.

    Args:
        estimates: with the labels `label.tier.alpha`, `.omega`, `.omega_h` and `.spearman_brown`; others are left aside.
    """

    def cells(key: str) -> Iterator[Cell | str]:
        alpha, omega, shared, pair = (find(estimates, f"label.tier.{name}", tier_key=key) for name in COEFFICIENTS)
        yield local.word(key)
        yield estimate_cell(alpha)
        with_pair = pair is not None and pair.value is not None
        yield estimate_cell(pair, words="thresholds.spearman_brown") if with_pair else estimate_cell(omega)
        yield estimate_cell(shared)

    return make_table(
        "reliability",
        local.text("thresholds.how_well_items_each"),
        (
            "common.tier",
            ("thresholds.alpha", "number", 2),
            ("thresholds.omega", "number", 2),
            ("thresholds.shared_categories", "number", 2),
        ),
        (cells(tier.key) for tier in tiers() if find(estimates, "label.tier.omega", tier_key=tier.key)),
        " ".join([local.text("thresholds.alpha_omega_tell_how"), *map(local.say, reliability_notes(estimates))]),
    )


def reliability_notes(estimates: Sequence[Estimate]) -> tuple[Message, ...]:
    """What a reader should know of these coefficients: missing ones, small samples, several categories, tiers not told apart."""
    notes: list[Message] = []
    for tier in tiers():  # a tier with one item is told once, and its alpha's reason says it
        both = (find(estimates, f"label.tier.{name}", tier_key=tier.key) for name in ("alpha", "omega"))
        first = next((one.reason for one in both if one is not None and one.reason is not None), None)
        if first is not None and not find(estimates, "label.tier.spearman_brown", tier_key=tier.key):
            notes.append(first)
    shown = [one for one in pick(estimates, *(f"label.tier.{kind}" for kind in COEFFICIENTS)) if one.value is not None]
    if any(one.n < HOLDS_FROM_ROWS_COEFFICIENTS or one.accounts < HOLDS_FROM_ACCOUNTS for one in shown):
        least: dict[str, Value] = {"rows_n": HOLDS_FROM_ROWS_COEFFICIENTS, "accounts_n": HOLDS_FROM_ACCOUNTS}
        notes.append(Message(code="warning.reliability_small", values=least))
    shared, total = (keyed(estimates, f"label.tier.{name}", "tier_key") for name in ("omega_h", "omega"))
    for key in (tier.key for tier in tiers() if tier.key in shared and tier.key in total):
        values: dict[str, Value] = {"tier_key": key, "omega_ratio": shared[key].value, "total_ratio": total[key].value}
        notes.append(Message(code="note.omega_overstates", values=values))
    return tuple(notes)


def apart_notes(estimates: Sequence[Estimate]) -> tuple[str, ...]:
    """Warnings: the pairs of tiers above the limit of HTMT, and intervals that hold less often than they say."""
    said = [local.text("note.tiers_not_apart", pairs=close)] if (close := close_pairs(estimates)) else []
    if any(one.n < HTMT_FROM_ROWS for one in pairs_of(estimates).values()):
        said.append(local.text("warning.htmt_narrow", rows_n=HTMT_FROM_ROWS))
    return tuple(said)


# Penalty and reward by tier

EQUAL = ".others_equal"
LOOKS = {"": (canvas.MUTED, "o", -0.17, "thresholds.as_it_stands"), EQUAL: (canvas.BLUE, "D", 0.17, "label.contrast.other_tiers")}


def plot_thresholds(estimates: Sequence[Estimate], margin: float) -> Figure:
    """Penalty and reward of each tier with intervals: as they stand (grey) and with the other tiers held equal (blue).

    Args:
        estimates: with the labels `label.penalty`, `label.reward` and the same with `.others_equal`, in points.
        margin: points within which a reward counts as none; drawn as a band.
    """
    steps = ("penalty", "reward")
    found = {f"{step}{end}": keyed(estimates, f"label.{step}{end}", "tier_key") for step in steps for end in LOOKS}
    best = {step: {**found[step], **found[f"{step}{EQUAL}"]} for step in steps}
    shown = [tier.key for tier in reversed(tiers()) if tier.key in found["penalty"]]
    said = [
        local.text(
            "thresholds.penalty_reward",
            tier=local.word(key),
            **{step: local.ranged(one.value, one.ci_low, one.ci_high) for step in steps for one in [best[step][key]]},
        )
        for key in reversed(shown)
    ]
    alt = " ".join(said) or local.text("thresholds.too_few_respondents_stand")
    caption = local.text("thresholds.nps_customers_who_rate", margin=local.number(margin, 0 if margin == round(margin) else 1))
    if not shown:
        return canvas.nothing_to_show(name="thresholds", said=alt, caption=caption)
    numbers = [
        Chart(
            kind="dots",
            title=local.text(f"thresholds.panel.{step}"),
            categories=tuple(capital(local.word(key)) for key in shown),
            series=tuple(
                canvas.series_of(local.text(look[-1]), [found[f"{step}{end}"].get(key) for key in shown])
                for end, look in LOOKS.items()
            ),
            decimals=0,
        )
        for step in steps
    ]
    with canvas.drawing(13, 2.3 + 1.05 * len(shown)) as figure:
        panels = figure.subplots(1, 2, sharey=True, sharex=True)
        for axes, step in zip(panels, steps, strict=True):
            if step == "reward":
                axes.axvspan(-margin, margin, color=canvas.FAINT, alpha=0.55, linewidth=0, zorder=0)
            axes.axvline(0, color=canvas.INK, linewidth=1.4, zorder=1)
            for place, key in enumerate(shown):
                for end, (ink, marker, off, _) in LOOKS.items():
                    if one := found[f"{step}{end}"].get(key):
                        canvas.draw_bar(axes, one.ci_low, one.ci_high, place + off, ink)
                        canvas.draw_mark(axes, one.value, place + off, ink, marker)
                        at = (one.ci_high if one.ci_high is not None else one.value) or 0.0, place + off
                        canvas.write_near(
                            axes, local.points(one.value, 0), at, (6, 0), va="center", fontsize=canvas.SMALL_SIZE, color=ink
                        )
            canvas.title_panel(axes, local.text(f"thresholds.panel.{step}"), color=canvas.INK)
            canvas.grid(axes)
            axes.tick_params(axis="y", length=0)
            canvas.write_numbers(axes.xaxis, signed=True)
            axes.set_xlabel(local.text("thresholds.difference_nps_points"))
            axes.margins(x=0.16)
        canvas.dress_rows(panels[0], [canvas.wrap(local.word(key), 18) for key in shown])
        for axes in panels:
            canvas.keep_ticks_inside(axes.xaxis)
        canvas.name_series(panels[1], [(ink, marker, local.text(code)) for ink, marker, _, code in LOOKS.values()], 1.09)
        costly = [key for key in shown if (best["penalty"][key].ci_low or 0.0) > 0]
        title = local.text("thresholds.no_tier_costs")
        if costly:
            worst = max(costly, key=lambda key: best["penalty"][key].value or 0.0)
            size = local.number(best["penalty"][worst].value)
            title = local.text("thresholds.failing_costs_most_points", tier_key=worst, size=size)
            title += f", {local.text('label.contrast.other_tiers')}" if worst in found[f"penalty{EQUAL}"] else ""
        canvas.set_title(panels[0], title)
        return canvas.finish(figure, name="thresholds", alt=alt, caption=caption, charts=numbers)


# The outcome by the number of higher-tier elements

PLATEAU, LEVEL = 2, 0.5  # so many elements without a rise of half a point are a plateau
TOP = 104.0  # an NPS or a share ends at 100; a little air above


def plot_dose(finding: Finding, curves: Sequence[Estimate]) -> Figure:
    """The outcome at each level of the dose with its interval, the never-falling line, and the smooth curve with its band.

    Args:
        finding: of a dose claim, with its `steps`.
        curves: estimates with the labels `label.dose.isotonic` and `label.dose.spline`; empty where there is no curve.
    """
    name, outcome, caption = "dose", capital(say_outcome(finding)), local.text("thresholds.dots_answers_each_number")
    if not finding.steps:
        return canvas.nothing_to_show(name=name, said=local.say(finding.reason), caption=caption)
    title = _say_dose(finding, curves, outcome)
    levels = "; ".join(f"{step.label}: {local.number(step.group.value)}" for step in finding.steps)
    alt = local.text("thresholds.number_elements", title=title, outcome=outcome, levels=levels)
    numbers = Chart(
        kind="columns",
        title=outcome,
        categories=tuple(step.label for step in finding.steps),
        series=(canvas.series_of(outcome, [step.group for step in finding.steps]),),
        decimals=0,
    )
    with canvas.drawing(13, 6.2) as figure:
        axes = figure.subplots()
        _draw_dose(axes, curves, finding.steps)
        axes.set_xlabel(local.text("thresholds.higher_tier_elements_rated"))
        axes.set_ylabel(outcome, color=canvas.INK)
        canvas.write_numbers(axes.yaxis)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        canvas.grid(axes, "y")
        axes.margins(x=0.05, y=0.1)
        axes.set_ylim(top=min(axes.get_ylim()[1], TOP))
        canvas.keep_ticks_inside(axes.yaxis)
        axes.legend(loc="lower right", frameon=False, fontsize=canvas.SMALL_SIZE)
        canvas.set_title(axes, title)
        return canvas.finish(figure, name=name, alt=alt, caption=caption, charts=[numbers])


def _say_dose(finding: Finding, curves: Sequence[Estimate], outcome: str) -> str:
    """Where the monotone fit stops rising, else the mean step; and what is left of the step at equal lower tiers."""
    fit = sorted((int(at), one.value or 0.0) for at, one in keyed(curves, "label.dose.isotonic", "elements_n").items())
    raw, said = raw_of(finding).difference, outcome
    reached = next((at for at, value in fit if value > fit[-1][1] - LEVEL), 0)
    if fit and fit[-1][0] - reached >= PLATEAU:
        code = "thresholds.dose_flat" if reached > fit[0][0] else "thresholds.dose_flat_throughout"
        said = local.text(code, outcome=outcome, n=reached)
    elif raw is not None:
        said = local.text("thresholds.each_further_element_goes", lift_pts=raw.value)
    for one in finding.contrasts:
        if one.name.endswith(".lower_tiers") and (lift := one.difference) is not None:
            low, high = limits_of(lift)
            shown = low is not None and high is not None and not low <= 0 <= high
            code = "thresholds.dose_equal_shown" if shown else "thresholds.dose_equal_open"
            return f"{said}; {local.text(code, lift_pts=lift.value)}"
    return said


def _draw_dose(axes: Axes, curves: Sequence[Estimate], steps: Sequence[Step]) -> None:
    """The curves, and before them the answers at each level."""
    smooth, never = (
        sorted(((int(at), one) for at, one in keyed(curves, f"label.dose.{kind}", "elements_n").items()), key=itemgetter(0))
        for kind in ("spline", "isotonic")
    )
    if smooth:
        x = [at for at, _ in smooth]
        low, high = [one.ci_low or 0.0 for _, one in smooth], [one.ci_high or 0.0 for _, one in smooth]
        axes.fill_between(x, low, high, color=canvas.BLUE, alpha=0.14, linewidth=0, zorder=1)
        label = local.text("thresholds.smooth_curve_band")
        axes.plot(x, [one.value or 0.0 for _, one in smooth], color=canvas.BLUE, linewidth=2.5, label=label, zorder=2)
    if never:
        label = local.text("thresholds.closest_curve_never_falls")
        values = [one.value or 0.0 for _, one in never]
        axes.plot(
            [at for at, _ in never], values, color=canvas.VERMILION, linewidth=2, linestyle=(0, (5, 2)), label=label, zorder=2
        )
    for index, step in enumerate(steps):
        group, (start, end) = step.group, ends_of(step.label)
        at = (start + end) / 2
        if group.value is None or group.ci_low is None or group.ci_high is None:
            continue
        axes.plot([at, at], [group.ci_low, group.ci_high], color=canvas.INK, linewidth=2.5, solid_capstyle="butt", zorder=3)
        axes.plot([start, end], [group.value, group.value], color=canvas.INK, linewidth=1.5, zorder=3)
        named = local.text("thresholds.answers_intervals") if index == 0 else None
        canvas.draw_mark(axes, at, group.value, canvas.INK, size=11, linestyle="", label=named, zorder=4)
        text = f"{local.number(group.value, 0)}\nn {local.count(group.n)}"
        canvas.write_near(axes, text, (at, group.ci_low), (0, -5), ha="center", va="top", fontsize=11.5, color=canvas.MUTED)


def ends_of(label: str) -> tuple[int, int]:
    """First and last number of a level such as "3", "5–6" or "7+" (open: its first number twice).

    >>> ends_of("5–6"), ends_of("7+")
    ((5, 6), (7, 7))
    """
    numbers = [int(number) for number in re.findall(r"\d+", label)]
    return numbers[0], numbers[-1]

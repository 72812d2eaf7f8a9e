"""Penalty, reward and the consistency of tiers as tables, and the notes that belong under them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from valuelib.explore.estimates import find, keyed
from valuelib.results import (
    Cell,
    Chart,
    Column,
    Difference,
    Estimate,
    Figure,
    Finding,
    Message,
    Series,
    Step,
    Table,
    pick,
)
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
    series_of,
    set_title,
    wrap,
)
from valuelib.show.labels import capital, raw_of
from valuelib.show.localizer import local
from valuelib.show.pyramid import pairs_of
from valuelib.show.sentences import say_outcome
from valuelib.show.tables import column, estimate_cell, make_table
from valuelib.stats.reliability import HOLDS_FROM_ACCOUNTS, HOLDS_FROM_ROWS_COEFFICIENTS, NOT_APART
from valuelib.stats.reliability import HOLDS_FROM_ROWS as HTMT_FROM_ROWS
from valuelib.theory.pyramid import tiers

# Penalty, reward and the consistency of tiers as tables, and the notes that belong under them.

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
        name=f"levels.{finding.claim.id}",
        caption=local.text("thresholds.how_table_stakes_rated", outcome=outcome),
        columns=(
            column("thresholds.level"),
            Column(outcome, "number"),
            column("common.interval_heading", "interval"),
            column("common.answers", "count"),
            column("common.accounts", "count"),
        ),
        rows=(
            (
                local.text(f"thresholds.level.{step.label}"),
                step.group.value,
                Cell(low=step.group.ci_low, high=step.group.ci_high),
                step.group.n,
                step.group.accounts,
            )
            for step in finding.steps
        ),
    )


def table_penalty_reward(finding: Finding) -> Table:
    """Both parts of the claim in every view that the study allows."""
    lifts = {"raw": finding.difference, **{control.name: control.difference for control in finding.contrasts}}
    return make_table(
        name=f"penalty_reward.{finding.claim.id}",
        caption=local.text("thresholds.what_failing_costs_what"),
        columns=(
            column("thresholds.rated_by"),
            column("label.contrast.penalty", "points"),
            column("label.contrast.reward", "points"),
        ),
        rows=(
            (local.text(code), *(_own_interval(lifts.get(name)) for name in names))
            for code, names in VIEWS.items()
            if any(lifts.get(name) for name in names)
        ),
        note=local.text("thresholds.differences_points_intervals_own"),
    )


def _own_interval(lift: Difference | None) -> Cell:
    """A step with the interval of its own, which holds for this step alone."""
    return Cell() if lift is None else Cell(lift.value, lift.ci_low, lift.ci_high)


def table_reliability(estimates: Sequence[Estimate]) -> Table:
    """Alpha and omega of each tier, and what its categories share; reasons where a figure cannot be had stand below.

    Args:
        estimates: with the labels `label.tier.alpha`, `.omega`, `.omega_h` and `.spearman_brown`; others are left aside.
    """
    asked = [tier.key for tier in tiers() if find(estimates, "label.tier.omega", tier_key=tier.key)]
    return make_table(
        name="reliability",
        caption=local.text("thresholds.how_well_items_each"),
        columns=(
            column("common.tier"),
            column("thresholds.alpha", "number", 2),
            column("thresholds.omega", "number", 2),
            column("thresholds.shared_categories", "number", 2),
        ),
        rows=((local.word(key), *_cells(estimates, key)) for key in asked),
        note=" ".join(
            [local.text("thresholds.alpha_omega_tell_how"), *(local.say(message) for message in reliability_notes(estimates))]
        ),
    )


def reliability_notes(estimates: Sequence[Estimate]) -> tuple[Message, ...]:
    """What a reader should know of these coefficients: missing ones, small samples, several categories, tiers not told apart."""
    shared, total = (keyed(estimates, f"label.tier.{name}", "tier_key") for name in ("omega_h", "omega"))
    both = [tier.key for tier in tiers() if tier.key in shared and tier.key in total]
    values = [{"tier_key": key, "omega_ratio": shared[key].value, "total_ratio": total[key].value} for key in both]
    return (*_reasons(estimates), *_small(estimates), *tuple(Message(code="note.omega_overstates", values=one) for one in values))


def apart_notes(estimates: Sequence[Estimate]) -> tuple[str, ...]:
    """Warnings: the pairs of tiers above the limit of HTMT, and intervals that hold less often than they say."""
    close = [pair for pair, one in pairs_of(estimates).items() if one.value is not None and one.value > NOT_APART]
    pairs = [f"{local.word(lower)} – {local.word(upper)}" for lower, upper in close]
    told = [Message(code="note.tiers_not_apart", values={"pairs": local.listing(pairs)})] if pairs else []
    if any(one.n < HTMT_FROM_ROWS for one in pairs_of(estimates).values()):
        told.append(Message(code="warning.htmt_narrow", values={"rows_n": HTMT_FROM_ROWS}))
    return tuple(local.say(message) for message in told)


def _cells(estimates: Sequence[Estimate], key: str) -> tuple[Cell, Cell, Cell]:
    cells = (estimate_cell(find(estimates, f"label.tier.{name}", tier_key=key)) for name in ("alpha", "omega", "omega_h"))
    alpha, omega, shared = cells
    pair = find(estimates, "label.tier.spearman_brown", tier_key=key)
    if pair is not None and pair.value is not None:
        omega = estimate_cell(pair, words="thresholds.spearman_brown")
    return alpha, omega, shared


def _reasons(estimates: Sequence[Estimate]) -> tuple[Message, ...]:
    """Why a figure is missing; a tier with one item is told once, and its alpha's reason says it."""
    told: list[Message] = []
    for tier in tiers():
        both = (find(estimates, f"label.tier.{name}", tier_key=tier.key) for name in ("alpha", "omega"))
        first = next((one.reason for one in both if one is not None and one.reason is not None), None)
        if first is not None and not find(estimates, "label.tier.spearman_brown", tier_key=tier.key):
            told.append(first)
    return tuple(told)


def _small(estimates: Sequence[Estimate]) -> tuple[Message, ...]:
    kinds = ("alpha", "omega", "omega_h", "spearman_brown")
    shown = [one for one in pick(estimates, *(f"label.tier.{kind}" for kind in kinds)) if one.value is not None]
    if all(one.n >= HOLDS_FROM_ROWS_COEFFICIENTS and one.accounts >= HOLDS_FROM_ACCOUNTS for one in shown):
        return ()
    return (
        Message(
            code="warning.reliability_small", values={"rows_n": HOLDS_FROM_ROWS_COEFFICIENTS, "accounts_n": HOLDS_FROM_ACCOUNTS}
        ),
    )


# Penalty and reward by tier

Steps = Mapping[str, Mapping[str, Estimate]]
STEPS = ("penalty", "reward")
RAW, EQUAL = "", ".others_equal"
OFFSET = {RAW: -0.17, EQUAL: 0.17}
NAME = "thresholds"


def plot_thresholds(estimates: Sequence[Estimate], margin: float) -> Figure:
    """Penalty and reward of each tier with intervals: as they stand (grey) and with the other tiers held equal (blue).

    Args:
        estimates: with the labels `label.penalty`, `label.reward` and the same with `.others_equal`, in points.
        margin: points within which a reward counts as none; drawn as a band.
    """
    found = _by_step(estimates)
    shown = [tier.key for tier in reversed(tiers()) if tier.key in found["penalty"]]
    if not shown:
        return nothing_to_show(name=NAME, said=say_thresholds(estimates), caption=_caption(margin))
    with drawing(13, 2.3 + 1.05 * len(shown)) as figure:
        panels = figure.subplots(1, 2, sharey=True, sharex=True)
        for axes, step in zip(panels, STEPS, strict=True):
            _draw_panel(axes, step, shown, found, margin)
        panels[0].set_yticks(range(len(shown)), [wrap(local.word(key), 18) for key in shown])
        panels[0].set_ylim(len(shown) - 0.4, -0.6)
        for axes in panels:
            keep_ticks_inside(axes.xaxis)
        _legend(panels[1])
        worst = max(shown, key=lambda key: _best(found, "penalty", key).value or 0.0)
        value = _best(found, "penalty", worst).value
        equal = worst in found[f"penalty{EQUAL}"]
        said = local.text("thresholds.failing_costs_most_points", tier_key=worst, value_pts=value)
        set_title(panels[0], (f"{said}, {local.text('label.contrast.other_tiers')}" if equal else capital(said)), 88)
        alt, caption = say_thresholds(estimates), _caption(margin)
        return finish(figure, name=NAME, alt=alt, caption=caption, charts=_numbers(shown, found))


def say_thresholds(estimates: Sequence[Estimate]) -> str:
    """The figure in words: each tier's penalty and reward with the other tiers held equal, or as it stands where they cannot be."""
    found = _by_step(estimates)
    said = [
        local.text(
            "thresholds.penalty_reward",
            tier=local.word(tier.key),
            penalty=_said_thresholds(_best(found, "penalty", tier.key)),
            reward=_said_thresholds(_best(found, "reward", tier.key)),
        )
        for tier in tiers()
        if tier.key in found["penalty"]
    ]
    return " ".join(said) if said else local.text("thresholds.too_few_respondents_stand")


def _by_step(estimates: Sequence[Estimate]) -> Steps:
    """What was estimated of each step, as it stands and with the other tiers held equal, by tier."""
    return {f"{step}{ending}": keyed(estimates, f"label.{step}{ending}", "tier_key") for step in STEPS for ending in (RAW, EQUAL)}


def _best(found: Steps, step: str, key: str) -> Estimate:
    return found[f"{step}{EQUAL}"].get(key) or found[step][key]


def _said_thresholds(estimate: Estimate) -> str:
    return f"{local.points(estimate.value)} {local.interval(estimate.ci_low, estimate.ci_high)}"


def _numbers(shown: Sequence[str], found: Steps) -> list[Chart]:
    """Both steps as plain numbers, as rated and at equal other tiers."""
    names = {RAW: local.text("thresholds.as_it_stands"), EQUAL: local.text("label.contrast.other_tiers")}
    return [
        Chart(
            kind="dots",
            title=local.text(f"thresholds.panel.{step}"),
            categories=tuple(capital(local.word(key)) for key in shown),
            series=tuple(series_of(name, [found[f"{step}{ending}"].get(key) for key in shown]) for ending, name in names.items()),
            decimals=0,
        )
        for step in STEPS
    ]


def _draw_panel(axes: Axes, step: str, shown: Sequence[str], found: Steps, margin: float) -> None:
    if step == "reward":
        axes.axvspan(-margin, margin, color=FAINT, alpha=0.55, linewidth=0, zorder=0)
    axes.axvline(0, color=INK, linewidth=1.4, zorder=1)
    for place, key in enumerate(shown):
        for ending in (RAW, EQUAL):
            if estimate := found[f"{step}{ending}"].get(key):
                _draw_dot(axes, place + OFFSET[ending], estimate, ending)
    axes.set_title(local.text(f"thresholds.panel.{step}"), loc="left", fontsize=SMALL_SIZE + 1, color=INK)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(lambda value, _: local.points(value, 0))
    axes.set_xlabel(local.text("thresholds.difference_nps_points"))
    axes.margins(x=0.16)


def _draw_dot(axes: Axes, place: float, estimate: Estimate, ending: str) -> None:
    ink, marker = (MUTED, "o") if ending == RAW else (BLUE, "D")
    if estimate.ci_low is not None and estimate.ci_high is not None:
        axes.plot([estimate.ci_low, estimate.ci_high], [place, place], color=ink, linewidth=3, solid_capstyle="butt", zorder=2)
    axes.plot([estimate.value or 0.0], [place], marker=marker, markersize=9, color=ink, markeredgecolor=PAPER, zorder=3)
    at = estimate.ci_high if estimate.ci_high is not None else estimate.value
    axes.annotate(
        local.points(estimate.value, 0),
        (at or 0.0, place),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL_SIZE,
        color=ink,
    )


def _legend(axes: Axes) -> None:
    for ink, marker, text in (
        (MUTED, "o", local.text("thresholds.as_it_stands")),
        (BLUE, "D", local.text("label.contrast.other_tiers")),
    ):
        axes.plot([], [], color=ink, marker=marker, linewidth=3, markersize=8, label=text)
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.09), ncols=2, frameon=False, fontsize=SMALL_SIZE, borderpad=0.0)


def _caption(margin: float) -> str:
    return local.text("thresholds.nps_customers_who_rate", margin=local.number(margin, 0 if margin == round(margin) else 1))


# Recommending by the number of higher-tier elements

NAME_DOSE = "dose"
TOP = 104.0  # an NPS or a share ends at 100; a little air above


def plot_dose(finding: Finding, curves: Sequence[Estimate]) -> Figure:
    """The outcome at each level of the dose with its interval, the never-falling line, and the smooth curve with its band.

    Args:
        finding: of a dose claim, with its `steps`.
        curves: estimates with the labels `label.dose.isotonic` and `label.dose.spline`; empty where there is no curve.
    """
    if not finding.steps:
        return nothing_to_show(name=NAME_DOSE, said=local.say(finding.reason), caption=_caption_dose())
    with drawing(13, 6.2) as figure:
        axes = figure.subplots()
        _draw_curves(axes, curves)
        _draw_levels(axes, finding.steps)
        axes.set_xlabel(local.text("thresholds.higher_tier_elements_rated"))
        axes.set_ylabel(capital(say_outcome(finding)), color=INK)
        axes.yaxis.set_major_formatter(lambda value, _: local.number(value, 0))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y", color=FAINT, linewidth=0.6)
        axes.margins(x=0.05, y=0.1)
        axes.set_ylim(top=min(axes.get_ylim()[1], TOP))
        keep_ticks_inside(axes.yaxis)
        axes.legend(loc="lower right", frameon=False, fontsize=SMALL_SIZE)
        set_title(axes, _title_dose(finding), 88)
        return finish(
            figure,
            name=NAME_DOSE,
            alt=say_dose(finding),
            caption=_caption_dose(),
            charts=[_numbers_dose(finding)],
        )


def say_dose(finding: Finding) -> str:
    """The figure in words: the outcome at each level."""
    levels = [f"{step.label}: {local.number(step.group.value)}" for step in finding.steps]
    return local.text(
        "thresholds.number_elements",
        title=_title_dose(finding),
        outcome=capital(say_outcome(finding)),
        levels="; ".join(levels),
    )


def _numbers_dose(finding: Finding) -> Chart:
    """The outcome at each level."""
    name = capital(say_outcome(finding))
    groups = [step.group for step in finding.steps]
    series = Series(
        name=name,
        values=tuple(group.value for group in groups),
        low=tuple(group.ci_low for group in groups),
        high=tuple(group.ci_high for group in groups),
    )
    return Chart(kind="columns", title=name, categories=tuple(step.label for step in finding.steps), series=(series,), decimals=0)


def _draw_curves(axes: Axes, curves: Sequence[Estimate]) -> None:
    points = {
        kind: sorted(
            [(int(at), one) for at, one in keyed(curves, f"label.dose.{kind}", "elements_n").items()], key=lambda pair: pair[0]
        )
        for kind in ("spline", "isotonic")
    }
    if smooth := points["spline"]:
        x = [at for at, _ in smooth]
        low, high = [one.ci_low or 0.0 for _, one in smooth], [one.ci_high or 0.0 for _, one in smooth]
        axes.fill_between(x, low, high, color=BLUE, alpha=0.14, linewidth=0, zorder=1)
        label = local.text("thresholds.smooth_curve_band")
        axes.plot(x, [one.value or 0.0 for _, one in smooth], color=BLUE, linewidth=2.5, label=label, zorder=2)
    if never := points["isotonic"]:
        label = local.text("thresholds.closest_curve_never_falls")
        values = [one.value or 0.0 for _, one in never]
        axes.plot([at for at, _ in never], values, color=VERMILION, linewidth=2, linestyle=(0, (5, 2)), label=label, zorder=2)


def _draw_levels(axes: Axes, steps: Sequence[Step]) -> None:
    for index, step in enumerate(steps):
        group, (start, end) = step.group, ends_of(step.label)
        at = (start + end) / 2
        if group.value is None or group.ci_low is None or group.ci_high is None:
            continue
        axes.plot([at, at], [group.ci_low, group.ci_high], color=INK, linewidth=2.5, solid_capstyle="butt", zorder=3)
        axes.plot([start, end], [group.value, group.value], color=INK, linewidth=1.5, zorder=3)
        label = local.text("thresholds.answers_intervals") if index == 0 else None
        axes.plot(
            [at], [group.value], marker="o", markersize=11, color=INK, markeredgecolor=PAPER, linestyle="", label=label, zorder=4
        )
        text = f"{local.number(group.value, 0)}\nn {local.count(group.n)}"
        below = (at, group.ci_low)
        axes.annotate(text, below, xytext=(0, -5), textcoords="offset points", ha="center", va="top", fontsize=11.5, color=MUTED)


def ends_of(label: str) -> tuple[int, int]:
    """First and last number of a level such as "3", "5–6" or "7+" (open: its first number twice).

    >>> ends_of("5–6"), ends_of("7+")
    ((5, 6), (7, 7))
    """
    numbers = [int(number) for number in re.findall(r"\d+", label)]
    return numbers[0], numbers[-1]


def _title_dose(finding: Finding) -> str:
    raw = raw_of(finding).difference
    equal = next((one for one in finding.contrasts if one.name.endswith(".lower_tiers") and one.difference is not None), None)
    if raw is None:
        return capital(say_outcome(finding))
    said = local.text("thresholds.each_further_element_goes", lift_pts=raw.value)
    if equal is None or equal.difference is None:
        return said
    told = local.text("thresholds.equal_lower_tier_ratings", lift_pts=equal.difference.value)
    return f"{said}; {told}"


def _caption_dose() -> str:
    return local.text("thresholds.dots_answers_each_number")

"""The other ways to ask a claim's question of the same data: what each shows, or why it is not possible."""

from __future__ import annotations

from matplotlib.axes import Axes

from valuelib.results import Chart, Contrast, Difference, Figure, Finding, Table
from valuelib.show.canvas import (
    FAINT,
    INK,
    MUTED,
    PAPER,
    SMALL_SIZE,
    VERDICT_LOOKS,
    drawing,
    finish,
    nothing_to_show,
    series_of,
    set_title,
    wrap,
)
from valuelib.show.labels import (
    HALO_BAND,
    capital,
    claimed_points,
    deciding_of,
    find_control,
    is_decided,
    is_widened,
    label_contrast,
    limits_of,
    raw_of,
    unit_of,
)
from valuelib.show.localizer import local
from valuelib.show.sentences import say_control, say_halo, say_halo_shortly, say_outcome
from valuelib.show.tables import column, lift_cell, make_table

# Tables

COULD_DECIDE = ("audited.lower_tiers", "peers.lower_tiers")
CHECKS = (HALO_BAND, "negative_control.unaffected")


def table_ways(finding: Finding) -> Table:
    """Every way of asking one claim's question: its part, its figure, or why this study does not allow it."""
    listed = (raw_of(finding), *(control for control in finding.contrasts if control.role != "reference"))
    return make_table(
        name=f"ways.{finding.claim.id}",
        caption=local.text("ways.same_question_asked_every", outcome=capital(say_outcome(finding))),
        columns=(
            column("ways.way_of_asking"),
            column("ways.part"),
            column("common.difference_unit", "points", unit=local.word(unit_of(finding))),
            column("ways.what_to_know"),
        ),
        rows=(
            (
                label_contrast(control),
                local.text(f"ways.part.{_part(control, finding)}"),
                lift_cell(control.difference),
                "" if control.note is None else local.say(control.note),
            )
            for control in listed
        ),
        note=local.text("ways.intervals_brackets_only_what", level=finding.level),
    )


def table_hidden(finding: Finding) -> Table | None:
    """What something unmeasured, as strong as each control, would leave of the deciding lift; None where nothing decides."""
    found = finding.robustness
    if found is None or not found.hidden:
        return None
    return make_table(
        name=f"hidden.{finding.claim.id}",
        caption=local.text("ways.what_something_unmeasured_would"),
        columns=(
            column("ways.as_strong_as"),
            column("ways.explains_grouping", "percent", 1),
            column("ways.explains_outcome", "percent", 1),
            column("ways.difference_left", "points"),
        ),
        rows=((capital(say_control(one.name)), one.exposure_share, one.outcome_share, one.left_pts) for one in found.hidden),
        note=_note(finding),
    )


def _note(finding: Finding) -> str:
    found = finding.robustness
    said = local.text("ways.shares_what_other_controls")
    if found is None or found.e_value is None or found.e_value_limit is None:
        return said
    return f"{said} " + local.text(
        "ways.e_value_near_end", value=local.number(found.e_value, 2), limit=local.number(found.e_value_limit, 2)
    )


def _part(control: Contrast, finding: Finding) -> str:
    if is_decided(finding) and control.name == deciding_of(finding).name:
        return "decides"
    if control.name in COULD_DECIDE:
        return "could"
    if control.name in CHECKS:
        return "check"
    return "raw" if control.name == "raw" else "shown"


# The picture: all ways beside the lift that halo alone would make

ELSEWHERE = ("negative_control.unaffected", HALO_BAND)  # another unit, and the band itself


def plot_ways(finding: Finding) -> Figure:
    """Every way of asking that has a figure, in points, with the range of what halo alone would show behind the raw one.

    The way that gives the verdict is drawn in its colour; those that rest on own ratings are grey.
    """
    shown = [(control, control.difference) for control in _asked(finding) if control.difference is not None]
    name = f"ways.{finding.claim.id}"
    caption = local.text(
        "ways.dots_estimates_bars_intervals", claim=finding.claim.statement.say(local.language), level=finding.level
    )
    caption = (
        f"{caption} {local.text('finding.interval_widened_holds_all')}" if is_decided(finding) and is_widened(finding) else caption
    )
    if not shown:
        return nothing_to_show(name=name, said=local.say(finding.reason), caption=caption)
    with drawing(13, 2.4 + 0.72 * len(shown)) as figure:
        axes = figure.subplots()
        _draw_band(axes, finding)
        axes.axvline(0.0, color=INK, linewidth=1.6, zorder=1)
        claimed = claimed_points(finding)
        axes.text(0.0, -0.5, f" {local.text('common.no_effect')} ", ha="right", va="bottom", fontsize=SMALL_SIZE, color=INK)
        if claimed is not None:
            axes.axvline(claimed, color=INK, linewidth=1.6, linestyle=(0, (5, 3)), zorder=1)
            axes.text(claimed, -0.5, f" {local.text('ways.claimed')} ", ha="left", va="bottom", fontsize=SMALL_SIZE, color=INK)
        for place, (control, lift) in enumerate(shown):
            deciding = is_decided(finding) and control.name == deciding_of(finding).name
            _draw_row(axes, place, lift, VERDICT_LOOKS[finding.verdict].colour if deciding else MUTED, bold=deciding)
        _dress(axes, finding, [control for control, _ in shown])
        set_title(axes, say_halo_shortly(finding), 92)
        # The ways as plain numbers.
        title = local.text("common.difference_unit", unit=local.word(unit_of(finding)))
        labels = tuple(label_contrast(control) for control, _ in shown)
        series = series_of(local.text("common.difference"), [lift for _, lift in shown])
        return finish(
            figure,
            name=name,
            alt=say_ways(finding),
            caption=caption,
            charts=[Chart(kind="dots", title=title, categories=labels, series=(series,))],
        )


def say_ways(finding: Finding) -> str:
    """The figure in words: the story of the halo, then each way with its interval."""
    lines = [
        f"{label_contrast(control)}: {local.points(lift.value)} {local.interval(*limits_of(lift))}."
        for control in _asked(finding)
        if (lift := control.difference) is not None
    ]
    return " ".join([say_halo(finding), *lines])


def _asked(finding: Finding) -> list[Contrast]:
    """The raw figure first, the deciding one last, the other ways between them."""
    ways = [control for control in finding.contrasts if control.role != "reference" and control.name not in ELSEWHERE]
    deciding = deciding_of(finding).name
    return sorted([raw_of(finding), *ways], key=lambda control: (control.name != "raw", control.name == deciding))


def _draw_band(axes: Axes, finding: Finding) -> None:
    band = find_control(finding, HALO_BAND)
    if band is None or band.difference is None:
        return
    low, high = band.difference.ci_low, band.difference.ci_high
    axes.axvspan(low, high, facecolor="#F1F1F1", edgecolor=FAINT, hatch="///", linewidth=0.0, zorder=0)
    axes.text((low + high) / 2, -0.95, local.text("ways.halo_alone"), ha="center", va="bottom", fontsize=SMALL_SIZE, color=MUTED)


def _draw_row(axes: Axes, place: int, lift: Difference, ink: str, *, bold: bool) -> None:
    low, high = limits_of(lift)
    if low is not None and high is not None:
        axes.plot([low, high], [place, place], color=ink, linewidth=7 if bold else 3, solid_capstyle="butt", zorder=2)
    marker, size = ("D", 13) if bold else ("o", 9)
    axes.plot([lift.value], [place], marker=marker, markersize=size, color=ink, markeredgecolor=PAPER, zorder=3)
    axes.annotate(
        f"{local.points(lift.value)} {local.interval(low, high)}",
        (1.0, place),
        xycoords=axes.get_yaxis_transform(),
        xytext=(10, 0),
        textcoords="offset points",
        va="center",
        fontsize=SMALL_SIZE,
        fontweight="bold" if bold else "normal",
    )


def _dress(axes: Axes, finding: Finding, controls: list[Contrast]) -> None:
    deciding = deciding_of(finding).name if is_decided(finding) else ""
    labels = [wrap(label_contrast(control), 38) for control in controls]
    axes.set_ylim(len(controls) - 0.4, -1.5)
    axes.set_yticks(range(len(controls)), labels)
    for tick, control in zip(axes.get_yticklabels(), controls, strict=True):
        tick.set_fontweight("bold" if control.name == deciding else "normal")
        tick.set_fontsize(SMALL_SIZE)
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(lambda value, _: local.number(value, 0))
    axes.margins(x=0.08)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    unit = local.word(unit_of(finding))
    axes.set_xlabel(local.text("ways.difference", outcome=capital(say_outcome(finding)), unit=unit))

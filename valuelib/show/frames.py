"""Results as tidy pandas frames and as dot-and-interval plots on matplotlib axes, for whoever goes on working with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import Formatter

from valuelib.results import Difference, Estimates, Finding, Findings
from valuelib.show.canvas import MUTED, wrap
from valuelib.show.labels import (
    capital,
    claimed_points,
    contrasts_of,
    deciding_of,
    is_decided,
    label_contrast,
    label_estimate,
    unit_of,
)
from valuelib.show.localizer import Localizer, in_language, local
from valuelib.show.sentences import look_of, say_headline, say_verdict

ESTIMATE_COLUMNS = ("term", "label", "estimate", "std_error", "df", "conf_low", "conf_high", "n", "n_clusters", "unit")
FINDING_COLUMNS = (
    "claim", "term", "label", "role", "decides", "estimate", "std_error", "df", "conf_low", "conf_high", "p_value",
    "ratio", "ratio_low", "ratio_high", "n", "n_clusters", "unit",
)  # fmt: skip


def say_exploratory(result: Finding | Findings | Estimates) -> str:
    """The mark of what was looked for with the answers at hand, and of which subset it is: "Exploratory (Industry: Retail)"."""
    return capital(local.text("common.exploratory")) + ("" if result.subset is None else f" ({result.subset})")


def estimates_frame(estimates: Estimates) -> pd.DataFrame:
    """One row an estimate; of whom it is, else what its label speaks of, stands in columns of its own before the figures."""
    rows = []
    with in_language(estimates.language):
        for one in estimates:
            about = {} if one.label is None else {key.removesuffix("_key"): value for key, value in one.label.values.items()}
            rows.append(
                {
                    "term": one.name,
                    "label": label_estimate(one),
                    **(one.groups or about),
                    "estimate": one.value,
                    "std_error": one.se,
                    "df": one.df,
                    "conf_low": one.ci_low,
                    "conf_high": one.ci_high,
                    **({} if all(other.p_value is None for other in estimates) else {"p_value": one.p_value}),
                    "n": one.n,
                    "n_clusters": one.accounts,
                    "unit": one.unit,
                }
            )
    frame = pd.DataFrame(rows, columns=None if rows else list(ESTIMATE_COLUMNS))
    numbers = ("estimate", "std_error", "df", "conf_low", "conf_high", "p_value")
    frame.attrs |= {"exploratory": True, "subset": estimates.subset} if estimates.exploratory else {}
    if estimates.notes:
        with in_language(estimates.language):
            frame.attrs["notes"] = [local.say(note) for note in estimates.notes]
    return frame.astype({name: float for name in numbers if name in frame})


def findings_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """One row a contrast, or a part of a claim about directions; a claim that could not be tested has one row without figures.

    Where every finding is exploratory `attrs` says so, and of which subset.
    """
    findings = tuple(findings)
    rows = []
    for finding in findings:
        with in_language(finding.language):
            rows += _finding_rows(finding)
    numbers = ("estimate", "std_error", "df", "conf_low", "conf_high", "p_value", "ratio", "ratio_low", "ratio_high")
    frame = pd.DataFrame(rows, columns=list(FINDING_COLUMNS)).astype(dict.fromkeys(numbers, float))
    if findings and not any(one.confirmatory for one in findings):
        frame.attrs |= {"exploratory": True, "subset": findings[0].subset}
    return frame.astype({"n": "Int64", "n_clusters": "Int64"})


def _finding_rows(finding: Finding) -> list[dict[str, object]]:
    about = {"claim": finding.claim.id}
    decided = deciding_of(finding).name if is_decided(finding) else None
    rows: list[dict[str, object]] = []
    for one in contrasts_of(finding):
        row: dict[str, object] = {"term": one.name, "label": label_contrast(one), "role": one.role, "decides": one.name == decided}
        if one.difference is not None:
            row |= _figures(one.difference)
        if one.ratio is not None and one.ratio.value is not None:
            row |= dict(zip(("ratio", "ratio_low", "ratio_high"), (one.ratio.value, *one.ratio.interval), strict=True))
        if groups := [group for group in (one.comparison, one.baseline) if group is not None]:
            accounts = groups[0].accounts if len(groups) == 1 else one.clusters
            row |= {"n": sum(group.n for group in groups), "n_clusters": accounts}
        rows.append(row)
    for part in finding.parts:
        about_part = {"term": part.name, "label": capital(local.word(part.name)), "role": "part", "decides": is_decided(finding)}
        counts = {"n": part.n, "n_clusters": part.accounts, "unit": part.unit_key}
        rows.append({**about_part, **_figures(part.lift), **counts})
    unit = unit_of(finding) if finding.outcome else None
    return [{**about, "unit": unit, **row} for row in rows] or [{**about, "term": None, "role": finding.verdict, "decides": False}]


def _figures(lift: Difference) -> dict[str, object]:
    low, high = lift.interval
    return {
        "estimate": lift.value,
        "std_error": lift.se,
        "df": lift.df,
        "conf_low": low,
        "conf_high": high,
        "p_value": lift.p_no_lift,
    }


MIN_SIZE = 6.0  # points; below it nobody reads, and larger axes are what helps


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of an interval plot; `value` None leaves the row empty, `strong` marks the row that decides, `word` ends the row."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    colour: str = MUTED
    strong: bool = False
    word: str = ""


class Numbers(Formatter):
    """Numbers of an axis in a language that stays the same whenever the axis is drawn, all with as many decimals as one needs."""

    def __init__(self, localizer: Localizer) -> None:
        self.localizer, self.decimals = localizer, 0

    def set_locs(self, locs: Any) -> None:
        """The places of the ticks."""
        self.decimals = max((len(f"{value:.6f}".rstrip("0").partition(".")[2]) for value in locs), default=0)

    def __call__(self, x: float, pos: int | None = None) -> str:
        """The number at this place."""
        return self.localizer.number(x, self.decimals)


def plot_intervals(
    marks: Sequence[Mark], ax: Axes | None, *, axis: str, none: float | None = None, claimed: float | None = None, title: str = ""
) -> Axes:
    """Dots with intervals, one row a mark, the first on top; lines at no effect and at the claimed size where there are such.

    Args:
        marks: the rows.
        ax: axes to draw on; their labels shrink to the room there is. None makes new axes of a height that fits.
        axis: label of the value axis, with its unit.
        none, claimed: values of the two lines.
        title: a sentence above the axes.
    """
    width = 34 if title or ax is not None else 46  # letters a line of a label
    labels = [wrap(mark.label, width) for mark in marks]
    rooms = [1.5 + label.count("\n") for label in labels]  # lines of text that a row takes, the gap to the next one with it
    places = [sum(rooms[:row]) + rooms[row] / 2 for row in range(len(rooms))]
    title, axis = wrap(title, 64), wrap(axis, 56)
    size = float(FontProperties(size=plt.rcParams["ytick.labelsize"]).get_size_in_points())
    if ax is None:
        _, ax = plt.subplots(
            figsize=(8.5, 1.2 + size / 58 * (sum(rooms) + 1.2 * (title + axis).count("\n") + 1.5)), layout="constrained"
        )
    else:
        inches = ax.get_window_extent().height / ax.figure.dpi
        size = max(min(size, 58 * inches / max(sum(rooms), 1.5)), MIN_SIZE)
    if none is not None:
        ax.axvline(none, color="0.3", linewidth=1)
    if claimed is not None:
        ax.axvline(claimed, color="0.3", linewidth=1, linestyle="--")
        ax.annotate(
            local.text("common.claimed"), (claimed, 1.0), xycoords=ax.get_xaxis_transform(), ha="center", va="bottom", size=size
        )
    for place, mark in zip(places, marks, strict=True):
        if mark.low is not None and mark.high is not None:
            ax.plot([mark.low, mark.high], [place, place], color=mark.colour, linewidth=3.5 if mark.strong else 1.8)
        if mark.value is not None:
            ax.plot([mark.value], [place], marker="D" if mark.strong else "o", color=mark.colour, linestyle="none")
        if mark.word:
            ax.annotate(mark.word, (1.02, place), xycoords=ax.get_yaxis_transform(), va="center", color=mark.colour, size=size)
    ax.set_ylim(max(sum(rooms), 1.5), 0)
    # Names of a client may hold a dollar sign, which is no formula.
    ax.set_yticks(places, labels, fontsize=size, parse_math=False)
    for tick, mark in zip(ax.get_yticklabels(), marks, strict=True):
        tick.set_fontweight("bold" if mark.strong else "normal")
    ax.xaxis.set_major_formatter(Numbers(Localizer(local.language)))
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.grid(visible=False)
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel(axis)
    if title:
        ax.set_title(title, loc="left", fontsize=size * 1.1, pad=6 + (1.4 * size if claimed is not None else 0), parse_math=False)
    return ax


def plot_estimates(estimates: Estimates, ax: Axes | None = None) -> Axes:
    """Each estimate in the unit of the first as a dot with its interval; a ratio, say, has no place on an axis of points."""
    with in_language(estimates.language):
        unit = next((one.unit for one in estimates if one.value is not None), None)
        marks = [Mark(label_estimate(one), one.value, one.ci_low, one.ci_high) for one in estimates if unit in (None, one.unit)]
        title = say_exploratory(estimates) if estimates.exploratory else ""
        return plot_intervals(marks, ax, axis="" if unit is None else local.text(f"unit.{unit}"), title=title)


def plot_finding(finding: Finding, ax: Axes | None = None) -> Axes:
    """The contrasts of a finding (or its parts) beside the line of no effect and that of the claim; the deciding one in colour."""
    with in_language(finding.language):
        colour = look_of(finding).colour
        decided = deciding_of(finding).name if is_decided(finding) else None
        marks = [Mark(capital(local.word(one.name)), one.lift.value, *one.lift.interval, colour, True) for one in finding.parts]
        for one in contrasts_of(finding) if not marks else ():
            if one.difference is not None:
                strong = one.name == decided
                look = colour if strong else MUTED
                marks.append(Mark(label_contrast(one), one.difference.value, *one.difference.interval, look, strong))
        units = [part.unit_key for part in finding.parts] or [unit_of(finding)]
        axis = local.text("common.difference_unit", unit=_joined(map(local.word, units)))
        claimed = claimed_points(finding) if marks and not finding.parts else None
        title = say_headline(finding) if finding.confirmatory else f"{say_exploratory(finding)}: {say_headline(finding)}"
        return plot_intervals(marks, ax, axis=axis, none=0.0, claimed=claimed, title=title)


def plot_findings(findings: Findings, ax: Axes | None = None) -> Axes:
    """The deciding difference of each claim as a dot with its interval, in the colour of its verdict."""
    with in_language(findings.language):
        marks = []
        for one in findings:
            lift, look = one.difference, look_of(one)
            low, high = (None, None) if lift is None else lift.interval
            verdict = f"{look.sign} {say_verdict(one)}"
            statement = one.claim.statement.say(local.language)
            marks.append(Mark(statement, None if lift is None else lift.value, low, high, look.colour, one.confirmatory, verdict))
        units = [local.word(unit_of(one)) for one in findings if one.difference is not None]
        axis = local.text("common.difference_unit", unit=_joined(units)) if units else local.text("common.difference")
        title = "" if findings.subset is None else say_exploratory(findings)
        return plot_intervals(marks, ax, axis=axis, none=0.0, title=title)


def _joined(units: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(units))

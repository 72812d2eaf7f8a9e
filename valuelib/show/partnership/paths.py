"""Through value to loyalty: both paths as a picture, as a table, and as a sentence that claims no more than they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from valuelib.records import Estimate, Figure, Finding, Table
from valuelib.show.figures.canvas import nothing_to_show
from valuelib.show.figures.paths import Arrow, Triangle, plot_triangle
from valuelib.show.labels import label_estimate
from valuelib.show.language import NONE, Speech

NAME = "cocreation.paths"
ROWS = ("a", "b", "indirect", "direct", "total", "a.earlier", "b.earlier")
STRAIGHT = ("a", "b", "direct")
TITLES: Mapping[tuple[bool, bool], str] = {
    (True, True): "cocreation.both_paths_shown_line",
    (True, False): "cocreation.co_creation_goes_perceived",
    (False, True): "cocreation.perceived_value_goes_loyalty",
    (False, False): "cocreation.neither_two_paths_shown",
}


def plot_paths(estimates: Sequence[Estimate], finding: Finding, speech: Speech) -> Figure:
    """Co-creation, perceived value and loyalty as boxes; a full arrow where the claim's part is shown."""
    found = _found(estimates)
    caption = speech.text("cocreation.effects_per_point_intervals")
    if not all(f"mediation.{name}" in found for name in STRAIGHT):
        return nothing_to_show(name=NAME, said=speech.text("cocreation.two_paths_cannot_fitted"), caption=caption)
    title = _title(finding, speech)
    return plot_triangle(
        Triangle(
            name=NAME,
            title=title,
            boxes=_boxes(finding, speech),
            arrows=[_arrow(found, name, finding, speech) for name in STRAIGHT],
            below=_below(found, speech),
            alt=f"{title}. {_alt(found, speech)}",
            caption=caption,
        )
    )


def table_paths(estimates: Sequence[Estimate], speech: Speech) -> Table | None:
    """Every path in figures, and the same with what lies before it in time; None where there is none."""
    found = _found(estimates)
    listed = [f"mediation.{name}" for name in ROWS if f"mediation.{name}" in found]
    if not listed:
        return None
    note = speech.text("cocreation.first_path_about_respondent")
    if "mediation.a.earlier" in found:
        note = f"{note} " + speech.text("cocreation.earlier_what_account_other")
    return Table(
        name="cocreation.paths",
        caption=speech.text("cocreation.paths_through_value_figures"),
        columns=(
            speech.text("cocreation.path"),
            speech.text("common.effect"),
            speech.text("common.interval_heading"),
            speech.text("common.answers"),
            speech.text("common.accounts"),
        ),
        rows=tuple(_row(found[name], speech) for name in listed),
        note=note,
    )


def say_path(estimates: Sequence[Estimate], speech: Speech) -> str:
    """What goes along through value to loyalty, worded as no more than that."""
    found = next((one for one in estimates if one.name == "mediation.indirect"), None)
    if found is None:
        return ""
    if found.value is None:
        return speech.say(found.reason) if found.reason else ""
    if found.ci_low is None:
        return speech.text("cocreation.path_without_interval", points=speech.points(found.value))
    return speech.text(
        "cocreation.path_with_interval",
        points=speech.points(found.value),
        level=found.level,
        interval=speech.interval(found.ci_low, found.ci_high),
    )


def _title(finding: Finding, speech: Speech) -> str:
    if finding.decided_by is None:
        return speech.text("cocreation.own_ratings_tell_direction")
    return speech.text(TITLES[_shown(finding, 0), _shown(finding, 1)])


def _shown(finding: Finding, place: int) -> bool:
    """Whether the claim's own reading shows this path; own ratings never do."""
    decides = finding.decided_by is not None and place < len(finding.parts)
    return decides and finding.parts[place].holds == "shown"


def _boxes(finding: Finding, speech: Speech) -> tuple[str, str, str]:
    through = speech.text("cocreation.perceived_value")
    if finding.rung != "direction":
        through = speech.text("cocreation.perceived_value_own_then")
    who = speech.word(finding.rung or "direction")
    return speech.text("cocreation.co_creation", who=who), through, speech.text("cocreation.recommending_own")


def _arrow(found: Mapping[str, Estimate], name: str, finding: Finding, speech: Speech) -> Arrow:
    one = found[f"mediation.{name}"]
    away = one.ci_low is not None and one.ci_high is not None and not one.ci_low <= 0 <= one.ci_high
    shown = away and finding.decided_by is not None if name == "direct" else _shown(finding, STRAIGHT.index(name))
    units = {
        "a": speech.text("cocreation.points_value_per_point"),
        "b": speech.text("cocreation.nps_points_per_point_value"),
        "direct": speech.text("cocreation.nps_points_per_point_equal"),
    }
    return Arrow(figure=_figure(one, speech), unit=units[name], shown=shown)


def _figure(one: Estimate, speech: Speech) -> str:
    decimals = 2 if one.unit == "score" else 1
    said = speech.points(one.value, decimals)
    return said if one.ci_low is None else f"{said} {speech.interval(one.ci_low, one.ci_high, decimals)}"


def _below(found: Mapping[str, Estimate], speech: Speech) -> list[str]:
    said = []
    if "mediation.indirect" in found:
        figure = _figure(found["mediation.indirect"], speech)
        said.append(speech.text("cocreation.through_value_nps_points", figure=figure))
    if "mediation.total" in found:
        said.append(speech.text("cocreation.in_all", figure=_figure(found["mediation.total"], speech)))
    return said


def _alt(found: Mapping[str, Estimate], speech: Speech) -> str:
    listed = [found[f"mediation.{name}"] for name in ROWS[:5] if f"mediation.{name}" in found]
    return " ".join(f"{label_estimate(one.name, speech)}: {_figure(one, speech)}." for one in listed)


def _row(one: Estimate, speech: Speech) -> tuple[str, ...]:
    decimals = 2 if one.unit == "score" else 1
    interval = NONE if one.ci_low is None else speech.interval(one.ci_low, one.ci_high, decimals)
    return (
        label_estimate(one.name, speech),
        speech.points(one.value, decimals),
        interval,
        speech.count(one.n),
        speech.count(one.accounts),
    )


def _found(estimates: Sequence[Estimate]) -> dict[str, Estimate]:
    return {one.name: one for one in estimates if one.name.startswith("mediation.") and one.value is not None}

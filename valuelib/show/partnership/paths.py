"""Through value to loyalty: both paths as a picture, as a table, and as a sentence that claims no more than they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from valuelib.records import Estimate, Figure, Finding, Table
from valuelib.show.figures.canvas import nothing_to_show
from valuelib.show.figures.paths import Arrow, Triangle, plot_triangle
from valuelib.show.labels import label_estimate
from valuelib.show.language import NONE, Speech
from valuelib.show.mark import mark

NAME = "cocreation.paths"
ROWS = ("a", "b", "indirect", "direct", "total", "a.earlier", "b.earlier")
STRAIGHT = ("a", "b", "direct")
TITLES: Mapping[tuple[bool, bool], str] = {
    (True, True): mark("Both paths are shown: in line with co-creation going through value to loyalty"),
    (True, False): mark("Co-creation goes with perceived value; that such value goes with loyalty is not shown"),
    (False, True): mark("Perceived value goes with loyalty; that co-creation goes with value is not shown"),
    (False, False): mark("Neither of the two paths is shown"),
}
OWN_ONLY = mark("Own ratings tell of a direction only: one liking colours co-creation, value and loyalty alike")


def plot_paths(estimates: Sequence[Estimate], finding: Finding, speech: Speech) -> Figure:
    """Co-creation, perceived value and loyalty as boxes; a full arrow where the claim's part is shown."""
    found = _found(estimates)
    caption = speech.text(
        "Effects per point with intervals, accounts as clusters; a full line is shown, a broken one is not. The verdict rests on "
        "the two upper paths, not on their product. Answers of one moment can be in line with such an order; they cannot prove "
        "it, and an association is not a cause."
    )
    if not all(f"mediation.{name}" in found for name in STRAIGHT):
        return nothing_to_show(name=NAME, said=speech.text("The two paths cannot be fitted on these data."), caption=caption)
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
    note = speech.text(
        "The first path is about the respondent's own value and the second about the colleagues', so that the straight path and "
        "the one through value need not add up to the whole."
    )
    if "mediation.a.earlier" in found:
        note = f"{note} " + speech.text(
            "“Earlier” is what the account's other respondents said one survey before. It tells of an order, but a shared liking "
            "is in it, which looks like co-creation even where there is none; so it decides nothing."
        )
    return Table(
        name="cocreation.paths",
        caption=speech.text("The paths through value in figures"),
        columns=(
            speech.text("Path"),
            speech.text("Effect"),
            speech.text("Interval"),
            speech.text("Answers"),
            speech.text("Accounts"),
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
        return speech.text(
            "One point more of co-creation goes, through perceived value, with %(points)s points of NPS; there are too few "
            "accounts for an interval.",
            points=speech.points(found.value),
        )
    return speech.text(
        "One point more of co-creation goes, through perceived value, with %(points)s points of NPS (%(level)s interval "
        "%(interval)s). "
        "Answers of one moment can be in line with such a path; they cannot prove it.",
        points=speech.points(found.value),
        level=found.level,
        interval=speech.interval(found.ci_low, found.ci_high),
    )


def _title(finding: Finding, speech: Speech) -> str:
    if finding.decided_by is None:
        return speech.text(OWN_ONLY)
    return speech.text(TITLES[_shown(finding, 0), _shown(finding, 1)])


def _shown(finding: Finding, place: int) -> bool:
    """Whether the claim's own reading shows this path; own ratings never do."""
    decides = finding.decided_by is not None and place < len(finding.parts)
    return decides and finding.parts[place].holds == "shown"


def _boxes(finding: Finding, speech: Speech) -> tuple[str, str, str]:
    through = speech.text("Perceived value")
    if finding.rung != "direction":
        through = speech.text("Perceived value (own, then colleagues')")
    who = speech.word(finding.rung or "direction")
    return speech.text("Co-creation (%(who)s)", who=who), through, speech.text("Recommending (own)")


def _arrow(found: Mapping[str, Estimate], name: str, finding: Finding, speech: Speech) -> Arrow:
    one = found[f"mediation.{name}"]
    away = one.ci_low is not None and one.ci_high is not None and not one.ci_low <= 0 <= one.ci_high
    shown = away and finding.decided_by is not None if name == "direct" else _shown(finding, STRAIGHT.index(name))
    units = {
        "a": speech.text("points of value per point"),
        "b": speech.text("NPS points per point of value"),
        "direct": speech.text("NPS points per point, at equal value"),
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
        said.append(speech.text("Through value: %(figure)s NPS points per point of co-creation.", figure=figure))
    if "mediation.total" in found:
        said.append(speech.text("In all: %(figure)s.", figure=_figure(found["mediation.total"], speech)))
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

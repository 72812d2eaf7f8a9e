"""In which other ways can the question be asked of these data, what do they show, and why are the others not possible?"""

from __future__ import annotations

from valuelib.records import Control, Finding, Table
from valuelib.show.evidence import HALO_BAND, deciding_of, is_decided, limits_of, raw_of, unit_of
from valuelib.show.labels import UNITS, capital, label_contrast
from valuelib.show.language import NONE, Speech
from valuelib.show.mark import mark
from valuelib.show.sentences import say_control, say_outcome

COULD_DECIDE = ("audited.lower_tiers", "peers.lower_tiers")
PARTS = {
    "decides": mark("gives the verdict"),
    "could": mark("could decide"),
    "shown": mark("for comparison"),
    "check": mark("check"),
    "raw": mark("figure of a slide"),
}
CHECKS = (HALO_BAND, "negative_control.unaffected")


def table_ways(finding: Finding, speech: Speech) -> Table:
    """Every way of asking one claim's question: its part, its figure, or why this study does not allow it."""
    listed = (raw_of(finding), *(control for control in finding.controls if control.role != "reference"))
    unit = speech.text(UNITS[unit_of(finding)])
    return Table(
        name=f"ways.{finding.claim}",
        caption=speech.text("%(outcome)s: the same question asked in every way", outcome=capital(say_outcome(finding, speech))),
        columns=(
            speech.text("Way of asking"),
            speech.text("Part"),
            speech.text("Difference, %(unit)s", unit=unit),
            speech.text("What to know"),
        ),
        rows=tuple(_row(control, finding, speech) for control in listed),
        note=speech.text(
            "Intervals in brackets (%(level)s). Only what was bought and, with less power, colleagues' ratings can decide: in "
            "simulated surveys without any effect every way that rests on own ratings shows lifts that are not there.",
            level=finding.level,
        ),
    )


def table_hidden(finding: Finding, speech: Speech) -> Table | None:
    """What something unmeasured, as strong as each control, would leave of the deciding lift; None where nothing decides."""
    found = finding.robustness
    if found is None or not found.hidden:
        return None
    return Table(
        name=f"hidden.{finding.claim}",
        caption=speech.text("What something unmeasured would leave of the difference"),
        columns=(
            speech.text("As strong as"),
            speech.text("Explains of the grouping"),
            speech.text("Explains of the outcome"),
            speech.text("Difference left"),
        ),
        rows=tuple(
            (
                capital(say_control(one.name, speech)),
                speech.percent(one.exposure_share, 1),
                speech.percent(one.outcome_share, 1),
                speech.points(one.left_pts),
            )
            for one in found.hidden
        ),
        note=_note(finding, speech),
    )


def _note(finding: Finding, speech: Speech) -> str:
    found = finding.robustness
    said = speech.text("Shares are of what the other controls leave unexplained.")
    if found is None or found.e_value is None or found.e_value_limit is None:
        return said
    return f"{said} " + speech.text(
        "E-value %(value)s, for the near end of the interval %(limit)s: so many times more likely would something unmeasured "
        "have to make both the grouping and the outcome.",
        value=speech.number(found.e_value, 2),
        limit=speech.number(found.e_value_limit, 2),
    )


def _row(control: Control, finding: Finding, speech: Speech) -> tuple[str, ...]:
    lift = control.lift_points
    figure = NONE if lift is None else f"{speech.points(lift.value)} {speech.interval(*limits_of(lift))}"
    note = "" if control.note is None else speech.say(control.note)
    return label_contrast(control, speech), speech.text(PARTS[_part(control, finding)]), figure, note


def _part(control: Control, finding: Finding) -> str:
    if is_decided(finding) and control.name == deciding_of(finding).name:
        return "decides"
    if control.name in COULD_DECIDE:
        return "could"
    if control.name in CHECKS:
        return "check"
    return "raw" if control.name == "raw" else "shown"

"""In which other ways can the question be asked of these data, what do they show, and why are the others not possible?"""

from __future__ import annotations

from valuelib.records import Control, Finding, Table
from valuelib.show.evidence import HALO_BAND, deciding_of, is_decided, limits_of, raw_of, unit_of
from valuelib.show.labels import capital, label_contrast
from valuelib.show.language import NONE, Speech
from valuelib.show.sentences import say_control, say_outcome

COULD_DECIDE = ("audited.lower_tiers", "peers.lower_tiers")
CHECKS = (HALO_BAND, "negative_control.unaffected")


def table_ways(finding: Finding, speech: Speech) -> Table:
    """Every way of asking one claim's question: its part, its figure, or why this study does not allow it."""
    listed = (raw_of(finding), *(control for control in finding.controls if control.role != "reference"))
    unit = speech.word(unit_of(finding))
    return Table(
        name=f"ways.{finding.claim}",
        caption=speech.text("ways.same_question_asked_every", outcome=capital(say_outcome(finding, speech))),
        columns=(
            speech.text("ways.way_of_asking"),
            speech.text("ways.part"),
            speech.text("common.difference_unit", unit=unit),
            speech.text("ways.what_to_know"),
        ),
        rows=tuple(_row(control, finding, speech) for control in listed),
        note=speech.text("ways.intervals_brackets_only_what", level=finding.level),
    )


def table_hidden(finding: Finding, speech: Speech) -> Table | None:
    """What something unmeasured, as strong as each control, would leave of the deciding lift; None where nothing decides."""
    found = finding.robustness
    if found is None or not found.hidden:
        return None
    return Table(
        name=f"hidden.{finding.claim}",
        caption=speech.text("ways.what_something_unmeasured_would"),
        columns=(
            speech.text("ways.as_strong_as"),
            speech.text("ways.explains_grouping"),
            speech.text("ways.explains_outcome"),
            speech.text("ways.difference_left"),
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
    said = speech.text("ways.shares_what_other_controls")
    if found is None or found.e_value is None or found.e_value_limit is None:
        return said
    return f"{said} " + speech.text(
        "ways.e_value_near_end", value=speech.number(found.e_value, 2), limit=speech.number(found.e_value_limit, 2)
    )


def _row(control: Control, finding: Finding, speech: Speech) -> tuple[str, ...]:
    lift = control.lift_points
    figure = NONE if lift is None else f"{speech.points(lift.value)} {speech.interval(*limits_of(lift))}"
    note = "" if control.note is None else speech.say(control.note)
    return label_contrast(control, speech), speech.text(f"ways.part.{_part(control, finding)}"), figure, note


def _part(control: Control, finding: Finding) -> str:
    if is_decided(finding) and control.name == deciding_of(finding).name:
        return "decides"
    if control.name in COULD_DECIDE:
        return "could"
    if control.name in CHECKS:
        return "check"
    return "raw" if control.name == "raw" else "shown"

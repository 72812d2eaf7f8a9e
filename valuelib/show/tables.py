"""Which figures stand behind the words, as tables in the reader's language?"""

from __future__ import annotations

from collections.abc import Sequence

from valuelib.records import Control, Estimate, Finding, Group, LiftPoints, LiftRatio, Table
from valuelib.show.evidence import DIRECTION, HALO_BAND, contrasts_of, deciding_of, has_ratio, is_decided, limits_of
from valuelib.show.figures.pyramid import TierScore
from valuelib.show.labels import capital, label_contrast, label_groups
from valuelib.show.language import NONE, Speech
from valuelib.show.parts import say_shown_parts
from valuelib.show.sentences import say_outcome, say_verdict
from valuelib.show.study_tables import table_quality, table_sources
from valuelib.theory import Claim, Reading

__all__ = [
    "table_estimates",
    "table_findings",
    "table_groups",
    "table_quality",
    "table_sources",
    "table_steps",
    "table_tiers",
    "table_warnings",
]

FINDING_COLUMNS = (
    "common.claim",
    "common.verdict",
    "common.difference",
    "common.ratio",
    "common.claimed",
    "common.evidence",
)


def table_findings(findings: Sequence[Finding], claims: Sequence[Claim], speech: Speech) -> Table:
    """The scoreboard as a table: one row a claim, with its verdict, deciding figure, and what the figure rests on."""
    by_id = {claim.id: claim for claim in claims}
    return Table(
        name="findings",
        caption=speech.text("table.verdicts_claims"),
        columns=tuple(speech.text(one) for one in FINDING_COLUMNS),
        rows=tuple(_finding_row(finding, by_id[finding.claim], speech) for finding in findings),
        note=speech.text("table.figures_brackets_intervals_verdict"),
    )


def table_groups(finding: Finding, claim: Claim, speech: Speech) -> Table:
    """Both groups of every contrast of one finding: figure, interval and number of answers, and the difference between them."""
    comparison, baseline = label_groups(claim, speech)
    return Table(
        name=f"groups.{finding.claim}",
        caption=speech.text("table.groups_compared", outcome=capital(say_outcome(finding, speech))),
        columns=(
            speech.text("common.comparison"),
            comparison,
            baseline,
            speech.text("common.difference"),
            speech.text("common.ratio"),
        ),
        rows=tuple(_contrast_row(control, finding, speech) for control in contrasts_of(finding) if _grouped(control)),
        note=speech.text("table.figure_interval_number_answers", level=finding.level),
    )


def _grouped(control: Control) -> bool:
    """The raw and deciding contrasts and their references; other ways of asking have a table of their own."""
    return control.role != "sensitivity" or control.name in (HALO_BAND, DIRECTION)


def table_steps(finding: Finding, speech: Speech) -> Table:
    """The outcome at each level of a dose, and its change from the level before."""
    return Table(
        name=f"steps.{finding.claim}",
        caption=speech.text("table.number_higher_tier_elements", outcome=capital(say_outcome(finding, speech))),
        columns=(
            speech.text("table.elements"),
            capital(say_outcome(finding, speech)),
            speech.text("table.change_level_before"),
            speech.text("common.answers"),
        ),
        rows=tuple(
            (
                step.label,
                _figure(step.group, speech),
                "" if step.change is None else _lift(step.change, speech),
                speech.count(step.group.n),
            )
            for step in finding.steps
        ),
    )


def table_tiers(scores: Sequence[TierScore], speech: Speech) -> Table:
    """Mean score of each tier with its interval, from the base of the pyramid upwards as given."""
    return Table(
        name="tiers",
        caption=speech.text("common.value_received_tiers_pyramid"),
        columns=(
            speech.text("common.tier"),
            speech.text("common.mean_0_10"),
            speech.text("common.interval_heading"),
            speech.text("table.elements_asked_about"),
            speech.text("common.answers"),
        ),
        rows=tuple((speech.word(score.tier_key), *_tier_cells(score, speech)) for score in scores),
    )


def table_estimates(estimates: Sequence[tuple[str, Estimate]], caption: str, speech: Speech) -> Table:
    """Any estimates under the labels given: value, interval, answers and accounts."""
    return Table(
        name="estimates",
        caption=caption,
        columns=(
            speech.text("common.what"),
            speech.text("common.value"),
            speech.text("common.interval_heading"),
            speech.text("common.answers"),
            speech.text("common.accounts"),
        ),
        rows=tuple((label, *_estimate_cells(estimate, speech)) for label, estimate in estimates),
    )


def table_warnings(findings: Sequence[Finding], speech: Speech) -> Table:
    """Everything to keep in mind, each once, with the number of claims that it concerns."""
    counts: dict[str, int] = {}
    for finding in findings:
        for said in dict.fromkeys(speech.say(warning) for warning in finding.warnings):
            counts[said] = counts.get(said, 0) + 1
    return Table(
        name="warnings",
        caption=speech.text("table.what_keep_mind"),
        columns=(speech.text("table.note"), speech.text("table.claims_concerned")),
        rows=tuple((said, speech.count(count)) for said, count in counts.items()),
    )


def _finding_row(finding: Finding, claim: Claim, speech: Speech) -> tuple[str, ...]:
    deciding = deciding_of(finding)
    lift, ratio = deciding.lift_points, deciding.lift_ratio
    nothing = finding.verdict == "not_testable" or lift is None
    points = NONE if nothing or lift is None else _lift(lift, speech)
    points = say_shown_parts(finding.parts, speech) if finding.parts else points
    times = NONE if nothing or ratio is None or not has_ratio(deciding) else _ratio(ratio, speech)
    evidence = NONE if finding.rung is None else speech.word(finding.rung)
    statement = claim.statement.say(speech.language)
    return statement, say_verdict(finding.verdict, speech), points, times, _claimed(claim.reading, speech), evidence


def _claimed(reading: Reading, speech: Speech) -> str:
    if reading.size is None:
        return "> 0"
    return speech.text("table.times", size_ratio=reading.size) if reading.metric == "ratio" else speech.points(reading.size)


def _contrast_row(control: Control, finding: Finding, speech: Speech) -> tuple[str, ...]:
    name = label_contrast(control, speech)
    if is_decided(finding) and control.name == finding.decided_by:
        name = speech.text("common.gives_the_verdict", contrast=name)
    lift, ratio = control.lift_points, control.lift_ratio
    points = NONE if lift is None else _lift(lift, speech)
    times = _ratio(ratio, speech) if ratio is not None and has_ratio(control) else NONE
    return name, _cell(control.comparison, speech), _cell(control.baseline, speech), points, times


def _cell(group: Group | None, speech: Speech) -> str:
    if group is None:
        return NONE
    return f"{_figure(group, speech)}, {speech.plural('common.answers_n', group.n)}"


def _figure(group: Group, speech: Speech) -> str:
    return _with_interval(speech.number(group.value), speech.interval(group.ci_low, group.ci_high))


def _lift(lift: LiftPoints, speech: Speech) -> str:
    return _with_interval(speech.points(lift.value), speech.interval(*limits_of(lift)))


def _ratio(ratio: LiftRatio, speech: Speech) -> str:
    return _with_interval(speech.ratio(ratio.value), speech.interval(*limits_of(ratio), decimals=2))


def _with_interval(value: str, interval: str) -> str:
    return value if interval == NONE else f"{value} {interval}"


def _tier_cells(score: TierScore, speech: Speech) -> tuple[str, ...]:
    asked = speech.text("common.mapped_of", mapped=score.mapped, of=score.of)
    if score.estimate is None or score.estimate.value is None:
        return speech.text("common.no_items") if score.mapped == 0 else speech.text("common.not_shown"), NONE, asked, NONE
    value, interval, n, _ = _estimate_cells(score.estimate, speech)
    return value, interval, asked, n


def _estimate_cells(estimate: Estimate, speech: Speech) -> tuple[str, str, str, str]:
    decimals = 2 if estimate.unit in ("ratio", "coefficient") else 1
    return (
        speech.number(estimate.value, decimals),
        speech.interval(estimate.ci_low, estimate.ci_high, decimals),
        speech.count(estimate.n),
        speech.count(estimate.accounts),
    )

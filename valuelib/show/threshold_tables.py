"""Penalty, reward and the consistency of tiers as tables, and the notes that belong under them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from valuelib.records import Control, Estimate, Finding, LiftPoints, Message, Table, Value
from valuelib.show.figures.htmt import pairs_of
from valuelib.show.labels import capital
from valuelib.show.language import NONE, Speech
from valuelib.show.sentences import say_outcome
from valuelib.stats.coefficients import HOLDS_FROM_ACCOUNTS, HOLDS_FROM_ROWS
from valuelib.stats.htmt import HOLDS_FROM_ROWS as HTMT_FROM_ROWS
from valuelib.stats.htmt import NOT_APART
from valuelib.theory import tiers

# Each view of the two steps: the controls that hold penalty and reward; the raw penalty is the finding's own lift.
VIEWS: Mapping[str, tuple[str, str]] = {
    "thresholds.table_stakes_rated": ("raw", "reward"),
    "thresholds.table_stakes_other_tiers": ("penalty.other_tiers", "reward.other_tiers"),
    "thresholds.promise_below_met_exceeded": ("penalty.promise", "reward.promise"),
}


def table_levels(finding: Finding, speech: Speech) -> Table:
    """The outcome where the table stakes fail, are met and are exceeded."""
    outcome = capital(say_outcome(finding, speech))
    return Table(
        name=f"levels.{finding.claim}",
        caption=speech.text("thresholds.how_table_stakes_rated", outcome=outcome),
        columns=(
            speech.text("thresholds.level"),
            outcome,
            speech.text("common.interval_heading"),
            speech.text("common.answers"),
            speech.text("common.accounts"),
        ),
        rows=tuple(
            (
                speech.text(f"thresholds.level.{step.label}"),
                speech.number(step.group.value),
                speech.interval(step.group.ci_low, step.group.ci_high),
                speech.count(step.group.n),
                speech.count(step.group.accounts),
            )
            for step in finding.steps
        ),
    )


def table_penalty_reward(finding: Finding, speech: Speech) -> Table:
    """Both parts of the claim in every view that the study allows."""
    controls = {control.name: control for control in finding.controls}
    views = [(name, _lift(finding, controls, one), _lift(finding, controls, two)) for name, (one, two) in VIEWS.items()]
    return Table(
        name=f"penalty_reward.{finding.claim}",
        caption=speech.text("thresholds.what_failing_costs_what"),
        columns=(speech.text("thresholds.rated_by"), speech.text("label.contrast.penalty"), speech.text("label.contrast.reward")),
        rows=tuple(
            (speech.text(name), _said(penalty, speech), _said(reward, speech))
            for name, penalty, reward in views
            if penalty is not None or reward is not None
        ),
        note=speech.text("thresholds.differences_points_intervals_own"),
    )


def table_reliability(estimates: Sequence[Estimate], speech: Speech) -> Table:
    """Alpha and omega of each tier, and what its categories share; reasons where a figure cannot be had stand below.

    Args:
        estimates: named `tier.<key>.alpha`, `.omega`, `.omega_h` and `.spearman_brown`; others are left aside.
        speech: the reader's language.
    """
    found = {estimate.name: estimate for estimate in estimates}
    rows = [(speech.word(tier.key), *_cells(found, tier.key, speech)) for tier in tiers() if f"tier.{tier.key}.omega" in found]
    return Table(
        name="reliability",
        caption=speech.text("thresholds.how_well_items_each"),
        columns=(
            speech.text("common.tier"),
            speech.text("thresholds.alpha"),
            speech.text("thresholds.omega"),
            speech.text("thresholds.shared_categories"),
        ),
        rows=tuple(rows),
        note=" ".join(
            [speech.text("thresholds.alpha_omega_tell_how"), *(speech.say(message) for message in reliability_notes(estimates))]
        ),
    )


def reliability_notes(estimates: Sequence[Estimate]) -> tuple[Message, ...]:
    """What a reader should know of these coefficients: missing ones, small samples, several categories, tiers not told apart."""
    found = {estimate.name: estimate for estimate in estimates}
    return (*_reasons(found), *_small(found), *_overstated(found))


def apart_notes(estimates: Sequence[Estimate], speech: Speech) -> tuple[str, ...]:
    """Warnings: the pairs of tiers above the limit of HTMT, and intervals that hold less often than they say."""
    close = [pair for pair, one in pairs_of(estimates).items() if one.value is not None and one.value > NOT_APART]
    pairs = [f"{speech.word(lower)} – {speech.word(upper)}" for lower, upper in close]
    told = [Message(code="note.tiers_not_apart", values={"pairs": speech.listing(pairs)})] if pairs else []
    if any(one.n < HTMT_FROM_ROWS for one in pairs_of(estimates).values()):
        told.append(Message(code="warning.htmt_narrow", values={"rows_n": HTMT_FROM_ROWS}))
    return tuple(speech.say(message) for message in told)


def _lift(finding: Finding, controls: Mapping[str, Control], name: str) -> LiftPoints | None:
    if name == "raw":
        return finding.lift_points
    return controls[name].lift_points if name in controls else None


def _said(lift: LiftPoints | None, speech: Speech) -> str:
    return NONE if lift is None else f"{speech.points(lift.value)} {speech.interval(lift.ci_low, lift.ci_high)}"


def _cells(found: Mapping[str, Estimate], key: str, speech: Speech) -> tuple[str, str, str]:
    alpha, omega, shared = (_cell(found.get(f"tier.{key}.{name}"), speech) for name in ("alpha", "omega", "omega_h"))
    pair = found.get(f"tier.{key}.spearman_brown")
    if pair is not None and pair.value is not None:
        omega = speech.text("thresholds.spearman_brown", value=_cell(pair, speech))
    return alpha, omega, shared


def _cell(estimate: Estimate | None, speech: Speech) -> str:
    if estimate is None or estimate.value is None:
        return NONE
    interval = speech.interval(estimate.ci_low, estimate.ci_high, 2)
    value = speech.number(estimate.value, 2)
    return value if interval == NONE else f"{value} {interval}"


def _reasons(found: Mapping[str, Estimate]) -> tuple[Message, ...]:
    """Why a figure is missing; a tier with one item is told once, and its alpha's reason says it."""
    told: list[Message] = []
    for tier in tiers():
        reasons = [found[name].reason for name in (f"tier.{tier.key}.alpha", f"tier.{tier.key}.omega") if name in found]
        first = next((reason for reason in reasons if reason is not None), None)
        if first is not None and f"tier.{tier.key}.spearman_brown" not in found:
            told.append(first)
    return tuple(told)


def _small(found: Mapping[str, Estimate]) -> tuple[Message, ...]:
    kinds = ("alpha", "omega", "omega_h", "spearman_brown")
    shown = [one for name, one in found.items() if name.rpartition(".")[2] in kinds and one.value is not None]
    if all(one.n >= HOLDS_FROM_ROWS and one.accounts >= HOLDS_FROM_ACCOUNTS for one in shown):
        return ()
    return (Message(code="warning.reliability_small", values={"rows_n": HOLDS_FROM_ROWS, "accounts_n": HOLDS_FROM_ACCOUNTS}),)


def _overstated(found: Mapping[str, Estimate]) -> tuple[Message, ...]:
    told = []
    for tier in tiers():
        shared, total = found.get(f"tier.{tier.key}.omega_h"), found.get(f"tier.{tier.key}.omega")
        if shared is not None and total is not None and shared.value is not None and total.value is not None:
            values: dict[str, Value] = {"tier_key": tier.key, "omega_ratio": shared.value, "total_ratio": total.value}
            told.append(Message(code="note.omega_overstates", values=values))
    return tuple(told)

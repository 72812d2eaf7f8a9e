"""How do all claims fare at a glance, on one scale where 0 is no effect and 1 is the claimed size?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from matplotlib.axes import Axes

from valuelib.errors import ResultError
from valuelib.records import Control, Figure, Finding, LiftPoints, LiftRatio, Verdict
from valuelib.show.evidence import deciding_of, is_decided, limits_of, raw_of, shown_as_ratio
from valuelib.show.figures.canvas import SMALL_SIZE, drawing, finish, nothing_to_show, set_title, wrap
from valuelib.show.language import Speech
from valuelib.show.palette import FAINT, INK, MUTED, PAPER, VERDICT_LOOKS
from valuelib.show.sentences import say_verdict
from valuelib.theory import Claim

LEFT, RIGHT = -1.0, 3.0


@dataclass(frozen=True, slots=True)
class Scaled:
    """A deciding estimate in units of its claim: 0 no effect, 1 the claimed size."""

    value: float
    low: float
    high: float


def plot_scoreboard(findings: Sequence[Finding], claims: Sequence[Claim], speech: Speech) -> Figure:
    """One row a claim: its deciding estimate on the scale of the claim, and its verdict as sign and word.

    Args:
        findings: in the order in which they are listed.
        claims: the claims assessed, in any order; each finding's must be among them.
        speech: the reader's language.

    Raises:
        ResultError: a finding's claim is not among the claims.
    """
    by_id = {claim.id: claim for claim in claims}
    if unknown := [finding.claim for finding in findings if finding.claim not in by_id]:
        raise ResultError(f"The scoreboard lacks the claims {', '.join(unknown)}; give every claim that has a finding.")
    if not findings:
        return nothing_to_show(
            name="scoreboard", said=speech.text("scoreboard.no_claim_assessed"), caption=_caption(findings, speech)
        )
    with drawing(14, 2.2 + 0.95 * len(findings)) as figure:
        axes = figure.subplots()
        _draw_lines(axes, len(findings), speech)
        for place, finding in enumerate(findings):
            _draw_row(axes, place, finding, speech)
        _dress(axes, findings, by_id, speech)
        set_title(axes, _title(findings, speech), 92)
        alt = say_scoreboard(findings, by_id, speech)
        return finish(figure, name="scoreboard", alt=alt, caption=_caption(findings, speech))


def say_scoreboard(findings: Sequence[Finding], claims: Mapping[str, Claim], speech: Speech) -> str:
    """The scoreboard in words, one claim after another."""
    return " ".join(_say_row(finding, claims[finding.claim], speech) for finding in findings)


def scale_finding(finding: Finding) -> Scaled | None:
    """The deciding estimate in units of its claim; None where there is none, or where no size is claimed."""
    if finding.metric == "ratio" and not shown_as_ratio(finding):
        return None
    return _scale_contrast(finding, deciding_of(finding))


def scale_raw(finding: Finding) -> Scaled | None:
    """The raw comparison beside a deciding estimate, in units of the claim; None where nothing else decides, or it has no place."""
    return _scale_contrast(finding, raw_of(finding)) if is_decided(finding) and scale_finding(finding) is not None else None


def _scale_contrast(finding: Finding, control: Control) -> Scaled | None:
    if finding.size is None:
        return None
    if finding.metric == "ratio":
        return _scale(control.lift_ratio, none=1.0, claimed=finding.size)
    return _scale(control.lift_points, none=0.0, claimed=finding.size)


def _scale(lift: LiftPoints | LiftRatio | None, *, none: float, claimed: float) -> Scaled | None:
    low, high = limits_of(lift)
    if lift is None or lift.value is None or low is None or high is None:
        return None
    value, low, high = ((one - none) / (claimed - none) for one in (lift.value, low, high))
    return Scaled(value, low, high)


def _draw_lines(axes: Axes, rows: int, speech: Speech) -> None:
    for at, style, text, side in (
        (0.0, "-", speech.text("common.no_effect"), "right"),
        (1.0, (0, (5, 3)), speech.text("scoreboard.as_claimed"), "left"),
    ):
        axes.plot([at, at], [-0.5, rows - 0.5], color=INK, linewidth=1.6, linestyle=style, zorder=1)
        axes.text(at, -0.55, f" {text} ", ha=side, va="bottom", fontsize=SMALL_SIZE)


def _draw_row(axes: Axes, place: int, finding: Finding, speech: Speech) -> None:
    look = VERDICT_LOOKS[finding.verdict]
    scaled = scale_finding(finding)
    if scaled is None:
        instead = _instead(finding, speech)
        behind = {"facecolor": PAPER, "edgecolor": "none", "pad": 2}
        axes.text(0.5, place, instead, ha="center", va="center", fontsize=SMALL_SIZE, color=MUTED, style="italic", bbox=behind)
    else:
        _draw_raw(axes, place, scale_raw(finding))
        _draw_estimate(axes, place, scaled, look.colour, decided=is_decided(finding))
    axes.annotate(
        wrap(f"{look.sign}  {say_verdict(finding.verdict, speech)}", 24),
        (1.0, place),
        xycoords=axes.get_yaxis_transform(),
        xytext=(12, 0),
        textcoords="offset points",
        va="center",
        color=look.colour,
        fontweight="bold",
    )


def _draw_raw(axes: Axes, place: int, raw: Scaled | None) -> None:
    """A grey ring, without interval, where a slide would put the figure; an arrow where that lies past the edge."""
    if raw is None:
        return
    sign = "<" if raw.value < LEFT else ">" if raw.value > RIGHT else "o"
    at = min(max(raw.value, LEFT), RIGHT)
    axes.plot([at], [place], sign, markersize=11, color=PAPER, markeredgecolor=MUTED, markeredgewidth=2.0, clip_on=False, zorder=2)


def _draw_estimate(axes: Axes, place: int, scaled: Scaled, colour: str, *, decided: bool) -> None:
    """Interval and dot; thin and hollow where the estimate is a raw one that decides nothing."""
    low, high = max(scaled.low, LEFT), min(scaled.high, RIGHT)
    if low < high:
        axes.plot([low, high], [place, place], color=colour, linewidth=5 if decided else 2, solid_capstyle="butt", zorder=2)
    _draw_ends(axes, place, scaled, colour)
    if LEFT <= scaled.value <= RIGHT:
        face, edge = (colour, PAPER) if decided else (PAPER, colour)
        width = 1.0 if decided else 2.5
        axes.plot([scaled.value], [place], "o", markersize=13, color=face, markeredgecolor=edge, markeredgewidth=width, zorder=3)


def _draw_ends(axes: Axes, place: int, scaled: Scaled, colour: str) -> None:
    """Arrows where an interval runs past the edge of the scale."""
    if scaled.low < LEFT:
        axes.plot([LEFT], [place], marker="<", markersize=13, color=colour, clip_on=False, zorder=3)
    if scaled.high > RIGHT:
        axes.plot([RIGHT], [place], marker=">", markersize=13, color=colour, clip_on=False, zorder=3)


def _instead(finding: Finding, speech: Speech) -> str:
    """What stands in a row that has no place on the scale."""
    points = deciding_of(finding).lift_points
    if points is None or finding.verdict == "not_testable":
        return speech.text("scoreboard.cannot_tested_data")
    numbers = f"{speech.points(points.value)} {speech.interval(*limits_of(points))}"
    if finding.size is None:
        return speech.text("scoreboard.no_size_claimed", numbers=numbers)
    return speech.text("scoreboard.ratio_not_defined", numbers=numbers)


def _dress(axes: Axes, findings: Sequence[Finding], claims: Mapping[str, Claim], speech: Speech) -> None:
    axes.set_xlim(LEFT, RIGHT)
    axes.set_ylim(len(findings) - 0.4, -0.95)
    axes.set_xticks([-1, 0, 1, 2, 3])
    axes.xaxis.set_major_formatter(lambda value, _: speech.number(value, 0))
    axes.set_yticks(range(len(findings)), [wrap(claims[finding.claim].statement.say(speech.language), 44) for finding in findings])
    axes.tick_params(axis="y", length=0, labelsize=SMALL_SIZE, pad=16)
    for tick, finding in zip(axes.get_yticklabels(), findings, strict=True):
        tick.set_fontweight("bold" if finding.confirmatory else "normal")
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.set_xlabel(speech.text("scoreboard.share_claimed_effect_0"))


def _say_row(finding: Finding, claim: Claim, speech: Speech) -> str:
    scaled = scale_finding(finding)
    place = _instead(finding, speech)
    if scaled is not None:
        numbers = f"{speech.number(scaled.value, 2)} {speech.interval(scaled.low, scaled.high, 2)}"
        place = speech.text("scoreboard.claimed_effect", numbers=numbers)
        if not is_decided(finding):
            place = f"{place} ({speech.word('descriptive')})"
        elif (raw := scale_raw(finding)) is not None:
            place = speech.text("scoreboard.raw_comparison", place=place, raw=speech.number(raw.value, 2))
    return f"{claim.statement.say(speech.language)} {say_verdict(finding.verdict, speech)}, {place}."


def _title(findings: Sequence[Finding], speech: Speech) -> str:
    counts = [(verdict, sum(finding.verdict == verdict for finding in findings)) for verdict in get_args(Verdict)]
    said = ", ".join(f"{speech.word(word).lower()} {speech.count(count)}" for word, count in counts if count)
    return speech.text("scoreboard.verdicts_claims", verdicts=said)


def _caption(findings: Sequence[Finding], speech: Speech) -> str:
    said = speech.text("scoreboard.each_claim_deciding_estimate")
    hollow = any(not is_decided(finding) and scale_finding(finding) is not None for finding in findings)
    rings = any(scale_raw(finding) is not None for finding in findings)
    more = [speech.text("scoreboard.hollow_dot_raw_comparison")] if hollow else []
    more += [speech.text("scoreboard.grey_ring_raw_comparison")] if rings else []
    return " ".join([said, *more])

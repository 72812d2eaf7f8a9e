"""The first page: the claims in one breath and at a glance, and what the data could not carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from matplotlib.axes import Axes

from valuelib.explore.estimates import find
from valuelib.results import Contrast, Difference, Estimate, Figure, Finding, Ratio, Table, Verdict
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
    set_title,
    wrap,
)
from valuelib.show.display import CellOutput, Item, Passage, show_passage
from valuelib.show.labels import deciding_of, is_decided, limits_of, raw_of, shown_as_ratio
from valuelib.show.localizer import local
from valuelib.show.pyramid import TierScore
from valuelib.show.sentences import say_verdict
from valuelib.show.tables import column, make_table
from valuelib.study.model import Study
from valuelib.theory.pyramid import tier, tiers

# The first page in words

ORDER: tuple[Verdict, ...] = ("supported", "consistent", "smaller", "rejected", "undecided", "not_testable")


def say_summary(findings: Sequence[Finding]) -> str:
    """How many claims were tested and how the verdicts fell, best first."""
    counts = Counter(finding.verdict for finding in findings)
    told = [f"{say_verdict(word).lower()} {counts[word]}" for word in ORDER if counts[word]]
    lead = local.plural("summary.claims_under_test", len(findings))
    return f"{lead}: {', '.join(told)}."


def say_others(findings: Sequence[Finding]) -> str:
    """The line that opens the exploratory readings."""
    return local.plural("summary.other_readings_claims", len(findings))


def say_untested(findings: Sequence[Finding]) -> str:
    """The one line for all that could not be tested."""
    return local.plural("summary.claims_not_tested", len(findings))


def say_untestable(findings: Sequence[Finding]) -> str:
    """Why a chapter has nothing to show, each reason once; empty if any of its claims could be tested."""
    if any(finding.verdict != "not_testable" for finding in findings):
        return ""
    return " ".join(dict.fromkeys(local.say(finding.reason) for finding in findings))


def say_grouping(study: Study, finding: Finding) -> str:
    """By which rule the raw comparison forms its groups, for a reader who has not seen study.yaml."""
    threshold = study.config.exposure.threshold
    if finding.exposure == "delivered":
        return local.text("summary.groups_by_delivered", cut=local.number(threshold, 0 if threshold == round(threshold) else 1))
    if finding.exposure == "count":
        return local.text("summary.groups_by_count", cut=local.number(threshold, 0 if threshold == round(threshold) else 1))
    if finding.exposure == "relative":
        return local.text("summary.groups_by_relative")
    if finding.exposure == "peers":
        return local.text("summary.groups_by_colleagues")
    if finding.exposure == "own_mean":
        return local.text("summary.groups_by_own_mean")
    return local.text("summary.groups_by_offering")


def say_no_elements() -> str:
    """The one line of the pyramid's chapter where a study asked about no element."""
    return local.text("summary.survey_asked_about_no")


def table_untestable(findings: Sequence[Finding]) -> Table:
    """One line for each claim that the data could not test, with what is missing."""
    return make_table(
        name="untestable",
        caption=local.text("summary.what_not_tested_why"),
        columns=(column("common.claim"), column("common.why")),
        rows=((finding.claim.statement.say(local.language), local.say(finding.reason)) for finding in findings),
    )


def list_assumed(study: Study) -> CellOutput | None:
    """What was taken for granted about the questions, one line each, for whoever knows the survey; None where nothing was."""
    said = list(dict.fromkeys(local.say(message) for message in study.assumed))
    if not said:
        return None
    title = local.text("summary.what_assumed_about_questions")
    return show_passage(Passage(name="assumed", title=title, items=tuple(Item(one) for one in said)))


def score_tiers(estimates: Sequence[Estimate], elements: Sequence[str]) -> list[TierScore]:
    """Each tier's mean with the number of its elements that the study asked about."""
    mapped = set(elements)
    return [
        TierScore(
            tier_key=level.key,
            estimate=find(estimates, "label.tier.mean", tier_key=level.key) if mapped.intersection(level.elements) else None,
            mapped=len(mapped.intersection(level.elements)),
            of=len(tier(level.key).elements),
        )
        for level in tiers()
    ]


# By which rule does an interval become a verdict? The one table that a report prints; the rule itself is in `stats.contrasts`.


def table_rule() -> Table:
    """The rule, fixed before any data are opened."""
    return make_table(
        name="rule",
        caption=local.text("rule.how_interval_becomes_verdict"),
        columns=(column("common.verdict"), column("rule.where_interval_lies"), column("rule.what_that_says")),
        rows=(
            (say_verdict(word), local.text(f"rule.{word}.interval"), local.text(f"rule.{word}.meaning"))
            for word in get_args(Verdict)
        ),
        note=local.text("rule.interval_strongest_evidence_data"),
    )


# The scoreboard: all claims on one scale, 0 for no effect and 1 for the claimed size

LEFT, RIGHT = -1.0, 3.0


@dataclass(frozen=True, slots=True)
class Scaled:
    """A deciding estimate in units of its claim: 0 no effect, 1 the claimed size."""

    value: float
    low: float
    high: float


def plot_scoreboard(findings: Sequence[Finding]) -> Figure:
    """One row a claim: its deciding estimate on the scale of the claim, and its verdict as sign and word.

    Args:
        findings: in the order in which they are listed.
    """
    if not findings:
        return nothing_to_show(name="scoreboard", said=local.text("scoreboard.no_claim_assessed"), caption=_caption(findings))
    with drawing(14, 2.2 + 0.95 * len(findings)) as figure:
        axes = figure.subplots()
        for at, style, text, side in (
            (0.0, "-", local.text("common.no_effect"), "right"),
            (1.0, (0, (5, 3)), local.text("scoreboard.as_claimed"), "left"),
        ):
            axes.plot([at, at], [-0.5, len(findings) - 0.5], color=INK, linewidth=1.6, linestyle=style, zorder=1)
            axes.text(at, -0.55, f" {text} ", ha=side, va="bottom", fontsize=SMALL_SIZE)
        for place, finding in enumerate(findings):
            _draw_row(axes, place, finding)
        _dress(axes, findings)
        counts = [(verdict, sum(finding.verdict == verdict for finding in findings)) for verdict in get_args(Verdict)]
        said = ", ".join(f"{local.word(word).lower()} {local.count(count)}" for word, count in counts if count)
        set_title(axes, local.text("scoreboard.verdicts_claims", verdicts=said), 92)
        alt = say_scoreboard(findings)
        return finish(figure, name="scoreboard", alt=alt, caption=_caption(findings))


def say_scoreboard(findings: Sequence[Finding]) -> str:
    """The scoreboard in words, one claim after another."""
    return " ".join(_say_row(finding) for finding in findings)


def scale_finding(finding: Finding) -> Scaled | None:
    """The deciding estimate in units of its claim; None where there is none, or where no size is claimed."""
    if finding.metric == "ratio" and not shown_as_ratio(finding):
        return None
    return _scale_contrast(finding, deciding_of(finding))


def scale_raw(finding: Finding) -> Scaled | None:
    """The raw comparison beside a deciding estimate, in units of the claim; None where nothing else decides, or it has no place."""
    return _scale_contrast(finding, raw_of(finding)) if is_decided(finding) and scale_finding(finding) is not None else None


def _scale_contrast(finding: Finding, control: Contrast) -> Scaled | None:
    if finding.size is None:
        return None
    if finding.metric == "ratio":
        return _scale(control.ratio, none=1.0, claimed=finding.size)
    return _scale(control.difference, none=0.0, claimed=finding.size)


def _scale(lift: Difference | Ratio | None, *, none: float, claimed: float) -> Scaled | None:
    low, high = limits_of(lift)
    if lift is None or lift.value is None or low is None or high is None:
        return None
    value, low, high = ((one - none) / (claimed - none) for one in (lift.value, low, high))
    return Scaled(value, low, high)


def _draw_row(axes: Axes, place: int, finding: Finding) -> None:
    look = VERDICT_LOOKS[finding.verdict]
    scaled = scale_finding(finding)
    if scaled is None:
        instead = _instead(finding)
        behind = {"facecolor": PAPER, "edgecolor": "none", "pad": 2}
        axes.text(0.5, place, instead, ha="center", va="center", fontsize=SMALL_SIZE, color=MUTED, style="italic", bbox=behind)
    else:
        # A grey ring, without interval, where a slide would put the figure; an arrow where that lies past the edge.
        raw = scale_raw(finding)
        if raw is not None:
            sign = "<" if raw.value < LEFT else ">" if raw.value > RIGHT else "o"
            at = min(max(raw.value, LEFT), RIGHT)
            axes.plot(
                [at], [place], sign, markersize=11, color=PAPER, markeredgecolor=MUTED, markeredgewidth=2.0, clip_on=False, zorder=2
            )
        _draw_estimate(axes, place, scaled, look.colour, decided=is_decided(finding))
    axes.annotate(
        wrap(f"{look.sign}  {say_verdict(finding.verdict)}", 24),
        (1.0, place),
        xycoords=axes.get_yaxis_transform(),
        xytext=(12, 0),
        textcoords="offset points",
        va="center",
        color=look.colour,
        fontweight="bold",
    )


def _draw_estimate(axes: Axes, place: int, scaled: Scaled, colour: str, *, decided: bool) -> None:
    """Interval and dot; thin and hollow where the estimate is a raw one that decides nothing."""
    low, high = max(scaled.low, LEFT), min(scaled.high, RIGHT)
    if low < high:
        axes.plot([low, high], [place, place], color=colour, linewidth=5 if decided else 2, solid_capstyle="butt", zorder=2)
    # Arrows where an interval runs past the edge of the scale.
    if scaled.low < LEFT:
        axes.plot([LEFT], [place], marker="<", markersize=13, color=colour, clip_on=False, zorder=3)
    if scaled.high > RIGHT:
        axes.plot([RIGHT], [place], marker=">", markersize=13, color=colour, clip_on=False, zorder=3)
    if LEFT <= scaled.value <= RIGHT:
        face, edge = (colour, PAPER) if decided else (PAPER, colour)
        width = 1.0 if decided else 2.5
        axes.plot([scaled.value], [place], "o", markersize=13, color=face, markeredgecolor=edge, markeredgewidth=width, zorder=3)


def _instead(finding: Finding) -> str:
    """What stands in a row that has no place on the scale."""
    points = deciding_of(finding).difference
    if points is None or finding.verdict == "not_testable":
        return local.text("scoreboard.cannot_tested_data")
    numbers = f"{local.points(points.value)} {local.interval(*limits_of(points))}"
    if finding.size is None:
        return local.text("scoreboard.no_size_claimed", numbers=numbers)
    return local.text("scoreboard.ratio_not_defined", numbers=numbers)


def _dress(axes: Axes, findings: Sequence[Finding]) -> None:
    axes.set_xlim(LEFT, RIGHT)
    axes.set_ylim(len(findings) - 0.4, -0.95)
    axes.set_xticks([-1, 0, 1, 2, 3])
    axes.xaxis.set_major_formatter(lambda value, _: local.number(value, 0))
    axes.set_yticks(range(len(findings)), [wrap(finding.claim.statement.say(local.language), 44) for finding in findings])
    axes.tick_params(axis="y", length=0, labelsize=SMALL_SIZE, pad=16)
    for tick, finding in zip(axes.get_yticklabels(), findings, strict=True):
        tick.set_fontweight("bold" if finding.confirmatory else "normal")
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    axes.set_xlabel(local.text("scoreboard.share_claimed_effect_0"))


def _say_row(finding: Finding) -> str:
    scaled = scale_finding(finding)
    place = _instead(finding)
    if scaled is not None:
        numbers = f"{local.number(scaled.value, 2)} {local.interval(scaled.low, scaled.high, 2)}"
        place = local.text("scoreboard.claimed_effect", numbers=numbers)
        if not is_decided(finding):
            place = f"{place} ({local.word('descriptive')})"
        elif (raw := scale_raw(finding)) is not None:
            place = local.text("scoreboard.raw_comparison", place=place, raw=local.number(raw.value, 2))
    return f"{finding.claim.statement.say(local.language)} {say_verdict(finding.verdict)}, {place}."


def _caption(findings: Sequence[Finding]) -> str:
    said = local.text("scoreboard.each_claim_deciding_estimate")
    hollow = any(not is_decided(finding) and scale_finding(finding) is not None for finding in findings)
    rings = any(scale_raw(finding) is not None for finding in findings)
    more = [local.text("scoreboard.hollow_dot_raw_comparison")] if hollow else []
    more += [local.text("scoreboard.grey_ring_raw_comparison")] if rings else []
    return " ".join([said, *more])

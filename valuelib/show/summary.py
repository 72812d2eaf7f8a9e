"""The first page: the claims in one breath and at a glance, and what the data could not carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from matplotlib.axes import Axes

from valuelib.explore.estimates import find
from valuelib.results import Contrast, Estimate, Figure, Finding, Table, Verdict
from valuelib.show import canvas
from valuelib.show.display import CellOutput, Item, Passage, show_passage
from valuelib.show.labels import deciding_of, is_decided, limits_of, raw_of, say_lift, shown_as_ratio
from valuelib.show.localizer import local
from valuelib.show.pyramid import TierScore
from valuelib.show.sentences import key_of_verdict, look_of, say_verdict
from valuelib.show.tables import make_table
from valuelib.study.model import Study
from valuelib.theory.pyramid import tier, tiers


def say_summary(findings: Sequence[Finding]) -> str:
    """How many claims were tested, or of a part of a study looked at, and how the verdicts fell, best first."""
    if findings and not any(finding.confirmatory for finding in findings):
        counted = local.plural("summary.claims_looked_at", len(findings))
    else:
        counted = local.plural("summary.claims_under_test", len(findings))
    return f"{counted} {_say_fall(findings)}."


def _say_fall(findings: Sequence[Finding]) -> str:
    """How many hold, are too large, and so on: "2 hold and 2 are overstated"."""
    ordered = sorted(findings, key=lambda one: get_args(Verdict).index(one.verdict))
    sized = Counter(key_of_verdict(one.verdict, sized=one.claim.reading.size is not None) for one in ordered)
    return local.listing([local.plural(f"summary.fell.{key}", n) for key, n in sized.items()])


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


GROUPINGS = {
    "delivered": "summary.groups_by_delivered",
    "count": "summary.groups_by_count",
    "relative": "summary.groups_by_relative",
    "peers": "summary.groups_by_colleagues",
    "own_mean": "summary.groups_by_own_mean",
}


def say_grouping(study: Study, finding: Finding) -> str:
    """By which rule the raw comparison forms its groups, for a reader who has not seen study.yaml."""
    threshold = study.config.exposure.threshold
    cut = local.number(threshold, 0 if threshold == round(threshold) else 1)
    return local.text(GROUPINGS.get(str(finding.exposure), "summary.groups_by_offering"), cut=cut)


def say_no_elements() -> str:
    """The one line of the pyramid's chapter where a study asked about no element."""
    return local.text("summary.survey_asked_about_no")


def table_untestable(findings: Sequence[Finding]) -> Table:
    """One line for each claim that the data could not test, with what is missing."""
    rows = ((finding.claim.statement.say(local.language), local.say(finding.reason)) for finding in findings)
    return make_table("untestable", local.text("summary.what_not_tested_why"), ("common.claim", "common.why"), rows)


def list_assumed(study: Study) -> CellOutput | None:
    """What was taken for granted about the questions, one line each, for whoever knows the survey; None where nothing was."""
    items = tuple(map(Item, dict.fromkeys(local.say(message) for message in study.assumed)))
    title = local.text("summary.what_assumed_about_questions")
    return show_passage(Passage(name="assumed", title=title, items=items)) if items else None


def score_tiers(estimates: Sequence[Estimate], elements: Sequence[str]) -> list[TierScore]:
    """Each tier's mean with the number of its elements that the study asked about, and the provider's view where it is known."""
    mapped = {level.key: len({*elements} & {*level.elements}) for level in tiers()}
    return [
        TierScore(
            tier_key=level.key,
            estimate=find(estimates, "label.tier.mean", tier_key=level.key) if mapped[level.key] else None,
            mapped=mapped[level.key],
            of=len(tier(level.key).elements),
            provider=find(estimates, "label.side.provider.tier", tier_key=level.key),
        )
        for level in tiers()
    ]


def table_rule(*, by_design: bool = False) -> Table:
    """The rule by which an interval becomes a verdict, fixed before any data are opened; `stats.contrasts` has it.

    Args:
        by_design: whether a pilot by lot or a roll-out decides a claim, so that these stand on top of the evidence.
    """
    note = local.text("rule.interval_strongest_evidence_data")
    return make_table(
        "rule",
        local.text("rule.how_interval_becomes_verdict"),
        ("common.verdict", "rule.where_interval_lies", "rule.what_that_says"),
        (
            (local.word(verdict), local.text(f"rule.{row}.interval"), local.text(f"rule.{row}.meaning"))
            for verdict in get_args(Verdict)
            for row in ((verdict, "direction") if verdict == "consistent" else (verdict,))  # of claims without a size
        ),
        f"{local.text('rule.designs_first')} {note}" if by_design else note,
    )


# The scoreboard: all claims on one scale, 0 for no effect and 1 for the claimed size

LEFT, RIGHT = -1.0, 3.0
BELOW = 0.24  # of a row


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
    notes = [local.text("scoreboard.each_claim_deciding_estimate")]
    if any(not is_decided(finding) and scale_finding(finding) is not None for finding in findings):
        notes.append(local.text("scoreboard.hollow_dot_raw_comparison"))
    if any(scale_raw(finding) is not None for finding in findings):
        notes.append(local.text("scoreboard.grey_ring_raw_comparison"))
    if any(scale_total(finding) is not None for finding in findings):
        notes.append(local.text("scoreboard.thin_line_total"))
    caption = " ".join(notes)
    if not findings:
        return canvas.nothing_to_show(name="scoreboard", said=local.text("scoreboard.no_claim_assessed"), caption=caption)
    statements = [finding.claim.statement.say(local.language) for finding in findings]
    with canvas.drawing(14, 2.2 + 0.95 * len(findings)) as figure:
        axes = figure.subplots()
        for at, style, text, side in (
            (0.0, "-", local.text("common.no_effect"), "right"),
            (1.0, canvas.DASHES, local.text("scoreboard.as_claimed"), "left"),
        ):
            axes.plot([at, at], [-0.5, len(findings) - 0.5], color=canvas.INK, linewidth=1.6, linestyle=style, zorder=1)
            axes.text(at, -0.55, f" {text} ", ha=side, va="bottom", fontsize=canvas.SMALL_SIZE)
        for place, finding in enumerate(findings):
            _draw_claim(axes, place, finding)
            look = look_of(finding)
            word = canvas.wrap(f"{look.sign}  {say_verdict(finding)}", 24)
            canvas.write_beside(axes, word, place, 12, color=look.colour, fontweight="bold")
        axes.set_xlim(LEFT, RIGHT)
        axes.set_ylim(len(findings) - 0.4, -0.95)
        axes.set_xticks([-1, 0, 1, 2, 3])
        canvas.write_numbers(axes.xaxis)
        axes.set_yticks(range(len(findings)), [canvas.wrap(statement, 44) for statement in statements])
        axes.tick_params(axis="y", length=0, labelsize=canvas.SMALL_SIZE, pad=16)
        for tick, finding in zip(axes.get_yticklabels(), findings, strict=True):
            tick.set_fontweight("bold" if finding.confirmatory else "normal")
        canvas.grid(axes)
        axes.set_xlabel(local.text("scoreboard.share_claimed_effect_0"))
        canvas.set_title(axes, local.text("scoreboard.verdicts_claims", n=len(findings), verdicts=_say_fall(findings)))
        places = zip(statements, findings, strict=True)
        alt = " ".join(f"{said} {say_verdict(one)}, {_say_place(one)}." for said, one in places)
        return canvas.finish(figure, name="scoreboard", alt=alt, caption=caption)


def scale_finding(finding: Finding) -> Scaled | None:
    """The deciding estimate in units of its claim; None where there is none, or where no size is claimed."""
    if finding.metric == "ratio" and not shown_as_ratio(finding):
        return None
    return _scale(finding, deciding_of(finding))


def scale_raw(finding: Finding) -> Scaled | None:
    """The raw comparison beside a deciding estimate, in units of the claim; None where nothing else decides, or it has no place."""
    return _scale(finding, raw_of(finding)) if is_decided(finding) and scale_finding(finding) is not None else None


def scale_total(finding: Finding) -> Scaled | None:
    """The total beside a net figure that contradicts it, in units of the claim; None in any other case."""
    if finding.total is None or finding.reason_code != "conflict" or scale_finding(finding) is None:
        return None
    return _scale(finding, finding.total)


def _scale(finding: Finding, contrast: Contrast) -> Scaled | None:
    lift, none = (contrast.ratio, 1.0) if finding.metric == "ratio" else (contrast.difference, 0.0)
    low, high = limits_of(lift)
    if finding.size is None or lift is None or lift.value is None or low is None or high is None:
        return None
    value, *ends = ((one - none) / (finding.size - none) for one in (lift.value, low, high))
    return Scaled(value, *sorted(ends))  # a claim that says lower turns them round


def _draw_claim(axes: Axes, place: int, finding: Finding) -> None:
    """Interval and dot; thin and hollow where the estimate is a raw one that decides nothing."""
    scaled, raw, colour = scale_finding(finding), scale_raw(finding), look_of(finding).colour
    if scaled is None:
        look: Any = {"ha": "center", "va": "center", "fontsize": canvas.SMALL_SIZE, "color": canvas.MUTED, "style": "italic"}
        axes.text(0.5, place, _say_place(finding), bbox={"facecolor": canvas.PAPER, "edgecolor": "none", "pad": 2}, **look)
        return
    edge: Any = {"clip_on": False}
    if raw is not None:  # a grey ring, without interval, where a slide would put the figure; an arrow where that lies past the edge
        sign, at = "<" if raw.value < LEFT else ">" if raw.value > RIGHT else "o", min(max(raw.value, LEFT), RIGHT)
        ring: Any = {"markersize": 11, "color": canvas.PAPER, "markeredgecolor": canvas.MUTED, "markeredgewidth": 2.0}
        axes.plot([at], [place], sign, zorder=2, **ring, **edge)
    decided, low, high = is_decided(finding), max(scaled.low, LEFT), min(scaled.high, RIGHT)
    if low < high:
        canvas.draw_bar(axes, low, high, place, colour, 5 if decided else 2)
    if (total := scale_total(finding)) is not None:
        canvas.draw_bar(axes, max(total.low, LEFT), min(total.high, RIGHT), place + BELOW, colour, 1.5)
        if LEFT <= total.value <= RIGHT:
            axes.plot([total.value], [place + BELOW], "D", markersize=7, color=colour, zorder=3)
    # Arrows where an interval runs past the edge of the scale.
    if scaled.low < LEFT:
        axes.plot([LEFT], [place], marker="<", markersize=13, color=colour, zorder=3, **edge)
    if scaled.high > RIGHT:
        axes.plot([RIGHT], [place], marker=">", markersize=13, color=colour, zorder=3, **edge)
    if LEFT <= scaled.value <= RIGHT:
        face, rim, width = (colour, canvas.PAPER, 1.0) if decided else (canvas.PAPER, colour, 2.5)
        axes.plot([scaled.value], [place], "o", markersize=13, color=face, markeredgecolor=rim, markeredgewidth=width, zorder=3)


def _say_place(finding: Finding) -> str:
    """Where a claim stands on the scale, or what stands in a row that has no place on it."""
    scaled, points = scale_finding(finding), deciding_of(finding).difference
    if scaled is None:
        if finding.verdict == "not_testable":
            return local.text("scoreboard.cannot_tested_data")
        if points is None:
            return local.text("scoreboard.several_parts")
        code = "scoreboard.no_size_claimed" if finding.size is None else "scoreboard.ratio_not_defined"
        return local.text(code, numbers=say_lift(points))
    numbers = f"{local.number(scaled.value, 2)} {local.interval(scaled.low, scaled.high, 2)}"
    place = local.text("scoreboard.claimed_effect", numbers=numbers)
    if not is_decided(finding):
        return f"{place} ({local.word('descriptive')})"
    if (total := scale_total(finding)) is not None:
        numbers = f"{local.number(total.value, 2)} {local.interval(total.low, total.high, 2)}"
        place = local.text("scoreboard.and_total", place=place, numbers=numbers)
    raw = scale_raw(finding)
    return place if raw is None else local.text("scoreboard.raw_comparison", place=place, raw=local.number(raw.value, 2))

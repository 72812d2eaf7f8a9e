"""Findings as tables and pictures: the figures behind the words, the contrasts of a claim, the spread of the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from valuelib.results import Cell, Chart, Column, Contrast, Crosstab, Estimate, Figure, Finding, Series, Table
from valuelib.show.canvas import (
    DETRACTORS,
    FAINT,
    INK,
    MUTED,
    PAPER,
    PASSIVES,
    PROMOTERS,
    SMALL_SIZE,
    VERDICT_LOOKS,
    drawing,
    finish,
    nothing_to_show,
    set_title,
    wrap,
)
from valuelib.show.labels import (
    DIRECTION,
    HALO_BAND,
    RAW,
    capital,
    claimed_points,
    contrasts_of,
    deciding_of,
    evidence_contrasts,
    has_ratio,
    is_decided,
    label_contrast,
    label_groups,
    limits_of,
    shown_as_ratio,
    unit_of,
)
from valuelib.show.localizer import local
from valuelib.show.pyramid import TierScore
from valuelib.show.sentences import name_contrast, say_finding, say_headline, say_outcome, say_shown_parts, say_verdict
from valuelib.show.tables import column, estimate_cell, estimate_cells, group_cell, lift_cell, make_table
from valuelib.theory.reading import Reading

# Tables


def table_findings(findings: Sequence[Finding]) -> Table:
    """The scoreboard as a table: one row a claim, with its verdict, deciding figure, and what the figure rests on."""
    return make_table(
        name="findings",
        caption=local.text("table.verdicts_claims"),
        columns=(
            column("common.claim"),
            column("common.verdict"),
            column("common.difference", "points"),
            column("common.ratio", "ratio"),
            column("common.claimed", "points"),
            column("common.evidence"),
        ),
        rows=(_finding_row(finding) for finding in findings),
        note=local.text("table.figures_brackets_intervals_verdict"),
    )


def table_groups(finding: Finding) -> Table:
    """Both groups of every contrast of one finding: figure, interval and number of answers, and the difference between them.

    The raw and deciding contrasts and their references; other ways of asking have a table of their own.
    """
    shown = [one for one in contrasts_of(finding) if one.role != "sensitivity" or one.name in (HALO_BAND, DIRECTION)]
    return make_table(
        name=f"groups.{finding.claim.id}",
        caption=local.text("table.groups_compared", outcome=capital(say_outcome(finding))),
        columns=(
            column("common.comparison"),
            *(Column(label, "number") for label in label_groups(finding.claim)),
            column("common.difference", "points"),
            column("common.ratio", "ratio"),
        ),
        rows=(
            (
                name_contrast(one, deciding=one.name == finding.decided_by),
                group_cell(one.comparison, with_n=True),
                group_cell(one.baseline, with_n=True),
                lift_cell(one.difference),
                lift_cell(one.ratio if has_ratio(one) else None),
            )
            for one in shown
        ),
        note=local.text("table.figure_interval_number_answers", level=finding.level),
    )


def table_steps(finding: Finding) -> Table:
    """The outcome at each level of a dose, and its change from the level before."""
    return make_table(
        name=f"steps.{finding.claim.id}",
        caption=local.text("table.number_higher_tier_elements", outcome=capital(say_outcome(finding))),
        columns=(
            column("table.elements"),
            Column(capital(say_outcome(finding)), "number"),
            column("table.change_level_before", "points"),
            column("common.answers", "count"),
        ),
        rows=(
            (step.label, group_cell(step.group), "" if step.change is None else lift_cell(step.change), step.group.n)
            for step in finding.steps
        ),
    )


def table_tiers(scores: Sequence[TierScore]) -> Table:
    """Mean score of each tier with its interval, from the base of the pyramid upwards as given."""
    return make_table(
        name="tiers",
        caption=local.text("common.value_received_tiers_pyramid"),
        columns=(
            column("common.tier"),
            column("common.mean_0_10", "number"),
            column("common.interval_heading", "interval"),
            column("table.elements_asked_about", "count"),
            column("common.answers", "count"),
        ),
        rows=((local.word(score.tier_key), *_tier_cells(score)) for score in scores),
    )


def table_estimates(estimates: Sequence[tuple[str, Estimate]], caption: str) -> Table:
    """Any estimates under the labels given: value, interval, answers and accounts."""
    return make_table(
        name="estimates",
        caption=caption,
        columns=(
            column("common.what"),
            column("common.value", "number"),
            column("common.interval_heading", "interval"),
            column("common.answers", "count"),
            column("common.accounts", "count"),
        ),
        rows=((label, *estimate_cells(estimate, _decimals_of(estimate))) for label, estimate in estimates),
    )


def table_crosstab(found: Crosstab) -> Table:
    """A cross-table as it is read: a row a level, a column a level of the other one, shares with their intervals."""
    cells = {tuple(one.groups.values()): one for one in found}
    lines = {row: [cells[row, column] for column in found.column_words] for row in found.row_words}
    answers = {row: max(one.n for one in line) or None for row, line in lines.items()}
    return make_table(
        name="crosstab",
        caption=local.text("table.crosstab"),
        columns=(
            column("common.what"),
            *(Column(word, "number", 0) for word in found.column_words.values()),
            column("common.answers", "count"),
        ),
        rows=((found.row_words[row], *map(estimate_cell, line), answers[row]) for row, line in lines.items()),
        note=next((local.say(one.reason) for one in found if one.reason is not None), ""),
    )


def table_warnings(findings: Sequence[Finding]) -> Table:
    """Everything to keep in mind, each once, with the number of claims that it concerns."""
    counts = Counter(said for finding in findings for said in dict.fromkeys(local.say(warning) for warning in finding.warnings))
    return make_table(
        name="warnings",
        caption=local.text("table.what_keep_mind"),
        columns=(column("table.note"), column("table.claims_concerned", "count")),
        rows=counts.items(),
    )


def _finding_row(finding: Finding) -> tuple[Cell | str | None, ...]:
    deciding = deciding_of(finding)
    nothing = finding.verdict == "not_testable" or deciding.difference is None
    points = lift_cell(None if nothing else deciding.difference)
    return (
        finding.claim.statement.say(local.language),
        say_verdict(finding.verdict),
        say_shown_parts(finding.parts) if finding.parts else points,
        lift_cell(None if nothing or not has_ratio(deciding) else deciding.ratio),
        _claimed(finding.claim.reading),
        None if finding.evidence_level is None else local.word(finding.evidence_level),
    )


def _claimed(reading: Reading) -> Cell:
    if reading.size is None:
        return Cell("> 0")
    return Cell(reading.size, kind="ratio", words="table.times") if reading.metric == "ratio" else Cell(reading.size)


def _tier_cells(score: TierScore) -> Iterator[Cell]:
    asked, estimate = Cell(score.mapped, of=score.of), score.estimate
    if estimate is None or estimate.value is None:
        yield from (Cell(local.text("common.no_items" if score.mapped == 0 else "common.not_shown")), Cell(), asked, Cell())
    else:
        value, interval, answers, _ = estimate_cells(estimate, _decimals_of(estimate))
        yield from (value, interval, asked, answers)


def _decimals_of(estimate: Estimate) -> int:
    return 2 if estimate.unit in ("ratio", "coefficient") else 1


# The picture of a claim: measured difference, no effect, claimed size, and what halo alone would show


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One contrast as it is drawn; `value` None where its ratio is not defined."""

    label: str
    deciding: bool
    value: float | None = None
    low: float | None = None
    high: float | None = None
    printed: str = ""
    band: bool = False


def plot_claim(finding: Finding) -> Figure:
    """The raw and every other contrast of a finding against two lines: no effect, and the claimed size; the deciding one in colour.

    A ratio whose baseline is too near zero is not drawn; points stand in its place, and the claim is turned into points.
    """
    rows = _rows(finding)
    if not rows:
        said = say_finding(finding)
        return nothing_to_show(name=f"claim.{finding.claim.id}", said=said, caption=_caption(finding))
    with drawing(13, 2.6 + 0.95 * len(rows)) as figure:
        axes = figure.subplots()
        _draw_lines(axes, finding)
        for place, row in enumerate(rows):
            _draw_row(axes, place, row, VERDICT_LOOKS[finding.verdict].colour)
        _dress(axes, finding, rows)
        set_title(axes, say_headline(finding), 86)
        name = f"claim.{finding.claim.id}"
        alt, caption = say_claim_figure(finding), _caption(finding)
        return finish(figure, name=name, alt=alt, caption=caption, charts=[claim_numbers(finding)])


def say_claim_figure(finding: Finding) -> str:
    """The figure in words: the finding's sentence, then each contrast with its interval."""
    rows = _rows(finding)
    return " ".join([say_finding(finding), *(f"{row.label.replace(chr(10), ' ')}: {row.printed}." for row in rows)])


def _rows(finding: Finding) -> list[Row]:
    """As the story goes: what a slide shows, what halo alone would show, what is left."""
    return [_row(control, finding) for control in sorted(evidence_contrasts(finding), key=_place_in_story)]


def claim_numbers(finding: Finding) -> Chart:
    """The figure's rows as plain numbers."""
    rows, name = (
        _rows(finding),
        local.text("common.ratio") if shown_as_ratio(finding) else local.text("common.difference"),
    )
    values, low, high = (tuple(getattr(row, part) for row in rows) for part in ("value", "low", "high"))
    series = Series(name=name, values=values, low=low, high=high)
    labels = tuple(row.label.replace("\n", " ") for row in rows)
    return Chart(kind="dots", title=name, categories=labels, series=(series,), decimals=2 if shown_as_ratio(finding) else 1)


def _place_in_story(control: Contrast) -> tuple[bool, bool]:
    return control.name not in (RAW, HALO_BAND), control.name == HALO_BAND


def _row(control: Contrast, finding: Finding) -> Row:
    deciding = is_decided(finding) and control.name == deciding_of(finding).name
    label = label_contrast(control)
    if shown_as_ratio(finding):
        return _ratio_row(control, label, deciding)
    points = control.difference
    if points is None:
        return Row(label=label, deciding=deciding, printed=local.points(None))
    low, high = limits_of(points)
    printed = f"{local.points(points.value)} {local.interval(low, high)}"
    band = control.name == HALO_BAND
    return Row(label=label, deciding=deciding, value=points.value, low=low, high=high, printed=printed, band=band)


def _ratio_row(control: Contrast, label: str, deciding: bool) -> Row:
    ratio = control.ratio
    if not has_ratio(control) or ratio is None:
        return Row(label=label, deciding=deciding, printed=local.text("finding.ratio_not_defined"))
    low, high = limits_of(ratio)
    printed = f"{local.ratio(ratio.value)} {local.interval(low, high, 2)}"
    band = control.name == HALO_BAND
    return Row(label=label, deciding=deciding, value=ratio.value, low=low, high=high, printed=printed, band=band)


def _draw_lines(axes: Axes, finding: Finding) -> None:
    none = 1.0 if shown_as_ratio(finding) else 0.0
    claimed = finding.size if shown_as_ratio(finding) else claimed_points(finding)
    axes.axvline(none, color=INK, linewidth=1.6, zorder=1)
    sides = ("right", "left") if claimed is None or claimed >= none else ("left", "right")
    text = local.text("finding.no_effect", value=_printed(none, finding))
    axes.text(none, -0.62, f" {text} ", ha=sides[0], va="bottom", fontsize=SMALL_SIZE, color=INK)
    if claimed is not None:
        axes.axvline(claimed, color=INK, linewidth=1.6, linestyle=(0, (5, 3)), zorder=1)
        text = local.text("common.claimed_value", value=_printed(claimed, finding))
        axes.text(claimed, -0.62, f" {text} ", ha=sides[1], va="bottom", fontsize=SMALL_SIZE, color=INK)


def _printed(value: float, finding: Finding) -> str:
    return local.ratio(value) if shown_as_ratio(finding) else local.points(value)


def _draw_row(axes: Axes, place: int, row: Row, colour: str) -> None:
    ink = colour if row.deciding else MUTED
    if row.band and row.low is not None and row.high is not None:
        axes.barh(place, row.high - row.low, left=row.low, height=0.42, color=PAPER, edgecolor=MUTED, hatch="///", zorder=2)
    elif row.value is not None and row.low is not None and row.high is not None:
        axes.plot(
            [row.low, row.high], [place, place], color=ink, linewidth=7 if row.deciding else 3, solid_capstyle="butt", zorder=2
        )
        axes.plot(
            [row.value],
            [place],
            marker="D" if row.deciding else "o",
            markersize=14 if row.deciding else 10,
            color=ink,
            markeredgecolor=PAPER,
            zorder=3,
        )
    weight = "bold" if row.deciding else "normal"
    axes.annotate(
        row.printed,
        (1.0, place),
        xycoords=axes.get_yaxis_transform(),
        xytext=(10, 0),
        textcoords="offset points",
        ha="left",
        va="center",
        fontweight=weight,
    )


def _dress(axes: Axes, finding: Finding, rows: list[Row]) -> None:
    axes.set_ylim(len(rows) - 0.4, -1.05)
    axes.set_yticks(
        range(len(rows)),
        [wrap(local.text("common.gives_the_verdict", contrast=row.label) if row.deciding else row.label, 28) for row in rows],
    )
    for tick, row in zip(axes.get_yticklabels(), rows, strict=True):
        tick.set_fontweight("bold" if row.deciding else "normal")
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_formatter(lambda value, _: local.number(value, 1 if shown_as_ratio(finding) else 0))
    axes.margins(x=0.12)
    axes.grid(axis="x", color=FAINT, linewidth=0.6)
    unit = local.word(unit_of(finding))
    axes.set_xlabel(
        local.text("finding.ratio_baseline") if shown_as_ratio(finding) else local.text("common.difference_unit", unit=unit)
    )


def _caption(finding: Finding) -> str:
    said = local.text(
        "finding.dots_estimates_bars_intervals", claim=finding.claim.statement.say(local.language), level=finding.level
    )
    if finding.metric != "ratio" or shown_as_ratio(finding):
        return said
    return f"{said} {local.text('finding.baseline_too_close_zero')}"


# The spread of the recommend scores in each group

BANDS = ((0, 6, DETRACTORS), (7, 8, PASSIVES), (9, 10, PROMOTERS))


def plot_scores(groups: Mapping[str, Sequence[int]]) -> Figure:
    """Bars for the answers 0-10, one row a group, with the shares of detractors, passives and promoters in words and colour.

    Args:
        groups: the group's name, in the reader's language -> how many answered 0, 1, ... 10 (eleven counts).
    """
    filled = {label: counts for label, counts in groups.items() if sum(counts) > 0}
    if not filled:
        return nothing_to_show(name="scores", said=say_scores({}), caption=_caption_scores({}))
    with drawing(13, 1.2 + 2.5 * len(filled)) as figure:
        rows = figure.subplots(len(filled), 1, squeeze=False, sharex=True, sharey=True)[:, 0]
        highest = max(max(counts) / sum(counts) for counts in filled.values())
        for axes, (label, counts) in zip(rows, filled.items(), strict=True):
            _draw_group(axes, label, counts, highest)
        rows[-1].set_xlabel(local.text("pyramid.answer_0_10"))
        said = [f"{label} {local.points(_nps(counts))}" for label, counts in filled.items()]
        set_title(rows[0], local.text("pyramid.nps_by_group", groups=", ".join(said)), 84)
        # Per cent of each group by answer.
        series = tuple(
            Series(name=label, values=tuple(100 * count / sum(counts) for count in counts)) for label, counts in filled.items()
        )
        title = local.text("pyramid.answer_0_10")
        return finish(
            figure,
            name="scores",
            alt=say_scores(filled),
            caption=_caption_scores(filled),
            charts=[
                Chart(kind="columns", title=title, categories=tuple(str(score) for score in range(11)), series=series, decimals=0)
            ],
        )


def say_scores(groups: Mapping[str, Sequence[int]]) -> str:
    """The shares and the NPS of each group in words."""
    if not groups:
        return local.text("pyramid.no_answers_show")
    return " ".join(f"{label}: {_say_shares(counts)}." for label, counts in groups.items())


def shares(counts: Sequence[int]) -> tuple[float, float, float]:
    """Shares of detractors, passives and promoters among eleven counts of the answers 0-10."""
    total = sum(counts)
    low, middle, high = (sum(counts[start : end + 1]) / total for start, end, _ in BANDS)
    return low, middle, high


def _draw_group(axes: Axes, label: str, counts: Sequence[int], highest: float) -> None:
    total = sum(counts)
    for start, end, colour in BANDS:
        axes.bar(range(start, end + 1), [count / total for count in counts[start : end + 1]], width=0.86, color=colour)
        share = sum(counts[start : end + 1]) / total
        names = {
            0: local.text("pyramid.detractors_0_6"),
            7: local.text("pyramid.passives_7_8"),
            9: local.text("pyramid.promoters_9_10"),
        }
        axes.text((start + end) / 2, highest * 1.42, (names[start]), ha="center", va="bottom", fontsize=SMALL_SIZE, color=MUTED)
        axes.text(
            (start + end) / 2,
            highest * 1.41,
            local.percent(share),
            ha="center",
            va="top",
            fontweight="bold",
            color=colour if start != 7 else INK,
        )
    for score, count in enumerate(counts):
        if count:
            axes.text(
                score,
                count / total + highest * 0.02,
                local.percent(count / total),
                ha="center",
                va="bottom",
                fontsize=11,
                color=MUTED,
            )
    for border in (6.5, 8.5):
        axes.axvline(border, color=MUTED, linewidth=1, linestyle=":")
    _dress_scores(axes, label, counts, highest)


def _dress_scores(axes: Axes, label: str, counts: Sequence[int], highest: float) -> None:
    axes.set_xticks(range(11))
    axes.set_yticks([])
    axes.set_xlim(-0.6, 10.6)
    axes.set_ylim(0, highest * 1.62)
    answers = local.plural("common.answers_n", sum(counts))
    nps = local.text("pyramid.nps", value_pts=_nps(counts))
    axes.set_ylabel(f"{wrap(label, 20)}\n{nps}\n{answers}", rotation=0, ha="right", va="center", linespacing=1.35, color=INK)


def _nps(counts: Sequence[int]) -> float:
    low, _, high = shares(counts)
    return 100 * (high - low)


def _say_shares(counts: Sequence[int]) -> str:
    low, middle, high = shares(counts)
    return local.text(
        "pyramid.nps_promoters_passives_detractors",
        nps_pts=_nps(counts),
        high_share=round(high, 2),
        middle_share=round(middle, 2),
        low_share=round(low, 2),
        total_n=sum(counts),
    )


def _caption_scores(groups: Mapping[str, Sequence[int]]) -> str:
    return local.text("pyramid.share_answers_0_10", total_n=sum(sum(counts) for counts in groups.values()))

"""Findings as tables and pictures: the figures behind the words, the contrasts of a claim, the spread of the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from matplotlib.axes import Axes

from valuelib.results import (
    Cell,
    Chart,
    Column,
    Contrast,
    Crosstab,
    Difference,
    Estimate,
    Figure,
    Finding,
    Mark,
    Ratio,
    Series,
    Table,
)
from valuelib.show import canvas, labels
from valuelib.show.lasting import with_looks
from valuelib.show.localizer import local
from valuelib.show.pyramid import TierScore
from valuelib.show.sentences import (
    look_of,
    name_contrast,
    say_control,
    say_finding,
    say_halo,
    say_halo_shortly,
    say_headline,
    say_outcome,
    say_shown_parts,
    say_verdict,
    say_widened,
)
from valuelib.show.tables import (
    ANSWER_COLUMNS,
    VALUE_COLUMNS,
    column,
    estimate_cell,
    estimate_cells,
    group_cell,
    lift_cell,
    list_estimates,
    make_table,
)
from valuelib.theory.claims import Claim, Claims

# A claim by itself, and findings as tables

SIDES = ("contrast", *labels.KINDS_WITH_GROUPS)  # kinds of reading that set one group against another


def claim_card(claim: Claim) -> dict[str, str]:
    """A claim before any data are opened, as an output of a notebook: its statement, how it is read, where it comes from."""
    rows: list[tuple[str, str]] = [(local.text("quality.outcomes"), _say_outcomes(claim))]
    if claim.reading.kind in SIDES:
        rows.append((local.text("common.comparison"), " – ".join(labels.label_groups(claim))))
    rows.append((local.text("common.claimed"), _say_claimed(claim)))
    if claim.evidence:
        rows.append((local.text("common.evidence"), _say_evidence(claim)))
    statement, origin, caveat = (one.say(local.language) for one in (claim.statement, claim.origin, claim.caveat))
    note = local.text("card.the_claim", origin=origin.rstrip("."), caveat=caveat)
    lines = "".join(f'<tr><th scope="row">{escape(what)}</th><td>{escape(said)}</td></tr>' for what, said in rows)
    table = f'<table class="vl-table"><tbody>{lines}</tbody></table>'
    html = f'<div class="vl"><p class="vl-claim">{escape(statement)}</p>{table}<p class="vl-note">{escape(note)}</p></div>'
    plain = "\n".join([statement, *(f"{what}: {said}" for what, said in rows), note])
    return {"text/html": with_looks(html), "text/plain": plain}


def claims_overview(listed: Claims) -> dict[str, str]:
    """Claims before any data are opened, as an output of a notebook: one row each, with its id to ask for it by."""
    heads = ["id", *map(local.text, ("common.claim", "quality.outcomes", "common.claimed", "common.evidence"))]
    said = (_say_outcomes, _say_claimed, _say_evidence)
    rows = [(one.id, one.statement.say(local.language), *(say(one) for say in said)) for one in listed]
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    html = f'<div class="vl"><table class="vl-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    return {"text/html": with_looks(html), "text/plain": "\n".join(f"{row[0]}: {row[1]}" for row in rows)}


def _say_outcomes(claim: Claim) -> str:
    return labels.capital(", ".join(local.word(one) for one in claim.outcomes))


def _say_claimed(claim: Claim) -> str:
    """The claimed size with its unit, or the direction."""
    reading = claim.reading
    if reading.size is None:
        return labels.say_direction(claim)
    if reading.metric == "ratio":
        return local.text("table.times", value=local.number(reading.size, 2))
    return f"{local.points(reading.size)} {local.word(labels.unit_of_outcome(reading.outcome))}"


def _say_evidence(claim: Claim) -> str:
    """The evidence that may decide the claim; a dash where own ratings alone speak."""
    return ", ".join(local.word(level) for level in claim.evidence) or "–"


def table_findings(findings: Sequence[Finding]) -> Table:
    """The scoreboard as a table: one row a claim, with its verdict, deciding figure, and what the figure rests on."""

    def row(finding: Finding) -> Iterator[Cell | str | None]:
        deciding, reading = labels.deciding_of(finding), finding.claim.reading
        nothing = finding.verdict == "not_testable" or deciding.difference is None
        yield finding.claim.statement.say(local.language)
        yield say_verdict(finding)
        yield say_shown_parts(finding.parts) if finding.parts else lift_cell(None if nothing else deciding.difference)
        yield lift_cell(None if nothing or not labels.has_ratio(deciding) else deciding.ratio)
        if reading.size is None:
            yield labels.say_direction(finding.claim)
        else:
            yield Cell(reading.size, kind="ratio", words="table.times") if reading.metric == "ratio" else Cell(reading.size)
        yield None if finding.evidence_level is None else local.word(finding.evidence_level)

    return make_table(
        "findings",
        local.text("table.verdicts_claims"),
        (
            "common.claim",
            "common.verdict",
            ("common.difference", "points"),
            ("common.ratio", "ratio"),
            ("common.claimed", "points"),
            "common.evidence",
        ),
        map(row, findings),
        local.text("table.figures_brackets_intervals_verdict"),
    )


def table_groups(finding: Finding) -> Table:
    """Both groups of every contrast of one finding: figure, interval and number of answers, and the difference between them.

    The raw and deciding contrasts and their references; other ways of asking have a table of their own.
    """
    return make_table(
        f"groups.{finding.claim.id}",
        local.text("table.groups_compared", outcome=labels.capital(say_outcome(finding))),
        (
            "common.comparison",
            *(Column(label, "number") for label in labels.label_groups(finding.claim, finding.evidence_level)),
            ("common.difference", "points"),
            ("common.ratio", "ratio"),
        ),
        (
            (
                name_contrast(one, finding),
                *(group_cell(group, with_n=True) for group in (one.comparison, one.baseline)),
                *map(lift_cell, (one.difference, one.ratio if labels.has_ratio(one) else None)),
            )
            for one in labels.contrasts_of(finding)
            if one.role != "sensitivity" or one.name in (labels.HALO_BAND, labels.DIRECTION)
        ),
        _with_widened(local.text("table.figure_interval_number_answers", level=finding.level), finding),
    )


def _with_widened(said: str, finding: Finding) -> str:
    """A line on intervals, and where the deciding one has a level of its own, that too."""
    return f"{said} {say_widened(finding)}".rstrip()


def table_steps(finding: Finding) -> Table:
    """The outcome at each level of a dose, and its change from the level before."""
    outcome = labels.capital(say_outcome(finding))
    return make_table(
        f"steps.{finding.claim.id}",
        local.text("table.number_higher_tier_elements", outcome=outcome),
        ("table.elements", Column(outcome, "number"), ("table.change_level_before", "points"), ANSWER_COLUMNS[0]),
        (
            (step.label, group_cell(step.group), "" if step.change is None else lift_cell(step.change), step.group.n)
            for step in finding.steps
        ),
    )


def table_tiers(scores: Sequence[TierScore]) -> Table:
    """Mean score of each tier with its interval, from the base of the pyramid upwards as given."""

    def cells(score: TierScore) -> Iterator[Cell]:
        asked, estimate = Cell(score.mapped, of=score.of), score.estimate
        if estimate is None or estimate.value is None:
            yield from (Cell(local.text("common.no_items" if score.mapped == 0 else "common.not_shown")), Cell(), asked, Cell())
        else:
            value, interval, answers, _ = estimate_cells(estimate, 2 if estimate.unit in ("ratio", "coefficient") else 1)
            yield from (value, interval, asked, answers)

    return make_table(
        "tiers",
        local.text("common.value_received_tiers_pyramid"),
        (
            "common.tier",
            ("common.mean_0_10", "number"),
            VALUE_COLUMNS[1],
            ("table.elements_asked_about", "count"),
            ANSWER_COLUMNS[0],
        ),
        ((local.word(score.tier_key), *cells(score)) for score in scores),
    )


def table_estimates(estimates: Sequence[tuple[str, Estimate]], caption: str) -> Table:
    """Any estimates under the labels given: value, interval, answers and accounts."""
    return list_estimates("estimates", caption, "common.what", estimates)


def table_crosstab(found: Crosstab) -> Table:
    """A cross-table as it is read: a row a level, a column a level of the other one, shares with their intervals."""
    everybody = next(iter(found.row_words))  # the only row of a table without rows of its own
    cells = {(one.groups.get(found.rows, everybody), one.groups[found.columns]): one for one in found}
    lines = {row: [cells[row, column] for column in found.column_words] for row in found.row_words}
    answers = {row: max(one.n for one in line) or None for row, line in lines.items()}
    return make_table(
        "crosstab",
        local.text("table.crosstab"),
        ("common.what", *(Column(word, "number", 0) for word in found.column_words.values()), ANSWER_COLUMNS[0]),
        ((found.row_words[row], *map(estimate_cell, line), answers[row]) for row, line in lines.items()),
        next((local.say(one.reason) for one in found if one.reason is not None), ""),
    )


COULD_DECIDE = ("audited.lower_tiers", "peers.lower_tiers")
CHECKS = (labels.HALO_BAND, labels.UNAFFECTED)


def table_ways(finding: Finding) -> Table:
    """Every way of asking one claim's question: its part, its figure, or why this study does not allow it."""

    def part(control: Contrast) -> str:
        if labels.decides(control, finding):
            return "decides"
        if control.name in COULD_DECIDE:
            return "could"
        return "check" if control.name in CHECKS else "raw" if control.name == labels.RAW else "shown"

    return make_table(
        f"ways.{finding.claim.id}",
        local.text("ways.same_question_asked_every", outcome=labels.capital(say_outcome(finding))),
        (
            "ways.way_of_asking",
            "ways.part",
            column("common.difference_unit", "points", unit=local.word(labels.unit_of(finding))),
            "ways.what_to_know",
        ),
        (
            (
                labels.label_contrast(one),
                local.text(f"ways.part.{part(one)}"),
                lift_cell(one.difference),
                "" if one.note is None else local.say(one.note),
            )
            for one in (labels.raw_of(finding), *(control for control in finding.contrasts if control.role != "reference"))
        ),
        _with_widened(local.text("ways.intervals_brackets_only_what", level=finding.level), finding),
    )


def table_hidden(finding: Finding) -> Table | None:
    """What something unmeasured, as strong as each control, would leave of the deciding lift; None where nothing decides."""
    found = finding.robustness
    if found is None or not found.hidden:
        return None
    note = local.text("ways.shares_what_other_controls")
    if found.e_value is not None and found.e_value_limit is not None:
        value, limit = local.number(found.e_value, 2), local.number(found.e_value_limit, 2)
        note = f"{note} {local.text('ways.e_value_near_end', value=value, limit=limit)}"
    return make_table(
        f"hidden.{finding.claim.id}",
        local.text("ways.what_something_unmeasured_would"),
        (
            "ways.as_strong_as",
            ("ways.explains_grouping", "percent", 1),
            ("ways.explains_outcome", "percent", 1),
            ("ways.difference_left", "points"),
        ),
        ((labels.capital(say_control(one.name)), one.exposure_share, one.outcome_share, one.left_pts) for one in found.hidden),
        note,
    )


# The picture of a claim: measured difference, no effect, claimed size, and what halo alone would show


@dataclass(frozen=True, slots=True)
class Row:
    """One contrast as it is drawn: its lift, None where a ratio is not defined, and how that is printed."""

    label: str
    deciding: bool
    band: bool
    lift: Difference | Ratio | None
    printed: str


def plot_claim(finding: Finding) -> Figure:
    """The raw and every other contrast of a finding against two lines: no effect, and the claimed size; the deciding one in colour.

    A ratio whose baseline is too near zero is not drawn; points stand in its place, and the claim is turned into points.
    """
    rows, as_ratio, name = _rows(finding), labels.shown_as_ratio(finding), f"claim.{finding.claim.id}"
    caption = local.text(
        "finding.dots_estimates_bars_intervals",
        claim=finding.claim.statement.say(local.language),
        level=labels.say_level(finding),
        questions=labels.say_questions(finding),
    )
    if finding.metric == "ratio" and not as_ratio:
        caption = f"{caption} {local.text('finding.baseline_too_close_zero')}"
    if not rows:
        return canvas.nothing_to_show(name=name, said=say_finding(finding), caption=caption)
    none, claimed = (1.0, finding.size) if as_ratio else (0.0, labels.claimed_points(finding))
    sides = ("right", "left") if claimed is None or claimed >= none else ("left", "right")
    printed = local.ratio if as_ratio else local.points
    with canvas.drawing(13, 2.6 + 0.95 * len(rows)) as figure:
        axes = figure.subplots()
        canvas.draw_line(axes, none, local.text("finding.no_effect", value=printed(none)), sides[0], -0.62)
        if claimed is not None:
            canvas.draw_line(
                axes, claimed, local.text("common.claimed_value", value=printed(claimed)), sides[1], -0.62, dashed=True
            )
        for place, row in enumerate(rows):
            ink = look_of(finding).colour if row.deciding else canvas.MUTED
            low, high = labels.limits_of(row.lift)
            if row.band and low is not None and high is not None:
                axes.barh(
                    place, high - low, left=low, height=0.42, color=canvas.PAPER, edgecolor=canvas.MUTED, hatch="///", zorder=2
                )
            elif row.lift is not None and low is not None and high is not None:
                canvas.draw_bar(axes, low, high, place, ink, 7 if row.deciding else 3)
                canvas.draw_mark(axes, row.lift.value, place, ink, "D" if row.deciding else "o", 14 if row.deciding else 10)
            canvas.write_beside(axes, row.printed, place, ha="left", fontweight="bold" if row.deciding else "normal")
        named = [local.text("common.gives_the_verdict", contrast=row.label) if row.deciding else row.label for row in rows]
        canvas.dress_rows(axes, [canvas.wrap(label, 28) for label in named], -1.05, [row.deciding for row in rows])
        canvas.write_numbers(axes.xaxis, 1 if as_ratio else 0)
        axes.margins(x=0.12)
        canvas.grid(axes)
        unit = local.word(labels.unit_of(finding))
        axes.set_xlabel(local.text("finding.ratio_baseline") if as_ratio else local.text("common.difference_unit", unit=unit))
        canvas.set_title(axes, say_headline(finding, as_ratio=as_ratio))
        return canvas.finish(figure, name=name, alt=say_claim_figure(finding), caption=caption, charts=[claim_numbers(finding)])


def say_claim_figure(finding: Finding) -> str:
    """The figure in words: the finding's sentence, then each contrast with its interval."""
    return " ".join([say_finding(finding), *(f"{row.label}: {row.printed}." for row in _rows(finding))])


def claim_numbers(finding: Finding) -> Chart:
    """The figure's rows as plain numbers."""
    rows, as_ratio = _rows(finding), labels.shown_as_ratio(finding)
    name = local.text("common.ratio" if as_ratio else "common.difference")
    low, high = zip(*(labels.limits_of(row.lift) for row in rows), strict=True) if rows else ((), ())
    series = Series(name=name, values=tuple(None if row.lift is None else row.lift.value for row in rows), low=low, high=high)
    none, claimed = (1.0, finding.size) if as_ratio else (0.0, labels.claimed_points(finding))
    marks = [Mark(value=none, label=local.text("common.no_effect"))]
    if claimed is not None:
        said = local.text("common.claimed_value", value=(local.ratio if as_ratio else local.points)(claimed))
        marks.append(Mark(value=claimed, label=said, dashed=True))
    unit = local.word(labels.unit_of(finding))
    return Chart(
        kind="dots",
        title=name,
        categories=tuple(row.label for row in rows),
        series=(series,),
        axis=local.text("finding.ratio_baseline") if as_ratio else local.text("common.difference_unit", unit=unit),
        decimals=2 if as_ratio else 1,
        marks=tuple(marks),
        strong=tuple(place for place, row in enumerate(rows) if row.deciding),
        signed=not as_ratio,
    )


def _rows(finding: Finding) -> list[Row]:
    """As the story goes: what a slide shows, what halo alone would show, what is left."""
    found = []
    for one in sorted(
        labels.evidence_contrasts(finding),
        key=lambda one: (one.name not in (labels.RAW, labels.HALO_BAND), one.name == labels.HALO_BAND),
    ):
        lift: Difference | Ratio | None = one.difference
        printed = labels.say_lift(one.difference)
        if labels.shown_as_ratio(finding):
            lift = one.ratio if labels.has_ratio(one) else None
            printed = local.text("finding.ratio_not_defined")
            if lift is not None:
                printed = f"{local.ratio(lift.value)} {local.interval(*labels.limits_of(lift), decimals=2)}"
        label, band = labels.label_level(one, finding), one.name == labels.HALO_BAND
        found.append(Row(label, labels.decides(one, finding), band, lift, printed))
    return found


# The picture of all ways of asking, beside the lift that halo alone would make


def plot_ways(finding: Finding) -> Figure:
    """Every way of asking that has a figure, in points, with the range of what halo alone would show behind the raw one.

    The way that gives the verdict is drawn in its colour; those that rest on own ratings are grey.
    """
    shown, name = _asked(finding), f"ways.{finding.claim.id}"
    caption = local.text(
        "ways.dots_estimates_bars_intervals", claim=finding.claim.statement.say(local.language), level=finding.level
    )
    caption = _with_widened(caption, finding) if labels.is_decided(finding) else caption
    if not shown:
        return canvas.nothing_to_show(name=name, said=local.say(finding.reason), caption=caption)
    band, claimed, unit = (
        labels.find_control(finding, labels.HALO_BAND),
        labels.claimed_points(finding),
        local.word(labels.unit_of(finding)),
    )
    with canvas.drawing(13, 2.0 + 0.58 * len(shown)) as figure:
        axes = figure.subplots()
        if band is not None and band.difference is not None:
            low, high = band.difference.ci_low, band.difference.ci_high
            axes.axvspan(low, high, facecolor="#F1F1F1", edgecolor=canvas.FAINT, hatch="///", linewidth=0.0, zorder=0)
            words = local.text("ways.halo_alone")
            axes.text((low + high) / 2, -0.95, words, ha="center", va="bottom", fontsize=canvas.SMALL_SIZE, color=canvas.MUTED)
        sides = ("left", "right") if claimed is not None and claimed < 0 else ("right", "left")
        canvas.draw_line(axes, 0.0, local.text("common.no_effect"), sides[0], -0.5)
        if claimed is not None:
            canvas.draw_line(axes, claimed, local.text("ways.claimed"), sides[1], -0.5, dashed=True)
        bold = [labels.decides(control, finding) for control, _ in shown]
        for place, ((_, lift), strong) in enumerate(zip(shown, bold, strict=True)):
            ink = look_of(finding).colour if strong else canvas.MUTED
            canvas.draw_bar(axes, *labels.limits_of(lift), place, ink, 7 if strong else 3)
            canvas.draw_mark(axes, lift.value, place, ink, *(("D", 13) if strong else ("o", 9)))
            canvas.write_beside(
                axes, labels.say_lift(lift), place, fontsize=canvas.SMALL_SIZE, fontweight="bold" if strong else "normal"
            )
        canvas.dress_rows(axes, [canvas.wrap(labels.label_contrast(control), 44) for control, _ in shown], -1.5, bold)
        for tick in axes.get_yticklabels():
            tick.set_fontsize(canvas.SMALL_SIZE)
        canvas.write_numbers(axes.xaxis)
        axes.margins(x=0.08)
        canvas.grid(axes)
        axes.set_xlabel(local.text("ways.difference", outcome=labels.capital(say_outcome(finding)), unit=unit))
        canvas.set_title(axes, say_halo_shortly(finding))
        # The figure in words: the story of the halo, then each way with its interval.
        alt = " ".join(
            [say_halo(finding), *(f"{labels.label_contrast(control)}: {labels.say_lift(lift)}." for control, lift in shown)]
        )
        return canvas.finish(figure, name=name, alt=alt, caption=caption, charts=[ways_numbers(finding)])


def ways_numbers(finding: Finding) -> Chart:
    """The same ways as plain numbers, with what they are read against: no effect, the claim, what halo alone would show."""
    shown = _asked(finding)
    band, claimed = labels.find_control(finding, labels.HALO_BAND), labels.claimed_points(finding)
    marks = [Mark(value=0.0, label=local.text("common.no_effect"))]
    if claimed is not None:
        marks.append(Mark(value=claimed, label=local.text("common.claimed_value", value=local.points(claimed)), dashed=True))
    if band is not None and band.difference is not None and band.difference.ci_low is not None:
        marks.append(Mark(value=band.difference.ci_low, until=band.difference.ci_high, label=local.text("ways.halo_alone")))
    return Chart(
        kind="dots",
        title=local.text("common.difference_unit", unit=local.word(labels.unit_of(finding))),
        categories=tuple(labels.label_contrast(control) for control, _ in shown),
        series=(
            Series(
                name=local.text("common.difference"),
                values=tuple(lift.value for _, lift in shown),
                low=tuple(labels.limits_of(lift)[0] for _, lift in shown),  # those of the picture, which are wider where widened
                high=tuple(labels.limits_of(lift)[1] for _, lift in shown),
            ),
        ),
        marks=tuple(marks),
        strong=tuple(place for place, (control, _) in enumerate(shown) if labels.decides(control, finding)),
        signed=True,
    )


def _asked(finding: Finding) -> list[tuple[Contrast, Difference]]:
    """The ways with a figure: the raw one first, the deciding one last, without the check in another unit and the band itself."""
    ways = [one for one in finding.contrasts if one.role != "reference" and one.name not in CHECKS]
    last = labels.deciding_of(finding).name
    listed = sorted([labels.raw_of(finding), *ways], key=lambda one: (one.name != labels.RAW, one.name == last))
    return [(one, one.difference) for one in listed if one.difference is not None]


# The spread of the recommend scores in each group

BANDS = ((0, 6, canvas.DETRACTORS), (7, 8, canvas.PASSIVES), (9, 10, canvas.PROMOTERS))


def plot_scores(groups: Mapping[str, Sequence[int]]) -> Figure:
    """Bars for the answers 0-10, one row a group, with the shares of detractors, passives and promoters in words and colour.

    Args:
        groups: the group's name, in the reader's language -> how many answered 0, 1, ... 10 (eleven counts).
    """
    filled = {label: counts for label, counts in groups.items() if sum(counts) > 0}
    caption = local.text("pyramid.share_answers_0_10", total_n=sum(map(sum, filled.values())))
    if not filled:
        return canvas.nothing_to_show(name="scores", said=local.text("pyramid.no_answers_show"), caption=caption)
    within = {label: [count / sum(counts) for count in counts] for label, counts in filled.items()}
    nps = {label: 100 * (high - low) for label, (low, _, high) in ((label, shares(counts)) for label, counts in filled.items())}
    highest, title = max(map(max, within.values())), local.text("pyramid.answer_0_10")
    with canvas.drawing(13, 1.2 + 2.5 * len(filled)) as figure:
        rows = figure.subplots(len(filled), 1, squeeze=False, sharex=True, sharey=True)[:, 0]
        for axes, (label, counts) in zip(rows, filled.items(), strict=True):
            _draw_answers(axes, within[label], highest, shares(counts))
            answers = local.plural("common.answers_n", sum(counts))
            said = f"{canvas.wrap(label, 20)}\n{local.text('pyramid.nps', value_pts=nps[label])}\n{answers}"
            axes.set_ylabel(said, rotation=0, ha="right", va="center", linespacing=1.35, color=canvas.INK)
        rows[-1].set_xlabel(title)
        by_group = ", ".join(f"{label} {local.points(nps[label])}" for label in filled)
        canvas.set_title(rows[0], local.text("pyramid.nps_by_group", groups=by_group))
        series = tuple(
            Series(name=label, values=tuple(100 * count / sum(counts) for count in counts)) for label, counts in filled.items()
        )
        numbers = Chart(kind="columns", title=title, categories=tuple(map(str, range(11))), series=series, decimals=0)
        return canvas.finish(figure, name="scores", alt=say_scores(filled), caption=caption, charts=[numbers])


def say_scores(groups: Mapping[str, Sequence[int]]) -> str:
    """The shares and the NPS of each group in words."""
    said = []
    for label, counts in groups.items():
        low, middle, high = shares(counts)
        values = {"high_share": round(high, 2), "middle_share": round(middle, 2), "low_share": round(low, 2)}
        total = {"nps_pts": 100 * (high - low), "total_n": sum(counts)}
        said.append(f"{label}: {local.text('pyramid.nps_promoters_passives_detractors', **total, **values)}.")
    return " ".join(said)


def _draw_answers(axes: Axes, within: Sequence[float], highest: float, parts: Sequence[float]) -> None:
    """The bars of one group: shares of the answers, and above them those of detractors, passives and promoters."""
    names = ("pyramid.detractors_0_6", "pyramid.passives_7_8", "pyramid.promoters_9_10")
    for (start, end, colour), code, share in zip(BANDS, names, parts, strict=True):
        middle = (start + end) / 2
        axes.bar(range(start, end + 1), within[start : end + 1], width=0.86, color=colour)
        axes.text(
            middle, highest * 1.42, local.text(code), ha="center", va="bottom", fontsize=canvas.SMALL_SIZE, color=canvas.MUTED
        )
        ink = canvas.INK if colour == canvas.PASSIVES else colour
        axes.text(middle, highest * 1.41, local.percent(share), ha="center", va="top", fontweight="bold", color=ink)
    for score, share in enumerate(within):
        if share:
            above = share + highest * 0.02
            axes.text(score, above, local.percent(share), ha="center", va="bottom", fontsize=11, color=canvas.MUTED)
    for border in (6.5, 8.5):
        axes.axvline(border, color=canvas.MUTED, linewidth=1, linestyle=":")
    axes.set_xticks(range(11))
    axes.set_yticks([])
    axes.set_xlim(-0.6, 10.6)
    axes.set_ylim(0, highest * 1.62)


def shares(counts: Sequence[int]) -> tuple[float, float, float]:
    """Shares of detractors, passives and promoters among eleven counts of the answers 0-10."""
    total = sum(counts)
    low, middle, high = (sum(counts[start : end + 1]) / total for start, end, _ in BANDS)
    return low, middle, high

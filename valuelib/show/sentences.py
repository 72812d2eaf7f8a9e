"""A finding in one plain sentence that a busy reader can repeat aloud."""

from __future__ import annotations

from collections.abc import Sequence

from valuelib.languages import has_text
from valuelib.results import Cell, Column, Contrast, Difference, Finding, Part, Table, Verdict
from valuelib.show.labels import (
    HALO_BAND,
    UNAFFECTED,
    capital,
    claimed_points,
    deciding_of,
    find_control,
    is_decided,
    label_contrast,
    limits_of,
    raw_of,
    say_among,
    shown_as_ratio,
    unit_of,
)
from valuelib.show.localizer import local
from valuelib.show.tables import cell_text, column, interval_cell, make_table

# The sentence and its parts

PER_STEP = ("dose", "slope", "growth")


def say_verdict(verdict: Verdict) -> str:
    """The verdict as the word on its badge."""
    return local.word(verdict)


def say_finding(finding: Finding) -> str:
    """One sentence: the verdict, the deciding lift with its interval and baseline, and what was claimed."""
    lift = deciding_of(finding).difference
    if finding.verdict == "not_testable" or lift is None:
        return f"{_lead(finding)}: {local.say(finding.reason)}"
    return f"{_lead(finding)}: {_say_lift(finding, lift)}{_say_claimed(finding)}."


def say_headline(finding: Finding) -> str:
    """The sentence at its shortest, for a title: the verdict, and the deciding lift without its interval."""
    deciding = deciding_of(finding)
    lift = deciding.difference
    if finding.verdict == "not_testable" or lift is None or deciding.baseline is None or finding.claim.reading.kind in PER_STEP:
        return say_finding(finding)
    comparison, baseline = say_among(finding.claim)
    return local.text(
        "finding.is_higher_than" if lift.value >= 0 else "finding.is_lower_than",
        verdict=_lead(finding),
        size=local.number(abs(lift.value)),
        comparison=comparison,
        baseline=baseline,
        **_common(finding, lift),
    )


def say_evidence_level(finding: Finding) -> str:
    """What kind of evidence the verdict rests on; empty where there was none."""
    if finding.exposure == "peers.cocreation_at_start":
        return local.text("finding.evidence_what_others_account")
    if finding.evidence_level is None:
        return ""
    later = local.text("finding.outcome_measured_after_ratings") if finding.later else ""
    return f"{local.text(f'finding.evidence.{finding.evidence_level}')} {later}".strip()


def say_robustness(finding: Finding) -> str:
    """How strong something unmeasured would have to be to overturn the deciding lift; empty where nothing decides."""
    found = finding.robustness
    if found is None:
        return ""
    said = [
        local.text(
            "finding.something_unmeasured_would_overturn",
            value_share=round(found.value_share, 3),
            limit_share=round(found.limit_share, 3),
        )
        if found.limit_share > 0
        else local.text("finding.something_unmeasured_would_bring", value_share=round(found.value_share, 3))
    ]
    lift = deciding_of(finding).difference
    if found.hidden and lift is not None:
        strongest = max(found.hidden, key=lambda one: abs(lift.value - one.left_pts))
        control = say_control(strongest.name)
        unit = local.word(unit_of(finding))
        said.append(local.text("finding.strong_most_telling_control", control=control, left_pts=strongest.left_pts, unit=unit))
    return " ".join(said)


def say_control(name: str) -> str:
    """What was held equal, in words: a group of ratings, or a column of the client's own."""
    return local.word(name) if name in ("lower_tiers", "colleagues_lower_tiers") else name


def say_halo(finding: Finding) -> str:
    """The raw figure, what halo alone would show in this file, and what is left where a comparison may decide."""
    raw, band = raw_of(finding).difference, find_control(finding, HALO_BAND)
    said = []
    if raw is not None and band is not None and band.difference is not None:
        lift = band.difference
        values = {
            "raw": local.points(raw.value),
            "halo": local.points(lift.value),
            "interval": local.interval(lift.ci_low, lift.ci_high),
        }
        said.append(local.text("finding.raw_comparison_shows_mere", unit=local.word(unit_of(finding)), **values))
    elif raw is not None:
        said.append(local.text("finding.raw_comparison_shows", raw=local.points(raw.value), unit=local.word(unit_of(finding))))
    left = deciding_of(finding).difference
    if is_decided(finding) and left is not None:
        said.append(
            local.text(
                "finding.what_left_equal_lower",
                rung_key=finding.evidence_level,
                left=local.points(left.value),
                interval=local.interval(*limits_of(left)),
            )
        )
        if len(said) > 1 and raw is not None:
            said.append(local.text("finding.three_come_different_comparisons"))
    elif raw is not None:
        said.append(local.text("finding.nothing_data_can_take"))
    return " ".join(said)


def say_halo_shortly(finding: Finding) -> str:
    """The same three figures as a title: raw, halo alone, left."""
    raw, band, left = raw_of(finding).difference, find_control(finding, HALO_BAND), deciding_of(finding).difference
    said = []
    if raw is not None:
        said.append(local.text("finding.raw", raw=local.points(raw.value)))
    if band is not None and band.difference is not None:
        said.append(local.text("finding.halo_alone", halo=local.points(band.difference.value)))
    if is_decided(finding) and left is not None:
        said.append(local.text("finding.left", left=local.points(left.value)))
    return ", ".join(said)


def say_check(finding: Finding) -> str:
    """That the check on an outcome which value cannot move has failed; empty where it has not, or was not possible."""
    check = find_control(finding, UNAFFECTED)
    if check is None or check.note is None or check.note.code != "note.other_outcome_moves" or check.difference is None:
        return ""
    lift = check.difference
    return local.text(
        "finding.check_failed_between_same", lift=local.points(lift.value), interval=local.interval(lift.ci_low, lift.ci_high)
    )


def say_why(finding: Finding) -> str:
    """Why an undecided finding is undecided; of any other verdict, the reason it carries."""
    if finding.undecided_why == "precision":
        return local.text("finding.too_few_answers_tell")
    return local.say(finding.reason)


def say_detectable(finding: Finding) -> str:
    """How large a difference these answers could show, and how many would settle the claim; empty where neither helps."""
    said = []
    if finding.detectable_points is not None and finding.undecided_why != "design":
        said.append(local.text(f"finding.detectable.{unit_of(finding)}", size=local.number(finding.detectable_points)))
    if finding.respondents_needed is not None:
        groups = () if finding.raw is None else (finding.raw.comparison, finding.raw.baseline)
        now = sum(group.n for group in groups if group is not None)
        said.append(local.text("finding.settle_you_need_about", needed_n=finding.respondents_needed, now_n=now))
    return " ".join(said)


def say_outcome(finding: Finding) -> str:
    """The outcome's name, such as "NPS" or "repurchase share"."""
    return local.word(finding.outcome) if finding.outcome else local.text("finding.the_outcome")


def _lead(finding: Finding) -> str:
    if finding.verdict == "rejected" and finding.opposite:
        return local.text("finding.rejected_difference_points_other")
    word = say_verdict(finding.verdict)
    if is_decided(finding) and finding.evidence_level == "peers":
        return local.text("finding.by_colleagues_ratings", verdict=word)
    if is_decided(finding) and finding.evidence_level == "other_rater":
        return local.text("finding.another_rater_view", verdict=word)
    if finding.verdict != "undecided" or is_decided(finding):
        return word
    if finding.evidence_level == "direction":
        return local.text("finding.own_ratings_only", verdict=word)
    return local.text("finding.raw_comparison_only", verdict=word)


def _say_lift(finding: Finding, lift: Difference) -> str:
    deciding = deciding_of(finding)
    if finding.claim.reading.kind in PER_STEP:
        return local.text(f"finding.per_step.{finding.claim.reading.kind}", **_common(finding, lift))
    if deciding.comparison is None or deciding.baseline is None:
        return local.text("finding.association_interval", **_common(finding, lift))
    return _say_groups(finding, lift, deciding)


def _say_groups(finding: Finding, lift: Difference, deciding: Contrast) -> str:
    comparison, baseline = say_among(finding.claim)
    start = deciding.baseline.value if deciding.baseline else None
    return local.text(
        "finding.higher_than_baseline_interval" if lift.value >= 0 else "finding.lower_than_baseline_interval",
        size=local.number(abs(lift.value)),
        comparison=comparison,
        baseline=baseline,
        start=local.number(start),
        **_common(finding, lift),
    )


def _common(finding: Finding, lift: Difference) -> dict[str, str]:
    outcome = finding.outcome or ""
    return {
        "outcome": local.text(code) if has_text(code := f"finding.outcome.{outcome}") else say_outcome(finding),
        "lift": local.points(lift.value),
        "unit": local.word(unit_of(finding)),
        "confidence": local.percent(finding.level),
        "interval": local.interval(*limits_of(lift)),
    }


def _say_claimed(finding: Finding) -> str:
    if finding.size is None:
        return ""
    if finding.metric == "points":
        return local.text("finding.the_claim_says", size_pts=finding.size)
    if shown_as_ratio(finding):
        ratio = deciding_of(finding).ratio
        if ratio is None:
            return ""
        interval = local.interval(*limits_of(ratio), decimals=2)
        return local.text("finding.ratio_claimed", value_ratio=ratio.value, interval=interval, size_ratio=finding.size)
    points = claimed_points(finding)
    if points is None:
        return local.text("finding.ratio_cannot_given")
    unit = local.word(unit_of(finding))
    return local.text("finding.ratio_cannot_given_claimed", size_ratio=finding.size, points_pts=points, unit=unit)


def name_contrast(control: Contrast, *, deciding: bool) -> str:
    """The contrast as the name of a row, told apart where it gives the verdict."""
    name = label_contrast(control)
    return local.text("common.gives_the_verdict", contrast=name) if deciding else name


# The parts of a claim about directions as rows: what each one is, its effect, and whether it holds.


def part_columns(finding: Finding) -> tuple[Column, ...]:
    """Headers of `part_rows`."""
    return (
        column("parts.part_claim"),
        column("common.effect", "effect"),
        column("common.interval", "interval", 2, level=finding.level),
        column("parts.per_what"),
        column("parts.as_claimed"),
    )


def part_rows(finding: Finding) -> list[tuple[Cell, ...]]:
    """One row a part, in the claim's order."""
    return [
        (
            Cell(capital(local.word(part.name))),
            Cell(part.lift.value),
            interval_cell(part.lift),
            Cell(local.word(part.unit_key)),
            Cell(local.word(f"holds_{part.holds}")),
        )
        for part in finding.parts
    ]


def table_parts(finding: Finding, caption: str) -> Table:
    """The parts as a table of their own, with how many answers and accounts carry each and what size would have shown."""
    return make_table(
        name=f"parts.{finding.claim.id}",
        caption=caption,
        columns=(
            *part_columns(finding),
            column("parts.would_show_from", "number", 2),
            column("common.answers", "count"),
            column("common.accounts", "count"),
        ),
        rows=((*row, part.detectable, part.n, part.accounts) for row, part in zip(part_rows(finding), finding.parts, strict=True)),
        note=local.text("parts.claim_several_parts_holds"),
    )


def shown_parts_cell(parts: Sequence[Part]) -> Cell:
    """How many parts are shown, of how many."""
    return Cell(sum(part.holds == "shown" for part in parts), of=len(parts), words="parts.of_parts_shown")


def say_shown_parts(parts: Sequence[Part]) -> str:
    """The same in words: "2 of 3 parts shown"."""
    return cell_text(shown_parts_cell(parts), Column("", "count"))

"""A finding in one plain sentence that a busy reader can repeat aloud."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import get_args

from valuelib.languages import has_text
from valuelib.results import Cell, Column, Contrast, Difference, Finding, Part, ShareOfClaim, Table, Verdict
from valuelib.show import labels
from valuelib.show.canvas import VERDICT_LOOKS, Look
from valuelib.show.localizer import local
from valuelib.show.tables import ANSWER_COLUMNS, cell_text, column, interval_cell, make_table
from valuelib.theory.reading import DESIGNS


def say_verdict(finding: Finding) -> str:
    """The verdict as the word on its badge."""
    return name_verdict(finding.verdict, sized=finding.claim.reading.size is not None)


def name_verdict(verdict: Verdict, *, sized: bool = True) -> str:
    """What a verdict is called, of a claim of a size or of one without."""
    return local.word(key_of_verdict(verdict, sized=sized))


def key_of_verdict(verdict: Verdict, *, sized: bool) -> Verdict:
    """The key of a verdict's word: a claim without a size holds where it is shown, and cannot be exceeded."""
    return verdict if sized or verdict != "supported" else "consistent"


def look_of(finding: Finding) -> Look:
    """The colour and sign that stand beside the verdict's word."""
    return VERDICT_LOOKS[key_of_verdict(finding.verdict, sized=finding.claim.reading.size is not None)]


def count_verdicts(findings: Iterable[Finding]) -> Mapping[str, int]:
    """How many findings have each verdict, by its word, best first."""
    ordered = sorted(findings, key=lambda one: get_args(Verdict).index(one.verdict))
    return Counter(map(say_verdict, ordered))


PER_STEP = ("dose", "slope", "growth")


def say_finding(finding: Finding) -> str:
    """One sentence: the verdict, the deciding lift with its interval and baseline, and what was claimed."""
    deciding, kind = labels.deciding_of(finding), finding.claim.reading.kind
    lift = deciding.difference
    if finding.verdict == "not_testable" or lift is None:
        return f"{_lead(finding)}: {local.say(finding.reason)}"
    if (both := _say_both(finding, lift)) is not None:
        return f"{both}{_say_claimed(finding)}."
    if kind in PER_STEP:
        side = "higher" if lift.value >= 0 else "lower"
        said = local.text(f"finding.per_step.{kind}.{side}", size=local.number(abs(lift.value)), **_values(finding, lift))
    elif deciding.comparison is None or deciding.baseline is None:
        said = local.text("finding.association_interval", **_values(finding, lift))
    else:
        code = "finding.higher_than_baseline_interval" if lift.value >= 0 else "finding.lower_than_baseline_interval"
        said = local.text(code, start=local.number(deciding.baseline.value), **_among(finding, lift))
    return f"{_lead(finding)}: {said}{_say_claimed(finding)}."


def say_headline(finding: Finding, *, as_ratio: bool = False) -> str:
    """The sentence at its shortest, for a title: the verdict, and the deciding lift or ratio without its interval."""
    deciding = labels.deciding_of(finding)
    lift = deciding.difference
    if finding.verdict == "not_testable" or lift is None or deciding.baseline is None or finding.claim.reading.kind in PER_STEP:
        return say_finding(finding)
    if (both := _say_both(finding, lift, "finding.both_figures")) is not None:
        return both
    if as_ratio and labels.has_ratio(deciding) and deciding.ratio is not None:
        ratio = local.ratio(deciding.ratio.value)
        return local.text("finding.is_times_as_high", verdict=_lead(finding), ratio=ratio, **_among(finding, lift))
    code = "finding.is_higher_than" if lift.value >= 0 else "finding.is_lower_than"
    return local.text(code, verdict=_lead(finding), **_among(finding, lift))


def _say_both(finding: Finding, net: Difference, code: str | None = None) -> str | None:
    """Total and net figure where they contradict each other, or differ beyond chance where no ratio could be given."""
    total, link = finding.total.difference if finding.total is not None else None, finding.link
    conflict = finding.reason_code == "conflict"
    if total is None or link is None:
        return None
    if not (conflict or (finding.undecided_why == "gate" and not link.gap.ci_low < 0 < link.gap.ci_high)):
        return None
    values = {"total": local.points(total.value), "net": local.points(net.value), **_values(finding, net)}
    return f"{_lead(finding)}: {local.text(code or ('finding.conflict' if conflict else 'finding.total_and_net'), **values)}"


DECIDED = {"peers": "finding.by_colleagues_ratings", "other_rater": "finding.another_rater_view"}


def _lead(finding: Finding) -> str:
    """The verdict, with what must be read beside it: whose ratings it rests on, or that nothing could decide."""
    if finding.verdict == "rejected" and finding.opposite:
        return local.text("finding.rejected_difference_points_other")
    level, code = finding.evidence_level, ""
    if labels.is_decided(finding):
        code = DECIDED.get(str(level), "")
    elif finding.verdict == "undecided":
        code = "finding.own_ratings_only" if level == "direction" else "finding.raw_comparison_only"
    word = say_verdict(finding)
    return local.text(code, verdict=word) if code else word


def _values(finding: Finding, lift: Difference) -> dict[str, str]:
    return {
        "outcome": labels.name_outcome(finding.outcome, finding.outcome_kind) if finding.outcome else say_outcome(finding),
        "lift": local.points(lift.value),
        "unit": local.word(labels.unit_of(finding)),
        "confidence": labels.say_level(finding),
        "interval": f"{local.interval(*labels.limits_of(lift))}{labels.say_questions(finding)}",
    }


def _among(finding: Finding, lift: Difference) -> dict[str, str]:
    comparison, baseline = labels.say_among(finding.claim, finding.evidence_level)
    size = local.number(abs(lift.value))
    return {"size": size, "comparison": comparison, "baseline": baseline, **_values(finding, lift)}


def _say_claimed(finding: Finding) -> str:
    """What was claimed, on the scale on which the finding is read; of two groups without a size, which of them is higher."""
    if finding.size is None:
        side = "lower" if finding.claim.reading.says_lower else "higher"
        return local.text(f"finding.claim_says_{side}") if finding.claim.reading.sets_groups else ""
    if finding.metric == "points":
        return local.text("finding.the_claim_says", size_pts=finding.size)
    ratio, points = labels.deciding_of(finding).ratio, labels.claimed_points(finding)
    if labels.shown_as_ratio(finding) and ratio is not None:
        interval = local.interval(*labels.limits_of(ratio), decimals=2)
        return local.text("finding.ratio_claimed", value_ratio=ratio.value, interval=interval, size_ratio=finding.size)
    if points is None:
        return local.text("finding.ratio_cannot_given")
    unit = local.word(labels.unit_of(finding))
    return local.text("finding.ratio_cannot_given_claimed", size_ratio=finding.size, points_pts=points, unit=unit)


def say_evidence_level(finding: Finding) -> str:
    """What kind of evidence the verdict rests on; empty where there was none."""
    if finding.exposure == "peers.cocreation_at_start":
        return local.text("finding.evidence_what_others_account")
    if has_text(code := f"finding.evidence_{finding.exposure}"):
        return local.text(code)
    if finding.evidence_level is None:
        return ""
    later = local.text("finding.outcome_measured_after_ratings") if finding.later else ""
    return f"{local.text(f'finding.evidence.{finding.evidence_level}')} {later}".strip()


def say_robustness(finding: Finding) -> str:
    """How strong something unmeasured would have to be to overturn the deciding lift; empty where nothing decides."""
    found, lift = finding.robustness, labels.deciding_of(finding).difference
    if found is None:
        return ""
    shares = {"value_share": round(found.value_share, 3), "limit_share": round(found.limit_share, 3)}
    overturned = found.limit_share > 0
    said = [
        local.text(
            "finding.something_unmeasured_would_overturn" if overturned else "finding.something_unmeasured_would_bring", **shares
        )
    ]
    if found.hidden and lift is not None:
        strongest = max(found.hidden, key=lambda one: abs(lift.value - one.left_pts))
        control, unit = say_control(strongest.name), local.word(labels.unit_of(finding))
        said.append(local.text("finding.strong_most_telling_control", control=control, left_pts=strongest.left_pts, unit=unit))
    return " ".join(said)


def say_control(name: str) -> str:
    """What was held equal, in words: a group of ratings, or a column of the client's own."""
    return local.word(name) if name in ("lower_tiers", "colleagues_lower_tiers") else name


def say_halo(finding: Finding) -> str:
    """The raw figure, what halo alone would show in this file, and what is left where a comparison may decide."""
    raw, band = labels.raw_of(finding).difference, labels.find_control(finding, labels.HALO_BAND)
    alone, left = band.difference if band is not None else None, labels.deciding_of(finding).difference
    said = []
    if raw is not None:
        values = {"raw": local.points(raw.value), "unit": local.word(labels.unit_of(finding))}
        if alone is None:
            said.append(local.text("finding.raw_comparison_shows", **values))
        else:
            values |= {"halo": local.points(alone.value), "interval": local.interval(alone.ci_low, alone.ci_high)}
            said.append(local.text("finding.raw_comparison_shows_mere", **values))
    if labels.is_decided(finding) and left is not None:
        values = {"left": local.points(left.value), "interval": local.interval(*labels.limits_of(left))}
        if finding.evidence_level in DESIGNS:
            said.append(local.text(f"finding.what_left.{finding.evidence_level}", **values))
        else:
            said.append(local.text("finding.what_left_equal_lower", rung_key=finding.evidence_level, **values))
        if raw is not None:
            said.append(local.text("finding.three_come_different_comparisons"))
    elif raw is not None:
        said.append(local.text("finding.nothing_data_can_take"))
    return " ".join(said)


def say_halo_shortly(finding: Finding) -> str:
    """The same figures as a title: what decides first, then the raw comparison against what halo alone would show."""
    raw, band, decided = (
        labels.raw_of(finding).difference,
        labels.find_control(finding, labels.HALO_BAND),
        labels.deciding_of(finding).difference,
    )
    halo = None if band is None else band.difference
    said = []
    if labels.is_decided(finding) and decided is not None:
        said.append(local.text(f"finding.shortly.{finding.evidence_level}", size=local.points(decided.value)))
    if raw is not None and halo is not None:
        code = "finding.shortly.within_halo" if 0 <= raw.value <= halo.value else "finding.shortly.beside_halo"
        said.append(local.text(code, raw=local.points(raw.value), halo=local.points(halo.value)))
    elif raw is not None:
        said.append(local.text("finding.shortly.raw", raw=local.points(raw.value)))
    return labels.capital("; ".join(said))


def say_check(finding: Finding) -> str:
    """That the check on an outcome which value cannot move has failed; empty where it has not, or was not possible."""
    check = labels.find_control(finding, labels.UNAFFECTED)
    if check is None or check.note is None or check.note.code != "note.other_outcome_moves" or check.difference is None:
        return ""
    lift = check.difference
    interval = local.interval(lift.ci_low, lift.ci_high)
    return local.text("finding.check_failed_between_same", lift=local.points(lift.value), interval=interval)


def say_why(finding: Finding) -> str:
    """Why an undecided finding is undecided; of any other verdict, the reason it carries."""
    told = finding.reason.code.startswith("reason.thin.") or finding.reason.code.endswith(".necessity")
    if finding.undecided_why == "precision" and not told:
        return local.text("finding.too_few_answers_tell")
    return local.say(finding.reason)


def say_detectable(finding: Finding) -> str:
    """How large a difference these answers could show, and how many would settle the claim; empty where neither helps."""
    said = []
    if finding.detectable_points is not None and finding.undecided_why != "design":
        said.append(local.text(f"finding.detectable.{labels.unit_of(finding)}", size=local.number(finding.detectable_points)))
    if finding.respondents_needed is not None:
        groups = () if finding.raw is None else (finding.raw.comparison, finding.raw.baseline)
        now = sum(group.n for group in groups if group is not None)
        said.append(local.text("finding.settle_you_need_about", needed_n=finding.respondents_needed, now_n=now))
    return " ".join(said)


def say_link(finding: Finding) -> str:
    """Why the total and the net figure differ: how the groups rate the lower tiers, and who lacks these ratings."""
    link = finding.link
    if link is None:
        return ""
    basics, unit = link.basics_difference, local.word(labels.unit_of(finding))
    said = local.text(
        "finding.link.higher" if basics.value >= 0 else "finding.link.lower",
        basics=local.number(abs(basics.value), 2),
        interval=local.interval(*basics.interval, decimals=2),
        moved=local.points(-link.moved),
        unit=unit,
    )
    groups = (link.dropped.comparison, link.dropped.baseline)
    if not (dropped := sum(one.n for one in groups)):
        return said
    told = [
        f"{label} {group.n}" + ("" if group.value is None else f" ({say_outcome(finding)} {local.number(group.value)})")
        for label, group in zip(labels.label_groups(finding.claim), groups, strict=True)
    ]
    return f"{said} {local.plural('finding.link.dropped', dropped, groups='; '.join(told))}"


def say_claim_share(finding: Finding) -> str:
    """The lift as a share of the claimed one, net and in total, with the chance that it reaches the claim or half of it."""
    shares = finding.claim_share
    if shares is None or shares.net is None:
        return ""

    def said(code: str, one: ShareOfClaim) -> str:
        claim, half = (local.percent(chance) for chance in (one.chance_full, one.chance_half))
        interval = local.interval(one.ci_low, one.ci_high, decimals=2)
        return local.text(f"finding.claim_share.{code}", interval=interval, claim=claim, half=half)

    if finding.evidence_level in DESIGNS:
        return said("alone", shares.net)
    total = "" if shares.total is None else said("total", shares.total)
    return f"{said('net', shares.net)} {total}".strip()


def say_outcome(finding: Finding) -> str:
    """The outcome's name, such as "NPS" or "repurchase share"."""
    if finding.outcome is None:
        return local.text("finding.the_outcome")
    kind = f"{finding.outcome}_{finding.outcome_kind}"
    return local.word(kind if has_text(f"word.{kind}") else finding.outcome)


def interval_column(finding: Finding, decimals: int | None = None) -> Column:
    """The column of the intervals that are shown, headed by their own level."""
    heading = local.text("common.interval", level=labels.say_level(finding))
    return Column(f"{heading}{labels.say_questions(finding)}", "interval", decimals)


def say_widened(finding: Finding) -> str:
    """That the deciding interval has a level of its own, and why; empty where it has that of the others."""
    level, questions = labels.say_level(finding), labels.say_questions(finding)
    return local.text("finding.interval_widened_holds_all", level=level, questions=questions) if questions else ""


def name_contrast(control: Contrast, finding: Finding) -> str:
    """The contrast as the name of a row, told apart where it gives the verdict."""
    name = labels.label_level(control, finding)
    return local.text("common.gives_the_verdict", contrast=name) if labels.decides(control, finding) else name


# The parts of a claim about directions as rows: what each one is, its effect, and whether it holds.


def part_columns(finding: Finding) -> tuple[Column, ...]:
    """Headers of `part_rows`."""
    effect, what = column("common.effect", "effect"), column("parts.per_what")
    return column("parts.part_claim"), effect, interval_column(finding, 2), what, column("parts.as_claimed")


def part_rows(finding: Finding) -> list[tuple[Cell, ...]]:
    """One row a part, in the claim's order."""
    return [
        (
            Cell(labels.capital(local.word(part.name))),
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
        f"parts.{finding.claim.id}",
        caption,
        (*part_columns(finding), ("parts.would_show_from", "number", 2), *ANSWER_COLUMNS),
        ((*row, part.detectable, part.n, part.accounts) for row, part in zip(part_rows(finding), finding.parts, strict=True)),
        local.text("parts.claim_several_parts_holds"),
    )


def shown_parts_cell(parts: Sequence[Part]) -> Cell:
    """How many parts are shown, of how many."""
    return Cell(sum(part.holds == "shown" for part in parts), of=len(parts), words="parts.of_parts_shown")


def say_shown_parts(parts: Sequence[Part]) -> str:
    """The same in words: "2 of 3 parts shown"."""
    return cell_text(shown_parts_cell(parts), Column("", "count"))

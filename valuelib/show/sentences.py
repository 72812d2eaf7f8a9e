"""What does a finding say, in one plain sentence that a busy reader can repeat aloud?"""

from __future__ import annotations

from valuelib.languages import has_text
from valuelib.records import Control, Finding, LiftPoints, Verdict
from valuelib.show.evidence import (
    HALO_BAND,
    UNAFFECTED,
    claimed_points,
    deciding_of,
    find_control,
    is_decided,
    limits_of,
    shown_as_ratio,
    unit_of,
)
from valuelib.show.labels import say_among
from valuelib.show.language import Speech
from valuelib.theory import Claim

PER_STEP = ("dose", "slope", "growth")


def say_verdict(verdict: Verdict, speech: Speech) -> str:
    """The verdict as the word on its badge."""
    return speech.word(verdict)


def say_finding(finding: Finding, claim: Claim, speech: Speech) -> str:
    """One sentence: the verdict, the deciding lift with its interval and baseline, and what was claimed."""
    lift = deciding_of(finding).lift_points
    if finding.verdict == "not_testable" or lift is None:
        return f"{_lead(finding, speech)}: {speech.say(finding.reason)}"
    return f"{_lead(finding, speech)}: {_say_lift(finding, lift, claim, speech)}{_say_claimed(finding, speech)}."


def say_headline(finding: Finding, claim: Claim, speech: Speech) -> str:
    """The sentence at its shortest, for a title: the verdict, and the deciding lift without its interval."""
    deciding = deciding_of(finding)
    lift = deciding.lift_points
    if finding.verdict == "not_testable" or lift is None or deciding.baseline is None or claim.reading.kind in PER_STEP:
        return say_finding(finding, claim, speech)
    comparison, baseline = say_among(claim, speech)
    return speech.text(
        "finding.is_higher_than" if lift.value >= 0 else "finding.is_lower_than",
        verdict=_lead(finding, speech),
        size=speech.number(abs(lift.value)),
        comparison=comparison,
        baseline=baseline,
        **_common(finding, lift, speech),
    )


def say_rung(finding: Finding, speech: Speech) -> str:
    """What kind of evidence the verdict rests on; empty where there was none."""
    if finding.exposure == "peers.cocreation_at_start":
        return speech.text("finding.evidence_what_others_account")
    if finding.rung is None:
        return ""
    later = speech.text("finding.outcome_measured_after_ratings") if finding.later else ""
    return f"{speech.text(f'finding.evidence.{finding.rung}')} {later}".strip()


def say_robustness(finding: Finding, speech: Speech) -> str:
    """How strong something unmeasured would have to be to overturn the deciding lift; empty where nothing decides."""
    found = finding.robustness
    if found is None:
        return ""
    said = [
        speech.text(
            "finding.something_unmeasured_would_overturn",
            value_share=round(found.value_share, 3),
            limit_share=round(found.limit_share, 3),
        )
        if found.limit_share > 0
        else speech.text("finding.something_unmeasured_would_bring", value_share=round(found.value_share, 3))
    ]
    lift = deciding_of(finding).lift_points
    if found.hidden and lift is not None:
        strongest = max(found.hidden, key=lambda one: abs(lift.value - one.left_pts))
        control = say_control(strongest.name, speech)
        unit = speech.word(unit_of(finding))
        said.append(speech.text("finding.strong_most_telling_control", control=control, left_pts=strongest.left_pts, unit=unit))
    return " ".join(said)


def say_control(name: str, speech: Speech) -> str:
    """What was held equal, in words: a group of ratings, or a column of the client's own."""
    return speech.word(name) if name in ("lower_tiers", "colleagues_lower_tiers") else name


def say_halo(finding: Finding, speech: Speech) -> str:
    """The raw figure, what halo alone would show in this file, and what is left where a comparison may decide."""
    raw, band = finding.lift_points, find_control(finding, HALO_BAND)
    said = []
    if raw is not None and band is not None and band.lift_points is not None:
        lift = band.lift_points
        values = {"raw": speech.points(raw.value), "halo": speech.points(lift.value), "interval": _range(lift, speech)}
        said.append(speech.text("finding.raw_comparison_shows_mere", unit=speech.word(unit_of(finding)), **values))
    elif raw is not None:
        said.append(speech.text("finding.raw_comparison_shows", raw=speech.points(raw.value), unit=speech.word(unit_of(finding))))
    left = deciding_of(finding).lift_points
    if is_decided(finding) and left is not None:
        said.append(
            speech.text(
                "finding.what_left_equal_lower",
                rung_key=finding.rung,
                left=speech.points(left.value),
                interval=speech.interval(*limits_of(left)),
            )
        )
        if len(said) > 1 and raw is not None:
            said.append(speech.text("finding.three_come_different_comparisons"))
    elif raw is not None:
        said.append(speech.text("finding.nothing_data_can_take"))
    return " ".join(said)


def say_halo_shortly(finding: Finding, speech: Speech) -> str:
    """The same three figures as a title: raw, halo alone, left."""
    raw, band, left = finding.lift_points, find_control(finding, HALO_BAND), deciding_of(finding).lift_points
    said = []
    if raw is not None:
        said.append(speech.text("finding.raw", raw=speech.points(raw.value)))
    if band is not None and band.lift_points is not None:
        said.append(speech.text("finding.halo_alone", halo=speech.points(band.lift_points.value)))
    if is_decided(finding) and left is not None:
        said.append(speech.text("finding.left", left=speech.points(left.value)))
    return ", ".join(said)


def say_check(finding: Finding, speech: Speech) -> str:
    """That the check on an outcome which value cannot move has failed; empty where it has not, or was not possible."""
    check = find_control(finding, UNAFFECTED)
    if check is None or check.note is None or check.note.code != "note.other_outcome_moves" or check.lift_points is None:
        return ""
    lift = check.lift_points
    return speech.text(
        "finding.check_failed_between_same", lift=speech.points(lift.value), interval=speech.interval(lift.ci_low, lift.ci_high)
    )


def _range(lift: LiftPoints, speech: Speech) -> str:
    return speech.interval(lift.ci_low, lift.ci_high)


def say_why(finding: Finding, speech: Speech) -> str:
    """Why an undecided finding is undecided; of any other verdict, the reason it carries."""
    if finding.undecided_why == "precision":
        return speech.text("finding.too_few_answers_tell")
    return speech.say(finding.reason)


def say_detectable(finding: Finding, speech: Speech) -> str:
    """How large a difference these answers could show, and how many would settle the claim; empty where neither helps."""
    said = []
    if finding.detectable_points is not None and finding.undecided_why != "design":
        said.append(speech.text(f"finding.detectable.{unit_of(finding)}", size=speech.number(finding.detectable_points)))
    if finding.respondents_needed is not None:
        groups = (finding.comparison, finding.baseline)
        now = sum(group.n for group in groups if group is not None)
        said.append(speech.text("finding.settle_you_need_about", needed_n=finding.respondents_needed, now_n=now))
    return " ".join(said)


def say_outcome(finding: Finding, speech: Speech) -> str:
    """The outcome's name, such as "NPS" or "repurchase share"."""
    return speech.word(finding.outcome) if finding.outcome else speech.text("finding.the_outcome")


def _lead(finding: Finding, speech: Speech) -> str:
    if finding.verdict == "rejected" and finding.opposite:
        return speech.text("finding.rejected_difference_points_other")
    word = say_verdict(finding.verdict, speech)
    if is_decided(finding) and finding.rung == "peers":
        return speech.text("finding.by_colleagues_ratings", verdict=word)
    if is_decided(finding) and finding.rung == "other_rater":
        return speech.text("finding.another_rater_view", verdict=word)
    if finding.verdict != "undecided" or is_decided(finding):
        return word
    if finding.rung == "direction":
        return speech.text("finding.own_ratings_only", verdict=word)
    return speech.text("finding.raw_comparison_only", verdict=word)


def _say_lift(finding: Finding, lift: LiftPoints, claim: Claim, speech: Speech) -> str:
    deciding = deciding_of(finding)
    if claim.reading.kind in PER_STEP:
        return speech.text(f"finding.per_step.{claim.reading.kind}", **_common(finding, lift, speech))
    if deciding.comparison is None or deciding.baseline is None:
        return speech.text("finding.association_interval", **_common(finding, lift, speech))
    return _say_groups(finding, lift, deciding, claim, speech)


def _say_groups(finding: Finding, lift: LiftPoints, deciding: Control, claim: Claim, speech: Speech) -> str:
    comparison, baseline = say_among(claim, speech)
    start = deciding.baseline.value if deciding.baseline else None
    return speech.text(
        "finding.higher_than_baseline_interval" if lift.value >= 0 else "finding.lower_than_baseline_interval",
        size=speech.number(abs(lift.value)),
        comparison=comparison,
        baseline=baseline,
        start=speech.number(start),
        **_common(finding, lift, speech),
    )


def _common(finding: Finding, lift: LiftPoints, speech: Speech) -> dict[str, str]:
    outcome = finding.outcome or ""
    return {
        "outcome": speech.text(code) if has_text(code := f"finding.outcome.{outcome}") else say_outcome(finding, speech),
        "lift": speech.points(lift.value),
        "unit": speech.word(unit_of(finding)),
        "confidence": speech.percent(finding.level),
        "interval": speech.interval(*limits_of(lift)),
    }


def _say_claimed(finding: Finding, speech: Speech) -> str:
    if finding.size is None:
        return ""
    if finding.metric == "points":
        return speech.text("finding.the_claim_says", size_pts=finding.size)
    if shown_as_ratio(finding):
        return _say_ratio(finding, finding.size, speech)
    points = claimed_points(finding)
    if points is None:
        return speech.text("finding.ratio_cannot_given")
    unit = speech.word(unit_of(finding))
    return speech.text("finding.ratio_cannot_given_claimed", size_ratio=finding.size, points_pts=points, unit=unit)


def _say_ratio(finding: Finding, size: float, speech: Speech) -> str:
    ratio = deciding_of(finding).lift_ratio
    if ratio is None:
        return ""
    interval = speech.interval(*limits_of(ratio), decimals=2)
    return speech.text("finding.ratio_claimed", value_ratio=ratio.value, interval=interval, size_ratio=size)

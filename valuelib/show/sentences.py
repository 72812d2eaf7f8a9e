"""What does a finding say, in one plain sentence that a busy reader can repeat aloud?"""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.records import Control, Finding, LiftPoints, Rung, Verdict
from valuelib.show.evidence import (
    HALO_BAND,
    UNAFFECTED,
    UnitWord,
    claimed_points,
    deciding_of,
    find_control,
    is_decided,
    limits_of,
    shown_as_ratio,
    unit_of,
)
from valuelib.show.labels import UNITS, say_among
from valuelib.show.language import Speech
from valuelib.show.mark import mark
from valuelib.show.words import VERDICTS
from valuelib.theory import Claim

HIGHER = mark(
    "%(outcome)s is %(size)s %(unit)s higher %(comparison)s than %(baseline)s (baseline %(start)s; %(confidence)s "
    "interval of the difference %(interval)s)"
)
LOWER = mark(
    "%(outcome)s is %(size)s %(unit)s lower %(comparison)s than %(baseline)s (baseline %(start)s; %(confidence)s "
    "interval of the difference %(interval)s)"
)
HIGHER_SHORT = mark("%(verdict)s: %(outcome)s is %(size)s %(unit)s higher %(comparison)s than %(baseline)s")
LOWER_SHORT = mark("%(verdict)s: %(outcome)s is %(size)s %(unit)s lower %(comparison)s than %(baseline)s")
PER_STEP: Mapping[str, str] = {
    "dose": mark(
        "%(outcome)s changes by %(lift)s %(unit)s with each further higher-tier element (%(confidence)s interval %(interval)s)"
    ),
    "slope": mark(
        "%(outcome)s changes by %(lift)s %(unit)s with each further point on the 0–10 scale (%(confidence)s interval %(interval)s)"
    ),
    "growth": mark(
        "%(outcome)s changes by %(lift)s %(unit)s from one survey wave to the next (%(confidence)s interval %(interval)s)"
    ),
}
OUTCOMES: Mapping[str, str] = {
    "repurchase": mark("the repurchase share"),
    "expansion": mark("the share intending to buy more"),
    "share_of_purchases": mark("the provider's share of purchases"),
}
ASSOCIATION = mark("the association with “%(outcome)s” is %(lift)s (%(confidence)s interval %(interval)s)")

RUNGS: Mapping[Rung, str] = {
    "audited": mark(
        "Evidence: what was bought, as the provider's records tell it, with the respondent's own lower-tier ratings held "
        "equal. This assumes that ratings capture lower-tier quality as far as it drives loyalty; buyers were not "
        "assigned."
    ),
    "other_rater": mark(
        "Evidence: what someone other than the respondent says, the provider or its people, so that no liking of the respondent "
        "is in "
        "it. Whoever rates may rate good accounts well for reasons of their own."
    ),
    "peers": mark(
        "Evidence: ratings by the respondent's colleagues in the same account, with theirs and the respondent's own "
        "lower-tier ratings held equal. This measure makes effects look smaller than they are."
    ),
    "direction": mark(
        "Evidence: the respondents' own ratings with lower-tier ratings held equal. They show the direction at most, not the size."
    ),
    "descriptive": mark(
        "Evidence: a raw comparison of the respondents' own ratings, the figure a slide would show. A generally good "
        "impression alone can make such a difference."
    ),
}
AT_START = mark(
    "Evidence: what others of the account said of co-creation at the first survey, before the growth that it is set against. This "
    "measure makes effects look smaller than they are."
)
ROBUSTNESS = mark(
    "Something unmeasured would overturn the lift if it explained %(value_share)s of what is left of both the grouping and "
    "the outcome, and would put it in doubt at %(limit_share)s."
)
ROBUSTNESS_IN_DOUBT = mark(
    "Something unmeasured would bring the lift to zero if it explained %(value_share)s of what is left of both the grouping "
    "and the outcome; the interval reaches zero already."
)
RAW_AND_HALO = mark(
    "The raw comparison shows %(raw)s %(unit)s; a mere liking of the provider, which colours every rating (halo), would show "
    "about %(halo)s %(interval)s in this file."
)
AS_STRONG_AS = mark("One as strong as the most telling control (%(control)s) would leave %(left_pts)s %(unit)s.")
TOO_FEW = mark("There are too few answers to tell the claimed effect from no effect.")
WIDENED = mark("The interval is widened so that it holds for all claims under test together.")
NO_PROOF = mark("That the claim is rejected does not prove that there is no effect at all.")
DETECTABLE: Mapping[UnitWord, str] = {
    "points": mark("With these answers a difference of about %(size)s points or more would show."),
    "percentage_points": mark("With these answers a difference of about %(size)s percentage points or more would show."),
    "scale_points": mark("With these answers a difference of about %(size)s points on the 0–10 scale or more would show."),
}


def say_verdict(verdict: Verdict, speech: Speech) -> str:
    """The verdict as the word on its badge."""
    return speech.text(VERDICTS[verdict])


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
        HIGHER_SHORT if lift.value >= 0 else LOWER_SHORT,
        verdict=_lead(finding, speech),
        size=speech.number(abs(lift.value)),
        comparison=comparison,
        baseline=baseline,
        **_common(finding, lift, speech),
    )


def say_rung(finding: Finding, speech: Speech) -> str:
    """What kind of evidence the verdict rests on; empty where there was none."""
    if finding.exposure == "peers.cocreation_at_start":
        return speech.text(AT_START)
    if finding.rung is None:
        return ""
    later = speech.text("The outcome was measured after the ratings.") if finding.later else ""
    return f"{speech.text(RUNGS[finding.rung])} {later}".strip()


def say_robustness(finding: Finding, speech: Speech) -> str:
    """How strong something unmeasured would have to be to overturn the deciding lift; empty where nothing decides."""
    found = finding.robustness
    if found is None:
        return ""
    said = [
        speech.text(ROBUSTNESS, value_share=round(found.value_share, 3), limit_share=round(found.limit_share, 3))
        if found.limit_share > 0
        else speech.text(ROBUSTNESS_IN_DOUBT, value_share=round(found.value_share, 3))
    ]
    lift = deciding_of(finding).lift_points
    if found.hidden and lift is not None:
        strongest = max(found.hidden, key=lambda one: abs(lift.value - one.left_pts))
        control = say_control(strongest.name, speech)
        unit = speech.text(UNITS[unit_of(finding)])
        said.append(speech.text(AS_STRONG_AS, control=control, left_pts=strongest.left_pts, unit=unit))
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
        said.append(speech.text(RAW_AND_HALO, unit=speech.text(UNITS[unit_of(finding)]), **values))
    elif raw is not None:
        said.append(
            speech.text(
                "The raw comparison shows %(raw)s %(unit)s.",
                raw=speech.points(raw.value),
                unit=speech.text(UNITS[unit_of(finding)]),
            )
        )
    left = deciding_of(finding).lift_points
    if is_decided(finding) and left is not None:
        said.append(
            speech.text(
                "What is left with %(rung_key)s and equal lower-tier ratings: %(left)s %(interval)s.",
                rung_key=finding.rung,
                left=speech.points(left.value),
                interval=speech.interval(*limits_of(left)),
            )
        )
        if len(said) > 1 and raw is not None:
            said.append(speech.text("The three come from different comparisons, so they do not add up."))
    elif raw is not None:
        said.append(speech.text("Nothing in these data can take the halo away."))
    return " ".join(said)


def say_halo_shortly(finding: Finding, speech: Speech) -> str:
    """The same three figures as a title: raw, halo alone, left."""
    raw, band, left = finding.lift_points, find_control(finding, HALO_BAND), deciding_of(finding).lift_points
    said = []
    if raw is not None:
        said.append(speech.text("Raw %(raw)s", raw=speech.points(raw.value)))
    if band is not None and band.lift_points is not None:
        said.append(speech.text("halo alone %(halo)s", halo=speech.points(band.lift_points.value)))
    if is_decided(finding) and left is not None:
        said.append(speech.text("left %(left)s", left=speech.points(left.value)))
    return ", ".join(said)


def say_check(finding: Finding, speech: Speech) -> str:
    """That the check on an outcome which value cannot move has failed; empty where it has not, or was not possible."""
    check = find_control(finding, UNAFFECTED)
    if check is None or check.note is None or check.note.code != "note.other_outcome_moves" or check.lift_points is None:
        return ""
    lift = check.lift_points
    return speech.text(
        "A check has failed: between the same groups an outcome that value cannot move differs by %(lift)s %(interval)s on its own "
        "scale. Either the groups differ in something else, or this is one of the five in a hundred that chance alone makes.",
        lift=speech.points(lift.value),
        interval=speech.interval(lift.ci_low, lift.ci_high),
    )


def _range(lift: LiftPoints, speech: Speech) -> str:
    return speech.interval(lift.ci_low, lift.ci_high)


def say_why(finding: Finding, speech: Speech) -> str:
    """Why an undecided finding is undecided; of any other verdict, the reason it carries."""
    if finding.undecided_why == "precision":
        return speech.text(TOO_FEW)
    return speech.say(finding.reason)


def say_detectable(finding: Finding, speech: Speech) -> str:
    """How large a difference these answers could show, and how many would settle the claim; empty where neither helps."""
    said = []
    if finding.detectable_points is not None and finding.undecided_why != "design":
        said.append(speech.text(DETECTABLE[unit_of(finding)], size=speech.number(finding.detectable_points)))
    if finding.respondents_needed is not None:
        groups = (finding.comparison, finding.baseline)
        now = sum(group.n for group in groups if group is not None)
        said.append(
            speech.text(
                "To settle this you need about %(needed_n)s answers (now %(now_n)s).",
                needed_n=finding.respondents_needed,
                now_n=now,
            )
        )
    return " ".join(said)


def say_outcome(finding: Finding, speech: Speech) -> str:
    """The outcome's name, such as "NPS" or "repurchase share"."""
    return speech.word(finding.outcome) if finding.outcome else speech.text("the outcome")


def _lead(finding: Finding, speech: Speech) -> str:
    if finding.verdict == "rejected" and finding.opposite:
        return speech.text("Rejected, and the difference points the other way")
    word = say_verdict(finding.verdict, speech)
    if is_decided(finding) and finding.rung == "peers":
        return speech.text("%(verdict)s (by colleagues' ratings)", verdict=word)
    if is_decided(finding) and finding.rung == "other_rater":
        return speech.text("%(verdict)s (by another rater's view)", verdict=word)
    if finding.verdict != "undecided" or is_decided(finding):
        return word
    if finding.rung == "direction":
        return speech.text("%(verdict)s (own ratings only)", verdict=word)
    return speech.text("%(verdict)s (raw comparison only)", verdict=word)


def _say_lift(finding: Finding, lift: LiftPoints, claim: Claim, speech: Speech) -> str:
    deciding = deciding_of(finding)
    if claim.reading.kind in PER_STEP:
        return speech.text(PER_STEP[claim.reading.kind], **_common(finding, lift, speech))
    if deciding.comparison is None or deciding.baseline is None:
        return speech.text(ASSOCIATION, **_common(finding, lift, speech))
    return _say_groups(finding, lift, deciding, claim, speech)


def _say_groups(finding: Finding, lift: LiftPoints, deciding: Control, claim: Claim, speech: Speech) -> str:
    comparison, baseline = say_among(claim, speech)
    start = deciding.baseline.value if deciding.baseline else None
    return speech.text(
        HIGHER if lift.value >= 0 else LOWER,
        size=speech.number(abs(lift.value)),
        comparison=comparison,
        baseline=baseline,
        start=speech.number(start),
        **_common(finding, lift, speech),
    )


def _common(finding: Finding, lift: LiftPoints, speech: Speech) -> dict[str, str]:
    outcome = finding.outcome or ""
    return {
        "outcome": speech.text(OUTCOMES[outcome]) if outcome in OUTCOMES else say_outcome(finding, speech),
        "lift": speech.points(lift.value),
        "unit": speech.text(UNITS[unit_of(finding)]),
        "confidence": speech.percent(finding.level),
        "interval": speech.interval(*limits_of(lift)),
    }


def _say_claimed(finding: Finding, speech: Speech) -> str:
    if finding.size is None:
        return ""
    if finding.metric == "points":
        return speech.text("; the claim says %(size_pts)s", size_pts=finding.size)
    if shown_as_ratio(finding):
        return _say_ratio(finding, finding.size, speech)
    points = claimed_points(finding)
    if points is None:
        return speech.text("; a ratio cannot be given")
    unit = speech.text(UNITS[unit_of(finding)])
    return speech.text(
        "; a ratio cannot be given, and the claimed %(size_ratio)s times would be %(points_pts)s %(unit)s here",
        size_ratio=finding.size,
        points_pts=points,
        unit=unit,
    )


def _say_ratio(finding: Finding, size: float, speech: Speech) -> str:
    ratio = deciding_of(finding).lift_ratio
    if ratio is None:
        return ""
    interval = speech.interval(*limits_of(ratio), decimals=2)
    return speech.text(
        "; as a ratio %(value_ratio)s %(interval)s, claimed %(size_ratio)s",
        value_ratio=ratio.value,
        interval=interval,
        size_ratio=size,
    )

"""What are the groups, contrasts and estimates of a result called in a figure, a table or a sentence?"""

from __future__ import annotations

from collections.abc import Mapping

from valuelib.records import Control
from valuelib.show.evidence import RAW, UnitWord
from valuelib.show.labels_partnership import label_partnership
from valuelib.show.language import Speech
from valuelib.show.mark import mark
from valuelib.theory import Claim

Pair = tuple[str, str]

STUDY_GROUPS: Pair = (mark("Higher-tier value"), mark("Other customers"))
STUDY_AMONG: Pair = (mark("among customers with higher-tier value"), mark("among other customers"))
EFFORT_GROUPS: Pair = (mark("Low effort"), mark("High effort"))
EFFORT_AMONG: Pair = (mark("among customers with low effort"), mark("among customers with high effort"))

LEVEL_GROUPS: Pair = (mark("Table stakes met"), mark("Table stakes failed"))
LEVEL_AMONG: Pair = (mark("among customers whose table stakes are met"), mark("among those whose table stakes fail"))

GROUPS: Mapping[str, tuple[Pair, Pair]] = {
    "effort": (EFFORT_GROUPS, EFFORT_AMONG),
    "penalty_reward": (LEVEL_GROUPS, LEVEL_AMONG),
}

CONTRASTS: Mapping[str, str] = {
    RAW: mark("Raw comparison"),
    "halo_only_band": mark("What halo alone would show"),
    "negative_control.unaffected": mark("Check: an outcome that value cannot move"),
}
PARTS: Mapping[str, str] = {
    "audited": mark("What was bought"),
    "other_rater": mark("Another rater"),
    "peers": mark("Colleagues' ratings"),
    "direction": mark("Own ratings"),
    "descriptive": mark("Raw comparison"),
    "sensitivity": mark("Sensitivity"),
    "offering": mark("What was bought"),
    "own": mark("Own ratings"),
    "lower_tiers": mark("lower tiers held equal"),
    "same_rows": mark("same respondents, nothing held equal"),
    "centred": mark("set against own lower tiers"),
    "general_factor": mark("what all ratings share held equal"),
    "marker": mark("marker item held equal"),
    "satisfaction": mark("overall satisfaction held equal"),
    "aipw": mark("reweighted by inclination (AIPW)"),
    "instrumented": mark("as far as colleagues' ratings move them (2SLS)"),
    "higher_count": mark("number of higher-tier elements"),
    "penalty": mark("From failing to meeting"),
    "reward": mark("From meeting to exceeding"),
    "other_tiers": mark("other tiers held equal"),
    "promise": mark("by whether the promise was kept"),
}
CONSISTENCY: Mapping[str, str] = {
    "alpha": mark("%(what)s, internal consistency (alpha)"),
    "omega": mark("%(what)s, internal consistency (omega)"),
    "omega_h": mark("%(what)s, what its categories share (omega-hierarchical)"),
    "spearman_brown": mark("%(what)s, internal consistency of two items (Spearman-Brown)"),
}
EXPLORED: Mapping[str, str] = {
    "penalty": mark("%(what)s, from failing to meeting"),
    "reward": mark("%(what)s, from meeting to exceeding"),
    "htmt": mark("%(what)s and %(other)s, told apart (HTMT)"),
    "dose": mark("NPS with %(what)s higher-tier elements, %(other)s"),
}
HALO: Mapping[str, str] = {
    "mean_r": mark("Correlation of two elements, on average"),
    "r_tiers": mark("Correlation of a respondent's higher-tier and lower-tier means"),
    "r_outcome": mark("Correlation of the higher-tier mean with recommending"),
    "pull": mark("Correlation of the general impression with recommending"),
}
COLUMNS: Mapping[str, str] = {
    "recommend": mark("Likelihood to recommend"),
    "repurchase": mark("Buying again"),
    "repurchase_score": mark("Buying again"),
    "expansion": mark("Buying more"),
    "contract.start": mark("Contract, first day"),
    "contract.end": mark("Contract, last day known"),
    "contract.ended": mark("Contract, day it ended (blank while it runs)"),
}
SPECIFICATIONS: Mapping[str, str] = {
    "n": mark("%(claim)s: ways to calculate it"),
    "share_lift": mark("%(claim)s: share of the ways that show a lift, per cent"),
    "deciding_n": mark("%(claim)s: ways by the evidence that can decide"),
    "deciding_share_lift": mark("%(claim)s: share of the ways by the evidence that can decide that show a lift, per cent"),
}
R2: Mapping[str, str] = {
    "r2": mark("Differences in recommending that go with the ratings, per cent"),
    "r2_cv": mark("The same for accounts that the fit has not seen, per cent"),
    "within.r2": mark("Left to single elements at equal general rating, per cent"),
}
UNITS: Mapping[UnitWord, str] = {
    "points": mark("points"),
    "percentage_points": mark("percentage points"),
    "scale_points": mark("points on the 0–10 scale"),
}


def label_groups(claim: Claim, speech: Speech) -> Pair:
    """Names of the comparison and the baseline group, as a row or column heading."""
    if claim.reading.exposure == "count" and claim.reading.comparison and claim.reading.baseline:
        ranges = (claim.reading.comparison, claim.reading.baseline)
        first, second = (speech.text("%(range)s high-value elements", range=say_range(bounds, speech)) for bounds in ranges)
        return capital(first), capital(second)
    return _both(GROUPS.get(claim.reading.kind, (STUDY_GROUPS, STUDY_AMONG))[0], speech)


def say_among(claim: Claim, speech: Speech) -> Pair:
    """The two groups as they stand in a sentence: "among ..."."""
    if claim.reading.exposure == "count" and claim.reading.comparison and claim.reading.baseline:
        ranges = (claim.reading.comparison, claim.reading.baseline)
        first, second = (
            speech.text("among customers with %(range)s high-value elements", range=say_range(it, speech)) for it in ranges
        )
        return first, second
    return _both(GROUPS.get(claim.reading.kind, (STUDY_GROUPS, STUDY_AMONG))[1], speech)


def say_range(bounds: tuple[int, int | None], speech: Speech) -> str:
    """A range of counts, both ends included: "at least 6", "1–5", "0"."""
    low, high = bounds
    if high is None:
        return speech.text("at least %(low)s", low=low)
    return str(low) if low == high else f"{low}–{high}"


def label_contrast(control: Control, speech: Speech) -> str:
    """What a contrast compares and holds equal, as a row heading."""
    if control.name in CONTRASTS:
        return speech.text(CONTRASTS[control.name])
    return ", ".join(_part(part, speech) for part in control.name.split("."))


def label_estimate(name: str, speech: Speech) -> str:
    """The name of an estimate in words: "nps.segment.Industry=IT" is "NPS, Industry: IT"."""
    head, _, rest = name.partition(".")
    if (named := label_partnership(name, speech)) is not None:
        return named
    if rest.startswith("segment."):
        column, _, level = rest.removeprefix("segment.").partition("=")
        return f"{capital(speech.word(head))}, {column}: {level}"
    if rest == "all":
        return speech.text("%(what)s, all respondents", what=capital(speech.word(head)))
    if head in ("penalty", "reward", "htmt", "dose"):
        return _label_explored(head, rest, speech)
    if head == "specification":
        return _specification(rest, speech)
    if head == "driver":
        return _driver(rest, speech)
    if head == "halo":
        return speech.text(HALO[rest])
    if rest == "mean":
        what = speech.text("Likelihood to recommend") if head == "recommend" else capital(speech.word(head))
        return speech.text("%(what)s, mean", what=what)
    key, _, statistic = rest.rpartition(".")
    if statistic in CONSISTENCY:
        return speech.text(CONSISTENCY[statistic], what=speech.word(key))
    return speech.word(key or rest)


def _label_explored(head: str, rest: str, speech: Speech) -> str:
    """Names such as "penalty.functional.others_equal", "htmt.functional.individual" and "dose.3.spline"."""
    what, _, other = rest.partition(".")
    if head == "htmt":
        return speech.text(EXPLORED[head], what=speech.word(what), other=speech.word(other))
    if head == "dose":
        return speech.text(EXPLORED[head], what=what, other=speech.word(f"curve_{other}"))
    said = speech.text(EXPLORED[head], what=speech.word(what))
    return f"{said}, {speech.text(PARTS['other_tiers'])}" if other else said


def label_column(name: str, speech: Speech) -> str:
    """The name of a canonical column in words: "element.vision" is "Vision", "segment.Industry" is "Industry"."""
    head, _, rest = name.partition(".")
    if head in ("segment", "adjust"):
        return rest
    return speech.text(COLUMNS[name]) if name in COLUMNS else capital(speech.word(rest or head))


def capital(text: str) -> str:
    """The text with a capital at its start, as a heading has it."""
    return text[:1].upper() + text[1:]


def _specification(rest: str, speech: Speech) -> str:
    """`nps_60.deciding_share_lift` in words; an own claim has no word, so its id stands as it is."""
    claim_id, _, what = rest.rpartition(".")
    return speech.text(SPECIFICATIONS[what], claim=claim_id)


def _driver(rest: str, speech: Speech) -> str:
    """The name of a figure of the chapter on drivers, without its head."""
    if rest in R2:
        return speech.text(R2[rest])
    within = rest.startswith("within.")
    kind, _, key = rest.removeprefix("within.").partition(".")
    what = speech.word(key)
    said = (
        speech.text("%(what)s, points per rating point", what=what)
        if kind == "slope"
        else speech.text("%(what)s, share of what explains loyalty", what=what)
    )
    return speech.text("%(what)s, at equal general rating", what=said) if within else said


def _part(part: str, speech: Speech) -> str:
    return speech.text(PARTS[part]) if part in PARTS else speech.word(part)


def _both(pair: Pair, speech: Speech) -> Pair:
    return speech.text(pair[0]), speech.text(pair[1])

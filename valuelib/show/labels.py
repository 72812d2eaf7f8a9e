"""What are the groups, contrasts and estimates of a result called in a figure, a table or a sentence?"""

from __future__ import annotations

from valuelib.languages import has_text
from valuelib.records import Control
from valuelib.show.labels_partnership import label_partnership
from valuelib.show.language import Speech
from valuelib.theory import Claim

Pair = tuple[str, str]

KINDS_WITH_GROUPS = ("effort", "penalty_reward")  # whose two groups are not those of the study's rule


def label_groups(claim: Claim, speech: Speech) -> Pair:
    """Names of the comparison and the baseline group, as a row or column heading."""
    if claim.reading.exposure == "count" and claim.reading.comparison and claim.reading.baseline:
        ranges = (claim.reading.comparison, claim.reading.baseline)
        first, second = (speech.text("label.high_value_elements", range=say_range(bounds, speech)) for bounds in ranges)
        return capital(first), capital(second)
    kind = _kind_of_groups(claim)
    return speech.text(f"label.group.{kind}.comparison"), speech.text(f"label.group.{kind}.baseline")


def say_among(claim: Claim, speech: Speech) -> Pair:
    """The two groups as they stand in a sentence: "among ..."."""
    if claim.reading.exposure == "count" and claim.reading.comparison and claim.reading.baseline:
        ranges = (claim.reading.comparison, claim.reading.baseline)
        first, second = (speech.text("label.among_customers_high_value", range=say_range(it, speech)) for it in ranges)
        return first, second
    kind = _kind_of_groups(claim)
    return speech.text(f"label.among.{kind}.comparison"), speech.text(f"label.among.{kind}.baseline")


def say_range(bounds: tuple[int, int | None], speech: Speech) -> str:
    """A range of counts, both ends included: "at least 6", "1–5", "0"."""
    low, high = bounds
    if high is None:
        return speech.text("label.at_least", low=low)
    return str(low) if low == high else f"{low}–{high}"


def label_contrast(control: Control, speech: Speech) -> str:
    """What a contrast compares and holds equal, as a row heading."""
    if has_text(code := f"label.contrast.{control.name}"):
        return speech.text(code)
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
        return speech.text("label.all_respondents", what=capital(speech.word(head)))
    if head in ("penalty", "reward", "htmt", "dose"):
        return _label_explored(head, rest, speech)
    if head == "specification":
        return _specification(rest, speech)
    if head == "driver":
        return _driver(rest, speech)
    if head == "halo":
        return speech.text(f"label.halo.{rest}")
    if rest == "mean":
        what = speech.text("label.column.recommend") if head == "recommend" else capital(speech.word(head))
        return speech.text("label.mean", what=what)
    key, _, statistic = rest.rpartition(".")
    if has_text(code := f"label.consistency.{statistic}"):
        return speech.text(code, what=speech.word(key))
    return speech.word(key or rest)


def _label_explored(head: str, rest: str, speech: Speech) -> str:
    """Names such as "penalty.functional.others_equal", "htmt.functional.individual" and "dose.3.spline"."""
    what, _, other = rest.partition(".")
    if head == "htmt":
        return speech.text(f"label.explored.{head}", what=speech.word(what), other=speech.word(other))
    if head == "dose":
        return speech.text(f"label.explored.{head}", what=what, other=speech.word(f"curve_{other}"))
    said = speech.text(f"label.explored.{head}", what=speech.word(what))
    return f"{said}, {speech.text('label.contrast.other_tiers')}" if other else said


def label_column(name: str, speech: Speech) -> str:
    """The name of a canonical column in words: "element.vision" is "Vision", "segment.Industry" is "Industry"."""
    head, _, rest = name.partition(".")
    if head in ("segment", "adjust"):
        return rest
    code = f"label.column.{name}"
    return speech.text(code) if has_text(code) else capital(speech.word(rest or head))


def capital(text: str) -> str:
    """The text with a capital at its start, as a heading has it."""
    return text[:1].upper() + text[1:]


def _specification(rest: str, speech: Speech) -> str:
    """`nps_60.deciding_share_lift` in words; an own claim has no word, so its id stands as it is."""
    claim_id, _, what = rest.rpartition(".")
    return speech.text(f"label.specification.{what}", claim=claim_id)


def _driver(rest: str, speech: Speech) -> str:
    """The name of a figure of the chapter on drivers, without its head."""
    if has_text(code := f"label.driver.{rest}"):
        return speech.text(code)
    within = rest.startswith("within.")
    kind, _, key = rest.removeprefix("within.").partition(".")
    what = speech.word(key)
    said = (
        speech.text("label.points_per_rating_point", what=what)
        if kind == "slope"
        else speech.text("label.share_what_explains_loyalty", what=what)
    )
    return speech.text("label.equal_general_rating", what=said) if within else said


def _part(part: str, speech: Speech) -> str:
    code = f"label.contrast.{part}"
    return speech.text(code) if has_text(code) else speech.word(part)


def _kind_of_groups(claim: Claim) -> str:
    return claim.reading.kind if claim.reading.kind in KINDS_WITH_GROUPS else "study"

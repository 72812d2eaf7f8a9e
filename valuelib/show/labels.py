"""What the groups, contrasts and estimates of a result are called in a figure, a table or a sentence, and which contrast counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from valuelib.languages import has_text
from valuelib.results import Contrast, Difference, Estimate, EvidenceLevel, Finding, Message, Ratio
from valuelib.show.localizer import local
from valuelib.theory.claims import Claim
from valuelib.theory.reading import DESIGNS

Pair = tuple[str, str]
KINDS_WITH_GROUPS = ("effort", "penalty_reward")  # whose two groups are not those of the study's rule


def label_groups(claim: Claim, level: EvidenceLevel | None = None) -> Pair:
    """Names of the comparison and the baseline group, as a row or column heading; a roll-out compares with no switch at all."""
    return _of_groups(claim, level, "group", capital)


def say_among(claim: Claim, level: EvidenceLevel | None = None) -> Pair:
    """The two groups as they stand in a sentence: "among ..."."""
    return _of_groups(claim, level, "among", str)


def _of_groups(claim: Claim, level: EvidenceLevel | None, place: str, written: Callable[[str], str]) -> Pair:
    """What both groups are called: by their ranges where they are counts, else by their kind."""
    reading = claim.reading
    if level == EvidenceLevel.SWITCHED:
        return local.text(f"label.{place}.switched.comparison"), local.text(f"label.{place}.switched.baseline")
    if reading.exposure == "count" and reading.comparison and reading.baseline:
        first, second = (written(_of_count(place, one)) for one in (reading.comparison, reading.baseline))
        return first, second
    kind = reading.kind if reading.kind in KINDS_WITH_GROUPS else "study"
    return local.text(f"label.{place}.{kind}.comparison"), local.text(f"label.{place}.{kind}.baseline")


def _of_count(place: str, bounds: tuple[int, int | None]) -> str:
    if bounds == (0, 0):
        return local.text(f"label.{place}.count_none")
    return local.text(f"label.{place}.count", range=say_range(bounds))


def say_range(bounds: tuple[int, int | None]) -> str:
    """A range of counts, both ends included: "at least 6", "1–5", "0"."""
    low, high = bounds
    if high is None:
        return local.text("label.at_least", low=low)
    return str(low) if low == high else f"{low}–{high}"


def label_contrast(control: Contrast) -> str:
    """What a contrast compares and holds equal, as a row heading."""
    codes = [control.name] if has_text(f"label.contrast.{control.name}") else control.name.split(".")
    return ", ".join(local.text(f"label.contrast.{one}") if has_text(f"label.contrast.{one}") else local.word(one) for one in codes)


def say_lift(lift: Difference | None) -> str:
    """A difference with the interval that is shown; a dash where there is none."""
    return local.points(None) if lift is None else local.ranged(lift.value, *limits_of(lift))


def decides(control: Contrast, finding: Finding) -> bool:
    """Whether this contrast gave the verdict: the deciding one, and the total beside it where that has a say."""
    two = control.role == "total" and finding.evidence_level not in DESIGNS
    return finding.decided_by is not None and (control.name == deciding_of(finding).name or two)


def label_estimate(estimate: Estimate) -> str:
    """What an estimate is called: "NPS, Industry: IT"; its name where it was made without a label."""
    return estimate.name if estimate.label is None else say_label(estimate.label)


def say_label(label: Message) -> str:
    """The label of an estimate in words; outcomes and facets have words that are written for the middle of a sentence."""
    said = local.say(label)
    return capital(said) if {"facet_key", "what_key"} & set(label.values) else said


def label_column(name: str) -> str:
    """The name of a canonical column in words: "element.vision" is "Vision", "segment.Industry" is "Industry"."""
    head, _, rest = name.partition(".")
    if head in ("segment", "adjust"):
        return rest
    code = f"label.column.{name}"
    return local.text(code) if has_text(code) else capital(local.word(rest or head))


def name_outcome(outcome: str, kind: str | None = None) -> str:
    """An outcome as the subject of a sentence; of repurchase with a kind, what that counts: who renewed, stayed, or means to."""
    if kind is not None and has_text(code := f"finding.outcome.{outcome}.{kind}"):
        return local.text(code)
    return local.text(code) if has_text(code := f"finding.outcome.{outcome}") else local.word(outcome)


def say_direction(claim: Claim) -> str:
    """What a claim without a size says of the difference: above zero, or below it."""
    return "< 0" if claim.reading.says_lower else "> 0"


def statement_of(finding: Finding) -> str:
    """The claim of a finding, without its full stop."""
    return finding.claim.statement.say(local.language).rstrip(".")


def capital(text: str) -> str:
    """The text with a capital at its start, as a heading has it."""
    return text[:1].upper() + text[1:]


def say_mark(subset: str | None) -> str:
    """The mark of what was looked for with the answers at hand, within a line: "exploratory: Industry: Retail"."""
    word = local.text("common.exploratory")
    return word if subset is None else f"{word}: {subset}"


# The contrast that gave the verdict, and the scale on which it is read

UnitWord = Literal["points", "percentage_points", "scale_points"]
SAME = 1e-9  # levels that differ by less are one
RAW, HALO_BAND, DIRECTION = "raw", "halo_only_band", "own.lower_tiers"
BESIDE_ROLL_OUT = ("switched.both_times", "switched.placebo")
UNAFFECTED = "negative_control.unaffected"


def raw_of(finding: Finding) -> Contrast:
    """The raw contrast of the claim's reading, in the same shape as the controls beside it."""
    return finding.raw or Contrast(name=RAW, role="deciding" if finding.deciding is None else "reference")


def deciding_of(finding: Finding) -> Contrast:
    """The contrast whose interval gave the verdict; the raw one where it stands alone."""
    return finding.deciding or raw_of(finding)


def is_decided(finding: Finding) -> bool:
    """Whether any contrast was allowed to give the verdict; a raw comparison of own ratings never is."""
    return finding.decided_by is not None


def contrasts_of(finding: Finding) -> tuple[Contrast, ...]:
    """Every contrast that has a number to show: the raw one, the total, then the controls in the finding's order."""
    total = () if finding.total is None else (finding.total,)
    return tuple(control for control in (raw_of(finding), *total, *finding.contrasts) if control.difference is not None)


def evidence_contrasts(finding: Finding) -> tuple[Contrast, ...]:
    """The contrasts side by side on a card: the deciding one, those of its roll-out, the total, the raw one, what halo would show.

    A raw contrast by what was bought is the total itself where no covariate is adjusted for, and then stands once.
    """
    deciding, total, raw = deciding_of(finding).name, finding.total, raw_of(finding)
    names = (deciding, *BESIDE_ROLL_OUT, "" if total is None else total.name, RAW, HALO_BAND, DIRECTION)
    shown = names if finding.evidence_level == "direction" else names[:-1]
    same = total is not None and raw.comparison == total.comparison and raw.baseline == total.baseline
    kept = [control for control in contrasts_of(finding) if control.name in shown and not (same and control.name == RAW)]
    return tuple(sorted(kept, key=lambda control: (control.name != deciding, shown.index(control.name))))


def find_control(finding: Finding, name: str) -> Contrast | None:
    """The control of that name, or None."""
    return next((control for control in finding.contrasts if control.name == name), None)


def limits_of(lift: Difference | Ratio | None) -> tuple[float | None, float | None]:
    """The interval to show: the one that holds for all confirmatory claims together where there is one, since verdicts match it."""
    return (None, None) if lift is None else lift.interval


def is_widened(finding: Finding) -> bool:
    """Whether the deciding interval is wider than it would be if its claim stood alone."""
    return finding.interval_level is not None and finding.interval_level > finding.level + SAME


def say_level(finding: Finding) -> str:
    """The level of the interval that is shown: "95%", or "97.5%" where it was widened."""
    level = finding.level if finding.interval_level is None else finding.interval_level
    return local.percent(level, 0 if abs(100 * level - round(100 * level)) < SAME else 1)


def say_questions(finding: Finding) -> str:
    """For how many questions the interval was widened, as it stands after the interval; empty where it was not."""
    if not is_widened(finding) or finding.interval_level is None:
        return ""
    questions = round((1 - finding.level) / (1 - finding.interval_level))
    return local.text("finding.widened_for_two") if questions == 2 else local.text("finding.widened_for", questions_n=questions)


def label_level(control: Contrast, finding: Finding) -> str:
    """What a contrast compares, with the level of its interval where that is not the one of the widened intervals beside it."""
    label, lift = label_contrast(control), control.difference
    if not is_widened(finding) or lift is None or lift.ci_low_adjusted is not None:
        return label
    return f"{label} ({local.percent(finding.level)})"


def unit_of(finding: Finding) -> UnitWord:
    """What one point of the lift is: an NPS point, a percentage point, or a point of the 0-10 scale."""
    return unit_of_outcome(finding.outcome)


def unit_of_outcome(outcome: str | None) -> UnitWord:
    """What one point of this outcome is."""
    if outcome in ("recommend", "nps"):
        return "points"
    return "percentage_points" if outcome in ("repurchase", "expansion", "share_of_purchases") else "scale_points"


def has_ratio(control: Contrast) -> bool:
    """Whether the ratio of this contrast is defined well enough to be shown with an interval."""
    ratio = control.ratio
    return ratio is not None and ratio.set == "bounded" and ratio.value is not None and ratio.ci_low is not None


def claimed_points(finding: Finding) -> float | None:
    """The claimed lift in points: as claimed, or (ratio - 1) times the deciding baseline where that is above zero, else None."""
    if finding.size is None or finding.metric == "points":
        return finding.size
    baseline = deciding_of(finding).baseline
    if finding.metric != "ratio" or baseline is None or baseline.value is None or baseline.value <= 0:
        return None
    return (finding.size - 1) * baseline.value


def shown_as_ratio(finding: Finding) -> bool:
    """Whether the claim is read on the scale of ratios: it is claimed as one and the deciding ratio is defined."""
    return finding.metric == "ratio" and has_ratio(deciding_of(finding))

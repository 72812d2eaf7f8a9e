"""What are the groups, contrasts and estimates of a result called in a figure, a table or a sentence?"""

from __future__ import annotations

from typing import Literal

from valuelib.languages import has_text
from valuelib.results import Contrast, Difference, Estimate, Finding, Ratio
from valuelib.show.localizer import local
from valuelib.theory.claims import Claim

# What are the estimates of the chapters on working together called in words?

HEADS = (
    "effort",
    "goes_with",
    "facet",
    "contribution",
    "lever",
    "mediation",
    "side",
    "gap",
    "close",
    "surface",
    "wave",
    "change",
    "stayed",
    "growth",
    "renewal",
    "people",
    "coding",
    "theme",
)
CELLS = ("easy.more", "easy.less", "hard.more", "hard.less")
SLOPES = ("a1", "a2", "a3", "a4")


def label_partnership(name: str) -> str | None:
    """The label of an estimate of these chapters; None for any other."""
    head, _, rest = name.partition(".")
    if head not in HEADS:
        return None
    if has_text(code := f"label.estimate.{name}"):
        return local.text(code)
    if head == "surface":
        return local.text(f"label.surface.{rest}")
    if head == "effort":
        cell, _, outcome = rest.rpartition(".")
        return f"{local.text(f'label.cell.{cell}')}: {local.word(outcome)}"
    if head == "goes_with":
        way, what, outcome = rest.split(".")
        return local.text(f"label.goes_with.{way}", outcome=local.word(outcome), what=local.word(what))
    if head == "wave":
        what, _, wave = rest.partition(".")
        return f"{_capital(local.word(what))}, {wave}"
    if head == "facet":
        key, _, statistic = rest.rpartition(".")
        code = "label.mean" if statistic == "mean" else f"label.consistency.{statistic}"
        return local.text(code, what=_capital(local.word(key)))
    return _pairs(name, head, rest) if head not in ("coding", "theme") else _coded(head, rest)


def _pairs(name: str, head: str, rest: str) -> str:
    told, _, rater = rest.rpartition(".")
    if head == "contribution" and rater in ("own", "peers"):
        return local.text(f"label.rater.{rater}", label=_pairs(name, head, told))
    kind, key = (head, rest) if has_text(f"label.pair.{head}") else (f"{head}.{rest.partition('.')[0]}", rest.partition(".")[2])
    return local.text(f"label.pair.{kind}", what=_capital(local.word(key.removeprefix("tier."))))


def _coded(head: str, rest: str) -> str:
    """Codes are the study's own names, so they stand as they are."""
    code, _, what = rest.partition(".")
    if head == "coding":
        return local.text(f"label.coding.{what}", what=local.text("common.all_codes_together") if code == "all" else code)
    if what == "rating":
        return local.text("label.rating_accounts_where_heard", code=code)
    return local.text("label.accounts_where_heard_per", code=code)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# What are the groups, contrasts and estimates of a result called in a figure, a table or a sentence?

Pair = tuple[str, str]
KINDS_WITH_GROUPS = ("effort", "penalty_reward")  # whose two groups are not those of the study's rule


def label_groups(claim: Claim) -> Pair:
    """Names of the comparison and the baseline group, as a row or column heading."""
    if claim.reading.exposure == "count" and claim.reading.comparison and claim.reading.baseline:
        ranges = (claim.reading.comparison, claim.reading.baseline)
        first, second = (local.text("label.high_value_elements", range=say_range(bounds)) for bounds in ranges)
        return capital(first), capital(second)
    kind = _kind_of_groups(claim)
    return local.text(f"label.group.{kind}.comparison"), local.text(f"label.group.{kind}.baseline")


def say_among(claim: Claim) -> Pair:
    """The two groups as they stand in a sentence: "among ..."."""
    if claim.reading.exposure == "count" and claim.reading.comparison and claim.reading.baseline:
        ranges = (claim.reading.comparison, claim.reading.baseline)
        first, second = (local.text("label.among_customers_high_value", range=say_range(it)) for it in ranges)
        return first, second
    kind = _kind_of_groups(claim)
    return local.text(f"label.among.{kind}.comparison"), local.text(f"label.among.{kind}.baseline")


def say_range(bounds: tuple[int, int | None]) -> str:
    """A range of counts, both ends included: "at least 6", "1–5", "0"."""
    low, high = bounds
    if high is None:
        return local.text("label.at_least", low=low)
    return str(low) if low == high else f"{low}–{high}"


def label_contrast(control: Contrast) -> str:
    """What a contrast compares and holds equal, as a row heading."""
    if has_text(code := f"label.contrast.{control.name}"):
        return local.text(code)
    return ", ".join(_part(part) for part in control.name.split("."))


def label_of(estimate: Estimate) -> str:
    """What an estimate is called: by its own label where the catalogue has it, else by its name."""
    if estimate.label is not None and has_text(estimate.label.code):
        return capital(local.say(estimate.label))
    return label_estimate(estimate.name)


def label_estimate(name: str) -> str:
    """The name of an estimate in words: "nps.segment.Industry=IT" is "NPS, Industry: IT"."""
    head, _, rest = name.partition(".")
    if (named := label_partnership(name)) is not None:
        return named
    if rest.startswith("segment."):
        column, _, level = rest.removeprefix("segment.").partition("=")
        return f"{capital(local.word(head))}, {column}: {level}"
    if rest == "all":
        return local.text("label.all_respondents", what=capital(local.word(head)))
    if head in ("penalty", "reward", "htmt", "dose"):
        return _label_explored(head, rest)
    if head == "specification":
        return _specification(rest)
    if head == "driver":
        return _driver(rest)
    if head == "halo":
        return local.text(f"label.halo.{rest}")
    if rest == "mean":
        what = local.text("label.column.recommend") if head == "recommend" else capital(local.word(head))
        return local.text("label.mean", what=what)
    key, _, statistic = rest.rpartition(".")
    if has_text(code := f"label.consistency.{statistic}"):
        return local.text(code, what=local.word(key))
    return local.word(key or rest)


def _label_explored(head: str, rest: str) -> str:
    """Names such as "penalty.functional.others_equal", "htmt.functional.individual" and "dose.3.spline"."""
    what, _, other = rest.partition(".")
    if head == "htmt":
        return local.text(f"label.explored.{head}", what=local.word(what), other=local.word(other))
    if head == "dose":
        return local.text(f"label.explored.{head}", what=what, other=local.word(f"curve_{other}"))
    said = local.text(f"label.explored.{head}", what=local.word(what))
    return f"{said}, {local.text('label.contrast.other_tiers')}" if other else said


def label_column(name: str) -> str:
    """The name of a canonical column in words: "element.vision" is "Vision", "segment.Industry" is "Industry"."""
    head, _, rest = name.partition(".")
    if head in ("segment", "adjust"):
        return rest
    code = f"label.column.{name}"
    return local.text(code) if has_text(code) else capital(local.word(rest or head))


def capital(text: str) -> str:
    """The text with a capital at its start, as a heading has it."""
    return text[:1].upper() + text[1:]


def _specification(rest: str) -> str:
    """`nps_60.deciding_share_lift` in words; an own claim has no word, so its id stands as it is."""
    claim_id, _, what = rest.rpartition(".")
    return local.text(f"label.specification.{what}", claim=claim_id)


def _driver(rest: str) -> str:
    """The name of a figure of the chapter on drivers, without its head."""
    if has_text(code := f"label.driver.{rest}"):
        return local.text(code)
    within = rest.startswith("within.")
    kind, _, key = rest.removeprefix("within.").partition(".")
    what = local.word(key)
    said = (
        local.text("label.points_per_rating_point", what=what)
        if kind == "slope"
        else local.text("label.share_what_explains_loyalty", what=what)
    )
    return local.text("label.equal_general_rating", what=said) if within else said


def _part(part: str) -> str:
    code = f"label.contrast.{part}"
    return local.text(code) if has_text(code) else local.word(part)


def _kind_of_groups(claim: Claim) -> str:
    return claim.reading.kind if claim.reading.kind in KINDS_WITH_GROUPS else "study"


# Which contrast of a finding gave the verdict, on which scale is it read, and where on that scale does the claim lie?

UnitWord = Literal["points", "percentage_points", "scale_points"]
RAW, HALO_BAND, DIRECTION = "raw", "halo_only_band", "own.lower_tiers"
UNAFFECTED = "negative_control.unaffected"
_NPS = {"recommend", "nps"}
_SHARES = {"repurchase", "expansion", "share_of_purchases"}


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
    """Every contrast that has a number to show: the raw one, then the controls in the finding's order."""
    return tuple(control for control in (raw_of(finding), *finding.contrasts) if control.difference is not None)


def evidence_contrasts(finding: Finding) -> tuple[Contrast, ...]:
    """The contrasts that stand side by side on a card: the deciding one, the raw one, and what halo alone would show."""
    deciding = deciding_of(finding).name
    shown = (deciding, RAW, HALO_BAND, *((DIRECTION,) if finding.evidence_level == "direction" else ()))
    kept = [control for control in contrasts_of(finding) if control.name in shown]
    return tuple(sorted(kept, key=lambda control: (control.name != deciding, shown.index(control.name))))


def find_control(finding: Finding, name: str) -> Contrast | None:
    """The control of that name, or None."""
    return next((control for control in finding.contrasts if control.name == name), None)


def limits_of(lift: Difference | Ratio | None) -> tuple[float | None, float | None]:
    """The interval to show: the one that holds for all confirmatory claims together where there is one, since verdicts match it."""
    return (None, None) if lift is None else lift.interval


def is_widened(finding: Finding) -> bool:
    """Whether the deciding interval is wider than it would be if its claim stood alone."""
    deciding = deciding_of(finding)
    return any(
        lift is not None and limits_of(lift) != (lift.ci_low, lift.ci_high) for lift in (deciding.difference, deciding.ratio)
    )


def unit_of(finding: Finding) -> UnitWord:
    """What one point of the lift is: an NPS point, a percentage point, or a point of the 0-10 scale."""
    return unit_of_outcome(finding.outcome)


def unit_of_outcome(outcome: str | None) -> UnitWord:
    """What one point of this outcome is."""
    if outcome in _NPS:
        return "points"
    return "percentage_points" if outcome in _SHARES else "scale_points"


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

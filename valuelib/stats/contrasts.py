"""Contrast of a comparison with a baseline group: the difference, the ratio, the tests against a claimed size, and the rule.

Group figures come in the order (comparison, baseline). The rule that turns tests into a verdict word was fixed before any data
were opened (docs/explanation/verdicts.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import stdtr

from valuelib.results import Difference, Ratio, RatioSet, ShareOfClaim, Verdict
from valuelib.stats.loyalty import BOUNDS, SCALE, Kind, Limits, group_limits
from valuelib.stats.means import Means, t_quantile
from valuelib.stats.totals import ClusterTotals
from valuelib.theory.reading import Metric as Claimed

Metric = Literal["points", "ratio"]
VARIATION = 1e-12
SLACK = 1e-9  # what just meets an end counts as meeting it
BASELINE_T = 3.0  # below this a ratio is shown, but with a warning


def estimate_difference(means: Means, *, kind: Kind, level: float = 0.95, adjusted_level: float | None = None) -> Difference:
    """Comparison minus baseline, with its interval; in points for an NPS or a rate.

    Returns:
        Difference without the tests of a claim. CR2 variance with Satterthwaite df under the clustered working model; where a group
        has no variation, the square-and-add interval on the groups' adjusted limits.
    Notes:
        Source: Bell and McCaffrey (2002), Survey Methodology 28(2); fallback: Zou and Donner (2008), Statistics in Medicine 27(10).

    >>> from valuelib.stats.means import estimate_means
    >>> from valuelib.stats.totals import collect_totals
    >>> accounts, scores = ["A", "A", "B", "C", "C", "D"], [1, 1, 0, -1, 0, 1]
    >>> means = estimate_means(collect_totals(accounts, [0, 0, 0, 1, 1, 1], scores, groups=("comparison", "baseline")))
    >>> found = estimate_difference(means, kind="nps")
    >>> round(found.value, 1), round(found.se, 1), round(found.df, 1)
    (66.7, 85.0, 1.6)
    """
    scale = SCALE[kind]
    value, se, df = found = contrast(means, 1.0)
    low, high = _difference_limits(means, found, kind, level)
    wide = None if adjusted_level is None else _difference_limits(means, found, kind, adjusted_level)
    return Difference(
        value=scale * value,
        se=scale * se,
        df=df,
        se_linearised=scale * float(np.array([1.0, -1.0]) @ means.linearised[:2, :2] @ [1.0, -1.0]) ** 0.5,
        ci_low=scale * low,
        ci_high=scale * high,
        ci_low_adjusted=None if wide is None else scale * wide[0],
        ci_high_adjusted=None if wide is None else scale * wide[1],
    )


def t_difference(
    value: float,
    se: float,
    df: float,
    *,
    level: float,
    scale: float = 1.0,
    se_linearised: float | None = None,
    p_no_lift: float | None = None,
    most: float = np.inf,
) -> Difference:
    """An effect in the outcome's own units with its plain t interval; `scale` turns all but `p_no_lift` into report units.

    The interval is held within `most` on either side of zero, the largest effect possible.
    """
    reach = t_quantile(level, df) * se
    low, high = hold_within(value - reach, value + reach, most)
    return Difference(
        value=scale * value,
        se=scale * se,
        df=df,
        ci_low=scale * low,
        ci_high=scale * high,
        se_linearised=None if se_linearised is None else scale * se_linearised,
        p_no_lift=p_no_lift,
    )


def hold_within(low: float, high: float, most: float) -> tuple[float, float]:
    """Both limits held within plus and minus `most`, so that an interval past an end stands at that end and never upside down."""
    return min(max(low, -most), most), max(min(high, most), -most)


def largest_difference(kind: Kind) -> float:
    """The largest difference that two figures of this kind can have, in the outcome's own units; infinite for scores."""
    lowest, highest = BOUNDS[kind]
    return highest - lowest


def is_possible(lift: float, kind: Kind) -> bool:
    """Whether two figures of this kind can lie so far apart; the lift in the outcome's own units.

    Where they cannot, it is no estimate: the controls leave hardly anything of the groups, and the line is drawn far beyond them.
    """
    return abs(lift) <= largest_difference(kind) * (1 + VARIATION)


def estimate_ratio(means: Means, *, kind: Kind, level: float = 0.95, adjusted_level: float | None = None) -> Ratio:
    """Comparison over baseline by Fieller's theorem, with the covariance between the groups.

    Args:
        kind: what the figures are; a ratio of two rates is never below zero, whatever Fieller's set of a tiny group reaches.
    Returns:
        Ratio. Value and limits are None unless the set is bounded and the baseline lies above zero: "60 % more" of nothing has
        no meaning. The set itself is always reported, and the roots of an exclusive one.
    Notes:
        {r : (y_c - r y_b)^2 <= t^2 (V_cc - 2 r V_cb + r^2 V_bb)}, t with the df of the contrast at the point ratio.
        Source: Fieller (1954), JRSS B 16(2), 175-185. Where a group has no variation, MOVER on the groups' adjusted limits.
    """
    if not has_variation(means):
        return _ratio_without_variation(means, kind, level, adjusted_level)
    kind_of_set, roots = fieller_set(means, level)
    if kind_of_set != "bounded" or roots is None or not means.values[1] > 0:
        return Ratio(value=None, ci_low=None, ci_high=None, set=kind_of_set, roots=roots)
    set_wide, wide = ("whole_line", None) if adjusted_level is None else fieller_set(means, adjusted_level)
    limits: list[float | None] = [*roots, *(wide if set_wide == "bounded" and wide is not None else (None, None))]
    low, high, low_wide, high_wide = _above_zero(limits, kind)
    value = float(means.values[0] / means.values[1])
    return Ratio(value=value, ci_low=low, ci_high=high, set="bounded", ci_low_adjusted=low_wide, ci_high_adjusted=high_wide)


def claimed_side(metric: Claimed, size: float | None) -> Literal[1, -1]:
    """1 where the claim says that the comparison group is higher, -1 where it says lower.

    >>> claimed_side("ratio", 0.8), claimed_side("points", 13.0), claimed_side("negative", None)
    (-1, 1, -1)
    """
    lower = metric == "negative" if size is None else size < (1.0 if metric == "ratio" else 0.0)
    return -1 if lower else 1


def run_claim_tests(means: Means, *, metric: Claimed, size: float | None, kind: Kind, less: float = 0.0) -> ClaimTests:
    """One-sided tests: against no lift, against at least the claimed size, against at most it, and for the opposite direction.

    A lift runs in the claimed direction: of a claim that says lower, everything is mirrored.

    Args:
        metric: `points` compares the difference with `size` (in points for an NPS or rate), `ratio` the contrast
            comparison - size * baseline with zero, df as in the Fieller set so that tests and interval agree; the others claim a
            direction alone, of which no size can be excluded.
        size: the claimed size; None of a direction.
        less: taken off the comparison's figure beforehand, in its own units.
    """
    if metric == "ratio":
        df = _ratio_df(means)
        no_lift, claim = (_t(value - less, se) for value, se in (_value_and_se(means, r) for r in (1.0, size or 1.0)))
    else:
        value, se, df = contrast(means, 1.0)
        value -= less
        no_lift, claim = _t(value, se), _t(value - (size or 0.0) / SCALE[kind], se)
    no_lift, claim = (claimed_side(metric, size) * t for t in (no_lift, claim))
    no_size = size is None
    return ClaimTests(
        p_no_lift=float(stdtr(df, -no_lift)),
        p_below_claim=1.0 if no_size else float(stdtr(df, claim)),
        p_above_claim=1.0 if no_size else float(stdtr(df, -claim)),
        p_opposite=float(stdtr(df, no_lift)),
    )


@dataclass(frozen=True, slots=True)
class ClaimTests:
    """One-sided p values, of lifts in the claimed direction.

    Of no lift, of a lift of at least and of at most the claimed size, and of a lift the other way.
    """

    p_no_lift: float
    p_below_claim: float
    p_above_claim: float
    p_opposite: float


def share_of_claim(means: Means, *, metric: Metric, size: float, kind: Kind, level: float) -> ShareOfClaim | None:
    """The lift with its limits as a share of the claimed one: "between 0.3 and 1.7 times the claim".

    A claimed ratio r claims r - 1 of the baseline, so the share is (ratio - 1) / (r - 1), with Fieller's limits; half of 1.60 is
    1.30.

    Returns:
        ShareOfClaim; None where a group has no variation, or the ratio is not defined or not bounded.
    Notes:
        Under a flat prior the posterior of the lift is the t distribution around its estimate, so the probability of at least a
        size is the one-sided p value of that size.

    >>> from valuelib.stats.means import estimate_means
    >>> from valuelib.stats.totals import collect_totals
    >>> totals = collect_totals(range(40), [0] * 20 + [1] * 20, [1, 0] * 10 + [0, 0, 1, -1] * 5, groups=("comparison", "baseline"))
    >>> share = share_of_claim(estimate_means(totals), metric="points", size=25.0, kind="nps", level=0.95)
    >>> round(share.value, 1), round(share.ci_low, 1), round(share.ci_high, 1), round(share.chance_full, 2)
    (2.0, 0.4, 3.6, 0.89)
    """
    if not has_variation(means):
        return None
    if metric == "ratio":
        null, lift = 1.0, estimate_ratio(means, kind=kind, level=level)
        value, low, high = lift.value, lift.ci_low, lift.ci_high
    else:
        difference = estimate_difference(means, kind=kind, level=level)
        null, value, low, high = 0.0, difference.value, difference.ci_low, difference.ci_high
    if value is None or low is None or high is None:
        return None
    value, *limits = ((one - null) / (size - null) for one in (value, low, high))
    full, half = (
        run_claim_tests(means, metric=metric, size=one, kind=kind).p_below_claim for one in (size, null + (size - null) / 2)
    )
    return ShareOfClaim(value=value, ci_low=min(limits), ci_high=max(limits), chance_full=full, chance_half=half)


def out_of_reach(baseline: float, *, metric: Metric, size: float, kind: Kind) -> float | None:
    """The largest lift that the scale leaves above the baseline, or below it, where the claimed one is larger still.

    Args:
        baseline: the baseline group's figure in the outcome's own units, as in `Means.values`.
        metric, size: what is claimed.
    Returns:
        The largest lift in the unit of the claim; None where some figure could meet the claim.

    >>> out_of_reach(0.75, metric="points", size=30.0, kind="nps"), out_of_reach(0.25, metric="ratio", size=1.6, kind="rate")
    (25.0, None)
    """
    if metric == "ratio" and baseline <= 0:
        return None
    side = claimed_side(metric, size)
    end = BOUNDS[kind][side > 0]
    largest = float(end / baseline if metric == "ratio" else SCALE[kind] * (end - baseline))
    return largest if side * (size - largest) > SLACK else None


def fieller_set(means: Means, level: float) -> tuple[RatioSet, tuple[float, float] | None]:
    """The confidence set of comparison / baseline: its kind and its roots; None for the whole line."""
    y_c, y_b = (float(value) for value in means.values[:2])
    v = means.cr2
    t2 = t_quantile(level, _ratio_df(means)) ** 2
    a, b, c = y_b**2 - t2 * v[1, 1], y_c * y_b - t2 * v[0, 1], y_c**2 - t2 * v[0, 0]
    inside = b * b - a * c
    if inside <= 0 or a == 0:
        return "whole_line", None
    low, high = sorted(((b - inside**0.5) / a, (b + inside**0.5) / a))
    return ("bounded" if a > 0 else "exclusive"), (float(low), float(high))


def contrast(means: Means, ratio: float) -> tuple[float, float, float]:
    """comparison - ratio * baseline: value, CR2 standard error and Satterthwaite df, in the outcome's own units."""
    df = means.df(np.array([1.0, -ratio])) if has_variation(means) else float(max(means.n_clusters[:2].min() - 1, 1))
    return *_value_and_se(means, ratio), df


def carrying_accounts(totals: ClusterTotals, *, share: float = 0.9) -> int:
    """The fewest accounts that carry this share of a contrast of two groups, controls held equal.

    What an account carries is its part of the contrast's variance where all answers vary alike: little where the controls already
    tell who is in which group, and where it has few answers.

    Args:
        totals: both groups in the order (comparison, baseline), with any controls; linearly independent.
        share: 0..1.
    """
    controls = len(totals.columns) - 2
    own = [[group, *range(2, 2 + controls)] for group in (0, 1)]
    products = totals.totals[:, : controls + 1, : controls + 1]
    gram = np.zeros((2 + controls, 2 + controls))
    for group, places in enumerate(own):
        gram[np.ix_(places, places)] += products[1, :, :, group].sum(axis=-1)
    form = np.linalg.solve(gram, np.array([1.0, -1.0, *np.zeros(controls)]))
    carried = sum(np.einsum("i,ija,j->a", form[it], products[2, :, :, group], form[it]) for group, it in enumerate(own))
    most = np.cumsum(np.sort(carried)[::-1])
    return int(np.searchsorted(most, share * most[-1] * (1 - SLACK))) + 1


def has_variation(means: Means) -> bool:
    """Whether both groups vary, in two clusters at least and between clusters too, so that a standard error exists."""
    weights = np.array([1.0, -1.0])
    between = float(weights @ means.cr2[:2, :2] @ weights)
    return bool((means.variance[:2] > VARIATION).all() and (means.n_clusters[:2] >= 2).all() and between > VARIATION)


def baseline_t(means: Means) -> float:
    """Baseline over its standard error: how clearly it stands above zero."""
    return _t(float(means.values[1]), float(means.cr2[1, 1]) ** 0.5)


def _value_and_se(means: Means, ratio: float) -> tuple[float, float]:
    weights = np.array([1.0, -ratio])
    variance = float(weights @ means.cr2[:2, :2] @ weights)
    return float(weights @ means.values[:2]), max(variance, 0.0) ** 0.5


def _t(value: float, se: float) -> float:
    return value / se if se > 0 else float(np.sign(value)) * np.inf


def _ratio_df(means: Means) -> float:
    """Degrees of freedom of the contrast at the point ratio."""
    y_c, y_b = means.values[:2]
    return means.df(np.array([1.0, -(y_c / y_b if y_b != 0 else 1e6)]))


def _difference_limits(means: Means, found: tuple[float, float, float], kind: Kind, level: float) -> tuple[float, float]:
    value, se, df = found
    if has_variation(means):
        low = high = t_quantile(level, df) * se
    else:
        c, b = _both(means, kind, level)
        low = ((c.value - c.low) ** 2 + (b.high - b.value) ** 2) ** 0.5
        high = ((c.high - c.value) ** 2 + (b.value - b.low) ** 2) ** 0.5
    return hold_within(value - low, value + high, largest_difference(kind))


def _ratio_without_variation(means: Means, kind: Kind, level: float, adjusted_level: float | None) -> Ratio:
    """Donner and Zou's MOVER for ratios, on the adjusted limits; nothing where the baseline's own interval reaches zero."""
    c, b = _both(means, kind, level)
    if b.low <= 0 or b.value <= 0:
        return Ratio(value=None, ci_low=None, ci_high=None, set="whole_line")
    low, high = _mover_ratio(c, b)
    if low is None:
        return Ratio(value=None, ci_low=None, ci_high=None, set="whole_line")
    wide = (None, None) if adjusted_level is None else _mover_ratio(*_both(means, kind, adjusted_level))
    low, high, low_wide, high_wide = _above_zero((low, high, *wide), kind)
    return Ratio(
        value=c.value / b.value, ci_low=low, ci_high=high, set="bounded", ci_low_adjusted=low_wide, ci_high_adjusted=high_wide
    )


def _above_zero(limits: Sequence[float | None], kind: Kind) -> list[float | None]:
    """Limits of a ratio; of two rates none is below zero."""
    return [max(one, 0.0) if one is not None and kind == "rate" else one for one in limits]


def _mover_ratio(c: Limits, b: Limits) -> tuple[float, float] | tuple[None, None]:
    """Limits of a ratio from those of its parts; none where they do not bound it.

    Source: Donner and Zou (2012), Statistical Methods in Medical Research 21(4), 347-359, independent groups.
    """
    if b.low <= 0:
        return None, None
    product = c.value * b.value
    low_root = product**2 - c.low * b.high * (2 * c.value - c.low) * (2 * b.value - b.high)
    high_root = product**2 - c.high * b.low * (2 * c.value - c.high) * (2 * b.value - b.low)
    low = (product - max(low_root, 0.0) ** 0.5) / (b.high * (2 * b.value - b.high))
    high = (product + max(high_root, 0.0) ** 0.5) / (b.low * (2 * b.value - b.low))
    return (low, high) if low <= high else (None, None)


def _both(means: Means, kind: Kind, level: float) -> tuple[Limits, Limits]:
    return group_limits(means, 0, kind=kind, level=level), group_limits(means, 1, kind=kind, level=level)


# ---------------------------------------------------------------------- from tests to a verdict word

FAMILIES = ("p_no_lift", "p_below_claim", "p_above_claim", "p_opposite")


@dataclass(frozen=True, slots=True)
class Decisions:
    """Which of the one-sided tests of a claim are significant."""

    lift: bool
    below_claim: bool
    above_claim: bool
    opposite: bool


def read_verdict(decisions: Decisions) -> tuple[Verdict, bool]:
    """The verdict of a sized claim, and whether the effect runs the opposite way.

    supported: beyond the claim; consistent: a lift is shown and the claimed size is inside the interval; smaller: a lift is shown
    and the claimed size is excluded; rejected: the claimed size is excluded and no lift is shown; else undecided. The five rows
    are all the reachable combinations, so they exclude each other. "No effect" is never a verdict.

    >>> read_verdict(Decisions(lift=True, below_claim=True, above_claim=False, opposite=False))
    ('smaller', False)
    """
    if decisions.lift and decisions.above_claim:
        return "supported", False
    if decisions.lift:
        return ("smaller" if decisions.below_claim else "consistent"), False
    if decisions.below_claim:
        return "rejected", decisions.opposite
    return "undecided", False


def read_direction(decisions: Decisions) -> tuple[Verdict, bool]:
    """The verdict of a claim about a direction: it has no size to fall short of, so it is shown, shown to be opposite, or open."""
    if decisions.lift:
        return "supported", False
    return ("rejected", True) if decisions.opposite else ("undecided", False)


def decide(tests: ClaimTests, threshold: Mapping[str, float]) -> Decisions:
    """Compare each p value with the threshold of its family."""
    return Decisions(
        lift=tests.p_no_lift <= threshold["p_no_lift"],
        below_claim=tests.p_below_claim <= threshold["p_below_claim"],
        above_claim=tests.p_above_claim <= threshold["p_above_claim"],
        opposite=tests.p_opposite <= threshold["p_opposite"],
    )


def holm_thresholds(p_values: Sequence[float], keys: Sequence[str], *, alpha: float) -> list[float]:
    """The level each hypothesis of one family is tested at, by Holm's step-down over their keys.

    Args:
        p_values: one per hypothesis.
        keys: the key of each hypothesis; the ratio and the points of one contrast share a key, and the step-down goes on only
            when all hypotheses of a key were rejected.
        alpha: one-sided level of the family, such as 0.025.
    Returns:
        One threshold per hypothesis, in the given order; never below alpha / keys, which Bonferroni allows anyway.
    Notes:
        Source: Holm (1979), Scandinavian Journal of Statistics 6(2), 65-70.

    >>> holm_thresholds([0.001, 0.03, 0.01], ["a", "b", "c"], alpha=0.03)
    [0.01, 0.03, 0.015]
    """
    largest: dict[str, float] = {}
    for p, key in zip(p_values, keys, strict=True):
        largest[key] = max(p, largest.get(key, 0.0))
    level: dict[str, float] = {}
    alive = True
    for step, key in enumerate(sorted(largest, key=lambda name: (largest[name], name))):
        level[key] = alpha / (len(largest) - step if alive else len(largest))
        alive = alive and largest[key] <= level[key]
    return [level[key] for key in keys]

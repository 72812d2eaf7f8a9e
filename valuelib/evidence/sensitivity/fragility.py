"""How strong would something unmeasured have to be, to overturn the lift that gave the verdict?"""

from __future__ import annotations

from valuelib.errors import ResultError
from valuelib.evidence.record import Contrast
from valuelib.evidence.sensitivity.question import Question
from valuelib.records import Hidden, Robustness
from valuelib.stats.contrasts import contrast, has_variation
from valuelib.stats.loyalty import SCALE, Kind
from valuelib.stats.moments import Moments
from valuelib.stats.robustness import benchmark_hidden, e_value, risk_ratio_of_difference, robustness_value
from valuelib.stats.satterthwaite import t_quantile


def measure_robustness(question: Question) -> Robustness | None:
    """Robustness value, E-value, and what something as strong as each control would leave; None where nothing decides."""
    deciding = question.evidence.deciding
    if deciding is None or deciding.moments is None or question.evidence.thin is not None or not has_variation(deciding.means):
        return None
    lift, se, df = contrast(deciding.means, 1.0)
    reach = t_quantile(question.level, df) * se
    near = lift - reach if lift > 0 else lift + reach
    try:
        value = robustness_value(deciding.moments, lift, near)
    except ResultError:
        return None
    ratios = [_risk_ratio(deciding, question.outcome.kind, one) for one in (lift, near if near * lift > 0 else 0.0)]
    return Robustness(
        value_share=value.value,
        limit_share=value.limit,
        e_value=None if ratios[0] is None else e_value(ratios[0]),
        e_value_limit=None if ratios[1] is None else e_value(ratios[1]),
        hidden=_hidden(deciding.moments, lift, question.outcome.kind),
    )


def _hidden(moments: Moments, lift: float, kind: Kind) -> tuple[Hidden, ...]:
    found = benchmark_hidden(moments, lift, _blocks(moments))
    return tuple(
        Hidden(name=one.name, exposure_share=one.r2_exposure, outcome_share=one.r2_outcome, left_pts=SCALE[kind] * one.left)
        for one in found
    )


def _blocks(moments: Moments) -> dict[str, list[str]]:
    """Columns by the control they stand for: a covariate with levels has several."""
    blocks: dict[str, list[str]] = {}
    for name in moments.columns[1:-1]:
        blocks.setdefault(name.partition("#")[0].removeprefix("adjust."), []).append(name)
    return blocks


def _risk_ratio(deciding: Contrast, kind: Kind, lift: float) -> float | None:
    """The lift as a risk ratio: of shares as it stands, of other outcomes by their spread; None without a share to start from."""
    means = deciding.means
    if kind == "rate":
        baseline = float(means.values[1])
        return (baseline + lift) / baseline if baseline > 0 and baseline + lift > 0 else None
    sd = float(means.variance[:2].mean()) ** 0.5
    return risk_ratio_of_difference(lift, sd) if sd > 0 else None

"""How large a raw lift would a mere liking show in this very file, with no element doing anything?"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from valuelib.evidence.adjusted import GROUPS
from valuelib.evidence.sensitivity.question import Question
from valuelib.records import Control, Group, LiftPoints, LiftRatio, Message
from valuelib.stats.contrasts import contrast, has_variation
from valuelib.stats.exposure import COMPARISON, NEITHER, Codes
from valuelib.stats.halo import halo_only_lift
from valuelib.stats.loyalty import SCALE

HALO_BAND = "halo_only_band"
NOT_RATED = ("offering",)  # groups that nobody's rating formed: only the lower tiers can tell their liking


def halo_only_band(question: Question) -> Control | Message | None:
    """The raw lift under a pure halo with the file's own inter-item and item-outcome correlations, and its range.

    None where there is no raw contrast to set it beside.
    """
    raw, grouping = question.evidence.raw, question.raw_groups
    if raw is None or isinstance(grouping, Message) or not has_variation(raw.means):
        return None
    halo = question.lower_halo if grouping.rule in NOT_RATED else question.halo
    if halo is None:
        return Message(code="missing.few_for_halo")
    _, se, df = contrast(raw.means, 1.0)
    accounts = question.study.answers["account"].to_numpy(object)
    found = halo_only_lift(halo, question.y, grouping.codes, accounts, raw_se=se, df=df, level=question.level)
    lift = tuple(SCALE[question.outcome.kind] * one for one in (found.value, found.low, found.high))
    comparison, baseline, share = _split(question, grouping.codes, lift[0])
    return Control(
        name=HALO_BAND,
        role="sensitivity",
        comparison=comparison,
        baseline=baseline,
        lift_points=LiftPoints(value=lift[0], se=SCALE[question.outcome.kind] * found.se, df=df, ci_low=lift[1], ci_high=lift[2]),
        lift_ratio=_ratio(question, grouping.codes, lift, share),
        method="one factor through the ratings, pulled by the lower tiers",
    )


def _split(question: Question, codes: Codes, lift: float) -> tuple[Group, Group, float]:
    """What the two groups would show: the overall figure as it is, parted by the lift of the halo; and the comparison's share."""
    overall, share = _overall(question, codes)
    baseline = overall - share * lift
    groups = [_group(question, codes == index) for index in range(len(GROUPS))]
    comparison = dataclasses.replace(groups[0], value=baseline + lift)
    return comparison, dataclasses.replace(groups[1], value=baseline), share


def _ratio(question: Question, codes: Codes, lift: tuple[float, ...], share: float) -> LiftRatio | None:
    """The same as a ratio, where the baseline that the halo would leave stays above zero over the whole range."""
    overall, _ = _overall(question, codes)
    baselines = [overall - share * one for one in lift]
    if min(baselines) <= 0:
        return None
    value, low, high = ((baseline + one) / baseline for baseline, one in zip(baselines, lift, strict=True))
    return LiftRatio(value=value, ci_low=low, ci_high=high, set="bounded")


def _overall(question: Question, codes: Codes) -> tuple[float, float]:
    used = (codes != NEITHER) & question.y.notna().to_numpy()
    weights = question.study.answers["weight"].to_numpy(float)[used]
    overall = SCALE[question.outcome.kind] * float(np.average(question.y.to_numpy(float)[used], weights=weights))
    return overall, float(np.average(codes[used] == COMPARISON, weights=weights))


def _group(question: Question, rows: NDArray[np.bool_]) -> Group:
    used = rows & question.y.notna().to_numpy()
    return Group(n=int(used.sum()), accounts=int(question.study.answers["account"][used].nunique()), value=None)

"""How large a raw lift would a mere liking show in this very file, with no element doing anything?"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.errors import ResultError
from valuelib.results import Contrast, Difference, Group, Hidden, Message, Ratio, Robustness
from valuelib.stats.contrasts import contrast, has_variation
from valuelib.stats.exposure import COMPARISON, NEITHER, Codes
from valuelib.stats.halo import Halo, fit_halo, halo_only_lift
from valuelib.stats.loyalty import SCALE, Kind
from valuelib.stats.means import t_quantile
from valuelib.stats.sensitivity import benchmark_hidden, e_value, risk_ratio_of_difference, robustness_value
from valuelib.stats.totals import ClusterTotals
from valuelib.study.model import Study
from valuelib.theory.claims import Reading
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS, tier
from valuelib.verdict.adjusted import GROUPS, LOWER, PEERS_LOWER, Adjusted, fit_adjusted
from valuelib.verdict.evidence import ContrastMeans, Evidence
from valuelib.verdict.groups import (
    Grouping,
    Outcome,
    colleagues_mean,
    element_ratings,
    find_outcome,
    group_answers,
    group_by_offering,
    group_by_own,
    group_by_peers,
    lower_tier_mean,
)
from valuelib.verdict.numbers import control_of

# One claim's question with what several ways of asking it need, each made once.


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """What is asked, of whom, and the evidence that is there already."""

    study: Study
    outcome: Outcome
    reading: Reading
    evidence: Evidence

    @property
    def level(self) -> float:
        """Confidence level of every interval."""
        return self.study.config.level

    @cached_property
    def y(self) -> pd.Series:
        """The outcome in its own units, gaps kept."""
        return self.study.data[self.outcome.column].astype(float)

    @cached_property
    def own(self) -> Grouping | Message:
        """Groups by the respondents' own ratings of the higher tiers."""
        return group_by_own(self.study, self.reading)

    @cached_property
    def raw_groups(self) -> Grouping | Message:
        """The groups of the raw contrast."""
        return group_answers(self.study, self.reading)

    @cached_property
    def lower(self) -> pd.Series | None:
        """The respondents' own lower-tier means."""
        return lower_tier_mean(self.study)

    @cached_property
    def halo(self) -> Halo | None:
        """A halo through all ratings, its pull told by the lower tiers, which the claim does not speak of; None without enough."""
        return self.fit(LOWER_TIERS + HIGHER_TIERS)

    @cached_property
    def lower_halo(self) -> Halo | None:
        """The same through the lower tiers alone, for groups that no rating formed."""
        return self.fit(LOWER_TIERS)

    def fit(self, tiers: tuple[str, ...]) -> Halo | None:
        """A halo through the ratings of these tiers."""
        ratings = element_ratings(self.study, tiers)
        ratings = ratings.loc[:, ratings.nunique() > 1]
        lower = {f"element.{key}" for name in LOWER_TIERS for key in tier(name).elements}
        calibrate = [column in lower for column in ratings.columns]
        try:
            return fit_halo(ratings, self.y, calibrate)
        except ResultError:
            return None


Way = Callable[[Question], Contrast | Message]


def as_control(question: Question, found: Adjusted | Message) -> Contrast | Message:
    """A fitted contrast in figures, as one more way of asking."""
    if isinstance(found, Message):
        return found
    contrast = dataclasses.replace(found.fitted, role="sensitivity")
    return control_of(contrast, kind=question.outcome.kind, level=question.level)


def lift_control(
    question: Question,
    name: str,
    lift: tuple[float, float, float],
    *,
    method: str,
    groups: tuple[Group, Group] | None = None,
    note: Message | None = None,
) -> Contrast:
    """A lift in the outcome's own units (value, standard error, df) as one more way of asking, in points."""
    scale = SCALE[question.outcome.kind]
    value, se, df = lift
    reach = t_quantile(question.level, df) * se
    points = Difference(value=scale * value, se=scale * se, df=df, ci_low=scale * (value - reach), ci_high=scale * (value + reach))
    comparison, baseline = groups if groups is not None else (None, None)
    return Contrast(
        name=name, role="sensitivity", comparison=comparison, baseline=baseline, difference=points, method=method, note=note
    )


# How large a raw lift would a mere liking show in this very file, with no element doing anything?

HALO_BAND = "halo_only_band"
NOT_RATED = ("offering",)  # groups that nobody's rating formed: only the lower tiers can tell their liking


def halo_only_band(question: Question) -> Contrast | Message | None:
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
    accounts = question.study.data["account"].to_numpy(object)
    found = halo_only_lift(halo, question.y, grouping.codes, accounts, raw_se=se, df=df, level=question.level)
    lift = tuple(SCALE[question.outcome.kind] * one for one in (found.value, found.low, found.high))
    comparison, baseline, share = _split(question, grouping.codes, lift[0])
    return Contrast(
        name=HALO_BAND,
        role="sensitivity",
        comparison=comparison,
        baseline=baseline,
        difference=Difference(value=lift[0], se=SCALE[question.outcome.kind] * found.se, df=df, ci_low=lift[1], ci_high=lift[2]),
        ratio=_ratio(question, grouping.codes, lift, share),
        method="one factor through the ratings, pulled by the lower tiers",
    )


def _split(question: Question, codes: Codes, lift: float) -> tuple[Group, Group, float]:
    """What the two groups would show: the overall figure as it is, parted by the lift of the halo; and the comparison's share."""
    overall, share = _overall(question, codes)
    baseline = overall - share * lift
    groups = [_group(question, codes == index) for index in range(len(GROUPS))]
    comparison = dataclasses.replace(groups[0], value=baseline + lift)
    return comparison, dataclasses.replace(groups[1], value=baseline), share


def _ratio(question: Question, codes: Codes, lift: tuple[float, ...], share: float) -> Ratio | None:
    """The same as a ratio, where the baseline that the halo would leave stays above zero over the whole range."""
    overall, _ = _overall(question, codes)
    baselines = [overall - share * one for one in lift]
    if min(baselines) <= 0:
        return None
    value, low, high = ((baseline + one) / baseline for baseline, one in zip(baselines, lift, strict=True))
    return Ratio(value=value, ci_low=low, ci_high=high, set="bounded")


def _overall(question: Question, codes: Codes) -> tuple[float, float]:
    used = (codes != NEITHER) & question.y.notna().to_numpy()
    weights = question.study.data["weight"].to_numpy(float)[used]
    overall = SCALE[question.outcome.kind] * float(np.average(question.y.to_numpy(float)[used], weights=weights))
    return overall, float(np.average(codes[used] == COMPARISON, weights=weights))


def _group(question: Question, rows: NDArray[np.bool_]) -> Group:
    used = rows & question.y.notna().to_numpy()
    return Group(n=int(used.sum()), accounts=int(question.study.data["account"][used].nunique()), value=None)


# How strong would something unmeasured have to be, to overturn the lift that gave the verdict?


def measure_robustness(question: Question) -> Robustness | None:
    """Robustness value, E-value, and what something as strong as each control would leave; None where nothing decides."""
    deciding = question.evidence.deciding
    if (
        deciding is None
        or deciding.totals is None
        or question.evidence.too_few_clusters is not None
        or not has_variation(deciding.means)
    ):
        return None
    lift, se, df = contrast(deciding.means, 1.0)
    reach = t_quantile(question.level, df) * se
    near = lift - reach if lift > 0 else lift + reach
    try:
        value = robustness_value(deciding.totals, lift, near)
    except ResultError:
        return None
    ratios = [_risk_ratio(deciding, question.outcome.kind, one) for one in (lift, near if near * lift > 0 else 0.0)]
    return Robustness(
        value_share=value.value,
        limit_share=value.limit,
        e_value=None if ratios[0] is None else e_value(ratios[0]),
        e_value_limit=None if ratios[1] is None else e_value(ratios[1]),
        hidden=_hidden(deciding.totals, lift, question.outcome.kind),
    )


def _hidden(totals: ClusterTotals, lift: float, kind: Kind) -> tuple[Hidden, ...]:
    found = benchmark_hidden(totals, lift, _blocks(totals))
    return tuple(
        Hidden(name=one.name, exposure_share=one.r2_exposure, outcome_share=one.r2_outcome, left_pts=SCALE[kind] * one.left)
        for one in found
    )


def _blocks(totals: ClusterTotals) -> dict[str, list[str]]:
    """Columns by the control they stand for: a covariate with levels has several."""
    blocks: dict[str, list[str]] = {}
    for name in totals.columns[1:-1]:
        blocks.setdefault(name.partition("#")[0].removeprefix("adjust."), []).append(name)
    return blocks


def _risk_ratio(deciding: ContrastMeans, kind: Kind, lift: float) -> float | None:
    """The lift as a risk ratio: of shares as it stands, of other outcomes by their spread; None without a share to start from."""
    means = deciding.means
    if kind == "rate":
        baseline = float(means.values[1])
        return (baseline + lift) / baseline if baseline > 0 and baseline + lift > 0 else None
    sd = float(means.variance[:2].mean()) ** 0.5
    return risk_ratio_of_difference(lift, sd) if sd > 0 else None


# Does the deciding comparison also "move" something that value cannot move? Then something else differs between the groups.

UNAFFECTED = "negative_control.unaffected"


def ask_unaffected(question: Question) -> Contrast | Message:
    """The verdict's groups and controls (own ratings where nothing decides) on the outcome `unaffected`, in its own points.

    Source: Lipsitch, Tchetgen Tchetgen and Cohen (2010), Epidemiology 21(3), 383-388.
    """
    outcome = find_outcome(question.study, "unaffected")
    if isinstance(outcome, Message):
        return outcome
    evidence_level, lower = question.evidence.evidence_level, question.lower
    by_evidence_level = {"audited": group_by_offering, "peers": group_by_peers}
    grouping = by_evidence_level[evidence_level](question.study) if evidence_level in by_evidence_level else question.own
    if isinstance(grouping, Message):
        return grouping
    if lower is None:
        return Message(code="missing.lower_items")
    peers = colleagues_mean(question.study, LOWER_TIERS) if evidence_level == "peers" else None
    required = {LOWER: lower} if peers is None else {LOWER: lower, PEERS_LOWER: peers}
    found = fit_adjusted(question.study, outcome, grouping.codes, required, name=UNAFFECTED, role="sensitivity")
    if isinstance(found, Message):
        return found
    control = control_of(found.fitted, kind=outcome.kind, level=question.level)
    lift = control.difference
    moves = lift is not None and not lift.ci_low <= 0 <= lift.ci_high
    code = "note.other_outcome_moves" if moves else "note.other_outcome"
    return dataclasses.replace(control, note=Message(code=code, values={"outcome_key": "unaffected"}))

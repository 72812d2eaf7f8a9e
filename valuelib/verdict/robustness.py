"""What could fool a verdict: a mere liking (halo), something unmeasured, or groups that differ where value has no say."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from valuelib.errors import ResultError
from valuelib.results import Contrast, Difference, EvidenceLevel, Group, Hidden, Message, Ratio, Robustness
from valuelib.stats.contrasts import contrast, has_variation
from valuelib.stats.exposure import COMPARISON, NEITHER
from valuelib.stats.halo import Halo, fit_halo, halo_only_lift
from valuelib.stats.loyalty import SCALE, Kind
from valuelib.stats.means import t_quantile
from valuelib.stats.sensitivity import benchmark_hidden, e_value, risk_ratio_of_difference, robustness_value
from valuelib.study.model import Study
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS, tier
from valuelib.theory.reading import Reading
from valuelib.verdict.adjusted import LOWER, PEERS_LOWER, Adjusted, fit_adjusted
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
from valuelib.verdict.numbers import contrast_figures


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """A claim's reading of a study, the evidence that is there already, and what several sensitivity checks need, made once."""

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
        """A halo through all ratings, its pull estimated on the lower tiers, which no claim speaks of; None without enough."""
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


Check = Callable[[Question], Contrast | Message]


def as_check(question: Question, found: Adjusted | Message) -> Contrast | Message:
    """A fitted contrast in figures, as one more sensitivity check."""
    if isinstance(found, Message):
        return found
    return contrast_figures(dataclasses.replace(found.fitted, role="sensitivity"), kind=question.outcome.kind, level=question.level)


def lift_check(
    question: Question,
    name: str,
    lift: tuple[float, float, float],
    *,
    method: str,
    groups: tuple[Group | None, Group | None] = (None, None),
    note: Message | None = None,
) -> Contrast:
    """A lift in the outcome's own units (value, standard error, df) as one more sensitivity check, in points."""
    scale = SCALE[question.outcome.kind]
    value, se, df = lift
    reach = t_quantile(question.level, df) * se
    points = Difference(value=scale * value, se=scale * se, df=df, ci_low=scale * (value - reach), ci_high=scale * (value + reach))
    return Contrast(
        name=name, role="sensitivity", comparison=groups[0], baseline=groups[1], difference=points, method=method, note=note
    )


# ---------------------------------------------------------------------- the lift of halo alone

HALO_BAND = "halo_only_band"
NOT_RATED = ("offering",)  # groups that nobody's rating formed: only the lower tiers can show their liking


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
    used = (grouping.codes != NEITHER) & question.y.notna().to_numpy()
    weights, scale = question.study.data["weight"].to_numpy(float)[used], SCALE[question.outcome.kind]
    overall = scale * float(np.average(question.y.to_numpy(float)[used], weights=weights))
    share = float(np.average(grouping.codes[used] == COMPARISON, weights=weights))
    lift, low, high = (scale * one for one in (found.value, found.low, found.high))
    # What the groups would show: the overall figure as it is, parted by the lift; a ratio only where the baseline stays above zero.
    baselines = [overall - share * one for one in (lift, low, high)]
    ratio = None
    if min(baselines) > 0:
        times = [(baseline + one) / baseline for baseline, one in zip(baselines, (lift, low, high), strict=True)]
        ratio = Ratio(value=times[0], ci_low=times[1], ci_high=times[2], set="bounded")
    groups = []
    for code, value in enumerate((baselines[0] + lift, baselines[0])):
        rows = used & (grouping.codes == code)
        groups.append(Group(n=int(rows.sum()), accounts=int(question.study.data["account"][rows].nunique()), value=value))
    return Contrast(
        name=HALO_BAND,
        role="sensitivity",
        comparison=groups[0],
        baseline=groups[1],
        difference=Difference(value=lift, se=scale * found.se, df=df, ci_low=low, ci_high=high),
        ratio=ratio,
        method="one factor through the ratings, pulled by the lower tiers",
    )


# ---------------------------------------------------------------------- something unmeasured


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
    values = [None if one is None else e_value(one) for one in ratios]
    covariates: dict[str, list[str]] = {}  # columns by the control they stand for: a covariate with levels has several
    for name in deciding.totals.columns[1:-1]:
        covariates.setdefault(name.partition("#")[0].removeprefix("adjust."), []).append(name)
    scale = SCALE[question.outcome.kind]
    hidden = (
        Hidden(
            name=question.study.column_word(one.name),
            exposure_share=one.r2_exposure,
            outcome_share=one.r2_outcome,
            left_pts=scale * one.left,
        )
        for one in benchmark_hidden(deciding.totals, lift, covariates)
    )
    return Robustness(
        value_share=value.value, limit_share=value.limit, e_value=values[0], e_value_limit=values[1], hidden=tuple(hidden)
    )


def _risk_ratio(deciding: ContrastMeans, kind: Kind, lift: float) -> float | None:
    """The lift as a risk ratio: of shares as it stands, of other outcomes by their spread; None without a share to start from."""
    means = deciding.means
    if kind == "rate":
        baseline = float(means.values[1])
        return (baseline + lift) / baseline if baseline > 0 and baseline + lift > 0 else None
    sd = float(means.variance[:2].mean()) ** 0.5
    return risk_ratio_of_difference(lift, sd) if sd > 0 else None


# ---------------------------------------------------------------------- an outcome that value cannot move

UNAFFECTED = "negative_control.unaffected"


def check_unaffected(question: Question) -> Contrast | Message:
    """The verdict's groups and controls (own ratings where nothing decides) on the outcome `unaffected`, in its own points.

    Source: Lipsitch, Tchetgen Tchetgen and Cohen (2010), Epidemiology 21(3), 383-388.
    """
    outcome = find_outcome(question.study, "unaffected")
    if isinstance(outcome, Message):
        return outcome
    level, lower = question.evidence.evidence_level, question.lower
    grouping = question.own
    if level in (EvidenceLevel.PURCHASE_RECORD, EvidenceLevel.COLLEAGUE_RATED):
        by_level = group_by_offering if level == EvidenceLevel.PURCHASE_RECORD else group_by_peers
        grouping = by_level(question.study)
    if isinstance(grouping, Message):
        return grouping
    if lower is None:
        return Message(code="missing.lower_items")
    peers = colleagues_mean(question.study, LOWER_TIERS) if level == EvidenceLevel.COLLEAGUE_RATED else None
    required = {LOWER: lower} if peers is None else {LOWER: lower, PEERS_LOWER: peers}
    found = fit_adjusted(question.study, outcome, grouping.codes, required, name=UNAFFECTED, role="sensitivity")
    if isinstance(found, Message):
        return found
    figures = contrast_figures(found.fitted, kind=outcome.kind, level=question.level)
    lift = figures.difference
    moves = lift is not None and not lift.ci_low <= 0 <= lift.ci_high
    code = "note.other_outcome_moves" if moves else "note.other_outcome"
    return dataclasses.replace(figures, note=Message(code=code, values={"outcome_key": "unaffected"}))

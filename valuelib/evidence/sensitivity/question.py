"""One claim's question with what several ways of asking it need, each made once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from valuelib.errors import ResultError
from valuelib.evidence.adjusted import Adjusted
from valuelib.evidence.groups import Grouping, element_ratings, group_answers, group_by_own, lower_tier_mean
from valuelib.evidence.numbers import control_of
from valuelib.evidence.outcomes import Outcome
from valuelib.evidence.record import Evidence
from valuelib.records import Control, Group, LiftPoints, Message
from valuelib.stats.halo import Halo, fit_halo
from valuelib.stats.loyalty import SCALE
from valuelib.stats.satterthwaite import t_quantile
from valuelib.study import Study
from valuelib.theory import HIGHER_TIERS, LOWER_TIERS, Reading, tier


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
        return self.study.answers[self.outcome.column].astype(float)

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


Way = Callable[[Question], Control | Message]


def as_control(question: Question, found: Adjusted | Message) -> Control | Message:
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
) -> Control:
    """A lift in the outcome's own units (value, standard error, df) as one more way of asking, in points."""
    scale = SCALE[question.outcome.kind]
    value, se, df = lift
    reach = t_quantile(question.level, df) * se
    points = LiftPoints(value=scale * value, se=scale * se, df=df, ci_low=scale * (value - reach), ci_high=scale * (value + reach))
    comparison, baseline = groups if groups is not None else (None, None)
    return Control(
        name=name, role="sensitivity", comparison=comparison, baseline=baseline, lift_points=points, method=method, note=note
    )

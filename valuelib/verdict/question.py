"""What several sensitivity checks of one claim need, made once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.errors import ResultError
from valuelib.results import Contrast, Difference, Group, Message
from valuelib.stats.contrasts import largest_difference, t_difference
from valuelib.stats.exposure import Codes
from valuelib.stats.loyalty import SCALE
from valuelib.stats.sensitivity import Halo, fit_halo
from valuelib.study.model import Study
from valuelib.theory.pyramid import HIGHER_TIERS, LOWER_TIERS, tier
from valuelib.theory.reading import Reading
from valuelib.verdict.adjusted import Adjusted
from valuelib.verdict.evidence import Evidence
from valuelib.verdict.groups import Grouping, Outcome, element_ratings, group_by_own, lower_tier_mean
from valuelib.verdict.numbers import contrast_figures


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """A claim's reading of a study, the evidence that is there already, and what several sensitivity checks need, made once."""

    study: Study
    outcome: Outcome
    reading: Reading
    evidence: Evidence

    @cached_property
    def y(self) -> pd.Series:
        """The outcome in its own units, gaps kept."""
        return self.study.data[self.outcome.column].astype(float)

    @cached_property
    def own(self) -> Grouping | Message:
        """Groups by the respondents' own ratings of the higher tiers."""
        return group_by_own(self.study, self.reading)

    @cached_property
    def lower(self) -> pd.Series | None:
        """The respondents' own lower-tier means."""
        return lower_tier_mean(self.study)

    @cached_property
    def halo(self) -> Halo | None:
        """A halo through all ratings."""
        return self.fit_halo(LOWER_TIERS + HIGHER_TIERS)

    def fit_halo(self, tiers: tuple[str, ...]) -> Halo | None:
        """A halo through these tiers, its pull estimated on the lower ones, which no claim speaks of; None without enough."""
        ratings = element_ratings(self.study, tiers)
        ratings = ratings.loc[:, ratings.nunique() > 1]
        lower = {f"element.{key}" for name in LOWER_TIERS for key in tier(name).elements}
        try:
            return fit_halo(ratings, self.y, [column in lower for column in ratings.columns])
        except ResultError:
            return None

    def difference(self, value: float, se: float, df: float) -> Difference:
        """A lift in the outcome's own units with its interval, in points."""
        kind = self.outcome.kind
        return t_difference(value, se, df, level=self.study.config.level, scale=SCALE[kind], most=largest_difference(kind))

    def groups(self, codes: Codes, used: NDArray[np.bool_], comparison: float, baseline: float) -> tuple[Group, Group, int]:
        """Both groups with these figures in points, and the clusters of both together."""
        accounts, rows = self.study.data["account"], [used & (codes == code) for code in (0, 1)]
        one, other = (
            Group(n=int(inside.sum()), accounts=int(accounts[inside].nunique()), value=value)
            for inside, value in zip(rows, (comparison, baseline), strict=True)
        )
        return one, other, int(self.study.clusters[rows[0] | rows[1]].nunique())


Check = Callable[[Question], Contrast | Message]


def as_check(question: Question, found: Adjusted | Message) -> Contrast | Message:
    """A fitted contrast in figures, as one more sensitivity check."""
    if isinstance(found, Message):
        return found
    fitted = dataclasses.replace(found.fitted, role="sensitivity")
    return contrast_figures(fitted, kind=question.outcome.kind, level=question.study.config.level)

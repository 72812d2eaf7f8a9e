"""What did the *other* respondents of the account say one survey earlier? A rating that lies before the outcome in time."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pandas as pd

from valuelib.evidence.controls import LOWER
from valuelib.evidence.facets import Exposure, facet_mean
from valuelib.evidence.groups import lower_tier_mean
from valuelib.evidence.outcomes import Outcome
from valuelib.evidence.record import Measured
from valuelib.evidence.relation import fit_relation
from valuelib.records import Message
from valuelib.study import Study

NAME, EARLIER_LOWER = "earlier.cocreation", "earlier_lower_tiers"
FEWEST_SHARE = 0.5  # of the answers; with fewer, those who can be followed are a group of their own


def earlier_exposure(study: Study, keys: Sequence[str]) -> Exposure | None:
    """The others' rating of these facets at the survey before, theirs of the lower tiers and the respondent's own held equal.

    None where there is no survey before, or where fewer than half of the answers have such a rating. It shows what goes before
    what, but no provider's view: on perceived value it decides nothing (docs/decisions/0014-who-rates-cocreation.md).
    """
    whole = dataclasses.replace(study, answers=study.all_answers)
    facets, lower, own = facet_mean(whole, keys), lower_tier_mean(whole), lower_tier_mean(study)
    if facets is None or lower is None or own is None or not study.has_accounts:
        return None
    values = others_before(study, facets)
    if values.notna().mean() < FEWEST_SHARE:
        return None
    return Exposure("peers", NAME, values, {LOWER: own, EARLIER_LOWER: others_before(study, lower)})


def fit_earlier(study: Study, keys: Sequence[str], value: Outcome, loyalty: Outcome) -> tuple[Measured, Measured] | Message | None:
    """Both paths with what lies before each outcome: earlier co-creation and value now, earlier value and loyalty now."""
    exposure = earlier_exposure(study, keys)
    if exposure is None:
        return None
    told = others_before(study, study.all_answers[value.column].astype(float))
    first = fit_relation(study, study.answers[value.column], value.kind, {"facets": exposure.values}, exposure.equal)
    equal = {"facets": exposure.values, **exposure.equal}
    second = fit_relation(study, study.answers[loyalty.column], loyalty.kind, {"value": told}, equal)
    if isinstance(first, Message) or isinstance(second, Message):
        return first if isinstance(first, Message) else second if isinstance(second, Message) else None
    return first.part("facets", "path_value"), second.part("value", "path_loyalty")


def others_before(study: Study, ratings: pd.Series) -> pd.Series:
    """For each of the study's answers, the mean rating one wave earlier of the account's respondents but the one who answers.

    Args:
        study: the study.
        ratings: one value for each row of `all_answers`.
    """
    every = study.all_answers
    if "wave" not in every:
        return pd.Series(float("nan"), index=study.answers.index)
    place = {name: order for order, name in enumerate(every["wave"].drop_duplicates())}
    when, now = every["wave"].map(place), study.answers["wave"].map(place) - 1
    sums, counts = _totals(ratings, every["account"], when, study.answers["account"], now)
    people = [frame["account"] + "\0" + frame["respondent"] for frame in (every, study.answers)]
    mine, told = _totals(ratings, people[0], when, people[1], now)
    left = counts - told
    return ((sums - mine) / left.where(left > 0)).astype(float)


def _totals(
    ratings: pd.Series, names: pd.Series, when: pd.Series, wanted: pd.Series, before: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Sum and count of the ratings under each wanted name at the time before."""
    grouped = ratings.groupby(names + "\0" + when.astype(str))
    keys = wanted + "\0" + before.astype(str)
    sums, counts = (keys.map(found).fillna(0.0) for found in (grouped.sum(), grouped.count()))
    return sums, counts

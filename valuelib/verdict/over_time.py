"""Evidence for "value builds over time": does it rise from wave to wave, and faster where co-creation was good to begin with?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from valuelib.results import EvidenceLevel, Message
from valuelib.study.model import Study
from valuelib.theory.claims import Claim
from valuelib.verdict.adjusted import LOWER
from valuelib.verdict.contrast import with_warnings
from valuelib.verdict.evidence import Evidence, PartEstimate
from valuelib.verdict.groups import Outcome, find_outcome, lower_tier_mean
from valuelib.verdict.relations import Exposure, facet_mean, fit_relation, predictor_facets, provider_facets

# Evidence for "value builds over time": does it rise from wave to wave, and faster where co-creation was good to begin with?

MIN_ACCOUNTS = 10
UNITS = {"growth_wave": "scale_points_per_wave", "growth_cocreation": "scale_points_per_wave_and_point"}


class Start(NamedTuple):
    """Co-creation as it stood at the first wave, for each answer of every wave, and who told it."""

    evidence_level: EvidenceLevel
    name: str
    values: pd.Series
    later: bool


def gather_growth(study: Study, claim: Claim) -> Evidence:
    """Both slopes over all waves, among accounts that answered the first wave and the last."""
    outcome = find_outcome(study, claim.reading.outcome)
    if isinstance(outcome, Message):
        return Evidence(claim=claim, missing=outcome)
    panel = stayers(study)
    if isinstance(panel, Message):
        return Evidence(claim=claim, missing=panel)
    starts = find_starts(panel, claim.reading.facets or predictor_facets())
    if not starts:
        return Evidence(claim=claim, missing=Message(code="missing.facets"))
    fitted = [(one, fit_growth(panel, one, outcome)) for one in starts]
    usable = [(one, parts) for one, parts in fitted if not isinstance(parts, Message)]
    if not usable:
        return Evidence(claim=claim, missing=next(found for _, found in fitted if isinstance(found, Message)))
    (first, parts), *rest = usable
    also = tuple(dataclasses.replace(part, name=f"{one.name}.{part.name}") for one, others in rest for part in others)
    evidence = Evidence(
        claim=claim, evidence_level=first.evidence_level, exposure=first.name, later=first.later, parts=parts, also=also
    )
    return with_warnings(study, evidence)


def stayers(study: Study) -> Study | Message:
    """The study with every wave of the accounts that answered the first and the last one."""
    every = study.all_data
    if "wave" not in every or every["wave"].nunique() < 2:
        return Message(code="missing.one_wave")
    if not study.has_accounts:
        return Message(code="missing.accounts")
    first, last = every["wave"].iloc[0], every["wave"].iloc[-1]
    stayed = set(every.loc[every["wave"] == first, "account"]) & set(every.loc[every["wave"] == last, "account"])
    if len(stayed) < MIN_ACCOUNTS:
        return Message(code="missing.few_stayers", values={"accounts_n": len(stayed), "fewest_n": MIN_ACCOUNTS})
    kept = every[every["account"].isin(stayed)].reset_index(drop=True)
    return dataclasses.replace(study, data=kept)


def find_starts(panel: Study, keys: tuple[str, ...]) -> tuple[Start, ...]:
    """Co-creation at the first wave by others of the account, then by the provider, then by the respondents themselves."""
    own = facet_mean(panel, keys)
    found = []
    if own is not None:
        found.append(Start(EvidenceLevel.COLLEAGUE_RATED, "peers.cocreation_at_start", others_at_start(panel.data, own), True))
    provider = provider_facets(panel, keys)
    if provider is not None:
        found.append(Start(EvidenceLevel.OTHER_SOURCE, "other_rater.cocreation", provider, False))
    if own is not None:
        found.append(Start(EvidenceLevel.DIRECTION, "own.cocreation", own, False))
    return tuple(one for one in found if panel.data["account"][one.values.notna()].nunique() >= MIN_ACCOUNTS)


def others_at_start(answers: pd.DataFrame, own: pd.Series) -> pd.Series:
    """Mean of the account's first-wave ratings, those of the respondent left out; missing where there was nobody else."""
    first = answers["wave"] == answers["wave"].iloc[0]
    start = own.where(first)
    total, n = (start.groupby(answers["account"]).transform(what) for what in ("sum", "count"))
    people = answers["account"] + "\0" + answers["respondent"]
    mine, told = (start.groupby(people).transform(what) for what in ("sum", "count"))
    left = n - told
    return ((total - mine) / left.where(left > 0)).astype(float)


def fit_growth(panel: Study, start: Start, outcome: Outcome) -> tuple[PartEstimate, ...] | Message:
    """Slope on the wave at mean co-creation, and by how much it rises with each point of co-creation."""
    order = {name: place for place, name in enumerate(panel.data["wave"].drop_duplicates())}
    wave = panel.data["wave"].map(order).astype(float)
    centred = start.values - start.values.mean()
    ratings = {"growth_wave": wave, "growth_cocreation": (wave - wave.mean()) * centred}
    relation = fit_relation(panel, panel.data[outcome.column], outcome.kind, ratings, {"cocreation": centred})
    if isinstance(relation, Message):
        return relation
    return tuple(relation.part(name, name, unit_key=UNITS[name]) for name in ratings)


# What did the *other* respondents of the account say one survey earlier? A rating that lies before the outcome in time.

NAME, EARLIER_LOWER = "earlier.cocreation", "earlier_lower_tiers"
MIN_SHARE = 0.5  # of the answers; with fewer, those who can be followed are a group of their own


def earlier_exposure(study: Study, keys: Sequence[str]) -> Exposure | None:
    """The others' rating of these facets at the survey before, theirs of the lower tiers and the respondent's own held equal.

    None where there is no survey before, or where fewer than half of the answers have such a rating. It shows what goes before
    what, but no provider's view: on perceived value it decides nothing (docs/decisions/0014-who-rates-cocreation.md).
    """
    whole = dataclasses.replace(study, data=study.all_data)
    facets, lower, own = facet_mean(whole, keys), lower_tier_mean(whole), lower_tier_mean(study)
    if facets is None or lower is None or own is None or not study.has_accounts:
        return None
    values = others_before(study, facets)
    if values.notna().mean() < MIN_SHARE:
        return None
    return Exposure(EvidenceLevel.COLLEAGUE_RATED, NAME, values, {LOWER: own, EARLIER_LOWER: others_before(study, lower)})


def fit_earlier(
    study: Study, keys: Sequence[str], value: Outcome, loyalty: Outcome
) -> tuple[PartEstimate, PartEstimate] | Message | None:
    """Both paths with what lies before each outcome: earlier co-creation and value now, earlier value and loyalty now."""
    exposure = earlier_exposure(study, keys)
    if exposure is None:
        return None
    told = others_before(study, study.all_data[value.column].astype(float))
    first = fit_relation(study, study.data[value.column], value.kind, {"facets": exposure.values}, exposure.equal)
    equal = {"facets": exposure.values, **exposure.equal}
    second = fit_relation(study, study.data[loyalty.column], loyalty.kind, {"value": told}, equal)
    if isinstance(first, Message) or isinstance(second, Message):
        return first if isinstance(first, Message) else second if isinstance(second, Message) else None
    return first.part("facets", "path_value"), second.part("value", "path_loyalty")


def others_before(study: Study, ratings: pd.Series) -> pd.Series:
    """For each of the study's answers, the mean rating one wave earlier of the account's respondents but the one who answers.

    Args:
        study: the study.
        ratings: one value for each row of `all_data`.
    """
    every = study.all_data
    if "wave" not in every:
        return pd.Series(float("nan"), index=study.data.index)
    place = {name: order for order, name in enumerate(every["wave"].drop_duplicates())}
    when, now = every["wave"].map(place), study.data["wave"].map(place) - 1
    sums, counts = _totals(ratings, every["account"], when, study.data["account"], now)
    people = [frame["account"] + "\0" + frame["respondent"] for frame in (every, study.data)]
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

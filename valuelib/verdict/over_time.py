"""Evidence over several waves: how fast value rises, and what others of the account reported one survey before an outcome."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pandas as pd

from valuelib.results import EvidenceLevel, Message
from valuelib.study.model import Study
from valuelib.theory.claims import Claim
from valuelib.verdict.adjusted import LOWER
from valuelib.verdict.evidence import Evidence, PartEstimate, all_parts, evidence_of_parts
from valuelib.verdict.groups import Outcome, lower_tier_mean
from valuelib.verdict.relations import Exposure, facet_mean, fit_parts, predictor_facets, provider_facets

MIN_ACCOUNTS = 10
UNITS = {"wave": "scale_points_per_wave", "cocreation": "scale_points_per_wave_and_point"}
GROWS = {"facet.H1": "uniqueness"}  # by the outcome's column; of anything else it is called growth


def gather_growth(study: Study, claim: Claim, outcome: Outcome) -> Evidence | Message:
    """Both slopes over all waves, among accounts that answered the first wave and the last."""
    panel = stayers(study)
    if isinstance(panel, Message):
        return panel
    starts = find_starts(panel, claim.reading.facets or predictor_facets())
    if not starts:
        return Message(code="missing.facets")
    evidence = evidence_of_parts(claim, starts, lambda one: fit_growth(panel, one, outcome))
    if isinstance(evidence, Message):
        return evidence
    return dataclasses.replace(evidence, later=evidence.evidence_level == EvidenceLevel.COLLEAGUE_RATED)


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


def find_starts(panel: Study, keys: tuple[str, ...]) -> tuple[Exposure, ...]:
    """Co-creation at the first wave, for each answer of every wave: by others of the account, the provider, the respondents."""
    own, provider, found = facet_mean(panel, keys), provider_facets(panel, keys), []
    if own is not None:
        others = others_at_start(panel.data, own)
        found.append(Exposure(EvidenceLevel.COLLEAGUE_RATED, "peers.cocreation_at_start", others, {}))
    if provider is not None:
        found.append(Exposure(EvidenceLevel.OTHER_SOURCE, "other_rater.cocreation", provider, {}))
    if own is not None:
        found.append(Exposure(EvidenceLevel.DIRECTION, "own.cocreation", own, {}))
    return tuple(one for one in found if panel.data["account"][one.values.notna()].nunique() >= MIN_ACCOUNTS)


def others_at_start(answers: pd.DataFrame, own: pd.Series) -> pd.Series:
    """Mean of the account's first-wave ratings, those of the respondent left out; missing where there was nobody else."""
    first = answers["wave"] == answers["wave"].iloc[0]
    start = own.where(first)
    total, n = (start.groupby(answers["account"]).transform(what) for what in ("sum", "count"))
    people = answers["account"] + "\0" + answers["respondent"]
    mine, rated = (start.groupby(people).transform(what) for what in ("sum", "count"))
    left = n - rated
    return ((total - mine) / left.where(left > 0)).astype(float)


def fit_growth(panel: Study, start: Exposure, outcome: Outcome) -> tuple[PartEstimate, ...] | Message:
    """Slope on the wave at mean co-creation, and by how much it rises with each point of co-creation."""
    order = {name: place for place, name in enumerate(panel.data["wave"].drop_duplicates())}
    wave = panel.data["wave"].map(order).astype(float)
    centred = start.values - start.values.mean()
    what = GROWS.get(outcome.column, "growth")
    ratings = {f"{what}_wave": wave, f"{what}_cocreation": (wave - wave.mean()) * centred}
    return fit_parts(panel, outcome, ratings, {"cocreation": centred}, units={f"{what}_{key}": unit for key, unit in UNITS.items()})


# ---------------------------------------------------------------------- ratings one survey earlier

NAME, EARLIER_LOWER = "earlier.cocreation", "earlier_lower_tiers"
MIN_SHARE = 0.5  # of the answers; with fewer, those who can be followed are a group of their own


def earlier_exposure(study: Study, keys: Sequence[str]) -> Exposure | None:
    """The others' rating of these facets at the survey before, adjusted for theirs of the lower tiers and the respondent's own.

    None where there is no survey before, or where fewer than half of the answers have such a rating. It shows what comes before
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


def fit_earlier(study: Study, keys: Sequence[str], value: Outcome, loyalty: Outcome) -> tuple[PartEstimate, ...] | Message | None:
    """Both paths with what lies before each outcome: earlier co-creation and value now, earlier value and loyalty now."""
    exposure = earlier_exposure(study, keys)
    if exposure is None:
        return None
    earlier_value = others_before(study, study.all_data[value.column].astype(float))
    held = {"facets": exposure.values, **exposure.adjust_for}
    return all_parts(
        fit_parts(study, value, {"path_value": exposure.values}, exposure.adjust_for),
        fit_parts(study, loyalty, {"path_loyalty": earlier_value}, held),
    )


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
    mine, rated = _totals(ratings, people[0], when, people[1], now)
    left = counts - rated
    return ((sums - mine) / left.where(left > 0)).astype(float)


def _totals(
    ratings: pd.Series, names: pd.Series, when: pd.Series, wanted: pd.Series, before: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Sum and count of the ratings under each wanted name at the time before."""
    grouped = ratings.groupby(names + "\0" + when.astype(str))
    keys = wanted + "\0" + before.astype(str)
    sums, counts = (keys.map(found).fillna(0.0) for found in (grouped.sum(), grouped.count()))
    return sums, counts

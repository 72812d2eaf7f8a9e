"""Co-creation as an exposure: what respondents say of it, what their colleagues say, and what the provider says.

A respondent who likes the provider rates co-creation and value high alike. Colleagues' ratings, with theirs and the respondent's
own lower-tier means held equal, and the provider's own view are not made by that liking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from valuelib.evidence.controls import LOWER, PEERS_LOWER
from valuelib.evidence.groups import colleagues_mean, lower_tier_mean
from valuelib.records import Message, Rung
from valuelib.stats.exposure import mean_rating, others_mean
from valuelib.study import Study
from valuelib.theory import LOWER_TIERS, facet, facets

FEWEST_ACCOUNTS = 10  # fewer accounts with an exposure of this kind, and the next kind is used


class Exposure(NamedTuple):
    """One way to measure co-creation for each answer (0-10), and what must be held equal beside it."""

    rung: Rung
    name: str
    values: pd.Series
    equal: Mapping[str, pd.Series]


def predictor_facets() -> tuple[str, ...]:
    """Keys of the facets that describe how the sides work together."""
    return tuple(one.key for one in facets() if one.role == "predictor")


def facet_items(keys: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Canonical columns of these facets' statements among the given columns."""
    known = set(columns)
    return [f"facet.{item}" for key in keys for item in facet(key).items if f"facet.{item}" in known]


def facet_mean(study: Study, keys: Sequence[str], answers: pd.DataFrame | None = None) -> pd.Series | None:
    """The respondent's own mean over the mapped statements of these facets, 0-10; None where none is mapped."""
    frame = study.answers if answers is None else answers
    columns = facet_items(keys, list(frame.columns))
    return mean_rating(frame[columns]) if columns else None


def colleagues_facets(study: Study, keys: Sequence[str], answers: pd.DataFrame | None = None) -> pd.Series | None:
    """What the *other* respondents of the account say of these facets in the same wave; missing where nobody else answered."""
    frame = study.answers if answers is None else answers
    own = facet_mean(study, keys, frame)
    if own is None or not study.has_accounts:
        return None
    return others_mean(own, _account_waves(frame))


def provider_facets(study: Study, keys: Sequence[str], answers: pd.DataFrame | None = None) -> pd.Series | None:
    """What the provider (or partner) says of these facets in the respondent's account; missing where it rated none."""
    frame = study.answers if answers is None else answers
    if study.provider is None:
        return None
    columns = facet_items(keys, list(study.provider.columns))
    if not columns:
        return None
    by_account = mean_rating(study.provider[columns]).set_axis(study.provider["account"])
    return frame["account"].map(by_account).astype(float)


def find_exposures(study: Study, keys: Sequence[str], *, peers_may_decide: bool) -> tuple[Exposure, ...] | Message:
    """Every way to measure these facets that the study opens, the one that gives the verdict first.

    The provider's own view comes first: nobody who answers for the outcome has rated it. Colleagues' ratings come next, and may
    decide only on loyalty: beside the respondent's own lower-tier mean they still tell of a liking, which loyalty shares with that
    mean but another rating of the same respondent does not (docs/decisions/0014-who-rates-cocreation.md).

    Args:
        study: the study.
        keys: facets of co-creation.
        peers_may_decide: whether the outcome is loyalty.
    """
    ways = (_other_rater(study, keys), _peers(study, keys) if peers_may_decide else None, _own(study, keys))
    found = tuple(one for one in ways if one is not None)
    return found or Message(code="missing.facets")


def statement_means(study: Study, rung: Rung, named: Mapping[str, Sequence[str]]) -> dict[str, pd.Series]:
    """Means of single statements of the battery by name, as the provider (*other_rater*) or the respondents rate them."""
    frame = study.provider if rung == "other_rater" else study.answers
    if frame is None:
        return {}
    found = {}
    for name, items in named.items():
        columns = [f"facet.{item}" for item in items if f"facet.{item}" in frame]
        if columns:
            means = mean_rating(frame[columns])
            if rung == "other_rater":
                means = study.answers["account"].map(means.set_axis(frame["account"])).astype(float)
            found[name] = means
    return found


def colleagues_of(study: Study, values: pd.Series) -> pd.Series:
    """Mean of a rating over the *other* respondents of the account in the same wave."""
    return others_mean(values, _account_waves(study.answers))


def rating_exposures(study: Study, column: str) -> tuple[Exposure, ...] | Message:
    """The same for any other rating of the respondents, such as effort, that nobody else gives: colleagues first, then own."""
    own, lower, theirs = study.values(column), lower_tier_mean(study), colleagues_mean(study, LOWER_TIERS)
    if own is None or not own.notna().any():
        return Message(code="missing.outcome", values={"outcome_key": column})
    found = []
    if study.has_accounts and lower is not None and theirs is not None:
        colleagues = others_mean(own, _account_waves(study.answers))
        if _enough(study, colleagues):
            found.append(Exposure("peers", f"peers.{column}", colleagues, {LOWER: lower, PEERS_LOWER: theirs}))
    found.append(Exposure("direction", f"own.{column}", own, {} if lower is None else {LOWER: lower}))
    return tuple(found)


def _peers(study: Study, keys: Sequence[str]) -> Exposure | None:
    values, own, theirs = colleagues_facets(study, keys), lower_tier_mean(study), colleagues_mean(study, LOWER_TIERS)
    if values is None or own is None or theirs is None or not _enough(study, values):
        return None
    return Exposure("peers", "peers.cocreation", values, {LOWER: own, PEERS_LOWER: theirs})


def _other_rater(study: Study, keys: Sequence[str]) -> Exposure | None:
    """Nothing of the respondent is held equal: no liking is in what the provider says, and lower-tier ratings carry effects too."""
    values = provider_facets(study, keys)
    return Exposure("other_rater", "other_rater.cocreation", values, {}) if values is not None and _enough(study, values) else None


def _own(study: Study, keys: Sequence[str]) -> Exposure | None:
    values, own = facet_mean(study, keys), lower_tier_mean(study)
    if values is None or not values.notna().any():
        return None
    return Exposure("direction", "own.cocreation", values, {} if own is None else {LOWER: own})


def _account_waves(frame: pd.DataFrame) -> pd.Series:
    return frame["account"] + "\0" + frame["wave"].astype(str) if "wave" in frame else frame["account"]


def _enough(study: Study, values: pd.Series) -> bool:
    return study.answers["account"][values.notna()].nunique() >= FEWEST_ACCOUNTS

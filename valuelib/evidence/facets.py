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
    accounts = frame["account"]
    return others_mean(own, accounts + "\0" + frame["wave"].astype(str) if "wave" in frame else accounts)


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


def find_exposures(study: Study, keys: Sequence[str]) -> tuple[Exposure, ...] | Message:
    """Every way to measure these facets that the study opens, the one that gives the verdict first.

    Colleagues' ratings come first wherever enough accounts have them, then the provider's view, then own ratings.
    """
    found = [one for one in (_peers(study, keys), _other_rater(study, keys), _own(study, keys)) if one is not None]
    return tuple(found) if found else Message(code="missing.facets")


def find_exposure(study: Study, keys: Sequence[str]) -> Exposure | Message:
    """The measure of these facets that gives the verdict."""
    found = find_exposures(study, keys)
    return found if isinstance(found, Message) else found[0]


def _peers(study: Study, keys: Sequence[str]) -> Exposure | None:
    values, own, theirs = colleagues_facets(study, keys), lower_tier_mean(study), colleagues_mean(study, LOWER_TIERS)
    if values is None or own is None or theirs is None or not _enough(study, values):
        return None
    return Exposure("peers", "peers.cocreation", values, {LOWER: own, PEERS_LOWER: theirs})


def _other_rater(study: Study, keys: Sequence[str]) -> Exposure | None:
    values, own = provider_facets(study, keys), lower_tier_mean(study)
    if values is None or not _enough(study, values):
        return None
    return Exposure("other_rater", "other_rater.cocreation", values, {} if own is None else {LOWER: own})


def _own(study: Study, keys: Sequence[str]) -> Exposure | None:
    values, own = facet_mean(study, keys), lower_tier_mean(study)
    if values is None or not values.notna().any():
        return None
    return Exposure("direction", "own.cocreation", values, {} if own is None else {LOWER: own})


def _enough(study: Study, values: pd.Series) -> bool:
    return study.answers["account"][values.notna()].nunique() >= FEWEST_ACCOUNTS

"""What does the provider say of its accounts? What customers answer, or what is true, brighter by the gap and with noise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from valuelib.study.simulate.chance import rng_for
from valuelib.study.simulate.people import Floats, People, own_part
from valuelib.study.simulate.ratings import RATING_SD, named_facets, to_scale
from valuelib.study.simulate.truth import COCREATION_OF_ACCOUNT, Truth
from valuelib.theory import HIGHER_TIERS, element, facet_items, facets, tiers

NOISE = 1.2  # points by which the provider's rating misses, beyond the gap


def provider_ratings(people: People, answers: Mapping[str, Floats], truth: Truth, seed: int) -> dict[str, Floats]:
    """By column, the provider's rating 0-10 of every account in the last wave."""
    rng = rng_for(seed, "ratings.provider")
    accounts = people.accounts.quality.size
    last = people.wave == truth.waves - 1
    spread = rng_for(seed, "ratings.gap").standard_normal(len(_topics()))
    rated = {}
    for name, column in answers.items():
        told = column[last]
        seen = _as_answered(people.account[last], told, accounts)
        if truth.provider_sees:
            middle = np.nanmean(told) if np.isfinite(told).any() else 5.0
            seen = (1 - truth.provider_sees) * seen + truth.provider_sees * (middle + RATING_SD * _true_level(people, name, truth))
        gap = truth.provider_gap + truth.gap_spread * spread[_topics().index(_topic(name))]
        rated[name] = to_scale(seen + gap + rng.normal(0, NOISE, accounts))
    return rated


def _topics() -> list[str]:
    return [*(one.key for one in facets()), *(one.key for one in tiers())]


def _topic(name: str) -> str:
    """The facet or tier that a column belongs to."""
    kind, _, key = name.partition(".")
    return {item.key: item.facet_key for item in facet_items()}[key] if kind == "facet" else element(key).tier_key


def _as_answered(account: np.typing.NDArray[np.int64], scores: Floats, accounts: int) -> Floats:
    """The customers' mean, drawn towards the middle where few answered."""
    told = ~np.isnan(scores)
    n = np.bincount(account[told], minlength=accounts)
    total = np.bincount(account[told], weights=scores[told], minlength=accounts)
    mean: Floats = (total + (scores[told].mean() if told.any() else 5.0)) / (n + 1)
    return mean


def _true_level(people: People, name: str, truth: Truth) -> Floats:
    """What is true of each account, in SD of a rating: no respondent's halo is in it."""
    accounts = people.accounts
    kind, _, key = name.partition(".")
    shared = np.sqrt(COCREATION_OF_ACCOUNT) * accounts.cocreation
    if kind == "facet":
        facet = _topic(name)
        own = own_part(accounts, facet) + (accounts.commitment_gap if facet == "mutual_commitment" else 0.0)
        level: Floats = np.sqrt(0.5 * (1 - truth.facet_own)) * shared + np.sqrt(0.5 * truth.facet_own) * own
        return level
    level = truth.cocreation_effect * shared + truth.team_effect * accounts.team_spirit[accounts.team]
    level = level + named_facets(accounts, truth)
    if element(key).tier_key in HIGHER_TIERS:
        n = accounts.quality.size
        bought = np.bincount(people.account, weights=people.bought, minlength=n)
        share = bought / np.maximum(np.bincount(people.account, minlength=n), 1)
        return level + truth.element_effect * (share - truth.exposure_share)
    return level + truth.quality_in_ratings * accounts.quality

"""Who recommends and who renews, given the offering, true quality and halo?"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from valuelib.study.simulate.chance import rng_for
from valuelib.study.simulate.people import Floats, People, cooperation_loyalty
from valuelib.study.simulate.truth import Truth

PASSIVE = 0.4538  # half-width of the passive band in latent SD: 35 % passives at NPS 0
# Where the latent passes from one answer to the next, 0|1 ... 9|10; only 6|7 and 8|9 matter to the NPS.
ANSWER_CUTS = np.array([-1.8, -1.65, -1.5, -1.3, -1.1, -0.75, -PASSIVE, -0.05, PASSIVE, 1.0])


def recommend(people: People, truth: Truth, seed: int) -> Floats:
    """Answers 0-10 to the recommendation item; a latent beyond +-0.4538 is a promoter or a detractor."""
    levels = (level_for_nps(truth.nps_baseline), level_for_nps(truth.nps_baseline + truth.nps_lift))
    latent = _latent(people, truth, seed, "recommend", 1.0) + _at_offering(people, levels)
    return np.searchsorted(ANSWER_CUTS, latent, side="right").astype(float)


def renewed(people: People, truth: Truth, seed: int) -> Floats:
    """Whether the respondent's contract was renewed later: 1, 0, or NaN where it has not come due."""
    shares = (truth.repurchase_baseline / 100, (truth.repurchase_baseline + truth.repurchase_lift) / 100)
    latent = _latent(people, truth, seed, "renewed", truth.repurchase_link)
    due = rng_for(seed, "renewed.due").random(latent.size) < truth.renewal_share
    outcome = (latent + _at_offering(people, (ndtri(shares[0]), ndtri(shares[1]))) > 0).astype(float)
    return np.where(due, outcome, np.nan)


def share_of_purchases(people: People, truth: Truth, seed: int) -> Floats:
    """Share of purchases in the trade, 0-100 in steps of 5; higher where loyalty and co-creation are."""
    latent = _latent(people, truth, seed, "share", 0.8) + 0.3 * people.cocreation + 0.2 * people.bought
    return np.clip(5 * np.round((55 + 20 * latent) / 5), 0, 100)


def expansion_intention(people: People, truth: Truth, seed: int) -> Floats:
    """Answers 0-10 to the intention to buy more; loyalty and the higher offering raise it."""
    latent = _latent(people, truth, seed, "expansion", 0.8) + 0.3 * people.bought
    answers: Floats = np.clip(np.round(7.2 + 2.2 * latent), 0, 10)
    return answers


@lru_cache(maxsize=256)
def level_for_nps(points: float) -> float:
    """Mean of a unit-variance latent at which the NPS is as given.

    >>> round(level_for_nps(0.0), 6)
    0.0
    """
    return float(brentq(lambda mean: 100 * (ndtr(mean - PASSIVE) - ndtr(-PASSIVE - mean)) - points, -8, 8))


def _latent(people: People, truth: Truth, seed: int, step: str, link: float) -> Floats:
    """Unit variance at either offering: what is shared with the ratings, the account's own part, and chance."""
    shared = truth.halo * people.halo + truth.quality_effect * people.quality + truth.cocreation_effect * people.cocreation
    shared += truth.affect * people.affect + truth.size_effect * people.size
    shared += cooperation_loyalty(people.accounts, truth)[people.account]
    explained = link**2 * (1 - truth.account_effect - truth.noise)
    of_account = max(truth.icc - link**2 * (truth.icc - truth.account_effect), 0.0)
    chance = rng_for(seed, f"loyalty.{step}").standard_normal(people.account.size)
    own = np.sqrt(of_account) * people.loyalty + np.sqrt(1 - explained - of_account) * chance
    latent: Floats = link * shared + own + people.growth
    return latent


def _at_offering(people: People, levels: tuple[float, float]) -> Floats:
    return np.where(people.bought == 1, levels[1], levels[0])

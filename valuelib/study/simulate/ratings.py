"""What do respondents answer to the elements, the co-creation statements and the other items?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from valuelib.study.simulate.chance import rng_for
from valuelib.study.simulate.people import Floats, People
from valuelib.study.simulate.truth import WITHIN_CATEGORY, Truth
from valuelib.theory import HIGHER_TIERS, Element, elements, facet_items

RATING_SD = 1.9  # points on 0-10 for one SD of the latent


def asked_elements(truth: Truth) -> tuple[Element, ...]:
    """The elements on the form, in the pyramid's order; a short form takes them evenly over the pyramid."""
    higher = [element for element in elements() if element.tier_key in HIGHER_TIERS]
    lower = [element for element in elements() if element.tier_key not in HIGHER_TIERS]
    return (*_evenly(lower, truth.lower_elements), *_evenly(higher, truth.higher_elements))


def rate_elements(people: People, truth: Truth, seed: int) -> dict[str, Floats]:
    """Ratings 0-10 by element key: halos, category, true quality or the offering's effect, and own noise; blanks are NaN."""
    asked = asked_elements(truth)
    rng = rng_for(seed, "ratings.elements")
    n, k = people.account.size, len(asked)
    higher = np.array([element.tier_key in HIGHER_TIERS for element in asked])
    categories = list(dict.fromkeys(element.category_key for element in asked))
    category = np.array([categories.index(element.category_key) for element in asked])
    loading = np.where(higher, truth.halo_loading_higher, truth.halo_loading_lower)
    latent = rng.standard_normal((n, k))
    affect = np.where(higher, truth.affect_loading, 0.0)
    latent *= np.sqrt(1 - WITHIN_CATEGORY - loading - affect)
    latent += np.sqrt(WITHIN_CATEGORY) * rng.standard_normal((n, len(categories)))[:, category]
    latent += np.outer(people.halo, np.sqrt(loading))
    latent += np.outer(people.affect, np.sqrt(affect))
    latent += np.outer(truth.quality_in_ratings * people.quality, ~higher)
    latent += np.outer(truth.element_effect * (people.bought - truth.exposure_share), higher)
    latent += (truth.cocreation_effect * people.cocreation + truth.team_effect * people.team_spirit + people.growth)[:, None]
    means = np.where(higher, truth.rating_higher, truth.rating_lower) + rng.normal(0, 0.4, k)
    scores = _with_gaps(_to_scale(means + RATING_SD * latent), truth.missing_share, rng)
    return {element.key: scores[:, column] for column, element in enumerate(asked)}


def rate_cocreation(people: People, truth: Truth, seed: int) -> dict[str, Floats]:
    """Answers 0-10 to the co-creation battery by item key: half co-creation, a quarter halo, the rest the item's own."""
    rng = rng_for(seed, "ratings.cocreation")
    keys = [item.key for item in facet_items()]
    latent = 0.5 * rng.standard_normal((people.account.size, len(keys)))
    latent += (np.sqrt(0.5) * people.cocreation + 0.5 * people.halo + people.growth)[:, None]
    means = 6.6 + rng.normal(0, 0.4, len(keys))
    scores = _with_gaps(_to_scale(means + RATING_SD * latent), truth.missing_share, rng)
    return {key: scores[:, column] for column, key in enumerate(keys)}


def rate_others(people: People, truth: Truth, seed: int) -> dict[str, Floats]:
    """Effort, satisfaction, promise, value enhancement, and two items that value cannot move (0-10; promise -1, 0, 1)."""
    rng = rng_for(seed, "ratings.others")
    noise = rng.standard_normal((7, people.account.size))
    halo, quality = people.halo, people.quality + people.growth
    promise = 0.35 + 0.4 * halo + 0.5 * quality + 0.75 * noise[2]
    enhanced = (
        0.5 * halo + 0.3 * quality + 0.3 * people.cocreation + 0.4 * truth.element_effect * (people.bought - truth.exposure_share)
    )
    return {
        "effort": _to_scale(6.4 + 2.1 * (0.4 * halo + 0.5 * quality + 0.75 * noise[0])),
        "satisfaction": _to_scale(6.9 + 2.0 * (0.75 * halo + 0.35 * quality + 0.55 * noise[1])),
        "promise": 1.0 * (promise > 1) - 1.0 * (promise < -0.6),
        "value_enhancement_1": _to_scale(6.0 + RATING_SD * (enhanced + 0.6 * noise[3])),
        "value_enhancement_2": _to_scale(5.8 + RATING_SD * (enhanced + 0.6 * noise[4])),
        "marker": _to_scale(6.5 + RATING_SD * (0.4 * halo + 0.9 * noise[5])),
        "unaffected": _to_scale(5.5 + RATING_SD * (0.2 * halo + 0.98 * noise[6])),
    }


def provider_ratings(people: People, answers: Mapping[str, Floats], truth: Truth, seed: int) -> dict[str, Floats]:
    """The provider's own view by account, 0-10: the customers' mean in the last wave, brighter by the gap, with noise."""
    last = people.wave == truth.waves - 1
    account = people.account[last]
    rng = rng_for(seed, "ratings.provider")
    return {key: _provider_item(account, column[last], truth, rng) for key, column in answers.items()}


def _provider_item(account: np.typing.NDArray[np.int64], scores: Floats, truth: Truth, rng: np.random.Generator) -> Floats:
    told = ~np.isnan(scores)
    n = np.bincount(account[told], minlength=truth.accounts)
    total = np.bincount(account[told], weights=scores[told], minlength=truth.accounts)
    mean = (total + (scores[told].mean() if told.any() else 5.0)) / (n + 1)  # drawn towards the middle where few answered
    return _to_scale(mean + truth.provider_gap + rng.normal(0, 1.2, truth.accounts))


def _evenly(items: list[Element], k: int) -> list[Element]:
    return [items[place] for place in np.linspace(0, len(items) - 1, k).round().astype(int)]


def _to_scale(scores: Floats) -> Floats:
    return np.clip(np.round(scores), 0, 10)


def _with_gaps(scores: Floats, share: float, rng: np.random.Generator) -> Floats:
    return np.where(rng.random(scores.shape, dtype=np.float32) < share, np.nan, scores) if share else scores

"""What do respondents answer to the elements, the co-creation statements and the other items?"""

from __future__ import annotations

import numpy as np

from valuelib.study.simulate.chance import rng_for
from valuelib.study.simulate.people import Accounts, Floats, People, own_part
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
    latent += named_facets(people.accounts, truth)[people.account, None]
    means = np.where(higher, truth.rating_higher, truth.rating_lower) + rng.normal(0, 0.4, k)
    scores = _with_gaps(to_scale(means + RATING_SD * latent), truth.missing_share, rng)
    return {element.key: scores[:, column] for column, element in enumerate(asked)}


def rate_cocreation(people: People, truth: Truth, seed: int) -> dict[str, Floats]:
    """Answers 0-10 to the co-creation battery by item key: half co-creation, a quarter halo, the rest the item's own."""
    rng = rng_for(seed, "ratings.cocreation")
    keys = [item.key for item in facet_items()]
    latent = 0.5 * rng.standard_normal((people.account.size, len(keys)))
    latent += (np.sqrt(0.5 * (1 - truth.facet_own)) * people.cocreation + 0.5 * people.halo + people.growth)[:, None]
    latent += np.sqrt(0.5 * truth.facet_own) * _own_parts(people.accounts, keys)[people.account]
    means = 6.6 + rng.normal(0, 0.4, len(keys))
    scores = _with_gaps(to_scale(means + RATING_SD * latent), truth.missing_share, rng)
    return {key: scores[:, column] for column, key in enumerate(keys)}


def _own_parts(accounts: Accounts, keys: list[str]) -> Floats:
    """(accounts, statements): the own part of each statement's facet."""
    facet_of = {item.key: item.facet_key for item in facet_items()}
    return np.column_stack([own_part(accounts, facet_of[key]) for key in keys])


def named_facets(accounts: Accounts, truth: Truth) -> Floats:
    """What roles and tasks, and the customer team, add to every rating of an account."""
    roles, people = own_part(accounts, "roles_tasks"), own_part(accounts, "customer_team")
    added: Floats = truth.roles_effect * roles + truth.people_effect * people
    return added


def rate_others(people: People, truth: Truth, seed: int) -> dict[str, Floats]:
    """Effort, satisfaction, promise, value enhancement, and two items that value cannot move (0-10; promise -1, 0, 1)."""
    rng = rng_for(seed, "ratings.others")
    noise = rng.standard_normal((7, people.account.size))
    halo, quality = people.halo, people.quality + people.growth
    promise = 0.35 + 0.4 * halo + 0.5 * quality + 0.75 * noise[2]
    enhanced = (
        0.5 * halo + 0.3 * quality + 0.3 * people.cocreation + 0.4 * truth.element_effect * (people.bought - truth.exposure_share)
    )
    ease, effort_noise = _beside(truth.effort_effect, people.accounts.ease[people.account], noise[0])
    more, enhanced_noise = _beside(truth.enhancement_effect, people.accounts.enhanced[people.account], noise[3])
    enhanced = enhanced + 0.6 * more
    return {
        "effort": to_scale(6.4 + 2.1 * (0.4 * halo + 0.5 * quality + 0.75 * (ease + effort_noise))),
        "satisfaction": to_scale(6.9 + 2.0 * (0.75 * halo + 0.35 * quality + 0.55 * noise[1])),
        "promise": 1.0 * (promise > 1) - 1.0 * (promise < -0.6),
        "value_enhancement_1": to_scale(6.0 + RATING_SD * (enhanced + 0.6 * enhanced_noise)),
        "value_enhancement_2": to_scale(5.8 + RATING_SD * (enhanced + 0.6 * noise[4])),
        "marker": to_scale(6.5 + RATING_SD * (0.4 * halo + 0.9 * noise[5])),
        "unaffected": to_scale(5.5 + RATING_SD * (0.2 * halo + 0.98 * noise[6])),
    }


def _beside(effect: float, true: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Half of an answer's own variance becomes something true of the account, where that has an effect at all."""
    return (np.sqrt(0.5) * true, np.sqrt(0.5) * noise) if effect else (np.zeros_like(noise), noise)


def _evenly(items: list[Element], k: int) -> list[Element]:
    return [items[place] for place in np.linspace(0, len(items) - 1, k).round().astype(int)]


def to_scale(scores: Floats) -> Floats:
    """Whole answers 0-10."""
    return np.clip(np.round(scores), 0, 10)


def _with_gaps(scores: Floats, share: float, rng: np.random.Generator) -> Floats:
    return np.where(rng.random(scores.shape, dtype=np.float32) < share, np.nan, scores) if share else scores

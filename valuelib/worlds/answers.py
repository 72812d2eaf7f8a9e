"""Answers of made-up respondents: ratings, loyalty, contracts and comments."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from valuelib.theory.facets import facet_items
from valuelib.theory.pyramid import HIGHER_TIERS, Element, elements
from valuelib.worlds.people import Accounts, Floats, People, cooperation_loyalty, facet_level, last_seen, own_part, rng_for
from valuelib.worlds.truth import WITHIN_CATEGORY, Truth

Item = TypeVar("Item")
RATING_SD = 1.9  # points on 0-10 for one SD of the latent


def rated_elements(truth: Truth) -> tuple[Element, ...]:
    """The elements on the form, in the pyramid's order; a short form takes them evenly over the pyramid."""
    higher = [element for element in elements() if element.tier_key in HIGHER_TIERS]
    lower = [element for element in elements() if element.tier_key not in HIGHER_TIERS]
    return (*_evenly(lower, truth.lower_elements), *_evenly(higher, truth.higher_elements))


def rate_elements(people: People, truth: Truth, seed: int) -> dict[str, Floats]:
    """Ratings 0-10 by element key: halos, category, true quality or the offering's effect, traps, and own noise; blanks are NaN."""
    asked = rated_elements(truth)
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
    latent += np.outer(people.halo * (1 + truth.halo_gap * (2 * people.bought - 1)), np.sqrt(loading))
    latent += np.outer(people.affect, np.sqrt(affect))
    latent += np.outer(truth.quality_in_ratings * people.quality, ~higher)
    latent += np.outer(truth.element_effect * (people.bought - truth.exposure_share), higher)
    latent += (truth.cocreation_effect * people.cocreation + truth.team_effect * people.team_spirit + people.growth)[:, None]
    latent += named_facets(people.accounts, truth)[people.account, None]
    means = np.where(higher, truth.rating_higher, truth.rating_lower) + rng.normal(0, 0.4, k)
    routed = np.isin(np.arange(k), _evenly(np.flatnonzero(~higher).tolist(), round(truth.routed_share * truth.lower_elements)))
    points = means - truth.routed_drop * routed + RATING_SD * latent + people.style[:, None]
    points += np.outer((truth.spill_over - truth.strictness) * people.bought, ~higher)
    if truth.uneven:
        points -= np.outer(truth.uneven * people.bought, np.isin(np.arange(k), np.flatnonzero(~higher)[::3]))
    scores = _with_gaps(to_scale(points), truth.missing_share, rng)
    scores[np.ix_(people.bought == 0, routed)] = np.nan
    return {element.key: scores[:, column] for column, element in enumerate(asked)}


def rate_cocreation(people: People, truth: Truth, seed: int) -> dict[str, Floats]:
    """Answers 0-10 to the co-creation battery by item key: half co-creation, a quarter halo, the rest the item's own."""
    rng = rng_for(seed, "ratings.cocreation")
    keys = [item.key for item in facet_items()]
    latent = 0.5 * rng.standard_normal((people.account.size, len(keys)))
    latent += (np.sqrt(0.5 * (1 - truth.facet_own)) * people.cocreation + 0.5 * people.halo + people.growth)[:, None]
    # (accounts, statements): the own part of each statement's facet.
    facet_of = {item.key: item.facet_key for item in facet_items()}
    latent += (
        np.sqrt(0.5 * truth.facet_own) * np.column_stack([own_part(people.accounts, facet_of[key]) for key in keys])[people.account]
    )
    for key, added in named_statements(people.accounts, truth).items():
        latent[:, keys.index(key)] += added[people.account]
    means = 6.6 + rng.normal(0, 0.4, len(keys))
    points = means + RATING_SD * latent + people.style[:, None]
    if truth.trust_needed:  # the joint result lies below what the account's trust allows
        allowed = means[keys.index("H2")] + ALLOWED + truth.trust_needed * facet_level(people.accounts, truth, "trust_openness")
        points[:, keys.index("H2")] = np.minimum(points[:, keys.index("H2")], allowed[people.account])
    scores = _with_gaps(to_scale(points), truth.missing_share, rng)
    return {key: scores[:, column] for column, key in enumerate(keys)}


ALLOWED = 1.0  # points above its mean that the joint result can reach at average trust, where trust is needed


def named_facets(accounts: Accounts, truth: Truth) -> Floats:
    """What roles and tasks, the team, the customer's own part and learning from others add to every rating of an account."""
    roles, people = own_part(accounts, "roles_tasks"), own_part(accounts, "customer_team")
    added: Floats = truth.roles_effect * roles + truth.people_effect * people
    added += truth.own_part_effect * own_part(accounts, "mutual_commitment")
    added += truth.learning_effect * own_part(accounts, "ecosystem_learning")
    return added


def named_statements(accounts: Accounts, truth: Truth) -> dict[str, Floats]:
    """By statement, what commitment adds to daring, and true quality to being hard to copy, in SD of the statement by account."""
    daring = truth.daring_effect * own_part(accounts, "mutual_commitment")
    return {"T1": daring, "H1": truth.advantage_effect * accounts.quality}


def rate_others(people: People, truth: Truth, seed: int) -> dict[str, Floats]:
    """Effort, satisfaction, promise, value enhancement, and two items that value cannot move (0-10; promise -1, 0, 1)."""
    rng = rng_for(seed, "ratings.others")
    noise = rng.standard_normal((7, people.account.size))
    halo, quality, style = people.halo, people.quality + people.growth, people.style
    kept, promise_noise = _beside(truth.promise_effect, people.accounts.kept[people.account], noise[2])
    promise = 0.35 + 0.4 * halo + 0.5 * quality + 0.75 * (kept + promise_noise)
    enhanced = (
        0.5 * halo + 0.3 * quality + 0.3 * people.cocreation + 0.4 * truth.element_effect * (people.bought - truth.exposure_share)
    )
    ease, effort_noise = _beside(truth.effort_effect, people.accounts.ease[people.account], noise[0])
    more, enhanced_noise = _beside(truth.enhancement_effect, people.accounts.enhanced[people.account], noise[3])
    enhanced = enhanced + 0.6 * more
    return {
        "effort": to_scale(6.4 + 2.1 * (0.4 * halo + 0.5 * quality + 0.75 * (ease + effort_noise)) + style),
        "satisfaction": to_scale(6.9 + 2.0 * (0.75 * halo + 0.35 * quality + 0.55 * noise[1]) + style),
        "promise": 1.0 * (promise > 1) - 1.0 * (promise < -0.6),
        "value_enhancement_1": to_scale(6.0 + RATING_SD * (enhanced + 0.6 * enhanced_noise) + style),
        "value_enhancement_2": to_scale(5.8 + RATING_SD * (enhanced + 0.6 * noise[4]) + style),
        "marker": to_scale(6.5 + RATING_SD * (0.4 * halo + 0.9 * noise[5]) + style),
        "unaffected": to_scale(5.5 + RATING_SD * (0.2 * halo + 0.98 * noise[6]) + style),
    }


def _beside(effect: float, true: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Half of an answer's own variance becomes something true of the account, where that has an effect at all."""
    return (np.sqrt(0.5) * true, np.sqrt(0.5) * noise) if effect else (np.zeros_like(noise), noise)


def _evenly(items: list[Item], k: int) -> list[Item]:
    return [items[place] for place in np.linspace(0, len(items) - 1, k).round().astype(int)]


def to_scale(scores: Floats) -> Floats:
    """Whole answers 0-10."""
    return np.clip(np.round(scores), 0, 10)


def _with_gaps(scores: Floats, share: float, rng: np.random.Generator) -> Floats:
    return np.where(rng.random(scores.shape, dtype=np.float32) < share, np.nan, scores) if share else scores


# Recommending and renewing, given the offering, true quality and halo.

PASSIVE = 0.4538  # half-width of the passive band in latent SD: 35 % passives at NPS 0
# Where the latent passes from one answer to the next, 0|1 ... 9|10; only 6|7 and 8|9 matter to the NPS.
ANSWER_CUTS = np.array([-1.8, -1.65, -1.5, -1.3, -1.1, -0.75, -PASSIVE, -0.05, PASSIVE, 1.0])


def recommend(people: People, truth: Truth, seed: int) -> Floats:
    """Answers 0-10 to the recommendation item; a latent beyond +-0.4538 is a promoter or a detractor.

    A point of a country's style moves the latent by half the passive band, which is two answers wide.
    """
    levels = (level_for_nps(truth.nps_baseline), level_for_nps(truth.nps_baseline + truth.nps_lift))
    latent = _latent(people, truth, seed, "recommend", 1.0) + _at_offering(people, levels) + PASSIVE * people.style
    return np.searchsorted(ANSWER_CUTS, latent, side="right").astype(float)


def renewed(people: People, truth: Truth, seed: int) -> Floats:
    """Whether the respondent's contract was renewed later: 1, 0, or NaN where it has not come due or nobody recorded it."""
    shares = (truth.repurchase_baseline / 100, (truth.repurchase_baseline + truth.repurchase_lift) / 100)
    latent = _latent(people, truth, seed, "renewed", truth.repurchase_link)
    due = rng_for(seed, "renewed.due").random(latent.size) < truth.renewal_share
    outcome = (latent + _at_offering(people, (ndtri(shares[0]), ndtri(shares[1]))) > 0).astype(float)
    return np.where(due & (people.wave >= truth.waves - truth.renewals_known), outcome, np.nan)


def share_of_purchases(people: People, truth: Truth, seed: int) -> Floats:
    """Share of purchases in the trade, 0-100 in steps of 5; higher where loyalty and co-creation are."""
    latent = _latent(people, truth, seed, "share", 0.8) + 0.3 * people.cocreation + 0.2 * people.bought
    return np.clip(5 * np.round((55 + 20 * latent) / 5), 0, 100)


def expansion_intention(people: People, truth: Truth, seed: int) -> Floats:
    """Answers 0-10 to the intention to buy more; loyalty and the higher offering raise it."""
    latent = _latent(people, truth, seed, "expansion", 0.8) + 0.3 * people.bought
    answers: Floats = np.clip(np.round(7.2 + 2.2 * latent + people.style), 0, 10)
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
    shared += np.sqrt(truth.team_loyalty) * people.accounts.team_loyalty[people.account]
    shared += cooperation_loyalty(people.accounts, truth)[people.account]
    explained = link**2 * (1 - truth.account_effect - truth.noise)
    of_account = max(truth.icc - link**2 * (truth.icc - truth.account_effect), 0.0)
    chance = rng_for(seed, f"loyalty.{step}").standard_normal(people.account.size)
    own = np.sqrt(of_account) * people.loyalty + np.sqrt(1 - explained - of_account) * chance
    latent: Floats = link * shared + own + people.growth + people.standard
    return latent


def _at_offering(people: People, levels: tuple[float, float]) -> Floats:
    return np.where(people.bought == 1, levels[1], levels[0])


# Contracts, and which of their ends are not known yet.

MONTHLY_HAZARD = 0.02  # share of contracts that end in a month, at average quality
SEEN_MONTHS = 18  # months after the last survey for which ends are known
OLDEST_MONTHS = 96  # age of the oldest contract at the last survey, or two years before the first survey if that is earlier
DAYS_A_MONTH = 30.4


def contract_dates(people: People, truth: Truth, seed: int) -> dict[str, pd.Series]:
    """One contract an account: `contract.start`, `contract.end` (the last day known) and `contract.ended` (blank while it runs).

    Contracts begin before the first survey. After the last one they end with a hazard that falls with the account's true quality,
    seen for 18 months; those of accounts that leave end between the last survey that asked them and the next.
    """
    rng = rng_for(seed, "contracts")
    n = people.accounts.quality.size
    youngest = truth.waves * 12 + 2
    survey = pd.Timestamp(year=truth.year, month=3, day=1)
    started = survey - pd.to_timedelta(rng.integers(30 * youngest, 30 * max(OLDEST_MONTHS, youngest + 24), n), unit="D")
    hazard = MONTHLY_HAZARD * np.exp(-truth.hazard_effect * people.accounts.quality)
    months = rng.exponential(1.0, n) / hazard
    last_known = survey + pd.to_timedelta(np.floor(np.minimum(months, SEEN_MONTHS) * DAYS_A_MONTH), unit="D")
    ended = pd.Series(last_known).where(months < SEEN_MONTHS)
    seen = last_seen(truth, n)
    left = seen < truth.waves - 1
    years = pd.to_datetime(pd.Series(truth.year - truth.waves + 1 + seen).astype(str) + "-03-01")
    gone = years + pd.to_timedelta(rng_for(seed, "contracts.left").integers(30, 330, n), unit="D")
    end = pd.Series(last_known).mask(left, gone)
    frames = {"contract.start": pd.Series(started), "contract.end": end, "contract.ended": ended.mask(left, gone)}
    return {name: days.iloc[people.account].reset_index(drop=True) for name, days in frames.items()}


# Comments: made-up sentences that fit their answer and name nobody.

GROUPS = {-1: "detractor", 0: "passive", 1: "promoter"}


def write_comments(nps: Floats, truth: Truth, seed: int) -> NDArray[np.object_]:
    """One or two sentences a comment by promoters, passives and detractors; None where nothing was written.

    Detractors write 1 + `comment_lean` times as often as promoters; two in five comments have a second sentence.
    """
    rng = rng_for(seed, "comments")
    # (1 + a) / (1 - a) = 1 + lean for a = lean / (2 + lean), about the mean share of passives.
    share = truth.comment_share * (1 - truth.comment_lean * nps / (2 + truth.comment_lean))
    written = rng.random(nps.size) < share
    longer = rng.random(nps.size) < 0.4
    first, then = rng.random((2, nps.size))
    texts = np.full(nps.size, None, dtype=object)
    for code, group in GROUPS.items():
        openings, details = sentences(truth.language, group, "first"), sentences(truth.language, group, "then")
        for row in np.flatnonzero(written & (nps == code)):
            detail = details[int(then[row] * len(details))]
            texts[row] = openings[int(first[row] * len(openings))] + (f" {detail}" if longer[row] else "")
    return texts


@lru_cache
def sentences(language: str, group: str, place: str) -> tuple[str, ...]:
    """The sentences from which comments are put together."""
    wanted = (language, group, place)
    return tuple(row["text"] for row in read_words("comments") if (row["language"], row["group"], row["place"]) == wanted)


def read_words(name: str) -> list[dict[str, str]]:
    """The rows of a table of made-up sentences."""
    text = (files(__package__) / "data").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))

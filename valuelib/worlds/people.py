"""Who answers in a made-up study, in which account, and what is true of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from valuelib.theory.facets import facets
from valuelib.worlds.truth import COCREATION_OF_ACCOUNT, Truth, leavers_by_wave

# Chance comes from a seed and the name of a step, so that order and worker count change nothing.


def rng_for(seed: int, step: str) -> np.random.Generator:
    """Chance that belongs to a named step of a simulation.

    Args:
        seed: the simulation's seed, 0 or above.
        step: the step's name; another name gives independent numbers.
    Returns:
        A generator that yields the same numbers in every run.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(step.encode())))


# People and accounts.

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """What is true of each account; arrays of length `accounts`, in standard deviations where not said otherwise."""

    sizes: Ints
    buying: Floats
    quality: Floats
    halo: Floats
    affect: Floats
    cocreation: Floats
    loyalty: Floats
    line_halo: Floats  # the halo of the account's product line
    size: Floats  # its number of respondents, standardised over respondents
    country: Ints  # 0 or 1
    team: Ints
    team_loyalty: Floats  # what its team's customers have in common
    team_spirit: Floats  # by team: how meaningful the work of its people is
    industry: Ints
    tenure_years: Ints
    facet_own: Floats  # (accounts, facets): what is a facet's own beyond co-creation in general
    commitment_gap: Floats  # by how much the provider's true commitment lies above the customer's
    ease: Floats
    enhanced: Floats
    kept: Floats  # how far promises are truly kept


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One row for each answer (respondent x wave), wave by wave."""

    accounts: Accounts
    account: Ints
    wave: Ints
    person: Ints
    bought: Floats
    halo: Floats
    affect: Floats  # the second halo, of higher tiers only
    cocreation: Floats
    quality: Floats
    loyalty: Floats
    size: Floats
    team_spirit: Floats
    style: Floats  # points by which every answer lies higher, for no other reason than the country
    standard: Floats  # SD of loyalty by which answers lie higher for a standard that changed with the switch
    growth: Floats  # SD below the level of the last wave, as a number <= 0 where growth is positive


def draw_people(truth: Truth, seed: int) -> People:
    """Accounts, their respondents and all that no questionnaire shows.

    Every wave asks the same seats of the same accounts; a seat gets a new person where the old one does not return.
    """
    accounts = _draw_accounts(truth, seed)
    seat_account = np.repeat(np.arange(truth.accounts), accounts.sizes)
    person, own_halo, own_affect, own_cocreation = _draw_seats(truth, seed)
    account = np.tile(seat_account, truth.waves)
    wave = np.repeat(np.arange(truth.waves), truth.respondents)
    unit = rng_for(seed, "people.unit").standard_normal(truth.respondents)
    inclined = _mix(truth.exposure_clustering, accounts.buying[seat_account], unit)
    buys, since = np.tile((inclined > ndtri(1 - truth.exposure_share)).astype(float), truth.waves), _switches(truth, seed)[account]
    pace = truth.growth + truth.growth_cocreation * accounts.cocreation[account]
    return People(
        accounts=accounts,
        account=account,
        wave=wave,
        person=person.ravel(),
        bought=buys * (wave >= since),
        halo=np.sqrt(truth.line_halo) * accounts.line_halo[account]
        + np.sqrt(truth.halo_shared) * accounts.halo[account]
        + np.sqrt(1 - truth.line_halo - truth.halo_shared) * own_halo.ravel(),
        affect=_mix(truth.affect_shared, accounts.affect[account], own_affect.ravel()),
        cocreation=_mix(COCREATION_OF_ACCOUNT, accounts.cocreation[account], own_cocreation.ravel()),
        quality=accounts.quality[account],
        loyalty=accounts.loyalty[account],
        size=accounts.size[account],
        team_spirit=accounts.team_spirit[accounts.team[account]],
        style=np.asarray(truth.country_style * (accounts.country[account] - 0.5), dtype=np.float64),
        standard=-truth.switch_standard * buys * (since > 0) * (wave >= since),
        growth=pace * (wave - (truth.waves - 1)),
    )


def _switches(truth: Truth, seed: int) -> Ints:
    """By account, the wave from which it would have the higher offering: the first, or one between the first and the last."""
    rng = rng_for(seed, "accounts.roll_out")
    later = rng.integers(1, max(truth.waves, 2), truth.accounts)
    since: Ints = np.where(rng.random(truth.accounts) < truth.roll_out * (truth.waves > 1), later, 0).astype(np.int64)
    return since


def _draw_accounts(truth: Truth, seed: int) -> Accounts:
    rng = rng_for(seed, "accounts")
    sizes = _fit_sizes(truth, seed)
    own_buying, quality, halo, cocreation, loyalty, tenure = rng.standard_normal((6, truth.accounts))
    team = rng.permutation(np.arange(truth.accounts) % truth.teams)
    team_buying, team_loyalty = rng_for(seed, "accounts.teams").standard_normal((2, truth.teams))
    country = rng_for(seed, "accounts.countries").permutation(np.arange(truth.accounts) % 2)
    # Sizes with mean zero and variance one over the respondents; zeros where all accounts are alike.
    centred = sizes - np.average(sizes, weights=sizes)
    spread = np.sqrt(np.average(centred**2, weights=sizes))
    size: Floats = centred / spread if spread > 0 else np.zeros(sizes.size)
    # By account, the halo of its product line and the line's own inclination to sell the higher offering.
    lines = rng_for(seed, "accounts.lines")
    line = lines.permutation(np.arange(truth.accounts) % truth.lines)
    line_halo, line_buying = lines.standard_normal((2, truth.lines))
    buying = np.sqrt(truth.line_buying) * line_buying[line] + truth.size_buying * size
    buying += np.sqrt(truth.team_buying) * team_buying[team] + truth.country_buying * (2 * country - 1)
    own_share = 1 - truth.line_buying - truth.size_buying**2 - truth.team_buying - truth.country_buying**2
    buying += np.sqrt(own_share) * own_buying
    return Accounts(
        sizes=sizes,
        buying=buying,
        quality=truth.confounding * buying + np.sqrt(1 - truth.confounding**2) * quality,
        halo=halo,
        affect=rng_for(seed, "accounts.affect").standard_normal(truth.accounts),
        cocreation=cocreation,
        loyalty=loyalty,
        line_halo=line_halo[line],
        size=size,
        country=country,
        team=team,
        team_loyalty=team_loyalty[team],
        team_spirit=rng.standard_normal(truth.teams),
        industry=rng.integers(0, 5, truth.accounts),
        tenure_years=np.clip(np.round(7 + 4 * (0.3 * buying + 0.95 * tenure)), 1, 25).astype(np.int64),
        facet_own=rng_for(seed, "accounts.facets").standard_normal((truth.accounts, len(facets()))),
        commitment_gap=truth.commitment_gap * rng_for(seed, "accounts.commitment").standard_normal(truth.accounts),
        ease=rng_for(seed, "accounts.ease").standard_normal(truth.accounts),
        enhanced=rng_for(seed, "accounts.enhanced").standard_normal(truth.accounts),
        kept=rng_for(seed, "accounts.promise").standard_normal(truth.accounts),
    )


def own_part(accounts: Accounts, key: str) -> Floats:
    """What is one facet's own, by account."""
    part: Floats = accounts.facet_own[:, [one.key for one in facets()].index(key)]
    return part


def facet_level(accounts: Accounts, truth: Truth, key: str) -> Floats:
    """By account, the true level of one facet as its customers have it, mean 0 and variance 1: no respondent's halo is in it."""
    common, own = COCREATION_OF_ACCOUNT * (1 - truth.facet_own), truth.facet_own
    level: Floats = (np.sqrt(common) * accounts.cocreation + np.sqrt(own) * own_part(accounts, key)) / np.sqrt(common + own)
    return level


def cooperation_loyalty(accounts: Accounts, truth: Truth) -> Floats:
    """By account, what both sides' commitment, their difference, ease, enhancement and kept promises add to loyalty; mean zero.

    The customer's commitment C and the provider's C + G: `commitment_effect` times their mean, less `gap_effect` times G squared.
    """
    gap = accounts.commitment_gap
    level = own_part(accounts, "mutual_commitment") + gap / 2
    added: Floats = truth.commitment_effect * level - truth.gap_effect * (gap**2 - truth.commitment_gap**2)
    added += truth.effort_effect * accounts.ease + truth.enhancement_effect * accounts.enhanced
    added += truth.promise_effect * accounts.kept
    return added


def _fit_sizes(truth: Truth, seed: int) -> Ints:
    """Account sizes drawn by their shares, then fitted at random to the total of respondents; a dominant one first."""
    rng = rng_for(seed, "accounts.sizes")
    largest, dominant = len(truth.account_sizes), truth.respondents - truth.others
    accounts = truth.accounts - (dominant > 0)
    shares = np.asarray(truth.account_sizes) / sum(truth.account_sizes)
    sizes = rng.choice(np.arange(1, largest + 1), size=accounts, p=shares)
    short = truth.others - int(sizes.sum())
    room = np.repeat(np.arange(accounts), largest - sizes if short > 0 else sizes - 1)
    chosen = rng.permutation(room)[: abs(short)]
    fitted: Ints = (sizes + np.sign(short) * np.bincount(chosen, minlength=accounts)).astype(np.int64)
    return np.append(dominant, fitted) if dominant else fitted


def _draw_seats(truth: Truth, seed: int) -> tuple[Ints, Floats, Floats, Floats]:
    """Person, own halo, own second halo and own co-creation for each wave x seat; whoever returns keeps theirs."""
    rng = rng_for(seed, "people.seats")
    shape = (truth.waves, truth.respondents)
    stays = rng.random(shape) < truth.returning
    stays[0] = False
    first_wave = np.maximum.accumulate(np.where(stays, 0, np.arange(truth.waves)[:, None]), axis=0)
    seats = np.broadcast_to(np.arange(truth.respondents), shape)
    halo, cocreation = rng.standard_normal((2, *shape))
    affect = rng_for(seed, "people.affect").standard_normal(shape)
    _, person = np.unique(first_wave * truth.respondents + seats, return_inverse=True)
    own = halo[first_wave, seats], affect[first_wave, seats], cocreation[first_wave, seats]
    return person.reshape(shape), *own


def _mix(share: float, common: Floats, own: Floats) -> Floats:
    """A standard normal of which `share` of the variance is common to the account."""
    mixed: Floats = np.sqrt(share) * common + np.sqrt(1 - share) * own
    return mixed


# Accounts of earlier surveys that are no longer customers at the last one.


def draw_everybody(truth: Truth, seed: int) -> People:
    """The customers of the last wave and, where accounts leave, as many more to choose those that leave from.

    All that holds of the last wave holds with and without leavers: they are accounts of their own, drawn by the same truth, and
    block b of `accounts` accounts (b = 1, 2, ...) holds those of which some leave after wave b.
    """
    stay = draw_people(truth, seed)
    if not leavers_by_wave(truth):
        return stay
    blocks = [stay]
    for wave in range(truth.waves - 1):
        pool = draw_people(truth, int(rng_for(seed, f"leavers.{wave}").integers(2**31)))
        blocks.append(_rows(pool, np.flatnonzero(pool.wave <= wave)))
    # Blocks of accounts as one, wave by wave; the provider's teams are those of the first block.
    names = [item.name for item in dataclasses.fields(Accounts) if item.name != "team_spirit"]
    spirit = blocks[0].accounts.team_spirit
    joined = {name: np.concatenate([getattr(block.accounts, name) for block in blocks]) for name in names}
    accounts = Accounts(team_spirit=spirit, **joined)
    persons = np.cumsum([0, *(int(block.person.max()) + 1 for block in blocks[:-1])])
    columns = {
        item.name: np.concatenate([getattr(block, item.name) for block in blocks])
        for item in dataclasses.fields(People)
        if item.name not in ("accounts", "account", "person", "team_spirit")
    }
    account = np.concatenate([block.account + place * truth.accounts for place, block in enumerate(blocks)])
    person = np.concatenate([block.person + first for first, block in zip(persons.tolist(), blocks, strict=True)])
    whole = People(accounts=accounts, account=account, person=person, team_spirit=spirit[accounts.team[account]], **columns)
    return _rows(whole, np.argsort(whole.wave, kind="stable"))


def still_there(people: People, score: Floats, truth: Truth, seed: int) -> NDArray[np.bool_]:
    """Whether each answer was given: by a customer of the last wave, or by one that left later; the less loyal leave sooner."""
    there = people.account < truth.accounts
    for wave, n in enumerate(leavers_by_wave(truth)):
        first = truth.accounts * (wave + 1)
        now = (people.wave == wave) & (people.account >= first) & (people.account < first + truth.accounts)
        block = people.account[now] - first
        mean = np.bincount(block, weights=score[now], minlength=truth.accounts) / np.bincount(block, minlength=truth.accounts)
        loyal = (mean - mean.mean()) / max(float(mean.std()), 1e-9)
        own = rng_for(seed, f"leaving.{wave}").standard_normal(truth.accounts)
        inclined = np.sqrt(1 - truth.leaving_loyalty**2) * own - truth.leaving_loyalty * loyal
        gone = first + np.argsort(-inclined, kind="stable")[:n]
        there |= np.isin(people.account, gone)
    return there


def last_seen(truth: Truth, accounts: int) -> Ints:
    """By account, the last wave before which it did not leave; the last wave of all for customers that stay."""
    block = np.arange(accounts) // truth.accounts
    seen: Ints = np.where(block == 0, truth.waves - 1, block - 1).astype(np.int64)
    return seen


def _rows(people: People, rows: Ints) -> People:
    arrays = {item.name: getattr(people, item.name) for item in dataclasses.fields(People) if item.name != "accounts"}
    return People(accounts=people.accounts, **{name: values[rows] for name, values in arrays.items()})

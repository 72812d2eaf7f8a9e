"""A made-up study as tables, without any file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from valuelib.theory.facets import facet_items, facets
from valuelib.theory.pyramid import HIGHER_TIERS, element, tiers
from valuelib.worlds.answers import (
    RATING_SD,
    contract_dates,
    expansion_intention,
    named_facets,
    named_statements,
    rate_cocreation,
    rate_elements,
    rate_others,
    read_words,
    recommend,
    renewed,
    share_of_purchases,
    to_scale,
    write_comments,
)
from valuelib.worlds.people import (
    Floats,
    Ints,
    People,
    draw_everybody,
    draw_people,
    facet_level,
    last_seen,
    own_part,
    rng_for,
    still_there,
)
from valuelib.worlds.truth import COCREATION_OF_ACCOUNT, Truth

# The provider's ratings: what customers answer, or what is true, brighter by the gap and with noise.

NOISE = 1.2  # points by which the provider's rating misses, beyond the gap


def provider_ratings(people: People, answers: Mapping[str, Floats], truth: Truth, seed: int) -> dict[str, Floats]:
    """By column, the provider's rating 0-10 of every account in the last wave."""
    rng = rng_for(seed, "ratings.provider")
    accounts = people.accounts.quality.size
    last = people.wave == truth.waves - 1
    topics = [*(one.key for one in facets()), *(one.key for one in tiers())]
    gap_of = dict(zip(topics, rng_for(seed, "ratings.gap").standard_normal(len(topics)), strict=True))
    rated = {}
    for name, column in answers.items():
        # What customers answer on average, drawn towards the middle where few answered.
        given = last & ~np.isnan(column)
        middle = column[given].mean() if given.any() else 5.0
        n = np.bincount(people.account[given], minlength=accounts)
        seen = (np.bincount(people.account[given], weights=column[given], minlength=accounts) + middle) / (n + 1)
        if truth.provider_sees:
            seen = (1 - truth.provider_sees) * seen + truth.provider_sees * (middle + RATING_SD * _true_level(people, name, truth))
        gap = truth.provider_gap + truth.gap_spread * gap_of[_topic(name)]
        rated[name] = to_scale(seen + gap + rng.normal(0, NOISE, accounts))
    return rated


def _topic(name: str) -> str:
    """The facet or tier that a column belongs to."""
    kind, _, key = name.partition(".")
    return {item.key: item.facet_key for item in facet_items()}[key] if kind == "facet" else element(key).tier_key


def _true_level(people: People, name: str, truth: Truth) -> Floats:
    """What is true of each account, in SD of a rating: no respondent's halo is in it."""
    accounts = people.accounts
    kind, _, key = name.partition(".")
    shared = np.sqrt(COCREATION_OF_ACCOUNT) * accounts.cocreation
    if kind == "facet":
        facet = _topic(name)
        own = own_part(accounts, facet) + (accounts.commitment_gap if facet == "mutual_commitment" else 0.0)
        level: Floats = np.sqrt(0.5 * (1 - truth.facet_own)) * shared + np.sqrt(0.5 * truth.facet_own) * own
        return level + named_statements(accounts, truth).get(key, 0.0)
    level = truth.cocreation_effect * shared + truth.team_effect * accounts.team_spirit[accounts.team]
    level = level + named_facets(accounts, truth)
    n = accounts.quality.size
    last = people.wave == truth.waves - 1
    bought = np.bincount(people.account[last], weights=people.bought[last], minlength=n)
    more = bought / np.maximum(np.bincount(people.account[last], minlength=n), 1) - truth.exposure_share
    if element(key).tier_key in HIGHER_TIERS:
        return level + truth.element_effect * more
    return level + truth.quality_in_ratings * accounts.quality + truth.spill_over / RATING_SD * more


# The tables.

OFFERINGS = {"fi": (("Perus", "Laaja"), ("Kumppani", "Kehitys")), "en": (("Basic", "Extended"), ("Partner", "Development"))}
INDUSTRIES = {
    "fi": ("Teollisuus", "Kauppa", "Logistiikka", "Rakentaminen", "Asiantuntijapalvelut"),
    "en": ("Manufacturing", "Retail", "Logistics", "Construction", "Professional services"),
}
COUNTRIES = {"fi": ("Suomi", "Ruotsi"), "en": ("Finland", "Sweden")}
STAFF_SD = np.sqrt(1.3**2 + 1.2**2)  # of an employee's answer, before it is rounded
EXPANDS_FROM = 9  # answers that count as an intention to buy more
SIZES = {"fi": ("Pieni", "Keskisuuri", "Suuri"), "en": ("Small", "Medium", "Large")}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulated:
    """A made-up study as tables.

    - `answers`: one row per respondent and wave with the harmonised columns of a Study (`respondent`, `account`, `wave`, `weight`,
      `recommend`, `nps`, `repurchase`, `offering`, `element.<key>`, `facet.<key>`, ...) and besides `package`, the offering's name
    - `provider`: one row per account for which the provider gave its view: `account`, `facet.<key>`, `element.<key>`
    - `employees`: one row per person in the provider's teams: `team`, `facet.W1`, `facet.W2`
    - `customers`: the client's customer list, or None: `account`, `segment.industry`, `segment.size`
    - `hidden`: what no survey can see, row by row as in `answers`: halo, affect, quality, cocreation, account_effect, size, ease,
      enhanced, kept, commitment, commitment_gap and own.<facet> (SD), and left: whether the account is no customer at the last wave
    """

    truth: Truth
    seed: int
    answers: pd.DataFrame
    provider: pd.DataFrame
    employees: pd.DataFrame
    hidden: pd.DataFrame
    customers: pd.DataFrame | None = None


def simulate_frames(truth: Truth, seed: int) -> Simulated:
    """Draw a study from a planted truth.

    Args:
        truth: what is planted.
        seed: 0 or above; the same truth and seed give the same tables.
    Returns:
        The tables; nothing is written.
    """
    people = draw_everybody(truth, seed)
    score = recommend(people, truth, seed)
    nps = 1.0 * (score >= 9) - 1.0 * (score <= 6)
    skips = (people.bought == 1) & (nps < 0) & (rng_for(seed, "ratings.skipped").random(nps.size) < truth.skipping)
    elements = {
        name: np.where(skips, np.nan, rated) for name, rated in _named("element", rate_elements(people, truth, seed)).items()
    }
    statements = _named("facet", rate_cocreation(people, truth, seed))
    # Mean of what was answered, NaN where nothing was.
    rated = np.column_stack(list(elements.values()))
    given, means = ~np.isnan(rated), np.full(len(rated), np.nan)
    np.divide(np.nansum(rated, axis=1), given.sum(axis=1), out=means, where=given.any(axis=1))
    others = rate_others(people, truth, seed)
    there = still_there(people, score, truth, seed)
    answers = _identity(people, there, truth, seed) | {
        "recommend": score,
        "nps": nps,
        "repurchase": renewed(people, truth, seed),
        "share_of_purchases": share_of_purchases(people, truth, seed),
        **others,
        "value_enhancement": (others["value_enhancement_1"] + others["value_enhancement_2"]) / 2,
        "perceived_value": means,
        **elements,
        **statements,
        "expansion_score": (expansion := expansion_intention(people, truth, seed)),
        "expansion": 1.0 * (expansion >= EXPANDS_FROM),
        **(contract_dates(people, truth, seed) if truth.contracts else {}),
        "comment": write_comments(nps, truth, seed),
    }
    # The provider rates some accounts of the last wave; its people answer on meaningful work: their team's spirit and their own.
    provider = pd.DataFrame(provider_ratings(people, elements | statements, truth, seed)).iloc[: truth.accounts]
    provider.insert(0, "account", _labels("A", 4, np.arange(1, truth.accounts + 1)))
    viewed = rng_for(seed, "provider.given").random(truth.accounts) < truth.provider_share
    team = np.repeat(np.arange(truth.teams), truth.staff_per_team)
    own = rng_for(seed, "employees").standard_normal((2, team.size))
    if truth.meaning_effect:
        own[0] = np.sqrt(1 - truth.meaning_effect**2) * own[0] + truth.meaning_effect * own[1]
    spirit, rest = STAFF_SD * np.sqrt(truth.staff_icc), STAFF_SD * np.sqrt(1 - truth.staff_icc)
    work = np.clip(np.round(7 + spirit * people.accounts.team_spirit[team] + rest * own), 0, 10)
    accounts, account = people.accounts, people.account
    hidden = {
        "halo": people.halo,
        "affect": people.affect,
        "quality": people.quality,
        "cocreation": people.cocreation,
        "account_effect": people.loyalty,
        "size": people.size,
        "ease": accounts.ease[account],
        "enhanced": accounts.enhanced[account],
        "kept": accounts.kept[account],
        "commitment_gap": accounts.commitment_gap[account],
        "commitment": own_part(accounts, "mutual_commitment")[account],
        **{f"own.{one.key}": own_part(accounts, one.key)[account] for one in facets()},
        "left": last_seen(truth, accounts.quality.size)[account] < truth.waves - 1,
    }
    given = pd.DataFrame(answers)[there].reset_index(drop=True)
    return Simulated(
        truth=truth,
        seed=seed,
        answers=given,
        provider=provider[viewed].reset_index(drop=True),
        employees=pd.DataFrame({"team": _labels("T", 2, team + 1), "facet.W1": work[0], "facet.W2": work[1]}),
        hidden=pd.DataFrame(hidden)[there].reset_index(drop=True),
        customers=_customer_list(given, truth, seed) if truth.list_rate else None,
    )


def _customer_list(answers: pd.DataFrame, truth: Truth, seed: int) -> pd.DataFrame:
    """The accounts of the last wave, and as many more that never answered as the planted rates of their sizes ask for."""
    rng = rng_for(seed, "customers")
    there = answers[answers["wave"] == str(truth.year)].drop_duplicates("account")[["account", "segment.industry", "segment.size"]]
    steps = dict(zip(SIZES[truth.language], (-0.5, 0.0, 0.5), strict=True))
    silent = []
    for size, step in steps.items():
        of, rate = there[there["segment.size"] == size], truth.list_rate + step * truth.list_gap
        if len(of):
            chosen = rng.choice(of["segment.industry"].to_numpy(), size=round(len(of) * (1 - rate) / rate))
            silent.append(pd.DataFrame({"segment.industry": chosen, "segment.size": size}))
    others = pd.concat(silent, ignore_index=True)
    first = int(answers["account"].str[1:].astype(int).max()) + 1
    others.insert(0, "account", _labels("A", 4, rng.permutation(np.arange(first, first + len(others)))))
    return pd.concat([there, others], ignore_index=True).sort_values("account", ignore_index=True)


def _identity(people: People, there: NDArray[np.bool_], truth: Truth, seed: int) -> dict[str, object]:
    """Who answered, when, for which account, with which offering and weight."""
    n, rng = people.account.size, rng_for(seed, "identity")
    accounts, account = people.accounts, people.account
    size = np.digitize(accounts.sizes + rng.normal(0, 1, accounts.sizes.size), [2.5, 4.5])
    name = rng.integers(0, 2, accounts.sizes.size)[account]
    offerings = np.array(OFFERINGS[truth.language], dtype=object)
    country = np.array(COUNTRIES[truth.language], dtype=object)
    weight = np.exp(rng.normal(0, 0.4, n)) if truth.weights else np.ones(n)
    return {
        "respondent": _labels("R", 5, _numbers(people.person, there)),
        "account": _labels("A", 4, _numbers(account, there)),
        "wave": np.array([str(truth.year - truth.waves + 1 + wave) for wave in range(truth.waves)], dtype=object)[people.wave],
        "weight": np.round(weight, 3),
        "segment.industry": np.array(INDUSTRIES[truth.language], dtype=object)[accounts.industry[account]],
        "segment.size": np.array(SIZES[truth.language], dtype=object)[size[account]],
        **({"segment.country": country[accounts.country[account]]} if truth.countries else {}),
        "adjust.tenure": accounts.tenure_years[account].astype(float),
        "team": _labels("T", 2, accounts.team[account] + 1),
        "offering": people.bought,
        "package": offerings[people.bought.astype(int), name],
    }


def _named(kind: str, columns: dict[str, Floats]) -> dict[str, Floats]:
    return {f"{kind}.{key}": values for key, values in columns.items()}


def _numbers(known: NDArray[np.int64], there: NDArray[np.bool_]) -> NDArray[np.int64]:
    """1, 2, ... without gaps for those who answered, in the order in which they were drawn."""
    kept = np.unique(known[there])
    return np.searchsorted(kept, known).astype(np.int64) + 1


def _labels(letter: str, digits: int, numbers: np.typing.NDArray[np.int64]) -> list[str]:
    return [f"{letter}{number:0{digits}d}" for number in numbers.tolist()]


# A few interviews, read by two coders.

QUOTES_EACH = 3
PRAISED, BLAMED = 0.4, 0.1  # with theme_link, shares of accounts that praise and that blame each theme: three a talk as well


def simulate_interviews(truth: Truth, seed: int) -> pd.DataFrame:
    """Coded quotes of a few accounts: `account`, `text`, `coder`, `code`, `publish` (True where it may be printed).

    Accounts are customers of the last wave. Without `theme_link` they say anything; with it they praise a facet where its true
    level is high and blame it where it is low, and are silent in between.
    """
    rng = rng_for(seed, "interviews")
    quotes = read_quotes(truth.language)
    codes = sorted({code for code, _ in quotes})
    chosen = np.sort(rng.choice(truth.accounts, size=min(truth.interviews, truth.accounts), replace=False))
    voiced = _voiced(truth, seed, chosen, codes) if truth.theme_link else None
    rows = []
    for row, number in enumerate(chosen.tolist()):
        places = rng.choice(len(quotes), size=QUOTES_EACH, replace=False).tolist() if voiced is None else voiced[row]
        for place in places:
            code, text = quotes[place]
            publish = bool(rng.random() < 0.8)
            second = code if rng.random() < truth.coder_agreement else str(rng.choice(codes))
            rows += [(f"A{number + 1:04d}", text, coder, seen, publish) for coder, seen in (("A", code), ("B", second))]
    return pd.DataFrame(rows, columns=["account", "text", "coder", "code", "publish"])


def _voiced(truth: Truth, seed: int, chosen: Ints, codes: list[str]) -> list[list[int]]:
    """Places of the quotes of each account.

    An account praises where r z + sqrt(1 - r^2) e is among the upper 40 %, z the facet's standardised level. Those who praise then
    lie r f / (p (1 - p)) above the others, p = 0.4 and f the normal density at the cut, which `theme_link` solves for r.
    """
    rng = rng_for(seed, "interviews.themes")
    accounts = draw_people(truth, seed).accounts
    level = np.column_stack([facet_level(accounts, truth, code) for code in codes])[chosen]
    cut = ndtri(1 - PRAISED)
    r = truth.theme_link * PRAISED * (1 - PRAISED) / (np.exp(-(cut**2) / 2) / np.sqrt(2 * np.pi))
    felt = r * level + np.sqrt(1 - r**2) * rng.standard_normal(level.shape)
    voice = 1 * (felt > cut) - 1 * (felt < ndtri(BLAMED))
    silent = np.flatnonzero(~voice.any(axis=1))
    voice[silent, felt[silent].argmax(axis=1)] = 1
    known = list(zip((code for code, _ in read_quotes(truth.language)), read_voices(truth.language), strict=True))
    fitting = {notes: [place for place, one in enumerate(known) if one == notes] for notes in set(known)}
    return [
        [int(rng.choice(fitting[code, notes])) for code, notes in zip(codes, voices, strict=True) if notes]
        for voices in voice.tolist()
    ]


@lru_cache
def read_quotes(language: str) -> tuple[tuple[str, str], ...]:
    """Theme and text of each made-up quote; the themes are facets of co-creation."""
    return tuple((row["code"], row["text"]) for row in read_words("quotes") if row["language"] == language)


@lru_cache
def read_voices(language: str) -> tuple[int, ...]:
    """1 for praise and -1 for blame, quote by quote."""
    return tuple(int(row["voice"]) for row in read_words("quotes") if row["language"] == language)

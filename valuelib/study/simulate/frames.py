"""What does a made-up study look like as tables, without any file?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.study.simulate.chance import rng_for
from valuelib.study.simulate.comments import write_comments
from valuelib.study.simulate.contracts import contract_dates
from valuelib.study.simulate.leavers import draw_everybody, last_seen, still_there
from valuelib.study.simulate.loyalty import expansion_intention, recommend, renewed, share_of_purchases
from valuelib.study.simulate.partners import provider_ratings
from valuelib.study.simulate.people import Floats, People, own_part
from valuelib.study.simulate.ratings import rate_cocreation, rate_elements, rate_others
from valuelib.study.simulate.truth import Truth
from valuelib.theory import facets

OFFERINGS = {"fi": (("Perus", "Laaja"), ("Kumppani", "Kehitys")), "en": (("Basic", "Extended"), ("Partner", "Development"))}
INDUSTRIES = {
    "fi": ("Teollisuus", "Kauppa", "Logistiikka", "Rakentaminen", "Asiantuntijapalvelut"),
    "en": ("Manufacturing", "Retail", "Logistics", "Construction", "Professional services"),
}
STAFF_SD = np.sqrt(1.3**2 + 1.2**2)  # of an employee's answer, before it is rounded
EXPANDS_FROM = 9  # answers that count as an intention to buy more
SIZES = {"fi": ("Pieni", "Keskisuuri", "Suuri"), "en": ("Small", "Medium", "Large")}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Simulated:
    """A made-up study as tables.

    - `answers`: one row per respondent and wave with the canonical columns of a Study (`respondent`, `account`, `wave`, `weight`,
      `recommend`, `nps`, `repurchase`, `offering`, `element.<key>`, `facet.<key>`, ...) and besides `package`, the offering's name
    - `provider`: one row per account for which the provider gave its view: `account`, `facet.<key>`, `element.<key>`
    - `employees`: one row per person in the provider's teams: `team`, `facet.W1`, `facet.W2`
    - `hidden`: what no survey can see, row by row as in `answers`: halo, affect, quality, cocreation, account_effect, size, ease,
      enhanced, commitment, commitment_gap and own.<facet> (SD), and left: whether the account is no customer at the last wave
    """

    truth: Truth
    seed: int
    answers: pd.DataFrame
    provider: pd.DataFrame
    employees: pd.DataFrame
    hidden: pd.DataFrame


def simulate_frames(truth: Truth, seed: int) -> Simulated:
    """Draw a study from a planted truth.

    Args:
        truth: what is planted.
        seed: 0 or above; the same truth and seed give the same tables.
    Returns:
        The tables; nothing is written.
    """
    people = draw_everybody(truth, seed)
    elements = _named("element", rate_elements(people, truth, seed))
    statements = _named("facet", rate_cocreation(people, truth, seed))
    others = rate_others(people, truth, seed)
    score = recommend(people, truth, seed)
    there = still_there(people, score, truth, seed)
    nps = 1.0 * (score >= 9) - 1.0 * (score <= 6)
    answers = _identity(people, there, truth, seed) | {
        "recommend": score,
        "nps": nps,
        "repurchase": renewed(people, truth, seed),
        "share_of_purchases": share_of_purchases(people, truth, seed),
        **others,
        "value_enhancement": (others["value_enhancement_1"] + others["value_enhancement_2"]) / 2,
        "perceived_value": _mean(elements),
        **elements,
        **statements,
        "expansion_score": (expansion := expansion_intention(people, truth, seed)),
        "expansion": 1.0 * (expansion >= EXPANDS_FROM),
        **(contract_dates(people, truth, seed) if truth.contracts else {}),
        "comment": write_comments(nps, truth, seed),
    }
    return Simulated(
        truth=truth,
        seed=seed,
        answers=pd.DataFrame(answers)[there].reset_index(drop=True),
        provider=_provider(people, elements | statements, truth, seed),
        employees=_employees(people, truth, seed),
        hidden=_hidden(people, truth)[there].reset_index(drop=True),
    )


def _hidden(people: People, truth: Truth) -> pd.DataFrame:
    """What no survey can see, row by row."""
    accounts, account = people.accounts, people.account
    return pd.DataFrame(
        {
            "halo": people.halo,
            "affect": people.affect,
            "quality": people.quality,
            "cocreation": people.cocreation,
            "account_effect": people.loyalty,
            "size": people.size,
            "ease": accounts.ease[account],
            "enhanced": accounts.enhanced[account],
            "commitment_gap": accounts.commitment_gap[account],
            "commitment": own_part(accounts, "mutual_commitment")[account],
            **{f"own.{one.key}": own_part(accounts, one.key)[account] for one in facets()},
            "left": last_seen(truth, accounts.quality.size)[account] < truth.waves - 1,
        }
    )


def _identity(people: People, there: NDArray[np.bool_], truth: Truth, seed: int) -> dict[str, object]:
    """Who answered, when, for which account, with which offering and weight."""
    n, rng = people.account.size, rng_for(seed, "identity")
    accounts, account = people.accounts, people.account
    size = np.digitize(accounts.sizes + rng.normal(0, 1, accounts.sizes.size), [2.5, 4.5])
    name = rng.integers(0, 2, accounts.sizes.size)[account]
    offerings = np.array(OFFERINGS[truth.language], dtype=object)
    weight = np.exp(rng.normal(0, 0.4, n)) if truth.weights else np.ones(n)
    return {
        "respondent": _labels("R", 5, _numbers(people.person, there)),
        "account": _labels("A", 4, _numbers(account, there)),
        "wave": np.array([str(truth.year - truth.waves + 1 + wave) for wave in range(truth.waves)], dtype=object)[people.wave],
        "weight": np.round(weight, 3),
        "segment.industry": np.array(INDUSTRIES[truth.language], dtype=object)[accounts.industry[account]],
        "segment.size": np.array(SIZES[truth.language], dtype=object)[size[account]],
        "adjust.tenure": accounts.tenure_years[account].astype(float),
        "team": _labels("T", 2, accounts.team[account] + 1),
        "offering": people.bought,
        "package": offerings[people.bought.astype(int), name],
    }


def _provider(people: People, answers: dict[str, Floats], truth: Truth, seed: int) -> pd.DataFrame:
    """The provider rates some of the accounts of the last wave."""
    views = provider_ratings(people, answers, truth, seed)
    frame = pd.DataFrame(views).iloc[: truth.accounts]
    frame.insert(0, "account", _labels("A", 4, np.arange(1, truth.accounts + 1)))
    given = rng_for(seed, "provider.given").random(truth.accounts) < truth.provider_share
    return frame[given].reset_index(drop=True)


def _employees(people: People, truth: Truth, seed: int) -> pd.DataFrame:
    """Answers of the provider's people on meaningful work: the team's spirit and their own."""
    team = np.repeat(np.arange(truth.teams), truth.staff_per_team)
    own = rng_for(seed, "employees").standard_normal((2, team.size))
    shared, rest = STAFF_SD * np.sqrt(truth.staff_icc), STAFF_SD * np.sqrt(1 - truth.staff_icc)
    scores = np.clip(np.round(7 + shared * people.accounts.team_spirit[team] + rest * own), 0, 10)
    return pd.DataFrame({"team": _labels("T", 2, team + 1), "facet.W1": scores[0], "facet.W2": scores[1]})


def _mean(columns: dict[str, Floats]) -> Floats:
    """Mean of what was answered, NaN where nothing was."""
    scores = np.column_stack(list(columns.values()))
    told = ~np.isnan(scores)
    means = np.full(len(scores), np.nan)
    np.divide(np.nansum(scores, axis=1), told.sum(axis=1), out=means, where=told.any(axis=1))
    return means


def _named(kind: str, columns: dict[str, Floats]) -> dict[str, Floats]:
    return {f"{kind}.{key}": values for key, values in columns.items()}


def _numbers(known: NDArray[np.int64], there: NDArray[np.bool_]) -> NDArray[np.int64]:
    """1, 2, ... without gaps for those who answered, in the order in which they were drawn."""
    kept = np.unique(known[there])
    return np.searchsorted(kept, known).astype(np.int64) + 1


def _labels(letter: str, digits: int, numbers: np.typing.NDArray[np.int64]) -> list[str]:
    return [f"{letter}{number:0{digits}d}" for number in numbers.tolist()]

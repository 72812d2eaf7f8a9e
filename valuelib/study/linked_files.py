"""The linked files of a study: the provider's view, the employees' answers, coded interviews.

Each file is read like the responses, with the same codes for "no answer" and the same names of accounts, so that the files join;
every problem of every file comes in one error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from valuelib.errors import Problem
from valuelib.results import Message
from valuelib.study.config import Employees, Interviews, ProviderView, StudyConfig
from valuelib.study.harmonise import team_names
from valuelib.study.harmonise_identity import account_names, known_accounts
from valuelib.study.harmonise_ratings import Desk
from valuelib.study.interviews import read_codebook, read_interviews
from valuelib.study.linked_reading import Found, Named, check_filled, join_names, miss, open_file, read_statements
from valuelib.study.model import Study

# Reach over the respondents' accounts; counts only, so that no account or person can be known from them.


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Reach of the provider's, the employees' and the interview files over the accounts that headline figures use.

    None where a study has no such file, and for accounts where it names none:

    - `rated_n`, `staffed_n`, `interviewed_n`: accounts that the other side rated, whose team has answers, that were interviewed
    - `accounts_n`: the accounts of the respondents who name one
    - `people_n`, `teams_n`: employees who answered, and their teams
    - `quotes_n`, `printable_n`: different passages, and those that may be printed
    - `coders_n`: people who coded; `codes_n`: different codes given
    """

    accounts_n: int
    rated_n: int | None = None
    staffed_n: int | None = None
    interviewed_n: int | None = None
    people_n: int | None = None
    teams_n: int | None = None
    quotes_n: int | None = None
    printable_n: int | None = None
    coders_n: int | None = None
    codes_n: int | None = None


def measure_coverage(study: Study) -> Coverage | None:
    """Count what the other files hold; None where there are none."""
    if study.provider is None and study.employees is None and study.interviews is None:
        return None
    accounts = set(known_accounts(study.data))
    return Coverage(
        accounts_n=len(accounts),
        rated_n=None if study.provider is None else len(accounts & set(study.provider["account"])),
        interviewed_n=None if study.interviews is None or not accounts else len(accounts & set(study.interviews["account"])),
        **_people(study.employees, study),
        **_talks(study.interviews),
    )


def _people(employees: pd.DataFrame | None, study: Study) -> dict[str, int | None]:
    if employees is None:
        return {}
    teams = set(employees["team"])
    counts: dict[str, int | None] = {"people_n": len(employees), "teams_n": len(teams)}
    if study.has_accounts and "team" in study.data:
        answered = study.data["team"].isin(teams)
        counts["staffed_n"] = int(known_accounts(study.data[answered]).nunique())
    return counts


def _talks(interviews: pd.DataFrame | None) -> dict[str, int | None]:
    if interviews is None:
        return {}
    quotes = interviews.drop_duplicates(["account", "text"])
    return {
        "quotes_n": len(quotes),
        "printable_n": int(quotes["publish"].sum()),
        "coders_n": int(interviews["coder"].nunique()),
        "codes_n": int(interviews["code"].nunique()),
    }


# The view of the provider or a partner: one row an account, several raters averaged.

PLACE = "provider_view"


def read_provider(desk: Desk, block: ProviderView, answers: pd.DataFrame) -> pd.DataFrame:
    """`account`, `element.<key>` and `facet.<item key>` (0-10), sorted by account.

    Args:
        desk: the file.
        block: `provider_view` of study.yaml.
        answers: the responses in harmonised columns, every wave.
    """
    if desk.config.columns.account is None:
        desk.refuse(
            "The responses have no account to join the provider's view to.",
            column=block.account,
            place=f"{PLACE}.account",
            expected="columns.account in study.yaml.",
            next_step="Map the account of the respondents, or take provider_view out.",
        )
    ratings = read_statements(desk, block.columns, PLACE, scale=block.scale, missing=block.missing)
    if miss(desk, block.account, f"{PLACE}.account"):
        return pd.DataFrame()
    known = known_accounts(answers)
    place = f"{PLACE}.account"
    accounts = account_names(desk, block.account, block.missing)
    check_filled(desk, accounts, column=block.account, place=place, what="account")
    named = Named(column=block.account, place=place, what="account", there="columns.account", stray="study.provider_stray")
    accounts = join_names(desk, accounts, set(known), named)
    frame = pd.DataFrame({"account": accounts.astype("str"), **ratings})[accounts.notna()]
    # How many accounts were rated more than once, and how many of the respondents' accounts not at all.
    rated = frame["account"]
    raters = rated.value_counts()
    if (several := int((raters > 1).sum())) > 0:
        desk.say("study.provider_averaged", accounts_n=several, most_n=int(raters.max()))
    silent = int(known[~known.isin(rated)].nunique())
    if silent:
        desk.say("study.provider_silent", accounts_n=silent, of_n=int(known.nunique()))
    return frame.groupby("account", as_index=False).mean()


# The people of the provider's account teams: one row a person.

EMPLOYEES_PLACE = "employees"


def read_employees(desk: Desk, block: Employees, answers: pd.DataFrame) -> pd.DataFrame:
    """`team` and `facet.<item key>` (0-10), in the order of the file.

    Args:
        desk: the file.
        block: `employees` of study.yaml.
        answers: the responses in harmonised columns, every wave, with `team`.
    """
    ratings = read_statements(desk, block.columns, EMPLOYEES_PLACE, scale=block.scale, missing=block.missing)
    if miss(desk, block.team, f"{EMPLOYEES_PLACE}.team"):
        return pd.DataFrame()
    teams = team_names(desk, block.team, block.missing)
    check_filled(desk, teams, column=block.team, place=f"{EMPLOYEES_PLACE}.team", what="team")
    if "team" in answers:
        teams = _join(desk, block, teams, answers)
    return pd.DataFrame({"team": teams.astype("str"), **ratings})[teams.notna()].reset_index(drop=True)


def _join(desk: Desk, block: Employees, teams: pd.Series, answers: pd.DataFrame) -> pd.Series:
    """The teams as the responses spell them; teams without employees and accounts without a team are counted."""
    named = Named(
        column=block.team,
        place=f"{EMPLOYEES_PLACE}.team",
        what="team",
        there=f"{EMPLOYEES_PLACE}.team_of_account",
        stray="study.team_without_accounts",
    )
    known = set(answers["team"].dropna())
    joined = join_names(desk, teams, known, named)
    heard = known & set(joined.dropna())
    if heard and heard != known:
        desk.say("study.team_silent", teams_n=len(known - heard), of_n=len(known))
    accounts = known_accounts(answers)
    without = set(accounts) - set(accounts[answers["team"].reindex(accounts.index).notna()])
    if without:
        desk.say("study.accounts_without_team", accounts_n=len(without), of_n=int(accounts.nunique()))
    return joined


# All linked files.

VIEW, PEOPLE, TALKS, BOOK = "provider_view.file", "employees.file", "interviews.file", "interviews.codebook"
TABLES = {VIEW: "provider", PEOPLE: "employees", TALKS: "interviews", BOOK: "codebook"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkedFiles:
    """The other files as tables (None where not mapped), each file as read by its place, and what was found or assumed."""

    tables: Mapping[str, pd.DataFrame | None]
    files: Mapping[str, Found]
    problems: tuple[Problem, ...]
    assumed: tuple[Message, ...]


def other_files(config: StudyConfig) -> tuple[tuple[str, str], ...]:
    """Every other data file that study.yaml names, with the key that names it."""
    blocks = (("provider_view", config.provider_view), ("employees", config.employees), ("interviews", config.interviews))
    named = [(f"{key}.file", block.file) for key, block in blocks if block is not None]
    if config.interviews is not None and config.interviews.codebook is not None:
        named.append((BOOK, config.interviews.codebook))
    return tuple(named)


def read_linked_files(paths: Mapping[str, Path], config: StudyConfig, answers: pd.DataFrame) -> LinkedFiles:
    """Read and check the other files.

    Args:
        paths: place in study.yaml -> file, of the files that are there.
        config: what study.yaml says.
        answers: the responses in harmonised columns, for the accounts and teams that the files should share with them.
    """
    found: dict[str, Found] = {}
    if (view := config.provider_view) is not None and (path := paths.get(VIEW)):
        found[VIEW] = open_file(path, view.file, view, config, lambda desk: read_provider(desk, view, answers))
    if (people := config.employees) is not None and (path := paths.get(PEOPLE)):
        found[PEOPLE] = open_file(path, people.file, people, config, lambda desk: read_employees(desk, people, answers))
    if config.interviews is not None:
        found |= _interviews(paths, config, config.interviews, answers)
    return LinkedFiles(
        tables={TABLES[place]: one.table for place, one in found.items()},
        files=found,
        problems=tuple(problem for one in found.values() for problem in one.problems),
        assumed=tuple(message for one in found.values() for message in one.assumed),
    )


def _interviews(paths: Mapping[str, Path], config: StudyConfig, block: Interviews, answers: pd.DataFrame) -> dict[str, Found]:
    """The interviews and their codebook; codes that the codebook does not hold are a problem of the interviews."""
    found: dict[str, Found] = {}
    if block.codebook is not None and (path := paths.get(BOOK)):
        found[BOOK] = open_file(path, block.codebook, block, config, lambda desk: read_codebook(desk, config.language), plain=True)
    if path := paths.get(TALKS):
        book = found[BOOK].table if BOOK in found else None
        found[TALKS] = open_file(path, block.file, block, config, lambda desk: read_interviews(desk, block, answers, book))
    return found

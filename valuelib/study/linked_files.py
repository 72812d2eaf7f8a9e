"""The linked files of a study: the provider's view, the employees' answers, coded interviews.

Each file is read like the responses, with the same codes for "no answer" and the same names of accounts, so that the files join;
every problem of every file comes in one error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from valuelib.errors import Problem, StudyError
from valuelib.results import Message
from valuelib.study.config import Employees, FileFormat, LinkedFile, ProviderView, StudyConfig
from valuelib.study.desk import Desk, Named, join_names, read_statements
from valuelib.study.harmonise import group_names
from valuelib.study.identity import account_names, known_accounts
from valuelib.study.interviews import read_codebook, read_interviews
from valuelib.study.readers import read_table


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Found:
    """One file as it was read: its table (None with problems), rows and columns, and what was assumed of its format and content."""

    table: pd.DataFrame | None = None
    size: tuple[int, int] = (0, 0)
    problems: tuple[Problem, ...] = ()
    reading: tuple[Message, ...] = ()
    assumed: tuple[Message, ...] = ()


VIEW, PEOPLE, TALKS, BOOK = "provider_view.file", "employees.file", "interviews.file", "interviews.codebook"
TABLES = {VIEW: "provider", PEOPLE: "employees", TALKS: "interviews", BOOK: "codebook"}


def other_files(config: StudyConfig) -> dict[str, str]:
    """Every other data file that study.yaml names, by the key that names it."""
    blocks = {VIEW: config.provider_view, PEOPLE: config.employees, TALKS: config.interviews}
    named = {place: block.file for place, block in blocks.items() if block is not None}
    if config.interviews is not None and config.interviews.codebook is not None:
        named[BOOK] = config.interviews.codebook
    return named


def read_linked_files(paths: Mapping[str, Path], config: StudyConfig, answers: pd.DataFrame) -> dict[str, Found]:
    """Read and check the other files, by their place in study.yaml.

    Args:
        paths: place in study.yaml -> file, of the files that are there.
        config: what study.yaml says.
        answers: the responses in harmonised columns, for the accounts and teams that the files should share with them.
    """
    found: dict[str, Found] = {}

    def read(place: str, block: LinkedFile, reader: Callable[[Desk], pd.DataFrame]) -> None:
        if place in paths:
            found[place] = _open(paths[place], other_files(config)[place], block, config, reader, plain=place == BOOK)

    if (view := config.provider_view) is not None:
        read(VIEW, view, lambda desk: read_provider(desk, view, answers))
    if (people := config.employees) is not None:
        read(PEOPLE, people, lambda desk: read_employees(desk, people, answers))
    if (talks := config.interviews) is not None:
        # Codes that the codebook does not hold are a problem of the interviews.
        read(BOOK, talks, lambda desk: read_codebook(desk, config.language))
        book = found[BOOK].table if BOOK in found else None
        read(TALKS, talks, lambda desk: read_interviews(desk, talks, answers, book))
    return found


def _open(
    path: Path, name: str, block: LinkedFile, config: StudyConfig, read: Callable[[Desk], pd.DataFrame], *, plain: bool
) -> Found:
    """Read a file, called by its name in study.yaml; `plain` leaves the block's format options to the main file of the block."""
    written = FileFormat() if plain else block
    # Every column that the block names stays although it may look like personal data.
    named = [value for value in block.model_dump().values() if isinstance(value, str)]
    try:
        raw = read_table(
            path,
            name=name,
            sheet=written.sheet,
            delimiter=written.delimiter,
            decimal=written.decimal,
            encoding=written.encoding,
            keep={*named, *getattr(block, "columns", {}).values()},
        )
    except StudyError as err:
        return Found(problems=err.problems)
    desk = Desk(table=raw, config=config)
    table = read(desk)
    rows, columns = raw.frame.shape
    return Found(
        table=None if desk.problems else table,
        size=(rows, columns),
        problems=tuple(desk.problems),
        reading=raw.assumed,
        assumed=tuple(desk.assumed),
    )


def read_provider(desk: Desk, block: ProviderView, answers: pd.DataFrame) -> pd.DataFrame:
    """The view of the provider or a partner, several raters averaged: `account`, `element.<key>`, `facet.<item key>` (0-10).

    Args:
        desk: the file.
        block: `provider_view` of study.yaml.
        answers: the responses in harmonised columns, every wave.
    """
    place = "provider_view.account"
    if desk.config.columns.account is None:
        desk.refuse(
            "The responses have no account to join the provider's view to.",
            desk.where(block.account, place),
            "columns.account in study.yaml.",
            "Map the account of the respondents, or take provider_view out.",
        )
    ratings = read_statements(desk, block, "provider_view", linked=True)
    if desk.lacks(block.account, place):
        return pd.DataFrame()
    known = known_accounts(answers)
    named = Named(column=block.account, place=place, what="account", there="columns.account", stray="study.provider_stray")
    accounts = join_names(desk, account_names(desk, block.account, block.missing), set(known), named)
    frame = pd.DataFrame({"account": accounts.astype("str"), **ratings})[accounts.notna()]
    # How many accounts were rated more than once, and how many of the respondents' accounts not at all.
    rated = frame["account"]
    raters = rated.value_counts()
    if (several := int((raters > 1).sum())) > 0:
        desk.say("study.provider_averaged", accounts_n=several, most_n=int(raters.max()))
    if silent := int(known[~known.isin(rated)].nunique()):
        desk.say("study.provider_silent", accounts_n=silent, of_n=int(known.nunique()))
    return frame.groupby("account", as_index=False).mean()


def read_employees(desk: Desk, block: Employees, answers: pd.DataFrame) -> pd.DataFrame:
    """The people of the provider's account teams: `team` and `facet.<item key>` (0-10), in the order of the file.

    Args:
        desk: the file.
        block: `employees` of study.yaml.
        answers: the responses in harmonised columns, every wave, with `team`.
    """
    ratings = read_statements(desk, block, "employees", linked=True)
    place = "employees.team"
    if desk.lacks(block.team, place):
        return pd.DataFrame()
    known = set(answers["team"].dropna()) if "team" in answers else set()
    named = Named(
        column=block.team, place=place, what="team", there="employees.team_of_account", stray="study.team_without_accounts"
    )
    teams = join_names(desk, group_names(desk, block.team, block.missing), known, named)
    # How many teams have no employees here, and how many accounts no team.
    heard = known & set(teams.dropna())
    if heard and heard != known:
        desk.say("study.team_silent", teams_n=len(known - heard), of_n=len(known))
    if "team" in answers:
        accounts = known_accounts(answers)
        without = set(accounts) - set(accounts[answers["team"].reindex(accounts.index).notna()])
        if without:
            desk.say("study.accounts_without_team", accounts_n=len(without), of_n=int(accounts.nunique()))
    return pd.DataFrame({"team": teams.astype("str"), **ratings})[teams.notna()].reset_index(drop=True)

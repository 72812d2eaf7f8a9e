"""What do the people of the provider's account teams say of their own work? One row a person."""

from __future__ import annotations

import pandas as pd

from valuelib.study.canonical.background import team_names
from valuelib.study.canonical.desk import Desk
from valuelib.study.canonical.identity import known_accounts
from valuelib.study.config import Employees
from valuelib.study.others.joining import Named, join_names
from valuelib.study.others.opening import check_filled, miss, read_statements

PLACE = "employees"


def read_employees(desk: Desk, block: Employees, answers: pd.DataFrame) -> pd.DataFrame:
    """`team` and `facet.<item key>` (0-10), in the order of the file.

    Args:
        desk: the file.
        block: `employees` of study.yaml.
        answers: the responses in canonical columns, every wave, with `team`.
    """
    ratings = read_statements(desk, block.columns, PLACE, scale=block.scale, missing=block.missing)
    if miss(desk, block.team, f"{PLACE}.team"):
        return pd.DataFrame()
    teams = team_names(desk, block.team, block.missing)
    check_filled(desk, teams, column=block.team, place=f"{PLACE}.team", what="team")
    if "team" in answers:
        teams = _join(desk, block, teams, answers)
    return pd.DataFrame({"team": teams.astype("str"), **ratings})[teams.notna()].reset_index(drop=True)


def _join(desk: Desk, block: Employees, teams: pd.Series, answers: pd.DataFrame) -> pd.Series:
    """The teams as the responses spell them; teams without employees and accounts without a team are counted."""
    named = Named(
        column=block.team, place=f"{PLACE}.team", what="team", there=f"{PLACE}.team_of_account", stray="study.team_without_accounts"
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

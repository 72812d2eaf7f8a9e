"""What do the people of the provider's account teams say of their own work? One row a person."""

from __future__ import annotations

import pandas as pd

from valuelib.study.canonical.desk import Desk
from valuelib.study.config import Employees
from valuelib.study.others.opening import check_known, miss, read_ids, read_statements


def read_employees(desk: Desk, block: Employees, answers: pd.DataFrame) -> pd.DataFrame:
    """`team` and `facet.<item key>` (0-10), in the order of the file.

    Args:
        desk: the file.
        block: `employees` of study.yaml.
        answers: the responses in canonical columns, every wave, with `team`.
    """
    place = "employees"
    ratings = read_statements(desk, block.columns, place, scale=block.scale, missing=block.missing)
    if miss(desk, block.team, f"{place}.team"):
        return pd.DataFrame()
    teams = read_ids(desk, block.team, f"{place}.team", "team")
    if "team" in answers:
        known = set(answers["team"].dropna())
        told = {"column": block.team, "place": f"{place}.team", "what": "team", "there": "employees.team_of_account"}
        check_known(desk, teams, known, stray_code="study.team_without_accounts", **told)
        _check_one_team(desk, block, answers)
        silent = len(known - set(teams.dropna()))
        if silent and known & set(teams.dropna()):
            desk.say("study.team_silent", teams_n=silent, of_n=len(known))
    return pd.DataFrame({"team": teams.astype("str"), **ratings})[teams.notna()].reset_index(drop=True)


def _check_one_team(desk: Desk, block: Employees, answers: pd.DataFrame) -> None:
    """An account that changes its team between waves is fine; two teams in one wave cannot both be its team."""
    keys = ["account", *(["wave"] if "wave" in answers else [])]
    teams = answers.dropna(subset=["team"]).groupby(keys)["team"].nunique()
    torn = int((teams > 1).sum())
    if torn:
        desk.refuse(
            f"{torn} accounts have more than one team among their respondents.",
            column=block.team_of_account,
            place="employees.team_of_account, in the responses",
            expected="one team an account (and wave).",
            next_step="Correct the team in the responses, or map the column that names the account's own team.",
        )

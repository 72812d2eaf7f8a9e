"""The client's customer list: who could have answered, by stratum."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from valuelib.study.config import Population
from valuelib.study.desk import Desk, Named, check_filled, join_names
from valuelib.study.harmonise import group_names
from valuelib.study.identity import account_names, known_accounts
from valuelib.study.wording import clip, code_key, guess

MOST_NAMED = 5


def read_population(desk: Desk, block: Population, answers: pd.DataFrame) -> pd.DataFrame:
    """One row a customer: `account`, and `segment.<column>` for each column of `by`, spelled as in the responses.

    Every stratum must stand in the answers and in the list: one without customers has no share, one without answers no weight.

    Args:
        desk: the file.
        block: `population` of study.yaml.
        answers: the responses in harmonised columns, every wave.
    """
    place, segments = "population.account", desk.config.columns.segment
    for column in block.by:
        if column not in segments:
            desk.refuse(
                f"{clip(column)!r} is no background column of the responses.",
                "study.yaml (population.by)",
                f"columns that stand under columns.segment, too; {guess(column, segments)}",
                "Add the column to columns.segment, or take it out of `by`.",
            )
    if desk.config.columns.account is None:
        desk.refuse(
            "The responses have no account to join the customer list to.",
            desk.where(block.account, place),
            "columns.account in study.yaml.",
            "Map the account of the respondents, or take population out.",
        )
    absent = [desk.lacks(block.account, place), *(desk.lacks(column, "population.by") for column in block.by)]
    if any(absent) or desk.problems or any(f"segment.{column}" not in answers for column in block.by):
        return pd.DataFrame()
    known = known_accounts(answers)
    named = Named(column=block.account, place=place, what="account", there="columns.account", stray="study.population_silent")
    accounts = join_names(desk, account_names(desk, block.account, block.missing), set(known), named)
    twice = accounts.notna() & accounts.duplicated(keep=False)
    if twice.any():
        desk.refuse(
            f"{accounts[twice].nunique()} accounts stand on several rows of the customer list.",
            desk.where(block.account, place, twice),
            "one row a customer.",
            "Keep one row of each.",
        )
    if unlisted := int(known[~known.isin(accounts)].nunique()):
        desk.say("study.population_lacks", accounts_n=unlisted, of_n=int(known.nunique()))
    strata = {f"segment.{column}": _read_stratum(desk, block, column, answers[f"segment.{column}"]) for column in block.by}
    return pd.DataFrame({"account": accounts, **strata})


def _read_stratum(desk: Desk, block: Population, column: str, answered: pd.Series) -> pd.Series:
    """A stratum of each customer as the responses spell it; those of one side only are refused, both sides at once."""
    levels = check_filled(desk, group_names(desk, column, block.missing), column, "population.by", "stratum")
    spelled = {code_key(level): str(level) for level in answered.dropna().unique()}
    found: pd.Series = levels.map(lambda level: spelled.get(code_key(level), level), na_action="ignore")
    there = set(found.dropna())
    sides = {
        "stand in the answers and not in the customer list": set(spelled.values()) - there,
        "stand in the customer list and not in the answers": there - set(spelled.values()),
    }
    for what, strata in sides.items():
        if strata:
            desk.refuse(
                f"{len(strata)} strata of {clip(column, 40)!r} {what}: {_listed(strata)}.",
                desk.where(column, "population.by"),
                "the same strata in both, spelled alike; each with a customer and with an answer.",
                "Correct the spelling, or join a stratum without answers to another in both files.",
            )
    return found


def _listed(strata: Iterable[str]) -> str:
    named = sorted(strata)
    return ", ".join(clip(one, 30) for one in named[:MOST_NAMED]) + (" ..." if len(named) > MOST_NAMED else "")

"""Who answered of the client's customers, and what the figures are when each stratum has the weight it has among them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelib.explore.describe import METHODS, withheld
from valuelib.explore.estimates import called, group_estimates, of_chapter
from valuelib.results import Estimates, Message
from valuelib.stats.raking import Raked, rake
from valuelib.study.model import Study
from valuelib.verdict.groups import find_outcome

OUTCOMES = ("recommend", "repurchase")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """The customers of one stratum, how many of them answered, and their weight; the last three None where that tells too much."""

    column: str
    level: str
    customers: int
    answered: int | None
    rate: float | None
    weight: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WhoAnswered:
    """The customer list beside the answers: strata, and the weights of the accounts that answered.

    `accounts` are those of the list that answered, in the order of the weights; `customers` is the length of the list.
    """

    strata: tuple[Stratum, ...]
    raked: Raked
    accounts: pd.Index
    customers: int


def find_who_answered(study: Study) -> WhoAnswered | None:
    """Response rates and raked weights of accounts; None without a customer list, on a part of the answers, or without answers."""
    listed, block = study.population, study.config.population
    if listed is None or block is None or study.exploratory:
        return None
    here = listed["account"].isin(study.data["account"])
    columns = [f"segment.{column}" for column in block.by]
    answered = listed[here]
    if any(answered[column].nunique() < listed[column].nunique() for column in columns):
        return None  # a stratum answered in an earlier wave only
    codes, shares = [], []
    for column in columns:
        counts = listed[column].value_counts(normalize=True).sort_index()
        codes.append(counts.index.get_indexer(pd.Index(answered[column])))
        shares.append(counts.to_numpy())
    raked = rake(codes, shares, limit=block.limit)
    weight = pd.Series(raked.weight, index=answered.index)
    strata = tuple(one for column in columns for one in _strata(study, listed, column, here, weight))
    return WhoAnswered(strata=strata, raked=raked, accounts=pd.Index(answered["account"]), customers=len(listed))


def _strata(study: Study, listed: pd.DataFrame, column: str, here: pd.Series, weight: pd.Series) -> list[Stratum]:
    counts = listed.loc[here, column].value_counts()
    hidden = withheld(counts, study.config.privacy.min_group)
    found = []
    for level in sorted(map(str, listed[column].unique())):
        of = listed[column] == level
        n, shown = int((of & here).sum()), level not in hidden
        mean = float(weight[of[here]].mean())
        found.append(
            Stratum(
                column=study.column_word(column.removeprefix("segment.")),
                level=study.level_word(column.removeprefix("segment."), level),
                customers=int(of.sum()),
                answered=n if shown else None,
                rate=n / int(of.sum()) if shown else None,
                weight=mean if shown else None,
            )
        )
    return found


def estimate_population(study: Study) -> Estimates:
    """`population.answered.<outcome>` and `population.raked.<outcome>`: a figure as answered, and with raked weights.

    Both are of the accounts that stand in the customer list. Standard errors take the weights as given.
    """
    who = find_who_answered(study)
    found = []
    for name in OUTCOMES if who is not None else ():
        outcome = find_outcome(study, name)
        if who is None or isinstance(outcome, Message):
            continue
        raked = study.data["account"].map(pd.Series(who.raked.weight, index=who.accounts))
        codes = np.where(raked.notna(), 0, -1)
        weighted = study.data.assign(weight=study.data["weight"] * raked.fillna(1.0))
        ways = {"answered": study, "raked": dataclasses.replace(study, data=weighted)}
        for way, one in ways.items():
            label = called(f"label.population.{way}", outcome_key=name)
            method = METHODS[outcome.kind]
            found += group_estimates(one, [label], codes, one.data[outcome.column], outcome.kind, method=method)
    return of_chapter(study, "population", found)

"""What does the provider (or a partner) say of each account? One row an account, several raters averaged."""

from __future__ import annotations

import pandas as pd

from valuelib.study.canonical.desk import Desk
from valuelib.study.canonical.identity import account_names, known_accounts
from valuelib.study.config import ProviderView
from valuelib.study.others.joining import Named, join_names
from valuelib.study.others.opening import check_filled, miss, read_statements

PLACE = "provider_view"


def read_provider(desk: Desk, block: ProviderView, answers: pd.DataFrame) -> pd.DataFrame:
    """`account`, `element.<key>` and `facet.<item key>` (0-10), sorted by account.

    Args:
        desk: the file.
        block: `provider_view` of study.yaml.
        answers: the responses in canonical columns, every wave.
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
    accounts = _accounts(desk, block, set(known))
    frame = pd.DataFrame({"account": accounts.astype("str"), **ratings})[accounts.notna()]
    _say_coverage(desk, frame["account"], known)
    return frame.groupby("account", as_index=False).mean()


def _accounts(desk: Desk, block: ProviderView, known: set[str]) -> pd.Series:
    place = f"{PLACE}.account"
    accounts = account_names(desk, block.account, block.missing)
    check_filled(desk, accounts, column=block.account, place=place, what="account")
    named = Named(column=block.account, place=place, what="account", there="columns.account", stray="study.provider_stray")
    return join_names(desk, accounts, known, named)


def _say_coverage(desk: Desk, rated: pd.Series, known: pd.Series) -> None:
    """How many accounts were rated more than once, and how many of the respondents' accounts not at all."""
    raters = rated.value_counts()
    if (several := int((raters > 1).sum())) > 0:
        desk.say("study.provider_averaged", accounts_n=several, most_n=int(raters.max()))
    silent = int(known[~known.isin(rated)].nunique())
    if silent:
        desk.say("study.provider_silent", accounts_n=silent, of_n=int(known.nunique()))

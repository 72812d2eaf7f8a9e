"""What does the provider (or a partner) say of each account? One row an account, several raters averaged."""

from __future__ import annotations

import pandas as pd

from valuelib.study.canonical.desk import Desk
from valuelib.study.config import ProviderView
from valuelib.study.others.opening import check_known, miss, read_ids, read_statements


def read_provider(desk: Desk, block: ProviderView, answers: pd.DataFrame) -> pd.DataFrame:
    """`account`, `element.<key>` and `facet.<item key>` (0-10), sorted by account.

    Args:
        desk: the file.
        block: `provider_view` of study.yaml.
        answers: the responses in canonical columns, every wave.
    """
    place = "provider_view"
    if desk.config.columns.account is None:
        desk.refuse(
            "The responses have no account to join the provider's view to.",
            column=block.account,
            place=f"{place}.account",
            expected="columns.account in study.yaml.",
            next_step="Map the account of the respondents, or take provider_view out.",
        )
    ratings = read_statements(desk, block.columns, place, scale=block.scale, missing=block.missing)
    if miss(desk, block.account, f"{place}.account"):
        return pd.DataFrame()
    accounts = read_ids(desk, block.account, f"{place}.account", "account")
    told = {"column": block.account, "place": f"{place}.account", "what": "account", "there": "columns.account"}
    check_known(desk, accounts, set(answers["account"]), stray_code="study.provider_stray", **told)
    frame = pd.DataFrame({"account": accounts.astype("str"), **ratings})[accounts.notna()]
    if (several := int((frame["account"].value_counts() > 1).sum())) > 0:
        desk.say("study.provider_averaged", accounts_n=several)
    silent = int(answers.loc[~answers["account"].isin(frame["account"]), "account"].nunique())
    if silent:
        desk.say("study.provider_silent", accounts_n=silent, of_n=int(answers["account"].nunique()))
    return frame.groupby("account", as_index=False).mean()

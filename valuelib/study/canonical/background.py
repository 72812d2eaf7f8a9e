"""What else is known of the respondents: breakdowns, confounders, what was bought, the team behind the account, comments?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from valuelib.study.canonical.coded import read_offering
from valuelib.study.canonical.desk import Desk
from valuelib.study.canonical.identity import texts, without_emails


def background_columns(desk: Desk) -> dict[str, pd.Series]:
    """`segment.<column>`, `adjust.<column>`, `team` and `comment`, where they are mapped."""
    config = desk.config
    # A breakdown's levels are named in reports, so an address among them is hashed like an id.
    columns = {
        f"segment.{name}": without_emails(desk, name, texts(desk, name, ())) for name in config.columns.segment if desk.has(name)
    }
    columns |= {f"adjust.{name}": _confounder(desk, name) for name in config.columns.adjust_for if desk.has(name)}
    if config.employees is not None and desk.has(config.employees.team_of_account):
        columns["team"] = team_names(desk, config.employees.team_of_account)
    if config.columns.comment is not None and desk.has(config.columns.comment):
        columns["comment"] = texts(desk, config.columns.comment, ())
    return columns


def team_names(desk: Desk, column: str, missing: Iterable[object] = ()) -> pd.Series:
    """The teams that a column names, addresses hashed; None where blank."""
    return without_emails(desk, column, texts(desk, column, missing))


def check_one_team(desk: Desk, columns: Mapping[str, pd.Series]) -> None:
    """An account that changes its team between waves is fine; two teams in one wave cannot both be its team."""
    block = desk.config.employees
    if block is None or "team" not in columns:
        return
    keys = [name for name in ("account", "wave") if name in columns]
    told = pd.DataFrame({name: columns[name] for name in (*keys, "team")}).dropna()
    torn = told.groupby(keys)["team"].transform("nunique").gt(1).reindex(range(desk.n), fill_value=False)
    if torn.any():
        accounts = int(columns["account"][torn].nunique())
        desk.refuse(
            f"Accounts with more than one team among their respondents: {accounts}, on {int(torn.sum())} rows.",
            column=block.team_of_account,
            place="employees.team_of_account",
            rows=torn,
            expected="one team an account (and wave).",
            next_step="Correct the team in the responses, or map the column that names the account's own team.",
        )


def offering_column(desk: Desk) -> dict[str, pd.Series]:
    """`offering` where study.yaml tells what was bought."""
    block = desk.config.exposure
    return {"offering": read_offering(desk, block, block.column)} if block.column is not None and desk.has(block.column) else {}


def level_labels(desk: Desk) -> Mapping[str, Mapping[str, str]]:
    """The file's own words for the codes of each breakdown; the columns keep the codes, so that every format gives one study."""
    named = {f"segment.{name}": desk.answer_texts(name) for name in desk.config.columns.segment if desk.has(name)}
    return {name: words for name, words in named.items() if words}


def _confounder(desk: Desk, column: str) -> pd.Series:
    """Numbers where the whole column is numeric, else text."""
    told = desk.keys(column).notna()
    raw = desk.frame[column]
    if pd.api.types.is_numeric_dtype(raw) and not pd.api.types.is_bool_dtype(raw):
        return pd.Series(raw.to_numpy(dtype=float, na_value=float("nan"))).where(told)
    numbers = pd.to_numeric(raw.where(told), errors="coerce")
    if not (numbers.isna() & told).any() and told.any():
        return pd.Series(numbers.to_numpy(dtype=float, na_value=float("nan")))
    return texts(desk, column, ())

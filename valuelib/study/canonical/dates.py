"""When did a contract start and end, and has it ended? Dates as ISO text or as day.month.year; nothing else is guessed."""

from __future__ import annotations

import pandas as pd

from valuelib.study.canonical.coded import read_date_or_flag
from valuelib.study.canonical.desk import Desk
from valuelib.study.config_outcomes import Contract

ISO = r"\d{4}-\d{2}-\d{2}(?:[T ].*)?"
DOTTED = r"\d{1,2}\.\d{1,2}\.\d{4}"


def contract_columns(desk: Desk, block: Contract) -> dict[str, pd.Series]:
    """`contract.start`, `contract.end` and `contract.ended` as days; `ended` is blank while the contract runs.

    Where the file only says whether a contract ended, the day is that of `contract.end`.
    """
    found = {f"contract.{key}": getattr(block, key) for key in ("start", "end", "ended")}
    if not all(desk.has(column) for column in found.values()):
        return {}
    start, end = (read_dates(desk, getattr(block, key), f"outcomes.contract.{key}") for key in ("start", "end"))
    flag = read_date_or_flag(desk.keys(block.ended))
    ended = read_dates(desk, block.ended, "outcomes.contract.ended") if flag is None else end.where(flag == 1.0)
    _check_order(desk, block.end, "outcomes.contract.end", start, end)
    if flag is None:
        _check_order(desk, block.ended, "outcomes.contract.ended", start, ended)
    return dict(zip(found, (start, end, ended), strict=True))


def read_dates(desk: Desk, column: str, place: str) -> pd.Series:
    """A column as days; cells that are no date are noted as a problem and left out."""
    told = desk.keys(column).notna()
    cells = desk.frame[column].where(told).astype("str").str.strip()
    iso = pd.to_datetime(cells.where(cells.str.fullmatch(ISO)).str[:10], format="%Y-%m-%d", errors="coerce")
    dotted = pd.to_datetime(cells.where(cells.str.fullmatch(DOTTED)), format="%d.%m.%Y", errors="coerce")
    days = iso.fillna(dotted)
    wrong = told & days.isna()
    if wrong.any():
        desk.refuse(
            f"{int(wrong.sum())} of {int(told.sum())} cells are not dates.",
            column=column,
            place=place,
            rows=wrong,
            expected="dates such as 2026-03-31 or 31.3.2026.",
            next_step="Export the column as dates, or correct these cells.",
        )
    return days


def _check_order(desk: Desk, column: str, place: str, start: pd.Series, end: pd.Series) -> None:
    early = end < start
    if early.any():
        desk.refuse(
            f"{int(early.sum())} of {desk.n} contracts end before they start.",
            column=column,
            place=place,
            rows=early,
            expected="an end on or after the start.",
            next_step="Correct the dates, or the columns of outcomes.contract.",
        )

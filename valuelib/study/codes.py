"""Columns of codes and dates: renewal, promise, offering, contract."""

from __future__ import annotations

import numpy as np
import pandas as pd

from valuelib.study.config import Contract, Exposure, Promise, Repurchase
from valuelib.study.desk import Desk
from valuelib.study.wording import clip, code_key, keys_of, nearest


def read_yes_no(desk: Desk, block: Repurchase, place: str) -> pd.Series:
    """1 for a code under `yes`, 0 for one under `no` (or for the one other code there is), NaN where there is no answer."""
    keys = desk.keys(block.column, block.missing)
    yes = desk.carries(keys, block.column, keys_of(block.yes))
    others = keys.notna() & ~yes
    count = f"of {int(keys.notna().sum())} answers carry"
    if block.no is None:
        unknown = others if keys[others].nunique() > 1 else others & False
        what = f"{count} {keys[unknown].nunique()} different codes besides those under `yes`, and `no` is not listed."
    else:
        unknown = others & ~desk.carries(keys, block.column, keys_of(block.no))
        what = f"{count} codes ({keys[unknown].nunique()} different) that stand neither under `yes` nor under `no`."
    if unknown.any():
        desk.refuse(
            f"{int(unknown.sum())} {what}",
            desk.where(block.column, place, unknown),
            "codes that are known to mean yes or no.",
            "List those that mean no under `no:`, e.g. no: [0, 2]; those without an answer under `missing:`.",
        )
    if keys.notna().any() and not yes.any():
        desk.say("study.yes_absent", column=block.column, n=int(keys.notna().sum()))
    return _where({1.0: yes, 0.0: others & ~unknown})


def read_promise(desk: Desk, block: Promise) -> pd.Series:
    """-1 below, 0 met, +1 exceeded, NaN where there is no answer."""
    keys = desk.keys(block.column, block.missing)
    kinds = ((-1.0, block.below), (0.0, block.met), (1.0, block.exceeded))
    masks = {value: desk.carries(keys, block.column, keys_of(codes)) for value, codes in kinds}
    unknown = keys.notna() & ~np.logical_or.reduce(list(masks.values()))
    if unknown.any():
        count = f"{int(unknown.sum())} of {int(keys.notna().sum())} answers"
        desk.refuse(
            f"{count} carry codes ({keys[unknown].nunique()} different) that are not listed.",
            desk.where(block.column, "outcomes.promise", unknown),
            "every code under `below`, `met` or `exceeded`.",
            "List each code there, or under `missing` where it means no answer.",
        )
    return _where(masks)


def read_offering(desk: Desk, block: Exposure, column: str) -> pd.Series:
    """1 where a higher-tier offering was bought, 0 where another one was, NaN where that is not told."""
    keys = desk.keys(column, block.missing)
    given = keys.notna()
    for code in block.higher if given.any() else ():
        if not desk.carries(keys, column, keys_of([code])).any():
            # The column's codes as the file writes them, and their texts.
            spelled = [*map(str, desk.frame[column][given].drop_duplicates()), *desk.answer_texts(column).values()]
            near = nearest(code_key(code) or "", spelled)
            desk.refuse(
                f"The code {clip(code)!r} under `higher` never occurs.",
                desk.where(column, "exposure.higher"),
                "codes as they stand in the column" + (f"; did you mean {clip(near)!r}?" if near is not None else "."),
                "Correct the code, or take it out of `higher`.",
            )
    higher = desk.carries(keys, column, keys_of(block.higher))
    return _where({1.0: higher, 0.0: given & ~higher})


def read_date_or_flag(keys: pd.Series) -> pd.Series | None:
    """1 or 0 where a column answers yes or no in the usual words, None where it holds something else, such as dates."""
    yes, no = keys_of((1, "yes", "y", "kyllä", "k")), keys_of((0, "no", "n", "ei", "e"))
    return _where({1.0: keys.isin(yes), 0.0: keys.isin(no)}) if keys.dropna().isin(yes | no).all() else None


def _where(masks: dict[float, pd.Series]) -> pd.Series:
    values = pd.Series(np.nan, index=next(iter(masks.values())).index, dtype=float)
    for value, mask in masks.items():
        values = values.mask(mask, value)
    return values


# Contracts: dates as ISO text or as day.month.year; nothing else is guessed.

ISO = r"\d{4}-\d{2}-\d{2}(?:[T ].*)?"
DOTTED = r"\d{1,2}\.\d{1,2}\.\d{4}"


def contract_columns(desk: Desk, block: Contract) -> dict[str, pd.Series]:
    """`contract.start`, `contract.end` and `contract.ended` as days; `ended` is blank while the contract runs.

    Where the file only says whether a contract ended, the day is that of `contract.end`.
    """
    columns = {f"contract.{key}": getattr(block, key) for key in ("start", "end", "ended")}
    if not all(desk.has(column) for column in columns.values()):
        return {}
    flag = read_date_or_flag(desk.keys(block.ended))
    dated = [name for name in columns if name != "contract.ended" or flag is None]
    days = {name: _read_dates(desk, columns[name], f"outcomes.{name}") for name in dated}
    for name in dated[1:]:
        early = days[name] < days["contract.start"]
        if early.any():
            desk.refuse(
                f"{int(early.sum())} of {desk.n} contracts end before they start.",
                desk.where(columns[name], f"outcomes.{name}", early),
                "an end on or after the start.",
                "Correct the dates, or the columns of outcomes.contract.",
            )
    return days if flag is None else {**days, "contract.ended": days["contract.end"].where(flag == 1.0)}


def _read_dates(desk: Desk, column: str, place: str) -> pd.Series:
    """A column as days; cells that are no date are noted as a problem and left out."""
    given = desk.keys(column).notna()
    cells = desk.frame[column].where(given).astype("str").str.strip()
    iso = pd.to_datetime(cells.where(cells.str.fullmatch(ISO)).str[:10], format="%Y-%m-%d", errors="coerce")
    dotted = pd.to_datetime(cells.where(cells.str.fullmatch(DOTTED)), format="%d.%m.%Y", errors="coerce")
    days = iso.fillna(dotted)
    wrong = given & days.isna()
    if wrong.any():
        desk.refuse(
            f"{int(wrong.sum())} of {int(given.sum())} cells are not dates.",
            desk.where(column, place, wrong),
            "dates such as 2026-03-31 or 31.3.2026.",
            "Export the column as dates, or correct these cells.",
        )
    return days

"""Columns of codes and dates: renewal, promise, offering, contract."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from valuelib.study.config import Contract, Exposure, Promise, Repurchase
from valuelib.study.harmonise_ratings import Desk
from valuelib.study.wording import clip, code_key, keys_of, nearest


def read_yes_no(desk: Desk, block: Repurchase, place: str) -> pd.Series:
    """1 for a code under `yes`, 0 for one under `no` (or for the one other code there is), NaN where there is no answer."""
    keys = desk.keys(block.column, block.missing)
    yes = desk.carries(keys, block.column, keys_of(block.yes))
    others = keys.notna() & ~yes
    if block.no is None:
        unknown = others if keys[others].nunique() > 1 else others & False
    else:
        unknown = others & ~desk.carries(keys, block.column, keys_of(block.no))
    if unknown.any():
        count, codes = f"{int(unknown.sum())} of {int(keys.notna().sum())} answers", keys[unknown].nunique()
        if block.no is None:
            what = f"{count} carry {codes} different codes besides those under `yes`, and `no` is not listed."
        else:
            what = f"{count} carry codes ({codes} different) that stand neither under `yes` nor under `no`."
        desk.refuse(
            what,
            column=block.column,
            place=place,
            rows=unknown,
            expected="codes that are known to mean yes or no.",
            next_step="List those that mean no under `no:`, e.g. no: [0, 2]; those without an answer under `missing:`.",
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
            column=block.column,
            place="outcomes.promise",
            rows=unknown,
            expected="every code under `below`, `met` or `exceeded`.",
            next_step="List each code there, or under `missing` where it means no answer.",
        )
    return _where(masks)


def read_offering(desk: Desk, block: Exposure, column: str) -> pd.Series:
    """1 where a higher-tier offering was bought, 0 where another one was, NaN where that is not told."""
    keys = desk.keys(column, block.missing)
    higher = desk.carries(keys, column, keys_of(block.higher))
    if keys.notna().any():
        for code in block.higher:
            if not desk.carries(keys, column, keys_of([code])).any():
                desk.refuse(
                    f"The code {clip(code)!r} under `higher` never occurs.",
                    column=column,
                    place="exposure.higher",
                    expected="codes as they stand in the column" + _alike(code, _spelled(desk, column, keys)),
                    next_step="Correct the code, or take it out of `higher`.",
                )
    return _where({1.0: higher, 0.0: keys.notna() & ~higher})


def read_date_or_flag(keys: pd.Series) -> pd.Series | None:
    """1 or 0 where a column answers yes or no in the usual words, None where it holds something else, such as dates."""
    yes, no = keys_of((1, "yes", "y", "kyllä", "k")), keys_of((0, "no", "n", "ei", "e"))
    given = keys.dropna()
    return _where({1.0: keys.isin(yes), 0.0: keys.isin(no)}) if given.isin(yes | no).all() else None


def _where(masks: dict[float, pd.Series]) -> pd.Series:
    values = pd.Series(np.nan, index=next(iter(masks.values())).index, dtype=float)
    for value, mask in masks.items():
        values = values.mask(mask, value)
    return values


def _spelled(desk: Desk, column: str, keys: pd.Series) -> Iterable[str]:
    """The column's codes as the file writes them, and their texts."""
    present = desk.frame[column][keys.notna()].drop_duplicates()
    return [*(str(value) for value in present), *desk.answer_texts(column).values()]


def _alike(code: object, known: Iterable[str]) -> str:
    near = nearest(code_key(code) or "", known)
    return f"; did you mean {clip(near)!r}?" if near is not None else "."


# Contracts: dates as ISO text or as day.month.year; nothing else is guessed.

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
    given = desk.keys(column).notna()
    cells = desk.frame[column].where(given).astype("str").str.strip()
    iso = pd.to_datetime(cells.where(cells.str.fullmatch(ISO)).str[:10], format="%Y-%m-%d", errors="coerce")
    dotted = pd.to_datetime(cells.where(cells.str.fullmatch(DOTTED)), format="%d.%m.%Y", errors="coerce")
    days = iso.fillna(dotted)
    wrong = given & days.isna()
    if wrong.any():
        desk.refuse(
            f"{int(wrong.sum())} of {int(given.sum())} cells are not dates.",
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

"""What do codes mean: yes or no, below or above the promise, a higher-tier offering or another one?"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from valuelib.study.canonical.desk import Desk
from valuelib.study.codes import code_key, keys_of
from valuelib.study.config import Exposure
from valuelib.study.config_outcomes import Promise, Repurchase
from valuelib.study.wording import clip, nearest


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
        _refuse_unknown(desk, block, place, keys, unknown)
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
        _check_offerings(desk, block, column, keys)
    return _where({1.0: higher, 0.0: keys.notna() & ~higher})


def read_date_or_flag(keys: pd.Series) -> pd.Series | None:
    """1 or 0 where a column answers yes or no in the usual words, None where it holds something else, such as dates."""
    yes, no = keys_of((1, "yes", "y", "kyllä", "k")), keys_of((0, "no", "n", "ei", "e"))
    told = keys.dropna()
    return _where({1.0: keys.isin(yes), 0.0: keys.isin(no)}) if told.isin(yes | no).all() else None


def _where(masks: dict[float, pd.Series]) -> pd.Series:
    values = pd.Series(np.nan, index=next(iter(masks.values())).index, dtype=float)
    for value, mask in masks.items():
        values = values.mask(mask, value)
    return values


def _refuse_unknown(desk: Desk, block: Repurchase, place: str, keys: pd.Series, unknown: pd.Series) -> None:
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


def _check_offerings(desk: Desk, block: Exposure, column: str, keys: pd.Series) -> None:
    for code in block.higher:
        if not desk.carries(keys, column, keys_of([code])).any():
            desk.refuse(
                f"The code {clip(code)!r} under `higher` never occurs.",
                column=column,
                place="exposure.higher",
                expected="codes as they stand in the column" + _alike(code, _spelled(desk, column, keys)),
                next_step="Correct the code, or take it out of `higher`.",
            )


def _spelled(desk: Desk, column: str, keys: pd.Series) -> Iterable[str]:
    """The column's codes as the file writes them, and their texts."""
    present = desk.frame[column][keys.notna()].drop_duplicates()
    return [*(str(value) for value in present), *desk.answer_texts(column).values()]


def _alike(code: object, known: Iterable[str]) -> str:
    near = nearest(code_key(code) or "", known)
    return f"; did you mean {clip(near)!r}?" if near is not None else "."

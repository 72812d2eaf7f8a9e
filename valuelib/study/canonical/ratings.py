"""Which numbers did people answer, and do they lie on the scale that the question is said to have?"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from valuelib.study.canonical.desk import Desk
from valuelib.study.codes import NUMBER, to_float

GROUPED = re.compile(r"[-+]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?\Z")
ENOUGH_FOR_ZERO = 50
ENOUGH_ONES = 3
NPS_SCALE = (0.0, 10.0)
FEW_CODES = 2
Scale = tuple[float, float]


def read_numbers(desk: Desk, column: str, place: str, *, missing: Iterable[object] | None = ()) -> pd.Series:
    """A column as floats; NaN where there is no answer, and where an answer is no number, which is noted as a problem."""
    raw = desk.frame[column].where(desk.keys(column, missing).notna())
    places, distinct = pd.factorize(raw)
    parsed = [_parse(value) for value in distinct]
    values = np.array([*(number for number, _ in parsed), math.nan], dtype=float)[places]
    kinds = np.array([*(kind for _, kind in parsed), "blank"], dtype=object)[places]
    _tell_kinds(desk, column, place, pd.Series(kinds, dtype=object))
    return pd.Series(values, dtype=float)


def read_on_scale(desk: Desk, column: str, place: str, *, scale: Scale, missing: Iterable[object] = ()) -> pd.Series:
    """A column as floats on its own scale; answers outside it are noted as a problem and left out."""
    values = read_numbers(desk, column, place, missing=missing)
    outside = (values < scale[0]) | (values > scale[1])
    if outside.any():
        desk.refuse(
            f"{int(outside.sum())} of {int(values.notna().sum())} answers lie outside {scale[0]:g} to {scale[1]:g}.",
            column=column,
            place=place,
            rows=outside,
            expected=f"answers from {scale[0]:g} to {scale[1]:g}, as `scale` says.",
            next_step=_advice(values, outside, scale),
        )
    return values.mask(outside)


def read_rating(desk: Desk, column: str, place: str, *, scale: Scale, missing: Iterable[object] = ()) -> pd.Series:
    """A column stretched from its own scale to 0-10."""
    return stretch(read_on_scale(desk, column, place, scale=scale, missing=missing), scale)


def stretch(values: pd.Series, scale: Scale, top: float = 10.0) -> pd.Series:
    """Answers moved linearly from their scale to 0..top."""
    return values if scale == (0.0, top) else (values - scale[0]) * top / (scale[1] - scale[0])


def mean_of_answered(columns: Sequence[pd.Series]) -> pd.Series:
    """Row by row the mean of the columns that have an answer."""
    return columns[0] if len(columns) == 1 else pd.concat(columns, axis=1).mean(axis=1)


def ask_about_zero(desk: Desk, values: pd.Series, name: str, scale: Scale, *, ones: int = ENOUGH_ONES) -> None:
    """Ask whether a question on 0-10 was really 1-10, where many whole answers hold no zero although some, `ones`, are 1."""
    told = values.dropna()
    if scale != NPS_SCALE or len(told) < ENOUGH_FOR_ZERO or told.min() <= 0 or (told % 1 != 0).any():
        return
    if (told == 1).sum() >= ones:
        desk.say("study.no_zero", name=name, n=len(told))


def _parse(value: object) -> tuple[float, str]:
    """A cell's number, and how it was written: number, point, comma, anchor (with a text beside it), or unreadable."""
    if isinstance(value, bool | int | float | np.number | np.bool_):
        return (float(value), "number") if math.isfinite(value) else (math.nan, "unreadable")
    text = " ".join(str(value).split()).removesuffix("%").rstrip()
    if GROUPED.match(text):
        text = text.replace(" ", "")
    if NUMBER.match(text):
        number = to_float(text)
        kind = "comma" if "," in text else "point" if "." in text else "number"
        return (number, kind) if math.isfinite(number) else (math.nan, "unreadable")
    return _anchor(text)


def _anchor(text: str) -> tuple[float, str]:
    """The one whole number at the start or the end of a text such as `10 - Extremely likely`."""
    found = re.findall(r"\d+", text)
    if len(found) == 1 and (re.match(r"-?\d", text) or re.search(r"\d\W*\Z", text)):
        return float(f"-{found[0]}" if text.startswith(f"-{found[0]}") else found[0]), "anchor"
    return math.nan, "unreadable"


def _tell_kinds(desk: Desk, column: str, place: str, kinds: pd.Series) -> None:
    unreadable, comma, point, anchor = (kinds == kind for kind in ("unreadable", "comma", "point", "anchor"))
    if unreadable.any():
        desk.refuse(
            f"{int(unreadable.sum())} of {int((kinds != 'blank').sum())} answers are not numbers.",
            column=column,
            place=place,
            rows=unreadable,
            expected="numbers, or texts with one whole number at the start or the end.",
            next_step="Export codes instead of texts; if these are codes for no answer, list them under `missing`.",
        )
    if comma.any() and point.any():
        desk.refuse(
            f"{int(comma.sum())} answers have a decimal comma and {int(point.sum())} a decimal point.",
            column=column,
            place=place,
            rows=comma if comma.sum() <= point.sum() else point,
            expected="one decimal mark in the whole column.",
            next_step="Export the column anew, or write its numbers in one way.",
        )
    if anchor.any():
        desk.say("study.text_anchors", column=column, n=int(anchor.sum()))


def _advice(values: pd.Series, outside: pd.Series, scale: Scale) -> str:
    """What most likely went wrong, told without the answers themselves."""
    stray = values[outside].to_numpy(dtype=float)
    if scale == NPS_SCALE and (stray == NPS_SCALE[1] + 1).all() and not (values == 0).any():
        return "The codes look one too high (1 to 11): set scale: [1, 11]."
    if _look_like_codes(stray, scale):
        return "If these are codes for no answer, list them under `missing`; if the question had another scale, set `scale`."
    return "If the question had another scale, set `scale`; if these are codes for no answer, list them under `missing`."


def _look_like_codes(stray: npt.NDArray[np.float64], scale: Scale) -> bool:
    """Few different whole numbers, well away from the scale."""
    width = scale[1] - scale[0]
    away = (stray < min(scale[0], 0.0)) | (stray > scale[1] + width)
    return bool(away.all()) and len(np.unique(stray)) <= FEW_CODES

"""When are two codes the same? 1, 1.0 and "1" are, and so are texts that differ in case or in blanks around them."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

NUMBER = re.compile(r"[-+\u2212]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?\Z")
TRUTH = {"true": "1", "false": "0"}


def code_key(value: object) -> str | None:
    """The code as a text that is equal for equal codes; None for a blank. True counts as 1 and False as 0.

    >>> code_key(1.0) == code_key(" 1 ") == code_key(True), code_key("KYLLÄ ")
    (True, 'kyllä')
    """
    if isinstance(value, bool | np.bool_):
        return str(int(value))
    if isinstance(value, numbers.Real):
        return None if math.isnan(value) else number_key(float(value))
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    text = " ".join(str(value).split()).casefold()
    if NUMBER.match(text):
        return number_key(to_float(text))
    return TRUTH.get(text, text) or None


def number_key(value: float) -> str:
    """A number as its shortest text, without .0."""
    return str(int(value)) if value.is_integer() else repr(value)


def to_float(text: str) -> float:
    """A number as people write it, with a decimal point or a decimal comma."""
    return float(text.replace("\u2212", "-").replace(",", "."))


def code_keys(values: pd.Series) -> pd.Series:
    """The key of every value, None where blank; each distinct value is looked at once."""
    places, distinct = pd.factorize(values)
    keys = np.array([*(code_key(value) for value in distinct), None], dtype=object)
    return pd.Series(keys[places], index=values.index, dtype=object)


def keys_of(codes: Iterable[object]) -> frozenset[str]:
    """The keys of codes that a user listed."""
    return frozenset(key for code in codes if (key := code_key(code)) is not None)

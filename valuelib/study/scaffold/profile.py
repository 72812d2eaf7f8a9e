"""What does each column of an export look like: its words, its numbers, its levels?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.study.codes import NUMBER, code_key, to_float
from valuelib.study.readers import RawTable
from valuelib.study.scaffold.words import NO_ANSWER_NUMBERS, NO_ANSWER_TEXTS, bare

MOST_LEVELS = 12
RATING_TOP = 11  # rating scales end here; 0-100 scales are told apart by their numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """One column: `texts` are its header and label in plain small words, `numbers` its answers where all of them are numbers."""

    name: str
    texts: tuple[str, ...]
    filled: int
    distinct: int
    numbers: NDArray[np.float64]
    levels: tuple[str, ...]
    level_names: Mapping[str, str]
    length: float

    @property
    def numeric(self) -> bool:
        """Whether the answers are numbers."""
        return self.numbers.size > 0

    @property
    def rating(self) -> bool:
        """Whether the answers could be ratings: numbers from 0 or 1 up to 11 at most, on more than two steps."""
        return self.numeric and self.numbers.min() >= 0 and self.numbers.max() <= RATING_TOP and self.distinct > 2

    @property
    def grouping(self) -> bool:
        """Whether the column divides the answers into a few groups that have names."""
        return self.few_levels and (not self.numeric or bool(self.level_names))

    @property
    def few_levels(self) -> bool:
        """Whether the column divides the answers into a few groups."""
        return 2 <= self.distinct <= MOST_LEVELS


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingCodes:
    """Codes for "no answer" met in the export, as they stand there, and in how many columns."""

    codes: tuple[int | str, ...]
    columns: int


def profile_columns(table: RawTable) -> tuple[tuple[Profile, ...], MissingCodes]:
    """Every column's profile, with codes for "no answer" found and set aside."""
    missing = find_missing(table)
    keys = {code_key(code) for code in missing.codes}
    return tuple(_profile(table, str(name), keys) for name in table.frame.columns), missing


def find_missing(table: RawTable) -> MissingCodes:
    """Texts that say "no answer", and numbers such as -99 or 99 that stand outside an otherwise short scale."""
    texts = {code_key(text): text for text in NO_ANSWER_TEXTS}
    found: Counter[int | str] = Counter()
    for name in table.frame.columns:
        values = table.frame[name].dropna()
        found.update(_text_codes(values, texts))
        found.update(_number_codes(values))
    codes = tuple(sorted(found, key=lambda code: (-found[code], str(code))))
    return MissingCodes(codes=codes, columns=max(found.values(), default=0))


def _text_codes(values: pd.Series, known: Mapping[str | None, str]) -> set[str]:
    """Only where the other answers are numbers: elsewhere "don't know" may be an answer like any other."""
    if pd.api.types.is_numeric_dtype(values):
        return set()
    keys = {str(value).strip(): code_key(value) for value in values.unique()}
    rest = [key for key in keys.values() if key is not None and key not in known]
    return {text for text, key in keys.items() if key in known} if rest and all(map(NUMBER.match, rest)) else set()


def _number_codes(values: pd.Series) -> set[int]:
    if not pd.api.types.is_numeric_dtype(values):
        return set()
    distinct = np.unique(values.to_numpy(dtype=float))
    odd = {int(number) for number in distinct if number in NO_ANSWER_NUMBERS}
    rest = distinct[~np.isin(distinct, list(odd))]
    plain = rest.size > 1 and rest.min() >= 0 and rest.max() <= RATING_TOP
    return odd if plain else set()


def _profile(table: RawTable, name: str, missing: set[str | None]) -> Profile:
    values = table.frame[name].dropna()
    keys = values.map(code_key)
    kept, keys = values[~keys.isin(missing)], keys[~keys.isin(missing)]
    distinct = int(keys.nunique())
    label = table.labels.get(name, "")
    return Profile(
        name=name,
        texts=tuple(dict.fromkeys(text for text in (bare(name), bare(label)) if text)),
        filled=len(kept),
        distinct=distinct,
        numbers=_numbers(keys),
        levels=tuple(sorted({str(value).strip() for value in kept})) if distinct <= MOST_LEVELS else (),
        level_names={key: str(text) for code, text in table.value_labels.get(name, {}).items() if (key := code_key(code))},
        length=float(kept.astype("str").str.len().mean()) if len(kept) else 0.0,
    )


def _numbers(keys: pd.Series) -> NDArray[np.float64]:
    """The answers as numbers, or none where some of them are words."""
    distinct = keys.unique()
    if not len(distinct) or not all(NUMBER.match(key) for key in distinct):
        return np.array([])
    return keys.map({key: to_float(key) for key in distinct}).to_numpy(dtype=float)

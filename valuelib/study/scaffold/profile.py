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
from valuelib.study.scaffold.items import own_words
from valuelib.study.scaffold.words import NO_ANSWER_NUMBERS, NO_ANSWER_TEXTS, bare, speaks_of

MOST_LEVELS = 12
SHORT_NAME = 3  # words
RATING_TOP = 11  # rating scales end here; 0-100 scales are told apart by their numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profile:
    """One column: its header and label in plain small words, and its numbers where all answers are numbers.

    `texts` are header and label in full, `items` what each asks of its own in a grid, `label` the question as the file writes it.
    """

    name: str
    texts: tuple[str, ...]
    items: tuple[str, ...]
    label: str
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
        """Whether the answers could be ratings: numbers from 0 or 1 up to 11 at most, on more than two steps, and no weights."""
        return (
            not self.weighs and self.numeric and self.numbers.min() >= 0 and self.numbers.max() <= RATING_TOP and self.distinct > 2
        )

    @property
    def weighs(self) -> bool:
        """Whether the column is called a weight; a whole question may well speak of weight."""
        return speaks_of("weight", tuple(text for text in self.texts if len(text.split()) <= SHORT_NAME))

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
    names = [str(name) for name in table.frame.columns]
    labels = [" ".join(table.labels.get(name, "").split()) for name in names]
    own = zip(own_words(names), own_words(labels), strict=True)
    items = {name: (*of_name, *of_label) for name, (of_name, of_label) in zip(names, own, strict=True)}
    return tuple(_profile(table, name, items[name], keys) for name in names), missing


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


def _profile(table: RawTable, name: str, items: tuple[str, ...], missing: set[str | None]) -> Profile:
    values = table.frame[name].dropna()
    keys = values.map(code_key)
    kept, keys = values[~keys.isin(missing)], keys[~keys.isin(missing)]
    distinct = int(keys.nunique())
    label = " ".join(table.labels.get(name, "").split())
    texts = tuple(dict.fromkeys(text for text in (bare(name), bare(label)) if text))
    return Profile(
        name=name,
        texts=texts,
        items=tuple(text for text in dict.fromkeys(items) if text),
        label=label,
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

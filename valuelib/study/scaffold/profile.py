"""A profile of each column of an export: its words, numbers, levels and likely scale, and what of the theory it may ask about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz

from valuelib.study.readers.draft import RawTable
from valuelib.study.scaffold.words import NO_ANSWER_NUMBERS, NO_ANSWER_TEXTS, bare, own_words, points_to, speaks_of
from valuelib.study.wording import NUMBER, code_key, to_float
from valuelib.theory.facets import facet_items
from valuelib.theory.pyramid import elements

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
    codes = {code_key(code) for code in missing.codes}
    names = [str(name) for name in table.frame.columns]
    labels = [" ".join(table.labels.get(name, "").split()) for name in names]
    found = []
    for name, label, of_name, of_label in zip(names, labels, own_words(names), own_words(labels), strict=True):
        values = table.frame[name].dropna()
        keys = values.map(code_key)
        kept, keys = values[~keys.isin(codes)], keys[~keys.isin(codes)]
        different = keys.unique()
        # The answers as numbers, or none where some of them are words.
        numeric = len(different) and all(NUMBER.match(key) for key in different)
        level_names = {key: str(text) for code, text in table.value_labels.get(name, {}).items() if (key := code_key(code))}
        profile = Profile(
            name=name,
            texts=tuple(dict.fromkeys(text for text in (bare(name), bare(label)) if text)),
            items=tuple(text for text in dict.fromkeys((*of_name, *of_label)) if text),
            label=label,
            filled=len(kept),
            distinct=len(different),
            numbers=keys.map({key: to_float(key) for key in different}).to_numpy(dtype=float) if numeric else np.array([]),
            levels=tuple(sorted({str(value).strip() for value in kept})) if len(different) <= MOST_LEVELS else (),
            level_names=level_names,
            length=float(kept.astype("str").str.len().mean()) if len(kept) else 0.0,
        )
        found.append(profile)
    return tuple(found), missing


def find_missing(table: RawTable) -> MissingCodes:
    """Texts that say "no answer", and numbers such as -99 or 99 that stand outside an otherwise short scale."""
    known = {code_key(text) for text in NO_ANSWER_TEXTS}
    found: Counter[int | str] = Counter()
    for name in table.frame.columns:
        values = table.frame[name].dropna()
        if pd.api.types.is_numeric_dtype(values):
            distinct = np.unique(values.to_numpy(dtype=float))
            odd = {int(number) for number in distinct if number in NO_ANSWER_NUMBERS}
            rest = distinct[~np.isin(distinct, list(odd))]
            if rest.size > 1 and rest.min() >= 0 and rest.max() <= RATING_TOP:
                found.update(odd)
        else:  # only where the other answers are numbers: elsewhere "don't know" may be an answer like any other
            keys = {str(value).strip(): code_key(value) for value in values.unique()}
            others = [key for key in keys.values() if key is not None and key not in known]
            if others and all(map(NUMBER.match, others)):
                found.update({text for text, key in keys.items() if key in known})
    codes = tuple(sorted(found, key=lambda code: (-found[code], str(code))))
    return MissingCodes(codes=codes, columns=max(found.values(), default=0))


# Scales.

MANY = 100  # answers after which an end of the scale that nobody chose is probably not on the scale
SCALES = ((1, 4), (1, 5), (1, 6), (1, 7), (1, 9), (1, 10))


def guess_scale(profiles: Sequence[Profile]) -> tuple[tuple[int, int], str, str]:
    """Scale of questions asked alike, how sure that is (high, fair, low), and why."""
    numbers = np.concatenate([profile.numbers for profile in profiles])
    low, high = float(numbers.min()), float(numbers.max())
    seen = f"answers run {low:g}..{high:g}"
    if high > 11:
        return (0, 100), "fair", seen
    if high > 10:
        return (1, 11), "low", f"{seen}; 1-11 is often 0-10 coded one too high"
    if low < 1:
        return ((0, 10), "high", seen) if high > 5 else ((0, 5), "low", seen)
    fits = next(scale for scale in SCALES if high <= scale[1])
    if fits == (1, 10):
        return ((0, 10) if numbers.size < MANY or low > 1 else fits), "low", f"{seen}; 0-10 or 1-10?"
    sure = "high" if numbers.size >= MANY and low == fits[0] and high == fits[1] else "low"
    return fits, sure, seen


# Columns matched to elements of value and co-creation statements by their words.

LEAST_MATCH = 82.0
LEAST_LOW = 80.0
CUE = 60.0  # what a word that points to an element is worth; likeness adds up to a fifth of itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A key of the theory, the column that seems to ask about it, and how alike their words are (0-100)."""

    key: str
    column: str
    match: float
    low: bool = False


def match_elements(profiles: Sequence[Profile]) -> tuple[Match, ...]:
    """Elements by name, key or item wording in either language, best matches first; a column and an element meet once."""
    wordings: dict[str, tuple[str, ...]] = {
        one.key: (one.key, one.name.en, one.name.fi, one.item.en, one.item.fi) for one in elements()
    }
    return _assign(profiles, wordings)


def match_loosely(profiles: Sequence[Profile], done: Iterable[Match]) -> tuple[Match, ...]:
    """For the elements that are not matched yet: wordings less alike, or a word that points to the element. All of them low."""
    known = {match.key for match in done}
    left = [one for one in elements() if one.key not in known]
    wordings = {one.key: [bare(text) for text in (one.name.en, one.name.fi, one.item.en, one.item.fi)] for one in left}
    found = []
    for profile in profiles:
        for key, texts in wordings.items():
            likeness = _alike(profile.items, texts)
            cued = any(points_to(key, text) for text in profile.items)
            score = max(likeness, CUE + likeness / 5) if cued else likeness
            if cued or likeness >= LEAST_LOW:
                found.append(Match(key=key, column=profile.name, match=min(score, LEAST_MATCH - 1), low=True))
    return _best_first(found, wordings)


def in_order(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Elements in the order of the pyramid."""
    by_key = {match.key: match for match in matches}
    return tuple(by_key[one.key] for one in elements() if one.key in by_key)


def match_facets(profiles: Sequence[Profile]) -> tuple[Match, ...]:
    """Co-creation statements by wording, or by their key as the last word of the header."""
    by_key = {item.key: re.compile(rf"(?:^|[\s_.])({item.key})$") for item in facet_items()}
    keyed = [
        Match(key=key, column=profile.name, match=100.0)
        for key, pattern in by_key.items()
        for profile in profiles
        if pattern.search(profile.name)
    ]
    several = len(keyed) >= 6 and len({match.key for match in keyed}) == len(keyed)  # T1 alone may be a first question
    return tuple(keyed) if several else _assign(profiles, {item.key: (item.item.en, item.item.fi) for item in facet_items()})


def _assign(profiles: Sequence[Profile], wordings: dict[str, tuple[str, ...]]) -> tuple[Match, ...]:
    plain = {key: [bare(text) for text in texts] for key, texts in wordings.items()}
    found = [
        Match(key=key, column=profile.name, match=score)
        for profile in profiles
        for key, texts in plain.items()
        if (score := _alike((*profile.texts, *profile.items), texts)) >= LEAST_MATCH
    ]
    return _best_first(found, wordings)


def _best_first(found: Iterable[Match], keys: Iterable[str]) -> tuple[Match, ...]:
    taken: dict[str, Match] = {}
    for match in sorted(found, key=lambda one: -one.match):
        if match.key not in taken and match.column not in {one.column for one in taken.values()}:
            taken[match.key] = match
    return tuple(taken[key] for key in keys if key in taken)


def _alike(given: Iterable[str], known: Sequence[str]) -> float:
    return max((max(fuzz.ratio(text, one), fuzz.token_sort_ratio(text, one)) for text in given for one in known), default=0.0)

"""A profile of each column of an export: its words, numbers, levels and likely scale."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.study.readers.draft import RawTable
from valuelib.study.wording import NUMBER, code_key, to_float

# Words in English and Finnish, as regular expressions, by which a question or a column name gives its role away.

ROLE_WORDS: Mapping[str, str] = {
    "recommend": r"suosittel|recommend|\bnps\b|promoter",
    "repurchase": r"uusi(ttu|nut|nta|misaikomus|minen)|renew|re-?purchase|future purchase|likel\w* to purchase|osta\w* uudelleen"
    r"|jatka\w* (asiakka|sopimus)|asiakkuus jatku|retained|ostoaik|\bbuy (from us )?again",
    "satisfaction": r"tyytyv|satisf",
    "effort": r"vaivat[ot]|asioin\w* help|helppoa .*asioi|helppous|\beffort\b|\bease\b|easy to",
    "share_of_purchases": r"osuus .*osto|osto\w* osuus|share of (wallet|purchases|\w+ purchases)|purchase level"
    r"|percentage of purchases",
    "respondent": r"vastaaja|vastaus-?id|respondent|respons\w* ?id|\brespid\b|antwort-id|^id$",
    "account": r"asiakas(numero|nro|id|yritys|tunnus|organisaatio)?$|asiakasn|customer ?(no|nr|num|id|number)"
    r"|^(customer|client)( name)?$|account ?(no|id|number|name)?$|yritys|company|organi[sz]a(tion|atio)|y-?tunnus",
    "wave": r"vuosi$|\byear\b|\bwave\b|aalto|kierros|quarter|mittauskerta",
    "weight": r"^paino|painokerroin|\bweight\b|\bwgt\b",
    "segment": r"toimiala|industry|koko(luokka)?\b|\bsize\b|region|\balue|segment|customer type|asiakasryhm|maa$|country",
    "package": r"paketti|\bpackage|palvelu(taso|malli|paketti)?$|\btuote(ryhmä)?$|\bproduct$|offering|tarjooma"
    r"|sopimus(tyyppi|malli|taso)?$|contract type|\bplan\b|\btier\b",
    "team": r"\bteam\b|tiimi",
    "code": r"\bcodes?\b|koodi\b|\bteemat?\b|\bthemes?\b",
    "coder": r"\bcoder\b|coded by|koodaaja|koodannut",
    "publish": r"publish|permission|julkais",
    "comment": r"avoin|palaute|kommentti|comment|open|vapaa|free text|verbatim|perustelu",
}
HIGHER_WORDS = r"kumppan|partner|premium|kehit|develop|strateg|platin|gold|kulta|advis|transform|plus"
NO_ANSWER_TEXTS = (
    "En osaa sanoa",
    "En osaa sanoa / ei koske minua",
    "Ei osaa sanoa",
    "EOS",
    "Ei koske minua",
    "En tiedä",
    "Ei vastausta",
    "Don't know",
    "Do not know",
    "Not applicable",
    "Cannot say",
    "No answer",
    "No opinion",
)
NO_ANSWER_NUMBERS = (-99, -98, -97, -9, -8, -1, 77, 88, 97, 98, 99, 777, 888, 998, 999, 9999)
YES = ("1", "yes", "kyllä", "y", "k", "true", "uusittu", "renewed")
_NUMBERING = re.compile(r"^\s*(?:[A-Za-zÅÄÖåäö]{0,4}\d+(?:[._-]\d+)*)[\s.:)\-–]+")


def bare(text: str) -> str:
    """The text in small letters without its question number, underscores or marks.

    >>> bare("K5.12 Hankaluuksien väheneminen"), bare("time_savings")
    ('hankaluuksien väheneminen', 'time savings')
    """
    words = re.sub(r"[_\W]+", " ", _NUMBERING.sub("", text))
    return " ".join(words.casefold().split())


def speaks_of(role: str, texts: tuple[str, ...]) -> bool:
    """Whether one of the texts holds a word of that role."""
    return any(re.search(ROLE_WORDS[role], text) for text in texts)


# The words of a question that its neighbours do not share.

SHARED_BY = 3  # columns from which shared first words are the stem of a grid
_BREAK = re.compile(r"\s[-–—|/]\s|[?:\[]\s*")


def own_words(texts: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """For each header or label the texts that it may stand for: after the stem of its grid, or after the last dash, else all of it.

    >>> own_words(["6.1 How well? Price", "6.2 How well? Our time", "6.3 How well? Our risk"])[1]
    ('our time',)
    """
    words = [bare(text).split() for text in texts]
    different = {tuple(one) for one in words}
    stems = Counter(one[:size] for one in different for size in range(1, len(one)))
    return tuple(
        tuple(dict.fromkeys([*_after_stems(one, stems), *_after_break(text)])) or (" ".join(one),)
        for one, text in zip(words, texts, strict=True)
    )


def _after_stems(words: Sequence[str], stems: Counter[tuple[str, ...]]) -> list[str]:
    """What follows each shared beginning, wherever columns part."""
    counts = [stems[tuple(words[:size])] for size in range(1, len(words))]
    ends = [size for size, count in enumerate(counts, 1) if count >= SHARED_BY and (size == len(counts) or counts[size] < count)]
    return [rest for size in ends if _has_words(rest := " ".join(words[size:]))]


def _after_break(text: str) -> list[str]:
    parts = [bare(part) for part in _BREAK.split(text)]
    filled = [part for part in parts if _has_words(part)]
    return filled[-1:] if len(filled) > 1 else []


def _has_words(text: str) -> bool:
    """Whether a text holds more than numbers."""
    return any(letter.isalpha() for letter in text)


# Profiles.

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

"""Which code might a new passage belong to? Suggestions with the words that gave rise to them; a reader decides."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pandas as pd

from valuelib.stats.coding.words import WORD, lemma, lemmas

SHORTEST_STEM = 4
COMMON = 0.5  # a word that stands under more than half of the codes tells none of them


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code that might fit, and the words of the passage, as written, that speak for it."""

    code: str
    hits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """By code, beginnings of words and dictionary forms that speak for it."""

    stems: Mapping[str, tuple[str, ...]]
    words: Mapping[str, frozenset[str]]


def make_dictionary(codebook: pd.DataFrame | None, language: str) -> Dictionary:
    """The shipped stems of the co-creation facets, and the words of a codebook's names and inclusions.

    Args:
        codebook: columns `code`, `name`, `include`, or None for the shipped stems alone.
        language: `fi` or `en`.
    """
    stems = shipped_stems(language)
    if codebook is None:
        return Dictionary(stems, {})
    said = codebook["name"] + " " + codebook["include"]
    told = {str(code): frozenset(lemmas(text, language)) for code, text in zip(codebook["code"], said, strict=True)}
    often = [word for words in told.values() for word in words]
    common = {word for word in often if often.count(word) > max(COMMON * len(told), 1)}
    words = {code: frozenset(word for word in found - common if len(word) >= SHORTEST_STEM) for code, found in told.items()}
    return Dictionary({code: found for code, found in stems.items() if code in told}, words)


def suggest(text: str, dictionary: Dictionary, language: str) -> tuple[Suggestion, ...]:
    """Codes that some word of the passage speaks for, those with most hits first; none is a fair answer."""
    written = list(WORD.findall(text))
    found = []
    for code in sorted({*dictionary.stems, *dictionary.words}):
        stems, words = dictionary.stems.get(code, ()), dictionary.words.get(code, frozenset())
        hits = [word for word in written if word.casefold().startswith(stems) or lemma(word.casefold(), language) in words]
        if hits:
            found.append(Suggestion(code, tuple(dict.fromkeys(hits))))
    return tuple(sorted(found, key=lambda one: (-len(one.hits), one.code)))


@cache
def shipped_stems(language: str) -> Mapping[str, tuple[str, ...]]:
    """Beginnings of words by facet of co-creation."""
    text = files(__package__).joinpath("stems.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines(), delimiter=";") if row["language"] == language]
    return {row["code"]: tuple(row["stems"].split()) for row in rows}

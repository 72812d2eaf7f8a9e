"""Which words does a text hold, in their dictionary form? Finnish and English, function words left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

import simplemma

WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
SENTENCE = re.compile(r"(?<=[.!?:…])\s+|\n+|^[\"”“'(]+")
SHORTEST = 3


def lemmas(text: str, language: str) -> tuple[str, ...]:
    """Dictionary forms of the words of a text, in order; function words and words of one or two letters are left out.

    Args:
        text: any text.
        language: `fi` or `en`.

    >>> lemmas("The invoices were late", "en")
    ('invoice', 'late')
    """
    found = (lemma(word.casefold(), language) for word in WORD.findall(text))
    skip = function_words(language)
    return tuple(word for word in found if len(word) >= SHORTEST and word not in skip)


def likely_names(texts: Iterable[str]) -> frozenset[str]:
    """Words in small letters that are mostly written with a capital inside sentences: names of people, firms and products.

    In Finnish and English only names are. Words at the start of a sentence tell nothing, nor do texts in capitals.

    >>> sorted(likely_names(["Thanks to Virtanen. Virtanen called.", "Ask Virtanen, he knows the Service", "The service is good"]))
    ['virtanen']
    """
    inside: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        for sentence in SENTENCE.split(text):
            for word in WORD.findall(sentence)[1:]:
                inside[word.casefold()] += 1
                capital[word.casefold()] += word[0].isupper() and word[1:].islower()
    return frozenset(word for word, n in inside.items() if 2 * capital[word] > n)


@cache
def lemma(word: str, language: str) -> str:
    """The dictionary form of one word; a word that the dictionary lacks stays as it is."""
    return str(simplemma.lemmatize(word, lang=language)).casefold()


@cache
def function_words(language: str) -> frozenset[str]:
    """Words that carry grammar rather than content, as dictionary forms and as written."""
    text = files(__package__).joinpath(f"function_words_{language}.txt").read_text(encoding="utf-8")
    listed = text.split()
    return frozenset({*listed, *(lemma(word, language) for word in listed)})

"""Which words does a text hold, in their dictionary form? Finnish and English, function words left out."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import simplemma

WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
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

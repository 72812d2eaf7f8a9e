"""Columns matched to elements of value and co-creation statements by their words; every match says how alike they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from valuelib.study.scaffold.profile import Profile
from valuelib.study.scaffold.words import CUES, ELSEWHERE, LESS, LITTLE_WORDS, NEGATIVE, bare, holds, points_to
from valuelib.theory.facets import facet_items
from valuelib.theory.pyramid import elements

LEAST_MATCH = 82.0
LEAST_LOW = 80.0
ALIKE = 55.0
FEW_WORDS = 3  # little ones not counted; a longer statement may say anything about the word
CUE = 60.0  # what a word that points to an element is worth; likeness adds up to a fifth of itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A key of the theory, the column that seems to ask about it, and how alike their words are (0-100)."""

    key: str
    column: str
    match: float
    low: bool = False


def is_asked(profile: Profile) -> bool:
    """Whether a rating may be about how the provider does, not about how much that counts."""
    return not holds(ELSEWHERE, profile.texts)


def match_elements(profiles: Sequence[Profile]) -> tuple[Match, ...]:
    """Elements by name, key or item wording in either language, best matches first; a column and an element meet once."""
    wordings: dict[str, tuple[str, ...]] = {
        one.key: (one.key, one.name.en, one.name.fi, one.item.en, one.item.fi) for one in elements()
    }
    return _assign([one for one in profiles if is_asked(one)], wordings)


def match_loosely(profiles: Sequence[Profile], done: Iterable[Match]) -> tuple[Match, ...]:
    """For the elements that are not matched yet: wordings less alike, or a word that points to the element. All of them low.

    A text that points to two elements points to none, and so does one that says something bad: whoever knows the question chooses.
    """
    known = {match.key for match in done}
    left = [one for one in elements() if one.key not in known]
    wordings = {one.key: [bare(text) for text in (one.name.en, one.name.fi, one.item.en, one.item.fi)] for one in left}
    found = []
    for profile in profiles:
        if not is_asked(profile) or (holds(NEGATIVE, profile.items) and not holds(LESS, profile.items)):
            continue
        own = [sum(word not in LITTLE_WORDS for word in text.split()) for text in profile.items]
        short = min(own, default=FEW_WORDS + 1) <= FEW_WORDS
        pointed = {one.key for one in elements() if any(points_to(one.key, text) for text in profile.items)}
        for key, texts in wordings.items():
            likeness = _alike(profile.items, texts)
            cued = pointed == {key} and (likeness >= ALIKE or short)
            score = max(likeness, CUE + likeness / 5) if cued else likeness
            if cued or likeness >= LEAST_LOW:
                found.append(Match(key=key, column=profile.name, match=min(score, LEAST_MATCH - 1), low=True))
    return _best_first(found, wordings)


LEAST_HINT, LEAST_WORD = 50.0, 75.0  # a single word is like another by chance more often than a phrase
HINTS = 2


def suggest(profile: Profile, done: Iterable[Match]) -> tuple[Match, ...]:
    """The elements that an unmapped rating could be about, the likeliest first."""
    known = {match.key for match in done}
    found = []
    for one in elements():
        texts = [bare(text) for text in (one.name.en, one.name.fi, one.item.en, one.item.fi)]
        asked = (*profile.items, *profile.texts)
        words, phrases = [text for text in asked if " " not in text], [text for text in asked if " " in text]
        score = max(_alike(phrases, texts), one_word if (one_word := _alike(words, texts)) >= LEAST_WORD else 0.0)
        if holds(CUES[one.key], profile.items):
            score = max(score, CUE + score / 5)
        if score >= LEAST_HINT and one.key not in known:
            found.append(Match(key=one.key, column=profile.name, match=score, low=True))
    return tuple(sorted(found, key=lambda match: -match.match)[:HINTS])


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

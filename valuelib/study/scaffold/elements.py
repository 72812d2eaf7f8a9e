"""Which columns ask about which elements of value, or which co-creation statements?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from valuelib.study.scaffold.profile import Profile
from valuelib.study.scaffold.words import bare
from valuelib.theory import elements, facet_items

LEAST_MATCH = 82.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A key of the theory, the column that seems to ask about it, and how alike their words are (0-100)."""

    key: str
    column: str
    match: float


def match_elements(profiles: Sequence[Profile]) -> tuple[Match, ...]:
    """Elements by name, key or item wording in either language, best matches first; a column and an element meet once."""
    wordings: dict[str, tuple[str, ...]] = {
        one.key: (one.key, one.name.en, one.name.fi, one.item.en, one.item.fi) for one in elements()
    }
    return _assign(profiles, wordings)


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
        if (score := _alike(profile.texts, texts)) >= LEAST_MATCH
    ]
    taken: dict[str, Match] = {}
    for match in sorted(found, key=lambda one: -one.match):
        if match.key not in taken and match.column not in {one.column for one in taken.values()}:
            taken[match.key] = match
    return tuple(taken[key] for key in wordings if key in taken)


def _alike(given: Iterable[str], known: Sequence[str]) -> float:
    return max((max(fuzz.ratio(text, one), fuzz.token_sort_ratio(text, one)) for text in given for one in known), default=0.0)

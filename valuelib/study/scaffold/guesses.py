"""Which column is the account, which the recommendation, which the package? Words propose, the data confirm or object."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelib.study.codes import code_key
from valuelib.study.scaffold.elements import Match, in_order, match_elements, match_facets, match_loosely
from valuelib.study.scaffold.profile import Profile
from valuelib.study.scaffold.words import HIGHER_WORDS, YES, speaks_of

LONG_TEXT = 20.0  # mean number of characters from which a text column reads as a comment


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A column for a role, how sure that is (high, fair, low), and why."""

    profile: Profile
    sure: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Everything that could be guessed of one export; roles without a candidate are absent."""

    roles: dict[str, Guess]
    repeated: int  # answers whose respondent id stood in the same wave before
    segments: tuple[Guess, ...]
    elements: tuple[Match, ...]
    facets: tuple[Match, ...]
    profiles: tuple[Profile, ...]

    def by_name(self, name: str) -> Profile:
        """The profile of a column."""
        return next(profile for profile in self.profiles if profile.name == name)


def propose(profiles: Sequence[Profile], frame: pd.DataFrame) -> Proposal:
    """A mapping for an export; each column gets one role at most.

    Loose guesses of elements come last, so that no outcome is lost to them.

    Elements and statements choose first, since their wordings are long: "is easy to adjust" is one of them, not effort.
    """
    left = [profile for profile in profiles if profile.filled]
    facets = match_facets([profile for profile in left if profile.rating])
    left = _without(left, {match.column for match in facets})
    rated = match_elements([profile for profile in left if profile.rating])
    left = _without(left, {match.column for match in rated})
    roles: dict[str, Guess] = {}
    for role, fits in _checks(len(frame)).items():
        best = _best(role, left, fits)
        if best is not None:
            roles[role] = best
            left = _without(left, {best.profile.name})
    loose = match_loosely([profile for profile in left if profile.rating], rated)
    left = _without(left, {match.column for match in loose})
    segments = [profile for profile in left if profile.grouping and speaks_of("segment", profile.texts)]
    return Proposal(
        roles=roles,
        repeated=_repeated(frame, roles),
        segments=tuple(Guess(profile=one, sure="fair", why=f"name; {one.distinct} groups") for one in segments),
        elements=in_order([*rated, *loose]),
        facets=facets,
        profiles=tuple(profiles),
    )


def guess_higher(package: Profile) -> tuple[str, ...]:
    """Offerings whose names sound like higher-tier ones; none where that does not divide them."""
    named = [level for level in package.levels if re.search(HIGHER_WORDS, name_of(package, level).casefold())]
    return tuple(named) if 0 < len(named) < len(package.levels) else ()


def guess_yes(profile: Profile) -> tuple[str, ...]:
    """The levels of a two-level column that mean yes."""
    return tuple(level for level in profile.levels if {str(code_key(level)), name_of(profile, level).casefold()} & set(YES))


def _without(profiles: Iterable[Profile], names: set[str]) -> list[Profile]:
    return [profile for profile in profiles if profile.name not in names]


def name_of(profile: Profile, level: str) -> str:
    """The text that the file gives to a level, else the level itself."""
    return profile.level_names.get(code_key(level) or "", level)


def _checks(rows: int) -> dict[str, Callable[[Profile], str | None]]:
    """How sure a column with the right words is, by role; None where its data do not fit. Earlier roles choose first."""
    return {
        "recommend": _is_recommend,
        "repurchase": lambda one: "high" if one.distinct == 2 and guess_yes(one) else "fair" if one.rating else None,
        "satisfaction": lambda one: "fair" if one.rating else None,
        "effort": lambda one: "fair" if one.rating else None,
        "share_of_purchases": lambda one: "fair" if one.numeric and 11 < one.numbers.max() <= 100 else None,
        "weight": lambda one: "fair" if one.numeric and one.filled == rows and one.numbers.min() > 0 and one.distinct > 1 else None,
        "wave": lambda one: "high" if 1 <= one.distinct <= 20 and not (one.numeric and one.numbers.max() < 1) else None,
        "respondent": lambda one: "high" if one.distinct == rows else "fair" if one.distinct > rows / 20 else None,
        "account": lambda one: "high" if 1 < one.distinct < 0.9 * rows else "low" if 1 < one.distinct < rows else None,
        "package": lambda one: "fair" if one.grouping else None,
        "comment": lambda one: "fair" if not one.numeric and one.length >= LONG_TEXT else None,
    }


def _repeated(frame: pd.DataFrame, roles: dict[str, Guess]) -> int:
    if "respondent" not in roles:
        return 0
    names = [roles[role].profile.name for role in ("respondent", "wave") if role in roles]
    return int(frame.dropna(subset=names[:1]).duplicated(names).sum())


def _is_recommend(one: Profile) -> str | None:
    if not one.rating:
        return None
    return "high" if np.all(one.numbers % 1 == 0) and one.numbers.min() == 0 and one.numbers.max() == 10 else "fair"


def _best(role: str, profiles: Iterable[Profile], fits: Callable[[Profile], str | None]) -> Guess | None:
    """The surest column that speaks of the role; the first of equals, since key questions stand early on a form."""
    order = ("high", "fair", "low")
    found = [(order.index(sure), profile) for profile in profiles if speaks_of(role, profile.texts) and (sure := fits(profile))]
    if not found:
        return None
    place, profile = min(found, key=lambda pair: pair[0])
    rivals = len([one for one in found if one[0] == place]) - 1
    sure = order[min(place + 1, 2)] if rivals else order[place]
    return Guess(profile=profile, sure=sure, why="name and answers fit" + (f"; {rivals} more alike" if rivals else ""))

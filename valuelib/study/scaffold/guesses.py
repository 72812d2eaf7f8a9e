"""Guesses of the column for each role and of the linked files: words propose, the data confirm or object."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from valuelib.study.ladders import is_no_answer, nps_groups
from valuelib.study.scaffold.matches import Match, in_order, match_elements, match_facets, match_loosely
from valuelib.study.scaffold.profile import MOST_LEVELS, SHORT_NAME, Profile, guess_scale
from valuelib.study.scaffold.words import CUES, HIGHER_WORDS, INTENTION, OVERALL, YES, holds, points_to, speaks_of
from valuelib.study.wording import code_key

LONG_TEXT = 20.0  # mean number of characters from which a text column reads as a comment
MOST_WAVES = 20
MOST_ANSWERS = 4  # yes, maybe, no, don't know
FIRST_YEAR, LAST_YEAR = 1990, 2100


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
    left = {profile.name: profile for profile in profiles if profile.filled and not profile.times}

    def ratings() -> list[Profile]:
        return [profile for profile in left.values() if profile.rating]

    def take(matches: tuple[Match, ...]) -> tuple[Match, ...]:
        for match in matches:
            left.pop(match.column, None)
        return matches

    facets = take(match_facets(ratings()))
    rated = take(match_elements(ratings()))
    roles: dict[str, Guess] = {}
    # How sure a column with the right words is, by role; None where its data do not fit. Earlier roles choose first.
    rows = len(frame)
    order = ("high", "fair", "low")
    fitness: dict[str, Callable[[Profile], str | None]] = {
        "recommend": _recommended,
        "score": lambda one: "fair" if one.rating and guess_scale([one])[0] == (0, 10) and one.numbers.max() > 7 else None,
        "repurchase": _bought_again,
        "satisfaction": _satisfied,
        "effort": lambda one: "fair" if one.rating else None,
        "share_of_purchases": lambda one: "fair" if one.numeric and 11 < one.numbers.max() <= 100 else None,
        "weight": lambda one: "fair" if one.numeric and one.filled == rows and one.numbers.min() > 0 and one.distinct > 1 else None,
        "wave": _survey_round,
        "respondent": lambda one: "high" if one.distinct == rows else "fair" if one.distinct > rows / 20 else None,
        "account": lambda one: _customer(one, rows),
        "package": lambda one: "fair" if one.grouping and not one.counts else None,
        "comment": lambda one: "fair" if not one.numeric and one.length >= LONG_TEXT else None,
    }
    for role, fits in fitness.items():
        if role == "score" and "recommend" in roles:
            continue
        # The surest column that speaks of the role; the first of equals, since key questions stand early on a form.
        fitting = [(order.index(sure), one) for one in left.values() if speaks_of(role, one.texts) and (sure := fits(one))]
        if fitting:
            place, profile = min(fitting, key=lambda pair: pair[0])
            rivals = len([one for one in fitting if one[0] == place]) - 1
            why = "name and answers fit" + (f"; {rivals} more alike" if rivals else "")
            sure = order[min(place + bool(rivals), 2)]
            roles["recommend" if role == "score" else role] = Guess(profile=left.pop(profile.name), sure=sure, why=why)
    loose = take(match_loosely(ratings(), rated))
    groups = [profile for profile in left.values() if profile.grouping and not profile.demographic]
    segments = [profile for profile in groups if speaks_of("segment", profile.texts)]
    ids = [roles[role].profile.name for role in ("respondent", "wave") if role in roles]
    by_name = {profile.name: profile for profile in profiles}
    return Proposal(
        roles=roles,
        repeated=int(frame.dropna(subset=ids[:1]).duplicated(ids).sum()) if "respondent" in roles else 0,
        segments=tuple(Guess(profile=one, sure="fair", why=f"name; {one.distinct} groups") for one in segments),
        elements=in_order(_asked_alike([*rated, *loose], by_name)),
        facets=tuple(_asked_alike(facets, by_name)),
        profiles=tuple(profiles),
    )


def _asked_alike(matches: Sequence[Match], by_name: Mapping[str, Profile]) -> list[Match]:
    """The matches whose columns fit one scale, that of most of them, since a block has one scale."""
    if not matches:
        return []
    stated = Counter(one.stated.scale for match in matches if (one := by_name[match.column]).stated is not None)
    low, high = stated.most_common(1)[0][0] if stated else guess_scale([by_name[match.column] for match in matches])[0]
    fitting = []
    for match in matches:
        one = by_name[match.column]
        scale = (low, high) if one.stated is None else one.stated.scale
        if scale == (low, high) and low <= one.numbers.min() and one.numbers.max() <= high:
            fitting.append(match)
    return fitting


# What the data of a column say to a role that its words name.


def _recommended(one: Profile) -> str | None:
    """Ratings, surest on 0-10; the groups of the NPS only where nothing better is there."""
    if one.rating:
        scale = guess_scale([one])[0]
        return "high" if scale == (0, 10) and (one.stated is not None or {0, 10} <= {*one.numbers}) else "fair"
    return "low" if not one.numeric and one.distinct > 1 and nps_groups(one.levels) is not None else None


def _bought_again(one: Profile) -> str | None:
    """Two answers of which one means yes, a yes among maybe and no, or a rating of how likely it is."""
    if guess_yes(one):
        return "high" if one.distinct == 2 else "fair"
    return "fair" if one.rating else None


def _satisfied(one: Profile) -> str | None:
    """A rating of the whole: of a grid, or about one thing, only where it says so."""
    if not one.rating:
        return None
    if holds(OVERALL, one.texts):
        return "high"
    about = min(one.items, key=len, default="")
    of_a_part = about not in one.texts and not speaks_of("satisfaction", (about,))
    return None if of_a_part or any(points_to(key, text) for key in CUES for text in one.items) else "fair"


def _survey_round(one: Profile) -> str | None:
    """A few years, or texts that hold a digit; days of answer are none."""
    if one.demographic or not 1 <= one.distinct <= MOST_WAVES:
        return None
    if one.numeric:
        years = one.numbers.min() >= FIRST_YEAR and one.numbers.max() < LAST_YEAR
        plain = one.numbers.min() >= 1 and any(len(text.split()) <= 2 for text in one.texts) and bool((one.numbers % 1 == 0).all())
        return "high" if years or plain else None
    return "high" if all(re.search(r"\d", level) for level in one.levels) or one.distinct <= MOST_ANSWERS else None


def _customer(one: Profile, rows: int) -> str | None:
    """Names or numbers of more than a few companies; a rating, a count or a group of a question's options is none."""
    short = any(len(text.split()) <= SHORT_NAME for text in one.texts)
    if one.rating or one.counts or one.named or not 1 < one.distinct < rows or not (short or one.distinct > MOST_LEVELS):
        return None
    if (one.numeric and not (one.numbers % 1 == 0).all()) or guess_yes(one):
        return None
    return "high" if one.distinct < 0.9 * rows else "low"


def guess_higher(package: Profile) -> tuple[str, ...]:
    """Offerings whose names sound like higher-tier ones; none where that does not divide them."""
    named = [level for level in package.levels if re.search(HIGHER_WORDS, name_of(package, level).casefold())]
    return tuple(named) if 0 < len(named) < len(package.levels) else ()


def guess_yes(profile: Profile) -> tuple[str, ...]:
    """The levels of a column of a few answers that mean yes; the 1 of a rating means none."""
    if profile.distinct > MOST_ANSWERS or (profile.distinct > 2 and profile.numeric and not profile.named):
        return ()
    if profile.level_names:
        return tuple(level for level in profile.levels if name_of(profile, level).casefold() in YES)
    return tuple(level for level in profile.levels if {str(code_key(level)), level.casefold()} & set(YES))


def guess_no(profile: Profile) -> tuple[str, ...]:
    """The other levels, without those that say that there is no answer."""
    yes = guess_yes(profile)
    return tuple(level for level in profile.levels if level not in yes and not is_no_answer(name_of(profile, level)))


def is_intention(profile: Profile) -> bool:
    """Whether a yes tells what the customer would do, not what was done."""
    return profile.distinct > 2 or holds(INTENTION, profile.texts)


def name_of(profile: Profile, level: str) -> str:
    """The text that the file gives to a level, else the level itself."""
    return profile.level_names.get(code_key(level) or "", level)

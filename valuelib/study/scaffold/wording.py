"""Columns matched to elements of value and co-creation statements by their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from valuelib.study.scaffold.profile import Profile, bare
from valuelib.theory.facets import facet_items
from valuelib.theory.pyramid import elements

# Stems in English and Finnish that point to an element; a hint, never more.

LONGEST = 9  # words; a longer text is a question about something else more often than an item of a grid
CUES: Mapping[str, str] = {
    "meeting_specifications": r"specificat|as agreed|what was agreed|sovitu|sopimuksen muka|vaatimusten muka",
    "acceptable_price": r"\bpric(e|es|ing)\b(?! flex)|hinta|hinnoit|hinnat",
    "regulatory_compliance": r"complian|regulat|säädö|säänt|lainsäädän|määräy",
    "ethical_standards": r"\bethic|\beetti|integrity",
    "improved_top_line": r"top line|our (sales|revenue)|sell more|liikevaih|myynnin kasv|myyntimme|lisämyyn",
    "cost_reduction": r"\bcosts?\b|kustannu|kulujen|kulumme",
    "product_quality": r"\bquality|\blaatu|laadu",
    "scalability": r"\bscal(e|es|ab)|skaala",
    "innovation": r"innovat|new solutions|uusia ratkaisu",
    "time_savings": r"(sav\w*|our) .*\btime|time sav|säästä\w* .*aika|aikaa|ajans|ajan sääst",
    "reduced_effort": r"less (work|effort)|workload|työn keven|työmäär|vaivat[ot]|vaivaa\b|vaivan",
    "decreased_hassles": r"hassle|hankalu|harmi|riesa",
    "information": r"\binformation|tiedonsa|tiedonku|tiedotta",
    "transparency": r"transparen|läpinäky|avoimuu",
    "organization": r"well organi|keeps? us organi|järjestelmälli|organisoi",
    "simplification": r"simpl|yksinkert|selkey",
    "connection": r"\bconnect|yhteyden?pi|yhteyks",
    "integration": r"integra|yhteentoim",
    "availability": r"\bavailab|saatavu|tavoitettav",
    "variety": r"\bvariety|\brange\b|valikoima|vaihtoehto",
    "configurability": r"configur|customi[sz]|tailor|muokatt|räätäl|mukautu",
    "responsiveness": r"\brespon(ds?|sive)|react|reago|vasteaika|vastaavat nope",
    "expertise": r"expert|\bknow-?how|competen|asiantunt|osaami|ammattitai",
    "commitment": r"commit|sitoutu",
    "stability": r"\bstabil|\bvaka(us|a|ude)|toimintavarm",
    "cultural_fit": r"cultur|kulttuuri",
    "risk_reduction": r"\brisks?\b|\briski",
    "reach": r"\breach\b|new markets|markkina-?alue|uusille markkin|uusia markkin",
    "flexibility": r"(?<!price )flexib|jousta",
    "component_quality": r"component quality|our (own )?(products|offering) better|oman tarjooma|tarjoomamme|tuotteidemme laatu",
    "network_expansion": r"network|verkosto",
    "marketability": r"marketab|job market|\bmy career|työmarkkina|urakehit",
    "reputational_assurance": r"reputat|\bmaine|imago",
    "design_aesthetics": r"design|aesthet|muotoil|esteetti|ulkonäk|ulkoasu",
    "growth_development": r"\b(my|personal|professional) (growth|develop)|kehityn|ammatilli\w* kehit|henkilökoht\w* kehit|kehitty",
    "reduced_anxiety": r"anxiet|\bworr(y|ies)|peace of mind|stress|\bhuoli(en|a|tt?a|st)|huoletto|mielenrauh|stressi|nukku",
    "fun_perks": r"\bfun\b|perks?\b|enjoy|hausk|\bilo|etuude|etuja",
    "vision": r"\bvision|foresight|\bnäkemy[ks]|visio|tulevaisuuden näk",
    "hope": r"\bhope|optimis|\btoivo|tulevaisuudenusk|usko\w* tulevai",
    "social_responsibility": r"responsib|sustainab|vastuulli|yhteiskuntavast|kestäv",
}


def points_to(key: str, text: str) -> bool:
    """Whether a short plain text holds a word that points to the element."""
    return len(text.split()) <= LONGEST and re.search(CUES[key], text) is not None


# Matches.

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
    found = [
        Match(key=key, column=profile.name, match=score, low=True)
        for profile in profiles
        for key, texts in wordings.items()
        if (score := _loosely(key, profile, texts)) > 0
    ]
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


def _loosely(key: str, profile: Profile, known: Sequence[str]) -> float:
    """How well a column fits an element, 0..81; 0 where neither its words nor a cue speak for it."""
    likeness = _alike(profile.items, known)
    cued = any(points_to(key, text) for text in profile.items)
    return min(max(likeness, CUE + likeness / 5) if cued else likeness if likeness >= LEAST_LOW else 0.0, LEAST_MATCH - 1)

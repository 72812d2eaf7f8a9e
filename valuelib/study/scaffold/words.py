"""Which words in a question or a column name tell what the column is about? English and Finnish, as regular expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping

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

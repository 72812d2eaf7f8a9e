"""The English and Finnish words by which questions, column names and answers give away what they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

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


def points_to(key: str, text: str) -> bool:
    """Whether a short plain text holds a word that points to the element."""
    return len(text.split()) <= LONGEST and re.search(CUES[key], text) is not None


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
    found = []
    for one, text in zip(words, texts, strict=True):
        # What follows each shared beginning, wherever columns part, and what follows the last break.
        counts = [stems[tuple(one[:size])] for size in range(1, len(one))]
        ends = [size for size, n in enumerate(counts, 1) if n >= SHARED_BY and (size == len(counts) or counts[size] < n)]
        rests = [rest for size in ends if _has_words(rest := " ".join(one[size:]))]
        parts = [part for part in map(bare, _BREAK.split(text)) if _has_words(part)]
        found.append(tuple(dict.fromkeys([*rests, *(parts[-1:] if len(parts) > 1 else [])])) or (" ".join(one),))
    return tuple(found)


def _has_words(text: str) -> bool:
    """Whether a text holds more than numbers."""
    return any(letter.isalpha() for letter in text)

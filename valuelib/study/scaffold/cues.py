"""Which words of a client's own wording point to which element of value? Stems in English and Finnish; a hint, never more."""

from __future__ import annotations

import re
from collections.abc import Mapping

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

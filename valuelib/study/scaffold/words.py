"""The words, most of them English and Finnish, by which questions, column names and answers give away what they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

# Words, as regular expressions, by which a question or a column name gives its role away: English and Finnish, of other languages
# those for recommending, satisfaction, companies and comments. They meet texts as `bare` gives them: "CustomerNo" is "customer no".

_COMPANY = (
    r"asiakas(yritys|organisaatio)?|customer|client|account|company|organi[sz]ation|yritys|firma?|företag|organisaatio"
    r"|unternehmen"
)
_CALLED = r"( ?(no|nro|nr|num|id|number|numero|name|nimi|code|tunnus|koodi))?$"
ROLE_WORDS: Mapping[str, str] = {
    "recommend": r"suosittel|recommend|rekommend|weiterempf|\bnps\b|promoter",
    "score": r"^(score|rating|arvosana|pisteet)( \d+ \d+)?$",
    "repurchase": r"uusi(ttu|nut|nta|misaikomus|minen|ko\b|tteko)|renew|re-?purchase|future purchase"
    r"|likel\w* to (purchase|buy|renew|continue|order)|(osta|valits|käyttä)\w* .*(uudelleen|uudestaan)"
    r"|jatka\w* (asiakka|sopimu)|jatka(tte|t|vat|a)?ko\b|ai[ko]\w* jatkaa|asiakkuus jatku|jatkosopimu|retained|ostoaik"
    r"|\b(buy|bought|purchased?|choose|use|order|hire)\b.*\bagain\b|(going|intend|plan)\w* to (continue|stay|buy|use)"
    r"|continue (as a customer|with us)",
    "satisfaction": r"tyytyv|satisf|\bcsat\b|\bnöjd|zufrieden",
    "effort": r"vaivat[ot]|asioin\w* .*help|help\w* .*asioi|\bces\b|\beffort\b|\bease of (doing|working|use)|^ease$|how easy"
    r"|easy .*to (do business|work with|deal with|get things done|use)",
    "share_of_purchases": r"osuus .*osto|osto\w* ?osuu|share of (wallet|spend|purchases|\w+ purchases)|purchase level"
    r"|percentage of purchases|\bof (our |your |total )?spend\b",
    "respondent": r"^vastaaja\b( ?(id|numero|nro|n tunnus|n tunniste))?|vastaajan? ?(id|numero|nro|tunnus|tunniste)|vastaus ?id"
    r"|^respondent( ?(id|no|nr|number|key))?$|respons\w* ?id|\bresp ?(id|no|nr)\b|antwort ?id|^id$|^tunniste$"
    r"|^serial( number| no)?$",
    "account": rf"^(our |your |the )?({_COMPANY}){_CALLED}|asiakasn|^acct\b"
    r"|asiakas ?(numero|nro|id|tunnus)|^as ?nro$|yrityksen(ne|si)? nimi|^yrityksesi|^yrityksenne$|y ?tunnus|company s (name|called)"
    r"|name of (your|the) (company|organi|firm|employer)|(what|which) (company|organi[sz]ation)|company called"
    r"|(account|customer|client|company) (no|nr|id|number|code|name)$",
    "wave": r"(?<!syntymä)(?<!synnyin)vuosi$|^year$|\bwave\b|aalto|kierros|\bquarter\b|mittauskerta|survey (year|round|period)",
    "weight": r"^paino|painokerroin|\bweight(ing)?\b|\bwgt\b",
    "segment": r"toimiala|industry|\bsector\b|koko(luokka)?\b|\bsize\b|region|\balue|maakunta|segment|customer (type|group)"
    r"|asiakasryhm|\bmaa$|country",
    "package": r"paketti|\bpackage|palvelu(taso|malli|paketti)?$|\btuote(ryhmä|paketti)?$|\bproduct$|offering|tarjooma"
    r"|sopimus(tyyppi|malli|taso)?$|contract type|\bplan\b|\btier\b|membership|jäsenyy|service (level|plan)|\bedition$",
    "team": r"\bteam\b|tiimi",
    "code": r"\bcodes?\b|koodi\b|\bteemat?\b|\bthemes?\b",
    "coder": r"\bcoder\b|coded by|koodaaja|koodannut",
    "publish": r"publish|permission|julkais",
    "comment": r"avoin|palaut|kommentti|kommentar|comment|open|vapaa|free text|verbatim|perustelu|feedback|\bnotes\b|remarks"
    r"|\bwhy\b|main reason|anything else|own words|terveis|paranta|kehitettävää|improve|do better|omin sanoin"
    r"|miksi|\bideas\b|\bideoita|muuta\b",
}
# What looks like a rating or a group and is none, or is one of another kind.
COUNTS = (
    r"how (many|long|much time|often)|number of|\bcount\b|employees|headcount|years? (with|as|of)|kuinka (monta|kauan|usein)"
    r"|lukumäärä|henkilömäärä|\bkpl\b|\bminutes\b|\bdays\b"
)
TIMERS = r"first click|last click|page submit|click count|\b(total|group|question|interview) ?time\b|duration|kesto"
DEMOGRAPHICS = (
    r"\bgender\b|\bsex\b|\bage\b|\bbirth|sukupuoli|\bikä|syntymä|education|koulutus|\brole\b|job title|\brooli|ammatti|asema\b"
)
# Ratings of something else than how well the provider does: of importance, of expectations, of the seller's own records.
ELSEWHERE = r"\bimportan|\btärke[äy]|\bexpect of\b|\bodota(t|tte)\b|\b(risk|lead|credit|health) (score|class|level)"
# Statements that say something bad of the provider, unless less of it is said.
NEGATIVE = (
    r"\btoo (high|long|much|slow|expensive|difficult|many|few|complicated)|expensive|\bworr(y|ied|ying)\b|hassles?\b|trouble"
    r"|unnecessar|stressful|difficult|\bhard to|surprised|problem|complain|liian\b|hankal|vaikea|huolestu|turha|kallis|kallii"
    r"|ongelm|valitta|heikent|noussee|worse|gone up|risen"
)
LITTLE_WORDS = frozenset(
    ["a", "an", "the", "of", "our", "their", "its", "your", "to", "in", "on", "with", "and", "is", "are", "ja", "on"]
)
LESS = r"fewer|\bless\b|reduc|lower|decreas|without|free\b|spare|avoid|save|vähem|vähen|pienen|ilman|säästä|harvem"
OVERALL = r"overall|kokonais|everything|all in all|as a whole|\bcsat\b"
INTENTION = (
    r"\bwould|\bwill\b|likel|intend|intention|going to|plan\w* to|isi(t|tte|vat)?ko\b|\bai[ko]|jatka(tte|t|vat|a)?ko\b"
    r"|todennäköi|ostoaik|future|misaikomus"
)
HIGHER_WORDS = r"kumppan|partner|premium|kehit|develop|strateg|platin|gold|kulta|advis|transform|plus"
NO_ANSWER_NUMBERS = (-99, -98, -97, -9, -8, -1, 77, 88, 97, 98, 99, 777, 888, 998, 999, 9999)
YES = ("1", "yes", "kyllä", "y", "k", "true", "uusittu", "renewed", "ja", "joo", "definitely", "varmasti")
_CAMEL = re.compile(r"(?<=[a-zäö])(?=[A-ZÄÖ])")
_NUMBERING = re.compile(r"^\s*(?:[A-Za-zÅÄÖåäö]{0,4}\d+(?:[._-]\d+)*)[\s.:)\-–]+|^\s*\w{1,20}(?:\[\w+\])*\.\s+(?=\S)")

# The language of headers and labels, by words that its neighbours lack.

LANGUAGE_WORDS: Mapping[str, str] = {
    "fi": r"suosittel|asiak|vastaa?j|yrity[sk]|tyytyv|palvelu|kuinka|miten|mitä\b|toimiala|avoin|palaute|kommentti|\blaatu|\bhinta"
    r"|sopimu|arvosana|kierros|vuosi\b|\bja\b|[äöuoy]mme\b|anne\b|väittäm|paino\b|tuote|\bnro\b|aika\b",
    "en": r"\b(the|you|your|our|of|to|is|how|what|company|customer|name|quality|score|comment|date|with|and|price|service|product"
    r"|industry|region|recommend)\b",
    "sv": r"\b(hur|är|och|att|det|med|för|oss|vi|på|inte|företag|nöjd|kommentar|fråga)\b",
    "de": r"\b(wie|sie|uns|und|der|die|das|mit|ihre?|zur?|für|nicht|firma|frage)\b|ß|[a-z]ung\b|zufrieden",
}
LANGUAGE_NAMES: Mapping[str, str] = {"fi": "Finnish", "en": "English", "sv": "Swedish", "de": "German"}


def guess_language(texts: Sequence[str]) -> str:
    """The language of most texts: fi, en, sv or de; English where none of them is plain.

    >>> guess_language(["Wie wahrscheinlich würden Sie uns weiterempfehlen?", "Zufriedenheit mit der Qualität"])
    'de'
    """
    plain = [bare(text) for text in texts]
    found = {language: sum(bool(re.search(words, text)) for text in plain) for language, words in LANGUAGE_WORDS.items()}
    best = max(found, key=lambda language: found[language])
    return best if found[best] > found["en"] else "en"


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
    "scalability": r"\bscal(es|ab)|\bscale (up|with)|skaala",
    "innovation": r"innovat|new solutions|uusia ratkaisu",
    "time_savings": r"(sav\w*|our) .*\btime|time sav|säästä\w* .*aika|aikaa|ajans|ajan sääst",
    "reduced_effort": r"less (work|effort)|workload|työn keven|työmäär|vaivat[ot]|vaivaa\b|vaivan",
    "decreased_hassles": r"hassle|hankalu|harmi|riesa",
    "information": r"\binformation(?! (security|system))|tiedonsa|tiedonku|tiedotta",
    "transparency": r"transparen|läpinäky|avoimuu",
    "organization": r"well organi|keeps? us organi|järjestelmälli|organisoi",
    "simplification": r"simpl|yksinkert|selkey",
    "connection": r"\bconnect|yhteyden?pi|yhteyks",
    "integration": r"integra|yhteentoim",
    "availability": r"\bavailab|saatavu|tavoitettav",
    "variety": r"\bvariety|\brange\b|valikoima|vaihtoehto",
    "configurability": r"configur|customi[sz]|tailor|muokatt|räätäl|mukautu",
    "responsiveness": r"\brespon(ds?\b|sive)|speed of response|answers? (quick|prompt)|\breact|reago|vasteaika|vastaavat nope",
    "expertise": r"expert|\bknow ?how|\bknowledge\b|understands? our (business|industry)|competen|asiantunt|osaami|ammattitai"
    r"|tunte\w* toimiala",
    "commitment": r"commit|sitoutu",
    "stability": r"\bstabil|\bvaka(us|a|ude)|toimintavarm",
    "cultural_fit": r"cultur|kulttuuri",
    "risk_reduction": r"\brisks?\b|\briski",
    "reach": r"(?<!to )\breach\b|new markets|markkina-?alue|uusille markkin|uusia markkin",
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
    words = re.sub(r"[_\W]+", " ", _CAMEL.sub(" ", _NUMBERING.sub("", text)))
    return " ".join(words.casefold().split())


def speaks_of(role: str, texts: tuple[str, ...]) -> bool:
    """Whether one of the texts holds a word of that role."""
    return holds(ROLE_WORDS[role], texts)


def holds(words: str, texts: Sequence[str]) -> bool:
    """Whether one of the plain texts holds one of the words, which are a regular expression."""
    return any(re.search(words, text) for text in texts)


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

"""Answers in words: the usual ladders of answers, their numbers, the groups of the NPS, and words for "no answer"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

# One line a ladder: what it asks about, its language, and its rungs from the low end, each with the words that mean the same.
USUAL = """
agreement en: strongly disagree/totally disagree/completely disagree/fully disagree/disagree strongly/disagree completely; disagree/somewhat disagree/tend to disagree/slightly disagree/partly disagree/partially disagree/moderately disagree/mostly disagree/disagree somewhat/rather disagree; neutral/neither agree nor disagree/neither agree or disagree/neither disagree nor agree/neither/undecided/no opinion either way; agree/somewhat agree/tend to agree/slightly agree/partly agree/partially agree/moderately agree/mostly agree/agree somewhat/rather agree; strongly agree/totally agree/completely agree/fully agree/agree strongly/agree completely
agreement en: strongly disagree/totally disagree/completely disagree/fully disagree; disagree/moderately disagree/mostly disagree; somewhat disagree/slightly disagree/partly disagree; neutral/neither agree nor disagree/neither agree or disagree/neither/undecided; somewhat agree/slightly agree/partly agree; agree/moderately agree/mostly agree; strongly agree/totally agree/completely agree/fully agree
agreement en: strongly disagree/totally disagree/completely disagree; disagree/moderately disagree/mostly disagree; somewhat disagree/slightly disagree; somewhat agree/slightly agree; agree/moderately agree/mostly agree; strongly agree/totally agree/completely agree
agreement en: strongly disagree/totally disagree/completely disagree; disagree/somewhat disagree/tend to disagree; agree/somewhat agree/tend to agree; strongly agree/totally agree/completely agree
agreement en: disagree; neutral/neither agree nor disagree/neither; agree
agreement fi: täysin eri mieltä/vahvasti eri mieltä/ehdottomasti eri mieltä/erittäin eri mieltä; jokseenkin eri mieltä/osittain eri mieltä/melko eri mieltä/hieman eri mieltä/jonkin verran eri mieltä/eri mieltä; ei samaa eikä eri mieltä/en samaa enkä eri mieltä/ei eri eikä samaa mieltä/en eri enkä samaa mieltä/neutraali/siltä väliltä; jokseenkin samaa mieltä/osittain samaa mieltä/melko samaa mieltä/hieman samaa mieltä/jonkin verran samaa mieltä/samaa mieltä; täysin samaa mieltä/vahvasti samaa mieltä/ehdottomasti samaa mieltä/erittäin samaa mieltä
agreement fi: täysin eri mieltä/vahvasti eri mieltä; eri mieltä/melko eri mieltä; jokseenkin eri mieltä/osittain eri mieltä/hieman eri mieltä; ei samaa eikä eri mieltä/en samaa enkä eri mieltä/neutraali/siltä väliltä; jokseenkin samaa mieltä/osittain samaa mieltä/hieman samaa mieltä; samaa mieltä/melko samaa mieltä; täysin samaa mieltä/vahvasti samaa mieltä
agreement fi: täysin eri mieltä; jokseenkin eri mieltä/osittain eri mieltä/melko eri mieltä/eri mieltä; jokseenkin samaa mieltä/osittain samaa mieltä/melko samaa mieltä/samaa mieltä; täysin samaa mieltä
agreement fi: eri mieltä; ei samaa eikä eri mieltä/en samaa enkä eri mieltä/neutraali; samaa mieltä
agreement sv: instämmer inte alls/tar helt avstånd/håller inte alls med/instämmer absolut inte/helt oenig; instämmer inte/instämmer delvis inte/tar delvis avstånd/instämmer knappast/håller inte med/instämmer inte helt/delvis oenig; varken eller/neutral/varken instämmer eller tar avstånd/varken instämmer eller inte/varken enig eller oenig; instämmer/instämmer delvis/håller med/instämmer i stort/instämmer till stor del/håller delvis med/delvis enig; instämmer helt/instämmer helt och hållet/håller helt med/instämmer fullt ut/instämmer starkt/helt enig
agreement sv: instämmer inte alls/tar helt avstånd/håller inte alls med/helt oenig; instämmer inte/instämmer delvis inte/tar delvis avstånd/håller inte med/delvis oenig; instämmer/instämmer delvis/håller med/delvis enig; instämmer helt/instämmer helt och hållet/håller helt med/helt enig
agreement de: stimme überhaupt nicht zu/stimme gar nicht zu/stimme ganz und gar nicht zu/trifft überhaupt nicht zu/trifft gar nicht zu; stimme nicht zu/stimme eher nicht zu/trifft eher nicht zu; teils teils/weder noch/neutral/unentschieden/weder zustimmung noch ablehnung; stimme zu/stimme eher zu/trifft eher zu; stimme voll und ganz zu/stimme voll zu/stimme völlig zu/stimme vollkommen zu/trifft voll und ganz zu/trifft völlig zu/trifft voll zu
agreement de: stimme nicht zu/trifft nicht zu; stimme eher nicht zu/trifft eher nicht zu; teils teils/weder noch/neutral/unentschieden; stimme eher zu/trifft eher zu; stimme zu/trifft zu
agreement de: stimme überhaupt nicht zu/stimme gar nicht zu/trifft überhaupt nicht zu/trifft gar nicht zu; stimme eher nicht zu/trifft eher nicht zu; stimme eher zu/trifft eher zu; stimme voll und ganz zu/stimme voll zu/trifft voll und ganz zu/trifft völlig zu
satisfaction en: very dissatisfied/extremely dissatisfied/completely dissatisfied/totally dissatisfied/very unsatisfied/highly dissatisfied; dissatisfied/somewhat dissatisfied/fairly dissatisfied/moderately dissatisfied/slightly dissatisfied/unsatisfied/rather dissatisfied; neutral/neither satisfied nor dissatisfied/neither satisfied or dissatisfied/neither dissatisfied nor satisfied/neither; satisfied/somewhat satisfied/fairly satisfied/moderately satisfied/slightly satisfied/rather satisfied; very satisfied/extremely satisfied/completely satisfied/totally satisfied/highly satisfied
satisfaction en: extremely dissatisfied/very dissatisfied/completely dissatisfied; dissatisfied/moderately dissatisfied/mostly dissatisfied; somewhat dissatisfied/slightly dissatisfied; neutral/neither satisfied nor dissatisfied/neither; somewhat satisfied/slightly satisfied; satisfied/moderately satisfied/mostly satisfied; extremely satisfied/very satisfied/completely satisfied
satisfaction en: not at all satisfied; slightly satisfied/not so satisfied/not very satisfied; moderately satisfied/somewhat satisfied; very satisfied; extremely satisfied/completely satisfied
satisfaction en: very dissatisfied/very unsatisfied; dissatisfied/somewhat dissatisfied/unsatisfied; satisfied/somewhat satisfied; very satisfied
satisfaction en: dissatisfied/unsatisfied; neutral/neither satisfied nor dissatisfied; satisfied
satisfaction fi: erittäin tyytymätön/hyvin tyytymätön/todella tyytymätön/täysin tyytymätön; tyytymätön/melko tyytymätön/jokseenkin tyytymätön/hieman tyytymätön; neutraali/ei tyytyväinen eikä tyytymätön/en tyytyväinen enkä tyytymätön/en tyytymätön enkä tyytyväinen/siltä väliltä; tyytyväinen/melko tyytyväinen/jokseenkin tyytyväinen/hieman tyytyväinen; erittäin tyytyväinen/hyvin tyytyväinen/todella tyytyväinen/täysin tyytyväinen
satisfaction fi: erittäin tyytymätön/hyvin tyytymätön; tyytymätön/melko tyytymätön; tyytyväinen/melko tyytyväinen; erittäin tyytyväinen/hyvin tyytyväinen
satisfaction sv: mycket missnöjd; missnöjd/ganska missnöjd/delvis missnöjd; neutral/varken nöjd eller missnöjd/varken eller; nöjd/ganska nöjd/delvis nöjd; mycket nöjd
satisfaction sv: mycket missnöjd; missnöjd/ganska missnöjd; nöjd/ganska nöjd; mycket nöjd
satisfaction de: sehr unzufrieden/äußerst unzufrieden; unzufrieden/eher unzufrieden; neutral/weder zufrieden noch unzufrieden/teils teils/weder noch; zufrieden/eher zufrieden; sehr zufrieden/äußerst zufrieden
satisfaction de: sehr unzufrieden; unzufrieden/eher unzufrieden; zufrieden/eher zufrieden; sehr zufrieden
likelihood en: very unlikely/extremely unlikely/highly unlikely; unlikely/somewhat unlikely/fairly unlikely; neutral/neither likely nor unlikely/neither unlikely nor likely/unsure/neither; likely/somewhat likely/fairly likely; very likely/extremely likely/highly likely
likelihood en: extremely unlikely/very unlikely; unlikely/moderately unlikely; somewhat unlikely/slightly unlikely; neutral/neither likely nor unlikely/neither; somewhat likely/slightly likely; likely/moderately likely; extremely likely/very likely
likelihood en: not at all likely; slightly likely/not so likely/not very likely; moderately likely/somewhat likely; very likely; extremely likely
likelihood en: definitely not/definitely would not/definitely will not; probably not/probably would not/probably will not; might or might not/unsure/maybe; probably yes/probably/probably would/probably will; definitely yes/definitely/definitely would/definitely will
likelihood en: very unlikely; unlikely/somewhat unlikely; likely/somewhat likely; very likely
likelihood fi: erittäin epätodennäköisesti/hyvin epätodennäköisesti/erittäin epätodennäköistä/hyvin epätodennäköistä; epätodennäköisesti/melko epätodennäköisesti/epätodennäköistä/melko epätodennäköistä; neutraali/ehkä/siltä väliltä; todennäköisesti/melko todennäköisesti/todennäköistä/melko todennäköistä; erittäin todennäköisesti/hyvin todennäköisesti/erittäin todennäköistä/hyvin todennäköistä
likelihood fi: en varmasti/varmasti en/ehdottomasti en/en missään tapauksessa; tuskin/todennäköisesti en/luultavasti en; ehkä/mahdollisesti; todennäköisesti/luultavasti/todennäköisesti kyllä; varmasti/ehdottomasti/varmasti kyllä
likelihood sv: mycket osannolikt/mycket otroligt; osannolikt/ganska osannolikt/otroligt; neutral/varken eller/kanske/varken sannolikt eller osannolikt; sannolikt/ganska sannolikt/troligt; mycket sannolikt/mycket troligt
likelihood de: sehr unwahrscheinlich/äußerst unwahrscheinlich; unwahrscheinlich/eher unwahrscheinlich; neutral/weder noch/vielleicht/teils teils; wahrscheinlich/eher wahrscheinlich; sehr wahrscheinlich/äußerst wahrscheinlich
frequency en: never; rarely/seldom; sometimes/occasionally; often/frequently/usually/very often/most of the time; always
frequency en: never; rarely/seldom; sometimes/occasionally; often/frequently; very often/very frequently
frequency fi: ei koskaan/en koskaan; harvoin; joskus/silloin tällöin/toisinaan; usein/hyvin usein/useimmiten; aina
frequency sv: aldrig; sällan; ibland; ofta/mycket ofta; alltid
frequency de: nie/niemals; selten; manchmal/gelegentlich; oft/häufig/sehr oft/meistens; immer
quality en: very poor/very bad/terrible/extremely poor; poor/bad; fair/average/neutral/acceptable/ok/okay/neither good nor bad/neither good nor poor; good; very good/excellent/great
quality en: poor; fair; good; very good; excellent
quality en: poor; fair; good; excellent
quality fi: erittäin huono/todella huono/hyvin huono; huono/melko huono; kohtalainen/keskinkertainen/tyydyttävä/neutraali/ei hyvä eikä huono; hyvä/melko hyvä; erittäin hyvä/erinomainen/todella hyvä/hyvin hyvä/kiitettävä
quality fi: erittäin huonosti/todella huonosti; huonosti/melko huonosti; kohtalaisesti/tyydyttävästi/keskinkertaisesti; hyvin/melko hyvin; erittäin hyvin/erinomaisesti/todella hyvin/kiitettävästi
quality fi: heikko; välttävä; tyydyttävä; hyvä; erinomainen/kiitettävä
quality fi: välttävä; tyydyttävä; hyvä; kiitettävä; erinomainen
quality sv: mycket dålig/mycket dåligt; dålig/dåligt/ganska dålig/ganska dåligt; varken bra eller dålig/varken bra eller dåligt/acceptabel/acceptabelt/godkänd/godkänt/neutral/medelmåttig; bra/god/ganska bra; mycket bra/utmärkt/mycket god
quality de: sehr schlecht; schlecht/eher schlecht; mittelmäßig/befriedigend/durchschnittlich/neutral/teils teils/mittel; gut/eher gut; sehr gut/ausgezeichnet
quality de: ungenügend; mangelhaft; ausreichend; befriedigend; gut; sehr gut
ease en: very difficult/extremely difficult/very hard; difficult/somewhat difficult/hard/fairly difficult; neutral/neither easy nor difficult/neither difficult nor easy/neither; easy/somewhat easy/fairly easy; very easy/extremely easy
ease fi: erittäin vaikea/erittäin vaikeaa/hyvin vaikeaa; vaikea/vaikeaa/melko vaikeaa; neutraali/ei helppoa eikä vaikeaa/siltä väliltä; helppo/helppoa/melko helppoa; erittäin helppo/erittäin helppoa/hyvin helppoa
ease sv: mycket svårt; svårt/ganska svårt; varken eller/neutral/varken lätt eller svårt; lätt/enkelt/ganska lätt/ganska enkelt; mycket lätt/mycket enkelt
ease de: sehr schwierig/sehr schwer; schwierig/schwer/eher schwierig; neutral/weder noch/teils teils; einfach/leicht/eher einfach; sehr einfach/sehr leicht
"""  # noqa: E501  a ladder is one line

NO_ANSWER_TEXTS = (
    "En osaa sanoa",
    "En osaa sanoa / ei koske minua",
    "Ei osaa sanoa",
    "EOS",
    "Ei koske minua",
    "En tiedä",
    "Ei tietoa",
    "En halua vastata",
    "Ei kokemusta",
    "Ei vastausta",
    "Don't know",
    "Dont know",
    "Do not know",
    "I don't know",
    "Don't know / not applicable",
    "Don't know / no opinion",
    "DK",
    "Not applicable",
    "Does not apply",
    "N/A",
    "Cannot say",
    "Can't say",
    "No answer",
    "No opinion",
    "No experience",
    "Prefer not to say",
    "Prefer not to answer",
    "Refused",
    "Missing",
    "Vet ej",
    "Vet inte",
    "Ingen åsikt",
    "Ej aktuellt",
    "Ej tillämpligt",
    "Vill ej svara",
    "Weiß nicht",
    "Weiss nicht",
    "Keine Angabe",
    "Keine Antwort",
    "Keine Meinung",
    "Kann ich nicht beurteilen",
    "Trifft nicht auf mich zu",
    "Inget svar",
    "Ne sais pas",
    "No sabe",
    "Ei kantaa",
    "Cannot answer",
    "Unknown",
    "Not known",
    "Ei tiedossa",
    "Tuntematon",
    "Okänd",
    "Okänt",
    "Unbekannt",
)
HINTS = ("not sure", "prefer not", "can not say", "don t know", "ei koske", "en tiedä", "ei tiedä", "sabe")
"""Words beside which a number is no score, though they do not say for sure that there is no answer."""
JOINERS = frozenset(["or", "and", "i", "tai", "ja", "en", "eller", "oder", "und", "jag", "ich"])
PROMOTERS = frozenset(
    [
        "promoter",
        "promoters",
        "promotor",
        "promotores",
        "promoteur",
        "promoteurs",
        "suosittelija",
        "suosittelijat",
        "ambassadör",
        "ambassadörer",
        "promotoren",
    ]
)
PASSIVES = frozenset(
    [
        "passive",
        "passives",
        "neutral",
        "neutrals",
        "neutraali",
        "neutraalit",
        "passiivinen",
        "passiiviset",
        "passiv",
        "passiva",
        "passiver",
        "indifferent",
        "indifferente",
        "passiv zufrieden",
        "passively satisfied",
        "neutrale",
        "passif",
        "passifs",
        "pasivo",
        "pasivos",
    ]
)
DETRACTORS = frozenset(
    [
        "detractor",
        "detractors",
        "arvostelija",
        "arvostelijat",
        "kriitikko",
        "kriitikot",
        "kritiker",
        "detraktor",
        "detraktoren",
        "kritisch",
        "détracteur",
        "détracteurs",
        "detractores",
    ]
)


SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Ladder:
    """A usual ladder of answers: what it asks about, its language, and each word's rung, 0 the lowest."""

    kind: str
    language: str
    steps: int
    rungs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Fit:
    """The rung of each word given, 0 the lowest, on a ladder of so many steps, and what the ladder asks about."""

    kind: str
    steps: int
    rungs: Mapping[str, int]


def plain_word(text: object) -> str:
    """An answer as ladders know it: small letters, without marks and outer blanks.

    >>> plain_word(" Neither agree, nor  disagree. ")
    'neither agree nor disagree'
    """
    return " ".join(re.sub(r"[^\w]|_", " ", unicodedata.normalize("NFKC", str(text)).casefold().replace("ß", "ss")).split())


@cache
def ladders() -> tuple[Ladder, ...]:
    """The usual ladders."""
    found = []
    for line in USUAL.strip().splitlines():
        title, _, rungs = line.partition(":")
        kind, language = title.split()
        words = [[plain_word(word) for word in rung.split("/")] for rung in rungs.split(";")]
        found.append(Ladder(kind, language, len(words), {word: place for place, rung in enumerate(words) for word in rung}))
    return tuple(found)


@cache
def _known() -> frozenset[str]:
    return frozenset(word for ladder in ladders() for word in ladder.rungs)


@cache
def _no_answers() -> re.Pattern[str]:
    return _phrases(map(plain_word, NO_ANSWER_TEXTS))


@cache
def _hints() -> re.Pattern[str]:
    return _phrases([*HINTS, "eos", *(text for text in map(plain_word, NO_ANSWER_TEXTS) if len(text) > SHORTEST and " " in text)])


def _phrases(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, phrases), key=len, reverse=True))})\b")


def is_known_word(text: object) -> bool:
    """Whether a usual ladder holds this answer."""
    return plain_word(text) in _known()


def is_no_answer(text: object) -> bool:
    """Whether a text says that there is no answer, and nothing else; a number beside the words is its code.

    >>> is_no_answer("8 - Don't know"), is_no_answer("En osaa sanoa / ei koske minua"), is_no_answer("I don't know them well")
    (True, True, False)
    """
    rest, said = _no_answers().subn(" ", plain_word(text))
    return said > 0 and all(word.isdigit() or word in JOINERS for word in rest.split())


def hints_no_answer(text: object) -> bool:
    """Whether a text speaks of having no answer, so that a number in it is no score.

    >>> hints_no_answer("10 - not sure"), hints_no_answer("0 = never")
    (True, False)
    """
    return _hints().search(plain_word(text)) is not None


def ladder_kinds() -> list[str]:
    """What the usual ladders ask about, which are their names in study.yaml."""
    return list(dict.fromkeys(ladder.kind for ladder in ladders()))


def fit_ladder(words: Collection[str], steps: int, kind: str | None = None) -> Fit | None:
    """The usual ladder of so many steps that holds all the words, in one language or several; None where none or several do.

    No two words may share a rung in one language, since they would then mean different things.
    """
    given = {plain_word(word): word for word in words}
    fits: dict[tuple[tuple[str, int], ...], Fit] = {}
    for name in dict.fromkeys(one.kind for one in ladders() if one.steps == steps and kind in (None, one.kind)):
        same = [one for one in ladders() if one.kind == name and one.steps == steps]
        for first in same:
            rungs: dict[str, int] = {}
            for one in (first, *(other for other in same if other.language != first.language)):
                held = {word: one.rungs[word] for word in given if word in one.rungs and word not in rungs}
                if len(set(held.values())) == len(held):
                    rungs |= held
            if len(rungs) == len(given) and any(word in first.rungs for word in given):
                found = {given[word]: rung for word, rung in rungs.items()}
                fits.setdefault(tuple(sorted(found.items())), Fit(name, steps, found))
    return next(iter(fits.values())) if len(fits) == 1 else None


def smallest_fit(words: Collection[str]) -> Fit | None:
    """The shortest usual ladder that holds all the words; one with a middle before one without."""
    fits = (fit_ladder(words, steps) for steps in (5, 3, 4, 7, 6))
    return next((fit for fit in fits if fit is not None), None)


def exhausts_other(words: Collection[str], steps: int) -> int | None:
    """The steps of a shorter ladder all of whose rungs occur among the words; None where there is none."""
    for fewer in range(3, steps):
        fit = fit_ladder(words, fewer)
        if fit is not None and len(set(fit.rungs.values())) == fewer:
            return fewer
    return None


def runs_down(low: object, high: object) -> bool | None:
    """Whether the word at the low end of a scale is the better one; None where no usual ladder holds both words."""
    first, last = plain_word(low), plain_word(high)
    for ladder in ladders():
        if first in ladder.rungs and last in ladder.rungs and ladder.rungs[first] != ladder.rungs[last]:
            return ladder.rungs[first] > ladder.rungs[last]
    return None


def nps_groups(words: Iterable[str]) -> Mapping[str, float] | None:
    """+1, 0, -1 for words that name the groups of the NPS; None where any word does not."""
    values: dict[str, float] = {}
    for word in words:
        plain = " ".join(part for part in plain_word(word).split() if not part.isdigit())  # Detractor (0-6), 3 - Promoter
        value = next((value for value, known in ((1.0, PROMOTERS), (0.0, PASSIVES), (-1.0, DETRACTORS)) if plain in known), None)
        if value is None:
            return None
        values[word] = value
    return values if any(values.values()) else None

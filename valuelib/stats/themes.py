"""What interviews and comments say: themes by account, quotes that may be shown, the words of each group, codes for new passages.

Words are counted in their dictionary form, in Finnish or English, function words left out.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from simplemma import Lemmatizer
from simplemma.strategies import DefaultStrategy
from statsmodels.stats.proportion import proportion_confint

from valuelib.stats.loyalty import group_limits
from valuelib.stats.means import estimate_means
from valuelib.stats.totals import Floats, Labels, collect_totals, number_labels

SOURCE_THEMES = "Wilson (1927), Journal of the American Statistical Association 22(158), 209-212"
SOURCE_JOIN = "Welch (1947), Biometrika 34(1-2), 28-35"
MAJORITY = 0.5  # of a passage's readers
GROUPS = ("detractor", "passive", "promoter")
LOOKED_AT = 4  # times as many words are measured as are shown
SHORTEST, SHORTEST_STEM, SHORTEST_ID = 3, 4, 3
COMMON = 0.5  # a word that stands under more than half of the codes speaks for none of them
HIDDEN = "[…]"
MIN_DIGITS = 7
EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>(),;]+")
ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
PHONE = re.compile(r"(?<![\w.,])(?:\+|00)?\(?\d{1,4}\)?(?:[\s.-]?\(?\d{2,4}\)?){2,5}(?![\w])")
WHOLE = re.compile(r"\w+(?:-\w+)*")
RUN = re.compile(r"\w+")
WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
SENTENCE = re.compile(r"(?<=[.!?:…])\s+|\n+|^[\"”“'(]+")


# Themes by account


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme by account: in `heard` of `units` accounts; shares 0..1."""

    code: str
    heard: int
    units: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Share of the accounts in which it was heard."""
        return self.heard / self.units


@dataclass(frozen=True, slots=True)
class Joined:
    """Mean rating of the accounts with a theme less that of the others, in rating points, with its Welch interval."""

    code: str
    difference: float
    low: float
    high: float
    with_theme: int
    without: int


def heard_by_account(coded: pd.DataFrame) -> pd.DataFrame:
    """Accounts x codes: whether more than half of the readers of some passage of the account gave it the code."""
    passage = ["account", "text"]
    readers = coded.groupby(passage)["coder"].nunique().rename("readers").reset_index()
    gave = coded.groupby([*passage, "code"])["coder"].nunique().rename("gave").reset_index().merge(readers, on=passage)
    gave["heard"] = gave["gave"] / gave["readers"] > MAJORITY
    table = gave.pivot_table(index="account", columns="code", values="heard", aggfunc="max", fill_value=False)
    found: pd.DataFrame = table.astype(bool)
    return found


def count_themes(heard: pd.DataFrame, *, level: float = 0.95) -> tuple[Theme, ...]:
    """Every theme with its Wilson interval, the most frequent first."""
    units = len(heard)
    found = []
    for code in heard.columns:
        count = int(heard[code].sum())
        low, high = proportion_confint(count, units, alpha=1 - level, method="wilson")
        found.append(Theme(str(code), count, units, float(low), float(high)))
    return tuple(sorted(found, key=lambda theme: (-theme.heard, theme.code)))


def join_rating(heard: pd.Series, rating: pd.Series, *, fewest: int, level: float = 0.95) -> Joined | None:
    """Whether accounts with a theme rate higher; None where either side has fewer accounts than may be shown.

    Args:
        heard: by account, whether the theme was heard. rating: by account, the mean rating, missing where nobody rated.
        fewest: smallest group that is shown, at least 2 are needed for an interval. level: of the Welch interval.
    """
    known = rating.reindex(heard.index)
    one, other = (known[heard == side].dropna().to_numpy(float) for side in (True, False))
    if min(len(one), len(other)) < max(fewest, 2) or not (one.std() > 0 or other.std() > 0):
        return None
    interval = stats.ttest_ind(one, other, equal_var=False).confidence_interval(level)
    difference = float(one.mean() - other.mean())
    return Joined(str(heard.name), difference, float(interval.low), float(interval.high), len(one), len(other))


# Quotes with permission, and nobody's name in them


@dataclass(frozen=True, slots=True)
class Quotes:
    """Of one theme: an example, and a counter-example on which readers differ or whose account rates low; None where missing."""

    code: str
    example: str | None
    counter: str | None


def pick_quotes(
    coded: pd.DataFrame, code: str, *, names: Sequence[str] = (), rating: pd.Series | None = None, fewest: int = 5
) -> Quotes:
    """A quote and a counter-example of a theme among those that may be published, redacted.

    Args:
        coded: columns `account`, `text`, `coder`, `code`, `publish`.
        code: the theme; one heard in fewer than `fewest` accounts shows no words.
        names: ids to be taken out. rating: by account, how it rates what the theme speaks of.
    Returns:
        Quotes: the example is a passage that most readers gave the code, from the account that rates it highest; the
        counter-example one from the account that rates it lowest, or where no rating is known one on which the readers differ.
    """
    by_reader = coded.assign(given=coded["code"] == code).groupby(["account", "text", "coder"], as_index=False)
    read = by_reader.agg(given=("given", "max"), publish=("publish", "all"))
    passages = read.groupby(["account", "text"], as_index=False).agg(share=("given", "mean"), publish=("publish", "all"))
    if passages.loc[passages["share"] > MAJORITY, "account"].nunique() < fewest:
        return Quotes(code, None, None)
    shown = passages[passages["publish"]].copy()
    shown["rating"] = shown["account"].map(rating).astype(float) if rating is not None else float("nan")
    heard = shown[shown["share"] > MAJORITY].sort_values(["rating", "text"], ascending=[False, True], na_position="last")
    if heard.empty:
        return Quotes(code, None, None)
    example = str(heard["text"].iloc[0])
    rated = heard.dropna(subset=["rating"])
    differ = shown[(shown["share"] > 0) & (shown["share"] <= MAJORITY)].sort_values("text")
    against = rated["text"].iloc[-1] if len(rated) > 1 else differ["text"].iloc[0] if len(differ) else None
    counter = None if against is None or against == example else redact(str(against), names)
    return Quotes(code, redact(example, names), counter)


def redact(text: str, names: Iterable[str] = ()) -> str:
    """The text without e-mail addresses, web addresses, telephone numbers and the given names (ids of accounts and respondents).

    >>> redact("Ask Matti at matti.m@firma.fi or +358 40 123 4567, account A-17.", ["A-17"])
    'Ask Matti at […] or […], account […].'
    """
    return redactor(names)(text)


def redactor(names: Iterable[str] = ()) -> Callable[[str], str]:
    """What redacts one text after the other; names are tried where their first word stands, so that their number costs nothing."""
    listed = {name.casefold() for name in names if len(name) >= SHORTEST_ID}
    words = {name for name in listed if WHOLE.fullmatch(name)}
    by_word: dict[str, list[str]] = {}
    for name in listed - words:
        by_word.setdefault(next(iter(RUN.findall(name)), ""), []).append(name)

    def clean(text: str) -> str:
        hidden = ADDRESS.sub(HIDDEN, EMAIL.sub(HIDDEN, text))
        hidden = PHONE.sub(lambda found: HIDDEN if sum(sign.isdigit() for sign in found[0]) >= MIN_DIGITS else found[0], hidden)
        there = {"", *RUN.findall(hidden.casefold())} & by_word.keys()
        for name in sorted((name for word in there for name in by_word[word]), key=len, reverse=True):
            hidden = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", HIDDEN, hidden, flags=re.IGNORECASE)
        return WHOLE.sub(lambda found: HIDDEN if found[0].casefold() in words else found[0], hidden) if words else hidden

    return clean


def likely_names(texts: Iterable[str]) -> frozenset[str]:
    """Words in small letters that are mostly written with a capital inside sentences: names of people, firms and products.

    In Finnish and English only names are. Words at the start of a sentence show nothing, nor do texts in capitals.

    >>> sorted(likely_names(["Thanks to Virtanen. Virtanen called.", "Ask Virtanen, he knows the Service", "The service is good"]))
    ['virtanen']
    """
    inside: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for text in texts:
        for sentence in SENTENCE.split(text):
            for word in WORD.findall(sentence)[1:]:
                inside[word.casefold()] += 1
                capital[word.casefold()] += word[0].isupper() and word[1:].islower()
    return frozenset(word for word, n in inside.items() if 2 * capital[word] > n)


# Words of promoters, passives and detractors


@dataclass(frozen=True, slots=True)
class Use:
    """How many of a group's commenters use a term, 0..1, with the interval that takes accounts for clusters."""

    share: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Term:
    """One term: its use in each group (None where too few commented), and by all groups together in two ways.

    `commenters` counts each comment alike; `everybody` gives each group the weight that it has among all who answered the survey
    (weights: inverse commenting rate of the group).
    """

    word: str
    by_group: tuple[Use | None, ...]
    commenters: float
    everybody: float
    texts: int

    @property
    def spread(self) -> float:
        """The widest difference between two groups' shares; zero where fewer than two are shown."""
        shares = [use.share for use in self.by_group if use is not None]
        return max(shares) - min(shares) if len(shares) > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Commenting:
    """How many of each group commented: answers and comments in the order of `GROUPS`."""

    answered: tuple[int, ...]
    commented: tuple[int, ...]

    @property
    def rates(self) -> tuple[float, ...]:
        """Share of each group that commented, 0..1; zero where nobody is in the group."""
        return tuple(c / n if n else 0.0 for c, n in zip(self.commented, self.answered, strict=True))


def count_commenting(nps: pd.Series, comments: pd.Series) -> Commenting:
    """Who commented, by the answer -1, 0, +1 to the recommendation question."""
    wrote = _wrote(comments)
    answered = tuple(int((nps == code).sum()) for code in (-1, 0, 1))
    return Commenting(answered, tuple(int(((nps == code) & wrote).sum()) for code in (-1, 0, 1)))


def find_terms(
    nps: pd.Series,
    comments: pd.Series,
    accounts: pd.Series,
    *,
    language: str,
    fewest: int,
    most: int = 12,
    level: float = 0.95,
) -> tuple[Term, ...]:
    """The terms by which the groups differ most, those of at least `fewest` comments from several accounts only.

    Args:
        nps: shape (n,), -1, 0, +1. comments: shape (n,), text or missing. accounts: shape (n,).
        language: of the comments. fewest: smallest group and smallest number of comments that is shown. most: terms at most.
    Notes:
        Source: Agresti and Coull (1998), The American Statistician 52(2), 119-126, on n_eff.
    """
    used = (_wrote(comments) & nps.notna()).to_numpy()
    codes, account = nps[used].to_numpy(int) + 1, accounts[used].reset_index(drop=True)
    where: dict[str, list[int]] = {}
    for place, text in enumerate(comments[used]):
        for word in frozenset(lemmas(text, language)):
            where.setdefault(word, []).append(place)
    where = {word: places for word, places in where.items() if len(places) >= max(fewest, 2)}
    sizes = np.bincount(codes, minlength=len(GROUPS))

    def spread(word: str) -> float:
        """By how much the shares of the groups' commenters who use the word differ at most; no interval is needed for that."""
        shares = np.bincount(codes[where[word]], minlength=len(GROUPS))[sizes > 0] / sizes[sizes > 0]
        return float(shares.max() - shares.min())

    kept = sorted(where, key=lambda word: (-spread(word), -len(where[word]), word))[: LOOKED_AT * most]
    several = [word for word in kept if account.iloc[where[word]].nunique() >= 2]
    commenting, clusters = count_commenting(nps, comments), number_labels(account)

    def uses(word: str) -> Floats:
        """Which comments hold the word."""
        held = np.zeros(len(codes))
        held[where[word]] = 1.0
        return held

    terms = [_measure(word, uses(word), codes, clusters, commenting, fewest, level) for word in several]
    return tuple(sorted(terms, key=lambda term: (-term.spread, -term.texts, term.word))[:most])


def _measure(
    word: str, uses: Floats, codes: NDArray[np.int64], accounts: Labels, commenting: Commenting, fewest: int, level: float
) -> Term:
    """One term: `uses` tells which comments hold it, `codes` the group of each, 0 to 2."""
    all_there = len(np.unique(codes)) == len(GROUPS)
    means = estimate_means(collect_totals(accounts, codes, uses, groups=GROUPS)) if all_there else None
    by_group: list[Use | None] = []
    for place in range(len(GROUPS)):
        n = int((codes == place).sum())
        if n < fewest or means is None:
            by_group.append(None)
            continue
        limits = group_limits(means, place, kind="rate", level=level)
        by_group.append(Use(limits.value, limits.low, limits.high, n))
    answered = np.array(commenting.answered, dtype=float)
    shares = np.array([uses[codes == place].mean() if (codes == place).any() else 0.0 for place in range(len(GROUPS))])
    everybody = float((answered * shares).sum() / answered.sum()) if answered.sum() else 0.0
    return Term(word, tuple(by_group), float(uses.mean()), everybody, int(uses.sum()))


def _wrote(comments: pd.Series) -> pd.Series:
    return comments.notna() & comments.fillna("").str.strip().ne("")


NO = frozenset({"en", "et", "ei", "emme", "ette", "eivät"})


def lemmas(text: str, language: str) -> tuple[str, ...]:
    """Dictionary forms of the words of a text, in order; function words and words of one or two letters are left out.

    Args:
        text: any text.
        language: `fi` or `en`.

    >>> lemmas("The invoices were late", "en")
    ('invoice', 'late')
    """
    words = [word.casefold() for word in WORD.findall(text)]
    found = (_lemma_after(before, word, language) for before, word in zip(["", *words], words, strict=False))
    skip = function_words(language)
    return tuple(word for word in found if len(word) >= SHORTEST and word not in skip)


def _lemma_after(before: str, word: str, language: str) -> str:
    """The dictionary form of a word in its place: after a Finnish "no" stands the stem of a verb (emme *koe*: kokea, no trial)."""
    if language == "fi" and before in NO and (verb := lemma(f"{word}n", language)) != f"{word}n":
        return verb
    return lemma(word, language)


# Reads its dictionaries as they lie on disk: of a study's few hundred words that takes half the time of unpacking them.
LEMMATIZER = Lemmatizer(lemmatization_strategy=DefaultStrategy(low_memory=True))


@cache
def lemma(word: str, language: str) -> str:
    """The dictionary form of one word; a word that the dictionary lacks stays as it is."""
    return LEMMATIZER.lemmatize(word, lang=language).casefold()


@cache
def function_words(language: str) -> frozenset[str]:
    """Words that carry grammar rather than content, as dictionary forms and as written."""
    text = (files(__package__) / "data").joinpath(f"function_words_{language}.txt").read_text(encoding="utf-8")
    listed = text.split()
    return frozenset({*listed, *(lemma(word, language) for word in listed)})


# Suggested codes for a new passage; a reader decides


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A code that might fit, and the words of the passage, as written, that speak for it."""

    code: str
    hits: tuple[str, ...]


def suggest(text: str, dictionary: Dictionary, language: str) -> tuple[Suggestion, ...]:
    """Codes that some word of the passage speaks for, those with most hits first; none is a fair answer."""
    written = list(WORD.findall(text))
    found = []
    for code in sorted({*dictionary.stems, *dictionary.words}):
        stems, words = dictionary.stems.get(code, ()), dictionary.words.get(code, frozenset())
        hits = [word for word in written if word.casefold().startswith(stems) or lemma(word.casefold(), language) in words]
        if hits:
            found.append(Suggestion(code, tuple(dict.fromkeys(hits))))
    return tuple(sorted(found, key=lambda one: (-len(one.hits), one.code)))


@dataclass(frozen=True, slots=True)
class Dictionary:
    """By code, beginnings of words and dictionary forms that speak for it."""

    stems: Mapping[str, tuple[str, ...]]
    words: Mapping[str, frozenset[str]]


def make_dictionary(codebook: pd.DataFrame | None, language: str) -> Dictionary:
    """The shipped stems of the co-creation facets, and the words of a codebook's names and inclusions.

    Args:
        codebook: columns `code`, `name`, `include`, or None for the shipped stems alone.
        language: `fi` or `en`.
    """
    stems = shipped_stems(language)
    if codebook is None:
        return Dictionary(stems, {})
    texts = codebook["name"] + " " + codebook["include"]
    by_code = {str(code): frozenset(lemmas(text, language)) for code, text in zip(codebook["code"], texts, strict=True)}
    codes_of = Counter(word for found in by_code.values() for word in found)
    common = {word for word, n in codes_of.items() if n > max(COMMON * len(by_code), 1)}
    words = {code: frozenset(word for word in found - common if len(word) >= SHORTEST_STEM) for code, found in by_code.items()}
    return Dictionary({code: found for code, found in stems.items() if code in by_code}, words)


@cache
def shipped_stems(language: str) -> Mapping[str, tuple[str, ...]]:
    """Beginnings of words by facet of co-creation."""
    text = (files(__package__) / "data").joinpath("stems.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines(), delimiter=";") if row["language"] == language]
    return {row["code"]: tuple(row["stems"].split()) for row in rows}

"""Which words do promoters, passives and detractors use, once it is allowed for that they do not comment alike often?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelib.stats.coding.words import lemmas
from valuelib.stats.loyalty import group_limits
from valuelib.stats.means import estimate_means
from valuelib.stats.moments import collect_moments

LOOKED_AT = 4  # times as many words are measured as are shown
GROUPS = ("detractor", "passive", "promoter")
SOURCE = (
    "Agresti and Coull (1998), The American Statistician 52(2), 119-126, on n_eff; weights: inverse commenting rate of the group"
)


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

    `commenters` counts each comment alike; `everybody` gives each group the weight that it has among all who answered the survey.
    """

    word: str
    by_group: tuple[Use | None, ...]
    commenters: float
    everybody: float
    texts: int


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
    wrote = comments.notna() & comments.fillna("").str.strip().ne("")
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
    """
    wrote = (comments.notna() & comments.fillna("").str.strip().ne("") & nps.notna()).to_numpy()
    frame = pd.DataFrame({"nps": nps[wrote], "account": accounts[wrote]}).reset_index(drop=True)
    words = [frozenset(lemmas(text, language)) for text in comments[wrote]]
    commenting = count_commenting(nps, comments)
    counts = Counter(word for found in words for word in found)
    frequent = [word for word, n in counts.items() if n >= max(fewest, 2)]
    kept = sorted(frequent, key=lambda word: (-_spread(word, words, frame), -counts[word], word))[: LOOKED_AT * most]
    terms = [_measure(word, words, frame, commenting, fewest, level) for word in kept]
    spread = [term for term in terms if _accounts(term.word, words, frame) >= 2]
    return tuple(sorted(spread, key=_order)[:most])


def _spread(word: str, words: Sequence[frozenset[str]], frame: pd.DataFrame) -> float:
    """By how much the shares of the groups' commenters who use the word differ at most; no interval is needed for that."""
    uses, codes = np.array([word in found for found in words], dtype=float), frame["nps"].to_numpy(int)
    shares = [uses[codes == code].mean() for code in np.unique(codes)]
    return float(max(shares) - min(shares))


def _order(term: Term) -> tuple[float, int, str]:
    """The widest difference between groups first; then the more frequent, then the alphabet."""
    shares = [use.share for use in term.by_group if use is not None]
    return (-(max(shares) - min(shares)) if len(shares) > 1 else 0.0, -term.texts, term.word)


def _measure(
    word: str, words: Sequence[frozenset[str]], frame: pd.DataFrame, commenting: Commenting, fewest: int, level: float
) -> Term:
    uses = np.array([word in found for found in words], dtype=float)
    codes = frame["nps"].to_numpy(int) + 1
    means = estimate_means(collect_moments(frame["account"], codes, uses, groups=GROUPS)) if _all_there(codes) else None
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


def _all_there(codes: np.typing.NDArray[np.int64]) -> bool:
    return len(np.unique(codes)) == len(GROUPS)


def _accounts(word: str, words: Sequence[frozenset[str]], frame: pd.DataFrame) -> int:
    return int(frame.loc[[word in found for found in words], "account"].nunique())

"""Which words of a theme may be shown? One quote and one that speaks against it, with permission, and nobody's name in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from valuelib.stats.coding.themes import MAJORITY

HIDDEN = "[…]"
EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>(),;]+")
ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
PHONE = re.compile(r"(?<![\w.,])(?:\+|00)?\(?\d{1,4}\)?(?:[\s.-]?\(?\d{2,4}\)?){2,5}(?![\w])")
WHOLE = re.compile(r"\w+(?:-\w+)*")
FEWEST_DIGITS = 7
SHORTEST_ID = 3


@dataclass(frozen=True, slots=True)
class Quotes:
    """Of one theme: what was said by most readers' judgement, and one on which they differ or whose account rates low; or None."""

    code: str
    example: str | None
    counter: str | None


def redact(text: str, names: Iterable[str] = ()) -> str:
    """The text without e-mail addresses, web addresses, telephone numbers and the given names (ids of accounts and respondents).

    >>> redact("Ask Matti at matti.m@firma.fi or +358 40 123 4567, account A-17.", ["A-17"])
    'Ask Matti at […] or […], account […].'
    """
    said = ADDRESS.sub(HIDDEN, EMAIL.sub(HIDDEN, text))
    said = PHONE.sub(lambda found: HIDDEN if sum(sign.isdigit() for sign in found[0]) >= FEWEST_DIGITS else found[0], said)
    listed = {name.casefold() for name in names if len(name) >= SHORTEST_ID}
    words = {name for name in listed if WHOLE.fullmatch(name)}
    for name in sorted(listed - words, key=len, reverse=True):
        said = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", HIDDEN, said, flags=re.IGNORECASE)
    return WHOLE.sub(lambda found: HIDDEN if found[0].casefold() in words else found[0], said) if words else said


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
    passages = _passages(coded, code)
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


def _passages(coded: pd.DataFrame, code: str) -> pd.DataFrame:
    """One row a passage: the share of its readers who gave it the code, and whether it may be published."""
    by_reader = coded.assign(given=coded["code"] == code).groupby(["account", "text", "coder"], as_index=False)
    read = by_reader.agg(given=("given", "max"), publish=("publish", "all"))
    return read.groupby(["account", "text"], as_index=False).agg(share=("given", "mean"), publish=("publish", "all"))

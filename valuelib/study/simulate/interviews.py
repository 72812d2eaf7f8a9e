"""What is said in a few interviews, and how do two coders read it?"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

import numpy as np
import pandas as pd

from valuelib.study.simulate.chance import rng_for
from valuelib.study.simulate.people import Floats, draw_people, facet_level
from valuelib.study.simulate.truth import Truth

QUOTES_EACH = 3


def simulate_interviews(truth: Truth, seed: int) -> pd.DataFrame:
    """Coded quotes of a few accounts: `account`, `text`, `coder`, `code`, `publish` (True where it may be printed).

    Accounts are customers of the last wave. With `theme_link` an account voices praise of a facet the sooner, and blame the later,
    the higher its true level.
    """
    rng = rng_for(seed, "interviews")
    quotes = read_quotes(truth.language)
    codes = sorted({code for code, _ in quotes})
    weights = _weights(truth, seed) if truth.theme_link else None
    rows = []
    for number in np.sort(rng.choice(truth.accounts, size=min(truth.interviews, truth.accounts), replace=False)).tolist():
        likely = None if weights is None else weights[number]
        for place in rng.choice(len(quotes), size=QUOTES_EACH, replace=False, p=likely).tolist():
            code, text = quotes[place]
            publish = bool(rng.random() < 0.8)
            second = code if rng.random() < truth.coder_agreement else str(rng.choice(codes))
            rows += [(f"A{number + 1:04d}", text, coder, seen, publish) for coder, seen in (("A", code), ("B", second))]
    return pd.DataFrame(rows, columns=["account", "text", "coder", "code", "publish"])


def _weights(truth: Truth, seed: int) -> Floats:
    """(accounts, quotes): how likely an account says what; exp(b z) moves the mean of a standard normal z by b."""
    accounts = draw_people(truth, seed).accounts
    level = np.column_stack([facet_level(accounts, truth, code) for code, _ in read_quotes(truth.language)])
    weights = np.exp(truth.theme_link * level * np.array(read_voices(truth.language)))
    likely: Floats = weights / weights.sum(axis=1, keepdims=True)
    return likely


@lru_cache
def read_quotes(language: str) -> tuple[tuple[str, str], ...]:
    """Theme and text of each made-up quote; the themes are facets of co-creation."""
    return tuple((row["code"], row["text"]) for row in _read() if row["language"] == language)


@lru_cache
def read_voices(language: str) -> tuple[int, ...]:
    """1 for praise and -1 for blame, quote by quote."""
    return tuple(int(row["voice"]) for row in _read() if row["language"] == language)


def _read() -> list[dict[str, str]]:
    text = files(__package__).joinpath("quotes.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))

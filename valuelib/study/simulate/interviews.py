"""What is said in a few interviews, and how do two coders read it?"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

import numpy as np
import pandas as pd

from valuelib.study.simulate.chance import rng_for
from valuelib.study.simulate.truth import Truth

QUOTES_EACH = 3


def simulate_interviews(truth: Truth, seed: int) -> pd.DataFrame:
    """Coded quotes of a few accounts: `account`, `text`, `coder`, `code`, `publish` (True where it may be printed)."""
    rng = rng_for(seed, "interviews")
    quotes = read_quotes(truth.language)
    codes = sorted({code for code, _ in quotes})
    rows = []
    for number in np.sort(rng.choice(truth.accounts, size=min(truth.interviews, truth.accounts), replace=False)).tolist():
        for place in rng.choice(len(quotes), size=QUOTES_EACH, replace=False).tolist():
            code, text = quotes[place]
            publish = bool(rng.random() < 0.8)
            second = code if rng.random() < truth.coder_agreement else str(rng.choice(codes))
            rows += [(f"A{number + 1:04d}", text, coder, seen, publish) for coder, seen in (("A", code), ("B", second))]
    return pd.DataFrame(rows, columns=["account", "text", "coder", "code", "publish"])


@lru_cache
def read_quotes(language: str) -> tuple[tuple[str, str], ...]:
    """Theme and text of each made-up quote; the themes are facets of co-creation."""
    text = files(__package__).joinpath("quotes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter=";")
    return tuple((row["code"], row["text"]) for row in rows if row["language"] == language)

"""What is said in a few interviews, and how do two coders read it?"""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

import numpy as np
import pandas as pd
from scipy.special import ndtri

from valuelib.study.simulate.chance import rng_for
from valuelib.study.simulate.people import Ints, draw_people, facet_level
from valuelib.study.simulate.truth import Truth

QUOTES_EACH = 3
PRAISED, BLAMED = 0.4, 0.1  # with theme_link, shares of accounts that praise and that blame each theme: three a talk as well


def simulate_interviews(truth: Truth, seed: int) -> pd.DataFrame:
    """Coded quotes of a few accounts: `account`, `text`, `coder`, `code`, `publish` (True where it may be printed).

    Accounts are customers of the last wave. Without `theme_link` they say anything; with it they praise a facet where its true
    level is high and blame it where it is low, and are silent in between.
    """
    rng = rng_for(seed, "interviews")
    quotes = read_quotes(truth.language)
    codes = sorted({code for code, _ in quotes})
    chosen = np.sort(rng.choice(truth.accounts, size=min(truth.interviews, truth.accounts), replace=False))
    voiced = _voiced(truth, seed, chosen, codes) if truth.theme_link else None
    rows = []
    for row, number in enumerate(chosen.tolist()):
        places = rng.choice(len(quotes), size=QUOTES_EACH, replace=False).tolist() if voiced is None else voiced[row]
        for place in places:
            code, text = quotes[place]
            publish = bool(rng.random() < 0.8)
            second = code if rng.random() < truth.coder_agreement else str(rng.choice(codes))
            rows += [(f"A{number + 1:04d}", text, coder, seen, publish) for coder, seen in (("A", code), ("B", second))]
    return pd.DataFrame(rows, columns=["account", "text", "coder", "code", "publish"])


def _voiced(truth: Truth, seed: int, chosen: Ints, codes: list[str]) -> list[list[int]]:
    """Places of the quotes of each account.

    An account praises where r z + sqrt(1 - r^2) e is among the upper 40 %, z the facet's standardised level. Those who praise then
    lie r f / (p (1 - p)) above the others, p = 0.4 and f the normal density at the cut, which `theme_link` solves for r.
    """
    rng = rng_for(seed, "interviews.themes")
    accounts = draw_people(truth, seed).accounts
    level = np.column_stack([facet_level(accounts, truth, code) for code in codes])[chosen]
    cut = ndtri(1 - PRAISED)
    r = truth.theme_link * PRAISED * (1 - PRAISED) / (np.exp(-(cut**2) / 2) / np.sqrt(2 * np.pi))
    felt = r * level + np.sqrt(1 - r**2) * rng.standard_normal(level.shape)
    voice = 1 * (felt > cut) - 1 * (felt < ndtri(BLAMED))
    silent = np.flatnonzero(~voice.any(axis=1))
    voice[silent, felt[silent].argmax(axis=1)] = 1
    known = list(zip((code for code, _ in read_quotes(truth.language)), read_voices(truth.language), strict=True))
    fitting = {said: [place for place, one in enumerate(known) if one == said] for said in set(known)}
    return [
        [int(rng.choice(fitting[code, said])) for code, said in zip(codes, voices, strict=True) if said]
        for voices in voice.tolist()
    ]


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

"""What do respondents write in their own words? Made-up sentences that fit their answer and name nobody."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from valuelib.study.simulate.chance import rng_for
from valuelib.study.simulate.people import Floats
from valuelib.study.simulate.truth import Truth

GROUPS = {-1: "detractor", 0: "passive", 1: "promoter"}


def write_comments(nps: Floats, truth: Truth, seed: int) -> NDArray[np.object_]:
    """One or two sentences a comment by promoters, passives and detractors; None where nothing was written.

    Detractors write 1 + `comment_lean` times as often as promoters; two in five comments have a second sentence.
    """
    rng = rng_for(seed, "comments")
    # (1 + a) / (1 - a) = 1 + lean for a = lean / (2 + lean), about the mean share of passives.
    share = truth.comment_share * (1 - truth.comment_lean * nps / (2 + truth.comment_lean))
    written = rng.random(nps.size) < share
    longer = rng.random(nps.size) < 0.4
    first, then = rng.random((2, nps.size))
    texts = np.full(nps.size, None, dtype=object)
    for code, group in GROUPS.items():
        openings, details = sentences(truth.language, group, "first"), sentences(truth.language, group, "then")
        for row in np.flatnonzero(written & (nps == code)):
            detail = details[int(then[row] * len(details))]
            texts[row] = openings[int(first[row] * len(openings))] + (f" {detail}" if longer[row] else "")
    return texts


@lru_cache
def sentences(language: str, group: str, place: str) -> tuple[str, ...]:
    """The sentences from which comments are put together."""
    text = files(__package__).joinpath("comments.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter=";")
    return tuple(row["text"] for row in rows if (row["language"], row["group"], row["place"]) == (language, group, place))

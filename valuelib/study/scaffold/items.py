"""What does each question ask of its own, once the words that it shares with its neighbours are gone?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from valuelib.study.scaffold.words import bare

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
    return tuple(
        tuple(dict.fromkeys([*_after_stems(one, stems), *_after_break(text)])) or (" ".join(one),)
        for one, text in zip(words, texts, strict=True)
    )


def _after_stems(words: Sequence[str], stems: Counter[tuple[str, ...]]) -> list[str]:
    """What follows each shared beginning, wherever columns part."""
    counts = [stems[tuple(words[:size])] for size in range(1, len(words))]
    ends = [size for size, count in enumerate(counts, 1) if count >= SHARED_BY and (size == len(counts) or counts[size] < count)]
    return [rest for size in ends if _tells(rest := " ".join(words[size:]))]


def _after_break(text: str) -> list[str]:
    parts = [bare(part) for part in _BREAK.split(text)]
    filled = [part for part in parts if _tells(part)]
    return filled[-1:] if len(filled) > 1 else []


def _tells(text: str) -> bool:
    """Whether a text holds more than numbers."""
    return any(letter.isalpha() for letter in text)

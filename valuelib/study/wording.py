"""Short problem texts that repeat no answer, near misses of names, and codes that count as equal."""

from __future__ import annotations

import json
import math
import numbers
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from valuelib.errors import Problem, StudyError

LONGEST = 400
LONGEST_NAMING = 500  # of a problem that names a question by its whole text
WHOLE_TEXT = re.compile(r"""('|").{41,}?\1""")
NAME = 90
FILE = 40
BEFORE = 20
SHOWN_ROWS = 5
NEAR = 65.0
PART = 0.85
SHORTEST_PART = 3


def clip(name: object, width: int = NAME) -> str:
    """A name in one line of at most `width` characters; the middle of a longer one gives way."""
    text = " ".join(str(name).split())
    if len(text) <= width:
        return text
    head = (width - 3) * 2 // 3
    return f"{text[:head]}...{text[len(text) - (width - 3 - head) :]}"


def clip_apart(name: str, other: str) -> str:
    """A name in one line; where it is too long, what sets it apart from the other one stays in sight."""
    text, known = " ".join(name.split()), " ".join(other.split())
    start = next((place for place, pair in enumerate(zip(text, known, strict=False)) if pair[0] != pair[1]), 0) - BEFORE
    if len(text) <= NAME or start <= 0:
        return clip(text)
    start = min(start, len(text) - NAME + 6)
    rest = text[start:]
    return f"...{rest}" if len(rest) <= NAME - 3 else f"...{rest[: NAME - 6]}..."


def first_rows(rows: Sequence[int]) -> str:
    """The first rows of those given, as a reader of the file counts them."""
    shown = ", ".join(str(row) for row in rows[:SHOWN_ROWS])
    return f"row{'s' if len(rows) > 1 else ''} {shown}{', ...' if len(rows) > SHOWN_ROWS else ''}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like the one given, whatever its case, or None where none is alike."""
    names = {one.casefold(): one for one in known}
    given = tidy(name).casefold()
    if given in names:
        return names[given]
    score, best = max(((likeness(given, one), one) for one in names), default=(0.0, ""))
    return names[best] if score >= NEAR else None


def likeness(given: str, known: str) -> float:
    """How alike two names are, 0..100; a longer name that holds the given one is nearly as good as the whole."""
    part = PART * fuzz.partial_ratio(given, known) if min(len(given), len(known)) >= SHORTEST_PART else 0.0
    return max(fuzz.ratio(given, known), part)


def guess(name: str, known: Sequence[str]) -> str:
    """`Did you mean ...?` where a known name is alike, else the first few known names."""
    near = nearest(name, known)
    if near is not None:
        return f"did you mean {clip_apart(near, name)!r}?"
    few = ", ".join(clip(one, 20) for one in known[:5])
    return f"known are {few}{', ...' if len(known) > 5 else ''}." if few else "there is none."


def problem(what: str, where: str, expected: str, next_step: str) -> Problem:
    """A problem of four short parts; the longest part gives way where all together would be too long to read."""
    parts = [what, where, expected, next_step]
    longest = LONGEST_NAMING if any(map(WHOLE_TEXT.search, parts)) else LONGEST
    while len(str(Problem(*parts))) >= longest:
        widest = max(range(4), key=lambda place: len(parts[place]))
        parts[widest] = clip(parts[widest], len(parts[widest]) - 20)
    return Problem(*parts)


def refusal(what: str, where: str, expected: str, next_step: str) -> StudyError:
    """The error that tells one problem, whole."""
    return StudyError([Problem(what, where, expected, next_step)])


# Spelling: one name has one form, whichever program wrote it.

SPACES = {"Zs": " ", "Zl": "\n", "Zp": "\n", "Cf": ""}


def tidy(text: str) -> str:
    r"""A text as everything is compared and shown: composed letters (NFC), plain spaces, nothing unseen, no blanks around it.

    Unseen are format characters: zero-width ones, soft hyphens, byte order marks, marks of direction.

    >>> tidy("A\u0308a\u0308nekos\u00adki\u00a0"), tidy("Oy\u200b\u2009Ab")
    ('Äänekoski', 'Oy Ab')
    """
    return plain(text).strip()


def plain(text: str) -> str:
    """A whole file's text in the letters of `tidy`, its blanks where they are."""
    if text.isascii():
        return text
    return "".join(SPACES.get(unicodedata.category(one), one) for one in unicodedata.normalize("NFC", text))


# Codes: 1, 1.0 and "1" are equal, and so are texts that differ in case or in blanks around them.

NUMBER = re.compile(r"[-+\u2212]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][-+]?\d+)?\Z")
TRUTH = {"true": "1", "false": "0"}


def code_key(value: object) -> str | None:
    """The code as a text that is equal for equal codes; None for a blank. True counts as 1 and False as 0.

    >>> code_key(1.0) == code_key(" 1 ") == code_key(True), code_key("KYLLÄ ")
    (True, 'kyllä')
    """
    if isinstance(value, numbers.Integral | np.bool_):
        return str(int(value))
    if isinstance(value, numbers.Real):
        return None if math.isnan(value) else number_key(float(value))
    text = text_key(value)
    if text is None or not NUMBER.match(text):
        return None if text is None else TRUTH.get(text, text)
    # An id of many digits is more exact than a float.
    return str(int(text)) if re.fullmatch(r"\d+", text) else number_key(to_float(text))


def text_key(value: object) -> str | None:
    """A text as written, in lower case and one line; None for a blank. Numbers are not made equal.

    >>> text_key(" 62.10"), code_key("62.10")
    ('62.10', '62.1')
    """
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    return " ".join(tidy(str(value)).split()).casefold() or None


def number_key(value: float) -> str:
    """A number as its shortest text, without .0."""
    return str(int(value)) if value.is_integer() else repr(value)


def to_float(text: str) -> float:
    """A number as people write it, with a decimal point or a decimal comma."""
    return float(text.replace("\u2212", "-").replace(",", "."))


def code_keys(values: pd.Series) -> pd.Series:
    """The key of every value, None where blank."""
    return map_distinct(values, code_key)


def map_distinct(values: pd.Series, change: Callable[[Any], object]) -> pd.Series:
    """What becomes of every value, None where blank; each distinct value is looked at once."""
    places, distinct = pd.factorize(values)
    changed = np.array([*map(change, distinct), None], dtype=object)
    return pd.Series(changed[places], index=values.index, dtype=object)


def keys_of(codes: Iterable[object]) -> frozenset[str]:
    """The keys of codes that a user listed."""
    return frozenset(key for code in codes if (key := code_key(code)) is not None)


# Texts as study.yaml is written.

YAML_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n", "nan", "inf"})


def quoted(value: object) -> str:
    """A text in double quotes, or a number, as YAML reads it."""
    return json.dumps(value, ensure_ascii=False)


def yaml_word(name: str) -> str:
    """A name in study.yaml: bare where every reader of YAML takes it for text, else in quotes.

    >>> yaml_word("acme-2"), yaml_word("no"), yaml_word("2024"), yaml_word("1e3")
    ('acme-2', '"no"', '"2024"', '"1e3"')
    """
    bare = re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name) and name.casefold() not in YAML_WORDS
    return name if bare else quoted(name)

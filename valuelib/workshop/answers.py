"""What a learner wrote as an answer, whatever its form: a number, an interval, a word or an order."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from numbers import Real
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from valuelib.errors import ParameterError
from valuelib.languages import languages
from valuelib.results import Finding, Verdict
from valuelib.show.localizer import Localizer
from valuelib.theory.pyramid import categories, elements, tiers

Form = Literal["number", "interval", "word", "order"]
NUMBER = r"[-+\N{MINUS SIGN}]?\d+(?:[ \N{NO-BREAK SPACE}]\d{3})*(?:[.,]\d+)?"
UNIT = r"\s*(?P<unit>%|x|[^\W\d]+)?\s*"
ONE = re.compile(rf"\s*(?P<number>{NUMBER}){UNIT}\.?")
BETWEEN = r"\s*%?\s*(?:\.\.+|…|\N{EN DASH}|;|,\s|\s(?:-|to|and|ja)\s)\s*"
TWO = re.compile(rf"\s*[\[(]?\s*({NUMBER}){BETWEEN}({NUMBER}){UNIT}[\])]?\s*")


@dataclass(frozen=True, slots=True)
class Right:
    """An answer that is computed, to be held against what a learner wrote.

    `tolerance` is how far each number may be off. Words stand by their keys.
    """

    form: Form
    numbers: tuple[float, ...] = ()
    words: tuple[str, ...] = ()
    tolerance: float = 0.0

    def distance(self, given: Right) -> float:
        """How far an answer is off: 0 is exact, above 1 outside the tolerance; infinite where its form is another."""
        if given.form != self.form or len(given.numbers) != len(self.numbers):
            return math.inf
        if self.form in ("word", "order"):
            return 0.0 if given.words == self.words else math.inf
        off = max(abs(one - other) for one, other in zip(self.numbers, given.numbers, strict=True))
        return 0.0 if math.isclose(off, 0.0, abs_tol=1e-9) else off / self.tolerance if self.tolerance else math.inf

    def times(self, factor: float) -> Right:
        """The same with its numbers multiplied."""
        return Right(self.form, tuple(sorted(factor * one for one in self.numbers)), self.words, self.tolerance)


def right_answer(value: object, vocabulary: Mapping[str, Sequence[str]], tolerance: float | None = None) -> Right:
    """What the code of an exercise computed.

    Args:
        value: a number, a pair (low, high), a word's key, or a list of keys in order.
        vocabulary: of the exercise: keys with their words.
        tolerance: how far each number may be off; None is half of the second digit that counts (of an interval's width).
    Raises:
        ParameterError: the value is none of these.
    """
    form: Form
    match value:
        case str():
            form = "word"
        case list():
            form = "order"
        case tuple():
            form = "interval"
        case _:
            form = "number"
    read = read_answer(value, form, vocabulary)
    if read is None:
        raise ParameterError(f"The exercise computed {value!r}. Expected: a number, a pair, a word or a list of words.")
    size = abs(read.numbers[-1] - read.numbers[0]) if form == "interval" else abs(sum(read.numbers))
    usual = 0.51 * 10 ** (math.floor(math.log10(size)) - 1) if size else 0.01 * bool(read.numbers)
    return Right(form, read.numbers, read.words, usual if tolerance is None else tolerance)


def is_empty(given: object) -> bool:
    """Whether nothing was answered: `...`, None, blanks, or nothing in a list or table."""
    if isinstance(given, pd.Series | pd.DataFrame | np.ndarray):
        return given.size == 0
    if isinstance(given, str):
        return given.strip(" \n.…_?") == ""
    return given is None or given is ... or (isinstance(given, list | tuple | dict | set) and all(map(is_empty, given)))


def read_answer(given: object, form: Form, vocabulary: Mapping[str, Sequence[str]]) -> Right | None:
    """A learner's answer in the form that the exercise asks for; None where it cannot be read so."""
    if isinstance(given, Finding):
        given = {"word": given.verdict, "number": given.difference and given.difference.value}.get(
            form, given.difference and (given.difference.ci_low, given.difference.ci_high)
        )
    if form in ("number", "interval"):
        numbers = tuple(sorted(_numbers(given, form)))
        return Right(form, numbers) if len(numbers) == (1 if form == "number" else 2) else None
    said = _words(given, form)
    keys = [word_key(one, vocabulary) for one in said]
    return Right(form, words=tuple(key for key in keys if key)) if said and all(keys) else None


def _numbers(given: Any, form: Form) -> list[float]:
    if isinstance(given, pd.DataFrame):
        ends = [name for name in ("conf_low", "conf_high") if name in given]
        given = given[ends] if form == "interval" and len(ends) == 2 else given
    match given:
        case bool() | np.bool_():
            return []
        case Real() | np.number():
            return [float(given)] if math.isfinite(given) else []
        case str() if one := ONE.fullmatch(given):
            return [_plain(one["number"])]
        case str() if two := TWO.fullmatch(given):
            return [_plain(two[1]), _plain(two[2])]
        case pd.DataFrame() | pd.Series() | np.ndarray():
            return _numbers(np.asarray(given).ravel().tolist(), form)
        case dict():
            return _numbers(list(given.values()), form)
        case list() | tuple() | set():
            return [number for one in given for number in _numbers(one, form)] if len(given) < 20 else []
        case _:
            return []


def _plain(written: str) -> float:
    return float(re.sub(r"[ \N{NO-BREAK SPACE}]", "", written).replace("\N{MINUS SIGN}", "-").replace(",", "."))


def _words(given: Any, form: Form) -> list[str]:
    match given:
        case bool() | np.bool_():
            return ["yes" if given else "no"]
        case str() if form == "order":
            return [part for part in re.split(r"\s*(?:[,;>\n]|\N{RIGHTWARDS ARROW}|->)\s*", given) if part]
        case str():
            return [given]
        case pd.Series():  # words themselves, or figures that stand by their words
            return _words((given if all(isinstance(one, str) for one in given) else given.index).tolist(), form)
        case pd.DataFrame():
            return _words(given.index.tolist(), form)
        case pd.Index() | np.ndarray():
            return _words(given.tolist(), form)
        case dict():
            return _words(list(given), form)
        case list() | tuple() if form == "order" or len(given) == 1:
            return [str(one) for one in given]
        case _:
            return []


def word_key(written: str, vocabulary: Mapping[str, Sequence[str]]) -> str | None:
    """The key of a word in any language: one of the exercise's own where it has any; else a verdict, yes, no, tier or element."""
    known = {_bare(form): key for key, forms in vocabulary.items() for form in (key, *forms)} if vocabulary else _common_words()
    close = get_close_matches(_bare(written), known, n=1, cutoff=0.86)
    return known[close[0]] if close else None


@cache
def _common_words() -> Mapping[str, str]:
    known: dict[str, str] = {}
    for language in languages():
        say = Localizer(language)
        known |= {_bare(say.text("common.yes")): "yes", _bare(say.text("common.no")): "no"}
        keys = [*get_args(Verdict), *(one.key for kind in (categories(), elements(), tiers()) for one in kind)]
        known |= {_bare(word): key for key in keys for word in (key, say.word(key))}
    return known


def _bare(word: str) -> str:
    return re.sub(r"[\W_]+", " ", word).strip().casefold()

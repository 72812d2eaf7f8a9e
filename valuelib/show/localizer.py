"""Numbers and sentences in the reader's language: the one in force, or one that is named.

Texts come from gettext catalogues by their codes, numbers from the CLDR locale that babel carries. No clock, no
environment variable and no system locale has a say, so the same record is said in the same bytes everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache

from babel.dates import get_month_names
from babel.messages.mofile import read_mo
from babel.numbers import format_decimal, get_decimal_symbol

from valuelib.errors import ParameterError, ValuelibError
from valuelib.languages import LOCALES, catalogue, has_text, languages, locale_of
from valuelib.results import Message, Value
from valuelib.theory.claims import claims
from valuelib.theory.facets import facet_items, facets
from valuelib.theory.files import Text
from valuelib.theory.pyramid import categories, elements, tiers
from valuelib.theory.reading import needs

# Names of the theory by their keys, in every language that the theory's own texts have.


@cache
def theory_names() -> Mapping[str, Text]:
    """Names of the theory; where a tier and its only category share a key, they share the name that counts, the tier's."""
    names = {**needs(), **{part.key: part.name for one in claims() for part in one.parts}}
    names |= {item.key: item.item for item in facet_items()}
    return names | {one.key: one.name for kind in (facets(), elements(), categories(), tiers()) for one in kind}


# The localizer

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"
REFRESH = "python -m valuelib.show.catalogue"


_IN_FORCE: ContextVar[str | None] = ContextVar("language in force", default=None)
_DEFAULT = {"language": "en"}  # of the process, where no block says another


@dataclass(frozen=True, slots=True)
class Localizer:
    r"""Texts, numbers and intervals in a reader's language; without a language of its own it speaks the one in force.

    Raises:
        ParameterError: the language has no catalogue.

    >>> Localizer("fi").interval(5.9, 26.3)
    '[5,9;\xa026,3]'
    """

    own: str | None = None

    def __post_init__(self) -> None:
        if self.own is not None:
            check_language(self.own)

    @property
    def language(self) -> str:
        """The localizer's own language, or the one in force."""
        return self.own or _IN_FORCE.get() or _DEFAULT["language"]

    def say(self, message: Message) -> str:
        """A message of the library as a sentence.

        Raises:
            ValuelibError: the catalogue has no such code, or a value that its sentence needs is missing.
        """
        return self.text(message.code, **message.values)

    def text(self, code: str, /, **values: Value) -> str:
        """The text of a code, its `%(name)s` places filled; numbers are formatted by the endings of their names.

        Raises:
            ValuelibError: the catalogue has no such code, or a value that its text needs is missing.
        """
        return self._filled(code, catalogue(self.language).gettext(code), values)

    def plural(self, code: str, n: int, /, **values: Value) -> str:
        """Like `text`, choosing between singular and plural; `%(n)s` is the count."""
        return self._filled(code, catalogue(self.language).ngettext(code, code, n), {"n": n, **values})

    def word(self, key: str) -> str:
        """A key of the library (a tier, an outcome, a rung ...) as a word.

        Raises:
            ValuelibError: the key has no word.
        """
        if has_text(code := f"word.{key}"):
            return self.text(code)
        if key not in theory_names():
            raise ValuelibError(f"The key {key!r} is no name of the theory and has no word; add {code!r} to the English catalogue.")
        return theory_names()[key].say(self.language)

    def number(self, x: float | None, decimals: int = 1) -> str:
        """A number with this many decimals and the locale's separators; a dash where there is none."""
        if x is None or not math.isfinite(x):
            return NONE
        rounded = round(x, decimals)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        size = format_decimal(abs(rounded), format=pattern, locale=locale_of(self.language))
        return MINUS + size if rounded < 0 else size

    def points(self, x: float | None, decimals: int = 1) -> str:
        """A difference in points with its sign: "+12.3", "−4.0"; zero has none."""
        text = self.number(x, decimals)
        return f"+{text}" if x is not None and math.isfinite(x) and round(x, decimals) > 0 else text

    def ratio(self, x: float | None) -> str:
        """A ratio with two decimals: "1.60"."""
        return self.number(x, 2)

    def percent(self, share: float | None, decimals: int = 0) -> str:
        """A share 0..1 as per cent, spaced as the language does: "12%" in English, "12 %" in Finnish and Swedish."""
        text = self.number(None if share is None else 100 * share, decimals)
        if text == NONE:
            return text
        spaced = locale_of(self.language).percent_formats[None].pattern.rstrip("%")[-1:].isspace()
        return f"{text}{NBSP}%" if spaced else f"{text}%"

    def count(self, n: float | None) -> str:
        """A whole number with the locale's thousands separator."""
        return self.number(n, 0)

    def p_value(self, p: float | None) -> str:
        """A p-value with its sign: "p = 0.012", "p < 0.001"."""
        if p is None or not math.isfinite(p):
            return NONE
        below = p < 0.001
        return f"p{NBSP}{'<' if below else '='}{NBSP}{self.number(0.001 if below else p, 3)}"

    def interval(self, low: float | None, high: float | None, decimals: int = 1) -> str:
        """An interval in brackets: "[5.9, 26.3]" in English, "[5,9; 26,3]" in Finnish; a dash where there is none."""
        if low is None or high is None:
            return NONE
        separator = ";" if get_decimal_symbol(locale_of(self.language)) == "," else ","
        return f"[{self.number(low, decimals)}{separator}{NBSP}{self.number(high, decimals)}]"

    def ranged(self, value: float | None, low: float | None, high: float | None, decimals: int = 1) -> str:
        """A difference with its interval: "+12.3 [5.9, 26.3]"."""
        return f"{self.points(value, decimals)} {self.interval(low, high, decimals)}"

    def month(self, when: str) -> str:
        """A month written "2026-03" as its name and year; anything else stays as it is written."""
        year, _, number = when.partition("-")
        if not (len(year) == 4 and year.isdigit() and number.isdigit() and 1 <= int(number) <= 12):
            return when
        return f"{get_month_names('wide', context='stand-alone', locale=locale_of(self.language))[int(number)]} {year}"

    def quote(self, said: str) -> str:
        """Somebody's own words between the language's quotation marks."""
        return self.text("common.quote", words=said)

    def listing(self, items: list[str] | tuple[str, ...]) -> str:
        """Words joined as a list is read aloud: "a, b and c"."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.text('common.and')} {items[-1]}"

    def _filled(self, code: str, said: str, values: Mapping[str, Value]) -> str:
        if said == code:
            raise ValuelibError(f"The code {code!r} has no text; add it to the English catalogue, then run {REFRESH}.")
        try:
            return said % {name: self._format(name, value) for name, value in values.items()}
        except KeyError as missing:
            raise ValuelibError(f"The text {said!r} of {code!r} needs the value {missing}, which was not given.") from missing

    def _format(self, name: str, value: Value) -> str:
        """A value as the ending of its name says; a whole number without one as it is, any other with two decimals."""
        ending = name.rpartition("_")[2]
        match value:
            case None:
                return NONE
            case bool():
                return self.text("common.yes" if value else "common.no")
            case str():
                if ending == "keys":
                    return self.listing([self.word(key) for key in value.split(",")])
                return self.word(value) if ending == "key" else value
        match ending:
            case "pts":
                return self.points(value)
            case "ratio":
                return self.ratio(value)
            case "share" | "level":
                return self.percent(value, 0 if round(100 * value, 6) == round(100 * value) else 1)
            case "effect":
                return self.points(value, 2)
            case "score":
                return self.number(value, 1)
            case "n":
                return self.count(value)
        return str(value) if isinstance(value, int) else self.number(value, 2)


@cache
def catalogue_texts() -> frozenset[str]:
    """Every text that the package can say, in every language that has a catalogue."""
    said: set[str] = set()
    for file in sorted(LOCALES.glob("*/LC_MESSAGES/valuelib.mo")):
        with file.open("rb") as stream:
            for entry in read_mo(stream):
                said.update((entry.string,) if isinstance(entry.string, str) else entry.string or ())
    return frozenset(said)


local = Localizer()  # speaks the language in force, so that no function needs to be given one


@contextmanager
def in_language(language: str | None) -> Iterator[None]:
    """Let `local` speak this language inside the block; None changes nothing.

    Raises:
        ParameterError: the language has no catalogue.
    """
    if language is not None:
        check_language(language)
    token = _IN_FORCE.set(language or _IN_FORCE.get())
    try:
        yield
    finally:
        _IN_FORCE.reset(token)


def use_language(language: str) -> None:
    """Let `local` speak this language from here on, as a notebook does for all its cells.

    Raises:
        ParameterError: the language has no catalogue.
    """
    check_language(language)
    _DEFAULT["language"] = language


def check_language(language: str) -> None:
    """Refuse a language without a catalogue.

    Raises:
        ParameterError: no catalogue has this code.
    """
    if language not in languages():
        raise ParameterError(f"Language {language!r} is not known; expected one of {', '.join(languages())}.")

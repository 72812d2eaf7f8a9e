"""Languages of a report: each that has a catalogue, in the package or where VALUELIB_LOCALES points.

A catalogue gives the text of each code. What a further language lacks is said in English.
"""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale
LOCALES = Path(__file__).parent / "show" / "locale"
DOMAIN = "valuelib"
FOLDER = "VALUELIB_LOCALES"  # environment variable: a further folder, laid out as the package's own
FALLBACK = "en"  # the one catalogue that has a text for every code


def languages() -> tuple[str, ...]:
    """Codes of the languages, English first."""
    found = {file.parents[1].name for folder in folders() for file in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return (FALLBACK, *sorted(found - {FALLBACK}))


def folders() -> tuple[Path, ...]:
    """Where catalogues lie, those of one's own before the package's."""
    own = os.environ.get(FOLDER)
    return (Path(own), LOCALES) if own else (LOCALES,)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The texts of a language by their codes, English ones where it has none; a code without any stays as it is."""
    place = next((folder for folder in folders() if (folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo").is_file()), LOCALES)
    found = gettext.translation(DOMAIN, place, languages=[language])
    if language != FALLBACK:
        found.add_fallback(catalogue(FALLBACK))
    return found


def has_text(code: str) -> bool:
    """Whether the catalogues have a text for this code."""
    return catalogue(FALLBACK).gettext(code) != code


@cache
def locale_of(language: str) -> Locale:
    """The rules by which a language writes numbers and months; English ones where Babel knows none."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(FALLBACK)

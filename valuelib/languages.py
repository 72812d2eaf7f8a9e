"""Which languages can a report speak? English, and each with a catalogue: in the package, or where VALUELIB_LOCALES points."""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError

LOCALES = Path(__file__).parent / "show" / "locale"
DOMAIN = "valuelib"
FOLDER = "VALUELIB_LOCALES"  # environment variable: a further folder, laid out as the package's own
SOURCE = "en"  # the language in which texts stand in the code


def languages() -> tuple[str, ...]:
    """Codes of the languages, English first."""
    found = {file.parents[1].name for folder in folders() for file in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return (SOURCE, *sorted(found - {SOURCE}))


def folders() -> tuple[Path, ...]:
    """Where catalogues lie, those of one's own before the package's."""
    own = os.environ.get(FOLDER)
    return (Path(own), LOCALES) if own else (LOCALES,)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; a text that it lacks is said in English."""
    if language == SOURCE:
        return gettext.NullTranslations()
    place = next((folder for folder in folders() if (folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo").is_file()), LOCALES)
    return gettext.translation(DOMAIN, place, languages=[language])


@cache
def locale_of(language: str) -> Locale:
    """The rules by which a language writes numbers and months; English ones where Babel knows none."""
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE)

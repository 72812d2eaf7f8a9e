"""Letters of a client's own words that the paper's fonts lack, so that nobody finds boxes on a printed page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from matplotlib.ft2font import FT2Font

from valuelib.output.brand import HOUSE, Brand
from valuelib.output.pdf import FONT_FOLDERS
from valuelib.results import Message
from valuelib.study.model import Study
from valuelib.study.wording import clip

ALWAYS_THERE = 0x250  # the fonts have every letter below: Latin with its marks
SHOWN = 12  # letters that a message lists
FAMILIES = ("Lato-Regular.ttf", "DejaVuSans.ttf", "STIXGeneral.ttf")  # what typst takes, and what it falls back on


def letters_lacking(study: Study, brand: Brand = HOUSE) -> tuple[Message, ...]:
    """One message a place of words, such as the client's name or a column, whose letters cannot be shown on paper."""
    lacking = {clip(place): found for place, texts in _words(study, brand) if (found := lacking_in(texts))}
    return tuple(
        Message(code="study.letters_lacking", values={"place": place, "letters": " ".join(found[:SHOWN]), "letters_n": len(found)})
        for place, found in lacking.items()
    )


def lacking_in(texts: list[str]) -> list[str]:
    """The letters that no font of the paper has, in order; marks without a shape of their own are none."""
    letters = sorted({letter for text in texts for letter in text if ord(letter) >= ALWAYS_THERE})
    return [one for one in letters if unicodedata.category(one)[0] not in "CZ" and ord(one) not in _known()] if letters else []


@cache
def _known() -> frozenset[int]:
    return frozenset(code for file in _files() for code in FT2Font(str(file)).get_charmap())


def _files() -> list[Path]:
    return [folder / name for name in FAMILIES for folder in FONT_FOLDERS if (folder / name).is_file()]


def _words(study: Study, brand: Brand) -> Iterator[tuple[str, list[str]]]:
    """Words that a report prints, by where they stand."""
    yield "client", [study.config.client]
    yield "brand", [brand.name, brand.footer]
    seen: set[str] = set()
    for name in study.data.columns:
        kind, _, column = name.partition(".")
        if kind in ("segment", "adjust") and column not in seen:
            seen.add(column)
            called = study.config.names.get(column)
            levels = {} if called is None else called.levels
            said = [text for one in levels.values() for text in one.model_dump().values() if isinstance(text, str)]
            yield column, [column, *said, *map(str, study.data[name].dropna().unique())]
    if "offering_name" in study.data:
        yield study.config.exposure.column or "exposure", list(map(str, study.data["offering_name"].dropna().unique()))
    yield "elements", [str(label) for label in (study.item_labels or {}).values()]

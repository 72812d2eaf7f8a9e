"""What every text of the theory must be, whoever reads it."""

import unicodedata
from typing import Protocol

from valuelib.theory.claims import claims
from valuelib.theory.facets import facet_items, facets
from valuelib.theory.files import Text
from valuelib.theory.pyramid import categories, elements, tiers
from valuelib.theory.reading import needs

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


class Named(Protocol):
    """Whatever of the theory has a name: a tier, a category, an element, a facet."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> Text: ...


class Rated(Protocol):
    """Whatever of the theory is asked by a statement: an element, an item of a facet."""

    @property
    def key(self) -> str: ...
    @property
    def item(self) -> Text: ...


def named() -> list[Named]:
    """Everything with a name."""
    return [*elements(), *categories(), *tiers(), *facets()]


def rated() -> list[Rated]:
    """Everything asked by a statement."""
    return [*elements(), *facet_items()]


def every_text() -> dict[str, Text]:
    """Each text of the theory under a name that tells where it stands."""
    names = {f"{type(one).__name__} {one.key}": one.name for one in named()}
    items = {f"item {one.key}": one.item for one in rated()}
    told = {f"claim {one.id} {part}": getattr(one, part) for one in claims() for part in ("statement", "origin", "caveat")}
    parts = {f"part {part.key}": part.name for one in claims() for part in one.parts}
    return {**names, **items, **told, **parts, **{f"need {key}": text for key, text in needs().items()}}


def blemishes(text: str) -> list[str]:
    """What a reader would stumble over in a single text."""
    odd = [unicodedata.name(one, repr(one)) for one in text if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cs")]
    wide = [unicodedata.name(one) for one in text if unicodedata.category(one) == "Zs" and one not in (" ", NO_BREAK_SPACE)]
    found = [*odd, *wide]
    if not text.strip():
        found.append("blank")
    if text != text.strip() or text.strip(NO_BREAK_SPACE) != text:
        found.append("blanks at an end")
    if "  " in text:
        found.append("two blanks")
    if unicodedata.normalize("NFC", text) != text:
        found.append("letters made of two signs")
    return found

"""Codes by which the catalogues of further languages hold the theory's own texts, such as `theory.claim.nps_60.statement`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from valuelib.theory.claims import OWN_CAVEAT, OWN_SOURCE, claims
from valuelib.theory.facets import facet_items, facets
from valuelib.theory.files import Text
from valuelib.theory.pyramid import categories, elements, tiers
from valuelib.theory.reading import needs


@cache
def theory_texts() -> Mapping[str, Text]:
    """Every text of the theory by its code; a text that serves twice, such as the origin of two claims, has its first code."""
    codes: dict[Text, str] = {}
    for code, text in _coded():
        codes.setdefault(text, code)
    return {code: text for text, code in codes.items()}


@cache
def theory_codes() -> Mapping[Text, str]:
    """The code of every text of the theory; a client's own texts have none."""
    return {text: code for code, text in theory_texts().items()}


def _coded() -> Iterator[tuple[str, Text]]:
    groups: Mapping[str, tuple[Any, ...]] = {
        "tier": tiers(),
        "category": categories(),
        "element": elements(),
        "facet": facets(),
        "facet_item": facet_items(),
        "claim": claims(),
    }
    for kind, parts in groups.items():
        for part in parts:
            for name, text in ((one.name, getattr(part, one.name)) for one in fields(part)):
                if isinstance(text, Text):
                    yield f"theory.{kind}.{getattr(part, 'id', None) or part.key}.{name}", text
    yield from ((f"theory.need.{key}.name", text) for key, text in needs().items())
    yield from (("theory.own_claim.origin", OWN_SOURCE), ("theory.own_claim.caveat", OWN_CAVEAT))

"""Names of the theory by their keys, in every language that the theory's own texts have."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from valuelib.theory import Text, categories, claims, elements, facet_items, facets, needs, tiers


@cache
def theory_names() -> Mapping[str, Text]:
    """Names of the theory; where a tier and its only category share a key, they share the name that counts, the tier's."""
    names = {**needs(), **{part.key: part.name for one in claims() for part in one.parts}}
    names.update({item.key: item.item for item in facet_items()})
    names.update({facet.key: facet.name for facet in facets()})
    names.update({element.key: element.name for element in elements()})
    names.update({category.key: category.name for category in categories()})
    names.update({tier.key: tier.name for tier in tiers()})
    return names

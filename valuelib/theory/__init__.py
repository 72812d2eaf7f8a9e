"""The theory as data: the pyramid of value elements, the facets of co-creation, and the register of claims. Read on first use."""

from __future__ import annotations

from valuelib.theory.claims import Claim, ClaimPart, ClaimSpec, Partnership, Targets, claim, claims, default_claims
from valuelib.theory.facets import Facet, FacetItem, facet, facet_items, facets
from valuelib.theory.files import Text
from valuelib.theory.pyramid import (
    HIGHER_TIERS,
    LOWER_TIERS,
    Category,
    Element,
    Tier,
    categories,
    category,
    element,
    elements,
    tier,
    tiers,
)
from valuelib.theory.reading import Reading, needs

__all__ = [
    "HIGHER_TIERS",
    "LOWER_TIERS",
    "Category",
    "Claim",
    "ClaimPart",
    "ClaimSpec",
    "Element",
    "Facet",
    "FacetItem",
    "Partnership",
    "Reading",
    "Targets",
    "Text",
    "Tier",
    "categories",
    "category",
    "claim",
    "claims",
    "default_claims",
    "element",
    "elements",
    "facet",
    "facet_items",
    "facets",
    "needs",
    "tier",
    "tiers",
]

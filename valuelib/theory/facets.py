"""The facets of co-creation: what makes value together, each rated by statements that customer and provider can both answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from valuelib.errors import ValuelibError
from valuelib.theory.files import Text, check_known, check_members, find_key, read_rows, text_of

Role = Literal["predictor", "outcome"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One side of co-creation: `predictor` describes how the sides work together, `outcome` what comes of it."""

    key: str
    name: Text
    role: Role
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetItem:
    """One statement of the battery; the text is symmetric, so that the two sides' answers can be compared."""

    key: str
    facet_key: str
    item: Text


@cache
def facets() -> tuple[Facet, ...]:
    """The 9 facets of co-creation: 7 predictors, then 2 outcomes.

    Raises:
        ValuelibError: the data files contradict each other.
    """
    rows = read_rows("facets.csv", ("key", "order", "role", "name_en", "name_fi"))
    for row in rows:
        if row["role"] not in get_args(Role):
            raise ValuelibError(f"facets.csv: {row['key']}: role {row['role']!r}; expected predictor or outcome.")
    items = facet_items()
    check_known("facet_items.csv", "facet_key", (item.facet_key for item in items), [row["key"] for row in rows])
    check_members("facets.csv", (row["key"] for row in rows), (item.facet_key for item in items))
    return tuple(
        Facet(
            key=row["key"],
            name=text_of(row, "name", "facet"),
            role="predictor" if row["role"] == "predictor" else "outcome",
            items=tuple(item.key for item in items if item.facet_key == row["key"]),
        )
        for row in rows
    )


@cache
def facet_items() -> tuple[FacetItem, ...]:
    """The 18 statements of the battery, facet by facet.

    Raises:
        ValuelibError: the data file is not as expected.
    """
    rows = read_rows("facet_items.csv", ("key", "facet_key", "item_en", "item_fi"))
    return tuple(FacetItem(key=row["key"], facet_key=row["facet_key"], item=text_of(row, "item", "facet_item")) for row in rows)


def facet(key: str) -> Facet:
    """The facet of that key.

    Raises:
        ParameterError: there is no such facet.

    >>> facet("mutual_commitment").items
    ('C1', 'C2')
    """
    return find_key("facet", key, facets())

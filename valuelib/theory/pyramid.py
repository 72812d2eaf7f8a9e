"""What a customer can value: forty elements in eleven categories and five tiers, from table stakes up to inspirational value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from valuelib.errors import ValuelibError
from valuelib.theory.files import Row, Text, check_known, check_members, find_key, read_rows, text_of

LOWER_TIERS = ("table_stakes", "functional", "ease_of_doing_business")
HIGHER_TIERS = ("individual", "inspirational")
COUNTED_TIERS = (*LOWER_TIERS[1:], *HIGHER_TIERS)  # their 36 elements are those that the published exhibit counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A group of elements; `order` runs from 0 (table stakes) to 4 (inspirational), `elements` in the pyramid's order.

    Readers see the name, never the number: sources number the tiers from either end.
    """

    key: str
    name: Text
    order: int
    higher: bool
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A group of elements inside one tier; table stakes have one category of the same name."""

    key: str
    name: Text
    tier_key: str
    elements: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """What is delivered (`name`) and the statement by which a respondent rates it (`item`)."""

    key: str
    tier_key: str
    category_key: str
    name: Text
    item: Text


@cache
def elements() -> tuple[Element, ...]:
    """The 40 elements in the pyramid's order: tier by tier, category by category.

    Raises:
        ValuelibError: the data files contradict each other.
    """
    rows = read_rows("elements.csv", ("key", "tier_key", "category_key", "name_en", "name_fi", "item_en", "item_fi"))
    # An element's category must be known and of its tier, a category have elements, and the rows climb the pyramid.
    tier_of = {group["key"]: group["tier_key"] for group in category_rows()}
    check_known("elements.csv", "category_key", (row["category_key"] for row in rows), tier_of)
    astray = [row["key"] for row in rows if tier_of[row["category_key"]] != row["tier_key"]]
    if astray:
        raise ValuelibError(f"elements.csv: the category of these elements belongs to another tier: {', '.join(astray)}.")
    check_members("categories.csv", tier_of, (row["category_key"] for row in rows))
    check_climbs("elements.csv", [list(tier_of).index(row["category_key"]) for row in rows])
    return tuple(
        Element(
            key=row["key"],
            tier_key=row["tier_key"],
            category_key=row["category_key"],
            name=text_of(row, "name", "element"),
            item=text_of(row, "item", "element"),
        )
        for row in rows
    )


@cache
def categories() -> tuple[Category, ...]:
    """The 11 categories, from table stakes up to purpose.

    Raises:
        ValuelibError: the data files contradict each other.
    """
    members = elements()
    return tuple(
        Category(
            key=row["key"],
            name=text_of(row, "name", "category"),
            tier_key=row["tier_key"],
            elements=tuple(member.key for member in members if member.category_key == row["key"]),
        )
        for row in category_rows()
    )


@cache
def tiers() -> tuple[Tier, ...]:
    """The 5 tiers, from table stakes up to inspirational value.

    Raises:
        ValuelibError: the data files contradict each other.
    """
    members = elements()
    return tuple(
        Tier(
            key=row["key"],
            name=text_of(row, "name", "tier"),
            order=int(row["order"]),
            higher=row["key"] in HIGHER_TIERS,
            elements=tuple(member.key for member in members if member.tier_key == row["key"]),
        )
        for row in tier_rows()
    )


def element(key: str) -> Element:
    """The element of that key.

    Raises:
        ParameterError: there is no such element.

    >>> element("reduced_anxiety").tier_key
    'individual'
    """
    return find_key("element", key, elements())


def category(key: str) -> Category:
    """The category of that key.

    Raises:
        ParameterError: there is no such category.
    """
    return find_key("category", key, categories())


def tier(key: str) -> Tier:
    """The tier of that key.

    Raises:
        ParameterError: there is no such tier.
    """
    return find_key("tier", key, tiers())


@cache
def tier_rows() -> tuple[Row, ...]:
    """The rows of `tiers.csv`, which must be the tiers that this module names, lowest first."""
    rows = read_rows("tiers.csv", ("key", "order", "name_en", "name_fi"))
    if tuple(row["key"] for row in rows) != LOWER_TIERS + HIGHER_TIERS:
        raise ValuelibError(f"tiers.csv: expected the tiers {', '.join(LOWER_TIERS + HIGHER_TIERS)}, in this order.")
    return rows


@cache
def category_rows() -> tuple[Row, ...]:
    """The rows of `categories.csv`, which must climb tier by tier."""
    rows = read_rows("categories.csv", ("key", "order", "tier_key", "name_en", "name_fi"))
    order = [row["key"] for row in tier_rows()]
    check_known("categories.csv", "tier_key", (row["tier_key"] for row in rows), order)
    check_climbs("categories.csv", [order.index(row["tier_key"]) for row in rows])
    return rows


def check_climbs(name: str, places: Sequence[int]) -> None:
    """Refuse rows that do not stand together by group, lowest group first."""
    if list(places) != sorted(places):
        raise ValuelibError(f"{name}: the rows should climb the pyramid, all of one group together.")

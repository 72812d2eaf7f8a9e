"""Which value do customers say they get? Rated elements, co-creation statements and the marker item, all on 0-10."""

from __future__ import annotations

import pandas as pd

from valuelib.study.canonical.desk import Desk
from valuelib.study.canonical.ratings import ask_about_zero, mean_of_answered, read_rating
from valuelib.study.config import Elements
from valuelib.theory import elements, facet_items


def element_columns(desk: Desk) -> dict[str, pd.Series]:
    """`element.<key>` for each mapped element, in the pyramid's order."""
    block = desk.config.elements
    if block is None:
        return {}
    mapped = [one.key for one in elements() if one.key in block.columns]
    read = {f"element.{key}": _element(desk, block, key) for key in mapped}
    columns = {name: values for name, values in read.items() if values is not None}
    _ask(desk, columns, "elements", block.scale)
    return columns


def facet_columns(desk: Desk) -> dict[str, pd.Series]:
    """`facet.<item key>` for each mapped co-creation statement, in the battery's order."""
    block = desk.config.cocreation
    if block is None:
        return {}
    mapped = {one.key: block.columns[one.key] for one in facet_items() if one.key in block.columns}
    columns = {
        f"facet.{key}": read_rating(desk, column, f"cocreation.columns.{key}", scale=block.scale, missing=block.missing)
        for key, column in mapped.items()
        if desk.has(column)
    }
    _ask(desk, columns, "cocreation", block.scale)
    return columns


def marker_column(desk: Desk) -> dict[str, pd.Series]:
    """`marker` on 0-10; without a scale of its own it was asked on that of the elements."""
    marker = desk.config.columns.marker
    if marker is None:
        return {}
    if isinstance(marker, str):
        scale = desk.config.elements.scale if desk.config.elements is not None else (0.0, 10.0)
        column, missing = marker, desk.config.elements.missing if desk.config.elements is not None else ()
    else:
        column, scale, missing = marker.column, marker.scale, marker.missing
    return {"marker": read_rating(desk, column, "columns.marker", scale=scale, missing=missing)} if desk.has(column) else {}


def perceived_value(columns: dict[str, pd.Series], desk: Desk) -> pd.Series:
    """The mean of the mapped elements, for studies that did not ask for value as a whole; that it was taken is said."""
    desk.say("study.perceived_value_mean", elements_n=len(columns))
    return mean_of_answered(list(columns.values()))


def _element(desk: Desk, block: Elements, key: str) -> pd.Series | None:
    answers = [
        _turned(
            read_rating(desk, column, f"elements.columns.{key}", scale=block.scale, missing=block.missing),
            (key in block.reversed) != (column in block.reversed),
        )
        for column in block.columns[key]
        if desk.has(column)
    ]
    return mean_of_answered(answers) if answers else None


def _turned(values: pd.Series, low_is_good: bool) -> pd.Series:
    return 10.0 - values if low_is_good else values


def _ask(desk: Desk, columns: dict[str, pd.Series], name: str, scale: tuple[float, float]) -> None:
    """Ask once for the whole block, whose items were answered on one scale."""
    if columns:
        ask_about_zero(desk, pd.concat(list(columns.values())), name, scale)

"""What number does a cell of a table print, in the reader's own way of writing numbers?

A table's cells are text, as the page prints them: "+0,6 [0,4; 0,8], 218 vastausta". A workbook's reader wants to calculate with
them, so the value, the two ends of its interval and the count come apart again. Whatever is no number by the language's rules stays
text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import get_decimal_symbol, get_group_symbol

from valuelib.languages import locale_of

SPACES = "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE} "
MINUS = "\N{MINUS SIGN}"
NUMBER = rf"[+{MINUS}-]?\d[\d.,{SPACES}]*"
WHOLE = re.compile(
    rf"^(?P<value>{NUMBER}?)(?P<percent>[{SPACES}]?%)?"
    rf"(?:\s*\[(?P<low>{NUMBER}?)[;,]\s(?P<high>{NUMBER}?)\])?"
    rf"(?:,\s(?P<n>\d[\d,{SPACES}]*)\s(?P<unit>[^\d\[\]]+))?$"
)
INTERVAL = re.compile(rf"^\[(?P<low>{NUMBER}?)[;,]\s(?P<high>{NUMBER}?)\]$")


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed number: value, interval and count as far as the cell has them; `decimals` of the value as printed."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: float | None = None
    decimals: int = 0
    percent: bool = False
    signed: bool = False


def read_cell(text: str, language: str) -> Cell | None:
    """The numbers that a cell prints, or None where it is text.

    Args:
        text: a cell as the page prints it.
        language: by whose rules numbers are written, such as `fi` (1 234,5) or `en` (1,234.5).
    """
    if interval := INTERVAL.match(text):
        low, high = (_number(interval[name], language) for name in ("low", "high"))
        return None if low is None or high is None else Cell(low=low, high=high, decimals=_decimals(interval["low"], language))
    found = WHOLE.match(text)
    value = _number(found["value"], language) if found else None
    if found is None or value is None:
        return None
    ends = [None if found[name] is None else _number(found[name], language) for name in ("low", "high")]
    if found["low"] is not None and None in ends:
        return None
    return Cell(
        value=value,
        low=ends[0],
        high=ends[1],
        n=None if found["n"] is None else _number(found["n"], language),
        decimals=_decimals(found["value"], language),
        percent=found["percent"] is not None,
        signed=found["value"][0] == "+",
    )


def read_column(cells: Sequence[str], blank: str, language: str) -> list[Cell | None] | None:
    """A column's numbers, None where a cell is blank; or None where any cell is text, so that a column is never half and half."""
    read = [None if cell in ("", blank) else read_cell(cell, language) for cell in cells]
    whole = all(found is not None or cell in ("", blank) for found, cell in zip(read, cells, strict=True))
    return read if whole and any(read) else None


def _number(text: str, language: str) -> float | None:
    """A number by the language's rules; None where groups or the decimal mark stand in the wrong place."""
    decimal, group = get_decimal_symbol(locale_of(language)), get_group_symbol(locale_of(language))
    whole, _, rest = text.replace(MINUS, "-").partition(decimal)
    if group.isspace():
        whole = whole.translate({ord(space): group for space in SPACES})
    first, *groups = whole.split(group)
    if any(len(one) != 3 or not one.isdigit() for one in groups) or (rest and not rest.isdigit()):
        return None
    try:
        return float(first + "".join(groups) + (f".{rest}" if rest else ""))
    except ValueError:
        return None


def _decimals(text: str, language: str) -> int:
    return len(text.partition(get_decimal_symbol(locale_of(language)))[2])

"""What the sheet of a workbook says about its cells besides their values: hidden rows, merged ranges, formulas without a value."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from openpyxl.worksheet.cell_range import CellRange

from valuelib.results import Message, Value
from valuelib.study.readers.draft import is_blank, some

_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_NUMBER_OF_ROW = re.compile(rb'\br="(\d+)"')
_CONCEALED = re.compile(rb'\bhidden="(?:1|true)"')
_CELL = re.compile(rb"<(?:\w+:)?c\b(?P<about>(?:[^>]*[^>/])?)>(?P<inside>.*?)</(?:\w+:)?c>", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)\b[^>]*[^>/]?>\s*[^\s<]")
_TEXT = re.compile(rb'\bt="(?:str|inlineStr)"')
_NAME = re.compile(rb'\br="([A-Z]+\d+)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+\d+:[A-Z]+\d+)"')


@dataclass(frozen=True, slots=True)
class Marks:
    """Rows hidden by hand, a filter or a collapsed group; formula cells that were never calculated; merged ranges."""

    hidden: frozenset[int]
    hollow: tuple[str, ...]
    merged: tuple[str, ...]


NO_MARKS = Marks(frozenset(), (), ())


def marks_of(path: Path, sheet: str) -> Marks:
    """The marks of a sheet. A formula whose stored result is an empty text has a value."""
    with zipfile.ZipFile(path) as archive:
        book, links = (ElementTree.fromstring(archive.read(part)) for part in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
        ids = [
            next(value for key, value in one.attrib.items() if key.endswith("}id"))
            for one in book.iter()
            if one.tag.endswith("}sheet") and one.get("name") == sheet
        ]
        target = next(one.get("Target", "") for one in links if one.get("Id") == ids[0])
        text = archive.read(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    hidden, number = set(), 0
    for match in _ROW.finditer(text):
        told = _NUMBER_OF_ROW.search(match[0])
        number = int(told[1]) if told else number + 1
        if _CONCEALED.search(match[0]):
            hidden.add(number)
    hollow = [
        name[1].decode() if (name := _NAME.search(one["about"])) else "?"
        for one in (_CELL.finditer(text) if _FORMULA.search(text) else ())
        if _FORMULA.search(one["inside"]) and not _VALUE.search(one["inside"]) and not _TEXT.search(one["about"])
    ]
    return Marks(frozenset(hidden), tuple(hollow), tuple(one.decode() for one in _MERGED.findall(text)))


def fill_merged(cells: Sequence[list[object]], merged: Sequence[str], header: int, file: str) -> tuple[Message, ...]:
    """Write the value of cells that are merged down a column into all their rows, below the header; tell them, and other ranges.

    Args:
        cells: the rows from the sheet's first on; they are changed.
        merged: the ranges, such as B2:B5.
        header: the number of the row with the names of the columns.
        file: the file's name.
    """
    filled, others, n = [], [], 0
    for area in sorted(map(CellRange, merged), key=lambda one: (one.min_col, one.min_row)):
        if not header < area.min_row <= len(cells):
            continue
        first, place = cells[area.min_row - 1], area.min_col - 1
        value = first[place] if place < len(first) else None
        if area.min_col < area.max_col:
            others.append(area.coord)
        elif value is not None:
            for row in cells[area.min_row : area.max_row]:
                row += [None] * (place + 1 - len(row))
                if is_blank(row[place]) and any(not is_blank(cell) for cell in row):
                    row[place], n = value, n + 1
            filled.append(area.coord)
    found = {"readers.merged_filled": filled, "readers.merged_cells": others}
    values: dict[str, dict[str, Value]] = {
        code: {"file": file, "ranges": some(ranges), "ranges_n": len(ranges)} for code, ranges in found.items()
    }
    values["readers.merged_filled"]["n"] = n
    return tuple(Message(code=code, values=values[code]) for code, ranges in found.items() if ranges)

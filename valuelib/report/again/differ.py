"""Where do two versions of a file part first, in words that a reader can look up?"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

LONGEST = 60


def first_difference(name: str, before: bytes, after: bytes) -> str:
    """The first place where two versions of a file differ: a field, a member, a line or a byte.

    Args:
        name: the file's name, whose ending tells its kind.
        before: its bytes in the report.
        after: its bytes as they come out now; other than before.
    """
    if name.endswith((".pptx", ".xlsx")):
        return _in_package(before, after)
    if name.endswith((".json", ".ipynb")):
        return _in_json(before, after)
    if name.endswith((".html", ".txt", ".csv", ".svg", ".xml")):
        return _in_lines(before, after)
    place = next((at for at, (one, two) in enumerate(zip(before, after, strict=False)) if one != two), min(len(before), len(after)))
    return f"the bytes part at {place} of {len(before)} (now {len(after)})"


def _in_package(before: bytes, after: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(before)) as one, zipfile.ZipFile(io.BytesIO(after)) as two:
        for name in dict.fromkeys([*one.namelist(), *two.namelist()]):
            if name not in two.namelist() or name not in one.namelist():
                return f"its part {name} is {'gone' if name in one.namelist() else 'new'}"
            if one.read(name) != two.read(name):
                return f"its part {name}: {first_difference(name, one.read(name), two.read(name))}"
    return "its parts are the same, packed in another way"


def _in_json(before: bytes, after: bytes) -> str:
    try:
        one, two = json.loads(before), json.loads(after)
    except ValueError:
        return _in_lines(before, after)
    return _at(one, two, "") or "its values are the same, written in another way"


def _at(one: Any, two: Any, place: str) -> str:
    """The first field that differs, told by its way from the top; entries of a list by their name where they have one."""
    if isinstance(one, dict) and isinstance(two, dict):
        for key in dict.fromkeys([*one, *two]):
            if key not in one or key not in two:
                return f"{place}{key} is {'gone' if key in one else 'new'}"
            if said := _at(one[key], two[key], f"{place}{key}."):
                return said
        return ""
    if isinstance(one, list) and isinstance(two, list):
        for at, (first, second) in enumerate(zip(one, two, strict=False)):
            if said := _at(first, second, f"{place}{_named(first, at)}."):
                return said
        return "" if len(one) == len(two) else f"{place.rstrip('.')} has {len(two)} entries instead of {len(one)}"
    return "" if one == two else f"{place.rstrip('.')} is {_short(two)} instead of {_short(one)}"


def _named(entry: Any, at: int) -> str:
    if isinstance(entry, dict):
        return next((str(entry[key]) for key in ("claim", "name", "id") if isinstance(entry.get(key), str)), str(at))
    return str(at)


def _in_lines(before: bytes, after: bytes) -> str:
    one, two = (text.decode("utf-8", errors="replace").splitlines() for text in (before, after))
    at = next((row for row, (first, second) in enumerate(zip(one, two, strict=False)) if first != second), min(len(one), len(two)))
    if at >= len(one) or at >= len(two):
        return f"it has {len(two)} lines instead of {len(one)}"
    start = next((x for x, (a, b) in enumerate(zip(one[at], two[at], strict=False)) if a != b), min(len(one[at]), len(two[at])))
    here = slice(max(0, start - 20), start + 40)
    return f"line {at + 1} has {_short(two[at][here])} instead of {_short(one[at][here])}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

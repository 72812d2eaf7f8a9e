"""Files that somebody else may have written or edited, read without trust in them."""

from __future__ import annotations

import json
import math
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LARGEST = 200_000_000  # bytes; the largest results.json of a client had 2 MB
DEEPEST = 60  # blocks inside each other; the files of a report have 12


def read_json(file: Path) -> Any:
    """The content of a JSON file.

    Raises:
        OSError: it cannot be read, or is no plain file.
        ValueError: it is no JSON, holds a number that is none (NaN, 1e999), or is larger or deeper than any of ours.
    """
    about = file.stat()
    if not stat.S_ISREG(about.st_mode):
        raise OSError("it is no plain file")
    if about.st_size > LARGEST:
        raise ValueError("it is too large")
    try:
        content = json.loads(file.read_bytes().decode("utf-8"), parse_constant=_finite, parse_float=_finite, parse_int=_whole)
    except RecursionError as err:
        raise ValueError("its blocks stand too deep inside each other") from err
    _check_depth(content)
    return content


def files_below(folder: Path) -> Iterator[Path]:
    """Every file and every link below a folder, in order; links are not followed."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from files_below(path)
        else:
            yield path


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text[:20]} is no number")
    return number


def _whole(text: str) -> int:
    _finite(text)
    return int(text)


def _check_depth(content: Any) -> None:
    level, depth = [content], 0
    while level := [one for block in level if isinstance(block, dict | list) for one in _entries(block)]:
        depth += 1
        if depth > DEEPEST:
            raise ValueError("its blocks stand too deep inside each other")


def _entries(block: dict[str, Any] | list[Any]) -> list[Any]:
    return list(block.values()) if isinstance(block, dict) else block

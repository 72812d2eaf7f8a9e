"""How files stand, told without reading them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

Stamp: TypeAlias = tuple[int, ...]


def stamps_below(folder: Path) -> Mapping[Path, Stamp]:
    """Size, time of the last change and number of every file below a folder: a file that was changed and changed back shows it."""
    return {path: stamp_of(path) for path in folder.rglob("*") if path.is_file()}


def stamp_of(path: Path) -> Stamp:
    """Size, time of the last change and number of a file; nothing where there is none."""
    try:
        about = path.stat()
    except OSError:
        return ()
    return about.st_size, about.st_mtime_ns, about.st_ino

"""Folders that live as long as the run that made them, and are taken away by the next run where that one was killed."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks: a killed run's folders stay there until somebody takes them away
    LOCKS = False
else:
    LOCKS = True

LOCK = "valuelib.lock"
PREFIX = "valuelib_"
LETTERS = 8  # that tempfile adds to a prefix


@contextmanager
def scratch_folder(parent: Path | None = None, prefix: str = PREFIX) -> Iterator[Path]:
    """A new folder that vanishes when the block ends; those of killed runs beside it vanish first.

    A lock in it tells others that its process lives. The system lets go of the lock when the process ends, however it ends.

    Args:
        parent: where it stands; None is the usual folder for temporary files.
        prefix: how its name begins.
    """
    place = parent or Path(tempfile.gettempdir())
    for dead in dead_folders(place, prefix):
        remove(dead)
    folder, lock = _locked_folder(place, prefix)
    try:
        yield folder
    finally:
        remove(folder)
        os.close(lock)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """A stretch that only one process at a time goes through for a folder; it needs no file there, and ends with the process."""
    if not LOCKS:
        yield
        return
    lock = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def sweep_temporary() -> None:
    """Take away what killed runs left in the folders for temporary files."""
    for place in {Path(tempfile.gettempdir()), Path("/tmp")}:
        for dead in dead_folders(place, PREFIX):
            remove(dead)


def dead_folders(place: Path, prefix: str) -> Iterator[Path]:
    """Each folder of this kind whose process is dead, locked while it is looked at; other users' are left alone."""
    if not place.is_dir() or not LOCKS:
        return
    for folder in sorted(one for one in place.iterdir() if one.name.startswith(prefix)):
        if len(folder.name) != len(prefix) + LETTERS or not _is_mine(folder):
            continue
        try:
            lock = os.open(folder / LOCK, os.O_RDWR)
        except FileNotFoundError:
            with suppress(OSError):  # killed before it had its lock, so it is empty; any other is none of ours
                folder.rmdir()
            continue
        try:
            with suppress(OSError):  # its process lives
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                yield folder
        finally:
            os.close(lock)


def remove(folder: Path) -> None:
    """Take a folder away, its lock last: what is left of it when this is cut short can still be told and swept."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != LOCK:
                path.unlink()
        if {path.name for path in folder.iterdir()} <= {LOCK}:
            (folder / LOCK).unlink(missing_ok=True)
            folder.rmdir()


def _locked_folder(place: Path, prefix: str) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
        # Another run may take it for one that was left behind until its lock is held; then it is gone, and a new one is made.
        with suppress(FileNotFoundError):
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            if LOCKS:
                with suppress(OSError):  # a file system without locks: what a killed run leaves there is never swept
                    fcntl.flock(lock, fcntl.LOCK_EX)
            if (folder / LOCK).exists():
                return folder, lock
            os.close(lock)


def _is_mine(folder: Path) -> bool:
    return folder.is_dir() and not folder.is_symlink() and folder.stat().st_uid == os.geteuid()

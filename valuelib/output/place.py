"""Where a report goes, and how a new one takes the place of the earlier: at once, and without loss of what is the user's."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from valuelib.errors import ParameterError
from valuelib.output.foreign import files_below
from valuelib.output.manifest import KEPT, about_of, is_report, report_files, strangers
from valuelib.output.scratch import alone, dead_folders, remove, scratch_folder

NEW, EARLIER = "new", "earlier"
HERE, EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux
OnKept = Callable[[Path, tuple[str, ...]], None]


def report_folder(study: str, out: Path | None = None, *, name: str = "", replace_other: bool = False) -> Path:
    """Where a report goes: `out` itself, or reports/<study> in the project (the working folder where there is none).

    What killed runs left beside it is swept first, and an earlier report that one of them had moved away is put back.

    Args:
        study: its name.
        out: the folder itself; None is reports/<study>.
        name: that of the folder below `reports`, where it is not the study's.
        replace_other: whether the report of another study may be replaced.

    Raises:
        ParameterError: the place is taken by something that is not a report, or by another study's.
    """
    target = (out if out is not None else project_folder() / "reports" / (name or study)).expanduser().resolve()
    sweep(target)
    check_target(target, study, replace_other=replace_other)
    return target


def check_target(target: Path, study: str, *, replace_other: bool = False) -> None:
    """Refuse to replace anything but an earlier report of the study or an empty folder.

    Raises:
        ParameterError: there is a file, a folder with other things in it, or the report of another study.
    """
    if target.exists() and not target.is_dir():
        raise ParameterError(f"--out {target}: there is a file of that name. Expected: a folder for the report.")
    if not target.is_dir() or not any(target.iterdir()):
        return
    if not is_report(target):
        raise ParameterError(
            f"--out {target}: the folder is not empty and holds no report (no manifest.json of one), so it is left as it is. "
            "Name a new folder, or empty this one first."
        )
    if not replace_other and (other := about_of(target)) != study:
        raise ParameterError(
            f"--out {target}: the folder holds the report of another study ({other}), so it is left as it is. Expected: a "
            f"report of {study}, or a new folder. Name another folder, or give --replace (in Python replace_other=True)."
        )


def project_folder() -> Path:
    """The folder above the working folder that holds pyproject.toml, or the working folder itself where there is none."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "pyproject.toml").is_file()), here)


@contextmanager
def replacing(target: Path, on_kept: OnKept | None = None) -> Iterator[Path]:
    """An empty folder to fill; it takes the target's place when the block ends well, and vanishes when it does not.

    Until then the earlier report stays where it was, byte for byte. What is not of its making goes along, into the folder `kept`.

    Args:
        target: where the filled folder goes.
        on_kept: told the names that files of the user's were given in the folder `kept`, where there are any new ones.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder(target.parent, _prefix(target)) as hidden:
        fresh = hidden / NEW
        fresh.mkdir()
        yield fresh
        with alone(target.parent):
            kept = keep_strangers(target, fresh) if target.is_dir() else ()
            _swap(fresh, target, hidden / EARLIER)
    if kept and on_kept:
        on_kept(target, kept)


def sweep(target: Path) -> None:
    """Take away what killed runs left beside a report; one that was killed between two moves has its earlier report put back."""
    for folder in dead_folders(target.parent, _prefix(target)):
        if (folder / EARLIER).exists() and not os.path.lexists(target):
            (folder / EARLIER).rename(target)
        remove(folder)


def read_files(folder: Path) -> dict[str, bytes]:
    """Every file of a report by its way from its folder, but what was kept there of the user's."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in report_files(folder) if not path.is_symlink()}


def _prefix(target: Path) -> str:
    return f".{target.name}-"


def keep_strangers(earlier: Path, fresh: Path) -> tuple[str, ...]:
    """Put what an earlier report did not bring along into the new one's folder `kept`; nothing is overwritten.

    Returns:
        The names there of those that were not kept before.
    """
    if not any(earlier.iterdir()):
        return ()
    kept, named = fresh / KEPT, []
    before = earlier / KEPT
    if before.is_dir() and not before.is_symlink():
        for path in files_below(before):
            _put(path, kept / path.relative_to(before))
    for name in strangers(earlier):
        place = _free_place(kept, Path(name))
        _put(earlier / name, place)
        named.append(place.relative_to(fresh).as_posix())
    return tuple(named)


def _put(path: Path, place: Path) -> None:
    """The same file under a second name, so that whoever has it open goes on writing into it; a copy where there are no such."""
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, place, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(path, place, follow_symlinks=False)


def _free_place(kept: Path, way: Path) -> Path:
    """Where a file goes, numbered where a name is taken; so is a folder whose name a file has."""
    folder = kept
    for part in way.parent.parts:
        folder = next(one for one in _numbered(folder, Path(part)) if one.is_dir() or not os.path.lexists(one))
    return next(one for one in _numbered(folder, Path(way.name)) if not os.path.lexists(one))


def _numbered(folder: Path, name: Path) -> Iterator[Path]:
    yield folder / name
    yield from (folder / f"{name.stem}-{number}{name.suffix}" for number in count(2))


def _swap(fresh: Path, target: Path, earlier: Path) -> None:
    """Put the new folder in the target's place, in one step where the system can exchange two names, else in two moves."""
    if not target.exists():
        fresh.rename(target)
    elif not exchange(fresh, target):
        try:
            target.rename(earlier)
            fresh.rename(target)
        except BaseException:  # an interruption between the two moves must not cost the earlier report; `sweep` does so for a kill
            if earlier.exists() and not target.exists():
                earlier.rename(target)
            raise


def exchange(one: Path, two: Path) -> bool:
    """Let two folders change their names in one step; False where the system or the file system cannot, and nothing has changed."""
    libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None
    if libc is None or not hasattr(libc, "renameat2"):
        return False
    return bool(libc.renameat2(HERE, os.fsencode(one), HERE, os.fsencode(two), EXCHANGE) == 0)

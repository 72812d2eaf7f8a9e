"""How does a report come into its place whole, or not at all?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valuelib.errors import ParameterError
from valuelib.report.manifest import is_report


def report_folder(study: str, out: Path | None = None) -> Path:
    """Where a report goes: `out` itself, or reports/<study> in the project (the working folder where there is none).

    Raises:
        ParameterError: the place is taken by something that is not a report.
    """
    target = (out if out is not None else project_folder() / "reports" / study).expanduser().resolve()
    check_target(target)
    return target


def check_target(target: Path) -> None:
    """Refuse to replace anything but an earlier report or an empty folder.

    Raises:
        ParameterError: there is a file, or a folder with other things in it.
    """
    if target.exists() and not target.is_dir():
        raise ParameterError(f"--out {target}: there is a file of that name. Expected: a folder for the report.")
    if target.is_dir() and any(target.iterdir()) and not is_report(target):
        raise ParameterError(
            f"--out {target}: the folder is not empty and holds no report (no manifest.json of one), so it is left as it is. "
            "Name a new folder, or empty this one first."
        )


def project_folder() -> Path:
    """The folder above the working folder that holds pyproject.toml, or the working folder itself where there is none."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "pyproject.toml").is_file()), here)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """An empty folder to fill; it takes the target's place when the block ends well, and vanishes when it does not.

    Until then the earlier report stays where it was, byte for byte.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as hidden:
        fresh = Path(hidden) / "new"
        fresh.mkdir()
        yield fresh
        _swap(fresh, target, Path(hidden) / "earlier")


def read_files(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its way from there."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _swap(fresh: Path, target: Path, earlier: Path) -> None:
    try:
        if target.exists():
            target.replace(earlier)
        fresh.replace(target)
    except BaseException:  # an interruption between the two moves must not cost the earlier report
        if earlier.exists() and not target.exists():
            earlier.replace(target)
        raise

"""One state of the data: what a run reads must be the same from its first look to its last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from valuelib.errors import ChangedError
from valuelib.output.manifest import file_hash, input_hashes
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.study.places import Kind, answer_files, is_several
from valuelib.study.stamps import Stamp, stamp_of


def watch(files: Mapping[str, Path], seen: Mapping[Path, Stamp], hashes: Mapping[str, str]) -> Callable[[], None]:
    """What is to be called before the result is put in place; it raises `ChangedError` where a file is another than it was.

    Args:
        files: by what messages call them.
        seen: how they stood before the first look at them.
        hashes: of those whose content is known from the first look.
    """
    before = {name: seen.get(path, stamp_of(path)) for name, path in files.items()}

    def check() -> None:
        written = [name for name, path in files.items() if stamp_of(path) != before[name]]
        other = [name for name, path in files.items() if name in hashes and path.is_file() and file_hash(path) != hashes[name]]
        if found := sorted({*written, *other}):
            raise ChangedError(found)

    return check


def watch_study(
    study: Study, seen: Mapping[Path, Stamp], beside: Sequence[Path] = (), source: Kind | None = None
) -> Callable[[], None]:
    """The same for a study: its settings, its data (those of a database are read again), its own chapters, and files beside it."""
    hashes, folder, named = dict(input_hashes(study)), study.folder, study.config.responses.file
    files = {name: folder / name for name in hashes} | {path.name: path for path in beside}
    if named is not None and (study.large is not None or is_several(named, folder)):
        # Their hash is of what was read of them; whether they are the same is told by when they were written.
        del hashes[named], files[named]
        several = answer_files(folder, named) if is_several(named, folder) else [folder / named]
        files |= {path.relative_to(folder).as_posix(): path for path in several}
    check_files = watch(files, seen, hashes)

    def check() -> None:
        check_files()
        if (
            study.config.responses.file is None
            and load_study(study.folder, source=source).sources[0].sha256 != study.sources[0].sha256
        ):
            raise ChangedError([study.sources[0].file])

    return check

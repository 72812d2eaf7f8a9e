"""Everything that a report is made of, packed up for a machine that sees none of the folders it lies in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from valuelib.errors import ChangedError, JobError
from valuelib.output.clients import Client
from valuelib.output.manifest import file_hash
from valuelib.output.notebooks import find_notebooks
from valuelib.output.standing import brand_files
from valuelib.study.load import find_folder
from valuelib.study.places import answer_files, is_several

MOST_SENT = 1_000_000_000
"""Bytes of one parcel, which waits in the scheduler's memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """The order for a report, and bytes by their place on the machine that asks for it; `beside` are chapters and look.

    Unpacked, they lie below a new root exactly as they lie here, so that every way from one of them to another holds.
    """

    name: str
    order: Mapping[str, Any]
    files: Mapping[str, bytes]
    beside: tuple[str, ...]


def pack(order: Mapping[str, Any], client: Client) -> Parcel:
    """The parcel of a report: the study's folder without what is hidden in it, the chapters, and the files of the look.

    Raises:
        StudyError, ParameterError: the study or the chapters are not there any more.
        JobError: it is more than a scheduler should hold.
    """
    folder, chapters = find_folder(client.study), find_notebooks()
    look = {name: str(path.resolve()) for name in ("brand", "template") if (path := getattr(client, name)) is not None}
    beside = [path.resolve() for path in (*chapters, *brand_files(client, folder))]
    files = [*files_of(folder), *beside]
    if (size := sum(path.stat().st_size for path in files)) > MOST_SENT:
        raise JobError(
            f"The study's folder holds {size / 1e6:.0f} MB, and at most {MOST_SENT / 1e6:.0f} MB of a study are sent. Expected: "
            "answers in a database that the workers reach, or a smaller folder. Next: move what no report reads out of it, or make "
            "this report without --dask where the answers lie."
        )
    told = {**order, **look, "study": str(folder), "notebooks": [str(path.resolve()) for path in chapters]}
    sent = {str(path): path.read_bytes() for path in files}
    return Parcel(name=client.name, order=told, files=sent, beside=tuple(map(str, beside)))


def files_of(folder: Path) -> Iterator[Path]:
    """Every file of a study's folder but the hidden ones."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def unpack(parcel: Parcel, root: Path) -> dict[str, Any]:
    """Write the files below a root, and give the order with their places there."""

    def below(place: str) -> str:
        path = Path(place)
        return str(root.joinpath(*path.parts[1:]))

    for place, data in parcel.files.items():
        path = Path(below(place))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    moved = {name: below(parcel.order[name]) for name in ("study", "brand", "template") if parcel.order[name] is not None}
    return {**parcel.order, **moved, "notebooks": list(map(below, parcel.order["notebooks"]))}


def refuse_changed(parcel: Parcel, inputs: Mapping[str, str]) -> None:
    """Refuse a report whose study, chapters or look are others here than those that were sent.

    Args:
        parcel: what was sent.
        inputs: of the study, by the manifest of the report.

    Raises:
        ChangedError: names them.
    """
    folder = Path(parcel.order["study"])
    read = {name: answer_files(folder, name) if is_several(name, folder) else [folder / name] for name in inputs}
    read |= {path.name: [path] for path in map(Path, parcel.beside)}
    there = {str(path): file_hash(path) for files in read.values() for path in files if path.is_file()}
    sent = {place: hashlib.sha256(data).hexdigest() for place, data in parcel.files.items()}
    if found := [name for name, files in read.items() if any(there.get(str(one)) != sent.get(str(one)) for one in files)]:
        raise ChangedError(found)

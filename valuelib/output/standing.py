"""Whether a report still is what its study gives, told from hashes alone: nothing of the study is loaded."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from valuelib.errors import ParameterError, StudyError
from valuelib.output.clients import Client
from valuelib.output.manifest import changes, code_hash, file_hash, hashes_by_name, is_report, package_versions, read_manifest
from valuelib.output.notebooks import find_notebooks, own_notebooks, shown_folder, working_folder
from valuelib.study.config import StudyConfig
from valuelib.study.config_file import read_yaml
from valuelib.study.load import SETTINGS, find_folder

FULL, BRAND_FILE = "full", "brand.yaml"


def why_made(client: Client, target: Path, *, full: bool = False) -> str:
    """Why a client's report is to be made: what differs between its manifest and what it would be made of; nothing where it stands.

    It rests on hashes alone, so that it costs little more than to read the files; nothing of the study is loaded.
    """
    if not is_report(target):
        return "there is no report"
    try:
        folder, manifest = find_folder(client.study), read_manifest(target)
        settings, shipped = read_yaml(folder / SETTINGS, SETTINGS).data, find_notebooks()
    except (StudyError, ParameterError) as err:
        return str(err)
    language = client.language or settings.get("language") or StudyConfig.model_fields["language"].default
    parameters = {"study": shown_folder(folder, working_folder(shipped)), "language": language, **({FULL: True} if full else {})}
    now: dict[str, Any] = {
        "study": settings.get("study"),
        "code": code_hash(),
        "parameters": parameters,
        "packages": package_versions(),
        "notebooks": hashes_by_name([path for path in shipped if not (folder / "notebooks" / path.name).is_file()]),
        "brand": hashes_by_name(brand_files(client, folder)),
    }
    before = {"brand": {}, **manifest}
    if other := [part for part, value in now.items() if before.get(part) != value]:
        return f"changed: {', '.join(other)}"
    inputs = manifest["inputs"]
    own = {path.relative_to(folder).as_posix() for path in own_notebooks(folder)}
    there = {name: file_hash(folder / name) for name in {*inputs, *own} if (folder / name).is_file()}
    if found := [name for name, *_ in changes(inputs, there)]:
        return f"changed: {', '.join(found)}"
    if settings.get("guesses") is not None and not client.accept_guesses:
        return "its guesses are open"
    made = {name: file_hash(target / name) for name in manifest["outputs"] if (target / name).is_file()}
    return "the report's own files were changed" if made != manifest["outputs"] else ""


def brand_files(client: Client, folder: Path) -> tuple[Path, ...]:
    """The files of a client's look that are there; one that cannot be read is told when the study is checked."""
    named = client.brand if client.brand is not None else folder / BRAND_FILE
    file = named / BRAND_FILE if named.is_dir() else named
    files, data = [], {}
    if file.is_file() or client.brand is not None:
        files.append(file)
        with suppress(StudyError):
            data = dict(read_yaml(file, file.name).data)
    logo = file.parent / str(data["logo"]) if data.get("logo") else None
    template = client.template or (file.parent / str(data["template"]) if data.get("template") else None)
    return tuple(path for path in (*files, logo, template) if path is not None and path.is_file())

"""The inputs, parameters and package versions of a report, from which it can be made again byte for byte; RO-Crate for archives."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from rocrate.model.contextentity import ContextEntity
from rocrate.model.file import File
from rocrate.rocrate import ROCrate

import valuelib
from valuelib.errors import ParameterError
from valuelib.output.foreign import files_below, read_json
from valuelib.output.notebooks import Parameters, own_notebooks
from valuelib.show.localizer import local
from valuelib.show.quality import say_part
from valuelib.study.model import Study

MANIFEST = "manifest.json"
KEPT = "kept"  # folder beside the outputs for files that a report did not bring along
NO_FILE = "no plain file"
STUDY_FILE = "study.yaml"
MADE_BY = "valuelib"
NAME = re.compile(r"[A-Za-z0-9._-]+")


def write_manifest(
    folder: Path, study: Study, parameters: Parameters, brand: Sequence[Path] = (), notebooks: Sequence[Path] = ()
) -> Path:
    """Write manifest.json for the files that now stand in a report's folder; it names no clock, path or user.

    `brand` are the files that the report's look is made of, `notebooks` its chapters beside the study's own; all stand under their
    bare names.
    """
    about: dict[str, Any] = {"study": study.config.study, "seed": study.config.seed, "inputs": input_hashes(study)}
    about["notebooks"] = hashes_by_name(notebooks)
    if brand:
        about["brand"] = hashes_by_name(brand)
    return write_manifest_about(folder, about, parameters)


def write_manifest_about(folder: Path, about: Mapping[str, Any], parameters: Parameters) -> Path:
    """Write manifest.json with what the pages are about and its inputs, beside versions, parameters and outputs."""
    document = {
        **about,
        "made_by": MADE_BY,
        "version": valuelib.__version__,
        "code": code_hash(),
        "parameters": dict(parameters),
        "packages": package_versions(),
        "outputs": output_hashes(folder),
    }
    path = folder / MANIFEST
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return path


def is_report(folder: Path) -> bool:
    """Whether a folder holds a report that this package made, told by its manifest."""
    return bool(_manifest(folder))


def _manifest(folder: Path) -> dict[str, Any]:
    """What the manifest of a report folder holds; nothing where it is none of ours."""
    try:
        document = read_json(folder / MANIFEST)
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) and document.get("made_by") == MADE_BY else {}


def read_manifest(report: Path) -> Mapping[str, Any]:
    """The manifest of a report folder.

    Raises:
        ParameterError: the folder holds no report of this package, or its manifest is not as it was written.
    """
    document = _manifest(report)
    if not document:
        raise ParameterError(
            f"{report}: this is no report (it has no {MANIFEST} of one). Expected: a folder that `valuelib report` wrote. "
            "Name the folder itself, such as reports/acme."
        )
    if lacking := [key for key, holds in FORM.items() if not holds(document.get(key))]:
        raise ParameterError(
            f"{report / MANIFEST}: it does not tell {', '.join(lacking)}. Expected: the manifest as it was written. "
            "Take it from the archive, or make the report anew."
        )
    return document


def _is_texts(block: Any) -> bool:
    return isinstance(block, dict) and all(isinstance(one, str) for one in block.values())


def _is_parameters(block: Any) -> bool:
    where = block.get("where", []) if isinstance(block, dict) else None
    if not isinstance(where, list) or not all(isinstance(one, str | dict) for one in where):
        return False
    return isinstance(block.get("exposure", {}), dict) and isinstance(block.get("language"), str | None)


FORM: Mapping[str, Callable[[Any], bool]] = {
    "outputs": _is_texts,
    "inputs": _is_texts,
    "parameters": _is_parameters,
    "packages": _is_texts,
}


def about_of(report: Path) -> str:
    """The name of the study that a report is of; that of several studies is `portfolio`."""
    document = _manifest(report)
    return "portfolio" if "portfolio" in document else str(document.get("study"))


def strangers(report: Path) -> tuple[str, ...]:
    """Files of a report folder that the report did not bring along, or that are not as it brought them; by their way from there."""
    made = _manifest(report).get("outputs")
    made = made if isinstance(made, dict) else {}
    return tuple(name for name, digest in output_hashes(report).items() if made.get(name) != digest)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """What differs between two parts of manifests, by name: what it was and what it is, None where it is not there."""
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)


def input_hashes(study: Study) -> Mapping[str, str]:
    """SHA-256 of study.yaml, of every file it names and of the study's own chapters, by name in the study's folder."""
    chapters = {path.relative_to(study.folder).as_posix(): file_hash(path) for path in own_notebooks(study.folder)}
    named = {**{source.file: source.sha256 for source in study.sources}, **chapters}
    file = study.folder / STUDY_FILE
    return {STUDY_FILE: file_hash(file), **named} if file.is_file() else named


@cache
def package_versions() -> Mapping[str, str]:
    """Versions of Python and of the packages that a report is made with."""
    needed = [line for line in requires("valuelib") or () if "extra ==" not in line]
    found = {"python": platform.python_version()}
    for name in sorted(match[0] for line in needed if (match := NAME.match(line))):
        with suppress(PackageNotFoundError):  # what only other systems or older versions of Python need
            found[name] = version(name)
    return found


@cache
def code_hash() -> str:
    """SHA-256 of this package's files and their names, as they stand when it is first asked for."""
    root, digest = Path(valuelib.__file__).parent, hashlib.sha256()
    for path in files_below(root):
        way = path.relative_to(root)
        if path.suffix != ".pyc" and way.parts[0] != "packaged":  # notebooks and demo of a wheel have hashes of their own
            digest.update(f"{way.as_posix()} {file_hash(path)}\n".encode())
    return digest.hexdigest()


def hashes_by_name(files: Sequence[Path]) -> Mapping[str, str]:
    """SHA-256 of files, by their bare names."""
    return {path.name: file_hash(path) for path in files}


def output_hashes(folder: Path) -> Mapping[str, str]:
    """SHA-256 of every file of a report but the manifest itself; a link is told as such and never followed."""
    return {
        path.relative_to(folder).as_posix(): file_hash(path) if path.is_file() and not path.is_symlink() else NO_FILE
        for path in report_files(folder)
        if path != folder / MANIFEST
    }


def report_files(folder: Path) -> Iterator[Path]:
    """Every file and link of a report folder, but what was kept there of the user's."""
    kept = folder / KEPT
    for path in files_below(folder):
        if kept not in path.parents or kept.is_symlink():
            yield path


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


CRATE = "ro-crate-metadata.json"
FORMATS: Mapping[str, str] = {
    ".html": "text/html",
    ".pdf": "application/pdf",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".json": "application/json",
    ".ipynb": "application/x-ipynb+json",
}
SOFTWARE = "#valuelib"


def crate_text(folder: Path, study: Study) -> str:
    """The metadata of a report folder as JSON-LD (RO-Crate 1.1), without a clock.

    It names the study's files by their hashes and ships none of them.

    Args:
        folder: the folder with every output but the manifest and this file.
        study: the study behind it.
    """
    crate = ROCrate()
    root = crate.root_dataset
    root["name"] = f"{study.config.client} – {local.text('common.customer_value_claims_hold')}"
    root["description"] = " ".join([local.text("crate.claims_customer_value_put"), *([say_part(study)] if study.part else [])])
    root["inLanguage"] = local.language
    root.pop("datePublished", None)  # the library takes the clock's
    if study.config.fieldwork:
        root["datePublished"] = study.config.fieldwork
    software = {"@type": "SoftwareApplication", "name": valuelib.__name__, "softwareVersion": valuelib.__version__}
    maker = crate.add(ContextEntity(crate, SOFTWARE, properties=software))
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        name = path.relative_to(folder).as_posix()
        about = {"encodingFormat": FORMATS.get(path.suffix, "application/octet-stream"), "inLanguage": local.language}
        crate.add(File(crate, None, dest_path=name, properties=about))
    inputs = []
    for name, digest in sorted(input_hashes(study).items()):
        properties = {"@type": "CreativeWork", "name": name, "identifier": f"sha256:{digest}"}
        inputs.append(crate.add(ContextEntity(crate, f"#input-{name}", properties=properties)))
    action = {"@type": "CreateAction", "name": "valuelib report", "instrument": maker, "object": inputs, "result": root}
    crate.add(ContextEntity(crate, "#run", properties=action))
    return json.dumps(crate.metadata.generate(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"

"""Are a report's files those that its manifest names, and does its study still give them byte for byte?"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from valuelib.errors import ParameterError
from valuelib.report.again.differ import first_difference
from valuelib.report.build import build_report
from valuelib.report.folder import read_files
from valuelib.report.manifest import MANIFEST, input_hashes, is_report, output_hashes, package_versions
from valuelib.report.progress import Watcher
from valuelib.report.run import FULL
from valuelib.study import load_study


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be: which file, and what about it."""

    file: str
    said: str

    def __str__(self) -> str:
        return f"{self.file}: {self.said}"


def read_manifest(report: Path) -> Mapping[str, Any]:
    """The manifest of a report folder.

    Raises:
        ParameterError: the folder holds no report of this package.
    """
    if not is_report(report):
        raise ParameterError(
            f"{report}: this is no report (it has no {MANIFEST} of one). Expected: a folder that `valuelib report` wrote. "
            "Name the folder itself, such as reports/acme."
        )
    document: dict[str, Any] = json.loads((report / MANIFEST).read_text(encoding="utf-8"))
    if lacking := [key for key in ("outputs", "inputs", "parameters", "packages") if not isinstance(document.get(key), dict)]:
        raise ParameterError(
            f"{report / MANIFEST}: it does not tell {', '.join(lacking)}. Expected: the manifest as it was written. "
            "Take it from the archive, or make the report anew."
        )
    return document


def verify_outputs(report: Path) -> tuple[Difference, ...]:
    """What differs between the files of a report and its manifest: missing, changed and foreign files.

    Raises:
        ParameterError: the folder holds no report.
    """
    wanted: Mapping[str, str] = read_manifest(report)["outputs"]
    found = output_hashes(report)
    return tuple(
        _between(wanted, found, missing="it is missing", changed="it was changed after it was made", extra="it is new here")
    )


def verify_study(
    report: Path,
    study: Path,
    *,
    brand: Path | None = None,
    template: Path | None = None,
    notebooks: Sequence[Path] | None = None,
    watcher: Watcher | None = None,
) -> tuple[Difference, ...]:
    """What differs between a report and the one that its study gives now, naming the first difference inside each file.

    Other package versions are told first, since they are what usually moves a byte.

    Args:
        report: the report folder.
        study: the study's folder.
        brand, template: as they were given when the report was made.
        notebooks: the chapters; None takes the project's.
        watcher: told how the run goes on.

    Raises:
        ParameterError: the folder holds no report, or the study cannot be run so.
        StudyError, RunError, PrivacyError: the study does not give a report any more.
    """
    manifest = read_manifest(report)
    told = [*_versions(manifest["packages"]), *_inputs(manifest["inputs"], study)]
    with tempfile.TemporaryDirectory() as scratch:
        made = build_report(
            study,
            language=manifest["parameters"].get("language"),
            out=Path(scratch) / "report",
            full=bool(manifest["parameters"].get(FULL, False)),
            brand=brand,
            template=template,
            notebooks=notebooks,
            watcher=watcher,
        )
        before, after = read_files(report), read_files(made)
    names = [*sorted(set(before) - {MANIFEST}), *sorted(set(after) - set(before))]
    for name in names:
        if name not in after:
            told.append(Difference(name, "the study gives no such file"))
        elif name not in before:
            told.append(Difference(name, "the study gives it, and it is not here"))
        elif before[name] != after[name]:
            told.append(Difference(name, first_difference(name, before[name], after[name])))
    return tuple(told)


def _versions(wanted: Mapping[str, str]) -> Iterator[Difference]:
    found = package_versions()
    for name in sorted(set(wanted) | set(found)):
        was, now = wanted.get(name, "none"), found.get(name, "none")
        if was != now:
            yield Difference(MANIFEST, f"made with {name} {was}, here is {name} {now}")


def _inputs(wanted: Mapping[str, str], study: Path) -> Iterator[Difference]:
    found = input_hashes(load_study(study))
    yield from _between(
        wanted, found, missing="the study no longer reads it", changed="it is another than then", extra="it was not read then"
    )


def _between(
    wanted: Mapping[str, str], found: Mapping[str, str], *, missing: str, changed: str, extra: str
) -> Iterator[Difference]:
    for name in sorted(set(wanted) | set(found)):
        if name not in found:
            yield Difference(name, missing)
        elif name not in wanted:
            yield Difference(name, extra)
        elif wanted[name] != found[name]:
            yield Difference(name, changed)

"""A report held against its manifest and, byte for byte, against what its study gives now."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from valuelib.errors import ParameterError
from valuelib.output.build import build_report, read_files
from valuelib.output.manifest import MANIFEST, input_hashes, is_report, output_hashes, package_versions
from valuelib.output.run import FULL, Watcher
from valuelib.study.load import load_study

LONGEST = 60


def first_difference(name: str, before: bytes, after: bytes) -> str:
    """The first place where two versions of a file differ: a field, a member, a line or a byte.

    Args:
        name: the file's name, whose ending tells its kind.
        before: its bytes in the report.
        after: its bytes as they come out now; other than before.
    """
    if name.endswith((".pptx", ".xlsx")):
        return _in_package(before, after)
    if name.endswith((".json", ".ipynb")):
        try:
            one, two = json.loads(before), json.loads(after)
        except ValueError:
            return _in_lines(before, after)
        return _at(one, two, "") or "its values are the same, written in another way"
    if name.endswith((".html", ".txt", ".csv", ".svg", ".xml")):
        return _in_lines(before, after)
    place = next((at for at, (one, two) in enumerate(zip(before, after, strict=False)) if one != two), min(len(before), len(after)))
    return f"the bytes part at {place} of {len(before)} (now {len(after)})"


def _in_package(before: bytes, after: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(before)) as one, zipfile.ZipFile(io.BytesIO(after)) as two:
        for name in dict.fromkeys([*one.namelist(), *two.namelist()]):
            if name not in two.namelist() or name not in one.namelist():
                return f"its part {name} is {'gone' if name in one.namelist() else 'new'}"
            if one.read(name) != two.read(name):
                return f"its part {name}: {first_difference(name, one.read(name), two.read(name))}"
    return "its parts are the same, packed in another way"


def _at(one: Any, two: Any, place: str) -> str:
    """The first field that differs, told by its way from the top; entries of a list by their name where they have one."""
    if isinstance(one, dict) and isinstance(two, dict):
        for key in dict.fromkeys([*one, *two]):
            if key not in one or key not in two:
                return f"{place}{key} is {'gone' if key in one else 'new'}"
            if said := _at(one[key], two[key], f"{place}{key}."):
                return said
        return ""
    if isinstance(one, list) and isinstance(two, list):
        for at, (first, second) in enumerate(zip(one, two, strict=False)):
            if said := _at(first, second, f"{place}{_named(first, at)}."):
                return said
        return "" if len(one) == len(two) else f"{place.rstrip('.')} has {len(two)} entries instead of {len(one)}"
    return "" if one == two else f"{place.rstrip('.')} is {_short(two)} instead of {_short(one)}"


def _named(entry: Any, at: int) -> str:
    if isinstance(entry, dict):
        return next((str(entry[key]) for key in ("claim", "name", "id") if isinstance(entry.get(key), str)), str(at))
    return str(at)


def _in_lines(before: bytes, after: bytes) -> str:
    one, two = (text.decode("utf-8", errors="replace").splitlines() for text in (before, after))
    at = next((row for row, (first, second) in enumerate(zip(one, two, strict=False)) if first != second), min(len(one), len(two)))
    if at >= len(one) or at >= len(two):
        return f"it has {len(two)} lines instead of {len(one)}"
    start = next((x for x, (a, b) in enumerate(zip(one[at], two[at], strict=False)) if a != b), min(len(one[at]), len(two[at])))
    here = slice(max(0, start - 20), start + 40)
    return f"line {at + 1} has {_short(two[at][here])} instead of {_short(one[at][here])}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


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
    inputs = _between(
        manifest["inputs"],
        input_hashes(load_study(study)),
        missing="the study no longer reads it",
        changed="it is another than then",
        extra="it was not read then",
    )
    told = [*_versions(manifest["packages"]), *inputs]
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

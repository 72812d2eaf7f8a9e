"""A report held against its manifest and, byte for byte, against what its study gives now."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from valuelib.output.beside import BESIDE, FULL_RESULTS, full_results
from valuelib.output.build import build_report
from valuelib.output.manifest import MANIFEST, changes, input_hashes, output_hashes, package_versions, read_manifest
from valuelib.output.place import read_files
from valuelib.output.results_json import RESULTS
from valuelib.output.run import FULL, Watcher
from valuelib.output.scratch import scratch_folder
from valuelib.study.load import load_study

LONGEST = 60


def verify_outputs(report: Path) -> tuple[str, ...]:
    """What differs between the files of a report and its manifest, one file a line: missing, changed and foreign files.

    Raises:
        ParameterError: the folder holds no report.
    """
    said = ("it is missing", "it is new here", "it was changed after it was made")
    return tuple(_files(changes(read_manifest(report)["outputs"], output_hashes(report)), *said))


def verify_study(
    report: Path,
    study: Path,
    *,
    brand: Path | None = None,
    template: Path | None = None,
    notebooks: Sequence[Path] | None = None,
    watcher: Watcher | None = None,
) -> tuple[str, ...]:
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
    inputs = changes(manifest["inputs"], input_hashes(load_study(study, source=manifest["parameters"].get("source"))))
    told = [
        *(
            f"{MANIFEST}: made with {name} {was or 'none'}, here is {name} {now or 'none'}"
            for name, was, now in changes(manifest["packages"], package_versions())
        ),
        *_files(inputs, "the study no longer reads it", "it was not read then", "it is another than then"),
    ]
    with scratch_folder() as scratch:
        made = build_report(
            study,
            language=manifest["parameters"].get("language"),
            out=scratch / "report",
            part={key: manifest["parameters"][key] for key in ("where", "exposure") if key in manifest["parameters"]},
            full=bool(manifest["parameters"].get(FULL, False)),
            source=manifest["parameters"].get("source"),
            brand=brand,
            template=template,
            accept_guesses=True,  # the report that is there says so
            beside=Path(scratch),
            notebooks=notebooks,
            watcher=watcher,
        )
        before, after = read_files(report), read_files(made)
        if (full := full_results(report / RESULTS, study)).name == FULL_RESULTS:
            # Every digit of this very report is there: what rounding would hide is found, too.
            place = f"{study.name}/{BESIDE}/{FULL_RESULTS}"
            before[place], after[place] = full.read_bytes(), (Path(scratch) / BESIDE / FULL_RESULTS).read_bytes()
    before.pop(MANIFEST)
    after.pop(MANIFEST)
    return (*told, *_files(changes(before, after), "the study gives no such file", "the study gives it, and it is not here"))


def _files(found: Iterable[tuple[str, Any, Any]], missing: str, extra: str, changed: str = "") -> Iterator[str]:
    """Each file that differs, with what is said of one that is gone, new or changed; by itself it tells the first difference."""
    for name, was, now in found:
        if was is None or now is None:
            yield f"{name}: {missing if now is None else extra}"
        else:
            yield f"{name}: {changed or first_difference(name, was, now)}"


def first_difference(name: str, before: bytes, after: bytes) -> str:
    """The first place where two versions of a file differ: a field, a member, a line or a byte.

    Args:
        name: the file's name, whose ending tells its kind.
        before: its bytes in the report.
        after: its bytes as they come out now; other than before.
    """
    if name.endswith((".pptx", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(before)) as one, zipfile.ZipFile(io.BytesIO(after)) as two:
            for part in dict.fromkeys([*one.namelist(), *two.namelist()]):
                if part not in two.namelist() or part not in one.namelist():
                    return f"its part {part} is {'gone' if part in one.namelist() else 'new'}"
                if one.read(part) != two.read(part):
                    return f"its part {part}: {first_difference(part, one.read(part), two.read(part))}"
        return "its parts are the same, packed in another way"
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
            keys = [first.get(key) for key in ("claim", "name", "id")] if isinstance(first, dict) else []
            named = next((key for key in keys if isinstance(key, str)), at)
            if said := _at(first, second, f"{place}{named}."):
                return said
        return "" if len(one) == len(two) else f"{place.rstrip('.')} has {len(two)} entries instead of {len(one)}"
    return "" if one == two else f"{place.rstrip('.')} is {_short(two)} instead of {_short(one)}"


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

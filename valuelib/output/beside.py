"""What a report keeps beside the private study, never in its own folder: every digit of its results, and how many answered when.

`.valuelib/results-full.json` belongs to the last report of the study, which `.valuelib/reports.json` tells by the hash of the
results.json that was shipped. Both are for whoever holds the answers anyway.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from valuelib.output.manifest import MANIFEST, file_hash
from valuelib.output.results_json import RESULTS, Document, as_text
from valuelib.output.scratch import alone
from valuelib.study.config import Privacy
from valuelib.study.load import study_places

BESIDE, FULL_RESULTS, REPORTS = ".valuelib", "results-full.json", "reports.json"
KEPT = 40  # reports whose counts are remembered
Counts = Mapping[str, Any]


def keep_results(study: Path, full: Document, shipped: Path, part: Mapping[str, Any]) -> str:
    """Write a report's results with every digit, and its counts, beside the study; why that was not possible, else nothing.

    Args:
        study: its folder.
        full: the content of results.json with every digit.
        shipped: the results.json of the report, in its place.
        part: of the study that the report is of; empty for the whole.
    """
    folder = study / BESIDE
    entry = {"results": file_hash(shipped), "part": dict(part), **counts_of(full)}
    try:
        with alone(study):  # another report of the same study, such as that in the other language, may end at the same moment
            history = [one for one in _history(study) if one.get("results") != entry["results"]]
            folder.mkdir(exist_ok=True)
            _write(folder / FULL_RESULTS, as_text(full))
            _write(folder / REPORTS, json.dumps([*history, entry][-KEPT:], ensure_ascii=False) + "\n")
    except OSError as err:
        return (
            f"{folder}: the results with every digit could not be written there ({err.strerror or err}). The report is whole; "
            "portfolio and compare will take its rounded figures."
        )
    return ""


def keep_beside(study: Path, full: Document, target: Path, part: Mapping[str, Any], known: Sequence[Counts]) -> Iterator[str]:
    """Keep the results of a report that is in its place, as `keep_results` does; what is to be said of it, to the last.

    `known` are the counts of earlier reports.
    """
    if few := next(filter(None, (few_changed(one, counts_of(full), fewest_of(full)) for one in known)), 0):
        yield say_few(few, fewest_of(full))
    if unkept := keep_results(study, full, target / RESULTS, part):
        yield unkept


def _write(file: Path, text: str) -> None:
    """All of a file or nothing of it, readable by its owner alone."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


def full_results(shipped: Path, study: Path | None = None) -> Path:
    """The file with every digit of a report's results where it is there and belongs to that report, else the shipped one itself.

    Args:
        shipped: results.json of a report.
        study: the study's folder; None looks for the one that the manifest beside it names.
    """
    for folder in (study,) if study is not None else _named_study(shipped.parent / MANIFEST):
        last: Counts = next(reversed(_history(folder)), {})
        if (full := folder / BESIDE / FULL_RESULTS).is_file() and last.get("results") == file_hash(shipped):
            return full
    return shipped


def _named_study(manifest: Path) -> Iterator[Path]:
    """The folder that a manifest names, where there is one: a manifest may come from anybody."""
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        named = Path(json.loads(manifest.read_text(encoding="utf-8"))["parameters"]["study"])
        yield from (place for place in study_places(named) if place.is_dir())


def _history(study: Path) -> list[dict[str, Any]]:
    """Counts of earlier reports; none where the file is not ours or cannot be read."""
    try:
        found = json.loads((study / BESIDE / REPORTS).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


# Two reports of one study that differ by few people


def counts_of(document: Document) -> Counts:
    """How many are behind a report and behind each of its figures."""
    return {
        "respondents": int(document["study"]["respondents"]),
        "n": {entry["name"]: int(entry["n"]) for entry in document["estimates"] if entry["value"] is not None},
    }


def few_changed(before: Counts, after: Counts, fewest: int) -> int:
    """By how few respondents two reports of one study differ; 0 where nobody or enough of them do.

    Where as many answered as before, figures that rest on other numbers of answers tell that somebody came, went or changed.
    """
    total = abs(int(after["respondents"]) - int(before["respondents"]))
    if total:
        return total if total < fewest else 0
    known, now = before.get("n") or {}, after.get("n") or {}
    most = max((abs(int(now[name]) - int(known[name])) for name in now if name in known), default=0)
    return most if most < fewest else 0


def earlier_counts(study: Path, name: str, target: Path, part: Mapping[str, Any]) -> list[Counts]:
    """Counts of the earlier reports of a study, or of the same part of it: that in the place of the new one, and all remembered."""
    found: list[Counts] = [
        one for one in _history(study) if one.get("part") == dict(part) and isinstance(one.get("respondents"), int)
    ]
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        there = json.loads((target / RESULTS).read_text(encoding="utf-8"))
        told = {key: value for key, value in there["study"].get("part", {}).items() if key != "words"}
        if there["study"]["name"] == name and told == dict(part):
            found.append(counts_of(there))
    return found


def say_few(n: int, fewest: int) -> str:
    """The warning that two reports tell of few people."""
    who, those = ("one respondent", "that one") if n == 1 else (f"{n} respondents", "those")
    return (
        f"An earlier report of this study differs by {who}, fewer than privacy.min_group ({fewest}): whoever has both may learn "
        f"what {those} answered. Next: give this report only to readers without the earlier one, or wait for more answers."
    )


def few_between(old: Document, new: Document) -> int:
    """By how few respondents two reports of one study, or of one part of it, differ; 0 where nobody or enough do."""
    one, two = old["study"], new["study"]
    if (one["name"], one.get("part", {}).get("where")) != (two["name"], two.get("part", {}).get("where")):
        return 0
    return few_changed(counts_of(old), counts_of(new), fewest_of(new))


def fewest_of(document: Document) -> int:
    """The smallest group that a report shows; the default where an older report does not tell."""
    return int(document["study"].get("min_group", Privacy().min_group))

"""Which results.json does each named study have, and can they be pooled? Every problem of every study is told at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from valuelib.errors import Problem, ResultError, StudyError, ValuelibError
from valuelib.explore.portfolio.studies import read_results
from valuelib.languages import has_text
from valuelib.report.folder import project_folder
from valuelib.report.results import SCHEMA, Document, check_document
from valuelib.study.load import project_root
from valuelib.study.wording import clip, problem
from valuelib.study.yaml_text import read_yaml

RESULTS, SETTINGS = "results.json", "study.yaml"
EXPECTED = "a study's folder, its report's folder, or a results.json."


def read_portfolio(paths: Sequence[str | Path]) -> tuple[Document, ...]:
    """The content of each study's results.json, checked.

    Args:
        paths: each a study's folder (its report in reports/<study> is taken), a report's folder, or a results.json; looked for
            from the working folder, then from the project root.
    Raises:
        StudyError: a file is missing, is none of ours or of another version, or two of them are one study; all at once.
    """
    return tuple(document for _, document in read_files(paths))


def read_files(paths: Sequence[str | Path]) -> tuple[tuple[Path, Document], ...]:
    """Like `read_portfolio`, each document with the file it came from."""
    found = [(str(path), find_results(path)) for path in paths]
    problems = [place for _, place in found if isinstance(place, Problem)]
    read: list[tuple[str, Path, Document]] = []
    for named, place in found:
        if isinstance(place, Path):
            document = _read(place, named)
            problems += [document] if isinstance(document, Problem) else []
            read += [] if isinstance(document, Problem) else [(named, place, document)]
    problems += _doubled([(named, document) for named, _, document in read])
    if problems or not read:
        raise StudyError(problems or [problem("No study is named.", "the portfolio", EXPECTED, "Name one or more studies.")])
    return tuple((place, document) for _, place, document in read)


def find_results(path: str | Path) -> Path | Problem:
    """The results.json that a path stands for, or why there is none."""
    for start in dict.fromkeys((Path.cwd(), project_root(Path.cwd()))):
        place = start / path
        if place.is_file():
            return place
        if (place / RESULTS).is_file():
            return place / RESULTS
        if (place / SETTINGS).is_file():
            return _of_study(place, str(path))
        if place.is_dir():
            return problem(
                f"The folder has neither {RESULTS} nor {SETTINGS}.", clip(path, 80), EXPECTED, "Name a folder that has one of them."
            )
    return problem("There is no such file or folder.", clip(path, 80), EXPECTED, "Check the path.")


def _of_study(folder: Path, named: str) -> Path | Problem:
    """The report of a study's folder; the study says its own name."""
    try:
        name = str(read_yaml(folder / SETTINGS, SETTINGS).data.get("study") or folder.name)
    except StudyError as err:
        return err.problems[0]
    report = project_folder() / "reports" / name / RESULTS
    if report.is_file():
        return report
    return problem(
        "The study has no report yet.",
        clip(named, 80),
        f"{RESULTS} in reports/{name}.",
        f"Make it first: valuelib report {clip(named, 80)}",
    )


def _read(file: Path, named: str) -> Document | Problem:
    """The document, or the first thing that keeps it from being pooled."""
    where = clip(named, 80)
    try:
        document: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return problem("It could not be read as JSON.", where, f"a {RESULTS} of a report.", "Make the report again.")
    if not isinstance(document, dict) or "schema" not in document:
        return problem(f"It is not a {RESULTS} of this package.", where, f"a {RESULTS} of a report.", "Name another file.")
    if document["schema"] != SCHEMA:
        what = f"Its form is {clip(document['schema'], 20)}, which this version does not read."
        return problem(what, where, f"form {SCHEMA}.", "Make the report again with this version.")
    try:
        check_document(document)
        _check_codes(document)
    except (ResultError, ValidationError, ValuelibError) as err:
        what = f"Its content does not hold together: {clip(str(err), 160)}"
        return problem(what, where, f"a {RESULTS} as this version writes it.", "Make the report again with this version.")
    return document


def _check_codes(document: Mapping[str, Any]) -> None:
    """Every reason can be said again, in whatever language the portfolio speaks."""
    unknown = {found.reason.code for found in read_results(document).findings.values() if not has_text(found.reason.code)}
    if unknown:
        raise ResultError(f"No catalogue has a text for {', '.join(sorted(unknown))}.")


def _doubled(read: Sequence[tuple[str, Document]]) -> Iterator[Problem]:
    """A study that comes in twice, by its name or, under another name, by its very results."""
    names: dict[str, str] = {}
    contents: dict[str, str] = {}
    for named, document in read:
        name = document["study"]["name"]
        content = json.dumps([document["study"]["respondents"], document["findings"]], sort_keys=True)
        if name in names:
            what = f"The study {clip(name)!r} is already there, from {clip(names[name], 80)}."
            yield problem(what, clip(named, 80), "each study once.", "Leave one of the two out.")
        elif content in contents:
            what = f"It has the very same results as {clip(contents[content], 80)}."
            yield problem(what, clip(named, 80), "different studies.", "Leave one of the two out.")
        names.setdefault(name, named)
        contents.setdefault(content, named)

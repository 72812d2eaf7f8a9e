"""The clients of a batch: which studies, in which languages, with whose look, and what each report's folder is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from valuelib.errors import ParameterError, Problem, StudyError
from valuelib.languages import languages
from valuelib.study.config_file import YamlText, read_yaml
from valuelib.study.load import SETTINGS, find_folder
from valuelib.study.wording import clip, guess, problem

LIST = "clients"
TEXTS, KEYS = ("study", "brand", "template"), ("study", "language", "brand", "template", "accept_guesses")
STUDY_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One report of a batch.

    `name` is that of its folder, `language` None where it is the study's own; `brand` and `template` are files as `report` takes
    them.
    """

    study: Path
    name: str = ""
    language: str | None = None
    brand: Path | None = None
    template: Path | None = None
    accept_guesses: bool = False


def find_clients(
    named: Sequence[str | Path | Mapping[str, Any]] | str | Path, spoken: Sequence[str] = (), **more: Any
) -> tuple[Client, ...]:
    """The reports that a batch makes, each with a name of its own.

    Args:
        named: studies' folders, files such as clients.yaml, or entries as one of these holds them.
        spoken: languages of all that name none; with several each has a report in each.
        more: `brand`, `template`, `accept_guesses` of all that do not say otherwise.

    Raises:
        StudyError: a file with clients cannot be read or an entry will not do; every problem at once.
        ParameterError: there are none, a language is unknown, or two reports would have one name.
    """
    every = [named] if isinstance(named, str | Path) else named
    if unknown := [one for one in spoken if one not in languages()]:
        raise ParameterError(f"Language {unknown[0]!r} is not known; expected one of {', '.join(languages())}.")
    asked: list[tuple[Client, Sequence[str]]] = []
    problems: list[Problem] = []
    for one in every:
        if isinstance(one, Mapping):
            entries, place = [(one, "clients")], Path()
        elif (file := Path(one)).suffix in (".yaml", ".yml") and file.name != SETTINGS:
            try:
                read = read_yaml(file, file.name)
            except StudyError as err:
                problems += err.problems
                continue
            problems += _problems_of_list(read, file.name)
            entries = [(entry, _where(read, file.name, number, entry)) for number, entry in enumerate(_entries(read))]
            place = file.parent
        else:
            entries, place = [({"study": str(one)}, "")], Path()
        for entry, where in entries:
            found = list(_problems(entry, where))
            problems += found
            if not found:
                asked.append(_client(entry, place, spoken, more))
    if problems:
        raise StudyError(problems)
    if not asked:
        raise ParameterError(
            "There are no clients. Expected: folders of studies, or a file such as clients.yaml. Name at least one."
        )
    clients = [named_one for client, tongues in asked for named_one in _in_languages(client, tongues)]
    _refuse_equal(clients)
    return tuple(clients)


def _entries(read: YamlText) -> list[Any]:
    found = read.data.get(LIST)
    return found if isinstance(found, list) else []


def _where(read: YamlText, name: str, number: int, entry: Any) -> str:
    line = read.lines.get((LIST, number, next(iter(entry)))) if isinstance(entry, dict) and entry else None
    return f"{name}, line {line}" if line else f"{name}, entry {number + 1}"


def _problems_of_list(read: YamlText, name: str) -> Iterator[Problem]:
    form = "`clients:` and below it a list with one entry a client, such as `- study: data/acme`."
    if not _entries(read):
        yield problem("The file has no list of clients.", name, form, "Write one.")
    for key in read.data:
        if key != LIST:
            yield problem(f"The key {clip(key)!r} is not known.", name, form, "Take it out.")
    for place in read.twice:
        yield problem(f"{clip(place[-1])!r} stands twice.", name, "each key once.", "Take one out.")


def _problems(entry: Any, where: str) -> Iterator[Problem]:
    if not isinstance(entry, Mapping) or "study" not in entry:
        yield problem("The entry names no study.", where, "an entry such as `- study: data/acme`.", "Write it so.")
        return
    for key, value in entry.items():
        if key not in KEYS:
            yield problem(f"The key {clip(key)!r} is not known.", where, guess(str(key), KEYS), "Correct it.")
        elif key in TEXTS and not (isinstance(value, str | Path) and str(value).strip()):
            yield problem(f"{key} names nothing.", where, "the name of a folder or file.", "Write it, or take the key out.")
        elif key == "language" and not _are_languages(_listed(value)):
            expected = f"{', '.join(languages())}, or a list of different ones."
            yield problem(f"The language {clip(value)!r} is not known, or stands twice.", where, expected, "Correct it.")
        elif key == "accept_guesses" and not isinstance(value, bool):
            yield problem("accept_guesses is no yes or no.", where, "true or false.", "Correct it.")


def _are_languages(given: list[Any]) -> bool:
    return bool(given) and all(one in languages() for one in given) and len(set(given)) == len(given)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _client(entry: Mapping[str, Any], place: Path, spoken: Sequence[str], more: Mapping[str, Any]) -> tuple[Client, Sequence[str]]:
    """A client with the languages asked for; its paths run from the folder of the file that names it."""
    given = {key: place / Path(entry[key]).expanduser() for key in TEXTS if key in entry}
    study = given.pop("study")
    if not study.exists():  # the demo, or one that is found from the project's folder
        study = Path(entry["study"])
    guesses = {"accept_guesses": entry["accept_guesses"]} if "accept_guesses" in entry else {}
    return Client(study=study, **{**more, **given, **guesses}), _listed(entry["language"]) if "language" in entry else spoken


def _in_languages(client: Client, tongues: Sequence[str]) -> Iterator[Client]:
    name = study_name(client.study)
    if len(tongues) < 2:
        yield replace(client, name=name, language=next(iter(tongues), None))
    else:
        yield from (replace(client, name=f"{name}-{one}", language=one) for one in tongues)


def study_name(study: Path) -> str:
    """What study.yaml calls the study; the folder's own name where that cannot be read, which the check of the study then tells."""
    told: Any = None
    with suppress(StudyError):
        told = read_yaml(find_folder(study) / SETTINGS, SETTINGS).data.get("study")
    return told if isinstance(told, str) and STUDY_NAME.fullmatch(told) else study.resolve().name


def _refuse_equal(clients: Sequence[Client]) -> None:
    """Refuse two reports of one folder, also where capitals and small letters are one to the file system."""
    names = Counter(client.name.casefold() for client in clients)
    if equal := [client for client in clients if names[client.name.casefold()] > 1]:
        listed = ", ".join(f"{client.name} ({client.study})" for client in equal)
        raise ParameterError(
            f"Several reports would have one folder: {listed}. Expected: a name of its own for each study (`study` of study.yaml). "
            "Change it there, list a study once, and name several languages in one entry: language: [fi, en]."
        )

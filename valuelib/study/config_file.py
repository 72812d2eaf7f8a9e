"""Does study.yaml say what it may say? Its settings, or every problem in it, with what further problems can still be looked for."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from valuelib.errors import Problem
from valuelib.study.config import StudyConfig
from valuelib.study.config_said import dotted, known_keys, place_of, problem_of, say_where
from valuelib.study.wording import nearest, problem
from valuelib.study.yaml_text import Place, YamlText, read_yaml

ROUNDS = 8
BY_RATINGS = ("delivered", "relative", "peers", "count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What study.yaml says; with problems, `config` is what is left of it to look at the data with (None: nothing useful)."""

    config: StudyConfig | None
    problems: tuple[Problem, ...] = ()


def read_settings(path: Path, name: str) -> Settings:
    """Read study.yaml and collect all its problems.

    Args:
        path: the file.
        name: what the user calls it.
    Raises:
        StudyError: the file is no YAML at all.
    """
    text = read_yaml(path, name)
    problems = [_twice(place, text, name) for place in text.twice]
    problems += _rule_needs(text, name)
    try:
        return Settings(config=StudyConfig.model_validate(text.data), problems=tuple(problems))
    except ValidationError as err:
        errors = err.errors(include_url=False, include_input=False)
        problems += [problem_of(error, text, name) for error in errors]
    return Settings(config=_left_over(text.data, errors), problems=tuple(problems))


def _left_over(data: Mapping[str, Any], errors: Sequence[ErrorDetails]) -> StudyConfig | None:
    """The settings without their faulty parts, so that the data's problems can be told in the same message."""
    rest = copy.deepcopy(dict(data))
    for _ in range(ROUNDS):
        if not all(_take_out(rest, place_of(error), error["type"]) for error in errors):
            return None
        try:
            return StudyConfig.model_validate(rest, context={"repaired": True})
        except ValidationError as err:
            errors = err.errors(include_url=False, include_input=False)
    return None


def _take_out(data: dict[str, Any], place: Place, kind: str) -> bool:
    """Remove what an error is about; False where the rest would only raise false alarms."""
    top = place[0]
    if kind == "extra_forbidden":
        return _rename(data, place)
    if "missing" in place or top == "responses" or (top == "outcomes" and len(place) == 1):
        return False
    if top in ("study", "client"):
        data[str(top)] = "unnamed"
        return True
    if top in ("outcomes", "columns"):
        return _drop(data, place[:2])
    if place[:2] in (("elements", "columns"), ("cocreation", "columns")) and len(place) > 2:
        return _drop(data, place[:3])
    return _drop(data, place[:1])


def _rename(data: dict[str, Any], place: Place) -> bool:
    """Read a misspelt key as the one that was meant, where that is plain and still free."""
    block = _at(data, place[:-1])
    value = block.pop(str(place[-1]), None)
    meant = nearest(str(place[-1]), known_keys(place[:-1]))
    if meant is not None and meant not in block:
        block[meant] = value
    return True


def _drop(data: dict[str, Any], place: Place) -> bool:
    block = _at(data, place[:-1])
    if not isinstance(block, dict):
        return _drop(data, place[:-1])
    block.pop(str(place[-1]), None)
    return True


def _at(data: Any, place: Place) -> Any:
    for key in place:
        match data, key:
            case dict(), str():
                data = data.get(key, {})
            case list(), int():
                data = data[key]
            case _:
                return {}
    return data


def _twice(place: Place, text: YamlText, name: str) -> Problem:
    return problem(
        f"The key `{dotted(place)}` stands twice.",
        say_where(place, text, name),
        "each key once in its block.",
        "Keep one of the two.",
    )


def _rule_needs(text: YamlText, name: str) -> Iterable[Problem]:
    """A rule that is written down needs the columns that it looks at."""
    exposure, columns = text.data.get("exposure"), text.data.get("columns")
    rule = exposure.get("rule") if isinstance(exposure, dict) else None
    where = say_where(("exposure", "rule"), text, name)
    if rule in BY_RATINGS and not text.data.get("elements"):
        yield problem(
            f"The rule {rule} looks at rated elements, and none is mapped.",
            where,
            "a block `elements` with columns, or the rule offering.",
            "Map the elements that the survey asked about.",
        )
    if rule == "peers" and not (isinstance(columns, dict) and columns.get("account")):
        yield problem(
            "The rule peers looks at colleagues of the same account, and no account column is mapped.",
            where,
            "columns.account.",
            "Map the column that names the account, or choose another rule.",
        )

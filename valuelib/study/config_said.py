"""How is a mistake in study.yaml told to the person who wrote the file? What, where, what was expected, what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from valuelib.errors import Problem
from valuelib.study.config import StudyConfig
from valuelib.study.wording import clip, guess, problem
from valuelib.study.yaml_text import Place, YamlText

# What pydantic adds to the place of an error besides the user's own keys.
ADDED = ("[key]", "word", "block")
WANTED: Mapping[str, str] = {
    "string_type": "text.",
    "string_too_short": "text that is not blank.",
    "int_type": "a whole number, without quotation marks.",
    "float_type": "a number, without quotation marks.",
    "finite_number": "a finite number.",
    "tuple_type": "a list, such as [a, b].",
    "too_short": "one entry more.",
    "too_long": "two numbers, such as [0, 10].",
    "model_type": "a block of `key: value` lines.",
    "dict_type": "a block of `key: value` lines.",
}


def problem_of(error: ErrorDetails, text: YamlText, name: str) -> Problem:
    """One mistake that the models found, as a problem."""
    place = place_of(error)
    where = say_where(place, text, name)
    context = error.get("ctx", {})
    match error["type"]:
        case "study":
            return problem(context["what"], where, context["expected"], context["next_step"])
        case "missing":
            return problem(f"`{dotted(place)}` is missing.", where, described(place), f"Add `{place[-1]}`.")
        case "extra_forbidden":
            return _unknown(place, where)
        case kind:
            return _misfit(kind, error["msg"], context, place, where)


def place_of(error: ErrorDetails) -> Place:
    """The user's own keys that lead to the mistake."""
    place = tuple(part for part in error["loc"] if part not in ADDED)
    return place or ("study.yaml",)


def say_where(place: Place, text: YamlText, name: str) -> str:
    """The file, the line and the key."""
    line = text.line_of(place)
    return f"{name}{f', line {line}' if line else ''}, `{dotted(place)}`"


def dotted(place: Place) -> str:
    """A key with the blocks it stands in; entries of a list are counted from one."""
    words = [f"[{part + 1}]" if isinstance(part, int) else f".{clip(part)}" for part in place]
    return "".join(words).removeprefix(".")


def known_keys(place: Place) -> list[str]:
    """The keys that may stand in a block."""
    kinds: list[type[BaseModel]] = [StudyConfig]
    for part in place:
        if isinstance(part, str):
            fields = [kind.model_fields[part] for kind in kinds if part in kind.model_fields]
            kinds = [model for field in fields for model in _models(field.annotation)]
    return list(dict.fromkeys(key for kind in kinds for key in kind.model_fields))


def described(place: Place) -> str:
    """What belongs under a key that has to be there."""
    kinds: list[type[BaseModel]] = [StudyConfig]
    for part in place[:-1]:
        if isinstance(part, str):
            fields = [kind.model_fields[part] for kind in kinds if part in kind.model_fields]
            kinds = [model for field in fields for model in _models(field.annotation)]
    found = [kind.model_fields[str(place[-1])] for kind in kinds if str(place[-1]) in kind.model_fields]
    return f"{found[0].description}." if found and found[0].description else "this key, which has no default."


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _unknown(place: Place, where: str) -> Problem:
    key, known = str(place[-1]), known_keys(place[:-1])
    homes = [home for home in known_keys(()) if key in known_keys((home,))]
    expected = (
        f"`{key}` stands under `{homes[0]}`."
        if homes and place[:-1] != (homes[0],)
        else f"a key of this block; {guess(key, known)}"
    )
    return problem(f"`{clip(key)}` is not a key that study.yaml has here.", where, expected, "Rename or move it, or take it out.")


def _misfit(kind: str, message: str, context: Mapping[str, Any], place: Place, where: str) -> Problem:
    what = f"`{dotted(place)}` is not what it should be."
    if place[0] == "claims":
        return problem(clip(message.rstrip("."), 180) + ".", where, "a claim in the grammar of the register.", "Correct the claim.")
    if kind == "string_pattern_mismatch":
        return problem(what, where, described(place), "Choose a name of letters, digits, - and _.")
    if kind == "literal_error":
        return problem(what, where, f"{context['expected']}.", "Write one of these.")
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        return problem(what, where, f"{message.removeprefix('Input should be ')}.", "Correct the number.")
    return problem(what, where, WANTED.get(kind, f"{message}."), "Correct it, or take the key out where it is optional.")

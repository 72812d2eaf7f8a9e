"""Reading of study.yaml: its settings, or every problem in it with its line, and what is left to look at the data with."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from valuelib.errors import Problem, StudyError
from valuelib.study.config import StudyConfig
from valuelib.study.frames import FIXED
from valuelib.study.shapes import element_keys, facet_keys
from valuelib.study.wording import clip, guess, nearest, plain, problem

# YAML without its traps: `yes` and `on` are words, dates and times stay text.

Place: TypeAlias = tuple[str | int, ...]
DEEPEST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlText:
    """The content of a YAML file as plain values, the line of each key, and the keys that stand twice."""

    data: Mapping[str, Any]
    lines: Mapping[Place, int]
    twice: tuple[Place, ...] = ()

    def line_of(self, place: Place) -> int | None:
        """The line of a key, or of the nearest key above it."""
        return next((self.lines[place[:depth]] for depth in range(len(place), 0, -1) if place[:depth] in self.lines), None)


TAG = "tag:yaml.org,2002:"
SCALARS = ("str", "int", "float", "bool", "null")
MOST_NODES = 100_000  # values of a file, aliases written out; a study of 2,000 elements and their levels has some 20,000


class PlainLoader(yaml.SafeLoader):
    """YAML in which only true and false are booleans, and only plain numbers are numbers."""

    yaml_implicit_resolvers = {}  # noqa: RUF012  pyyaml's own way to leave the inherited rules behind


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("merge", r"<<", "<"),
):
    PlainLoader.add_implicit_resolver(f"{TAG}{_tag}", re.compile(rf"(?:{_pattern})\Z"), list(_first))


def read_yaml(path: Path, name: str) -> YamlText:
    """Read a YAML file whose top is a block of keys.

    Args:
        path: the file.
        name: what the user calls it, for the message.
    Raises:
        StudyError: the file cannot be read, is not YAML, is empty, or holds something else than keys.
    """
    try:
        # Its words are those of the data: see `tidy`; a space copied from a web page is a space here, too.
        loader = PlainLoader(plain(path.read_text(encoding="utf-8-sig")))
    except UnicodeDecodeError as err:
        raise StudyError([_unreadable("The file is not in UTF-8.", name, "Save it as UTF-8 in your editor.")]) from err
    except yaml.reader.ReaderError as err:
        raise StudyError([_unreadable("The file holds a control character.", name, "Remove it, or write the file anew.")]) from err
    except OSError as err:
        raise StudyError([_unreadable("The file cannot be opened.", name, "Check the file and your right to read it.")]) from err
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise StudyError(
                [_unreadable("The file holds no keys.", name, "Write at least study, client, responses and outcomes.")]
            )
        if _expanded(node, {}) > MOST_NODES:
            what = f"Its anchors and aliases stand for more than {MOST_NODES:,} values."
            raise StudyError([_unreadable(what, name, "Write the values themselves, without & and *.")])
        lines: dict[Place, int] = {}
        twice: list[Place] = []
        data = _plain(loader, node, (), lines, twice)
        return YamlText(data=data, lines=lines, twice=tuple(twice))
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        where = f"{name}, line {mark.line + 1}, character {mark.column + 1}" if mark else name
        tab = "\\t" in (err.problem or "")
        raise StudyError(
            [
                problem(
                    f"This is not YAML: {clip(err.problem or err.context or 'the structure breaks off', 100)}.",
                    where,
                    "`key: value`, blocks indented with blanks (not tabs), texts with : or # in quotation marks.",
                    "Replace the tab by blanks." if tab else "Look at this line and the one before it.",
                )
            ]
        ) from err
    except RecursionError as err:
        raise StudyError([_unreadable("Its blocks stand too deep inside each other.", name, "Write it anew.")]) from err
    finally:
        loader.dispose()


def _plain(loader: PlainLoader, node: yaml.Node, place: Place, lines: dict[Place, int], twice: list[Place]) -> Any:
    """The node as dict, list or scalar; keys are always text, so that `yes:` and `1:` stay what was written."""
    if len(place) > DEEPEST:
        raise yaml.MarkedYAMLError(problem="blocks stand too deep inside each other", problem_mark=node.start_mark)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, one, (*place, index), lines, twice) for index, one in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        kind = node.tag.removeprefix(TAG)
        try:
            value = loader.construct_object(node) if kind in SCALARS else None
        except (ValueError, KeyError) as err:  # a number of 5,000 digits, `!!int abc`, `!!bool maybe`
            told = f"{clip(node.value, 20)!r} cannot be read as {kind}"
            raise yaml.MarkedYAMLError(problem=told, problem_mark=node.start_mark) from err
        if kind not in SCALARS:
            raise yaml.MarkedYAMLError(problem=f"there is no tag {clip(node.tag, 60)} here", problem_mark=node.start_mark)
        return plain(value) if isinstance(value, str) else value
    if complex_key := next((key for key, _ in node.value if not isinstance(key, yaml.ScalarNode)), None):
        raise yaml.MarkedYAMLError(problem="a list or a block stands where a key belongs", problem_mark=complex_key.start_mark)
    names = [plain(str(key.value)) for key, _ in node.value]
    twice += [(*place, name) for name in dict.fromkeys(names) if names.count(name) > 1]
    loader.flatten_mapping(node)
    block: dict[str, Any] = {}
    for key, value in node.value:
        name = plain(str(key.value))
        lines[(*place, name)] = key.start_mark.line + 1
        block[name] = _plain(loader, value, (*place, name), lines, twice)
    return block


def _expanded(node: yaml.Node, known: dict[int, int]) -> int:
    """How many values a node stands for when every alias in it is written out; one that holds itself has no end of them."""
    if id(node) not in known:
        known[id(node)] = MOST_NODES + 1
        entries = [one for pair in node.value for one in pair] if isinstance(node, yaml.MappingNode) else node.value
        inner = entries if isinstance(node, yaml.CollectionNode) else ()
        known[id(node)] = 1 + sum(_expanded(one, known) for one in inner)
    return known[id(node)]


def _unreadable(what: str, name: str, next_step: str) -> Problem:
    return problem(what, name, "a text file in UTF-8 with `key: value` lines.", next_step)


# Mistakes that the models find, as problems with a place and a line.

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
    where = where_of(place, text, name)
    context = error.get("ctx", {})
    match error["type"]:
        case "study":
            return problem(context["what"], where, context["expected"], context["next_step"])
        case "missing":
            return problem(f"`{dotted(place)}` is missing.", where, described(place), f"Add `{place[-1]}`.")
        case "extra_forbidden":
            key, known = str(place[-1]), known_keys(place[:-1])
            homes = [home for home in known_keys(()) if key in known_keys((home,))]
            expected = (
                f"`{key}` stands under `{homes[0]}`."
                if homes and place[:-1] != (homes[0],)
                else f"a key of this block; {guess(key, known)}"
            )
            return problem(
                f"`{clip(key)}` is not a key that study.yaml has here.", where, expected, "Rename or move it, or take it out."
            )
        case kind:
            message = error["msg"]
            what = f"`{dotted(place)}` is not what it should be."
            if place[0] == "claims":
                return problem(
                    clip(message.rstrip("."), 180) + ".", where, "a claim in the grammar of the register.", "Correct the claim."
                )
            if kind == "string_pattern_mismatch":
                return problem(what, where, described(place), "Choose a name of letters, digits, - and _.")
            if kind == "literal_error":
                return problem(what, where, f"{context['expected']}.", "Write one of these.")
            if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
                return problem(what, where, f"{message.removeprefix('Input should be ')}.", "Correct the number.")
            return problem(what, where, WANTED.get(kind, f"{message}."), "Correct it, or take the key out where it is optional.")


def place_of(error: ErrorDetails) -> Place:
    """The user's own keys that lead to the mistake."""
    place = tuple(part for part in error["loc"] if part not in ADDED)
    return place or ("study.yaml",)


def where_of(place: Place, text: YamlText, name: str) -> str:
    """The file, the line and the key."""
    line = text.line_of(place)
    return f"{name}{f', line {line}' if line else ''}, `{dotted(place)}`"


def dotted(place: Place) -> str:
    """A key with the blocks it stands in; entries of a list are counted from one."""
    words = [f"[{part + 1}]" if isinstance(part, int) else f".{clip(part)}" for part in place]
    return "".join(words).removeprefix(".")


def known_keys(place: Place) -> list[str]:
    """The keys that may stand in a block."""
    return list(dict.fromkeys(field.alias or key for kind in _kinds(place) for key, field in kind.model_fields.items()))


def _kinds(place: Place) -> list[type[BaseModel]]:
    """The blocks that may stand at a place."""
    kinds: list[type[BaseModel]] = [StudyConfig]
    for part in place:
        if isinstance(part, str):
            fields = [kind.model_fields[part] for kind in kinds if part in kind.model_fields]
            kinds = [model for field in fields for model in _models(field.annotation)]
    return kinds


def described(place: Place) -> str:
    """What belongs under a key that has to be there."""
    found = [kind.model_fields[str(place[-1])] for kind in _kinds(place[:-1]) if str(place[-1]) in kind.model_fields]
    return f"{found[0].description}." if found and found[0].description else "this key, which has no default."


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


# Settings, and what is left of them where some are faulty.

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
    problems = [
        problem(
            f"The key `{dotted(place)}` stands twice.",
            where_of(place, text, name),
            "each key once in its block.",
            "Keep one of the two.",
        )
        for place in text.twice
    ]
    problems += _rule_needs(text, name)
    try:
        config = StudyConfig.model_validate(text.data)
        return Settings(config=config, problems=(*problems, *_check_names(config, text, name)))
    except ValidationError as err:
        errors = err.errors(include_url=False, include_input=False)
        problems += [problem_of(error, text, name) for error in errors]
    # The settings without their faulty parts, so that the data's problems can be told in the same message.
    rest = copy.deepcopy(dict(text.data))
    for _ in range(ROUNDS):
        if not all(_take_out(rest, place_of(error), error["type"]) for error in errors):
            break
        try:
            return Settings(config=StudyConfig.model_validate(rest, context={"repaired": True}), problems=tuple(problems))
        except ValidationError as err:
            errors = err.errors(include_url=False, include_input=False)
    return Settings(config=None, problems=tuple(problems))


def _take_out(data: dict[str, Any], place: Place, kind: str) -> bool:
    """Remove what an error is about; False where the rest would only raise false alarms."""
    top = place[0]
    if kind == "extra_forbidden":
        # Read a misspelt key as the one that was meant, where that is plain and still free.
        block = _at(data, place[:-1])
        value = block.pop(str(place[-1]), None)
        meant = nearest(str(place[-1]), known_keys(place[:-1]))
        if meant is not None and meant not in block:
            block[meant] = value
        return True
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


def _rule_needs(text: YamlText, name: str) -> Iterable[Problem]:
    """A rule that is written down needs the columns that it looks at."""
    exposure, columns = text.data.get("exposure"), text.data.get("columns")
    rule = exposure.get("rule") if isinstance(exposure, dict) else None
    where = where_of(("exposure", "rule"), text, name)
    if rule in BY_RATINGS and not text.data.get("elements"):
        yield problem(
            f"The rule {rule} looks at rated elements, and none is mapped.",
            where,
            "a block `elements` with columns, or the rule offering.",
            "Map the elements that the survey asked about.",
        )
    if isinstance(exposure, dict) and exposure.get("switched") and not (isinstance(columns, dict) and columns.get("wave")):
        yield problem(
            "A switch is seen from one wave to the next, and no column of waves is mapped.",
            where_of(("exposure", "switched"), text, name),
            "columns.wave.",
            "Map the column that tells the waves, or take `switched` out.",
        )
    if rule == "peers" and not (isinstance(columns, dict) and columns.get("account")):
        yield problem(
            "The rule peers looks at colleagues of the same account, and no account column is mapped.",
            where,
            "columns.account.",
            "Map the column that names the account, or choose another rule.",
        )


def _check_names(config: StudyConfig, text: YamlText, name: str) -> Iterable[Problem]:
    """`names` calls columns that are mapped as background, each by a name of its own."""
    known = list(dict.fromkeys((*config.columns.segment, *config.columns.adjust_for)))
    taken = dict.fromkeys((*FIXED, *element_keys(), *facet_keys()), "a column that frames have anyway")
    for column, words in config.names.items():
        if column not in known:
            yield problem(
                f"`names` calls {clip(column)!r}, which is no background of the respondents.",
                where_of(("names", column), text, name),
                f"a column under columns.segment or columns.adjust_for; {guess(column, known)}",
                "Correct the column, or map it there.",
            )
        if words.as_ is not None:
            if words.as_ in taken:
                yield problem(
                    f"The name {clip(words.as_)!r} is taken: it is {taken[words.as_]}.",
                    where_of(("names", column, "as"), text, name),
                    "a name of its own for each column.",
                    "Choose another name.",
                )
            taken.setdefault(words.as_, f"that of {clip(column, 40)!r}")
        levels: dict[str, str] = {}
        for level, called in words.levels.items():
            if called.as_ is not None and levels.setdefault(called.as_, level) != level:
                yield problem(
                    f"Two levels have the name {clip(called.as_)!r}: {clip(levels[called.as_], 40)!r} and {clip(level, 40)!r}.",
                    where_of(("names", column, "levels", level, "as"), text, name),
                    "a name of its own for each level.",
                    "Choose another name for one of them.",
                )

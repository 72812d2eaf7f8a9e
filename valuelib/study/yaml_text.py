"""What stands in study.yaml, and on which line? YAML without its traps: `yes` and `on` are words, dates and times stay text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from valuelib.errors import Problem, StudyError
from valuelib.study.wording import clip, problem

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
    PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), list(_first))


def read_yaml(path: Path, name: str) -> YamlText:
    """Read a YAML file whose top is a block of keys.

    Args:
        path: the file.
        name: what the user calls it, for the message.
    Raises:
        StudyError: the file cannot be read, is not YAML, is empty, or holds something else than keys.
    """
    try:
        loader = PlainLoader(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as err:
        raise StudyError([_unreadable("The file is not in UTF-8.", name, "Save it as UTF-8 in your editor.")]) from err
    except yaml.reader.ReaderError as err:
        raise StudyError([_unreadable("The file holds a control character.", name, "Remove it, or write the file anew.")]) from err
    except OSError as err:
        raise StudyError([_unreadable("The file cannot be opened.", name, "Check the file and your right to read it.")]) from err
    try:
        return _walked(loader, name)
    except yaml.MarkedYAMLError as err:
        raise StudyError([_syntax(err, name)]) from err
    except RecursionError as err:
        raise StudyError([_unreadable("Its blocks stand too deep inside each other.", name, "Write it anew.")]) from err
    finally:
        loader.dispose()


def _walked(loader: PlainLoader, name: str) -> YamlText:
    node = loader.get_single_node()
    if not isinstance(node, yaml.MappingNode):
        raise StudyError([_unreadable("The file holds no keys.", name, "Write at least study, client, responses and outcomes.")])
    lines: dict[Place, int] = {}
    twice: list[Place] = []
    data = _plain(loader, node, (), lines, twice)
    return YamlText(data=data, lines=lines, twice=tuple(twice))


def _plain(loader: PlainLoader, node: yaml.Node, place: Place, lines: dict[Place, int], twice: list[Place]) -> Any:
    """The node as dict, list or scalar; keys are always text, so that `yes:` and `1:` stay what was written."""
    if len(place) > DEEPEST:
        raise yaml.MarkedYAMLError(problem="blocks stand too deep inside each other", problem_mark=node.start_mark)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, one, (*place, index), lines, twice) for index, one in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node)
    names = [str(key.value) for key, _ in node.value]
    twice += [(*place, name) for name in dict.fromkeys(names) if names.count(name) > 1]
    loader.flatten_mapping(node)
    block: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value)
        lines[(*place, name)] = key.start_mark.line + 1
        block[name] = _plain(loader, value, (*place, name), lines, twice)
    return block


def _syntax(err: yaml.MarkedYAMLError, name: str) -> Problem:
    mark = err.problem_mark or err.context_mark
    where = f"{name}, line {mark.line + 1}, character {mark.column + 1}" if mark else name
    tab = "\\t" in (err.problem or "")
    return problem(
        f"This is not YAML: {clip(err.problem or err.context or 'the structure breaks off', 100)}.",
        where,
        "`key: value`, blocks indented with blanks (not tabs), texts with : or # in quotation marks.",
        "Replace the tab by blanks." if tab else "Look at this line and the one before it.",
    )


def _unreadable(what: str, name: str, next_step: str) -> Problem:
    return problem(what, name, "a text file in UTF-8 with `key: value` lines.", next_step)

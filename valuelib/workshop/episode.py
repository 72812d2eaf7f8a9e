"""Episodes of the workshop day, read from their sources: one file an episode, English and Finnish side by side.

The format, with an example, is told in docs/how-to/write-an-episode.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from valuelib.errors import ParameterError
from valuelib.output.notebooks import notebook_folders

Language = Literal["en", "fi"]
LANGUAGES: tuple[Language, ...] = ("en", "fi")
MARK = re.compile(r"^%% (?P<kind>\w+)(?P<words>( [\w.-]+)*)\s*$")
FENCE = re.compile(r"\A```\w*\n(.*?)\n?```\Z", re.DOTALL)
BOTH = re.compile(r"\[\[([^\[\]|\n]*)\|([^\[\]|\n]*)\]\]")
SPOKEN = ("text", "slide", "trainer", "prompt", "hint", "says")
PAPERS = "workshop", "source"


@dataclass(frozen=True, slots=True)
class Code:
    """A cell of code; `setup` where the exercises rest on it. `[[red|punainen]]` in it is said in the learner's language."""

    body: str
    setup: bool = False

    def say(self, language: str) -> str:
        """The code as a learner of this language reads it."""
        return say_code(self.body, language)


@dataclass(frozen=True, slots=True)
class Prose:
    """Something to read, by language: a `text` of the learner's, a `slide`, or a note to the `trainer`."""

    kind: str
    said: Mapping[str, str]


@dataclass(slots=True)
class Mistake:
    """A typical mistake: the code that makes its wrong answer, and the hint that it earns."""

    name: str
    code: str
    says: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Exercise:
    """A question to the learner; every code of it ends with the name `answer`, and rests on the episode's setup cells."""

    number: str
    minutes: int
    prompt: dict[str, str] = field(default_factory=dict)
    hint: dict[str, str] = field(default_factory=dict)
    learner: str = "answer = ..."
    expected: str = ""
    solution: str = ""
    words: Mapping[str, list[str]] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


Part = Code | Prose | Exercise


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One of the six episodes, as its source tells it.

    `number` is "03", `name` "03_too_good_to_be_true". What is said stands by language.
    """

    number: str
    name: str
    title: Mapping[str, str]
    teaching: int
    questions: Mapping[str, list[str]]
    objectives: Mapping[str, list[str]]
    key_points: Mapping[str, list[str]]
    parts: tuple[Part, ...]

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """Its exercises, in their order."""
        return tuple(part for part in self.parts if isinstance(part, Exercise))

    @property
    def practice(self) -> int:
        """Minutes of its exercises."""
        return sum(one.minutes for one in self.exercises)

    @property
    def setup(self) -> tuple[Code, ...]:
        """The cells that every exercise rests on."""
        return tuple(part for part in self.parts if isinstance(part, Code) and part.setup)

    def prose(self, kind: str) -> tuple[Prose, ...]:
        """All texts, slides or notes to the trainer."""
        return tuple(part for part in self.parts if isinstance(part, Prose) and part.kind == kind)


def say_code(body: str, language: str) -> str:
    """Code with its two-language places said in one."""
    return BOTH.sub(lambda both: both[1] if language == "en" else both[2], body)


def papers(*path: str) -> Path:
    """A file or folder of the workshop's sources: of the project, or as it came with the package.

    Raises:
        ParameterError: it is not there.
    """
    for folder in notebook_folders():
        if (found := folder.joinpath(*PAPERS, *path)).exists():
            return found
    raise ParameterError(
        f"No {'/'.join(('notebooks', *PAPERS, *path))} was found. Expected: the workshop's sources, which come with the package. "
        "Next: install it again, or work in a clone."
    )


def load_episodes() -> tuple[Episode, ...]:
    """All episodes, in their order."""
    return tuple(read_episode(path) for path in sorted(papers().glob("[0-9][0-9]_*.md")))


def load_episode(number: str) -> Episode:
    """The episode of a number such as "03".

    Raises:
        ParameterError: there is none.
    """
    for path in papers().glob(f"{number}_*.md"):
        return read_episode(path)
    known = ", ".join(path.name[:2] for path in sorted(papers().glob("[0-9][0-9]_*.md")))
    raise ParameterError(f"There is no episode {number!r}. Expected: one of {known}.")


@cache
def read_episode(path: Path) -> Episode:
    """An episode's source.

    Raises:
        ParameterError: the source breaks the format; the message names file and line.
    """
    text = path.read_text(encoding="utf-8")
    head, front, body = text.split("---\n", 2) if text.startswith("---\n") else ("", "", "")
    if not front:
        raise ParameterError(f"{path.name}, line 1: no front matter. Expected: yaml between two lines of ---.")
    about: dict[str, Any] = yaml.safe_load(front)
    first = (head + front).count("\n") + 3
    return Episode(
        number=path.stem[:2],
        name=path.stem,
        title=about["title"],
        teaching=about["teaching"],
        questions=about["questions"],
        objectives=about["objectives"],
        key_points=about["key_points"],
        parts=tuple(_parts(path.name, body, first)),
    )


def _parts(file: str, body: str, first: int) -> Iterator[Part]:
    exercise: Exercise | None = None
    prose: Prose | None = None
    for line, kind, words, said in _blocks(file, body, first):
        where = f"{file}, line {line}: %% {' '.join((kind, *words))}"
        if kind in SPOKEN and words[-1:] not in (["en"], ["fi"]):
            raise ParameterError(f"{where}: no language. Expected: `en` or `fi` at the end of the line.")
        if prose is not None and (kind != prose.kind or words[-1] in prose.said):
            yield _whole(prose, where)
            prose = None
        if kind in ("text", "slide", "trainer", "code", "exercise") and exercise is not None:
            yield exercise
            exercise = None
        match kind, words:
            case (("text" | "slide" | "trainer"), [language]):
                prose = Prose(kind, {**(prose.said if prose else {}), language: said})
            case "code", ([] | ["setup"]):
                yield Code(_code(said), setup=bool(words))
            case "exercise", [number, minutes] if minutes.isdigit():
                exercise = Exercise(number, int(minutes))
            case _ if exercise is None:
                raise ParameterError(f"{where}: unknown, or outside an exercise. Next: docs/how-to/write-an-episode.md.")
            case (("prompt" | "hint"), [language]):
                getattr(exercise, kind)[language] = said
            case (("learner" | "expected" | "solution"), []):
                setattr(exercise, kind, _code(said))
            case "words", []:
                exercise.words = {str(key): [str(one) for one in words] for key, words in yaml.safe_load(_code(said)).items()}
            case "mistake", [name]:
                exercise.mistakes.append(Mistake(name, _code(said)))
            case "says", [language] if exercise.mistakes:
                exercise.mistakes[-1].says[language] = said
            case _:
                raise ParameterError(f"{where}: this is not how the line is written. Next: docs/how-to/write-an-episode.md.")
    if prose is not None:
        yield _whole(prose, f"{file}, end")
    if exercise is not None:
        yield exercise


def _whole(prose: Prose, where: str) -> Prose:
    if set(prose.said) != set(LANGUAGES):
        raise ParameterError(f"{where}: the {prose.kind} before it is in one language only. Expected: `en` and then `fi`.")
    return prose


def _blocks(file: str, body: str, first: int) -> Iterator[tuple[int, str, list[str], str]]:
    """Line, kind, further words and body of each block."""
    open_at, kind, words, lines = first, "", list[str](), list[str]()
    for number, line in enumerate([*body.splitlines(), "%% end"], start=first):
        if mark := MARK.match(line):
            if kind:
                yield open_at, kind, words, "\n".join(lines).strip()
            elif "".join(lines).strip():
                raise ParameterError(f"{file}, line {open_at}: text before the first line that begins with %%.")
            open_at, kind, words, lines = number, mark["kind"], mark["words"].split(), []
        elif line.startswith("%%"):
            raise ParameterError(f"{file}, line {number}: {line!r} is no mark. Expected: such as `%% text en`.")
        else:
            lines.append(line)


def _code(said: str) -> str:
    fenced = FENCE.match(said)
    return (fenced[1] if fenced else said).strip()

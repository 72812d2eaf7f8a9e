"""Whether a learner's answer is right; if it is not, a hint at the mistake that it looks like, and never the figure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from valuelib.errors import ParameterError
from valuelib.show.localizer import local, use_language
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.workshop.answers import Right, is_empty, read_answer, right_answer
from valuelib.workshop.episode import Exercise, load_episode, say_code

_OPENED: dict[str, str] = {}  # the learner's own client: folder and language of the study that was opened last


@dataclass(frozen=True, slots=True)
class Checked:
    """What is said of an answer; `mistake` is the typical one that it looks like, or what kind of answer it is instead."""

    right: bool
    said: str
    mistake: str = ""

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return self.said

    def _repr_markdown_(self) -> str:
        return f"{'✔' if self.right else '✎'} {self.said}"


def open_client(study: str, language: str) -> Study:
    """The learner's own client, from which `check` computes what is right; its language is in force from here on.

    Args:
        study: the folder of its study.
        language: "en" or "fi".
    """
    use_language(language)
    _OPENED.update(study=study, language=language)
    return _client(str(Path(study).resolve()), study, language)


def opened_folder() -> Path:
    """The folder of the client that was opened last.

    Raises:
        ParameterError: none is open.
    """
    if not _OPENED:
        raise ParameterError("No client is open. Expected: open_client(study, language) before. Next: run the cells above.")
    return Path(_OPENED["study"]).resolve()


@cache
def _client(place: str, study: str, language: str) -> Study:
    return load_study(study, language)


def check(number: str, answer: object) -> Checked:
    """Whether the answer to an exercise is right, for the client that `open_client` opened last.

    Args:
        number: of the exercise, such as "03.1".
        answer: a number, an interval, a word or an order, in any form that tells it: of numpy or pandas, or text such as "12,5 %".
    Returns:
        What to say of it, in the learner's language; true where it is right.
    Raises:
        ParameterError: there is no such exercise, or no client is open.
    """
    exercise = find_exercise(number)
    if is_empty(answer):
        return Checked(False, local.text("workshop.empty"), "empty")
    right = _computed(number, exercise.expected)
    given = read_answer(answer, right.form, exercise.words)
    if given is None:
        if right.form in ("number", "interval"):
            wanted = local.text("workshop.wanted.number" if right.form == "number" else "workshop.wanted.interval")
        else:
            options = local.listing([words[local.language == "fi"] for words in exercise.words.values()])
            wanted = local.text("workshop.wanted.word", options=options) if options else local.text("workshop.wanted.name")
        return Checked(False, wanted, "form")
    if right.distance(given) == 0:
        return Checked(True, local.text("workshop.right"))
    off = {one.name: _computed(number, one.code).distance(given) for one in exercise.mistakes}
    nearest = min(off, key=lambda name: off[name], default="")
    in_per_cent = isinstance(answer, str) and "%" in answer and right.distance(given.times(0.01)) <= 1  # "12 %" of a share
    if in_per_cent or right.distance(given) <= min(1.0, off.get(nearest, 1.0)):
        return Checked(True, local.text("workshop.right"))
    if off.get(nearest, 2.0) <= 1:
        hint = next(one for one in exercise.mistakes if one.name == nearest).says[local.language]
        return Checked(False, hint, nearest)
    if any(right.distance(given.times(factor)) <= 1 for factor in (100, 0.01)):
        return Checked(False, local.text("workshop.factor"), "factor")
    if right.numbers and right.distance(given.times(-1)) <= 1:
        return Checked(False, local.text("workshop.sign"), "sign")
    return Checked(False, local.text("workshop.not_yet"), "unknown")


def find_exercise(number: str) -> Exercise:
    """The exercise of a number such as "03.1".

    Raises:
        ParameterError: there is none.
    """
    exercises = {one.number: one for one in load_episode(number[:2]).exercises}
    if number not in exercises:
        raise ParameterError(f"There is no exercise {number!r}. Expected: one of {', '.join(exercises)}.")
    return exercises[number]


def compute(code: str, number: str, study: str, language: str) -> dict[str, Any]:
    """The names that a piece of an exercise's code leaves behind, run after the setup cells of its episode on a client."""
    names = dict(_setup(number[:2], study, language))
    exec(compile(code, f"exercise {number}", "exec"), names)
    return names


@cache
def _setup(episode: str, study: str, language: str) -> dict[str, Any]:
    names: dict[str, Any] = {"study": study, "language": language}
    for place, cell in enumerate(load_episode(episode).setup, start=1):
        exec(compile(cell.say(language), f"setup cell {place} of episode {episode}", "exec"), names)
    return names


def _computed(number: str, code: str) -> Right:
    opened_folder()
    return computed_for(number, code, **_OPENED)


@cache
def computed_for(number: str, code: str, study: str, language: str) -> Right:
    """The answer that a piece of an exercise's code computes for a client."""
    names = compute(say_code(code, language), number, study, language)
    return right_answer(names["answer"], find_exercise(number).words, names.get("tolerance"))

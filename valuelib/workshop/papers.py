"""What is printed for the day: time table, trainer's notes with common wrong answers, quiz, capstone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import yaml

from valuelib.show.localizer import local
from valuelib.workshop.episode import Episode, Exercise, Prose, load_episodes, papers, say_code

DAYS = ("full_day", "half_day")


@cache
def read_day() -> Mapping[str, Any]:
    """The day around the episodes, as its source tells it."""
    day: Mapping[str, Any] = yaml.safe_load(papers("day.yaml").read_text(encoding="utf-8"))
    return day


def trainer_papers(language: str) -> dict[str, str]:
    """The trainer's texts by file name, in the language in force."""
    return {
        "README.md": local.text("workshop.readme.trainer"),
        "time_table.md": write_time_tables(language),
        "notes.md": write_notes(language),
        "quiz_after.md": write_quiz("after", language),
        "quiz_answers.md": write_quiz("answers", language),
        "capstone/task.md": write_task(language),
        "capstone/rubric.md": write_rubric(language),
    }


def write_time_tables(language: str) -> str:
    """The whole day and the half day as tables, from the minutes of the episodes."""
    parts = [f"# {local.text('workshop.time_table')}"]
    for day, title in zip(DAYS, (local.text("workshop.full_day"), local.text("workshop.half_day")), strict=True):
        rows = [f"| {start}–{end} | {what} |" for start, end, what in list_times(day, language)]
        head = f"| {local.text('workshop.time')} | {local.text('workshop.what')} |\n|---|---|"
        parts += [f"## {title}", "\n".join([head, *rows])]
    return "\n\n".join(parts) + "\n"


def list_times(day: str, language: str) -> Iterator[tuple[str, str, str]]:
    """Beginning, end and contents of each part of a day; an episode that is not written yet is left out."""
    episodes = {one.number: one for one in load_episodes()}
    hours, minutes = map(int, read_day()[day]["starts"].split(":"))
    now = 60 * hours + minutes
    for part in read_day()[day]["parts"]:
        if isinstance(part, str) and part not in episodes:
            continue
        if isinstance(part, str):
            one = episodes[part]
            takes, what = one.teaching + one.practice, f"{int(one.number)}. {one.title[language]}"
        else:
            takes, what = part["minutes"], part[language]
        yield _clock(now), _clock(now + takes), what
        now += takes


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}" if local.language == "en" else f"{minutes // 60}.{minutes % 60:02}"


def write_notes(language: str) -> str:
    """The trainer's notes: of each episode what to say, and of each exercise the solution and what wrong answers show."""
    return "\n\n".join([f"# {local.text('workshop.notes')}", *(_episode_notes(one, language) for one in load_episodes())]) + "\n"


def _episode_notes(episode: Episode, language: str) -> str:
    minutes = local.text("workshop.minutes", teaching_n=episode.teaching, exercises_n=episode.practice)
    parts = [f"## {int(episode.number)}. {episode.title[language]}", f"*{minutes}*"]
    for part in episode.parts:
        match part:
            case Prose(kind="trainer"):
                parts.append(part.said[language])
            case Exercise():
                parts.append(_exercise_notes(part, language))
    return "\n\n".join(parts)


def _exercise_notes(exercise: Exercise, language: str) -> str:
    title = local.text("workshop.exercise", number=exercise.number, minutes_n=exercise.minutes)
    wrong = "\n".join(f"- {one.says[language]}" for one in exercise.mistakes)
    solution = f"```python\n{say_code(exercise.solution, language)}\n```"
    return "\n\n".join([f"### {title}", exercise.prompt[language], solution, f"{local.text('workshop.wrong_answers')}\n\n{wrong}"])


def write_quiz(kind: str, language: str) -> str:
    """The quiz before or after the day, or its answers with their reasons; the same questions, so that what was learnt shows."""
    titles = {
        "before": local.text("workshop.quiz.before"),
        "after": local.text("workshop.quiz.after"),
        "answers": local.text("workshop.quiz.answers"),
    }
    parts = [f"# {titles[kind]}"]
    for number, question in enumerate(read_day()["quiz"], start=1):
        lines = []
        for place, option in enumerate(question["options"], start=1):
            right = kind == "answers" and place == question["right"]
            lines.append(f"- {'☑' if right else '☐'} {chr(96 + place)}) {option[language]}")
        parts += [f"**{number}. {question['ask'][language]}**", "\n".join(lines)]
        if kind == "answers":
            parts.append(f"*{question['why'][language]}*")
    return "\n\n".join(parts) + "\n"


def write_task(language: str) -> str:
    """What the participants are asked to do in the capstone."""
    return f"# {local.text('workshop.capstone')}\n\n{read_day()['capstone']['task'][language]}"


def write_rubric(language: str) -> str:
    """By what a slide of the capstone is judged: two points each."""
    rows = "\n".join(f"| {one[language]} | 0 · 1 · 2 |" for one in read_day()["capstone"]["rubric"])
    head = f"| {local.text('workshop.rubric.criterion')} | {local.text('workshop.rubric.points')} |\n|---|---|"
    return f"# {local.text('workshop.rubric')}\n\n{local.text('workshop.rubric.how')}\n\n{head}\n{rows}\n"

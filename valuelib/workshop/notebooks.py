"""From an episode's source: the learner's notebook, and the same with its solutions."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from valuelib.results import Verdict
from valuelib.show.localizer import in_language, local
from valuelib.workshop.episode import LANGUAGES, Code, Episode, Exercise, load_episodes, say_code

STUDY = "data/demo"


def make_notebook(episode: Episode, language: str, *, study: str = STUDY, solutions: bool = False) -> NotebookNode:
    """An episode as a notebook without outputs.

    Args:
        episode: as its source tells it.
        language: of its texts and hints, "en" or "fi".
        study: the folder that its `parameters` cell names.
        solutions: whether the learners' cells, tagged `answer`, give way to the solutions, tagged `solution`.
    """
    with in_language(language):
        return _notebook(episode, language, study, solutions)


def _notebook(episode: Episode, language: str, study: str, solutions: bool) -> NotebookNode:
    cells = [new_markdown_cell(_opening(episode, language)), _parameters(study, language)]
    for part in episode.parts:
        match part:
            case Code():
                cells.append(new_code_cell(part.say(language), metadata={"tags": ["setup"]} if part.setup else {}))
            case Exercise():
                cells.append(new_markdown_cell(_prompt(part, language)))
                kind, body = ("solution", part.solution) if solutions else ("answer", part.learner)
                cells.append(new_code_cell(say_code(body, language), metadata={"tags": [kind]}))
                cells.append(new_code_cell(f'check("{part.number}", answer)', metadata={"tags": ["check"]}))
            case _ if part.kind == "text":
                cells.append(new_markdown_cell(part.said[language]))
    points = "\n".join(f"- {point}" for point in episode.key_points[language])
    cells.append(new_markdown_cell(f"## {local.text('workshop.key_points')}\n\n{points}"))
    return _with_ids(cells, episode.number)


def _with_ids(cells: list[NotebookNode], name: str) -> NotebookNode:
    """A notebook of cells, whose ids are the same each time."""
    for place, cell in enumerate(cells):
        cell["id"] = f"{name}-{place:02}"
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook: NotebookNode = new_notebook(cells=cells, metadata=metadata)
    return notebook


def _parameters(study: str, language: str) -> NotebookNode:
    lines = {
        f'study = "{study}"': local.text("workshop.parameter.study"),
        f'language = "{language}"': local.text("workshop.parameter.language"),
    }
    source = "\n".join(f"{line}  # {told}" for line, told in lines.items())
    cell: NotebookNode = new_code_cell(source, metadata={"tags": ["parameters"]})
    return cell


def _opening(episode: Episode, language: str) -> str:
    minutes = local.text("workshop.minutes", teaching_n=episode.teaching, exercises_n=episode.practice)
    parts = [f"# {int(episode.number)}. {episode.title[language]}", f"*{minutes}*"]
    for told, points in (
        (local.text("workshop.questions"), episode.questions),
        (local.text("workshop.objectives"), episode.objectives),
    ):
        parts += [f"**{told}**", "\n".join(f"- {point}" for point in points[language])]
    return "\n\n".join(parts)


def _prompt(exercise: Exercise, language: str) -> str:
    title = local.text("workshop.exercise", number=exercise.number, minutes_n=exercise.minutes)
    hint = local.text("workshop.hint")
    folded = f"<details><summary>{hint}</summary>\n\n{exercise.hint[language]}\n\n</details>"
    return f"## {title}\n\n{exercise.prompt[language]}\n\n{folded}"


def notebook_text(notebook: NotebookNode) -> str:
    """A notebook as it is stored, the same bytes each time."""
    return str(nbformat.writes(notebook)) + "\n"


def build_notebooks(folder: Path) -> dict[Path, str]:
    """The learners' notebooks of every episode in both languages, by the file in which they are kept below a folder."""
    return {
        folder / language / f"{episode.name}.ipynb": notebook_text(make_notebook(episode, language))
        for language in LANGUAGES
        for episode in load_episodes()
    }


def hand_in_notebook(language: str, *, study: str) -> NotebookNode:
    """The notebook in which a participant hands a verdict in for the wall board, in the language in force."""
    lines = {
        "believed = ...": local.text("workshop.hand_in.believed"),
        "raw = ...": local.text("workshop.hand_in.raw"),
        "interval = (..., ...)": local.text("workshop.hand_in.interval"),
        "verdict = ...": local.text("workshop.hand_in.verdict"),
    }
    answers = "\n".join(f"{line}  # {told}" for line, told in lines.items())
    options = local.listing([f'"{local.word(one)}"' for one in get_args(Verdict)])
    opened = "from valuelib.workshop import hand_in, open_client\n\nclient = open_client(study, language)"
    cells = [
        new_markdown_cell(f"# {local.text('workshop.hand_in.title')}\n\n{local.text('workshop.hand_in.how', options=options)}"),
        _parameters(study, language),
        new_code_cell(opened, metadata={"tags": ["setup"]}),
        new_code_cell(answers, metadata={"tags": ["answer"]}),
        new_code_cell("hand_in(believed, raw, interval, verdict)", metadata={"tags": ["check"]}),
    ]
    return _with_ids(cells, "hand-in")

"""Do the episodes hold what they promise? Every solution passes, every typical mistake earns its own hint, every notebook runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

from valuelib.errors import ParameterError
from valuelib.workshop import check, checking, open_client
from valuelib.workshop.checking import compute, computed_for
from valuelib.workshop.episode import LANGUAGES, Code, Episode, Exercise, Prose, load_episodes, read_episode, say_code
from valuelib.workshop.notebooks import build_notebooks, make_notebook

ROOT = Path(__file__).resolve().parents[2]
DEMO = str(ROOT / "data" / "demo")
EPISODES = load_episodes()
EXERCISES = [one for episode in EPISODES for one in episode.exercises]

each_language = pytest.mark.parametrize("language", LANGUAGES)
each_episode = pytest.mark.parametrize("episode", EPISODES, ids=lambda episode: episode.name)
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.number)


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    yield
    plt.close("all")


def texts(episode: Episode, language: str) -> Iterator[str]:
    """Everything that is said in one language."""
    for points in (episode.questions, episode.objectives, episode.key_points):
        yield from points[language]
    yield episode.title[language]
    for part in episode.parts:
        match part:
            case Prose():
                yield part.said[language]
            case Exercise():
                yield from (part.prompt[language], part.hint[language], *(one.says[language] for one in part.mistakes))


def test_the_learners_notebooks_are_in_step_with_their_sources() -> None:
    made = build_notebooks(ROOT / "notebooks" / "workshop")
    behind = [path.name for path, text in made.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    assert behind == [], "run `python tools/workshop.py`"


@each_episode
def test_an_episode_is_whole_in_both_languages(episode: Episode) -> None:
    both = [list(texts(episode, language)) for language in LANGUAGES]
    assert len(both[0]) == len(both[1])
    assert all(text.strip() for said in both for text in said)
    assert not set(both[0]) & set(both[1]), "said in one language only"
    assert 45 <= episode.teaching + episode.practice <= 60
    assert 3 <= len(episode.exercises) <= 4
    assert [one.number for one in episode.exercises] == [f"{episode.number}.{n + 1}" for n in range(len(episode.exercises))]
    assert len(episode.prose("slide")) >= 2
    assert len(episode.prose("trainer")) >= 2


@each_episode
def test_no_figure_of_a_study_is_typed_into_what_learners_read(episode: Episode) -> None:
    """Another client gives other figures; only scales, claims and round numbers of words may stand."""
    for language in LANGUAGES:
        for text in texts(episode, language):
            assert re.findall(r"\d+[.,]\d\d+|\b\d{3,}\b", re.sub(r"[−\d]?100\b", "", text)) == [], text


@each_language
@each_episode
def test_cells_fit_the_page(episode: Episode, language: str) -> None:
    for cell in make_notebook(episode, language).cells:
        if cell.cell_type == "code":
            lines = cell.source.splitlines()
            assert [line for line in lines if len(line) > 110] == []
            assert len(lines) <= 14, cell.source


@each_exercise
def test_an_exercise_has_what_a_learner_needs(exercise: Exercise) -> None:
    assert set(exercise.prompt) == set(exercise.hint) == set(LANGUAGES)
    assert 2 <= len(exercise.mistakes) <= 5
    assert all(set(one.says) == set(LANGUAGES) for one in exercise.mistakes)
    hints = [one.says[language] for one in exercise.mistakes for language in LANGUAGES]
    assert len(set(hints)) == len(hints), "each mistake has its own hint"
    assert exercise.expected != exercise.solution, "what is right is computed in another way than the solution"


@each_language
@each_exercise
def test_the_solution_passes_and_each_mistake_gets_its_own_hint(exercise: Exercise, language: str) -> None:
    open_client(DEMO, language)
    solved = compute(say_code(exercise.solution, language), exercise.number, DEMO, language)["answer"]
    assert check(exercise.number, solved), solved
    for one in exercise.mistakes:
        wrong = compute(say_code(one.code, language), exercise.number, DEMO, language)["answer"]
        told = check(exercise.number, wrong)
        assert (told.right, told.mistake) == (False, one.name), wrong
        assert told.said == one.says[language]


@each_exercise
def test_no_hint_tells_the_figure(exercise: Exercise) -> None:
    for language in LANGUAGES:
        right = computed_for(exercise.number, exercise.expected, DEMO, language)
        for said in (exercise.hint[language], *(one.says[language] for one in exercise.mistakes)):
            for number in right.numbers:
                figures = {f"{number:.3g}", *([str(round(number))] if abs(number) >= 10 else [])}
                assert not figures & set(re.findall(r"\d+(?:\.\d+)?", said.replace(",", ".")))


@each_language
@each_exercise
def test_the_empty_answer_is_refused(exercise: Exercise, language: str) -> None:
    open_client(DEMO, language)
    answer = compute(exercise.learner, exercise.number, DEMO, language)["answer"]
    for empty in (answer, None, "", "   ", [], (..., ...)):
        assert (check(exercise.number, empty).right, check(exercise.number, empty).mistake) == (False, "empty")


@each_language
@each_episode
@pytest.mark.parametrize("solutions", [False, True], ids=["learner", "solutions"])
def test_a_notebook_runs_from_top_to_bottom(episode: Episode, language: str, solutions: bool) -> None:
    """As in a fresh kernel, in this process; a warning is an error."""
    notebook = make_notebook(episode, language, study=DEMO, solutions=solutions)
    names: dict[str, object] = {}
    passed = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, cell.id, "exec"), names)
            if "check" in cell.metadata.get("tags", ()):
                passed.append(bool(eval(cell.source, names)))
    assert passed == [solutions] * len(episode.exercises)


def test_an_exercise_that_is_not_there_is_named() -> None:
    with pytest.raises(ParameterError, match="09"):
        check("09.1", 1)
    with pytest.raises(ParameterError, match=r"03\.9"):
        check("03.9", 1)


def test_without_a_client_nothing_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_OPENED", {})
    with pytest.raises(ParameterError, match="open_client"):
        check("03.1", 1)


FRONT = "---\ntitle: {en: a, fi: b}\nteaching: 1\nquestions: {}\nobjectives: {}\nkey_points: {}\n---\n"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("%% text\nHello", "line 8.*no language"),
        ("%% text en\nHello\n%% code\nx", "one language only"),
        ("%% text en\nHello\n%% slide en\nx", "line 10.*one language only"),
        ("%% hint en\nHello", "outside an exercise"),
        ("%% exercise 03.1\nHello", "line 8"),
        ("%% exercise 03.1 5\n%% says en\nHello", "line 9"),
        ("%%text en\nHello", "no mark"),
        ("Hello\n%% code\nx", "before the first line"),
    ],
)
def test_a_source_that_breaks_the_format_is_refused_with_its_line(body: str, told: str, tmp_path: Path) -> None:
    source = tmp_path / "01_x.md"
    source.write_text(FRONT + body, encoding="utf-8")
    with pytest.raises(ParameterError, match=told):
        read_episode(source)


def test_a_code_says_its_words_in_the_language_of_the_learner() -> None:
    cell = Code('ax.set(title="[[Raw|Raaka]]", ylabel="[[A|B]]"); x = [[1, 2], [3]]')
    assert cell.say("fi") == 'ax.set(title="Raaka", ylabel="B"); x = [[1, 2], [3]]'
    assert cell.say("en") == 'ax.set(title="Raw", ylabel="A"); x = [[1, 2], [3]]'

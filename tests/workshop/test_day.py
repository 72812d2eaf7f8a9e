"""A workshop's folders, from the making to the wall board: the same bytes each time, and nothing told before its hour."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
import yaml
from PIL import Image
from pptx import Presentation
from typer.testing import CliRunner

from valuelib.cli import app
from valuelib.errors import ParameterError
from valuelib.show.localizer import in_language, use_language
from valuelib.study.load import load_study
from valuelib.study.scaffold import scaffold_study
from valuelib.workshop import check, hand_in, open_client
from valuelib.workshop.board import Row, read_board, say_summary, write_board
from valuelib.workshop.capstone import TRIAL, TRIALS
from valuelib.workshop.checking import compute, computed_for
from valuelib.workshop.clients import WORLDS, cast_worlds, make_workshop
from valuelib.workshop.episode import LANGUAGES, load_episodes, say_code
from valuelib.workshop.papers import list_times, read_day, write_notes, write_quiz

each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_workshop(tmp_path_factory.mktemp("workshop") / "day", participants=3, seed=7, language="fi")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_same_seed_same_bytes(made: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["workshop", "make", "--participants", "3", "--seed", "7", "--language", "fi", "--out", str(tmp_path / "again")]
    )
    assert result.exit_code == 0, result.output
    ours = {
        name: content for name, content in contents(made).items() if not name.endswith(("hand_in.json", "board.html", "board.png"))
    }
    assert contents(tmp_path / "again") == ours


def test_nothing_that_is_handed_out_tells_what_is_true(made: Path) -> None:
    truths = json.loads((made / "trainer" / "truths.json").read_text(encoding="utf-8"))["participants"]
    assert list(truths) == ["participant_01", "participant_02", "participant_03"]
    for name, truth in truths.items():
        folder = made / "participants" / name
        words = {str(truth["seed"]), "halo_only", "better_basics", "nps_lift", "truth.yaml", "claimed=", "halo_shared"}
        for path in folder.rglob("*"):
            if path.is_file() and path.suffix != ".csv":
                assert not [word for word in words if word in path.read_text(encoding="utf-8")], path
        assert load_study(folder / "client").answers.offering.notna().all()


def test_every_participant_has_the_episodes_on_the_own_client(made: Path) -> None:
    for folder in (made / "participants").iterdir():
        names = {f"{one.name}.ipynb" for one in load_episodes()} | {"hand_in.ipynb"}
        assert {path.name for path in folder.glob("*.ipynb")} == names
        for path in folder.glob("*.ipynb"):
            cells = nbformat.read(path, as_version=4).cells
            assert 'study = "client"' in cells[1].source
            assert not any("solution" in cell.metadata.get("tags", ()) for cell in cells)
    solved = nbformat.read(made / "trainer" / "solutions" / f"{load_episodes()[0].name}.ipynb", as_version=4)
    where = re.search(r'study = "(.+?)"', solved.cells[1].source)
    assert where is not None
    assert (made / "trainer" / "solutions" / where[1] / "study.yaml").is_file()


@pytest.mark.parametrize("name", ["participant_01", "participant_02", "participant_03"])
def test_the_exercises_hold_for_every_participants_client(made: Path, name: str) -> None:
    """Another world may make a mistake's answer a right one; it never breaks, and a solution always passes."""
    client = str(made / "participants" / name / "client")
    open_client(client, "fi")
    for exercise in (one for episode in load_episodes() for one in episode.exercises):
        answer = compute(say_code(exercise.solution, "fi"), exercise.number, client, "fi")["answer"]
        assert check(exercise.number, answer), exercise.number
        for mistake in exercise.mistakes:
            computed_for(exercise.number, mistake.code, client, "fi")
    use_language("en")


def test_worlds_differ_and_a_larger_group_meets_all_of_them() -> None:
    casts = {n: [world for _, world, _, _ in cast_worlds(n, 1, "en")] for n in (6, 12, 25)}
    assert len(set(casts[6])) == 6
    assert sorted(casts[12]) == sorted(world for world, _ in WORLDS)
    assert len(casts[25]) == 25
    assert casts[12] != [world for _, world, _, _ in cast_worlds(12, 2, "en")]
    assert {truth.nps_lift > 0 for _, truth in WORLDS} == {True, False}


@pytest.mark.parametrize("participants", [0, 61])
def test_a_number_out_of_range_is_refused(participants: int, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="expected 1 to 60"):
        make_workshop(tmp_path / "x", participants=participants, seed=1, language="en")


def test_nothing_is_overwritten(made: Path) -> None:
    with pytest.raises(ParameterError, match="holds something already"):
        make_workshop(made, participants=1, seed=1, language="en")


# The wall board.


def test_the_board_from_the_first_verdict_to_the_last_word(made: Path) -> None:
    open_client(str(made / "participants" / "participant_02" / "client"), "fi")
    assert not hand_in(..., ..., (..., ...), ...)
    assert not hand_in("kyllä", "35,5", (1, 2), "ehkä")
    assert read_board(made)[1].interval is None
    told = hand_in("kyllä", "35,5 pistettä", np.array([-4.0, 31.0]), "Ei ratkennut")
    assert told
    assert "hand_in.json" in repr(told)
    assert write_board(made)[0].name == "board.html"
    hidden = (made / "board.html").read_text(encoding="utf-8")
    row = read_board(made)[1]
    assert (row.believed, row.raw, row.interval, row.verdict) == (True, 35.5, (-4.0, 31.0), "undecided")
    result = CliRunner().invoke(app, ["workshop", "board", str(made), "--reveal"])
    assert result.exit_code == 0, result.output
    shown = (made / "board.html").read_text(encoding="utf-8")
    assert ("Todellinen ero" in hidden, "Todellinen ero" in shown) == (False, True)
    for page in (hidden, shown):
        assert '<html lang="fi">' in page
        assert 'http-equiv="refresh"' in page
        assert "[−4,0;\N{NO-BREAK SPACE}31,0]" in page
        assert "Johtopäätöksiä annettu: 1/3" in page
        assert re.findall(r'(?:src|href)="(?!data:)', page) == []
    picture = (made / "board.png").read_bytes()
    assert Image.open(io.BytesIO(picture)).size[0] > 1000
    write_board(made, reveal=True)
    assert (made / "board.png").read_bytes() == picture
    use_language("en")


def test_what_cannot_be_read_is_named(made: Path, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="workshop make"):
        read_board(tmp_path)
    file = made / "participants" / "participant_03" / "hand_in.json"
    file.write_text('{"believed": "yes"}', encoding="utf-8")
    with pytest.raises(ParameterError, match="participant_03 hand in again"):
        read_board(made)
    file.unlink()
    use_language("en")


@pytest.mark.parametrize(
    ("lift", "verdict", "outcome"),
    [
        (0, "consistent", "wrong"),
        (18, "consistent", "right"),
        (9, "smaller", "right"),
        (0, "smaller", "wrong"),
        (18, "smaller", "wrong"),
        (0, "rejected", "right"),
        (36, "rejected", "wrong"),
        (36, "supported", "right"),
        (9, "supported", "wrong"),
        (0, "undecided", "open"),
        (0, "not_testable", "open"),
        (0, "", None),
    ],
)
def test_a_verdict_is_right_when_its_sentence_holds(lift: float, verdict: str, outcome: str | None) -> None:
    assert Row(name="x", lift=lift, claimed=18, verdict=verdict).outcome == outcome


def test_coverage_and_who_was_fooled_are_counted() -> None:
    rows = [
        Row(name="a", lift=0, claimed=18, believed=True, raw=30, interval=(-5, 5), verdict="rejected"),
        Row(name="b", lift=0, claimed=18, believed=True, raw=30, interval=(2, 30), verdict="consistent"),
        Row(name="c", lift=18, claimed=18, believed=True, raw=30, interval=(2, 30), verdict="consistent"),
        Row(name="d", lift=18, claimed=18),
    ]
    with in_language("en"):
        handed, covered, verdicts, fooled = say_summary(rows, reveal=True)
    assert (handed, covered) == ("Handed in: 3 of 4.", "The interval holds the truth: 2 of 3.")
    assert "right: 2, wrong: 1, that left it open: 0" in verdicts
    assert "2 of 3" in fooled


# Papers and slides.


@each_language
@pytest.mark.parametrize("day", ["full_day", "half_day"])
def test_the_time_table_leaves_no_gap(day: str, language: str) -> None:
    with in_language(language):
        times = list(list_times(day, language))
    assert [end for _, end, _ in times[:-1]] == [start for start, _, _ in times[1:]]
    assert all(what for _, _, what in times)


@each_language
def test_the_notes_tell_every_wrong_answer(language: str) -> None:
    with in_language(language):
        notes = write_notes(language)
    for episode in load_episodes():
        for one in episode.exercises:
            assert one.number in notes
            assert all(mistake.says[language] in notes for mistake in one.mistakes)


@each_language
def test_only_the_answers_tell_which_option_is_right(language: str) -> None:
    with in_language(language):
        before, after, answers = (write_quiz(kind, language) for kind in ("before", "after", "answers"))
    assert ("☑" in before, "☑" in after, answers.count("☑")) == (False, False, len(read_day()["quiz"]))
    for question in read_day()["quiz"]:
        assert 1 <= question["right"] <= len(question["options"])


def test_the_slides_hold_every_episode_and_its_notes(made: Path) -> None:
    deck = Presentation(str(made / "trainer" / "slides.pptx"))
    titles = [slide.shapes.title.text_frame.text for slide in deck.slides]
    for episode in load_episodes():
        assert f"{int(episode.number)}. {episode.title['fi']}" in titles
    noted = [slide for slide in deck.slides if slide.has_notes_slide]
    assert len(noted) >= len(load_episodes())


# The capstone.


def test_the_capstones_dirt_changes_nothing_once_the_trial_answers_are_out(made: Path, tmp_path: Path) -> None:
    folder = made / "trainer" / "capstone"
    lines = (folder / "export.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    trials = [line for line in lines if f";{TRIAL['fi']};" in line]
    assert len(set(trials)) == TRIALS
    cleaned = tmp_path / "export.csv"
    cleaned.write_text("".join(line for line in lines if line not in trials), encoding="utf-8")
    proposed = load_study(scaffold_study("capstone", cleaned, tmp_path / "capstone"))
    clean = load_study(folder / "clean")
    assert len(proposed.answers) == len(clean.answers)
    for column in ("nps", "offering", "vision"):
        ours, right = (frame.groupby("respondent")[column].mean() for frame in (proposed.answers, clean.answers))
        assert ours.dropna().equals(right.dropna()), column
    dirty = load_study(scaffold_study("capstone", folder / "export.csv", tmp_path / "dirty"))
    assert len(dirty.answers) == len(clean.answers) + TRIALS
    assert yaml.safe_load((tmp_path / "dirty" / "study.yaml").read_text(encoding="utf-8"))["guesses"] == "open"

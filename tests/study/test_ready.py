"""A study that waits is the study of its files, is given out once, and is given to whoever asks for the same."""

import os
from pathlib import Path

import pytest

from tests.output import made
from valuelib.study.load import load_study, make_ready
from valuelib.verdict.assess import assess_all


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made.write_study(tmp_path / "small")


def test_a_study_waits_for_one_reader(folder: Path) -> None:
    ready = make_ready(folder, "en")
    assert load_study(folder, "en") is ready
    assert load_study(folder, "en") is not ready


def test_whoever_asks_for_another_language_gets_another(folder: Path) -> None:
    ready = make_ready(folder, "en")
    assert load_study(folder, "fi").language == "fi"
    assert load_study(folder) is not ready
    assert load_study(str(folder / "study.yaml"), "en") is ready


def test_a_part_is_taken_of_the_study_that_waits(folder: Path) -> None:
    ready = make_ready(folder, "en")
    part = load_study({"folder": str(folder), "where": ["recommend >= 3"]}, "en")
    assert len(part.data) < len(ready.data)
    assert load_study(folder, "en") is not ready


@pytest.mark.parametrize("file", ["study.yaml", "responses.csv", "notebooks/90_own.ipynb"])
def test_a_study_whose_files_were_touched_is_read_again(folder: Path, file: str) -> None:
    ready = make_ready(folder, "en")
    (folder / "notebooks").mkdir()
    with (folder / file).open("a") as opened:
        before = os.fstat(opened.fileno())
    os.utime(folder / file, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    again = load_study(folder, "en")
    assert again is not ready
    assert again.data.equals(ready.data)


def test_what_was_assessed_is_told_again(folder: Path) -> None:
    ready = make_ready(folder, "en")
    told = assess_all(ready)
    assert assess_all(load_study(folder, "en")) == told == assess_all(load_study(folder, "en"))

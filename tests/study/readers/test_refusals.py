"""Files that are not there, not files, or of no known kind; options that cannot be."""

from pathlib import Path

import pytest

from tests.study.readers.tools import problems_of, read_text, refusal
from valuelib.errors import StudyError
from valuelib.study.readers import read_table


def refused(path: Path) -> str:
    with pytest.raises(StudyError) as caught:
        read_table(path, name="data/answers")
    (problem,) = problems_of(caught)
    assert str(path.parent) not in str(problem)
    return str(problem)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "answers.csv")
    (tmp_path / "answers.csv").mkdir()
    assert "folder" in refused(tmp_path / "answers.csv")


@pytest.mark.parametrize(("name", "told"), [("a.pdf", ".pdf"), ("a", "no ending")])
def test_kinds_that_are_not_read(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert told in refused(tmp_path / name)


def test_endings_in_capitals_are_read(tmp_path: Path) -> None:
    assert len(read_text(tmp_path, "a,b\n1,2\n", "ANSWERS.CSV").frame) == 1


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff", " , \n"])
def test_an_empty_file(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text).what == "The file is empty."


def test_impossible_options_come_together(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        read_table(tmp_path / "none.csv", name="none.csv", delimiter="::", decimal="'")
    assert ["delimiter" in str(caught.value), len(problems_of(caught))] == [True, 3]


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", locked)
    problem = refusal(tmp_path, "a,b\n1,2\n")
    assert "Permission denied" in problem.what
    assert str(tmp_path) not in str(problem)

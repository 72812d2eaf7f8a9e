"""Encodings: found by their mark, by fit, and doubted where none fits."""

from pathlib import Path

import pytest

from tests.study.readers.tools import codes, read_text, refusal, said

TEXT = "nimi,kommentti\nYhtiö Ä,hyvää työtä\nYhtiö Ö,ok\n"


@pytest.mark.parametrize(
    ("encoding", "assumed"),
    [
        ("utf-8", []),
        ("utf-8-sig", ["byte_order_mark"]),
        ("utf-16", ["byte_order_mark"]),
        ("utf-32", ["byte_order_mark"]),
        ("utf-16-le", ["encoding"]),
        ("utf-16-be", ["encoding"]),
        ("cp1252", ["encoding"]),
    ],
)
def test_letters_survive_every_usual_encoding(tmp_path: Path, encoding: str, assumed: list[str]) -> None:
    table = read_text(tmp_path, TEXT.encode(encoding))
    assert table.frame.to_dict("list") == {"nimi": ["Yhtiö Ä", "Yhtiö Ö"], "kommentti": ["hyvää työtä", "ok"]}
    assert codes(table) == assumed


def test_windows_letters_are_named_and_the_euro_sign_is_right(tmp_path: Path) -> None:
    table = read_text(tmp_path, "id,text\n1,10 € – ok\n".encode("cp1252"))
    assert table.frame["text"].tolist() == ["10 € – ok"]
    assert said(table, "encoding") == {"file": "answers.csv", "encoding": "Windows-1252"}


def test_lines_of_two_encodings_are_counted(tmp_path: Path) -> None:
    data = "id,text\n1,työ\n".encode() + "2,hyvä\n3,plain\n".encode("cp1252")
    table = read_text(tmp_path, data)
    assert said(table, "latin1") == {"file": "answers.csv", "lines_n": 2}
    assert table.frame["id"].tolist() == [1, 2, 3]
    assert table.frame["text"].tolist()[1:] == ["hyvä", "plain"]


def test_bytes_that_windows_leaves_undefined_fall_back_to_latin(tmp_path: Path) -> None:
    table = read_text(tmp_path, b"id,text\n1,\x81\xe4\n2,ok\n")
    assert said(table, "latin1")["lines_n"] == 1


def test_doubtful_letters_in_a_header_are_refused(tmp_path: Path) -> None:
    problem = refusal(tmp_path, "id,työ\n1,ä\n".encode() + "2,ä\n".encode("cp1252"))
    assert problem.where == "answers.csv, header"


def test_a_told_encoding_is_taken_or_refused(tmp_path: Path) -> None:
    assert read_text(tmp_path, TEXT.encode("cp1250"), encoding="cp1250").frame["nimi"].tolist() == ["Yhtiö Ä", "Yhtiö Ö"]
    assert "line 2" in refusal(tmp_path, "id,x\n1,ä\n".encode("cp1252"), encoding="utf-8").what
    assert "not known" in refusal(tmp_path, "id\n1\n", encoding="klingon").what


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    assert "not text" in refusal(tmp_path, bytes(range(256)) * 4).what

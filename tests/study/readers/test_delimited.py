"""Text files: which delimiter, which line ends, which rows do not fit?"""

import csv
import io
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.study.readers.tools import codes, problems_of, read_text, refusal, said
from valuelib.errors import StudyError
from valuelib.study.wording import tidy

ANSWERS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@pytest.mark.parametrize(("delimiter", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")])
def test_delimiters_are_found_and_said(tmp_path: Path, delimiter: str, name: str) -> None:
    text = "id,q1,q2\na,7,x\nb,9,y\n".replace(",", delimiter)
    table = read_text(tmp_path, text, "answers.txt")
    assert table.frame.to_dict("list") == {"id": ["a", "b"], "q1": [7, 9], "q2": ["x", "y"]}
    assert codes(table) == [f"delimiter_{name}"]


def test_the_delimiter_of_the_ending_is_not_worth_a_word(tmp_path: Path) -> None:
    assert codes(read_text(tmp_path, "a,b\n1,x\n")) == []
    assert codes(read_text(tmp_path, "a\tb\n1\tx\n", "answers.tsv")) == []


def test_decimal_commas_do_not_pass_for_delimiters(tmp_path: Path) -> None:
    table = read_text(tmp_path, "id;score, mean;w\n1;8,5;1,25\n2;7,5;0,75\n")
    assert table.frame.to_dict("list") == {"id": [1, 2], "score, mean": [8.5, 7.5], "w": [1.25, 0.75]}


def test_delimiters_inside_answers_do_not_mislead(tmp_path: Path) -> None:
    table = read_text(tmp_path, "id,tools,why\n1,Mail;Phone;Chat;Visit,good\n2,Mail;Phone;Chat;Visit,bad\n")
    assert list(table.frame.columns) == ["id", "tools", "why"]


def test_a_column_of_its_own_needs_no_delimiter(tmp_path: Path) -> None:
    assert read_text(tmp_path, "score\n7\n9\n").frame["score"].tolist() == [7, 9]


def test_the_line_that_spreadsheets_put_above_tells_the_delimiter(tmp_path: Path) -> None:
    table = read_text(tmp_path, "sep=;\r\nid;q\r\n1;2\r\n")
    assert (table.frame.to_dict("list"), table.first_row) == ({"id": [1], "q": [2]}, 3)


@pytest.mark.parametrize("told", ["|", "tab"])
def test_a_told_delimiter_is_taken(tmp_path: Path, told: str) -> None:
    mark = "\t" if told == "tab" else told
    table = read_text(tmp_path, f"a,b{mark}c\n1,2{mark}3\n", delimiter=told)
    assert list(table.frame.columns) == ["a,b", "c"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems(tmp_path: Path, end: str) -> None:
    table = read_text(tmp_path, end.join(["id,text", '1,"two\nlines"', "2,b"]))
    assert table.frame["id"].tolist() == [1, 2]
    assert table.frame["text"].tolist() == ["two\nlines", "b"]


def test_line_ends_inside_an_answer_stay_as_they_are(tmp_path: Path) -> None:
    assert read_text(tmp_path, 'id,text\r\n1,"a\r\nb\rc"\r\n').frame["text"].tolist() == ["a\r\nb\rc"]


def test_blank_rows_are_left_out_and_row_numbers_stay_those_of_the_file(tmp_path: Path) -> None:
    table = read_text(tmp_path, "id,q\n\n1,7\n,\n2,8\n\n")
    assert (table.frame["id"].tolist(), table.first_row, list(table.rows)) == ([1, 2], 3, [3, 5])


def test_ragged_rows_are_named(tmp_path: Path) -> None:
    problem = refusal(tmp_path, "id,q,text\n1,7,good, but late\n2,8,fine\n3,9\n")
    assert problem.what.startswith("2 of 4 rows")
    assert problem.where == "answers.csv, rows 2, 4"


def test_a_delimiter_after_the_last_cell_is_no_matter(tmp_path: Path) -> None:
    assert read_text(tmp_path, "id,q\n1,7,\n2,8,\n").frame.to_dict("list") == {"id": [1, 2], "q": [7, 8]}
    table = read_text(tmp_path, "id,q,\n1,7,\n2,8,\n")
    assert table.frame.to_dict("list") == {"id": [1, 2], "q": [7, 8]}
    assert said(table, "empty_columns") == {"file": "answers.csv", "columns_n": 1}


def test_an_unclosed_quotation_mark_does_not_swallow_the_file(tmp_path: Path) -> None:
    problem = refusal(tmp_path, 'id,text\n1,fine\n2,"late\n3,good\n4,bad\n')
    assert (problem.where, "quotation mark" in problem.what) == ("answers.csv, row 3", True)


def test_quotation_marks_inside_answers_stay(tmp_path: Path) -> None:
    table = read_text(tmp_path, 'id,text\n1,"a ""b"" c"\n2,5" pipe\n')
    assert table.frame["text"].tolist() == ['a "b" c', '5" pipe']


def test_an_endless_cell_is_a_problem(tmp_path: Path) -> None:
    problem = refusal(tmp_path, "id,text\n1," + "x" * 200_000 + "\n")
    assert "cannot be cut into cells" in problem.what


def test_a_workbook_under_a_wrong_name_is_told(tmp_path: Path) -> None:
    assert "workbook" in refusal(tmp_path, b"PK\x03\x04rest").what


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(ANSWERS, ANSWERS, st.integers(-99, 10)), min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
)
def test_what_the_csv_module_writes_is_read_back(tmp_path: Path, rows: list[tuple[str, str, int]], delimiter: str) -> None:
    told = [
        (f"a{first}z", f"b{second}z", score) for first, second, score in rows
    ]  # letters around keep white space and make it text
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows([("first", "second", "score"), *told])
    frame = read_text(tmp_path, file.getvalue(), "answers.txt").frame
    assert list(frame.itertuples(index=False, name=None)) == [(tidy(first), tidy(second), score) for first, second, score in told]


def test_a_large_file_takes_seconds(tmp_path: Path) -> None:
    block = np.random.default_rng(1).integers(1, 8, size=(10_000, 60)).astype(str)
    body = "\n".join(";".join(row) for row in block)
    start = time.perf_counter()
    table = read_text(tmp_path, ";".join(f"q{i}" for i in range(60)) + "\n" + body)
    assert table.frame.shape == (10_000, 60)
    assert time.perf_counter() - start < 5  # measured 0.3; a tenth of the size that the documentation promises


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as caught:
        read_text(tmp_path, 'q,w,v\n1,"8,5","0,5"\n1,8.5,0.5\n')
    assert [problem.where for problem in problems_of(caught)] == [
        "answers.csv, column 'w', first rows 2",
        "answers.csv, column 'v', first rows 2",
    ]

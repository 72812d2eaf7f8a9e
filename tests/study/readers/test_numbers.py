"""Numbers: what is one, and which mark is decimal?"""

from pathlib import Path

import pandas as pd
import pytest

from tests.study.readers.tools import codes, read_text, refusal, said, write_workbook
from valuelib.study.readers import read_table


def column(folder: Path, *cells: str, **options: str) -> pd.Series:
    """The column that these cells become, beside a column that keeps the rows from being blank."""
    text = "id;q\n" + "".join(f"a;{cell}\n" for cell in cells)
    return read_text(folder, text, delimiter=";", **options).frame["q"]


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (["7", "9"], "Int64", [7, 9]),
        (["7", " 9 "], "Int64", [7, 9]),
        (["7.0", "9.0"], "Int64", [7, 9]),
        (["-99", "+1", "\N{MINUS SIGN}3"], "Int64", [-99, 1, -3]),
        (["7.5", "9"], "float64", [7.5, 9.0]),
        (["7,5", "9"], "float64", [7.5, 9.0]),
        ([",5", "-,25"], "float64", [0.5, -0.25]),
        (["1,5E+02", "3"], "Int64", [150, 3]),
        (["1.2e-05", "3"], "float64", [1.2e-05, 3.0]),
        (["0,853", "1,024"], "float64", [0.853, 1.024]),
        (["007", "012"], "str", ["007", "012"]),
        (["12E4", "3"], "str", ["12E4", "3"]),
        (["1234567890123456789", "2"], "str", ["1234567890123456789", "2"]),
        (["+358401234567", "1"], "str", ["+358401234567", "1"]),
        (["1 234,5", "2"], "str", ["1 234,5", "2"]),
        (["10 - very likely", "9"], "str", ["10 - very likely", "9"]),
        (["inf", "nan"], "str", ["inf", "nan"]),
    ],
)
def test_what_is_a_number(tmp_path: Path, cells: list[str], kind: str, values: list[object]) -> None:
    read = column(tmp_path, *cells)
    assert (str(read.dtype), read.tolist()) == (kind, values)


def test_blanks_are_missing_in_every_kind_of_column(tmp_path: Path) -> None:
    table = read_text(tmp_path, "id,whole,part,word\n1,7,7.5,a\n2,,,\n3,  , ,  \n")
    assert table.frame.isna().sum().to_dict() == {"id": 0, "whole": 2, "part": 2, "word": 2}
    assert table.frame.dtypes.astype(str).to_dict() == {"id": "Int64", "whole": "Int64", "part": "float64", "word": "str"}


def test_decimal_commas_are_said_with_their_columns(tmp_path: Path) -> None:
    table = read_text(tmp_path, 'id,a,b,c\n1,"8,5","3,9",6\n2,"8,2",2,7\n')
    assert table.frame.to_dict("list") == {"id": [1, 2], "a": [8.5, 8.2], "b": [3.9, 2.0], "c": [6, 7]}
    assert said(table, "decimal_comma") == {"file": "answers.csv", "columns": "a, b", "columns_n": 2}


def test_both_marks_in_one_column_are_refused_with_rows(tmp_path: Path) -> None:
    problem = refusal(tmp_path, "id;q\n1;8.5\n2;7\n3;8,5\n4;9.5\n5;7,5\n6;6.5\n")
    assert problem.where == "answers.csv, column 'q', first rows 4, 6"
    assert "2 numbers with a comma and 3 with a point" in problem.what


@pytest.mark.parametrize(("decimal", "values"), [(",", ["8.5", "7.25"]), (".", ["8.5", "7,25"])])
def test_a_told_mark_settles_it_and_leaves_the_other_to_the_mapping(tmp_path: Path, decimal: str, values: list[str]) -> None:
    assert column(tmp_path, "8.5", "7,25", decimal=decimal).tolist() == values


def test_both_marks_in_answers_of_words_are_no_problem(tmp_path: Path) -> None:
    cells = ["8.5", "8,5", "late", "dear", "good"]
    assert column(tmp_path, *cells).tolist() == cells


def test_columns_may_differ_in_their_mark(tmp_path: Path) -> None:
    table = read_text(tmp_path, "a;b\n8,5;0.25\n7,5;1.75\n")
    assert table.frame.to_dict("list") == {"a": [8.5, 7.5], "b": [0.25, 1.75]}


def test_a_thousands_separator_is_not_guessed(tmp_path: Path) -> None:
    table = read_text(tmp_path, 'id,revenue\n1,"12,500"\n2,"8,250"\n')
    assert table.frame["revenue"].tolist() == ["12,500", "8,250"]
    assert said(table, "thousands_unsure") == {"file": "answers.csv", "columns": "revenue", "columns_n": 1}


def test_other_columns_or_the_study_tell_what_three_digits_are(tmp_path: Path) -> None:
    assert read_text(tmp_path, 'q,w\n"8,5","1,250"\n"7,5","2,125"\n').frame["w"].tolist() == [1.25, 2.125]
    assert read_text(tmp_path, 'q,w\n8,"1,250"\n7,"2,125"\n', decimal=",").frame["w"].tolist() == [1.25, 2.125]
    assert read_text(tmp_path, "q,w\n8,1.250\n7,2.125\n").frame["w"].tolist() == [1.25, 2.125]
    assert read_text(tmp_path, "q;w\n8,5;1.250\n7,5;2.125\n").frame["w"].tolist() == ["1.250", "2.125"]


def test_words_among_numbers_keep_the_column_as_text_with_points(tmp_path: Path) -> None:
    read = column(tmp_path, "8,5", "7", "En osaa sanoa", "9,5")
    assert read.tolist() == ["8.5", "7", "En osaa sanoa", "9.5"]


def test_a_minus_sign_inside_words_stays(tmp_path: Path) -> None:
    assert column(tmp_path, "5 \N{MINUS SIGN} 3", "late").tolist() == ["5 \N{MINUS SIGN} 3", "late"]


def test_marks_of_programs_for_an_empty_cell_are_blank_among_numbers_only(tmp_path: Path) -> None:
    table = read_text(tmp_path, "score,region,mixed\n7,NA,7\nNA,EU,NA\n#N/A,NA,none\n")
    assert table.frame["score"].isna().tolist() == [False, True, True]
    assert table.frame["region"].tolist() == ["NA", "EU", "NA"]
    assert table.frame["mixed"].tolist() == ["7", "NA", "none"]
    assert said(table, "no_answer_marks") == {"file": "answers.csv", "columns": "score", "columns_n": 1}


def test_typed_and_written_numbers_of_a_workbook_join(tmp_path: Path) -> None:
    path = write_workbook(tmp_path, {"data": [["id", "q", "mixed"], ["a", 8.5, 7.0], ["b", "7,5", "none"], ["c", 9, True]]})
    table = read_table(path, name=path.name)
    assert table.frame["q"].tolist() == [8.5, 7.5, 9.0]
    assert table.frame["mixed"].tolist() == ["7", "none", "True"]
    assert codes(table) == ["decimal_comma"]

"""Header rows as survey tools write them."""

from pathlib import Path

import pytest

from tests.study.readers.tools import codes, problems_of, read_text, refusal, said, write_workbook
from valuelib.errors import StudyError
from valuelib.study.readers import read_table

QUALTRICS = (
    "StartDate,Status,Progress,ResponseId,DistributionChannel,Q1,Q2_1\n"
    'Start Date,Response Type,Progress,Response ID,Distribution Channel,"How likely,\nreally?",Speed\n'
    '"{""ImportId"":""startDate""}","{""ImportId"":""status""}","{""ImportId"":""progress""}","{""ImportId"":""_recordId""}",'
    '"{""ImportId"":""distributionChannel""}","{""ImportId"":""QID1""}","{""ImportId"":""QID2_1""}"\n'
    "2026-03-01,0,100,R_1,email,9,7\n"
    "2026-03-01,0,100,R_2,email,10,6\n"
)
SURVEYMONKEY = (
    "Respondent ID,Collector ID,Start Date,IP Address,How likely are you to recommend us?,Please rate,,,Anything else?\n"
    ",,,,,Speed,Price,Other (please specify),Open-Ended Response\n"
    "118,77,03/01/2026,1.2.3.4,9,7,6,,good\n"
    "119,77,03/02/2026,1.2.3.5,8,5,6,books,\n"
)


def test_three_rows_of_qualtrics(tmp_path: Path) -> None:
    table = read_text(tmp_path, QUALTRICS)
    assert list(table.frame.columns) == ["StartDate", "Status", "Progress", "ResponseId", "DistributionChannel", "Q1", "Q2_1"]
    assert (table.frame["Q1"].tolist(), table.first_row) == ([9, 10], 4)
    assert (table.labels["Q1"], table.labels["Q2_1"]) == ("How likely, really?", "Speed")
    assert said(table, "headers_qualtrics") == {"file": "answers.csv", "rows_n": 3}


def test_qualtrics_without_the_row_of_texts(tmp_path: Path) -> None:
    names, *rest = QUALTRICS.split("\n")
    table = read_text(tmp_path, "\n".join([names, *rest[2:]]))
    assert (table.frame["Q1"].tolist(), table.first_row, dict(table.labels)) == ([9, 10], 3, {})


def test_two_rows_of_old_qualtrics(tmp_path: Path) -> None:
    table = read_text(tmp_path, "V1,V2,V7,Q1\nResponseID,ResponseSet,Status,How likely?\nR_1,Default,0,9\n")
    assert table.frame.to_dict("list") == {"V1": ["R_1"], "V2": ["Default"], "V7": [0], "Q1": [9]}
    assert (table.labels["V1"], table.labels["Q1"], table.first_row) == ("ResponseID", "How likely?", 3)


def test_two_rows_of_surveymonkey(tmp_path: Path) -> None:
    table = read_text(tmp_path, SURVEYMONKEY)
    assert list(table.frame.columns) == [
        "Respondent ID",
        "Collector ID",
        "Start Date",
        "How likely are you to recommend us?",
        "Please rate - Speed",
        "Please rate - Price",
        "Please rate - Other (please specify)",
        "Anything else?",
    ]
    assert table.frame["Please rate - Price"].tolist() == [6, 6]
    assert (table.first_row, said(table, "headers_surveymonkey")["rows_n"]) == (3, 2)
    assert table.labels["Please rate - Speed"] == "Please rate - Speed"


def test_a_blank_last_column_of_surveymonkey_takes_no_name(tmp_path: Path) -> None:
    table = read_text(tmp_path, SURVEYMONKEY.replace("\n", ",\n"))
    assert (len(table.frame.columns), said(table, "empty_columns")["columns_n"]) == (8, 1)


def test_two_rows_of_a_surveymonkey_workbook(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Respondent ID", "Collector ID", "Recommend?", "Rate", None],
        [None, None, "Response", "Speed", "Price"],
        [118, 77, 9, 7, 6],
    ]
    table = read_table(write_workbook(tmp_path, {"Sheet": rows}), name="answers.xlsx")
    assert table.frame.to_dict("list") == {
        "Respondent ID": [118],
        "Collector ID": [77],
        "Recommend?": [9],
        "Rate - Speed": [7],
        "Rate - Price": [6],
    }


def test_an_ordinary_first_answer_is_no_header(tmp_path: Path) -> None:
    table = read_text(tmp_path, "id,q,text\n,7,Response\nb,8,x\n")
    assert (len(table.frame), table.first_row, codes(table)) == (2, 2, [])


def test_repeated_names_are_numbered(tmp_path: Path) -> None:
    table = read_text(tmp_path, "id,q,q,r,r,q (1)\n1,2,3,4,4,6\n")
    assert list(table.frame.columns) == ["id", "q (2)", "q (3)", "r", "r (2)", "q (1)"]
    assert (table.repeated, said(table, "repeated_names")["columns"]) == ({"q"}, "q, r")


@pytest.mark.parametrize(
    ("above", "row"),
    [
        (["Customer survey, spring 2026"], 2),
        (["Customer survey", "Exported;2026-03-01", ""], 4),
        (["", "Asiakastutkimus", "", "Vastaajia;5", ""], 6),
    ],
)
def test_titles_above_the_names_are_told(tmp_path: Path, above: list[str], row: int) -> None:
    text = "\n".join([*above, "id;q;w;v;u", *(f"c{one};7;1;x;{one}" for one in range(5))]) + "\n"
    table = read_text(tmp_path, text)
    assert (list(table.frame.columns), len(table.frame), table.first_row) == (["id", "q", "w", "v", "u"], 5, row + 1)
    assert (said(table, "title_rows")["row"], table.header_row) == (str(row), row)
    assert codes(read_text(tmp_path, text, header_row=row)) == ["delimiter_semicolon"]


def test_a_title_of_a_workbook_and_of_a_narrow_table(tmp_path: Path) -> None:
    path = write_workbook(tmp_path, {"data": [["Customer survey"], [], ["id", "q", "text"], ["a", 7, "b"], ["b", 8, "c"]]})
    assert read_table(path, name=path.name).header_row == 3
    table = read_text(tmp_path, "NPS report\nCustomer,NPS\nA,9\nB,7\nC,3\n")
    assert table.frame["NPS"].tolist() == [9, 7, 3]


def test_a_blank_or_needless_header_row_is_refused(tmp_path: Path) -> None:
    assert "Row 2 is blank" in refusal(tmp_path, "Title\n\nid,q,v\n1,2,3\n", header_row=2).what
    (tmp_path / "a.parquet").write_bytes(b"x")
    with pytest.raises(StudyError) as caught:
        read_table(tmp_path / "a.parquet", name="a.parquet", header_row=2)
    assert "Take `header_row` out" in problems_of(caught)[0].next_step


def test_a_column_without_a_name_gets_one(tmp_path: Path) -> None:
    table = read_text(tmp_path, "id,,q\n1,x,7\n2,,8\n")
    assert list(table.frame.columns) == ["id", "column 2", "q"]
    assert said(table, "unnamed_columns") == {"file": "answers.csv", "columns": "column 2"}


def test_names_lose_line_breaks_and_outer_blanks(tmp_path: Path) -> None:
    assert list(read_text(tmp_path, '" id ","How\nlikely?"\n1,2\n').frame.columns) == ["id", "How likely?"]


@pytest.mark.parametrize("text", ["id,q\n", "id,q\n,\n\n", "\n".join(QUALTRICS.split("\n")[:4]) + "\n"])
def test_a_header_alone_is_refused(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text).what == "The file has column names but no answers."

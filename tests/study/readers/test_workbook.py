"""Workbooks: sheets, dates, formulas, damage."""

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.study.readers.tools import codes, problems_of, said, write_workbook
from valuelib.errors import Problem, StudyError
from valuelib.study.readers import read_table

DATA: list[list[object]] = [["id", "q"], ["a", 7], ["b", None], ["c", 9]]


def refused(path: Path, **options: str | int) -> Problem:
    with pytest.raises(StudyError) as caught:
        read_table(path, name=path.name, sheet=options.get("sheet"))
    (problem,) = problems_of(caught)
    return problem


def test_cells_rows_and_blanks(tmp_path: Path) -> None:
    table = read_table(write_workbook(tmp_path, {"data": [[], *DATA, [], []]}), name="survey.xlsx")
    assert table.frame["id"].tolist() == ["a", "b", "c"]
    assert table.frame["q"].astype(float).tolist()[::2] == [7.0, 9.0]
    assert table.frame["q"].isna().tolist() == [False, True, False]
    assert (table.file, table.first_row, list(table.rows), codes(table)) == ("survey.xlsx", 3, [3, 4, 5], [])


def test_dates_become_iso_text(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["from", "at"],
        [dt.datetime(2026, 3, 1), dt.datetime(2026, 3, 1, 12, 30)],
        [dt.date(2026, 4, 2), None],
    ]
    frame = read_table(write_workbook(tmp_path, {"data": rows}), name="a.xlsx").frame
    assert frame["from"].tolist() == ["2026-03-01", "2026-04-02"]
    assert frame["at"].tolist()[0] == "2026-03-01 12:30:00"


def test_the_first_sheet_that_holds_anything_is_taken_and_said(tmp_path: Path) -> None:
    path = write_workbook(tmp_path, {"empty": [], "answers": DATA, "codebook": [["code"], [1]]})
    table = read_table(path, name=path.name)
    assert table.frame["id"].tolist() == ["a", "b", "c"]
    assert said(table, "first_sheet") == {"file": "answers.xlsx", "sheet": "answers", "sheets_n": 2}


def test_hidden_sheets_are_not_taken(tmp_path: Path) -> None:
    path = write_workbook(tmp_path, {"lists": [["code"], [1]], "answers": DATA})
    book = openpyxl.load_workbook(path)
    book["lists"].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    table = read_table(path, name=path.name)
    assert (list(table.frame.columns), codes(table)) == (["id", "q"], [])


def test_a_wrong_size_written_by_another_program_hides_no_rows(tmp_path: Path) -> None:
    path = write_workbook(tmp_path, {"data": DATA})
    with zipfile.ZipFile(path) as book:
        parts = {part: book.read(part) for part in book.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b'ref="A1:B4"', b'ref="A1:A1"')
    with zipfile.ZipFile(path, "w") as book:
        for part, content in parts.items():
            book.writestr(part, content)
    assert read_table(path, name=path.name).frame.shape == (3, 2)


@pytest.mark.parametrize("sheet", ["2026", 2026, 2])
def test_a_sheet_by_name_or_number(tmp_path: Path, sheet: str | int) -> None:
    path = write_workbook(tmp_path, {"2025": [["x"], [1]], "2026": DATA})
    table = read_table(path, name=path.name, sheet=sheet)
    assert (list(table.frame.columns), codes(table)) == (["id", "q"], [])


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    path = write_workbook(tmp_path, {"data": DATA})
    assert (refused(path, sheet="Data 2").expected, refused(path, sheet=7).what) == (
        "One of 'data', or its number.",
        "The workbook has no sheet 7.",
    )


def test_formulas_that_were_never_calculated_are_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path, {"data": [["id", "a", "sum", "blank"], ["x", 7, "=B2*2", None], ["y", 8, "=B3*2", None]]})
    problem = refused(path)
    assert "formulas without stored values: C2, C3" in problem.what
    assert problem.next_step == "Open the workbook in a spreadsheet program and save it."


@pytest.mark.parametrize("gap", [[], [[]]])
@pytest.mark.parametrize("word", ["Average", "Yhteensä", "Summe"])
def test_a_total_that_was_never_calculated_is_no_answer_all_the_same(tmp_path: Path, word: str, gap: list[list[object]]) -> None:
    body = [["id", "a"], ["x", 7], ["y", 8], ["z", 9], *gap]
    total = [word, "=SUM(B2:B4)"]
    table = read_table(write_workbook(tmp_path, {"data": [*body, total]}), name="export.xlsx")
    assert table.frame["a"].tolist() == [7, 8, 9]
    assert [str(one.values["rows"]) for one in table.assumed if one.code == "readers.summary_rows"] == [str(len(body) + 1)]
    problem = refused(write_workbook(tmp_path, {"data": [["id", "a"], ["x", "=3+4"], ["y", 8], ["z", 9], total]}))
    assert "1 cells hold formulas without stored values: B2" in problem.what


def test_empty_damaged_and_protected_workbooks(tmp_path: Path) -> None:
    assert refused(write_workbook(tmp_path, {"data": []})).what == "The file is empty."
    for content, what in [
        (b"", "empty"),
        (b"no zip at all", "damaged"),
        (b"PK\x03\x04 cut off", "damaged"),
        (b"\xd0\xcf\x11\xe0" * 300, "damaged"),
    ]:
        path = tmp_path / "broken.xlsx"
        path.write_bytes(content)
        assert what in refused(path).what


def test_every_row_is_as_long_as_the_longest(tmp_path: Path) -> None:
    table = read_table(write_workbook(tmp_path, {"data": [["id", "q"], ["a"], ["b", 3, "stray"]]}), name="a.xlsx")
    assert list(table.frame.columns) == ["id", "q", "column 3"]

"""What hides in a sheet or a text file besides its cells: formulas never calculated, merged ranges, rows inside quoted cells."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from valuelib.errors import StudyError
from valuelib.study.readers import RawTable, read_table

HEADER = ["Account", "Region", "Q1", "Q2"]


def workbook(path: Path, cells: dict[str, object] | None = None, merged: tuple[str, ...] = (), rows: int = 8) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    for n in range(rows):
        sheet.append([f"A{n}", "North" if n < 4 else "South", n, 10 - n])
    for name, value in (cells or {}).items():
        sheet[name] = value
    for name in merged:
        sheet.merge_cells(name)
    book.save(path)
    return path


def told(table: RawTable, code: str) -> list[dict[str, object]]:
    return [dict(one.values) for one in table.assumed if one.code == f"readers.{code}"]


def refused(path: Path) -> str:
    with pytest.raises(StudyError) as caught:
        read_table(path, name=path.name)
    return str(caught.value)


@pytest.mark.parametrize("cells", [{"C4": "=A4"}, {"C4": "=1+1", "C7": "=2"}, {f"D{n}": "=C2" for n in range(2, 10)}])
def test_formulas_that_were_never_calculated_are_refused_with_their_cells(tmp_path: Path, cells: dict[str, object]):
    text = refused(workbook(tmp_path / "answers.xlsx", cells))
    assert f"{len(cells)} cells hold formulas" in text
    assert next(iter(cells)) in text


def rewritten(path: Path, pattern: str, to: str) -> Path:
    """The workbook with its sheet's XML changed, as another program would have written it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    changed = re.sub(pattern, to, parts[sheet].decode())
    assert changed != parts[sheet].decode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in (parts | {sheet: changed.encode()}).items():
            archive.writestr(name, part)
    return path


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="C4"><f>1+1</f><v>2</v></c>',
        '<c r="C4" t="str"><f>""</f><v></v></c>',
        '<c r="C4" s="0"><f t="shared" si="0"/><v>2</v></c>',
    ],
)
def test_formulas_with_a_stored_value_are_read(tmp_path: Path, cell: str):
    path = rewritten(workbook(tmp_path / "answers.xlsx", {"C4": "=1+1"}), r'<c r="C4".*?</c>', cell)
    assert len(read_table(path, name=path.name).frame) == 8


@pytest.mark.parametrize(
    "cell", ['<c r="C4"><f>1+1</f><v/></c>', '<c r="C4">\n<f>1+1</f>\n</c>', '<c r="C4"><f t="shared" si="0"/></c>']
)
def test_formulas_without_one_are_refused_however_they_are_written(tmp_path: Path, cell: str):
    path = rewritten(workbook(tmp_path / "answers.xlsx", {"C4": "=1+1"}), r'<c r="C4".*?</c>', cell)
    assert "C4" in refused(path)


def test_cells_merged_down_a_column_are_filled_and_told(tmp_path: Path):
    path = workbook(tmp_path / "answers.xlsx", merged=("B2:B5", "B6:B9"))
    table = read_table(path, name=path.name)
    assert table.frame["Region"].tolist() == ["North"] * 4 + ["South"] * 4
    assert told(table, "merged_filled") == [{"file": "answers.xlsx", "ranges": "B2:B5, B6:B9", "ranges_n": 2, "n": 6}]


def test_cells_merged_across_columns_are_told(tmp_path: Path):
    path = workbook(tmp_path / "answers.xlsx", merged=("C3:D3", "C5:D6"))
    table = read_table(path, name=path.name)
    assert told(table, "merged_cells")[0]["ranges"] == "C3:D3, C5:D6"
    assert table.frame["Q2"].isna().sum() == 3


def test_merged_titles_and_headers_are_no_matter(tmp_path: Path):
    path = workbook(tmp_path / "answers.xlsx", merged=("A1:A1", "B1:B1"))
    assert told(read_table(path, name=path.name), "merged_cells") == []


ROWS = [f"A{n},North,{n % 10},fine,{10 - n % 10}" for n in range(40)]


def written(folder: Path, rows: list[str]) -> Path:
    path = folder / "answers.csv"
    path.write_text("\n".join(["Account,Region,Q1,Comment,Q2", *rows]), encoding="utf-8")
    return path


@pytest.mark.parametrize(("first", "last"), [(10, 20), (10, 11), (3, 38)])
def test_a_cell_that_swallows_rows_is_refused(tmp_path: Path, first: int, last: int):
    rows = [*ROWS]
    rows[first] = rows[first].replace("fine", '"Top" they said')
    rows[last] = rows[last].replace("fine", 'so so"')
    rows[first] = rows[first].replace('"Top" they', '"Top they')
    assert "read like rows of answers" in refused(written(tmp_path, rows))


def test_swallowed_rows_are_found_below_titles_too(tmp_path: Path):
    rows = [*ROWS]
    rows[5], rows[8] = rows[5].replace("fine", '"so'), rows[8].replace("fine", 'so"')
    path = written(tmp_path, rows)
    path.write_text("Exported by the tool\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert "read like rows of answers" in refused(path)


@pytest.mark.parametrize("comment", ['"first, second\nthird, fourth, fifth"', '"Good\n\nbad"', '"1, 2\n3"', '"a,b\nc,d,e,f"'])
def test_comments_of_several_lines_are_read(tmp_path: Path, comment: str):
    rows = [*ROWS]
    rows[7] = rows[7].replace("fine", comment)
    assert len(read_table(written(tmp_path, rows), name="answers.csv").frame) == 40

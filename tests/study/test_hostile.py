"""Settings and data that are broken or mean harm: status 2 and a sentence, at once."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.chart import BarChart, Reference
from pyarrow import parquet

from tests.study.studies import answers, settings, write_study
from valuelib.errors import StudyError
from valuelib.study.config_file import MOST_NODES
from valuelib.study.load import load_study

BOMB = "a: &a [l, l, l, l, l, l, l, l, l, l]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "m: &m0 {a: 1, b: 2}\n" + "".join(
    f"m{level}: &m{level} {{<<: [{', '.join([f'*m{level - 1}'] * 9)}]}}\n" for level in range(1, 9)
)


def refused(folder: Path) -> str:
    start = time.process_time()
    with pytest.raises(StudyError) as caught:
        load_study(folder)
    assert time.process_time() - start < 20
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("seed: !!int 'abc'", "line 1, character 7: This is not YAML: 'abc' cannot be read as int"),
        (f"seed: {'7' * 5000}", "cannot be read as int"),
        ("seed: 99999999999999999999", "less than"),
        ("seed: !!float x", "'x' cannot be read as float"),
        ("seed: !!bool maybe", "'maybe' cannot be read as bool"),
        ("seed: !!timestamp soon", "there is no tag"),
        ("seed: !!python/object/apply:os.system ['exit 3']", "`seed` is not what it should be"),
        ("? [a, b]\n: 1", "a list or a block stands where a key belongs"),
        ("? {a: b}\n: 1", "a list or a block stands where a key belongs"),
        ("<<: [1, 2]", "expected a mapping for merging"),
        ("seed: " + "[" * 5000, "This is not YAML|too deep"),
        (BOMB, f"stand for more than {MOST_NODES:,} values"),
        (MERGES, f"stand for more than {MOST_NODES:,} values"),
        ("a: &a [*a]", f"stand for more than {MOST_NODES:,} values"),
    ],
    ids=lambda one: one[:24].strip(),
)
def test_settings_that_no_person_writes_are_told_in_a_sentence(tmp_path: Path, written: str, told: str) -> None:
    folder = write_study(tmp_path, settings(), answers())
    file = folder / "study.yaml"
    file.write_text(f"{written}\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    said = refused(folder)
    assert any(one in said for one in told.split("|")), said
    assert "study.yaml" in said


def workbook(*, chart_first: bool = False) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    data = answers()
    for row in [list(data.columns), *data.to_numpy().tolist()]:
        sheet.append(row)
    if chart_first:
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=4))
        book.create_chartsheet(index=0).add_chart(chart)
    book.save(file)
    return file.getvalue()


def repacked(content: bytes, without: str) -> bytes:
    """The same workbook without one of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if without not in name:
                new.writestr(name, old.read(name))
    return file.getvalue()


def flipped(content: bytes) -> bytes:
    """The same workbook with a byte of its sheet's packed rows changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        info = packed.getinfo("xl/worksheets/sheet1.xml")
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    return content[:at] + bytes([content[at] ^ 0xFF]) * 40 + content[at + 40 :]


@pytest.mark.parametrize(
    "content",
    [
        flipped(workbook()),
        workbook()[:-400],
        repacked(workbook(), "sheet1.xml"),
        repacked(workbook(chart_first=True), "chartsheets/_rels"),
        b"PK\x03\x04 and no more",
    ],
    ids=["flipped bytes", "cut off", "no sheet", "a chart that leads nowhere", "no zip"],
)
def test_a_damaged_workbook_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    folder = write_study(tmp_path, settings(responses={"file": "responses.xlsx"}))
    (folder / "responses.xlsx").write_bytes(content)
    said = refused(folder)
    assert "The workbook could not be read: it is damaged" in said or "The file is empty." in said


def test_a_workbook_whose_first_sheet_is_a_chart_is_read_from_its_first_table(tmp_path: Path) -> None:
    folder = write_study(tmp_path, settings(responses={"file": "responses.xlsx"}))
    (folder / "responses.xlsx").write_bytes(workbook(chart_first=True))
    assert len(load_study(folder).data) == len(answers())


def test_parquet_columns_of_lists_and_records_are_refused_by_name(tmp_path: Path) -> None:
    folder = write_study(tmp_path, settings(responses={"file": "responses.parquet"}))
    table = pa.Table.from_pandas(answers(), preserve_index=False)
    more = {"Many": [[1, 2]], "About": [{"a": 1}], "Pairs": [[{"a": [1]}]]}
    for name, value in more.items():
        table = table.append_column(name, [value * len(table)])
    parquet.write_table(table, folder / "responses.parquet")
    said = refused(folder)
    assert "3 columns hold lists, records or bytes" in said
    assert all(f"'{name}'" in said for name in more)

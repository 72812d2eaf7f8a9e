"""Delimited files are cut column by column: every cell is the one that Python's own csv module finds, on the same row."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from benchmarks.reading import write_study
from tests.study.readers.tools import read_text, refusal
from valuelib.study.load import load_study
from valuelib.study.readers.text import _cut_into_columns, _find_swallowed
from valuelib.study.wording import tidy

CELLS = st.text(alphabet='aä0 ,;"\n\u00a0', max_size=6)
TABLES = st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8))


def expected(text: str, delimiter: str) -> tuple[list[list[str | None]], list[int]]:
    """The answers below the header by the csv module, cells tidy, blank rows left out, with the numbers of their records."""
    records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    rows = [(number, record) for number, record in enumerate(records, start=1) if any(cell.strip() for cell in record)][1:]
    return [[tidy(cell) or None for cell in record] for _, record in rows], [number for number, _ in rows]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=TABLES, quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), end=st.sampled_from(["\n", "\r\n"]))
def test_cells_are_those_of_the_csv_module(tmp_path: Path, table: list[list[str]], quoting: int, end: str) -> None:
    written = io.StringIO(newline="")
    names = [f"n{place}" for place in range(len(table[0]))]
    csv.writer(written, delimiter=";", quoting=quoting, lineterminator=end).writerows([names, *table, ["x"] * len(names)])
    # A cell that reads like rows of answers is refused; `test_marks.py` has those.
    assume(not _find_swallowed(list(csv.reader(io.StringIO(written.getvalue(), newline=""), delimiter=";")), ";"))
    read = read_text(tmp_path, written.getvalue(), delimiter=";", names=names)
    cells, rows = expected(written.getvalue(), ";")
    assert list(read.rows) == rows
    found = read.frame.astype(object).where(read.frame.notna(), None).to_numpy().tolist()
    for place, name in enumerate(names):  # a column of blanks is left out of no file that names it
        assert [row[read.frame.columns.get_loc(name)] for row in found] == [row[place] for row in cells]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a,b\n1,2\n", True),
        ('a,b\n"1","say ""no"" now"\n', True),
        ('a,b\n"",2\n', True),
        ("a,b\r\n1,2\r\n\u00e4,4", True),
        ('a,b\n1,2 "inch"\n', False),
        ('a,b\n1,"two"x\n', False),
        ('a,b\n1,"two\nlines"\n', False),
        ('a,b\n1,"open\n', False),
        ("a,b\n1\n", False),
        ("a,b\n\n1,2\n", True),
        ("a,b\r1,2\r", False),
        ("", False),
        ("a,b\n1," + "x" * 200_000 + "\n", False),
    ],
)
def test_files_that_are_plain_and_those_that_need_a_closer_look(text: str, plain: bool) -> None:
    assert (_cut_into_columns(text, ",") is not None) == plain


def test_a_row_of_blanks_keeps_the_numbers_of_the_others(tmp_path: Path) -> None:
    assert list(read_text(tmp_path, "a,b\n1,2\n , \n,\n3,4\n").rows) == [2, 5]


def test_ragged_rows_and_titles_are_told_as_before(tmp_path: Path) -> None:
    assert "rows 3" in refusal(tmp_path, "a,b\n1,2\n1,2,3\n").where


def test_a_large_file_gives_what_is_in_it(tmp_path: Path) -> None:
    folder = write_study(tmp_path / "reading", 20_000)
    answers, written = load_study(folder).data, pd.read_csv(folder / "responses.csv")
    assert answers["recommend"].tolist() == written["Recommend"].tolist()
    assert answers["account"].tolist() == written["Customer"].astype(str).tolist()
    assert answers["offering"].tolist() == (written["Package"] == "Partner").astype(float).tolist()
    assert answers["repurchase"].tolist() == (written["Renewed"] == "Yes").astype(float).tolist()

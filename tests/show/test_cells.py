"""Typed tables: the text of a cell by kind and language, data frames that hold the numbers, and JSON that reads back."""

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.api.types import is_numeric_dtype
from pydantic import ValidationError

from valuelib.errors import ResultError
from valuelib.results import Cell, Column, Kind, Table, from_json, to_json
from valuelib.show.display import table_html, table_text
from valuelib.show.localizer import in_language
from valuelib.show.tables import cell_text, make_table

FINITE = st.floats(-1e6, 1e6)
WHOLE = st.integers(-(10**6), 10**6)
NUMERIC: tuple[Kind, ...] = ("count", "number", "percent", "points", "ratio", "effect", "interval", "p")


@pytest.mark.parametrize(
    ("kind", "cell", "en", "fi"),
    [
        ("text", Cell("word"), "word", "word"),
        ("text", Cell(), "–", "–"),
        ("count", Cell(1234), "1,234", "1 234"),
        ("count", Cell(3, of=4), "3 of 4", "3/4"),
        ("count", Cell(low=3, high=5), "3–5", "3–5"),
        ("count", Cell(low=3, high=3), "3", "3"),
        ("count", Cell(2, of=3, words="parts.of_parts_shown"), "2 of 3 parts shown", "osoitettu 2/3 osaa"),
        ("number", Cell(31.25), "31.2", "31,2"),
        ("number", Cell(-0.04), "0.0", "0,0"),
        ("number", Cell(76.2, 71.9, 80, 563), "76.2 [71.9, 80.0], 563 answers", "76,2 [71,9; 80,0], 563 vastausta"),
        ("number", Cell(n=1), "–, 1 answer", "–, 1 vastaus"),
        ("number", Cell("not shown"), "not shown", "not shown"),
        ("number", Cell(""), "", ""),
        ("percent", Cell(0.466), "47%", "47 %"),
        ("percent", Cell(0.466, 0.4, 0.53), "47% [40, 53]", "47 % [40; 53]"),
        ("percent", Cell(0.0123, decimals=1), "1.2%", "1,2 %"),
        ("points", Cell(0.62, 0.4, 0.84, 218), "+0.6 [0.4, 0.8], 218 answers", "+0,6 [0,4; 0,8], 218 vastausta"),
        ("points", Cell(-4), "\N{MINUS SIGN}4.0", "\N{MINUS SIGN}4,0"),
        ("points", Cell(low=-1, high=2), "\N{MINUS SIGN}1.0 … +2.0", "\N{MINUS SIGN}1,0 … +2,0"),
        ("points", Cell(1.6, kind="ratio", words="table.times"), "1.60 times", "1,60-kertainen"),
        ("points", Cell(low=-1, high=2, kind="interval", decimals=2), "[\N{MINUS SIGN}1.00, 2.00]", "[\N{MINUS SIGN}1,00; 2,00]"),
        ("ratio", Cell(1.5, 1.15, 2.2), "1.50 [1.15, 2.20]", "1,50 [1,15; 2,20]"),
        ("effect", Cell(0.123, 0.1, 0.2), "+0.12 [0.10, 0.20]", "+0,12 [0,10; 0,20]"),
        ("interval", Cell(low=5.9, high=26.3), "[5.9, 26.3]", "[5,9; 26,3]"),
        ("interval", Cell(), "–", "–"),
        ("p", Cell(0.0123), "0.012", "0,012"),
    ],
)
def test_a_cell_is_printed_by_its_kind_in_the_readers_language(kind: Kind, cell: Cell, en: str, fi: str) -> None:
    for language, wanted in (("en", en), ("fi", fi)):
        with in_language(language):
            assert cell_text(cell, Column("c", kind)).replace("\N{NO-BREAK SPACE}", " ") == wanted


def test_decimals_are_the_cells_own_then_the_columns_then_the_kinds() -> None:
    column = Column("c", "number", 2)
    assert [column.form_of(one) for one in (Cell(1, decimals=3), Cell(1), Cell(1, kind="count"), Cell(1, kind="number"))] == [
        ("number", 3),
        ("number", 2),
        ("count", 0),
        ("number", 2),
    ]


def test_a_table_is_shown_in_its_own_language_with_numbers_at_the_right() -> None:
    with in_language("fi"):
        table = make_table("t", "T", (Column("a"), Column("b", "points")), (("x", 1.5), ("y", "ei tiedossa")))
    assert table_text(table).splitlines()[2:] == ["x  +1,5", "y  ei tiedossa"]
    html = table_html(table)
    assert '<th scope="col" class="vl-number">b</th>' in html
    assert '<td class="vl-number" data-value="1.5">+1,5</td>' in html
    assert "<td>ei tiedossa</td>" in html


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Any table: a name for the row, then columns of any kind with values, limits, counts and words here and there."""
    kinds = draw(st.lists(st.sampled_from(("text", *NUMERIC)), min_size=1, max_size=5))
    columns = (Column("row"), *(Column(f"c{place % 3}", kind) for place, kind in enumerate(kinds)))
    rows = [(Cell(f"r{at}"), *(draw(cells(column.kind)) for column in columns[1:])) for at in range(draw(st.integers(0, 4)))]
    return make_table("t", "T", columns, rows)


def cells(kind: Kind) -> st.SearchStrategy[Cell]:
    words = st.builds(Cell, st.sampled_from((None, "open", "1,5", "=1")))
    if kind == "text":
        return words
    ends = st.just((None, None)) | st.tuples(FINITE, FINITE).map(lambda pair: (min(pair), max(pair)))
    counted = st.none() | st.integers(0, 10**6)
    numbers = st.tuples(st.none() | FINITE | WHOLE, ends, counted, counted)
    return words | numbers.map(lambda one: Cell(one[0], one[1][0], one[1][1], one[2], one[3]))


@given(tables())
def test_a_data_frame_holds_every_part_of_every_cell(table: Table) -> None:
    frame, plain = table.to_frame(), list(table.split())
    assert frame.shape == (len(table.rows), len(plain))
    assert frame.columns.is_unique
    back = [dict[str, dict[str, object]]() for _ in table.rows]
    for name, (part, column, held) in zip(frame, plain, strict=True):
        assert is_numeric_dtype(frame[name]) == (column.kind != "text" and part != "note")
        for parts, value, cell in zip(back, frame[name], held, strict=True):
            assert pd.isna(value) if cell.value is None else value == cell.value
            parts.setdefault(column.label, {})[part] = None if pd.isna(value) else value
    if len({column.label for column in table.columns}) == len(table.columns):
        for row, found in zip(table.rows, back, strict=True):
            for heading, cell in zip(table.columns, row, strict=True):
                held_by = found[heading.label]
                assert (held_by.get("note") if held_by.get("value") is None else held_by["value"]) == cell.value
                assert [held_by.get(one) for one in ("conf_low", "conf_high", "n", "of")] == [cell.low, cell.high, cell.n, cell.of]


@given(tables())
def test_a_table_reads_back_from_json(table: Table) -> None:
    stored = json.loads(json.dumps(to_json(table), allow_nan=False))
    assert from_json("table", stored) == table


def test_parts_of_one_column_have_plain_names_and_those_of_several_name_it() -> None:
    one = make_table("t", "T", (Column("row"), Column("NPS", "points")), (("a", Cell(1, 0, 2, 40)), ("b", "not shown")))
    assert list(one.to_frame()) == ["row", "NPS", "conf_low", "conf_high", "n", "note"]
    two = make_table("t", "T", (Column("row"), Column("a", "points"), Column("b", "ratio")), (("x", Cell(1, 0, 2), Cell(1, 0, 2)),))
    assert list(two.to_frame()) == ["row", "a", "conf_low (a)", "conf_high (a)", "b", "conf_low (b)", "conf_high (b)"]


def test_printed_cells_of_an_earlier_edition_are_refused() -> None:
    with pytest.raises(ValidationError):
        from_json("table", {"name": "t", "caption": "T", "columns": ["a"], "rows": [["1"]], "note": ""})


def test_faults_say_which_table_row_and_column() -> None:
    with pytest.raises(ResultError, match=r"t, row 2: expected 1 cells, one a column; got 2"):
        make_table("t", "T", (Column("a"),), (("x",), ("x", "y")))
    with pytest.raises(ResultError, match=r"t, row 1, a: a number in a column of text"):
        make_table("t", "T", (Column("a"),), ((1,),))
    with pytest.raises(ResultError, match="value = nan"):
        Cell(float("nan"))
    with pytest.raises(ResultError, match="upside down"):
        Cell(low=2, high=1)


def test_a_table_tells_its_size_and_no_cell() -> None:
    assert repr(make_table("t", "T", (Column("a"),), (("secret",),))) == "Table('t', 1 rows x 1 columns)"

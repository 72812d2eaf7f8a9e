"""Are equal codes equal however they are spelled, and are numbers read as people write them?"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelib.study.config import StudyConfig
from valuelib.study.desk import Desk, read_numbers, stretch
from valuelib.study.harmonise import nps_of
from valuelib.study.identity import wave_order
from valuelib.study.model import hashed, is_email
from valuelib.study.readers.draft import RawTable
from valuelib.study.wording import clip, code_key, code_keys, first_rows, nearest, problem


@pytest.mark.parametrize("spelled", [1, 1.0, "1", " 1 ", "1.0", "1,0", True, np.int64(1), np.float64(1), "\u00a01", "01", "TRUE"])
def test_spellings_of_one(spelled: object):
    assert code_key(spelled) == "1"


@pytest.mark.parametrize("blank", [None, math.nan, pd.NA, pd.NaT, "", "  ", "\u00a0"])
def test_blanks_are_no_code(blank: object):
    assert code_key(blank) is None


def test_texts_differ_neither_in_case_nor_in_blanks():
    assert code_key("  En OSAA  sanoa") == code_key("en osaa sanoa")
    assert code_key("Ei") != code_key("Ei.")


@given(st.lists(st.one_of(st.none(), st.integers(-5, 5), st.sampled_from(["a", "B ", "1", "-99"]))))
def test_keys_of_a_column_are_the_keys_of_its_cells(cells: list[object]):
    keys = code_keys(pd.Series(cells, dtype=object))
    assert [None if pd.isna(key) else key for key in keys] == [code_key(cell) for cell in cells]


def numbers(cells: list[object], missing: list[object] | None = None) -> tuple[list[float], Desk]:
    config = StudyConfig.model_validate(
        {
            "study": "a",
            "client": "b",
            "responses": {"file": "c.csv"},
            "outcomes": {"recommend": {"column": "Q"}},
            "missing": missing or [],
        }
    )
    table = RawTable(
        "c.csv", pd.DataFrame({"Q": pd.Series(cells, dtype=object)}), {}, {"Q": {99.0: "En osaa sanoa", 10.0: "9"}}, 2, ()
    )
    desk = Desk(table=table, config=config)
    return read_numbers(desk, "Q", "outcomes.recommend").tolist(), desk


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("10 - Extremely likely", 10),
        ("0 = ei lainkaan", 0),
        ("Erittäin todennäköisesti 10", 10),
        ("Erittäin todennäköisesti (10)", 10),
        ("10: likely", 10),
        ("-99 other", -99),
        ("likely - 7", 7),
        ("65 %", 65),
        ("1 234,5", 1234.5),
        ("\N{MINUS SIGN}3", -3),
        ("7,5", 7.5),
    ],
)
def test_numbers_with_and_without_texts(cell: str, number: float):
    values, desk = numbers([cell])
    assert (values, desk.problems) == ([number], [])


@pytest.mark.parametrize(
    "cell",
    ["9 of 10", "1-2", "Over 5 years", "8.5 good", "0 - ehkä EOS", "likely", "1,234.5", "1e999"],
)
def test_texts_that_are_no_number_are_refused(cell: str):
    values, desk = numbers([cell])
    assert math.isnan(values[0])
    assert len(desk.problems) == 1
    assert cell not in str(desk.problems[0])


@pytest.mark.parametrize("cell", ["-99 no answer", "0 - En osaa sanoa", "Vet ej", "N/A – not applicable"])
def test_words_for_no_answer_are_none_and_told(cell: str):
    values, desk = numbers([7, cell])
    np.testing.assert_array_equal(values, [7, math.nan])
    assert desk.problems == []
    assert [one.code for one in desk.assumed] == ["study.no_answer_words"]


def test_missing_codes_go_by_code_and_by_the_text_of_the_code():
    values, desk = numbers([5, 99, "-9", None, "99.0"], missing=["en osaa sanoa", -9.0])
    np.testing.assert_array_equal(values, [5, math.nan, math.nan, math.nan, math.nan])
    assert desk.problems == []


def test_a_number_that_labels_another_code_is_no_word():
    values, _ = numbers([9, 10], missing=[9])
    np.testing.assert_array_equal(values, [math.nan, 10])


@given(st.integers(-20, 20), st.integers(1, 30), st.data())
def test_scales_are_stretched_end_to_end_and_keep_their_order(low: int, width: int, data: st.DataObject):
    cells = sorted(data.draw(st.lists(st.integers(low, low + width), min_size=1)))
    moved = stretch(pd.Series([low, *cells, low + width], dtype=float), (low, low + width))
    assert (moved.iloc[0], moved.iloc[-1]) == (0.0, 10.0)
    assert moved.is_monotonic_increasing


def test_promoters_and_detractors_by_hand():
    scores = pd.Series([0, 6, 6.5, 7, 8, 8.9, 9, 10, math.nan])
    np.testing.assert_array_equal(nps_of(scores), [-1, -1, 0, 0, 0, 0, 1, 1, math.nan])


@pytest.mark.parametrize(
    "waves",
    [
        ["2", "9", "10"],
        ["2025", "2026"],
        ["2025-12", "2026-01"],
        ["2025-Q4", "2026-Q1"],
        ["2025H2", "2026H1"],
        ["2026-02-28", "2026-03-01"],
        ["W2", "W10"],
        ["Kierros 2", "Kierros 10"],
        ["kevät"],
    ],
)
def test_waves_in_order_of_time(waves: list[str]):
    order = wave_order(reversed(waves))
    assert order is not None
    assert sorted(waves, key=lambda name: order[name]) == waves


@pytest.mark.parametrize("waves", [["kevät", "syksy"], ["Q1 2026", "Q2 2025"], ["W1", "X2"], ["2026", "latest"]])
def test_waves_whose_order_cannot_be_told(waves: list[str]):
    assert wave_order(waves) is None


def test_addresses_are_hashed_and_ids_are_not():
    assert is_email("matti.virtanen+a@example.co.uk")
    assert not any(is_email(name) for name in ("C-1007", "@home", "a@b", "Virtanen, Matti"))
    assert hashed("A@B.fi") == hashed(" a@b.fi ") != hashed("a@c.fi")
    assert len(hashed("a@b.fi")) == 12


def test_words_of_problems():
    assert clip("a" * 100, 20) == "a" * 11 + "..." + "a" * 6
    assert clip("a\n b") == "a b"
    assert first_rows([3]) == "row 3"
    assert first_rows(range(2, 10)) == "rows 2, 3, 4, 5, 6, ..."
    assert nearest("CUSTOMERNO", ["Customer", "CustomerNo"]) == "CustomerNo"
    assert nearest("Weight", ["Industry", "Q12"]) is None


def test_a_problem_that_would_be_too_long_gives_way_in_its_longest_part():
    told = problem("what " * 100, "where", "expected", "next " * 20)
    assert len(str(told)) < 400
    assert (told.where, told.expected, told.next_step) == ("where", "expected", "next " * 20)
    assert told.what.startswith("what what")

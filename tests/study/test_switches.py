"""When accounts switched: dates placed among waves of every name, waves in the place of dates, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.study.studies import settings, write_study
from valuelib.errors import StudyError
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.study.switches import days_of


def read(folder: Path, rows: list[tuple[str, object, object]], **columns: Any) -> Study:
    """Rows of account, wave and switch; every account answers once a wave."""
    data = pd.DataFrame(rows, columns=["Account", "Year", "Since"]).assign(Q12=9)
    config = settings(columns={"account": "Account", "wave": "Year", **columns}, exposure={"switched": "Since"}, waves="all")
    return load_study(write_study(folder, config, data), language="en")


def switched(study: Study) -> dict[tuple[str, str], float]:
    data = study.all_data
    return dict(zip(zip(data["account"], data["wave"], strict=True), data["switched"], strict=True))


def test_a_date_inside_a_wave_leaves_that_wave_untold(tmp_path: Path) -> None:
    rows = [(account, wave, since) for account, since in (("A", "15.6.2025"), ("B", None)) for wave in (2024, 2025, 2026)]
    study = read(tmp_path, rows)
    found = switched(study)
    assert [found["A", wave] for wave in ("2024", "2026")] == [0.0, 1.0]
    assert np.isnan(found["A", "2025"])
    assert [found["B", wave] for wave in ("2024", "2025", "2026")] == [0.0, 0.0, 0.0]
    assert study.all_data.groupby("account")["switched_from"].first().dropna().to_dict() == {"A": "2026"}
    (said,) = (one for one in study.assumed if one.code == "study.switched_within")
    assert said.values == {"column": "Since", "n": 1}
    assert study.all_answers["switched"].tolist()[:1] == [0.0]


def test_days_of_answer_tell_it_to_the_day(tmp_path: Path) -> None:
    rows = [("A", day, "2025-06-15") for day in ("2025-06-01", "2025-06-14", "2025-06-15", "2025-12-01")]
    found = read(tmp_path, rows, wave={"column": "Year", "by": "quarter"}).all_data
    assert (found["wave"].tolist(), found["switched"].tolist()) == (["2025-Q2"] * 3 + ["2025-Q4"], [0.0, 0.0, 1.0, 1.0])
    assert found["switched_from"].unique().tolist() == ["2025-Q4"]  # the first wave that lies wholly after it


def test_the_first_wave_with_it_stands_for_a_date(tmp_path: Path) -> None:
    rows = [("A", "Round 1", "Round 2"), ("A", "Round 2", None), ("A", "Round 10", "Round 2"), ("B", "Round 1", None)]
    found = switched(read(tmp_path, rows))
    assert found == {("A", "Round 1"): 0.0, ("A", "Round 2"): 1.0, ("A", "Round 10"): 1.0, ("B", "Round 1"): 0.0}


def test_an_open_date_is_none(tmp_path: Path) -> None:
    assert set(switched(read(tmp_path, [("A", 2025, "9999-12-31"), ("A", 2026, "9999-12-31")])).values()) == {0.0}


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2024", (2024, 1, 1), (2024, 12, 31)),
        ("2024-02", (2024, 2, 1), (2024, 2, 29)),
        ("2024-Q4", (2024, 10, 1), (2024, 12, 31)),
        ("2024 H2", (2024, 7, 1), (2024, 12, 31)),
        ("2026-W01", (2025, 12, 29), (2026, 1, 4)),
        ("2024-02-29", (2024, 2, 29), (2024, 2, 29)),
    ],
)
def test_days_of_a_wave(name: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert days_of(name) == (dt.date(*first), dt.date(*last))


@pytest.mark.parametrize("name", ["1", "Wave 2", "2024-13", "2024-Q5", "2024-02-30", "0000"])
def test_no_time_in_the_name(name: str) -> None:
    assert days_of(name) is None


@pytest.mark.parametrize(
    ("rows", "columns", "says"),
    [
        ([("A", 1, "2025-01-01"), ("A", 2, "2025-01-01")], {}, ("'1'", "2026-Q1", "exposure.switched")),
        ([("A", 2024, "2025-01-01"), ("A", 2025, "2025-02-01")], {}, ("1 accounts", "several dates", "rows 2, 3")),
        ([("A", 2024, "soon"), ("A", 2025, "2025-01-01")], {}, ("1 of 2 cells are not dates", "row 2")),
        ([("A", 2024, "2025-01-01")], {"wave": None}, ("columns.wave", "switched")),
    ],
)
def test_refused(tmp_path: Path, rows: list[tuple[str, object, object]], columns: dict[str, Any], says: tuple[str, ...]) -> None:
    with pytest.raises(StudyError) as caught:
        read(tmp_path, rows, **columns)
    assert len(caught.value.problems) == 1
    for words in says:
        assert words in str(caught.value)


def test_drawn_by_lot_needs_what_was_bought(tmp_path: Path) -> None:
    data = pd.DataFrame({"Account": ["A", "B"], "Q12": [9, 7]})
    with pytest.raises(StudyError, match="drawn by lot, and no column tells them"):
        load_study(write_study(tmp_path, settings(exposure={"assigned": "by_lot"}), data))
    with pytest.raises(StudyError, match=r"by_lot"):
        load_study(write_study(tmp_path, settings(exposure={"column": "Q12", "higher": [9], "assigned": "by chance"}), data))

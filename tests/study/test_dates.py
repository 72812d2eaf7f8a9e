"""Dates in the forms that exports have, open ends, late starts, waves by date, and dates of leaving."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.study.studies import answers, settings, write_study
from tests.study.test_written import told
from valuelib.errors import StudyError
from valuelib.explore.over_time import contract_times
from valuelib.study.dates import read_days
from valuelib.study.load import load_study
from valuelib.study.model import Study


def days(*cells: str | None) -> list[str | None]:
    return [None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in read_days(pd.Series(cells, dtype=object)).days]


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-31",
        "2026-3-31",
        "2026/03/31",
        "20260331",
        "31.3.2026",
        "31.03.2026",
        "31.3.26",
        "31. 3. 2026",
        "31/3/2026",
        "31-03-2026",
        "3/31/2026",
        "31/03/26",
        "2026-03-31T23:59:59+02:00",
        "2026-03-31T09:15:00.000Z",
        "2026-03-31 09:15",
        "31.3.2026 klo 9.15",
        "3/31/2026 9:15 AM",
        "31-Mar-2026",
        "31MAR2026",
        "31 maaliskuuta 2026",
        "March 31, 2026",
        "46112",
        "46112.5",
        "31.3.2026\u00a0",
    ],
)
def test_one_day_in_many_forms(cell: str):
    assert days(cell) == ["2026-03-31"]


@pytest.mark.parametrize(
    "cell", ["2026", "2026-03", "31.2.2026", "13/13/2026", "45", "1774915200", "spring 2026", "2026-W14", "3.2026"]
)
def test_what_is_no_day(cell: str):
    found = read_days(pd.Series([cell, "2026-01-31"]))
    assert found.wrong.tolist() == [True, False]


@pytest.mark.parametrize(
    "cell",
    [
        "9999-12-31",
        "31.12.9999",
        "2999-12-31 00:00:00",
        "12/31/2099",
        "20991231",
        "2958465",
        "1900-01-01",
        "0000-00-00",
        "00.00.0000",
    ],
)
def test_dates_that_stand_for_none(cell: str):
    found = read_days(pd.Series([cell, None, "2026-01-31"], dtype=object))
    assert (found.open.tolist(), found.wrong.any()) == ([True, False, False], False)
    assert found.days.isna().tolist() == [True, True, False]


def test_one_column_tells_which_way_round_its_days_are():
    assert days("1/2/2026", "13/2/2026") == ["2026-02-01", "2026-02-13"]
    assert days("1/2/2026", "2/13/2026") == ["2026-01-02", "2026-02-13"]
    assert days("1/1/2026", "2/2/2026") == ["2026-01-01", "2026-02-02"]
    assert read_days(pd.Series(["1/2/2026", "3/4/2026"])).unsure


# Contracts.

STARTS = [f"20{year}-03-01" for year in range(10, 22)]


def contracts(folder: Path, **columns: list[object]) -> Study:
    n = len(STARTS)
    data = pd.DataFrame(
        {"Account": [f"A{i}" for i in range(n)], "Q12": [i % 11 for i in range(n)], "V": [i % 11 for i in range(n)]}
    )
    given = {"From": STARTS, "To": ["2026-03-31"] * n, "Ended": ["2025-06-30", *[None] * (n - 1)]}
    outcomes = {
        "recommend": {"column": "Q12"},
        "perceived_value": {"column": "V"},
        "contract": {"start": "From", "end": "To", "ended": "Ended"},
    }
    return load_study(write_study(folder, settings(outcomes=outcomes), data.assign(**{**given, **columns})))


@pytest.mark.parametrize("open_end", ["9999-12-31", "31.12.2099", "1.1.3000", "2999-12-31T00:00:00Z", "2958465"])
def test_open_ends_are_no_ends(tmp_path: Path, open_end: str):
    plain = contract_times(contracts(tmp_path / "plain"))
    study = contracts(tmp_path / "ended", Ended=["2025-06-30", *[open_end] * 11])
    pd.testing.assert_frame_equal(contract_times(study), plain)
    assert told(study, "study.open_dates") == {"column": "Ended", "n": 11}
    ends = contracts(tmp_path / "end", To=["2025-06-30", *[open_end] * 10, "2026-03-31"])
    assert ends.data["contract.end"].iloc[1] == pd.Timestamp("2026-03-31")


@pytest.mark.parametrize("column", ["To", "Ended"])
def test_ends_far_away_are_asked_about(tmp_path: Path, column: str):
    study = contracts(tmp_path, **{column: ["2025-06-30", *["31.12.2050", "1.1.2049"] * 5, "2026-03-31"]})
    assert told(study, "study.ends_far") == {"column": column, "n": 10, "first": "2049-01-01"}
    assert "study.ends_far" not in {one.code for one in contracts(tmp_path / "near", To=["2035-12-31"] * 12).assumed}


@pytest.mark.parametrize("end", ["2027-12-31", "2026-03-31", "9999-12-31", None])
def test_a_start_after_the_last_day_is_set_aside_alone(tmp_path: Path, end: str | None):
    plain = contract_times(contracts(tmp_path / "plain"))
    study = contracts(tmp_path / "late", From=[*STARTS[:-1], "2027-01-01"], To=[*["2026-03-31"] * 11, end])
    found = contract_times(study)
    assert plain is not None
    assert found is not None
    assert len(found) == 11
    assert found["ended"].sum() == plain["ended"].sum()
    assert told(study, "study.contracts_late") == {"column": "From", "n": 1, "first": "2027-01-01"}


def test_day_numbers_of_a_spreadsheet_are_read_and_told(tmp_path: Path):
    serials = [(pd.Timestamp(day) - pd.Timestamp("1899-12-30")).days for day in STARTS]
    study = contracts(tmp_path, From=serials)
    assert study.data["contract.start"].dt.strftime("%Y-%m-%d").tolist() == STARTS
    assert told(study, "study.day_numbers") == {"column": "From", "n": 12, "number": "40238", "date": "2010-03-01"}


def test_a_contract_that_ended_on_an_open_day_is_asked_about(tmp_path: Path):
    with pytest.raises(StudyError, match="1 contracts have ended, and their end is open"):
        contracts(tmp_path, To=["9999-12-31", *["2026-03-31"] * 11], Ended=[1, *[0] * 11])


def test_days_that_may_be_months_are_asked_about(tmp_path: Path):
    with pytest.raises(StudyError, match="day or the month first"):
        contracts(tmp_path, From=["1/2/2020", "3/4/2020", *["5/5/2020"] * 10])


# Waves.


def waves(folder: Path, cells: list[object], by: str | None) -> Study:
    n = len(cells)
    data = pd.DataFrame({"Account": [f"A{i}" for i in range(n)], "Q12": [i % 11 for i in range(n)], "When": cells})
    wave = "When" if by is None else {"column": "When", "by": by}
    return load_study(write_study(folder, settings(columns={"account": "Account", "wave": wave}, waves="all"), data))


DAYS = pd.date_range("2025-01-15", "2026-06-15", periods=40)


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%dT%H:%M:%S+02:00", "%Y%m%d", "serial"])
@pytest.mark.parametrize(
    ("by", "first", "n"), [("month", "2025-01", 18), ("quarter", "2025-Q1", 6), ("half", "2025-H1", 3), ("year", "2025", 2)]
)
def test_waves_by_date(tmp_path: Path, form: str, by: str, first: str, n: int):
    cells = [(day - pd.Timestamp("1899-12-30")).days if form == "serial" else day.strftime(form) for day in DAYS]
    study = waves(tmp_path, cells, by)
    assert (study.all_data["wave"].iloc[0], study.all_data["wave"].nunique()) == (first, n)
    assert told(study, "study.waves_grouped")["waves_n"] == n
    with pytest.raises(StudyError, match=r"40 for 40 answers.*by: quarter"):
        waves(tmp_path / "asked", cells, None)


def test_times_of_answer_of_one_day_are_no_waves(tmp_path: Path):
    with pytest.raises(StudyError, match="days of answer"):
        waves(tmp_path, [f"2026-03-{1 + i % 2:02d} 10:{i:02d}" for i in range(40)], None)


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        (["2025-03-01", "2026-03-01"], ["2025-03-01", "2026-03-01"]),
        (["1.12.2025", "1.3.2026"], ["2025-12-01", "2026-03-01"]),
        (["2025", "2026"], ["2025", "2026"]),
        (["20251", "20252"], ["20251", "20252"]),
    ],
)
def test_a_few_rounds_keep_their_names(tmp_path: Path, cells: list[object], named: list[str]):
    assert list(dict.fromkeys(waves(tmp_path, cells * 20, None).all_data["wave"])) == named


def test_cells_that_are_no_dates_cannot_be_grouped(tmp_path: Path):
    with pytest.raises(StudyError, match=r"columns\.wave.*rows? 4.*1 of 40 cells are not dates"):
        waves(tmp_path, [*["2026-03-01"] * 2, "spring", *["2026-04-01"] * 37], "year")


# Leaving.


def leavers(folder: Path, cells: list[object], **block: Any) -> Study:
    outcomes = {"recommend": {"column": "Q12"}, "repurchase": {"column": "Churn", "kind": "retained", **block}}
    return load_study(write_study(folder, settings(outcomes=outcomes), answers(Churn=cells)))


@pytest.mark.parametrize("gone", ["2025-06-30", "30.6.2025", "6/30/2025", "45838", "C7", "2025-06", "moved to a rival"])
def test_a_date_or_a_code_means_gone_and_a_blank_stayed(tmp_path: Path, gone: str):
    study = leavers(tmp_path, [gone, None, "", " ", gone, None], blank="retained")
    assert study.data["repurchase"].tolist() == [0, 1, 1, 1, 0, 1]
    assert told(study, "study.blank_retained") == {"column": "Churn", "stayed_n": 4, "left_n": 2}


def test_open_dates_of_leaving_stayed_and_codes_of_no_answer_are_none(tmp_path: Path):
    study = leavers(tmp_path, ["2025-06-30", "9999-12-31", "?", None, "31.12.2099", None], blank="retained", missing=["?"])
    assert study.data["repurchase"].fillna(-1).tolist() == [0, 1, -1, 1, 1, 1]


def test_an_error_in_a_column_of_leavers_is_no_blank(tmp_path: Path):
    study = leavers(tmp_path, ["2025-06-30", "#N/A", None, "#PUUTTUU!", None, "2025-07-31"], blank="retained")
    assert study.data["repurchase"].fillna(-1).tolist() == [0, -1, 1, -1, 1, 0]


def test_dates_of_leaving_without_the_key_are_asked_about(tmp_path: Path):
    open_ended = ["2025-06-30", "9999-12-31", "9999-12-31", None, "9999-12-31", "2025-08-31"]
    for cells in (["2025-06-30"] * 2 + [None] * 4, ["2025-06-30", "2025-07-31", None, None, None, "2025-08-31"], open_ended):
        with pytest.raises(StudyError, match=r"dates, not codes.*blank: retained"):
            leavers(tmp_path, cells)


@pytest.mark.parametrize("gone", ["Churned", "Poistunut", "x", "2025", "2025-06"])
def test_a_flag_of_leaving_beside_blanks_is_asked_about(tmp_path: Path, gone: str):
    with pytest.raises(StudyError, match=r"2 answers carry one code, which is not under `yes`, and 4 are blank.*blank: retained"):
        leavers(tmp_path, [gone, None, None, gone, None, None])
    assert leavers(tmp_path, [gone, None, None, gone, None, None], no=[gone]).data["repurchase"].fillna(-1).tolist() == [
        0,
        -1,
        -1,
        0,
        -1,
        -1,
    ]
    assert leavers(tmp_path, ["No", None, None, "No", None, None]).data["repurchase"].sum() == 0


def test_flags_are_no_dates_of_leaving(tmp_path: Path):
    with pytest.raises(StudyError, match="4 of 5 cells say no"):
        leavers(tmp_path, ["Yes", "No", "No", None, "No", "Ei"], blank="retained")


@pytest.mark.parametrize("block", [{"yes": [1]}, {"kind": "renewed"}])
def test_blank_goes_with_retained_alone(tmp_path: Path, block: dict[str, Any]):
    with pytest.raises(StudyError, match="does not go with these keys"):
        leavers(tmp_path, [None] * 6, **{"blank": "retained", **block})


def test_levels_that_differ_in_case_are_one_and_told(tmp_path: Path):
    sector = ["Kauppa", "KAUPPA", "kauppa", "Kauppa", "Ääni", "ääni"]
    study = load_study(
        write_study(tmp_path, settings(columns={"account": "Account", "segment": "S", "adjust_for": "S"}), answers(S=sector))
    )
    assert study.data["segment.S"].tolist() == study.data["adjust.S"].tolist() == ["Kauppa"] * 4 + ["Ääni"] * 2
    assert told(study, "study.levels_joined") == {"column": "S", "n": 3, "levels_n": 2}

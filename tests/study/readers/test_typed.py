"""Files whose columns have types: SPSS, Parquet."""

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from tests.study.readers.tools import codes, problems_of
from valuelib.errors import Problem, StudyError
from valuelib.study.readers import read_table
from valuelib.study.readers.draft import RawTable


def write_spss(folder: Path, frame: pd.DataFrame, name: str = "answers.sav", **options: Any) -> RawTable:
    pyreadstat.write_sav(frame, folder / name, **options)
    return read_table(folder / name, name=name)


def refused_file(path: Path) -> Problem:
    with pytest.raises(StudyError) as caught:
        read_table(path, name=path.name)
    (problem,) = problems_of(caught)
    return problem


@pytest.mark.parametrize("name", ["answers.sav", "answers.zsav"])
def test_spss_keeps_codes_and_texts(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({"id": ["a", "b", ""], "q1": [1.0, 2.0, None], "w": [0.5, 1.5, 1.0]})
    table = write_spss(
        tmp_path,
        frame,
        name,
        column_labels=["Tunnus", "Suosittelu?\n", ""],
        variable_value_labels={"q1": {1.0: "Huono", 2.0: "Hyvä"}},
        compress=name.endswith("zsav"),
    )
    assert table.frame["q1"].isna().tolist() == [False, False, True]
    assert (str(table.frame["q1"].dtype), str(table.frame["w"].dtype)) == ("Int64", "float64")
    assert table.frame["id"].isna().tolist() == [False, False, True]
    assert dict(table.labels) == {"id": "Tunnus", "q1": "Suosittelu?"}
    assert table.value_labels == {"q1": {1.0: "Huono", 2.0: "Hyvä"}}
    assert (table.first_row, codes(table)) == (1, [])


def test_what_spss_declares_missing_is_missing(tmp_path: Path) -> None:
    frame = pd.DataFrame({"q1": [7.0, -99.0, 98.0, 9.0], "q2": ["a", "NA", "b", "c"]})
    table = write_spss(tmp_path, frame, missing_ranges={"q1": [-99, {"lo": 97, "hi": 99}], "q2": ["NA"]})
    assert table.frame["q1"].isna().tolist() == [False, True, True, False]
    assert table.frame["q2"].isna().tolist() == [False, True, False, False]


def test_dates_of_spss_become_iso_text(tmp_path: Path) -> None:
    frame = pd.DataFrame({"day": [dt.date(2026, 3, 1), dt.date(2026, 4, 2)]})
    assert write_spss(tmp_path, frame).frame["day"].tolist() == ["2026-03-01", "2026-04-02"]


def test_previews_and_persons_leave_spss_files_too(tmp_path: Path) -> None:
    frame = pd.DataFrame({"ResponseId": ["R_1", "R_2"], "IPAddress": ["1.2.3.4", "5"], "Status": [1.0, 0.0], "Q1": [1.0, 9.0]})
    table = write_spss(tmp_path, frame, variable_value_labels={"Status": {0.0: "IP Address", 1.0: "Survey Preview"}})
    assert table.frame.to_dict("list") == {"ResponseId": ["R_2"], "Status": [0], "Q1": [9]}
    assert (codes(table), list(table.rows)) == (["preview_rows", "personal_columns"], [2])


def test_spss_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "broken.sav"
    path.write_bytes(b"$FL2 cut off")
    assert "SPSS" in refused_file(path).what
    pyreadstat.write_sav(pd.DataFrame({"q": pd.Series([], dtype=float)}), path)
    assert "no answers" in refused_file(path).what


def test_parquet_keeps_types(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "id": [2**60 + 1, 2, 3],
            "q": [7.0, None, 9.0],
            "text": ["8,5", None, "9"],
            "yes": [True, False, True],
            "kind": pd.Categorical(["a", "b", None]),
            "day": [dt.datetime(2026, 3, 1), None, dt.datetime(2026, 3, 2)],
            "at": [dt.datetime(2026, 3, 1, 10), None, dt.datetime(2026, 3, 2)],
        },
        index=pd.Index(["x", "y", "z"], name="account"),
    )
    frame.to_parquet(tmp_path / "answers.parquet")
    read = read_table(tmp_path / "answers.parquet", name="answers.parquet").frame
    assert read["account"].tolist() == ["x", "y", "z"]
    assert read["id"].tolist() == [2**60 + 1, 2, 3]
    assert read["text"].dropna().tolist() == [8.5, 9.0]
    assert read["yes"].tolist() == ["True", "False", "True"]
    assert read["kind"].isna().tolist() == [False, False, True]
    assert read["day"].dropna().tolist() == ["2026-03-01", "2026-03-02"]
    assert read["at"].dropna().tolist() == ["2026-03-01 10:00:00", "2026-03-02 00:00:00"]


def test_parquet_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(b"PAR1 cut off")
    assert "Parquet" in refused_file(path).what
    path.write_bytes(b"")
    assert refused_file(path).what == "The file is empty."
    pd.DataFrame({"q": []}).to_parquet(path)
    assert "no answers" in refused_file(path).what

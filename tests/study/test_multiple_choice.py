"""What was bought, as multiple choice: ticked-or-blank columns, several options in a cell, blanks, errors and near codes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from tests.study.studies import answers, settings, write_study
from valuelib.errors import StudyError
from valuelib.study.load import load_study
from valuelib.study.model import Study

COLUMNS = {"rule": "offering", "columns": {"Partner": "P", "Basic": "B"}, "higher": ["Partner"]}
CELLS = {"rule": "offering", "column": "P"}


def loaded(folder: Path, exposure: dict[str, Any], **columns: Sequence[object]) -> Study:
    return load_study(write_study(folder, settings(exposure=exposure), answers(**columns)))


def sides(study: Study) -> list[float | None]:
    return [None if pd.isna(side) else float(side) for side in study.data["offering"]]


def told(study: Study, code: str) -> list[dict[str, object]]:
    return [dict(one.values) for one in study.assumed if one.code == f"study.{code}"]


def problems(folder: Path, exposure: dict[str, Any], **columns: Sequence[object]) -> str:
    with pytest.raises(StudyError) as caught:
        loaded(folder, exposure, **columns)
    return "\n".join(map(str, caught.value.problems))


# One column an offering.


@pytest.mark.parametrize(
    ("ticked", "blank"),
    [
        (1, None),
        (1, 0),
        ("X", None),
        ("Kyllä", "Ei"),
        ("Yes", "No"),
        ("Partner", None),
        (3, None),
        ("Checked", "Unchecked"),
        ("Y", "N"),
    ],
)
def test_ticks_of_any_tool(tmp_path: Path, ticked: object, blank: object) -> None:
    marks = [ticked, ticked, blank, blank, ticked, blank]
    study = loaded(tmp_path, COLUMNS, P=marks, B=[None, 1, 1, None, None, 1])
    assert sides(study) == [1, 1, 0, 0, 1, 0]
    assert study.data["offering_name"].tolist() == ["Partner", "Partner + Basic", "Basic", "–", "Partner", "Basic"]
    assert told(study, "none_ticked") == [{"n": 1}]


def test_codes_one_and_two_are_asked_about(tmp_path: Path) -> None:
    text = problems(tmp_path, COLUMNS, P=[1, 2, 2, 1, 2, 2], B=[1, 0, 0, 0, 1, 1])
    assert "neither ticked nor blank" in text
    assert "rows 3, 4, 6, 7" in text


def test_words_of_an_spss_file_tell_what_is_ticked(tmp_path: Path) -> None:
    folder = write_study(tmp_path, settings(responses={"file": "a.sav"}, exposure=COLUMNS))
    data = answers(P=[1.0, 2, 2, 1, 2, 2], B=[2.0, 1, 1, 2, 2, 1])
    words = {1: "Mentioned", 2: "Not mentioned"}
    pyreadstat.write_sav(data, folder / "a.sav", variable_value_labels={"P": words, "B": words})
    assert sides(load_study(folder)) == [1, 0, 0, 1, 0, 0]


def test_a_baseline_of_columns_leaves_the_others_out(tmp_path: Path) -> None:
    study = loaded(tmp_path, {**COLUMNS, "baseline": ["Basic"]}, P=[1, None, None, 1, None, None], B=[None, 1, 1, 1, None, 1])
    assert sides(study) == [1, 0, 0, 1, None, 0]
    assert told(study, "offerings_left_out") == [{"n": 1, "offerings_n": 1}]


def test_an_error_is_no_blank(tmp_path: Path) -> None:
    study = loaded(tmp_path, COLUMNS, P=["x", "#N/A", None, None, "x", None], B=[None, "x", "x", "#REF!", "#VALUE!", "x"])
    assert sides(study) == [1, None, 0, None, 1, 0]
    assert [one["n"] for one in told(study, "offering_errors")] == [1, 2]


@pytest.mark.parametrize(
    ("exposure", "said"),
    [
        ({**COLUMNS, "column": "P"}, "`column` and `columns`"),
        ({**COLUMNS, "higher": ["Partnr"]}, "did you mean 'Partner'"),
        ({**CELLS, "higher": ["A"], "contains": ["B"]}, "`higher` and `contains`"),
        ({"columns": {"Partner": "P"}}, "does not tell what was bought"),
        ({"columns": {"Partner": "Q99"}, "higher": ["Partner"]}, "exposure.columns.Partner"),
    ],
)
def test_settings_that_do_not_tell_are_refused(tmp_path: Path, exposure: dict[str, Any], said: str) -> None:
    assert said in problems(tmp_path, exposure, P=[1, None] * 3, B=[1, None] * 3)


# Several options in a cell.


@pytest.mark.parametrize("mark", [",", ";", "|", "\n", ", ", " ; "])
def test_cells_are_split_and_each_part_is_matched_whole(tmp_path: Path, mark: str) -> None:
    cells = [f"Basic{mark}Partner", "Basic", "Partnership", f"PARTNER{mark}Care", None, f"Basic{mark}Care"]
    study = loaded(tmp_path, {**CELLS, "contains": ["Partner"], "blank": "baseline"}, P=cells)
    assert sides(study) == [1, 0, 0, 1, 0, 0]
    assert told(study, "blank_baseline") == [{"column": "P", "n": 1}]
    assert study.data["offering_name"].tolist()[4:] == ["–", "Basic + Care"]


def test_an_option_may_hold_a_comma(tmp_path: Path) -> None:
    cells = ["Basic,Partner, gold", "Basic", "gold,Basic", "Partner", "Basic", "Partner, gold"]
    study = loaded(tmp_path, {**CELLS, "contains": ["Partner, gold"]}, P=cells)
    assert sides(study) == [1, 0, 0, 0, 0, 1]


def test_a_baseline_among_several_options(tmp_path: Path) -> None:
    cells = ["Basic,Partner", "Basic", "Care", "Basic;Care", None, "Partner"]
    study = loaded(tmp_path, {**CELLS, "contains": ["Partner"], "baseline": ["Basic"]}, P=cells)
    assert sides(study) == [1, 0, None, 0, None, 1]


def test_several_options_under_higher_are_refused(tmp_path: Path) -> None:
    text = problems(tmp_path, {**CELLS, "higher": ["Partner"]}, P=["Partner", "Basic,Partner", "Basic", "Basic", "Basic", "Basic"])
    assert "2 cells" not in text
    assert "Write `contains`" in text
    assert "row 3" in text
    listed = {**CELLS, "higher": ["Partner"], "baseline": ["Basic,Partner", "Basic"]}
    assert sides(loaded(tmp_path, listed, P=["Partner", "Basic,Partner", "Basic", "Basic", "Basic", "Basic"])) == [1, 0, 0, 0, 0, 0]


def test_an_option_that_never_occurs_is_refused(tmp_path: Path) -> None:
    assert "did you mean 'Partner'" in problems(tmp_path, {**CELLS, "contains": ["Partnr"]}, P=["Partner,Basic", "Basic"] * 3)


# Blanks, errors and near codes.


def test_no_baseline_is_refused_with_the_way_out(tmp_path: Path) -> None:
    text = problems(tmp_path, {**CELLS, "higher": [1]}, P=[1, None, 1, None, None, 1])
    assert "there is no baseline" in text
    assert "blank: baseline" in text
    assert sides(loaded(tmp_path, {**CELLS, "higher": [1], "blank": "baseline"}, P=[1, None, 1, None, None, 1])) == [
        1,
        0,
        1,
        0,
        0,
        1,
    ]


def test_everybody_with_the_higher_tier_is_told(tmp_path: Path) -> None:
    assert told(loaded(tmp_path, {**CELLS, "higher": ["A", "B"]}, P=["A", "B"] * 3), "no_baseline") == [{"n": 6}]


@pytest.mark.parametrize(
    "mark",
    ["#N/A", "NULL", "#DIV/0!", "#DIV/0", "#PUUTTUU!", "#BEZUG!", "n/a", "#SAKNAS!", "<null>", "\\N", "(blank)", "(tyhjä)", "."],
)
def test_error_marks_are_blank(tmp_path: Path, mark: str) -> None:
    study = loaded(tmp_path, {**CELLS, "higher": ["Partner"]}, P=["Partner", "Basic", mark, "Basic", mark, "Partner"])
    assert sides(study) == [1, 0, None, 0, None, 1]
    assert told(study, "offering_errors") == [{"column": "P", "n": 2}]


@pytest.mark.parametrize("words", ["Don't know", "En osaa sanoa", "Vet ej", "Unbekannt", "Tuntematon"])
def test_words_for_no_answer_are_no_offering_unless_they_are_listed(tmp_path: Path, words: str) -> None:
    cells = ["Partner", "Basic", words, "Basic", words, "Partner"]
    study = loaded(tmp_path, {**CELLS, "higher": ["Partner"]}, P=cells)
    assert sides(study) == [1, 0, None, 0, None, 1]
    assert told(study, "no_answer_words") == [{"column": "P", "n": 2, "shown": words.casefold()}]
    assert sides(loaded(tmp_path, {**CELLS, "higher": ["Partner"], "baseline": [words]}, P=cells)) == [1, None, 0, None, 0, 1]


def test_errors_are_not_the_baseline_of_blanks(tmp_path: Path) -> None:
    study = loaded(
        tmp_path, {**CELLS, "higher": ["Partner"], "blank": "baseline"}, P=["Partner", None, "#N/A", "", "Basic", "Partner"]
    )
    assert sides(study) == [1, 0, None, 0, 0, 1]


@pytest.mark.parametrize(
    ("code", "asked"), [("Partnr", True), ("Patner", True), ("partners", True), ("Basic", False), ("Tier 2", False)]
)
def test_near_codes_are_asked_about(tmp_path: Path, code: str, asked: bool) -> None:
    higher = ["Partner", "Tier 1"]
    study = loaded(tmp_path, {**CELLS, "higher": higher}, P=["Partner ", "partner", code, "Standard", "Tier 1", "Standard"])
    assert sides(study) == [1, 1, 0, 0, 1, 0]
    assert [one["offering"] for one in told(study, "offering_near")] == [code] * asked


@pytest.mark.parametrize(
    "code", ["Basic/Partner", "Basic + Partner", "Partner ja Basic", "Partner & Basic", '["Basic", "Partner"]']
)
def test_a_code_that_holds_a_higher_one_is_asked_about(tmp_path: Path, code: str) -> None:
    study = loaded(tmp_path, {**CELLS, "higher": ["Partner"]}, P=["Partner", code, "Basic"] * 2)
    assert told(study, "offering_near") == [{"column": "P", "offering": code, "near": "Partner", "n": 2}]
    study = loaded(tmp_path, {**CELLS, "higher": ["Partner", code]}, P=["Partner", code, "Basic"] * 2)
    assert told(study, "offering_near") == []


@pytest.mark.parametrize(("code", "asked"), [("-", True), ("None", True), ("ei mitään", True), ("No", False), ("Basic", False)])
def test_a_code_for_nothing_is_asked_about(tmp_path: Path, code: str, asked: bool) -> None:
    study = loaded(tmp_path, {**CELLS, "higher": ["Partner"]}, P=["Partner", code, "Standard"] * 2)
    assert sides(study) == [1, 0, 0] * 2
    assert told(study, "offering_nothing") == [{"column": "P", "offering": code, "n": 2}] * asked
    listed = {**CELLS, "higher": ["Partner"], "baseline": [code, "Standard"]}
    assert told(loaded(tmp_path, listed, P=["Partner", code, "Standard"] * 2), "offering_nothing") == []


def test_a_near_code_that_is_listed_is_decided(tmp_path: Path) -> None:
    study = loaded(tmp_path, {**CELLS, "higher": ["Partner"], "baseline": ["Partnr"]}, P=["Partner", "Partnr"] * 3)
    assert told(study, "offering_near") == []

"""Do the names of the other files meet those of the responses, whatever their form, and is every name without a partner counted?"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.study.broken_others import EMPLOYEES, INTERVIEWS, PROVIDER, SAID, STAFF, VIEWS
from tests.study.studies import answers, settings, write_study
from valuelib.errors import StudyError
from valuelib.results import Value
from valuelib.study.load import load_study
from valuelib.study.model import Study

CREWS = ["T1", "T1", "T2", "T2", "T1", "T1"]


def loaded(folder: Path, files: Mapping[str, Mapping[str, Sequence[object]]], data: pd.DataFrame, **blocks: Any) -> Study:
    """A study with these answers, further files and blocks of settings."""
    write_study(folder, settings(**blocks), data)
    for name, columns in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        pd.DataFrame(columns).to_csv(folder / name, index=False)
    return load_study(folder)


def said(study: Study) -> dict[str, Mapping[str, Value]]:
    return {message.code: message.values for message in study.assumed}


@pytest.mark.parametrize(
    ("here", "there", "respelled"),
    [
        (["1", "2", "x"], ["1.0", "2.0", "x"], 2),
        (["Acme", "Beta", "C"], ["ACME", "beta ", "C"], 2),
        (["1", "2", "3"], ["1", "2", "3"], 0),
    ],
)
def test_names_that_mean_the_same_meet_as_the_responses_spell_them(
    here: list[str], there: list[str], respelled: int, tmp_path: Path
) -> None:
    data = answers(Account=[name for name in here for _ in range(2)])
    study = loaded(tmp_path, {"provider.csv": {**VIEWS, "Account": there}}, data, provider_view=PROVIDER)
    assert study.provider is not None
    assert list(study.provider["account"]) == here
    assert said(study).get("study.names_alike", {"rows_n": 0})["rows_n"] == respelled


def test_names_that_the_responses_tell_apart_stay_apart(tmp_path: Path) -> None:
    data = answers(Account=["Acme", "Acme", "ACME", "ACME", "B", "B"])
    study = loaded(tmp_path, {"provider.csv": {**VIEWS, "Account": ["acme", "ACME", "B"]}}, data, provider_view=PROVIDER)
    assert study.provider is not None
    assert list(study.provider["account"]) == ["ACME", "B", "acme"]
    assert said(study)["study.provider_stray"] == {"names_n": 1, "rows_n": 1, "file": "provider.csv"}


def test_an_account_may_be_number_99_in_every_file(tmp_path: Path) -> None:
    data = answers(Account=[99, 99, 2, 2, 3, 3])
    study = loaded(tmp_path, {"provider.csv": {**VIEWS, "Account": [99, 2, 3]}}, data, missing=[99], provider_view=PROVIDER)
    assert study.provider is not None
    assert set(study.provider["account"]) == {"99", "2", "3"}


def test_codes_for_no_answer_of_the_study_and_of_the_block_are_no_ratings(tmp_path: Path) -> None:
    views = {**VIEWS, "P1": [-99, 8, 9], "P2": [88, 6, -99]}
    study = loaded(tmp_path, {"provider.csv": views}, answers(), missing=[-99], provider_view={**PROVIDER, "missing": [88]})
    assert study.provider is not None
    assert study.provider.set_index("account")["facet.C1"].isna().tolist() == [True, False, False]
    assert study.provider.set_index("account")["element.vision"].isna().tolist() == [True, False, True]


def test_accounts_without_a_view_are_counted_without_respondents_who_name_no_account(tmp_path: Path) -> None:
    data = answers(Account=["A", "A", "B", None, "C", None])
    views = {"Account": ["A", "C", "Z"], "P1": [7, 8, 9], "P2": [5, 6, 7]}
    study = loaded(tmp_path, {"provider.csv": views}, data, provider_view=PROVIDER)
    assert said(study)["study.provider_silent"] == {"accounts_n": 1, "of_n": 3}
    assert said(study)["study.provider_stray"] == {"names_n": 1, "rows_n": 1, "file": "provider.csv"}


def test_a_wrong_account_column_in_the_settings_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(StudyError) as refused:
        loaded(tmp_path, {"provider.csv": VIEWS}, answers(), columns={"account": "Acount"}, provider_view=PROVIDER)
    assert len(refused.value.problems) == 1


def test_addresses_of_teams_join_by_their_hashes(tmp_path: Path) -> None:
    data = answers(Crew=["Ann@x.fi", "Ann@x.fi", "b@x.fi", "b@x.fi", None, None])
    staff = {**STAFF, "Team": ["ann@x.fi", "ann@x.fi", "c@x.fi"]}
    study = loaded(tmp_path, {"employees.csv": staff}, data, employees=EMPLOYEES)
    assert study.employees is not None
    assert study.employees["team"].isin(study.data["team"]).tolist() == [True, True, False]
    assert not any("@" in str(name) for name in (*study.employees["team"], *study.data["team"]))
    assert said(study)["study.team_silent"] == {"teams_n": 1, "of_n": 2}
    assert said(study)["study.team_without_accounts"] == {"names_n": 1, "rows_n": 1, "file": "employees.csv"}
    assert said(study)["study.accounts_without_team"] == {"accounts_n": 1, "of_n": 3}


def test_an_account_may_change_its_team_between_waves(tmp_path: Path) -> None:
    data = answers(Account=["A"] * 4 + ["B"] * 2, Crew=["T1", "T1", "T2", "T2", "T2", "T2"], Wave=[1, 1, 2, 2, 2, 2])
    study = loaded(tmp_path, {"employees.csv": STAFF}, data, columns={"account": "Account", "wave": "Wave"}, employees=EMPLOYEES)
    assert set(study.all_data["team"]) == {"T1", "T2"}


def test_codes_differ_neither_by_case_nor_by_decimals(tmp_path: Path) -> None:
    talks = {**SAID, "Theme": ["Trust", "trust", "1.0"]}
    study = loaded(tmp_path, {"interviews.csv": talks}, answers(), interviews=INTERVIEWS)
    assert study.interviews is not None
    assert list(study.interviews["code"]) == ["Trust", "Trust", "1.0"]
    book = {"code": ["trust", "1"], "name": ["Trust", "One"]}
    coded = {**INTERVIEWS, "codebook": "book.csv"}
    study = loaded(tmp_path / "b", {"interviews.csv": talks, "book.csv": book}, answers(), interviews=coded)
    assert study.interviews is not None
    assert study.codebook is not None
    assert list(study.interviews["code"]) == ["trust", "trust", "1"]
    assert list(study.codebook["name"]) == ["Trust", "One"]


def test_files_of_one_name_in_two_folders_are_counted_apart(tmp_path: Path) -> None:
    files = {"views/2026.csv": VIEWS, "staff/2026.csv": {**STAFF, "Extra": [1, 2, 3], "More": [1, 2, 3]}}
    blocks = {"provider_view": {**PROVIDER, "file": "views/2026.csv"}, "employees": {**EMPLOYEES, "file": "staff/2026.csv"}}
    study = loaded(tmp_path, files, answers(Crew=CREWS), **blocks)
    assert [(one.file, one.columns) for one in study.sources[1:3]] == [("views/2026.csv", 3), ("staff/2026.csv", 4)]


def test_two_sheets_of_one_workbook(tmp_path: Path) -> None:
    blocks = {"file": "others.xlsx"}
    write_study(
        tmp_path,
        settings(provider_view={**PROVIDER, **blocks, "sheet": "Views"}, employees={**EMPLOYEES, **blocks, "sheet": "Staff"}),
        answers(Crew=CREWS),
    )
    with pd.ExcelWriter(tmp_path / "others.xlsx") as book:
        pd.DataFrame(VIEWS).to_excel(book, sheet_name="Views", index=False)
        pd.DataFrame(STAFF).to_excel(book, sheet_name="Staff", index=False)
    study = load_study(tmp_path)
    assert study.provider is not None
    assert study.employees is not None
    assert (len(study.provider), len(study.employees)) == (3, 3)
    assert [one.columns for one in study.sources[1:3]] == [3, 2]


def test_interviews_without_a_header_show_no_quote(tmp_path: Path) -> None:
    write_study(tmp_path, settings(interviews=INTERVIEWS), answers())
    (tmp_path / "interviews.csv").write_text("A,They never told us of the delay,trust,x,no\nB,Fine,trust,x,no\n", encoding="utf-8")
    with pytest.raises(StudyError) as refused:
        load_study(tmp_path)
    assert "never told" not in str(refused.value)
    assert "They never" not in str(refused.value)

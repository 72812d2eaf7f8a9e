"""The provider's, the employees' and the interview files: read like the responses, and refused with the place of the slip."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.study.studies import answers, settings, write_study
from valuelib.errors import StudyError
from valuelib.study.load import load_study

SECRET = "Matti said something in confidence"
PROVIDER = {"file": "provider.csv", "account": "Account", "columns": {"C1": "P1", "vision": "P2"}}
EMPLOYEES = {"file": "employees.csv", "team": "Team", "team_of_account": "Crew", "columns": {"W1": "E1"}}
INTERVIEWS = {"file": "interviews.csv", "unit": "Account", "text": "Quote", "code": "Theme", "coder": "Who", "publish": "May"}
Columns = Mapping[str, Sequence[object]]

VIEWS: Columns = {"Account": ["A", "B", "C"], "P1": [7, 8, 9], "P2": [5, 6, 7]}
STAFF: Columns = {"Team": ["T1", "T1", "T2"], "E1": [8, 6, 7]}
CREWS = ["T1", "T1", "T2", "T2", "T1", "T1"]
SAID: Columns = {
    "Account": ["A", "A", "B"],
    "Quote": ["It works.", "It works.", SECRET],
    "Theme": ["trust", "roles", "trust"],
    "Who": ["x", "y", "x"],
    "May": ["yes", "yes", "no"],
}
BOOK: Columns = {"code": ["trust", "roles"], "name_en": ["Trust", "Roles"], "definition_en": ["Dares to speak.", "Who does what."]}


def study_with(folder: Path, files: Mapping[str, Columns], data: pd.DataFrame | None = None, **blocks: Any) -> Path:
    """A small study with these further files and blocks of settings."""
    write_study(folder, settings(**blocks), answers() if data is None else data)
    for name, columns in files.items():
        pd.DataFrame(columns).to_csv(folder / name, index=False)
    return folder


def problems_of(folder: Path) -> list[str]:
    """What load_study refuses, in words."""
    with pytest.raises(StudyError) as refused:
        load_study(folder)
    return [str(problem) for problem in refused.value.problems]


def test_provider_rows_of_one_account_are_averaged_on_0_to_10(tmp_path: Path) -> None:
    views = {"Account": ["A", "A", "B"], "P1": [1, 5, 3], "P2": [2, "", 4]}
    folder = study_with(tmp_path, {"provider.csv": views}, provider_view={**PROVIDER, "scale": [1, 5]})
    study = load_study(folder)
    assert study.provider is not None
    assert study.provider.to_dict("list") == {"account": ["A", "B"], "element.vision": [2.5, 7.5], "facet.C1": [5.0, 5.0]}
    said = {message.code: message.values for message in study.assumed}
    assert said["study.provider_averaged"] == {"accounts_n": 1, "most_n": 2}
    assert said["study.provider_silent"] == {"accounts_n": 1, "of_n": 3}


def test_accounts_join_whatever_the_form_of_their_numbers(tmp_path: Path) -> None:
    views = {"Account": [1.0, 2.0, 3.0], "P1": [7, 8, 9], "P2": [5, 6, 7]}
    folder = study_with(tmp_path, {"provider.csv": views}, answers(Account=["1", "1", "2", "2", "3", "3"]), provider_view=PROVIDER)
    study = load_study(folder)
    assert study.provider is not None
    assert set(study.provider["account"]) == set(study.data["account"])


def test_addresses_join_by_their_hashes(tmp_path: Path) -> None:
    mail = ["a@x.fi", "a@x.fi", "B@x.fi", "b@x.fi", "c@x.fi", "c@x.fi"]
    views = {**VIEWS, "Account": ["A@x.fi", "b@x.fi", "c@x.fi"]}
    study = load_study(study_with(tmp_path, {"provider.csv": views}, answers(Account=mail), provider_view=PROVIDER))
    assert study.provider is not None
    assert set(study.provider["account"]) == set(study.data["account"])
    assert not any("@" in name for name in study.provider["account"])


def test_employees_have_their_teams(tmp_path: Path) -> None:
    study = load_study(study_with(tmp_path, {"employees.csv": STAFF}, answers(Crew=CREWS), employees=EMPLOYEES))
    assert study.employees is not None
    assert study.employees.to_dict("list") == {"team": ["T1", "T1", "T2"], "facet.W1": [8.0, 6.0, 7.0]}
    assert list(study.data["team"]) == CREWS


def test_interviews_and_their_codebook(tmp_path: Path) -> None:
    said = {**SAID, "Theme": ["Trust", "roles", "TRUST"], "May": ["Kyllä", "kyllä", ""]}
    blocks = {"interviews": {**INTERVIEWS, "codebook": "book.csv"}, "language": "en"}
    study = load_study(study_with(tmp_path, {"interviews.csv": said, "book.csv": BOOK}, **blocks))
    assert study.interviews is not None
    assert study.codebook is not None
    assert list(study.interviews["code"]) == ["trust", "roles", "trust"]
    assert list(study.interviews["publish"]) == [True, True, False]
    assert study.codebook.loc[0].to_dict() == {
        "code": "trust",
        "name": "Trust",
        "definition": "Dares to speak.",
        "include": "",
        "exclude": "",
        "example": "",
    }


def test_every_file_is_counted_and_hashed(tmp_path: Path) -> None:
    files = {"provider.csv": VIEWS, "employees.csv": STAFF, "interviews.csv": SAID, "book.csv": BOOK}
    blocks = {
        "provider_view": PROVIDER,
        "employees": EMPLOYEES,
        "interviews": {**INTERVIEWS, "codebook": "book.csv"},
    }
    study = load_study(study_with(tmp_path, files, answers(Crew=CREWS), **blocks))
    counted = [(source.file, source.rows, source.columns) for source in study.sources]
    assert counted == [
        ("responses.csv", 6, 3),
        ("provider.csv", 3, 3),
        ("employees.csv", 3, 2),
        ("interviews.csv", 3, 5),
        ("book.csv", 2, 3),
        ("study.yaml", 0, 0),
    ]
    assert len({source.sha256 for source in study.sources}) == 6


def test_without_permission_nothing_may_be_printed_and_one_coder_is_told(tmp_path: Path) -> None:
    block = {key: column for key, column in INTERVIEWS.items() if key not in ("publish", "coder")}
    said = {**SAID, "Theme": ["trust", "roles", "trust"]}
    study = load_study(study_with(tmp_path, {"interviews.csv": said}, interviews=block))
    assert study.interviews is not None
    assert not study.interviews["publish"].any()
    assert {"study.one_coder", "study.nothing_published"} <= {message.code for message in study.assumed}


BROKEN: dict[str, tuple[dict[str, Any], Columns, tuple[str, ...]]] = {
    "provider column": (
        {"provider_view": {**PROVIDER, "columns": {"C1": "P9"}}},
        VIEWS,
        ("'P9'", "columns.C1", "P1, P2"),
    ),
    "provider account column": ({"provider_view": {**PROVIDER, "account": "Acount"}}, VIEWS, ("'Acount'", "mean 'Account'")),
    "provider off scale": ({"provider_view": PROVIDER}, {**VIEWS, "P1": [7, 8, 11]}, ("1 of 3", "0 to 10", "row 4")),
    "provider text": ({"provider_view": PROVIDER}, {**VIEWS, "P1": [7, 8, SECRET]}, ("not numbers", "row 4")),
    "provider knows nobody": ({"provider_view": PROVIDER}, {**VIEWS, "Account": ["X", "Y", "Z"]}, ("None of the 3 accounts",)),
    "provider without account": ({"provider_view": PROVIDER}, {**VIEWS, "Account": ["A", "", "C"]}, ("1 of 3 rows", "row 3")),
    "responses without account": ({"provider_view": PROVIDER, "columns": {}}, VIEWS, ("columns.account",)),
    "employee team column": ({"employees": {**EMPLOYEES, "team": "Teem"}}, STAFF, ("'Teem'", "mean 'Team'")),
    "employee off scale": ({"employees": EMPLOYEES}, {**STAFF, "E1": [8, 6, -1]}, ("1 of 3", "employees.columns.W1")),
    "employee teams unknown": ({"employees": EMPLOYEES}, {**STAFF, "Team": ["U1", "U1", "U2"]}, ("None of the 2 teams",)),
    "employee without team": ({"employees": EMPLOYEES}, {**STAFF, "Team": ["T1", "", "T2"]}, ("have no team", "row 3")),
    "interview column": ({"interviews": {**INTERVIEWS, "text": "Quot"}}, SAID, ("'Quot'", "interviews.text", "'Quote'")),
    "interview without code": ({"interviews": INTERVIEWS}, {**SAID, "Theme": ["trust", "", "roles"]}, ("no code", "row 3")),
    "interview permission": (
        {"interviews": INTERVIEWS},
        {**SAID, "May": ["yes", "yes", "perhaps"]},
        ("not a yes or a no", "row 4"),
    ),
    "interview accounts unknown": ({"interviews": INTERVIEWS}, {**SAID, "Account": ["X", "X", "Y"]}, ("None of the 2 accounts",)),
    "interview twice": (
        {"interviews": INTERVIEWS},
        {**SAID, "Theme": ["trust", "trust", "roles"], "Who": ["x", "x", "x"]},
        ("2 rows repeat a quote", "rows 2, 3"),
    ),
    "interview permission torn": (
        {"interviews": INTERVIEWS},
        {**SAID, "May": ["yes", "no", "no"]},
        ("and not on another",),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_slip_is_told_with_its_place_and_without_any_answer(name: str, tmp_path: Path) -> None:
    blocks, columns, says = BROKEN[name]
    file = next(block["file"] for block in blocks.values() if "file" in block)
    told = problems_of(study_with(tmp_path, {file: columns}, answers(Crew=CREWS), **blocks))
    assert any(all(word in problem for word in says) for problem in told), told
    assert any(file in problem for problem in told)
    assert not any(SECRET in problem for problem in told)
    assert all(len(problem) <= 500 for problem in told)


def test_an_account_with_two_teams_is_refused(tmp_path: Path) -> None:
    crews = ["T1", "T2", "T2", "T2", "T1", "T1"]
    told = problems_of(study_with(tmp_path, {"employees.csv": STAFF}, answers(Crew=crews), employees=EMPLOYEES))
    assert any("more than one team among their respondents: 1, on 2 rows" in problem for problem in told)


@pytest.mark.parametrize(
    ("book", "says"),
    [
        ({**BOOK, "code": ["trust", "rules"]}, ("the codebook lacks: roles", "'rules'")),
        ({**BOOK, "code": ["trust", "Trust"]}, ("2 rows repeat a code",)),
        ({"key": ["trust", "roles"]}, ("'code'", "interviews.codebook")),
    ],
)
def test_a_codebook_must_hold_each_code_once(book: Columns, says: tuple[str, ...], tmp_path: Path) -> None:
    blocks = {"interviews": {**INTERVIEWS, "codebook": "book.csv"}}
    told = problems_of(study_with(tmp_path, {"interviews.csv": SAID, "book.csv": book}, **blocks))
    assert any(all(word in problem for word in says) for problem in told), told


def test_the_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    files = {"provider.csv": {**VIEWS, "P1": [7, 8, 99]}, "employees.csv": {**STAFF, "E1": [8, 6, 77]}}
    data = answers(Crew=CREWS, Q12=[0, 5, 6, 7, 9, 12])
    told = "\n".join(problems_of(study_with(tmp_path, files, data, provider_view=PROVIDER, employees=EMPLOYEES)))
    assert all(file in told for file in ("responses.csv", "provider.csv", "employees.csv"))

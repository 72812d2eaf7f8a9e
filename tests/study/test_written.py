"""Codes stay as written, names have one spelling, and what a spreadsheet program spoilt is no answer."""

from __future__ import annotations

import datetime as dt
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest
from pyarrow import parquet

from tests.study.studies import answers, settings, write_study
from valuelib.errors import ParameterError, StudyError
from valuelib.output.privacy import secrets_of
from valuelib.results import Value
from valuelib.study.load import load_study
from valuelib.study.model import Study

NACE = ["62.10", "62.1", "46.10", "46.1", "62.10", "62.1"]
BOUGHT = {"rule": "offering", "column": "P", "higher": ["2,50"]}


def told(study: Study, code: str) -> dict[str, Value]:
    notes = [*study.assumed, *(note for source in study.sources for note in source.assumed)]
    return next((dict(note.values) for note in notes if note.code == code), {})


def study_of(folder: Path, data: pd.DataFrame | str | bytes, **blocks: Any) -> Study:
    return load_study(write_study(folder, settings(**blocks), data))


def stored(folder: Path, data: pd.DataFrame, kind: str) -> str:
    """The same answers in a file of another format, every cell as it is."""
    name = f"responses.{kind}"
    match kind:
        case "csv":
            data.to_csv(folder / name, index=False)
        case "xlsx":
            data.to_excel(folder / name, index=False)
        case "sav":
            pyreadstat.write_sav(data, str(folder / name))
        case "parquet":
            parquet.write_table(pa.Table.from_pandas(data, preserve_index=False), folder / name)
    return name


@pytest.mark.parametrize("kind", ["csv", "xlsx", "sav", "parquet"])
@pytest.mark.parametrize(
    "names",
    [
        NACE,
        ["007", "7", "07", "8", "9", "10"],
        ["12345678901234567", "12345678901234568", "3", "3.0", "3.00", "4"],
        ["1,20", "1,2", "1.2", "3", "4", "5"],
    ],
)
def test_names_keep_what_is_written_in_every_format(tmp_path: Path, kind: str, names: list[str]):
    data = answers(Account=names, Sector=names, Team=names[::-1])
    config = settings(
        responses={"file": f"responses.{kind}"},
        columns={"account": "Account", "segment": ["Sector"], "adjust_for": ["Sector"], "cluster": "Team"},
    )
    write_study(tmp_path, config)
    stored(tmp_path, data, kind)
    study = load_study(tmp_path)
    frame = study.all_data
    assert frame["account"].tolist() == frame["segment.Sector"].tolist() == frame["adjust.Sector"].tolist() == names
    assert told(study, "study.codes_apart")["column"] == "Account"


def test_whole_numbers_of_many_digits_stay_exact_beside_blanks(tmp_path: Path):
    ids = [10000000000000001, 10000000000000002, None, 10000000000000004, 10000000000000005, 10000000000000006]
    table = pa.table({"Account": pa.array(ids, pa.int64()), "Q12": [0, 5, 6, 7, 9, 10]})
    write_study(tmp_path, settings(responses={"file": "r.parquet"}))
    parquet.write_table(table, tmp_path / "r.parquet")
    assert load_study(tmp_path).data["account"].tolist()[:2] == ["10000000000000001", "10000000000000002"]


def test_decimals_of_a_database_keep_their_zeros(tmp_path: Path):
    codes = [Decimal("62.10"), Decimal("62.10"), Decimal("46.20"), Decimal("46.20"), Decimal("1.00"), Decimal("1.00")]
    write_study(tmp_path, settings(responses={"file": "r.parquet"}, columns={"account": "Account", "segment": "Sector"}))
    parquet.write_table(pa.table({"Account": list("ABCABC"), "Q12": [0, 5, 6, 7, 9, 10], "Sector": codes}), tmp_path / "r.parquet")
    assert load_study(tmp_path).data["segment.Sector"].tolist() == [str(code) for code in codes]


def test_codes_of_offerings_are_no_decimals(tmp_path: Path):
    study = study_of(tmp_path, answers(P=["2,50", "2,5", "2,5", "2,50", "1,10", None]), exposure=BOUGHT)
    assert study.data["offering"].fillna(-1).tolist() == [1, 0, 0, 1, 0, -1]
    assert "decimal_comma" not in str(study.sources)


def test_codes_of_renewal_and_promise_are_as_written(tmp_path: Path):
    outcomes = {
        "recommend": {"column": "Q12"},
        "repurchase": {"column": "R", "kind": "renewed", "yes": ["01"], "no": ["1"]},
        "promise": {"column": "K", "below": ["1.0"], "met": ["1.00"], "exceeded": ["1"]},
    }
    data = answers(R=["01", "1", "01", "1", "1", "1"], K=["1.0", "1.00", "1", "1", "1", "1"])
    study = study_of(tmp_path, data, outcomes=outcomes)
    assert study.data["repurchase"].tolist() == [1, 0, 1, 0, 0, 0]
    assert study.data["promise"].tolist() == [-1, 0, 1, 1, 1, 1]


def test_one_and_one_point_nought_are_one_code_where_they_never_stand_side_by_side(tmp_path: Path):
    outcomes = {"recommend": {"column": "Q12"}, "repurchase": {"column": "R", "kind": "renewed", "yes": [1], "no": ["0"]}}
    study = study_of(tmp_path, answers(R=["1.0", "0.0", "1.0", None, "0.0", "1.0"]), outcomes=outcomes)
    assert study.data["repurchase"].fillna(-1).tolist() == [1, 0, 1, -1, 0, 1]


def test_a_number_of_study_yaml_that_may_be_two_codes_is_asked_about(tmp_path: Path):
    with pytest.raises(StudyError, match=r"'2,5' or '2,50'.*quotation marks"):
        study_of(tmp_path, answers(P=["2,50", "2,5", "2,5", "2,50", "1", "1"]), exposure={**BOUGHT, "higher": [2.5]})


def test_codes_that_a_spreadsheet_spoilt_are_told(tmp_path: Path):
    ids = ["1.23457E+16", "1.23457E+16", "1.23457E+16", "17", "18", "19"]
    packages = ["3-4", "02-Jan", "tammi.21", "2026-02-01", "5-6", "5-6"]
    exposure = {"rule": "offering", "column": "P", "higher": ["5-6"]}
    study = study_of(tmp_path, answers(Account=ids, P=packages), exposure=exposure)
    assert told(study, "readers.codes_shortened") == {"file": "responses.csv", "column": "Account", "rows": "2, 3, 4", "n": 3}
    assert told(study, "study.codes_as_dates") == {"column": "P", "n": 3, "rows": "3, 4, 5"}


def test_codes_that_became_cells_of_dates_and_floats_in_a_workbook_are_told(tmp_path: Path):
    data = answers(Account=[dt.date(2026, 2, 1), "1-3", "1-4", "1-5", "1-6", "1-7"], Team=[1.2345678901234567e17, 5.0, 5, 5, 5, 5])
    write_study(tmp_path, settings(responses={"file": "responses.xlsx"}, columns={"account": "Account", "segment": "Team"}))
    stored(tmp_path, data, "xlsx")
    study = load_study(tmp_path)
    assert told(study, "study.codes_as_dates") == {"column": "Account", "n": 1, "rows": "2"}
    assert told(study, "readers.codes_shortened")["column"] == "Team"


def test_another_file_joins_by_the_code_as_written(tmp_path: Path):
    view = {"file": "provider.csv", "account": "A", "scale": [0, 10], "columns": {"T1": "P1"}}
    write_study(tmp_path, settings(provider_view=view), answers(Account=["10.10", "10.1", "10.10", "10.1", "7", "7"]))
    pd.DataFrame({"A": ["10.10", "10.1", "7.0"], "P1": [1, 2, 3]}).to_csv(tmp_path / "provider.csv", index=False)
    provider = load_study(tmp_path).provider
    assert provider is not None
    assert dict(zip(provider["account"], provider["facet.T1"], strict=True)) == {"10.10": 1, "10.1": 2, "7": 3}


# Spelling.


def variants(name: str) -> list[str]:
    return [
        unicodedata.normalize("NFD", name),
        name[0] + "\u200b" + name[1:],
        name[:3] + "\u00ad" + name[3:],
        "\ufeff" + name,
        name + "\u2060",
        name.replace(" ", "\u00a0"),
        name.replace(" ", "\u2009"),
        name[:2] + "\u200d" + name[2:] + "\u202f",
    ]


@pytest.mark.parametrize("place", range(8))
def test_one_name_has_one_spelling(tmp_path: Path, place: int):
    """In cells, headers and study.yaml alike, whichever of them is spelt in the other way."""
    name, header, yes = "Pöytyän Säätö", "Suosittelisitko meitä ä", "Kyllä ähä"
    config = settings(
        columns={"account": "Account", "segment": ["Account"][:0] or ["Sector"]},
        outcomes={"recommend": {"column": header}, "repurchase": {"column": "R", "kind": "renewed", "yes": [yes]}},
    )
    odd = {one: variants(one)[place] for one in (name, header, yes)}
    data = pd.DataFrame(
        {
            "Account": [name, odd[name]] * 3,
            odd[header]: [0, 5, 6, 7, 9, 10],
            "R": [odd[yes], yes, "Ei"] * 2,
            "Sector": [odd[name], name] * 3,
        }
    )
    study = load_study(write_study(tmp_path, config, data))
    assert study.data["account"].tolist() == study.data["segment.Sector"].tolist() == [name] * 6
    assert study.data["repurchase"].tolist() == [1, 1, 0] * 2
    turned = settings(
        columns=config["columns"],
        outcomes={"recommend": {"column": odd[header]}, "repurchase": {"column": "R", "kind": "renewed", "yes": [odd[yes]]}},
    )
    again = load_study(write_study(tmp_path, turned, data.rename(columns={odd[header]: header})))
    assert again.data["repurchase"].tolist() == [1, 1, 0] * 2


@pytest.mark.parametrize("kind", ["xlsx", "sav", "parquet"])
def test_texts_of_every_format_have_one_spelling(tmp_path: Path, kind: str):
    data = answers(Account=["Härmä", "Ha\u0308rma\u0308", "Här\u00admä", "Härmä\u200b", "Härmä\u00a0", "Härmä"])
    write_study(tmp_path, settings(responses={"file": f"responses.{kind}"}))
    stored(tmp_path, data, kind)
    assert set(load_study(tmp_path).data["account"]) == {"Härmä"}


def test_value_labels_of_spss_are_found_in_another_form(tmp_path: Path):
    write_study(tmp_path, settings(responses={"file": "r.sav"}, missing=["Ei mielipidettä"]))
    labels = {"Q12": {11: unicodedata.normalize("NFD", "Ei mielipidettä")}}
    pyreadstat.write_sav(answers(Q12=[0, 5, 6, 7, 9, 11]), str(tmp_path / "r.sav"), variable_value_labels=labels)
    assert load_study(tmp_path).data["recommend"].isna().tolist() == [False] * 5 + [True]


def test_files_and_folders_are_found_in_another_form(tmp_path: Path):
    folder = write_study(tmp_path / unicodedata.normalize("NFD", "käsittely"), settings(responses={"file": "väli.csv"}))
    answers().to_csv(folder / unicodedata.normalize("NFD", "väli.csv"), index=False)
    study = load_study(tmp_path / unicodedata.normalize("NFC", "käsittely"))
    assert len(study.data) == len(study.sources[0].sha256) - 58


# Errors of spreadsheets.

ERRORS = [
    "#ARVO!",
    "#PUUTTUU!",
    "#PUUTTUU",
    "#JAKO/0!",
    "#VIITTAUS!",
    "#NIMI?",
    "#LUKU!",
    "#TYHJÄ!",
    "#VALUE!",
    "#N/A",
    "#DIV/0!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#GETTING_DATA",
    "#WERT!",
    "#BEZUG!",
    "#NV",
    "#ZAHL!",
    "#ÜBERLAUF!",
    "#VALEUR!",
    "#NOM?",
    "#NOMBRE!",
    "#PROPAGATION!",
    "#¡VALOR!",
    "#¡DIV/0!",
    "#¿NOMBRE?",
    "#N/D",
    "#VÄRDEFEL!",
    "#SAKNAS!",
    "#OGILTIGT!",
    "#DIVISION/0!",
    "#VERDI!",
    "#I/T",
    "#VERW!",
    "#DEEL/0!",
    "#N/B",
    "#RIF!",
    "#ARG!",
    "#DZIEL/0!",
    "#ЗНАЧ!",
    "#Н/Д",
    "#ERROR!",
    "Err:502",
    "########",
]


@pytest.mark.parametrize("word", ERRORS)
def test_errors_of_spreadsheets_are_blank_and_told(tmp_path: Path, word: str):
    data = answers(
        Account=["A", word, "B", "B", "C", "C"],
        Q12=[word, 5, 6, 7, word, 10],
        W=[1, 1, 2, 2, 1, 1],
        S=["a", "b", word, "a", "a", "b"],
    )
    study = study_of(tmp_path, data, columns={"account": "Account", "segment": "S", "weight": "W"})
    assert study.data["recommend"].fillna(-1).tolist() == [-1, 5, 6, 7, -1, 10]
    assert study.data["segment.S"].isna().tolist() == [False, False, True, False, False, False]
    assert word not in set(study.data["account"])
    assert told(study, "readers.error_cells")["n"] in (1, 2)


def test_cells_of_type_error_are_blank(tmp_path: Path):
    write_study(tmp_path, settings(responses={"file": "responses.xlsx"}))
    stored(tmp_path, answers(Q12=["#DIV/0!", 5, 6, 7, 9, 10]), "xlsx")
    assert load_study(tmp_path).data["recommend"].isna().sum() == 1


def test_a_weight_that_is_an_error_is_refused(tmp_path: Path):
    with pytest.raises(StudyError, match="1 weights are missing"):
        study_of(tmp_path, answers(W=["#ARVO!", 1, 1, 1, 1, 1]), columns={"account": "Account", "weight": "W"})


@pytest.mark.parametrize("word", ["#1 choice!", "# of people", "#digital", "Why #REF! again"])
def test_words_with_a_number_sign_stay(tmp_path: Path, word: str):
    study = study_of(tmp_path, answers(S=[word, "b", "b", "a", "a", "b"]), columns={"account": "Account", "segment": "S"})
    assert study.data["segment.S"].iloc[0] == word


# Names of studies, of levels and of accounts.


@pytest.mark.parametrize(("given", "shown"), [(2024, "-r study 2024"), (True, "-r study true"), (7.5, "-r study 7.5")])
def test_a_study_that_papermill_made_a_number_is_told_in_one_sentence(given: Any, shown: str):
    with pytest.raises(ParameterError, match=shown):
        load_study(given)


def test_levels_with_the_name_of_an_account_are_told_before_a_report(tmp_path: Path):
    columns = {"account": "Account", "segment": "Town"}
    towns = {"Town": ["Porvoo", "porvoo", "Hanko", "Loviisa", "7", "7"]}
    data = answers(Account=["Porvoo", "Porvoo", "Hanko", "B", "7", "7"], **towns)
    study = study_of(tmp_path, data, columns=columns)
    assert told(study, "study.levels_are_accounts") == {"column": "Town", "n": 2, "account": "Account"}
    assert ("porvoo",) in secrets_of(study).names
    allowed = study_of(tmp_path, data, columns=columns, names={"Town": {"levels": {"Porvoo": {}, "Hanko": {}}}})
    assert told(allowed, "study.levels_are_accounts") == {}
    assert ("porvoo",) not in secrets_of(allowed).names

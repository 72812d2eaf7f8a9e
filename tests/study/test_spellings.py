"""Account names that look alike: which do, how they are decided, and that no report names them."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from tests.study.studies import answers, settings, write_study
from valuelib.errors import StudyError
from valuelib.output.terminal import print_check
from valuelib.show.localizer import in_language
from valuelib.study.config import Accounts
from valuelib.study.load import load_study
from valuelib.study.model import Study, hashed
from valuelib.study.spellings import find_lookalikes, spelling_key
from valuelib.verdict.groups import warn_of_names


@pytest.mark.parametrize(
    "spellings",
    [
        ("Acme", "ACME", "Acme Oy", "acme, oy.", "Oy Acme Ab", "Acme A/S", "Acme S.p.A.", "ACME Sp. z o.o.", "Acme GmbH & Co. KG"),
        ("Müller & Söhne", "Muller und Sohne AG", "MÜLLER & SÖHNE GmbH", unicodedata.normalize("NFD", "Müller & Söhne")),
        ("Järvi ja Pojat Oy", "Jarvi & Pojat", "Järvi and Pojat Ltd."),
        ("Data Group Oyj", "Datagroup", "Data-Group plc", "ＤＡＴＡ ＧＲＯＵＰ"),
        ("O'Neil Inc", "O’Neil, Inc.", "ONeil LLC"),
        ("E.ON SE", "EON"),
    ],
)
def test_spellings_of_one_name_have_one_key(spellings: tuple[str, ...]):
    assert len({spelling_key(name) for name in spellings}) == 1
    assert spelling_key(spellings[0]) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "Acne"),
        ("A1-23", "A12-3"),
        ("Acme 1.5", "Acme 15"),
        ("AS", "Ab Oy"),
        ("Nord Oy", "Nordic Oy"),
        ("Company A", "Company B"),
    ],
)
def test_other_names_have_other_keys(one: str, other: str):
    assert spelling_key(one) != spelling_key(other)


@pytest.mark.parametrize("name", ["1007", "1007.0", "10-07", "0015g00000Gv7qJ", hashed("a@example.com"), "a.b@example.com"])
def test_ids_are_never_alike(name: str):
    assert spelling_key(name) is None


def test_a_list_is_decided_as_a_whole():
    names = pd.Series(["Beta", "Beta Ltd", "beta", "beta", "Acme", "Acme Oy"])
    open_ones = find_lookalikes(names, Accounts(distinct=(("Beta", "Beta Ltd"),)))
    assert open_ones == ((("Acme", 1), ("Acme Oy", 1)), (("beta", 2), ("Beta", 1), ("Beta Ltd", 1)))
    assert find_lookalikes(names, Accounts(distinct=(("Beta", "beta", "Beta Ltd"), ("Acme Oy", "Acme")))) == ()


NAMES = ["Acme", "ACME Oy", "Beta", "Beta Ltd", "Gamma", "Gamma"]


def read(folder: Path, accounts: Any = None, names: list[str] | None = None) -> Study:
    config = settings(accounts=accounts)
    return load_study(write_study(folder, config, answers(Account=names or NAMES)), language="en")


def test_nothing_is_merged_silently(tmp_path: Path):
    study = read(tmp_path)
    assert study.data["account"].tolist() == NAMES
    assert study.lookalikes == ((("ACME Oy", 1), ("Acme", 1)), (("Beta", 1), ("Beta Ltd", 1)))
    (said,) = (one for one in study.assumed if one.code == "study.accounts_alike")
    (warned,) = warn_of_names(study)
    assert said.values == warned.values == {"n": 4, "groups_n": 2}  # counts, and no name


def test_same_merges_and_distinct_silences(tmp_path: Path):
    study = read(tmp_path, {"same": [["Acme", "ACME  Oy"]], "distinct": [["Beta", "Beta Ltd"]]})
    assert study.data["account"].tolist() == ["Acme", "Acme", "Beta", "Beta Ltd", "Gamma", "Gamma"]
    assert study.lookalikes == ()
    assert [*warn_of_names(study)] == []
    (said,) = (one for one in study.assumed if one.code == "study.accounts_merged")
    assert said.values == {"n": 1, "names_n": 1, "accounts_n": 1}


def test_check_lists_the_open_ones_with_their_answers(tmp_path: Path):
    screen = io.StringIO()
    with in_language("en"):
        print_check(Console(file=screen, width=200), read(tmp_path, {"distinct": [["Beta", "Beta Ltd"]]}, [*NAMES[:5], "ACME Oy"]))
    printed = screen.getvalue()
    assert '["ACME Oy", "Acme"]: 2 + 1 answers' in printed
    assert "Beta Ltd" not in printed


@pytest.mark.parametrize(
    ("accounts", "says"),
    [
        ({"same": [["Acme", "Acme Ab"]]}, "'Acme Ab' under `same` never occurs"),
        ({"distinct": [["Beta", "Betta"]]}, "'Betta' under `distinct` never occurs"),
        ({"same": [["Acme"]]}, "accounts.same"),
        ({"same": [["Acme", "ACME Oy"], ["Acme", "Beta"]]}, "two lists of `same`"),
        ({"same": [["Acme", "ACME Oy"]], "distinct": [["Acme", "ACME Oy"]]}, "both the same as and distinct"),
    ],
)
def test_what_does_not_fit_is_a_problem(tmp_path: Path, accounts: Any, says: str):
    with pytest.raises(StudyError, match=says.replace(".", r"\.")):
        read(tmp_path, accounts)


def test_an_address_is_merged_by_its_hash(tmp_path: Path):
    study = read(tmp_path, {"same": [["Acme", "info@acme.example"]]}, ["Acme", "info@acme.example", *NAMES[2:]])
    assert study.data["account"].tolist()[:2] == ["Acme", "Acme"]


def test_the_other_files_are_merged_too(tmp_path: Path):
    view = {"file": "provider.csv", "account": "Customer", "scale": [0, 10], "columns": {"T1": "P1"}}
    folder = write_study(
        tmp_path, settings(accounts={"same": [["Acme", "Acme AB"]]}, provider_view=view), answers(Account=["Acme"] * 6)
    )
    pd.DataFrame({"Customer": ["Acme AB"], "P1": [7]}).to_csv(folder / "provider.csv", index=False)
    study = load_study(folder)
    assert study.provider is not None
    assert study.provider["account"].tolist() == ["Acme"]

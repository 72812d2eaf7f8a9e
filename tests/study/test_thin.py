"""Does a study with little in it still load, so that the report can say what it cannot answer?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.study.studies import answers, settings, write_study
from valuelib.study.load import load_study

LOWER = {"scale": [0, 10], "columns": {"acceptable_price": "E1"}}
PARTNER = {"rule": "offering", "column": "P", "higher": ["Partner"]}


@pytest.mark.parametrize(
    ("config", "data"),
    [
        pytest.param(settings(elements=LOWER), answers(E1=[1, 2, 3, 4, 5, 6]), id="no higher-tier items"),
        pytest.param(settings(exposure=PARTNER), answers(P=["Partner"] * 6), id="everybody bought the higher tier"),
        pytest.param(settings(exposure=PARTNER), answers(P=[None] * 6), id="what was bought is blank"),
        pytest.param(settings(), answers(Account=["A"] * 6), id="one account"),
        pytest.param(settings(), answers(Q12=[9] * 6), id="all one score"),
        pytest.param(settings(), answers(Q12=[None] * 5 + [3]), id="one answer"),
        pytest.param(settings(), answers(Q12=[None] * 6), id="no answer"),
        pytest.param(settings(), answers().head(1), id="one row"),
        pytest.param(settings(columns={"account": "N"}), answers(N=[None] * 6), id="no account known"),
        pytest.param(settings(columns={"wave": "Account"}), answers(Account=["2026"] * 6), id="one wave"),
        pytest.param(settings(columns={"wave": "V"}), answers(V=["kevät"] * 6), id="one wave without a time"),
        pytest.param(settings(outcomes={"repurchase": {"column": "R", "kind": "renewed"}}), answers(R=[None] * 6), id="none due"),
        pytest.param(settings(outcomes={"repurchase": {"column": "R", "kind": "renewed"}}), answers(R=[0] * 6), id="none renewed"),
    ],
)
def test_thin_studies_load(tmp_path: Path, config: dict[str, Any], data: pd.DataFrame):
    study = load_study(write_study(tmp_path, config, data))
    assert len(study.data) == len(data)
    assert study.data[["respondent", "account", "weight"]].notna().all(axis=None)


def test_outcomes_without_an_answer_are_said(tmp_path: Path):
    study = load_study(write_study(tmp_path, settings(), answers(Q12=[None] * 6)))
    assert [message.values["outcome_key"] for message in study.assumed if message.code == "study.outcome_blank"] == [
        "recommend",
        "nps",
    ]


def test_respondents_without_an_account_stand_for_themselves(tmp_path: Path):
    config = settings(columns={"account": "Account", "respondent": "Id"}, missing=[-9, 7])
    data = answers(Account=[7, 7, -9, None, 8, 8], Id=["a", "b", "c", "d", "e", None])
    study = load_study(write_study(tmp_path, config, data))
    # 7 may be a customer's number although it means "no answer" in the questions; -9 cannot.
    assert study.data["account"].tolist() == ["7", "7", "respondent c", "respondent d", "8", "8"]
    assert study.data["respondent"].tolist() == ["a", "b", "c", "d", "e", "row 7"]
    assert {message.code: message.values["n"] for message in study.assumed if "missing" in message.code} == {
        "study.account_missing": 2,
        "study.respondent_missing": 1,
    }

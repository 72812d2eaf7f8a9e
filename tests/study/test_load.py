"""Does a study that uses every key arrive in canonical columns, and is it found from where people start?"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.study.studies import answers, settings, write_study
from valuelib.errors import StudyError
from valuelib.study.load import load_study
from valuelib.study.model import Study

EVERY_KEY = """
study: every-key_1
client: Client Oy
language: en
fieldwork: 2026-03
waves: latest
missing: [-99, "En osaa sanoa"]
responses: {file: responses.csv, delimiter: ";", decimal: ",", encoding: utf-8}
columns:
  respondent: RespID
  account: CustomerNo
  wave: Year
  weight: W
  segment: [Industry, Size]
  adjust_for: [Industry, Tenure]
  marker: {column: OfficeTemp, scale: [1, 5]}
  comment: OpenText
outcomes:
  recommend: {column: Q12, scale: [0, 10], missing: [98]}
  repurchase: {column: Renewed, kind: renewed, yes: [1, "Yes", "Kyllä"], measured: later}
  effort: {column: Q14, scale: [1, 7], high_is: hard}
  value_enhancement: {columns: [Q15_1, Q15_2], scale: [1, 7]}
  satisfaction: {column: Q11, scale: [1, 5]}
  perceived_value: {column: Q10, scale: [0, 10]}
  promise: {column: Q9, below: [1], met: [2], exceeded: [3]}
  share_of_purchases: {column: Q16, scale: [0, 100]}
  expansion: {column: Q17, kind: intention_topbox, top: 9}
  unaffected: {column: Q18, scale: [0, 10]}
  contract: {start: From, end: To, ended: Ended}
elements:
  scale: [1, 7]
  reversed: [acceptable_price, Q5_3]
  missing: [8]
  columns: {reduced_anxiety: [Q5_2, Q5_3], acceptable_price: Q5_1}
cocreation: {scale: [1, 5], columns: {T2: Q6_2, T1: Q6_1}}
exposure:
  rule: offering
  column: Package
  higher: [Partner, premium]
  threshold: 7.5
provider_view: {file: provider.csv, account: CustomerNo, scale: [0, 10], columns: {T1: P1, vision: P9}, view: partner}
employees: {file: employees.csv, team: Team, team_of_account: AccountTeam, scale: [0, 10], columns: {W1: E1}}
interviews: {file: interviews.csv, unit: Account, text: Quote, coder: Coder, code: Code, publish: MayQuote}
claims:
  - nps_60
  - id: own_claim
    statement: "Partner customers recommend more."
    reading: {kind: contrast, exposure: study, outcome: recommend, metric: points, size: 5.0}
level: 0.9
privacy: {min_group: 4}
seed: 7
"""

ROWS = (
    "RespID;CustomerNo;Year;W;Industry;Size;Tenure;OfficeTemp;OpenText;Q12;Renewed;Q14;Q15_1;Q15_2;Q11;Q10;Q9;Q16;Q17;Q18;"
    "From;To;Ended;Q5_1;Q5_2;Q5_3;Q6_1;Q6_2;Package;AccountTeam",
    "r1;99;2026;1,5;IT;1;3,5;1;Good;10 - Extremely likely;1;1;7;1;5;9;3;65,5;9;0;"
    "2024-01-01;2026-01-01;2025-06-30;7;7;1;5;1;Partner;T1",
    "r2;99;2026;1;IT;2;2;3;;9;Kyllä;7;-99;4;1;8;1;0;8;10;1.2.2024;31.12.2026;;1;8;7;1;;Basic;T1",
    "R3@Example.com;;2026;0,5;En osaa sanoa;1;-99;5;Hm;98;No;4;;;3;-99;2;100;;5;;;;;;;;3;;",
    "r1;99;2025;1;IT;1;1;2;Old;3;No;2;2;2;2;2;1;10;1;1;2024-01-01;2026-01-01;;4;4;4;2;2;PREMIUM;T1",
)


OTHERS = {
    "provider": "CustomerNo;P1;P9\n99;7;8\n",
    "employees": "Team;E1\nT1;8\n",
    "interviews": "Account;Quote;Coder;Code;MayQuote\n99;It works.;A;trust;no\n99;It works.;B;trust;no\n",
}


@pytest.fixture
def every_key(tmp_path: Path) -> Study:
    folder = write_study(tmp_path / "study", EVERY_KEY, "\n".join(ROWS) + "\n")
    for name, text in OTHERS.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return load_study(folder)


def row(study: Study, columns: list[str], place: int) -> list[object]:
    return [None if pd.isna(value) else value for value in study.data[columns].iloc[place]]


def test_every_key_reaches_the_settings(every_key: Study):
    config = every_key.config
    assert (config.study, config.fieldwork, config.level, config.privacy.min_group, config.seed) == (
        "every-key_1",
        "2026-03",
        0.9,
        4,
        7,
    )
    assert (config.exposure.rule, config.exposure.threshold, config.exposure.higher) == ("offering", 7.5, ("Partner", "premium"))
    assert config.elements is not None
    assert config.elements.columns["acceptable_price"] == ("Q5_1",)
    assert [claim if isinstance(claim, str) else claim.id for claim in config.claims] == ["nps_60", "own_claim"]


def test_only_the_latest_wave_is_in_front_and_rows_are_in_time(every_key: Study):
    assert every_key.all_data["wave"].tolist() == ["2025", "2026", "2026", "2026"]
    assert every_key.data["wave"].tolist() == ["2026"] * 3


def test_identity(every_key: Study):
    address = hashlib.sha256(b"r3@example.com").hexdigest()[:12]
    assert every_key.data["respondent"].tolist() == ["r1", "r2", address]
    assert every_key.data["account"].tolist() == ["99", "99", f"respondent {address}"]
    assert every_key.data["weight"].tolist() == [1.5, 1.0, 0.5]


def test_outcomes_stand_on_canonical_scales(every_key: Study):
    columns = ["recommend", "nps", "repurchase", "effort", "value_enhancement", "satisfaction", "perceived_value", "promise"]
    assert row(every_key, columns, 0) == [10, 1, 1, 10, 5, 10, 9, 1]
    assert row(every_key, columns, 1) == [9, 1, 1, 0, 5, 0, 8, -1]
    assert row(every_key, columns, 2) == [None, None, 0, 5, None, 5, None, 0]
    assert row(every_key, ["share_of_purchases", "expansion", "unaffected"], 0) == [65.5, 1, 0]
    assert row(every_key, ["share_of_purchases", "expansion", "unaffected"], 2) == [100, None, 5]


def test_elements_facets_and_offering(every_key: Study):
    assert every_key.element_keys == ("acceptable_price", "reduced_anxiety")  # the pyramid's order, not the file's
    columns = ["element.acceptable_price", "element.reduced_anxiety", "facet.T1", "facet.T2", "offering", "marker"]
    assert row(every_key, columns, 0) == [0, 10, 10, 0, 1, 0]  # 7 of 7 on a reversed item; 7 and a reversed 1
    assert row(every_key, columns, 1) == [10, 0, 0, None, 0, 5]  # 8 is "no answer" here, so only the reversed 7 counts
    assert row(every_key, columns, 2) == [None, None, None, 5, None, 10]
    assert every_key.all_data["offering"].iloc[0] == 1  # PREMIUM is premium


def test_background(every_key: Study):
    columns = ["segment.Industry", "segment.Size", "adjust.Industry", "adjust.Tenure", "comment", "team"]
    assert row(every_key, columns, 0) == ["IT", "1", "IT", 3.5, "Good", "T1"]
    assert row(every_key, columns, 2) == [None, "1", None, None, "Hm", None]


def test_contract_dates_in_both_spellings(every_key: Study):
    dates = every_key.data[["contract.start", "contract.end", "contract.ended"]]
    assert [str(day)[:10] for day in dates.iloc[0]] == ["2024-01-01", "2026-01-01", "2025-06-30"]
    assert [str(day)[:10] for day in dates.iloc[1]] == ["2024-02-01", "2026-12-31", "NaT"]


def test_what_was_assumed_is_said(every_key: Study):
    said = {message.code: message.values for message in every_key.assumed}
    assert said["study.text_anchors"] == {"column": "Q12", "n": 1, "numbers": "10"}
    assert said["study.account_missing"] == {"n": 1}
    assert said["study.ids_hashed"] == {"column": "RespID", "n": 1}
    assert said["study.latest_wave"] == {"wave": "2026", "waves_n": 2}
    assert said["study.scale_taken"] == {"name": "outcomes.expansion", "low": "0", "high": "10"}
    assert "study.provider_silent" not in said  # who names no account is no account that the provider could have rated
    assert len(said) == 5


def test_sources_carry_the_hash_of_every_input(every_key: Study):
    names = [source.file for source in every_key.sources]
    assert names == ["responses.csv", "provider.csv", "employees.csv", "interviews.csv", "study.yaml"]
    for source in every_key.sources:
        assert source.sha256 == hashlib.sha256((every_key.folder / source.file).read_bytes()).hexdigest()
    assert (every_key.sources[0].rows, every_key.sources[0].columns) == (4, 30)


def test_defaults_are_those_of_the_manual(tmp_path: Path):
    study = load_study(write_study(tmp_path, settings(columns=None), answers()))
    config = study.config
    assert (config.language, config.waves, config.level, config.privacy.min_group, config.seed) == (
        "fi",
        "latest",
        0.95,
        5,
        20240131,
    )
    assert config.claims == ("nps_60", "repurchase_22")
    assert (config.exposure.rule, config.exposure.threshold) == ("delivered", 8.0)
    assert study.data["respondent"].tolist() == ["2", "3", "4", "5", "6", "7"]  # rows of the file stand for respondents
    assert study.data["account"].nunique() == 6
    assert not study.has_accounts


@pytest.mark.parametrize("name", ["study", "study/study.yaml"])
def test_a_study_is_found_from_the_working_folder_and_from_the_project_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    folder = write_study(tmp_path / "study", settings(), answers())
    (tmp_path / "notebooks" / "workshop").mkdir(parents=True)
    for start in (tmp_path, tmp_path / "notebooks", tmp_path / "notebooks" / "workshop"):
        monkeypatch.chdir(start)
        assert load_study(name).folder == folder.resolve()
        assert load_study(folder.resolve()).folder == folder.resolve()


def test_yes_no_on_and_dates_stay_words(tmp_path: Path):
    text = """
study: 2026
client: Client Oy
fieldwork: 2026-03-01
responses: {file: responses.csv}
outcomes:
  repurchase:
    column: on
    kind: renewed
    yes: [yes]
    no: [no]
"""
    study = load_study(write_study(tmp_path, text, answers(on=["yes", "no", "Yes", "NO", "", "yes"])))
    assert (study.config.study, study.config.fieldwork) == ("2026", "2026-03-01")
    assert study.data["repurchase"].tolist()[:4] == [1, 0, 1, 0]


def test_blocks_left_blank_count_as_not_written(tmp_path: Path):
    text = """
study: a
client: b
responses: {file: responses.csv}
columns:
missing:
elements:
outcomes:
  recommend: {column: Q12}
  repurchase:
"""
    assert load_study(write_study(tmp_path, text, answers())).config.elements is None


def test_several_waves_in_front_where_asked(tmp_path: Path):
    config = settings(waves="all", columns={"account": "Account", "wave": "Wave"})
    study = load_study(write_study(tmp_path, config, answers(Wave=["W10", "W9", "W9", "W10", "W2", "W2"])))
    assert study.data["wave"].tolist() == ["W2", "W2", "W9", "W9", "W10", "W10"]  # by number, not by letter
    assert study.data is study.all_data


def test_a_database_is_read_and_its_address_is_not_kept(tmp_path: Path):
    sqlalchemy = pytest.importorskip("sqlalchemy")
    url = f"sqlite:///{tmp_path / 'base.db'}"
    engine = sqlalchemy.create_engine(url)
    answers().to_sql("responses", engine, index=False)
    engine.dispose()
    study = load_study(write_study(tmp_path, settings(responses={"database": url, "table": "responses"})))
    assert study.data["recommend"].tolist() == [0, 5, 6, 7, 9, 10]
    assert "base.db" not in repr(study.sources[0])
    assert len(study.sources[0].sha256) == 64


def test_codes_one_too_high_are_shifted(tmp_path: Path):
    config = settings(outcomes={"recommend": {"column": "Q12", "scale": [1, 11]}})
    study = load_study(write_study(tmp_path, config, answers(Q12=[1, 7, 8, 9, 10, 11])))
    assert study.data["recommend"].tolist() == [0, 6, 7, 8, 9, 10]
    assert study.data["nps"].tolist() == [-1, -1, 0, 0, 1, 1]
    assert study.recommend_scale == (0, 10)


def test_another_scale_has_a_mean_but_no_nps(tmp_path: Path):
    config = settings(outcomes={"recommend": {"column": "Q12", "scale": [1, 10]}})
    study = load_study(write_study(tmp_path, config, answers(Q12=[1, 5, 6, 7, 9, 10])))
    assert study.data["recommend"].tolist() == [1, 5, 6, 7, 9, 10]
    assert not study.has_nps
    assert study.recommend_scale == (1, 10)


def test_fractional_scores_are_cut_and_said(tmp_path: Path):
    study = load_study(write_study(tmp_path, settings(), answers(Q12=[6.0, 6.1, 8.9, 9.0, 9.4, 5.9])))
    assert study.data["nps"].tolist() == [-1, 0, 0, 1, 1, -1]
    assert {"study.fractional_nps": 4}.items() <= {
        message.code: message.values["n"] for message in study.assumed if "n" in message.values
    }.items()


@pytest.mark.parametrize(("scores", "asked"), [(range(1, 11), True), (range(11), False)])
def test_sixty_answers_without_a_zero_are_asked_about(tmp_path: Path, scores: range, asked: bool):
    data = pd.DataFrame({"Account": "A", "Q12": [scores[place % len(scores)] for place in range(60)]})
    study = load_study(write_study(tmp_path, settings(), data))
    assert ("study.no_zero" in {message.code for message in study.assumed}) is asked


def test_perceived_value_defaults_to_the_mean_of_the_answered_elements(tmp_path: Path):
    config = settings(elements={"scale": [0, 10], "columns": {"vision": "E1", "hope": "E2"}})
    study = load_study(write_study(tmp_path, config, answers(E1=[0, 2, 4, None, None, 10], E2=[10, 4, 4, 6, None, 10])))
    np.testing.assert_array_equal(study.data["perceived_value"], [5, 3, 4, 6, np.nan, 10])


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ({"kind": "intention_topbox", "top": 9}, ("repurchase", [0, 0, 0, 0, 1, 1])),
        ({"kind": "intention_mean"}, ("repurchase_score", [0, 5, 6, 7, 9, 10])),
        ({"kind": "spend_change"}, ("repurchase_score", [0, 5, 6, 7, 9, 10])),
        ({"kind": "retained", "yes": [10, 9], "no": [0, 5, 6, "7"]}, ("repurchase", [0, 0, 0, 0, 1, 1])),
    ],
)
def test_kinds_of_repurchase(tmp_path: Path, outcome: dict[str, object], expected: tuple[str, list[float]]):
    study = load_study(write_study(tmp_path, settings(outcomes={"repurchase": {"column": "Q12", **outcome}}), answers()))
    assert study.data[expected[0]].tolist() == expected[1]


def test_an_ended_flag_takes_the_day_of_the_end(tmp_path: Path):
    dates = {"From": ["2024-01-01"] * 6, "To": ["2024-01-01", *["2025-01-01"] * 5], "Ended": [1, 0, 1, "", 0, 0]}
    config = settings(outcomes={"contract": {"start": "From", "end": "To", "ended": "Ended"}})
    study = load_study(write_study(tmp_path, config, answers(**dates)))
    assert study.data["contract.ended"].notna().tolist() == [True, False, True, False, False, False]


def test_the_yes_code_may_be_absent_but_that_is_said(tmp_path: Path):
    config = settings(outcomes={"repurchase": {"column": "R", "kind": "renewed", "yes": ["Yes"]}})
    study = load_study(write_study(tmp_path, config, answers(R=["No"] * 6)))
    assert study.data["repurchase"].tolist() == [0] * 6
    assert "study.yes_absent" in {message.code for message in study.assumed}


def test_reading_changes_no_file(tmp_path: Path):
    folder = write_study(tmp_path, settings(), answers())
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    load_study(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_missing_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StudyError, match="no such folder"):
        load_study("nowhere")


def test_weights_are_no_answers(tmp_path: Path):
    config = settings(missing=[9], columns={"account": "Account", "weight": "W"})
    study = load_study(write_study(tmp_path, config, answers(W=[9, 1, 1, 1, 1, 1])))
    assert study.data["weight"].tolist() == [9, 1, 1, 1, 1, 1]
    assert study.data["recommend"].isna().tolist() == [False, False, False, False, True, False]


def test_a_scale_that_is_not_told_is_said(tmp_path: Path):
    elements = {"columns": {"vision": "E1"}}
    config = settings(
        outcomes={"effort": {"column": "E2"}, "repurchase": {"column": "Q12", "kind": "intention_mean"}}, elements=elements
    )
    study = load_study(write_study(tmp_path, config, answers(E1=[1, 7, 4, 1, 1, 1], E2=[7, 1, 4, 1, 1, 1])))
    said = {message.values["name"]: message.values["high"] for message in study.assumed if message.code == "study.scale_taken"}
    assert said == {"elements": "7", "outcomes.effort": "7", "outcomes.repurchase": "10"}


def test_a_reversed_element_turns_and_a_reversed_column_turns_alone(tmp_path: Path):
    mapped = {"vision": ["E1", "E2"], "hope": "E3"}
    data = answers(E1=[0, 1, 2, 3, 4, 10], E2=[10, 9, 8, 7, 6, 0], E3=[0, 2, 4, 6, 8, 10])
    config = settings(elements={"scale": [0, 10], "reversed": ["E2", "hope"], "columns": mapped})
    study = load_study(write_study(tmp_path, config, data))
    assert study.data["element.vision"].tolist() == [0, 1, 2, 3, 4, 10]
    assert study.data["element.hope"].tolist() == [10, 8, 6, 4, 2, 0]


def test_rows_keep_the_order_of_the_file_within_a_wave(tmp_path: Path):
    data = pd.DataFrame(
        {"Id": range(200), "V": [2026 - place % 3 for place in range(200)], "Q12": [place % 11 for place in range(200)]}
    )
    config = settings(columns={"respondent": "Id", "wave": "V"})
    answers_in_time = load_study(write_study(tmp_path, config, data)).all_data
    for wave in ("2024", "2025", "2026"):
        assert answers_in_time.loc[answers_in_time["wave"] == wave, "respondent"].astype(int).is_monotonic_increasing
    assert answers_in_time["wave"].is_monotonic_increasing


def test_an_address_among_the_levels_of_a_breakdown_is_hashed(tmp_path: Path):
    data = answers(Owner=["matti.virtanen@example.fi", "North", "North", "South", "South", "North"])
    study = load_study(write_study(tmp_path, settings(columns={"account": "Account", "segment": ["Owner"]}), data))
    assert not study.data["segment.Owner"].str.contains("@").any()
    assert study.data["segment.Owner"].isin(["North", "South"]).sum() == 5
    assert any(message.code == "study.ids_hashed" for message in study.assumed)

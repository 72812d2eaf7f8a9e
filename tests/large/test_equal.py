"""A large study's sums, made by DuckDB where the answers lie, give the findings of the rows in memory."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.large.equal import ITEMS, SETTINGS, answers, differences, findings, write_study
from valuelib.results import EvidenceLevel
from valuelib.study.load import load_study
from valuelib.theory.claims import claim
from valuelib.verdict.assess import assess
from valuelib.verdict.groups import Grouping, Outcome
from valuelib.verdict.source import source_of

ADJUSTED = {**SETTINGS["columns"], "adjust_for": ["Industry", "Years"]}
CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "weights": {"columns": {**SETTINGS["columns"], "weight": "Weight"}},
    "latest wave": {"columns": {**SETTINGS["columns"], "wave": "Round"}, "waves": "latest"},
    "all waves": {"columns": {"account": "Account", "wave": "Round", "respondent": "Id"}, "waves": "all"},
    "clusters": {"columns": {**SETTINGS["columns"], "cluster": "Team"}},
    "covariates": {"columns": ADJUSTED},
    "all of it": {"columns": {**ADJUSTED, "weight": "Weight", "cluster": "Team", "wave": "Round", "segment": ["Industry"]}},
    "no accounts": {"columns": {"respondent": "Id"}},
    "delivered": {"exposure": {**SETTINGS["exposure"], "rule": "delivered", "threshold": 7}},
    "relative": {"exposure": {**SETTINGS["exposure"], "rule": "relative"}},
    "count": {"exposure": {**SETTINGS["exposure"], "rule": "count", "threshold": 6}},
    "peers": {"exposure": {"rule": "peers"}},
    "peers by wave": {"exposure": {"rule": "peers"}, "columns": {**ADJUSTED, "wave": "Round"}, "waves": "all"},
    "only own ratings": {"exposure": {"rule": "relative"}, "columns": {"respondent": "Id"}},
    "pilot by lot": {"exposure": {**SETTINGS["exposure"], "assigned": "by_lot"}},
    "baseline named": {"exposure": {**SETTINGS["exposure"], "baseline": ["Basic"]}},
    "blank is baseline": {"exposure": {**SETTINGS["exposure"], "blank": "baseline"}},
    "two columns an element": {"elements": {"scale": [1, 7], "columns": {**ITEMS, "product_quality": ["Q4", "Q10"]}}},
    "few lower items": {
        "elements": {"scale": [1, 7], "columns": {key: ITEMS[key] for key in ("acceptable_price", "vision", "hope")}}
    },
}


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return answers()


@pytest.mark.parametrize("case", CASES)
def test_sums_give_what_rows_give(case: str, frame: pd.DataFrame, tmp_path: Path) -> None:
    folder = write_study(tmp_path, frame, **CASES[case])
    rows, large = (load_study(folder, source=source) for source in ("rows", "sql"))
    assert rows.large is None
    assert large.large is not None
    found = findings(rows)
    assert any(one.raw is not None for one in found.values())
    assert list(differences(found, findings(large))) == []


def test_the_sensitivity_checks_come_from_the_sample(frame: pd.DataFrame, tmp_path: Path) -> None:
    folder = write_study(tmp_path, frame)
    rows, large = (assess(load_study(folder, source=source), "nps_60_points") for source in ("rows", "sql"))
    assert len(large.contrasts) > 5
    assert list(differences(rows.contrasts, large.contrasts)) == []
    assert [one.code for one in large.warnings if one.code == "note.summed_up"] == ["note.summed_up"]


def test_names_that_are_one_account_and_answers_of_nobody(frame: pd.DataFrame, tmp_path: Path) -> None:
    named = frame.assign(Account=frame["Account"].mask(frame.index % 11 == 0, None).mask(frame.index % 13 == 0, "-9"))
    settings = {"missing": [99, -9], "accounts": {"same": [["Customer 001", "Customer 002"]]}, "exposure": {"rule": "peers"}}
    folder = write_study(tmp_path, named, **settings)
    assert list(differences(*(findings(load_study(folder, source=source)) for source in ("rows", "sql")))) == []


def test_words_ticks_and_decimal_commas_are_read_alike(frame: pd.DataFrame, tmp_path: Path) -> None:
    words = ["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"]
    spoken = {
        name: frame[name].map(lambda one: words[min(max(int(one) - 2, 0), 4)] if one == one and one != 99 else "Don't know")
        for name in ITEMS.values()
    }
    told = frame.assign(
        **spoken,
        NPS=frame["NPS"].map(
            lambda one: {10: "10 - Extremely likely", 0: "0 = Not at all"}.get(one, f"{one:g}"), na_action="ignore"
        ),
        Years=frame["Years"].map(lambda one: f"{one:.1f}".replace(".", ","), na_action="ignore"),
        Partner=np.where(frame["Package"] == "Partner", "X", None),
        Standard=np.where(frame["Package"] == "Standard", "x", "0"),
    )
    folder = write_study(
        tmp_path,
        told,
        columns=ADJUSTED,
        elements={"scale": [1, 5], "columns": ITEMS},
        exposure={"rule": "offering", "columns": {"Partner": "Partner", "Standard": "Standard"}, "higher": ["Partner"]},
    )
    assert list(differences(*(findings(load_study(folder, source=source)) for source in ("rows", "sql")))) == []


def test_a_sample_of_whole_accounts_decides_nothing(tmp_path: Path) -> None:
    frame = answers(24_000, 700, seed=5)
    folder = write_study(tmp_path, frame)
    rows, large = (load_study(folder, source=source) for source in ("rows", "sql"))
    assert 20_000 <= len(large.data) < 20_500
    sizes = frame.groupby("Account").size()
    assert (large.data.groupby("account").size() == sizes[sorted(large.data["account"].unique())]).all()
    assert large.data.equals(load_study(folder, source="sql").data)
    assert list(differences(findings(rows), findings(large))) == []


def test_a_roll_out_of_a_sample_says_so(tmp_path: Path) -> None:
    """Half of the accounts take the higher offering in the last of three rounds."""
    frame = answers(24_000, 700, seed=5)
    switched = (frame["Account"].str[-1].astype(int) < 5) & (frame["Round"] == "2026")
    frame["Package"] = np.where(switched, "Partner", "Basic")
    exposure = {**SETTINGS["exposure"], "higher": ["Partner"]}
    folder = write_study(tmp_path, frame, columns={**SETTINGS["columns"], "wave": "Round"}, waves="all", exposure=exposure)
    study = load_study(folder, source="sql")
    found = assess(study, "nps_60_points", sensitivity=False)
    assert found.evidence_level == EvidenceLevel.SWITCHED
    told = [one.values for one in found.warnings if one.code == "note.roll_out_of_sample"]
    assert told == [{"n": len(study.data), "all_n": len(frame)}]
    assert len(study.data) < len(frame)


def test_several_files_are_one_study(frame: pd.DataFrame, tmp_path: Path) -> None:
    whole = write_study(tmp_path / "whole", frame)
    parts = write_study(tmp_path / "parts", None, responses={"file": "answers/*.parquet"})
    (parts / "answers").mkdir()
    for number, (_, part) in enumerate(frame.groupby(frame.index % 3)):
        part.to_parquet(parts / "answers" / f"{number}.parquet", index=False)
    found = findings(load_study(whole))
    for source in ("rows", "sql", None):
        assert list(differences(found, findings(load_study(parts, source=source)))) == []
    folder = write_study(tmp_path / "parts", None, responses={"file": "answers"})
    assert list(differences(found, findings(load_study(folder, source="sql")))) == []


def test_sums_of_parts_are_merged_into_those_of_the_whole(frame: pd.DataFrame, tmp_path: Path) -> None:
    columns = {"columns": {**SETTINGS["columns"], "weight": "Weight", "cluster": "Team"}}
    cut = {"whole": frame, "one": frame[frame.index % 2 == 0], "other": frame[frame.index % 2 == 1]}
    totals = {}
    for name, rows in cut.items():
        study = load_study(write_study(tmp_path / name, rows, **columns), source="sql")
        source = source_of(study)
        grouping = source.group_level(EvidenceLevel.PURCHASE_RECORD, claim("nps_60").reading)
        assert isinstance(grouping, Grouping)
        totals[name] = source.plain(Outcome("nps", "nps"), grouping.codes)
    whole, merged = totals["whole"], totals["one"].merge(totals["other"])
    assert merged.accounts.tolist() == whole.accounts.tolist()
    assert merged.n_accounts.tolist() == whole.n_accounts.tolist()
    assert np.allclose(merged.totals, whole.totals, rtol=1e-12, atol=1e-12)


def test_a_large_study_says_that_it_holds_a_sample(frame: pd.DataFrame, tmp_path: Path) -> None:
    study = load_study(write_study(tmp_path, frame), source="sql")
    assert [one.values for one in study.assumed if one.code == "study.sampled"] == [{"n": len(frame), "all_n": len(frame)}]
    assert study.sources[0].rows == len(frame)
    part = study.where("recommend >= 0")
    finding = assess(part, "nps_60_points", sensitivity=False)
    assert not finding.confirmatory
    assert "note.of_sample" in {one.code for one in finding.warnings}  # a part is one of the sample


def test_the_demo_is_the_same_study_in_either_way() -> None:
    rows, large = (load_study("data/demo", source=source) for source in ("rows", "sql"))
    for claimed, level in (("nps_60", EvidenceLevel.SWITCHED), ("repurchase_22", EvidenceLevel.PURCHASE_RECORD)):
        found = [dataclasses.replace(assess(study, claimed, sensitivity=False), warnings=()) for study in (rows, large)]
        assert found[0].evidence_level == level
        assert list(differences(*found)) == []


def test_csv_files_are_read_by_the_same_rules(frame: pd.DataFrame, tmp_path: Path) -> None:
    folder = write_study(tmp_path, None, responses={"file": "answers.csv"}, columns=ADJUSTED)
    frame.to_csv(folder / "answers.csv", sep=";", decimal=",", index=False)
    assert list(differences(*(findings(load_study(folder, source=source)) for source in ("rows", "sql")))) == []

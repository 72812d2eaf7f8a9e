"""Every offering by itself: kept by its name, on its side of the comparison, with its outcomes; and a mixed baseline warned of."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import valuelib as vl
from tests.study.studies import settings, write_study
from valuelib.errors import StudyError
from valuelib.explore.offerings import estimate_offerings
from valuelib.output.terminal import print_check
from valuelib.show.localizer import in_language
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.verdict.offerings import Offering, list_offerings, warn_of_offerings

SCORES = {"Premium": [9, 9, 8, 7, 9, 10, 8, 6], "Standard": [9, 10, 9, 10, 9, 8, 10, 9], "Parts": [3, 5, 8, 2, 4, 9, 6, 1]}


def answers(bought: dict[str, list[int]]) -> pd.DataFrame:
    """Two answers of each account, and with every score what was bought."""
    rows = [(name, score) for name, scores in bought.items() for score in scores]
    return pd.DataFrame(
        {"Account": [f"C{place // 2}" for place in range(len(rows))], "P": [r[0] for r in rows], "Q12": [r[1] for r in rows]}
    )


def read(folder: Path, bought: dict[str, list[int]] | None = None, **exposure: Any) -> Study:
    config = settings(exposure={"column": "P", "higher": ["Premium"], **exposure})
    return load_study(write_study(folder, config, answers(bought or SCORES)), language="en")


def test_offerings_keep_their_names_and_sides(tmp_path: Path):
    study = read(tmp_path)
    assert list_offerings(study) == (
        Offering("Premium", "comparison"),
        Offering("Parts", "baseline"),
        Offering("Standard", "baseline"),
    )
    assert study.data["offering_name"].value_counts().to_dict() == dict.fromkeys(SCORES, 8)


def test_a_named_baseline_leaves_the_others_out_and_that_is_said(tmp_path: Path):
    study = read(tmp_path, baseline=["standard"])  # codes as everywhere, whatever their case
    assert dict(list_offerings(study)) == {"Premium": "comparison", "Standard": "baseline", "Parts": "left_out"}
    assert study.data.groupby("offering_name")["offering"].first().dropna().to_dict() == {"Premium": 1.0, "Standard": 0.0}
    (said,) = (one for one in study.assumed if one.code == "study.offerings_left_out")
    assert said.values == {"n": 8, "offerings_n": 1}


@pytest.mark.parametrize(
    ("exposure", "says"),
    [
        ({"baseline": ["Standart"]}, "'Standart' under `baseline` never occurs"),
        ({"baseline": ["Premium"]}, "listed both under `higher` and under `baseline`"),
        ({"column": None, "higher": [], "baseline": ["Standard"], "rule": "count"}, "no column tells what was bought"),
    ],
)
def test_a_baseline_that_does_not_fit_is_a_problem(tmp_path: Path, exposure: dict[str, Any], says: str):
    with pytest.raises(StudyError, match=says):
        read(tmp_path, **exposure)


def test_spellings_of_a_code_are_one_offering(tmp_path: Path):
    study = read(tmp_path, {**SCORES, "standard": [9, 9]})
    assert set(study.data["offering_name"]) == set(SCORES)


def test_figures_of_each_offering(tmp_path: Path):
    premium, parts, standard = estimate_offerings(read(tmp_path))
    assert (premium.n, premium.accounts, premium.outcomes["nps"].value) == (8, 4, pytest.approx(37.5))
    assert parts.outcomes["nps"].value == pytest.approx(-62.5)
    assert (standard.side, standard.outcomes["nps"].name) == ("baseline", "nps.offering=Standard")
    assert "repurchase" not in premium.outcomes


def test_a_small_offering_is_withheld_with_the_one_that_would_tell_it(tmp_path: Path):
    found = {
        one.name: one for one in estimate_offerings(read(tmp_path, {**SCORES, "Parts": [3, 5, 8, 2, 4, 9], "Pilot": [0, 10, 5]}))
    }
    assert found["Pilot"].n is None
    assert found["Pilot"].outcomes["nps"].value is None
    assert [name for name, one in found.items() if one.n is None] == ["Parts", "Pilot"]


def test_a_baseline_offering_above_the_comparison_is_warned_of(tmp_path: Path):
    (warned,) = warn_of_offerings(read(tmp_path / "mixed"), "recommend")
    assert warned.code == "warning.baseline_beats.nps"
    assert warned.values["offering"] == "Standard"
    assert (warned.values["own_pts"], warned.values["comparison_pts"]) == (87.5, 37.5)
    assert [*warn_of_offerings(read(tmp_path / "named", baseline=["Standard"]), "recommend")] == []  # one offering is no mixture
    weak = {**SCORES, "Standard": SCORES["Parts"][::-1]}
    assert [*warn_of_offerings(read(tmp_path / "weak", weak), "recommend")] == []


def test_a_lead_within_noise_is_not_warned_of(tmp_path: Path):
    rng = np.random.default_rng(5)
    scores = rng.permutation(np.repeat([2, 7, 10], 40)).tolist()
    even = {"Premium": scores, "Standard": [10, *scores[1:]], "Parts": scores[::-1]}
    assert [*warn_of_offerings(read(tmp_path, even), "recommend")] == []


def test_no_warning_tells_a_withheld_offering(tmp_path: Path):
    small = {"Premium": SCORES["Premium"], "Standard": SCORES["Standard"], "Pilot": [1, 2]}
    assert [*warn_of_offerings(read(tmp_path, small), "recommend")] == []


def test_findings_and_check_say_it(tmp_path: Path):
    study = read(tmp_path)
    assert "warning.baseline_beats.nps" in [one.code for one in vl.assess(study, "nps_60", sensitivity=False).warnings]
    screen = io.StringIO()
    with in_language("en"):
        print_check(Console(file=screen, width=200), study)
    printed = " ".join(screen.getvalue().split())
    assert "Standard │ Baseline │ 8 │ 4 │ 87.5" in printed
    assert "The baseline mixes offerings: the NPS of Standard" in printed


def test_the_public_ways_speak_of_offerings_by_name(tmp_path: Path):
    study = read(tmp_path)
    assert vl.estimate(study, "nps", by="offering").to_frame()["offering"].tolist() == ["Parts", "Premium", "Standard"]
    assert vl.compare(study, "nps", by="offering", groups=("Standard", "Premium"))["nps.difference"].value == pytest.approx(50.0)
    described = vl.describe(study)
    table, figure = described.tables["offerings"], described.figures["offerings"]
    assert table is not None
    assert table.to_frame()["Offering"].tolist() == ["Premium", "Parts", "Standard"]
    assert figure is not None
    assert "Standard (Baseline): NPS: 88." in figure.alt
    assert [one.name for one in figure.charts[0].series] == ["Rich in higher-tier value", "Baseline"]


def test_without_purchases_there_is_nothing_to_list(tmp_path: Path):
    study = load_study(write_study(tmp_path, settings(), answers(SCORES)), language="en")
    assert list_offerings(study) == estimate_offerings(study) == ()
    assert vl.describe(study).tables["offerings"] is None

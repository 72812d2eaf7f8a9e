"""Robustness value, its bounds, two-stage least squares and the one factor must equal R (AER, sandwich, psych, lm)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.tolerances import EQUAL_TO_R, ITERATED
from valuelib.stats.sensitivity import benchmark_hidden, estimate_2sls, fit_halo, robustness_value
from valuelib.stats.totals import ClusterTotals, collect_totals

HERE = Path(__file__).resolve().parents[1] / "reference" / "sensitivity"
SAID: dict[str, Any] = json.loads((HERE / "printout.json").read_text(encoding="utf-8"))
ROWS = pd.read_csv(HERE / "case.csv")


def totals() -> ClusterTotals:
    controls = {"x1": ROWS["x1"], "level#0": (ROWS["level"] == "b") * 1.0, "level#1": (ROWS["level"] == "c") * 1.0}
    groups = ("comparison", "baseline")
    return collect_totals(ROWS["account"], 1 - ROWS["d"], ROWS["y"], groups=groups, controls=dict(controls))


def test_robustness_value_of_the_estimate_and_of_half_of_it() -> None:
    found = robustness_value(totals(), SAID["estimate"], SAID["estimate"] / 2)
    assert found.value == pytest.approx(SAID["robustness_value"], abs=EQUAL_TO_R)
    assert found.limit == pytest.approx(SAID["robustness_value_half"], abs=EQUAL_TO_R)
    assert robustness_value(totals(), SAID["estimate"], -0.1).limit == 0


def test_what_something_as_strong_as_a_control_would_leave() -> None:
    found = benchmark_hidden(totals(), SAID["estimate"], {"x1": ["x1"], "level": ["level#0", "level#1"]})
    for one in found:
        said = SAID["hidden"][one.name]
        assert one.r2_exposure == pytest.approx(said["r2_exposure"], abs=EQUAL_TO_R)
        assert one.r2_outcome == pytest.approx(said["r2_outcome"], abs=EQUAL_TO_R)
        assert one.left == pytest.approx(said["left"], abs=EQUAL_TO_R)
    assert [one.name for one in found] == ["x1", "level"]


def test_two_stage_least_squares_with_clustered_errors() -> None:
    found = estimate_2sls(ROWS["y"], ROWS["d"], ROWS["z"], ROWS[["x1"]], ROWS["account"])
    said = SAID["two_stage"]
    assert (found.value, found.se) == pytest.approx((said["value"], said["se"]), abs=EQUAL_TO_R)
    assert found.first_stage_f == pytest.approx(said["first_stage_f"], rel=EQUAL_TO_R)
    assert found.df == ROWS["account"].nunique() - 1


def test_the_one_factor_of_the_halo() -> None:
    items = ROWS[[f"item{k}" for k in range(1, 7)]]
    found = fit_halo(items, ROWS["y"], np.ones(6, dtype=bool))
    assert found.loadings == pytest.approx(SAID["loadings"], abs=ITERATED)

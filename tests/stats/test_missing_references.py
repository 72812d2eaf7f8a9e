"""Corrected error, response weights and pooled imputations must equal R (full matrices, optim, mice)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.tolerances import EQUAL_TO_R, ITERATED
from valuelib.stats.missing import pool_imputations, response_weights
from valuelib.stats.sensitivity import estimate_corrected
from valuelib.stats.totals import collect_totals

HERE = Path(__file__).resolve().parents[1] / "reference" / "missing"
SAID: dict[str, Any] = json.loads((HERE / "printout.json").read_text(encoding="utf-8"))
ROWS = pd.read_csv(HERE / "case.csv")


@pytest.mark.parametrize(
    ("said", "weights", "reliability"), [("corrected", None, 0.8), ("corrected_weighted", ROWS["weight"], 0.7)]
)
def test_a_control_freed_from_its_error(said: str, weights: pd.Series | None, reliability: float) -> None:
    controls = {"control": ROWS["control"], "z": ROWS["z"]}
    totals = collect_totals(
        ROWS["account"], 1 - ROWS["d"], ROWS["y"], groups=("comparison", "baseline"), controls=dict(controls), weights=weights
    )
    found = estimate_corrected(totals, "control", reliability, df=30)
    for name in ("comparison", "baseline", "lift", "se"):
        assert getattr(found, name) == pytest.approx(SAID[said][name], abs=EQUAL_TO_R)


def test_weights_of_those_who_answered() -> None:
    d, y = ROWS["d"].to_numpy(), ROWS["y"].to_numpy()
    known = np.column_stack([d, *(inside * (y == one) for inside in (d, 1 - d) for one in (0, 1)), ROWS["z"]])
    found = response_weights(ROWS["answered"].to_numpy() == 1, d, known, ROWS["weight"])
    assert found == pytest.approx(SAID["stands_for"], abs=ITERATED)


def test_rubins_rules_with_the_df_of_barnard_and_rubin() -> None:
    said = SAID["pooled"]
    found = pool_imputations(said["values"], said["variances"], said["df"])
    assert found == pytest.approx((said["value"], said["se"], said["pooled_df"]), abs=EQUAL_TO_R)

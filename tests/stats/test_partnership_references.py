"""Response surface, mediation, aggregation, growth, renewal and agreement of readers must equal R's figures on the kept cases."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.tolerances import EQUAL_TO_R, ITERATED, SAME_MIXED_MODEL
from valuelib.stats.agreement import alpha_of, code_matrix, estimate_icc, estimate_rwg, kappa_of
from valuelib.stats.curves import estimate_surface
from valuelib.stats.mediation import estimate_indirect, make_path
from valuelib.stats.over_time import estimate_curve, estimate_growth, estimate_hazard

HERE = Path(__file__).resolve().parents[1] / "reference" / "partnership"
SAID: dict[str, Any] = json.loads((HERE / "printout.json").read_text(encoding="utf-8"))


def case(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / f"{name}.csv")


@pytest.mark.parametrize("name", ["a1", "a2", "a3", "a4"])
def test_the_features_of_the_surface_and_their_standard_errors(name: str) -> None:
    rows = case("dyads")
    surface = estimate_surface(rows["x"], rows["y"], rows["z"], rows["account"], centre=6.5, controls={"control": rows["control"]})
    assert surface is not None
    found = surface.combine(name)
    assert (found.value, found.se) == pytest.approx((SAID["surface"][name]["value"], SAID["surface"][name]["se"]), abs=EQUAL_TO_R)


def test_both_paths_and_their_product() -> None:
    rows = case("dyads")
    accounts = rows["account"].to_numpy()
    first = make_path(rows["m"], rows["x"], rows[["control"]], accounts)
    second = make_path(rows["z"], rows["m"], rows[["x", "control"]], accounts)
    found = estimate_indirect(first, second, rng=np.random.default_rng(1))
    said = SAID["mediation"]
    # lavaan iterates to the least-squares solution of this saturated model
    assert (found.a, found.b, found.product) == pytest.approx((said["a"], said["b"], said["indirect"]), abs=ITERATED)


def test_how_far_teams_hang_together() -> None:
    rows = case("teams")
    icc = estimate_icc((rows["w1"] + rows["w2"]) / 2, rows["team"])
    assert icc is not None
    said = SAID["aggregation"]
    assert (icc.one, icc.two) == pytest.approx((said["icc1"], said["icc2"]), abs=EQUAL_TO_R)
    # multilevel::ICC1 divides by the plain mean size, ours by the one that is right for unequal teams: near, not equal
    assert icc.one == pytest.approx(said["icc1_multilevel"], abs=0.01)
    assert icc.two == pytest.approx(said["icc2_multilevel"], abs=EQUAL_TO_R)
    rwg = estimate_rwg(rows[["w1", "w2"]], rows["team"].map("{:03d}".format), options=7)
    assert rwg is not None
    assert rwg.by_team.tolist() == pytest.approx(said["rwg"], abs=EQUAL_TO_R)


def test_growth_with_and_without_a_pace_of_each_account() -> None:
    rows = case("waves")
    found = estimate_growth(rows["y"], rows["wave"], rows["exposure"], rows["account"])
    assert found is not None
    assert found.pace_sd is not None
    early = rows[rows["wave"] < 2]
    two_waves = estimate_growth(early["y"], early["wave"], early["exposure"], early["account"])
    assert two_waves is not None
    assert two_waves.pace_sd is None
    said = SAID["growth"]["pace"]
    assert (found.wave, found.wave_se, found.faster, found.faster_se, found.level_sd) == pytest.approx(
        (said["wave"], said["wave_se"], said["faster"], said["faster_se"], said["level_sd"]), abs=SAME_MIXED_MODEL
    )


def test_contracts_that_last() -> None:
    rows = case("contracts")
    hazard = estimate_hazard(rows["months"], rows["ended"], rows["value"], rows["account"])
    assert hazard is not None
    said = SAID["renewal"]
    assert hazard.ratio == pytest.approx(said["ratio"], abs=ITERATED)
    assert np.log(hazard.high / hazard.low) / (2 * 1.959964) == pytest.approx(said["robust_se"], abs=ITERATED)
    curve = estimate_curve("all", rows["months"], rows["ended"])
    assert curve is not None
    assert curve.share[curve.months <= 12][-1] == pytest.approx(said["still_at_12"], abs=EQUAL_TO_R)


def test_agreement_of_readers() -> None:
    rows = case("coding")
    codes = {code: place for place, code in enumerate(sorted(set(rows["code"])))}
    labels = rows.assign(value=rows["code"].map(codes).astype(float)).pivot(index="coder", columns="text", values="value")
    said = SAID["coding"]
    assert alpha_of(labels.to_numpy(float)) == pytest.approx(said["alpha"], abs=EQUAL_TO_R)
    two = labels.loc[["A", "B"]].to_numpy(float)
    assert alpha_of(two) == pytest.approx(said["alpha_two"], abs=EQUAL_TO_R)
    assert kappa_of(two) == pytest.approx(said["kappa_two"], abs=EQUAL_TO_R)
    assert alpha_of(code_matrix(rows, "k1").to_numpy(float)) == pytest.approx(said["alpha_k1"], abs=EQUAL_TO_R)

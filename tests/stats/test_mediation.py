"""Paths and their product: by R, by invariance, and where a draw of accounts leaves a control without anybody."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tolerances import ITERATED, SAME_ARITHMETIC
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.mediation import Indirect, _slope_without, estimate_indirect, make_path
from valuelib.stats.totals import collect_totals
from valuelib.worlds.people import rng_for

HERE = Path(__file__).resolve().parents[1] / "reference" / "partnership"
ROWS = pd.read_csv(HERE / "dyads.csv")


def indirect(rows: pd.DataFrame, *, m: float = 1.0, weight: float = 1.0, draws: int = 200) -> Indirect:
    accounts, weights = rows["account"].to_numpy(), np.full(len(rows), weight)
    first = make_path(m * rows["m"], rows["x"], rows[["control"]], accounts, weights)
    second = make_path(rows["z"], m * rows["m"], rows[["x", "control"]], accounts, weights)
    return estimate_indirect(first, second, rng=np.random.default_rng(1), draws=draws)


def slope(y: str, *columns: str) -> float:
    """Least-squares slope of y on the first of the columns, the others held equal."""
    controls = {name: ROWS[name] - ROWS[name].mean() for name in columns}
    zeros = np.zeros(len(ROWS), dtype=int)
    totals = collect_totals(ROWS["account"].astype(str), zeros, ROWS[y], groups=("all",), controls=controls)
    return float(estimate_fitted(totals).coefficients[1])


def test_the_straight_path_is_that_of_r_and_the_paths_add_up() -> None:
    """Where all of them rest on the same rows and columns, the whole is the straight path and the product."""
    said = json.loads((HERE / "printout.json").read_text(encoding="utf-8"))["mediation"]
    straight, whole = slope("z", "x", "m", "control"), slope("z", "x", "control")
    assert straight == pytest.approx(said["direct"], abs=ITERATED)
    assert whole == pytest.approx(straight + indirect(ROWS).product, abs=SAME_ARITHMETIC)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.1, 20), st.floats(0.1, 100), st.integers(0, 1000))
def test_units_of_the_mediator_weights_and_order_change_nothing(m: float, weight: float, seed: int) -> None:
    shuffled = ROWS.sample(frac=1.0, random_state=seed)
    one, other = indirect(ROWS, draws=50), indirect(shuffled, m=m, weight=weight, draws=50)
    assert (other.a / m, other.b * m, other.product) == pytest.approx((one.a, one.b, one.product), rel=1e-7)
    assert (other.low, other.high) == pytest.approx((one.low, one.high), rel=1e-6)


def test_a_branch_of_one_account_does_not_cost_the_interval() -> None:
    """A third of the draws leave that account out; its indicator is then zero throughout, and the slope stands all the same."""
    rng = rng_for(3, "branch")
    accounts = np.repeat(np.arange(40), 3)
    x, branch = rng.normal(0, 1, 120), (accounts == 7).astype(float)
    m = 0.5 * x + rng.normal(0, 1, 120)
    y = 0.5 * m + branch + rng.normal(0, 1, 120)
    first = make_path(m, x, branch[:, None], accounts)
    second = make_path(y, m, np.column_stack([x, branch]), accounts)
    found = estimate_indirect(first, second, rng=rng, draws=400)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.product < found.high


def test_the_slope_where_controls_depend_on_each_other() -> None:
    """y = 2 x + 3 c, with c told twice: the slope on x is 2; a target told twice has none."""
    x, c = np.array([0.0, 1, 2, 3, 5]), np.array([1.0, 0, 2, 1, 1])
    columns = np.column_stack([np.ones(5), x, c, c])
    assert _slope_without(columns.T @ columns, columns.T @ (2 * x + 3 * c)) == pytest.approx(2.0, abs=1e-9)
    twice = np.column_stack([np.ones(5), x, 2 * x + 1, c])
    assert np.isnan(_slope_without(twice.T @ twice, twice.T @ c))

"""How strong must something unmeasured be? Against the bias it really makes, and the published example of the E-value."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tolerances import SAME_ARITHMETIC
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.sensitivity import benchmark_hidden, e_value, risk_ratio_of_difference, robustness_value
from valuelib.stats.totals import ClusterTotals, collect_totals


def rows(seed: int = 1, n: int = 400) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    x, hidden = rng.standard_normal((2, n))
    d = (0.6 * x + 0.5 * hidden + rng.standard_normal(n) > 0).astype(int)
    y = 0.7 * d + 0.5 * x + 0.8 * hidden + rng.standard_normal(n)
    return {"account": np.arange(n), "d": d, "x": x, "hidden": hidden, "y": y}


def totals(data: dict[str, np.ndarray], *controls: str) -> ClusterTotals:
    groups = ("comparison", "baseline")
    chosen = {name: data[name] for name in controls}
    return collect_totals(data["account"], 1 - data["d"], data["y"], groups=groups, controls=dict(chosen))


def lift(totals: ClusterTotals) -> float:
    values = estimate_fitted(totals).values
    return float(values[0] - values[1])


def residual(target: np.ndarray, *given_: np.ndarray) -> np.ndarray:
    design = np.column_stack([np.ones(len(target)), *given_])
    left: np.ndarray = target - design @ np.linalg.lstsq(design, target, rcond=None)[0]
    return left


def test_the_bias_formula_gives_the_bias_that_leaving_a_cause_out_really_makes() -> None:
    """The identity behind the bounds: bias = sqrt(R2_y R2_d / (1 - R2_d)) SD(y | d, x) / SD(d | x), exact in any sample."""
    data = rows()
    d, x, hidden, y = (data[name].astype(float) for name in ("d", "x", "hidden", "y"))
    r2_d = 1 - (residual(d, x, hidden) ** 2).sum() / (residual(d, x) ** 2).sum()
    r2_y = 1 - (residual(y, d, x, hidden) ** 2).sum() / (residual(y, d, x) ** 2).sum()
    foretold = (r2_y * r2_d / (1 - r2_d)) ** 0.5 * residual(y, d, x).std() / residual(d, x).std()
    real = lift(totals(data, "x")) - lift(totals(data, "x", "hidden"))
    assert foretold == pytest.approx(real, abs=SAME_ARITHMETIC)


def test_something_of_the_robustness_value_on_both_sides_takes_the_lift_to_zero() -> None:
    data = rows(2)
    summed = totals(data, "x")
    found = robustness_value(summed, lift(summed), 0.3 * lift(summed))
    d, x, y = (data[name].astype(float) for name in ("d", "x", "y"))
    share = found.value
    bias = (share * share / (1 - share)) ** 0.5 * residual(y, d, x).std() / residual(d, x).std()
    assert bias == pytest.approx(lift(summed), rel=1e-9)
    assert 0 < found.limit < found.value < 1


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 100), st.floats(-50, 50), st.floats(0.1, 10))
def test_units_change_no_share(scale: float, shift: float, stretch: float) -> None:
    data = rows(3)
    plain = totals(data, "x")
    other = totals({**data, "y": scale * data["y"] + shift, "x": stretch * data["x"]}, "x")
    a, b = (robustness_value(one, lift(one), 0.5 * lift(one)) for one in (plain, other))
    assert (a.value, a.limit) == pytest.approx((b.value, b.limit), rel=1e-6)
    left = [benchmark_hidden(one, lift(one), {"x": ["x"]})[0] for one in (plain, other)]
    assert left[1].left == pytest.approx(scale * left[0].left, rel=1e-6)


def test_e_values_of_the_paper() -> None:
    assert e_value(3.9) == pytest.approx(7.26, abs=0.005)  # VanderWeele and Ding (2017): risk ratio 3.9, near limit 1.8
    assert e_value(1.8) == pytest.approx(3.0, abs=0.005)
    assert e_value(1 / 3.9) == pytest.approx(e_value(3.9))
    assert e_value(1.0) == 1.0
    assert risk_ratio_of_difference(0.0, 2.0) == 1.0
    assert risk_ratio_of_difference(2.0, 2.0) == pytest.approx(np.exp(0.91))

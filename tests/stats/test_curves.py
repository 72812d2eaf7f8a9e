"""A curve that never falls and a smooth one: by hand, against plain least squares, and where there is none."""

import numpy as np
import pytest

from tests.tolerances import SAME_ARITHMETIC
from valuelib.stats.curves import fit_isotonic, fit_spline
from valuelib.worlds.people import rng_for


def test_a_fall_is_levelled_out_by_the_weighted_mean() -> None:
    # 1, 5, 2 at doses 0, 1, 2: the last two are pooled; with weights 1 and 2 their mean is (5 + 2 * 2) / 3 = 3.
    curve = fit_isotonic([0, 1, 2], [1.0, 5.0, 2.0], [1.0, 1.0, 2.0])
    assert curve.value == pytest.approx([1.0, 3.0, 3.0])
    assert curve.low is None


def test_a_quadratic_truth_is_met_exactly_with_no_band() -> None:
    dose = np.repeat(np.arange(7.0), 6)
    curve = fit_spline(dose, 1 + dose - 0.1 * dose**2, np.ones(42), np.arange(42) // 2)
    assert curve is not None
    assert curve.value == pytest.approx(1 + curve.dose - 0.1 * curve.dose**2, abs=SAME_ARITHMETIC)
    assert curve.low is not None
    assert curve.low == pytest.approx(curve.value, abs=1e-6)


def test_the_band_holds_the_truth_about_as_often_as_it_says() -> None:
    rng, held = rng_for(1, "spline"), []
    for _ in range(150):
        dose, accounts = rng.integers(0, 8, 200).astype(float), np.arange(200) // 4
        y = 0.2 * dose + 0.6 * rng.normal(size=50)[accounts] + rng.normal(size=200)
        curve = fit_spline(dose, y, np.ones(200), accounts)
        assert curve is not None
        assert curve.low is not None
        assert curve.high is not None
        held.append((curve.low <= 0.2 * curve.dose) & (0.2 * curve.dose <= curve.high))
    assert 0.92 < np.mean(held) < 0.98


def test_few_different_doses_have_no_smooth_curve() -> None:
    assert fit_spline([0, 1, 2, 3] * 5, np.arange(20.0), np.ones(20), np.arange(20)) is None

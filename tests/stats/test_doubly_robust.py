"""Reweighting and instruments: right where their assumptions hold, refused where nothing can be fitted."""

import numpy as np
import pytest

from valuelib.errors import ResultError
from valuelib.stats.sensitivity import estimate_2sls, estimate_aipw

EFFECT = 0.5


def rows(seed: int, n: int = 600) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    account = np.sort(rng.integers(0, n // 3, n))
    own, shared = rng.standard_normal(n), rng.standard_normal(n // 3)[account]
    x = 0.6 * shared + 0.8 * own
    exposed = (rng.random(n) < 1 / (1 + np.exp(-0.8 * x))).astype(int)
    y = EFFECT * exposed + 0.7 * x + 0.4 * rng.standard_normal(n // 3)[account] + rng.standard_normal(n)
    return y, exposed, x[:, None], account


def test_aipw_removes_a_measured_confounder_and_holds_its_level() -> None:
    found = [estimate_aipw(*rows(seed)) for seed in range(250)]
    lifts = np.array([one.lift for one in found])
    assert lifts.mean() == pytest.approx(EFFECT, abs=4 * lifts.std() / 250**0.5)
    hits = np.mean([abs(one.lift - EFFECT) <= 1.97 * one.se for one in found])
    assert abs(hits - 0.95) < 4 * (0.95 * 0.05 / 250) ** 0.5
    y, exposed, *_ = rows(1, 20_000)
    assert y[exposed == 1].mean() - y[exposed == 0].mean() > EFFECT + 0.3  # what the raw difference would say


def test_aipw_ignores_the_scale_of_weights() -> None:
    y, exposed, x, account = rows(3)
    weights = np.random.default_rng(5).uniform(0.5, 2, len(y))
    plain, scaled = (estimate_aipw(y, exposed, x, account, weights=k * weights) for k in (1.0, 7.0))
    assert (scaled.lift, scaled.se) == pytest.approx((plain.lift, plain.se), rel=1e-6)
    one, many = estimate_aipw(y, exposed, x, account), estimate_aipw(y, exposed, x, account, weights=np.ones(len(y)))
    assert one == many


def test_too_little_for_cross_fitting_is_refused() -> None:
    y, exposed, x, _ = rows(4, 90)
    with pytest.raises(ResultError, match="accounts"):
        estimate_aipw(y, exposed, x, np.zeros(90))
    with pytest.raises(ResultError, match="too small"):
        estimate_aipw(y, np.arange(90) < 5, x, np.arange(90))


def test_an_instrument_without_anything_to_say_is_refused() -> None:
    y, exposed, x, account = rows(5)
    with pytest.raises(ResultError, match="nothing beside the controls"):
        estimate_2sls(y, exposed, 3 * x[:, 0] + 1, x, account)

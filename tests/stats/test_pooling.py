"""Is the pooled lift right: by hand, by metafor, under changes that must not matter, and how often does it hold the truth?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tolerances import EQUAL_TO_R, SAME_ARITHMETIC
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.pooling import Pooled, estimate_log_ratio, estimate_pooled, find_tau2
from valuelib.stats.totals import collect_totals
from valuelib.worlds.people import rng_for

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "pooling"
CASES: dict[str, dict[str, list[float]]] = json.loads((REFERENCE / "cases.json").read_text(encoding="utf-8"))
PRINTOUT: dict[str, Any] = json.loads((REFERENCE / "printout.json").read_text(encoding="utf-8"))
NAMED_ALIKE = ("k", "value", "se", "low", "high", "low_modified", "high_modified", "q", "q_p", "i2", "new_low", "new_high")
STUDIES = st.lists(st.tuples(st.floats(-60, 60), st.floats(1, 20)), min_size=2, max_size=12)


def pooled(values: Any, ses: Any, level: float = 0.95) -> Pooled:
    found = estimate_pooled(values, ses, level=level)
    assert found is not None
    return found


# ---------------------------------------------------------------------- by hand


def test_two_studies_by_hand():
    """v = 9 each: tau2 = s2 - v = 50 - 9; SE2 = 25 = s2 / k; t(1) = 12.7062."""
    found = pooled([10, 20], [3, 3])
    assert found.value == pytest.approx(15)
    assert found.tau**2 == pytest.approx(41)
    assert found.se == pytest.approx(5)
    assert (found.low, found.high) == pytest.approx((15 - 63.531, 15 + 63.531), abs=1e-3)
    assert (found.new_low, found.new_high) == (None, None)
    assert found.q == pytest.approx(2 * 25 / 9)
    assert found.i2 == pytest.approx(41 / 50)
    assert found.weights == pytest.approx((0.5, 0.5))


def test_three_studies_by_hand():
    """v = 4 each: tau2 = s2 - 4, SE2 = s2 / 3; t(2) = 4.30265 for the mean, t(1) = 12.7062 for a new study."""
    found = pooled([-3, 0, 4], [2, 2, 2])
    s2 = float(np.var([-3, 0, 4], ddof=1))
    assert found.tau**2 == pytest.approx(s2 - 4)
    assert found.high - found.value == pytest.approx(4.302653 * np.sqrt(s2 / 3), rel=1e-6)
    assert found.new_high is not None
    assert found.new_high - found.value == pytest.approx(12.706205 * np.sqrt(s2 - 4 + s2 / 3), rel=1e-6)


def test_studies_alike_leave_no_scatter_and_the_modified_interval_keeps_its_width():
    """Estimates that agree better than chance allows make Hartung-Knapp too sure; the modified interval is the plain t one."""
    found = pooled([12, 12, 12, 12], [4, 4, 4, 4])
    assert (found.tau, found.low, found.high) == (0, 12, 12)
    assert found.high_modified - 12 == pytest.approx(3.182446 * 4 / 2, rel=1e-6)
    assert found.new_high is not None
    assert found.new_high - 12 == pytest.approx(4.302653 * 4 / 2, rel=1e-6)
    assert found.tau_high == 0  # the Q-profile set is empty; metafor says 0, too, and reports leave it out


def test_one_study_is_no_pool():
    assert estimate_pooled([11.0], [3.0]) is None
    assert estimate_pooled([], []) is None


@pytest.mark.parametrize(("values", "ses"), [([1, 2], [1]), ([1, np.nan], [1, 1]), ([1, 2], [1, 0]), ([1, 2], [1, -1])])
def test_what_cannot_be_pooled_is_refused(values: list[float], ses: list[float]):
    with pytest.raises(ValueError, match="stand"):
        estimate_pooled(values, ses)


def test_log_ratio_by_hand():
    """Independent groups: 60 % and 50 % with 3 points each; log 1.2, var = (3 / 60)^2 + (3 / 50)^2."""
    found = estimate_log_ratio(60, 50, 3, 3, np.sqrt(18))
    assert found is not None
    assert (found.value, found.se) == pytest.approx((np.log(1.2), np.hypot(0.05, 0.06)))
    assert estimate_log_ratio(60, 0, 3, 3, 4) is None
    assert estimate_log_ratio(60, 50, 3, 0, 3) is None


def test_log_ratio_knows_the_covariance_of_groups_that_share_accounts():
    """The delta method on the fitted means' own covariance matrix, got back from three printed standard errors only."""
    rng = rng_for(11, "log ratio")
    account = np.repeat(np.arange(60), 4)
    group, control = rng.integers(0, 2, 240), rng.normal(size=240)
    yes = (rng.random(240) < 0.5 + 0.1 * (group == 0) + 0.35 * np.repeat(rng.choice([-1, 1], 60), 4)).astype(float)
    fitted = estimate_fitted(collect_totals(account, group, yes, groups=("c", "b"), controls={"x": control}))
    means, covariance = 100 * fitted.values, 1e4 * fitted.cr2
    gradient = np.array([1 / means[0], -1 / means[1]])
    lift = np.sqrt(np.array([1, -1]) @ covariance @ np.array([1, -1]))
    found = estimate_log_ratio(means[0], means[1], *np.sqrt(np.diag(covariance)), lift)
    assert found is not None
    assert abs(covariance[0, 1]) > 0.5
    assert found.se == pytest.approx(np.sqrt(gradient @ covariance @ gradient), rel=SAME_ARITHMETIC)


# ---------------------------------------------------------------------- another program


@pytest.mark.parametrize("name", CASES)
def test_every_figure_is_that_of_metafor(name: str):
    found, printed = pooled(**CASES[name]), PRINTOUT["cases"][name]
    assert found.method == "REML"
    for field in NAMED_ALIKE:
        said = printed[field] or 0.0
        absent = field.startswith("new_") and found.k < 3
        assert (getattr(found, field) is None) == absent
        assert absent or getattr(found, field) == pytest.approx(said, rel=EQUAL_TO_R, abs=EQUAL_TO_R), field
    for field in ("tau", "tau_low", "tau_high"):
        assert getattr(found, field) ** 2 == pytest.approx(printed[field.replace("tau", "tau2")], rel=EQUAL_TO_R, abs=EQUAL_TO_R)
    assert found.weights == pytest.approx(printed["weights"], rel=EQUAL_TO_R)


def test_the_published_figures_of_the_method_page():
    """Printed to four digits by metafor 3.8.1 before this code was written."""
    found = pooled(**CASES["statistics_md"])
    assert (found.q, found.q_p) == pytest.approx((7.5121, 0.3776), abs=1e-4)
    assert found.tau**2 == pytest.approx(3.9919, abs=1e-4)
    assert (found.value, found.low, found.high) == pytest.approx((15.3366, 8.9156, 21.7576), abs=1e-4)


def test_where_reml_does_not_end_dersimonian_laird_stands_in(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("valuelib.stats.pooling.STEPS", 0)
    found, printed = pooled(**CASES["statistics_md"]), PRINTOUT["cases"]["statistics_md"]
    assert found.method == "DL"
    assert found.tau**2 == pytest.approx(printed["tau2_dl"], rel=EQUAL_TO_R)
    assert found.value == pytest.approx(printed["value_dl"], rel=EQUAL_TO_R)


# ---------------------------------------------------------------------- invariance


@given(STUDIES, st.randoms(use_true_random=False))
def test_the_order_of_studies_changes_nothing(studies: list[tuple[float, float]], chance: Any):
    shuffled = list(studies)
    chance.shuffle(shuffled)
    one, other = (pooled(*zip(*rows, strict=True)) for rows in (studies, shuffled))
    for field in ("value", "low", "high", "tau", "q", "tau_high"):
        assert getattr(other, field) == pytest.approx(getattr(one, field), rel=1e-6, abs=1e-6), field


@given(STUDIES, st.sampled_from([-100.0, -1.0, 0.01, 3.0]), st.floats(-40, 40))
def test_unit_sign_and_origin_go_through(studies: list[tuple[float, float]], scale: float, shift: float):
    values, ses = map(np.array, zip(*studies, strict=True))
    one, other = pooled(values, ses), pooled(scale * (values + shift), abs(scale) * ses)
    ends = sorted((scale * (one.low + shift), scale * (one.high + shift)))
    size = abs(scale) * 1e-6
    assert other.value == pytest.approx(scale * (one.value + shift), rel=1e-6, abs=size)
    assert (other.low, other.high) == pytest.approx(tuple(ends), rel=1e-6, abs=size)
    assert other.tau == pytest.approx(abs(scale) * one.tau, rel=1e-4, abs=abs(scale) * 1e-4)
    assert other.i2 == pytest.approx(one.i2, rel=1e-4, abs=1e-6)


@given(STUDIES)
def test_intervals_hold_what_they_must(studies: list[tuple[float, float]]):
    found = pooled(*zip(*studies, strict=True))
    assert found.low_modified <= found.low <= found.value <= found.high <= found.high_modified
    assert 0 <= found.tau_low <= found.tau_high
    assert 0 <= found.i2 < 1
    assert sum(found.weights) == pytest.approx(1)
    assert found.new_low is None or found.new_low <= found.value


@given(STUDIES)
def test_reml_is_the_maximum_of_the_restricted_likelihood(studies: list[tuple[float, float]]):
    y, se = map(np.array, zip(*studies, strict=True))
    tau2, method = find_tau2(y.astype(float), se.astype(float) ** 2)

    def restricted(at: float) -> float:
        w = 1 / (se**2 + at)
        return float(np.log(w).sum() - np.log(w.sum()) - w @ (y - w @ y / w.sum()) ** 2)

    beside = [tau2 + step for step in (-0.1, 0.1) if tau2 + step >= 0]
    assert method == "REML"
    assert all(restricted(tau2) >= restricted(at) - 1e-9 for at in beside)


# ---------------------------------------------------------------------- coverage


def test_the_mean_is_held_about_as_often_as_promised():
    """Eight studies, tau 6: measured at length in benchmarks/pooling.py; here only far-off code fails."""
    rng = rng_for(3, "pooling coverage")
    hits = np.zeros(2)
    for _ in range(1000):
        se = rng.choice([5.0, 7.0, 9.0, 12.0], 8)
        found = pooled(18 + 6 * rng.standard_normal(8) + se * rng.standard_normal(8), se)
        new = 18 + 6 * rng.standard_normal()
        hits += (found.low <= 18 <= found.high, found.new_low <= new <= found.new_high)  # type: ignore[operator]
    assert 0.92 <= hits[0] / 1000 <= 0.97
    assert 0.85 <= hits[1] / 1000 <= 0.96

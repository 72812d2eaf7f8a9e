"""No kind of interval leaves what is possible or turns upside down, at an end and beyond it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuelib.results import Difference, Group, Ratio
from valuelib.stats.adjust import FittedMeans, estimate_fitted
from valuelib.stats.contrasts import estimate_difference, estimate_ratio, hold_within, is_possible, largest_difference, t_difference
from valuelib.stats.loyalty import BOUNDS, SCALE, Kind, estimate_group
from valuelib.stats.means import Means, estimate_means
from valuelib.stats.missing import interval_of_bounds
from valuelib.stats.totals import collect_totals
from valuelib.verdict.evidence import ContrastMeans
from valuelib.verdict.numbers import contrast_figures

KINDS: tuple[Kind, ...] = ("nps", "rate")
NUMBER = st.floats(-1e6, 1e6)


def figures(kind: Kind, seed: int, left: float, pull: float, accounts: int = 24) -> tuple[Means, Means, ContrastMeans]:
    """Raw and adjusted figures of groups that the control tells apart but for a share `left`, drawn towards an end by `pull`."""
    rng = np.random.default_rng(seed)
    account = np.repeat(np.arange(accounts), 3)
    group = (account % 2).astype(np.int64)
    steep = rng.normal(size=len(account)) + pull * (1 - 2 * group)
    outcome = np.clip(np.round(steep), -1, 1) if kind == "nps" else (steep > 0).astype(float)
    control = group + left * (outcome + rng.normal(size=len(account)))
    totals = collect_totals(account, group, outcome, groups=("comparison", "baseline"), controls={"x": control - control.mean()})
    fitted = estimate_fitted(totals)
    return estimate_means(totals), fitted, ContrastMeans(name="a.b", role="sensitivity", means=fitted, method="", totals=totals)


def assert_upright(one: Difference | Ratio | Group | None, low: float = -math.inf, high: float = math.inf) -> None:
    assert one is not None
    for pair in ("ci_low", "ci_high"), ("ci_low_adjusted", "ci_high_adjusted"):
        first, last = (getattr(one, name, None) for name in pair)
        if first is not None and last is not None:
            assert low <= first <= last <= high


@settings(max_examples=60)
@given(
    kind=st.sampled_from(KINDS), seed=st.integers(0, 10_000), left=st.sampled_from([1e-4, 1e-3, 0.03, 0.3]), pull=st.floats(-3, 3)
)
def test_every_interval_of_a_contrast_stays_upright_within_its_ends(kind: Kind, seed: int, left: float, pull: float) -> None:
    raw, fitted, contrast = figures(kind, seed, left, pull)
    ends, most = [SCALE[kind] * one for one in BOUNDS[kind]], SCALE[kind] * largest_difference(kind)
    for means in (raw, fitted):
        assert_upright(estimate_difference(means, kind=kind, level=0.95, adjusted_level=0.99), -most, most)
        assert_upright(estimate_ratio(means, kind=kind, level=0.95, adjusted_level=0.99), 0.0 if kind == "rate" else -math.inf)
    for index in (0, 1):
        assert_upright(estimate_group(raw, index, kind=kind), *ends)
    shown = contrast_figures(contrast, kind=kind, level=0.95, simultaneous=0.99)
    assert_upright(shown.difference, -most, most)
    for group in (shown.comparison, shown.baseline):
        assert_upright(group, *ends)


@given(value=NUMBER, se=st.floats(0, 1e6), df=st.floats(1, 1e3), level=st.floats(0.5, 0.999), kind=st.sampled_from(KINDS))
def test_a_plain_interval_stands_at_the_end_that_it_has_passed(
    value: float, se: float, df: float, level: float, kind: Kind
) -> None:
    most = largest_difference(kind)
    found = t_difference(value, se, df, level=level, scale=SCALE[kind], most=most)
    assert_upright(found, -SCALE[kind] * most, SCALE[kind] * most)
    if is_possible(value, kind):
        held = min(max(value, -most), most)
        assert found.ci_low <= SCALE[kind] * held <= found.ci_high


@given(low=NUMBER, width=st.floats(0, 1e6), se=st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), df=st.floats(1, 1e3))
def test_bounds_stay_upright_too(low: float, width: float, se: tuple[float, float], df: float) -> None:
    first, last = hold_within(*interval_of_bounds(low, low + width, se, df, level=0.95), 2.0)
    assert -2.0 <= first <= last <= 2.0


@pytest.mark.parametrize("kind", KINDS)
def test_a_lift_is_possible_up_to_the_end_and_not_beyond(kind: Kind) -> None:
    most = largest_difference(kind)
    assert [is_possible(one, kind) for one in (most, -most, most + 1e-6, -most - 1e-6)] == [True, True, False, False]
    assert is_possible(1e9, "mean")


def test_a_fit_can_leave_the_possible_range_so_that_the_ends_are_tried() -> None:
    """Guards the property above: with hardly anything left of the groups some fits lie far outside."""
    lifts = []
    for seed in range(20):
        _, fitted, _ = figures("nps", seed, 1e-3, 0.0)
        assert isinstance(fitted, FittedMeans)
        lifts.append(float(fitted.values[0] - fitted.values[1]))
    assert any(not is_possible(one, "nps") for one in lifts)

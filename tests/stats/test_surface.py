"""The response surface: exact on a quadratic, blind to units, and turned round when the two views change places."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelib.errors import ResultError
from valuelib.stats.curves import Surface, estimate_surface
from valuelib.stats.totals import collect_totals
from valuelib.worlds.people import rng_for

RNG = rng_for(1, "surface")
ACCOUNTS = np.repeat(np.arange(60), 2)
X = RNG.uniform(2, 10, 120)
Y = np.repeat(RNG.uniform(2, 10, 60), 2)


def fitted(z: np.ndarray, x: np.ndarray = X, y: np.ndarray = Y, centre: float = 6.0) -> Surface:
    found = estimate_surface(x, y, z, ACCOUNTS, centre=centre)
    assert found is not None
    return found


def test_an_exact_surface_comes_back() -> None:
    # z = 1 + 2x' + 3y' + 0.5x'^2 - x'y' + 0.25y'^2 around 6: a1 = 5, a2 = -0.25, a3 = -1, a4 = 1.75
    a, b = X - 6, Y - 6
    found = fitted(1 + 2 * a + 3 * b + 0.5 * a**2 - a * b + 0.25 * b**2)
    values = [found.combine(name).value for name in ("a1", "a2", "a3", "a4")]
    assert values == pytest.approx([5, -0.25, -1, 1.75], abs=1e-8)
    assert found.at(6, 6).value == pytest.approx(1, abs=1e-8)
    assert found.heights(8, 8) == pytest.approx(1 + 5 * 2 - 0.25 * 4, abs=1e-8)


def test_the_two_sides_changing_places_turns_a3_and_leaves_the_rest() -> None:
    z = X + 0.1 * Y * X + RNG.normal(0, 1, 120)
    one, other = fitted(z), fitted(z, Y, X)
    for name, sign in (("a1", 1), ("a2", 1), ("a3", -1), ("a4", 1)):
        a, b = one.combine(name), other.combine(name)
        assert (a.value, a.se, a.df) == pytest.approx((sign * b.value, b.se, b.df), rel=1e-6)


@given(k=st.floats(0.1, 20), shift=st.floats(-5, 5))
def test_units_scale_as_they_should(k: float, shift: float) -> None:
    z = X - 0.2 * (X - Y) ** 2 + rng_for(2, "noise").normal(0, 1, 120)
    plain, scaled = fitted(z), fitted(k * z + shift)
    stretched = fitted(z, k * X, k * Y, centre=6 * k)
    assert scaled.combine("a4").value == pytest.approx(k * plain.combine("a4").value, rel=1e-6)
    assert stretched.combine("a4").value == pytest.approx(plain.combine("a4").value / k**2, rel=1e-6)


def test_views_that_cannot_be_told_apart_have_no_surface() -> None:
    assert estimate_surface(X, X, X, ACCOUNTS) is None
    assert estimate_surface(X[:10], Y[:10], X[:10], ACCOUNTS[:10]) is None


def test_the_interval_of_a4_holds_its_level_at_100_dyads() -> None:
    rng, hits, reps = rng_for(3, "coverage"), 0, 400
    for _ in range(reps):
        c, p = rng.normal(6.5, 1.2, 100), rng.normal(6.8, 1.2, 100)
        a = np.repeat(np.arange(100), 3)
        z = 0.3 * (c + p)[a] / 2 - 0.15 * (c - p)[a] ** 2 + rng.normal(0, 0.7, 100)[a] + rng.normal(0, 1, 300)
        surface = estimate_surface(c[a], p[a], z, a)
        assert surface is not None
        found = surface.combine("a4")
        hits += abs(found.value - -0.6) <= 1.985 * found.se
    assert abs(hits / reps - 0.95) < 4 * np.sqrt(0.95 * 0.05 / reps)


def test_degrees_of_freedom_do_not_depend_on_what_the_views_are_called_or_on_the_centre() -> None:
    z = X - 0.2 * (X - Y) ** 2 + rng_for(4, "df").normal(0, 1, 120)
    one, other = fitted(z).combine("a4"), fitted(z, centre=5.0).combine("a4")
    assert one.df == pytest.approx(other.df, rel=1e-6)
    assert 4 < one.df < 59


def test_a_control_may_not_be_called_like_the_outcome() -> None:
    with pytest.raises(ResultError, match="rename the control y"):
        collect_totals([1, 2], [0, 0], [1.0, 2.0], groups=("all",), controls={"y": [1.0, 2.0]})

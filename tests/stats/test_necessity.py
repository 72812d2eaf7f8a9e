"""Necessary condition analysis: by hand, against R, by what must not matter, and by how often chance and ceilings fool it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuelib.stats.necessity import bottleneck, effects, estimate_necessity, find_peers, rising_together

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "necessity"
PRINTED: dict[str, Any] = json.loads((REFERENCE / "printout.json").read_text(encoding="utf-8"))["cases"]
CLOSE = 1e-9


def points(name: str) -> tuple[np.ndarray, np.ndarray]:
    frame = pd.read_csv(REFERENCE / f"{name}.csv")
    return frame["x"].to_numpy(float), frame["y"].to_numpy(float)


def test_four_points_by_hand() -> None:
    """Corners (0, 1), (2, 3), (4, 4) in a scope of 4 by 4: steps leave 2 * 3 + 2 * 1 of 16; the line is 1.1667 + 0.75 x."""
    x, y = np.array([0.0, 2.0, 4.0, 3.0]), np.array([1.0, 3.0, 4.0, 0.0])
    step, line = estimate_necessity(x, y, seed=1, permutations=20) or ()
    assert find_peers(x, y) == ((0.0, 1.0), (2.0, 3.0), (4.0, 4.0))
    assert (step.effect, step.zone, step.accuracy) == (0.5, 8.0, 1.0)
    assert (line.slope, line.intercept) == pytest.approx((0.75, 7 / 6))
    end = (4 - 7 / 6) / 0.75  # where the line reaches the top
    assert line.zone == pytest.approx((4 - 7 / 6) * end / 2)
    assert line.accuracy == 0.75  # (2, 3) lies above 2.67
    assert step.required(4.0, find_peers(x, y)) == 4.0
    assert step.required(1.0, find_peers(x, y)) is None
    assert line.required(3.0) == pytest.approx((3 - 7 / 6) / 0.75)


@pytest.mark.parametrize("name", PRINTED)
def test_ceilings_are_those_of_r(name: str) -> None:
    x, y = points(name)
    step, line = estimate_necessity(x, y, seed=1, permutations=20) or ()
    told = PRINTED[name]
    assert find_peers(x, y) == tuple((one["x"], one["y"]) for one in told["corners"])
    assert (step.effect, step.zone) == pytest.approx((told["ce_d"], told["ce_zone"]), abs=CLOSE)
    assert (line.effect, line.zone) == pytest.approx((told["cr_d"], told["cr_zone"]), abs=CLOSE)
    assert (line.slope, line.intercept) == pytest.approx((told["slope"], told["intercept"]), abs=CLOSE)
    assert line.accuracy == pytest.approx(told["accuracy"], abs=CLOSE)
    levels = tuple(told["levels"])
    for found, needed in ((step, told["need_ce"]), (line, told["need_cr"])):
        assert [one or -1.0 for one in bottleneck(found, find_peers(x, y), levels)] == pytest.approx(
            [one or -1.0 for one in needed], abs=1e-7
        )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 40))
def test_order_units_and_a_shift_change_nothing(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = np.round(rng.normal(6, 2, n)), np.round(rng.normal(6, 2, n))
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return
    order = rng.permutation(n)
    one = estimate_necessity(x, y, seed=1, permutations=10) or ()
    for other in (
        estimate_necessity(x[order], y[order], seed=1, permutations=10) or (),
        estimate_necessity(10 * x - 3, 0.1 * y + 7, seed=1, permutations=10) or (),
        estimate_necessity(np.append(x, x), np.append(y, y), seed=1, permutations=10) or (),  # every point twice
    ):
        assert [found.effect for found in one] == pytest.approx([found.effect for found in other], abs=1e-9)
    assert all(0 <= found.effect <= 1 for found in one)


def test_a_point_in_the_corner_takes_all_and_one_in_the_middle_nothing() -> None:
    x, y = points("needed")
    plain = estimate_necessity(x, y, seed=1, permutations=10) or ()
    beside = estimate_necessity(np.append(x, x.mean()), np.append(y, y.min()), seed=1, permutations=10) or ()
    corner = estimate_necessity(np.append(x, x.min()), np.append(y, y.max()), seed=1, permutations=10) or ()
    assert [one.effect for one in plain] == [one.effect for one in beside]
    assert [one.effect for one in corner] == [0.0, 0.0]


def test_what_does_not_vary_has_no_corner() -> None:
    assert estimate_necessity(np.full(5, 3.0), np.arange(5.0), seed=1) is None
    assert estimate_necessity(np.arange(5.0), np.full(5, 3.0), seed=1) is None


def test_the_same_seed_gives_the_same_test_and_a_falling_line_no_corner() -> None:
    x, y = points("whole")
    assert estimate_necessity(x, y, seed=3, permutations=50) == estimate_necessity(x, y, seed=3, permutations=50)
    assert effects(np.array([0.0, 1.0, 2.0]), np.array([[2.0, 1.0, 0.0]]))[1].tolist() == [0.0]


@pytest.mark.parametrize("made", ["plain", "half at the top", "five answers"])
def test_unrelated_points_pass_the_test_as_seldom_as_it_says(made: str) -> None:
    """Ceiling effects, ties and few levels leave the level alone: permuted data have them as well. 200 samples at 2.5 %."""
    shown = 0
    for sample in range(200):
        rng = np.random.default_rng(sample)
        x, y = rng.normal(6.5, 2.0, (2, 60))
        if made == "half at the top":
            x, y = (np.where(rng.random(60) < 0.5, 10.0, one) for one in (x, y))
        if made == "five answers":
            x, y = np.round(np.clip(x / 2, 1, 5)), np.round(np.clip(y / 2, 1, 5))
        found = estimate_necessity(x, y, seed=sample, permutations=200) or ()
        shown += all(one.p_value <= 0.025 for one in found)
    assert shown <= 12


def test_a_planted_need_is_told_from_merely_rising_together() -> None:
    needed = together = 0
    for sample in range(30):
        rng = np.random.default_rng(sample)
        x, y = rng.normal(6.5, 1.8, (2, 150))
        for capped in (True, False):
            outcome = np.minimum(y, 3 + 0.8 * x) if capped else 0.6 * x + 0.8 * y
            found = estimate_necessity(x, outcome, seed=sample, permutations=200) or ()
            limits = [np.quantile(one, 0.975) for one in rising_together(x, outcome, seed=sample, draws=200)]
            beyond = all(one.effect > limit for one, limit in zip(found, limits, strict=True))
            needed += capped and beyond
            together += not capped and beyond
    assert needed >= 24
    assert together <= 3

"""Total minus net lift: by hand, against clubSandwich and full matrices, under changes that must not matter, and its level."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtr

from tests.reference import brute_force
from tests.tolerances import EQUAL_TO_R, EXACT, SAME_ARITHMETIC
from valuelib.errors import ResultError
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.joint import joint_difference
from valuelib.stats.means import Means, PickedMeans, estimate_means
from valuelib.stats.totals import collect_totals

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
PRINTED: dict[str, Any] = json.loads((REFERENCE / "joint" / "printout.json").read_text(encoding="utf-8"))["cases"]
GROUPS = ("comparison", "baseline")
Rows = dict[str, np.ndarray]


def pair(rows: Rows) -> tuple[Means, Means]:
    """Total on all rows of a group, net of x on those that are `rated`."""
    shared: dict[str, Any] = {"groups": GROUPS, "weights": rows["weight"]}
    total = collect_totals(rows["account"], rows["code"], rows["y"], **shared)
    rated = np.where(rows["rated"], rows["code"], -1)
    net = collect_totals(rows["account"], rated, rows["y"], controls={"x": rows["x"]}, **shared)
    return estimate_means(total), estimate_fitted(net)


def case(name: str) -> tuple[brute_force.Rows, Rows]:
    rows = brute_force.read_case(REFERENCE / "cases" / f"{name}.csv")
    rated = np.arange(1, rows.y.size + 1) % 19 != 0
    return rows, {
        "account": rows.account,
        "code": (1 - rows.exposure).astype(int),
        "y": rows.y,
        "x": rows.x1,
        "weight": rows.weight,
        "rated": rated,
    }


def draw(seed: int, *, accounts: int = 40, slope: float = 0.6, weighted: bool = True) -> Rows:
    """Unequal accounts, whole in one group or mixed, a control that goes with the score but not with the group; 95 % rated."""
    rng = np.random.default_rng(seed)
    account = np.repeat(np.arange(accounts), rng.choice([1, 2, 3, 5, 8], accounts))
    shared, n = rng.standard_normal((2, accounts))[:, account], account.size
    x = 0.5 * shared[0] + rng.standard_normal(n)
    latent = slope * x + 0.5 * shared[1] + rng.standard_normal(n)
    code = (rng.random(accounts) < 0.6).astype(int)[account]
    moved = rng.random(n) < 0.3
    code = np.where(moved, rng.integers(0, 2, n), code)
    weight = rng.uniform(0.4, 2.5, n) if weighted else np.ones(n)
    y = (latent > 0.3).astype(float) - (latent < -0.9)
    return {"account": account, "code": code, "y": y, "x": x, "weight": weight, "rated": rng.random(n) < 0.95}


def test_by_hand() -> None:
    """Comparison 4 | 0, baseline 1 | 1, 4: without the last answer the lift is 1 instead of 0, and only C and D tell of it.

    C: (1 - 2) / 3 / sqrt(1 - 1/3) = -sqrt(1/6); D: (1 + 4 - 4) / 3 / sqrt(1 - 2/3) = sqrt(1/3); V = 1/6 + 1/3. In the net mean
    both lie on it.
    """
    accounts, y = list("ABCDD"), [4, 0, 1, 1, 4]
    total = estimate_means(collect_totals(accounts, [0, 0, 1, 1, 1], y, groups=GROUPS))
    net = estimate_means(collect_totals(accounts, [0, 0, 1, 1, -1], y, groups=GROUPS))
    value, se, _ = joint_difference(total, net)
    assert [value, se] == pytest.approx([-1.0, 0.5**0.5], abs=EXACT)


@pytest.mark.parametrize("name", PRINTED)
def test_equals_clubsandwich_and_full_matrices(name: str) -> None:
    rows, ours = case(name)
    value, se, df = joint_difference(*pair(ours))
    assert [value, se] == pytest.approx([PRINTED[name]["value"], PRINTED[name]["se"]], rel=EQUAL_TO_R, abs=EQUAL_TO_R)
    ones, keep = np.ones(rows.y.size), ours["rated"]
    total = brute_force.fit(np.column_stack([ones, rows.exposure]), rows.y, rows.weight, rows.account)
    design = np.column_stack([ones, rows.exposure, rows.x1])[keep]
    net = brute_force.fit(design, rows.y[keep], rows.weight[keep], rows.account[keep])
    forms = np.array([0.0, 1.0]), np.array([0.0, 1.0, 0.0])
    expected = brute_force.joint_df(total, net, forms, keep, [str(one) for one in rows.exposure])
    assert df == pytest.approx(expected, rel=EQUAL_TO_R)


@pytest.mark.parametrize("name", ["reg_whole", "reg_mixed_weighted", "nps_few_weighted"])
def test_scores_make_the_covariance(name: str) -> None:
    for means in pair(case(name)[1]):
        assert means.scores.shape == (2, len(means.accounts))
        assert means.scores @ means.scores.T == pytest.approx(means.cr2, rel=SAME_ARITHMETIC)
        swapped = PickedMeans(means, (1, 0))
        assert np.array_equal(swapped.scores, means.scores[::-1])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), factor=st.floats(0.01, 100))
def test_what_must_not_matter(seed: int, factor: float) -> None:
    rows = draw(seed)
    found = joint_difference(*pair(rows))
    order = np.random.default_rng(seed).permutation(rows["y"].size)
    shuffled = {name: column[order] for name, column in rows.items()}
    for other in (shuffled, rows | {"weight": factor * rows["weight"]}, rows | {"x": factor * rows["x"] + 3.0}):
        assert joint_difference(*pair(other)) == pytest.approx(found, rel=1e-6)
    turned = joint_difference(*pair(rows | {"code": 1 - rows["code"]}))
    assert turned == pytest.approx((-found[0], found[1], found[2]), rel=1e-6)
    picked = joint_difference(*(PickedMeans(means, (1, 0)) for means in pair(rows | {"code": 1 - rows["code"]})))
    assert picked == pytest.approx(found, rel=1e-6)


def test_totals_merged_from_two_files() -> None:
    rows = draw(5)
    half = rows["account"] % 2 == 0
    parts = []
    for used in (half, ~half):
        own = {name: column[used] for name, column in rows.items()}
        shared: dict[str, Any] = {"groups": GROUPS, "weights": own["weight"]}
        codes = np.where(own["rated"], own["code"], -1)
        total = collect_totals(own["account"], own["code"], own["y"], **shared)
        parts.append((total, collect_totals(own["account"], codes, own["y"], controls={"x": own["x"]}, **shared)))
    total, net = (first.merge(second) for first, second in zip(*parts, strict=True))
    assert joint_difference(estimate_means(total), estimate_fitted(net)) == pytest.approx(joint_difference(*pair(rows)), rel=1e-9)


def test_weights_of_one_are_no_weights() -> None:
    rows = draw(11, weighted=False)
    nearly = rows | {"weight": rows["weight"] * (1 + 1e-9 * (rows["account"] % 2))}  # takes the weighted path
    assert joint_difference(*pair(rows)) == pytest.approx(joint_difference(*pair(nearly)), rel=1e-6)


def test_one_estimate_twice_differs_by_nothing() -> None:
    rows = draw(3)
    totals = collect_totals(rows["account"], rows["code"], rows["y"], groups=GROUPS, weights=rows["weight"])
    for net in (estimate_means(totals), estimate_fitted(totals)):
        value, se, df = joint_difference(estimate_means(totals), net)
        assert (value, se) == (0.0, 0.0)
        assert df >= 1


def test_refuses_what_is_not_one_study() -> None:
    rows = draw(4)
    total, net = pair(rows)
    fewer = pair({name: column[rows["account"] != 0] for name, column in rows.items()})[1]
    with pytest.raises(ResultError, match="40 and 39 accounts"):
        joint_difference(total, fewer)
    some = collect_totals(rows["account"], np.where(rows["x"] > 0, -1, rows["code"]), rows["y"], groups=GROUPS)
    with pytest.raises(ResultError, match="answers that the total does not have"):
        joint_difference(estimate_means(some), net)


def test_a_total_with_controls_of_its_own_takes_the_smaller_df() -> None:
    """The stacked working model knows the rows of a total without controls only; the smaller df of the two is on the safe side."""
    rows = draw(3)
    net = estimate_fitted(collect_totals(rows["account"], rows["code"], rows["y"], groups=GROUPS, controls={"x": rows["x"]}))
    value, se, df = joint_difference(net, net)
    assert (value, se, df) == (0.0, 0.0, net.df([1.0, -1.0]))


@pytest.mark.parametrize("slope", [0.2, 0.8])
def test_level_where_total_and_net_agree_in_expectation(slope: float) -> None:
    """At most 5 % but for chance: 400 samples of 30 accounts, 3 standard errors."""
    found = [joint_difference(*pair(draw(7000 + seed, accounts=30, slope=slope, weighted=False))) for seed in range(400)]
    rejected = np.mean([2 * stdtr(df, -abs(value) / se) <= 0.05 for value, se, df in found])
    assert rejected <= 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5

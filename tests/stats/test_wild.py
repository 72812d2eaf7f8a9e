"""The wild cluster bootstrap: by hand, against wildboottest and refits of whole samples, and where it has nothing to go by."""

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tolerances import EQUAL_TO_R, SAME_ARITHMETIC
from valuelib.errors import ResultError
from valuelib.stats.totals import ClusterTotals, collect_totals
from valuelib.stats.wild import POINTS, WildTest, wild_cluster_test, wild_statistics

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
PRINTED: dict[str, Any] = json.loads((REFERENCE / "wild" / "printout.json").read_text(encoding="utf-8"))["cases"]
GROUPS = ("comparison", "baseline")
KINDS = [(case, controls, kind) for case, runs in PRINTED.items() for controls, told in runs.items() for kind in told]


def case(name: str, controls: str) -> ClusterTotals:
    rows = pd.read_csv(REFERENCE / "cases" / f"{name}.csv", keep_default_na=False)
    held = {"x1": rows["x1"]} if controls == "True" else None
    return collect_totals(rows["account"], 1 - rows["exposure"], rows["y"], groups=GROUPS, controls=held, weights=rows["weight"])


def draw(seed: int, clusters: int = 12) -> dict[str, np.ndarray]:
    """Some clusters in one group, some in both; some answers in neither."""
    rng = np.random.default_rng(seed)
    account = np.repeat([f"T{g:02d}" for g in range(clusters)], rng.integers(1, 9, clusters))
    shared = dict(zip(np.unique(account), rng.standard_normal(clusters), strict=True))
    x, n = rng.standard_normal((2, account.size)), account.size
    whole = np.unique(account, return_inverse=True)[1] % 2
    code = np.where(rng.random(n) < 0.5, rng.integers(0, 2, n), whole)
    code = np.where(rng.random(n) < 0.1, -1, code)
    latent = 0.5 * x[0] + 0.5 * np.array([shared[name] for name in account]) + rng.standard_normal(n)
    y = (latent > 0.3).astype(float) - (latent < -0.9)
    return {"account": account, "code": code, "y": y, "x0": x[0], "x1": x[1], "weight": rng.uniform(0.3, 3.0, n)}


def collected(rows: dict[str, np.ndarray]) -> ClusterTotals:
    held = {name: rows[name] for name in ("x0", "x1")}
    return collect_totals(rows["account"], rows["code"], rows["y"], groups=GROUPS, controls=held, weights=rows["weight"])


def test_by_hand() -> None:
    """Comparison 3 | 1, baseline 1 | -1, a cluster each: restricted residuals 2, 0, 0, -2, so only two signs count.

    As drawn the lift is 2 and its variance 4 / 4 = 1, with both signs turned -2, else 0: a quarter of samples reaches t = 2.
    """
    totals = collect_totals(list("ABCD"), [0, 0, 1, 1], [3, 1, 1, -1], groups=GROUPS)
    assert wild_statistics(totals, np.ones((1, 4)))[0] == pytest.approx(2.0, rel=SAME_ARITHMETIC)
    assert wild_cluster_test(totals, seed=1, weights="rademacher") == WildTest(0.25, 1.0, clusters=4, draws=16)


@pytest.mark.parametrize(("name", "controls", "kind"), KINDS)
def test_equals_wildboottest(name: str, controls: str, kind: Any) -> None:
    theirs, totals = PRINTED[name][controls][kind], case(name, controls)
    found = wild_cluster_test(totals, seed=3, weights=kind)
    if kind == "rademacher":
        assert found.draws == theirs["draws"]
        assert (found.p_no_lift, found.p_opposite) == (theirs["at_least"] / found.draws, theirs["at_most"] / found.draws)
        return
    multipliers = POINTS["webb"][np.array([list(digits) for digits in theirs["multipliers"]], dtype=int)]
    t, samples = wild_statistics(totals, multipliers)
    assert t == pytest.approx(theirs["t"], rel=EQUAL_TO_R)
    assert samples == pytest.approx(np.array(theirs["t_boot"]), rel=EQUAL_TO_R)
    error = (0.25 / found.draws) ** 0.5
    assert (found.p_no_lift, found.p_opposite) == pytest.approx((theirs["p"][">"], theirs["p"]["<"]), abs=4 * error)


def test_equals_refits_of_whole_samples() -> None:
    rows = draw(8)
    used = rows["code"] >= 0
    y, w = rows["y"][used], rows["weight"][used]
    names, account = np.unique(rows["account"][used], return_inverse=True)
    x = np.column_stack([np.ones(y.size), rows["code"][used] == 0, rows["x0"][used], rows["x1"][used]]).astype(float)

    def t_of(values: np.ndarray) -> float:
        bread = np.linalg.inv(x.T @ (w[:, None] * x))
        beta = bread @ x.T @ (w * values)
        error = w * (values - x @ beta)
        scores = np.array([x[account == g].T @ error[account == g] for g in range(names.size)]) @ bread[1]
        return float(beta[1] / np.sqrt(scores @ scores))

    null = x[:, [0, 2, 3]]
    fitted = null @ np.linalg.solve(null.T @ (w[:, None] * null), null.T @ (w * y))
    multipliers = np.random.default_rng(1).choice(POINTS["webb"], (25, names.size))
    t, samples = wild_statistics(collected(rows), multipliers)
    assert t == pytest.approx(t_of(y), rel=EQUAL_TO_R)
    assert samples == pytest.approx([t_of(fitted + v[account] * (y - fitted)) for v in multipliers], rel=EQUAL_TO_R)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), factor=st.floats(0.01, 100))
def test_what_must_not_matter(seed: int, factor: float) -> None:
    rows = draw(seed)
    found = wild_cluster_test(collected(rows), draws=499, seed=4)
    order = np.random.default_rng(seed).permutation(rows["y"].size)
    for other in (
        {name: column[order] for name, column in rows.items()},
        rows | {"weight": factor * rows["weight"]},
        rows | {"y": factor * rows["y"] + 2.0},
        rows | {"x0": factor * rows["x0"] - rows["x1"]},
    ):
        assert wild_cluster_test(collected(other), draws=499, seed=4) == found
    turned = wild_cluster_test(collected(rows | {"code": np.where(rows["code"] < 0, -1, 1 - rows["code"])}), draws=499, seed=4)
    assert turned == replace(found, p_no_lift=found.p_opposite, p_opposite=found.p_no_lift)


def test_clusters_without_an_answer_in_the_groups_and_merged_files() -> None:
    rows = draw(2)
    whole = collected(rows)
    found = wild_cluster_test(whole, draws=999, seed=4)
    half = np.arange(rows["y"].size) % 2 == 0
    merged = collected({n: c[half] for n, c in rows.items()}).merge(collected({n: c[~half] for n, c in rows.items()}))
    assert wild_cluster_test(merged, draws=999, seed=4) == found
    nobody = {name: np.append(column[:1], column) for name, column in rows.items()}
    nobody["account"][0], nobody["code"][0] = "A", -1
    assert len(collected(nobody).accounts) == len(whole.accounts) + 1
    assert wild_cluster_test(collected(nobody), draws=999, seed=4) == found


def test_seed_decides() -> None:
    totals = collected(draw(6))
    first, again, other = (wild_cluster_test(totals, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert first.p_no_lift == pytest.approx(other.p_no_lift, abs=0.03)
    assert first.p_no_lift + first.p_opposite >= 1


def test_p_is_never_zero_and_ties_count() -> None:
    apart = collect_totals(np.arange(40), np.arange(40) % 2, np.arange(40) % 2, groups=GROUPS)
    found = wild_cluster_test(apart, draws=199, seed=1)
    assert (found.p_no_lift, found.p_opposite) == (1.0, 1 / 200)
    same = collect_totals(np.arange(12), np.arange(12) % 2, np.ones(12), groups=GROUPS)
    flat = wild_cluster_test(same, draws=99, seed=1)
    assert (flat.p_no_lift, flat.p_opposite) == (1.0, 1.0)


def test_a_cluster_a_group_shows_nothing() -> None:
    totals = collect_totals(["A", "A", "B", "B"], [0, 0, 1, 1], [1, 1, -1, 0], groups=GROUPS)
    found = wild_cluster_test(totals, seed=1)
    assert min(found.p_no_lift, found.p_opposite) > 0.4


def test_refusals() -> None:
    rows = draw(1)
    with pytest.raises(ResultError, match="two groups with answers"):
        wild_cluster_test(collected(rows | {"code": np.zeros_like(rows["code"])}), seed=1)
    with pytest.raises(ResultError, match="linearly dependent"):
        wild_cluster_test(collected(rows | {"x0": rows["code"] == 0}), seed=1)


def test_fast() -> None:
    totals = collected(draw(3, clusters=30))
    took = []
    for _ in range(5):
        start = time.process_time()
        wild_cluster_test(totals, seed=1)
        took.append(time.process_time() - start)
    assert min(took) < 0.1

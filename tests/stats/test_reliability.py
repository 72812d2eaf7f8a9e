"""Alpha, omega, Spearman-Brown and HTMT: by hand, against base R, by what must not matter, and by coverage."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.reliability import Cell, measure_cell, rounded_covariance, true_coefficients
from tests.tolerances import EXACT, SAME_ARITHMETIC, SAME_OPTIMUM
from valuelib.stats.reliability import (
    Coefficient,
    NoOmega,
    clustered_se,
    estimate_alpha,
    estimate_htmt,
    estimate_omega,
    estimate_omega_hierarchical,
    estimate_spearman_brown,
    fit_one_factor,
)
from valuelib.stats.totals import Floats
from valuelib.worlds.people import rng_for

REFERENCE = Path(__file__).resolve().parents[1] / "reference"


def answers(n: int = 90, items: int = 4, step: str = "reliability") -> tuple[Floats, Floats]:
    """Items with one factor, and accounts of three respondents each."""
    rng = rng_for(1, step)
    factor = rng.normal(size=(n, 1))
    return factor * np.linspace(0.5, 0.9, items) + 0.6 * rng.normal(size=(n, items)), np.arange(n) // 3


def some(found: Coefficient | NoOmega | None) -> Coefficient:
    assert isinstance(found, Coefficient)
    return found


def test_alpha_by_hand_and_where_it_has_no_meaning() -> None:
    # Two items a, b over ten rows: alpha = 2 (1 - (var a + var b) / var(a + b)) = 4 cov / var of the sum.
    a, b = np.arange(10.0), np.array([1.0, 0, 3, 2, 5, 4, 7, 6, 9, 8])
    alone = np.arange(10)
    found = some(estimate_alpha(np.column_stack([a, b]), alone))
    assert found.value == pytest.approx(4 * np.cov(a, b)[0, 1] / np.var(a + b, ddof=1))
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    assert estimate_alpha(a[:, None], alone) is None
    assert estimate_alpha(np.ones((20, 3)), np.arange(20)) is None
    assert estimate_alpha(np.column_stack([a, b])[:9], alone[:9]) is None


def test_the_influences_of_alpha_are_those_of_leaving_rows_out() -> None:
    x, accounts = answers()
    found = some(estimate_alpha(x, accounts))
    left = [some(estimate_alpha(x[accounts != one], accounts[accounts != one])).value for one in range(30)]
    jackknife = float(np.sqrt(29 / 30 * ((np.array(left) - np.mean(left)) ** 2).sum()))
    assert found.high is not None
    reach = np.log((1 - found.value) / (1 - found.high))
    t = 2.0452296  # quantile .975 of Student's t with 29 degrees of freedom: accounts of equal size
    assert reach / t * (1 - found.value) == pytest.approx(jackknife, rel=0.05)


def test_spearman_brown_by_hand_and_as_alpha_of_standardised_items() -> None:
    x, accounts = answers(items=2)
    r = float(np.corrcoef(x.T)[0, 1])
    found = some(estimate_spearman_brown(x, accounts))
    assert found.value == pytest.approx(2 * r / (1 + r), abs=EXACT)
    standard = some(estimate_alpha((x - x.mean(axis=0)) / x.std(axis=0), accounts))
    assert found.value == pytest.approx(standard.value, abs=SAME_ARITHMETIC)
    assert estimate_spearman_brown(answers(items=3)[0], accounts) is None


def test_omega_equals_factanal_of_base_r() -> None:
    theirs = json.loads((REFERENCE / "printouts" / "omega_items.json").read_text(encoding="utf-8"))
    items = pd.read_csv(REFERENCE / "cases" / "alpha_items.csv").filter(like="item").to_numpy(float)
    rows = np.arange(len(items))
    complete = items[np.isfinite(items).all(axis=1)]
    ours = some(estimate_omega(items, rows))
    assert (ours.n, ours.value) == (theirs["complete"], pytest.approx(theirs["omega"], abs=SAME_OPTIMUM))
    fitted = fit_one_factor(np.cov(complete.T))
    assert fitted is not None
    assert fitted.unique / complete.var(axis=0, ddof=1) == pytest.approx(theirs["uniquenesses"], abs=SAME_OPTIMUM)
    for index, value in enumerate(theirs["omega_without"].values()):
        without = some(estimate_omega(np.delete(complete, index, axis=1), np.arange(len(complete))))
        assert without.value == pytest.approx(value, abs=SAME_OPTIMUM)


def test_a_true_one_factor_covariance_gives_its_loadings_back() -> None:
    loadings, unique = np.array([0.4, 1.2, 0.7, 2.0]), np.array([1.0, 0.3, 0.8, 2.5])
    fitted = fit_one_factor(np.outer(loadings, loadings) + np.diag(unique))
    assert fitted is not None
    assert fitted.loadings == pytest.approx(loadings, abs=SAME_OPTIMUM)
    assert fitted.unique == pytest.approx(unique, abs=SAME_OPTIMUM)


def test_omega_is_withheld_where_one_item_would_hold_no_error() -> None:
    # r12 r13 / r23 = .8 * .8 / .4 > 1: the first item's loading would exceed one.
    assert fit_one_factor(np.array([[1, 0.8, 0.8], [0.8, 1, 0.4], [0.8, 0.4, 1.0]])) is None
    x, accounts = answers(items=2)
    assert estimate_omega(x, accounts) == NoOmega("few_items")
    assert estimate_omega(answers(n=8, items=4)[0], np.arange(8)) == NoOmega("few_rows")


def test_what_is_peculiar_to_a_category_is_not_common() -> None:
    # Sums of 3 items: general loading 3 * .6, so (9 * .6)^2 over the variance of the sum of all nine.
    general, peculiar = 0.6, 0.4
    rng = rng_for(1, "categories")
    n = 6000
    x = general * rng.normal(size=(n, 1)) + peculiar * np.repeat(rng.normal(size=(n, 3)), 3, axis=1)
    x = x + np.sqrt(1 - general**2 - peculiar**2) * rng.normal(size=(n, 9))
    total = (9 * general) ** 2 + 3 * (3 * peculiar) ** 2 + 9 * (1 - general**2 - peculiar**2)
    named = np.repeat(["a", "b", "c"], 3)
    shared = some(estimate_omega_hierarchical(x, named, np.arange(n)))
    assert shared.value == pytest.approx((9 * general) ** 2 / total, abs=0.02)
    assert some(estimate_omega(x, np.arange(n))).value > shared.value + 0.05


def test_htmt_by_hand_and_where_it_has_no_meaning() -> None:
    x, accounts = answers(items=4)
    r = np.corrcoef(x.T)
    between = r[:2, 2:].mean()
    found = some(estimate_htmt(x[:, :2], x[:, 2:], accounts))
    assert found.value == pytest.approx(between / np.sqrt(r[0, 1] * r[2, 3]), abs=SAME_ARITHMETIC)
    assert (found.items, found.n, found.accounts) == (4, 90, 30)
    assert estimate_htmt(x[:, :1], x[:, 2:], accounts) is None
    assert estimate_htmt(np.column_stack([x[:, 0], -x[:, 0]]), x[:, 2:], accounts) is None


def test_gaps_cost_htmt_their_own_pairs_only() -> None:
    x, accounts = answers(items=4)
    gaps = x.copy()
    gaps[:20, 0] = np.nan
    pairs = pd.DataFrame(gaps).corr().to_numpy()
    found = some(estimate_htmt(gaps[:, :2], gaps[:, 2:], accounts))
    assert found.value == pytest.approx(pairs[:2, 2:].mean() / np.sqrt(pairs[0, 1] * pairs[2, 3]), abs=SAME_ARITHMETIC)
    assert found.n == 90


def test_too_few_accounts_give_a_figure_without_an_interval() -> None:
    x, _ = answers()
    found = some(estimate_alpha(x, np.arange(90) % 2))
    assert (found.low, found.high, found.accounts) == (None, None, 2)
    assert clustered_se(np.ones(4), np.array([0, 0, 1, 1])) is None


@settings(deadline=None)  # each example searches a maximum of a likelihood: how long that takes is the machine's
@given(st.permutations(range(30)), st.floats(0.1, 50), st.floats(-5, 5))
def test_order_names_and_scale_change_nothing(order: list[int], scale: float, shift: float) -> None:
    x, accounts = answers()
    renamed = np.array(order)[accounts.astype(int)]
    rows = np.argsort(renamed, kind="stable")
    moved, cluster = scale * x[rows] + shift, renamed[rows]
    for estimate in (estimate_alpha, estimate_omega):
        one, other = some(estimate(x, accounts)), some(estimate(moved, cluster))
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high), abs=SAME_OPTIMUM)
    one, other = some(estimate_htmt(x[:, :2], x[:, 2:], accounts)), some(estimate_htmt(moved[:, :2], moved[:, 2:], cluster))
    assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high), abs=SAME_ARITHMETIC)


def test_rounding_takes_the_share_of_a_covariance_that_the_series_says() -> None:
    latent = np.array([[1.0, 0.5], [0.5, 1.0]])
    covariance = rounded_covariance(latent)
    z = rng_for(1, "rounding").multivariate_normal([0, 0], latent, size=200_000)
    drawn = np.cov(np.clip(np.round(6.5 + 2.2 * z), 0, 10).T)
    assert covariance == pytest.approx(drawn, rel=0.02)
    assert (
        true_coefficients("9 items in 3 categories")["omega-hierarchical"] < true_coefficients("9 items in 3 categories")["alpha"]
    )


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    rows = pd.DataFrame(measure_cell(Cell("4 items, unequal", 150, 0.4), reps=300)).set_index("quantity")
    covered = rows["covered"] / rows["given"]
    assert set(rows.index) == {"alpha", "alpha, Feldt's interval", "omega"}
    assert (rows["given"] >= 285).all()
    assert covered[["alpha", "omega"]].between(0.90, 0.985).all()

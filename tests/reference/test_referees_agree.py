"""Do the two referees, R's packages and the formulas typed out, say the same? Then the package may be held against either."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from tests.reference import brute_force as bf
from tests.reference import make_cases

HERE = Path(__file__).parent
AGREE = 1e-8
CASES = sorted(make_cases.ALL)


def agree(found: Any, printed: Any) -> None:
    """Equal to AGREE, relative or absolute."""
    np.testing.assert_allclose(np.asarray(found, float), np.asarray(printed, float), rtol=AGREE, atol=AGREE)


def load(case: str) -> tuple[bf.Rows, dict[str, Any]]:
    """The rows of a case and what R printed for it."""
    return bf.read_case(HERE / "cases" / f"{case}.csv"), json.loads((HERE / "printouts" / f"{case}.json").read_text("utf-8"))


def check_two_means(model: bf.Fit, at: bf.Array, printed: dict[str, Any]) -> None:
    """Means, joint covariance, df, contrasts and Fieller set of two linear forms against a printout."""
    means, joint, sigma = at @ model.coef, at @ bf.cr2(model) @ at.T, bf.working_iid(model)
    agree(means, printed["means"])
    agree(joint, printed["vcov"])
    agree([bf.satterthwaite_df(model, form, sigma) for form in at], printed["df"])
    agree(printed["contrasts"]["point_ratio"]["r"], means[0] / means[1])
    for contrast in printed["contrasts"].values():
        form = at[0] - contrast["r"] * at[1]
        se = math.sqrt(form @ bf.cr2(model) @ form)
        agree([form @ model.coef, se, bf.satterthwaite_df(model, form, sigma)], [contrast[key] for key in ("value", "se", "df")])
    ratio = printed["fieller"]
    t = stats.t.ppf((1 + ratio["level"]) / 2, printed["contrasts"]["point_ratio"]["df"])
    found = bf.fieller(means[0], means[1], joint, t)
    assert found.kind == ratio["set"]
    assert (found.limits is None) == (ratio["limits"] is None)
    agree(found.limits or (), ratio["limits"] or ())


@pytest.mark.parametrize("case", CASES)
def test_group_means_and_their_ratio(case: str) -> None:
    """CR2, Satterthwaite df and Fieller of high and low equal clubSandwich."""
    rows, printed = load(case)
    check_two_means(bf.fit_groups(rows), np.eye(2), printed["groups"])


@pytest.mark.parametrize("case", CASES)
def test_linearisation_counts_every_account(case: str) -> None:
    """Linearised covariances equal those of survey."""
    rows, printed = load(case)
    survey, accounts, model = printed["survey"], printed["counts"]["accounts"], bf.fit_groups(rows)
    variance = bf.taylor(model, accounts)
    agree(model.coef, survey["means"])
    agree(variance, survey["vcov"])
    difference = np.array([1.0, -1.0])
    agree(math.sqrt(difference @ variance @ difference), survey["difference"]["se"])
    slope = np.array([1, -model.coef[0] / model.coef[1]]) / model.coef[1]
    agree(math.sqrt(slope @ variance @ slope), survey["ratio_delta"]["se"])
    overall = bf.fit_single(rows)
    agree([overall.coef[0], math.sqrt(bf.taylor(overall, accounts)[0, 0])], [survey["overall"]["value"], survey["overall"]["se"]])


@pytest.mark.parametrize("case", CASES)
def test_single_mean(case: str) -> None:
    """The mean of all rows equals clubSandwich."""
    rows, printed = load(case)
    model, single = bf.fit_single(rows), printed["single"]
    df = bf.satterthwaite_df(model, np.ones(1), bf.working_iid(model))
    agree([model.coef[0], math.sqrt(bf.cr2(model)[0, 0]), df], [single["mean"], single["se"], single["df"]])


@pytest.mark.parametrize("case", CASES)
def test_regression_and_adjusted_means(case: str) -> None:
    """Coefficients, R2 and fitted values at exposure 1 and 0 equal lm and clubSandwich."""
    rows, printed = load(case)
    model, regression = bf.fit_regression(rows), printed["regression"]
    agree(model.coef, regression["coef"])
    agree(bf.cr2(model), regression["vcov"])
    agree([bf.satterthwaite_df(model, form, bf.working_iid(model)) for form in np.eye(3)], regression["df"])
    agree(model.r2, regression["r2"])
    check_two_means(model, bf.adjusted_forms(rows), regression["adjusted"])


@pytest.mark.parametrize("case", ["nps_mixed", "nps_weighted", "nps_one_each"])
def test_accounts_in_neither_group_count_only_in_the_linearisation(case: str) -> None:
    """CR2 knows no G: leaving out or adding accounts without a group changes nothing."""
    rows, printed = load(case)
    n = len(rows.y)
    extra = bf.Rows(
        *(
            np.concatenate([column, column[: n // 4]])
            for column in (rows.account, rows.y, rows.group, rows.weight, rows.x1, rows.exposure)
        )
    )
    extra.group[n:], extra.account[n:] = "", np.char.add("B", rows.account[: n // 4])[:]
    agree(bf.cr2(bf.fit_groups(extra)), printed["groups"]["vcov"])


def test_rho_by_hand() -> None:
    """Mean 0, s^2 = 10/4; pairs: A 1*2, B -1*-2, so 2(2 + 2) over 4 pairs, over the mean square: (8/4) / (10/4) = 0.8."""
    model = bf.fit(np.ones((4, 1)), np.array([1.0, 2.0, -1.0, -2.0]), np.ones(4), np.array(["A", "A", "B", "B"]))
    assert bf.working_correlation(model, ["all"] * 4) == pytest.approx(0.8)
    expected = 2.5 * np.array([[1, 0.8, 0, 0], [0.8, 1, 0, 0], [0, 0, 1, 0.8], [0, 0, 0.8, 1]])
    np.testing.assert_allclose(bf.working_rho(model, ["all"] * 4), expected)


def test_rho_by_hand_with_weights_and_two_strata() -> None:
    """Weighted s^2 are 2 and 1, so e = r2, -1/r2 and 1, -1, 1, -1; (3 r2 - 2) over 6 places, over the mean square 6.5/6."""
    design = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 1], [0, 1]], float)
    y, weight = np.array([2.0, -1, 1, -1, 1, -1]), np.array([1.0, 2, 1, 1, 1, 1])
    model = bf.fit(design, y, weight, np.array(["A", "B", "A", "B", "C", "C"]))
    strata = ["high", "high", "low", "low", "low", "low"]
    np.testing.assert_allclose(bf.stratum_sd(model, strata) ** 2, [2, 2, 1, 1, 1, 1])
    assert bf.working_correlation(model, strata) == pytest.approx((3 * math.sqrt(2) - 2) / 6.5)


def test_inverse_root_leaves_out_directions_without_spread() -> None:
    """Eigenvalues 2 and 0: only the first has an inverse root."""
    np.testing.assert_allclose(bf.inverse_root(np.array([[1.0, -1], [-1, 1]])), np.array([[1, -1], [-1, 1]]) / (2 * math.sqrt(2)))


@pytest.mark.parametrize(("y", "expected"), [([1.0, -1.0, 1.0, -1.0], 0.0), ([1.0, 1.0, -1.0, -1.0], 0.9)])
def test_rho_is_clipped(y: list[float], expected: float) -> None:
    """A negative correlation counts as none, a full one as 0.9."""
    model = bf.fit(np.ones((4, 1)), np.array(y), np.ones(4), np.array(["A", "A", "B", "B"]))
    assert bf.working_correlation(model, ["all"] * 4) == expected


@pytest.mark.parametrize("case", ["nps_mixed", "nps_neither_weighted", "nps_few_weighted"])
def test_df_with_rho_is_what_simulated_variances_show(case: str) -> None:
    """2 E(V)^2 / Var(V) of CR2 variances from errors drawn with the working covariance, for the contrast high - 1.6 low."""
    rows, _ = load(case)
    model, form = bf.fit_groups(rows), np.array([1.0, -1.6])
    sigma = bf.working_rho(model, rows.inside().group.tolist())
    draws = np.linalg.cholesky(sigma) @ np.random.default_rng(1).normal(size=(sigma.shape[0], 40_000))
    variances = ((bf.account_forms(model, form) @ draws) ** 2).sum(axis=0)
    simulated = 2 * variances.mean() ** 2 / variances.var()
    assert bf.satterthwaite_df(model, form, sigma) == pytest.approx(simulated, rel=0.06)


def test_cases_are_what_the_script_writes(tmp_path: Path) -> None:
    """The kept CSV files are the bytes of `make_cases.py`."""
    make_cases.write_cases(tmp_path)
    written, kept = ({path.name: path.read_bytes() for path in folder.glob("*.csv")} for folder in (tmp_path, HERE / "cases"))
    assert written == kept


def test_alpha_from_the_average_covariance() -> None:
    """By alpha = k c / (v + (k - 1) c) with v and c the mean variance and covariance: another road than the one in alpha.R."""
    printed = json.loads((HERE / "printouts" / "alpha_items.json").read_text("utf-8"))
    items = np.genfromtxt(HERE / "cases" / "alpha_items.csv", delimiter=",", skip_header=1)
    complete = items[~np.isnan(items).any(axis=1)]
    assert (len(items), len(complete)) == (printed["rows"], printed["complete"])

    def alpha(columns: list[int]) -> float:
        c, k = np.cov(complete[:, columns].T), len(columns)
        between = (c.sum() - np.trace(c)) / (k * (k - 1))
        return float(k * between / (np.trace(c) / k + (k - 1) * between))

    agree(alpha([0, 1, 2, 3, 4]), printed["alpha"])
    agree([alpha([i for i in range(5) if i != left]) for left in range(5)], list(printed["alpha_without"].values()))
    agree(alpha([0, 1]), printed["alpha_two_items"])

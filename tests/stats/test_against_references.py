"""Group figures, regression and alpha must equal R (survey, clubSandwich, base R) and the formulas typed out."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.reference import brute_force
from tests.tolerances import EQUAL_TO_R
from valuelib.stats.adjust import FittedMeans, estimate_fitted
from valuelib.stats.contrasts import contrast, estimate_difference, fieller_set
from valuelib.stats.means import GroupMeans, estimate_means
from valuelib.stats.reliability import estimate_alpha
from valuelib.stats.totals import ClusterTotals, collect_totals

HERE = Path(__file__).resolve().parents[1] / "reference"
APART = ("alpha_items", "omega_items", "drivers")  # printouts of other estimators, held by tests of their own
CASES = sorted(path.stem for path in (HERE / "printouts").glob("*.json") if path.stem not in APART)
GROUPS = ("high", "low")


def printout(case: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((HERE / "printouts" / f"{case}.json").read_text(encoding="utf-8"))
    return loaded


def totals(case: str, **options: Any) -> ClusterTotals:
    rows = pd.read_csv(HERE / "cases" / f"{case}.csv", keep_default_na=False)
    codes = rows["group"].map({"high": 0, "low": 1, "": -1})
    controls = {"x1": rows["x1"] - 0.5} if options.get("regression") else None
    if options.get("regression"):
        codes = 1 - rows["exposure"]
    if options.get("single"):
        codes = pd.Series(0, index=rows.index)
    names = ("all",) if options.get("single") else GROUPS
    return collect_totals(rows["account"], codes, rows["y"], groups=names, controls=controls, weights=rows["weight"])


def close(ours: Any, theirs: Any) -> None:
    assert np.asarray(ours, dtype=float) == pytest.approx(np.asarray(theirs, dtype=float), rel=EQUAL_TO_R, abs=EQUAL_TO_R)


@pytest.mark.parametrize("case", CASES)
def test_linearised_figures_equal_survey(case: str) -> None:
    theirs, ours = printout(case)["survey"], estimate_means(totals(case))
    close(ours.values, theirs["means"])
    close(ours.linearised, theirs["vcov"])
    close(estimate_difference(ours, kind="mean").se_linearised, theirs["difference"]["se"])
    close(estimate_means(totals(case, single=True)).linearised[0, 0] ** 0.5, theirs["overall"]["se"])


def check_pair(ours: GroupMeans | FittedMeans, theirs: dict[str, Any]) -> None:
    close(ours.values, theirs["means"])
    close(ours.cr2, theirs["vcov"])
    close([ours.df(row, working="iid") for row in np.eye(2)], theirs["df"])
    for told in theirs["contrasts"].values():
        value, se, _ = contrast(ours, told["r"])
        close([value, se, ours.df([1.0, -told["r"]], working="iid")], [told["value"], told["se"], told["df"]])


@pytest.mark.parametrize("case", CASES)
def test_cr2_of_group_means_equals_clubsandwich(case: str) -> None:
    check_pair(estimate_means(totals(case)), printout(case)["groups"])


@pytest.mark.parametrize("case", CASES)
def test_cr2_of_the_overall_mean_equals_clubsandwich(case: str) -> None:
    theirs, ours = printout(case)["single"], estimate_means(totals(case, single=True))
    close([ours.values[0], ours.cr2[0, 0] ** 0.5, ours.df([1.0], working="iid")], [theirs["mean"], theirs["se"], theirs["df"]])


@pytest.mark.parametrize("case", CASES)
def test_regression_equals_clubsandwich(case: str) -> None:
    theirs, ours = printout(case)["regression"], estimate_fitted(totals(case, regression=True))
    check_pair(ours, theirs["adjusted"])
    close([ours.coefficients[2], ours.r2], [theirs["coef"][2], theirs["r2"]])
    close(ours.coefficient_df([1, -1, 0], working="iid"), theirs["df"][1])


@pytest.mark.parametrize("case", CASES)
def test_df_with_working_correlation_equal_the_formulas_typed_out(case: str) -> None:
    rows = brute_force.read_case(HERE / "cases" / f"{case}.csv")
    inside = rows.inside()
    model, strata = brute_force.fit_groups(inside), inside.group.tolist()
    for r in (1.0, 1.6):
        theirs = brute_force.satterthwaite_df(model, np.array([1.0, -r]), brute_force.working_rho(model, strata))
        close(estimate_means(totals(case)).df([1.0, -r]), theirs)
    fitted, strata = brute_force.fit_regression(rows), [str(value) for value in rows.exposure.tolist()]
    theirs = brute_force.satterthwaite_df(fitted, np.array([0.0, 1.0, 0.0]), brute_force.working_rho(fitted, strata))
    close(estimate_fitted(totals(case, regression=True)).df([1.0, -1.0]), theirs)


@pytest.mark.parametrize("case", CASES)
def test_fieller_set_equals_the_formulas_typed_out(case: str) -> None:
    inside = brute_force.read_case(HERE / "cases" / f"{case}.csv").inside()
    ours, told = estimate_means(totals(case)), printout(case)["groups"]["fieller"]
    # The printout uses the df without working correlation; the shipped set uses the clustered one, so both are held to one referee.
    t = float(brute_force_t(ours, told["level"]))
    theirs = brute_force.fieller(*ours.values, brute_force.cr2(brute_force.fit_groups(inside)), t)
    kind, roots = fieller_set(ours, told["level"])
    assert kind == theirs.kind
    close(roots or (), theirs.limits or ())


def brute_force_t(ours: GroupMeans, level: float) -> float:
    return float(stats.t.ppf((1 + level) / 2, ours.df([1.0, -ours.values[0] / ours.values[1]])))


@pytest.mark.parametrize("case", CASES)
def test_regression_without_controls_is_the_group_means(case: str) -> None:
    means, fitted = estimate_means(totals(case)), estimate_fitted(totals(case))
    close(fitted.values, means.values)
    close(fitted.cr2, means.cr2)
    close(fitted.linearised, means.linearised)
    close(fitted.df([1, -1.6]), means.df([1, -1.6]))


def test_alpha_equals_base_r() -> None:
    items = pd.read_csv(HERE / "cases" / "alpha_items.csv")
    theirs = printout("alpha_items")
    columns = [name for name in items.columns if name.startswith("item")]
    ours = estimate_alpha(items[columns], items.index)
    assert ours is not None
    assert ours.n == theirs["complete"]
    close(ours.value, theirs["alpha"])
    complete = items[columns].dropna()
    pair = estimate_alpha(complete.iloc[:, :2], complete.index)
    assert pair is not None
    close(pair.value, theirs["alpha_two_items"])

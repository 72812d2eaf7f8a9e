"""What the chapter on many studies pools by hand equals what the library says."""

from pathlib import Path
from typing import Any

import pytest
from statsmodels.stats.meta_analysis import combine_effects

from tests.notebooks.chapters import NOTEBOOKS, run_cells
from tests.tolerances import SAME_ARITHMETIC, SAME_OPTIMUM
from valuelib.explore.pooling import explore_portfolio
from valuelib.output.portfolio import build_portfolio, read_portfolio
from valuelib.stats.pooling import Pooled, estimate_pooled

FOLDER = NOTEBOOKS.parent / "data" / "portfolio"


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells("portfolio", skip=("ch.done",))


@pytest.fixture(scope="module")
def ours(told: dict[str, Any]) -> Pooled:
    found = estimate_pooled(told["like"].value, told["like"].se)
    assert found is not None
    return found


def test_the_studies_pooled_are_those_of_the_library(told: dict[str, Any]) -> None:
    portfolio = explore_portfolio(read_portfolio(told["studies"]))
    pool = next(entry for entry in portfolio.claims if told["claim"] in entry.claims).pools[0]
    assert {one.study: one.value for one in pool.contributions} == told["like"].value.to_dict()


def test_the_mean_and_its_interval_by_hand_are_those_of_the_library(told: dict[str, Any]) -> None:
    table = told["table"]
    columns = ["estimate", "conf_low", "conf_high"]
    by_hand = table.loc["random, REML", columns].to_dict()
    assert by_hand == pytest.approx(table.loc["vl.pool", columns].to_dict(), rel=SAME_OPTIMUM)


def test_scatter_and_range_by_hand_are_those_of_the_library(told: dict[str, Any], ours: Pooled) -> None:
    assert told["tau2"] ** 0.5 == pytest.approx(ours.tau, rel=1e-4)  # a flat likelihood, searched without its slope
    new = told["forest"].loc["a new client"]
    assert (new.low, new.high) == pytest.approx((ours.new_low, ours.new_high), rel=1e-4)


def test_moments_are_those_of_statsmodels_and_every_client_is_left_out_once(told: dict[str, Any]) -> None:
    like = told["like"]
    mean = combine_effects(like.value.to_numpy(), like.v.to_numpy(), method_re="chi2").mean_effect_re
    assert told["ways"]["random, moments"]["estimate"] == pytest.approx(mean, rel=SAME_ARITHMETIC)
    assert len(told["without"]) == len(told["like"])


@pytest.mark.parametrize("names", [("kaarna",), ("kaarna", "vaahtera"), ("louhi", "tuohi")])
def test_a_few_studies_make_a_report_too(names: tuple[str, ...], tmp_path: Path) -> None:
    made = build_portfolio([FOLDER / name for name in names], language="en", out=tmp_path / "out")
    assert made is not None

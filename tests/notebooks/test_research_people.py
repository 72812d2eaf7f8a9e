"""What the chapter on people works out by hand equals what the library says; teams without an effect and few teams run through."""

from typing import Any

import matplotlib.pyplot as plt
import pytest

import valuelib as vl
from tests.notebooks.chapters import run_cells
from tests.notebooks.test_research import run
from tests.tolerances import SAME_ARITHMETIC


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells("12_people")


def test_agreement_by_hand_is_the_librarys(told: dict[str, Any]) -> None:
    agreement = told["agreement"]
    assert len(agreement) == 4
    assert agreement["by hand"].to_numpy() == pytest.approx(agreement.estimate.to_numpy(), rel=SAME_ARITHMETIC)


def test_one_row_a_team_and_a_row_a_customer_give_one_slope_and_the_adjusted_one_is_ours(told: dict[str, Any]) -> None:
    ladder, ours = told["ladder"], told["ours"]
    assert ladder.estimate.iloc[:3].to_numpy() == pytest.approx(ladder.estimate.iloc[0], rel=SAME_ARITHMETIC)
    assert ladder.estimate["by team, adjusted"] == pytest.approx(ours.estimate["people.link"], rel=SAME_ARITHMETIC)
    assert ladder.estimate["by team, adjusted"] == pytest.approx(told["work"].to_frame().estimate[0], rel=SAME_ARITHMETIC)
    assert told["corrected"] == pytest.approx(ours.estimate["people.link_corrected"], rel=SAME_ARITHMETIC)
    assert ladder.n["by team, adjusted"] == ours.n["people.link"]
    assert ladder.n["one row a team"] == ours.n_clusters["people.link"]


def test_counting_customers_is_too_sure(told: dict[str, Any]) -> None:
    width = told["ladder"].conf_high - told["ladder"].conf_low
    assert width.idxmin() == "customers, each alone"
    assert told["alarms"] > 0.15  # promised: one in twenty
    assert told["by_lot"] < 0.05


def test_fewer_people_flatten_the_slope_and_the_correction_mends_it(told: dict[str, Any]) -> None:
    fewer = told["fewer"]
    few, most = fewer[min(fewer)], fewer[max(fewer)]
    assert few["slope"] < most["slope"]
    assert few["ICC(2)"] < most["ICC(2)"]
    assert few["corrected"] == pytest.approx(most["corrected"], rel=0.1)


@pytest.mark.parametrize(
    "truth",
    [
        {"team_effect": 0.0},
        {"respondents": 40, "accounts": 20, "teams": 4, "staff_per_team": 5},
        {"respondents": 30, "accounts": 30, "teams": 10},
    ],
    ids=["no effect of teams", "four teams", "few customers a team"],
)
def test_other_worlds_stop_no_cell_and_show_no_small_team(truth: dict[str, Any]) -> None:
    plt.switch_backend("agg")
    names = run("12_people", vl.simulate("made-up", seed=3, **truth))
    assert (names["shown"].n >= names["smallest"]).all()
    assert (names["staff"].groupby("team").size() >= names["smallest"]).all()
    assert len(names["ladder"]) == 4

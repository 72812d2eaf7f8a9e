"""What the chapter on the pyramid works out by hand equals what the library says, and thin studies run through."""

from typing import Any

import matplotlib.pyplot as plt
import pytest

from tests.clients import client, study_of
from tests.notebooks.chapters import run_cells
from tests.notebooks.test_research import made_up, run, without
from tests.tolerances import SAME_ARITHMETIC
from valuelib.study.model import Study
from valuelib.worlds.truth import Truth

SAME_FIT = 1e-6  # two programs that look for the same maximum of a likelihood stop a little apart


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells("02_value_pyramid")


def test_a_constant_gives_our_tier_means(told: dict[str, Any]) -> None:
    plain, ours = told["plain"], told["ours"]
    assert len(plain) == 5
    assert plain.estimate.to_numpy() == pytest.approx(ours.estimate.to_numpy(float), rel=SAME_ARITHMETIC)
    assert list(plain.n) == list(ours.n)
    assert ((ours.conf_low < plain.conf_low) & (plain.conf_high < ours.conf_high)).all()  # CR2 is a little wider


def test_alpha_omega_and_htmt_by_hand_are_the_librarys(told: dict[str, Any]) -> None:
    by_hand, library, apart = told["by_hand"], told["library"].astype(float), told["apart"].astype(float)
    assert by_hand.loc["alpha"].to_dict() == pytest.approx(library.loc["alpha"].to_dict(), rel=SAME_ARITHMETIC)
    assert by_hand.loc["omega"].to_dict() == pytest.approx(library.loc["omega"].to_dict(), rel=SAME_FIT)
    assert len(apart) == 10
    assert apart["by hand"].to_numpy() == pytest.approx(apart["valuelib"].to_numpy(), rel=SAME_ARITHMETIC)


def test_more_items_give_more_high_ratings_and_silent_critics_better_means(told: dict[str, Any]) -> None:
    high = [figures["one rated high, %"] for figures in told["by_items"].values()]
    assert high == sorted(high)
    assert high[-1] > 1.5 * high[0]
    assert all(told["gone"][tier] > mean for tier, mean in told["plain"].estimate.items())


def test_alpha_does_not_prove_a_tier_and_htmt_finds_none(told: dict[str, Any]) -> None:
    assert told["made"].min() > 0.7
    assert told["traces"]["alpha, one"] > 0.7
    assert told["traces"]["HTMT"] == pytest.approx(1, abs=0.05)


def thin_studies() -> dict[str, Study]:
    answers = made_up()
    higher = {"columns": {"vision": "v", "hope": "h", "network_expansion": "n"}, "scale": [0, 10]}
    return {
        "only elements": study_of(without(answers, "nps", "offering", "marker", "adjust.", "segment."), exposure=None),
        "three elements": study_of(answers, elements=higher),
        "one element": study_of(answers, elements={"columns": {"vision": "v"}, "scale": [0, 10]}),
        "twelve answers": study_of(made_up(respondents=12, accounts=4)),
        "no effect": client(Truth(respondents=150, accounts=50, halo=0.0)),
    }


@pytest.mark.parametrize("about", ["only elements", "three elements", "one element", "twelve answers", "no effect"])
def test_a_thin_study_stops_no_cell_and_shows_no_small_group(about: str) -> None:
    plt.switch_backend("agg")
    names = run("02_value_pyramid", thin_studies()[about])
    assert (names["ranked"]["size"] >= names["smallest"]).all()
    assert len(names["plain"]) > 0

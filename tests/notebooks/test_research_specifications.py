"""Every specification that the chapter calculates by a formula is one of the library's, with the same lift."""

from typing import Any

import pandas as pd
import pytest

import valuelib as vl
from tests.notebooks.chapters import run_cells
from tests.tolerances import SAME_ARITHMETIC

CHOICES = ["rule", "cut", "coding", "adjustment", "waves"]


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return run_cells("06_specifications", skip=("ch.show", "vl.simulate", "exchanged("))


def ways_of(curve: pd.DataFrame) -> pd.Series:
    chosen = curve.exposure.str.split(" ", expand=True).set_axis(["rule", "cut"], axis="columns")
    return curve.join(chosen).set_index(CHOICES).estimate


@pytest.mark.parametrize(("outcome", "frame", "n"), [("recommend", "curve", 160), ("repurchase", "renewed", 40)])
def test_each_way_is_one_of_the_librarys(told: dict[str, Any], outcome: str, frame: str, n: int) -> None:
    every = vl.specifications(told["ch"].study, outcome).of.to_frame()
    ours = every[every.level == "respondents"].set_index(CHOICES).estimate
    ways = ways_of(told[frame])
    assert len(ways) == n
    assert ways.to_numpy() == pytest.approx(ours[ways.index].to_numpy(), rel=SAME_ARITHMETIC)


def test_the_primary_way_gives_the_library_s_figure_for_what_was_bought(told: dict[str, Any]) -> None:
    (by_formula,), (of_the_library,) = told["primary"].estimate, told["ours"].estimate
    assert by_formula == pytest.approx(of_the_library, rel=SAME_ARITHMETIC)

"""Do raked weights give the population's shares, keep under their limit, and agree with R?"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelib.stats.raking import design_effect, rake

KEPT = Path(__file__).parents[1] / "reference" / "raking"
SHARES = [[0.5, 0.3, 0.2], [0.6, 0.4]]


@pytest.mark.parametrize(("name", "based"), [("plain", False), ("based", True)])
def test_weights_and_design_effect_are_those_of_r(name: str, based: bool) -> None:
    case, told = pd.read_csv(KEPT / "case.csv"), json.loads((KEPT / "printout.json").read_text(encoding="utf-8"))
    raked = rake([case["industry"], case["size"]], SHARES, case["base"] if based else None, limit=np.inf)
    np.testing.assert_allclose(raked.weight, told[name], rtol=1e-7)
    assert raked.design_effect == pytest.approx(told[f"{name}_deff"], rel=1e-7)


def test_one_margin_is_the_share_over_the_share() -> None:
    raked = rake([[0, 0, 0, 1]], [[0.25, 0.75]])
    assert raked.weight.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 3.0])
    assert (raked.trimmed, raked.off) == (0, pytest.approx(0.0, abs=1e-9))
    assert raked.design_effect == pytest.approx(4 * (3 / 9 + 9) / 16)


def test_a_weight_above_the_limit_is_cut_and_what_that_leaves_is_told() -> None:
    """One in twenty stands for half of the population: its weight would be ten times the mean."""
    raked = rake([[*([0] * 19), 1]], [[0.5, 0.5]], limit=4.0)
    assert raked.weight.max() == pytest.approx(4.0)
    assert raked.weight.mean() == pytest.approx(1.0)
    assert raked.trimmed == 1
    assert raked.off > 0.2


units = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=30)


@given(units, st.randoms(use_true_random=False))
def test_order_of_units_and_scale_of_base_do_not_matter(drawn: list[tuple[int, int]], chance: np.random.Generator) -> None:
    rows = [*drawn, *((one, other) for one in range(3) for other in range(2))]  # every combination is there
    order = list(range(len(rows)))
    chance.shuffle(order)
    first = rake(list(zip(*rows, strict=True)), SHARES, np.full(len(rows), 1.0), limit=np.inf)
    second = rake(list(zip(*(rows[at] for at in order), strict=True)), SHARES, np.full(len(rows), 7.0), limit=np.inf)
    np.testing.assert_allclose(first.weight[order], second.weight, rtol=1e-6)
    assert first.off < 1e-9
    assert design_effect(first.weight) >= 1 - 1e-12

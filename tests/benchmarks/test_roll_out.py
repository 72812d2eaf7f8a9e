"""The page on roll-outs: set from the kept counts, and what it promises."""

import pandas as pd

from benchmarks.__main__ import DOCS, KEPT
from benchmarks.page import replace_table
from benchmarks.parts import ROLL_OUT
from benchmarks.roll_out import WORLDS, table_roll_out

KEPT_CELLS = pd.read_csv(KEPT / ROLL_OUT)


def test_the_page_is_that_of_the_kept_samples() -> None:
    text = (DOCS / "roll-out.md").read_text(encoding="utf-8")
    assert replace_table(text, "roll-out", table_roll_out(KEPT_CELLS)) == text


def test_intervals_hold_without_bias_and_null_worlds_stay_quiet() -> None:
    """A common move of all bends at the end of the scale, which the page tells; elsewhere the bias is that of simulation."""
    moved = KEPT_CELLS["world"].isin([world.name for world in WORLDS if world.time])
    assert (KEPT_CELLS[~moved]["bias_pts"].abs() <= 3 * KEPT_CELLS[~moved]["error_pts"]).all()
    assert KEPT_CELLS[moved]["bias_pts"].abs().max() < 2
    assert KEPT_CELLS["covered"].between(0.93, 0.97).all()
    null = KEPT_CELLS["world"].isin([world.name for world in WORLDS if world.is_null])
    assert null.sum() == 10
    assert KEPT_CELLS[null]["lift_shown"].max() <= 0.05

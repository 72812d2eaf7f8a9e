"""What the chapter on the roll-out finds by one weighted regression equals what the library says, with and without dates."""

import pytest

from tests.notebooks.chapters import run_cells
from tests.tolerances import SAME_ARITHMETIC
from tests.verdict.roll_outs import World, roll_out


@pytest.mark.parametrize("dated", [True, False])
def test_the_regression_of_changes_is_the_library_s_figure(dated: bool) -> None:
    names = run_cells(
        "14_roll_out", roll_out(World(accounts=120, lift=0.5, dated=dated), seed=11), skip=("ch.show", "ch.done", "made =")
    )
    rows = names["rows"]
    assert rows["statsmodels"][0] == pytest.approx(rows["valuelib"][0], rel=SAME_ARITHMETIC)
    assert names["finding"].decided_by == "switched.after"
    told = names["finding"].to_frame().set_index("term")
    assert told.n_clusters["switched.after"] == names["both"].account.nunique()

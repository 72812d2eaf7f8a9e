"""The page on comparability: set from the kept counts, and what it promises."""

import pandas as pd

from benchmarks.__main__ import DOCS, KEPT
from benchmarks.invariance import WORLDS, table_invariance
from benchmarks.page import replace_table
from benchmarks.parts import INVARIANCE

KEPT_CELLS = pd.read_csv(KEPT / INVARIANCE)


def rows_of(*, null: bool) -> pd.DataFrame:
    return KEPT_CELLS[KEPT_CELLS["world"].isin([world.name for world in WORLDS if world.is_null == null])]


def test_the_page_is_that_of_the_kept_samples() -> None:
    text = (DOCS / "comparability.md").read_text(encoding="utf-8")
    assert replace_table(text, "invariance", table_invariance(KEPT_CELLS)) == text


def test_what_is_the_same_is_seldom_refused() -> None:
    same = rows_of(null=True)
    assert len(same) == 27
    assert same["no_means"].mean() <= 0.02
    assert same["no_means"].max() <= 0.05
    assert same["unequal"].mean() <= 0.04
    assert (same["unequal"] <= same["unequal_by_fit"] + 1e-9).all()


def test_a_point_on_a_quarter_of_the_items_is_found_from_400_answers_on() -> None:
    shifted = KEPT_CELLS.query("world == 'a quarter of the items 1 point stricter' and n >= 400")
    assert shifted["unequal"].min() >= 0.9
    assert shifted["found"].min() >= 0.7
    assert shifted["moved_error"].abs().max() <= 0.1

"""The page on choices: set from the kept counts, and what it promises."""

import pandas as pd

from benchmarks.__main__ import DOCS, KEPT
from benchmarks.choices import WORLDS, table_choices
from benchmarks.page import replace_table
from benchmarks.parts import CHOICES

KEPT_CELLS = pd.read_csv(KEPT / CHOICES)


def test_the_page_is_that_of_the_kept_samples() -> None:
    text = (DOCS / "choices.md").read_text(encoding="utf-8")
    assert replace_table(text, "choices", table_choices(KEPT_CELLS)) == text


def test_intervals_of_shares_hold_and_nothing_is_shown_where_nothing_matters_more() -> None:
    worlds = KEPT_CELLS[KEPT_CELLS["world"].isin([world.name for world in WORLDS])]
    assert len(worlds) == len(WORLDS)
    assert worlds["covered"].between(0.93, 0.97).all()
    assert worlds["bias"].max() < 1
    null = KEPT_CELLS["world"].str.contains("nothing matters more|halo alone")
    assert null.sum() == 3
    assert KEPT_CELLS[null]["shown"].max() < 0.05 + 2 * (0.05 * 0.95 / KEPT_CELLS[null]["samples"].min()) ** 0.5
    assert KEPT_CELLS["ratings_shown"].dropna().min() > 0.9

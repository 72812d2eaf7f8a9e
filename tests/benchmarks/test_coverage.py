"""Are intervals held against the truth rightly, and can the comparison with the earlier simulation fail?"""

from __future__ import annotations

from dataclasses import asdict, replace

import pandas as pd
import pytest

from benchmarks.agreement import compare, read_earlier
from benchmarks.coverage import arrange, lacking, measure_cell, measure_coverage, set_holds
from benchmarks.design import COSTLY, LEAD, Cell
from benchmarks.tables_coverage import say_agreement, table_agreement, table_below
from valuelib.results import Ratio

CELL = Cell(outcome="nps", comparison=0.32, baseline=0.20, n=60, icc=0.1, share=0.2, mixed=False)


@pytest.mark.parametrize(
    ("ratio", "truth", "holds"),
    [
        (Ratio(value=1.5, ci_low=1.2, ci_high=1.8, set="bounded"), 1.6, True),
        (Ratio(value=1.5, ci_low=1.2, ci_high=1.8, set="bounded"), 1.9, False),
        (Ratio(value=None, ci_low=None, ci_high=None, set="bounded", roots=(-2.0, 0.5)), 0.0, True),
        (Ratio(value=None, ci_low=None, ci_high=None, set="exclusive", roots=(-2.0, 0.5)), 0.0, False),
        (Ratio(value=None, ci_low=None, ci_high=None, set="exclusive", roots=(-2.0, 0.5)), 1.6, True),
        (Ratio(value=None, ci_low=None, ci_high=None, set="whole_line"), 1.6, True),
        (Ratio(value=1.5, ci_low=None, ci_high=None, set="bounded"), 1.5, False),
    ],
)
def test_a_set_holds_the_truth_by_its_kind(ratio: Ratio, truth: float, holds: bool) -> None:
    assert set_holds(ratio, truth) == holds


def test_samples_are_counted_once_or_refused_and_cover_about_as_often_as_they_say() -> None:
    rows = pd.DataFrame(measure_cell(CELL, reps=300)).set_index("quantity")
    assert set(rows.index) == {"subgroup", "difference", "ratio"}
    assert (rows["used"] + rows["refused"] == 300).all()
    assert (rows["refused"] > 0).all()
    assert (rows["varying"] < rows["used"]).all()
    assert (rows["printed"] < rows["used"]).to_dict()["ratio"]
    coverage = rows["covered_used"] / rows["used"]
    assert coverage[["difference", "ratio"]].between(0.89, 0.999).all()
    assert coverage["subgroup"] > 0.89  # a dozen answers: cautious, see the page


def test_adjusted_contrasts_cover_about_as_often_as_they_say() -> None:
    cell = Cell(outcome="nps", comparison=0.48, baseline=0.30, n=150, icc=0.4, share=0.5, mixed=False, lead=LEAD)
    rows = pd.DataFrame(measure_cell(cell, reps=750)).set_index("quantity")
    assert set(rows.index) == {"adjusted difference", "adjusted ratio"}
    assert (rows["drawn"] == 750 * COSTLY).all()
    assert (rows["covered_used"] / rows["used"]).between(0.90, 0.99).all()  # five standard errors below 95 %


def test_a_run_is_taken_up_where_counts_are_lacking_or_few() -> None:
    cells = [CELL, replace(CELL, lead=LEAD), Cell(outcome="rate", comparison=0.9, baseline=None, n=60, icc=0.4)]
    kept = pd.DataFrame([{**asdict(cells[0]), "drawn": 100}, {**asdict(cells[2]), "drawn": 50}])
    assert lacking(cells, pd.DataFrame(), reps=100) == cells
    assert lacking(cells, kept, reps=100) == cells[1:]
    assert lacking(cells, kept.drop(columns="lead"), reps=50) == [cells[1]]
    found = pd.DataFrame([{**asdict(cells[1]), "drawn": 40}, {**asdict(cells[2]), "drawn": 100}])
    rows = arrange(cells, kept, found)
    assert rows["drawn"].tolist() == [100, 40, 100]
    assert rows["lead"].fillna(0).tolist() == [0, LEAD, 0]
    pd.testing.assert_frame_equal(arrange(cells, pd.DataFrame(), found), found)


def test_the_number_of_processes_changes_nothing() -> None:
    cells = [CELL, Cell(outcome="rate", comparison=0.9, baseline=None, n=60, icc=0.4)]
    alone = pd.DataFrame([row for cell in cells for row in measure_cell(cell, reps=260)])
    told: list[str] = []
    kept: list[pd.DataFrame] = []
    together = measure_coverage(cells, reps=260, workers=2, progress=told.append, keep=kept.append)
    pd.testing.assert_frame_equal(alone, together)
    pd.testing.assert_frame_equal(kept[-1], together)
    assert len(kept) == len(cells)
    assert len(told) == len(cells)


def one_row(low: float, high: float) -> pd.DataFrame:
    fields = {"quantity": "figure", "outcome": "nps", "comparison": None, "baseline": None, "share": None, "n": 60}
    return pd.DataFrame([{**fields, "samples": "varying", "method": "any", "low": low, "high": high}])


def measured(*covered: int) -> pd.DataFrame:
    fields = {"quantity": "figure", "outcome": "nps", "comparison": 0.2, "baseline": None, "share": 1.0, "n": 60, "drawn": 10_000}
    return pd.DataFrame([{**fields, "varying": 10_000, "covered_varying": count} for count in covered])


def test_agreement_passes_within_chance_and_fails_beyond_it_at_either_end() -> None:
    # At 95 % and 10,000 samples on both sides four joint standard errors are 1.23 points, and rounding adds 0.05.
    assert compare(measured(9500, 9600), one_row(94.0, 96.5))["agree"].tolist() == [True]
    assert compare(measured(9500, 9600), one_row(93.5, 96.0))["agree"].tolist() == [False]
    assert compare(measured(9500, 9600), one_row(95.0, 97.4))["agree"].tolist() == [False]
    assert compare(measured(9500), one_row(95.0, 95.0))["allowed"][0] == pytest.approx(1.283, abs=0.001)


def test_disagreement_is_said() -> None:
    failed = compare(measured(9200, 9600), one_row(94.8, 96.0))
    assert "0 of 1 rows agree" in say_agreement(failed)
    assert "94.8–96.0 earlier, 92.00–96.00 here" in say_agreement(failed)
    assert "0 of 1" in table_agreement(failed)


def test_cells_below_the_band_are_listed_lowest_first() -> None:
    cells = measured(9500, 9390, 9300).assign(icc=0.1, mixed=True, used=10_000, covered_used=[9500, 9390, 9300])
    table = table_below(cells)
    assert "95.00" not in table
    assert table.index("93.00") < table.index("93.90")
    assert table.count("| no |") == 2
    assert table_below(cells.assign(share=0.2)).count("| yes |") == 2  # a dozen respondents
    ratio = cells.assign(quantity="ratio", baseline=-0.1)
    assert table_below(ratio).count("| yes |") == 2
    assert table_below(cells[:1]) == "No cell lies below 94 %."


def test_an_earlier_row_without_cells_is_an_error() -> None:
    with pytest.raises(ValueError, match="no measured cells"):
        compare(measured(9500).assign(n=150), one_row(94.0, 96.0))


def test_the_kept_figures_are_of_the_present_design() -> None:
    earlier = read_earlier()
    assert (earlier["low"] <= earlier["high"]).all()
    assert not earlier.duplicated(["quantity", "outcome", "comparison", "baseline", "share", "n", "samples"]).any()

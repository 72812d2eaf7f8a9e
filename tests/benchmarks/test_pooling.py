"""Does the pooling benchmark count what it says, and repeat?"""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks import pooling
from benchmarks.pooling import measure_pooling, table_pooling


def test_the_same_seed_gives_the_same_counts_and_plausible_ones():
    one = measure_pooling(150, studies=(5,), taus=(0.0, 6.0))
    assert one.equals(measure_pooling(150, studies=(5,), taus=(0.0, 6.0)))
    assert (one["covered_mean"] / one["samples"]).between(0.88, 1).all()
    assert (one["covered_modified"] >= one["covered_mean"]).all()


def test_a_truth_elsewhere_is_not_held(monkeypatch: pytest.MonkeyPatch):
    honest = measure_pooling(60, studies=(10,), taus=(0.0,))
    monkeypatch.setattr(pooling, "_draw", lambda *_: ([48.0, 50.0, 52.0], [1.0, 1.0, 1.0], 18.0))
    shifted = measure_pooling(60, studies=(10,), taus=(0.0,))
    assert honest["covered_mean"].item() > 50
    assert shifted["covered_mean"].item() == shifted["covered_new"].item() == 0


def test_the_table_marks_what_falls_short():
    counts = {"k": 2, "tau": 6.0, "samples": 100, "covered_mean": 95, "covered_modified": 100, "covered_new": 0, "covered_tau": 90}
    table = table_pooling(pd.DataFrame([{**counts, "half_width": 59.44, "half_width_new": float("nan")}]))
    assert table.splitlines()[-1] == "| 2 | 6 | 95.0 | 100.0 | none | **90.0** | 59.4 | none |"

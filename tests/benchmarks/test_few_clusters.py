"""Does the benchmark of few clusters draw no effect, count what it says, and repeat?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.few_clusters import MEAN_SIZE, Cell, count_joint, count_lifts, draw, table_joint, table_lifts
from valuelib.worlds.people import rng_for

CELL = Cell(clusters=12, share=0.5, icc=0.3, whole=True, slope=0.5)


def test_samples_are_those_described() -> None:
    rng, lifts, followed = rng_for(1, "few"), [], []
    for _ in range(400):
        drawn = draw(CELL, MEAN_SIZE, rng)
        sizes = np.bincount(drawn.cluster)
        lifts.append(drawn.y[drawn.code == 0].mean() - drawn.y[drawn.code == 1].mean())
        followed.append(np.corrcoef(drawn.control, drawn.y)[0, 1])
        assert len(set(zip(drawn.cluster.tolist(), drawn.code.tolist(), strict=True))) == 12
        assert 5 < sizes.max() / sizes.min() < 8
        assert abs(sizes.mean() - MEAN_SIZE) < 0.5
    assert abs(np.mean(lifts)) < 4 * np.std(lifts) / 20
    assert 0.35 < np.mean(followed) < 0.5
    mixed = draw(CELL._replace(whole=False, share=0.25), MEAN_SIZE, rng)
    assert abs((mixed.code == 0).mean() - 0.25) < 0.01


def test_counts_repeat_and_both_is_never_more_than_each() -> None:
    one = pd.DataFrame(count_lifts(CELL, reps=60))
    assert one.equals(pd.DataFrame(count_lifts(CELL, reps=60)))
    assert (one["both"] <= one[["cr2", "wild"]].min(axis=1)).all()
    assert (one["samples"] == 60).all()
    assert (one[["cr2", "wild"]] < 12).all(axis=None)
    (joint,) = count_joint(CELL, reps=60)
    assert joint["samples"] == 60
    assert isinstance(joint["different"], int)
    assert joint["different"] < 12


def test_tables_mark_what_is_above_the_level() -> None:
    row = {**CELL._asdict(), "contrast": "raw", "samples": 1000, "cr2": 25, "wild": 40, "both": 20}
    table = table_lifts(pd.DataFrame([row, row | {"icc": 0.1, "cr2": 30}, row | {"clusters": 8}]))
    assert "| 12 | 6 and 6 whole clusters | raw | 2.5–3.0 | **4.0** | 2.0 | 0.6 |" in table
    assert "| 8 | 4 and 4 whole clusters † | raw | 2.5 |" in table
    joint = table_joint(pd.DataFrame([{**CELL._asdict(), "samples": 1000, "different": 70}]))
    assert joint.endswith("| 12 | whole accounts | 0.5 | **7.0** |")

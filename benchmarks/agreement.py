"""Does the shipped code cover as often as the same methods did in an earlier simulation with its own code and its own chance?

`independent_coverage.csv` keeps, per quantity and sample size, the lowest and highest coverage over a set of cells, in per cent to
one decimal, from 10,000 samples a cell of a separate program (compiled loops, estimators written out again). An empty field stands
for all its values. `samples` tells which samples counted: `varying` leaves out those where a group had no variation, `used` keeps
them, with the fallback.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

EARLIER = Path(__file__).with_name("independent_coverage.csv")
EARLIER_REPS = 10_000
ROUNDING = 0.05  # per cent: the earlier figures are printed to one decimal
# Two simulations of the same cells differ in cell i by a normal error e_i with joint standard error s_i. The lowest coverages then
# differ by at most max |e_i|, and so do the highest: |min a - min b| <= max |a_i - b_i|. One cell exceeds 4 s_i with probability
# 6e-5; the rows compared rest on about 700 distinct pairs of coverages, so that all of them together raise a false alarm in fewer
# than one run in twenty. s is taken where it is largest: at the lowest coverage and the smallest count of samples.
STANDARD_ERRORS = 4.0
FIELDS = ("comparison", "baseline", "share")


def compare(measured: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Each row of the earlier simulation beside the same cells of this one.

    Args:
        measured: rows of `coverage.measure_coverage`.
        earlier: rows of `independent_coverage.csv`.
    Returns:
        The earlier rows with `our_low`, `our_high`, the `allowed` difference (all per cent) and whether both ends `agree`.
    Raises:
        ValueError: a row has no measured cells.
    """
    rows: list[dict[str, Any]] = [{str(name): value for name, value in row.items()} for row in earlier.to_dict("records")]
    return pd.DataFrame([{**row, **_beside(measured, row)} for row in rows])


def read_earlier() -> pd.DataFrame:
    """The kept figures of the earlier simulation."""
    return pd.read_csv(EARLIER)


def coverage_percent(rows: pd.DataFrame, samples: str) -> pd.Series:
    """Coverage of each row among its `used`, `varying`, `bounded` or `printed` samples; missing where there are none."""
    return 100 * rows[f"covered_{samples}"] / rows[samples].where(rows[samples] > 0)


def _beside(measured: pd.DataFrame, row: dict[str, Any]) -> dict[str, Any]:
    same = (measured[["quantity", "outcome", "n"]] == [row["quantity"], row["outcome"], row["n"]]).all(axis=1)
    for field in FIELDS:
        if pd.notna(row[field]):
            same &= np.isclose(measured[field], float(row[field]))
    cells, samples = measured[same], str(row["samples"])
    ours = coverage_percent(cells, samples)
    if not ours.notna().any():
        raise ValueError(f"The earlier figures for {row['outcome']} {row['quantity']} at n = {row['n']} have no measured cells.")
    low, high = float(ours.min()), float(ours.max())
    earlier_low, earlier_high = float(row["low"]), float(row["high"])
    allowed = STANDARD_ERRORS * _joint_error(cells, samples, min(low, earlier_low)) + ROUNDING
    agree = abs(low - earlier_low) <= allowed and abs(high - earlier_high) <= allowed
    return {"cells": len(cells), "our_low": low, "our_high": high, "allowed": allowed, "agree": agree}


def _joint_error(cells: pd.DataFrame, samples: str, lowest: float) -> float:
    """Standard error of the difference of two coverages, per cent, at the cell where it is largest."""
    counted = cells[samples][cells[samples] > 0]
    fewest, fewest_earlier = float(counted.min()), EARLIER_REPS * float((counted / cells["drawn"]).min())
    return float(np.sqrt(lowest * (100 - lowest) * (1 / fewest + 1 / fewest_earlier)))

"""How often do the pooled intervals hold the mean, and the prediction interval a new study's lift, over few and many studies?

Lifts in points as clients' studies give them: standard errors of 5 to 15 points, themselves estimated (40 degrees of freedom), true
lifts scattered around 18 by tau. The estimator is the shipped one; nothing is re-implemented but the population.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from benchmarks.page import markdown_table
from valuelib.stats.pooling import estimate_pooled
from valuelib.worlds.people import rng_for

STUDIES = (2, 3, 5, 10, 20)
TAUS = (0.0, 6.0, 12.0)
SES = (5.0, 7.0, 9.0, 12.0, 15.0)
MEAN, DF_OF_SE = 18.0, 40
REPS, SEED = 4_000, 20260301
KINDS = ("mean", "modified", "new", "tau")
BAND = (94.0, 96.0)


def measure_pooling(reps: int = REPS, studies: Sequence[int] = STUDIES, taus: Sequence[float] = TAUS) -> pd.DataFrame:
    """One row a cell: how many samples, how many of them each interval held, and the median half widths."""
    return pd.DataFrame([_cell(k, tau, reps) for k in studies for tau in taus])


def table_pooling(measured: pd.DataFrame) -> str:
    """Coverage in per cent by number of studies and scatter; what lies below the band is bold."""
    header = (
        "Studies",
        "tau, points",
        "mean, Hartung-Knapp",
        "mean, modified",
        "a new study's lift",
        "tau",
        "± of the mean",
        "± for a new study",
    )
    return markdown_table(header, [_row(row) for _, row in measured.iterrows()])


def _cell(k: int, tau: float, reps: int) -> dict[str, float]:
    rng = rng_for(SEED, f"pooling {k} {tau:g}")
    held, widths = dict.fromkeys(KINDS, 0), []
    for _ in range(reps):
        lifts, ses, new = _draw(rng, k, tau)
        found = estimate_pooled(lifts, ses)
        assert found is not None
        held["mean"] += found.low <= MEAN <= found.high
        held["modified"] += found.low_modified <= MEAN <= found.high_modified
        held["tau"] += found.tau_low <= tau <= found.tau_high
        reach = np.nan
        if found.new_low is not None and found.new_high is not None:
            held["new"] += found.new_low <= new <= found.new_high
            reach = (found.new_high - found.new_low) / 2
        widths.append(((found.high - found.low) / 2, reach))
    half, new_half = np.median(widths, axis=0)
    counts = {f"covered_{kind}": int(count) for kind, count in held.items()}
    return {"k": k, "tau": tau, "samples": reps, **counts, "half_width": round(half, 3), "half_width_new": round(new_half, 3)}


def _draw(rng: np.random.Generator, k: int, tau: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Estimated lifts, estimated standard errors, and the true lift of a further study."""
    se = rng.choice(SES, k)
    lifts = MEAN + tau * rng.standard_normal(k) + se * rng.standard_normal(k)
    return lifts, se * np.sqrt(rng.chisquare(DF_OF_SE, k) / DF_OF_SE), MEAN + tau * rng.standard_normal()


def _row(row: pd.Series) -> list[str]:
    shares = [_percent(row, kind) for kind in KINDS]
    if row["k"] < 3:
        shares[KINDS.index("new")] = "none"
    widths = ["none" if pd.isna(row[name]) else f"{row[name]:.1f}" for name in ("half_width", "half_width_new")]
    return [f"{row['k']:.0f}", f"{row['tau']:.0f}", *shares, *widths]


def _percent(row: pd.Series, kind: str) -> str:
    share = round(100 * row[f"covered_{kind}"] / row["samples"], 1)
    return f"**{share:.1f}**" if share < BAND[0] else f"{share:.1f}"

"""How often do the shipped intervals hold the true value? Counted over many simulated samples of every cell."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, fields
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.design import Cell
from benchmarks.generator import draw_totals, equal_control
from valuelib.results import Ratio
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.contrasts import VARIATION, estimate_difference, estimate_ratio, has_variation
from valuelib.stats.loyalty import SCALE, estimate_group
from valuelib.stats.means import GroupMeans, Means, estimate_means
from valuelib.stats.totals import ClusterTotals
from valuelib.worlds.people import rng_for

SEED = 20240131
REPS = 10_000
BATCH = 250  # fixed, so that a cell's samples do not depend on how they were shared out
SMALL_SHARE = 0.2  # subgroups are looked at where they are this small


class Hit(NamedTuple):
    """What one interval did in one sample (a tuple, since there are millions of them).

    Attributes:
        varying: the sample had a standard error; without one the fallback stands in.
        bounded, printed: for ratios, whether the set was an interval and whether a report would print one.
    """

    quantity: str
    covered: bool
    varying: bool
    bounded: bool = True
    printed: bool = True


def measure_coverage(
    cells: list[Cell],
    *,
    reps: int,
    workers: int,
    progress: Callable[[str], None],
    keep: Callable[[pd.DataFrame], None] | None = None,
) -> pd.DataFrame:
    """Coverage of every interval in every cell.

    Args:
        reps: samples drawn per cell.
        workers: processes; their number changes nothing but the time.
        progress: told after each cell.
        keep: given all rows so far after each cell, so that a run that was stopped can be taken up.
    Returns:
        One row per cell and quantity: the cell, `drawn` samples, those `refused` because a group had fewer than two accounts, and
        counts of the others: `used`, `varying`, `bounded`, `printed`, and how many of each `covered_` the truth.
    """
    rows: list[dict[str, object]] = []
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done, found in enumerate(pool.map(partial(measure_cell, reps=reps), cells), start=1):
            rows += found
            if keep:
                keep(pd.DataFrame(rows))
            progress(f"coverage: cell {done} of {len(cells)}")
    return pd.DataFrame(rows)


def lacking(cells: list[Cell], kept: pd.DataFrame, *, reps: int) -> list[Cell]:
    """The cells of which `kept`, rows of an earlier run, holds no counts, or counts of fewer samples."""
    known = dict(zip(_names(kept), kept["drawn"], strict=True)) if len(kept) else {}
    return [cell for cell in cells if known.get(cell.name, 0) < cell.samples(reps)]


def arrange(cells: list[Cell], kept: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Rows of an earlier run and of this one, which replace the earlier rows of the same cell, in the order of the cells."""
    again = set(_names(found))
    rows = pd.concat([kept[[name not in again for name in _names(kept)]], found], ignore_index=True) if len(kept) else found
    place = {cell.name: number for number, cell in enumerate(cells)}
    order = sorted(range(len(rows)), key=[place.get(name, len(place)) for name in _names(rows)].__getitem__)
    first = [item.name for item in fields(Cell) if item.name in rows]
    return rows.iloc[order].reset_index(drop=True)[[*first, *rows.columns.difference(first, sort=False)]]


def _names(rows: pd.DataFrame) -> list[str]:
    """Name of the cell of each row."""
    told = [item.name for item in fields(Cell) if item.name in rows]
    known = rows[told].astype(object).to_dict("records")
    return [Cell(**{str(name): None if pd.isna(value) else value for name, value in row.items()}).name for row in known]


def measure_cell(cell: Cell, *, reps: int) -> list[dict[str, object]]:
    """The rows of one cell; its chance is named after the cell and the batch."""
    hits: list[Hit] = []
    refused = 0
    drawn = cell.samples(reps)
    with threadpool_limits(1):
        for start in range(0, drawn, BATCH):
            samples = draw_totals(cell, min(BATCH, drawn - start), rng_for(SEED, f"{cell.name} {start}"))
            usable = [sample for sample in samples if (sample.n_accounts >= 2).all()]
            refused += len(samples) - len(usable)
            for sample in usable:
                hits += try_intervals(cell, sample)
    table = pd.DataFrame(hits)
    return [
        {**asdict(cell), "quantity": quantity, "drawn": drawn, "refused": refused, **_count(own)}
        for quantity, own in table.groupby("quantity")
    ]


def try_intervals(cell: Cell, sample: ClusterTotals) -> Iterator[Hit]:
    """Every interval that a report would take from this sample, held against the truth."""
    if cell.lead is not None:
        yield from _try_lift(cell, estimate_fitted(sample), equal_control(cell), prefix="adjusted ")
        return
    means = estimate_means(sample)
    if cell.baseline is None:
        varying = bool(means.variance[0] > VARIATION)
        yield Hit(quantity="figure", covered=_group_covers(means, cell), varying=varying)
        return
    if cell.share == SMALL_SHARE:
        yield Hit(quantity="subgroup", covered=_group_covers(means, cell), varying=has_variation(means))
    yield from _try_lift(cell, means, (cell.comparison, cell.baseline))


def _try_lift(cell: Cell, means: Means, truth: tuple[float, float], prefix: str = "") -> Iterator[Hit]:
    """The difference and the ratio of two groups, raw or at an equal control."""
    varying, scale = has_variation(means), SCALE[cell.outcome]
    lift = estimate_difference(means, kind=cell.outcome)
    inside = lift.ci_low <= scale * (truth[0] - truth[1]) <= lift.ci_high
    yield Hit(quantity=f"{prefix}difference", covered=inside, varying=varying)
    ratio = estimate_ratio(means, kind=cell.outcome)
    yield Hit(
        quantity=f"{prefix}ratio",
        covered=set_holds(ratio, truth[0] / truth[1]),
        varying=varying,
        bounded=ratio.set == "bounded",
        printed=ratio.ci_low is not None,
    )


def set_holds(ratio: Ratio, truth: float) -> bool:
    """Whether the confidence set of a ratio holds the truth, whatever its kind; a bounded set without limits holds nothing."""
    if ratio.set == "whole_line":
        return True
    low, high = (ratio.ci_low, ratio.ci_high) if ratio.roots is None else ratio.roots
    if low is None or high is None:
        return False
    return not low < truth < high if ratio.set == "exclusive" else low <= truth <= high


def _group_covers(means: GroupMeans, cell: Cell) -> bool:
    group, truth = estimate_group(means, 0, kind=cell.outcome), SCALE[cell.outcome] * cell.comparison
    return group.ci_low is not None and group.ci_high is not None and group.ci_low <= truth <= group.ci_high


def _count(hits: pd.DataFrame) -> dict[str, int]:
    covered = hits["covered"].to_numpy(bool)
    counts = {"used": len(hits), "covered_used": int(covered.sum())}
    for which in ("varying", "bounded", "printed"):
        among = hits[which].to_numpy(bool)
        counts |= {which: int(among.sum()), f"covered_{which}": int(np.count_nonzero(covered & among))}
    return counts

"""How often do CR2 and the wild cluster bootstrap say a lift where there is none, and a joint test that total and net disagree?

Few clusters of unequal size (N_g proportional to exp(2 g / G), as in MacKinnon and Webb 2018), an NPS, a control that goes with the
score, and groups by lot: whole clusters in one group, or mixed inside them. The tests are the shipped ones.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtr
from threadpoolctl import threadpool_limits

from benchmarks.page import markdown_table
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.contrasts import contrast
from valuelib.stats.joint import joint_difference
from valuelib.stats.means import estimate_means
from valuelib.stats.planning import CUT, MIXED_CORRELATION, latent_icc, latent_mean
from valuelib.stats.totals import Floats, collect_totals
from valuelib.stats.wild import wild_cluster_test
from valuelib.worlds.people import rng_for

CLUSTERS, SHARES, ICCS = (8, 12, 20, 30), (0.25, 0.5), (0.1, 0.3)
JOINT_CLUSTERS, SLOPES = (30, 60, 130, 200), (0.3, 0.7)
MEAN_SIZE, MEAN_SIZE_JOINT, SPREAD = 12, 3, 2.0
SLOPE = 0.5  # correlation of control and latent score
RATED = 0.95  # answers that hold the control
ENOUGH = 6  # clusters in a group below which nothing is decided
ALPHA, JOINT_ALPHA = 0.025, 0.05
REPS, DRAWS, SEED = 2_000, 999, 20260315
NPS = 0.20


class Cell(NamedTuple):
    """One population of samples without an effect."""

    clusters: int
    share: float
    icc: float
    whole: bool
    slope: float

    @property
    def name(self) -> str:
        """Names the chance of the cell."""
        return f"few {self.clusters} {self.share:g} {self.icc:g} {self.whole} {self.slope:g}"


class Answers(NamedTuple):
    """Respondents of one sample."""

    cluster: np.ndarray
    code: np.ndarray
    y: Floats
    control: Floats


def lift_cells() -> list[Cell]:
    return [Cell(g, share, icc, whole, SLOPE) for whole, g, share, icc in product((True, False), CLUSTERS, SHARES, ICCS)]


def joint_cells() -> list[Cell]:
    return [Cell(g, 0.4, 0.2, whole, slope) for whole, g, slope in product((True, False), JOINT_CLUSTERS, SLOPES)]


def measure_lifts(
    cells: list[Cell], *, reps: int = REPS, workers: int = 1, progress: Callable[[str], None] = print
) -> pd.DataFrame:
    """Per cell and contrast (raw, net of the control): samples, and how many of them each test calls a lift."""
    return _measure(partial(count_lifts, reps=reps), cells, workers, progress)


def measure_joint(
    cells: list[Cell], *, reps: int = REPS, workers: int = 1, progress: Callable[[str], None] = print
) -> pd.DataFrame:
    """Per cell: samples, and how many of them the joint test calls a difference of total and net."""
    return _measure(partial(count_joint, reps=reps), cells, workers, progress)


def count_lifts(cell: Cell, *, reps: int) -> list[dict[str, object]]:
    """The rows of one cell. Whole clusters: their number in the comparison group is fixed, so that every sample can be compared."""
    rng, counts = rng_for(SEED, cell.name), {kind: np.zeros(4, dtype=int) for kind in ("raw", "net")}
    with threadpool_limits(1):
        for sample in range(reps):
            drawn = draw(cell, MEAN_SIZE, rng)
            for kind, held in {"raw": None, "net": {"control": drawn.control}}.items():
                totals = collect_totals(drawn.cluster, drawn.code, drawn.y, groups=("comparison", "baseline"), controls=held)
                value, se, df = contrast(estimate_fitted(totals) if held else estimate_means(totals), 1.0)
                cr2 = bool(se > 0 and stdtr(df, -value / se) <= ALPHA)
                wild = wild_cluster_test(totals, draws=DRAWS, seed=sample).p_no_lift <= ALPHA
                counts[kind] += [1, cr2, wild, cr2 and wild]
    names = ("samples", "cr2", "wild", "both")
    return [{**cell._asdict(), "contrast": kind, **dict(zip(names, found.tolist(), strict=True))} for kind, found in counts.items()]


def count_joint(cell: Cell, *, reps: int) -> list[dict[str, object]]:
    """The row of one cell; net on the answers that hold the control."""
    rng, said, tried = rng_for(SEED, f"joint {cell.name}"), 0, 0
    with threadpool_limits(1):
        for _ in range(reps):
            drawn = draw(cell, MEAN_SIZE_JOINT, rng)
            rated = np.where(rng.random(drawn.code.size) < RATED, drawn.code, -1)
            groups = ("comparison", "baseline")
            total = estimate_means(collect_totals(drawn.cluster, drawn.code, drawn.y, groups=groups))
            held = {"control": drawn.control}
            net = estimate_fitted(collect_totals(drawn.cluster, rated, drawn.y, groups=groups, controls=held))
            value, se, df = joint_difference(total, net)
            tried += 1
            said += bool(se > 0 and 2 * stdtr(df, -abs(value) / se) <= JOINT_ALPHA)
    return [{**cell._asdict(), "samples": tried, "different": said}]


def draw(cell: Cell, mean_size: int, rng: np.random.Generator) -> Answers:
    """One sample without an effect of the group; the control is unrelated to the group."""
    shape = np.exp(SPREAD * np.arange(1, cell.clusters + 1) / cell.clusters)
    sizes = np.maximum(np.rint(mean_size * cell.clusters * shape / shape.sum()), 1).astype(int)
    cluster = np.repeat(np.arange(cell.clusters), sizes)
    n = cluster.size
    if cell.whole:
        chosen = rng.permutation(cell.clusters) < round(cell.share * cell.clusters)
        code = np.where(chosen, 0, 1)[cluster]
    else:
        member = _shared(cluster, MIXED_CORRELATION, rng)
        code = np.where(member.argsort().argsort() >= n - round(cell.share * n), 0, 1)
    mean, correlation = _population(cell.icc)
    control = _shared(cluster, correlation, rng)
    latent = mean + cell.slope * control + np.sqrt(1 - cell.slope**2) * _shared(cluster, correlation, rng)
    return Answers(cluster, code, (latent > CUT).astype(float) - (latent < -CUT), control)


def table_lifts(measured: pd.DataFrame) -> str:
    """False lifts in per cent by number of clusters and of those in the smaller group; above 3.5 is bold."""
    header = ("Clusters", "groups", "contrast", "CR2", "wild bootstrap", "both", "MC SE, at most")
    rows = []
    for _, cells in measured.groupby(["clusters", "whole", "share", "contrast"], sort=False):
        first = cells.iloc[0]
        few = round(first["share"] * first["clusters"])
        whole = f"{few} and {first['clusters'] - few} whole clusters{' †' if few < ENOUGH else ''}"
        groups = whole if first["whole"] else f"mixed, {100 * first['share']:.0f} %"
        rates = [100 * cells[test] / cells["samples"] for test in ("cr2", "wild", "both")]
        error = max(float(np.sqrt(rate * (100 - rate) / cells["samples"]).max()) for rate in rates)
        rows.append([str(first["clusters"]), groups, first["contrast"], *(_range(rate, 3.5) for rate in rates), f"{error:.1f}"])
    return markdown_table(header, rows)


def table_joint(measured: pd.DataFrame) -> str:
    """Samples in per cent in which total and net are called different; above 6.5 is bold."""
    header = ("Accounts", "groups", "correlation of control and score", "called different, %")
    rows = []
    for _, row in measured.sort_values(["clusters", "whole", "slope"]).iterrows():
        rate = pd.Series([100 * row["different"] / row["samples"]])
        rows.append([str(row["clusters"]), "whole accounts" if row["whole"] else "mixed", f"{row['slope']:.1f}", _range(rate, 6.5)])
    return markdown_table(header, rows)


def _measure(
    count: Callable[[Cell], list[dict[str, object]]], cells: list[Cell], workers: int, progress: Callable[[str], None]
) -> pd.DataFrame:
    rows: list[dict[str, object]] = []
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done, found in enumerate(pool.map(count, cells), start=1):
            rows += found
            progress(f"few clusters: cell {done} of {len(cells)}")
    return pd.DataFrame(rows)


def _shared(cluster: np.ndarray, correlation: float, rng: np.random.Generator) -> Floats:
    """Standard normal numbers that correlate inside a cluster."""
    common, own = rng.standard_normal(cluster[-1] + 1)[cluster], rng.standard_normal(cluster.size)
    value: Floats = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * own
    return value


@cache
def _population(icc: float) -> tuple[float, float]:
    """Mean and correlation inside a cluster of the latent score, at which the NPS and the ICC of the classes are as wanted."""
    return latent_mean("nps", NPS), latent_icc("nps", icc)


def _range(rates: pd.Series, limit: float) -> str:
    low, high = rates.min(), rates.max()
    text = f"{low:.1f}" if round(low, 1) == round(high, 1) else f"{low:.1f}–{high:.1f}"
    return f"**{text}**" if high > limit else text

"""How long does a contrast take, and how long the bootstrap loop that it replaces?

Measured in processor time on one thread: on an idle machine the time that passes, on a busy one without the waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.design import Cell
from benchmarks.generator import PAIR, draw_answers
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.contrasts import estimate_difference, estimate_ratio
from valuelib.stats.means import estimate_means
from valuelib.stats.totals import ClusterTotals, Floats, collect_totals
from valuelib.study.load import load_study
from valuelib.verdict.assess import assess_all
from valuelib.worlds.people import rng_for

SEED = 20240131
RUNS = {2_000: 401, 100_000: 61}  # the median of an odd number of runs is one of them
PANDAS_REPLICATES = {2_000: 20, 100_000: 3}  # measured, then told for REPLICATES
REPLICATES = 1_000
ASSESS_RUNS = 5
TARGET_SECONDS = {2_000: 0.002, 100_000: 0.010}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Seconds, by step, at one number of respondents; steps from account totals unless the name says rows."""

    respondents: int
    accounts: int
    difference: float
    ratio: float
    both: float
    fitted: float
    totals_from_rows: float
    pandas_bootstrap: float
    totals_bootstrap: float

    @property
    def met(self) -> bool:
        """Whether difference and ratio together stay below the target."""
        return self.both < TARGET_SECONDS[self.respondents]


def measure_speed() -> list[Timing]:
    """Every step at every number of respondents, on one thread."""
    with threadpool_limits(1):
        return [_measure(n) for n in RUNS]


def measure_assess(study_folder: Path) -> float | None:
    """Seconds to assess every claim of a loaded study, imports done; None where the folder holds no study."""
    if not (study_folder / "study.yaml").is_file():
        return None
    study = load_study(study_folder)
    with threadpool_limits(1):
        return _median_seconds(lambda: assess_all(study), ASSESS_RUNS)


def bootstrap_pandas(rows: pd.DataFrame, replicates: int, rng: np.random.Generator) -> tuple[list[float], float]:
    """The loop usual in survey notebooks: draw accounts, put their rows together, subtract two NPS.

    Args:
        rows: columns `account`, `group` and `recommend` (0..10).
    Returns:
        The differences, and the seconds of the loop; splitting the rows by account is done once and not counted.
    """
    rows_of = dict(tuple(rows.groupby("account")))
    names = np.array(list(rows_of))
    differences, start = [], process_time()
    for _ in range(replicates):
        sample = pd.concat([rows_of[name] for name in rng.choice(names, size=len(names))])
        nps = sample.groupby("group")["recommend"].agg(_net_promoter_score)
        differences.append(float(nps[PAIR[0]] - nps[PAIR[1]]))
    return differences, process_time() - start


def bootstrap_totals(totals: ClusterTotals, replicates: int, rng: np.random.Generator) -> Floats:
    """The same bootstrap as a careful analyst would write it: on account totals, no data frames."""
    sums_of = np.concatenate([totals.sum_of("1", "y", 0), totals.sum_of("1", "1", 0)])
    accounts = sums_of.shape[1]
    sums = np.array([sums_of[:, rng.integers(0, accounts, accounts)].sum(axis=1) for _ in range(replicates)])
    means = sums[:, :2] / sums[:, 2:]
    differences: Floats = 100 * (means[:, 0] - means[:, 1])
    return differences


def _measure(n: int) -> Timing:
    cell = Cell(outcome="nps", comparison=0.64, baseline=0.40, n=n, icc=0.1, share=0.5)
    drawn = draw_answers(cell, 1, rng_for(SEED, f"speed {n}"))
    account, group, score = drawn.account[0], drawn.group[0], drawn.score[0]
    control = score + rng_for(SEED, f"speed control {n}").standard_normal(n)

    def collect(controls: dict[str, Floats] | None = None) -> ClusterTotals:
        return collect_totals(account, group, score, groups=PAIR, controls=dict(controls) if controls else None)

    totals, with_control = collect(), collect({"control": control - control.mean()})
    rows = pd.DataFrame(
        {"account": account, "group": np.array(PAIR)[group], "recommend": np.array([3, 8, 10])[score.astype(int) + 1]}
    )
    rng, runs = rng_for(SEED, f"speed bootstrap {n}"), RUNS[n]
    _, loop = bootstrap_pandas(rows, PANDAS_REPLICATES[n], rng)
    return Timing(
        respondents=n,
        accounts=len(totals.accounts),
        difference=_median_seconds(lambda: estimate_difference(estimate_means(totals), kind="nps"), runs),
        ratio=_median_seconds(lambda: estimate_ratio(estimate_means(totals), kind="nps"), runs),
        both=_median_seconds(lambda: _difference_and_ratio(totals), runs),
        fitted=_median_seconds(lambda: estimate_difference(estimate_fitted(with_control), kind="nps"), runs),
        totals_from_rows=_median_seconds(collect, runs),
        pandas_bootstrap=loop / PANDAS_REPLICATES[n] * REPLICATES,
        totals_bootstrap=_median_seconds(lambda: bootstrap_totals(totals, REPLICATES, rng), 3),
    )


def _difference_and_ratio(totals: ClusterTotals) -> None:
    means = estimate_means(totals)
    estimate_difference(means, kind="nps")
    estimate_ratio(means, kind="nps")


def _median_seconds(call: Callable[[], object], runs: int) -> float:
    call()  # the first run also fills caches
    times = []
    for _ in range(runs):
        start = process_time()
        call()
        times.append(process_time() - start)
    return median(times)


def _net_promoter_score(recommend: pd.Series) -> float:
    return 100 * float((recommend >= 9).mean() - (recommend <= 6).mean())

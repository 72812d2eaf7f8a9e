"""Where a hidden quality fools the verdict, does the robustness value say how strong it would have to be?"""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from benchmarks.page import markdown_table
from benchmarks.truth.judge import CLAIM, FOOLED, study_of
from benchmarks.truth.scenarios import HALOS, LARGE, SIZE, World, halo_world
from valuelib.verdict.assess import assess
from valuelib.verdict.groups import lower_tier_mean
from valuelib.worlds.frames import simulate_frames

SHARE = 0.1  # of the seeds: the robustness value comes with all the other ways to ask, which take their time
WORLDS = ("S5", "Q")
Floats = NDArray[np.float64]


class Strength(NamedTuple):
    """One study: whether it was told of a lift, its robustness values, and how strong the true quality still is, shares 0..1."""

    world: str
    n: int
    fooled: bool
    value: float
    limit: float
    exposure: float
    outcome: float


def measure_hidden(*, seeds: int, workers: int) -> pd.DataFrame:
    """Studies without effect in which quality matters and goes with buying, well rated (S5) and hardly rated (Q).

    Returns:
        One row per study; shares are rounded to six decimals.
    """
    worlds = [halo_world(name, "no effect", n) for name in WORLDS for n in (SIZE, LARGE)]
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = pool.map(partial(_measure, studies=round(SHARE * seeds)), worlds)
        return pd.DataFrame([one for strengths in found for one in strengths]).round(6)


def table_hidden(measured: pd.DataFrame) -> str:
    """Medians over studies: the robustness values that a report prints, beside the strength of what is really hidden."""
    header = (
        "World, no effect",
        "n",
        "studies",
        "a lift, %",
        "robustness value, %",
        "for the interval, %",
        "hidden quality explains of buying, %",
        "of recommending, %",
        "as strong as",
    )
    rows = []
    for (world, n), own in measured.groupby(["world", "n"]):
        middle = own[["value", "limit", "exposure", "outcome"]].median()
        equal = as_strong_as(own["exposure"].to_numpy(), own["outcome"].to_numpy())
        shares = [f"{100 * middle[name]:.1f}" for name in ("value", "limit", "exposure", "outcome")]
        fooled = f"{100 * own['fooled'].mean():.0f}"
        rows.append((f"{world} {HALOS[world].words}", f"{n:,}", str(len(own)), fooled, *shares, f"{100 * np.median(equal):.1f}"))
    return markdown_table(header, rows)


def as_strong_as(exposure: Floats, outcome: Floats) -> Floats:
    """The robustness value that would be just overturned: both shares alike and the same bias.

    Source: Cinelli and Hazlett (2020), JRSS B 82(1), 39-67: the bias grows with f = sqrt(outcome * exposure / (1 - exposure)).
    """
    f2 = outcome * exposure / (1 - exposure)
    equal: Floats = (np.sqrt(f2**2 + 4 * f2) - f2) / 2
    return equal


def explained(outcome: Floats, by: Floats, given: list[Floats]) -> float:
    """Partial R2: share of what `given` leaves of the outcome that `by` explains."""
    base = np.column_stack([np.ones_like(outcome), *given])
    left = [column - base @ np.linalg.lstsq(base, column, rcond=None)[0] for column in (outcome, by)]
    return float((left[0] @ left[1]) ** 2 / (left[0] @ left[0]) / (left[1] @ left[1]))


def _measure(world: World, studies: int) -> list[Strength]:
    with threadpool_limits(1):
        return [_strength(world, world.first_seed + seed) for seed in range(studies)]


def _strength(world: World, seed: int) -> Strength:
    simulated = simulate_frames(world.truth, seed)
    study = study_of(simulated, "offering")
    finding, lower = assess(study, CLAIM), lower_tier_mean(study)
    if finding.robustness is None or lower is None:
        raise ValueError(f"{world.name} with seed {seed} has no robustness value.")
    bought, score = (study.data[name].to_numpy(float) for name in ("offering", "nps"))
    quality, rated = simulated.hidden["quality"].to_numpy(float), lower.to_numpy(float)
    return Strength(
        world=world.name,
        n=world.n,
        fooled=finding.verdict in FOOLED,
        value=finding.robustness.value_share,
        limit=finding.robustness.limit_share,
        exposure=explained(bought, quality, [rated]),
        outcome=explained(score, quality, [bought, rated]),
    )

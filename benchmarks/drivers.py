"""Do the intervals of driver shares hold the truth, and what does the exact decomposition cost?

A made population: accounts of 1 to 8 respondents; each rating is a general liking, a part of its tier, a part of its category and
an own part, all shared by colleagues to some degree; the class -1 / 0 / +1 follows some elements and the liking itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations
from math import comb
from statistics import median
from time import process_time

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.generator import SIZE_SHARES
from benchmarks.page import markdown_table
from valuelib.explore.drivers import DriverData, compute_figures, place_figures
from valuelib.stats.drivers import divide_along, divide_flat, estimate_once, gather_answers, interval_of, resample
from valuelib.stats.totals import Floats
from valuelib.theory.pyramid import categories, tiers
from valuelib.worlds.people import rng_for

SEED = 20240131
LEVEL = 0.95
RESAMPLES = 200
SAMPLES = {(12, 60): 200, (12, 150): 200, (12, 400): 200, (12, 2_000): 200, (40, 150): 40, (40, 400): 40, (40, 2_000): 40}
POPULATION, PARTS = 100_000, 8  # the truth is computed from parts of this size
TIER_WEIGHTS = (0.25, 0.2, 0.1, 0.15, 0.2)
KINDS = ("tier", "element", "within.tier", "within.element", "slope", "within.slope")


def measure_drivers() -> dict[str, str]:
    """The tables on drivers by the name of their markers."""
    with threadpool_limits(1):
        return {"drivers-speed": table_speed(), "drivers-coverage": table_coverage()}


def table_speed() -> str:
    """Seconds of each step, and flat LMG against one least-squares fit a subset."""
    full, small = draw_study(40, 1_200, rng_for(SEED, "speed 40")), draw_study(12, 1_200, rng_for(SEED, "speed 12"))
    matrix, twelve = (np.corrcoef(np.where(one.answers.present > 0, one.answers.z, 0.0).T) for one in (full, small))
    winter = _seconds(lambda: divide_along(matrix, full.tree), 21)
    stack = np.repeat(matrix[None], 20, axis=0)
    thousand = _seconds(lambda: divide_along(stack, full.tree), 3) * 50
    chapter = _seconds(lambda: resample(full.answers, partial(compute_figures, data=full), 100, rng_for(SEED, "speed")), 1) * 10
    flat = _seconds(lambda: divide_flat(twelve), 21)
    rival = _seconds(lambda: lmg_by_fits(small.answers.z), 1)
    rows = [
        ("shares of 40 elements along the pyramid, exact", f"{winter * 1e3:.1f} ms"),
        ("the same for 1,000 resamples", f"{thousand:.1f} s"),
        ("1,000 resamples of 1,200 respondents: correlations, shares raw and at equal liking, slopes", f"{chapter:.1f} s"),
        ("flat LMG of 12 predictors, exact", f"{flat * 1e3:.2f} ms"),
        ("flat LMG of 12 predictors, plain loop with one `lstsq` a subset", f"{rival * 1e3:,.0f} ms"),
        ("**plain loop / flat LMG**", f"**{float(f'{rival / flat:.2g}'):,.0f}**"),
    ]
    return markdown_table(("Step", "processor time, one thread"), rows)


def table_coverage() -> str:
    """Coverage of every kind of interval: over all its figures on average, and of the worst one."""
    header = ("Elements", "n", "samples", *(f"{kind}, %" for kind in KINDS), "tier: basic, %", "tier: normal, bias-corrected, %")
    return markdown_table(header, [_coverage_row(*cell, samples) for cell, samples in SAMPLES.items()])


def draw_study(elements: int, n: int, rng: np.random.Generator) -> DriverData:
    """A sample of n respondents, as the chapter's estimators take it."""
    tree, tier_of, category_of = pyramid(elements)
    account = np.repeat(np.arange(n), rng.choice(np.arange(1, len(SIZE_SHARES) + 1), size=n, p=SIZE_SHARES))[:n]
    shared = partial(_shared, account, rng)
    parts = (0.6, 0.35, 0.35, 0.6)
    liking = shared(1, 0.3)
    latent = parts[0] * liking + parts[1] * shared(len(tree), 0.3)[:, tier_of]
    latent = latent + parts[2] * shared(int(category_of.max()) + 1, 0.3)[:, category_of] + parts[3] * shared(elements, 0.1)
    effect = np.array(TIER_WEIGHTS)[tier_of] * (np.arange(elements) % 3 / 2 + 0.25) * 6 / elements
    outcome = latent @ effect + 0.4 * liking[:, 0] + shared(1, 0.2)[:, 0]
    ratings, score = np.clip(np.round(7 + 1.8 * latent), 0, 10), np.where(outcome > 0.45, 1.0, np.where(outcome < -0.75, -1.0, 0.0))
    return DriverData(
        outcome="nps",
        answers=gather_answers(ratings, score, np.ones(n), account),
        keys=tuple(f"e{at}" for at in range(elements)),
        tier_keys=tuple(f"t{at}" for at in range(len(tree))),
        category_keys=tuple(f"c{at}" for at in range(int(category_of.max()) + 1)),
        tree=tree,
        left_out=(),
    )


def pyramid(elements: int) -> tuple[tuple[tuple[tuple[int, ...], ...], ...], np.ndarray, np.ndarray]:
    """The pyramid itself for 40 elements, a short one of 12; with each element's tier and category."""
    whole = [[len(one.elements) for one in categories() if one.tier_key == tier.key] for tier in tiers()]
    sizes = whole if elements == sum(map(sum, whole)) else [[2], [2, 2], [2], [2], [2]]
    numbers = iter(range(elements))
    tree = tuple(tuple(tuple(next(numbers) for _ in range(size)) for size in inside) for inside in sizes)
    tier_of = np.repeat(np.arange(len(sizes)), [sum(inside) for inside in sizes])
    flat = [size for inside in sizes for size in inside]
    return tree, tier_of, np.repeat(np.arange(len(flat)), flat)


def lmg_by_fits(columns: Floats) -> Floats:
    """Flat LMG the plain way: one least-squares fit on the rows for every subset; the outcome is the last column."""
    x, y = columns[:, :-1], columns[:, -1]
    k, players = x.shape[1], range(x.shape[1])
    total = float(((y - y.mean()) ** 2).sum())
    worth = {(): 0.0}
    for size in range(1, k + 1):
        for subset in combinations(players, size):
            design = np.column_stack([np.ones(len(y)), x[:, subset]])
            residual = y - design @ np.linalg.lstsq(design, y)[0]
            worth[subset] = 1 - float(residual @ residual) / total
    shares = np.zeros(k)
    for subset, value in worth.items():
        for one in set(players) - set(subset):
            joined = tuple(sorted((*subset, one)))
            shares[one] += (worth[joined] - value) / (k * comb(k - 1, len(subset)))
    return shares


def _coverage_row(elements: int, n: int, samples: int) -> tuple[str, ...]:
    truth = _truth(elements)
    hits: list[Sequence[np.ndarray]] = []
    for sample in range(samples):
        rng = rng_for(SEED, f"drivers {elements} {n} {sample}")
        data = draw_study(elements, n, rng)
        statistic = partial(compute_figures, data=data)
        point, drawn = estimate_once(data.answers, statistic), resample(data.answers, statistic, RESAMPLES, rng)
        low, high = interval_of(drawn, LEVEL)
        centre, reach = 2 * point - drawn.mean(axis=0), 1.96 * drawn.std(axis=0, ddof=1)
        limits = ((low, high), (2 * point - high, 2 * point - low), (centre - reach, centre + reach))
        hits.append([(bottom <= truth) & (truth <= top) for bottom, top in limits])
    covered = 100 * np.mean(hits, axis=0)
    places = place_figures(data)
    shipped = [covered[0][places[kind]] for kind in KINDS]
    others = [f"{row[places['tier']].mean():.1f}" for row in covered[1:]]
    return (str(elements), f"{n:,}", str(samples), *(f"{one.mean():.1f} ({one.min():.0f})" for one in shipped), *others)


def _truth(elements: int) -> Floats:
    parts = [draw_study(elements, POPULATION, rng_for(SEED, f"drivers truth {elements} {part}")) for part in range(PARTS)]
    found: Floats = np.mean([estimate_once(one.answers, partial(compute_figures, data=one)) for one in parts], axis=0)
    return found


def _shared(account: np.ndarray, rng: np.random.Generator, columns: int, correlation: float) -> Floats:
    """Standard normal columns that correlate between colleagues."""
    shape = (len(account), columns)
    value: Floats = np.sqrt(correlation) * rng.standard_normal(shape)[account] + np.sqrt(1 - correlation) * rng.standard_normal(
        shape
    )
    return value


def _seconds(call: object, runs: int) -> float:
    assert callable(call)
    times = []
    for _ in range(runs):
        start = process_time()
        call()
        times.append(process_time() - start)
    return median(times)

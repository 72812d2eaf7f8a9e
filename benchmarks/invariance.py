"""Does comparability refuse what is the same, and find what is not? Colleagues' ratings resemble each other (ICC .3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.page import markdown_table
from valuelib.stats.invariance import ALPHA, MAX_CFI_LOSS, MAX_RMSEA_GAIN, Fit, Invariance, estimate_invariance
from valuelib.stats.totals import Floats

REPS: Mapping[int, int] = {4: 200, 7: 200, 21: 40}  # by number of items
SIZES, ICC, PEOPLE, GAPS = (200, 400, 1000), 0.3, 1.9, 0.04
CATEGORIES: Mapping[int, tuple[int, ...]] = {4: (4,), 7: (3, 4), 21: (4, 4, 4, 4, 5)}


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How the second group differs.

    Attributes:
        better: by how many SD it stands higher in what is measured.
        stricter: points (0-10) by which it rates every item lower, which nothing can tell from worse.
        some: points by which it rates a quarter of the items lower.
        slack: share by which the loadings of a quarter of the items are smaller.
    """

    name: str
    better: float = 0.0
    stricter: float = 0.0
    some: float = 0.0
    slack: float = 0.0

    @property
    def is_null(self) -> bool:
        """Whether the items mean the same in both groups, as far as any model could tell."""
        return not self.some and not self.slack


WORLDS = (
    World(name="same"),
    World(name="same, second group 0.5 SD higher", better=0.5),
    World(name="same, all items 0.5 points stricter", stricter=0.5),
    World(name="a quarter of the items 0.5 points stricter", some=0.5),
    World(name="a quarter of the items 1 point stricter", some=1.0),
    World(name="loadings of a quarter of the items halved", slack=0.5),
)


def measure_invariance(*, progress: Callable[[str], None] = lambda _: None) -> pd.DataFrame:
    """One row a world, number of items and size: how often each step was refused, and what was found."""
    rows = []
    for world in WORLDS:
        for items, reps in REPS.items():
            for n in SIZES:
                found = pd.DataFrame([_try(world, items, n, rep) for rep in range(reps)])
                rows.append({"world": world.name, "items": items, "n": n, "samples": reps, **found.mean().to_dict()})
                progress(f"{world.name}, {items} items, {n} answers")
    return pd.DataFrame(rows).round(4)


def _try(world: World, items: int, n: int, rep: int) -> dict[str, float]:
    rng = np.random.default_rng([rep, items, n, WORLDS.index(world)])
    (first, accounts), (second, others) = (_group(world, items, n // 2, rng, second=group == 1) for group in (0, 1))
    named = [str(place) for place, size in enumerate(CATEGORIES[items]) for _ in range(size)]
    group, account = np.repeat((0, 1), n // 2), np.concatenate([accounts, others + 1_000_000])
    found = estimate_invariance(np.vstack([first, second]), group, account, named)
    if not isinstance(found, Invariance):
        return {"improper": 1.0}
    by_step = {fit.step: fit for fit in reversed(found.fits)}
    metric, scalar = by_step.get("metric"), by_step.get("scalar")
    steps = [(by_step["configural"], metric), (metric, scalar)]
    pairs = [(wider, fit) for wider, fit in steps if wider is not None and fit is not None]
    planted, freed = {*range(_quarter(items))} if world.some else set(), {one.item for one in found.shifts}
    true = -world.some * _quarter(items) / items
    return {
        "improper": 0.0,
        "no_slopes": float(found.level in ("none", "configural")),
        "no_means": float(found.level in ("none", "configural", "metric")),
        "unequal": float(found.level != "scalar"),
        "unequal_by_fit": float(any(_worse(*pair) for pair in pairs)),
        "unequal_by_test": float(any((fit.p_value or 1.0) < ALPHA for _, fit in pairs)),
        "found": len(freed & planted) / len(planted) if planted else np.nan,
        "wrongly_freed": float(len(freed - planted)),
        "moved_error": np.nan if found.moved is None else found.moved[1] - true,
    }


def _worse(wider: Fit, fit: Fit) -> bool:
    return wider.cfi - fit.cfi > MAX_CFI_LOSS or fit.rmsea - wider.rmsea > MAX_RMSEA_GAIN


def _quarter(items: int) -> int:
    return max(items // 4, 1)


def _group(world: World, items: int, n: int, rng: np.random.Generator, *, second: bool) -> tuple[Floats, Floats]:
    """Whole ratings 0-10: 45 % of the variance is the scale's, 15 % the category's, the rest the item's own; all cluster alike."""
    sizes = 1 + rng.poisson(PEOPLE, n)
    account = np.repeat(np.arange(n), sizes)[:n]

    def drawn(columns: int) -> Floats:
        shared, own = rng.standard_normal((n, columns)), rng.standard_normal((n, columns))
        parts: Floats = np.sqrt(ICC) * shared[account] + np.sqrt(1 - ICC) * own
        return parts

    loadings = np.sqrt(0.45) * np.linspace(0.8, 1.2, items)
    few = np.arange(items) < _quarter(items)
    scale = drawn(1) + world.better * second
    shares = np.sqrt(0.15) * drawn(len(CATEGORIES[items]))[:, np.repeat(np.arange(len(CATEGORIES[items])), CATEGORIES[items])]
    latent = scale * loadings * (1 - world.slack * few * second) + shares + np.sqrt(0.4) * drawn(items)
    ratings = np.clip(np.round(6.3 + 1.9 * latent - second * (world.stricter + world.some * few)), 0, 10)
    return np.where(rng.random(ratings.shape) < GAPS, np.nan, ratings), account.astype(float)


def table_invariance(measured: pd.DataFrame) -> str:
    """The counts as a table."""
    header = (
        "World",
        "items",
        "answers",
        "no slopes, %",
        "no means, %",
        "not all items equal, %",
        "by fit alone, %",
        "by the test alone, %",
        "planted items found, %",
        "others freed",
        "mean error of the shift",
        "improper, %",
    )
    return markdown_table(header, [*_lines(measured)])


def _lines(measured: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    for one in measured.to_dict("records"):
        shares = ("no_slopes", "no_means", "unequal", "unequal_by_fit", "unequal_by_test", "found")
        yield (
            str(one["world"]),
            f"{one['items']}",
            f"{one['n']}",
            *("" if pd.isna(one[name]) else f"{100 * one[name]:.0f}" for name in shares),
            f"{one['wrongly_freed']:.2f}",
            "" if pd.isna(one["moved_error"]) else f"{one['moved_error']:+.2f}",
            f"{100 * one['improper']:.0f}",
        )

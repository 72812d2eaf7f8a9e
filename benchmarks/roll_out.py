"""Does the roll-out's interval hold, and does it keep quiet where nothing happened? So for a pilot by lot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.page import markdown_table
from valuelib.stats.contrasts import estimate_difference
from valuelib.stats.means import Means, estimate_means
from valuelib.stats.switched import Panel, estimate_switch, find_changes, make_panel
from valuelib.stats.totals import Floats, collect_totals

REPS, LARGE, LARGE_REPS = 1000, 4000, 8
SIZES, WAVES, PEOPLE = (60, 200), 3, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is planted, in SD of a latent liking that is cut into detractor, passive and promoter.

    Attributes:
        lift: by which an account's answers rise with the higher offering.
        strict: by which switchers rate lower all the time.
        standard: by which they rate lower from the switch on, for a changed standard alone.
        time: by which everybody rises in the second wave and falls in the third.
        leaving: chance that a switcher never answers again.
        lot: whether a lot draws half of the accounts for one wave; else they switch in the second wave or the third, or never.
    """

    name: str
    lift: float = 0.0
    strict: float = 0.0
    standard: float = 0.0
    time: float = 0.0
    leaving: float = 0.0
    lot: bool = False

    @property
    def is_null(self) -> bool:
        """Whether no lift is there to be shown."""
        return self.lift == 0


WORLDS = (
    World(name="roll-out, no effect"),
    World(name="roll-out, no effect, switchers 1 SD stricter", strict=1.0),
    World(name="roll-out, no effect, everybody moves with time", time=0.5),
    World(name="roll-out, no effect, a fifth of switchers leave", leaving=0.2),
    World(name="roll-out, effect 0.5 SD", lift=0.5),
    World(name="roll-out, effect 0.5 SD, switchers 1 SD stricter", lift=0.5, strict=1.0),
    World(name="roll-out, effect 0.5 SD, standard stricter by as much", lift=0.5, standard=0.5),
    World(name="pilot by lot, no effect", lot=True),
    World(name="pilot by lot, effect 0.5 SD", lift=0.5, lot=True),
)
MEASURED = ("value", "se", "low", "high", "df")


def measure_roll_out(*, progress: Callable[[str], None] = lambda _: None) -> pd.DataFrame:
    """One row a world and size: bias, coverage, and how often a lift or its opposite was shown."""
    rows = []
    for world in WORLDS:
        planted = np.array([_estimate(world, LARGE, 10_000 + rep)[0] for rep in range(LARGE_REPS)])
        truth = 0.0 if world.is_null else float(planted.mean())
        for accounts in SIZES:
            found = np.array([_estimate(world, accounts, rep) for rep in range(REPS)])
            value, se, low, high, _ = found.T
            error = (value.var(ddof=1) / REPS + (0.0 if world.is_null else planted.var(ddof=1) / LARGE_REPS)) ** 0.5
            rows.append(
                {
                    "world": world.name,
                    "accounts": accounts,
                    "samples": REPS,
                    "truth_pts": truth,
                    "bias_pts": value.mean() - truth,
                    "error_pts": error,
                    "sd_pts": value.std(ddof=1),
                    "se_pts": se.mean(),
                    "covered": ((low <= truth) & (truth <= high)).mean(),
                    "lift_shown": (low > 0).mean(),
                    "opposite_shown": (high < 0).mean(),
                }
            )
            progress(f"{world.name}, {accounts} accounts")
    return pd.DataFrame(rows).round(4)


def table_roll_out(measured: pd.DataFrame) -> str:
    """The counts as a table."""
    header = (
        "World",
        "accounts",
        "truth",
        "bias ± 2 simulation errors",
        "SD",
        "mean SE",
        "interval holds, %",
        "lift shown, %",
        "opposite, %",
    )
    return markdown_table(header, [*_lines(measured)])


def _lines(measured: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    for one in measured.itertuples():
        yield (
            str(one.world),
            f"{one.accounts}",
            f"{one.truth_pts:.1f}",
            f"{one.bias_pts:+.2f} ± {2 * float(str(one.error_pts)):.2f}",
            f"{one.sd_pts:.1f}",
            f"{one.se_pts:.1f}",
            *(f"{100 * float(str(share)):.1f}" for share in (one.covered, one.lift_shown, one.opposite_shown)),
        )


def _estimate(world: World, accounts: int, seed: int) -> tuple[float, ...]:
    rng = np.random.default_rng([seed, accounts, WORLDS.index(world)])
    means = _pilot(world, accounts, rng) if world.lot else _roll_out(world, accounts, rng)
    found = estimate_difference(means, kind="nps")
    return found.value, found.se, found.ci_low, found.ci_high, found.df


def _pilot(world: World, accounts: int, rng: np.random.Generator) -> Means:
    drawn = rng.permutation(np.arange(accounts) % 2 == 0)
    account = np.repeat(np.arange(accounts), 1 + rng.poisson(PEOPLE - 1, accounts))
    level = 0.5 * rng.normal(size=accounts) + rng.normal(0, 0.3, accounts) + world.lift * drawn
    return estimate_means(collect_totals(account, np.where(drawn, 0, 1)[account], _cut(level[account], rng), groups=("c", "b")))


def _roll_out(world: World, accounts: int, rng: np.random.Generator) -> Means:
    changes = find_changes(_panel(world, accounts, rng))
    assert changes is not None
    return estimate_switch(changes)


def _panel(world: World, accounts: int, rng: np.random.Generator) -> Panel:
    """Half of the accounts switch; 12 % miss any one wave; switchers liked the provider better from the start."""
    switch = np.where(rng.random(accounts) < 0.5, rng.integers(1, WAVES, accounts), WAVES)
    buyer, gone = switch < WAVES, rng.random(accounts) < world.leaving
    level = (0.3 - world.strict) * buyer + 0.5 * rng.normal(size=accounts)
    who, when, what = [], [], []
    for wave in range(WAVES):
        after = switch <= wave
        there = (rng.random(accounts) > 0.12) & ~(after & gone)
        account = np.repeat(np.flatnonzero(there), 1 + rng.poisson(PEOPLE - 1, int(there.sum())))
        moved = (world.lift - world.standard) * after + world.time * (wave == 1) - world.time * (wave == WAVES - 1)
        own = (level + moved + rng.normal(0, 0.3, accounts))[account]
        who, when, what = [*who, account], [*when, np.full(len(account), wave)], [*what, _cut(own, rng)]
    names = np.arange(accounts)
    rows = [np.concatenate(one) for one in (who, when, what)]
    return make_panel(*rows, np.ones(len(rows[0])), switch=switch, cluster=names, account=names, n_waves=WAVES)


def _cut(level: Floats, rng: np.random.Generator) -> Floats:
    latent = level + rng.normal(size=len(level))
    return np.select([latent > 0.3, latent < -0.6], [1.0, -1.0], 0.0)

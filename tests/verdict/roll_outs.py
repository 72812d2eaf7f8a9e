"""Made-up roll-outs of known truth: accounts that take the higher offering one after another, as answers of every wave."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from tests.clients import study_of
from valuelib.study.model import Study

YEARS = ("2024", "2025", "2026")


@dataclass(frozen=True)
class World:
    """What is planted, in SD of a latent liking; `strict` is taken off switchers in every wave, `standard` after the switch."""

    accounts: int = 100
    lift: float = 0.0
    strict: float = 0.0
    standard: float = 0.0
    drift: float = 0.0  # by which switchers rise each wave, with or without the switch
    lost: float = 0.0  # chance that a switcher never answers again after its switch
    dated: bool = True  # whether the switch is told by itself, or by the offering alone
    people: int = 3


def answers(world: World, seed: int) -> pd.DataFrame:
    """Half of the accounts switch, in the second wave or the third; everybody moves up a little from wave to wave."""
    rng, waves = np.random.default_rng(seed), len(YEARS)
    switch = np.where(rng.random(world.accounts) < 0.5, rng.integers(1, waves, world.accounts), waves)
    buyer, gone = switch < waves, rng.random(world.accounts) < world.lost
    level = 0.3 * buyer - world.strict * buyer + 0.5 * rng.normal(size=world.accounts)
    frames = []
    for wave, year in enumerate(YEARS):
        after = switch <= wave
        there = (rng.random(world.accounts) > 0.12) & ~(after & gone)
        shock = rng.normal(0, 0.3, world.accounts)
        account = np.repeat(np.flatnonzero(there), 1 + rng.poisson(world.people - 1, int(there.sum())))
        seat = pd.Series(account).groupby(account).cumcount().to_numpy()
        moved = world.lift * after - world.standard * after + world.drift * wave * buyer + 0.1 * wave
        latent = (level + shock + moved)[account] + rng.normal(size=len(account))
        score = np.select([latent > 0.3, latent < -0.6], [1.0, -1.0], 0.0)
        frames.append(
            pd.DataFrame(
                {
                    "respondent": [f"P{one}-{place}" for one, place in zip(account, seat, strict=True)],
                    "account": [f"A{one:03d}" for one in account],
                    "weight": 1.0,
                    "wave": year,
                    "nps": score,
                    "repurchase": (latent + rng.normal(size=len(account)) > 0).astype(float),
                    "offering": after[account].astype(float),
                    "offering_name": np.where(after[account], "Partner", "Basic"),
                    "switched": after[account].astype(float),
                    "switched_from": np.array([*YEARS, None], dtype=object)[switch[account]],
                }
            )
        )
    columns = [] if world.dated else ["switched", "switched_from"]
    return pd.concat(frames, ignore_index=True).drop(columns=columns)


def roll_out(world: World = World(), seed: int = 1, **settings: object) -> Study:
    """A study of such answers: headline figures from the last wave, claims under test as told."""
    every = answers(world, seed)
    study = study_of(every, columns={"respondent": "Id", "account": "Account", "wave": "Year"}, **settings)
    last = every[every["wave"] == YEARS[-1]].reset_index(drop=True)
    return type(study)(config=study.config, folder=study.folder, data=last, all_data=every, sources=())

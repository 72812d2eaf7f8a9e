"""Which accounts leave between two surveys, and when do contracts end?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.study.simulate.chance import rng_for
from valuelib.study.simulate.people import Floats, People
from valuelib.study.simulate.truth import Truth

MONTHLY_HAZARD = 0.02  # share of contracts that end in a month, at average quality
SEEN_MONTHS = 18  # months after the last survey for which ends are known
DAYS_A_MONTH = 30.4


def still_there(people: People, score: Floats, truth: Truth, seed: int) -> NDArray[np.bool_]:
    """Whether each answer's account was still a customer at its wave; whoever is less loyal leaves sooner."""
    there = np.ones(score.size, dtype=bool)
    if not truth.leaving:
        return there
    rng = rng_for(seed, "leaving")
    gone = np.zeros(truth.accounts, dtype=bool)
    for wave in range(truth.waves - 1):
        now = people.wave == wave
        n = np.bincount(people.account[now], minlength=truth.accounts)
        mean = np.bincount(people.account[now], weights=score[now], minlength=truth.accounts) / np.maximum(n, 1)
        loyal = (mean - mean.mean()) / max(float(mean.std()), 1e-9)
        inclined = truth.leaving_loyalty * -loyal + np.sqrt(1 - truth.leaving_loyalty**2) * rng.standard_normal(truth.accounts)
        gone |= inclined > np.quantile(inclined, 1 - truth.leaving)
        there &= ~((people.wave > wave) & gone[people.account])
    return there


def contract_dates(people: People, truth: Truth, seed: int) -> dict[str, pd.Series]:
    """One contract an account: `contract.start`, `contract.end` (the last day known) and `contract.ended` (blank while it runs)."""
    rng = rng_for(seed, "contracts")
    survey = pd.Timestamp(year=truth.year, month=3, day=1)
    started = survey - pd.to_timedelta(rng.integers(30 * (truth.waves * 12 + 2), 30 * 96, truth.accounts), unit="D")
    hazard = MONTHLY_HAZARD * np.exp(-truth.hazard_effect * people.accounts.quality)
    months = rng.exponential(1.0, truth.accounts) / hazard
    lasted = np.minimum(months, SEEN_MONTHS)
    last_known = survey + pd.to_timedelta(np.floor(lasted * DAYS_A_MONTH), unit="D")
    ended = pd.Series(last_known).where(months < SEEN_MONTHS)
    frames = {"contract.start": pd.Series(started), "contract.end": pd.Series(last_known), "contract.ended": ended}
    return {name: days.iloc[people.account].reset_index(drop=True) for name, days in frames.items()}

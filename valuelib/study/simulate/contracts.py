"""When do contracts begin and end, and which ends are not known yet?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from valuelib.study.simulate.chance import rng_for
from valuelib.study.simulate.leavers import last_seen
from valuelib.study.simulate.people import People
from valuelib.study.simulate.truth import Truth

MONTHLY_HAZARD = 0.02  # share of contracts that end in a month, at average quality
SEEN_MONTHS = 18  # months after the last survey for which ends are known
OLDEST_MONTHS = 96  # age of the oldest contract at the last survey, or two years before the first survey if that is earlier
DAYS_A_MONTH = 30.4


def contract_dates(people: People, truth: Truth, seed: int) -> dict[str, pd.Series]:
    """One contract an account: `contract.start`, `contract.end` (the last day known) and `contract.ended` (blank while it runs).

    Contracts begin before the first survey. After the last one they end with a hazard that falls with the account's true quality,
    seen for 18 months; those of accounts that leave end between the last survey that asked them and the next.
    """
    rng = rng_for(seed, "contracts")
    n = people.accounts.quality.size
    youngest = truth.waves * 12 + 2
    survey = pd.Timestamp(year=truth.year, month=3, day=1)
    started = survey - pd.to_timedelta(rng.integers(30 * youngest, 30 * max(OLDEST_MONTHS, youngest + 24), n), unit="D")
    hazard = MONTHLY_HAZARD * np.exp(-truth.hazard_effect * people.accounts.quality)
    months = rng.exponential(1.0, n) / hazard
    last_known = survey + pd.to_timedelta(np.floor(np.minimum(months, SEEN_MONTHS) * DAYS_A_MONTH), unit="D")
    ended = pd.Series(last_known).where(months < SEEN_MONTHS)
    seen = last_seen(truth, n)
    left = seen < truth.waves - 1
    years = pd.to_datetime(pd.Series(truth.year - truth.waves + 1 + seen).astype(str) + "-03-01")
    gone = years + pd.to_timedelta(rng_for(seed, "contracts.left").integers(30, 330, n), unit="D")
    end = pd.Series(last_known).mask(left, gone)
    frames = {"contract.start": pd.Series(started), "contract.end": end, "contract.ended": ended.mask(left, gone)}
    return {name: days.iloc[people.account].reset_index(drop=True) for name, days in frames.items()}

"""In how many accounts was a theme heard, and do those accounts rate what it speaks of otherwise?"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

SOURCE = "Wilson (1927), Journal of the American Statistical Association 22(158), 209-212"
SOURCE_JOIN = "Welch (1947), Biometrika 34(1-2), 28-35"

MAJORITY = 0.5


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme by account: in `heard` of `units` accounts; shares 0..1."""

    code: str
    heard: int
    units: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Share of the accounts in which it was heard."""
        return self.heard / self.units


@dataclass(frozen=True, slots=True)
class Joined:
    """Mean rating of the accounts with a theme less that of the others, in rating points, with its Welch interval."""

    code: str
    difference: float
    low: float
    high: float
    with_theme: int
    without: int


def heard_by_account(coded: pd.DataFrame) -> pd.DataFrame:
    """Accounts x codes: whether more than half of the readers of some passage of the account gave it the code."""
    passage = ["account", "text"]
    readers = coded.groupby(passage)["coder"].nunique().rename("readers").reset_index()
    gave = coded.groupby([*passage, "code"])["coder"].nunique().rename("gave").reset_index().merge(readers, on=passage)
    gave["heard"] = gave["gave"] / gave["readers"] > MAJORITY
    table = gave.pivot_table(index="account", columns="code", values="heard", aggfunc="max", fill_value=False)
    found: pd.DataFrame = table.astype(bool)
    return found


def count_themes(heard: pd.DataFrame, *, level: float = 0.95) -> tuple[Theme, ...]:
    """Every theme with its Wilson interval, the most frequent first."""
    units = len(heard)
    found = []
    for code in heard.columns:
        count = int(heard[code].sum())
        low, high = proportion_confint(count, units, alpha=1 - level, method="wilson")
        found.append(Theme(str(code), count, units, float(low), float(high)))
    return tuple(sorted(found, key=lambda theme: (-theme.heard, theme.code)))


def join_rating(heard: pd.Series, rating: pd.Series, *, fewest: int, level: float = 0.95) -> Joined | None:
    """Whether accounts with a theme rate higher; None where either side has fewer accounts than may be shown.

    Args:
        heard: by account, whether the theme was heard. rating: by account, the mean rating, missing where nobody rated.
        fewest: smallest group that is shown, at least 2 are needed for an interval.
    """
    told = rating.reindex(heard.index)
    one, other = (told[heard == side].dropna().to_numpy(float) for side in (True, False))
    if min(len(one), len(other)) < max(fewest, 2) or not (one.std() > 0 or other.std() > 0):
        return None
    test = stats.ttest_ind(one, other, equal_var=False)
    interval = test.confidence_interval(level)
    difference = float(one.mean() - other.mean())
    return Joined(str(heard.name), difference, float(interval.low), float(interval.high), len(one), len(other))

"""How small an effect could this study have seen, and how many answers would settle it?"""

from __future__ import annotations

import math

from scipy import stats

from valuelib.stats.contrasts import contrast
from valuelib.stats.loyalty import SCALE, Kind
from valuelib.stats.means import Means
from valuelib.stats.satterthwaite import FEWEST_DF

POWER = 0.8
ROUND_TO = 10


def detectable_points(means: Means, *, kind: Kind, level: float, power: float = POWER) -> float:
    """The smallest true lift that a study like this one shows to be above zero with the given power, in points.

    (t at the level + t at the power) times the standard error of the difference.
    """
    _, se, df = contrast(means, 1.0)
    quantiles = float(stats.t.ppf((1 + level) / 2, df)) + float(stats.t.ppf(power, df))
    return SCALE[kind] * quantiles * se


def respondents_needed(means: Means, *, metric: str, size: float, kind: Kind, level: float, power: float = POWER) -> int | None:
    """Answers that would settle an undecided claim if the truth is what we see, with the same accounts per answer and split.

    Settled means that the interval leaves out either no effect or the claimed size, whichever lies farther from the estimate:
    n * ((t_level + t_power) * se / distance)^2, se that of the contrast with the value to be left out. Rounded up to tens.

    Args:
        size: claimed size: a ratio, or points for an NPS or rate.
    Returns:
        Answers in both groups together, or None where the claimed size has no meaning (a ratio on a baseline not above zero)
        or where fewer than 4 degrees of freedom leave nothing to plan from.
    """
    null, claim = (1.0, size) if metric == "ratio" else (0.0, size / SCALE[kind])
    if metric == "ratio" and not means.values[1] > 0:
        return None
    df = contrast(means, 1.0)[2]
    reach = float(stats.t.ppf((1 + level) / 2, df)) + float(stats.t.ppf(power, df))
    now = int(means.n[:2].sum())
    n = now * min(_inflation(means, metric, edge, reach) for edge in (null, claim))
    if df < FEWEST_DF or not math.isfinite(n):
        return None
    return int(math.ceil(max(n, now + 1) / ROUND_TO) * ROUND_TO)


def _inflation(means: Means, metric: str, edge: float, reach: float) -> float:
    ratio, shift = (edge, 0.0) if metric == "ratio" else (1.0, edge)
    value, se, _ = contrast(means, ratio)
    distance = abs(value - shift)
    return (reach * se / distance) ** 2 if distance > 0 else math.inf

"""How small an effect could this study have seen, and how many answers would settle it?"""

from __future__ import annotations

import math

from scipy import stats

from valuelib.stats.contrasts import contrast
from valuelib.stats.loyalty import SCALE, Kind
from valuelib.stats.means import Means

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
    n * ((z_level + z_power) * se / distance)^2, se that of the contrast with the value to be left out. Rounded up to tens.

    Args:
        size: claimed size: a ratio, or points for an NPS or rate.
    Returns:
        Answers in both groups together, or None where the claimed size has no meaning (a ratio on a baseline not above zero).
    """
    null, claim = (1.0, size) if metric == "ratio" else (0.0, size / SCALE[kind])
    if metric == "ratio" and not means.values[1] > 0:
        return None
    z = float(stats.norm.ppf((1 + level) / 2) + stats.norm.ppf(power))
    factors = [_inflation(means, metric, edge, z) for edge in (null, claim)]
    n = int(means.n[:2].sum()) * min(factors)
    return None if not math.isfinite(n) else int(math.ceil(n / ROUND_TO) * ROUND_TO)


def _inflation(means: Means, metric: str, edge: float, z: float) -> float:
    ratio, shift = (edge, 0.0) if metric == "ratio" else (1.0, edge)
    value, se, _ = contrast(means, ratio)
    distance = abs(value - shift)
    return (z * se / distance) ** 2 if distance > 0 else math.inf

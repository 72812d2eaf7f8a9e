"""At which size does a simulated study reach the wanted power? A few simulated sizes and one line through them."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy.stats import norm

ROUNDS = 2
LEAST_SHARE = 0.5  # of one study: a simulated power of 0 or 1 counts as half a study short of it


def settle(
    power_at: Callable[[float], float], start: float, *, alpha: float, power: float, reps: int, within: tuple[float, float]
) -> float:
    """The size at which the simulated power is `power`.

    probit(power) = slope * sqrt(size) - z_alpha holds for a normal estimate whose variance falls with 1 / size, so one slope is
    fitted to all sizes simulated so far, each weighted by its information, and the next size is where the line meets the
    wanted power. The fitted power rises with the size by construction. Size is a number of respondents, or the square of a lift.

    Args:
        power_at: simulated power at a size, 0..1, from `reps` studies.
        start: the formula's answer.
        alpha: one-sided level of the test.
        within: the smallest and the largest size to try.
    Returns:
        The size. With 1,000 studies its standard error is about 2 %.
    """
    z_alpha, wanted = float(norm.ppf(1 - alpha)), float(norm.ppf(1 - alpha) + norm.ppf(power))
    information = weighted = 0.0
    size = min(max(start, within[0]), within[1])
    for _ in range(ROUNDS):
        share = min(max(power_at(size), LEAST_SHARE / reps), 1 - LEAST_SHARE / reps)
        probit = float(norm.ppf(share))
        weight = size * float(norm.pdf(probit)) ** 2 / (share * (1 - share))
        information, weighted = information + weight, weighted + weight * (probit + z_alpha) / math.sqrt(size)
        slope = max(weighted / information, 1e-9)
        size = min(max((wanted / slope) ** 2, within[0]), within[1])
    return size

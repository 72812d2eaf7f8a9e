"""On which scale was a question asked, judging by the answers given?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from valuelib.study.scaffold.profile import Profile

MANY = 100  # answers after which an end of the scale that nobody chose is probably not on the scale
SCALES = ((1, 4), (1, 5), (1, 6), (1, 7), (1, 9), (1, 10))


def guess_scale(profiles: Sequence[Profile]) -> tuple[tuple[int, int], str, str]:
    """Scale of questions asked alike, how sure that is (high, fair, low), and why."""
    numbers = np.concatenate([profile.numbers for profile in profiles])
    low, high = float(numbers.min()), float(numbers.max())
    seen = f"answers run {low:g}..{high:g}"
    if high > 11:
        return (0, 100), "fair", seen
    if high > 10:
        return (1, 11), "low", f"{seen}; 1-11 is often 0-10 coded one too high"
    if low < 1:
        return ((0, 10), "high", seen) if high > 5 else ((0, 5), "low", seen)
    fits = next(scale for scale in SCALES if high <= scale[1])
    if fits == (1, 10):
        return ((0, 10) if numbers.size < MANY or low > 1 else fits), "low", f"{seen}; 0-10 or 1-10?"
    sure = "high" if numbers.size >= MANY and low == fits[0] and high == fits[1] else "low"
    return fits, sure, seen

"""Where does chance come from? From a seed and the name of a step, so that order and worker count change nothing."""

from __future__ import annotations

import numpy as np


def rng_for(seed: int, step: str) -> np.random.Generator:
    """Chance that belongs to a named step of a simulation.

    Args:
        seed: the simulation's seed, 0 or above.
        step: the step's name; another name gives independent numbers.
    Returns:
        A generator that yields the same numbers in every run.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=tuple(step.encode())))

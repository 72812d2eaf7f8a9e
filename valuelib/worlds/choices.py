"""Best-worst choices of made-up respondents: what matters to them, and no liking of the provider."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.theory.pyramid import HIGHER_TIERS, Element
from valuelib.worlds.answers import rated_elements
from valuelib.worlds.frames import Simulated
from valuelib.worlds.people import Floats, Ints, rng_for
from valuelib.worlds.truth import Truth

UPPER = 0.4  # share of the elements to choose among that belongs to the higher tiers


class Picked(NamedTuple):
    """Of each respondent and set: the items shown, shape (respondents, sets, shown), and the best and the worst one."""

    shown: Ints
    best: Ints
    worst: Ints


def chosen_elements(truth: Truth) -> tuple[Element, ...]:
    """The elements to choose among, evenly over those of lower and of higher tiers on the form."""
    asked = rated_elements(truth)
    lower, higher = ([one for one in asked if (one.tier_key in HIGHER_TIERS) == upper] for upper in (False, True))
    n = min(max(round(UPPER * truth.choice_elements), truth.choice_elements - len(lower)), len(higher))
    counts = ((lower, truth.choice_elements - n), (higher, n))
    return tuple(part[place * len(part) // count] for part, count in counts for place in range(count))


def importance(truth: Truth, seed: int) -> dict[str, float]:
    """By element, its planted importance on the logit scale; they add up to zero."""
    keys = [one.key for one in chosen_elements(truth)]
    drawn = rng_for(seed, "choices.importance").standard_normal(len(keys))
    drawn = (drawn - drawn.mean()) / drawn.std() * truth.choice_spread
    return dict(zip(keys, drawn.tolist(), strict=True))


def balanced_sets(respondents: int, items: int, sets: int, shown: int, rng: np.random.Generator) -> Ints:
    """The items of each respondent's sets, drawn by chance; how often a person sees two items differs by one at most.

    >>> sets = balanced_sets(2, 6, 4, 3, np.random.default_rng(1))
    >>> [np.bincount(one.ravel()).tolist() for one in sets]
    [[2, 2, 2, 2, 2, 2], [2, 2, 2, 2, 2, 2]]
    """
    seen = np.zeros((respondents, items))
    drawn = np.empty((respondents, sets, shown), dtype=np.int64)
    for place in range(sets):
        drawn[:, place] = np.argsort(seen + rng.random(seen.shape), axis=1)[:, :shown]
        np.put_along_axis(seen, drawn[:, place], np.take_along_axis(seen, drawn[:, place], axis=1) + 1, axis=1)
    return rng.permuted(drawn, axis=2)


def pick_best_and_worst(utility: Floats, shown: Ints, careless: NDArray[np.bool_], rng: np.random.Generator) -> Picked:
    """Choices by the sequential best-worst logit: the best of all, and of the rest the worst.

    Args:
        utility: shape (respondents, items), on the logit scale.
        shown: shape (respondents, sets, shown).
        careless: shape (respondents,), who chooses at random.
        rng: of the chance in each choice.
    """
    felt = np.take_along_axis(np.where(careless[:, None], 0.0, utility)[:, None, :], shown, axis=2)
    up, down = rng.gumbel(size=(2, *shown.shape))
    first = np.argmax(felt + up, axis=2)[..., None]
    left = down - felt
    np.put_along_axis(left, first, -np.inf, axis=2)
    last = np.argmax(left, axis=2)[..., None]
    best, worst = (np.take_along_axis(shown, one, axis=2)[..., 0] for one in (first, last))
    return Picked(shown, best, worst)


def draw_tastes(truth: Truth, colleagues: Ints, rng: np.random.Generator) -> Floats:
    """How far what matters to each respondent differs from what matters on the whole, shape (respondents, elements).

    Args:
        truth: what is planted.
        colleagues: shape (respondents,), the account of each, 0, 1, ...
        rng: of the tastes.
    """
    shared = rng.standard_normal((int(colleagues.max(initial=0)) + 1, truth.choice_elements))[colleagues]
    own = rng.standard_normal((len(colleagues), truth.choice_elements))
    mixed: Floats = truth.choice_taste * (np.sqrt(truth.choice_shared) * shared + np.sqrt(1 - truth.choice_shared) * own)
    return mixed


def simulate_choices(simulated: Simulated) -> pd.DataFrame:
    """`respondent`, `set`, `shown_1` ..., `best` and `worst`, elements by their places in `chosen_elements`, 1 for the first.

    A respondent's halo lifts every element alike, so that it falls out of each comparison, and no rating goes into a choice.
    """
    truth, seed = simulated.truth, simulated.seed
    last = simulated.answers[simulated.answers["wave"] == str(truth.year)]
    rng = rng_for(seed, "choices")
    asked = last[rng.random(len(last)) < truth.choices]
    taste = draw_tastes(truth, pd.factorize(asked["account"])[0].astype(np.int64), rng_for(seed, "choices.tastes"))
    utility = np.array([*importance(truth, seed).values()]) + taste
    shown = balanced_sets(len(asked), truth.choice_elements, truth.choice_sets, truth.choice_shown, rng)
    picked = pick_best_and_worst(utility, shown, rng.random(len(asked)) < truth.choice_careless, rng)
    columns = {"respondent": np.repeat(asked["respondent"].to_numpy(dtype=object), truth.choice_sets)}
    columns["set"] = np.tile(np.arange(1, truth.choice_sets + 1), len(asked))
    columns |= {f"shown_{place + 1}": 1 + shown[:, :, place].ravel() for place in range(truth.choice_shown)}
    columns |= {"best": 1 + picked.best.ravel(), "worst": 1 + picked.worst.ravel()}
    return pd.DataFrame(columns)

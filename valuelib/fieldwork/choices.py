"""A best-worst block: a balanced design of sets of elements, and two questions a set, which every tool can ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from valuelib.theory.pyramid import element, elements
from valuelib.worlds.choices import balanced_sets

SHOWN = 4  # elements in a set
TIMES = 3  # that each is shown
FEWEST, MOST = 6, 20  # elements to choose among
MOST_SETS = -(-TIMES * MOST // SHOWN)
TRIES = 4000
SEED = 38  # of the design: the same elements give the same sets


def design_sets(keys: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Sets of four elements, each element shown three times or nearly, and of many such designs the one with the most even company.

    >>> sets = design_sets(["vision", "hope", "stability", "reach", "variety", "design_aesthetics", "flexibility", "expertise"])
    >>> len(sets), {sum(key in one for one in sets) for key in sets[0]}
    (6, {3})
    """
    sets = -(-TIMES * len(keys) // SHOWN)
    rng = np.random.default_rng(SEED)
    tried = balanced_sets(TRIES, len(keys), sets, min(SHOWN, len(keys)), rng)
    pairs_of = ([i * len(keys) + j for one in of for i, j in combinations(sorted(one), 2)] for of in tried.tolist())
    met = [np.bincount(pairs, minlength=len(keys) ** 2) for pairs in pairs_of]
    best = tried[int(np.argmin([(pairs**2).sum() for pairs in met]))]
    return tuple(tuple(keys[place] for place in one) for one in best.tolist())


def codes_of_set(place: int) -> tuple[str, str]:
    """The codes of the questions for the best and the worst of a set, 1 for the first."""
    return f"best{place:02}", f"worst{place:02}"


def element_place(key: str) -> int:
    """The code of an element as an answer: its place in the pyramid."""
    return [one.key for one in elements()].index(element(key).key) + 1


def choice_lines(sets: Sequence[Sequence[str]], q: Mapping[str, str]) -> Iterator[str]:
    """The block of study.yaml; nothing where the answers lack a question of the sets."""
    named = [codes_of_set(place) for place in range(1, len(sets) + 1)]
    if not named or not all(code in q for codes in named for code in codes):
        return
    yield "choices:     # elements by choice: everybody was shown the same sets"
    shown = sorted({key for one in sets for key in one}, key=element_place)
    yield f"  items: {{{', '.join(f'{key}: {element_place(key)}' for key in shown)}}}"
    yield "  sets:"
    for (best, worst), one in zip(named, sets, strict=True):
        yield f"    - {{best: {q[best]}, worst: {q[worst]}, items: [{', '.join(one)}]}}"

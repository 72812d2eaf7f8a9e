"""Which account totals do all specifications of one exposure share? Gathered once, picked from many times."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuelib.explore.specifications.choices import PEERS, Block, Coding, Exposure, gather_blocks, list_exposures
from valuelib.stats.exposure import NEITHER, Codes
from valuelib.stats.moments import Floats, Moments, collect_moments
from valuelib.study import Study

Waves = Literal["latest", "all"]
PAIR = ("comparison", "baseline")


class Design(NamedTuple):
    """One exposure with every control that any of its specifications may need."""

    exposure: Exposure
    blocks: dict[str, Block]

    def columns(self, adjustment: Sequence[str]) -> list[str]:
        """The control columns of an adjustment set."""
        return [name for block in adjustment for name in self.blocks[block].columns]


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Account totals by group and by which blocks an answer has; each adjustment set adds up the answers it can use."""

    moments: Moments
    patterns: tuple[frozenset[str], ...]

    def pick(self, adjustment: tuple[str, ...]) -> Moments:
        """Totals of (comparison, baseline) over the answers that have every control of the set."""
        usable = [place for place, pattern in enumerate(self.patterns) if pattern >= set(adjustment)]
        totals = self.moments.totals
        by_pattern = totals.reshape(*totals.shape[:3], len(PAIR), len(self.patterns), totals.shape[4])
        return Moments(self.moments.accounts, PAIR, self.moments.columns, by_pattern[:, :, :, :, usable].sum(axis=4))


def has_waves(study: Study) -> bool:
    """Whether there are several survey waves to choose from."""
    return "wave" in study.all_answers and study.all_answers["wave"].nunique() > 1


def list_waves(study: Study) -> Iterator[tuple[Waves, Study]]:
    """The study with the answers of the latest wave, and with those of every wave where there are several."""
    if not has_waves(study):
        yield "latest", study
        return
    every = study.all_answers
    latest = every[every["wave"] == every["wave"].max()]
    yield "latest", dataclasses.replace(study, answers=latest.reset_index(drop=True))
    yield "all", dataclasses.replace(study, answers=every.reset_index(drop=True))


def list_weights(study: Study) -> Iterator[tuple[bool, Floats]]:
    """The study's weights, and each answer alike where that differs."""
    weights = study.answers["weight"].to_numpy(float)
    yield True, weights
    if not np.all(weights == 1.0):
        yield False, np.ones_like(weights)


def list_designs(study: Study, has_outcome: NDArray[np.bool_], *, waves: Waves) -> Iterator[Design]:
    """Each exposure with its blocks of controls; over several waves colleagues' ratings would hold a person's own earlier ones."""
    for exposure in list_exposures(study):
        if not (waves == "all" and exposure.rule == PEERS):
            yield Design(exposure, gather_blocks(study, exposure.codes, has_outcome, colleagues=waves == "latest"))


def collect_totals(
    study: Study, design: Design, codings: Sequence[Coding], weights: Floats, has_outcome: NDArray[np.bool_]
) -> Totals:
    """One pass over the answers for all specifications of an exposure.

    Args:
        study: the study.
        design: the exposure and its controls.
        codings: the outcome's codings, known for the same answers.
        weights: shape (n,), weight of each answer.
        has_outcome: shape (n,), whether the outcome is known.
    """
    used = (design.exposure.codes != NEITHER) & has_outcome
    known = np.array([block.known for block in design.blocks.values()], dtype=bool).reshape(len(design.blocks), len(used)).T
    rows, pattern_of = np.unique(known[used], axis=0, return_inverse=True)
    patterns = tuple(frozenset(name for name, has in zip(design.blocks, row, strict=True) if has) for row in rows)
    codes: Codes = np.full(len(used), NEITHER, dtype=np.int64)
    codes[used] = design.exposure.codes[used] * len(patterns) + pattern_of.reshape(-1)
    columns = {name: column for block in design.blocks.values() for name, column in block.columns.items()}
    columns |= {coding.name: coding.values.to_numpy(float) for coding in codings}
    last = codings[-1].name
    y = columns.pop(last)
    groups = tuple(f"{group} {place}" for group in PAIR for place in range(len(patterns)))
    moments = collect_moments(study.answers["account"], codes, y, groups=groups, controls=dict(columns), weights=weights)
    return Totals(Moments(moments.accounts, moments.groups, (*moments.columns[:-1], last), moments.totals), patterns)

"""Is the whole curve more than chance? Its median lift and its share of shown lifts against those of exchanged exposures."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from valuelib.explore.specifications.choices import list_adjustments, list_codings
from valuelib.explore.specifications.curve import FAMILIES, Choices, Curve, Family, common_scales, headline_waves
from valuelib.explore.specifications.designs import list_designs
from valuelib.records import Message
from valuelib.stats.loyalty import SCALE
from valuelib.stats.moments import Floats
from valuelib.stats.permutation import critical_t, permuted_lifts, share_movable, swap_blocks
from valuelib.study import Study
from valuelib.study.simulate import rng_for

QUICK, FULL = 199, 499
QUICK_ANSWERS = 500_000  # answers times permutations that a reader is asked to wait for
FEWEST = 39  # fewer permutations cannot show a one-sided p of 0.025


@dataclass(frozen=True, slots=True, kw_only=True)
class Permuted:
    """One family's curve against exchanged exposures.

    `n` specifications took part: those on respondents, in the headline waves, with the study's weights. `median` is their median
    lift in points, `shown` the share (0..1) whose lift is significantly above zero; `p_median`, `p_shown` are the shares of
    exchanges, the observed one among them, that reach as much; `chance_*` are the 95th percentiles of the exchanges.
    """

    family: Family | None
    n: int
    median: float
    shown: float
    p_median: float
    p_shown: float
    chance_median: float
    chance_shown: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Permutation:
    """The test of a curve: the deciding families first, `None` as family for all specifications together."""

    permutations: int
    movable_share: float
    families: tuple[Permuted, ...]


def count_permutations(curve: Curve, *, full: bool) -> int:
    """How many exchanges to draw: 499, or as many up to 199 as take seconds; 0 where those would be too few to show anything."""
    if full:
        return FULL
    quick = min(QUICK, QUICK_ANSWERS // max(curve.n, 1))
    return quick if quick >= FEWEST else 0


def permute_curve(study: Study, curve: Curve, permutations: int) -> Permutation | None:
    """Test a curve as a whole by exchanging exposures between accounts of equal size.

    Args:
        study: the study.
        curve: its curve of one outcome.
        permutations: exchanges; the same ones for every specification, so that their dependence is kept.
    Returns:
        Permutation; None without permutations, or where fewer than half of the accounts have another of their size.
    Notes:
        The null is that exposure has nothing to do with outcome and controls. Of own ratings that is "no association", which halo
        makes false without any effect. Source: Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4, 1208-1214.
    """
    codings = list_codings(study, curve.outcome)
    if isinstance(codings, Message) or permutations < 1:
        return None
    known = codings[0].values.notna()
    accounts = np.unique(study.answers["account"][known].astype(str), return_inverse=True)[1]
    if share_movable(accounts) < 0.5:
        return None
    drawn = swap_blocks(accounts, permutations, rng_for(study.config.seed, f"permute {curve.outcome}"))
    values: dict[Family, list[Floats]] = defaultdict(list)
    shown: dict[Family, list[Floats]] = defaultdict(list)
    kept = {one.choices for one in curve.specifications}
    for choices, value, t in _permute_all(study, curve, drawn, accounts):
        if choices in kept:
            values[choices.family].append(value)
            shown[choices.family].append((t > critical_t(curve.level, len(np.unique(accounts)))).astype(float))
    if not values:
        return None
    found = [family for family in FAMILIES if family in values]
    pooled = ([one for family in found for one in values[family]], [one for family in found for one in shown[family]])
    return Permutation(
        permutations=permutations,
        movable_share=share_movable(accounts),
        families=(*(_compare(family, values[family], shown[family]) for family in found), _compare(None, *pooled)),
    )


def _permute_all(study: Study, curve: Curve, drawn: np.ndarray, accounts: np.ndarray) -> Iterator[tuple[Choices, Floats, Floats]]:
    """Lifts and t values of each specification, the observed exposure first."""
    codings = list_codings(study, curve.outcome)
    if isinstance(codings, Message):
        return
    weights = study.answers["weight"].to_numpy(float)
    known = codings[0].values.notna().to_numpy()
    scales = common_scales(codings, weights)
    outcomes = np.stack(
        [scale * SCALE[coding.kind] * coding.values.to_numpy(float)[known] for scale, coding in zip(scales, codings, strict=True)],
        axis=1,
    )
    waves = headline_waves(study)
    for design in list_designs(study, known, waves=waves):
        columns = {name: column[known] for block in design.blocks.values() for name, column in block.columns.items()}
        for adjustment in list_adjustments(design.exposure.rule, design.blocks):
            controls = np.array([columns[name] for name in design.columns(adjustment)]).reshape(-1, int(known.sum())).T
            complete = np.logical_and.reduce([known, *(design.blocks[block].known for block in adjustment)])[known]
            lifts = permuted_lifts(
                design.exposure.codes[known],
                drawn,
                outcomes,
                controls=controls,
                known=complete,
                accounts=accounts,
                weights=weights[known],
            )
            chosen = Choices(rule=design.exposure.rule, cut=design.exposure.cut, adjustment=adjustment, waves=waves)
            for place, coding in enumerate(codings):
                yield dataclasses.replace(chosen, coding=coding.name), lifts.value[:, place], lifts.t[:, place]


def _compare(family: Family | None, values: list[Floats], shown: list[Floats]) -> Permuted:
    median, share = np.median(np.stack(values), axis=0), np.stack(shown).mean(axis=0)
    return Permuted(
        family=family,
        n=len(values),
        median=float(median[0]),
        shown=float(share[0]),
        p_median=float((median >= median[0]).mean()),
        p_shown=float((share >= share[0]).mean()),
        chance_median=float(np.quantile(median[1:], 0.95)),
        chance_shown=float(np.quantile(share[1:], 0.95)),
    )

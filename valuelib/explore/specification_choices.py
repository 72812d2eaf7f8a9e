"""The choices that a careful analyst could have made otherwise: exposures, adjustment sets and outcome codings of one study."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.results import EvidenceLevel, Message
from valuelib.stats import exposure as rules
from valuelib.stats.exposure import NEITHER, Codes
from valuelib.stats.loyalty import Kind
from valuelib.stats.totals import ClusterTotals, Floats, collect_totals
from valuelib.study.model import Study
from valuelib.theory.pyramid import COUNTED_TIERS, HIGHER_TIERS, LOWER_TIERS
from valuelib.verdict.adjusted import LOWER, gather_controls
from valuelib.verdict.groups import MIN_FOR_COUNT, colleagues_mean, element_ratings, find_outcome, tier_mean

THRESHOLDS = (6.0, 7.0, 8.0, 9.0)
COUNT_THRESHOLDS = (7.0, 8.0, 9.0)
HIGH_MEAN = 8.0
OFFERING, OWN_RULES, PEERS = "offering", ("delivered", "count", "relative", "own_mean"), "peers"
OWN, TIERS, COLLEAGUES = "own", "tiers", "colleagues"
COVARIATES = "covariates"
ADJUSTMENTS: tuple[tuple[str, ...], ...] = ((), (OWN,), (TIERS,), (COLLEAGUES,), (OWN, COLLEAGUES))


class Exposure(NamedTuple):
    """One way to tell who received higher-tier value: its rule, its cut, and each answer's group."""

    rule: str
    cut: str
    codes: Codes


class Coding(NamedTuple):
    """One way to turn the outcome into a number."""

    name: str
    kind: Kind
    values: pd.Series


class Block(NamedTuple):
    """Controls that come and go together: standardised columns (zero where missing), and the answers that have all of them."""

    columns: dict[str, NDArray[np.float64]]
    known: NDArray[np.bool_]


def list_codings(study: Study, outcome: str) -> tuple[Coding, ...] | Message:
    """Codings of an outcome, the claim's own first; all of them are known for the same answers.

    Args:
        study: the study.
        outcome: `recommend` or another outcome of claims; only recommend has several codings.
    Returns:
        NPS classes, the 0-10 mean, the share of promoters and the share of non-detractors; else the outcome as measured. A message
        where the study lacks it.
    """
    found = find_outcome(study, outcome)
    if isinstance(found, Message):
        return found
    own = Coding(found.column, found.kind, study.data[found.column].astype(float))
    if outcome != "recommend":
        return (own,)
    answered = own.values.notna()
    scores = study.data["recommend"].astype(float).where(answered) if "recommend" in study.data else None  # groups have no mean
    return (
        own,
        *((Coding("score", "mean", scores),) if scores is not None else ()),
        Coding("promoters", "rate", (own.values > 0).astype(float).where(answered)),
        Coding("no_detractors", "rate", (own.values > -1).astype(float).where(answered)),
    )


def list_exposures(study: Study) -> tuple[Exposure, ...]:
    """Every rule and cut that the study's columns allow; cuts that part the answers alike are kept once."""
    kept: dict[tuple[str, bytes], Exposure] = {}
    for one in _every_exposure(study):
        kept.setdefault((one.rule, one.codes.tobytes()), one)
    return tuple(kept.values())


def list_adjustments(rule: str, blocks: dict[str, Block]) -> tuple[tuple[str, ...], ...]:
    """The sets of controls that go with an exposure rule; colleagues' ratings as exposure need their lower tiers and one's own."""
    wanted = ADJUSTMENTS[-1:] if rule == PEERS else ADJUSTMENTS
    plain = [one for one in wanted if set(one) <= set(blocks)]
    return (*plain, *((*one, COVARIATES) for one in plain)) if COVARIATES in blocks else tuple(plain)


def evidence_level_of(rule: str, adjustment: tuple[str, ...]) -> EvidenceLevel:
    """The kind of evidence: halo cannot make the first two, lower-tier ratings held equal leave a direction, the rest describes."""
    if rule == PEERS:
        return EvidenceLevel.COLLEAGUE_RATED
    if rule == OFFERING:
        return EvidenceLevel.PURCHASE_RECORD if {OWN, TIERS, COLLEAGUES} & set(adjustment) else EvidenceLevel.DESCRIPTIVE
    return EvidenceLevel.DIRECTION if {OWN, TIERS} & set(adjustment) else EvidenceLevel.DESCRIPTIVE


def gather_blocks(study: Study, codes: Codes, has_outcome: NDArray[np.bool_], *, colleagues: bool) -> dict[str, Block]:
    """The blocks of controls for one exposure.

    Args:
        study: the study.
        codes: each answer's group.
        has_outcome: answers whose outcome is known.
        colleagues: whether the other answers of an account are other people's; over several waves they are not.
    """
    lower = tier_mean(study, LOWER_TIERS)
    tiers = [mean for tier in LOWER_TIERS if (mean := tier_mean(study, (tier,))) is not None]
    others = colleagues_mean(study, LOWER_TIERS) if colleagues and study.has_accounts else None
    # The covariates of the audited contrast on its rows: chosen and encoded as there, so that one of them is that contrast.
    controls = gather_controls(study, {} if lower is None else {LOWER: lower}, (has_outcome & (codes != NEITHER)), codes)
    columns = {name: np.where(controls.complete, column, 0.0) for name, column in controls.columns.items() if name != LOWER}
    blocks = {
        OWN: _block({OWN: lower}) if lower is not None else None,
        TIERS: _block({f"{TIERS}#{place}": mean for place, mean in enumerate(tiers)}) if len(tiers) > 1 else None,
        COLLEAGUES: _block({COLLEAGUES: others}) if others is not None else None,
        COVARIATES: (Block(columns, controls.complete) if columns else None),
    }
    return {name: block for name, block in blocks.items() if block is not None}


def _block(series: dict[str, pd.Series]) -> Block | None:
    known = np.logical_and.reduce([one.notna().to_numpy() for one in series.values()])
    if not known.any():
        return None
    columns = {}
    for name, one in series.items():
        values = one.to_numpy(float)
        spread = float(values[known].std())
        if not spread > 0:
            return None
        columns[name] = np.where(known, (values - values[known].mean()) / spread, 0.0)
    return Block(columns, known)


def _every_exposure(study: Study) -> Iterator[Exposure]:
    """By what was bought, by own ratings, and by colleagues' ratings."""
    offering = study.values("offering")
    if offering is not None:
        yield Exposure(OFFERING, "bought", rules.by_offering(offering))
    yield from _own_ratings(study)
    peers = colleagues_mean(study, HIGHER_TIERS) if study.has_accounts else None
    if peers is None or not peers.notna().any():
        return
    yield from _splits(PEERS, peers)
    low, high = (float(peers.quantile(q)) for q in (1 / 3, 2 / 3))
    codes = np.select([(peers >= high).to_numpy(), (peers < low).to_numpy()], [rules.COMPARISON, rules.BASELINE], NEITHER)
    yield Exposure(PEERS, "thirds", codes.astype(np.int64))


def _own_ratings(study: Study) -> Iterator[Exposure]:
    higher, counted = element_ratings(study, HIGHER_TIERS), element_ratings(study, COUNTED_TIERS)
    if not len(higher.columns):
        return
    for threshold in sorted({*THRESHOLDS, study.config.exposure.threshold}):
        yield Exposure("delivered", f"{threshold:g}", rules.by_delivered(higher, threshold=threshold))
    if len(counted.columns) >= MIN_FOR_COUNT:
        for threshold in sorted({*COUNT_THRESHOLDS, study.config.exposure.threshold}):
            codes = rules.by_count(counted, threshold=threshold, comparison=(6, None), baseline=(1, 5))
            yield Exposure("count", f"{threshold:g} published", codes)
            yield from _splits("count", rules.count_elements(counted, threshold=threshold), f"{threshold:g} ")
    mean, lower = rules.mean_rating(higher), tier_mean(study, LOWER_TIERS)
    if lower is not None:
        yield Exposure("relative", "zero", rules.by_relative(mean, lower))
        yield from _splits("relative", mean - lower)
    yield from _splits("own_mean", mean)
    yield Exposure("own_mean", f"{HIGH_MEAN:g}", rules.by_split(mean, at=HIGH_MEAN))


def _splits(rule: str, values: pd.Series, name: str = "") -> Iterator[Exposure]:
    if values.notna().any():
        yield Exposure(rule, f"{name}median", rules.by_split(values, at=float(values.median())))


# Account totals that all specifications of one exposure share: gathered once, picked from many times

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

    totals: ClusterTotals
    patterns: tuple[frozenset[str], ...]

    def pick(self, adjustment: tuple[str, ...]) -> ClusterTotals:
        """Totals of (comparison, baseline) over the answers that have every control of the set."""
        usable = [place for place, pattern in enumerate(self.patterns) if pattern >= set(adjustment)]
        totals = self.totals.totals
        by_pattern = totals.reshape(*totals.shape[:3], len(PAIR), len(self.patterns), totals.shape[4])
        members = self.totals.members
        if members is not None:
            present = members[1].reshape(len(PAIR), len(self.patterns), len(members[0]))
            members = members[0], np.logical_or.reduce(present[:, usable], axis=1)
        return ClusterTotals(self.totals.accounts, PAIR, self.totals.columns, by_pattern[:, :, :, :, usable].sum(axis=4), members)


def has_waves(study: Study) -> bool:
    """Whether there are several survey waves to choose from."""
    return "wave" in study.all_data and study.all_data["wave"].nunique() > 1


def list_waves(study: Study) -> Iterator[tuple[Waves, Study]]:
    """The study with the answers of the latest wave, and with those of every wave where there are several."""
    if not has_waves(study):
        yield "latest", study
        return
    every = study.all_data
    latest = every[every["wave"] == every["wave"].max()]
    yield "latest", dataclasses.replace(study, data=latest.reset_index(drop=True))
    yield "all", dataclasses.replace(study, data=every.reset_index(drop=True))


def list_weights(study: Study) -> Iterator[tuple[bool, Floats]]:
    """The study's weights, and each answer alike where that differs."""
    weights = study.data["weight"].to_numpy(float)
    yield True, weights
    if not np.all(weights == 1.0):
        yield False, np.ones_like(weights)


def list_designs(study: Study, has_outcome: NDArray[np.bool_], *, waves: Waves) -> Iterator[Design]:
    """Each exposure with its blocks of controls; over several waves colleagues' ratings would hold a person's own earlier ones."""
    for exposure in list_exposures(study):
        if not (waves == "all" and exposure.rule == PEERS):
            yield Design(exposure, gather_blocks(study, exposure.codes, has_outcome, colleagues=waves == "latest"))


def totals_of_design(
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
    totals = collect_totals(study.clusters, codes, y, groups=groups, controls=dict(columns), weights=weights, members=study.members)
    return Totals(dataclasses.replace(totals, columns=(*totals.columns[:-1], last)), patterns)

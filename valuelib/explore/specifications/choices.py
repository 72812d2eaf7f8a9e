"""Which choices could a careful analyst have made otherwise? Exposures, controls and outcome codings of one study."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.evidence.controls import LOWER, gather_controls
from valuelib.evidence.groups import FEWEST_FOR_COUNT, colleagues_mean, element_ratings, tier_mean
from valuelib.evidence.outcomes import find_outcome
from valuelib.records import Message, Rung
from valuelib.stats import exposure
from valuelib.stats.exposure import NEITHER, Codes
from valuelib.stats.loyalty import Kind
from valuelib.study import Study
from valuelib.theory import HIGHER_TIERS, LOWER_TIERS

THRESHOLDS = (6.0, 7.0, 8.0, 9.0)
COUNT_THRESHOLDS = (7.0, 8.0, 9.0)
HIGH_MEAN = 8.0
PROMOTER, DETRACTOR = 9, 6
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
    own = Coding(found.column, found.kind, study.answers[found.column].astype(float))
    if outcome != "recommend":
        return (own,)
    score = study.answers["recommend"].astype(float).where(own.values.notna())
    return (
        own,
        Coding("score", "mean", score),
        Coding("promoters", "rate", (score >= PROMOTER).astype(float).where(score.notna())),
        Coding("no_detractors", "rate", (score > DETRACTOR).astype(float).where(score.notna())),
    )


def list_exposures(study: Study) -> tuple[Exposure, ...]:
    """Every rule and cut that the study's columns allow; cuts that part the answers alike are kept once."""
    kept: dict[tuple[str, bytes], Exposure] = {}
    for one in (*_bought(study), *_own_ratings(study), *_colleagues(study)):
        kept.setdefault((one.rule, one.codes.tobytes()), one)
    return tuple(kept.values())


def list_adjustments(rule: str, blocks: dict[str, Block]) -> tuple[tuple[str, ...], ...]:
    """The sets of controls that go with an exposure rule; colleagues' ratings as exposure need their lower tiers and one's own."""
    wanted = ADJUSTMENTS[-1:] if rule == PEERS else ADJUSTMENTS
    plain = [one for one in wanted if set(one) <= set(blocks)]
    return (*plain, *((*one, COVARIATES) for one in plain)) if COVARIATES in blocks else tuple(plain)


def rung_of(rule: str, adjustment: tuple[str, ...]) -> Rung:
    """The kind of evidence: halo cannot make the first two, lower-tier ratings held equal leave a direction, the rest describes."""
    if rule == PEERS:
        return "peers"
    if rule == OFFERING:
        return "audited" if {OWN, TIERS, COLLEAGUES} & set(adjustment) else "descriptive"
    return "direction" if {OWN, TIERS} & set(adjustment) else "descriptive"


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
    blocks = {
        OWN: _block({OWN: lower}) if lower is not None else None,
        TIERS: _block({f"{TIERS}#{place}": mean for place, mean in enumerate(tiers)}) if len(tiers) > 1 else None,
        COLLEAGUES: _block({COLLEAGUES: others}) if others is not None else None,
        COVARIATES: _covariates(study, lower, codes, has_outcome & (codes != NEITHER)),
    }
    return {name: block for name, block in blocks.items() if block is not None}


def _covariates(study: Study, lower: pd.Series | None, codes: Codes, wanted: NDArray[np.bool_]) -> Block | None:
    """The covariates of the audited contrast on its rows: chosen and encoded as there, so that one of them is that contrast."""
    controls = gather_controls(study, {} if lower is None else {LOWER: lower}, wanted, codes)
    columns = {name: np.where(controls.complete, column, 0.0) for name, column in controls.columns.items() if name != LOWER}
    return Block(columns, controls.complete) if columns else None


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


def _bought(study: Study) -> Iterator[Exposure]:
    offering = study.values("offering")
    if offering is not None:
        yield Exposure(OFFERING, "bought", exposure.by_offering(offering))


def _own_ratings(study: Study) -> Iterator[Exposure]:
    higher, everything = element_ratings(study, HIGHER_TIERS), element_ratings(study, LOWER_TIERS + HIGHER_TIERS)
    if not len(higher.columns):
        return
    for threshold in sorted({*THRESHOLDS, study.config.exposure.threshold}):
        yield Exposure("delivered", f"{threshold:g}", exposure.by_delivered(higher, threshold=threshold))
    if len(everything.columns) >= FEWEST_FOR_COUNT:
        for threshold in sorted({*COUNT_THRESHOLDS, study.config.exposure.threshold}):
            codes = exposure.by_count(everything, threshold=threshold, comparison=(6, None), baseline=(1, 5))
            yield Exposure("count", f"{threshold:g} published", codes)
            yield from _splits("count", exposure.count_elements(everything, threshold=threshold), f"{threshold:g} ")
    mean, lower = exposure.mean_rating(higher), tier_mean(study, LOWER_TIERS)
    if lower is not None:
        yield Exposure("relative", "zero", exposure.by_relative(mean, lower))
        yield from _splits("relative", mean - lower)
    yield from _splits("own_mean", mean)
    yield Exposure("own_mean", f"{HIGH_MEAN:g}", exposure.by_split(mean, at=HIGH_MEAN))


def _colleagues(study: Study) -> Iterator[Exposure]:
    peers = colleagues_mean(study, HIGHER_TIERS) if study.has_accounts else None
    if peers is not None:
        yield from _splits(PEERS, peers)
        yield from _thirds(PEERS, peers)


def _splits(rule: str, values: pd.Series, name: str = "") -> Iterator[Exposure]:
    if values.notna().any():
        yield Exposure(rule, f"{name}median", exposure.by_split(values, at=float(values.median())))


def _thirds(rule: str, values: pd.Series) -> Iterator[Exposure]:
    """The upper third against the lower one."""
    if not values.notna().any():
        return
    low, high = (float(values.quantile(q)) for q in (1 / 3, 2 / 3))
    codes = np.select([(values >= high).to_numpy(), (values < low).to_numpy()], [exposure.COMPARISON, exposure.BASELINE], NEITHER)
    yield Exposure(rule, "thirds", codes.astype(np.int64))

"""Would another analyst have come to another figure? One outcome under every defensible choice, from shared account totals."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.special import stdtr

from valuelib.errors import ResultError
from valuelib.evidence.contrast import KEPT
from valuelib.explore.specifications.choices import (
    ADJUSTMENTS,
    COVARIATES,
    OFFERING,
    OWN,
    PEERS,
    Coding,
    list_adjustments,
    list_codings,
    rung_of,
)
from valuelib.explore.specifications.designs import (
    PAIR,
    Design,
    Waves,
    collect_totals,
    has_waves,
    list_designs,
    list_waves,
    list_weights,
)
from valuelib.records import Message, Rung
from valuelib.stats.adjust import FittedMeans
from valuelib.stats.contrasts import estimate_lift_points, has_variation
from valuelib.stats.loyalty import SCALE, Kind
from valuelib.stats.moments import Floats, Moments
from valuelib.stats.satterthwaite import FEWEST_DF
from valuelib.stats.specifications import Fit, fit_accounts, fit_respondents
from valuelib.study import Study

Level = Literal["respondents", "accounts"]
Family = Literal["audited", "peers", "bought", "direction", "descriptive"]
FAMILIES: tuple[Family, ...] = ("audited", "peers", "bought", "direction", "descriptive")
HALO_EXPOSED: tuple[Family, ...] = ("direction", "descriptive")
FITS = {"respondents": fit_respondents, "accounts": fit_accounts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What was chosen: who counts as receiving value, how the outcome is coded, what is held equal, whose figure it is."""

    rule: str = ""
    cut: str = ""
    coding: str = ""
    adjustment: tuple[str, ...] = ()
    level: Level = "respondents"
    weighted: bool = True
    waves: Waves = "latest"

    @property
    def rung(self) -> Rung:
        """The kind of evidence that these choices give."""
        return rung_of(self.rule, self.adjustment)

    @property
    def family(self) -> Family:
        """The rung; but what was bought with no ratings held equal is told apart, since no rating has made it."""
        match self.rung:
            case "audited" | "peers" | "direction" as rung:
                return rung
            case _:
                return "bought" if self.rule == OFFERING else "descriptive"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Specification:
    """One specification: its choices and its lift on the common footing of the curve.

    `value`, `low` and `high` are the lift in standard deviations of its own coding, times that of the claim's: for the claim's own
    coding the points of NPS, or percentage points, themselves. `p_no_lift`, `p_opposite` are one-sided.
    """

    choices: Choices
    value: float
    low: float
    high: float
    p_no_lift: float
    p_opposite: float
    kind: Kind
    means: Fit | FittedMeans = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """Every specification of one outcome, lowest lift first.

    `primary` is the place of the contrast that gives the verdict, or of the raw one where none decides; None where it could not be
    formed. `left_out` counts specifications that these answers cannot carry: a group below the study's minimum, hardly any df,
    controls that tell who is in which group. `coding` is the claim's own.
    """

    outcome: str
    coding: str
    level: float
    n: int
    accounts: int
    specifications: tuple[Specification, ...]
    primary: int | None
    left_out: int

    @property
    def alpha(self) -> float:
        """Level of each one-sided test."""
        return (1 - self.level) / 2

    def of(self, family: Family) -> tuple[Specification, ...]:
        """The specifications of one family."""
        return tuple(one for one in self.specifications if one.choices.family == family)

    @property
    def families(self) -> tuple[Family, ...]:
        """The families that have a specification."""
        return tuple(family for family in FAMILIES if self.of(family))

    @property
    def deciding(self) -> Family | None:
        """The family from which a verdict can be read: what was bought, else colleagues' ratings; None without them."""
        return next((family for family in self.families if family in ("audited", "peers")), None)


def fit_curve(study: Study, outcome: str) -> Curve | Message:
    """Every defensible specification of an outcome; docs/explanation/specifications.md says which these are.

    Args:
        study: the study.
        outcome: `recommend`, `repurchase` or `expansion`.
    Returns:
        The curve; a message where the study lacks the outcome, or where no specification can be formed.
    """
    codings = list_codings(study, outcome)
    if isinstance(codings, Message):
        return codings
    fitted = list(_fit_all(study, outcome))
    found = [one for one in fitted if isinstance(one, Specification)]
    if not found:
        return Message(code="missing.specifications")
    ordered = sorted(found, key=lambda one: (one.value, str(one.choices)))
    known = codings[0].values.notna()
    return Curve(
        outcome=outcome,
        coding=codings[0].name,
        level=study.config.level,
        n=int(known.sum()),
        accounts=int(study.answers["account"][known].nunique()),
        specifications=tuple(ordered),
        primary=_primary(study, codings[0].name, [one.choices for one in ordered]),
        left_out=sum(one for one in fitted if isinstance(one, int)),
    )


def headline_waves(study: Study) -> Waves:
    """The choice of waves that the study's headline figures make."""
    return "all" if study.config.waves == "all" and has_waves(study) else "latest"


def common_scales(codings: Sequence[Coding], weights: Floats) -> list[float]:
    """Factors that turn each coding's lift into points of the first one: ratios of their standard deviations over all answers.

    The exposure has no say in them, so that no choice of groups can move the ruler. Empty where a coding does not vary.
    """
    spreads = [SCALE[coding.kind] * _spread(coding, weights) for coding in codings]
    return [spreads[0] / spread for spread in spreads] if all(spread > 0 for spread in spreads) else []


def _spread(coding: Coding, weights: Floats) -> float:
    y = coding.values.to_numpy(float)
    known = np.isfinite(y)
    if not known.any():
        return 0.0
    mean = np.average(y[known], weights=weights[known])
    return float(np.average((y[known] - mean) ** 2, weights=weights[known]) ** 0.5)


def _primary(study: Study, coding: str, choices: Sequence[Choices]) -> int | None:
    """Where the deciding contrast stands; else the raw one of the study's own rule."""
    base = Choices(coding=coding, waves=headline_waves(study))
    bought = dataclasses.replace(base, rule=OFFERING, cut="bought")
    held = [dataclasses.replace(bought, adjustment=adjustment) for adjustment in ((OWN, COVARIATES), (OWN,))]
    others = dataclasses.replace(base, rule=PEERS, cut="median")
    held += [dataclasses.replace(others, adjustment=(*ADJUSTMENTS[-1], *more)) for more in ((COVARIATES,), ())]
    rule, threshold = study.config.exposure.rule, f"{study.config.exposure.threshold:g}"
    cuts = {"offering": "bought", "delivered": threshold, "count": f"{threshold} published", "relative": "zero", "peers": "median"}
    raw = dataclasses.replace(base, rule=rule, cut=cuts[rule])
    return next((choices.index(one) for one in (*held, raw) if one in choices), None)


def _fit_all(study: Study, outcome: str) -> Iterator[Specification | int]:
    """Specifications, and the numbers of those left out."""
    for waves, frame in list_waves(study):
        codings = list_codings(frame, outcome)
        if isinstance(codings, Message):
            continue
        has_outcome = codings[0].values.notna().to_numpy()
        for weighted, weights in list_weights(frame):
            scales = common_scales(codings, weights)
            for design in list_designs(frame, has_outcome, waves=waves) if scales else ():
                totals = collect_totals(frame, design, codings, weights, has_outcome)
                for adjustment in list_adjustments(design.exposure.rule, design.blocks):
                    rule, cut, _ = design.exposure
                    chosen = Choices(rule=rule, cut=cut, adjustment=adjustment, weighted=weighted, waves=waves)
                    yield from _fit_one(study, totals.pick(adjustment), design, codings, scales, chosen)


def _fit_one(
    study: Study, moments: Moments, design: Design, codings: Sequence[Coding], scales: Sequence[float], chosen: Choices
) -> Iterator[Specification | int]:
    """Every coding and level of one exposure and adjustment set."""
    names = [coding.name for coding in codings]
    answers = moments.totals[0, 0, 0].sum(axis=0)
    levels: tuple[Level, ...] = ("respondents", "accounts") if (answers > 1).any() else ("respondents",)
    if (moments.n < study.config.privacy.min_group).any() or (moments.n_accounts < len(PAIR)).any():
        yield len(names) * len(levels)
        return
    for level in levels:
        try:
            fits = FITS[level](moments, design.columns(chosen.adjustment), names)
        except ResultError:
            yield len(names)
            continue
        for coding, scale, means in zip(codings, scales, fits, strict=True):
            choices = dataclasses.replace(chosen, coding=coding.name, level=level)
            yield _specify(means, coding.kind, scale, choices, study.config.level) or 1


def _specify(means: Fit | FittedMeans, kind: Kind, scale: float, choices: Choices, level: float) -> Specification | None:
    """The lift with its interval, or None where so few accounts cannot carry it: the same limits as for a verdict."""
    if not has_variation(means) or means.kept([1.0, -1.0]) < KEPT:
        return None
    lift = estimate_lift_points(means, kind=kind, level=level)
    if lift.df < FEWEST_DF:
        return None
    t = lift.value / lift.se
    return Specification(
        choices=choices,
        value=scale * lift.value,
        low=scale * lift.ci_low,
        high=scale * lift.ci_high,
        p_no_lift=float(stdtr(lift.df, -t)),
        p_opposite=float(stdtr(lift.df, t)),
        kind=kind,
        means=means,
    )

"""One outcome under every defensible choice, from shared account totals: whether another analyst would have concluded otherwise."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, cast

import numpy as np
import pandas as pd
from scipy.special import stdtr

from valuelib.errors import ResultError
from valuelib.explore.estimates import called, make_estimate, of_chapter
from valuelib.explore.specification_choices import (
    ADJUSTMENTS,
    COVARIATES,
    OFFERING,
    OWN,
    PAIR,
    PEERS,
    Coding,
    Design,
    Waves,
    evidence_level_of,
    has_waves,
    list_adjustments,
    list_codings,
    list_designs,
    list_waves,
    list_weights,
    totals_of_design,
)
from valuelib.results import Estimate, Estimates, EvidenceLevel, Message, Unit, Verdict
from valuelib.stats.adjust import FittedMeans
from valuelib.stats.contrasts import FAMILIES as VERDICT_TESTS
from valuelib.stats.contrasts import (
    Metric,
    decide,
    estimate_difference,
    estimate_ratio,
    has_variation,
    is_possible,
    read_verdict,
    run_claim_tests,
)
from valuelib.stats.loyalty import SCALE, Kind
from valuelib.stats.means import MIN_DF
from valuelib.stats.specifications import Fit, critical_t, fit_accounts, fit_respondents, permuted_lifts, share_movable, swap_blocks
from valuelib.stats.totals import ClusterTotals, Floats
from valuelib.study.model import Study
from valuelib.theory.claims import Claim, claims
from valuelib.verdict.assess import confirmatory_claims
from valuelib.verdict.contrast import KEPT, by_design
from valuelib.verdict.once import once
from valuelib.worlds.people import rng_for

Level = Literal["respondents", "accounts"]
Family = Literal["audited", "peers", "bought", "direction", "descriptive"]
FAMILIES: tuple[Family, ...] = ("audited", "peers", "bought", "direction", "descriptive")
HALO_EXPOSED: tuple[Family, ...] = ("direction", "descriptive")
SAMPLE = 20_000  # answers, of which a curve holds and exchanges what takes a gigabyte
FITS = {"respondents": fit_respondents, "accounts": fit_accounts}


@dataclass(frozen=True, kw_only=True)
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
    def evidence_level(self) -> EvidenceLevel:
        """The kind of evidence that these choices give."""
        return evidence_level_of(self.rule, self.adjustment)

    @cached_property
    def family(self) -> Family:
        """The rung; but what was bought with no ratings held equal is told apart, since no rating has made it."""
        level = self.evidence_level
        return "bought" if level == EvidenceLevel.DESCRIPTIVE and self.rule == OFFERING else cast(Family, level.value)


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
    formed, and where a roll-out or a pilot by lot decides, which is none of these. `left_out` counts specifications that these
    answers cannot carry: a group below the study's minimum, hardly any df, controls that tell who is in which group. `coding` is
    the claim's own. `drawn_from`: answers of the study, where the curve rests on a sample of them.
    """

    outcome: str
    coding: str
    level: float
    n: int
    accounts: int
    specifications: tuple[Specification, ...] = field(repr=False)
    primary: int | None
    left_out: int
    drawn_from: int | None = None

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

    def to_frame(self) -> pd.DataFrame:
        """One row a specification, lowest lift first.

        Returns:
            What was chosen (`rule, cut, coding, adjustment, level, weighted, waves`), the `family` of evidence, whether it is the
            `primary` one, `estimate, conf_low, conf_high` in points of the claim's own coding, `p_value` of no lift (one-sided).
        """
        rows = [
            {
                **dataclasses.asdict(one.choices),
                "adjustment": "+".join(one.choices.adjustment),
                "family": one.choices.family,
                "primary": place == self.primary,
                "estimate": one.value,
                "conf_low": one.low,
                "conf_high": one.high,
                "p_value": one.p_no_lift,
            }
            for place, one in enumerate(self.specifications)
        ]
        return pd.DataFrame(rows)


def fit_curve(study: Study, outcome: str) -> Curve | Message:
    """Every defensible specification of an outcome; docs/explanation/specifications.md says which these are.

    Args:
        study: the study.
        outcome: `recommend`, `repurchase` or `expansion`.
    Returns:
        The curve; a message where the study lacks the outcome, or where no specification can be formed.
    Notes:
        A study of more than 20,000 answers is calculated on a sample of whole accounts (`sample_of`): each specification keeps the
        cross-products of every account, and what another analyst would have found is no matter of so many.
    """
    whole, study = study, sample_of(study)
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
        accounts=int(study.data["account"][known].nunique()),
        specifications=tuple(ordered),
        primary=None if by_design(study, outcome) else _primary(study, codings[0].name, [one.choices for one in ordered]),
        left_out=sum(one for one in fitted if isinstance(one, int)),
        drawn_from=None if study is whole else len(whole.all_data),
    )


def sample_of(study: Study) -> Study:
    """The study itself, or some 20,000 of its answers: those of whole accounts, drawn by lot with the study's seed."""
    if len(study.all_data) <= SAMPLE:
        return study

    def draw() -> Study:
        sizes = study.all_data.groupby("account", sort=True).size()
        order = rng_for(study.config.seed, "specifications").permutation(len(sizes))
        drawn = sizes.index[order[sizes.to_numpy()[order].cumsum() <= SAMPLE]]
        data, every = (frame[frame["account"].isin(drawn)].reset_index(drop=True) for frame in (study.data, study.all_data))
        return dataclasses.replace(study, data=data, all_data=every)

    return once(study, "sample of specifications", draw)


def headline_waves(study: Study) -> Waves:
    """The choice of waves that the study's headline figures make."""
    return "all" if study.config.waves == "all" and has_waves(study) else "latest"


def common_scales(codings: Sequence[Coding], weights: Floats) -> list[float]:
    """Factors that turn each coding's lift into points of the first one: ratios of their standard deviations over all answers.

    The exposure has no say in them, so that no choice of groups can move the ruler. Empty where a coding does not vary.
    """

    def spread(coding: Coding) -> float:
        y = coding.values.to_numpy(float)
        known = np.isfinite(y)
        if not known.any():
            return 0.0
        mean = np.average(y[known], weights=weights[known])
        return SCALE[coding.kind] * float(np.average((y[known] - mean) ** 2, weights=weights[known]) ** 0.5)

    spreads = [spread(coding) for coding in codings]
    return [spreads[0] / one for one in spreads] if all(one > 0 for one in spreads) else []


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
                totals = totals_of_design(frame, design, codings, weights, has_outcome)
                for adjustment in list_adjustments(design.exposure.rule, design.blocks):
                    rule, cut, _ = design.exposure
                    chosen = Choices(rule=rule, cut=cut, adjustment=adjustment, weighted=weighted, waves=waves)
                    yield from _fit_one(study, totals.pick(adjustment), design, codings, scales, chosen)


def _fit_one(
    study: Study, totals: ClusterTotals, design: Design, codings: Sequence[Coding], scales: Sequence[float], chosen: Choices
) -> Iterator[Specification | int]:
    """Every coding and level of one exposure and adjustment set."""
    names = [coding.name for coding in codings]
    answers = totals.totals[0, 0, 0].sum(axis=0)
    levels: tuple[Level, ...] = ("respondents", "accounts") if (answers > 1).any() else ("respondents",)
    if (totals.n < study.config.privacy.min_group).any() or (totals.n_clusters < len(PAIR)).any():
        yield len(names) * len(levels)
        return
    for level in levels:
        try:
            fits = FITS[level](totals, design.columns(chosen.adjustment), names)
        except ResultError:
            yield len(names)
            continue
        for coding, scale, means in zip(codings, scales, fits, strict=True):
            choices = dataclasses.replace(chosen, coding=coding.name, level=level)
            yield _specify(means, coding.kind, scale, choices, study.config.level) or 1


def _specify(means: Fit | FittedMeans, kind: Kind, scale: float, choices: Choices, level: float) -> Specification | None:
    """The lift with its interval, or None where these answers cannot carry it: as for a verdict, and where no lift is so large."""
    if not has_variation(means) or means.kept([1.0, -1.0]) < KEPT:
        return None
    lift = estimate_difference(means, kind=kind, level=level)
    if lift.df < MIN_DF or not is_possible(lift.value / SCALE[kind], kind):
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


# Shares of specifications that show a lift, and the verdict that each would give

OUTCOMES = ("recommend", "repurchase")
SHOWN: tuple[Verdict, ...] = ("supported", "consistent", "smaller")
# Colleagues' ratings weaken effects, so that a small lift there tells nothing against a claim.
WEAKENED: tuple[Verdict, ...] = ("smaller", "rejected")
METHOD = "share of defensible specifications, each read alone at the plain level; CR2, Satterthwaite df"
SOURCE = "Simonsohn, Simmons and Nelson (2020), Nature Human Behaviour 4, 1208-1214"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """One family's specifications of a curve, all codings; `family` None stands for all families together.

    `median`, `low`, `high`: median, 5th and 95th percentile of the lifts, in points. `shown` and `opposite` are the shares (0..1)
    whose lift is significantly above and below zero.
    """

    family: Family | None
    n: int
    median: float
    low: float
    high: float
    shown: float
    opposite: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """The verdicts that the specifications of one family would give on a claim, were each read alone by its interval."""

    claim: str
    family: Family | None
    n: int
    counts: Mapping[Verdict, int] = field(default_factory=dict)

    @property
    def shown(self) -> float:
        """Share (0..1) whose verdict says that a lift is shown: supported, consistent or smaller."""
        return sum(self.counts.get(verdict, 0) for verdict in SHOWN) / self.n if self.n else 0.0


def claims_of(study: Study, outcome: str) -> tuple[Claim, ...]:
    """The confirmatory claims whose groups are the study's own rule; without one the register's readings of that outcome."""
    own = tuple(one for one in confirmatory_claims(study) if _asks(one, outcome))
    return own or tuple(one for one in claims() if _asks(one, outcome))


def share_lifts(curve: Curve) -> tuple[Shares, ...]:
    """Shares by family, the deciding ones first, and over all."""
    found = []
    for family in (*curve.families, None):
        part = curve.specifications if family is None else curve.of(family)
        low, median, high = (float(np.quantile([one.value for one in part], q)) for q in (0.05, 0.5, 0.95))
        shown = float(np.mean([one.p_no_lift <= curve.alpha for one in part]))
        opposite = float(np.mean([one.p_opposite <= curve.alpha for one in part]))
        found.append(Shares(family=family, n=len(part), median=median, low=low, high=high, shown=shown, opposite=opposite))
    return tuple(found)


def share_verdicts(curve: Curve, asked: Claim) -> tuple[Verdicts, ...]:
    """Would-be verdicts by family and over all, from specifications in the claim's own coding: others have no such size."""
    read = [
        (one.choices.family, verdict)
        for one in curve.specifications
        if (verdict := read_specification(one, curve, asked)) is not None
    ]
    if not read:
        return ()
    families: tuple[Family | None, ...] = (*curve.families, None)
    return tuple(
        Verdicts(claim=asked.id, family=family, n=sum(counts.values()), counts=counts)
        for family in families
        if (counts := Counter(verdict for found, verdict in read if family in (None, found)))
    )


def read_specification(specification: Specification, curve: Curve, asked: Claim) -> Verdict | None:
    """The verdict of the project's rule, were this specification the only one; None where its coding is not the claim's."""
    reading = asked.reading
    if specification.choices.coding != curve.coding or reading.size is None or reading.metric not in ("ratio", "points"):
        return None
    metric: Metric = "ratio" if reading.metric == "ratio" else "points"
    means, kind = specification.means, specification.kind
    if metric == "ratio" and estimate_ratio(means, kind=kind, level=curve.level).value is None:
        return "undecided"
    tests = run_claim_tests(means, metric=metric, size=reading.size, kind=kind)
    verdict = read_verdict(decide(tests, dict.fromkeys(VERDICT_TESTS, curve.alpha)))[0]
    return "undecided" if specification.choices.family == "peers" and verdict in WEAKENED else verdict


def specification_shares(study: Study) -> Estimates:
    """Every estimate of the chapter: see `shares_of`."""
    curves = [(outcome, fit_curve(study, outcome)) for outcome in OUTCOMES]
    shares = (one for outcome, curve in curves if isinstance(curve, Curve) for one in shares_of(study, curve, outcome))
    return of_chapter(study, "specifications", shares)


def shares_of(study: Study, curve: Curve, outcome: str) -> Estimates:
    """`specification.<claim>.n` and `.share_lift` over all families, and the same of the deciding family, `.deciding_n` ...

    A specification counts where its coding is the claim's own; a lift is shown by the verdicts supported, consistent and smaller.
    """
    made: list[Estimate] = []
    for asked in claims_of(study, outcome):
        found = {one.family: one for one in share_verdicts(curve, asked)}
        groups = [("", found.get(None)), *([("deciding_", found.get(curve.deciding))] if curve.deciding else [])]
        for prefix, one in groups:
            if one is None:
                continue
            figures: tuple[tuple[str, float, Unit], ...] = (("n", one.n, "count"), ("share_lift", 100.0 * one.shown, "share"))
            for what, value, unit in figures:
                name = called(f"label.specification.{prefix}{what}", claim=asked.id)
                n, accounts = curve.n, curve.accounts
                made.append(make_estimate(study, name, float(value), unit, counts=(n, accounts), method=METHOD, source=SOURCE))
    return of_chapter(study, "specifications", made)


def _asks(asked: Claim, outcome: str) -> bool:
    reading = asked.reading
    return (
        reading.kind == "contrast"
        and reading.exposure == "study"
        and reading.outcome == outcome
        and reading.metric in ("ratio", "points")
    )


# The whole curve against exchanged exposures

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
    study = sample_of(study)
    codings = list_codings(study, curve.outcome)
    if isinstance(codings, Message) or permutations < 1:
        return None
    known = codings[0].values.notna()
    accounts = np.unique(study.clusters[known].astype(str), return_inverse=True)[1]
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
    weights = study.data["weight"].to_numpy(float)
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

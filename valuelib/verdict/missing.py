"""What missing answers could do to the deciding contrast, and what its control's own error does; none of these checks decides.

Two kinds of answers are missing. Who gave no outcome is in no figure: bounds of the total lift, nothing held equal. Who gave
it but did not rate what is held equal is dropped from the net figure: bounds of the net lift, weights, and imputed ratings.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.errors import ResultError
from valuelib.results import Contrast, Difference, EvidenceLevel, Message
from valuelib.stats.adjust import FittedMeans, estimate_fitted
from valuelib.stats.contrasts import contrast, hold_within, largest_difference
from valuelib.stats.exposure import COMPARISON, NEITHER, Codes, by_offering
from valuelib.stats.loyalty import BOUNDS, SCALE
from valuelib.stats.means import estimate_means
from valuelib.stats.missing import impute_chained, interval_of_bounds, pool_imputations, response_weights
from valuelib.stats.reliability import NoOmega, estimate_omega
from valuelib.stats.sensitivity import estimate_corrected
from valuelib.stats.totals import Floats
from valuelib.theory.pyramid import LOWER_TIERS
from valuelib.verdict.adjusted import GROUPS, LOWER, Controls, fit_adjusted, gather_controls, study_totals
from valuelib.verdict.contrast import fit_level
from valuelib.verdict.control import find_control
from valuelib.verdict.groups import Grouping, colleagues_mean, group_by_offering, group_by_peers
from valuelib.verdict.once import once
from valuelib.verdict.question import Check, Question, as_check

WORST, PLAUSIBLE, DROPPED = "missing.worst", "missing.plausible", "missing.dropped"
WEIGHTED, IMPUTED, CORRECTED = "missing.weighted", "missing.imputed", "audited.errors_in_variables"
SHIFT = 0.5  # standard deviations by which those without an outcome may differ from the others of their group
QUANTILES = (0.1, 0.9)  # of a group's own ratings, where those who gave none may stand
DECIDING: Mapping[EvidenceLevel, Callable[..., Grouping | Message]] = {
    EvidenceLevel.PURCHASE_RECORD: group_by_offering,
    EvidenceLevel.COLLEAGUE_RATED: group_by_peers,
}


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """The deciding contrast's groups and controls, its rows with an outcome (`wanted`), and of these the `dropped`."""

    codes: Codes
    required: Mapping[str, pd.Series]
    controls: Controls
    wanted: NDArray[np.bool_]
    dropped: NDArray[np.bool_]


def deciding_groups(question: Question) -> Codes | Message:
    """Groups of the deciding contrast, or that none decides."""
    level = question.evidence.evidence_level
    if question.evidence.deciding is None or level is None or level not in DECIDING:
        return Message(code="missing.nothing_decides")
    found = DECIDING[level](question.study)
    return found if isinstance(found, Message) else found.codes


def gather_net(question: Question) -> Net | Message:
    """What the net contrast rests on, or why there is nothing to correct: too few rows lack a control to be told of."""
    return once(question.study, ("net", question.outcome, question.evidence.hypothesis_key), lambda: _gather_net(question))


def _gather_net(question: Question) -> Net | Message:
    codes = deciding_groups(question)
    if isinstance(codes, Message):
        return codes
    control = find_control(question.study, codes, question.y.notna().to_numpy())
    if isinstance(control, Message):
        return control
    colleagues = question.evidence.evidence_level == EvidenceLevel.COLLEAGUE_RATED
    required = control.columns(question.study, colleagues=colleagues)
    wanted = question.y.notna().to_numpy() & (codes != NEITHER)
    controls = gather_controls(question.study, required, wanted, codes)
    dropped = wanted & ~controls.complete
    if (few := nothing_to_correct(question, int(dropped.sum()))) is not None:
        return few
    return Net(codes, required, controls, wanted, dropped)


def nothing_to_correct(question: Question, missing: int) -> Message | None:
    """That so few answers are missing that they are neither told nor corrected for; None where enough are."""
    fewest = question.study.config.privacy.min_group
    return Message(code="note.nothing_to_correct", values={"fewest_n": fewest}) if missing < max(fewest, 1) else None


def bounded(
    question: Question, name: str, at: float, low: tuple[float, float], high: tuple[float, float], df: float, *, method: str
) -> Contrast:
    """A contrast known between two bounds, each with its standard error, around the lift `at`; all in the outcome's own units."""
    kind = question.outcome.kind
    scale, most = SCALE[kind], largest_difference(kind)
    limits = interval_of_bounds(low[0], high[0], (low[1], high[1]), df, level=question.study.config.level)
    ci_low, ci_high = hold_within(*limits, most)
    return Contrast(
        name=name,
        role="sensitivity",
        difference=Difference(
            value=scale * at, se=scale * max(low[1], high[1]), df=df, ci_low=scale * ci_low, ci_high=scale * ci_high
        ),
        method=method,
        note=Message(code="note.bounds", values={"low_pts": scale * low[0], "high_pts": scale * high[0]}),
    )


# ---------------------------------------------------------------------- no outcome: bounds of the total lift


def bound_total(name: str, question: Question) -> Contrast | Message:
    """The lift on everyone, nothing held equal, whatever those without an outcome would have said, or if they differ only so far.

    Worst case: all of one group at the lowest outcome and all of the other at the highest, and the reverse (of a score, the lowest
    and highest that anybody gave). Plausible: their mean lies SHIFT standard deviations of their group from that of the others.
    """
    codes, kind, y = deciding_groups(question), question.outcome.kind, question.y
    if isinstance(codes, Message):
        return codes
    grouped, there = codes != NEITHER, y.notna().to_numpy()
    if (few := nothing_to_correct(question, int((grouped & ~there).sum()))) is not None:
        return few
    answered = estimate_means(study_totals(question.study, np.where(there, codes, NEITHER), y, GROUPS))
    lift, se, df = contrast(answered, 1.0)
    lowest, highest = BOUNDS[kind] if kind != "mean" else (float(y[grouped].min()), float(y[grouped].max()))
    if name == WORST:
        ends = []
        for fill in ((lowest, highest), (highest, lowest)):
            filled = y.where(there, np.asarray(fill)[np.maximum(codes, 0)])
            value, se, own_df = contrast(estimate_means(study_totals(question.study, codes, filled, GROUPS)), 1.0)
            ends.append((value, se))
            df = min(df, own_df)
        return bounded(question, name, lift, ends[0], ends[1], df, method="worst-case bounds, Imbens-Manski interval")
    weights = question.study.data["weight"].to_numpy(float)
    gone = [float(np.average(~there[codes == code], weights=weights[codes == code])) for code in (0, 1)]
    centre, far = answered.values, SHIFT * np.sqrt(answered.variance)
    down, up = centre - np.maximum(centre - far, lowest), np.minimum(centre + far, highest) - centre
    ends = [(lift - gone[0] * down[0] - gone[1] * up[1], se), (lift + gone[0] * up[0] + gone[1] * down[1], se)]
    method = f"pattern mixture, shift of {SHIFT} SD, Imbens-Manski interval"
    return bounded(question, name, lift, ends[0], ends[1], df, method=method)


# ---------------------------------------------------------------------- no ratings: the net lift


def refit(question: Question, net: Net, columns: Mapping[str, Floats]) -> FittedMeans:
    """The net contrast on every row with an outcome, its controls without gaps."""
    return estimate_fitted(study_totals(question.study, np.where(net.wanted, net.codes, NEITHER), question.y, GROUPS, columns))


def bound_net(question: Question) -> Contrast | Message:
    """The net lift if those who rated too little stand at a low or a high percentile of their group's ratings, in every pairing."""
    net = gather_net(question)
    if isinstance(net, Message):
        return net
    complete, kept = net.controls.complete, net.controls.columns

    def fit(*places: float | None) -> tuple[float, float, float]:
        """The lift with each group's missing ratings at this quantile of its own; None for the mean, as covariates always are."""
        filled = {}
        for name, column in kept.items():
            given = [column[complete & (net.codes == code)] for code in (0, 1)]
            at = places if name in net.required else (None, None)
            ends = [own.mean() if q is None else np.quantile(own, q) for own, q in zip(given, at, strict=True)]
            filled[name] = np.where(np.isfinite(column), column, np.asarray(ends)[np.maximum(net.codes, 0)])
        return contrast(refit(question, net, filled), 1.0)

    try:
        middle, *fits = fit(None, None), *(fit(*places) for places in product(QUANTILES, QUANTILES))
    except ResultError:
        return Message(code="warning.controls_dependent")
    ordered = sorted([middle, *fits])
    method = "gaps at the group's 10th and 90th percentile, least squares, CR2, Imbens-Manski interval"
    df = min(one[2] for one in ordered)
    return bounded(question, DROPPED, middle[0], ordered[0][:2], ordered[-1][:2], df, method=method)


def weight_net(question: Question) -> Contrast | Message:
    """The net contrast on those who rated, weighted by the inverse of their chance to have done so; weights taken as known."""
    net = gather_net(question)
    if isinstance(net, Message):
        return net
    wanted, study = net.wanted, question.study
    whole = [column[wanted] for column in net.controls.columns.values() if np.isfinite(column[wanted]).all()]
    known = np.column_stack([outcome_by_group(question, net), *whole])
    weights = study.data["weight"].to_numpy(float, copy=True)
    weights[wanted] *= response_weights(net.controls.complete[wanted], net.codes[wanted], known, weights[wanted])
    weights[net.dropped] = 1.0  # they stand in no group of this contrast
    weighted = dataclasses.replace(study, data=study.data.assign(weight=weights))
    found = as_check(question, fit_adjusted(weighted, question.outcome, net.codes, net.required, name=WEIGHTED, role="sensitivity"))
    if isinstance(found, Message):
        return found
    method = "inverse-probability weights (logistic), least squares, CR2"
    return dataclasses.replace(found, method=method, note=Message(code="note.by_chance"))


def impute_net(question: Question) -> Contrast | Message:
    """The net contrast with the ratings that are missing imputed from outcome, group, covariates and colleagues' ratings."""
    net = gather_net(question)
    if isinstance(net, Message):
        return net
    wanted, study, kept = net.wanted, question.study, net.controls.columns
    columns = [column[wanted] for column in kept.values()]
    theirs = colleagues_mean(study, LOWER_TIERS) if study.has_accounts and len(net.required) == 1 else None
    if theirs is not None and theirs[wanted].notna().any():
        said = theirs[wanted].to_numpy(float)
        columns += [np.where(np.isfinite(said), said - np.nanmean(said), 0.0), np.isnan(said).astype(float)]
    frame = pd.DataFrame(np.column_stack([*columns, outcome_by_group(question, net)]))
    fits = []
    try:
        for filled in impute_chained(frame, seed=study.config.seed):
            controls = {}
            for place, name in enumerate(kept):
                controls[name] = np.full(len(wanted), np.nan)
                controls[name][wanted] = filled[:, place]
            fits.append(refit(question, net, controls))
    except ResultError:
        return Message(code="warning.controls_dependent")
    lifts = [contrast(one, 1.0) for one in fits]
    df = float(np.mean([one[2] for one in lifts]))
    value, se, df = pool_imputations([one[0] for one in lifts], [one[1] ** 2 for one in lifts], df)
    scale = SCALE[question.outcome.kind]
    figures = [scale * float(one) for one in np.mean([one.values for one in fits], axis=0)]
    comparison, baseline, clusters = question.groups(net.codes, wanted, *figures)
    return Contrast(
        name=IMPUTED,
        role="sensitivity",
        comparison=comparison,
        baseline=baseline,
        difference=question.difference(value, se, df),
        method=f"{len(fits)} imputations (MICE, predictive mean matching), least squares, CR2, Rubin's rules",
        note=Message(code="note.by_chance"),
        clusters=clusters,
    )


def outcome_by_group(question: Question, net: Net) -> Floats:
    """Of the rows with an outcome: indicators of the comparison and, in each group, of every answer but one; a score as it is."""
    y, kind = question.y[net.wanted].to_numpy(float), question.outcome.kind
    own = net.codes[net.wanted] == COMPARISON
    answers = [y - y.mean()] if kind == "mean" else [(y == answer).astype(float) for answer in np.unique(y)[1:]]
    inside = [np.where(rows, answer, 0.0) for rows in (own, ~own) for answer in answers]
    return np.column_stack([own.astype(float), *(column for column in inside if np.ptp(column) > 0)])


# ---------------------------------------------------------------------- the control's own error


def correct_error(question: Question) -> Contrast | Message:
    """The audited contrast with its lower-tier mean freed from measurement error, by the reliability (omega) of the items."""
    study = question.study
    found = fit_level(study, question.outcome, question.reading, EvidenceLevel.PURCHASE_RECORD)
    if isinstance(found, Message):
        return found
    control, rows = find_control(study, found.codes, question.y.notna().to_numpy()), found.complete
    if isinstance(control, Message):
        return control
    omega = estimate_omega(study.data.loc[rows, list(control.items)], study.clusters[rows])
    if isinstance(omega, NoOmega):
        return Message(code="missing.no_omega")
    _, _, df = contrast(found.fitted.means, 1.0)
    try:
        lift = estimate_corrected(found.fitted.totals, LOWER, omega.value, df=df)
    except ResultError:
        return Message(code="missing.stretched", values={"omega_share": omega.value})
    codes, scale = by_offering(study.data["offering"]), SCALE[question.outcome.kind]
    comparison, baseline, clusters = question.groups(codes, rows, scale * lift.comparison, scale * lift.baseline)
    return Contrast(
        name=CORRECTED,
        role="sensitivity",
        comparison=comparison,
        baseline=baseline,
        difference=question.difference(lift.lift, lift.se, lift.df),
        method="errors in variables (moments), account jackknife",
        note=Message(code="note.reliability", values={"omega_share": omega.value}),
        clusters=clusters,
    )


# In the order of the table.
MISSING_CHECKS: tuple[tuple[str, Check], ...] = (
    (WORST, partial(bound_total, WORST)),
    (PLAUSIBLE, partial(bound_total, PLAUSIBLE)),
    (DROPPED, bound_net),
    (WEIGHTED, weight_net),
    (IMPUTED, impute_net),
    (CORRECTED, correct_error),
)

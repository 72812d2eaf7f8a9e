"""Evidence for "the more of it, the more loyal": points of outcome per unit of a rating or a count of elements."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from valuelib.errors import ResultError
from valuelib.results import Difference, EvidenceLevel, Message, Step
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.exposure import count_elements, mean_rating
from valuelib.stats.loyalty import SCALE, estimate_group
from valuelib.stats.means import GroupMeans, estimate_means, t_quantile
from valuelib.stats.totals import collect_totals
from valuelib.study.model import Study
from valuelib.theory.claims import Claim
from valuelib.theory.pyramid import HIGHER_TIERS
from valuelib.verdict.adjusted import FITTED, LOWER
from valuelib.verdict.evidence import Evidence, Slope
from valuelib.verdict.groups import Outcome, element_ratings, find_outcome, is_later, lower_tier_mean

MIN_ROWS = 10  # of a slope


def gather_slope(study: Study, claim: Claim) -> Evidence | Message:
    """Slope of the outcome on the respondent's own mean rating of the individual tier; own ratings never decide."""
    outcome = find_outcome(study, claim.reading.outcome)
    if isinstance(outcome, Message):
        return outcome
    ratings = element_ratings(study, ("individual",))
    if not len(ratings.columns):
        return Message(code="missing.tier_items", values={"tier_key": "individual"})
    slope = fit_slope(study, outcome, mean_rating(ratings), "own.individual_tier")
    if isinstance(slope, Message):
        return slope
    return Evidence(
        claim=claim,
        kind=outcome.kind,
        evidence_level=EvidenceLevel.DESCRIPTIVE,
        exposure="individual_tier",
        later=is_later(study, claim.reading.outcome),
        slope=slope,
    )


def fit_slope(
    study: Study, outcome: Outcome, dose: pd.Series, name: str, adjust_for: Mapping[str, pd.Series] | None = None
) -> Slope | Message:
    """Least-squares slope of the outcome on a dose, accounts as clusters; or the reason why it cannot be fitted.

    `adjust_for` holds further ratings by name, such as the lower-tier mean; rows that lack one are left out.
    """
    y = study.data[outcome.column].astype(float)
    columns = {name: dose, **(adjust_for or {})}
    used = (y.notna() & pd.DataFrame(columns).notna().all(axis=1)).to_numpy()
    if used.sum() < MIN_ROWS or study.data["account"][used].nunique() < 2 or y[used].nunique() < 2 or dose[used].nunique() < 2:
        return Message(code="missing.no_variation")
    totals = collect_totals(
        study.data["account"],
        np.where(used, 0, -1),
        y,
        groups=("all",),
        controls={key: values - values[used].mean() for key, values in columns.items()},
        weights=study.data["weight"].astype(float),
    )
    try:
        fitted = estimate_fitted(totals)
    except ResultError:
        return Message(code="missing.no_variation")
    return Slope(name=name, fitted=fitted, method=FITTED)


# ---------------------------------------------------------------------- number of higher-tier elements

MIN_IN_LEVEL = 30
MIN_HIGHER_ITEMS = 2


def gather_dose(study: Study, claim: Claim) -> Evidence | Message:
    """Trend over the number of higher-tier elements rated at or above the threshold, and each step between adjacent levels.

    Levels with fewer than 30 answers (or fewer than two accounts) join the level below them. Own ratings never decide. A step that
    clearly falls speaks against "the more, the better" whatever the trend, and of the slope adjusted for the respondent's own
    lower-tier mean the sign is of interest, the size is not.
    """
    outcome = find_outcome(study, claim.reading.outcome)
    if isinstance(outcome, Message):
        return outcome
    ratings, lower = element_ratings(study, HIGHER_TIERS), lower_tier_mean(study)
    if len(ratings.columns) < MIN_HIGHER_ITEMS:
        values = {"items_n": len(ratings.columns), "fewest_n": MIN_HIGHER_ITEMS}
        return Message(code="missing.few_higher_items", values=values)
    dose = count_elements(ratings, threshold=study.config.exposure.threshold)
    slope = fit_slope(study, outcome, dose, "own.higher_count")
    if isinstance(slope, Message):
        return slope
    adjusted = None if lower is None else fit_slope(study, outcome, dose, "own.higher_count.lower_tiers", {LOWER: lower})
    steps = _steps(study, outcome, dose)
    falling = [step for step in steps if step.change is not None and step.change.ci_high < 0]
    return Evidence(
        claim=claim,
        kind=outcome.kind,
        evidence_level=EvidenceLevel.DESCRIPTIVE,
        exposure="higher_count",
        later=is_later(study, claim.reading.outcome),
        slope=slope,
        other_slopes=(adjusted,) if isinstance(adjusted, Slope) else (),
        steps=steps,
        warnings=tuple(Message(code="note.step_falls", values={"step": step.label}) for step in falling),
    )


def _steps(study: Study, outcome: Outcome, dose: pd.Series) -> tuple[Step, ...]:
    """The group at each level of the dose, and its change from the level below."""
    y, accounts, level = study.data[outcome.column].astype(float), study.data["account"], study.config.level
    used = y.notna() & dose.notna()
    starts = _level_starts(dose[used], accounts[used], max(MIN_IN_LEVEL, study.config.privacy.min_group))
    codes = np.where(used, np.searchsorted(starts, dose.fillna(0.0), side="right") - 1, -1)
    ends = [*(start - 1 for start in starts[1:]), None]
    labels = [
        f"{low}+" if high is None else str(low) if low == high else f"{low}–{high}" for low, high in zip(starts, ends, strict=True)
    ]
    means = estimate_means(collect_totals(accounts, codes, y, groups=labels, weights=study.data["weight"].astype(float)))
    return tuple(
        Step(
            label=label,
            group=estimate_group(means, index, kind=outcome.kind, level=level),
            change=_change(means, index, level, outcome) if index else None,
        )
        for index, label in enumerate(labels)
    )


def _level_starts(dose: pd.Series, accounts: pd.Series, fewest: int) -> list[int]:
    """Smallest count of each level, so that every level holds enough answers from at least two accounts."""
    starts: list[int] = []
    upper = np.inf
    for count in sorted({int(value) for value in dose}, reverse=True):
        inside = (dose >= count) & (dose < upper)
        if inside.sum() >= fewest and accounts[inside].nunique() >= 2:
            starts.append(count)
            upper = count
    lowest = int(dose.min())
    return sorted({lowest, *starts[:-1]} if starts else {lowest})


def _change(means: GroupMeans, index: int, level: float, outcome: Outcome) -> Difference:
    """This level against the one below it, with the covariance between the two."""
    contrast = np.zeros(len(means.values))
    contrast[[index, index - 1]] = 1.0, -1.0
    value, variance = float(contrast @ means.values), float(contrast @ means.cr2 @ contrast)
    df, se, scale = means.df(contrast), variance**0.5, SCALE[outcome.kind]
    reach = t_quantile(level, df) * se
    return Difference(
        value=scale * value,
        se=scale * se,
        df=df,
        ci_low=scale * (value - reach),
        ci_high=scale * (value + reach),
        se_linearised=scale * float(contrast @ means.linearised @ contrast) ** 0.5,
        p_no_lift=float(stats.t.sf(value / se, df)) if se > 0 else None,
    )

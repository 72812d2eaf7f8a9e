"""Evidence for "higher is better": loyalty by the number of higher-tier elements delivered, its trend and its steps."""

from __future__ import annotations

import dataclasses
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
from valuelib.verdict.adjusted import LOWER
from valuelib.verdict.contrast import with_warnings
from valuelib.verdict.evidence import Evidence, Slope
from valuelib.verdict.groups import Outcome, element_ratings, find_outcome, is_later, lower_tier_mean

# Evidence for "the more of it, the more loyal": points of outcome per unit of a rating, clustered by account.

MIN_ROWS = 10
FLAT = 1e-9  # means of the same answers in another order differ by rounding only


def gather_slope(study: Study, claim: Claim) -> Evidence:
    """Slope of the outcome on the respondent's own mean rating of the individual tier; own ratings never decide."""
    outcome = find_outcome(study, claim.reading.outcome)
    if isinstance(outcome, Message):
        return Evidence(claim=claim, missing=outcome)
    ratings = element_ratings(study, ("individual",))
    if not len(ratings.columns):
        return Evidence(claim=claim, missing=Message(code="missing.tier_items", values={"tier_key": "individual"}))
    slope = fit_slope(study, outcome, mean_rating(ratings), "own.individual_tier")
    if isinstance(slope, Message):
        return Evidence(claim=claim, missing=slope)
    evidence = Evidence(
        claim=claim,
        kind=outcome.kind,
        evidence_level=EvidenceLevel.DESCRIPTIVE,
        exposure="individual_tier",
        later=is_later(study, claim.reading.outcome),
        slope=slope,
    )
    return with_warnings(study, evidence)


def fit_slope(
    study: Study, outcome: Outcome, dose: pd.Series, name: str, equal: Mapping[str, pd.Series] | None = None
) -> Slope | Message:
    """Least-squares slope of the outcome on a dose, accounts as clusters; or the reason why it cannot be fitted.

    `equal` names what is held equal, such as the lower-tier mean; rows that lack it are left out.
    """
    y = study.data[outcome.column].astype(float)
    columns = {name: dose, **(equal or {})}
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
    return Slope(name=name, fitted=fitted, method="least squares, CR2, Satterthwaite df")


# Evidence for "higher is better": loyalty by the number of higher-tier elements delivered, its trend and its steps.

MIN_IN_LEVEL = 30
MIN_HIGHER_ITEMS = 2


def gather_dose(study: Study, claim: Claim) -> Evidence:
    """Trend over the number of higher-tier elements rated at or above the threshold, and each step between adjacent levels.

    Levels with fewer than 30 answers (or fewer than two accounts) join the level below them. Own ratings never decide.
    """
    outcome = find_outcome(study, claim.reading.outcome)
    if isinstance(outcome, Message):
        return Evidence(claim=claim, missing=outcome)
    ratings = element_ratings(study, HIGHER_TIERS)
    if len(ratings.columns) < MIN_HIGHER_ITEMS:
        values = {"items_n": len(ratings.columns), "fewest_n": MIN_HIGHER_ITEMS}
        return Evidence(claim=claim, missing=Message(code="missing.few_higher_items", values=values))
    dose = count_elements(ratings, threshold=study.config.exposure.threshold)
    slope = fit_slope(study, outcome, dose, "own.higher_count")
    if isinstance(slope, Message):
        return Evidence(claim=claim, missing=slope)
    evidence = Evidence(
        claim=claim,
        kind=outcome.kind,
        evidence_level=EvidenceLevel.DESCRIPTIVE,
        exposure="higher_count",
        later=is_later(study, claim.reading.outcome),
        slope=slope,
        beside=_lower_tiers_equal(study, outcome, dose),
        steps=_steps(study, outcome, dose),
    )
    return with_warnings(study, dataclasses.replace(evidence, warnings=_falls(evidence.steps)))


def _lower_tiers_equal(study: Study, outcome: Outcome, dose: pd.Series) -> tuple[Slope, ...]:
    """The same slope with the respondent's own lower-tier mean held equal: its sign is of interest, its size is not."""
    lower = lower_tier_mean(study)
    if lower is None:
        return ()
    found = fit_slope(study, outcome, dose, "own.higher_count.lower_tiers", {LOWER: lower})
    return () if isinstance(found, Message) else (found,)


def _falls(steps: tuple[Step, ...]) -> tuple[Message, ...]:
    """A step that clearly falls speaks against "the more, the better", whatever the trend."""
    falling = [step for step in steps if step.change is not None and step.change.ci_high < 0]
    return tuple(Message(code="note.step_falls", values={"step": step.label}) for step in falling)


def _steps(study: Study, outcome: Outcome, dose: pd.Series) -> tuple[Step, ...]:
    y, accounts = study.data[outcome.column].astype(float), study.data["account"]
    used = y.notna() & dose.notna()
    starts = _level_starts(dose[used], accounts[used], max(MIN_IN_LEVEL, study.config.privacy.min_group))
    codes = np.where(used, np.searchsorted(starts, dose.fillna(0.0), side="right") - 1, -1)
    labels = [_label(start, after) for start, after in zip(starts, [*starts[1:], None], strict=True)]
    weights = study.data["weight"].astype(float)
    means = estimate_means(collect_totals(accounts, codes, y, groups=labels, weights=weights))
    level = study.config.level
    changes = [None, *(_change(means, index, level, outcome) for index in range(1, len(labels)))]
    groups = [estimate_group(means, index, kind=outcome.kind, level=level) for index in range(len(labels))]
    return tuple(
        Step(label=label, group=group, change=change) for label, group, change in zip(labels, groups, changes, strict=True)
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


def _label(start: int, after: int | None) -> str:
    if after is None:
        return f"{start}+"
    return str(start) if after == start + 1 else f"{start}–{after - 1}"


def _change(means: GroupMeans, index: int, level: float, outcome: Outcome) -> Difference:
    """This level against the one below it, with the covariance between the two."""
    contrast = np.zeros(len(means.values))
    contrast[[index, index - 1]] = 1.0, -1.0
    value, variance = float(contrast @ means.values), float(contrast @ means.cr2 @ contrast)
    df, se, scale = means.df(contrast), variance**0.5, SCALE[outcome.kind]
    reach = t_quantile(level, df) * se
    rise = Difference(
        value=scale * value,
        se=scale * se,
        df=df,
        ci_low=scale * (value - reach),
        ci_high=scale * (value + reach),
        se_linearised=scale * float(contrast @ means.linearised @ contrast) ** 0.5,
    )
    return dataclasses.replace(rise, p_no_lift=float(stats.t.sf(value / se, df)) if se > 0 else None)

"""Evidence for "the more of it, the more loyal": points of outcome per unit of a rating, clustered by account."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from valuelib.errors import ResultError
from valuelib.evidence.groups import element_ratings
from valuelib.evidence.outcomes import Outcome, find_outcome, is_later
from valuelib.evidence.record import Evidence, Slope
from valuelib.evidence.warn import with_warnings
from valuelib.records import Message
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.exposure import mean_rating
from valuelib.stats.moments import collect_moments
from valuelib.study import Study
from valuelib.theory import Claim

FEWEST_ROWS = 10
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
        rung="descriptive",
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
    y = study.answers[outcome.column].astype(float)
    columns = {name: dose, **(equal or {})}
    used = (y.notna() & pd.DataFrame(columns).notna().all(axis=1)).to_numpy()
    if (
        used.sum() < FEWEST_ROWS
        or study.answers["account"][used].nunique() < 2
        or y[used].nunique() < 2
        or dose[used].nunique() < 2
    ):
        return Message(code="missing.no_variation")
    moments = collect_moments(
        study.answers["account"],
        np.where(used, 0, -1),
        y,
        groups=("all",),
        controls={key: values - values[used].mean() for key, values in columns.items()},
        weights=study.answers["weight"].astype(float),
    )
    try:
        fitted = estimate_fitted(moments)
    except ResultError:
        return Message(code="missing.no_variation")
    return Slope(name=name, fitted=fitted, method="least squares, CR2, Satterthwaite df")

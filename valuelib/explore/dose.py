"""How does loyalty go with the number of higher-tier elements delivered: never falling, and smooth?"""

from __future__ import annotations

import numpy as np

from valuelib.describe import withheld
from valuelib.evidence.groups import element_ratings
from valuelib.evidence.outcomes import find_outcome
from valuelib.records import Estimate, Message
from valuelib.stats.curves import SOURCE_ISOTONIC, SOURCE_SPLINE, Curve, fit_isotonic, fit_spline
from valuelib.stats.exposure import count_elements
from valuelib.stats.loyalty import BOUNDS, SCALE
from valuelib.study import Study
from valuelib.theory import HIGHER_TIERS

METHODS = {"isotonic": "isotonic regression", "spline": "quadratic B-spline, CR2, Satterthwaite df, band at each dose"}
SOURCES = {"isotonic": SOURCE_ISOTONIC, "spline": SOURCE_SPLINE}


def estimate_dose(study: Study) -> tuple[Estimate, ...]:
    """`dose.<n>.isotonic` and `dose.<n>.spline`: NPS at each number of higher-tier elements rated at or above the threshold.

    Numbers of elements that fewer than `privacy.min_group` respondents report are withheld, with the next smallest where the total
    would tell them; none where the study has no NPS, too
    few higher-tier items, or too few different numbers.
    """
    outcome, ratings = find_outcome(study, "recommend"), element_ratings(study, HIGHER_TIERS)
    if isinstance(outcome, Message) or len(ratings.columns) < 2:
        return ()
    dose = count_elements(ratings, threshold=study.config.exposure.threshold)
    y = study.answers[outcome.column].astype(float)
    counts = dose[y.notna()].value_counts()
    hidden = withheld(counts, study.config.privacy.min_group)
    kept = (y.notna() & dose.notna() & ~dose.astype(str).isin(hidden)).to_numpy()
    if y[kept].nunique() < 2 or dose[kept].nunique() < 2:
        return ()
    weights, accounts = study.answers["weight"].astype(float)[kept], study.answers["account"][kept]
    curves = {
        "isotonic": fit_isotonic(dose[kept], y[kept], weights),
        "spline": fit_spline(dose[kept], y[kept], weights, accounts, level=study.config.level),
    }
    at = {float(value): (int((dose[kept] == value).sum()), int(accounts[dose[kept] == value].nunique())) for value in counts.index}
    return tuple(
        _point(study, name, curve, index, at)
        for name, curve in curves.items()
        if curve is not None
        for index in range(len(curve.dose))
    )


def _point(study: Study, name: str, curve: Curve, index: int, at: dict[float, tuple[int, int]]) -> Estimate:
    scale, (lowest, highest) = SCALE["nps"], BOUNDS["nps"]

    def held(values: np.ndarray | None) -> float | None:
        return None if values is None else scale * float(np.clip(values[index], lowest, highest))

    n, accounts = at[float(curve.dose[index])]
    return Estimate(
        name=f"dose.{int(curve.dose[index])}.{name}",
        value=held(curve.value),
        ci_low=held(curve.low),
        ci_high=held(curve.high),
        level=study.config.level,
        unit="points",
        n=n,
        accounts=accounts,
        method=METHODS[name],
        source=SOURCES[name],
    )

"""Tier by tier: what does failing cost and what does exceeding earn, as it stands and with the other tiers held equal?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from valuelib.explore.describe import withheld
from valuelib.results import Estimate, Message
from valuelib.stats.contrasts import estimate_difference
from valuelib.stats.dose import SOURCE_ISOTONIC, SOURCE_SPLINE, Curve, fit_isotonic, fit_spline
from valuelib.stats.exposure import PENALTY, REWARD, SOURCE_LEVELS, by_levels, count_elements
from valuelib.stats.loyalty import BOUNDS, SCALE
from valuelib.stats.means import PickedMeans
from valuelib.study.model import Study
from valuelib.theory.pyramid import HIGHER_TIERS, tiers
from valuelib.verdict.groups import Outcome, element_ratings, find_outcome, tier_mean
from valuelib.verdict.thresholds import Levels, fit_levels, level_means, other_tiers, usable_levels

# Tier by tier: what does failing cost and what does exceeding earn, as it stands and with the other tiers held equal?

PAIRS = {"penalty": PENALTY, "reward": REWARD}
METHODS = {"": "three levels, CR2, Satterthwaite df", ".others_equal": "least squares on three levels, CR2, Satterthwaite df"}


def estimate_thresholds(study: Study) -> tuple[Estimate, ...]:
    """`penalty.<tier>` and `reward.<tier>` in NPS points for every tier, and the same with `.others_equal`.

    A tier is failed below the middle of the scale, exceeded from `exposure.threshold` on. Own ratings: halo is in all of them.
    """
    outcome = find_outcome(study, "recommend")
    return tuple(one for tier in tiers() for one in _of_tier(study, tier.key, outcome))


def _of_tier(study: Study, key: str, outcome: Outcome | Message) -> Iterator[Estimate]:
    mean = tier_mean(study, (key,))
    if isinstance(outcome, Message) or mean is None:
        why = outcome if isinstance(outcome, Message) else Message(code="missing.tier_items", values={"tier_key": key})
        yield from (_missing(study, f"{name}.{key}{ending}", why) for ending in METHODS for name in PAIRS)
        return
    codes = usable_levels(study, outcome, by_levels(mean, exceeds_at=study.config.exposure.threshold))
    if isinstance(codes, Message):
        yield from (_missing(study, f"{name}.{key}{ending}", codes) for ending in METHODS for name in PAIRS)
        return
    yield from _steps(study, key, "", outcome, level_means(study, outcome, codes))
    fitted = fit_levels(study, outcome, codes, other_tiers(study, key))
    yield from _steps(study, key, ".others_equal", outcome, fitted)


def _steps(study: Study, key: str, ending: str, outcome: Outcome, levels: Levels | None) -> Iterator[Estimate]:
    for name, pair in PAIRS.items():
        if levels is None:
            yield _missing(study, f"{name}.{key}{ending}", Message(code="missing.others_equal"))
            continue
        picked = PickedMeans(levels.means, pair)
        lift = estimate_difference(picked, kind=outcome.kind, level=study.config.level)
        yield Estimate(
            name=f"{name}.{key}{ending}",
            value=lift.value,
            ci_low=lift.ci_low,
            ci_high=lift.ci_high,
            level=study.config.level,
            se=lift.se,
            unit="points",
            n=int(picked.n.sum()),
            accounts=int(study.data["account"][np.isin(levels.codes, pair)].nunique()),
            method=METHODS[ending],
            source=SOURCE_LEVELS,
        )


def _missing(study: Study, name: str, why: Message) -> Estimate:
    return Estimate(name=name, value=None, unit="points", n=0, accounts=0, level=study.config.level, reason=why)


# How does loyalty go with the number of higher-tier elements delivered: never falling, and smooth?

METHODS_DOSE = {"isotonic": "isotonic regression", "spline": "quadratic B-spline, CR2, Satterthwaite df, band at each dose"}
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
    y = study.data[outcome.column].astype(float)
    counts = dose[y.notna()].value_counts()
    hidden = withheld(counts, study.config.privacy.min_group)
    kept = (y.notna() & dose.notna() & ~dose.astype(str).isin(hidden)).to_numpy()
    if y[kept].nunique() < 2 or dose[kept].nunique() < 2:
        return ()
    weights, accounts = study.data["weight"].astype(float)[kept], study.data["account"][kept]
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
        method=METHODS_DOSE[name],
        source=SOURCES[name],
    )

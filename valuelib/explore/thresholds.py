"""Tier by tier, what failing costs and what exceeding earns, as it stands and adjusted for the other tiers; and the dose curve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from valuelib.explore.describe import withheld
from valuelib.explore.estimates import called, found_estimate, make_estimate, no_estimate, of_chapter
from valuelib.results import Estimate, Estimates, Message
from valuelib.stats.contrasts import estimate_difference
from valuelib.stats.curves import SOURCE_ISOTONIC, SOURCE_SPLINE, Curve, fit_isotonic, fit_spline
from valuelib.stats.exposure import PENALTY, REWARD, SOURCE_LEVELS, by_levels, count_elements
from valuelib.stats.loyalty import BOUNDS, SCALE
from valuelib.stats.means import PickedMeans
from valuelib.study.model import Study
from valuelib.theory.pyramid import HIGHER_TIERS, tiers
from valuelib.verdict.groups import Outcome, element_ratings, find_outcome, tier_mean
from valuelib.verdict.thresholds import Levels, fit_levels, level_means, other_tiers, usable_levels

PAIRS = {"penalty": PENALTY, "reward": REWARD}
METHODS = {"": "three levels, CR2, Satterthwaite df", ".others_equal": "least squares on three levels, CR2, Satterthwaite df"}


def estimate_thresholds(study: Study) -> Estimates:
    """What failing a tier costs and what exceeding it earns, as it stands and adjusted for the other tiers.

    A tier is failed below the middle of the scale, exceeded from `exposure.threshold` on. Own ratings: halo is in all of them.

    Returns:
        `penalty.<tier>` and `reward.<tier>` in NPS points, and the same with `.others_equal`; a figure that cannot be had says why.
    """
    outcome = find_outcome(study, "recommend")
    found: list[Estimate] = []
    for tier in tiers():
        key, mean = tier.key, tier_mean(study, (tier.key,))
        if isinstance(outcome, Message) or mean is None:
            why = outcome if isinstance(outcome, Message) else Message(code="missing.tier_items", values={"tier_key": key})
            found += _missing(study, key, METHODS, why)
            continue
        codes = usable_levels(study, outcome, by_levels(mean, exceeds_at=study.config.exposure.threshold))
        if isinstance(codes, Message):
            found += _missing(study, key, METHODS, codes)
            continue
        found += _steps(study, key, "", outcome, level_means(study, outcome, codes))
        found += _steps(study, key, ".others_equal", outcome, fit_levels(study, outcome, codes, other_tiers(study, key)))
    return of_chapter(study, "thresholds", found)


def _steps(study: Study, key: str, ending: str, outcome: Outcome, levels: Levels | None) -> Iterator[Estimate]:
    if levels is None:
        yield from _missing(study, key, (ending,), Message(code="missing.others_equal"))
        return
    for name, pair in PAIRS.items():
        picked = PickedMeans(levels.means, pair)
        lift = estimate_difference(picked, kind=outcome.kind, level=study.config.level)
        counts = (int(picked.n.sum()), int(study.data["account"][np.isin(levels.codes, pair)].nunique()))
        one, method = called(f"label.{name}{ending}", tier_key=key), METHODS[ending]
        yield found_estimate(study, one, lift, "points", counts=counts, method=method, source=SOURCE_LEVELS)


def _missing(study: Study, key: str, endings: Iterable[str], why: Message) -> Iterator[Estimate]:
    for ending in endings:
        yield from (no_estimate(study, called(f"label.{name}{ending}", tier_key=key), why, "points") for name in PAIRS)


# The dose curve: NPS by the number of higher-tier elements delivered

METHODS_DOSE = {"isotonic": "isotonic regression", "spline": "quadratic B-spline, CR2, Satterthwaite df, band at each dose"}
SOURCES = {"isotonic": SOURCE_ISOTONIC, "spline": SOURCE_SPLINE}


def estimate_dose(study: Study) -> Estimates:
    """`dose.<n>.isotonic` and `dose.<n>.spline`: NPS at each number of higher-tier elements rated at or above the threshold.

    Numbers of elements that fewer than `privacy.min_group` respondents report are withheld, with the next smallest where the total
    would tell them; none where the study has no NPS, too
    few higher-tier items, or too few different numbers.
    """
    outcome, ratings = find_outcome(study, "recommend"), element_ratings(study, HIGHER_TIERS)
    if isinstance(outcome, Message) or len(ratings.columns) < 2:
        return of_chapter(study, "dose", ())
    reported = count_elements(ratings, threshold=study.config.exposure.threshold)
    y = study.data[outcome.column].astype(float)
    counts = reported[y.notna()].value_counts()
    hidden = withheld(counts, study.config.privacy.min_group)
    kept = (y.notna() & reported.notna() & ~reported.astype(str).isin(hidden)).to_numpy()
    if y[kept].nunique() < 2 or reported[kept].nunique() < 2:
        return of_chapter(study, "dose", ())
    weights, accounts = study.data["weight"].astype(float)[kept], study.data["account"][kept]
    curves = {
        "isotonic": fit_isotonic(reported[kept], y[kept], weights),
        "spline": fit_spline(reported[kept], y[kept], weights, study.clusters[kept], level=study.config.level),
    }
    at = {
        float(value): (int((reported[kept] == value).sum()), int(accounts[reported[kept] == value].nunique()))
        for value in counts.index
    }
    return of_chapter(study, "dose", (one for name, curve in curves.items() if curve for one in _points(study, name, curve, at)))


def _points(study: Study, name: str, curve: Curve, at: dict[float, tuple[int, int]]) -> Iterator[Estimate]:
    """The points of a curve, none of them outside what an NPS can be."""
    value, low, high = (
        [None] * len(curve.dose) if one is None else (SCALE["nps"] * np.clip(one, *BOUNDS["nps"])).tolist()
        for one in (curve.value, curve.low, curve.high)
    )
    for place, dose in enumerate(curve.dose):
        (n, accounts), one = at[float(dose)], called(f"label.dose.{name}", elements_n=int(dose))
        limits, about = (low[place], high[place]), {"method": METHODS_DOSE[name], "source": SOURCES[name]}
        yield make_estimate(study, one, value[place], "points", counts=(n, accounts), interval=limits, **about)

"""What goes with recommending here, and how much of it belongs to each tier, category and element?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from valuelib.explore.drivers.checks import Check, check_drivers, cross_validate
from valuelib.explore.drivers.data import DriverData, gather_drivers
from valuelib.records import Estimate, Message, Unit
from valuelib.stats.drivers.bootstrap import SOURCE as SOURCE_BOOTSTRAP
from valuelib.stats.drivers.bootstrap import Ranks, estimate_once, interval_of, rank_columns, resample
from valuelib.stats.drivers.correlations import correlate, given_mean, is_consistent
from valuelib.stats.drivers.hierarchy import SOURCE, divide_along
from valuelib.stats.drivers.sweep import Floats
from valuelib.study import Study
from valuelib.study.simulate import rng_for

REPLICATES = 500
TOP = 5  # "among the first five", or fewer where few elements are asked about
KEPT_PROMISE_N = 400  # below, measured coverage of the shares' intervals leaves 94-96 %
NOISY = 0.03  # part of R2 that chance alone would show, above which measured coverage leaves 94-96 %
LITTLE = 0.02  # R2 on new accounts below this explains next to nothing
METHOD = "Winter value of R2 along tier, category, element; percentile interval over resampled accounts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One tier, category or element: its share of R2 raw and at equal general liking; elements also their slopes and place."""

    key: str
    raw: Estimate
    within: Estimate
    slope: Estimate | None = None
    slope_within: Estimate | None = None
    mean_score: float | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    top_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """What goes with recommending, as far as these answers tell.

    `raw` shares divide R2; `within` shares divide what is left of it once the respondent's own mean rating is held equal.
    `r2_cv` is R2 on accounts that the fit has not seen; `missing_share` of ratings 0..1; `complete_n` rows have no gap.
    """

    outcome: str
    n: int
    accounts: int
    tiers: tuple[Share, ...]
    categories: tuple[Share, ...]
    elements: tuple[Share, ...]
    r2: Estimate
    r2_within: Estimate
    r2_cv: Estimate
    checks: tuple[Check, ...]
    agreement: dict[str, float]
    top: int
    missing_share: float
    complete_n: int
    fewest_pairs: int
    repaired: bool
    notes: tuple[Message, ...] = ()

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Every figure of the chapter."""
        shares = (*self.tiers, *self.categories, *self.elements)
        figures = (figure for one in shares for figure in (one.raw, one.within, one.slope, one.slope_within))
        return (self.r2, self.r2_cv, self.r2_within, *(figure for figure in figures if figure is not None))


def estimate_drivers(study: Study) -> tuple[Estimate, ...]:
    """Every estimate of the chapter; none where the study cannot answer."""
    found = find_drivers(study)
    return () if isinstance(found, Message) else found.estimates


def find_drivers(study: Study) -> Drivers | Message:
    """Shares of R2 with their intervals, raw and at equal general liking, slopes and cross-checks; or why they cannot be had."""
    data = gather_drivers(study)
    if isinstance(data, Message):
        return data
    statistic = partial(compute_figures, data=data)
    point = estimate_once(data.answers, statistic)
    resampled = resample(data.answers, statistic, REPLICATES, rng_for(study.config.seed, "drivers"))
    return _assemble(study, data, point, resampled)


def compute_figures(correlations: Floats, spreads: Floats, *, data: DriverData) -> Floats:
    """All figures, one row a resample: R2s, then raw and within: tiers, categories, elements (per cent), slopes."""
    deviations = spreads * data.answers.spreads
    scale = 100 if data.outcome == "nps" else 1
    within = given_mean(correlations, deviations[:, :-1])
    parts, totals = [], []
    for matrix in (correlations, within):
        shares = divide_along(matrix, data.tree)
        total = shares.sum(axis=1, keepdims=True)
        percent = 100 * shares / np.where(total > 0, total, 1.0)
        sums = [
            np.stack([percent[:, at].sum(axis=1) for at in columns], axis=1)
            for columns in (data.tier_columns, data.category_columns)
        ]
        own = np.diagonal(matrix, axis1=1, axis2=2)[:, :-1]
        slopes = matrix[:, :-1, -1] / np.where(own > 0, own, 1.0) * deviations[:, -1:]
        slopes = scale * slopes / np.where(deviations[:, :-1] > 0, deviations[:, :-1], 1.0)
        parts += [*sums, percent, slopes]
        totals.append(100 * total)
    return np.concatenate([*totals, *parts], axis=1)


def place_figures(data: DriverData) -> dict[str, slice]:
    """Where each kind of figure stands in a row of `compute_figures`."""
    kinds = ("tier", "category", "element", "slope")
    sizes = [len(data.tier_keys), len(data.category_keys), len(data.keys), len(data.keys)]
    edges = np.cumsum([2, *sizes, *sizes])
    names = [f"{prefix}{kind}" for prefix in ("", "within.") for kind in kinds]
    return {name: slice(int(start), int(end)) for name, (start, end) in zip(names, pairwise(edges), strict=True)}


def chance_share(data: DriverData, r2: float) -> float:
    """R2 in per cent that as many unrelated ratings would add by chance alone: q / (n - 1) of what is unexplained."""
    return (100 - r2) * len(data.keys) / (len(data.answers.z) - 1)


def _assemble(study: Study, data: DriverData, point: Floats, resampled: Floats) -> Drivers:
    places = place_figures(data)
    make = partial(_estimates, study, data, point, resampled, places)
    unit: Unit = "points" if data.outcome == "nps" else "score"
    tier_pairs, category_pairs, element_pairs = (
        [make(f"{prefix}{kind}", keys) for prefix in ("", "within.")]
        for kind, keys in (("tier", data.tier_keys), ("category", data.category_keys), ("element", data.keys))
    )
    slopes = [make(f"{prefix}slope", data.keys, unit) for prefix in ("", "within.")]
    ranks = rank_columns(resampled[:, places["element"]], study.config.level, min(TOP, len(data.keys)))
    correlations, _ = correlate(data.answers)
    r2, r2_within = (_plain(study, data, name, float(at)) for name, at in (("r2", point[0]), ("within.r2", point[1])))
    r2_cv = _plain(study, data, "r2_cv", 100 * cross_validate(data.answers))
    checks, agreement = check_drivers(data, point[places["element"]] * point[0] / 100)
    return Drivers(
        outcome=data.outcome,
        n=len(data.answers.z),
        accounts=int(data.answers.accounts.max()) + 1,
        tiers=tuple(Share(key=key, raw=a, within=b) for key, a, b in zip(data.tier_keys, *tier_pairs, strict=True)),
        categories=tuple(Share(key=key, raw=a, within=b) for key, a, b in zip(data.category_keys, *category_pairs, strict=True)),
        elements=tuple(_elements(study, data, element_pairs, slopes, ranks)),
        r2=r2,
        r2_within=r2_within,
        r2_cv=r2_cv,
        checks=checks,
        agreement=agreement,
        top=ranks.top,
        missing_share=data.answers.missing_share,
        complete_n=data.answers.complete,
        fewest_pairs=int(data.answers.pair_counts.min()),
        repaired=not is_consistent(correlations),
        notes=tuple(_notes(study, data, float(point[0]), float(point[1]), float(r2_cv.value or 0.0))),
    )


def _estimates(
    study: Study,
    data: DriverData,
    point: Floats,
    resampled: Floats,
    places: dict[str, slice],
    name: str,
    keys: tuple[str, ...],
    unit: Unit = "share",
) -> list[Estimate]:
    at = places[name]
    low, high = interval_of(resampled[:, at], study.config.level)
    low, high = np.minimum(low, point[at]), np.maximum(high, point[at])  # an estimate is never outside its own interval
    spread = resampled[:, at].std(axis=0, ddof=1)
    counts = data.answers.pair_counts[:-1, -1] if len(keys) == len(data.keys) else np.full(len(keys), len(data.answers.z))
    return [
        Estimate(
            name=f"driver.{name}.{key}",
            value=float(value),
            ci_low=float(bottom),
            ci_high=float(top),
            level=study.config.level,
            se=float(se),
            unit=unit,
            n=int(n),
            accounts=int(data.answers.accounts.max()) + 1,
            method=METHOD if unit == "share" else "slope of the outcome on one rating; percentile interval over resampled accounts",
            source=f"{SOURCE}; {SOURCE_BOOTSTRAP}" if unit == "share" else SOURCE_BOOTSTRAP,
        )
        for key, value, bottom, top, se, n in zip(keys, point[at], low, high, spread, counts, strict=True)
    ]


def _plain(study: Study, data: DriverData, name: str, value: float) -> Estimate:
    return Estimate(
        name=f"driver.{name}",
        value=value,
        level=study.config.level,
        unit="share",
        n=len(data.answers.z),
        accounts=int(data.answers.accounts.max()) + 1,
        method="R2 on accounts left out in turn, 5 folds" if name == "r2_cv" else "R2 from pairwise correlations",
        source=SOURCE,
    )


def _elements(
    study: Study, data: DriverData, shares: list[list[Estimate]], slopes: list[list[Estimate]], ranks: Ranks
) -> Iterator[Share]:
    for at, key in enumerate(data.keys):
        ratings, weights = study.answers[f"element.{key}"], study.answers["weight"]
        told = ratings.notna()
        yield Share(
            key=key,
            raw=shares[0][at],
            within=shares[1][at],
            slope=slopes[0][at],
            slope_within=slopes[1][at],
            mean_score=float(np.average(ratings[told], weights=weights[told])),
            rank_low=int(ranks.low[at]),
            rank_high=int(ranks.high[at]),
            top_share=float(ranks.top_share[at]),
        )


def _notes(study: Study, data: DriverData, r2: float, r2_within: float, r2_cv: float) -> Iterator[Message]:
    n, chance = len(data.answers.z), chance_share(data, r2)
    if not study.has_accounts:
        yield Message(code="warning.no_accounts")
    if n < KEPT_PROMISE_N:
        yield Message(code="warning.driver_small", values={"n": n, "fewest_n": KEPT_PROMISE_N})
    elif chance > NOISY * r2:
        yield Message(code="warning.driver_noise", values={"chance_share": chance / 100, "r2_share": r2 / 100})
    if chance > NOISY * r2_within:
        values = {"chance_share": chance / 100, "r2_share": r2_within / 100}
        yield Message(code="warning.driver_within_noise", values=values)
    if r2_cv < 100 * LITTLE:
        yield Message(code="warning.driver_little")
    if data.left_out:
        yield Message(code="warning.driver_left_out", values={"items_n": len(data.left_out)})

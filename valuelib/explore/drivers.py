"""What recommending is associated with, and how much of that belongs to each tier, category and element."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
from scipy.stats import spearmanr
from sklearn.model_selection import GroupKFold

from valuelib.explore.estimates import called, make_estimate, of_chapter
from valuelib.results import Estimate, Estimates, Message, Unit
from valuelib.stats.drivers import (
    MOST_PLAYERS,
    SOURCE_BOOTSTRAP,
    SOURCE_WINTER,
    Answers,
    correlate,
    divide_along,
    divide_flat,
    divide_johnson,
    gather_answers,
    given_mean,
    interval_of,
    is_consistent,
    rank_columns,
    repair,
    resample,
)
from valuelib.stats.totals import Floats
from valuelib.study.model import Study
from valuelib.theory.pyramid import categories, tiers
from valuelib.worlds.people import rng_for

MIN_ELEMENTS = 3
MIN_ACCOUNTS = 30
ROWS_BEYOND_ELEMENTS = 30  # with fewer, R2 is mostly noise whatever the answers
MIN_RATINGS = 30  # an element rated by fewer is left out and named
MIN_PAIRS = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DriverData:
    """Answers of the used elements, in the order of `keys`, with the outcome last.

    `tree` nests the columns as tiers of categories; `tier_keys` and `category_keys` name its branches in the same order.
    """

    outcome: str
    answers: Answers
    keys: tuple[str, ...]
    tier_keys: tuple[str, ...]
    category_keys: tuple[str, ...]
    tree: tuple[tuple[tuple[int, ...], ...], ...]
    left_out: tuple[str, ...]

    @property
    def category_columns(self) -> list[list[int]]:
        """Columns of each category."""
        return [list(columns) for tier in self.tree for columns in tier]

    @property
    def tier_columns(self) -> list[list[int]]:
        """Columns of each tier."""
        return [[at for columns in tier for at in columns] for tier in self.tree]


def gather_drivers(study: Study) -> DriverData | Message:
    """The answers to decompose, or the reason why they do not suffice.

    The outcome is the class -1 / 0 / +1 whose mean is the NPS, so that shares and slopes speak of the figure that the client
    tracks; where the item does not stand on 0-10 it is the score as asked.
    """
    outcome = "nps" if study.has_nps else "recommend"
    score = study.values(outcome)
    if score is None or not score.notna().any():
        return Message(code="missing.outcome", values={"outcome_key": "recommend"})
    rows = study.data[score.notna()]
    rated_by = {key: rows[f"element.{key}"].dropna().to_numpy(float) for key in study.element_keys}
    usable = [key for key, ratings in rated_by.items() if len(ratings) >= MIN_RATINGS and np.ptp(ratings) > 0]
    if len(usable) < MIN_ELEMENTS:
        return Message(code="missing.driver_elements", values={"items_n": len(usable), "fewest_n": MIN_ELEMENTS})
    rated = rows[rows[[f"element.{key}" for key in usable]].notna().any(axis=1)]
    enough = len(usable) + ROWS_BEYOND_ELEMENTS
    if len(rated) < enough:
        return Message(code="missing.driver_rows", values={"n": len(rated), "items_n": len(usable), "fewest_n": enough})
    if rated["account"].nunique() < MIN_ACCOUNTS:
        return Message(code="missing.driver_accounts", values={"accounts_n": rated["account"].nunique(), "fewest_n": MIN_ACCOUNTS})
    if rated[outcome].nunique() < 2:
        return Message(code="missing.no_variation")
    branches = [(tier.key, [one for one in categories() if one.tier_key == tier.key]) for tier in tiers()]
    nested = [(name, [(one.key, [key for key in one.elements if key in usable]) for one in inside]) for name, inside in branches]
    nested = [(name, [(key, members) for key, members in inside if members]) for name, inside in nested]
    nested = [(name, inside) for name, inside in nested if inside]
    keys = [key for _, inside in nested for _, members in inside for key in members]
    place = {key: at for at, key in enumerate(keys)}
    answers = gather_answers(
        study.data[[f"element.{key}" for key in keys]].to_numpy(float),
        study.data[outcome].to_numpy(float),
        study.data["weight"].to_numpy(float),
        study.data["account"],
    )
    fewest = int(answers.pair_counts.min())
    if fewest < MIN_PAIRS:
        return Message(code="missing.driver_pairs", values={"n": fewest, "fewest_n": MIN_PAIRS})
    return DriverData(
        outcome=outcome,
        answers=answers,
        keys=tuple(keys),
        tier_keys=tuple(name for name, _ in nested),
        category_keys=tuple(key for _, inside in nested for key, _ in inside),
        tree=tuple(tuple(tuple(place[key] for key in members) for _, members in inside) for _, inside in nested),
        left_out=tuple(key for key in study.element_keys if key not in place),
    )


# Other decompositions, and the fit on accounts left out

FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One category's share of R2 in per cent by three decompositions.

    `pyramid` lets tiers enter whole; `flat` treats all categories as equal players; `johnson` adds up relative weights of elements.
    """

    key: str
    pyramid: float
    flat: float
    johnson: float


def check_drivers(data: DriverData, correlations: Floats, shares: Floats) -> tuple[tuple[Check, ...], dict[str, float]]:
    """The same R2 divided without the pyramid.

    Args:
        data: the answers.
        correlations: of the answers, repaired, shape (q + 1, q + 1).
        shares: the pyramid's shares of the elements, shape (q,), adding up to R2.
    Returns:
        Categories by three decompositions, and rank correlations of the elements' shares with those of other methods: `johnson`,
        and `lmg` where the elements are few enough to be divided flatly.
    """
    johnson = divide_johnson(correlations)
    groups = data.category_columns
    rows = (
        [shares[at].sum() for at in groups],
        divide_flat(correlations, groups),
        [johnson[at].sum() for at in groups],
    )
    percent = [100 * np.asarray(row) / max(float(np.sum(row)), np.finfo(float).tiny) for row in rows]
    checks = tuple(
        Check(key=key, pyramid=float(a), flat=float(b), johnson=float(c))
        for key, a, b, c in zip(data.category_keys, *percent, strict=True)
    )
    agreement = {"johnson": _rank_correlation(shares, johnson)}
    if len(data.keys) <= MOST_PLAYERS:
        agreement["lmg"] = _rank_correlation(shares, divide_flat(correlations))
    return checks, agreement


def cross_validate(answers: Answers) -> float:
    """R2 on accounts that the fit has not seen, in five folds; below zero where the fit predicts worse than the mean.

    A missing rating of a left-out respondent is replaced by the mean of that respondent's other standardised ratings.
    """
    ratings, here = answers.z[:, :-1], answers.present[:, :-1]
    own = ratings.sum(axis=1) / here.sum(axis=1)
    x, y, w = np.where(here > 0, ratings, own[:, None]), answers.z[:, -1], answers.weights
    error = total = 0.0
    folds = list(GroupKFold(FOLDS).split(x, y, answers.accounts))
    times = np.zeros((FOLDS, 1, int(answers.accounts.max()) + 1))
    for fold, (train, _) in enumerate(folds):
        times[fold, 0, answers.accounts[train]] = 1
    correlations, of_fold = correlate(answers, times)
    for (train, test), matrix, spreads in zip(folds, repair(correlations), of_fold, strict=True):
        slopes = np.linalg.pinv(matrix[:-1, :-1], rcond=1e-9, hermitian=True) @ matrix[:-1, -1] * spreads[-1]
        scale = np.where(spreads[:-1] > 0, spreads[:-1], 1.0)
        centre = np.average(x[train], axis=0, weights=w[train])
        middle = float(np.average(y[train], weights=w[train]))
        predicted = middle + ((x[test] - centre) / scale) @ slopes
        error += float(w[test] @ (y[test] - predicted) ** 2)
        total += float(w[test] @ (y[test] - middle) ** 2)
    return 1 - error / total


def _rank_correlation(one: Floats, other: Floats) -> float:
    return float(spearmanr(one, other).statistic)


# The chapter's figures

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


def estimate_drivers(study: Study) -> Estimates:
    """What recommending is associated with, and how much of that belongs to each tier, category and element.

    Returns:
        `driver.<tier|category|element>.<key>`: shares of R2 in per cent, and `driver.within.*` the same at equal general rating;
        `driver.slope.<element>`: NPS points (score points where the item is not on 0-10) per rating point; `driver.r2`,
        `driver.r2_cv` on accounts left out, and `driver.within.r2` in per cent. Empty where the study cannot answer.
    Source:
        Shares are Winter values (Winter 1989) along tier, category and element; intervals resample accounts.
    """
    found = find_drivers(study)
    return of_chapter(study, "drivers", () if isinstance(found, Message) else found.estimates)


def find_drivers(study: Study, draws: int = REPLICATES) -> Drivers | Message:
    """Shares of R2 with their intervals, raw and at equal general liking, slopes and cross-checks; or why they cannot be had."""
    data = gather_drivers(study)
    if isinstance(data, Message):
        return data
    statistic = partial(compute_figures, data=data)
    correlations, spreads = correlate(data.answers)
    point = statistic(repair(correlations[None]), spreads[None])[0]
    resampled = resample(data.answers, statistic, draws, rng_for(study.config.seed, "drivers"))
    return _assemble(study, data, correlations, point, resampled)


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


def _assemble(study: Study, data: DriverData, correlations: Floats, point: Floats, resampled: Floats) -> Drivers:
    n, accounts, places = len(data.answers.z), int(data.answers.accounts.max()) + 1, place_figures(data)
    low, high = interval_of(resampled, study.config.level)
    low, high = np.minimum(low, point), np.maximum(high, point)  # an estimate is never outside its own interval
    spread, pairs = resampled.std(axis=0, ddof=1), data.answers.pair_counts[:-1, -1]
    keys = {"tier": data.tier_keys, "category": data.category_keys, "element": data.keys, "slope": data.keys}

    def of(name: str) -> list[Estimate]:
        """The figures of one kind, such as "tier" or "within.slope"."""
        kind = name.removeprefix("within.")
        unit: Unit = "share"
        method, source = METHOD, f"{SOURCE_WINTER}; {SOURCE_BOOTSTRAP}"
        if kind == "slope":
            unit = "points" if data.outcome == "nps" else "score"
            method = "slope of the outcome on one rating; percentile interval over resampled accounts"
            source = SOURCE_BOOTSTRAP
        about, found = {"method": method, "source": source}, []
        for place, key in enumerate(keys[kind], start=places[name].start):
            named = called(f"label.driver.{name}", **{f"{'element' if kind == 'slope' else kind}_key": key})
            answers = int(pairs[place - places[name].start]) if len(keys[kind]) == len(data.keys) else n
            limits, se = (float(low[place]), float(high[place])), float(spread[place])
            counts = (answers, accounts)
            found.append(make_estimate(study, named, float(point[place]), unit, counts=counts, interval=limits, se=se, **about))
        return found

    def r2(name: str, value: float, method: str = "R2 from pairwise correlations") -> Estimate:
        named = called(f"label.driver.{name}")
        return make_estimate(study, named, value, "share", counts=(n, accounts), method=method, source=SOURCE_WINTER)

    def mean_score(key: str) -> float:
        ratings = study.data[f"element.{key}"]
        return float(np.average(ratings.dropna(), weights=study.data["weight"][ratings.notna()]))

    tiers, categories, elements = (
        [
            Share(key=key, raw=raw, within=within)
            for key, raw, within in zip(keys[kind], of(kind), of(f"within.{kind}"), strict=True)
        ]
        for kind in ("tier", "category", "element")
    )
    ranks = rank_columns(resampled[:, places["element"]], study.config.level, min(TOP, len(data.keys)))
    placed = zip(elements, of("slope"), of("within.slope"), ranks.low, ranks.high, ranks.top_share, strict=True)
    r2_cv = r2("r2_cv", 100 * cross_validate(data.answers), "R2 on accounts left out in turn, 5 folds")
    checks, agreement = check_drivers(data, repair(correlations[None])[0], point[places["element"]] * point[0] / 100)
    return Drivers(
        outcome=data.outcome,
        n=n,
        accounts=accounts,
        tiers=tuple(tiers),
        categories=tuple(categories),
        elements=tuple(
            replace(
                one,
                slope=slope,
                slope_within=within,
                mean_score=mean_score(one.key),
                rank_low=int(lowest),
                rank_high=int(highest),
                top_share=float(top),
            )
            for one, slope, within, lowest, highest, top in placed
        ),
        r2=r2("r2", float(point[0])),
        r2_within=r2("within.r2", float(point[1])),
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

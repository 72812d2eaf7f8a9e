"""Importance of elements by choice: shares, utilities and counts of best-worst answers, and ranks beside those of the ratings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from valuelib.explore.drivers import compute_figures, gather_drivers, place_figures
from valuelib.explore.estimates import SMALL_GROUP, called, find, found_estimate, keyed, make_estimate, no_estimate, of_chapter
from valuelib.results import Estimate, Estimates, Message
from valuelib.stats.choices import SOURCE_CR2, SOURCE_LOGIT, Counts, Sets, count_choices, count_repeats, fit_choices, is_connected
from valuelib.stats.choices import make_sets as stack_sets
from valuelib.stats.drivers import correlate, repair
from valuelib.stats.loyalty import SOURCE_MEAN, group_limits
from valuelib.stats.means import estimate_means
from valuelib.stats.totals import Floats, collect_totals
from valuelib.study.model import Study
from valuelib.theory.pyramid import elements
from valuelib.verdict.once import once

FEWEST_ACCOUNTS = 10
FEWEST_REPEATS = 30  # pairs of answers that decide the same two elements, below which nothing is said of consistency
METHOD = "sequential best-worst logit; accounts as clusters, CR2"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChoiceData:
    """Answered sets of the respondents that headline figures use.

    Attributes:
        keys: the elements, in the pyramid's order, in the places of `sets`.
        sets: their answered sets.
        account: shape (sets,), the account of each.
        respondents: how many chose.
    """

    keys: tuple[str, ...]
    sets: Sets
    account: pd.Series
    respondents: int

    @property
    def accounts(self) -> int:
        """How many accounts they are of."""
        return int(self.account.nunique())


def gather_choices(study: Study) -> ChoiceData | Message:
    """The choices of the study's answers, or why none can be estimated."""
    return once(study, "choices", lambda: _gather(study))


def _gather(study: Study) -> ChoiceData | Message:
    if study.choices is None:
        return Message(code="missing.choices")
    on = ["respondent", *(["wave"] if "wave" in study.choices and "wave" in study.data else [])]
    about = study.data[[*on, "account", "weight"]].assign(cluster=study.clusters)
    rows = study.choices.merge(about, on=on, how="inner")
    offered = set(rows["item"].unique())
    order = [one.key for one in elements() if one.key in offered]
    rows["place"] = rows["item"].map({key: place for place, key in enumerate(order)})
    rows["task"] = rows.groupby([*on, "set"], sort=False).ngroup()
    rows["slot"] = rows.groupby("task").cumcount()
    whole = rows.drop_duplicates("task")
    respondents, accounts = int(whole["respondent"].nunique()), int(whole["account"].nunique())
    clusters = int(whole["cluster"].nunique())
    if respondents < study.config.privacy.min_group or min(accounts, clusters) < FEWEST_ACCOUNTS:
        values = {"n": respondents, "accounts_n": min(accounts, clusters), "fewest_n": FEWEST_ACCOUNTS}
        return Message(code="missing.choices_few", values=values)
    shown = rows.pivot(index="task", columns="slot", values="place").fillna(-1).astype(np.int64)
    best, worst = (rows[rows[end]].set_index("task")["place"].sort_index() for end in ("best", "worst"))
    sets = stack_sets(
        shown.to_numpy(),
        best.to_numpy(),
        worst.to_numpy(),
        items=len(order),
        weight=whole["weight"].to_numpy(float),
        person=whole["respondent"].to_numpy(str),
        cluster=whole["cluster"].to_numpy(str),
    )
    account = whole["account"].reset_index(drop=True)
    return ChoiceData(keys=tuple(order), sets=sets, account=account, respondents=respondents)


def estimate_choices(study: Study) -> Estimates:
    """What matters most by best-worst choices.

    Returns:
        `choice.share.<element>`: how often the element would be the best of all asked about, in per cent, together 100;
        `choice.utility.<element>`: the same on the logit scale, with mean zero; `choice.count.<element>`: times best less times
        worst for 100 times shown; `choice.spread`: the standard deviation of the utilities, with the p-value of none;
        `choice.alike`: of pairs of elements that a respondent decided twice, the share decided alike (50 by chance);
        `choice.rank_r`: the rank correlation with shares of explained recommending. Empty where nobody chose.
    Source:
        Marley and Louviere (2005), J. Math. Psychology 49(6), 464-480.
    """
    data = gather_choices(study)
    return of_chapter(study, "choices", () if isinstance(data, Message) else _figures(study, data))


def _figures(study: Study, data: ChoiceData) -> Iterator[Estimate]:
    counted = count_choices(data.sets)
    shares: dict[str, float] = {}
    if is_connected(data.sets):
        fit, level = fit_choices(data.sets), study.config.level
        made = partial(make_estimate, study, method=METHOD, source=f"{SOURCE_LOGIT}; {SOURCE_CR2}", df=fit.df)
        of_shares, of_utilities = fit.share_interval(level), fit.utility_interval(level)
        shares = dict(zip(data.keys, fit.share.tolist(), strict=True))
        for place, key in enumerate(data.keys):
            counts = (int(counted.shown[place]), data.accounts)
            limits = (100 * float(of_shares[0][place]), 100 * float(of_shares[1][place]))
            named, se = called("label.choice.share", element_key=key), 100 * float(fit.share_se[place])
            yield made(named, 100 * shares[key], "share", counts=counts, interval=limits, se=se)
            limits = (float(of_utilities[0][place]), float(of_utilities[1][place]))
            named, se = called("label.choice.utility", element_key=key), float(fit.se[place])
            yield made(named, float(fit.utility[place]), "coefficient", counts=counts, interval=limits, se=se)
        p = fit.p_even()
        counts = (data.respondents, data.accounts)
        spread = float(fit.utility.std())
        yield made(called("label.choice.spread"), spread, "coefficient", counts=counts, p_value=None if np.isnan(p) else p)
    else:
        why = Message(code="missing.choices_apart")
        yield from (no_estimate(study, called("label.choice.share", element_key=key), why, "share") for key in data.keys)
    yield from _counts(study, data, counted)
    yield _alike(study, data)
    if (rank := _rank_correlation(study, shares, data)) is not None:
        yield rank


def _counts(study: Study, data: ChoiceData, counted: Counts) -> Iterator[Estimate]:
    """Best less worst for 100 times shown, as a clustered mean over showings."""
    sets = data.sets
    there = sets.shown >= 0
    rows = np.nonzero(there)[0]
    score = (sets.shown == sets.best[:, None]).astype(float) - (sets.shown == sets.worst[:, None])
    totals = collect_totals(sets.cluster[rows], sets.shown[there], score[there], groups=data.keys, weights=sets.weight[rows])
    means = estimate_means(totals)
    for place, key in enumerate(data.keys):
        named, n = called("label.choice.count", element_key=key), int(counted.shown[place])
        limits = group_limits(means, place, kind="mean", level=study.config.level)
        about = {"method": "times best less times worst, for 100 times shown; accounts as clusters, CR2", "source": SOURCE_MEAN}
        yield found_estimate(study, named, limits, "points", counts=(n, data.accounts), scale=100, **about)


def _alike(study: Study, data: ChoiceData) -> Estimate:
    repeats, named = count_repeats(data.sets), called("label.choice.alike")
    if repeats.decided.sum() < FEWEST_REPEATS:
        return no_estimate(study, named, SMALL_GROUP, "share")
    people = pd.DataFrame({"person": data.sets.person, "cluster": data.sets.cluster, "weight": data.sets.weight})
    people = people.drop_duplicates("person").sort_values("person")
    asked = repeats.decided > 0
    # Each person's share, weighted by how many pairs were decided twice: the ratio of two clustered sums.
    weights = people["weight"].to_numpy()[asked] * repeats.decided[asked]
    kept = repeats.alike[asked] / repeats.decided[asked]
    found = people["cluster"].to_numpy()[asked]
    means = estimate_means(collect_totals(found, np.zeros(len(kept), dtype=int), kept, groups=("all",), weights=weights))
    limits = group_limits(means, 0, kind="mean", level=study.config.level)
    about = {"method": "pairs of elements that a respondent decided twice; accounts as clusters, CR2", "source": SOURCE_MEAN}
    return found_estimate(study, named, limits, "share", counts=(int(asked.sum()), data.accounts), scale=100, **about)


def rating_shares(study: Study) -> dict[str, float]:
    """Shares of the explained variance of recommending by element, in per cent; empty where they cannot be had."""
    return once(study, "rating_shares", lambda: _rating_shares(study))


def _rating_shares(study: Study) -> dict[str, float]:
    data = gather_drivers(study)
    if isinstance(data, Message):
        return {}
    correlations, spreads = correlate(data.answers)
    point: Floats = compute_figures(repair(correlations[None]), spreads[None], data=data)[0]
    return dict(zip(data.keys, point[place_figures(data)["element"]].tolist(), strict=True))


def _rank_correlation(study: Study, shares: dict[str, float], data: ChoiceData) -> Estimate | None:
    """How far choices and ratings rank alike the elements that are in both."""
    rated = rating_shares(study) if shares else {}
    both = [key for key in shares if key in rated]
    if len(both) < 4:
        return None
    value = float(spearmanr([shares[key] for key in both], [rated[key] for key in both]).statistic)
    method = "Spearman rank correlation of the elements' shares, by choice and by rating"
    return make_estimate(
        study, called("label.choice.rank_r"), value, "coefficient", counts=(len(both), data.accounts), method=method
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """An element's place by choice and by rating, 1 for the most important, among the elements that have both."""

    key: str
    chosen: int
    rated: int

    @property
    def apart(self) -> int:
        """Places by which it stands lower by rating than by choice; below zero, higher."""
        return self.rated - self.chosen


def rank_beside(study: Study, found: Iterable[Estimate]) -> list[Beside]:
    """Both ranks of every element that is chosen among and rated, the first by choice first."""
    shares, rated = keyed(found, "label.choice.share", "element_key"), rating_shares(study)
    both = [key for key in shares if key in rated]
    chosen = sorted(both, key=lambda key: -(shares[key].value or 0.0))
    by_rating = sorted(both, key=lambda key: -rated[key])
    return [Beside(key=key, chosen=place, rated=by_rating.index(key) + 1) for place, key in enumerate(chosen, start=1)]


def differ(found: Iterable[Estimate], level: float) -> bool:
    """Whether the choices show that elements differ in importance at all."""
    spread = find(found, "label.choice.spread")
    return spread is not None and spread.p_value is not None and spread.p_value < 1 - level

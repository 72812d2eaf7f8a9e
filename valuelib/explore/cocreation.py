"""How well the two sides work together, whether the facets are told apart, and where better work would count most."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.errors import ResultError
from valuelib.explore.estimates import (
    SOURCE_SLOPE,
    UNITS,
    called,
    coefficient_estimate,
    group_estimates,
    make_estimate,
    no_estimate,
    of_chapter,
    slope_estimate,
)
from valuelib.results import Estimate, Estimates, Message
from valuelib.stats.loyalty import SCALE
from valuelib.stats.mediation import SOURCE_INDIRECT, Path, estimate_indirect, make_path
from valuelib.stats.reliability import SOURCE_ALPHA, SOURCE_HTMT, SOURCE_TWO, estimate_alpha, estimate_htmt, estimate_spearman_brown
from valuelib.study.model import Study
from valuelib.theory.facets import facets
from valuelib.theory.pyramid import LOWER_TIERS
from valuelib.verdict.adjusted import LOWER, PEERS_LOWER
from valuelib.verdict.cocreation import PEERS_FACETS, fit_loyalty, fit_paths, reported_value
from valuelib.verdict.evidence import PartEstimate, lift_of
from valuelib.verdict.groups import Outcome, colleagues_mean, find_outcome, lower_tier_mean
from valuelib.verdict.over_time import fit_earlier
from valuelib.verdict.relations import (
    MIN_ACCOUNTS_FACETS,
    Exposure,
    Relation,
    colleagues_facets,
    facet_items,
    facet_mean,
    find_design,
    find_exposures,
    fit_relation,
    predictor_facets,
    provider_facets,
)
from valuelib.worlds.people import rng_for

# Contributions of the facets, and the potential gain of each

OUTCOMES = {"value": "perceived_value", "loyalty": "recommend"}
TOP = 10.0  # end of the rating scale


class Ruler(NamedTuple):
    """Who rates the facets: ending of the estimate's name, the mean rating of some facets, and what is held equal beside it."""

    ending: str
    told: Callable[[Sequence[str]], pd.Series | None]
    equal: Mapping[str, pd.Series]


def estimate_contributions(study: Study) -> tuple[Estimate, ...]:
    """`contribution.value.<facet>`, `contribution.loyalty.<facet>` and `lever.<facet>`.

    A contribution is the slope of perceived value (points per point) or of the NPS (points per point) on one facet as the provider
    rates it, the mean of the other facets held equal. Without a provider's view it rests on what the study has: for loyalty on
    colleagues' ratings (name ending `.peers`), else on the respondents' own (`.own`), which show a direction and no more.

    A lever is the slope on value times the room that is left to the end of the scale, both as the provider rates: points of value.
    Its interval holds for all facets together (Bonferroni), since the strongest is picked; own ratings give no lever.
    """
    found: list[Estimate] = []
    for name, outcome_name in OUTCOMES.items():
        outcome = find_outcome(study, outcome_name)
        if isinstance(outcome, Message):
            continue
        ruler = _ruler(study, loyal=name == "loyalty")
        keys = [key for key in predictor_facets() if ruler.told((key,)) is not None]
        parts = {key: _own_part(study, key, [other for other in keys if other != key], ruler, outcome) for key in keys}
        unit = UNITS[outcome.kind]
        code = f"label.contribution.{name}{ruler.ending}"
        found += [slope_estimate(study, called(code, facet_key=key), part, unit) for key, part in parts.items()]
        if name == "value" and not ruler.ending:
            found += _potential_gains(study, parts)
    return tuple(found)


def _ruler(study: Study, *, loyal: bool) -> Ruler:
    """The best rating of facets that the study opens for this outcome."""
    provider = Ruler("", lambda keys: provider_facets(study, keys), {})
    if _enough(study, provider.told(predictor_facets())):
        return provider
    own, theirs = lower_tier_mean(study), colleagues_mean(study, LOWER_TIERS)
    if loyal and own is not None and theirs is not None:
        peers = Ruler(".peers", lambda keys: colleagues_facets(study, keys), {LOWER: own, PEERS_LOWER: theirs})
        if _enough(study, peers.told(predictor_facets())):
            return peers
    return Ruler(".own", lambda keys: facet_mean(study, keys), {} if own is None else {LOWER: own})


def _enough(study: Study, ratings: pd.Series | None) -> bool:
    return ratings is not None and study.data["account"][ratings.notna()].nunique() >= MIN_ACCOUNTS_FACETS


def _own_part(study: Study, key: str, others: Sequence[str], ruler: Ruler, outcome: Outcome) -> PartEstimate | Message:
    facet, rest = ruler.told((key,)), ruler.told(others) if others else None
    if facet is None:
        return Message(code="missing.facets")
    equal = {**({} if rest is None else {"others": rest}), **ruler.equal}
    relation = fit_relation(study, study.data[outcome.column], outcome.kind, {key: facet}, equal)
    return relation if isinstance(relation, Message) else relation.part(key, key)


def _potential_gains(study: Study, parts: Mapping[str, PartEstimate | Message]) -> Iterator[Estimate]:
    together = 1 - (1 - study.config.level) / max(len(parts), 1)
    for key, part in parts.items():
        rated, name = provider_facets(study, (key,)), called("label.lever", facet_key=key)
        if isinstance(part, Message) or rated is None:
            yield no_estimate(study, name, part if isinstance(part, Message) else Message(code="missing.facets"), "score")
            continue
        room = TOP - float(rated.groupby(study.data["account"]).first().mean())  # each account once
        lift = lift_of(part, level=together)
        yield make_estimate(
            study,
            name,
            room * lift.value,
            "score",
            n=part.n,
            accounts=part.accounts,
            low=room * lift.ci_low,
            high=room * lift.ci_high,
            df=lift.df,
            method=f"slope times room, {part.method}, Bonferroni over {len(parts)} facets",
            source=SOURCE_SLOPE,
        )


# The paths from co-creation through value to loyalty

VALUE, LOYALTY = "perceived_value", "recommend"


def estimate_paths(study: Study) -> tuple[Estimate, ...]:
    """`mediation.a`, `.b`, `.direct`, `.total` and `.indirect`, per point of the rating, and `.a.earlier`, `.b.earlier`.

    `a`: value per point of co-creation. `b`: NPS points per point of value, co-creation held equal as the exposure and as the
    colleagues tell it. `direct`: NPS points per point of co-creation at equal value; `total`: the same with value left free.
    `indirect` is the product of `a` and `b`. Since `a` is about the respondent's own value and `b` about the colleagues', `direct`
    and `indirect` need not add up to `total`. Nothing where the study lacks value, loyalty or co-creation.
    """
    value, loyalty = find_outcome(study, VALUE), find_outcome(study, LOYALTY)
    exposures = find_exposures(study, predictor_facets(), peers_may_decide=False)
    if isinstance(value, Message) or isinstance(loyalty, Message) or isinstance(exposures, Message):
        return ()
    usable = (one for one in exposures if not isinstance(fit_paths(study, one, value, loyalty), Message))
    exposure = next(usable, exposures[0])  # the one that the claim rests on
    found = [*_slopes(study, exposure, value, loyalty)]
    earlier = fit_earlier(study, predictor_facets(), value, loyalty)
    if earlier is not None and not isinstance(earlier, Message):
        for name, part, kind in zip(("a", "b"), earlier, (value.kind, loyalty.kind), strict=True):
            found.append(slope_estimate(study, called(f"label.estimate.mediation.{name}.earlier"), part, UNITS[kind]))
    return tuple(found)


def _slopes(study: Study, exposure: Exposure, value: Outcome, loyalty: Outcome) -> Iterator[Estimate]:
    own_value, nps = study.data[value.column].astype(float), study.data[loyalty.column]
    first = fit_relation(study, own_value, value.kind, {"facets": exposure.values}, exposure.adjust_for)
    second, straight = fit_loyalty(study, exposure, own_value, loyalty), _straight(study, exposure, own_value, loyalty)
    whole = fit_relation(study, nps, loyalty.kind, {"facets": exposure.values}, exposure.adjust_for)
    for name, fitted, rating, kind in (
        ("a", first, "facets", value.kind),
        ("b", second, "value", loyalty.kind),
        ("direct", straight, "facets", loyalty.kind),
        ("total", whole, "facets", loyalty.kind),
    ):
        part = fitted if isinstance(fitted, Message) else fitted.part(rating, name)
        yield slope_estimate(study, called(f"label.estimate.mediation.{name}"), part, UNITS[kind])
    yield _indirect(study, exposure, own_value, loyalty)


def _straight(study: Study, exposure: Exposure, own_value: pd.Series, loyalty: Outcome) -> Relation | Message:
    """Loyalty on co-creation at equal value; colleagues' view of co-creation is left in, since it is part of what is asked for."""
    told = reported_value(study, own_value, exposure)
    if isinstance(told, Message):
        return told
    values, equal = told
    held = {name: column for name, column in equal.items() if name not in ("facets", PEERS_FACETS)}
    ratings = {"facets": exposure.values}
    return fit_relation(study, study.data[loyalty.column], loyalty.kind, ratings, {"value": values, **held})


def _indirect(study: Study, exposure: Exposure, own_value: pd.Series, loyalty: Outcome) -> Estimate:
    """The product of both paths, each with exactly what the claim's own parts hold equal."""
    name, nps = called("label.estimate.mediation.indirect"), study.data[loyalty.column].astype(float)
    told = reported_value(study, own_value, exposure)
    if isinstance(told, Message):
        return no_estimate(study, name, told, "points")
    values, equal = told
    first = _path(study, own_value, "facets", {"facets": exposure.values}, dict(exposure.adjust_for))
    second = _path(study, nps, "value", {"value": values}, dict(equal))
    if isinstance(first, Message):
        return no_estimate(study, name, first, "points")
    if isinstance(second, Message):
        return no_estimate(study, name, second, "points")
    try:
        found = estimate_indirect(first, second, rng=rng_for(study.config.seed, "mediation"), level=study.config.level)
    except ResultError:
        return no_estimate(study, name, Message(code="missing.relation_dependent"), "points")
    scale = SCALE[loyalty.kind]
    low, high = (None if end is None else scale * end for end in (found.low, found.high))
    return make_estimate(
        study,
        name,
        scale * found.product,
        "points",
        n=len(second.y),
        accounts=found.accounts,
        low=low,
        high=high,
        method="product of two paths, accounts drawn again",
        source=SOURCE_INDIRECT,
    )


def _path(
    study: Study, outcome: pd.Series, target: str, ratings: dict[str, pd.Series], equal: dict[str, pd.Series]
) -> Path | Message:
    """One regression on the same rows and columns as the claim's part."""
    design = find_design(study, outcome, ratings, equal)
    if isinstance(design, Message):
        return design
    held: list[NDArray[np.float64]] = [column for name, column in design.columns.items() if name != target]
    y = np.where(design.used, outcome.to_numpy(float), np.nan)
    controls = np.column_stack(held) if held else np.empty((len(y), 0))
    return make_path(y, design.columns[target], controls, study.data["account"], study.data["weight"])


def estimate_cocreation(study: Study) -> Estimates:
    """How well the two sides work together, whether the facets are told apart, and where better work would count most.

    Returns:
        `facet.<key>.mean` (0-10), `facet.<key>.alpha` or `.spearman_brown`, `htmt.<facet>.<facet>`; what each facet adds
        (`estimate_contributions`), and the paths through value to loyalty (`estimate_paths`). Empty where no statement is mapped.
    """
    if not any(column.startswith("facet.") for column in study.data.columns):
        return of_chapter(study, "cocreation", ())
    found = (*_scores(study), *_apart(study), *estimate_contributions(study), *estimate_paths(study))
    return of_chapter(study, "cocreation", found)


def _scores(study: Study) -> Iterator[Estimate]:
    for one in facets():
        columns = facet_items((one.key,), list(study.data.columns))
        mean = facet_mean(study, (one.key,))
        if mean is None:
            continue
        everybody = np.zeros(len(mean), dtype=np.int64)
        yield from group_estimates(study, [called("label.facet.mean", facet_key=one.key)], everybody, mean, "mean")
        if len(columns) < 2:
            continue
        items, accounts, level, why = (
            study.data[columns],
            study.data["account"],
            study.config.level,
            Message(code="missing.htmt"),
        )
        if len(columns) == 2:
            name, method = called("label.facet.spearman_brown", facet_key=one.key), "Spearman-Brown, complete rows"
            pair = estimate_spearman_brown(items, accounts, level=level)
            yield coefficient_estimate(study, name, pair, why, method, SOURCE_TWO)
        else:
            name, method = called("label.facet.alpha", facet_key=one.key), "Cronbach's alpha, complete rows"
            alpha = estimate_alpha(items, accounts, level=level)
            yield coefficient_estimate(study, name, alpha, why, method, SOURCE_ALPHA)


def _apart(study: Study) -> Iterator[Estimate]:
    """HTMT of every pair of facets that have two statements each."""
    named = {key: facet_items((key,), list(study.data.columns)) for key in predictor_facets()}
    asked = [key for key, columns in named.items() if len(columns) >= 2]
    for one, other in combinations(asked, 2):
        left, right = study.data[named[one]], study.data[named[other]]
        found = estimate_htmt(left, right, study.data["account"], level=study.config.level)
        method = "HTMT, pairwise correlations, accounts as clusters"
        pair = called("label.htmt.facet", facet_key=one, other_key=other)
        yield coefficient_estimate(study, pair, found, Message(code="missing.htmt"), method, SOURCE_HTMT)

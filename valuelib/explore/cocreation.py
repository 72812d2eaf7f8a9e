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
    found_estimate,
    group_estimates,
    htmt_estimate,
    make_estimate,
    no_estimate,
    of_chapter,
    slope_estimate,
)
from valuelib.results import Estimate, Estimates, Message
from valuelib.stats.loyalty import SCALE
from valuelib.stats.mediation import SOURCE_INDIRECT, Path, estimate_indirect, make_path
from valuelib.stats.reliability import SOURCE_ALPHA, SOURCE_TWO, estimate_alpha, estimate_spearman_brown
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
        parts: dict[str, PartEstimate | Message] = {}
        for key in keys:
            facet, others = ruler.told((key,)), [other for other in keys if other != key]
            rest = ruler.told(others) if others else None
            if facet is None:
                parts[key] = Message(code="missing.facets")
                continue
            equal = {**({} if rest is None else {"others": rest}), **ruler.equal}
            relation = fit_relation(study, study.data[outcome.column], outcome.kind, {key: facet}, equal)
            parts[key] = relation if isinstance(relation, Message) else relation.part(key, key)
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


def _potential_gains(study: Study, parts: Mapping[str, PartEstimate | Message]) -> Iterator[Estimate]:
    together = 1 - (1 - study.config.level) / max(len(parts), 1)
    for key, part in parts.items():
        rated, name = provider_facets(study, (key,)), called("label.lever", facet_key=key)
        if isinstance(part, Message) or rated is None:
            yield no_estimate(study, name, part if isinstance(part, Message) else Message(code="missing.facets"), "score")
            continue
        room = TOP - float(rated.groupby(study.data["account"]).first().mean())  # each account once
        lift = lift_of(part, level=together)
        counts = (part.n, part.accounts)
        method = f"slope times room, {part.method}, Bonferroni over {len(parts)} facets"
        yield found_estimate(study, name, lift, "score", scale=room, counts=counts, se=None, method=method, source=SOURCE_SLOPE)


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
    second, reported = fit_loyalty(study, exposure, own_value, loyalty), reported_value(study, own_value, exposure)
    straight: Relation | Message
    if isinstance(reported, Message):
        straight = reported
    else:  # colleagues' view of co-creation is left in, since it is part of what is asked for
        values, equal = reported
        held = {name: column for name, column in equal.items() if name not in ("facets", PEERS_FACETS)}
        straight = fit_relation(study, nps, loyalty.kind, {"facets": exposure.values}, {"value": values, **held})
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
    counts, about = (len(second.y), found.accounts), {"method": "product of two paths, accounts drawn again"}
    low, high = (None if end is None else SCALE[loyalty.kind] * end for end in (found.low, found.high))
    value = SCALE[loyalty.kind] * found.product
    return make_estimate(study, name, value, "points", counts=counts, interval=(low, high), **about, source=SOURCE_INDIRECT)


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
    return make_path(y, design.columns[target], controls, study.clusters, study.data["weight"])


def estimate_cocreation(study: Study) -> Estimates:
    """How well the two sides work together, whether the facets are told apart, and where better work would count most.

    Returns:
        `facet.<key>.mean` (0-10), `facet.<key>.alpha` or `.spearman_brown`, `htmt.<facet>.<facet>`; what each facet adds
        (`estimate_contributions`), and the paths through value to loyalty (`estimate_paths`). Empty where no statement is mapped.
    """
    if not any(column.startswith("facet.") for column in study.data.columns):
        return of_chapter(study, "cocreation", ())
    items = {one.key: study.data[facet_items((one.key,), list(study.data.columns))] for one in facets()}
    accounts, level, found = study.clusters, study.config.level, []
    for key, rated in items.items():
        mean = facet_mean(study, (key,))
        if mean is None:
            continue
        everybody = np.zeros(len(mean), dtype=np.int64)
        found += group_estimates(study, [called("label.facet.mean", facet_key=key)], everybody, mean, "mean")
        if len(rated.columns) == 2:
            name, method, source = "spearman_brown", "Spearman-Brown, complete rows", SOURCE_TWO
            coefficient = estimate_spearman_brown(rated, accounts, level=level)
        elif len(rated.columns) > 2:
            name, method, source = "alpha", "Cronbach's alpha, complete rows", SOURCE_ALPHA
            coefficient = estimate_alpha(rated, accounts, level=level)
        else:
            continue
        named, why = called(f"label.facet.{name}", facet_key=key), Message(code="missing.htmt")
        found.append(coefficient_estimate(study, named, coefficient, why, method, source, rated.notna().all(axis=1)))
    for one, other in combinations([key for key in predictor_facets() if len(items[key].columns) >= 2], 2):
        pair = called("label.htmt.facet", facet_key=one, other_key=other)
        found.append(htmt_estimate(study, pair, items[one], items[other]))
    return of_chapter(study, "cocreation", (*found, *estimate_contributions(study), *estimate_paths(study)))

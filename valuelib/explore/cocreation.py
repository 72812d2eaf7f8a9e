"""How well do the two sides work together, are the facets told apart, and where would better work count most?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.errors import ResultError
from valuelib.results import Estimate, Message, Unit
from valuelib.stats.loyalty import SCALE, SOURCE_MEAN, SOURCE_NPS, SOURCE_RATE, Kind, estimate_group
from valuelib.stats.means import estimate_means
from valuelib.stats.mediation import SOURCE, Path, estimate_indirect, make_path
from valuelib.stats.over_time import SOURCE_PAIRED, Paired
from valuelib.stats.reliability import SOURCE as SOURCE_ALPHA
from valuelib.stats.reliability import SOURCE_HTMT, SOURCE_TWO, Coefficient, estimate_alpha, estimate_htmt, estimate_spearman_brown
from valuelib.stats.totals import collect_totals
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

# What do the chapters on working together have in common when a number becomes an estimate?

UNITS: dict[Kind, Unit] = {"nps": "points", "rate": "points", "mean": "score"}
SOURCES: dict[Kind, str] = {"nps": SOURCE_NPS, "rate": SOURCE_RATE, "mean": SOURCE_MEAN}
SOURCE_SLOPE = "Pustejovsky and Tipton (2018), JBES 36(4), 672-683"


def group_figures(
    study: Study, names: Sequence[str], codes: np.typing.NDArray[np.int64], values: pd.Series, kind: Kind
) -> list[Estimate]:
    """One figure a group, each with its interval; a group below the minimum, or of one account, has none.

    Args:
        names: of the estimates, in the order of the codes 0, 1, ... codes: group of each row of `study.answers`, -1 for none.
        values: the outcome in its own units, missing where not answered.
    """
    y, accounts = values.astype(float), study.answers["account"]
    used = np.where(y.notna(), codes, -1)
    sizes = [int((used == place).sum()) for place in range(len(names))]
    wide = [int(accounts[used == place].nunique()) for place in range(len(names))]
    fit = [place for place in range(len(names)) if sizes[place] >= study.config.privacy.min_group and wide[place] >= 2]
    if not fit:
        return [none_of(study, name, Message(code="missing.small_group"), UNITS[kind]) for name in names]
    recoded = np.full(len(used), -1)
    for new, old in enumerate(fit):
        recoded[used == old] = new
    weights = study.answers["weight"].astype(float)
    means = estimate_means(collect_totals(accounts, recoded, y, groups=[names[old] for old in fit], weights=weights))
    found = {names[old]: estimate_group(means, new, kind=kind, level=study.config.level) for new, old in enumerate(fit)}
    return [
        Estimate(
            name=name,
            value=found[name].value,
            ci_low=found[name].ci_low,
            ci_high=found[name].ci_high,
            se=found[name].se,
            level=study.config.level,
            unit=UNITS[kind],
            n=found[name].n,
            accounts=found[name].accounts,
            method="accounts as clusters, CR2",
            source=SOURCES[kind],
        )
        if name in found
        else none_of(study, name, Message(code="missing.small_group"), UNITS[kind])
        for name in names
    ]


def mean_figure(study: Study, name: str, values: pd.Series, kind: Kind = "mean") -> Estimate:
    """The figure of all answers of the study."""
    return group_figures(study, [name], np.zeros(len(values), dtype=np.int64), values, kind)[0]


def slope_figure(study: Study, name: str, found: PartEstimate | Message, unit: Unit) -> Estimate:
    """A part of a claim, or another slope, under a name of its own."""
    if isinstance(found, Message):
        return none_of(study, name, found, unit)
    lift = lift_of(found, level=study.config.level)
    return Estimate(
        name=name,
        value=lift.value,
        ci_low=lift.ci_low,
        ci_high=lift.ci_high,
        se=lift.se,
        level=study.config.level,
        unit=unit,
        n=found.n,
        accounts=found.accounts,
        method=found.method,
        source=SOURCE_SLOPE,
    )


def coefficient_figure(study: Study, name: str, found: Coefficient | None, why: Message, method: str, source: str) -> Estimate:
    """A coefficient of consistency, or why there is none."""
    if found is None:
        return none_of(study, name, why, "coefficient")
    return Estimate(
        name=name,
        value=found.value,
        ci_low=found.low,
        ci_high=found.high,
        level=study.config.level,
        unit="coefficient",
        n=found.n,
        accounts=found.accounts,
        method=method,
        source=source,
    )


def paired_figure(study: Study, name: str, found: Paired | None, unit: Unit, *, n: int | None = None) -> Estimate:
    """A mean difference over accounts; too few accounts have none."""
    if found is None or found.n < study.config.privacy.min_group:
        return none_of(study, name, Message(code="missing.small_group"), unit)
    return Estimate(
        name=name,
        value=found.value,
        ci_low=found.low,
        ci_high=found.high,
        se=found.se,
        level=study.config.level,
        unit=unit,
        n=found.n if n is None else n,
        accounts=found.n,
        method="paired by account, t interval",
        source=SOURCE_PAIRED,
    )


def plain_figure(
    study: Study,
    name: str,
    value: float,
    unit: Unit,
    *,
    n: int,
    accounts: int,
    low: float | None = None,
    high: float | None = None,
    method: str = "",
    source: str = "",
) -> Estimate:
    """A number whose interval comes from elsewhere, or that has none."""
    return Estimate(
        name=name,
        value=value,
        ci_low=low,
        ci_high=high,
        level=study.config.level,
        unit=unit,
        n=n,
        accounts=accounts,
        method=method,
        source=source,
    )


def none_of(study: Study, name: str, why: Message, unit: Unit) -> Estimate:
    """A number that cannot be had, with its reason."""
    return Estimate(name=name, value=None, unit=unit, n=0, accounts=0, level=study.config.level, reason=why)


# What does each facet of co-creation add beside the others, and where does the strongest lever lie?

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
        found += [slope_figure(study, f"contribution.{name}.{key}{ruler.ending}", part, unit) for key, part in parts.items()]
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
    return ratings is not None and study.answers["account"][ratings.notna()].nunique() >= MIN_ACCOUNTS_FACETS


def _own_part(study: Study, key: str, others: Sequence[str], ruler: Ruler, outcome: Outcome) -> PartEstimate | Message:
    facet, rest = ruler.told((key,)), ruler.told(others) if others else None
    if facet is None:
        return Message(code="missing.facets")
    equal = {**({} if rest is None else {"others": rest}), **ruler.equal}
    relation = fit_relation(study, study.answers[outcome.column], outcome.kind, {key: facet}, equal)
    return relation if isinstance(relation, Message) else relation.part(key, key)


def _potential_gains(study: Study, parts: Mapping[str, PartEstimate | Message]) -> Iterator[Estimate]:
    together = 1 - (1 - study.config.level) / max(len(parts), 1)
    for key, part in parts.items():
        rated = provider_facets(study, (key,))
        if isinstance(part, Message) or rated is None:
            yield none_of(study, f"lever.{key}", part if isinstance(part, Message) else Message(code="missing.facets"), "score")
            continue
        room = TOP - float(rated.groupby(study.answers["account"]).first().mean())  # each account once
        lift = lift_of(part, level=together)
        yield plain_figure(
            study,
            f"lever.{key}",
            room * lift.value,
            "score",
            n=part.n,
            accounts=part.accounts,
            low=room * lift.ci_low,
            high=room * lift.ci_high,
            method=f"slope times room, {part.method}, Bonferroni over {len(parts)} facets",
            source=SOURCE_SLOPE,
        )


# How far does co-creation go along with value, value with loyalty, and the one through the other? The paths in figures.

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
    return (*_slopes(study, exposure, value, loyalty), *_earlier(study, value, loyalty))


def _slopes(study: Study, exposure: Exposure, value: Outcome, loyalty: Outcome) -> Iterator[Estimate]:
    own_value, nps = study.answers[value.column].astype(float), study.answers[loyalty.column]
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
        yield slope_figure(study, f"mediation.{name}", part, UNITS[kind])
    yield _indirect(study, exposure, own_value, loyalty)


def _straight(study: Study, exposure: Exposure, own_value: pd.Series, loyalty: Outcome) -> Relation | Message:
    """Loyalty on co-creation at equal value; colleagues' view of co-creation is left in, since it is part of what is asked for."""
    told = reported_value(study, own_value, exposure)
    if isinstance(told, Message):
        return told
    values, equal = told
    held = {name: column for name, column in equal.items() if name not in ("facets", PEERS_FACETS)}
    ratings = {"facets": exposure.values}
    return fit_relation(study, study.answers[loyalty.column], loyalty.kind, ratings, {"value": values, **held})


def _earlier(study: Study, value: Outcome, loyalty: Outcome) -> Iterator[Estimate]:
    found = fit_earlier(study, predictor_facets(), value, loyalty)
    if found is None or isinstance(found, Message):
        return
    for name, part, kind in zip(("a", "b"), found, (value.kind, loyalty.kind), strict=True):
        yield slope_figure(study, f"mediation.{name}.earlier", part, UNITS[kind])


def _indirect(study: Study, exposure: Exposure, own_value: pd.Series, loyalty: Outcome) -> Estimate:
    """The product of both paths, each with exactly what the claim's own parts hold equal."""
    name, nps = "mediation.indirect", study.answers[loyalty.column].astype(float)
    told = reported_value(study, own_value, exposure)
    if isinstance(told, Message):
        return none_of(study, name, told, "points")
    values, equal = told
    first = _path(study, own_value, "facets", {"facets": exposure.values}, dict(exposure.adjust_for))
    second = _path(study, nps, "value", {"value": values}, dict(equal))
    if isinstance(first, Message) or isinstance(second, Message):
        return none_of(study, name, first if isinstance(first, Message) else _why(second), "points")
    try:
        found = estimate_indirect(first, second, rng=rng_for(study.config.seed, "mediation"), level=study.config.level)
    except ResultError:
        return none_of(study, name, Message(code="missing.relation_dependent"), "points")
    scale = SCALE[loyalty.kind]
    low, high = (None if end is None else scale * end for end in (found.low, found.high))
    return plain_figure(
        study,
        name,
        scale * found.product,
        "points",
        n=len(second.y),
        accounts=found.accounts,
        low=low,
        high=high,
        method="product of two paths, accounts drawn again",
        source=SOURCE,
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
    return make_path(y, design.columns[target], controls, study.answers["account"], study.answers["weight"])


def _why(found: Path | Message) -> Message:
    return found if isinstance(found, Message) else Message(code="missing.relation_dependent")


# How well do the two sides work together, are the facets told apart, and where would better work count most?


def estimate_cocreation(study: Study) -> tuple[Estimate, ...]:
    """Everything of the chapter on co-creation; nothing where no statement is mapped.

    `facet.<key>.mean` (0-10), `facet.<key>.alpha` or `.spearman_brown`, `htmt.<facet>.<facet>`; contributions and levers
    (`contributions`), and the paths through value (`paths`).
    """
    if not any(column.startswith("facet.") for column in study.answers.columns):
        return ()
    return (*_scores(study), *_apart(study), *estimate_contributions(study), *estimate_paths(study))


def _scores(study: Study) -> Iterator[Estimate]:
    for one in facets():
        columns = facet_items((one.key,), list(study.answers.columns))
        mean = facet_mean(study, (one.key,))
        if mean is None:
            continue
        yield mean_figure(study, f"facet.{one.key}.mean", mean)
        if len(columns) < 2:
            continue
        items, accounts, level = study.answers[columns], study.answers["account"], study.config.level
        why = Message(code="missing.htmt")
        if len(columns) == 2:
            pair = estimate_spearman_brown(items, accounts, level=level)
            yield coefficient_figure(
                study, f"facet.{one.key}.spearman_brown", pair, why, "Spearman-Brown, complete rows", SOURCE_TWO
            )
        else:
            alpha = estimate_alpha(items, accounts, level=level)
            yield coefficient_figure(study, f"facet.{one.key}.alpha", alpha, why, "Cronbach's alpha, complete rows", SOURCE_ALPHA)


def _apart(study: Study) -> Iterator[Estimate]:
    """HTMT of every pair of facets that have two statements each."""
    named = {key: facet_items((key,), list(study.answers.columns)) for key in predictor_facets()}
    asked = [key for key, columns in named.items() if len(columns) >= 2]
    for one, other in combinations(asked, 2):
        left, right = study.answers[named[one]], study.answers[named[other]]
        found = estimate_htmt(left, right, study.answers["account"], level=study.config.level)
        method = "HTMT, pairwise correlations, accounts as clusters"
        yield coefficient_figure(study, f"htmt.{one}.{other}", found, Message(code="missing.htmt"), method, SOURCE_HTMT)

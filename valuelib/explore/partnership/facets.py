"""How well do the two sides work together, are the facets told apart, and where would better work count most?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from valuelib.errors import ResultError
from valuelib.evidence.cocreation import told_value
from valuelib.evidence.facets import (
    Exposure,
    facet_items,
    facet_mean,
    find_exposures,
    predictor_facets,
    provider_facets,
)
from valuelib.evidence.outcomes import Outcome, find_outcome
from valuelib.evidence.relation import fit_relation
from valuelib.explore.partnership.figures import UNITS, coefficient_figure, mean_figure, none_of, plain_figure, slope_figure
from valuelib.records import Estimate, Message
from valuelib.stats.htmt import SOURCE as SOURCE_HTMT
from valuelib.stats.htmt import estimate_htmt
from valuelib.stats.loyalty import SCALE
from valuelib.stats.mediation import SOURCE as SOURCE_INDIRECT
from valuelib.stats.mediation import estimate_indirect, make_path
from valuelib.stats.reliability import SOURCE, SOURCE_TWO, estimate_alpha, estimate_spearman_brown
from valuelib.study import Study
from valuelib.study.simulate.chance import rng_for
from valuelib.theory import facets

OUTCOMES = {"value": "perceived_value", "loyalty": "recommend"}


def estimate_cocreation(study: Study) -> tuple[Estimate, ...]:
    """Everything of the chapter on co-creation; nothing where no statement is mapped.

    `facet.<key>.mean` (0-10), `facet.<key>.alpha` or `.spearman_brown`, `htmt.<facet>.<facet>`, `contribution.value.<facet>`
    (points of value per point of the facet as the provider rates it), `contribution.loyalty.<facet>` (NPS points),
    `mediation.indirect`.
    """
    if not any(column.startswith("facet.") for column in study.answers.columns):
        return ()
    return (*_scores(study), *_apart(study), *_contributions(study), *_mediation(study))


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
            yield coefficient_figure(study, f"facet.{one.key}.alpha", alpha, why, "Cronbach's alpha, complete rows", SOURCE)


def _apart(study: Study) -> Iterator[Estimate]:
    """HTMT of every pair of facets that have two statements each."""
    named = {key: facet_items((key,), list(study.answers.columns)) for key in predictor_facets()}
    asked = [key for key, columns in named.items() if len(columns) >= 2]
    for one, other in combinations(asked, 2):
        left, right = study.answers[named[one]], study.answers[named[other]]
        found = estimate_htmt(left, right, study.answers["account"], level=study.config.level)
        method = "HTMT, pairwise correlations, accounts as clusters"
        yield coefficient_figure(study, f"htmt.{one}.{other}", found, Message(code="missing.htmt"), method, SOURCE_HTMT)


def _contributions(study: Study) -> Iterator[Estimate]:
    """Each facet's slope with the mean of the other facets held equal, on value and on loyalty, on the provider's ratings."""
    keys = [key for key in predictor_facets() if provider_facets(study, (key,)) is not None]
    for name, outcome_name in OUTCOMES.items():
        outcome = find_outcome(study, outcome_name)
        if isinstance(outcome, Message):
            continue
        for key in keys:
            yield _contribution(study, name, key, [other for other in keys if other != key], outcome)


def _contribution(study: Study, name: str, key: str, others: list[str], outcome: Outcome) -> Estimate:
    facet, rest = provider_facets(study, (key,)), provider_facets(study, others) if others else None
    label, unit = f"contribution.{name}.{key}", UNITS[outcome.kind]
    if facet is None:
        return none_of(study, label, Message(code="missing.provider_view"), unit)
    equal = {} if rest is None else {"others": rest}
    relation = fit_relation(study, study.answers[outcome.column], outcome.kind, {key: facet}, equal)
    return slope_figure(study, label, relation if isinstance(relation, Message) else relation.part(key, key), unit)


def _mediation(study: Study) -> Iterator[Estimate]:
    """`mediation.indirect`: NPS points that go along through value with one point more of co-creation."""
    value, loyalty = find_outcome(study, "perceived_value"), find_outcome(study, "recommend")
    exposures = find_exposures(study, predictor_facets(), peers_may_decide=False)
    if isinstance(value, Message) or isinstance(loyalty, Message) or isinstance(exposures, Message):
        return
    yield _indirect(study, exposures[0], value, loyalty)


def _indirect(study: Study, exposure: Exposure, value: Outcome, loyalty: Outcome) -> Estimate:
    name, own_value = "mediation.indirect", study.answers[value.column].astype(float)
    told = told_value(study, own_value, exposure)
    if isinstance(told, Message):
        return none_of(study, name, told, "points")
    values, equal = told
    accounts, weights = study.answers["account"], study.answers["weight"]
    held = np.column_stack([column.to_numpy(float) for column in exposure.equal.values()] or [np.empty((len(accounts), 0))])
    first = make_path(own_value, exposure.values, held, accounts, weights)
    second = make_path(study.answers[loyalty.column], values, np.column_stack(list(equal.values())), accounts, weights)
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
        source=SOURCE_INDIRECT,
    )

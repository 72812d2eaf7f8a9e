"""How far does co-creation go along with value, value with loyalty, and the one through the other? The paths in figures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.errors import ResultError
from valuelib.evidence.cocreation import PEERS_FACETS, fit_loyalty, fit_paths, told_value
from valuelib.evidence.earlier import fit_earlier
from valuelib.evidence.facets import Exposure, find_exposures, predictor_facets
from valuelib.evidence.outcomes import Outcome, find_outcome
from valuelib.evidence.relation import Relation, find_design, fit_relation
from valuelib.explore.partnership.figures import UNITS, none_of, plain_figure, slope_figure
from valuelib.records import Estimate, Message
from valuelib.stats.loyalty import SCALE
from valuelib.stats.mediation import SOURCE, Path, estimate_indirect, make_path
from valuelib.study import Study
from valuelib.study.simulate.chance import rng_for

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
    first = fit_relation(study, own_value, value.kind, {"facets": exposure.values}, exposure.equal)
    second, straight = fit_loyalty(study, exposure, own_value, loyalty), _straight(study, exposure, own_value, loyalty)
    whole = fit_relation(study, nps, loyalty.kind, {"facets": exposure.values}, exposure.equal)
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
    told = told_value(study, own_value, exposure)
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
    told = told_value(study, own_value, exposure)
    if isinstance(told, Message):
        return none_of(study, name, told, "points")
    values, equal = told
    first = _path(study, own_value, "facets", {"facets": exposure.values}, dict(exposure.equal))
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

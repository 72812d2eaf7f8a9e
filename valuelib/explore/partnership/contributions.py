"""What does each facet of co-creation add beside the others, and where does the strongest lever lie?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from valuelib.evidence.controls import LOWER, PEERS_LOWER
from valuelib.evidence.facets import FEWEST_ACCOUNTS, colleagues_facets, facet_mean, predictor_facets, provider_facets
from valuelib.evidence.groups import colleagues_mean, lower_tier_mean
from valuelib.evidence.outcomes import Outcome, find_outcome
from valuelib.evidence.parts import lift_of
from valuelib.evidence.record import Measured
from valuelib.evidence.relation import fit_relation
from valuelib.explore.partnership.figures import SOURCE_SLOPE, UNITS, none_of, plain_figure, slope_figure
from valuelib.records import Estimate, Message
from valuelib.study import Study
from valuelib.theory import LOWER_TIERS

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
            found += _levers(study, parts)
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
    return ratings is not None and study.answers["account"][ratings.notna()].nunique() >= FEWEST_ACCOUNTS


def _own_part(study: Study, key: str, others: Sequence[str], ruler: Ruler, outcome: Outcome) -> Measured | Message:
    facet, rest = ruler.told((key,)), ruler.told(others) if others else None
    if facet is None:
        return Message(code="missing.facets")
    equal = {**({} if rest is None else {"others": rest}), **ruler.equal}
    relation = fit_relation(study, study.answers[outcome.column], outcome.kind, {key: facet}, equal)
    return relation if isinstance(relation, Message) else relation.part(key, key)


def _levers(study: Study, parts: Mapping[str, Measured | Message]) -> Iterator[Estimate]:
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

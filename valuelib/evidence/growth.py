"""Evidence for "value builds over time": does it rise from wave to wave, and faster where co-creation was good to begin with?"""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import pandas as pd

from valuelib.evidence.facets import facet_mean, predictor_facets, provider_facets
from valuelib.evidence.outcomes import Outcome, find_outcome
from valuelib.evidence.record import Evidence, Measured
from valuelib.evidence.relation import fit_relation
from valuelib.evidence.warn import with_warnings
from valuelib.records import Message, Rung
from valuelib.study import Study
from valuelib.theory import Claim

FEWEST_ACCOUNTS = 10
UNITS = {"growth_wave": "scale_points_per_wave", "growth_cocreation": "scale_points_per_wave_and_point"}


class Start(NamedTuple):
    """Co-creation as it stood at the first wave, for each answer of every wave, and who told it."""

    rung: Rung
    name: str
    values: pd.Series
    later: bool


def gather_growth(study: Study, claim: Claim) -> Evidence:
    """Both slopes over all waves, among accounts that answered the first wave and the last."""
    outcome = find_outcome(study, claim.reading.outcome)
    if isinstance(outcome, Message):
        return Evidence(claim=claim, missing=outcome)
    panel = stayers(study)
    if isinstance(panel, Message):
        return Evidence(claim=claim, missing=panel)
    starts = find_starts(panel, claim.reading.facets or predictor_facets())
    if not starts:
        return Evidence(claim=claim, missing=Message(code="missing.facets"))
    fitted = [(one, fit_growth(panel, one, outcome)) for one in starts]
    usable = [(one, parts) for one, parts in fitted if not isinstance(parts, Message)]
    if not usable:
        return Evidence(claim=claim, missing=next(found for _, found in fitted if isinstance(found, Message)))
    (first, parts), *rest = usable
    also = tuple(dataclasses.replace(part, name=f"{one.name}.{part.name}") for one, others in rest for part in others)
    evidence = Evidence(claim=claim, rung=first.rung, exposure=first.name, later=first.later, parts=parts, also=also)
    return with_warnings(study, evidence)


def stayers(study: Study) -> Study | Message:
    """The study with every wave of the accounts that answered the first and the last one."""
    every = study.all_answers
    if "wave" not in every or every["wave"].nunique() < 2:
        return Message(code="missing.one_wave")
    if not study.has_accounts:
        return Message(code="missing.accounts")
    first, last = every["wave"].iloc[0], every["wave"].iloc[-1]
    stayed = set(every.loc[every["wave"] == first, "account"]) & set(every.loc[every["wave"] == last, "account"])
    if len(stayed) < FEWEST_ACCOUNTS:
        return Message(code="missing.few_stayers", values={"accounts_n": len(stayed), "fewest_n": FEWEST_ACCOUNTS})
    kept = every[every["account"].isin(stayed)].reset_index(drop=True)
    return dataclasses.replace(study, answers=kept)


def find_starts(panel: Study, keys: tuple[str, ...]) -> tuple[Start, ...]:
    """Co-creation at the first wave by others of the account, then by the provider, then by the respondents themselves."""
    own = facet_mean(panel, keys)
    found = []
    if own is not None:
        found.append(Start("peers", "peers.cocreation_at_start", others_at_start(panel.answers, own), True))
    provider = provider_facets(panel, keys)
    if provider is not None:
        found.append(Start("other_rater", "other_rater.cocreation", provider, False))
    if own is not None:
        found.append(Start("direction", "own.cocreation", own, False))
    return tuple(one for one in found if panel.answers["account"][one.values.notna()].nunique() >= FEWEST_ACCOUNTS)


def others_at_start(answers: pd.DataFrame, own: pd.Series) -> pd.Series:
    """Mean of the account's first-wave ratings, those of the respondent left out; missing where there was nobody else."""
    first = answers["wave"] == answers["wave"].iloc[0]
    start = own.where(first)
    total, n = (start.groupby(answers["account"]).transform(what) for what in ("sum", "count"))
    people = answers["account"] + "\0" + answers["respondent"]
    mine, told = (start.groupby(people).transform(what) for what in ("sum", "count"))
    left = n - told
    return ((total - mine) / left.where(left > 0)).astype(float)


def fit_growth(panel: Study, start: Start, outcome: Outcome) -> tuple[Measured, ...] | Message:
    """Slope on the wave at mean co-creation, and by how much it rises with each point of co-creation."""
    order = {name: place for place, name in enumerate(panel.answers["wave"].drop_duplicates())}
    wave = panel.answers["wave"].map(order).astype(float)
    centred = start.values - start.values.mean()
    ratings = {"growth_wave": wave, "growth_cocreation": (wave - wave.mean()) * centred}
    relation = fit_relation(panel, panel.answers[outcome.column], outcome.kind, ratings, {"cocreation": centred})
    if isinstance(relation, Message):
        return relation
    return tuple(relation.part(name, name, unit_key=UNITS[name]) for name in ratings)

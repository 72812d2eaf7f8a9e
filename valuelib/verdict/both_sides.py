"""Evidence from both sides of the account: a response surface over their views, and the link from the provider's teams to value."""

from __future__ import annotations

import dataclasses
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from valuelib.errors import ResultError
from valuelib.results import EvidenceLevel, Message
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.curves import DECIDE_FROM, DESCRIBE_BELOW, Surface, estimate_surface
from valuelib.stats.exposure import mean_rating
from valuelib.stats.loyalty import SCALE
from valuelib.stats.totals import collect_totals
from valuelib.study.identity import join_clusters
from valuelib.study.model import Study
from valuelib.theory.claims import Claim
from valuelib.verdict.adjusted import gather_controls, lower_tiers
from valuelib.verdict.evidence import Evidence, PartEstimate, evidence_of_parts
from valuelib.verdict.groups import Outcome, is_later
from valuelib.verdict.relations import (
    Relation,
    colleagues_facets,
    facet_items,
    facet_mean,
    fit_parts,
    predictor_facets,
    provider_facets,
)

METHOD = "polynomial regression, CR2, Satterthwaite df"
PARTS: tuple[tuple[str, str, Literal["above", "below"]], ...] = (
    ("surface_level", "a1", "above"),
    ("surface_gap", "a4", "below"),
)


class Dyads(NamedTuple):
    """Both sides' views as the surface takes them, what is adjusted for, and whose view of the customer's side it is."""

    evidence_level: EvidenceLevel
    name: str
    customer: pd.Series
    provider: pd.Series
    adjust_for: dict[str, pd.Series]


def gather_surface(study: Study, claim: Claim, outcome: Outcome) -> Evidence | Message:
    """a1 > 0 and a4 < 0; the customer's side is reported by colleagues of whoever recommends, the other side by the provider.

    Fewer than 30 accounts with both views are not regressed on, and fewer than 100 decide nothing.
    """

    def fit(dyads: Dyads) -> tuple[PartEstimate, ...] | Message:
        found = fit_dyads(study, dyads, outcome)
        return found if isinstance(found, Message) else surface_parts(found, outcome)

    dyads = find_dyads(study, claim.reading.facets or predictor_facets())
    evidence = evidence_of_parts(claim, dyads, fit, later=is_later(study, claim.reading.outcome))
    if isinstance(evidence, Message) or evidence.evidence_level == EvidenceLevel.DIRECTION:
        return evidence
    accounts = evidence.parts[0].accounts
    few = Message(code="reason.thin.dyads", values={"dyads_n": accounts, "fewest_n": DECIDE_FROM})
    return dataclasses.replace(evidence, too_few_clusters=few if accounts < DECIDE_FROM else None)


def find_dyads(study: Study, keys: tuple[str, ...]) -> tuple[Dyads, ...] | Message:
    """Both views of each account: colleagues' (which may decide), and the respondent's own, beside the provider's."""
    provider, own = provider_facets(study, keys), facet_mean(study, keys)
    if own is None:
        return Message(code="missing.facets")
    if provider is None:
        return Message(code="missing.provider_view")
    colleagues, theirs, found = colleagues_facets(study, keys), lower_tiers(study, colleagues=True), []
    if colleagues is not None and theirs:
        found.append(Dyads(EvidenceLevel.OTHER_SOURCE, "other_rater.both_sides", colleagues, provider, theirs))
    return (*found, Dyads(EvidenceLevel.DIRECTION, "own.both_sides", own, provider, lower_tiers(study)))


def fit_dyads(study: Study, dyads: Dyads, outcome: Outcome) -> Surface | Message:
    """The surface over accounts with both views, adjusted for the study's covariates; or why it is not drawn."""
    y = study.data[outcome.column].astype(float)
    required = {"customer": dyads.customer, "provider": dyads.provider, **dyads.adjust_for}
    controls = gather_controls(study, required, y.notna().to_numpy(), np.zeros(len(y), dtype=np.int64))
    used, accounts = controls.complete, study.data["account"]
    pairs = int(accounts[used].nunique())
    if pairs < DESCRIBE_BELOW:
        return Message(code="missing.few_dyads", values={"dyads_n": pairs, "fewest_n": DESCRIBE_BELOW})
    surface = estimate_surface(
        dyads.customer[used],
        dyads.provider[used],
        y[used],
        accounts[used],
        clusters=study.clusters[used],
        controls={name: column[used] for name, column in controls.columns.items() if name not in ("customer", "provider")},
        weights=study.data["weight"].astype(float)[used],
    )
    return Message(code="missing.relation_dependent") if surface is None else surface


def surface_parts(surface: Surface, outcome: Outcome) -> tuple[PartEstimate, ...]:
    """The slope along agreement and the curvature along disagreement, in report units."""
    scale, found = SCALE[outcome.kind], {of: surface.combine(of) for _, of, _ in PARTS}
    return tuple(
        PartEstimate(
            name=name,
            value=scale * found[of].value,
            se=scale * found[of].se,
            df=found[of].df,
            unit_key="points_per_point" if of == "a1" else "points_per_squared_point",
            n=surface.n,
            accounts=surface.accounts,
            side=side,
            method=METHOD,
        )
        for name, of, side in PARTS
    )


# ---------------------------------------------------------------------- meaningful work of the provider's teams

MIN_TEAMS, DESCRIBED_FROM = 10, 3
NAME = "other_rater.employees"


class Teams(NamedTuple):
    """The people's scores with their teams, and the mean of every team with enough of them (0-10), by team."""

    people: pd.DataFrame
    means: pd.Series


def gather_team_link(study: Study, claim: Claim, outcome: Outcome) -> Evidence | Message:
    """The slope of perceived value on the team's mean, with teams as clusters; fewer than 10 teams decide nothing.

    Nothing of the respondent is adjusted for: the people of the team have not rated the customer's value, and lower-tier ratings
    are part of what a good team brings about.
    """
    teams = find_teams(study, claim.reading.facets)
    part = teams if isinstance(teams, Message) else fit_teams(study, teams, outcome)
    if isinstance(part, Message):
        return part
    few = Message(code="reason.thin.teams", values={"teams_n": part.accounts, "fewest_n": MIN_TEAMS})
    return Evidence(
        claim=claim,
        evidence_level=EvidenceLevel.OTHER_SOURCE,
        exposure=NAME,
        later=is_later(study, claim.reading.outcome),
        parts=(part,),
        too_few_clusters=few if part.accounts < MIN_TEAMS else None,
    )


def find_teams(study: Study, keys: tuple[str, ...]) -> Teams | Message:
    """Scores of the employees and means of their teams; a team with fewer people than may be shown has no mean."""
    if study.employees is None or "team" not in study.data:
        return Message(code="missing.employees")
    columns = facet_items(keys, list(study.employees.columns))
    if not columns:
        return Message(code="missing.employee_items")
    people = pd.DataFrame({"team": study.employees["team"], "score": mean_rating(study.employees[columns])}).dropna()
    sizes = people.groupby("team")["score"].transform("count")
    people = people[sizes >= study.config.privacy.min_group].reset_index(drop=True)
    if people.empty:
        return Message(code="missing.small_teams", values={"fewest_n": study.config.privacy.min_group})
    return Teams(people, people.groupby("team")["score"].mean())


def fit_teams(study: Study, teams: Teams, outcome: Outcome) -> PartEstimate | Message:
    """The outcome's slope on the team's mean over all respondents whose account has a team with one."""
    team = study.data["team"]
    by_team = dataclasses.replace(study, data=join_clusters(study.data.assign(account=team.fillna(""))))
    values = team.map(teams.means).astype(float)
    found = fit_parts(by_team, outcome, {"team_link": values}, {})
    return found if isinstance(found, Message) else found[0]


# ---------------------------------------------------------------------- what one sees of one's work, and its meaning

SEEN, MEANING = "W2", "W1"


def gather_within_teams(study: Study, claim: Claim) -> Evidence | Message:
    """The slope of meaning on seeing what one's work achieves, among people of one team; both are their own answers.

    Each person is set against the mean of the team, so that nothing which a team has in common is left; teams are the clusters.
    """
    if study.employees is None:
        return Message(code="missing.employees")
    columns = [f"facet.{item}" for item in (SEEN, MEANING)]
    if any(column not in study.employees for column in columns):
        return Message(code="missing.employee_items")
    people = study.employees[["team", *columns]].dropna()
    people = people[people.groupby("team")["team"].transform("count") >= study.config.privacy.min_group]
    teams = int(people["team"].nunique())
    if teams < DESCRIBED_FROM or people[columns[0]].nunique() < 2 or people[columns[1]].nunique() < 2:
        return Message(code="missing.small_teams", values={"fewest_n": study.config.privacy.min_group})
    seen, meaning = (people[column] - people.groupby("team")[column].transform("mean") for column in columns)
    totals = collect_totals(people["team"], np.zeros(len(people), dtype=np.int64), meaning, groups=("all",), controls={SEEN: seen})
    try:
        fitted = estimate_fitted(totals)
    except ResultError:
        return Message(code="missing.relation_dependent")
    part = Relation(fitted, ("seeing_and_meaning",), "mean", len(people), teams).part("seeing_and_meaning", "seeing_and_meaning")
    return Evidence(claim=claim, evidence_level=EvidenceLevel.DIRECTION, exposure="own.impact", parts=(part,))

"""Evidence for "meaningful work makes valued work": the provider's people tell of their work, their customers of the value."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import pandas as pd

from valuelib.evidence.facets import facet_items
from valuelib.evidence.outcomes import Outcome, find_outcome, is_later
from valuelib.evidence.record import Evidence, Measured
from valuelib.evidence.relation import fit_relation
from valuelib.evidence.warn import with_warnings
from valuelib.records import Message
from valuelib.stats.exposure import mean_rating
from valuelib.study import Study
from valuelib.theory import Claim

FEWEST_TEAMS = 10
NAME = "other_rater.employees"


class Teams(NamedTuple):
    """The people's scores with their teams, and the mean of every team with enough of them (0-10), by team."""

    people: pd.DataFrame
    means: pd.Series


def gather_team_link(study: Study, claim: Claim) -> Evidence:
    """The slope of perceived value on the team's mean, with teams as clusters; fewer than 10 teams decide nothing.

    Nothing of the respondent is held equal: the people of the team have not rated the customer's value, and lower-tier ratings are
    part of what a good team brings about.
    """
    outcome = find_outcome(study, claim.reading.outcome)
    if isinstance(outcome, Message):
        return Evidence(claim=claim, missing=outcome)
    teams = find_teams(study, claim.reading.facets)
    if isinstance(teams, Message):
        return Evidence(claim=claim, missing=teams)
    part = fit_teams(study, teams, outcome)
    if isinstance(part, Message):
        return Evidence(claim=claim, missing=part)
    few = Message(code="reason.thin.teams", values={"teams_n": part.accounts, "fewest_n": FEWEST_TEAMS})
    evidence = Evidence(
        claim=claim,
        rung="other_rater",
        exposure=NAME,
        later=is_later(study, claim.reading.outcome),
        parts=(part,),
        thin=few if part.accounts < FEWEST_TEAMS else None,
    )
    return with_warnings(study, evidence)


def find_teams(study: Study, keys: tuple[str, ...]) -> Teams | Message:
    """Scores of the employees and means of their teams; a team with fewer people than may be shown has no mean."""
    if study.employees is None or "team" not in study.answers:
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


def fit_teams(study: Study, teams: Teams, outcome: Outcome) -> Measured | Message:
    """The outcome's slope on the team's mean over all respondents whose account has a team with one."""
    team = study.answers["team"]
    by_team = dataclasses.replace(study, answers=study.answers.assign(account=team.fillna("")))
    values = team.map(teams.means).astype(float)
    relation = fit_relation(by_team, study.answers[outcome.column], outcome.kind, {"team": values}, {})
    return relation if isinstance(relation, Message) else relation.part("team", "team_link")

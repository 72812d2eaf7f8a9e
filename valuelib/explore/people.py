"""How do the provider's people find their work, may their answers be averaged by team, and do their customers see more value?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from valuelib.explore.cocreation import none_of, plain_figure, slope_figure
from valuelib.results import Estimate, Message
from valuelib.stats.agreement import SOURCE_ICC, SOURCE_RWG, estimate_icc, estimate_rwg
from valuelib.study.model import Study
from valuelib.verdict.both_sides import Teams, find_teams, fit_teams
from valuelib.verdict.evidence import PartEstimate
from valuelib.verdict.groups import find_outcome
from valuelib.verdict.relations import facet_items

FACETS = ("meaningful_work",)


def estimate_people(study: Study) -> tuple[Estimate, ...]:
    """Everything of the chapter on people; nothing without the employees' answers.

    `people.mean` (0-10), `people.icc1`, `people.icc2`, `people.rwg` (median over teams), `people.agreed` (teams that agree, per
    cent), `people.customers_icc1` (how much of perceived value lies between teams), `people.link` (points of value per point of
    meaningful work) and `people.link_corrected`, the same divided by the reliability of the team means.
    """
    if study.employees is None:
        return ()
    teams = find_teams(study, FACETS)
    if isinstance(teams, Message):
        return (none_of(study, "people.mean", teams, "score"),)
    return (*_of_people(study, teams), *_of_link(study, teams))


def _of_people(study: Study, teams: Teams) -> Iterator[Estimate]:
    people, n, k = teams.people, len(teams.people), len(teams.means)
    yield plain_figure(study, "people.mean", float(people["score"].mean()), "score", n=n, accounts=k, method="mean of all people")
    icc = estimate_icc(people["score"], people["team"], level=study.config.level)
    for name in ("icc1", "icc2"):
        if icc is None:
            yield none_of(study, f"people.{name}", Message(code="missing.icc"), "coefficient")
            continue
        value, low, high = (icc.one, icc.one_low, icc.one_high) if name == "icc1" else (icc.two, icc.two_low, icc.two_high)
        method = "one-way analysis of variance"
        yield plain_figure(
            study, f"people.{name}", value, "coefficient", n=n, accounts=k, low=low, high=high, method=method, source=SOURCE_ICC
        )
    yield from _agreement(study, teams)


def _agreement(study: Study, teams: Teams) -> Iterator[Estimate]:
    if study.employees is None or study.config.employees is None:
        return
    columns = facet_items(FACETS, list(study.employees.columns))
    rows = study.employees["team"].isin(teams.means.index)
    low, high = study.config.employees.scale
    options = round(high - low) + 1
    items = study.employees.loc[rows, columns] * (high - low) / 10
    found = estimate_rwg(items, study.employees.loc[rows, "team"], options=options)
    if found is None:
        yield none_of(study, "people.rwg", Message(code="missing.icc"), "coefficient")
        return
    n, k = int(rows.sum()), len(found.by_team)
    yield plain_figure(
        study, "people.rwg", found.median, "coefficient", n=n, accounts=k, method="median over teams", source=SOURCE_RWG
    )
    yield plain_figure(
        study, "people.agreed", 100 * found.share_agreed, "share", n=n, accounts=k, method="share of teams", source=SOURCE_RWG
    )


def _of_link(study: Study, teams: Teams) -> Iterator[Estimate]:
    outcome = find_outcome(study, "perceived_value")
    if isinstance(outcome, Message):
        yield none_of(study, "people.link", outcome, "score")
        return
    values, team = study.data[outcome.column].astype(float), study.data["team"]
    between = estimate_icc(values, team.where(team.isin(teams.means.index)).fillna("\0"), level=study.config.level)
    if between is not None:
        yield plain_figure(
            study,
            "people.customers_icc1",
            between.one,
            "coefficient",
            n=between.n,
            accounts=between.teams,
            low=between.one_low,
            high=between.one_high,
            method="one-way analysis of variance",
            source=SOURCE_ICC,
        )
    link = fit_teams(study, teams, outcome)
    yield slope_figure(study, "people.link", link, "score")
    yield _corrected(study, teams, link)


def _corrected(study: Study, teams: Teams, link: PartEstimate | Message) -> Estimate:
    """The slope on what the team means are worth: noise in a mean of few people draws the slope towards zero."""
    icc = estimate_icc(teams.people["score"], teams.people["team"], level=study.config.level)
    if isinstance(link, Message) or icc is None or icc.two <= 0:
        return none_of(study, "people.link_corrected", Message(code="missing.icc"), "score")
    plain = slope_figure(study, "people.link_corrected", link, "score")
    value, low, high = (None if one is None else one / icc.two for one in (plain.value, plain.ci_low, plain.ci_high))
    return plain_figure(
        study,
        "people.link_corrected",
        float(value or 0.0),
        "score",
        n=plain.n,
        accounts=plain.accounts,
        low=low,
        high=high,
        method="slope over ICC(2)",
        source="Spearman (1904), American Journal of Psychology 15(1), 72-101",
    )


def team_points(study: Study) -> pd.DataFrame | None:
    """One row a team, unnamed and in the order of meaningful work: `work`, `value` (0-10), `answers`; small teams are left out."""
    teams, outcome = find_teams(study, FACETS), find_outcome(study, "perceived_value")
    if isinstance(teams, Message) or isinstance(outcome, Message):
        return None
    by_team = study.data.groupby("team")[outcome.column]
    frame = pd.DataFrame({"work": teams.means, "value": by_team.mean(), "answers": by_team.count()}).dropna()
    shown = frame[frame["answers"] >= study.config.privacy.min_group].sort_values("work").reset_index(drop=True)
    return shown if len(shown) else None

"""How the provider's people find their work, whether their answers may be averaged by team, and what their customers see."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pandas as pd

from valuelib.explore.estimates import called, make_estimate, no_estimate, of_chapter, slope_estimate
from valuelib.results import Estimate, Estimates, Message
from valuelib.stats.agreement import SOURCE_ICC, SOURCE_RWG, estimate_icc, estimate_rwg
from valuelib.study.model import Study
from valuelib.verdict.both_sides import Teams, find_teams, fit_teams
from valuelib.verdict.groups import find_outcome
from valuelib.verdict.relations import facet_items

FACETS = ("meaningful_work",)
ANOVA = "one-way analysis of variance"


def estimate_people(study: Study) -> Estimates:
    """How the provider's people find their work, whether their answers may be averaged by team, and what their customers see.

    Returns:
        `people.mean` (0-10), `people.icc1`, `people.icc2`, `people.rwg` (median over teams), `people.agreed` (teams that agree,
        per cent), `people.customers_icc1` (how much of perceived value lies between teams), `people.link` (points of value per
        point of meaningful work) and `people.link_corrected`, the same divided by the reliability of the team means. Empty without
        the employees' answers.
    """
    if study.employees is None:
        return of_chapter(study, "people", ())
    teams = find_teams(study, FACETS)
    if isinstance(teams, Message):
        return of_chapter(study, "people", [no_estimate(study, called("label.estimate.people.mean"), teams, "score")])
    return of_chapter(study, "people", (*_of_people(study, teams), *_of_link(study, teams)))


def _of_people(study: Study, teams: Teams) -> Iterator[Estimate]:
    answers, k = teams.people, len(teams.means)
    make = partial(make_estimate, study, counts=(len(answers), k))
    yield make(called("label.estimate.people.mean"), float(answers["score"].mean()), "score", method="mean of all people")
    icc, no_icc = estimate_icc(answers["score"], answers["team"], level=study.config.level), Message(code="missing.icc")
    one, two = (called(f"label.estimate.people.{name}") for name in ("icc1", "icc2"))
    if icc is None:
        yield from (no_estimate(study, name, no_icc, "coefficient") for name in (one, two))
    else:
        yield make(one, icc.one, "coefficient", interval=(icc.one_low, icc.one_high), method=ANOVA, source=SOURCE_ICC)
        yield make(two, icc.two, "coefficient", interval=(icc.two_low, icc.two_high), method=ANOVA, source=SOURCE_ICC)
    if study.employees is None or study.config.employees is None:
        return
    rows, (low, high) = study.employees["team"].isin(teams.means.index), study.config.employees.scale
    items = study.employees.loc[rows, facet_items(FACETS, list(study.employees.columns))] * (high - low) / 10
    found = estimate_rwg(items, study.employees.loc[rows, "team"], options=round(high - low) + 1)
    rwg = called("label.estimate.people.rwg")
    if found is None:
        yield no_estimate(study, rwg, no_icc, "coefficient")
        return
    make = partial(make_estimate, study, counts=(int(rows.sum()), len(found.by_team)), source=SOURCE_RWG)
    yield make(rwg, found.median, "coefficient", method="median over teams")
    yield make(called("label.estimate.people.agreed"), 100 * found.share_agreed, "share", method="share of teams")


def _of_link(study: Study, teams: Teams) -> Iterator[Estimate]:
    outcome, name = find_outcome(study, "perceived_value"), called("label.estimate.people.link")
    if isinstance(outcome, Message):
        yield no_estimate(study, name, outcome, "score")
        return
    values, team = study.data[outcome.column].astype(float), study.data["team"]
    between = estimate_icc(values, team.where(team.isin(teams.means.index)).fillna("\0"), level=study.config.level)
    if between is not None:
        name_icc, counts = called("label.estimate.people.customers_icc1"), (between.n, between.teams)
        yield make_estimate(
            study,
            name_icc,
            between.one,
            "coefficient",
            counts=counts,
            interval=(between.one_low, between.one_high),
            method=ANOVA,
            source=SOURCE_ICC,
        )
    link = fit_teams(study, teams, outcome)
    yield slope_estimate(study, name, link, "score")
    # Noise in a mean of few people draws the slope towards zero: the slope on what the team means are worth.
    corrected = called("label.estimate.people.link_corrected")
    icc = estimate_icc(teams.people["score"], teams.people["team"], level=study.config.level)
    if isinstance(link, Message) or icc is None or icc.two <= 0:
        yield no_estimate(study, corrected, Message(code="missing.icc"), "score")
        return
    plain = slope_estimate(study, name, link, "score")
    value, low, high = (None if one is None else one / icc.two for one in (plain.value, plain.ci_low, plain.ci_high))
    limits, counts = (low, high), (plain.n, plain.accounts)
    source = "Spearman (1904), American Journal of Psychology 15(1), 72-101"
    about = {"df": plain.df, "method": "slope over ICC(2)", "source": source}
    yield make_estimate(study, corrected, float(value or 0.0), "score", counts=counts, interval=limits, **about)


def team_points(study: Study) -> pd.DataFrame | None:
    """One row a team, unnamed and in the order of meaningful work: `work`, `value` (0-10), `answers`; small teams are left out."""
    teams, outcome = find_teams(study, FACETS), find_outcome(study, "perceived_value")
    if isinstance(teams, Message) or isinstance(outcome, Message):
        return None
    by_team = study.data.groupby("team")[outcome.column]
    frame = pd.DataFrame({"work": teams.means, "value": by_team.mean(), "answers": by_team.count()}).dropna()
    shown = frame[frame["answers"] >= study.config.privacy.min_group].sort_values("work").reset_index(drop=True)
    return shown if len(shown) else None

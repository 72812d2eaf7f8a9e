"""How many respondents and accounts would test a claim, what such a study could say, and what it would see at best."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.stats import norm

from valuelib.errors import ParameterError
from valuelib.results import Estimate, Message
from valuelib.stats.contrasts import Metric
from valuelib.stats.exposure import NEITHER
from valuelib.stats.loyalty import SCALE
from valuelib.stats.means import estimate_means
from valuelib.stats.planning import (
    Chances,
    ClaimTest,
    Outcome,
    Population,
    account_sizes,
    accounts_for_roll_out,
    detectable_by_formula,
    respondents_by_formula,
    respondents_for_ratio,
    settle,
    simulate_chances,
)
from valuelib.stats.totals import collect_totals
from valuelib.study.model import Study
from valuelib.theory.claims import Claim, claims
from valuelib.verdict.groups import Grouping, find_outcome, group_by_offering
from valuelib.verdict.groups import Outcome as StudyOutcome

# What may be planned

BASELINES: dict[Outcome, float] = {"nps": 30.0, "rate": 60.0}
RANGES = {  # lowest and highest, both allowed
    "split": (0.05, 0.95),
    "per_account": (1.0, 30.0),
    "icc": (0.0, 0.6),
    "power": (0.5, 0.99),
    "level": (0.8, 0.999),
    "respondents": (20, 50_000),
}
WORDS = {"per_account": "respondents per account"}
SCALES: dict[Outcome, tuple[float, float]] = {"nps": (-95.0, 95.0), "rate": (2.0, 98.0)}
MOSTLY = 0.5  # of the accounts with several respondents: so many must hold both groups for groups to count as mixed


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be planned: a claim, an own size in its metric, further claims under test, a wanted number of respondents.

    `roll_out`: how many accounts suffice, asked before and after, is told, too.
    """

    claim: str
    size: float | None = None
    together: tuple[str, ...] = ()
    respondents: int | None = None
    roll_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the study will be like.

    Attributes:
        baseline: NPS or rate of the baseline group in points; None takes 30 for an NPS and 60 for a rate.
        split: share of respondents in the comparison group.
        per_account: mean respondents per account.
        icc: correlation of the scores of two respondents of one account.
        mixed: whether an account may hold both groups; else an account has bought one kind of offering.
        power, level: wanted power of each test, and confidence level.
    """

    baseline: float | None = None
    split: float = 0.5
    per_account: float = 2.9
    icc: float = 0.2
    mixed: bool = False
    power: float = 0.8
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A checked wish: figures in points, and the setting with its baseline filled in."""

    outcome: Outcome
    metric: Metric
    size: float
    comparison: float
    places: int
    setting: Setting


def check_setting(wish: Wish, setting: Setting) -> Goal:
    """A wish and a setting that make sense together.

    Raises:
        ParameterError: tells everything that does not, at once.
    """
    known = _plannable()
    unknown = [f"{one!r} is no claim that can be planned." for one in (wish.claim, *wish.together) if one not in known]
    if unknown:
        unknown.append(f"Expected one of {', '.join(known)}: what was bought decides, and the claim has a size.")
    given = {name: getattr(setting, name) for name in RANGES if name != "respondents"} | {"respondents": wish.respondents}
    outside = [
        f"The {WORDS.get(name, name)} is {value:g}; expected {RANGES[name][0]:g} to {RANGES[name][1]:g}."
        for name, value in given.items()
        if value is not None and not RANGES[name][0] <= value <= RANGES[name][1]
    ]
    problems = [*unknown, *outside]
    if wish.claim in known:
        reading = known[wish.claim].reading
        outcome: Outcome = "nps" if reading.outcome == "recommend" else "rate"
        metric: Metric = "ratio" if reading.metric == "ratio" else "points"
        size = wish.size if wish.size is not None else float(reading.size or 0.0)
        baseline = BASELINES[outcome] if setting.baseline is None else setting.baseline
        goal = Goal(
            outcome=outcome,
            metric=metric,
            size=size,
            comparison=baseline * size if metric == "ratio" else baseline + size,
            places=len({known[one].reading.outcome for one in (wish.claim, *wish.together) if one in known}),
            setting=replace(setting, baseline=baseline),
        )
        problems += _impossible(goal, wish.claim)
    if problems:
        raise ParameterError("\n".join(problems))
    return goal


def setting_like(study: Study, claim_id: str) -> Setting:
    """Baseline, split, account sizes and clustering as an earlier study of the same client shows them.

    Raises:
        ParameterError: the claim cannot be planned, or the study does not tell what was bought or lacks the outcome.
    """
    if claim_id not in _plannable():
        check_setting(Wish(claim=claim_id), Setting())
    reading = _plannable()[claim_id].reading
    outcome, grouping = find_outcome(study, reading.outcome), group_by_offering(study)
    if not isinstance(outcome, StudyOutcome) or not isinstance(grouping, Grouping):
        lack = "what was bought (exposure.column and exposure.higher)" if isinstance(outcome, StudyOutcome) else reading.outcome
        raise ParameterError(f"The study {study.config.study} does not tell {lack}: no setting to plan from; give it by options.")
    y = study.data[outcome.column].astype(float)
    codes = np.where(y.notna(), grouping.codes, NEITHER)
    if min(int((codes == group).sum()) for group in (0, 1)) < study.config.privacy.min_group:
        raise ParameterError(f"The study {study.config.study} has a group below its minimum size, too small to plan from.")
    means = estimate_means(collect_totals(study.clusters, codes, y, groups=("comparison", "baseline")))
    used = study.data["account"][codes != NEITHER]
    kinds = used.groupby(used).size()
    both = used.groupby(used).apply(lambda own: len(set(codes[study.data.index.get_indexer(own.index)])) == 2)
    several = kinds > 1
    return Setting(
        baseline=100 * float(means.values[1]),
        split=float(means.n[0] / means.n.sum()),
        per_account=float(len(used) / len(kinds)),
        icc=min(means.rho, RANGES["icc"][1]),
        mixed=bool(several.any() and both[several].mean() >= MOSTLY),
        level=study.config.level,
    )


def points_twin(claim_id: str) -> str | None:
    """The register's claim in points on the same question as a ratio claim."""
    known = _plannable()
    reading = known[claim_id].reading
    alike = (key for key, one in known.items() if (one.reading.outcome, one.reading.metric) == (reading.outcome, "points"))
    return next(alike, None) if reading.metric == "ratio" else None


def _plannable() -> dict[str, Claim]:
    """Sized claims on what was bought, the only evidence whose verdict can be planned."""
    contrasts = [one for one in claims() if one.reading.kind == "contrast" and one.reading.exposure == "study"]
    return {one.id: one for one in contrasts if one.reading.size is not None}


def _impossible(goal: Goal, claim_id: str) -> list[str]:
    """What is wrong with the figures that the claim and the baseline make together."""
    (low, high), baseline = SCALES[goal.outcome], goal.setting.baseline or 0.0
    word, one = ("NPS", "an NPS") if goal.outcome == "nps" else ("rate", "a rate")
    null = 1.0 if goal.metric == "ratio" else 0.0
    found = [] if low <= baseline <= high else [f"The baseline is {baseline:g}; expected {low:g} to {high:g}, in points of {word}."]
    if not goal.size > null:
        found.append(f"The size is {goal.size:g}; a {goal.metric} that claims more lies above {null:g}.")
    elif goal.metric == "ratio" and baseline <= 0:
        found.append(f"A ratio to a baseline of {baseline:g} has no meaning; plan the claim in points: {points_twin(claim_id)}.")
    elif low <= baseline <= high and goal.comparison > high:
        found.append(
            f"From a baseline of {baseline:g} the claim leads to {goal.comparison:g}, but {one} is planned up to "
            f"{high:g}: no study can test it there. Take a lower baseline or a smaller size."
        )
    return found


# The plan

REPS = 1000
SEED = 20240131
FEWEST, MOST = 20, 20_000  # respondents between which an answer is looked for
ROUND_TO = 10
Question = Literal["effect", "claim"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Respondents for one question: `effect` shows an effect if the claim is true, `claim` excludes the size if there is nothing.

    `respondents` is None where more than 20,000 would be needed; `by_formula` is the number before simulation.
    """

    question: Question
    respondents: int | None
    accounts: int | None
    by_formula: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A planned study: what it is to test, the answers, and what it would say at `respondents`; figures in points.

    Attributes:
        comparison: the comparison group's figure if the claim is true.
        places: questions under test that share the error rate.
        more_share: how much more respondents the sharing costs, 0.21 for 21 % more.
        respondents, accounts: the study looked at: the wanted size, else the larger of the answers.
        if_true, if_nothing: chance of each verdict word there; None where no size is within reach.
        detectable_points: smallest true lift that it shows with the wanted power; None where none is.
        gate_respondents: respondents at which a ratio on this baseline can be read at all; None for a claim in points.
        points_claim: the register's claim in points on the same question, for a ratio that is out of reach.
        roll_out_accounts: accounts that show the effect where they are asked before and after a roll-out; None where that was not
            wished, or no number does.
    """

    claim: str
    outcome: Outcome
    metric: Metric
    size: float
    comparison: float
    setting: Setting
    places: int
    more_share: float
    answers: tuple[Answer, ...]
    respondents: int | None
    accounts: int | None
    if_true: Chances | None
    if_nothing: Chances | None
    detectable_points: float | None
    gate_respondents: int | None
    points_claim: str | None
    reps: int
    seed: int
    roll_out_accounts: int | None = None


def make_plan(wish: Wish, setting: Setting, *, reps: int = REPS, seed: int = SEED) -> Plan:
    """Plan the test of a claim.

    Args:
        wish: the claim, an own size, further claims under test, a wanted number of respondents.
        setting: baseline, split, respondents per account, clustering, power, level.
        reps: simulated studies per size looked at; a chance of 80 % is then known to 1 percentage point (standard error).
        seed: same seed, same plan.
    Raises:
        ParameterError: tells every problem of the wish and the setting.
    """
    goal = check_setting(wish, setting)
    true, test = population_of(goal), test_of(goal)
    answers = tuple(_answer(question, true, test, setting.power, reps, seed) for question in ("effect", "claim"))
    reached = [one.respondents for one in answers if one.respondents is not None]
    n = wish.respondents or (max(reached) if len(reached) == len(answers) else None)
    nothing = replace(true, comparison=true.baseline)
    gate = math.ceil(respondents_for_ratio(true, alpha=test.alpha, power=setting.power)) if goal.metric == "ratio" else None
    return Plan(
        claim=wish.claim,
        outcome=goal.outcome,
        metric=goal.metric,
        size=goal.size,
        comparison=goal.comparison,
        setting=goal.setting,
        places=goal.places,
        more_share=_reach(test.alpha, setting.power) / _reach(test.alpha * goal.places, setting.power) - 1,
        answers=answers,
        respondents=n,
        accounts=None if n is None else accounts_for(n, true),
        if_true=None if n is None else simulate_chances(true, test, n=n, reps=reps, seed=seed),
        if_nothing=None if n is None else simulate_chances(nothing, test, n=n, reps=reps, seed=seed),
        detectable_points=None if n is None else _detectable(true, test, n, setting.power, reps, seed),
        gate_respondents=gate,
        points_claim=points_twin(wish.claim),
        reps=reps,
        seed=seed,
        roll_out_accounts=accounts_for_roll_out(true, alpha=test.alpha, power=setting.power) if wish.roll_out else None,
    )


def estimate_plan(plan: Plan, *, language: str) -> tuple[Estimate, ...]:
    """`plan.effect` and `plan.claim`: respondents (and accounts) that answer each question; none where more than 20,000 would."""
    beyond = Message(code="note.plan_over", values={"most_n": MOST})
    return tuple(
        Estimate(
            name=f"plan.{one.question}",
            value=one.respondents,
            unit="count",
            n=one.respondents or 0,
            accounts=one.accounts or 0,
            level=plan.setting.level,
            method="simulation of the verdict rule",
            reason=beyond if one.respondents is None else None,
            label=Message(code=f"planning.question.{one.question}"),
            language=language,
        )
        for one in plan.answers
    )


def sizes_around(plan: Plan, count: int) -> tuple[int, ...]:
    """So many sizes from a tenth to twice the plan's respondents, closer together where they are small; none without a size."""
    n = plan.respondents
    return () if n is None else tuple(sorted({max(round(n * float(k)), FEWEST) for k in np.geomspace(0.1, 2, count)}))


def chances_over(plan: Plan, sizes: Sequence[int], *, reps: int) -> tuple[tuple[Chances, Chances], ...]:
    """What studies of these sizes would say, in turn if the claim is true and if there is nothing to find."""
    true, test = population_of(plan), test_of(plan)
    worlds = (true, replace(true, comparison=true.baseline))
    found = [[simulate_chances(world, test, n=n, reps=reps, seed=plan.seed) for world in worlds] for n in sizes]
    return tuple((one, other) for one, other in found)


def detectable_over(plan: Plan, sizes: Sequence[int]) -> tuple[float | None, ...]:
    """The smallest lift in points that studies of these sizes show: the formula's curve through the plan's simulated figure."""
    true, test = population_of(plan), test_of(plan)
    scale = SCALE[plan.outcome]
    wanted = (*sizes, plan.respondents or FEWEST)
    curve = [detectable_by_formula(true, n, alpha=test.alpha, power=plan.setting.power) for n in wanted]
    here = curve.pop()
    factor = plan.detectable_points / (scale * here) if plan.detectable_points is not None and here else 1.0
    return tuple(None if lift is None else scale * lift * factor for lift in curve)


def naive_respondents(plan: Plan) -> int:
    """What a calculator says that asks for an effect only and takes every answer for independent: too few."""
    alone = replace(population_of(plan), icc=0.0)
    n = respondents_by_formula(alone, ratio=1.0, shift=0.0, alpha=(1 - plan.setting.level) / 2, power=plan.setting.power)
    return math.ceil(n / ROUND_TO) * ROUND_TO


def population_of(plan: Plan | Goal) -> Population:
    """The customers that a plan assumes, the claim being true."""
    scale, setting = SCALE[plan.outcome], plan.setting
    return Population(
        outcome=plan.outcome,
        comparison=plan.comparison / scale,
        baseline=(setting.baseline or 0.0) / scale,
        share=setting.split,
        icc=setting.icc,
        mixed=setting.mixed,
        sizes=account_sizes(setting.per_account),
    )


def test_of(plan: Plan | Goal) -> ClaimTest:
    """What the plan's claim is held against."""
    return ClaimTest(metric=plan.metric, size=plan.size, alpha=(1 - plan.setting.level) / 2 / plan.places)


def accounts_for(n: int, population: Population) -> int:
    """Accounts that n respondents come from."""
    return math.ceil(n / population.per_account)


def _answer(question: Question, true: Population, test: ClaimTest, power: float, reps: int, seed: int) -> Answer:
    """Settle one question: in the world where the claim is true, or in the one where there is nothing to find."""
    world = true if question == "effect" else replace(true, comparison=true.baseline)
    edge = test.null if question == "effect" else test.size
    ratio, shift = (edge, 0.0) if test.metric == "ratio" else (1.0, edge / SCALE[true.outcome])
    start = respondents_by_formula(world, ratio=ratio, shift=shift, alpha=test.alpha, power=power)
    if start > MOST:
        return Answer(question=question, respondents=None, accounts=None, by_formula=start)

    def power_at(size: float) -> float:
        found = simulate_chances(world, test, n=round(size), reps=reps, seed=seed)
        return found.lift_share if question == "effect" else found.excluded_share

    settled = settle(power_at, start, alpha=test.alpha, power=power, reps=reps, within=(FEWEST, 2 * MOST))
    n = math.ceil(settled / ROUND_TO) * ROUND_TO
    return Answer(question=question, respondents=n, accounts=accounts_for(n, world), by_formula=start)


def _detectable(true: Population, test: ClaimTest, n: int, power: float, reps: int, seed: int) -> float | None:
    """The smallest lift shown in a study of n respondents, read in points whatever the claim's metric."""
    start = detectable_by_formula(true, n, alpha=test.alpha, power=power)
    if start is None:
        return None
    largest = 0.98 - true.baseline
    in_points = replace(test, metric="points", size=1.0)

    def power_at(square: float) -> float:
        world = replace(true, comparison=true.baseline + math.sqrt(square))
        return simulate_chances(world, in_points, n=n, reps=reps, seed=seed).lift_share

    square = settle(power_at, start**2, alpha=test.alpha, power=power, reps=reps, within=(1e-6, largest**2))
    return SCALE[true.outcome] * math.sqrt(square)


def _reach(alpha: float, power: float) -> float:
    return float(norm.ppf(1 - alpha) + norm.ppf(power)) ** 2

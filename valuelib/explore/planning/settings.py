"""What may be planned: which claims, in which ranges, and what an earlier study tells about the next one?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from valuelib.errors import ParameterError
from valuelib.evidence.groups import Grouping, group_by_offering
from valuelib.evidence.outcomes import Outcome as StudyOutcome
from valuelib.evidence.outcomes import find_outcome
from valuelib.stats.contrasts import Metric
from valuelib.stats.exposure import NEITHER
from valuelib.stats.means import estimate_means
from valuelib.stats.moments import collect_moments
from valuelib.stats.planning.population import Outcome
from valuelib.study import Study
from valuelib.theory import Claim, claims

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
    """What is to be planned: a claim, an own size in its metric, further claims under test, a wanted number of respondents."""

    claim: str
    size: float | None = None
    together: tuple[str, ...] = ()
    respondents: int | None = None


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
    problems = [*unknown, *_out_of_range(wish, setting)]
    goal = _goal(known[wish.claim], wish, setting, known) if wish.claim in known else None
    problems += _impossible(goal, wish.claim) if goal else []
    if problems or goal is None:
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
    y = study.answers[outcome.column].astype(float)
    codes = np.where(y.notna(), grouping.codes, NEITHER)
    if min(int((codes == group).sum()) for group in (0, 1)) < study.config.privacy.min_group:
        raise ParameterError(f"The study {study.config.study} has a group below its minimum size, too small to plan from.")
    means = estimate_means(collect_moments(study.answers["account"], codes, y, groups=("comparison", "baseline")))
    used = study.answers["account"][codes != NEITHER]
    kinds = used.groupby(used).size()
    both = used.groupby(used).apply(lambda own: len(set(codes[study.answers.index.get_indexer(own.index)])) == 2)
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
    reading = _plannable()[claim_id].reading
    twins = [key for key, one in _plannable().items() if (one.reading.outcome, one.reading.metric) == (reading.outcome, "points")]
    return twins[0] if reading.metric == "ratio" and twins else None


def _plannable() -> dict[str, Claim]:
    """Sized claims on what was bought, the only evidence whose verdict can be planned."""
    contrasts = [one for one in claims() if one.reading.kind == "contrast" and one.reading.exposure == "study"]
    return {one.id: one for one in contrasts if one.reading.size is not None}


def _goal(claim: Claim, wish: Wish, setting: Setting, known: dict[str, Claim]) -> Goal:
    outcome: Outcome = "nps" if claim.reading.outcome == "recommend" else "rate"
    metric: Metric = "ratio" if claim.reading.metric == "ratio" else "points"
    size = wish.size if wish.size is not None else float(claim.reading.size or 0.0)
    baseline = BASELINES[outcome] if setting.baseline is None else setting.baseline
    comparison = baseline * size if metric == "ratio" else baseline + size
    asked = {known[one].reading.outcome for one in (wish.claim, *wish.together) if one in known}
    filled = replace(setting, baseline=baseline)
    return Goal(outcome=outcome, metric=metric, size=size, comparison=comparison, places=len(asked), setting=filled)


def _out_of_range(wish: Wish, setting: Setting) -> Iterator[str]:
    given = {name: getattr(setting, name) for name in RANGES if name != "respondents"} | {"respondents": wish.respondents}
    for name, value in given.items():
        low, high = RANGES[name]
        if value is not None and not low <= value <= high:
            yield f"The {WORDS.get(name, name)} is {value:g}; expected {low:g} to {high:g}."


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

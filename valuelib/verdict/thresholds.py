"""Evidence by fixed levels of a rating: basics that fail, are met or exceeded, and customers with low or high effort."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from valuelib.errors import ResultError
from valuelib.results import Difference, EvidenceLevel, Message, Step, Value
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.contrasts import estimate_difference
from valuelib.stats.exposure import LEVELS, NEITHER, PENALTY, REWARD, Codes, by_cuts, by_levels, by_promise, is_inside
from valuelib.stats.loyalty import estimate_group
from valuelib.stats.means import Means, PickedMeans, estimate_means
from valuelib.stats.totals import ClusterTotals, collect_totals
from valuelib.study.model import Study
from valuelib.theory.claims import Claim
from valuelib.theory.pyramid import tiers
from valuelib.verdict.adjusted import FITTED, PLAIN, Adjusted, fit_adjusted, plain_contrast
from valuelib.verdict.contrast import DIRECTION, PEERS, read_claim
from valuelib.verdict.evidence import ContrastMeans, Evidence, Role
from valuelib.verdict.groups import Outcome, find_outcome, intention_notes, is_later, tier_mean
from valuelib.verdict.numbers import Numbers
from valuelib.verdict.relations import rating_exposures

TIER = "table_stakes"


class Levels(NamedTuple):
    """Figures of the levels low, middle, high, and the level of each row behind them."""

    means: Means
    codes: Codes


def gather_thresholds(study: Study, claim: Claim) -> Evidence | Message:
    """Outcome by the level of the respondent's own table-stakes mean: fails, meets, exceeds; own ratings never decide.

    What failing costs (penalty) and what exceeding earns (reward) stand raw, adjusted for the other tiers' means, and by whether
    the promise was kept, where the survey has it.
    """
    outcome = find_outcome(study, claim.reading.outcome)
    if isinstance(outcome, Message):
        return outcome
    mean = tier_mean(study, (TIER,))
    if mean is None:
        return Message(code="missing.tier_items", values={"tier_key": TIER})
    codes = usable_levels(study, outcome, by_levels(mean, exceeds_at=study.config.exposure.threshold))
    if isinstance(codes, Message):
        return codes
    means, level = level_means(study, outcome, codes).means, study.config.level
    contrasts = [ContrastMeans(name="reward", role="reference", means=PickedMeans(means, REWARD), method=PLAIN)]
    if (fitted := fit_levels(study, outcome, codes, other_tiers(study, TIER))) is not None:
        contrasts += _both_steps(fitted.means, "other_tiers", "sensitivity", FITTED)
    promise = study.values("promise")
    kept = None if promise is None else usable_levels(study, outcome, by_promise(promise))
    if kept is not None and not isinstance(kept, Message):
        contrasts += _both_steps(level_means(study, outcome, kept).means, "promise", "reference", PLAIN)
    changes = (estimate_difference(PickedMeans(means, pair), kind=outcome.kind, level=level) for pair in (PENALTY, REWARD))
    groups = (estimate_group(means, index, kind=outcome.kind, level=level) for index in range(len(LEVELS)))
    return Evidence(
        claim=claim,
        kind=outcome.kind,
        evidence_level=EvidenceLevel.DESCRIPTIVE,
        exposure=TIER,
        later=is_later(study, claim.reading.outcome),
        raw=ContrastMeans(name="raw", role="raw", means=PickedMeans(means, PENALTY), method=PLAIN),
        contrasts=tuple(contrasts),
        steps=tuple(
            Step(label=label, group=group, change=change)
            for label, group, change in zip(LEVELS, groups, (None, *changes), strict=True)
        ),
    )


def _both_steps(means: Means, way: str, role: Role, method: str) -> list[ContrastMeans]:
    """Penalty and reward on the same three levels."""
    pairs = (("penalty", PENALTY), ("reward", REWARD))
    return [ContrastMeans(name=f"{name}.{way}", role=role, means=PickedMeans(means, pair), method=method) for name, pair in pairs]


def usable_levels(study: Study, outcome: Outcome, levels: Codes) -> Codes | Message:
    """The level of each row with an outcome, or why the three cannot be compared: a level is missing, too small, or one account."""
    answers = study.data
    codes: Codes = np.where(answers[outcome.column].notna(), levels, NEITHER).astype(np.int64)
    fewest = study.config.privacy.min_group
    for index, name in enumerate(LEVELS):
        rows = codes == index
        if rows.sum() < fewest or answers["account"][rows].nunique() < 2:
            return Message(code="missing.level", values={"level_key": f"level_{name}", "fewest_n": fewest})
    if answers[outcome.column][codes != NEITHER].nunique() < 2:
        return Message(code="missing.no_variation")
    return codes


def level_means(study: Study, outcome: Outcome, codes: Codes) -> Levels:
    """Figures of the three levels as they stand."""
    return Levels(estimate_means(_totals(study, outcome, codes)), codes)


def fit_levels(study: Study, outcome: Outcome, codes: Codes, adjust_for: dict[str, pd.Series]) -> Levels | None:
    """Figures of the three levels adjusted for other ratings, on the rows that have them; None where that cannot be done."""
    if not adjust_for:
        return None
    complete = pd.DataFrame(adjust_for).notna().all(axis=1)
    kept = usable_levels(study, outcome, np.where(complete, codes, NEITHER).astype(np.int64))
    if isinstance(kept, Message):
        return None
    try:
        return Levels(estimate_fitted(_totals(study, outcome, kept, adjust_for)), kept)
    except ResultError:
        return None


def other_tiers(study: Study, tier_key: str) -> dict[str, pd.Series]:
    """The respondent's own means of all mapped tiers but one."""
    means = {tier.key: tier_mean(study, (tier.key,)) for tier in tiers() if tier.key != tier_key}
    return {key: mean for key, mean in means.items() if mean is not None}


def threshold_reason(evidence: Evidence, numbers: Numbers, unit_key: str) -> Message:
    """What was seen of both parts, and that own ratings settle neither."""
    penalty = numbers.raw.difference if numbers.raw is not None else None
    reward = next(one.difference for one in numbers.contrasts if one.name == "reward")
    margin = evidence.claim.reading.margin or 0.0
    values: dict[str, Value] = {"margin_score": margin, "unit_key": unit_key}
    for name, lift in (("penalty", penalty), ("reward", reward)):
        if lift is not None:
            values |= {f"{name}_pts": lift.value, f"{name}_low_pts": lift.ci_low, f"{name}_high_pts": lift.ci_high}
            cost = "penalty_shown" if lift.ci_low > 0 else "penalty_reversed" if lift.ci_high < 0 else "penalty_open"
            values[f"{name}_key"] = cost if name == "penalty" else reward_word(lift, margin)
    return Message(code="reason.design.penalty_reward", values=values)


def reward_word(lift: Difference, margin: float) -> str:
    """Whether what exceeding earns is shown to be nothing that counts: an equivalence test, not the lack of a difference."""
    if is_inside(lift.ci_low, lift.ci_high, margin):
        return "reward_inside"
    if lift.ci_low > margin:
        return "reward_beyond"
    return "reward_reversed" if lift.ci_high < -margin else "reward_open"


def _totals(study: Study, outcome: Outcome, codes: Codes, adjust_for: dict[str, pd.Series] | None = None) -> ClusterTotals:
    used = codes != NEITHER
    return collect_totals(
        study.data["account"],
        codes,
        study.data[outcome.column].astype(float),
        groups=LEVELS,
        controls={name: mean - mean[used].mean() for name, mean in (adjust_for or {}).items()},
        weights=study.data["weight"].astype(float),
    )


# ---------------------------------------------------------------------- effort

# Fixed points of the 0-10 scale, high is easy: the published contrast is of low-effort and high-effort customers, not of halves.
EASY_FROM, HARD_BELOW = 7.0, 5.0
CUTS = {"easy_score": EASY_FROM, "hard_score": HARD_BELOW}


def gather_effort(study: Study, claim: Claim) -> Evidence | Message:
    """Easy against hard: raw by own answers; deciding by colleagues' mean effort, adjusted for their and own lower-tier means.

    Colleagues' answers decide where both groups can be formed; own ones show a direction, and stand beside them.
    """
    outcome, exposures = find_outcome(study, claim.reading.outcome), rating_exposures(study, "effort")
    if isinstance(outcome, Message):
        return outcome
    if isinstance(exposures, Message):
        return exposures
    raw = plain_contrast(study, outcome, effort_groups(exposures[-1].values))
    warnings, formed = [raw] if isinstance(raw, Message) else [], []
    for one in exposures:
        if one.adjust_for:
            peers = one.evidence_level == EvidenceLevel.COLLEAGUE_RATED
            found = fit_adjusted(
                study,
                outcome,
                effort_groups(one.values),
                one.adjust_for,
                name=PEERS if peers else DIRECTION,
                role="deciding" if peers else "sensitivity",
            )
            if isinstance(found, Adjusted):
                formed.append((one.evidence_level, found))
            elif peers:
                warnings.append(Message(code="note.colleagues_effort", values=CUTS))
    if isinstance(raw, Message) and not formed:
        return raw
    level, contrasts = EvidenceLevel.DESCRIPTIVE, []
    if formed:
        (level, first), *rest = formed
        contrasts = [*first.contrasts, *(other.fitted for _, other in rest)]
        warnings += first.notes
    return read_claim(
        Evidence(
            claim=claim,
            kind=outcome.kind,
            evidence_level=level,
            exposure="effort",
            later=is_later(study, claim.reading.outcome),
            raw=None if isinstance(raw, Message) else raw,
            contrasts=tuple(contrasts),
            warnings=(*warnings, *intention_notes(study, claim.reading.outcomes)),
        )
    )


def effort_groups(values: pd.Series) -> Codes:
    """Easy (7 and above) against hard (below 5) on 0-10; whoever lies between is in neither group."""
    return by_cuts(values, above=EASY_FROM, below=HARD_BELOW)

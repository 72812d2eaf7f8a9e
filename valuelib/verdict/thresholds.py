"""Evidence for "the basics only have to be met": what failing costs (penalty) and what exceeding earns (reward)."""

from __future__ import annotations

from collections.abc import Sequence
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
from valuelib.verdict.adjusted import Adjusted, fit_adjusted, plain_contrast
from valuelib.verdict.contrast import DIRECTION, PEERS, read_claim, with_warnings
from valuelib.verdict.evidence import ContrastMeans, Evidence, Role
from valuelib.verdict.groups import Outcome, find_outcome, intention_notes, is_later, tier_mean
from valuelib.verdict.numbers import Numbers
from valuelib.verdict.relations import Exposure, rating_exposures

# Evidence for "the basics only have to be met": what failing costs (penalty) and what exceeding earns (reward).

TIER = "table_stakes"
RAW_METHOD, FITTED_METHOD = "group means, CR2, Satterthwaite df", "least squares, CR2, Satterthwaite df"


class Levels(NamedTuple):
    """Figures of the levels low, middle, high, and the level of each row behind them."""

    means: Means
    codes: Codes


def gather_thresholds(study: Study, claim: Claim) -> Evidence:
    """Outcome by the level of the respondent's own table-stakes mean: fails, meets, exceeds; own ratings never decide.

    Beside the two steps stand the same ones with the other tiers' means held equal, and those by whether the promise was kept.
    """
    outcome = find_outcome(study, claim.reading.outcome)
    if isinstance(outcome, Message):
        return Evidence(claim=claim, missing=outcome)
    mean = tier_mean(study, (TIER,))
    if mean is None:
        return Evidence(claim=claim, missing=Message(code="missing.tier_items", values={"tier_key": TIER}))
    codes = usable_levels(study, outcome, by_levels(mean, exceeds_at=study.config.exposure.threshold))
    if isinstance(codes, Message):
        return Evidence(claim=claim, missing=codes)
    means = level_means(study, outcome, codes).means
    evidence = Evidence(
        claim=claim,
        kind=outcome.kind,
        evidence_level=EvidenceLevel.DESCRIPTIVE,
        exposure=TIER,
        later=is_later(study, claim.reading.outcome),
        raw=ContrastMeans(name="raw", role="raw", means=PickedMeans(means, PENALTY), method=RAW_METHOD),
        others=(
            ContrastMeans(name="reward", role="reference", means=PickedMeans(means, REWARD), method=RAW_METHOD),
            *_others_equal(study, outcome, codes),
            *_promise(study, outcome),
        ),
        steps=_steps(study, outcome, means),
    )
    return with_warnings(study, evidence)


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


def fit_levels(study: Study, outcome: Outcome, codes: Codes, equal: dict[str, pd.Series]) -> Levels | None:
    """Figures of the three levels with other ratings held equal, on the rows that have them; None where that cannot be done."""
    if not equal:
        return None
    complete = pd.DataFrame(equal).notna().all(axis=1)
    kept = usable_levels(study, outcome, np.where(complete, codes, NEITHER).astype(np.int64))
    if isinstance(kept, Message):
        return None
    try:
        return Levels(estimate_fitted(_totals(study, outcome, kept, equal)), kept)
    except ResultError:
        return None


def other_tiers(study: Study, tier_key: str) -> dict[str, pd.Series]:
    """The respondent's own means of all mapped tiers but one."""
    means = {tier.key: tier_mean(study, (tier.key,)) for tier in tiers() if tier.key != tier_key}
    return {key: mean for key, mean in means.items() if mean is not None}


def threshold_reason(evidence: Evidence, numbers: Numbers, unit_key: str) -> Message:
    """What was seen of both parts, and that own ratings settle neither."""
    reward = next(one.difference for one in numbers.contrasts if one.name == "reward")
    margin = evidence.claim.reading.margin or 0.0
    values: dict[str, Value] = {"margin_score": margin, "unit_key": unit_key}
    for name, lift in (("penalty", numbers.raw.difference if numbers.raw is not None else None), ("reward", reward)):
        if lift is not None:
            values |= {f"{name}_pts": lift.value, f"{name}_low_pts": lift.ci_low, f"{name}_high_pts": lift.ci_high}
            values[f"{name}_key"] = penalty_word(lift) if name == "penalty" else reward_word(lift, margin)
    return Message(code="reason.design.penalty_reward", values=values)


def penalty_word(lift: Difference) -> str:
    """Whether failing is shown to cost anything."""
    if lift.ci_low > 0:
        return "penalty_shown"
    return "penalty_reversed" if lift.ci_high < 0 else "penalty_open"


def reward_word(lift: Difference, margin: float) -> str:
    """Whether what exceeding earns is shown to be nothing that counts: an equivalence test, not the lack of a difference."""
    if is_inside(lift.ci_low, lift.ci_high, margin):
        return "reward_inside"
    if lift.ci_low > margin:
        return "reward_beyond"
    return "reward_reversed" if lift.ci_high < -margin else "reward_open"


def _steps(study: Study, outcome: Outcome, means: Means) -> tuple[Step, ...]:
    level = study.config.level
    changes = [
        None,
        *(estimate_difference(PickedMeans(means, pair), kind=outcome.kind, level=level) for pair in (PENALTY, REWARD)),
    ]
    groups = [estimate_group(means, index, kind=outcome.kind, level=level) for index in range(len(LEVELS))]
    return tuple(
        Step(label=label, group=group, change=change) for label, group, change in zip(LEVELS, groups, changes, strict=True)
    )


def _others_equal(study: Study, outcome: Outcome, codes: Codes) -> tuple[ContrastMeans, ...]:
    fitted = fit_levels(study, outcome, codes, other_tiers(study, TIER))
    if fitted is None:
        return ()
    pairs = (("penalty.other_tiers", PENALTY), ("reward.other_tiers", REWARD))
    return tuple(
        ContrastMeans(name=name, role="sensitivity", means=PickedMeans(fitted.means, pair), method=FITTED_METHOD)
        for name, pair in pairs
    )


def _promise(study: Study, outcome: Outcome) -> tuple[ContrastMeans, ...]:
    """The same two steps by whether the promise was kept, where the survey asked it."""
    promise = study.values("promise")
    codes = None if promise is None else usable_levels(study, outcome, by_promise(promise))
    if codes is None or isinstance(codes, Message):
        return ()
    means = level_means(study, outcome, codes).means
    pairs = (("penalty.promise", PENALTY), ("reward.promise", REWARD))
    return tuple(
        ContrastMeans(name=name, role="reference", means=PickedMeans(means, pair), method=RAW_METHOD) for name, pair in pairs
    )


def _totals(study: Study, outcome: Outcome, codes: Codes, equal: dict[str, pd.Series] | None = None) -> ClusterTotals:
    used = codes != NEITHER
    return collect_totals(
        study.data["account"],
        codes,
        study.data[outcome.column].astype(float),
        groups=LEVELS,
        controls={name: mean - mean[used].mean() for name, mean in (equal or {}).items()},
        weights=study.data["weight"].astype(float),
    )


# Evidence for "easy customers stay": who found things easy against who found them hard, by own and by colleagues' answers.

# Fixed points of the 0-10 scale, high is easy: the published contrast is of low-effort and high-effort customers, not of halves.
EASY_FROM, HARD_BELOW = 7.0, 5.0
CUTS = {"easy_score": EASY_FROM, "hard_score": HARD_BELOW}
DECIDING: Role = "deciding"
BESIDE: Role = "sensitivity"


class Fits(NamedTuple):
    """The strongest contrast that could be formed, the weaker one beside it, and why a stronger one could not."""

    evidence_level: EvidenceLevel
    first: Adjusted | None
    beside: tuple[ContrastMeans, ...] = ()
    notes: tuple[Message, ...] = ()


def gather_effort(study: Study, claim: Claim) -> Evidence:
    """Easy against hard: raw by own answers; deciding by colleagues' mean effort, their and own lower-tier means held equal."""
    outcome = find_outcome(study, claim.reading.outcome)
    exposures = rating_exposures(study, "effort")
    missing = next((one for one in (outcome, exposures) if isinstance(one, Message)), None)
    if missing is not None or isinstance(outcome, Message) or isinstance(exposures, Message):
        return Evidence(claim=claim, missing=missing)
    own = exposures[-1]
    raw = plain_contrast(study, outcome, effort_groups(own.values))
    fits = fit_ways(study, outcome, exposures)
    if isinstance(raw, Message) and fits.first is None:
        return Evidence(claim=claim, missing=raw)
    told = intention_notes(study, claim.reading.outcomes)
    evidence = Evidence(
        claim=claim,
        kind=outcome.kind,
        evidence_level=fits.evidence_level,
        exposure="effort",
        later=is_later(study, claim.reading.outcome),
        raw=None if isinstance(raw, Message) else raw,
        others=_contrasts(fits),
        warnings=(*((raw,) if isinstance(raw, Message) else ()), *fits.notes, *told),
    )
    return with_warnings(study, read_claim(evidence))


def effort_groups(values: pd.Series) -> Codes:
    """Easy (7 and above) against hard (below 5) on 0-10; whoever lies between is in neither group."""
    return by_cuts(values, above=EASY_FROM, below=HARD_BELOW)


def fit_ways(study: Study, outcome: Outcome, exposures: Sequence[Exposure]) -> Fits:
    """Colleagues' answers decide where both groups can be formed; own ones show a direction, and stand beside them."""
    fitted = [(one.evidence_level, _fit(study, outcome, one)) for one in exposures if one.equal]
    formed = [(evidence_level, found) for evidence_level, found in fitted if isinstance(found, Adjusted)]
    unformed = any(evidence_level == "peers" and isinstance(found, Message) for evidence_level, found in fitted)
    notes = (Message(code="note.colleagues_effort", values=CUTS),) if unformed else ()
    if not formed:
        return Fits(EvidenceLevel.DESCRIPTIVE, None, notes=notes)
    (evidence_level, first), *rest = formed
    return Fits(evidence_level, first, tuple(one.fitted for _, one in rest), (*notes, *first.notes))


def _fit(study: Study, outcome: Outcome, exposure: Exposure) -> Adjusted | Message:
    peers = exposure.evidence_level == "peers"
    name, role = (PEERS, DECIDING) if peers else (DIRECTION, BESIDE)
    return fit_adjusted(study, outcome, effort_groups(exposure.values), exposure.equal, name=name, role=role)


def _contrasts(fits: Fits) -> tuple[ContrastMeans, ...]:
    if fits.first is None:
        return ()
    same_rows = () if fits.first.same_rows is None else (fits.first.same_rows,)
    return (fits.first.fitted, *same_rows, *fits.beside)

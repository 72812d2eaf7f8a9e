"""Evidence by levels and amounts: basics that fail, are met or exceeded; low and high effort; and the more, the more loyal."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtr

from valuelib.errors import ResultError
from valuelib.results import Difference, EvidenceLevel, Message, Step
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.contrasts import estimate_difference, t_difference
from valuelib.stats.exposure import (
    LEVELS,
    NEITHER,
    PENALTY,
    REWARD,
    Codes,
    by_cuts,
    by_levels,
    by_promise,
    count_elements,
    mean_rating,
)
from valuelib.stats.loyalty import SCALE, estimate_group
from valuelib.stats.means import GroupMeans, JointMeans, PickedMeans, estimate_means
from valuelib.stats.totals import ClusterTotals
from valuelib.study.model import Study
from valuelib.theory.claims import Claim
from valuelib.theory.pyramid import HIGHER_TIERS, tiers
from valuelib.verdict.adjusted import FITTED, PLAIN, Adjusted, fit_adjusted, lower_tiers, plain_contrast, study_totals
from valuelib.verdict.contrast import DIRECTION, PEERS, gather_total, read_claim
from valuelib.verdict.control import find_control
from valuelib.verdict.evidence import ContrastMeans, Evidence, Role, Slope
from valuelib.verdict.groups import Outcome, element_ratings, intention_notes, is_later, lower_tier_mean, tier_mean
from valuelib.verdict.relations import rating_exposures
from valuelib.verdict.source import RowsSource

TIER = "table_stakes"
STEPS = (("penalty", PENALTY), ("reward", REWARD))


class Levels(NamedTuple):
    """Figures of the levels low, middle, high, the level of each row behind them, and the totals."""

    means: JointMeans
    codes: Codes
    totals: ClusterTotals

    def step(self, name: str, role: Role, pair: tuple[int, int], method: str = PLAIN) -> ContrastMeans:
        """One level against another as a contrast."""
        totals = self.totals.pick([LEVELS[index] for index in pair])
        return ContrastMeans(name=name, role=role, means=PickedMeans(self.means, pair), method=method, totals=totals)


def gather_thresholds(study: Study, claim: Claim, outcome: Outcome) -> Evidence | Message:
    """Outcome by the level of the respondent's own table-stakes mean: fails, meets, exceeds; own ratings never decide.

    What failing costs (penalty) and what exceeding earns (reward) stand raw, adjusted for the other tiers' means, and by whether
    the promise was kept, where the survey has it.
    """
    mean = tier_mean(study, (TIER,))
    if mean is None:
        return Message(code="missing.tier_items", values={"tier_key": TIER})
    codes = usable_levels(study, outcome, by_levels(mean, exceeds_at=study.config.exposure.threshold))
    if isinstance(codes, Message):
        return codes
    levels, level = level_means(study, outcome, codes), study.config.level
    contrasts = [levels.step("reward", "reference", REWARD)]
    if (fitted := fit_levels(study, outcome, codes, other_tiers(study, TIER))) is not None:
        contrasts += [fitted.step(f"{name}.other_tiers", "sensitivity", pair, FITTED) for name, pair in STEPS]
    promise = study.values("promise")
    kept = None if promise is None else usable_levels(study, outcome, by_promise(promise))
    if kept is not None and not isinstance(kept, Message):
        met = level_means(study, outcome, kept)
        contrasts += [met.step(f"{name}.promise", "reference", pair) for name, pair in STEPS]
    raw = levels.step("raw", "raw", PENALTY)
    changes = (estimate_difference(one.means, kind=outcome.kind, level=level) for one in (raw, contrasts[0]))
    groups = (estimate_group(levels.means, index, kind=outcome.kind, level=level) for index in range(len(LEVELS)))
    return Evidence(
        claim=claim,
        kind=outcome.kind,
        evidence_level=EvidenceLevel.DESCRIPTIVE,
        exposure=TIER,
        later=is_later(study, claim.reading.outcome),
        raw=raw,
        contrasts=tuple(contrasts),
        steps=tuple(
            Step(label=label, group=group, change=change)
            for label, group, change in zip(LEVELS, groups, (None, *changes), strict=True)
        ),
    )


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
    totals = study_totals(study, codes, study.data[outcome.column].astype(float), LEVELS)
    return Levels(estimate_means(totals), codes, totals)


def fit_levels(study: Study, outcome: Outcome, codes: Codes, adjust_for: dict[str, pd.Series]) -> Levels | None:
    """Figures of the three levels adjusted for other ratings, on the rows that have them; None where that cannot be done."""
    if not adjust_for:
        return None
    complete = pd.DataFrame(adjust_for).notna().all(axis=1)
    kept = usable_levels(study, outcome, np.where(complete, codes, NEITHER).astype(np.int64))
    if isinstance(kept, Message):
        return None
    controls = {name: mean - mean[kept != NEITHER].mean() for name, mean in adjust_for.items()}
    try:
        totals = study_totals(study, kept, study.data[outcome.column].astype(float), LEVELS, controls)
        return Levels(estimate_fitted(totals), kept, totals)
    except ResultError:
        return None


def other_tiers(study: Study, tier_key: str) -> dict[str, pd.Series]:
    """The respondent's own means of all mapped tiers but one."""
    means = {tier.key: tier_mean(study, (tier.key,)) for tier in tiers() if tier.key != tier_key}
    return {key: mean for key, mean in means.items() if mean is not None}


# ---------------------------------------------------------------------- effort

# Fixed points of the 0-10 scale, high is easy: the published contrast is of low-effort and high-effort customers, not of halves.
EASY_FROM, HARD_BELOW = 7.0, 5.0
CUTS = {"easy_score": EASY_FROM, "hard_score": HARD_BELOW}


def gather_effort(study: Study, claim: Claim, outcome: Outcome) -> Evidence | Message:
    """Easy against hard: raw by own answers; deciding by colleagues' mean effort, adjusted for their and own lower-tier means.

    Colleagues' answers decide where both groups can be formed; own ones show a direction, and stand beside them.
    """
    exposures = rating_exposures(study, "effort")
    if isinstance(exposures, Message):
        return exposures
    raw = plain_contrast(study, outcome, effort_groups(exposures[-1].values))
    warnings, formed = [raw] if isinstance(raw, Message) else [], []
    for one in exposures:
        if one.adjust_for:
            peers, codes = one.evidence_level == EvidenceLevel.COLLEAGUE_RATED, effort_groups(one.values)
            control = find_control(study, codes, study.data[outcome.column].notna().to_numpy())
            if isinstance(control, Message):
                warnings += [control] if peers else []
                continue
            found = fit_adjusted(
                study,
                outcome,
                codes,
                control.columns(study, colleagues=peers),
                name=PEERS if peers else DIRECTION,
                role="deciding" if peers else "sensitivity",
            )
            if isinstance(found, Adjusted):
                formed.append((one.evidence_level, found._replace(reliability=control.reliability)))
            elif peers:
                warnings.append(Message(code="note.colleagues_effort", values=CUTS))
    if isinstance(raw, Message) and not formed:
        return raw
    level, contrasts, total, link = EvidenceLevel.DESCRIPTIVE, [], None, None
    if formed:
        (level, first), *rest = formed
        total, link = gather_total(study, RowsSource(study), outcome, first)
        contrasts = [*first.contrasts, *(other.fitted for _, other in rest)]
        warnings += first.notes
    return read_claim(
        study,
        Evidence(
            claim=claim,
            kind=outcome.kind,
            evidence_level=level,
            exposure="effort",
            later=is_later(study, claim.reading.outcome),
            raw=None if isinstance(raw, Message) else raw,
            contrasts=tuple(contrasts),
            total=total,
            link=link,
            warnings=(*warnings, *intention_notes(study, claim.reading.outcomes)),
        ),
    )


def effort_groups(values: pd.Series) -> Codes:
    """Easy (7 and above) against hard (below 5) on 0-10; whoever lies between is in neither group."""
    return by_cuts(values, above=EASY_FROM, below=HARD_BELOW)


# ---------------------------------------------------------------------- slopes on a rating or a count, and steps between counts

MIN_ROWS = 10  # of a slope


def gather_slope(study: Study, claim: Claim, outcome: Outcome) -> Evidence | Message:
    """Slope of the outcome on the respondent's own mean rating of the individual tier; own ratings never decide."""
    ratings = element_ratings(study, ("individual",))
    if not len(ratings.columns):
        return Message(code="missing.tier_items", values={"tier_key": "individual"})
    slope = fit_slope(study, outcome, mean_rating(ratings), "own.individual_tier")
    if isinstance(slope, Message):
        return slope
    return Evidence(
        claim=claim,
        kind=outcome.kind,
        evidence_level=EvidenceLevel.DESCRIPTIVE,
        exposure="individual_tier",
        later=is_later(study, claim.reading.outcome),
        slope=slope,
    )


def fit_slope(
    study: Study, outcome: Outcome, dose: pd.Series, name: str, adjust_for: Mapping[str, pd.Series] | None = None
) -> Slope | Message:
    """Least-squares slope of the outcome on a dose, accounts as clusters; or the reason why it cannot be fitted.

    `adjust_for` holds further ratings by name, such as the lower-tier mean; rows that lack one are left out.
    """
    y, columns = study.data[outcome.column].astype(float), {name: dose, **(adjust_for or {})}
    used = (y.notna() & pd.DataFrame(columns).notna().all(axis=1)).to_numpy()
    if used.sum() < MIN_ROWS or study.data["account"][used].nunique() < 2 or y[used].nunique() < 2 or dose[used].nunique() < 2:
        return Message(code="missing.no_variation")
    controls = {key: values - values[used].mean() for key, values in columns.items()}
    try:
        fitted = estimate_fitted(study_totals(study, np.where(used, 0, NEITHER), y, ("all",), controls))
    except ResultError:
        return Message(code="missing.no_variation")
    return Slope(name=name, fitted=fitted, method=FITTED)


# ---------------------------------------------------------------------- number of higher-tier elements

MIN_IN_LEVEL = 30
MIN_HIGHER_ITEMS = 2


def gather_dose(study: Study, claim: Claim, outcome: Outcome) -> Evidence | Message:
    """Trend over the number of higher-tier elements rated at or above the threshold, and each step between adjacent levels.

    Levels with fewer than 30 answers (or fewer than two accounts) join the level below them. Own ratings never decide. A step that
    clearly falls speaks against "the more, the better" whatever the trend, and of the slope adjusted for the respondent's own
    lower-tier mean the sign is of interest, the size is not.
    """
    ratings, lower = element_ratings(study, HIGHER_TIERS), lower_tiers(study)
    if len(ratings.columns) < MIN_HIGHER_ITEMS:
        values = {"items_n": len(ratings.columns), "fewest_n": MIN_HIGHER_ITEMS}
        return Message(code="missing.few_higher_items", values=values)
    dose = count_elements(ratings, threshold=study.config.exposure.threshold)
    notes: tuple[Message, ...] = ()
    if outcome.column == "perceived_value" and study.config.outcomes.perceived_value is None:
        # Perceived value is the mean of all elements then, those that are counted among them.
        if (rest := lower_tier_mean(study)) is None:
            return Message(code="missing.lower_items")
        study, lower = dataclasses.replace(study, data=study.data.assign(perceived_value=rest)), {}
        notes = (Message(code="note.value_of_the_rest"),)
    slope = fit_slope(study, outcome, dose, "own.higher_count")
    if isinstance(slope, Message):
        return slope
    adjusted = fit_slope(study, outcome, dose, "own.higher_count.lower_tiers", lower) if lower else None
    steps = _steps(study, outcome, dose)
    falling = [step for step in steps if step.change is not None and step.change.ci_high < 0]
    return Evidence(
        claim=claim,
        kind=outcome.kind,
        evidence_level=EvidenceLevel.DESCRIPTIVE,
        exposure="higher_count",
        later=is_later(study, claim.reading.outcome),
        slope=slope,
        other_slopes=(adjusted,) if isinstance(adjusted, Slope) else (),
        steps=steps,
        warnings=(*notes, *(Message(code="note.step_falls", values={"step": step.label}) for step in falling)),
    )


def _steps(study: Study, outcome: Outcome, dose: pd.Series) -> tuple[Step, ...]:
    """The group at each level of the dose, and its change from the level below."""
    y, accounts, level = study.data[outcome.column].astype(float), study.data["account"], study.config.level
    used = y.notna() & dose.notna()
    starts = _level_starts(dose[used], accounts[used], max(MIN_IN_LEVEL, study.config.privacy.min_group))
    codes = np.where(used, np.searchsorted(starts, dose.fillna(0.0), side="right") - 1, -1)
    ends = [*(start - 1 for start in starts[1:]), None]
    labels = [
        f"{low}+" if high is None else str(low) if low == high else f"{low}–{high}" for low, high in zip(starts, ends, strict=True)
    ]
    means = estimate_means(study_totals(study, codes, y, labels))
    return tuple(
        Step(
            label=label,
            group=estimate_group(means, index, kind=outcome.kind, level=level),
            change=_change(means, index, level, outcome) if index else None,
        )
        for index, label in enumerate(labels)
    )


def _level_starts(dose: pd.Series, accounts: pd.Series, fewest: int) -> list[int]:
    """Smallest count of each level, so that every level holds enough answers from at least two accounts."""
    starts: list[int] = []
    upper = np.inf
    for count in sorted({int(value) for value in dose}, reverse=True):
        inside = (dose >= count) & (dose < upper)
        if inside.sum() >= fewest and accounts[inside].nunique() >= 2:
            starts.append(count)
            upper = count
    lowest = int(dose.min())
    return sorted({lowest, *starts[:-1]} if starts else {lowest})


def _change(means: GroupMeans, index: int, level: float, outcome: Outcome) -> Difference:
    """This level against the one below it, with the covariance between the two."""
    contrast = np.zeros(len(means.values))
    contrast[[index, index - 1]] = 1.0, -1.0
    value, se, df = float(contrast @ means.values), float(contrast @ means.cr2 @ contrast) ** 0.5, means.df(contrast)
    linearised = float(contrast @ means.linearised @ contrast) ** 0.5
    p = float(stdtr(df, -value / se)) if se > 0 else None
    return t_difference(value, se, df, level=level, scale=SCALE[outcome.kind], se_linearised=linearised, p_no_lift=p)

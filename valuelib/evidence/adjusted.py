"""One contrast with something held equal: fitted group figures from account totals, or the reason why they cannot be formed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.errors import ResultError
from valuelib.evidence.controls import Controls, gather_controls
from valuelib.evidence.outcomes import Outcome
from valuelib.evidence.record import Contrast, Role
from valuelib.records import Message
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.exposure import NEITHER, Codes
from valuelib.stats.means import estimate_means
from valuelib.stats.moments import Moments, collect_moments
from valuelib.study import Study

GROUPS = ("comparison", "baseline")
FITTED, PLAIN = "least squares, CR2, Satterthwaite df", "group means, CR2, Satterthwaite df"


class Adjusted(NamedTuple):
    """A fitted contrast, the plain one on the same rows where it may be shown, and what was left out on the way."""

    fitted: Contrast
    same_rows: Contrast | None
    controls: Controls
    notes: tuple[Message, ...]


def fit_adjusted(
    study: Study, outcome: Outcome, codes: Codes, required: Mapping[str, pd.Series], *, name: str, role: Role
) -> Adjusted | Message:
    """Two groups at equal values of the required columns and the study's covariates.

    Args:
        codes: group of each answer, 0 comparison, 1 baseline, -1 neither.
        required: what must be held equal; the contrast is not formed without it.
        name, role: of the fitted contrast; the plain one is called after its exposure.
    """
    y = study.answers[outcome.column].astype(float)
    wanted = y.notna().to_numpy() & (codes != NEITHER)
    controls = gather_controls(study, required, wanted, codes)
    used = np.where(controls.complete, codes, NEITHER)
    problem = why_not(used, study.answers["account"], y, study.config.privacy.min_group)
    if problem is not None:
        return Message(code="warning.not_formed")
    if controls.aliased or any(column not in controls.columns for column in required):
        return Message(code="warning.controls_dependent")
    return _fit(study, y, used, controls, name=name, role=role, dropped=int(wanted.sum() - controls.complete.sum()))


def plain_contrast(study: Study, outcome: Outcome, codes: Codes) -> Contrast | Message:
    """The raw contrast, nothing held equal."""
    y = study.answers[outcome.column].astype(float)
    used = np.where(y.notna(), codes, NEITHER)
    problem = why_not(used, study.answers["account"], y, study.config.privacy.min_group)
    if problem is not None:
        return problem
    moments = _moments(study, used, y)
    return Contrast(name="raw", role="raw", means=estimate_means(moments), method=PLAIN, moments=moments)


def why_not(codes: NDArray[np.int64], accounts: pd.Series, y: pd.Series, min_group: int) -> Message | None:
    """What keeps two groups from being compared at all."""
    for index, group in enumerate(GROUPS):
        rows = codes == index
        if not rows.any():
            return Message(code=f"missing.no_{group}")
        if rows.sum() < min_group:
            return Message(code="missing.group_below_minimum", values={"group_key": group, "fewest_n": min_group})
        if accounts[rows].nunique() < 2:
            return Message(code="missing.one_account", values={"group_key": group})
    if y[codes != NEITHER].nunique() < 2:
        return Message(code="missing.no_variation")
    return None


def _fit(
    study: Study, y: pd.Series, codes: Codes, controls: Controls, *, name: str, role: Role, dropped: int
) -> Adjusted | Message:
    moments = _moments(study, codes, y, controls)
    try:
        fitted = estimate_fitted(moments)
    except ResultError:
        return Message(code="warning.controls_dependent")
    contrast = Contrast(name=name, role=role, means=fitted, method=FITTED, moments=moments)
    lost = (Message(code="warning.rows_dropped", values={"dropped_n": dropped}),) if dropped else ()
    same = None
    if not 0 < dropped < study.config.privacy.min_group:  # raw less same rows would tell the few who were dropped
        exposure = "offering" if name.startswith("audited") else name.partition(".")[0]
        means = estimate_means(_moments(study, codes, y))
        same = Contrast(name=f"{exposure}.same_rows", role="reference", means=means, method=PLAIN)
    return Adjusted(contrast, same, controls, (*controls.notes, *lost))


def _moments(study: Study, codes: Codes, y: pd.Series, controls: Controls | None = None) -> Moments:
    return collect_moments(
        study.answers["account"],
        codes,
        y,
        groups=GROUPS,
        controls=dict(controls.columns) if controls else None,
        weights=study.answers["weight"].astype(float),
    )

"""The total beside the net figure: the same groups with nothing rated adjusted for, and why the two differ.

The net figure takes the ratings of the basics for what they are. Buyers who rate them stricter, unhappy buyers who skip them and
items that only buyers are asked then make a lift by themselves; none of these touches the total. Better suppliers that sell more
make a total lift by themselves; that does not touch the net figure. So a verdict takes both.
"""

from __future__ import annotations

import numpy as np

from valuelib.errors import ResultError
from valuelib.results import Dropped, Group, Link
from valuelib.stats.adjust import FittedMeans, estimate_fitted
from valuelib.stats.contrasts import contrast, t_difference
from valuelib.stats.exposure import NEITHER, Codes
from valuelib.stats.joint import joint_difference
from valuelib.stats.loyalty import SCALE
from valuelib.stats.means import JointMeans, estimate_means
from valuelib.stats.totals import ClusterTotals
from valuelib.study.model import Study
from valuelib.verdict.adjusted import (
    FITTED,
    GROUPS,
    LOWER,
    PEERS_LOWER,
    Adjusted,
    Collected,
    gather_controls,
    means_contrast,
    study_totals,
    why_not,
)
from valuelib.verdict.evidence import ContrastMeans
from valuelib.verdict.groups import Outcome


def collect_total(study: Study, outcome: Outcome, codes: Codes) -> ClusterTotals:
    """Everybody with the outcome, nothing rated adjusted for; the study's covariates are, where there are such.

    An answer that lacks a covariate stays, with an indicator in its place: whoever skips a page of the form stays in the figure.
    """
    y = study.data[outcome.column].astype(float)
    wanted = y.notna().to_numpy() & (codes != NEITHER)
    controls = gather_controls(study, {}, wanted, codes, keep_gaps=True)
    return study_totals(study, np.where(wanted, codes, NEITHER), y, GROUPS, controls.columns)


def total_contrast(totals: ClusterTotals, min_group: int, *, name: str) -> ContrastMeans | None:
    """The contrast of these sums; None where the groups cannot be formed, or the covariates leave nothing of them."""
    if why_not(totals, min_group) is not None:
        return None
    if len(totals.columns) == 2:
        return means_contrast(name, "total", totals)
    try:
        return ContrastMeans(name=name, role="total", means=estimate_fitted(totals), method=FITTED, totals=totals)
    except ResultError:
        return None


def link_figures(study: Study, outcome: Outcome, total: ContrastMeans, adjusted: Adjusted) -> Link | None:
    """Why the total and the net figure differ; None where the net one has no control of the respondents' own.

    Notes:
        On the same answers the lift without the control less the lift with it is the groups' difference in the control times its
        slope, exactly, weighted or not (the omitted-variable formula; Angrist and Pischke 2009, Mostly Harmless Econometrics,
        section 3.2.2). With colleagues' ratings as a second control it is the sum over both. A control with error takes out only a
        part of what it stands for, about its reliability (Fuller 1987, Measurement Error Models, section 1.1); `left` is the rest.
    """
    net, totals = adjusted.fitted.means, adjusted.fitted.totals
    spread = adjusted.collected.spread  # the fit counts the control in these
    if spread is None or not isinstance(net, FittedMeans):
        return None
    scale, level, names = SCALE[outcome.kind], study.config.level, totals.columns[1:-1]
    covariates = [name for name in names if name not in (LOWER, PEERS_LOWER)]
    basics, same_answers = (_fit(totals.regress(covariates, column)) for column in (LOWER, "y"))
    moved = contrast(same_answers, 1.0)[0] - contrast(net, 1.0)[0]
    difference = t_difference(*contrast(basics, 1.0), level=level, scale=spread)
    slope = scale * float(net.coefficients[len(GROUPS) + names.index(LOWER)]) / spread
    return Link(
        basics_difference=difference,
        slope=slope,
        moved=scale * moved,
        left=difference.value * slope * (1 - adjusted.reliability) / adjusted.reliability,
        gap=t_difference(*joint_difference(total.means, net), level=level, scale=scale),
        dropped=_dropped(study, outcome, adjusted.collected),
    )


def _fit(totals: ClusterTotals) -> JointMeans:
    return estimate_fitted(totals) if len(totals.columns) > 2 else estimate_means(totals)


def _dropped(study: Study, outcome: Outcome, collected: Collected) -> Dropped:
    """The answers that the net figure lacks, by group; their outcome is withheld where they are few."""
    everyone, used, fewest = collected.everyone, collected.used, study.config.privacy.min_group
    gone = everyone.n - used.n
    weight, y = ((everyone.sum_of("1", column, 1) - used.sum_of("1", column, 1)).sum(axis=1) for column in ("1", "y"))
    comparison, baseline = (
        Group(
            n=int(n),
            accounts=accounts,
            value=SCALE[outcome.kind] * float(y[group] / weight[group]) if n >= fewest else None,
        )
        for group, (n, accounts) in enumerate(zip(gone, collected.lost, strict=True))
    )
    return Dropped(comparison=comparison, baseline=baseline)

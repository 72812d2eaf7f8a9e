"""The control worth the name: the lower-tier ratings that both groups were asked for, and whether they can carry an adjustment.

A control of one noisy item leaves most of the difference in basics in the lift, and items that only one group was asked make the
two groups' means incomparable. So a level of evidence that rests on such a control is not open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.results import Message, Value
from valuelib.stats import exposure
from valuelib.stats.exposure import BASELINE, COMPARISON, Codes
from valuelib.stats.reliability import Coefficient, estimate_omega
from valuelib.study.model import Study
from valuelib.theory.pyramid import LOWER_TIERS
from valuelib.verdict.adjusted import LOWER, PEERS_LOWER
from valuelib.verdict.groups import account_waves, element_ratings

WEAK = "warning.weak_control"
MIN_CONTROL_ITEMS = 3
MIN_OMEGA = 0.7
# An item counts as asked of a group where half of the group's raters answered it; a gap wider than this is taken for routing, too.
ASKED, ROUTED = 0.5, 0.25


class Control(NamedTuple):
    """The respondents' own mean over the items that both groups were asked, and what a reader should know of it.

    Attributes:
        items: the columns that the mean is over.
        reliability: of that mean, 0..1: alpha, or omega where alpha falls short.
    """

    items: tuple[str, ...]
    reliability: float
    notes: tuple[Message, ...] = ()

    def columns(self, study: Study, *, colleagues: bool) -> dict[str, pd.Series]:
        """What to adjust for, by name: the own mean and, where wanted, that of the account's others in the same wave."""
        own = exposure.mean_rating(study.data[list(self.items)])  # missing where fewer than half of the items were rated
        theirs = {PEERS_LOWER: exposure.others_mean(own, account_waves(study.data))} if colleagues else {}
        return {LOWER: own, **theirs}


def find_control(study: Study, codes: Codes, used: NDArray[np.bool_]) -> Control | Message:
    """The lower-tier control of a contrast, or why there is none that deserves the name.

    Args:
        codes: group of each answer, 0 comparison, 1 baseline, -1 neither.
        used: answers with the outcome.
    Returns:
        Control over at least 3 items that both groups were asked, with omega of at least 0.7; a Message otherwise.
    Notes:
        Alpha of the pairwise covariances is looked at first: omega of items that share one factor does not fall below it (McDonald
        1999, Test Theory), so that omega, which costs time and complete answers, settles only what alpha leaves open.
    """
    ratings = element_ratings(study, LOWER_TIERS)
    if not len(ratings.columns):
        return Message(code="missing.lower_items")
    rated = ratings.notna() & ratings.notna().any(axis=1).to_numpy()[:, None]
    raters = used & rated.any(axis=1).to_numpy()
    # Of a group without raters nothing is known; that the two cannot be compared is said where they are.
    groups = [group for code in (COMPARISON, BASELINE) if (group := raters & (codes == code)).any()]
    shares = pd.DataFrame([rated[group].mean() for group in groups], columns=ratings.columns)

    def reliability(items: Sequence[str]) -> float:
        return reliability_of(ratings.loc[raters & (codes >= 0), list(items)], study)

    return judge_items(shares, reliability)


def judge_items(shares: pd.DataFrame, reliability: Callable[[Sequence[str]], float]) -> Control | Message:
    """The control over the items that both groups were asked, if it deserves the name.

    Args:
        shares: of each group's raters (rows) who answered each item (columns).
        reliability: that of the mean over some of the items.
    """
    both = ((shares.min() >= ASKED) & (shares.max() - shares.min() <= ROUTED)).to_numpy()
    items, out = tuple(shares.columns[both]), int((~both).sum())
    values: dict[str, Value] = {"items_n": len(items), "fewest_n": MIN_CONTROL_ITEMS, "least_score": MIN_OMEGA}
    if len(items) < MIN_CONTROL_ITEMS:
        return Message(code=WEAK, values={"why_key": "weak_routed" if out else "weak_few_items", **values})
    found = reliability(items)
    if not found >= MIN_OMEGA:
        return Message(code=WEAK, values={"why_key": "weak_unreliable", **values})
    notes = (Message(code="note.routed_items", values={"items_n": len(items), "left_out_n": out}),) if out else ()
    return Control(items, found, notes)


def reliability_of(ratings: pd.DataFrame, study: Study) -> float:
    """The reliability of the mean of these items, of some answers of a study."""
    alpha = alpha_of(ratings.cov().to_numpy(float))
    if alpha >= MIN_OMEGA:
        return alpha
    omega = estimate_omega(ratings.to_numpy(float), study.clusters[ratings.index].to_numpy())
    return float(omega.value) if isinstance(omega, Coefficient) else alpha


def alpha_of(covariance: NDArray[np.float64]) -> float:
    """Cronbach's alpha of items with these covariances; 0 where they have none."""
    k, total = len(covariance), float(covariance.sum())
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total) if np.isfinite(total) and total > 0 else 0.0

"""Who stays, buys more and recommends: by how easy things were, and by how much more customers got than they expected?"""

from __future__ import annotations

import numpy as np

from valuelib.evidence.effort import effort_groups
from valuelib.evidence.outcomes import find_outcome
from valuelib.explore.partnership.figures import group_figures
from valuelib.records import Estimate, Message
from valuelib.study import Study

OUTCOMES = ("repurchase", "expansion", "recommend")
CELLS = ("easy.more", "easy.less", "hard.more", "hard.less")
ENHANCED_FROM = 7.0  # of 0-10, the same cut as for ease


def estimate_effort(study: Study) -> tuple[Estimate, ...]:
    """`effort.<easy|hard>.<more|less>.<outcome>`: NPS or shares in points in the four cells; nothing where an answer is missing.

    Easy is 7 and above, hard below 5; more is 7 and above, less everything below. Own answers: halo is in both of them.
    """
    effort, more = study.values("effort"), study.values("value_enhancement")
    if effort is None or more is None:
        return ()
    ease = effort_groups(effort)
    enhanced = np.where(more.isna(), -1, np.where(more >= ENHANCED_FROM, 0, 1))
    codes = np.where((ease < 0) | (enhanced < 0), -1, 2 * ease + enhanced)
    return tuple(one for outcome in OUTCOMES for one in _of_outcome(study, codes, outcome))


def _of_outcome(study: Study, codes: np.typing.NDArray[np.int64], name: str) -> list[Estimate]:
    outcome = find_outcome(study, name)
    if isinstance(outcome, Message):
        return []
    names = [f"effort.{cell}.{name}" for cell in CELLS]
    return group_figures(study, names, codes, study.answers[outcome.column], outcome.kind)

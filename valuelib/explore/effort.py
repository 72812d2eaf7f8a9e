"""Who stays, buys more and recommends, by how easy things were and by how much more customers got than they expected."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from valuelib.explore.describe import withheld
from valuelib.explore.estimates import called, group_estimates, of_chapter, slope_estimate
from valuelib.results import Estimates, Message
from valuelib.study.model import Study
from valuelib.verdict.correlate import relate
from valuelib.verdict.groups import Outcome, find_outcome
from valuelib.verdict.relations import rating_exposures
from valuelib.verdict.thresholds import effort_groups

OUTCOMES = ("repurchase", "expansion", "recommend")
CELLS = ("easy.more", "easy.less", "hard.more", "hard.less")
MORE, LESS = 0, 1
ENHANCED_FROM = 7.0  # of 0-10, the same cut as for ease


def estimate_effort(study: Study) -> Estimates:
    """Who stays, buys more and recommends, by how easy things were and by how much more customers got than they expected.

    Returns:
        `effort.<easy|hard>.<more|less>.<outcome>` of `estimate_effort_cells`, NPS or shares in points, and the slopes
        `goes_with.<peers|own>.value_enhancement.<outcome>` of `estimate_enhancement`. Empty where the answers are missing.
    """
    return of_chapter(study, "effort", (*estimate_effort_cells(study), *estimate_enhancement(study)))


def estimate_effort_cells(study: Study) -> Estimates:
    """`effort.<easy|hard>.<more|less>.<outcome>`: NPS or shares in points in the four cells.

    Easy is 7 and above, hard below 5; more is 7 and above, less everything below. Own answers: halo is in both of them. A cell of
    fewer than `privacy.min_group` answers is withheld, and its neighbour too where the figure of all easy (or all hard)
    customers, which stands on the claim's card, would give it away.
    """
    ease, more = study.values("effort"), study.values("value_enhancement")
    if ease is None or more is None:
        return of_chapter(study, "effort", ())
    enhanced = np.where(more.isna(), -1, np.where(more >= ENHANCED_FROM, MORE, LESS)).astype(np.int64)
    ease_groups, found = effort_groups(ease), []
    for name in OUTCOMES:
        outcome = find_outcome(study, name)
        if not isinstance(outcome, Message):
            codes = np.where((ease_groups < 0) | (enhanced < 0), -1, 2 * ease_groups + enhanced)
            codes[np.isin(codes, _hidden(study, outcome, ease_groups, enhanced))] = -1
            cells = [called(f"label.effort.{cell}", outcome_key=name) for cell in CELLS]
            found += group_estimates(study, cells, codes, study.data[outcome.column], outcome.kind)
    return of_chapter(study, "effort", found)


def estimate_enhancement(study: Study) -> Estimates:
    """`goes_with.<exposure>.<outcome>`: points of each outcome that the study has for one point more of enhancement.

    Exposures are `peers.value_enhancement` (what colleagues say, which decides the claim) and `own.value_enhancement` (a
    direction). Where an outcome is missing the claim cannot be tested, and the others are told here all the same.
    """
    exposures = rating_exposures(study, "value_enhancement")
    if isinstance(exposures, Message):
        return of_chapter(study, "effort", ())
    found = []
    for exposure in exposures:
        for name in OUTCOMES:
            if not isinstance(find_outcome(study, name), Message):
                slope = relate(study, exposure, (name,))
                part = slope if isinstance(slope, Message) else slope[0]
                rater, _, key = exposure.name.partition(".")
                one = called(f"label.goes_with.{rater}", exposure_key=key, outcome_key=name)
                found.append(slope_estimate(study, one, part, "points"))
    return of_chapter(study, "effort", found)


def _hidden(study: Study, outcome: Outcome, ease: NDArray[np.int64], enhanced: NDArray[np.int64]) -> list[int]:
    """Codes of cells that must not be shown, row by row; whoever told nothing of enhancement is in the row's total too."""
    answered = study.data[outcome.column].notna().to_numpy()
    hidden = []
    for row in (0, 1):
        of_row = answered & (ease == row)
        counts = pd.Series({str(2 * row + cell): int((of_row & (enhanced == cell)).sum()) for cell in (MORE, LESS)})
        untold = int((of_row & (enhanced < 0)).sum())
        hidden += [int(code) for code in withheld(counts, study.config.privacy.min_group, blank=untold)]
    return hidden

"""The paths of a roll-out: the mean of each wave, of the accounts that switched in each, and of those that had not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from valuelib.explore.estimates import called, group_estimates, of_chapter
from valuelib.results import Estimate, Estimates, Message
from valuelib.stats.exposure import NEITHER
from valuelib.study.model import Study
from valuelib.verdict.groups import find_outcome
from valuelib.verdict.switched import RollOut, find_roll_out, find_switches

OUTCOMES = ("recommend", "repurchase")


def estimate_roll_out(study: Study) -> Estimates:
    """`path.switched.<outcome>.<wave of the switch>.at.<wave>` and `path.not_yet.<outcome>.<wave>`; empty without a roll-out."""
    rolled = [name for name in OUTCOMES if _decides(study, name)]
    return of_chapter(study, "roll_out", (one for name in rolled for one in _paths(study, name)))


def _decides(study: Study, name: str) -> bool:
    outcome = find_outcome(study, name)
    return not isinstance(outcome, Message) and isinstance(find_roll_out(study, outcome), RollOut)


def _paths(study: Study, name: str) -> Iterator[Estimate]:
    """Accounts that had it from the start are on no path; nor are those of which no wave before the switch is known."""
    switches, outcome = find_switches(study), find_outcome(study, name)
    if switches is None or isinstance(outcome, Message):
        return
    waves = switches.waves
    whole = dataclasses.replace(study, data=study.all_data.loc[switches.rows.index].reset_index(drop=True))
    since = switches.switch.reindex(switches.rows["account"]).to_numpy()
    wave = switches.rows["place"].to_numpy()
    groups, codes = [], np.full(len(since), NEITHER)
    for first in (*range(1, len(waves)), len(waves)):
        for at, called_wave in enumerate(waves):
            if first == len(waves):
                groups.append(called("label.path.not_yet", outcome_key=name, wave=called_wave))
            else:
                groups.append(called("label.path.switched", cohort=waves[first], outcome_key=name, wave=called_wave))
            codes[(since == first) & (wave == at)] = len(groups) - 1
    yield from group_estimates(whole, groups, codes, whole.data[outcome.column], outcome.kind)

"""The roll-out: what came after accounts took the higher offering, against the same time in accounts that had not yet.

It takes every wave, whatever `waves` says, and no rating. What stays constant about an account falls out, strict raters included; a
standard that changes with the switch itself stays in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelib.results import Message, Value
from valuelib.stats.contrasts import estimate_difference
from valuelib.stats.loyalty import SCALE
from valuelib.stats.switched import Changes, Panel, bound_losses, estimate_switch, find_changes, make_panel
from valuelib.study.model import Study
from valuelib.verdict.evidence import UNIT_KEYS, ContrastMeans, Role
from valuelib.verdict.groups import COLUMNS, Outcome
from valuelib.verdict.once import once

AFTER, BOTH_TIMES, PLACEBO = "switched.after", "switched.both_times", "switched.placebo"
FEWEST = 15  # accounts that switched, and accounts that had not yet, that answered before and after
FEWEST_PLACEBO = 6  # as many as any test takes in a group
METHOD = "group-time effects against accounts not yet switched, CR2, Satterthwaite df"


@dataclass(frozen=True, slots=True, kw_only=True)
class RollOut:
    """The deciding contrast of a roll-out, those beside it, and what a reader must know of both."""

    fitted: ContrastMeans
    beside: tuple[ContrastMeans, ...]
    notes: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Switches:
    """When accounts switched, as the answers of every wave tell it.

    Attributes:
        rows: the answers whose account had switched by then or had not, as far as that is told; in `data.index` of all answers.
        waves: names in order of time.
        switch: by account, the place of the first wave in which it had switched; the number of waves where it never did.
        went_back: accounts that gave the higher offering up again, which are left out.
        dated: whether the switch is told by itself, so that accounts that never answered again are known, too.
    """

    rows: pd.DataFrame
    waves: tuple[str, ...]
    switch: pd.Series
    went_back: int
    dated: bool


def find_switches(study: Study) -> Switches | None:
    """The accounts' switches by `exposure.switched`, else by the offering from wave to wave; None without waves or any switch.

    An account has one state a wave; where its answers in a wave differ, nobody can tell it, and they are left out.
    """
    return once(study, "switches", lambda: _find_switches(study))


def _find_switches(study: Study) -> Switches | None:
    data = study.all_data
    told = data.get("switched", data.get("offering"))
    if told is None or "wave" not in data or data["wave"].nunique() < 2:
        return None
    waves = tuple(map(str, data["wave"].drop_duplicates()))
    place = data["wave"].map({wave: at for at, wave in enumerate(waves)})
    rows = pd.DataFrame({"account": data["account"], "place": place, "told": told.astype(float)})
    by_wave = rows.groupby(["account", "place"], as_index=False).agg(state=("told", "min"), most=("told", "max"))
    by_wave = by_wave[by_wave["state"] == by_wave["most"]]  # which also leaves out where nothing is told
    back = by_wave.groupby("account")["state"].diff().lt(0).groupby(by_wave["account"]).any()
    kept = by_wave[~by_wave["account"].map(back)]
    first = kept[kept["state"] == 1.0].groupby("account")["place"].min()
    stay = back.index[~back]
    switch = first.reindex(stay).fillna(len(waves))
    if "switched_from" in data:  # told of accounts, too, that never answered again
        told_from = data.groupby("account")["switched_from"].first().map({wave: at for at, wave in enumerate(waves)})
        switch = switch.clip(upper=told_from.reindex(stay).fillna(len(waves)))
    switch = switch.astype(int)
    seen = kept.groupby("account")["state"].min().eq(0.0)
    if not (seen & switch.lt(len(waves))).any():
        return None
    used = rows.reset_index().merge(kept[["account", "place"]], on=["account", "place"]).set_index("index").sort_index()
    return Switches(
        rows=used[["account", "place"]], waves=waves, switch=switch, went_back=int(back.sum()), dated="switched" in data
    )


def panel_of(study: Study, outcome: Outcome, *, respondents: bool = False) -> Panel | None:
    """Accounts by wave, or the respondents of accounts; None where nothing tells of a switch."""
    switches = find_switches(study)
    if switches is None:
        return None
    data = study.all_data.loc[switches.rows.index]
    rows = data[data[outcome.column].notna()]
    account, place = rows["account"], switches.rows.loc[rows.index, "place"]
    names = account + "\0" + rows["respondent"] if respondents else account
    units, first = np.unique(names.to_numpy(dtype=str), return_index=True)
    of = account.iloc[first]
    return make_panel(
        np.searchsorted(units, names.to_numpy(dtype=str)),
        place,
        rows[outcome.column].astype(float),
        rows["weight"].astype(float),
        switch=switches.switch.reindex(of),
        cluster=(rows["cluster"] if study.has_clusters else account).iloc[first],
        account=of,
        n_waves=len(switches.waves),
    )


def find_roll_out(study: Study, outcome: Outcome, *, role: Role = "deciding", name: str = AFTER) -> RollOut | Message | None:
    """The roll-out's contrast on one outcome.

    Returns:
        The roll-out; or why it cannot decide; None where nothing tells of a switch.
    """
    return once(study, ("roll-out", outcome, role, name), lambda: _find_roll_out(study, outcome, role, name))


def _find_roll_out(study: Study, outcome: Outcome, role: Role, name: str) -> RollOut | Message | None:
    panel = panel_of(study, outcome)
    if panel is None:
        return None
    if panel.answered.any(axis=0).sum() < 2:
        names = {told.column: name for name, told in COLUMNS.items()}
        return Message(code="warning.switched_one_wave", values={"outcome_key": names.get(outcome.column, outcome.column)})
    changes = find_changes(panel)
    if changes is None or min(count_accounts(changes)) < FEWEST:
        return Message(code="warning.few_switched", values={"fewest_n": FEWEST})
    fitted = _contrast(name, role, changes)
    beside, notes = [], [*_losses(study, outcome, changes), *_left_out(study, changes)]
    people = panel_of(study, outcome, respondents=True)
    both = None if people is None else find_changes(people)
    if both is not None and min(count_accounts(both)) >= FEWEST_PLACEBO:
        beside.append(_contrast(BOTH_TIMES, "sensitivity", both))
    before = find_changes(panel, placebo=True)
    if before is None or min(count_accounts(before)) < FEWEST_PLACEBO:
        notes.append(Message(code="note.no_placebo"))
    else:
        beside.append(_contrast(PLACEBO, "sensitivity", before))
        notes.append(_placebo(study, outcome, beside[-1], fitted))
    return RollOut(fitted=fitted, beside=tuple(beside), notes=tuple(notes))


def count_accounts(changes: Changes) -> tuple[int, int]:
    """Accounts that switched, and those that had not yet, each with answers before and after."""
    accounts = changes.panel.account[changes.unit]
    switched, compared = (len(np.unique(accounts[of])) for of in (changes.switched, ~changes.switched))
    return switched, compared


def _contrast(name: str, role: Role, changes: Changes) -> ContrastMeans:
    return ContrastMeans(name=name, role=role, means=estimate_switch(changes), method=METHOD, totals=changes.totals)


def _losses(study: Study, outcome: Outcome, changes: Changes) -> Iterator[Message]:
    """Accounts that did not answer again, with the bounds that leaves.

    Where offerings alone tell the switch, an account that never answered after it looks like one that never switched.
    """
    switches, scale = find_switches(study), SCALE[outcome.kind]
    if switches is None or not switches.dated:
        yield Message(code="note.losses_unknown")
        return
    lost, bounds, (kept, other) = int(changes.lost.sum()), bound_losses(changes), changes.kept
    values: dict[str, Value] = {"kept_share": kept, "other_share": other, "unit_key": UNIT_KEYS[outcome.kind]}
    values |= {"low_pts": scale * bounds.low, "high_pts": scale * bounds.high}
    if lost >= study.config.privacy.min_group:
        yield Message(code="note.switched_lost", values={"lost_n": lost, **values})
    elif bounds.trimmed_share > 0:
        yield Message(code="note.switched_kept", values=values)
    if bounds.trimmed_share > 0 and bounds.low <= 0 <= bounds.high:
        yield Message(code="warning.losses_reach_zero")


def _left_out(study: Study, changes: Changes) -> Iterator[Message]:
    """Accounts that went back, and those that nothing can be compared with; fewer than may be shown are told nowhere."""
    switches, smallest = find_switches(study), study.config.privacy.min_group
    if switches is not None and switches.went_back >= smallest:
        yield Message(code="note.switched_back", values={"accounts_n": switches.went_back})
    if (uncompared := int(changes.uncompared.sum())) >= smallest:
        yield Message(code="note.switched_uncompared", values={"accounts_n": uncompared})


def _placebo(study: Study, outcome: Outcome, contrast: ContrastMeans, fitted: ContrastMeans) -> Message:
    """What the same accounts' figure did before anything had happened; a warning where that is already a difference.

    An interval that holds zero and the effect alike clears the effect of nothing, and that is said.
    """
    found, effect = (estimate_difference(one.means, kind=outcome.kind, level=study.config.level) for one in (contrast, fitted))
    values: dict[str, Value] = {"placebo_pts": found.value, "low_pts": found.ci_low, "high_pts": found.ci_high}
    if not found.ci_low <= 0 <= found.ci_high:
        code = "warning.placebo_moves"
    else:
        code = "note.placebo_wide" if found.ci_low <= effect.value <= found.ci_high else "note.placebo"
    return Message(code=code, values={**values, "unit_key": UNIT_KEYS[outcome.kind]})

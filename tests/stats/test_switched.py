"""Switched units against not-yet-switched ones: by hand, by invariance, against csdid and clubSandwich; losses; placebo."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tolerances import EQUAL_TO_R, SAME_ARITHMETIC
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.contrasts import contrast
from valuelib.stats.means import estimate_means
from valuelib.stats.switched import Bounds, Changes, Panel, Step, bound_losses, estimate_switch, find_changes, make_panel

HERE = Path(__file__).resolve().parents[1] / "reference" / "switched"
R: dict[str, Any] = json.loads((HERE / "printout_r.json").read_text(encoding="utf-8"))["cases"]
CSDID: dict[str, Any] = json.loads((HERE / "printout_csdid.json").read_text(encoding="utf-8"))
NEVER = 9


def panel_of(rows: pd.DataFrame) -> Panel:
    """A panel of accounts from one row an account, wave and answer."""
    names, places = np.unique(rows["account"], return_inverse=True)
    switch = rows.groupby("account")["switch"].first()[names].to_numpy()
    at = {"switch": switch, "cluster": names, "account": names, "n_waves": int(rows["wave"].max()) + 1}
    return make_panel(places, rows["wave"], rows["value"], rows["weight"], **at)


def changes_of(rows: pd.DataFrame, *, placebo: bool = False) -> Changes:
    found = find_changes(panel_of(rows), placebo=placebo)
    assert found is not None
    return found


def lift_of(rows: pd.DataFrame) -> tuple[float, float, float]:
    """Value, standard error and df."""
    return contrast(estimate_switch(changes_of(rows)), 1.0)


def case(name: str) -> pd.DataFrame:
    return pd.read_csv(HERE / f"{name}.csv")


def typed(**accounts: tuple[int, list[float | None]]) -> pd.DataFrame:
    """One answer of weight 1 an account and wave; None where it did not answer."""
    found = [
        {"account": name, "wave": wave, "switch": switch, "value": value, "weight": 1.0}
        for name, (switch, values) in accounts.items()
        for wave, value in enumerate(values)
        if value is not None
    ]
    return pd.DataFrame(found)


FOUR = typed(A=(1, [0.0, 1.0]), B=(1, [0.2, 0.6]), C=(NEVER, [0.0, 0.1]), D=(NEVER, [0.3, 0.6]))


def test_by_hand() -> None:
    """Changes 1.0 and 0.4 against 0.1 and 0.3: 0.7 - 0.2; variances 0.18 / 2 and 0.02 / 2 make 0.09 + 0.01."""
    value, se, _ = lift_of(FOUR)
    assert (value, se) == pytest.approx((0.5, 0.1**0.5), rel=SAME_ARITHMETIC)
    means = estimate_switch(changes_of(FOUR))
    assert means.values == pytest.approx([0.8, 0.3], rel=SAME_ARITHMETIC)  # after the switch, and that less the effect
    assert (means.n.tolist(), means.n_accounts.tolist()) == ([2, 2], [2, 2])


def test_an_account_counts_by_its_answers_before_the_switch() -> None:
    """A counts twice, D three times, whatever they answered afterwards: (2 + 0.4) / 3 - (0.1 + 0.9) / 4."""
    twice = FOUR.assign(weight=[2.0, 7.0, 1.0, 1.0, 1.0, 1.0, 3.0, 1.0])
    assert lift_of(twice)[0] == pytest.approx(0.55, rel=SAME_ARITHMETIC)


def test_who_switches_later_is_compared_until_then() -> None:
    """B switches in wave 2: with C it tells what wave 1 would have brought A, and no more of wave 2."""
    rows = typed(A=(1, [0.0, 5.0, 7.0]), B=(2, [0.0, 1.0, 9.0]), C=(NEVER, [0.0, 2.0, 3.0]), D=(NEVER, [0.0, None, 1.0]))
    rows = pd.concat([rows, typed(E=(0, [4.0, 4.0, 4.0]))])  # had it from the start: neither one nor the other
    found = changes_of(rows)
    assert found.steps == (Step(0, 1, 1), Step(0, 2, 2))  # of B's own step only C answered both waves, which is too few
    assert found.effect == pytest.approx(((5 - 1.5) + (7 - 2)) / 2, rel=SAME_ARITHMETIC)
    assert found.uncompared.tolist() == [False, True, False, False, False]


def test_equals_callaway_and_santanna_by_csdid() -> None:
    rows, effects = case("balanced"), CSDID["effects"]
    found = changes_of(rows)
    assert found.effect == pytest.approx(CSDID["by_group"], rel=EQUAL_TO_R)
    for place, step in enumerate(found.steps):  # in a full panel the wave before is the last one before the switch
        own = found.switched & (found.step == place)
        mean = np.average(found.net[own], weights=found.weight[own])
        assert mean == pytest.approx(effects[f"{step.before + 1}-{step.after}"], rel=EQUAL_TO_R)


def test_placebo_equals_csdid() -> None:
    """The change up to the last wave before: with waves the other way round it is csdid's effect two waves before."""
    found = changes_of(case("balanced"), placebo=True)
    assert found.steps == (Step(0, 1, 2), Step(1, 2, 3))
    for place, wanted in enumerate((CSDID["effects"]["2-0"], CSDID["effects"]["3-1"])):
        own = found.switched & (found.step == place)
        assert found.net[own].mean() == pytest.approx(-wanted, rel=EQUAL_TO_R)


@pytest.mark.parametrize("name", ["balanced", "gaps"])
def test_equals_clubsandwich(name: str) -> None:
    theirs, rows = R[name], case(name)
    found = changes_of(rows)
    means = estimate_switch(found)
    value, se, _ = contrast(means, 1.0)
    assert {f"{one.before} {one.after}": share for one, share in zip(found.steps, found.share, strict=True)} == pytest.approx(
        theirs["steps"], rel=EQUAL_TO_R
    )
    assert (value, se, means.df([1.0, -1.0], "iid")) == pytest.approx(
        (theirs["effect"], theirs["se"], theirs["df"]), rel=EQUAL_TO_R
    )
    fitted = contrast(estimate_fitted(found.totals), 1.0)[0]  # what the wild cluster bootstrap and the like work on
    assert (found.effect, fitted) == pytest.approx((theirs["stacked"], theirs["stacked"]), rel=EQUAL_TO_R)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), by_wave=st.lists(st.floats(-3, 3), min_size=4, max_size=4))
def test_what_must_not_matter(seed: int, by_wave: list[float]) -> None:
    """Order, names, the scale of weights, answers split in two; what is constant about an account, what moves a whole wave."""
    rng, rows = np.random.default_rng(seed), case("gaps")
    wanted = lift_of(rows)
    level = dict(zip(rows["account"].unique(), rng.normal(0, 5, rows["account"].nunique()), strict=True))
    moved = rows.assign(value=rows["value"] + rows["account"].map(level) + np.array(by_wave)[rows["wave"]])
    renamed = rows.sample(frac=1.0, random_state=seed).assign(account=lambda of: of["account"].map(lambda name: name[::-1]))
    halves = pd.concat([rows.assign(weight=rows["weight"] / 2)] * 2)
    for changed in (moved, renamed, halves, rows.assign(weight=rows["weight"] * 3.5)):
        assert lift_of(changed) == pytest.approx(wanted, rel=1e-6)


def test_the_level_moves_the_figures_and_not_their_difference() -> None:
    rows = case("gaps")
    before, after = (estimate_switch(changes_of(one)) for one in (rows, rows.assign(value=rows["value"] + 2.0)))
    assert after.values - before.values == pytest.approx([2.0, 2.0], rel=SAME_ARITHMETIC)


def test_losses_by_hand() -> None:
    """Switched units changed by 1, 2, 3, 4, all kept; half of the others never answered again: either half of the four is left."""
    kept = {f"S{place}": (1, [0.0, float(place)]) for place in (1, 2, 3, 4)}
    gone = {f"G{place}": (NEVER, [0.0, 0.0 if place < 2 else None]) for place in range(4)}
    found = changes_of(typed(**kept, **gone))
    assert found.kept == (1.0, 0.5)
    assert bound_losses(found) == Bounds(low=1.5, high=3.5, trimmed_share=0.5)
    # The other way round: two of four switched units are gone, the others changed by 0, 0, 1 and 3.
    back = typed(
        A=(1, [0.0, 5.0]), B=(1, [0.0, 5.0]), C=(1, [0.0, None]), D=(1, [0.0, None]),
        E=(NEVER, [0.0, 0.0]), F=(NEVER, [0.0, 0.0]), G=(NEVER, [0.0, 1.0]), H=(NEVER, [0.0, 3.0]),
    )  # fmt: skip
    found = changes_of(back)
    assert found.lost.tolist() == [False, False, True, True, False, False, False, False]
    assert bound_losses(found) == Bounds(low=3.0, high=5.0, trimmed_share=0.5)


def test_nobody_lost_leaves_no_room() -> None:
    found = changes_of(case("balanced"))
    bounds = bound_losses(found)
    assert (bounds.low, bounds.high, bounds.trimmed_share) == pytest.approx((found.effect, found.effect, 0.0), abs=SAME_ARITHMETIC)


@pytest.mark.parametrize(
    "rows",
    [
        typed(A=(NEVER, [0.0, 1.0]), B=(NEVER, [1.0, 1.0])),  # nobody switched
        typed(A=(0, [0.0, 1.0]), B=(NEVER, [1.0, 1.0]), C=(NEVER, [0.0, 1.0])),  # from the start
        typed(A=(1, [None, 1.0]), B=(NEVER, [1.0, 1.0]), C=(NEVER, [0.0, 1.0])),  # answered only after
        typed(A=(1, [0.0, None]), B=(NEVER, [1.0, 1.0]), C=(NEVER, [0.0, 1.0])),  # and only before
        typed(A=(1, [0.0, 1.0]), B=(NEVER, [1.0, 1.0])),  # a single one to compare with
    ],
)
def test_nothing_to_compare(rows: pd.DataFrame) -> None:
    assert find_changes(panel_of(rows)) is None


def test_clusters_above_accounts() -> None:
    """Accounts of one team count as one: the error grows, the figure stays, accounts are still counted as accounts."""
    rows = case("balanced")
    plain = panel_of(rows)
    team = np.array([f"T{place // 5}" for place in range(len(plain.switch))])
    found = find_changes(Panel(plain.n, plain.weight, plain.value, plain.switch, team, plain.account))
    assert found is not None
    means = estimate_switch(found)
    assert contrast(means, 1.0)[0] == pytest.approx(CSDID["by_group"], rel=EQUAL_TO_R)
    assert (means.n_clusters < means.n_accounts).all()
    assert estimate_means(found.totals.regress([], "y")).n_accounts.tolist() == means.n_accounts.tolist()

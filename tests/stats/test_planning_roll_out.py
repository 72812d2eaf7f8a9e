"""Accounts for a roll-out: the planned power comes true in simulated ones, and what has no answer."""

from dataclasses import replace

import numpy as np
import pytest

from valuelib.explore.planning import Setting, Wish, make_plan
from valuelib.show.localizer import in_language
from valuelib.show.planning import say_assumed, say_plan
from valuelib.stats.contrasts import estimate_difference
from valuelib.stats.planning import STAYS, Population, account_sizes, accounts_for_roll_out, cuts, latent_icc, latent_mean
from valuelib.stats.switched import estimate_switch, find_changes, make_panel

WORLD = Population(outcome="nps", comparison=0.55, baseline=0.3, share=0.5, icc=0.2, mixed=False, sizes=account_sizes(2.9))


def shown(world: Population, accounts: int, seed: int) -> bool:
    """Whether a roll-out of so many accounts, asked before and after, shows the lift."""
    rng = np.random.default_rng(seed)
    size = rng.choice(np.arange(1, len(world.sizes) + 1), accounts, p=world.sizes)
    switched, latent = rng.random(accounts) < world.share, latent_icc(world.outcome, world.icc)
    stays, rows = rng.standard_normal(accounts), []
    for wave in (0, 1):
        own = np.sqrt(STAYS) * stays + np.sqrt(1 - STAYS) * rng.standard_normal(accounts)
        account = np.repeat(np.arange(accounts), size)
        means = np.where(switched & (wave == 1), *(latent_mean(world.outcome, one) for one in (world.comparison, world.baseline)))
        value = (means + np.sqrt(latent) * own)[account] + np.sqrt(1 - latent) * rng.standard_normal(len(account))
        score = np.sum([value > cut for cut in cuts(world.outcome)], axis=0) - 1.0
        rows.append((account, np.full(len(account), wave), score))
    columns = [np.concatenate(one) for one in zip(*rows, strict=True)]
    names = np.arange(accounts)
    known = {"switch": np.where(switched, 1, 2), "cluster": names, "account": names, "n_waves": 2}
    changes = find_changes(make_panel(*columns, np.ones(len(columns[0])), **known))
    assert changes is not None
    return estimate_difference(estimate_switch(changes), kind="nps").ci_low > 0


@pytest.mark.parametrize("world", [WORLD, replace(WORLD, icc=0.4, share=0.3), replace(WORLD, comparison=0.45)])
def test_the_planned_power_comes_true(world: Population) -> None:
    accounts = accounts_for_roll_out(world, alpha=0.025, power=0.8)
    assert accounts is not None
    power = np.mean([shown(world, accounts, seed) for seed in range(400)])
    assert power == pytest.approx(0.8, abs=0.06)  # three standard errors of 400 samples


def test_no_lift_and_a_tiny_one_have_no_answer() -> None:
    for lift in (0.0, 0.001):
        assert accounts_for_roll_out(replace(WORLD, comparison=WORLD.baseline + lift), alpha=0.025, power=0.8) is None


def test_a_plan_tells_it_only_where_it_was_asked_for() -> None:
    plain, asked = (make_plan(Wish(claim="nps_60_points", size=25.0, roll_out=one), Setting(), reps=50) for one in (False, True))
    assert plain.roll_out_accounts is None
    with in_language("en"):
        assert f"about {asked.roll_out_accounts} accounts" in say_plan(asked)
        assert "75%" in say_assumed(asked)
        assert "roll-out" not in say_plan(plain) + say_assumed(plain)

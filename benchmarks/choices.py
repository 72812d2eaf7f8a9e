"""Do shares of importance by choice come back, do their intervals hold, and do choices keep quiet where only a halo is at work?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf

from benchmarks.page import markdown_table
from valuelib.stats.choices import Fit, fit_choices, make_sets
from valuelib.theory.pyramid import HIGHER_TIERS
from valuelib.worlds.answers import rated_elements
from valuelib.worlds.choices import balanced_sets, draw_tastes, importance, pick_best_and_worst, simulate_choices
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.people import rng_for
from valuelib.worlds.truth import Truth, plant

REPS, LARGE, HALO_REPS = 400, 40_000, 1000
LEVEL = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What matters, and who answers: `settings` are those of a made-up study."""

    name: str
    respondents: int = 200
    accounts: int = 60
    settings: tuple[tuple[str, float], ...] = ()

    @property
    def truth(self) -> Truth:
        """What is planted."""
        return plant([], {"choices": 1.0, **dict(self.settings)})


SAME, APART = ("choice_taste", 0.0), ("choice_taste", 0.7)
WORLDS = (
    World(name="everybody's taste alike", settings=(SAME,)),
    World(name="tastes differ, 40 % shared by colleagues", settings=(APART,)),
    World(name="tastes differ, a fifth answer at random", settings=(APART, ("choice_careless", 0.2))),
    World(name="tastes differ, few accounts", respondents=60, accounts=20, settings=(APART,)),
    World(name="nothing matters more, tastes alike", settings=(SAME, ("choice_spread", 0.0))),
    World(name="nothing matters more, tastes differ", settings=(APART, ("choice_spread", 0.0))),
)
SEED = 1  # of what matters; each sample has a seed of its own


def measure_choices(*, progress: Callable[[str], None] = lambda _: None) -> pd.DataFrame:
    """One row a world: bias, coverage of the shares, and how often any difference was shown; then a world of halo alone."""
    rows: list[dict[str, object]] = []
    for world in WORLDS:
        truth = _limit(world)
        found = [_fit(world, world.respondents, world.accounts, rep) for rep in range(REPS)]
        shares = np.array([fit.share for fit in found])
        ends = np.array([fit.share_interval(LEVEL) for fit in found])
        held = (ends[:, 0] <= truth) & (truth <= ends[:, 1])
        rows.append(
            {
                "world": world.name,
                "respondents": world.respondents,
                "accounts": world.accounts,
                "samples": REPS,
                "largest_share": 100 * truth.max(),
                "bias": 100 * np.abs(shares.mean(axis=0) - truth).max(),
                "se_to_sd": (np.array([fit.share_se for fit in found]).mean(axis=0) / shares.std(axis=0, ddof=1)).mean(),
                "covered": held.mean(),
                "covered_least": held.mean(axis=0).min(),
                "shown": np.mean([fit.p_even() < 1 - LEVEL for fit in found]),
                "ratings_shown": np.nan,
            }
        )
        progress(world.name)
    return pd.DataFrame([*rows, _halo_alone()]).round(4)


def _limit(world: World) -> np.ndarray:
    """The shares that the logit of endless respondents gives: the planted ones where tastes are alike or nothing matters more."""
    truth = world.truth
    if not truth.choice_taste or not truth.choice_spread:
        planted = np.exp([*importance(truth, SEED).values()])
        return np.asarray(planted / planted.sum())
    return _fit(world, LARGE, world.accounts * LARGE // world.respondents, 10_000).share


def _fit(world: World, respondents: int, accounts: int, rep: int) -> Fit:
    truth, rng = world.truth, rng_for(rep, f"choices.{world.name}")
    account = rng.permutation(np.arange(respondents) % accounts)
    utility = np.array([*importance(truth, SEED).values()]) + draw_tastes(truth, account, rng)
    shown = balanced_sets(respondents, truth.choice_elements, truth.choice_sets, truth.choice_shown, rng)
    picked = pick_best_and_worst(utility, shown, rng.random(respondents) < truth.choice_careless, rng)
    n = respondents * truth.choice_sets
    person = np.repeat(np.arange(respondents), truth.choice_sets)
    return fit_choices(
        make_sets(
            shown.reshape(n, -1),
            picked.best.ravel(),
            picked.worst.ravel(),
            items=truth.choice_elements,
            weight=np.ones(n),
            person=person,
            cluster=account[person],
        )
    )


def _halo_alone() -> dict[str, object]:
    """A liking that colours higher tiers more than lower ones, and nothing else: what ratings say, and what choices say."""
    settings = {"halo_loading_higher": 0.6, "halo_loading_lower": 0.2, "choices": 1.0, "choice_spread": 0.0, "choice_taste": 0.7}
    truth = plant(["halo_only"], settings)
    asked = rated_elements(truth)
    tiers = {upper: [f"element.{one.key}" for one in asked if (one.tier_key in HIGHER_TIERS) == upper] for upper in (False, True)}
    chosen, rated, shares = [], [], []
    for rep in range(HALO_REPS):
        made = simulate_frames(truth, rep)
        picks = simulate_choices(made)
        about = made.answers.set_index("respondent").loc[picks["respondent"]]
        fit = fit_choices(
            make_sets(
                picks.filter(like="shown_").to_numpy() - 1,
                picks["best"] - 1,
                picks["worst"] - 1,
                items=truth.choice_elements,
                weight=np.ones(len(picks)),
                person=picks["respondent"],
                cluster=about["account"],
            )
        )
        shares.append(fit.share)
        chosen.append(fit.p_even() < 1 - LEVEL)
        means = made.answers[["nps", "account"]].assign(
            **{name: made.answers[tiers[upper]].mean(axis=1) for name, upper in (("lower", False), ("upper", True))}
        )
        means = means.dropna()
        groups = {"groups": pd.factorize(means["account"])[0]}
        plain = smf.ols("nps ~ lower + upper", means).fit(cov_type="cluster", cov_kwds=groups, use_t=True)
        rated.append(float(plain.t_test("upper = lower").pvalue) < 1 - LEVEL)
    even = 1 / truth.choice_elements
    return {
        "world": "halo alone, stronger in higher tiers",
        "respondents": truth.respondents,
        "accounts": truth.accounts,
        "samples": HALO_REPS,
        "largest_share": 100 * even,
        "bias": 100 * np.abs(np.array(shares).mean(axis=0) - even).max(),
        "se_to_sd": np.nan,
        "covered": np.nan,
        "covered_least": np.nan,
        "shown": np.mean(chosen),
        "ratings_shown": np.mean(rated),
    }


def table_choices(measured: pd.DataFrame) -> str:
    """The counts as a table."""
    header = (
        "World",
        "respondents / accounts",
        "largest share, %",
        "largest bias, points",
        "SE / SD",
        "interval holds, %",
        "of the worst element, %",
        "choices differ, %",
        "ratings differ, %",
    )
    return markdown_table(header, [*_lines(measured)])


def _lines(measured: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    def told(value: float, form: str) -> str:
        return "" if np.isnan(value) else f"{value:{form}}"

    for one in measured.to_dict("records"):
        yield (
            str(one["world"]),
            f"{one['respondents']} / {one['accounts']}",
            told(one["largest_share"], ".1f"),
            told(one["bias"], ".2f"),
            told(one["se_to_sd"], ".2f"),
            *(told(100 * one[name], ".1f") for name in ("covered", "covered_least", "shown", "ratings_shown")),
        )

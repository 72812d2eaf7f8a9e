"""Do the traps snap on the figure that they are laid for, does the verdict withstand them, and is their page that of the counts?"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import binom

from benchmarks.__main__ import DOCS, KEPT
from benchmarks.page import replace_table
from benchmarks.parts import CAUGHT
from benchmarks.truth.judge import FOOLED, judge_worlds, study_of
from benchmarks.truth.traps import (
    FOUND,
    TARGET,
    TRAPS,
    Caught,
    catch_seeds,
    count_caught,
    false_shown,
    net_of_the_basics,
    said_by,
    table_null,
    total_of_all,
    trap_tables,
    trap_world,
    trap_worlds,
)
from valuelib.worlds.frames import simulate_frames

STUDIES = 24
RARELY = 1e-4  # how often a sound verdict may break a bound here; the seeds are fixed, so that these tests pass or fail for good
AT_MOST = int(binom.isf(RARELY, STUDIES, 0.025))


@cache
def caught(name: str, lift: str = "no effect", n: int = 400) -> tuple[Caught, ...]:
    return tuple(catch_seeds(trap_world(name, lift, n), range(STUDIES)))


def fooled(name: str, who: str) -> int:
    return sum(getattr(one, who) in FOOLED for one in caught(name))


def test_what_fools_the_net_figure_does_not_fool_the_verdict() -> None:
    assert fooled("strict_1", "net") > STUDIES / 2
    assert fooled("strict_1", "verdict") <= AT_MOST
    assert sum(one.reason == "reason.conflict" for one in caught("strict_1")) > STUDIES / 2


def test_what_fools_the_total_does_not_fool_the_verdict() -> None:
    assert fooled("control_30", "total") > AT_MOST
    assert fooled("control_30", "verdict") <= AT_MOST


def test_one_item_is_no_control_and_half_of_the_answers_from_one_account_decide_nothing() -> None:
    assert {one.level for one in caught("control_1")}.isdisjoint({"audited"})
    assert {(one.verdict, one.reason) for one in caught("big_60")} == {("undecided", "reason.dominant_account")}


def test_a_planted_claim_is_still_found() -> None:
    found = [one.verdict in FOUND for one in caught("none", "claimed", 2000)]
    assert sum(found) >= binom.ppf(RARELY, STUDIES, 0.9)


def test_the_figures_alone_are_those_of_another_program() -> None:
    simulated = simulate_frames(trap_world("skip_50", "no effect", 400).truth, 5)
    answers = simulated.answers
    lower = [f"element.{key}" for key in study_of(simulated, "offering").element_keys[:30]]
    own = answers[lower].mean(axis=1)
    for means, columns, rows in (
        (net_of_the_basics(simulated), [answers["offering"], own], own.notna()),
        (total_of_all(simulated), [answers["offering"]], own.notna() | True),
    ):
        design = sm.add_constant(np.column_stack([column[rows] for column in columns]))
        assert means.values[0] - means.values[1] == pytest.approx(sm.OLS(answers.loc[rows, "nps"], design).fit().params.iloc[1])
        assert int(means.n.sum()) == int(rows.sum())


def test_a_figure_says_what_its_interval_holds() -> None:
    world = trap_world("none", "claimed", 2000)
    means = total_of_all(simulate_frames(world.truth, 1))
    assert said_by(means) == "consistent"


def test_worlds_are_drawn_apart_and_hold_their_respondents() -> None:
    worlds = trap_worlds()
    assert min(np.diff(sorted(world.first_seed for world in worlds))) > 1000
    assert {world.n for world in worlds} == {400, 2000}
    assert [trap_world(name, "no effect", 400).truth.accounts for name in ("none", "big_60")] == [136, 55]
    assert all(world.truth.nps_lift == (0 if world.lift == "no effect" else 18) for world in worlds)


def test_a_run_that_is_taken_up_counts_as_one_that_was_not_stopped() -> None:
    world, told = trap_world("strict_05", "no effect", 400), []
    alone, together = (
        judge_worlds([world], seeds=6, workers=workers, progress=told.append, judged_by=catch_seeds, counted_by=count_caught)
        for workers in (1, 2)
    )
    pd.testing.assert_frame_equal(alone, together)
    assert alone.loc[0, "seeds"] == 6
    assert alone.loc[0, ["supported", "consistent", "smaller", "rejected", "undecided", "not_testable"]].sum() == 6


def counts() -> pd.DataFrame:
    return pd.read_csv(KEPT / CAUGHT)


def test_the_page_is_that_of_the_kept_counts_and_every_trap_is_counted() -> None:
    text = (DOCS / "truth-tests.md").read_text(encoding="utf-8")
    for name, table in trap_tables(counts()).items():
        assert replace_table(text, name, table) == text
    assert text.split("<!-- bench:traps-run -->")[1].split("<!-- end")[0].strip()
    assert set(counts()["world"]) == set(TRAPS)


def test_the_kept_counts_hold_the_promises() -> None:
    shown = false_shown(counts())
    above = shown[shown > TARGET]
    assert set(above.index.get_level_values("world")) <= {"control_3"}  # a control at its smallest, which the page tells
    assert shown.max() < 0.1
    kept = counts()
    plain = kept[(kept["world"] == "none") & (kept["lift"] == "claimed") & (kept["n"] == 2000)].iloc[0]
    assert plain["both_found"] >= 0.9 * plain["seeds"]


def test_a_fooled_verdict_is_printed_bold() -> None:
    kept = counts()
    rows = kept["world"].eq("strict_1") & kept["lift"].eq("no effect") & kept["n"].eq(400)
    kept.loc[rows, "both_shown"] = kept.loc[rows, "seeds"]
    assert "**100.0**" in table_null(kept)

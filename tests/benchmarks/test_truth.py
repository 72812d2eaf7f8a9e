"""Would the verdict notice if it became foolable? The truth tests in small, and whether their page is that of the kept counts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from benchmarks.__main__ import DOCS, KEPT
from benchmarks.page import replace_table
from benchmarks.parts import VERDICTS
from benchmarks.truth import judge
from benchmarks.truth.judge import FOOLED, Judged, judge_seeds, judge_worlds, split_at_median, study_of
from benchmarks.truth.scenarios import APART, HALOS, LARGE, TRUTHS, all_worlds, halo_world
from benchmarks.truth.tables import HELD, compare_earlier, table_halo, table_targets, truth_tables
from valuelib.verdict.assess import assess
from valuelib.worlds.frames import simulate_frames

STUDIES = {400: 30, LARGE: 20}
NOMINAL = 0.025  # what a test of this level says of no effect
RARELY = 1e-4  # how often a sound verdict may break a bound here; the seeds are fixed, so that these tests pass or fail for good
PAGE = DOCS / "truth-tests.md"


@cache
def judged(name: str, lift: str, n: int, size_held: bool = False) -> tuple[Judged, ...]:
    world = next(one for one in all_worlds() if (one.name, one.lift, one.n, one.size_held) == (name, lift, n, size_held))
    return tuple(judge_seeds(world, range(STUDIES[n])))


def lifts(found: tuple[Judged, ...], known: str) -> int:
    """How many studies were told that a lift is shown."""
    return sum(one.verdict in FOOLED for one in found if one.known == known)


def at_most(studies: int) -> int:
    """How many studies without effect a test at its nominal level calls a lift at most, as far as chance goes."""
    return int(binom.isf(RARELY, studies, NOMINAL))


@pytest.mark.parametrize("known", ["offering", "peers"])
@pytest.mark.parametrize("name", ["S2", "S4", "S5", "S7", "S9"])
def test_a_halo_without_effect_hardly_ever_passes_for_a_lift(name: str, known: str) -> None:
    found = judged(name, "no effect", 400)
    assert {one.evidence_level for one in found if one.known == known} == {"audited" if known == "offering" else "peers"}
    assert np.mean([one.naive_ratio >= 1.6 for one in found]) > 0.8  # the slide is fooled in the same studies
    assert lifts(found, known) <= at_most(STUDIES[400])


@pytest.mark.parametrize("name", list(HALOS))
def test_own_ratings_alone_never_show_a_lift(name: str) -> None:
    found = [one for one in judged(name, "no effect", 400) if one.known == "own"]
    assert {(one.verdict, one.why) for one in found} == {("undecided", "design")}
    # Without a halo the basics of some studies hang together too little to be held equal.
    assert {one.evidence_level for one in found} <= {"direction", *(("descriptive",) if name == "S0" else ())}


def test_a_liking_of_the_upper_tiers_shared_by_colleagues_defeats_peers_but_not_what_was_bought() -> None:
    found = judged("S8", "no effect", LARGE)
    assert lifts(found, "peers") > at_most(STUDIES[LARGE])
    assert lifts(found, "offering") <= at_most(STUDIES[LARGE])


def test_a_quality_that_shows_but_does_not_matter_defeats_peers_but_not_what_was_bought() -> None:
    found = judged("R", "no effect", LARGE)
    assert lifts(found, "peers") > STUDIES[LARGE] / 2
    assert lifts(found, "offering") <= at_most(STUDIES[LARGE])


def test_quality_that_no_rating_shows_can_fool_what_was_bought() -> None:
    assert lifts(judged("Q", "no effect", LARGE), "offering") > STUDIES[LARGE] / 2


def test_a_planted_claim_is_found_in_a_large_study() -> None:
    found = [one.verdict for one in judged("S2", "claimed", LARGE) if one.known == "offering"]
    assert sum(verdict in ("supported", "consistent") for verdict in found) >= binom.ppf(RARELY, STUDIES[LARGE], 0.9)


def test_account_size_fools_unless_it_is_held_equal() -> None:
    left, held = (judged("size_null", "as named", LARGE, size_held) for size_held in (False, True))
    assert lifts(left, "offering") > STUDIES[LARGE] / 2
    assert lifts(held, "offering") <= at_most(STUDIES[LARGE])


def test_without_lower_tier_ratings_the_trap_of_real_quality_snaps() -> None:
    """The test of the test: the same worlds fool a contrast that does not hold the lower tiers equal."""
    fooled = 0
    for seed in range(STUDIES[400]):
        answers = simulate_frames(halo_world("S5", "no effect", 400).truth, seed).answers
        totals = answers.assign(score=100 * answers["nps"]).groupby(["offering", "account"])["score"].agg(["sum", "size"])
        by = totals.groupby("offering")
        mean = by["sum"].sum() / by["size"].sum()
        error = (totals["sum"] - totals["size"] * totals.index.get_level_values("offering").map(mean)) ** 2
        se = np.sqrt((error.groupby("offering").sum() / by["size"].sum() ** 2).sum())
        fooled += (mean[1.0] - mean[0.0]) / se > 1.98
    assert fooled > at_most(STUDIES[400])


@pytest.mark.parametrize("name", [name for name in HALOS if name not in APART])
def test_the_slide_shows_what_an_independent_program_found(name: str) -> None:
    earlier = pd.read_csv(PAGE.parents[2] / "benchmarks" / "truth" / "independent_halo.csv")
    row = earlier[(earlier[["world", "lift", "n", "figure"]] == [name, "no effect", 400, "naive"]).all(axis=1)].iloc[0]
    differences = [one.naive for one in judged(name, "no effect", 400) if one.known == "own"]
    assert abs(np.mean(differences) - row["bias"]) < 4 * np.std(differences, ddof=1) / np.sqrt(STUDIES[400])


def test_every_scenario_leaves_as_much_to_chance_as_it_says() -> None:
    plain, second = (halo_world(name, "no effect").truth for name in ("S2", "S8"))
    assert (plain.account_effect, plain.noise) == pytest.approx((0.15, 1 - 0.25 - 0.15))
    assert (second.account_effect, second.noise) == pytest.approx((0.15, 1 - 2 * 0.35**2 - 0.15))
    assert halo_world("Q", "no effect").truth == replace(halo_world("S5", "no effect").truth, quality_in_ratings=HALOS["Q"].seen)


def test_worlds_are_drawn_apart_and_held_size_draws_the_same() -> None:
    worlds = all_worlds()
    seeds = {(world.first_seed, world.name, world.lift, world.n) for world in worlds}
    firsts = sorted(seed for seed, *_ in seeds)
    assert min(np.diff(firsts)) > 1000
    assert len(seeds) + sum(world.size_held for world in worlds) == len(worlds)


def test_a_study_tells_only_what_it_is_said_to_tell() -> None:
    simulated = simulate_frames(replace(TRUTHS["size_null"][1], respondents=60, accounts=20), 1)
    told = {known: study_of(simulated, known, size_held=True) for known in ("offering", "peers", "own")}
    assert ["offering" in study.data for study in told.values()] == [True, False, False]
    assert [study.has_accounts for study in told.values()] == [True, True, False]
    assert told["own"].data["account"].nunique() == 60
    assert all([name for name in study.data if name.startswith("adjust.")] == ["adjust.contacts"] for study in told.values())
    assert [assess(study, "nps_60").evidence_level for study in told.values()] == ["audited", "peers", "direction"]


def test_the_number_of_processes_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "CHUNK", 5)  # several turns of few studies
    worlds = [one for one in all_worlds() if one.n == 60][:1]
    told: list[str] = []
    alone, together = (judge_worlds(worlds, seeds=40, workers=workers, progress=told.append) for workers in (1, 2))
    pd.testing.assert_frame_equal(alone, together)
    assert len(told) == 2 * len(worlds)
    assert (alone["seeds"] == 12).all()
    assert (alone[["supported", "consistent", "smaller", "rejected", "undecided", "not_testable"]].sum(axis=1) == 12).all()


def test_the_slide_is_the_split_at_the_median() -> None:
    simulated = simulate_frames(halo_world("S9", "no effect").truth, 1)
    own = simulated.answers.filter(like="element.").iloc[:, -3:].mean(axis=1)
    groups = simulated.answers["nps"].groupby(own >= own.median()).mean()
    assert split_at_median(simulated) == pytest.approx((100 * (groups[True] - groups[False]), groups[True] / groups[False]))


def counts() -> pd.DataFrame:
    return pd.read_csv(KEPT / VERDICTS)


def test_the_page_is_that_of_the_kept_counts_and_every_table_is_filled() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, table in truth_tables(counts()).items():
        assert replace_table(text, name, table) == text
    assert text.split("<!-- bench:truth-run -->")[1].split("<!-- end")[0].strip()


def test_the_kept_counts_hold_the_promises_and_agree_with_the_independent_program() -> None:
    kept = counts()
    assert "**no**" not in table_targets(kept)
    assert compare_earlier(kept)["agree"].all()
    large, unrelated = kept[kept["n"] >= 400], kept["world"] == "S0"
    assert (large["at_rung"] == large["seeds"])[~unrelated].all()
    assert not large["at_rung"][unrelated].any()  # basics that have nothing in common are no control


def test_a_fooled_verdict_is_printed_bold_and_missed_as_a_target() -> None:
    kept = counts()
    rows = (kept[["world", "lift", "n", "known"]] == ["S4", "no effect", 400, "offering"]).all(axis=1)
    kept.loc[rows, ["consistent", "undecided"]] = [kept.loc[rows, "seeds"].iloc[0], 0]
    assert "S4" in HELD
    assert "100.0 % (S4) | **no** |" in table_targets(kept)
    assert "**100.0**" in table_halo(kept)

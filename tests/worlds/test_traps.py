"""Does each trap do what its field says, leave loyalty alone where nothing is planted, and change nothing where it was not laid?"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml

from valuelib.errors import ParameterError
from valuelib.study.load import load_study
from valuelib.theory.pyramid import HIGHER_TIERS
from valuelib.worlds.answers import rated_elements
from valuelib.worlds.folder import export_responses, simulate_study, study_files
from valuelib.worlds.frames import Simulated, simulate_frames
from valuelib.worlds.truth import PRESETS, Truth, parse_truth

SIMULATION_ERRORS = 4.0  # standard errors that a simulation may miss the planted value by
# No scale's end near, so that points come back as planted; chance small.
PLAIN = Truth(
    respondents=12_000,
    accounts=4_080,
    confounding=0.0,
    lower_elements=8,
    higher_elements=4,
    rating_lower=5.5,
    missing_share=0.0,
    comment_share=0.0,
)
NULLS = ("stricter_buyers", "skipped_ratings", "routed_items", "two_countries", "few_teams", "big_account")


def drawn(seed: int = 3, **traps: object) -> Simulated:
    return simulate_frames(replace(PLAIN, **traps), seed)


def basics(simulated: Simulated) -> pd.DataFrame:
    keys = [f"element.{one.key}" for one in rated_elements(simulated.truth) if one.tier_key not in HIGHER_TIERS]
    return simulated.answers[keys]


def upper(simulated: Simulated) -> pd.DataFrame:
    keys = [f"element.{one.key}" for one in rated_elements(simulated.truth) if one.tier_key in HIGHER_TIERS]
    return simulated.answers[keys]


def gap(simulated: Simulated, ratings: pd.DataFrame) -> float:
    """Mean of buyers' ratings less that of the others."""
    by = ratings.mean(axis=1).groupby(simulated.answers["offering"]).mean()
    return float(by[1.0] - by[0.0])


def loyalty(answers: pd.DataFrame, by: str = "account") -> tuple[float, float]:
    """NPS of buyers less that of the others in points, with the standard error that totals by `by` give."""
    totals = answers.assign(score=100 * answers["nps"]).groupby(["offering", by])["score"].agg(["sum", "size"])
    mean = totals.groupby("offering").sum().eval("sum / size")
    n = totals.groupby("offering")["size"].sum()
    left = (totals["sum"] - totals["size"] * totals.index.get_level_values("offering").map(mean)) ** 2
    return float(mean[1.0] - mean[0.0]), float(np.sqrt((left.groupby("offering").sum() / n**2).sum()))


@pytest.mark.parametrize(("trap", "sign"), [("strictness", -1), ("spill_over", 1)])
def test_buyers_rate_the_basics_lower_or_higher_by_the_points_planted(trap: str, sign: int) -> None:
    plain, laid = drawn(), drawn(**{trap: 0.6})
    assert gap(laid, basics(laid)) - gap(plain, basics(plain)) == pytest.approx(0.6 * sign, abs=0.04)
    pd.testing.assert_frame_equal(upper(laid), upper(plain))
    pd.testing.assert_series_equal(laid.answers["recommend"], plain.answers["recommend"])


def test_buyers_rate_every_third_of_the_basics_lower_and_nothing_else_changes() -> None:
    plain, laid = drawn(), drawn(uneven=0.9)
    moved = [gap(laid, basics(laid)[[name]]) - gap(plain, basics(plain)[[name]]) for name in basics(plain)]
    assert moved[::3] == pytest.approx([-0.9] * len(moved[::3]), abs=0.1)
    assert [one for place, one in enumerate(moved) if place % 3] == [0.0] * (len(moved) - len(moved[::3]))
    pd.testing.assert_frame_equal(upper(laid), upper(plain))
    pd.testing.assert_series_equal(laid.answers["recommend"], plain.answers["recommend"])


def test_the_provider_sees_a_spill_over_and_no_strictness() -> None:
    seen = {}
    for trap in ("strictness", "spill_over"):
        laid = drawn(**{trap: 1.5, "provider_sees": 1.0, "provider_share": 1.0})
        rated = laid.provider.merge(laid.answers.groupby("account")["offering"].first(), on="account")
        by = rated[basics(laid).columns].mean(axis=1).groupby(rated["offering"]).mean()
        seen[trap] = by[1.0] - by[0.0]
    assert seen == pytest.approx({"strictness": 0.0, "spill_over": 1.5}, abs=0.15)


def test_that_share_of_the_buyers_who_are_detractors_skips_the_ratings_and_nobody_else() -> None:
    simulated = drawn(skipping=0.4)
    answers = simulated.answers
    blank = answers.filter(like="element.").isna().all(axis=1)
    unhappy = (answers["offering"] == 1) & (answers["nps"] < 0)
    assert blank[unhappy].mean() == pytest.approx(0.4, abs=0.04)
    assert not blank[~unhappy].any()
    assert answers.loc[blank, ["recommend", "repurchase", "facet.H2"]].notna().all(axis=None)


def test_that_share_of_the_basics_is_asked_of_buyers_only_and_rated_lower_by_the_points_planted() -> None:
    plain, laid = drawn(), drawn(routed_share=0.25, routed_drop=1.0)
    buys = laid.answers["offering"] == 1
    routed = basics(laid).columns[basics(laid)[~buys].isna().all()]
    assert len(routed) == 2  # of eight
    assert basics(laid)[buys].notna().all(axis=None)
    lower = basics(laid).loc[buys, routed].mean() - basics(plain).loc[buys, routed].mean()
    assert lower.to_numpy() == pytest.approx([-1.0, -1.0], abs=0.05)
    kept = basics(plain).columns.difference(routed)
    pd.testing.assert_frame_equal(laid.answers[kept], plain.answers[kept])


def test_the_halo_weighs_more_in_the_ratings_of_buyers_by_the_share_planted() -> None:
    simulated = drawn(halo_gap=0.4)
    halo, rated = simulated.hidden["halo"], basics(simulated).mean(axis=1)
    slope = {
        bought: np.polyfit(halo[rows], rated[rows], 1)[0]
        for bought, rows in halo.groupby(simulated.answers["offering"]).groups.items()
    }
    assert slope[1.0] / slope[0.0] == pytest.approx(1.4 / 0.6, rel=0.1)
    assert gap(simulated, basics(simulated)) == pytest.approx(0, abs=0.1)


def test_a_team_shares_its_inclination_to_buy_and_its_loyalty() -> None:
    simulated = drawn(teams=1000, team_buying=0.7, team_loyalty=0.1, icc=0.35)
    answers = simulated.answers
    accounts = answers.groupby("account").agg(team=("team", "first"), offering=("offering", "first"), nps=("nps", "mean"))
    # Two accounts of one team: the correlation of two binary purchases at a latent correlation of .7 is 2/pi asin(.7).
    assert pair_correlation(accounts["offering"], accounts["team"]) == pytest.approx(2 / np.pi * np.arcsin(0.7), abs=0.06)
    assert pair_correlation(accounts["nps"], accounts["team"]) == pytest.approx(0.1, abs=0.05)
    plain = drawn(teams=1000, icc=0.35).answers.groupby("account").agg(team=("team", "first"), nps=("nps", "mean"))
    assert pair_correlation(plain["nps"], plain["team"]) == pytest.approx(0, abs=0.05)


def pair_correlation(values: pd.Series, team: pd.Series) -> float:
    z = (values - values.mean()) / values.std(ddof=0)
    total, n = z.groupby(team).sum(), z.groupby(team).size()
    return float((total**2 - (z**2).groupby(team).sum()).sum() / (n * (n - 1)).sum())


@pytest.mark.parametrize("share", [0.4, 0.6])
def test_one_account_holds_the_share_planted_and_counts_stay(share: float) -> None:
    truth = Truth(dominant_share=share)
    answers = simulate_frames(truth, 4).answers
    sizes = answers["account"].value_counts()
    assert (len(answers), len(sizes)) == (truth.respondents, truth.accounts)
    assert (sizes.iloc[0], sizes.index[0]) == (round(share * truth.respondents), "A0001")
    assert sizes.iloc[1:].between(1, 8).all()


def test_one_country_answers_every_question_higher_and_buys_more() -> None:
    simulated = drawn(country_style=1.0, country_buying=0.5)
    answers = simulated.answers
    by = answers.assign(basics=basics(simulated).mean(axis=1)).groupby("segment.country")
    means = by[
        ["basics", "facet.H2", "effort", "satisfaction", "marker", "expansion_score", "nps", "repurchase", "offering"]
    ].mean()
    apart = means.loc["Ruotsi"] - means.loc["Suomi"]
    assert apart.iloc[:6].to_numpy() == pytest.approx(np.full(6, 1.0), abs=0.25)  # the scale's ends take a part of it
    assert apart["nps"] == pytest.approx(0.33, abs=0.05)  # 0.4538 SD of the latent
    assert abs(apart["repurchase"]) < 0.05
    assert apart["offering"] > 0.25
    within = [loyalty(own) for _, own in answers.groupby("segment.country")]
    assert all(abs(lift) < SIMULATION_ERRORS * se for lift, se in within)


@pytest.mark.parametrize("name", NULLS[:3])
def test_a_trap_without_effect_leaves_the_loyalty_of_buyers_and_others_alike(name: str) -> None:
    simulated = simulate_frames(replace(PRESETS[name], respondents=12_000, accounts=4_080, comment_share=0.0), 6)
    lift, se = loyalty(simulated.answers)
    assert abs(lift) < SIMULATION_ERRORS * se
    assert se < 2


@pytest.mark.parametrize("name", ["few_teams", "big_account"])
def test_without_effect_teams_and_a_big_account_lean_neither_way(name: str) -> None:
    """One study may differ by chance of its teams or its one account; over studies nothing is left."""
    truth = replace(PRESETS[name], lower_elements=1, higher_elements=1, comment_share=0.0)
    lifts = [loyalty(simulate_frames(truth, seed).answers)[0] for seed in range(60)]
    assert abs(np.mean(lifts)) < SIMULATION_ERRORS * np.std(lifts, ddof=1) / np.sqrt(len(lifts))


def test_traps_that_are_not_laid_are_not_told_and_change_no_byte() -> None:
    small = {"respondents": 60, "accounts": 20}
    plain, named = (study_files(simulate_frames(Truth(**small, **own), 1), "x") for own in ({}, {"routed_drop": 0.5}))
    assert plain["responses.csv"] == named["responses.csv"]
    assert b"routed_drop: 0.5" in named["truth.yaml"]
    traps = ("strictness", "uneven", "spill_over", "skipping", "routed", "halo_gap", "team_", "dominant", "country")
    told = plain["truth.yaml"].decode()
    assert [trap for trap in traps if re.search(rf"^{trap}(?!effect)", told, flags=re.MULTILINE)] == []


@pytest.mark.parametrize("name", NULLS)
def test_the_same_seed_gives_the_same_study(name: str) -> None:
    truth = replace(PRESETS[name], respondents=120, accounts=40)
    assert study_files(simulate_frames(truth, 2), "x") == study_files(simulate_frames(truth, 2), "x")


@pytest.mark.parametrize("language", ["fi", "en"])
@pytest.mark.parametrize("held", [True, False])
def test_a_written_study_tells_the_country_and_holds_it_equal_where_it_should(tmp_path, language: str, held: bool) -> None:
    truth = Truth(respondents=120, accounts=40, country_style=1.0, country_held=held, language=language)
    simulated = simulate_frames(truth, 3)
    folder = simulate_study(tmp_path / "made-up", "made-up", truth, 3)
    name = {"fi": "Maa", "en": "Country"}[language]
    assert export_responses(simulated)[name].nunique() == 2
    written = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
    assert (name in written["columns"]["adjust_for"]) is held
    study = load_study(folder)
    assert study.data[f"segment.{name}"].nunique() == 2
    assert (f"adjust.{name}" in study.data) is held


@pytest.mark.parametrize("named", [True, False])
def test_a_written_study_names_the_teams_where_it_should(tmp_path, named: bool) -> None:
    truth = Truth(respondents=120, accounts=40, teams=8, team_loyalty=0.1, icc=0.35, teams_named=named)
    study = load_study(simulate_study(tmp_path / "made-up", "made-up", truth, 3))
    assert study.has_clusters is named
    assert study.clusters.nunique() == (8 if named else 40)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["team_buying=0.7", "line_buying=0.5"], "explain more than all of buying"),
        (["country_buying=0.9", "size_buying=0.6"], "explain more than all of buying"),
        (["team_loyalty=0.2"], "icc is 0.25"),
        (["dominant_share=0.7"], "respondents is 120: 135 accounts of 1..8 cannot hold as many"),
        (["dominant_share=0.3", "leaving=0.1", "waves=2"], "dominant_share and leaving cannot stand together"),
        (["skipping=1.2"], "skipping is 1.2: expected 0..1"),
    ],
)
def test_traps_that_cannot_stand_together_are_refused(settings: list[str], said: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(said)):
        parse_truth(settings)

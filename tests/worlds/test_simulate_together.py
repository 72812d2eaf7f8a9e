"""Do the planted truths of working together come back: facets, both sides, ease, leaving, contracts, teams, themes?"""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg

from valuelib.errors import ParameterError
from valuelib.study.load import load_study
from valuelib.theory.facets import facet_items
from valuelib.worlds.answers import PASSIVE, RATING_SD, level_for_nps
from valuelib.worlds.folder import export_responses, simulate_study
from valuelib.worlds.frames import Simulated, read_quotes, read_voices, simulate_frames, simulate_interviews
from valuelib.worlds.people import draw_people, facet_level
from valuelib.worlds.truth import PRESETS, Truth, leavers_by_wave, parse_truth

SIMULATION_ERRORS = 4.0  # standard errors that a big simulation may miss the planted value by
LOST = 0.03  # SD by which rounding and the scale's ends may move a rating's slope
BIG = {"respondents": 24_000, "accounts": 12_000, "account_sizes": (0.0, 1.0, 0.0)}
EFFECTS = {
    "facet_own": 0.5,
    "roles_effect": 0.25,
    "people_effect": -0.15,
    "provider_sees": 1.0,
    "provider_gap": 0.5,
    "provider_share": 1.0,
    "commitment_effect": 0.3,
    "gap_effect": 0.15,
    "effort_effect": 0.25,
    "enhancement_effect": 0.2,
    "icc": 0.6,
    "confounding": 0.0,
}


@pytest.fixture(scope="module")
def whole() -> Simulated:
    """Everything of one wave at once; at NPS 0 the score bends neither way, so that a curve in loyalty is seen as it is."""
    return simulate_frames(Truth(nps_baseline=0.0, element_effect=0.0, **EFFECTS, **BIG), 21)


def slopes(outcome: pd.Series, account: pd.Series, *columns: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Slopes and their standard errors, accounts drawn as a whole."""
    design = sm.add_constant(np.column_stack(columns))
    told = outcome.notna().to_numpy()
    groups = pd.factorize(account.to_numpy()[told])[0]
    fit = sm.OLS(outcome.to_numpy(float)[told], design[told]).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return fit.params[1:], fit.bse[1:]


def per_sd(baseline: float) -> float:
    """The -1/0/1 score's slope on the loyalty latent, on average over a normal distribution of unit variance."""
    mean = level_for_nps(baseline)
    return float(stats.norm.pdf(PASSIVE - mean) + stats.norm.pdf(-PASSIVE - mean))


def test_roles_and_team_raise_ratings_as_planted_and_other_facets_do_not(whole: Simulated) -> None:
    own = whole.hidden.filter(like="own.")
    found, se = slopes(whole.answers["perceived_value"] / RATING_SD, whole.answers["account"], *(own[name] for name in own))
    planted = {"own.roles_tasks": whole.truth.roles_effect, "own.customer_team": whole.truth.people_effect}
    expected = np.array([planted.get(str(name), 0.0) for name in own])
    assert (np.abs(found - expected) < SIMULATION_ERRORS * se + LOST * np.abs(expected) / 0.25).all()


def test_a_facet_has_as_much_of_its_own_as_planted(whole: Simulated) -> None:
    for item in facet_items():
        answer, own = whole.answers[f"facet.{item.key}"], whole.hidden[f"own.{item.facet_key}"]
        assert answer.corr(own) == pytest.approx(np.sqrt(0.5 * whole.truth.facet_own), abs=LOST)
        assert answer.corr(whole.hidden["cocreation"]) == pytest.approx(np.sqrt(0.5 * (1 - whole.truth.facet_own)), abs=LOST)


def by_account(simulated: Simulated) -> pd.DataFrame:
    """Hidden and answered, one row an account that the provider rated, its columns called provider.<column>."""
    answers = simulated.answers.filter(regex="^facet")
    means = pd.concat([simulated.hidden.drop(columns="left"), answers], axis=1).groupby(simulated.answers["account"]).mean()
    return means.join(simulated.provider.set_index("account").add_prefix("provider."), how="inner")


def test_the_provider_sees_what_is_true_and_no_respondents_halo(whole: Simulated) -> None:
    accounts = by_account(whole)
    told = accounts["provider.facet.O1"] / RATING_SD
    columns = (accounts["own.roles_tasks"], accounts["halo"], accounts["own.customer_team"])
    (true, halo, other), se = slopes(told, pd.Series(accounts.index), *columns)
    assert true == pytest.approx(np.sqrt(0.5 * whole.truth.facet_own), abs=LOST)
    assert abs(halo) < SIMULATION_ERRORS * se[1]
    assert abs(other) < SIMULATION_ERRORS * se[2]
    gap = accounts["provider.facet.O1"] - accounts["facet.O1"]
    assert gap.mean() == pytest.approx(whole.truth.provider_gap, abs=0.1)  # the scale's ends take a little


def test_a_provider_that_repeats_its_customers_has_their_halo() -> None:
    accounts = by_account(simulate_frames(Truth(provider_share=1.0, respondents=4000, accounts=2000, account_sizes=(0, 1, 0)), 22))
    (halo,), se = slopes(accounts["provider.facet.O1"], pd.Series(accounts.index), accounts["halo"])
    assert halo > SIMULATION_ERRORS * se[0] + 0.1


def test_both_sides_commitment_moves_loyalty_by_level_and_difference(whole: Simulated) -> None:
    """a1 = b1 + b2 and a4 = b3 - b4 + b5 of the quadratic surface of loyalty in both sides' true commitment."""
    customer = whole.hidden["commitment"]
    provider = customer + whole.hidden["commitment_gap"]
    terms = (customer, provider, customer**2, customer * provider, provider**2)
    b, _ = slopes(whole.answers["nps"], whole.answers["account"], *terms)
    b = b / per_sd(0.0)
    assert b[0] + b[1] == pytest.approx(whole.truth.commitment_effect, abs=0.05)
    assert b[2] - b[3] + b[4] == pytest.approx(-4 * whole.truth.gap_effect, abs=0.1)
    assert b[2] + b[3] + b[4] == pytest.approx(0, abs=0.05)


def test_the_provider_rates_its_own_commitment(whole: Simulated) -> None:
    accounts = by_account(whole)
    columns = (accounts["commitment"], accounts["commitment_gap"])
    told = accounts["provider.facet.C1"] / RATING_SD
    (level, gap), _ = slopes(told, pd.Series(accounts.index), *columns)
    assert (level, gap) == pytest.approx((0.5, 0.5), abs=0.07)  # the scale's ends take more where it rates high
    (level, gap), _ = slopes(accounts["facet.C1"] / RATING_SD, pd.Series(accounts.index), *columns)
    assert (level, gap) == pytest.approx((0.5, 0.0), abs=0.04)


@pytest.mark.parametrize(("hidden", "effect", "item"), [("ease", 0.25, "effort"), ("enhanced", 0.2, "value_enhancement_1")])
def test_ease_and_enhancement_move_recommending_renewing_and_expanding(
    whole: Simulated, hidden: str, effect: float, item: str
) -> None:
    """Slopes by Stein's identity; renewal and expansion follow loyalty by `repurchase_link` and by 0.8."""
    true, account = whole.hidden[hidden], whole.answers["account"]
    link = whole.truth.repurchase_link
    renewal = stats.norm.pdf(stats.norm.ppf(whole.truth.repurchase_baseline / 100))
    expected = {"nps": effect * per_sd(0.0), "repurchase": link * effect * renewal, "expansion_score": 0.8 * effect * 2.2}
    for outcome, planted in expected.items():
        (found,), se = slopes(whole.answers[outcome], account, true)
        assert abs(found - planted) < SIMULATION_ERRORS * se[0] + 0.08 * planted  # the scale's ends take some of expansion
    assert whole.answers[item].corr(true) > 0.2


def test_loyalty_stays_as_calibrated_with_everything_on() -> None:
    truth = Truth(nps_baseline=54, nps_lift=13, repurchase_baseline=58, repurchase_lift=11, waves=2, leaving=0.06, **EFFECTS, **BIG)
    simulated = simulate_frames(truth, 23)
    last = simulated.answers[simulated.answers["wave"] == "2026"].reset_index(drop=True)
    assert (len(last), last["account"].nunique()) == (truth.respondents, truth.accounts)
    for outcome, low, lift in (("nps", 54, 13), ("repurchase", 58, 11)):
        (found,), se = slopes(100 * last[outcome], last["account"], last["offering"])
        level = 100 * last.loc[last["offering"] == 0, outcome].mean()
        assert abs(found - lift) < SIMULATION_ERRORS * se[0]
        assert abs(level - low) < SIMULATION_ERRORS * se[0] + 0.5  # squared differences are not quite normal


@pytest.mark.parametrize("pull", [0.0, 0.8])
def test_as_many_leave_as_planted_and_the_less_loyal_sooner(pull: float) -> None:
    truth = Truth(waves=3, leaving=0.1, leaving_loyalty=pull, respondents=8000, accounts=4000, account_sizes=(0.0, 1.0, 0.0))
    simulated = simulate_frames(truth, 24)
    there = simulated.answers.groupby("wave")["account"].agg(lambda accounts: set(accounts))
    sizes = [len(accounts) for accounts in there]
    assert sizes[-1] == truth.accounts
    assert [1 - later / now for now, later in pairwise(sizes)] == pytest.approx([0.1, 0.1], abs=0.001)
    assert there["2026"] < there["2025"] < there["2024"]
    first = simulated.answers[simulated.answers["wave"] == "2024"]
    left = simulated.hidden.loc[first.index, "left"]
    assert (left == ~first["account"].isin(there["2026"])).all()
    (gap,), se = slopes(100 * first["nps"], first["account"], left.astype(float))
    assert abs(gap) < SIMULATION_ERRORS * se[0] if pull == 0 else gap < -30


def test_contracts_end_sooner_where_quality_is_low_and_when_accounts_leave() -> None:
    truth = Truth(waves=2, leaving=0.1, contracts=True, hazard_effect=0.5, respondents=8000, accounts=4000, account_sizes=(0, 1, 0))
    simulated = simulate_frames(truth, 25)
    answers, survey = simulated.answers, pd.Timestamp("2026-03-01")
    assert (answers["contract.start"] < pd.Timestamp("2025-03-01")).all()
    left = simulated.hidden["left"]
    assert answers.loc[left, "contract.ended"].between(pd.Timestamp("2025-03-02"), pd.Timestamp("2026-02-28")).all()
    accounts = answers.assign(quality=simulated.hidden["quality"])[~left].groupby("account").first()
    ended = accounts["contract.ended"].notna()
    assert (accounts.loc[ended, "contract.ended"] == accounts.loc[ended, "contract.end"]).all()
    assert 0.1 < ended.mean() < 0.6
    days = (accounts["contract.end"] - survey).dt.days + 0.5
    fit = PHReg(days.to_numpy(), accounts[["quality"]].to_numpy(), status=ended.to_numpy(int), ties="efron").fit()
    assert abs(fit.params[0] + truth.hazard_effect) < SIMULATION_ERRORS * fit.bse[0]


def test_contract_dates_can_be_drawn_for_many_waves() -> None:
    drawn = simulate_frames(Truth(waves=12, contracts=True, respondents=40, accounts=20), 1).answers
    assert (drawn["contract.start"] < pd.Timestamp("2015-03-01")).all()


@pytest.mark.parametrize("icc", [0.1, 0.6])
def test_people_of_a_team_agree_as_planted(icc: float) -> None:
    staff = simulate_frames(Truth(teams=900, accounts=1000, respondents=2000, staff_per_team=10, staff_icc=icc), 26).employees
    groups = staff.groupby("team")["facet.W1"]
    between, within = 10 * groups.mean().var(), groups.var().mean()
    assert (between - within) / (between + 9 * within) == pytest.approx(icc, abs=0.05)  # rounding takes a little


def test_a_team_lifts_the_ratings_of_its_accounts_as_planted() -> None:
    simulated = simulate_frames(Truth(teams=900, team_effect=0.3, staff_per_team=50, staff_icc=0.9, **BIG), 27)
    spirit = simulated.employees.groupby("team")["facet.W1"].mean().sub(7).div(np.sqrt(3.13 * 0.9))
    told = simulated.answers["perceived_value"] / RATING_SD
    (found,), _ = slopes(told, simulated.answers["team"], simulated.answers["team"].map(spirit))
    assert found == pytest.approx(0.3, abs=0.04)


def test_praise_comes_from_accounts_where_a_facet_is_better_as_planted() -> None:
    truth = Truth(respondents=3000, accounts=3000, interviews=3000, theme_link=0.8, facet_own=0.5, coder_agreement=1.0)
    said = simulate_interviews(truth, 28).query("coder == 'A'")
    voice = {text: one for (_, text), one in zip(read_quotes("fi"), read_voices("fi"), strict=True)}
    accounts, number = draw_people(truth, 28).accounts, said["account"].str[1:].astype(int).to_numpy() - 1
    voices, apart = said["text"].map(voice).to_numpy(), []
    for code in said["code"].unique():
        level = facet_level(accounts, truth, str(code))
        assert (level.mean(), level.std()) == pytest.approx((0, 1), abs=0.06)
        of_code = (said["code"] == code).to_numpy()
        praised, blamed = (np.isin(np.arange(truth.accounts), number[of_code & (voices == sign)]) for sign in (1, -1))
        assert (praised.mean(), blamed.mean()) == pytest.approx((0.4, 0.1), abs=0.03)
        apart.append(level[praised].mean() - level[~praised].mean())
        assert level[blamed].mean() < -0.5
    assert np.mean(apart) == pytest.approx(truth.theme_link, abs=0.06)
    assert not said.duplicated(["account", "text"]).any()
    assert set(number) == set(range(truth.accounts))


def test_themes_tell_nothing_without_the_link() -> None:
    truth = Truth(respondents=3000, accounts=3000, interviews=3000)
    said = simulate_interviews(truth, 28).query("coder == 'A' and code == 'roles_tasks'")
    level = facet_level(draw_people(truth, 28).accounts, truth, "roles_tasks")
    heard = np.isin(np.arange(truth.accounts), said["account"].str[1:].astype(int).to_numpy() - 1)
    assert abs(level[heard].mean() - level[~heard].mean()) < SIMULATION_ERRORS * 2 / np.sqrt(truth.accounts)


def test_detractors_comment_more_often_by_the_planted_factor() -> None:
    told = simulate_frames(Truth(comment_lean=1.5, comment_share=0.2, **BIG), 29).answers
    shares = told["comment"].notna().groupby(told["nps"]).mean()
    assert shares[-1.0] / shares[1.0] == pytest.approx(2.5, abs=0.25)
    assert shares[0.0] == pytest.approx(0.2, abs=0.015)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["roles_effect=0.2"], "facet_own is 0, so no facet has a part of its own"),
        (["gap_effect=0.1"], "facet_own is 0, so no facet has a part of its own"),
        (["facet_own=0.5", "commitment_effect=0.6"], "icc is 0.25: halo, quality, co-creation and cooperation make"),
        (["facet_own=0.5", "commitment_effect=0.6", "effort_effect=0.6", "icc=0.9"], "explain more than all of loyalty"),
        (["leaving=0.5", "waves=4"], "more accounts leave at once than half of the last"),
        (["theme_link=3"], "theme_link is 3.0: expected 0..1.5"),
    ],
)
def test_effects_that_cannot_stand_together_are_refused(settings: list[str], said: str) -> None:
    with pytest.raises(ParameterError, match=re.escape(said)):
        parse_truth(settings)


def test_nobody_leaves_without_leaving_or_with_one_wave() -> None:
    assert leavers_by_wave(Truth(waves=3)) == leavers_by_wave(Truth(leaving=0.1)) == ()
    assert leavers_by_wave(Truth(waves=3, leaving=0.1, accounts=81, respondents=200)) == (10, 9)


def test_a_study_with_everything_loads_in_english(tmp_path) -> None:
    truth = replace(PRESETS["demo"], language="en", respondents=240, accounts=70)
    drawn = simulate_frames(truth, 8)
    study = load_study(simulate_study(tmp_path / "made-up", "made-up", truth, 8))
    last = drawn.answers[drawn.answers["wave"] == "2026"].reset_index(drop=True)
    assert len(study.data) == 240
    assert len(study.all_data) == len(drawn.answers) > 3 * 240
    for column in ("expansion", "contract.start", "contract.end", "contract.ended", "team"):
        pd.testing.assert_series_equal(
            study.data[column].reset_index(drop=True), last[column], check_dtype=False, check_names=False, check_freq=False
        )
    assert study.provider is not None
    assert study.employees is not None
    assert study.interviews is not None
    assert study.codebook is not None
    assert set(study.interviews["account"]) <= set(study.data["account"])
    assert set(study.interviews["code"]) <= set(study.codebook["code"])
    assert len(study.provider) == len(drawn.provider)
    assert "Q11 Intention to expand" in export_responses(drawn)

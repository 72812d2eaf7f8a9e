"""Does a planted truth come back, is the same seed the same study, and is the demo what the simulator writes?"""

import re
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import yaml
from scipy import stats

from tests.shared_data import ROOT
from valuelib.errors import ParameterError, StudyError
from valuelib.study.load import load_study
from valuelib.theory.pyramid import HIGHER_TIERS, elements
from valuelib.verdict.assess import assess
from valuelib.worlds.answers import GROUPS, PASSIVE, RATING_SD, level_for_nps, rated_elements, sentences
from valuelib.worlds.folder import simulate_study, study_files, write_mapping
from valuelib.worlds.frames import Simulated, simulate_frames
from valuelib.worlds.people import rng_for
from valuelib.worlds.truth import PRESETS, Truth, meaning, parse_truth

DEMO, DEMO_SEED = ROOT / "data" / "demo", 154
SIMULATION_ERRORS = 4.0  # standard errors that a big simulation may miss the planted value by
BIG = {"respondents": 40_000, "accounts": 13_600}


@pytest.fixture(scope="module")
def claimed() -> Simulated:
    """The claim planted exactly, in a sample so big that chance hardly matters; nobody's quality goes with buying."""
    return simulate_frames(replace(PRESETS["claimed"], confounding=0.0, **BIG), 11)


@pytest.fixture(scope="module")
def demo() -> Simulated:
    return simulate_frames(PRESETS["demo"], DEMO_SEED)


def contrast(answers: pd.DataFrame, outcome: str, group: pd.Series, *controls: pd.Series) -> tuple[float, float, float]:
    """Lift in points with its standard error clustered by account, and the baseline, by statsmodels."""
    told = answers[outcome].notna()
    design = np.column_stack([np.ones(told.sum()), group[told], *(one[told] - one[told].mean() for one in controls)])
    groups = pd.factorize(answers.loc[told, "account"])[0]
    fit = sm.OLS(100 * answers.loc[told, outcome].to_numpy(), design).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return float(fit.params[1]), float(fit.bse[1]), float(fit.params[0])


def columns_of(simulated: Simulated, *, higher: bool) -> list[str]:
    asked = rated_elements(simulated.truth)
    return [f"element.{element.key}" for element in asked if (element.tier_key in HIGHER_TIERS) == higher]


@pytest.mark.parametrize(("outcome", "baseline", "lift"), [("nps", 30.0, 18.0), ("repurchase", 60.0, 13.2)])
def test_planted_level_and_lift_come_back(claimed, outcome, baseline, lift):
    found, se, level = contrast(claimed.answers, outcome, claimed.answers["offering"])
    assert abs(found - lift) < SIMULATION_ERRORS * se
    assert abs(level - baseline) < SIMULATION_ERRORS * se


def test_lift_is_exact_at_equal_quality_although_buyers_get_better_quality():
    truth = replace(PRESETS["claimed"], confounding=0.6, **BIG)
    simulated = simulate_frames(truth, 12)
    raw, se, _ = contrast(simulated.answers, "nps", simulated.answers["offering"])
    equal, _, _ = contrast(simulated.answers, "nps", simulated.answers["offering"], simulated.hidden["quality"])
    assert raw > truth.nps_lift + SIMULATION_ERRORS * se
    assert abs(equal - truth.nps_lift) < SIMULATION_ERRORS * se + 0.5  # a straight line through a curve: up to half a point


def test_colleagues_correlate_as_planted(claimed):
    """The -1/0/1 score of two colleagues, against the bivariate normal distribution that the latent correlation implies."""
    buyers = claimed.answers[claimed.answers["offering"] == 0]
    error = buyers["nps"] - buyers["nps"].mean()
    account = buyers.groupby("account")["nps"].agg(["size"]).assign(total=error.groupby(buyers["account"]).sum())
    pairs = (account["size"] * (account["size"] - 1)).sum()
    found = ((account["total"] ** 2).sum() - (error**2).sum()) / pairs / (error**2).mean()
    assert found == pytest.approx(score_correlation(claimed.truth.icc, level_for_nps(30.0)), abs=0.02)


def score_correlation(latent: float, mean: float) -> float:
    cuts = np.array([-PASSIVE - mean, PASSIVE - mean])
    above = stats.norm.sf(cuts)
    both = [stats.multivariate_normal.cdf([-a, -b], cov=[[1, latent], [latent, 1]]) for a in cuts for b in cuts]
    square = sum(stats.norm.sf(max(a, b)) for a in cuts for b in cuts)
    return (sum(both) - above.sum() ** 2) / (square - above.sum() ** 2)


def test_halo_goes_with_recommending_as_planted():
    """By Stein's identity the covariance of score and halo is the halo's weight times the density at the two cuts."""
    truth = Truth(halo=0.6, icc=0.3, **BIG)
    simulated = simulate_frames(truth, 13)
    mean = level_for_nps(truth.nps_baseline)
    expected = truth.halo * (stats.norm.pdf(PASSIVE - mean) + stats.norm.pdf(-PASSIVE - mean))
    products = simulated.hidden["halo"] * simulated.answers["nps"]
    assert abs(products.mean() - expected) < SIMULATION_ERRORS * products.std() / np.sqrt(len(products) / 2)


def test_halo_alone_has_no_effect_but_looks_like_one():
    simulated = simulate_frames(replace(PRESETS["halo_only"], **BIG), 14)
    answers = simulated.answers
    for outcome in ("nps", "repurchase"):
        lift, se, _ = contrast(answers, outcome, answers["offering"])
        assert abs(lift) < SIMULATION_ERRORS * se
    own = answers[columns_of(simulated, higher=True)].mean(axis=1)
    naive, _, low = contrast(answers, "nps", (own >= own.median()).astype(float))
    assert naive > 25
    assert (low + naive) / low > 1.6


def test_no_effect_has_neither_effect_nor_halo():
    simulated = simulate_frames(replace(PRESETS["no_effect"], quality_effect=0.0, cocreation_effect=0.0, **BIG), 15)
    own = simulated.answers[columns_of(simulated, higher=True)].mean(axis=1)
    naive, se, _ = contrast(simulated.answers, "nps", (own >= own.median()).astype(float))
    assert abs(naive) < SIMULATION_ERRORS * se


def test_a_second_halo_colours_the_upper_tiers_and_moves_loyalty_as_planted():
    truth = Truth(affect=0.35, affect_loading=0.3, affect_shared=0.3, halo=0.35, halo_loading_higher=0.3, quality_effect=0.0, **BIG)
    simulated = simulate_frames(truth, 17)
    affect, answers = simulated.hidden["affect"], simulated.answers
    mean = level_for_nps(truth.nps_baseline)
    expected = truth.affect * (stats.norm.pdf(PASSIVE - mean) + stats.norm.pdf(-PASSIVE - mean))
    products = affect * answers["nps"]
    assert abs(products.mean() - expected) < SIMULATION_ERRORS * products.std() / np.sqrt(len(products) / 2)
    upper, lower = (answers[columns_of(simulated, higher=higher)].corrwith(affect) for higher in (True, False))
    assert upper.mean() == pytest.approx(np.sqrt(truth.affect_loading), abs=0.05)
    assert abs(lower).max() < 0.04
    assert shared_by(affect, answers["account"]) == pytest.approx(truth.affect_shared, abs=0.03)


def test_a_product_line_shares_its_halo_and_its_offering():
    truth = Truth(line_halo=0.4, halo_shared=0.2, line_buying=0.5, lines=1000, icc=0.35, **BIG)
    simulated = simulate_frames(truth, 18)
    assert shared_by(simulated.hidden["halo"], simulated.answers["account"]) == pytest.approx(0.6, abs=0.03)
    assert simulated.answers["offering"].mean() == pytest.approx(truth.exposure_share, abs=0.03)


def test_large_accounts_buy_more_and_are_more_loyal_as_planted():
    truth = Truth(size_buying=0.5, size_effect=0.3, confounding=0.0, icc=0.35, **BIG)
    simulated = simulate_frames(truth, 19)
    size, answers = simulated.hidden["size"], simulated.answers
    assert (size.mean(), size.std()) == pytest.approx((0, 1), abs=1e-4)
    assert size.corr(answers.groupby("account")["nps"].transform("size")) == pytest.approx(1)
    raw, se, _ = contrast(answers, "nps", answers["offering"])
    held, _, low = contrast(answers, "nps", answers["offering"], size)
    assert raw > SIMULATION_ERRORS * se + 5
    assert abs(held) < SIMULATION_ERRORS * se
    assert low == pytest.approx(truth.nps_baseline, abs=2)


def test_ratings_catch_as_much_of_quality_as_planted():
    caught = {}
    for loading in (0.1, 0.5):
        simulated = simulate_frames(Truth(quality_in_ratings=loading, **BIG), 20)
        lower = simulated.answers[columns_of(simulated, higher=False)].mean(axis=1)
        caught[loading] = np.polyfit(simulated.hidden["quality"], lower, 1)[0] / RATING_SD
    assert caught == pytest.approx({0.1: 0.1, 0.5: 0.5}, abs=0.06)  # the scale's ends take a little


def shared_by(values: pd.Series, account: pd.Series) -> float:
    """Correlation of two colleagues' values that have mean 0 and variance 1."""
    total, n = values.groupby(account).sum(), values.groupby(account).size()
    return float((total**2 - (values**2).groupby(account).sum()).sum() / (n * (n - 1)).sum())


def test_traps_are_told_only_where_they_were_laid():
    plain, trapped = (
        study_files(simulate_frames(Truth(accounts=20, respondents=60, affect=value), 1), "x") for value in (0.0, 0.3)
    )
    assert b"affect" not in plain["truth.yaml"] + plain["README.md"]
    assert b"affect: 0.3" in trapped["truth.yaml"]
    assert b"line_halo" not in trapped["truth.yaml"]


def test_offering_raises_higher_tier_ratings_only(claimed):
    bought = claimed.answers["offering"] == 1
    shift = {
        higher: claimed.answers.loc[bought, columns_of(claimed, higher=higher)].mean().mean()
        - claimed.answers.loc[~bought, columns_of(claimed, higher=higher)].mean().mean()
        for higher in (True, False)
    }
    assert shift[True] / RATING_SD == pytest.approx(
        claimed.truth.element_effect, abs=0.05
    )  # rounding and the scale's ends take a little
    assert shift[False] == pytest.approx(0, abs=0.1)


def test_growth_lowers_earlier_waves_and_leaves_the_last_as_planted():
    simulated = simulate_frames(Truth(waves=3, growth=0.3, **BIG), 16)
    by_wave = simulated.answers.groupby("wave")["nps"].mean() * 100
    assert list(by_wave.index) == ["2024", "2025", "2026"]
    assert by_wave["2024"] + 10 < by_wave["2025"] < by_wave["2026"] - 10
    assert by_wave["2026"] == pytest.approx(30, abs=2)


def test_counts_are_exact_and_people_return():
    truth = Truth(respondents=500, accounts=150, waves=2, returning=0.6, missing_share=0.1, renewal_share=0.5)
    answers = simulate_frames(truth, 3).answers
    first, last = (answers[answers["wave"] == wave] for wave in ("2025", "2026"))
    for wave in (first, last):
        assert len(wave) == wave["respondent"].nunique() == truth.respondents
        assert wave["account"].nunique() == truth.accounts
        assert wave.groupby("account").size().between(1, 8).all()
    assert last["respondent"].isin(first["respondent"]).mean() == pytest.approx(0.6, abs=0.1)
    assert answers.filter(like="element.").isna().mean().mean() == pytest.approx(0.1, abs=0.01)
    assert answers["repurchase"].notna().mean() == pytest.approx(0.5, abs=0.06)
    assert answers.filter(regex=r"^(element|facet)\.").stack().dropna().between(0, 10).all()


def test_whole_accounts_buy_unless_told_otherwise():
    shared = simulate_frames(Truth(), 5).answers.groupby("account")["offering"].nunique()
    single = simulate_frames(Truth(exposure_clustering=0.0), 5).answers.groupby("account")["offering"].nunique()
    assert shared.max() == 1
    assert single.max() == 2


def test_provider_sees_itself_brighter_by_the_gap():
    simulated = simulate_frames(Truth(respondents=4000, accounts=1360, provider_gap=1.5, provider_share=0.5), 6)
    customers = simulated.answers.groupby("account")["facet.O1"].mean()
    gap = simulated.provider.set_index("account")["facet.O1"] - customers
    assert len(simulated.provider) == pytest.approx(680, abs=80)
    assert gap.mean() == pytest.approx(1.5, abs=0.15)


def test_comments_fit_the_answer_and_vary(demo):
    answers = demo.answers.dropna(subset="comment")
    told = demo.answers["comment"].notna().groupby(demo.answers["nps"]).mean()
    # 0.3 for passives; a lean of 1 makes detractors write twice as often as promoters
    assert told.to_dict() == pytest.approx({-1.0: 0.4, 0.0: 0.3, 1.0: 0.2}, abs=0.06)
    assert answers["comment"].nunique() > 200
    for code, group in GROUPS.items():
        openings = sentences("fi", group, "first")
        assert all(len(sentences(one, group, "first") + sentences(one, group, "then")) >= 30 for one in ("fi", "en"))
        assert answers.loc[answers["nps"] == code, "comment"].str.startswith(openings).all()


def test_a_step_has_its_own_chance():
    plain, other = simulate_frames(Truth(), 7).answers, simulate_frames(Truth(comment_share=0.9, provider_gap=2.0), 7).answers
    pd.testing.assert_frame_equal(plain.drop(columns="comment"), other.drop(columns="comment"))
    assert rng_for(1, "a").random() != rng_for(1, "b").random()


def test_same_seed_gives_the_same_bytes_and_another_seed_another_study():
    truth = Truth(respondents=60, accounts=20)
    files = study_files(simulate_frames(truth, 1), "twice")
    assert files == study_files(simulate_frames(truth, 1), "twice")
    assert files["responses.csv"] != study_files(simulate_frames(truth, 2), "twice")["responses.csv"]


@pytest.mark.parametrize(
    "settings",
    [
        ["claimed", "language=en", "weights=true"],
        ["lower_elements=6", "higher_elements=3", "renewal_share=0.4"],
        ["reversed", "waves=3", "exposure_clustering=0.3"],
    ],
)
def test_written_study_loads_as_drawn(tmp_path, settings):
    truth = parse_truth(settings)
    folder = simulate_study(tmp_path / "made-up", "made-up", truth, 8)
    study, drawn = load_study(folder), simulate_frames(truth, 8)
    last = drawn.answers[drawn.answers["wave"] == str(truth.year)].reset_index(drop=True)
    for column in (
        "recommend",
        "nps",
        "repurchase",
        "offering",
        "effort",
        "promise",
        "weight",
        "marker",
        "value_enhancement",
        "facet.H2",
    ):
        np.testing.assert_allclose(study.data[column].to_numpy(dtype=float), last[column].to_numpy(dtype=float), err_msg=column)
    assert study.element_keys == tuple(element.key for element in rated_elements(truth))
    for key in study.element_keys:
        np.testing.assert_allclose(study.data[f"element.{key}"].to_numpy(dtype=float), last[f"element.{key}"].to_numpy())
    assert yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8"))["nps_lift"] == truth.nps_lift
    assert "simulated" in (folder / "README.md").read_text(encoding="utf-8")


def test_a_withheld_truth_is_nowhere_in_the_folder(tmp_path):
    truth = parse_truth(["claimed", "language=en", "respondents=90", "accounts=30"])
    told, kept = (
        simulate_study(tmp_path / name, "client", truth, 31337, withhold=withhold) for name, withhold in (("told", 0), ("kept", 1))
    )
    assert {path.name for path in told.iterdir()} - {path.name for path in kept.iterdir()} == {"truth.yaml"}
    for path in kept.iterdir():
        if path.name in ("README.md", "study.yaml"):
            assert not any(
                word in path.read_text(encoding="utf-8") for word in ("31337", "nps_lift", "truth.yaml", "README.md tells")
            )
        else:
            assert path.read_bytes() == (told / path.name).read_bytes()
    assert load_study(kept).answers.equals(load_study(told).answers)


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(StudyError, match="nothing is overwritten"):
        simulate_study(tmp_path, "name", Truth(), 1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(("name", "seed"), [("with space", 1), ("", 1), ("x" * 65, 1), ("good", -1)])
def test_unusable_name_or_seed_is_refused(tmp_path, name, seed):
    with pytest.raises(ParameterError, match=r"cannot be used|seed is"):
        simulate_study(tmp_path / "new", name, Truth(), seed)
    assert not (tmp_path / "new").exists()


def test_truth_is_parsed_with_presets_and_settings():
    truth = parse_truth(["claimed", "halo=0.2", "weights=yes", "account_sizes=0,1,1,1", "language=en", "waves=2"])
    assert (truth.nps_lift, truth.halo, truth.weights, truth.account_sizes) == (18.0, 0.2, True, (0.0, 1.0, 1.0, 1.0))
    assert (truth.language, truth.waves, parse_truth([])) == ("en", 2, Truth())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["nps_lfit=8"], "Did you mean 'nps_lift'?"),
        (["claimd"], "Did you mean 'claimed'?"),
        (["zzz"], "Known are: no_effect, halo_only"),
        (["claimed", "double"], "One preset at a time"),
        (["waves=many"], "waves is 'many'"),
        (["halo=2"], "halo is 2.0: expected 0..0.9"),
        (["halo=nan"], "halo is nan"),
        (["nps_baseline=80", "nps_lift=40"], "nps_baseline + nps_lift is 120"),
        (["icc=0.01"], "icc is 0.01: halo, quality, co-creation and cooperation make"),
        (["accounts=5"], "5 accounts of 1..8 cannot hold"),
        (["language=sv"], "expected fi or en"),
        (["halo_shared=0.7", "line_halo=0.6"], "more than all of the halo"),
        (["line_buying=0.9", "size_buying=0.5"], "more than all of buying"),
        (["halo_loading_higher=0.6", "affect_loading=0.5"], "more than all of a higher-tier rating"),
    ],
)
def test_unusable_truth_is_refused_with_a_hint(settings, said):
    with pytest.raises(ParameterError, match=re.escape(said)):
        parse_truth(settings)


def test_all_problems_of_a_truth_are_told_at_once():
    with pytest.raises(ParameterError) as refused:
        parse_truth(["nope=1", "waves=x", "haloo=0.1"])
    assert len(str(refused.value).splitlines()) == 3


def test_every_planted_quantity_says_what_it_is():
    assert all(len(meaning(item.name)) > 10 for item in fields(Truth))


def test_demo_is_what_the_simulator_writes(demo):
    expected = study_files(demo, "demo")
    assert {path.name for path in DEMO.iterdir() if path.is_file()} == set(expected)
    for name, content in expected.items():
        assert (DEMO / name).read_bytes() == content, f"{name} differs: remove data/demo and run valuelib simulate again"
    assert len(expected["responses.csv"]) < 1_000_000


def test_demo_names_nobody():
    text = "\n".join(path.read_text(encoding="utf-8-sig") for path in sorted(DEMO.iterdir()) if path.is_file())
    patterns = {
        "e-mail": r"[\w.+-]+@[\w-]+\.\w+",
        "telephone": r"(?:\+358|\b0[45]0)[\s-]?\d{3}",
        "personal identity code": r"\b\d{6}[-+A]\d{3}[0-9A-Z]\b",
        "network address": r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
        "business id": r"\b\d{7}-\d\b",
    }
    assert {name: re.findall(pattern, text) for name, pattern in patterns.items()} == {name: [] for name in patterns}


def test_demo_teaches_that_the_raw_figure_is_far_above_the_true_one(demo):
    """The study as read from disk, judged by statsmodels at the strictest place of Holm's procedure."""
    answers = load_study(DEMO).data
    lower = answers[columns_of(demo, higher=False)].mean(axis=1)
    higher = answers[columns_of(demo, higher=True)]
    raw, _, raw_low = contrast(answers, "nps", (higher >= 8).any(axis=1).astype(float))
    assert raw > 35
    assert (raw_low + raw) / raw_low > 1.6
    critical = stats.t.ppf(1 - 0.0125, 120)
    lift, se, base = contrast(answers, "nps", answers["offering"], lower)
    assert lift - critical * se > 0
    assert lift + critical * se < 0.6 * (base - critical * se)  # even the ratio of the far ends stays below 1.6
    assert abs(lift - 13) < critical * se
    lift, se, base = contrast(answers, "repurchase", answers["offering"], lower)
    assert lift - critical * se > 0
    assert lift + critical * se < 22
    assert abs(lift - 0.22 * base) < critical * se


def test_demo_verdicts():
    study = load_study(DEMO)
    findings = {name: assess(study, name) for name in ("nps_60", "nps_60_points", "repurchase_22", "repurchase_22_points")}
    assert {name: finding.verdict for name, finding in findings.items()} == {
        "nps_60": "smaller",
        "nps_60_points": "consistent",
        "repurchase_22": "consistent",
        "repurchase_22_points": "undecided",
    }
    assert {name: finding.evidence_level for name, finding in findings.items()} == {
        "nps_60": "switched",
        "nps_60_points": "switched",
        "repurchase_22": "audited",
        "repurchase_22_points": "audited",
    }
    assert findings["repurchase_22_points"].reason_code == "conflict"
    assert "warning.switched_one_wave" in {one.code for one in findings["repurchase_22_points"].warnings}
    low, high = findings["nps_60_points"].difference.interval
    assert low < PRESETS["demo"].nps_lift < high
    low, high = findings["nps_60"].ratio.interval
    assert low < 1 + PRESETS["demo"].nps_lift / PRESETS["demo"].nps_baseline < high
    assert (assess(study, "many_elements_nps").verdict, assess(study, "many_elements_nps").undecided_why) == ("undecided", "design")


@pytest.mark.parametrize(("preset", "verdicts"), [("halo_only", {"rejected"}), ("claimed", {"supported", "consistent"})])
def test_planted_truth_reaches_the_verdict(tmp_path, preset, verdicts):
    truth = replace(PRESETS[preset], respondents=3000, accounts=1020)
    study = load_study(simulate_study(tmp_path / preset, preset, truth, 9))
    assert assess(study, "nps_60").verdict in verdicts


def test_a_roll_out_leaves_the_last_wave_and_moves_buyers_before_it():
    """Half of the buying accounts had the baseline in some wave before the last; who has the higher offering keeps it."""
    plain, rolled = (simulate_frames(Truth(waves=3, nps_lift=20.0, roll_out=share, **BIG), 16).answers for share in (0.0, 0.5))
    last = [rows[rows["wave"] == "2026"].drop(columns=["respondent"]) for rows in (plain, rolled)]
    pd.testing.assert_frame_equal(*last)
    state = rolled.groupby(["account", "wave"])["offering"].first().unstack()
    assert (state.diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)
    assert (state.diff(axis=1).iloc[:, 1:] > 0).any(axis=1)[state["2026"] == 1].mean() == pytest.approx(0.5, abs=0.05)


def test_what_the_offering_raises_follows_the_switch():
    """Higher-tier ratings and recommending of the first wave do not tell later buyers from others; those of the last do."""
    made = Truth(waves=2, roll_out=1.0, nps_lift=30.0, element_effect=1.0, confounding=0.0, **BIG)
    answers = simulate_frames(made, 18).answers
    answers["buys"] = answers["account"].map(answers.groupby("account")["offering"].max())
    higher = answers[[f"element.{one.key}" for one in elements() if one.tier_key in HIGHER_TIERS]].mean(axis=1)
    for values, least in ((higher, 1.2), (answers["nps"], 0.2)):
        apart = values.groupby([answers["wave"], answers["buys"]]).mean().unstack().diff(axis=1)[1.0]
        assert abs(apart["2025"]) < 0.1 < least < apart["2026"]


def test_renewals_of_the_last_rounds_alone_are_those_of_all_rounds():
    """Nothing else of a study moves, and its folder says of which rounds renewals are known."""
    every, last = (simulate_frames(Truth(waves=3, renewals_known=known, **BIG), 19) for known in (20, 1))
    in_last = every.answers["wave"] == "2026"
    pd.testing.assert_frame_equal(last.answers, every.answers.assign(repurchase=every.answers["repurchase"].where(in_last)))
    assert "Known of the last round only" in write_mapping(last, "last")
    assert "Known of" not in write_mapping(every, "every")


def test_a_standard_that_changes_with_the_switch_lowers_what_follows_it_and_nothing_else():
    told = {"waves": 2, "roll_out": 1.0, "nps_lift": 0.0, **BIG}
    plain, strict = (simulate_frames(Truth(switch_standard=size, **told), 17).answers for size in (0.0, 0.5))
    moved = (plain["nps"] != strict["nps"]).groupby([plain["wave"], plain["offering"]]).mean()
    assert moved["2025"].max() == 0
    assert moved["2026"][0.0] == 0
    assert moved["2026"][1.0] > 0.1

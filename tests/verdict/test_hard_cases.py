"""Data that would fool a careless contrast: saturated controls, no spread, odd covariates, thin groups."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.clients import client, study_of
from valuelib.explore.describe import count_scores, estimate_basics
from valuelib.results import Finding
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.theory.claims import claim
from valuelib.theory.pyramid import HIGHER_TIERS
from valuelib.verdict.assess import assess, assess_all
from valuelib.verdict.contrast import limits_of
from valuelib.verdict.groups import colleagues_mean
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.truth import Truth

TRUTH = Truth(nps_lift=18.0)
DEMO = Path(__file__).parents[2] / "data" / "demo"


def frame(truth: Truth = TRUTH, seed: int = 1) -> pd.DataFrame:
    found = simulate_frames(truth, seed).answers
    return found.drop(columns=[name for name in found if name.startswith("adjust.")])


def with_covariates(**columns: Any) -> Study:
    rows = frame()
    study = study_of(rows.assign(**{f"adjust.{name}": column for name, column in columns.items()}))
    columns_config = study.config.columns.model_copy(update={"adjust_for": tuple(columns)})
    return dataclasses.replace(study, config=study.config.model_copy(update={"columns": columns_config}))


def codes(finding: Finding) -> set[str]:
    return {warning.code for warning in finding.warnings}


def lift(finding: Finding) -> float:
    assert finding.deciding is not None
    assert finding.deciding.difference is not None
    return finding.deciding.difference.value


def lower_ratings(rng: np.random.Generator, n: int) -> dict[str, Any]:
    """Three lower-tier items that go together, so that they are a control worth the name."""
    liked = rng.integers(2, 9, n)
    keys = ("product_quality", "cost_reduction", "scalability")
    return {f"element.{key}": (liked + rng.integers(-1, 2, n)).astype(float) for key in keys}


def six_accounts(seed: int) -> Study:
    """No effect; six accounts of thirty answers, and one account attribute with three levels as a covariate."""
    rng = np.random.default_rng(seed)
    account = np.repeat(np.arange(6), 30)
    attribute = rng.permutation(["a", "a", "b", "b", "c", "c"])
    effect = rng.normal(0, 0.4, 6)
    latent = effect[account] + rng.normal(0, 1, 180)
    rows = pd.DataFrame(
        {
            "respondent": [str(row) for row in range(180)],
            "account": [f"A{name}" for name in account],
            "weight": 1.0,
            "recommend": 8.0,
            "nps": np.select([latent > 0.45, latent < -0.45], [1.0, -1.0], 0.0),
            "offering": (account % 2).astype(float),
            "adjust.Trade": attribute[account],
            **lower_ratings(rng, 180),
        }
    )
    return study_of(rows, claims=["nps_60_points"])


def test_controls_that_leave_single_accounts_decide_nothing() -> None:
    words = [assess(six_accounts(seed), "nps_60_points", sensitivity=False).verdict for seed in range(60)]
    assert np.mean([word in ("supported", "consistent", "smaller") for word in words]) <= 0.05


def test_hardly_any_degrees_of_freedom_decide_nothing_and_say_so() -> None:
    study = six_accounts(1)
    bare = dataclasses.replace(study, data=study.data.drop(columns="adjust.Trade"))
    four = dataclasses.replace(bare, data=bare.data[bare.data["account"].isin(["A0", "A1", "A2", "A3"])])
    finding = assess(four, "nps_60_points")
    assert (finding.verdict, finding.undecided_why, finding.reason_code) == ("undecided", "design", "few_clusters")
    assert finding.respondents_needed is None


def test_perfect_separation_is_not_a_test_with_zero_error() -> None:
    rng = np.random.default_rng(2)
    offering = np.repeat([1.0, 0.0], 6)
    rows = pd.DataFrame(
        {
            "respondent": [str(row) for row in range(12)],
            "account": [f"A{row}" for row in range(12)],
            "weight": 1.0,
            "repurchase": offering,
            "offering": offering,
            **lower_ratings(rng, 12),
        }
    )
    finding = assess(study_of(rows, claims=["repurchase_22_points"]), "repurchase_22_points")
    assert (finding.verdict, finding.undecided_why) == ("undecided", "precision")
    assert finding.reason.code.startswith("reason.thin.")
    assert finding.respondents_needed is None


REVENUE = np.exp(np.random.default_rng(5).normal(15, 1, 400))
HARMLESS: dict[str, dict[str, Any]] = {
    "euros": {"Revenue": REVENUE},
    "the same twice": {"Revenue": REVENUE, "Turnover": 2 * REVENUE},
    "constant": {"Country": ["FI"] * 400},
    "blank": {"Blank": [np.nan] * 400},
    "constant where told": {"Country": ["FI"] * 30 + [None] * 370},
    "infinite": {"Revenue": np.where(np.arange(400) == 3, np.inf, REVENUE)},
    "names that run into each other": {"Region": ["Type_A", "B"] * 200, "Region_Type": ["A", "B", "B", "A"] * 100},
    "one level a row": {"Id": [f"row {row}" for row in range(400)]},
    "whole numbers with gaps": {"Size": pd.array([1, 2, None, 4] * 100, dtype="Int64")},
}


@pytest.mark.parametrize("name", HARMLESS)
def test_odd_covariates_neither_crash_nor_close_the_audited_rung(name: str) -> None:
    study = with_covariates(**HARMLESS[name])
    finding = assess(study, "nps_60_points")
    assert finding.evidence_level == "audited"
    assert finding.deciding is not None
    assert finding.deciding.difference is not None
    assert abs(lift(finding) - lift(assess(study_of(frame()), "nps_60_points"))) < 10
    assert assess_all(study)


def test_units_of_a_covariate_change_nothing() -> None:
    euros, thousands = (assess(with_covariates(Revenue=REVENUE / unit), "nps_60_points") for unit in (1.0, 1000.0))
    assert lift(euros) == pytest.approx(lift(thousands), rel=1e-9)


def test_a_covariate_of_too_many_levels_is_left_out_and_named() -> None:
    finding = assess(with_covariates(Id=[f"site {row % 60}" for row in range(400)]), "nps_60_points")
    note = next(warning for warning in finding.warnings if warning.code == "note.left_out")
    assert note.values["columns"] == "Id"


def test_a_covariate_that_tells_who_bought_closes_the_audited_rung() -> None:
    rows = frame()
    told = rows.assign(account=rows["respondent"], **{"adjust.Package": np.where(rows["offering"] == 1, "big", "small")})
    finding = assess(study_of(told, columns={"respondent": "Id"}), "nps_60_points")
    assert finding.evidence_level == "direction"
    assert "warning.controls_dependent" in codes(finding)
    assert finding.reason.code == "reason.design.not_separable"  # lower-tier ratings are there: nobody is asked for them


def test_colleagues_ratings_answer_where_a_covariate_tells_who_bought() -> None:
    finding = assess(with_covariates(Package=np.where(frame()["offering"] == 1, "big", "small")), "nps_60_points")
    assert finding.evidence_level == "peers"
    assert "warning.controls_dependent" in codes(finding)


def test_check_says_that_colleagues_stand_in_where_purchases_are_unknown() -> None:
    rows = frame().drop(columns="offering")
    assert [message.code for message in limits_of(study_of(rows))] == ["warning.only_colleagues"]
    alone = rows.drop_duplicates("account")
    assert [message.code for message in limits_of(study_of(alone))] == ["missing.offering"]


def test_nobody_is_their_own_colleague_in_another_wave() -> None:
    rows = frame()
    earlier = rows.assign(wave="2025")
    both = pd.concat([rows.assign(wave="2026"), earlier], ignore_index=True)
    one, two = (colleagues_mean(study_of(which), HIGHER_TIERS) for which in (rows.assign(wave="2026"), both))
    assert one is not None
    assert two is not None
    assert two.iloc[: len(one)].tolist() == pytest.approx(one.tolist(), nan_ok=True)
    alone = rows.groupby("account")["respondent"].transform("count").to_numpy() == 1
    assert two.iloc[: len(one)][alone].isna().all()


def test_rows_without_lower_tier_ratings_are_counted_whatever_the_raw_rule() -> None:
    rows = frame()
    lower = [name for name in rows if name.startswith("element.") and name.removeprefix("element.") not in ("vision", "hope")]
    rows.loc[rows.index[:200], lower] = np.nan
    study = study_of(rows, exposure={"rule": "delivered", "threshold": 8, "column": "Package", "higher": ["Partner"]})
    finding = assess(study, "nps_60_points")
    dropped = next(warning for warning in finding.warnings if warning.code == "warning.rows_dropped")
    assert dropped.values["dropped_n"] == 200


def test_a_handful_of_dropped_rows_is_not_given_away_by_the_same_rows_reference() -> None:
    rows = frame()
    rows.loc[rows.index[:1], [name for name in rows if name.startswith("element.")]] = np.nan
    finding = assess(study_of(rows), "nps_60_points")
    assert "offering.same_rows" not in {control.name for control in finding.contrasts}


def test_an_intention_is_never_later() -> None:
    outcomes = {"repurchase": {"column": "Plan", "kind": "intention_topbox", "top": 9, "measured": "later"}}
    assert not assess(client(TRUTH, outcomes={**outcomes, "recommend": {"column": "Q1", "scale": [0, 10]}}), "repurchase_22").later


def test_a_ratio_is_gated_at_the_level_that_decides() -> None:
    for seed in range(12):
        study = client(Truth(respondents=300, accounts=105, nps_baseline=14.0, nps_lift=45.0), seed)
        finding = assess(study, "nps_60", sensitivity=False)
        assert finding.deciding is not None
        assert finding.total is not None
        ratios = [one.ratio for one in (finding.deciding, finding.total) if one.ratio is not None]
        closed = [ratio.value is None or ratio.ci_low_adjusted is None for ratio in ratios]
        assert len(ratios) == 2
        assert (finding.undecided_why == "gate") == any(closed)


def test_where_a_lift_is_shown_the_points_leave_out_zero_too() -> None:
    for seed in range(25):
        finding = assess(client(Truth(nps_lift=20.0), seed), "nps_60", sensitivity=False)
        if finding.verdict in ("supported", "consistent", "smaller"):
            assert finding.deciding is not None
            assert finding.deciding.difference is not None
            assert finding.deciding.difference.ci_low_adjusted is not None
            assert finding.deciding.difference.ci_low_adjusted >= 0


def test_the_same_answers_in_another_order_are_no_slope() -> None:
    rows = frame().head(40)
    individual = [f"element.{key}" for key in ("network_expansion", "marketability", "reputational_assurance")]
    rng = np.random.default_rng(6)
    for row in rows.index:
        rows.loc[row, individual] = rng.permutation([3.3, 5.1, 7.7])
    others = ["element.design_aesthetics", "element.growth_development", "element.reduced_anxiety", "element.fun_perks"]
    finding = assess(study_of(rows.drop(columns=others)), "personal_value_nps")
    assert finding.reason.code == "missing.no_variation"


def test_nothing_of_fewer_people_than_the_minimum_is_told() -> None:
    rows = frame().head(3)
    assert all(estimate.value is None and estimate.n == 0 for estimate in estimate_basics(study_of(rows)))
    lone = frame()
    lone["element.vision"] = np.where(np.arange(len(lone)) == 0, 3.0, np.nan)
    told = next(estimate for estimate in estimate_basics(study_of(lone)) if estimate.name == "element.vision.mean")
    assert told.value is None
    buyers = frame().assign(offering=lambda rows: np.where(np.arange(len(rows)) < 3, 1.0, 0.0))
    assert count_scores(study_of(buyers), claim("nps_60").reading) is None


def test_exploratory_readings_of_a_contrast_under_test_show_the_same_interval() -> None:
    study = client(Truth(nps_lift=10.0, repurchase_lift=10.0))
    found = {finding.claim.id: finding for finding in assess_all(study)}
    tested, beside = found["nps_60"].difference, found["nps_60_points"].difference
    assert not found["nps_60_points"].confirmatory
    assert tested is not None
    assert beside is not None
    assert tested.ci_low_adjusted == beside.ci_low_adjusted
    assert tested.ci_low_adjusted is not None
    assert tested.ci_low_adjusted < tested.ci_low


def test_covariates_are_named_in_the_language_of_the_study() -> None:
    finding = assess(load_study(DEMO, language="en"), "repurchase_22_points")
    note = next(warning for warning in finding.warnings if warning.code == "note.held_equal")
    assert note.values["columns"] == "Industry, Years as a customer"
    assert finding.robustness is not None
    assert {"Industry", "Years as a customer"} <= {one.name for one in finding.robustness.hidden}


def test_a_covariate_that_was_left_out_is_not_said_to_be_held_equal() -> None:
    part = load_study(DEMO, language="en").where(industry="trade")
    finding = assess(part, "repurchase_22_points", sensitivity=False)
    notes = {warning.code: warning.values.get("columns") for warning in finding.warnings}
    assert notes["note.left_out"] == "Industry", "all of one industry: nothing to hold equal"
    assert notes["note.held_equal"] == "Years as a customer"


def test_a_covariate_of_which_a_level_is_kept_is_not_left_out() -> None:
    sites = np.array(["north", "south", "east"])[np.arange(400) % 3]
    finding = assess(with_covariates(Site=sites, Region=np.where(sites == "east", "abroad", sites)), "nps_60_points")
    notes = {warning.code: warning.values.get("columns") for warning in finding.warnings}
    assert (notes["note.held_equal"], notes["note.left_out"]) == ("Site", "Region"), "one of the two tells all that the other does"

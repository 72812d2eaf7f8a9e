"""Total and net, one verdict: what each alone would say, why they differ, and which studies settle nothing."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from tests.clients import client, study_of
from valuelib.results import Difference, Dropped, Finding, Group, Link, from_json, to_json
from valuelib.stats.contrasts import Decisions
from valuelib.study.model import Study
from valuelib.theory.claims import claim
from valuelib.theory.pyramid import LOWER_TIERS
from valuelib.verdict.assess import assess, assess_all
from valuelib.verdict.control import MIN_CONTROL_ITEMS, Control, find_control
from valuelib.verdict.evidence import Evidence
from valuelib.verdict.groups import element_ratings
from valuelib.verdict.reasons import in_conflict
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.truth import Truth

NULL = Truth(confounding=0.0, nps_lift=0.0)
POINTS = "nps_60_points"


def bare(truth: Truth, seed: int = 1) -> pd.DataFrame:
    """Simulated answers without covariates, so that both figures can be had from plain tools."""
    rows = simulate_frames(truth, seed).answers
    return rows.drop(columns=[name for name in rows if name.startswith("adjust.")])


def lower_mean(rows: pd.DataFrame) -> pd.Series:
    return element_ratings(study_of(rows), LOWER_TIERS).mean(axis=1)


def lift(finding: Finding) -> float:
    assert finding.difference is not None
    return finding.difference.value


def test_both_figures_are_those_of_plain_least_squares_and_the_link_adds_up() -> None:
    rows = bare(Truth(respondents=600, accounts=200, nps_lift=15.0, missing_share=0.0))
    finding = assess(study_of(rows, claims=[POINTS]), POINTS, sensitivity=False)
    plain = pd.DataFrame({"y": 100 * rows["nps"], "x": rows["offering"], "basics": lower_mean(rows)})
    total, net = smf.ols("y ~ x", plain).fit(), smf.ols("y ~ x + basics", plain).fit()
    basics = smf.ols("basics ~ x", plain).fit()
    assert finding.total is not None
    assert finding.total.difference is not None
    assert finding.link is not None
    assert finding.total.difference.value == pytest.approx(total.params["x"])
    assert lift(finding) == pytest.approx(net.params["x"])
    assert finding.link.basics_difference.value == pytest.approx(basics.params["x"])
    assert finding.link.slope == pytest.approx(net.params["basics"])
    assert finding.link.moved == pytest.approx(basics.params["x"] * net.params["basics"])
    assert finding.link.gap.value == pytest.approx(finding.link.moved)  # nobody dropped out


def test_stricter_buyers_make_a_net_lift_that_the_total_stops() -> None:
    strict = dataclasses.replace(NULL, respondents=1200, accounts=400, strictness=1.0)
    finding = assess(study_of(bare(strict), claims=[POINTS]), POINTS, sensitivity=False)
    assert finding.difference is not None
    assert finding.difference.ci_low > 0
    assert (finding.verdict, finding.undecided_why, finding.reason_code) == ("undecided", "design", "conflict")
    assert finding.link is not None
    assert finding.link.basics_difference.ci_high < 0
    assert finding.respondents_needed is None
    assert finding.claim_share is None
    assert "in total" in dataclasses.replace(finding, language="en").sentence


def test_where_no_ratio_can_be_given_both_figures_are_said() -> None:
    rows = bare(dataclasses.replace(NULL, respondents=1200, accounts=400, strictness=1.0))
    rows["nps"] = rows["nps"].where(rows.index % 4 > 0, -1.0)
    finding = assess(study_of(rows, claims=["nps_60"]), "nps_60", sensitivity=False)
    assert (finding.undecided_why, finding.total is not None) == ("gate", True)
    said = dataclasses.replace(finding, language="en").sentence
    assert "in total and" in said
    assert "higher among" not in said


def test_a_lift_that_better_basics_may_have_left_in_the_net_figure_is_not_shown() -> None:
    """No effect of buying; well-served accounts buy more, and three questions measure how well served they are with much error."""
    truth = {
        "confounding": 0.6,
        "quality_effect": 0.5,
        "halo": 0.1,
        "halo_loading_lower": 0.2,
        "quality_in_ratings": 0.7,
        "icc": 0.6,
    }
    served = Truth(respondents=2400, accounts=700, lower_elements=3, missing_share=0.0, **truth)
    findings = [assess(study_of(bare(served, seed), claims=[POINTS]), POINTS, sensitivity=False) for seed in range(2)]
    told = [one for one in findings if one.reason.code == "reason.weak_control.left"]
    assert told
    for one in told:
        assert (one.verdict, one.undecided_why, one.reason_code) == ("undecided", "design", "weak_control")
        assert one.difference is not None
        assert one.link is not None
        assert one.difference.ci_low > 0
        assert one.difference.ci_low < one.link.left == one.reason.values["left_pts"]
    assert not any(one.verdict in ("supported", "consistent") for one in findings)


def test_unhappy_buyers_who_skip_the_ratings_count_in_the_total() -> None:
    rows = bare(dataclasses.replace(NULL, respondents=1200, accounts=400, skipping=0.8))
    finding = assess(study_of(rows, claims=[POINTS]), POINTS, sensitivity=False)
    assert finding.link is not None
    assert finding.total is not None
    assert finding.total.comparison is not None
    skipped = rows["offering"].eq(1) & lower_mean(rows).isna()
    assert (finding.link.dropped.comparison.n, finding.link.dropped.comparison.value) == (int(skipped.sum()), -100.0)
    assert finding.link.dropped.baseline == dataclasses.replace(finding.link.dropped.baseline, n=0, value=None)
    assert finding.total.comparison.n == int(rows["offering"].eq(1).sum())
    assert finding.reason_code == "conflict"


def test_few_dropped_answers_are_counted_and_their_outcome_withheld() -> None:
    rows = bare(Truth(missing_share=0.0))
    ratings = [name for name in rows if name.startswith("element.")]
    rows.loc[rows.index[rows["offering"].eq(1)][:3], ratings] = np.nan
    finding = assess(study_of(rows, claims=[POINTS]), POINTS, sensitivity=False)
    assert finding.link is not None
    assert (finding.link.dropped.comparison.n, finding.link.dropped.comparison.value) == (3, None)
    assert not [one for one in finding.contrasts if one.name.endswith("same_rows")]  # less the total it would tell of the three


def test_an_answer_without_a_covariate_stays_in_the_total() -> None:
    rows = bare(Truth(missing_share=0.0)).assign(**{"adjust.Size": np.where(np.arange(400) % 4 == 0, np.nan, np.arange(400.0) % 7)})
    study = study_of(rows, claims=[POINTS])
    study = dataclasses.replace(
        study, config=study.config.model_copy(update={"columns": study.config.columns.model_copy(update={"adjust_for": ("Size",)})})
    )
    finding = assess(study, POINTS, sensitivity=False)
    assert finding.total is not None
    assert finding.deciding is not None
    counted = [sum(group.n for group in (one.comparison, one.baseline) if group) for one in (finding.total, finding.deciding)]
    assert counted == [400, 300]


@pytest.mark.parametrize("items", [1, 2])
def test_fewer_than_three_items_are_no_control(items: int) -> None:
    rows = bare(Truth(lower_elements=items, higher_elements=6, confounding=0.5))
    finding = assess(study_of(rows.drop(columns="account").assign(account=rows["respondent"]), claims=[POINTS]), POINTS)
    assert finding.evidence_level not in ("audited", "peers")
    assert (finding.verdict, finding.undecided_why, finding.reason_code) == ("undecided", "design", "weak_control")
    assert finding.total is not None  # what was bought stays on the card


def test_unreliable_items_are_no_control() -> None:
    rows, rng = bare(Truth(lower_elements=4, higher_elements=4)), np.random.default_rng(1)
    for name in element_ratings(study_of(rows), LOWER_TIERS):
        rows[name] = rng.integers(0, 11, len(rows)).astype(float)
    finding = assess(study_of(rows, claims=[POINTS]), POINTS, sensitivity=False)
    assert finding.evidence_level not in ("audited", "peers")
    assert finding.reason_code == "weak_control"


def test_items_asked_of_buyers_only_leave_the_control() -> None:
    rows = bare(dataclasses.replace(NULL, respondents=1200, accounts=400, routed_share=0.3, lower_elements=12))
    study = study_of(rows, claims=[POINTS])
    ratings, bought = element_ratings(study, LOWER_TIERS), rows["offering"].to_numpy()
    routed = ratings.columns[ratings[bought == 0].isna().all()]
    assert len(routed) >= 3
    control = find_control(study, np.where(bought == 1, 0, 1), np.ones(len(rows), bool))
    assert isinstance(control, Control)
    assert set(control.items) == set(ratings.columns) - set(routed)
    finding = assess(study, POINTS, sensitivity=False)
    assert "note.routed_items" in {one.code for one in finding.warnings}
    assert finding.evidence_level == "audited"


def test_the_control_is_the_same_whichever_group_comes_first() -> None:
    rows = bare(Truth(lower_elements=8))
    study, codes = study_of(rows), np.where(rows["offering"].eq(1), 0, 1)
    found = [find_control(study, one, np.ones(len(rows), bool)) for one in (codes, 1 - codes)]
    assert all(isinstance(one, Control) for one in found)
    assert found[0].items == found[1].items  # type: ignore[union-attr]
    assert len(found[0].items) >= MIN_CONTROL_ITEMS  # type: ignore[union-attr]


def big_account(share: float) -> Study:
    rows = bare(Truth(respondents=600, accounts=200, nps_lift=20.0))
    rows.loc[rows.index[: int(share * 600)], ["account", "offering"]] = ["A-big", 1.0]
    return study_of(rows, claims=[POINTS])


def test_a_dominant_account_decides_nothing_and_a_large_one_is_warned_of() -> None:
    dominant, large = (assess(big_account(share), POINTS, sensitivity=False) for share in (0.55, 0.4))
    assert (dominant.verdict, dominant.undecided_why, dominant.reason_code) == ("undecided", "design", "dominant_account")
    assert "warning.large_account" in {one.code for one in large.warnings}
    assert large.reason_code != "dominant_account"


def test_fewer_than_six_clusters_in_a_group_decide_nothing() -> None:
    rows = bare(Truth(respondents=300, accounts=100, nps_lift=30.0))
    bought = rows["offering"].eq(1)
    rows.loc[bought, "account"] = [f"B{place % 5}" for place in range(int(bought.sum()))]
    finding = assess(study_of(rows, claims=[POINTS]), POINTS, sensitivity=False)
    assert (finding.verdict, finding.undecided_why, finding.reason_code) == ("undecided", "design", "few_clusters")


def test_a_claim_that_no_score_could_meet_is_out_of_reach() -> None:
    finding = assess(client(Truth(nps_baseline=80.0)), "nps_60", sensitivity=False)
    assert (finding.verdict, finding.undecided_why, finding.reason_code) == ("undecided", "out_of_reach", "out_of_reach")
    largest = finding.reason.values["largest_pts"]
    assert finding.total is not None
    assert finding.total.baseline is not None
    assert finding.total.baseline.value is not None
    assert largest == pytest.approx(100 - finding.total.baseline.value)


def test_a_verdict_takes_the_larger_p_of_both_figures() -> None:
    for seed in range(6):
        finding = assess(client(Truth(nps_lift=12.0, respondents=300, accounts=100), seed), POINTS, sensitivity=False)
        if finding.verdict in ("supported", "consistent", "smaller"):
            for one in (finding.total, finding.deciding):
                assert one is not None
                assert one.difference is not None
                assert one.difference.p_no_lift is not None
                assert one.difference.p_no_lift <= 0.025


def test_both_figures_travel_through_json() -> None:
    finding = assess(client(Truth(nps_lift=12.0)), POINTS, sensitivity=False)
    again = from_json("finding", to_json(finding))
    assert isinstance(again, Finding)
    assert (again.total, again.link, again.claim_share) == (finding.total, finding.link, finding.claim_share)
    entry = to_json(finding)
    assert set(entry["link"]) >= {"basics_difference", "slope", "moved", "dropped"}


def test_every_reading_with_a_deciding_contrast_has_its_own_total() -> None:
    for finding in assess_all(client(Truth(respondents=800, accounts=200))):
        if finding.deciding is not None and not finding.parts:
            assert finding.total is not None
            assert finding.total.name.endswith(".total")
            assert finding.total.name.split(".")[0] == finding.deciding.name.split(".")[0]


@pytest.mark.parametrize(
    ("net", "total", "conflict"),
    [
        (Decisions(True, False, False, False), Decisions(False, False, False, False), True),
        (Decisions(True, True, False, False), Decisions(True, False, False, False), True),
        (Decisions(True, False, True, False), Decisions(True, False, False, False), False),
        (Decisions(False, True, False, True), Decisions(True, False, False, False), True),
    ],
)
def test_what_is_a_conflict(net: Decisions, total: Decisions, conflict: bool) -> None:
    apart = Difference(value=20.0, se=4.0, df=60.0, ci_low=12.0, ci_high=28.0)
    nobody = Group(n=0, accounts=0, value=None)
    link = Link(
        basics_difference=apart, slope=1.0, moved=1.0, left=0.0, gap=apart, dropped=Dropped(comparison=nobody, baseline=nobody)
    )
    evidence = Evidence(claim=claim(POINTS), link=link)
    assert in_conflict(evidence, (net, total), 0.95) is conflict
    near = dataclasses.replace(
        evidence, link=dataclasses.replace(link, gap=dataclasses.replace(apart, se=15.0, ci_low=-9.0, ci_high=49.0))
    )
    opposite = (net.lift and total.opposite) or (net.opposite and total.lift)
    assert in_conflict(near, (net, total), 0.95) is opposite

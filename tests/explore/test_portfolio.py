"""Is like pooled with like only, and is whoever stays outside named with the reason?"""

from __future__ import annotations

import itertools
import json
import math

import pytest

from tests.explore.documents import AUDITED, decided, document, made_up, points, raw_only, untested
from tools.portfolio import CLIENTS, results_of
from valuelib.explore.pooling import ClaimPools, Pool, Portfolio, explore_portfolio
from valuelib.output.results_json import Document
from valuelib.results import Message
from valuelib.stats.pooling import estimate_pooled


@pytest.fixture(scope="module")
def whole() -> Portfolio:
    return explore_portfolio(list(made_up().values()))


def entry(portfolio: Portfolio, claim_id: str) -> ClaimPools:
    return next(one for one in portfolio.claims if claim_id in one.claims)


def pools(*documents: Document, claim: str = "nps_60_points") -> tuple[Pool, ...]:
    return entry(explore_portfolio(documents), claim).pools


def studies(pool: Pool) -> list[str]:
    return [one.study for one in pool.contributions]


def codes(pool: Pool) -> list[str]:
    return [note.code for note in pool.notes]


# ---------------------------------------------------------------------- the made-up clients


def test_the_made_up_clients_are_what_the_tool_writes():
    """Figures may differ in their last digits between processors; everything else is the same."""
    for client in CLIENTS:
        assert_alike(json.loads(results_of(client)), made_up()[client.name.lower()], client.name)


def assert_alike(made: object, kept: object, place: str) -> None:
    if isinstance(made, dict) and isinstance(kept, dict):
        assert list(made) == list(kept), place
        for key in made:
            assert_alike(made[key], kept[key], f"{place}.{key}")
    elif isinstance(made, list) and isinstance(kept, list):
        assert len(made) == len(kept), place
        for at, (one, other) in enumerate(zip(made, kept, strict=True)):
            assert_alike(one, other, f"{place}[{at}]")
    elif isinstance(made, float) and isinstance(kept, int | float):
        assert made == pytest.approx(kept, rel=1e-6, abs=1e-9), place
    else:
        assert made == kept, place


def test_deciding_lifts_and_raw_ones_are_pooled_apart(whole: Portfolio):
    nps = entry(whole, "nps_60")
    assert nps.claims == ("nps_60", "nps_60_points")
    assert [(pool.evidence_level, pool.raw, pool.scale) for pool in nps.pools] == [
        ("audited", False, "points"),
        ("peers", False, "points"),
        ("descriptive", True, "points"),
    ]
    assert studies(nps.pools[0]) == ["kaarna", "louhi", "merituuli", "rantakivi", "saukko", "tuohi"]
    assert studies(nps.pools[1]) == ["vaahtera"]  # nobody told what was bought there
    assert studies(nps.pools[2])[-1] == "vaahtera"
    assert nps.left == ()
    assert nps.sizes == {"nps_60": ("ratio", 1.6), "nps_60_points": ("points", 13.0)}


def test_what_is_planted_lies_in_the_pooled_interval(whole: Portfolio):
    """Six clients with lifts of 6 to 19 points: their mean is held, and the raw mean is far from it."""
    lifts = [client.truth.nps_lift for client in CLIENTS if client.name != "Vaahtera"]
    deciding, _, raw = (pool.pooled for pool in entry(whole, "nps_60").pools)
    assert deciding is not None
    assert raw is not None
    assert deciding.low < sum(lifts) / len(lifts) < deciding.high
    assert raw.low > max(lifts)


def test_figures_are_those_of_the_estimator_on_the_files_own_numbers(whole: Portfolio):
    found = [
        control["lift_points"]
        for study in made_up().values()
        for finding in study["findings"]
        if finding["claim"] == "nps_60"
        for control in finding["controls"]
        if control["name"] == finding["decided_by"] == AUDITED
    ]
    expected = estimate_pooled([one["value"] for one in found], [one["se"] for one in found])
    assert expected is not None
    pooled = entry(whole, "nps_60").pools[0].pooled
    assert pooled is not None
    assert (pooled.value, pooled.low, pooled.new_high) == pytest.approx((expected.value, expected.low, expected.new_high))


def test_log_ratios_agree_with_the_studies_own_fieller_intervals(whole: Portfolio):
    """Two approximations of one interval, where shares are large and well known."""
    ratios = next(pool for pool in entry(whole, "repurchase_22").pools if pool.scale == "log_ratio" and not pool.raw)
    for one in ratios.contributions:
        finding = next(row for row in made_up()[one.study]["findings"] if row["claim"] == "repurchase_22")
        fieller = next(row for row in finding["controls"] if row["name"] == AUDITED)["lift_ratio"]
        assert math.exp(one.value) == pytest.approx(fieller["value"])
        assert math.exp(one.low) == pytest.approx(fieller["ci_low"], abs=0.015)
        assert math.exp(one.high) == pytest.approx(fieller["ci_high"], abs=0.015)


def test_the_order_of_studies_changes_nothing(whole: Portfolio):
    assert explore_portfolio(list(made_up().values())[::-1]) == whole


def test_claims_nobody_could_test_are_told_with_every_reason(whole: Portfolio):
    assert {one.study for one in whole.untested["hard_to_copy"]} == set(made_up())
    assert set(whole.untested).isdisjoint(claim for one in whole.claims for claim in one.claims)


# ---------------------------------------------------------------------- like with like


def test_each_rung_has_its_own_pool_the_strongest_first():
    by_peers = {"evidence_level": "peers", "decided_by": "peers.lower_tiers"}
    made = [document(f"p{at}", decided(8, **by_peers)) for at in range(3)] + [document(f"a{at}", decided(12)) for at in range(2)]
    audited, peers, raw = pools(*made)
    assert (audited.evidence_level, studies(audited)) == ("audited", ["a0", "a1"])
    assert (peers.evidence_level, studies(peers)) == ("peers", ["p0", "p1", "p2"])
    assert len(raw.contributions) == 5


def test_own_ratings_never_stand_among_deciding_pools_however_adjusted():
    own = {"evidence_level": "direction", "decided_by": "direction.own", "verdict": "undecided", "undecided_why": "design"}
    portfolio = explore_portfolio([document("a", decided(20, **own)), document("b", decided(22, **own))])
    found = entry(portfolio, "nps_60_points")
    assert [pool.raw for pool in found.pools] == [True, True]
    assert found.deciding == ()


def test_raw_comparisons_by_another_rule_are_another_pool():
    made = [document("a", raw_only(40)), document("b", raw_only(42)), document("c", raw_only(12, exposure="offering"))]
    assert [(pool.contrast, studies(pool)) for pool in pools(*made)] == [("delivered", ["a", "b"]), ("offering", ["c"])]


def test_a_claim_of_the_same_name_in_another_reading_is_kept_apart_and_named():
    made = [document("a", decided(9)), document("b", decided(11)), document("c", decided(30, size=30.0))]
    found = entry(explore_portfolio(made), "nps_60_points")
    assert studies(found.pools[0]) == ["a", "b"]
    assert [(one.study, one.reason.code, one.reason.values["size_pts"]) for one in found.left] == [
        ("c", "portfolio.other_reading.pts", 30.0)
    ]


def test_between_readings_as_common_the_registers_own_is_taken():
    made = [document("a", decided(9, size=10.0)), document("b", decided(11))]
    for order in itertools.permutations(made):
        assert studies(entry(explore_portfolio(order), "nps_60_points").pools[0]) == ["b"]


def test_a_clients_own_claim_joins_only_its_own_name():
    made = [document("a", decided(9), decided(9, claim="own_words")), document("b", decided(11))]
    portfolio = explore_portfolio(made)
    assert studies(entry(portfolio, "own_words").pools[0]) == ["a"]
    assert entry(portfolio, "own_words").pools[0].pooled is None
    assert studies(entry(portfolio, "nps_60_points").pools[0]) == ["a", "b"]


def test_an_nps_is_never_pooled_as_a_ratio_and_a_share_is():
    rate = {"claim": "repurchase_22", "outcome": "repurchase", "metric": "ratio", "size": 1.22}
    assert {pool.scale for pool in pools(document("a", decided(9)), document("b", decided(8)))} == {"points"}
    made = [document("a", decided(9, **rate)), document("b", decided(8, **rate)), document("c", decided(5, baseline=0, **rate))]
    ratio = next(pool for pool in pools(*made, claim="repurchase_22") if pool.scale == "log_ratio")
    assert studies(ratio) == ["a", "b"]
    assert [(one.study, one.reason.code) for one in ratio.left] == [("c", "portfolio.no_ratio")]
    assert ratio.contributions[0].value == pytest.approx(math.log(59 / 50))


def test_trends_are_pooled_in_points_only_and_stay_out_of_the_main_part():
    trend = {"claim": "higher_is_better", "metric": "trend", "size": None, "exposure": "higher_count"}
    made = [document(name, decided(9), raw_only(8, **trend)) for name in "ab"]
    portfolio = explore_portfolio(made)
    assert [pool.contrast for pool in entry(portfolio, "higher_is_better").pools] == ["higher_count"]
    assert [one.claims for one in portfolio.main] == [("nps_60_points",)]


def test_without_deciding_evidence_anywhere_the_claims_under_test_are_the_main_part():
    trend = {"claim": "higher_is_better", "metric": "trend", "size": None, "confirmatory": False}
    portfolio = explore_portfolio([document(name, raw_only(40), raw_only(8, **trend)) for name in "ab"])
    assert [one.claims for one in portfolio.main] == [("nps_60_points",)]


def test_a_contrast_too_thin_to_decide_weighs_nothing():
    too_few_clusters = Message(code="reason.thin.few_accounts", values={"accounts_n": 3, "df_score": 1.4})
    made = [
        document("a", decided(9)),
        document("b", decided(70, 0.1, reason=too_few_clusters, verdict="undecided", undecided_why="precision")),
    ]
    audited = pools(*made)[0]
    assert studies(audited) == ["a"]
    assert [one.reason.code for one in audited.left] == ["reason.thin.few_accounts"]


def test_a_lift_without_a_standard_error_weighs_nothing():
    audited = pools(document("a", decided(9)), document("b", decided(9, 0.0)))[0]
    assert [(one.study, one.reason.code) for one in audited.left] == [("b", "portfolio.no_se")]


def test_a_study_that_could_not_test_gives_its_reason():
    found = entry(explore_portfolio([document("a", decided(9)), document("b", untested("nps_60_points"))]), "nps_60_points")
    assert [(one.study, one.reason.code) for one in found.left] == [("b", "missing.no_nps")]


# ---------------------------------------------------------------------- notes


def test_one_study_is_not_pooled_and_two_are_called_what_they_are():
    one, two = pools(document("a", decided(9)))[0], pools(document("a", decided(9)), document("b", decided(30)))[0]
    assert (one.pooled, one.notes) == (None, ())
    assert codes(two) == ["portfolio.two"]


def test_few_studies_and_every_prediction_are_called_approximate():
    lifts = (2, 30, 14, -12, 25, 8)
    few = pools(*[document(str(at), decided(lift)) for at, lift in enumerate(lifts[:4])])[0]
    more = pools(*[document(str(at), decided(lift)) for at, lift in enumerate(lifts)])[0]
    assert codes(few) == ["portfolio.few", "portfolio.approximate"]
    assert codes(more) == ["portfolio.approximate"]


def test_studies_that_agree_too_well_get_the_wider_interval_beside():
    audited = pools(*[document(str(at), decided(12 + at / 10)) for at in range(6)])[0]
    note = next(one for one in audited.notes if one.code == "portfolio.agree.points")
    assert audited.pooled is not None
    assert note.values == {"low_pts": audited.pooled.low_modified, "high_pts": audited.pooled.high_modified}


def test_studies_that_truly_scatter_are_not_said_to_agree():
    """REML may find scatter although the modified interval is a little wider."""
    lifts = ((-1.26, 4.84), (8.83, 4.76), (13.65, 5.5), (5.24, 5.56))
    audited = pools(*[document(str(at), decided(lift, se)) for at, (lift, se) in enumerate(lifts)])[0]
    assert audited.pooled is not None
    assert audited.pooled.tau > 0
    assert audited.pooled.low_modified < audited.pooled.low
    assert "portfolio.agree.points" not in codes(audited)


def test_outcomes_all_seen_later_are_not_called_mixed():
    assert codes(pools(*[document(name, decided(9, later=True)) for name in "ab"])[0]) == [
        "portfolio.two",
        "portfolio.agree.points",
    ]


def test_uncertain_standard_errors_mixed_outcomes_and_one_client_twice_are_told():
    made = [
        document("a", decided(9, df=6), client="X"),
        document("b", decided(30, later=True), client="X"),
        document("c", decided(1)),
    ]
    portfolio = explore_portfolio(made)
    audited = entry(portfolio, "nps_60_points").pools[0]
    assert {"portfolio.few_df", "portfolio.later_mixed"} <= set(codes(audited))
    assert [note.code for note in portfolio.notes] == ["portfolio.same_client"]
    assert explore_portfolio(made[1:]).notes == ()


def test_a_studys_own_interval_takes_its_own_degrees_of_freedom():
    one = pools(document("a", decided(10, 4, df=5)))[0].contributions[0]
    assert (one.low, one.high) == pytest.approx((points(10, 4, 5).ci_low, points(10, 4, 5).ci_high))

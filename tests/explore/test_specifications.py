"""Every defensible specification: the primary is the verdict's own contrast, and what must not matter does not."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from tests.clients import client, study_of
from tests.tolerances import SAME_ARITHMETIC
from valuelib.explore.specification_choices import COVARIATES, OWN
from valuelib.explore.specifications import (
    FULL,
    Choices,
    Curve,
    claims_of,
    count_permutations,
    fit_curve,
    permute_curve,
    sample_of,
    share_lifts,
    share_verdicts,
    specification_shares,
)
from valuelib.results import Message
from valuelib.show.specifications import say_specifications
from valuelib.study.model import Study
from valuelib.theory.claims import claim
from valuelib.verdict.assess import assess
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.people import rng_for
from valuelib.worlds.truth import Truth

SMALL = Truth(respondents=400, accounts=140, nps_lift=30)
TINY = Truth(respondents=200, accounts=70, nps_lift=30)
HALO = Truth(respondents=600, accounts=200, halo=0.6, confounding=0.0)


def curve_of(study: Study, outcome: str = "recommend") -> Curve:
    curve = fit_curve(study, outcome)
    assert isinstance(curve, Curve)
    return curve


def primary_of(curve: Curve):
    assert curve.primary is not None
    return curve.specifications[curve.primary]


def plain(study: Study) -> Study:
    """The same client without covariates."""
    answers = study.data[[column for column in study.data if not column.startswith("adjust.")]]
    return dataclasses.replace(study, data=answers, all_data=answers)


def background(study: Study) -> Study:
    """The same client with covariates, a third of them missing here and there, and with weights."""
    rng = rng_for(1, "background")
    n = len(study.data)
    answers = study.data.assign(
        **{
            "adjust.Size": rng.choice(["S", "M", "L"], n),
            "adjust.Years": np.where(rng.random(n) < 0.05, np.nan, rng.normal(5, 2, n)),
            "weight": rng.uniform(0.5, 2.0, n),
        }
    )
    return dataclasses.replace(study, data=answers, all_data=answers)


@pytest.mark.parametrize("outcome", ["recommend", "repurchase"])
@pytest.mark.parametrize("dress", [plain, background], ids=["plain", "covariates and weights"])
def test_the_primary_is_the_contrast_that_gives_the_verdict(dress, outcome):
    study = dress(client(SMALL))
    asked = {"recommend": "nps_60_points", "repurchase": "repurchase_22_points"}[outcome]
    deciding = assess(study, asked).deciding
    primary = primary_of(curve_of(study, outcome))
    assert (primary.value, primary.low, primary.high) == pytest.approx(
        (deciding.difference.value, deciding.difference.ci_low, deciding.difference.ci_high), abs=SAME_ARITHMETIC
    )
    assert primary.p_no_lift == pytest.approx(deciding.difference.p_no_lift, abs=SAME_ARITHMETIC)
    assert (COVARIATES in primary.choices.adjustment) == ("adjust.Size" in study.data)


@pytest.mark.parametrize(
    ("exposure", "rule", "cut"),
    [
        ({"rule": "delivered", "threshold": 8}, "delivered", "8"),
        ({"rule": "delivered", "threshold": 7.5}, "delivered", "7.5"),
        ({"rule": "count", "threshold": 8}, "count", "8 published"),
        ({"rule": "relative"}, "relative", "zero"),
    ],
)
def test_where_nothing_can_decide_the_primary_is_the_raw_contrast(exposure, rule, cut):
    made = client(SMALL).data.drop(columns="offering")
    study = study_of(made.assign(account=made["respondent"]), exposure=exposure, columns={"respondent": "Id"})
    raw = assess(study, "nps_60_points").difference
    curve = curve_of(study)
    primary = primary_of(curve)
    assert (primary.choices.rule, primary.choices.cut, primary.choices.adjustment) == (rule, cut, ())
    assert (primary.value, primary.low, primary.high) == pytest.approx((raw.value, raw.ci_low, raw.ci_high), abs=SAME_ARITHMETIC)


@pytest.mark.parametrize("dress", [lambda study: study, background], ids=["plain", "covariates"])
def test_without_what_was_bought_the_primary_is_the_contrast_of_colleagues(dress):
    made = dress(client(SMALL))
    study = dataclasses.replace(made, data=made.data.drop(columns="offering"))
    deciding = assess(study, "nps_60_points", sensitivity=False).deciding
    curve = curve_of(study)
    primary = primary_of(curve)
    assert (primary.value, primary.low) == pytest.approx(
        (deciding.difference.value, deciding.difference.ci_low), abs=SAME_ARITHMETIC
    )
    assert curve.deciding == "peers"


def test_several_hundred_ways_in_order_each_of_them_once():
    curve = curve_of(background(client(TINY)))
    assert len(curve.specifications) > 500
    values = [one.value for one in curve.specifications]
    assert values == sorted(values)
    assert len({one.choices for one in curve.specifications}) == len(values)
    assert {one.choices.coding for one in curve.specifications} == {"nps", "score", "promoters", "no_detractors"}
    assert {one.choices.weighted for one in curve.specifications} == {True, False}


def test_order_of_rows_names_of_accounts_and_scale_of_weights_change_nothing():
    study = background(client(TINY))
    shuffled = study.data.sample(frac=1, random_state=1).reset_index(drop=True)
    shuffled = shuffled.assign(account="x" + shuffled["account"].astype(str).str[::-1], weight=shuffled["weight"] * 3)
    other = dataclasses.replace(study, data=shuffled, all_data=shuffled)
    found = [{one.choices: one for one in curve_of(each).specifications} for each in (study, other)]
    assert found[0].keys() == found[1].keys()
    for choices, one in found[0].items():
        same = found[1][choices]
        assert (same.value, same.low, same.high) == pytest.approx((one.value, one.low, one.high), abs=1e-7), choices


def test_codings_stand_on_one_footing():
    """A coding that only rescales NPS would give the same lift; the ruler takes no notice of the exposure."""
    study = client(SMALL)
    curve = curve_of(study)
    at = {one.choices: one for one in curve.specifications}
    base = primary_of(curve).choices
    score, spread = study.data["recommend"], study.data["nps"].std(ddof=0)
    by_hand = at[dataclasses.replace(base, coding="score", adjustment=())]
    groups = [score[study.data["offering"] == code].mean() for code in (1, 0)]
    assert by_hand.value == pytest.approx(100 * spread * (groups[0] - groups[1]) / score.std(ddof=0), abs=SAME_ARITHMETIC)


def test_an_account_counts_once_where_accounts_are_the_unit():
    study = client(SMALL)
    curve = curve_of(study)
    base = dataclasses.replace(primary_of(curve).choices, adjustment=(), level="accounts")
    found = next(one for one in curve.specifications if one.choices == base)
    means = study.data.groupby("account")[["nps", "offering"]].mean()
    slope = np.polyfit(means["offering"], means["nps"], 1)[0]
    assert found.value == pytest.approx(100 * slope, abs=SAME_ARITHMETIC)


def test_halo_alone_lifts_the_raw_ways_and_hardly_the_audited_ones():
    curve = curve_of(client(HALO))
    shares = {one.family: one for one in share_lifts(curve)}
    assert shares["descriptive"].shown > 0.6
    assert shares["audited"].shown < 0.2
    assert shares["bought"].shown < 0.3
    points = claim("nps_60_points")
    verdicts = {one.family: one for one in share_verdicts(curve, points)}
    assert verdicts["descriptive"].counts.get("supported", 0) > 0.5 * verdicts["descriptive"].n
    assert verdicts["audited"].counts.get("supported", 0) == 0


def test_a_planted_lift_is_found_by_what_was_bought():
    shares = {one.family: one for one in share_lifts(curve_of(client(SMALL)))}
    assert shares["audited"].shown > 0.9
    assert shares["audited"].low < 30 < shares["audited"].high + 15


def test_shares_add_up():
    study = client(SMALL)
    curve = curve_of(study)
    *families, whole = share_lifts(curve)
    assert sum(one.n for one in families) == whole.n == len(curve.specifications)
    assert sum(one.n * one.shown for one in families) == pytest.approx(whole.n * whole.shown)
    for asked in claims_of(study, "recommend"):
        *parts, every = share_verdicts(curve, asked)
        assert sum(one.n for one in parts) == every.n == sum(every.counts.values())
        assert every.n < whole.n


def test_estimates_have_names_and_stay_between_none_and_all():
    found = {one.name: one for one in specification_shares(client(SMALL))}
    assert {"specification.nps_60.n", "specification.nps_60.share_lift", "specification.nps_60.deciding_share_lift"} <= set(found)
    assert all(0 <= one.value <= 100 for one in found.values() if one.unit == "share")


def test_peers_never_say_smaller_or_rejected():
    study = client(SMALL)
    curve = curve_of(study)
    for asked in claims_of(study, "recommend"):
        counts = {one.family: one.counts for one in share_verdicts(curve, asked)}["peers"]
        assert not {"smaller", "rejected"} & set(counts)


@pytest.mark.parametrize("covered", ["one account", "no elements", "no accounts", "few answers", "no variation"])
def test_thin_studies_give_a_reason_or_a_shorter_curve(covered):
    made = simulate_frames(Truth(respondents=60, accounts=20), 3).answers
    settings = {}
    if covered == "one account":
        made = made.assign(account="A")
    elif covered == "no elements":
        made = made[[column for column in made.columns if not column.startswith("element.")]].drop(columns="offering")
        settings = {"elements": None, "exposure": None}
    elif covered == "no accounts":
        made = made.assign(account=made["respondent"])
        settings = {"columns": {"respondent": "Id"}}
    elif covered == "few answers":
        made = made.head(6)
    else:
        made = made.assign(recommend=9.0, nps=1.0)
    study = study_of(made, **settings)
    curve = fit_curve(study, "recommend")
    if covered == "no accounts":
        assert isinstance(curve, Curve)
        assert {one.choices.level for one in curve.specifications} == {"respondents"}
        assert "peers" not in curve.families
    else:
        assert curve == Message(code="missing.specifications")
        assert not [one for one in specification_shares(study) if one.name.startswith("specification.nps")]


def test_waves_are_a_choice_and_colleagues_of_several_waves_are_not():
    made = plain(client(Truth(respondents=200, accounts=80))).data
    both = pd.concat([made.assign(wave="2025"), made.assign(wave="2026")], ignore_index=True)
    study = dataclasses.replace(
        study_of(both[both["wave"] == "2026"].reset_index(drop=True), columns={"account": "Account", "wave": "Wave"}),
        all_data=both,
    )
    curve = curve_of(study)
    every = [one.choices for one in curve.specifications if one.choices.waves == "all"]
    assert every
    assert not [one for one in every if one.rule == "peers" or "colleagues" in one.adjustment]
    assert primary_of(curve).choices == Choices(rule="offering", cut="bought", coding="nps", adjustment=(OWN,))


def test_the_permutation_repeats_and_counts_the_observed_among_the_exchanges():
    study = client(SMALL)
    curve = curve_of(study)
    first, second = (permute_curve(study, curve, 39) for _ in range(2))
    assert first == second
    assert all(1 / 40 <= one.p_median <= 1 for one in first.families)
    audited = next(one for one in first.families if one.family == "audited")
    assert audited.p_median == pytest.approx(1 / 40)  # thirty points were planted
    assert permute_curve(study, curve, 0) is None
    assert count_permutations(curve, full=True) == FULL
    assert count_permutations(dataclasses.replace(curve, n=1_000_000), full=False) == 0


def test_the_permuted_curve_begins_with_the_curve_itself():
    study = background(client(TINY))
    curve = curve_of(study)
    found = {one.family: one for one in permute_curve(study, curve, 1).families}
    for family in curve.families:
        values = [one.value for one in curve.of(family) if one.choices.level == "respondents" and one.choices.weighted]
        assert found[family].n == len(values)
        assert found[family].median == pytest.approx(np.median(values), abs=1e-6)


def test_a_curve_of_very_many_answers_rests_on_a_sample_of_whole_accounts_and_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("valuelib.explore.specifications.SAMPLE", 250)
    study, again, all_data = client(SMALL), client(SMALL), client(SMALL).all_data
    drawn = sample_of(study).all_data
    assert 200 < len(drawn) <= 250
    sizes = all_data.groupby("account").size()
    assert drawn.groupby("account").size().equals(sizes[sorted(set(drawn["account"]))])
    pd.testing.assert_frame_equal(drawn, sample_of(again).all_data)
    curve = curve_of(study)
    assert (curve.n, curve.drawn_from) == (len(drawn), len(all_data))
    assert f"a sample of whole accounts, drawn by lot: {len(drawn)} of {len(all_data)} answers" in say_specifications(curve)
    found = permute_curve(study, curve, 39)
    assert found is not None


def test_a_curve_of_fewer_answers_rests_on_all_of_them():
    study = client(TINY)
    assert sample_of(study) is study
    assert curve_of(study).drawn_from is None

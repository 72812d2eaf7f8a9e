"""From a planted truth to the verdict word: what is there is found, what is not is never shown."""

import dataclasses
import doctest
import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.clients import client, study_of
from valuelib.errors import ParameterError
from valuelib.results import Finding, from_json, to_json
from valuelib.study.model import Study
from valuelib.theory.claims import claim, claims
from valuelib.theory.pyramid import tier
from valuelib.verdict.assess import assess, assess_all
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.truth import Truth

CLAIMED = Truth(respondents=2000, accounts=680, nps_lift=18.0, repurchase_lift=13.2)
HALO_ONLY = Truth(confounding=0.0)
OWN = {"exposure": {"rule": "delivered", "threshold": 8}}


def without(study: Study, *prefixes: str) -> Study:
    kept = [name for name in study.data.columns if not name.startswith(prefixes)]
    return dataclasses.replace(study, data=study.data[kept])


def own_ratings(study: Study) -> Study:
    """The same answers where nobody knows what was bought, nor who is whose colleague."""
    columns = study.config.columns.model_copy(update={"account": None})
    config = study.config.model_copy(update={"columns": columns})
    answers = study.data.drop(columns="offering").assign(account=study.data["respondent"])
    return dataclasses.replace(study, config=config, data=answers)


def colleagues_only(study: Study) -> Study:
    """The same answers where nobody knows what was bought, but accounts are told."""
    return without(study, "offering")


def test_a_planted_effect_of_the_claimed_size_is_found() -> None:
    finding = assess(client(CLAIMED), "nps_60")
    assert finding.verdict in ("supported", "consistent")
    assert (finding.evidence_level, finding.decided_by) == ("audited", "audited.lower_tiers")
    deciding = finding.deciding
    assert deciding is not None
    assert deciding.difference is not None
    assert deciding.difference.ci_low < 18 < deciding.difference.ci_high


def test_twice_the_claimed_effect_is_supported_and_half_of_it_smaller() -> None:
    double = dataclasses.replace(CLAIMED, nps_lift=40.0, nps_baseline=40.0)
    assert assess(client(double), "nps_60_points").verdict == "supported"
    half = dataclasses.replace(CLAIMED, respondents=6000, accounts=2000, nps_baseline=40.0, nps_lift=9.0, confounding=0.0)
    assert assess(client(half), "nps_60").verdict == "smaller"


def test_a_reversed_effect_is_rejected_as_opposite() -> None:
    finding = assess(client(dataclasses.replace(CLAIMED, nps_lift=-18.0, nps_baseline=50.0)), "nps_60_points")
    assert (finding.verdict, finding.opposite) == ("rejected", True)
    assert finding.reason.code == "reason.rejected_opposite.points"


def test_halo_alone_never_decides_by_own_ratings_and_rarely_by_what_was_bought() -> None:
    shown, lifts = [], []
    for seed in range(40):
        study = client(HALO_ONLY, seed)
        raw = assess(own_ratings(study_of(study.data, **OWN)), "nps_60", sensitivity=False)
        assert (raw.verdict, raw.undecided_why, raw.evidence_level) == ("undecided", "design", "direction")
        assert raw.reason.code == "reason.design.direction"
        assert raw.difference is not None
        lifts.append(raw.difference.value)
        shown.append(assess(study, "nps_60", sensitivity=False).verdict in ("supported", "consistent", "smaller"))
    assert np.mean(lifts) > 15  # the slide's figure is there, and large, with no effect behind it
    assert np.mean(shown) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 40)


def test_halo_alone_is_rarely_shown_by_colleagues_ratings() -> None:
    shown = []
    for seed in range(60):
        found = assess(colleagues_only(client(HALO_ONLY, seed)), "nps_60_points", sensitivity=False)
        assert (found.evidence_level, found.decided_by) == ("peers", "peers.lower_tiers")
        shown.append(found.verdict in ("supported", "consistent", "smaller"))
    assert np.mean(shown) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 60)


def test_colleagues_ratings_find_a_large_effect_and_never_call_it_smaller_or_rejected() -> None:
    large = Truth(respondents=2000, accounts=680, nps_lift=30.0, element_effect=1.5)
    found = assess(colleagues_only(client(large, claims=["nps_60_points"])), "nps_60_points")
    assert found.verdict in ("supported", "consistent")
    assert {"assumption.peers", "note.no_colleagues"} <= {warning.code for warning in found.warnings}
    for lift, seed in ((0.0, 3), (0.0, 4), (-20.0, 1)):
        truth = Truth(respondents=3000, accounts=900, nps_lift=lift, nps_baseline=40.0)
        below = assess(colleagues_only(client(truth, seed, claims=["nps_60_points"])), "nps_60_points", sensitivity=False)
        assert (below.verdict, below.undecided_why) == ("undecided", "design")
        assert below.reason.code in ("reason.design.below.points", "reason.conflict")


def test_other_ways_of_asking_change_no_verdict_and_say_why_they_are_not_possible() -> None:
    study = client(CLAIMED)
    plain, full = assess(study, "nps_60", sensitivity=False), assess(study, "nps_60")
    names = {control.name for control in full.contrasts}
    assert dataclasses.replace(full, contrasts=plain.contrasts, robustness=None, warnings=plain.warnings) == plain
    assert full.warnings[: len(plain.warnings)] == plain.warnings
    assert {note.code for note in full.warnings[len(plain.warnings) :]} <= {"warning.basics_apart"}, "what takes a fit of its own"
    assert {"peers.lower_tiers", "own.lower_tiers", "own.aipw", "own.instrumented", "halo_only_band"} <= names
    bare = assess(own_ratings(client(CLAIMED)), "nps_60")
    why = {control.name: control.note.code for control in bare.contrasts if control.note is not None and control.difference is None}
    assert why["audited.lower_tiers"] == "missing.offering"
    assert why["peers.lower_tiers"] == why["own.instrumented"] == "missing.accounts"


def test_what_was_bought_opens_the_audited_rung_whatever_the_raw_rule() -> None:
    study = client(CLAIMED, exposure={"rule": "delivered", "threshold": 8, "column": "Package", "higher": ["Partner"]})
    finding = assess(study, "nps_60")
    assert (finding.exposure, finding.evidence_level) == ("delivered", "audited")
    assert finding.raw is not None
    assert finding.raw.difference is not None
    assert finding.difference is not None
    assert finding.raw.difference.value > finding.difference.value + 5


def test_better_basics_do_not_pass_for_inspiration() -> None:
    # Buyers have better lower tiers and no effect: the raw lift is large, the audited one is not shown.
    truth = Truth(respondents=2000, accounts=680, confounding=0.5, quality_effect=0.35)
    finding = assess(client(truth), "nps_60_points")
    same_rows = next(control for control in finding.contrasts if control.name == "offering.same_rows")
    assert same_rows.difference is not None
    assert same_rows.difference.ci_low > 5
    assert finding.verdict in ("rejected", "undecided")


def test_undecided_for_precision_says_how_many_answers_would_settle_it() -> None:
    small = client(Truth(respondents=120, accounts=60, nps_lift=9.0, confounding=0.0), seed=4)
    finding = assess(small, "nps_60_points")
    assert (finding.verdict, finding.undecided_why) == ("undecided", "precision")
    assert finding.respondents_needed is not None
    assert finding.respondents_needed > 120
    assert finding.detectable_points is not None


def test_a_ratio_on_a_baseline_near_zero_stays_behind_the_gate_and_the_points_answer() -> None:
    study = client(Truth(respondents=800, accounts=280, nps_baseline=-5.0, nps_lift=28.0))
    ratio, points = assess(study, "nps_60"), assess(study, "nps_60_points")
    assert (ratio.verdict, ratio.undecided_why) == ("undecided", "gate")
    assert ratio.deciding is not None
    assert ratio.deciding.ratio is not None
    assert ratio.deciding.ratio.value is None
    assert points.verdict in ("supported", "consistent")


def test_own_counts_describe_and_never_decide() -> None:
    study = client(CLAIMED)
    for name in ("many_elements_nps", "higher_is_better", "personal_value_nps"):
        finding = assess(study, name)
        assert (finding.evidence_level, finding.verdict, finding.undecided_why) == ("descriptive", "undecided", "design")
        assert finding.confirmatory is False
    steps = assess(study, "higher_is_better").steps
    assert sum(step.group.n for step in steps) <= 2000
    assert steps[0].change is None
    assert all(step.change is not None for step in steps[1:])


def test_elements_are_counted_above_the_table_stakes_as_in_the_exhibit() -> None:
    study = client(CLAIMED)
    stakes = [f"element.{key}" for key in tier("table_stakes").elements]
    easier = dataclasses.replace(study, data=study.data.assign(**dict.fromkeys(stakes, 10.0)))
    assert assess(easier, "many_elements_nps", sensitivity=False).raw == assess(study, "many_elements_nps", sensitivity=False).raw
    counted = [name for name in map(str, study.data) if name.startswith("element.") and name not in stakes]
    assert len(counted) == 36
    for kept, told in ((12, []), (11, ["warning.cut_does_not_transfer"])):
        short = dataclasses.replace(study, data=study.data.drop(columns=counted[kept:]))
        warned = [one.code for one in assess(short, "many_elements_nps", sensitivity=False).warnings]
        assert [code for code in warned if code == "warning.cut_does_not_transfer"] == told


def test_every_reading_of_the_register_gets_a_finding_with_a_reason() -> None:
    found = assess_all(client(CLAIMED))
    assert {finding.claim.id for finding in found} == {claim.id for claim in claims()}
    assert [finding.claim.id for finding in found[:2]] == ["nps_60", "repurchase_22"]
    for finding in found:
        assert finding.reason.code
        assert from_json("finding", to_json(finding)) == finding


def test_one_claim_alone_and_among_all_is_the_same_finding() -> None:
    study = client(CLAIMED, claims=["nps_60", "nps_60_points", "repurchase_22"])
    everything = {finding.claim.id: finding for finding in assess_all(study)}
    for name in ("nps_60", "repurchase_22", "many_elements_nps"):
        assert assess(study, name) == everything[name]


def test_more_confirmatory_claims_widen_the_intervals_that_decide() -> None:
    one, two = (
        assess(client(CLAIMED, claims=names), "nps_60_points") for names in (["nps_60_points"], ["nps_60_points", "repurchase_22"])
    )

    def width(finding: Finding) -> float:
        assert finding.difference is not None
        assert finding.difference.ci_high_adjusted is not None
        assert finding.difference.ci_low_adjusted is not None
        return finding.difference.ci_high_adjusted - finding.difference.ci_low_adjusted

    assert width(two) > width(one) * 1.1
    assert one.difference is not None
    assert two.difference is not None
    assert one.difference.ci_low == two.difference.ci_low


def test_simultaneous_intervals_and_verdict_never_disagree() -> None:
    """Both intervals leave out what the verdict excludes; where it excludes nothing, one of them at least does not either."""
    for seed in range(15):
        study = client(Truth(respondents=900, accounts=300, nps_lift=12.0, repurchase_lift=9.0), seed)
        for name in ("nps_60", "repurchase_22"):
            finding = assess(study, name, sensitivity=False)
            ratios = [one.ratio for one in (finding.deciding, finding.total) if one is not None and one.ratio is not None]
            limits = [(one.ci_low_adjusted, one.ci_high_adjusted) for one in ratios]
            bounded = [(low, high) for low, high in limits if low is not None and high is not None]
            if len(bounded) < 2 or finding.size is None:
                continue
            lows, highs = zip(*bounded, strict=True)
            if finding.verdict in ("supported", "consistent", "smaller"):
                assert min(lows) >= 1
            if finding.verdict in ("smaller", "rejected"):
                assert max(highs) <= finding.size
            if finding.verdict in ("consistent", "undecided"):
                assert max(highs) >= finding.size - 1e-9


def test_an_own_claim_of_the_client_is_assessed_like_a_shipped_one() -> None:
    own = {
        "id": "our_slide",
        "statement": "Our partners renew 5 points more often.",
        "reading": {"kind": "contrast", "exposure": "study", "outcome": "repurchase", "metric": "points", "size": 5.0},
    }
    finding = assess(client(CLAIMED, claims=[own]), "our_slide")
    assert finding.confirmatory
    assert finding.size == 5
    assert finding.verdict in ("supported", "consistent")


def test_an_unknown_claim_is_refused_with_a_suggestion() -> None:
    with pytest.raises(ParameterError, match="nps_60"):
        assess(client(HALO_ONLY), "nps_6O")


def test_later_is_said_of_behaviour_after_the_rating_only() -> None:
    study = client(CLAIMED)
    assert assess(study, "repurchase_22").later
    assert not assess(study, "nps_60").later


THIN: list[tuple[str, Any, str]] = [
    ("no NPS question", lambda frame: frame.drop(columns=["nps", "recommend"]), "missing.outcome"),
    ("recommend not on 0-10", lambda frame: frame.drop(columns="nps"), "missing.no_nps"),
    ("all one score", lambda frame: frame.assign(nps=1.0), "missing.no_variation"),
    ("one account", lambda frame: frame.assign(account="A"), "missing.one_account"),
    ("nobody bought it", lambda frame: frame.assign(offering=0.0), "missing.no_comparison"),
    ("everybody bought it", lambda frame: frame.assign(offering=1.0), "missing.no_baseline"),
    (
        "four buyers",
        lambda frame: frame.assign(offering=np.where(np.arange(len(frame)) % 100 == 0, 1.0, 0.0)),
        "missing.group_below_minimum",
    ),
    ("purchases unknown", lambda frame: frame.drop(columns="offering"), "missing.offering"),
    ("one answer", lambda frame: frame.head(1), "missing.no_comparison missing.no_baseline"),
]


@pytest.mark.parametrize(("what", "change", "codes"), THIN, ids=[row[0] for row in THIN])
def test_thin_data_are_not_testable_and_say_why(what: str, change: Any, codes: str) -> None:
    study = without(study_of(change(simulate_frames(HALO_ONLY, 1).answers)), "element.")
    finding = assess(study, "nps_60")
    assert finding.verdict == "not_testable"
    assert finding.reason.code in codes.split()
    assert finding.difference is None


def test_where_nobody_bought_anything_else_colleagues_ratings_still_answer() -> None:
    study = client(HALO_ONLY)
    finding = assess(dataclasses.replace(study, data=study.data.assign(offering=1.0)), "nps_60_points")
    assert finding.evidence_level == "peers"
    assert finding.raw is None
    assert {"missing.no_baseline", "warning.audited_not_formed"} <= {warning.code for warning in finding.warnings}


def test_a_study_without_elements_still_shows_the_raw_contrast() -> None:
    bare = without(client(CLAIMED), "element.")
    finding = assess(bare, "nps_60")
    assert (finding.evidence_level, finding.undecided_why) == ("descriptive", "design")
    assert finding.reason.code == "reason.design.offering"
    assert assess(bare, "many_elements_nps").reason.code == "missing.few_elements"
    assert assess(bare, "higher_is_better").reason.code == "missing.few_higher_items"


def test_a_group_without_variation_gets_the_fallback_interval_and_a_warning() -> None:
    frame = simulate_frames(dataclasses.replace(HALO_ONLY, respondents=200, accounts=70), 1).answers
    frame = frame.assign(repurchase=np.where(frame["offering"] == 1, 1.0, frame["repurchase"]))
    finding = assess(without(study_of(frame), "element."), "repurchase_22_points")
    assert finding.difference is not None
    assert finding.difference.ci_low < finding.difference.value < finding.difference.ci_high
    assert finding.difference.p_no_lift is None  # a test on a variance of zero would contradict the interval
    assert "warning.fallback_interval" in {warning.code for warning in finding.warnings}


def test_warnings_tell_few_accounts_small_groups_and_tiers_without_items() -> None:
    study = client(Truth(respondents=60, accounts=16))
    kept = without(study, "element.vision", "element.hope", "element.social_responsibility")
    codes = {warning.code for warning in assess(kept, "nps_60_points").warnings}
    assert {"warning.few_accounts", "warning.small_group", "warning.tier_without_items", "assumption.audited"} <= codes


def test_adjusting_for_a_confounder_changes_the_deciding_contrast() -> None:
    frame = simulate_frames(CLAIMED, 1).answers
    rng = np.random.default_rng(3)
    # A trade that buys more and recommends more for its own reasons.
    trade = np.where(rng.random(len(frame)) < 0.5 + 0.3 * (frame["offering"] - 0.5), "north", "south")
    shifted = np.where((trade == "north") & (rng.random(len(frame)) < 0.4), 1.0, frame["nps"])
    plain = study_of(frame.assign(nps=shifted).drop(columns=[name for name in frame if name.startswith("adjust.")]))
    adjusted = dataclasses.replace(plain, data=plain.data.assign(**{"adjust.Trade": pd.Series(trade, index=frame.index)}))

    def lift(study: Study) -> float:
        deciding = assess(study, "nps_60_points").deciding
        assert deciding is not None
        assert deciding.difference is not None
        return deciding.difference.value

    assert lift(adjusted) < lift(plain) - 1


# ---------------------------------------------------------------------- what may be confirmatory


def test_a_changed_claim_is_exploratory_and_costs_the_confirmatory_ones_nothing() -> None:
    study = client(CLAIMED, claims=["nps_60_points"])
    plain, changed = (assess(study, one, sensitivity=False) for one in ("nps_60_points", claim("nps_60_points").with_(size=25)))
    assert (plain.confirmatory, changed.confirmatory) == (True, False)
    assert (plain.claim.changed, changed.claim.changed) == (False, True)
    assert plain.difference is not None
    assert changed.difference is not None
    assert plain.difference.interval == changed.difference.interval  # one contrast, one interval
    alone = assess(client(CLAIMED, claims=[]), "nps_60_points", sensitivity=False)
    assert alone.difference is not None
    assert plain.difference.interval == alone.difference.interval


def test_a_claim_that_only_bears_a_name_of_study_yaml_is_exploratory() -> None:
    """Its id is that of a confirmatory claim, its content is not; it must not take that one's place in the error rate either."""
    study = client(CLAIMED, claims=["nps_60_points", "repurchase_22"])
    named = claim("nps_60_points")
    other = dataclasses.replace(named, reading=named.reading.model_copy(update={"outcome": "expansion"}))
    found = assess(study, other, sensitivity=False)
    assert (found.claim, found.confirmatory) == (other, False)
    smaller = dataclasses.replace(named, reading=named.reading.model_copy(update={"size": 2.0}))
    found, kept = assess(study, smaller, sensitivity=False), assess(study, named, sensitivity=False)
    assert (found.confirmatory, kept.confirmatory) == (False, True)
    assert found.difference is not None
    assert kept.difference is not None
    assert found.difference.interval[0] <= kept.difference.interval[0]


def test_a_claim_equal_to_the_named_one_is_confirmatory_however_it_was_made() -> None:
    study = client(CLAIMED, claims=["nps_60_points"])
    again = claim("nps_60_points").with_(size=25).with_(size=13)
    assert assess(study, again, sensitivity=False) == assess(study, "nps_60_points", sensitivity=False)


def test_all_findings_are_a_sequence_in_the_studys_language_with_those_of_study_yaml_first() -> None:
    study = client(CLAIMED, claims=["repurchase_22_points", "nps_60"])
    found = assess_all(study)
    assert [one.claim.id for one in found[:2]] == ["repurchase_22_points", "nps_60"]
    assert [one.confirmatory for one in found].count(True) == 2
    assert (found.topic, found.language) == ("all claims", study.language)
    assert {one.language for one in found} == {study.language}


def test_the_examples_of_assess_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    module = importlib.import_module("valuelib.verdict.assess")
    tried = doctest.testmod(module, raise_on_error=True)
    assert tried.attempted > 6

"""The roll-out and the pilot by lot: what opens them, what decides, what stands beside it, and what they cannot see."""

import dataclasses
import io

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from rich.console import Console

from tests.clients import study_of
from tests.verdict.roll_outs import YEARS, World, answers, roll_out
from valuelib.explore.specifications import fit_curve
from valuelib.output.terminal import print_check
from valuelib.results import Contrast, Difference, EvidenceLevel, Finding, Findings, Group, Message, from_json, to_json
from valuelib.show.card import card_text
from valuelib.show.localizer import in_language
from valuelib.show.story import tell_stories
from valuelib.study.model import Study
from valuelib.verdict.assess import assess
from valuelib.verdict.contrast import openings_of
from valuelib.verdict.groups import find_outcome
from valuelib.verdict.switched import find_switches

POINTS = "nps_60_points"
LIFTED = World(accounts=200, lift=0.6)


def decide(study: Study, which: str = POINTS) -> Finding:
    return assess(study, which, sensitivity=False)


def lift_of(contrast: Contrast | Finding | None) -> Difference:
    assert contrast is not None
    assert contrast.difference is not None
    return contrast.difference


def named(finding: Finding, name: str) -> Contrast:
    return next(one for one in finding.contrasts if one.name == name)


def codes_of(finding: Finding) -> set[str]:
    return {one.code for one in finding.warnings}


def of_answers(every: pd.DataFrame, **settings: object) -> Study:
    """A study of answers of several waves, headline figures from the last."""
    last = every[every["wave"] == YEARS[-1]].reset_index(drop=True)
    return dataclasses.replace(study_of(every, **settings), data=last)


def test_a_roll_out_decides_by_its_own_figure_and_the_others_stand_beside_it() -> None:
    finding = decide(roll_out(LIFTED, claims=[POINTS]))
    assert (finding.evidence_level, finding.decided_by) == (EvidenceLevel.SWITCHED, "switched.after")
    assert finding.verdict in ("consistent", "supported")
    assert [one.name for one in finding.contrasts] == ["switched.after", "switched.both_times", "switched.placebo"]
    assert finding.difference == named(finding, "switched.after").difference
    assert finding.total is not None
    assert finding.raw is not None
    assert finding.link is None
    assert finding.claim_share is not None
    assert finding.claim_share.total is None
    assert from_json("finding", to_json(finding)) == finding


def test_the_figure_is_that_of_one_plain_regression_of_changes() -> None:
    """Accounts' changes from the last wave before the switch, on having switched, a dummy a step, both sides alike in each."""
    every = answers(LIFTED, 3)
    level = every.groupby(["account", "wave"]).agg(y=("nps", "mean"), n=("nps", "size"), after=("offering", "max")).reset_index()
    level["at"] = level["wave"].map({year: place for place, year in enumerate(YEARS)})
    told = every.groupby("account")["switched_from"].first().map({year: place for place, year in enumerate(YEARS)}).fillna(9)
    rows: list[dict[str, object]] = []
    for account, own in level.groupby("account"):
        before, later = own[own["at"] < told[account]], own[own["at"] >= told[account]]
        for _, one in later.iterrows() if len(before) else ():
            base = before.iloc[-1]
            rows.append({"step": (base["at"], one["at"]), "d": one["y"] - base["y"], "w": base["n"] / len(later), "switched": 1})
    for step in {row["step"] for row in rows}:
        for account, own in level.groupby("account"):
            pair = own.set_index("at")
            if told[account] > step[1] and set(step) <= set(pair.index):
                change = pair.loc[step[1], "y"] - pair.loc[step[0], "y"]
                rows.append({"step": step, "d": change, "w": pair.loc[step[0], "n"], "switched": 0})
    stacked = pd.DataFrame(rows).assign(step=lambda of: of["step"].astype(str))
    heavy = stacked.groupby(["step", "switched"])["w"].transform("sum")
    target = stacked[stacked["switched"] == 1].groupby("step")["w"].sum()
    stacked["w"] *= stacked["step"].map(target) / heavy
    fitted = smf.wls("d ~ switched + C(step)", stacked, weights=stacked["w"]).fit()
    assert lift_of(decide(of_answers(every))).value == pytest.approx(100 * fitted.params["switched"])


def test_all_waves_count_whatever_the_headline_takes() -> None:
    every = answers(LIFTED, 4)
    assert lift_of(decide(of_answers(every))) == lift_of(decide(study_of(every, waves="all")))


def test_strict_switchers_make_a_total_and_no_lift() -> None:
    finding = decide(roll_out(World(accounts=300, strict=1.5), seed=2))
    assert lift_of(finding.total).ci_high < 0
    assert lift_of(finding).ci_low < 0 < lift_of(finding).ci_high


def test_a_standard_that_changes_with_the_switch_is_not_seen_and_the_card_says_so() -> None:
    """A planted lift of 0.6 that a stricter standard takes back: nothing is shown, and the limit is told in both languages."""
    finding = decide(roll_out(World(accounts=300, lift=0.6, standard=0.6), seed=2))
    assert lift_of(finding).ci_low < 0 < lift_of(finding).ci_high
    for language, words in (
        ("en", "a standard of judgement that changes with the switch"),
        ("fi", "mittapuu muuttuu itse siirtymisen"),
    ):
        with in_language(language):
            assert words in card_text(finding)


def test_too_few_accounts_leave_it_to_the_next_rung_and_that_is_said() -> None:
    finding = decide(roll_out(World(accounts=24, lift=0.6)))
    assert finding.evidence_level != EvidenceLevel.SWITCHED
    assert "warning.few_switched" in codes_of(finding)
    assert finding.undecided_why == "design"


@pytest.mark.parametrize("change", ["one wave", "nobody moves"])
def test_no_roll_out_changes_nothing(change: str) -> None:
    every = answers(World(dated=False), 1)
    if change == "one wave":
        every = every.drop(columns="wave")
    else:
        every["offering"] = every.groupby("account")["offering"].transform("max")
    study = study_of(every)
    assert find_switches(study) is None
    assert not {code for code in codes_of(decide(study)) if "switch" in code}


def test_offerings_from_wave_to_wave_tell_the_same_switches_but_no_losses() -> None:
    world = World(accounts=200, lift=0.6, lost=0.3)
    dated, by_offering = (decide(roll_out(dataclasses.replace(world, dated=one))) for one in (True, False))
    assert named(dated, "switched.after").comparison == named(by_offering, "switched.after").comparison
    assert "note.switched_lost" in codes_of(dated)
    assert "note.losses_unknown" in codes_of(by_offering)
    assert not {"note.switched_lost", "note.switched_kept"} & codes_of(by_offering)


def test_losses_are_counted_and_bounded() -> None:
    finding = decide(roll_out(World(accounts=200, lift=0.6, lost=0.3)))
    (told,) = (one for one in finding.warnings if one.code == "note.switched_lost")
    low, high = float(str(told.values["low_pts"])), float(str(told.values["high_pts"]))
    assert low < lift_of(finding).value < high
    assert float(str(told.values["kept_share"])) < float(str(told.values["other_share"]))


def test_accounts_that_went_back_or_are_of_two_minds_are_left_out() -> None:
    every = answers(World(accounts=120, dated=False), 5)
    wave, account = every["wave"], every["account"]
    back = set(account[(wave == YEARS[1]) & (every["offering"] == 1)].unique()[:10])
    left = account.isin(back) & (wave == YEARS[2])
    gone_back = every.assign(offering=every["offering"].mask(left, 0.0), offering_name=every["offering_name"].mask(left, "Basic"))
    finding = decide(of_answers(gone_back))
    there = {one for one in back if ((account == one) & (wave == YEARS[2])).any()}
    (told,) = (one for one in finding.warnings if one.code == "note.switched_back")
    assert told.values["accounts_n"] == len(there)
    mixed = every.assign(offering=np.where(every.index % 2 == 0, every["offering"], 1 - every["offering"]))
    kept = find_switches(study_of(mixed))
    if kept is not None:
        sizes = mixed.loc[kept.rows.index].groupby(["account", "wave"])["offering"].nunique()
        assert (sizes == 1).all()


def test_the_placebo_warns_of_accounts_that_were_on_their_way_before() -> None:
    steady, rising = (decide(roll_out(World(accounts=400, drift=drift), seed=6)) for drift in (0.0, 1.0))
    assert "note.placebo_wide" in codes_of(steady)  # it had no effect either, and nothing that it could clear
    assert "warning.placebo_moves" in codes_of(rising)
    assert lift_of(named(rising, "switched.placebo")).ci_low > 0


def test_a_placebo_that_could_hide_the_effect_is_said_to_clear_nothing() -> None:
    small, large = (decide(roll_out(World(accounts=n, lift=0.6), seed=6)) for n in (60, 3_000))
    for finding, code in ((small, "note.placebo_wide"), (large, "note.placebo")):
        before, effect = lift_of(named(finding, "switched.placebo")), lift_of(named(finding, "switched.after")).value
        assert before.ci_low <= 0 <= before.ci_high
        assert (before.ci_low <= effect <= before.ci_high) == (code == "note.placebo_wide")
        assert {"note.placebo", "note.placebo_wide"} & codes_of(finding) == {code}


def test_few_clusters_above_accounts_need_the_bootstrap_too() -> None:
    every = answers(World(accounts=120, lift=0.9), 7)
    every["cluster"] = "T" + (every["account"].str[1:].astype(int) % 8).astype(str)
    finding = decide(of_answers(every, columns={"account": "A", "cluster": "T"}))
    deciding = named(finding, "switched.after")
    assert deciding.clusters == 8
    assert isinstance(deciding.comparison, Group)
    assert deciding.comparison.accounts > 8
    assert finding.undecided_why in (None, "precision")


def test_a_pilot_by_lot_decides_by_its_total_and_needs_no_ratings() -> None:
    every = answers(World(accounts=200, lift=0.9), 8)
    last = every[every["wave"] == YEARS[-1]].reset_index(drop=True).drop(columns=["wave", "switched", "switched_from"])
    bought = {"rule": "offering", "column": "Package", "higher": ["Partner"]}
    lot, record = (decide(study_of(last, elements=None, exposure={**bought, **more})) for more in ({"assigned": "by_lot"}, {}))
    assert (lot.evidence_level, lot.decided_by) == (EvidenceLevel.ASSIGNED, "assigned.total")
    assert lot.verdict in ("consistent", "supported")
    assert lot.total is None
    assert record.undecided_why == "design"
    assert lift_of(lot) == dataclasses.replace(lift_of(record.total), **{name: getattr(lift_of(lot), name) for name in ADJUSTED})
    assert "assumption.assigned" in codes_of(lot)


ADJUSTED = ("ci_low_adjusted", "ci_high_adjusted")


@pytest.mark.parametrize(("language", "words"), [("en", "after the switch"), ("fi", "siirtymisen jälkeen")])
def test_the_story_speaks_of_the_switch(language: str, words: str) -> None:
    study = roll_out(LIFTED, claims=[POINTS])
    with in_language(language):
        (story,) = tell_stories([decide(study)], study)
    assert words in story.title
    assert story.grade == 3
    assert story.say


def test_the_checks_of_a_roll_out_are_its_own() -> None:
    """An outcome that value cannot move is seen through the same roll-out; no check of missing ratings stands beside it."""
    every = answers(LIFTED, 1)
    every["unaffected"] = np.random.default_rng(9).normal(5, 2, len(every)).clip(0, 10)
    finding = assess(of_answers(every, claims=[POINTS]), POINTS)
    check = named(finding, "negative_control.unaffected")
    assert (check.role, check.method) == ("sensitivity", named(finding, "switched.after").method)
    assert lift_of(check).ci_low < 0 < lift_of(check).ci_high
    assert not [one.name for one in finding.contrasts if one.name.startswith("missing.")]
    assert finding.robustness is None


def test_check_says_what_opens() -> None:
    """The roll-out with its accounts for each outcome, or that it is too small; nothing where nobody switched."""
    opened = {str(one.values["outcome_key"]): one.values for one in openings_of(roll_out(LIFTED))}
    deciding = named(decide(roll_out(LIFTED)), "switched.after")
    assert deciding.comparison is not None
    assert opened["recommend"]["switched_n"] == deciding.comparison.accounts
    assert set(opened) == {"recommend", "repurchase"}
    assert {one.code for one in openings_of(roll_out(World(accounts=24)))} == {"warning.few_switched"}
    assert not [*openings_of(study_of(answers(World(dated=False), 1).query("wave == '2026'")))]
    console = Console(file=io.StringIO(), width=300)
    with in_language("en"):
        print_check(console, roll_out(LIFTED))
    assert "the roll-out decides the claims" in console.file.getvalue()  # type: ignore[attr-defined]


def test_repurchase_has_its_roll_out_too() -> None:
    study = roll_out(LIFTED)
    assert find_outcome(study, "repurchase") == ("repurchase", "rate")
    assert decide(study, "repurchase_22").evidence_level == EvidenceLevel.SWITCHED


def test_reports_name_the_design_where_they_say_what_decides() -> None:
    """The rule's note, and the curve of specifications, none of which gives the verdict here."""
    study = roll_out(LIFTED, claims=[POINTS])
    with_design, without = (Findings(items=(decide(one),), topic="t", language="en") for one in (study, study_of(study.data)))
    notes = [str(one.tables["rule"].note) for one in (with_design, without)]
    assert "took it between survey rounds" in notes[0]
    assert notes[0].endswith(notes[1])
    curve = fit_curve(study, "recommend")
    assert not isinstance(curve, Message)
    assert curve.primary is None

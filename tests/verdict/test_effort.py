"""Effort and enhancement from answers to verdict: figures by hand and by brute force, rungs, what is missing, intentions."""

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from benchmarks.effort import World, draw_answers
from benchmarks.effort import study_of as made_up
from valuelib.study.load import load_study
from valuelib.study.model import Study
from valuelib.theory.claims import claim
from valuelib.verdict import gather_evidence
from valuelib.verdict.assess import assess
from valuelib.verdict.groups import intention_notes, is_intention
from valuelib.verdict.relations import colleagues_of, rating_exposures
from valuelib.verdict.thresholds import effort_groups
from valuelib.worlds.people import rng_for

ROOT = Path(__file__).parents[2]
Floats = NDArray[np.float64]


@pytest.fixture(scope="module")
def demo() -> Study:
    return load_study(ROOT / "data" / "demo")


def made(world: World, accounts: int = 120, seed: int = 1) -> Study:
    return made_up(*draw_answers(world, accounts, rng_for(seed, "tests.effort")))


def with_answers(study: Study, answers: pd.DataFrame) -> Study:
    return dataclasses.replace(study, data=answers, all_data=answers)


def cr2(y: Floats, design: Floats, accounts: Floats) -> tuple[float, float]:
    """Second coefficient and its CR2 standard error by dense matrices (Bell and McCaffrey 2002), an independent way of counting."""
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ y
    meat = np.zeros_like(bread)
    for name in np.unique(accounts):
        x, e = design[accounts == name], (y - design @ beta)[accounts == name]
        values, vectors = np.linalg.eigh(np.eye(len(x)) - x @ bread @ x.T)
        half = vectors @ np.diag([value**-0.5 if value > 1e-9 else 0.0 for value in values]) @ vectors.T
        score = x.T @ half @ e
        meat += np.outer(score, score)
    return float(beta[1]), float((bread @ meat @ bread)[1, 1] ** 0.5)


def test_the_cuts_by_hand() -> None:
    assert effort_groups(pd.Series([7.0, 10.0, 6.99, 5.0, 4.99, 0.0, np.nan])).tolist() == [0, 0, -1, -1, 1, 1, -1]


def test_colleagues_are_the_others_of_the_account_by_hand(demo: Study) -> None:
    three = with_answers(demo, pd.DataFrame({"account": ["a", "a", "a", "b"], "weight": 1.0}))
    found = colleagues_of(three, pd.Series([2.0, 4.0, np.nan, 9.0]))
    assert found.fillna(-1).tolist() == [4.0, 2.0, 3.0, -1.0]


def test_the_raw_contrast_by_hand() -> None:
    study = made(World(effort=0.5))
    found, rows = assess(study, "effort_loyalty", sensitivity=False), study.data
    easy, hard = rows.loc[rows["effort"] >= 7, "repurchase"], rows.loc[rows["effort"] < 5, "repurchase"]
    assert found.raw is not None
    assert found.raw.difference is not None
    assert found.raw.difference.value == pytest.approx(100 * (easy.mean() - hard.mean()))
    assert found.raw.comparison is not None
    assert found.raw.baseline is not None
    assert (found.raw.comparison.n, found.raw.baseline.n) == (len(easy), len(hard))


def test_what_decides_is_least_squares_on_colleagues_with_cr2_by_brute_force() -> None:
    study = made(World(effort=0.5))
    found, rows = assess(study, "effort_loyalty", sensitivity=False), study.data
    lower = rows.filter(like="element.").mean(axis=1)
    ease = colleagues_of(study, rows["effort"])
    used = (ease >= 7) | (ease < 5)
    columns = (np.ones(len(rows)), 1.0 * (ease >= 7), lower, colleagues_of(study, lower))
    value, se = cr2(rows["repurchase"][used].to_numpy(), np.column_stack(columns)[used], rows["account"][used].to_numpy())
    assert found.deciding is not None
    assert found.deciding.difference is not None
    assert (found.deciding.difference.value, found.deciding.difference.se) == pytest.approx((100 * value, 100 * se), rel=1e-7)


@pytest.mark.parametrize(("part", "column", "scale"), [(0, "repurchase", 100), (1, "expansion", 100), (2, "nps", 100)])
def test_the_slopes_of_enhancement_are_least_squares_with_cr2_by_brute_force(part: int, column: str, scale: int) -> None:
    study = made(World(more=0.5))
    found, rows = gather_evidence(study, claim("value_enhancement")), study.data
    lower = rows.filter(like="element.").mean(axis=1)
    columns = (np.ones(len(rows)), colleagues_of(study, rows["value_enhancement"]), lower, colleagues_of(study, lower))
    value, se = cr2(rows[column].to_numpy(), np.column_stack(columns), rows["account"].to_numpy())
    assert (found.parts[part].value, found.parts[part].se) == pytest.approx((scale * value, scale * se), rel=1e-7)


def test_own_ratings_stand_beside_what_decides_and_never_decide() -> None:
    found = assess(made(World(effort=0.5)), "effort_loyalty", sensitivity=False)
    roles = {one.name: one.role for one in found.contrasts}
    assert (roles["peers.lower_tiers"], roles["own.lower_tiers"]) == ("deciding", "sensitivity")
    assert found.decided_by == "peers.lower_tiers"


def test_where_no_colleague_found_things_hard_own_ratings_show_a_direction_and_the_card_says_why() -> None:
    study = made(World(effort=0.5))
    first = ~study.data.duplicated("account")
    effort = study.data["effort"].where(first, study.data["effort"].clip(lower=7))
    spoiled = with_answers(study, study.data.assign(effort=effort.where(~first, effort.clip(upper=4))))
    ease = colleagues_of(spoiled, spoiled.data["effort"])
    keep = (ease >= 5) | (ease.isna())
    found = assess(with_answers(spoiled, spoiled.data[keep].reset_index(drop=True)), "effort_loyalty", sensitivity=False)
    assert (found.evidence_level, found.verdict, found.undecided_why) == ("direction", "undecided", "design")
    assert "note.colleagues_effort" in {one.code for one in found.warnings}
    formed = assess(study, "effort_loyalty", sensitivity=False)
    assert "note.colleagues_effort" not in {one.code for one in formed.warnings}


def test_without_effort_or_renewal_the_claim_cannot_be_tested() -> None:
    study = made(World())
    for column, key in (("effort", "effort"), ("repurchase", "repurchase")):
        found = assess(with_answers(study, study.data.drop(columns=[column])), "effort_loyalty", sensitivity=False)
        assert (found.verdict, found.reason.values["outcome_key"]) == ("not_testable", key)


@pytest.mark.parametrize(
    ("name", "dropped", "code", "keys"),
    [
        ("value_enhancement", ["expansion"], "missing.outcome", "expansion"),
        ("value_enhancement", ["repurchase", "expansion"], "missing.outcomes", "repurchase,expansion"),
        ("value_enhancement", ["expansion", "value_enhancement"], "missing.outcomes", "expansion,value_enhancement"),
        ("hard_to_copy", ["share_of_purchases", "facet.H1"], "missing.outcomes", "inimitability,share_of_purchases"),
        ("hard_to_copy", ["share_of_purchases"], "missing.outcome", "share_of_purchases"),
    ],
)
def test_everything_that_a_claim_of_several_outcomes_lacks_is_named(name: str, dropped: list[str], code: str, keys: str) -> None:
    study = made(World())
    found = assess(with_answers(study, study.data.drop(columns=dropped)), name, sensitivity=False)
    assert (found.verdict, found.reason.code) == ("not_testable", code)
    assert found.reason.values["outcome_keys" if code.endswith("s") else "outcome_key"] == keys


def test_an_intention_is_told_as_one_and_behaviour_is_not(demo: Study) -> None:
    outcomes = demo.config.outcomes
    assert outcomes.repurchase is not None
    asked = outcomes.repurchase.model_copy(update={"kind": "intention_topbox"})
    config = demo.config.model_copy(update={"outcomes": outcomes.model_copy(update={"repurchase": asked})})
    intended = dataclasses.replace(demo, config=config)
    assert [is_intention(one, "repurchase") for one in (demo, intended)] == [False, True]
    told = [one.values["outcome_key"] for one in intention_notes(intended, ("repurchase", "expansion", "recommend"))]
    assert told == ["repurchase", "expansion"]
    found = [assess(one, "effort_loyalty", sensitivity=False) for one in (demo, intended)]
    assert [one.later for one in found] == [True, False]
    assert ["note.intention" in {note.code for note in one.warnings} for one in found] == [False, True]


def test_order_of_rows_and_scale_of_weights_change_nothing_in_effort() -> None:
    study = made(World(effort=0.4))
    shuffled = study.data.sample(frac=1, random_state=3).reset_index(drop=True).assign(weight=4.2)
    one, two = (assess(each, "effort_loyalty", sensitivity=False) for each in (study, with_answers(study, shuffled)))
    assert one.verdict == two.verdict
    assert len(one.contrasts) >= 2
    for left, right in zip(one.contrasts, two.contrasts, strict=True):
        assert left.difference is not None
        assert right.difference is not None
        assert left.difference.value == pytest.approx(right.difference.value, rel=1e-8)
        assert left.difference.se == pytest.approx(right.difference.se, rel=1e-8)


def test_planted_ease_and_enhancement_are_found_and_a_shared_liking_is_not() -> None:
    full, null = made(World(effort=0.5, more=0.5), 300), made(World(shared=0.5), 300)
    assert assess(full, "effort_loyalty", sensitivity=False).verdict in ("supported", "consistent")
    assert assess(full, "value_enhancement", sensitivity=False).verdict == "supported"
    for name in ("effort_loyalty", "value_enhancement", "hard_to_copy"):
        found = assess(null, name, sensitivity=False)
        assert (found.verdict, found.opposite) == ("undecided", False)
    raw = assess(null, "effort_loyalty", sensitivity=False).raw
    assert raw is not None
    assert raw.difference is not None
    assert raw.difference.ci_low > 0  # what a slide would have shown


def test_one_true_part_does_not_carry_the_claim() -> None:
    found = assess(made(World(told=0.6), 300), "value_enhancement", sensitivity=False)
    assert [part.holds for part in found.parts] == ["open", "open", "shown"]
    assert found.verdict == "undecided"


def test_exposures_of_a_rating_are_colleagues_then_own(demo: Study) -> None:
    found = rating_exposures(demo, "effort")
    assert isinstance(found, tuple)
    assert [(one.evidence_level, one.name) for one in found] == [("peers", "peers.effort"), ("direction", "own.effort")]

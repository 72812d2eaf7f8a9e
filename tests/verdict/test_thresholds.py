"""Penalty and reward: planted kinks are seen, own ratings never decide, and what is too small is not shown."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from tests.clients import client, study_of
from tests.tolerances import SAME_ARITHMETIC
from valuelib.explore.thresholds import estimate_thresholds
from valuelib.results import Difference, Finding
from valuelib.theory.pyramid import tier
from valuelib.verdict.assess import assess
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.people import rng_for
from valuelib.worlds.truth import Truth

CLAIM = "table_stakes_necessary"
BASICS = [f"element.{key}" for key in tier("table_stakes").elements]
TRUTH = Truth(respondents=1500, accounts=500)


def kinked(*, penalty: float, reward: float, respondents: int = 3000) -> pd.DataFrame:
    """Answers in which failing the basics costs, and exceeding them earns, this share of promoters."""
    rng = rng_for(1, "kinked")
    level = rng.integers(0, 3, respondents)
    frame = simulate_frames(dataclasses.replace(TRUTH, respondents=respondents, accounts=respondents // 3), 1).answers
    basics = np.array([3.0, 6.0, 9.0])[level]
    chance = 0.4 + penalty * (level >= 1) + reward * (level == 2)
    promoter = rng.random(respondents) < chance
    return frame.assign(
        **dict.fromkeys(BASICS, basics), recommend=np.where(promoter, 9.0, 7.0), nps=promoter.astype(float), promise=level - 1.0
    )


def lift(finding: Finding, name: str) -> Difference:
    found = next(one.difference for one in finding.contrasts if one.name == name)
    assert found is not None
    return found


def test_a_planted_penalty_without_reward_is_seen_and_still_decides_nothing() -> None:
    finding = assess(study_of(kinked(penalty=0.3, reward=0.0, respondents=9000)), CLAIM)
    assert (finding.verdict, finding.undecided_why, finding.evidence_level) == ("undecided", "design", "descriptive")
    assert finding.reason.code == "reason.design.penalty_reward"
    assert finding.reason.values["penalty_key"] == "penalty_shown"
    assert finding.reason.values["reward_key"] == "reward_inside"
    assert finding.difference is not None
    assert finding.difference.value == pytest.approx(30, abs=5)


@pytest.mark.parametrize(
    ("penalty", "reward", "words"),
    [
        (0.0, 0.3, ("penalty_open", "reward_beyond")),
        (0.0, -0.3, ("penalty_open", "reward_reversed")),
        (-0.3, 0.05, ("penalty_reversed", "reward_open")),
    ],
)
def test_each_part_has_its_own_word(penalty: float, reward: float, words: tuple[str, str]) -> None:
    values = assess(study_of(kinked(penalty=penalty, reward=reward)), CLAIM).reason.values
    assert (values["penalty_key"], values["reward_key"]) == words


def test_steps_are_plain_differences_and_the_promise_tells_the_same() -> None:
    frame = kinked(penalty=0.2, reward=0.1)
    finding = assess(study_of(frame), CLAIM)
    nps = frame.groupby("promise")["nps"].mean() * 100
    assert [step.label for step in finding.steps] == ["low", "middle", "high"]
    assert [step.group.value for step in finding.steps] == pytest.approx(list(nps), abs=SAME_ARITHMETIC)
    assert lift(finding, "reward").value == pytest.approx(nps[1] - nps[0], abs=SAME_ARITHMETIC)
    assert lift(finding, "penalty.promise").value == pytest.approx(nps[0] - nps[-1], abs=SAME_ARITHMETIC)
    assert lift(finding, "reward.promise").value == pytest.approx(lift(finding, "reward").value, abs=SAME_ARITHMETIC)


def test_halo_alone_shows_steps_that_shrink_at_equal_other_tiers() -> None:
    finding = assess(client(dataclasses.replace(TRUTH, nps_lift=0.0)), CLAIM)
    assert finding.difference is not None
    assert finding.difference.ci_low > 0
    assert lift(finding, "penalty.other_tiers").value < finding.difference.value
    assert lift(finding, "reward.other_tiers").value < lift(finding, "reward").value


def test_a_level_of_a_few_is_not_shown() -> None:
    frame = kinked(penalty=0.2, reward=0.1)
    few = frame[(frame["promise"] >= 0) | (np.cumsum(frame["promise"] < 0) <= 4)]
    finding = assess(study_of(few.drop(columns="promise")), CLAIM)
    assert finding.verdict == "not_testable"
    assert finding.reason.code == "missing.level"
    assert finding.reason.values == {"level_key": "level_low", "fewest_n": 5}
    assert finding.steps == ()


def test_without_the_items_or_the_outcome_it_is_not_testable() -> None:
    frame = kinked(penalty=0.2, reward=0.1)
    assert assess(study_of(frame.drop(columns=BASICS)), CLAIM).reason.code == "missing.tier_items"
    assert assess(study_of(frame.drop(columns=["nps", "recommend"])), CLAIM).reason.code == "missing.outcome"


def test_every_tier_has_four_figures_or_a_reason() -> None:
    frame = kinked(penalty=0.2, reward=0.1).drop(columns=[f"element.{key}" for key in tier("inspirational").elements])
    found = {one.name: one for one in estimate_thresholds(study_of(frame))}
    assert len(found) == 20
    assert found["penalty.table_stakes"].value == pytest.approx(20, abs=6)
    assert found["penalty.table_stakes.others_equal"].value is not None
    reason = found["reward.inspirational"].reason
    assert reason is not None
    assert reason.code == "missing.tier_items"
    # The claim's own figures and the chapter's are the same.
    finding = assess(study_of(frame), CLAIM)
    assert finding.difference is not None
    assert found["penalty.table_stakes"].value == finding.difference.value
    assert found["reward.table_stakes.others_equal"].value == lift(finding, "reward.other_tiers").value

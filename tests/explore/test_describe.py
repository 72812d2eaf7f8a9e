"""What the survey says before any claim is asked."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from tests.clients import client, study_of
from valuelib.explore.describe import count_scores, estimate_basics, estimate_loyalty, estimate_segments, withheld
from valuelib.results import Estimate
from valuelib.theory.claims import claim
from valuelib.theory.pyramid import elements, tiers
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.truth import Truth

TRUTH = Truth()


def named(estimates: tuple[Estimate, ...]) -> dict[str, Estimate]:
    return {estimate.name: estimate for estimate in estimates}


def test_every_name_of_the_register_of_estimates_is_there_once() -> None:
    found = estimate_basics(client(TRUTH))
    names = [estimate.name for estimate in found]
    assert len(names) == len(set(names))
    wanted = {"nps.all", "repurchase.all", *(f"tier.{tier.key}.{kind}" for tier in tiers() for kind in ("mean", "alpha"))}
    assert wanted | {f"element.{element.key}.mean" for element in elements()} <= set(names)


def test_nps_of_all_is_the_plain_share_of_promoters_less_detractors() -> None:
    frame = simulate_frames(TRUTH, 1).answers
    score = frame["recommend"]
    plain = 100 * ((score >= 9).mean() - (score <= 6).mean())
    found = named(estimate_loyalty(study_of(frame)))["nps.all"]
    assert found.value == pytest.approx(plain)
    assert found.ci_low is not None
    assert found.ci_high is not None
    assert found.ci_low < plain < found.ci_high
    assert (found.n, found.accounts) == (len(frame), frame["account"].nunique())


def test_a_recommend_item_off_the_scale_gives_a_mean_and_no_nps() -> None:
    frame = simulate_frames(TRUTH, 1).answers.drop(columns="nps")
    found = named(estimate_loyalty(study_of(frame)))
    assert found["nps.all"].value is None
    assert found["nps.all"].reason is not None
    assert found["nps.all"].reason.code == "missing.no_nps"
    assert found["recommend.mean"].value == pytest.approx(frame["recommend"].mean())


def test_a_tier_without_items_is_missing_and_not_zero() -> None:
    frame = simulate_frames(TRUTH, 1).answers.drop(columns=["element.vision", "element.hope", "element.social_responsibility"])
    found = named(estimate_basics(study_of(frame)))
    assert found["tier.inspirational.mean"].value is None
    assert found["tier.inspirational.alpha"].value is None


def test_a_tier_of_one_item_has_a_mean_but_no_alpha() -> None:
    frame = simulate_frames(TRUTH, 1).answers.drop(columns=["element.vision", "element.hope"])
    found = named(estimate_basics(study_of(frame)))
    assert found["tier.inspirational.mean"].value is not None
    reason = found["tier.inspirational.alpha"].reason
    assert reason is not None
    assert reason.code == "missing.alpha_items"


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"a": 50, "b": 30}, set()),
        ({"a": 50, "b": 30, "c": 3}, {"c", "b"}),  # the total would tell c if b were shown
        ({"a": 50, "b": 4, "c": 3}, {"b", "c"}),
        ({"a": 3}, {"a"}),
    ],
)
def test_small_levels_are_withheld_with_the_next_one_that_would_give_them_away(counts: dict[str, int], hidden: set[str]) -> None:
    assert withheld(pd.Series(counts), 5) == hidden


def test_withheld_levels_show_neither_figure_nor_count() -> None:
    frame = simulate_frames(TRUTH, 1).answers
    frame = frame.assign(
        **{"segment.Trade": np.where(np.arange(len(frame)) < 3, "rare", np.where(np.arange(len(frame)) < 60, "b", "c"))}
    )
    found = named(estimate_segments(study_of(frame)))
    assert found["nps.segment.Trade=rare"].value is None
    assert found["nps.segment.Trade=rare"].n == 0
    assert found["nps.segment.Trade=b"].value is None
    assert found["nps.segment.Trade=c"].value is not None


def test_scores_are_counted_by_group_and_fractions_stand_in_their_class() -> None:
    frame = simulate_frames(TRUTH, 1).answers
    study = study_of(frame)
    counts = count_scores(study, claim("nps_60").reading)
    assert counts is not None
    assert sum(counts[0]) == int((frame["offering"] == 1).sum())
    shifted = dataclasses.replace(study, data=frame.assign(recommend=frame["recommend"].replace({7.0: 6.4, 9.0: 9.5, 6.0: 5.9})))
    moved = count_scores(shifted, claim("nps_60").reading)
    assert moved is not None
    for group in (0, 1):
        assert sum(moved[group][:7]) == sum(counts[group][:7])
        assert sum(moved[group][9:]) == sum(counts[group][9:])

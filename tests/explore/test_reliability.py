"""Omega, Spearman-Brown and HTMT of a study: every tier has a figure or a reason, and the reasons are the right ones."""

from tests.clients import client, study_of
from valuelib.explore.reliability import estimate_reliability
from valuelib.results import Estimate
from valuelib.study.model import Study
from valuelib.theory.pyramid import tiers
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.truth import Truth

TRUTH = Truth()


def named(study: Study) -> dict[str, Estimate]:
    return {one.name: one for one in estimate_reliability(study)}


def test_every_tier_and_every_pair_of_tiers_is_there() -> None:
    found = named(client(TRUTH))
    assert {f"tier.{tier.key}.omega" for tier in tiers()} <= set(found)
    assert sum(name.startswith("htmt.") for name in found) == 10
    shared, total = found["tier.ease_of_doing_business.omega_h"].value, found["tier.ease_of_doing_business.omega"].value
    assert shared is not None
    assert total is not None
    assert shared < total
    assert "tier.functional.omega_h" not in found  # two categories: what they share is not identified


def test_two_items_one_item_and_none() -> None:
    frame = simulate_frames(TRUTH, 1).answers
    gone = [f"element.{key}" for key in ("vision", "acceptable_price", "regulatory_compliance", "ethical_standards")]
    found = named(study_of(frame.drop(columns=gone)))
    pair, one = found["tier.inspirational.omega"], found["tier.table_stakes.omega"]
    assert pair.reason is not None
    assert one.reason is not None
    assert (pair.reason.code, one.reason.code) == ("missing.omega_items", "missing.omega_items")
    assert found["tier.inspirational.spearman_brown"].value is not None
    assert "tier.table_stakes.spearman_brown" not in found
    assert not any(name.startswith("htmt.table_stakes") for name in found)
    bare = named(study_of(frame.drop(columns=[name for name in frame if name.startswith("element.")])))
    assert {one.reason.code for one in bare.values() if one.reason} == {"missing.tier_items"}


def test_few_rows_give_a_reason_and_no_figure() -> None:
    found = named(study_of(simulate_frames(TRUTH, 1).answers.head(8)))
    assert all(one.value is None and one.reason is not None for name, one in found.items() if name.endswith("omega"))
    reason = found["htmt.functional.individual"].reason
    assert reason is not None
    assert reason.code == "missing.htmt"

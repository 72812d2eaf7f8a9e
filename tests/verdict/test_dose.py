"""The dose beside its raw slope: what is left at equal lower tiers, and a step that falls."""

import dataclasses

import numpy as np

from tests.clients import client, study_of
from valuelib.explore.thresholds import estimate_dose
from valuelib.theory.pyramid import HIGHER_TIERS, tier
from valuelib.verdict.assess import assess
from valuelib.worlds.frames import simulate_frames
from valuelib.worlds.people import rng_for
from valuelib.worlds.truth import Truth

TRUTH = Truth(respondents=1500, accounts=500)
HIGHER = [f"element.{key}" for name in HIGHER_TIERS for key in tier(name).elements]


def test_the_slope_shrinks_at_equal_lower_tiers_and_is_only_a_sensitivity() -> None:
    finding = assess(client(dataclasses.replace(TRUTH, nps_lift=0.0)), "higher_is_better")
    control = next(one for one in finding.contrasts if one.name == "own.higher_count.lower_tiers")
    assert control.role == "sensitivity"
    assert finding.decided_by is None
    assert finding.difference is not None
    assert control.difference is not None
    assert finding.difference.ci_low > 0
    assert control.difference.value < 0.5 * finding.difference.value


def test_a_step_that_clearly_falls_is_told() -> None:
    rng = rng_for(1, "falling dose")
    frame = simulate_frames(TRUTH, 1).answers
    count = rng.integers(0, 4, len(frame))
    ratings = np.where(np.arange(len(HIGHER)) < count[:, None], 9.0, 5.0)
    promoter = rng.random(len(frame)) < np.array([0.3, 0.8, 0.4, 0.9])[count]
    frame = frame.assign(**dict(zip(HIGHER, ratings.T, strict=True)), nps=promoter * 1.0)
    finding = assess(study_of(frame), "higher_is_better")
    assert [(one.code, one.values["step"]) for one in finding.warnings if one.code.startswith("note.")] == [
        ("note.step_falls", "2")
    ]


def test_curves_never_show_a_small_group_and_the_isotonic_one_never_falls() -> None:
    study = client(TRUTH)
    found = estimate_dose(study)
    assert all(one.n >= study.config.privacy.min_group for one in found)
    never = [one.value for one in found if one.name.endswith(".isotonic")]
    assert never == sorted(value for value in never if value is not None)
    assert len(never) > 3
    assert all(one.ci_low is not None for one in found if one.name.endswith(".spline"))


def test_without_an_nps_there_is_no_curve() -> None:
    assert not estimate_dose(study_of(simulate_frames(TRUTH, 1).answers.drop(columns="nps")))

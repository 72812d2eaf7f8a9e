"""Claims that say lower, and claims of a direction alone: the mirror image of those that say higher."""

from typing import get_args

import numpy as np
import pytest

from valuelib.stats.contrasts import (
    FAMILIES,
    claimed_side,
    decide,
    estimate_difference,
    read_direction,
    read_verdict,
    run_claim_tests,
)
from valuelib.stats.loyalty import Kind
from valuelib.stats.means import GroupMeans, estimate_means
from valuelib.stats.totals import collect_totals
from valuelib.theory.reading import Metric

rng = np.random.default_rng(20240131)
LEVELS = dict.fromkeys(FAMILIES, 0.025)


def groups(*, comparison: float, baseline: float, n: int = 150) -> tuple[GroupMeans, GroupMeans, GroupMeans]:
    """Promoter-like answers of both groups; the same with every answer turned round; the same with the groups exchanged."""

    def draw(mean: float) -> np.ndarray:
        return rng.choice([-1.0, 0.0, 1.0], n, p=[(0.6 - mean) / 2, 0.4, (0.6 + mean) / 2])

    scores, accounts = np.concatenate([draw(comparison), draw(baseline)]), [f"A{row % 60}" for row in range(2 * n)]
    codes = np.repeat([0, 1], n)

    def means(codes: np.ndarray, scores: np.ndarray) -> GroupMeans:
        return estimate_means(collect_totals(accounts, codes, scores, groups=("comparison", "baseline")))

    return means(codes, scores), means(codes, -scores), means(1 - codes, scores)


@pytest.mark.parametrize(
    ("metric", "size", "side"),
    [
        ("points", 13.0, 1),
        ("points", -13.0, -1),
        ("ratio", 1.6, 1),
        ("ratio", 0.8, -1),
        ("positive", None, 1),
        ("negative", None, -1),
    ],
)
def test_side_of_every_claim(metric: Metric, size: float | None, side: int) -> None:
    assert claimed_side(metric, size) == side


@pytest.mark.parametrize("lift", [-0.45, -0.2, 0.0, 0.2, 0.45])
@pytest.mark.parametrize("size", [5.0, 20.0, 60.0])
def test_turning_answers_and_claim_round_changes_no_verdict(lift: float, size: float) -> None:
    plain, turned, swapped = groups(comparison=0.05 + lift, baseline=0.05)
    wanted = run_claim_tests(plain, metric="points", size=size, kind="nps")
    for other in (turned, swapped):
        found = run_claim_tests(other, metric="points", size=-size, kind="nps")
        assert [getattr(found, name) for name in FAMILIES] == pytest.approx([getattr(wanted, name) for name in FAMILIES])
        assert read_verdict(decide(found, LEVELS)) == read_verdict(decide(wanted, LEVELS))


@pytest.mark.parametrize("lift", [-0.3, 0.0, 0.2])
@pytest.mark.parametrize("size", [1.2, 1.6, 3.0])
def test_a_ratio_claim_turns_into_one_over_it_where_groups_are_exchanged(lift: float, size: float) -> None:
    plain, _, swapped = groups(comparison=0.35 + lift, baseline=0.35, n=400)
    wanted = run_claim_tests(plain, metric="ratio", size=size, kind="nps")
    found = run_claim_tests(swapped, metric="ratio", size=1 / size, kind="nps")
    assert [getattr(found, name) for name in FAMILIES] == pytest.approx([getattr(wanted, name) for name in FAMILIES])


@pytest.mark.parametrize("lift", [-0.45, 0.0, 0.45])
def test_a_direction_is_shown_opposite_or_open_as_its_interval_lies(lift: float) -> None:
    plain, turned, _ = groups(comparison=0.05 + lift, baseline=0.05)
    limits = estimate_difference(plain, kind="nps")
    expected = ("supported", False) if limits.ci_low > 0 else ("rejected", True) if limits.ci_high < 0 else ("undecided", False)
    sides: tuple[tuple[GroupMeans, Metric], ...] = ((plain, "positive"), (turned, "negative"))
    for means, metric in sides:
        tests = run_claim_tests(means, metric=metric, size=None, kind="nps")
        assert (tests.p_below_claim, tests.p_above_claim) == (1.0, 1.0)
        assert read_direction(decide(tests, LEVELS)) == expected


@pytest.mark.parametrize("kind", get_args(Kind))
def test_each_verdict_of_a_claim_that_says_lower(kind: Kind) -> None:
    """-30 of 100 (or -0.3 on a scale of its own), measured well: beyond -10, in line with -30, short of -60, against +10."""
    found, scale = groups(comparison=-0.25, baseline=0.05, n=4000)[0], 1.0 if kind == "mean" else 100.0
    words = {}
    for size in (-0.1, -0.3, -0.55, 0.1):
        tests = run_claim_tests(found, metric="points", size=scale * size, kind=kind)
        words[size] = read_verdict(decide(tests, LEVELS))
    assert words == {-0.1: ("supported", False), -0.3: ("consistent", False), -0.55: ("smaller", False), 0.1: ("rejected", True)}

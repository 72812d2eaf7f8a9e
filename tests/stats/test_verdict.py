"""The verdict rule and Holm's procedure."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelib.stats.contrasts import FAMILIES, ClaimTests, Decisions, decide, holm_thresholds, read_verdict

RULE = [  # lift, below claim, above claim, opposite -> word
    ((True, False, True, False), ("supported", False)),
    ((True, False, False, False), ("consistent", False)),
    ((True, True, False, False), ("smaller", False)),
    ((False, True, False, False), ("rejected", False)),
    ((False, True, False, True), ("rejected", True)),
    ((False, False, False, False), ("undecided", False)),
]


@pytest.mark.parametrize(("decisions", "word"), RULE)
def test_each_row_of_the_rule(decisions: tuple[bool, bool, bool, bool], word: tuple[str, bool]) -> None:
    assert read_verdict(Decisions(*decisions)) == word


def test_every_combination_gives_exactly_one_word() -> None:
    for combination in itertools.product([True, False], repeat=4):
        assert read_verdict(Decisions(*combination))[0] in {"supported", "consistent", "smaller", "rejected", "undecided"}


def test_holm_by_hand() -> None:
    # Four questions, p .004 .011 .03 .005 at .025: .004 <= .00625, .005 <= .00833, .011 <= .0125, .03 > .025.
    levels = holm_thresholds([0.004, 0.011, 0.03, 0.005], ["a", "b", "c", "d"], alpha=0.025)
    assert levels == pytest.approx([0.025 / 4, 0.025 / 2, 0.025, 0.025 / 3])


def test_ratio_and_points_of_one_contrast_take_one_place() -> None:
    assert holm_thresholds([0.02, 0.02], ["same", "same"], alpha=0.025) == [0.025, 0.025]
    assert holm_thresholds([0.02, 0.02], ["one", "two"], alpha=0.025) == [0.0125, 0.0125]


def test_the_step_down_stops_at_the_first_place_not_rejected() -> None:
    assert holm_thresholds([0.02, 0.024], ["a", "b"], alpha=0.025) == [0.0125, 0.0125]


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from("abcd")), min_size=1, max_size=6))
def test_holm_rejects_all_that_bonferroni_rejects_and_nothing_above_alpha(rows: list[tuple[float, str]]) -> None:
    p, places = [row[0] for row in rows], [row[1] for row in rows]
    for level in holm_thresholds(p, places, alpha=0.025):
        assert 0.025 / len(set(places)) - 1e-12 <= level <= 0.025


def test_decisions_keep_each_family_to_its_own_threshold() -> None:
    tests = ClaimTests(p_no_lift=0.01, p_below_claim=0.02, p_above_claim=0.98, p_opposite=0.99)
    assert decide(tests, dict.fromkeys(FAMILIES, 0.0125)) == Decisions(
        lift=True, below_claim=False, above_claim=False, opposite=False
    )

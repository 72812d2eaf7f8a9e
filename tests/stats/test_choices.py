"""The best-worst logit: by hand, by R's `survival`, unchanged by what must not matter, and its intervals hold what they promise."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuelib.errors import ResultError
from valuelib.stats.choices import Sets, count_choices, count_repeats, fit_choices, is_connected, make_sets

HERE = Path(__file__).resolve().parents[1] / "reference" / "choices"
R: dict[str, Any] = json.loads((HERE / "printout_r.json").read_text(encoding="utf-8"))


def reference_sets(*, weighted: bool) -> Sets:
    rows = pd.read_csv(HERE / "sets.csv")
    rows["slot"] = rows.groupby("set").cumcount()
    shown = rows.pivot(index="set", columns="slot", values="item").fillna(-1).astype(int)
    whole = rows.drop_duplicates("set").set_index("set").loc[shown.index]
    best, worst = (rows[rows[end] == 1].set_index("set")["item"].loc[shown.index] for end in ("best", "worst"))
    weight = whole["weight"] if weighted else np.ones(len(whole))
    return make_sets(shown, best, worst, items=6, weight=weight, person=whole["person"], cluster=whole["account"])


@pytest.mark.parametrize("weighted", [False, True])
def test_utilities_and_robust_errors_are_those_of_clogit(weighted: bool) -> None:
    fit = fit_choices(reference_sets(weighted=weighted), small_sample=False)
    wanted = R["weighted" if weighted else "plain"]
    against_first = np.hstack([-np.ones((5, 1)), np.eye(5)])
    assert against_first @ fit.utility == pytest.approx(wanted["coef"], abs=1e-8)
    assert against_first @ fit.cov @ against_first.T == pytest.approx(np.array(wanted["robust"]), abs=1e-8)


def test_counts_are_those_of_r() -> None:
    counts = count_choices(reference_sets(weighted=False))
    for name, found in counts._asdict().items():
        assert found.tolist() == [row[name] for row in R["counts"]]


def test_three_items_by_hand() -> None:
    """Of one set of three the order is told in full: first A of B and C, then the better of what is left."""
    sets = make_sets(
        [[0, 1, 2]] * 8,
        [0] * 4 + [1] * 3 + [2],
        [2, 2, 1, 1, 2, 0, 0, 1],
        items=3,
        weight=np.ones(8),
        person=range(8),
        cluster=range(8),
    )
    fit = fit_choices(sets)

    def log_likelihood(utility: np.ndarray) -> float:
        total = 0.0
        for best, worst in zip(sets.best, sets.worst, strict=True):
            rest = [item for item in range(3) if item != best]
            total += utility[best] - np.log(np.exp(utility).sum()) - utility[worst] - np.log(np.exp(-utility[rest]).sum())
        return float(total)

    top = log_likelihood(fit.utility)
    for item in range(3):
        for step in (-0.01, 0.01):
            assert log_likelihood(fit.utility + step * (np.arange(3) == item)) < top
    assert fit.share.sum() == pytest.approx(1)
    assert fit.share == pytest.approx(np.exp(fit.utility) / np.exp(fit.utility).sum())


@settings(deadline=None, max_examples=25)
@given(st.permutations(range(6)), st.floats(0.1, 10))
def test_names_of_items_order_of_sets_and_scale_of_weights_change_nothing(order: list[int], scale: float) -> None:
    sets = reference_sets(weighted=True)
    place = np.array([*order, -1])
    back = slice(None, None, -1)
    other = Sets(
        shown=place[sets.shown][back, back],
        best=place[sets.best][back],
        worst=place[sets.worst][back],
        weight=scale * sets.weight[back],
        person=sets.person[back],
        cluster=sets.cluster.max() - sets.cluster[back],
        items=6,
    )
    one, two = fit_choices(sets), fit_choices(other)
    assert two.utility[order] == pytest.approx(one.utility, abs=1e-8)
    assert two.share_se[order] == pytest.approx(one.share_se, rel=1e-6)


def test_a_person_in_two_copies_of_one_cluster_adds_no_certainty() -> None:
    sets = reference_sets(weighted=False)
    twice = Sets(
        *(np.concatenate([one, one]) for one in (sets.shown, sets.best, sets.worst, sets.weight, sets.person, sets.cluster)), 6
    )
    for small_sample in (False, True):
        once, again = (fit_choices(of, small_sample=small_sample) for of in (sets, twice))
        assert again.se == pytest.approx(once.se, rel=1e-8)


def test_the_delta_method_is_the_slope_of_the_share() -> None:
    fit, step = fit_choices(reference_sets(weighted=False)), 1e-6
    slopes = np.array([(replace(fit, utility=fit.utility + step * unit).share - fit.share) / step for unit in np.eye(6)]).T
    assert fit.share_se == pytest.approx(np.sqrt(np.diag(slopes @ fit.cov @ slopes.T)), rel=1e-4)
    low, high = fit.share_interval(0.95)
    assert ((low > 0) & (low < fit.share) & (fit.share < high) & (high < 1)).all()


def test_an_item_that_is_never_worst_has_no_utility() -> None:
    shown, people = [[0, 1, 2], [0, 1, 2], [0, 2, 1]], range(3)
    sets = make_sets(shown, [0, 0, 0], [1, 2, 1], items=3, weight=np.ones(3), person=people, cluster=people)
    assert not is_connected(sets)
    with pytest.raises(ResultError, match="tell all items apart"):
        fit_choices(sets)


@pytest.mark.parametrize(("best", "worst"), [(3, 0), (0, 0), (-1, 1)])
def test_sets_that_contradict_themselves_are_refused(best: int, worst: int) -> None:
    with pytest.raises(ResultError, match="not shown"):
        make_sets([[0, 1, 2]], [best], [worst], items=4, weight=[1], person=[0], cluster=[0])


def test_decisions_repeated_by_one_person_are_counted_by_pairs() -> None:
    """The first person orders 0 before 1 twice and 0, 2 both ways; the second never decides a pair twice."""
    sets = make_sets(
        [[0, 1, 2], [0, 1, 2], [0, 1, 2]], [0, 2, 0], [1, 1, 1], items=3, weight=np.ones(3), person=[0, 0, 1], cluster=[0, 0, 1]
    )
    # Sets 1 and 2 of the first: 0>1, 0>2, 2>1 and 2>0, 2>1, 0>1.
    repeats = count_repeats(sets)
    assert repeats.decided.tolist() == [3, 0]
    assert repeats.alike.tolist() == [2, 0]


def test_equal_utilities_are_called_different_as_often_as_promised() -> None:
    rng, p = np.random.default_rng(5), []
    for _ in range(400):
        keys = rng.random((160, 6)).argsort(axis=1)[:, :4]
        cluster = np.repeat(np.arange(40), 4)
        p.append(
            fit_choices(
                make_sets(keys, keys[:, 0], keys[:, 1], items=6, weight=np.ones(160), person=cluster, cluster=cluster)
            ).p_even()
        )
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=4 * np.sqrt(0.05 * 0.95 / 400))

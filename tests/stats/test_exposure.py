"""Who counts as receiving higher-tier value: borders, gaps and bounds of the rules."""

import numpy as np
import pandas as pd
import pytest

from valuelib.stats import exposure


def frame(*rows: list[float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[f"element.{i}" for i in range(len(rows[0]))])


def test_offering_leaves_the_untold_out() -> None:
    assert list(exposure.by_offering(pd.Series([1.0, 0.0, np.nan]))) == [0, 1, -1]


def test_delivered_counts_the_threshold_itself_and_needs_one_rating() -> None:
    ratings = frame([8.0, np.nan], [7.9, 7.9], [np.nan, np.nan])
    assert list(exposure.by_delivered(ratings, threshold=8)) == [0, 1, -1]


def test_count_bounds_belong_to_their_range() -> None:
    ratings = frame(*[[9.0] * k + [1.0] * (8 - k) for k in range(9)])
    codes = exposure.by_count(ratings, threshold=8, comparison=(6, None), baseline=(1, 5))
    assert list(codes) == [-1, 1, 1, 1, 1, 1, 0, 0, 0]
    none = exposure.by_count(ratings, threshold=8, comparison=(6, None), baseline=(0, 0))
    assert list(none) == [1, -1, -1, -1, -1, -1, 0, 0, 0]


def test_relative_sets_both_means_of_one_respondent_side_by_side() -> None:
    higher, lower = pd.Series([7.0, 5.0, 6.0, np.nan]), pd.Series([6.0, 5.0, 7.0, 5.0])
    assert list(exposure.by_relative(higher, lower)) == [0, 1, 1, -1]


def test_colleagues_are_all_others_of_the_account_and_nobody_is_their_own() -> None:
    values = pd.Series([2.0, 4.0, 9.0, np.nan, 7.0, 5.0])
    accounts = pd.Series(["a", "a", "a", "a", "b", "c"])
    found = exposure.others_mean(values, accounts)
    assert found.tolist() == pytest.approx([6.5, 5.5, 3.0, 5.0, np.nan, np.nan], nan_ok=True)


def test_a_split_counts_the_value_itself_as_above() -> None:
    assert list(exposure.by_split(pd.Series([1.0, 2.0, np.nan, 3.0]), at=2.0)) == [1, 0, -1, 0]


def test_few_ratings_are_not_a_small_count() -> None:
    ratings = frame([9.0, np.nan, np.nan, np.nan], [9.0, 9.0, np.nan, np.nan])
    assert exposure.count_elements(ratings, threshold=8).tolist() == pytest.approx([np.nan, 2.0], nan_ok=True)
    assert exposure.mean_rating(ratings).tolist() == pytest.approx([np.nan, 9.0], nan_ok=True)

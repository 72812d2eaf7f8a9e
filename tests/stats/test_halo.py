"""The lift of a mere liking: by the population's formula, whatever the order and unit, and over simulated halo-only surveys."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tolerances import SAME_ARITHMETIC
from valuelib.errors import ResultError
from valuelib.stats.sensitivity import Halo, HaloLift, fit_halo, halo_only_lift, pairwise_correlations

LOADINGS = np.array([0.8, 0.7, 0.6, 0.7, 0.5, 0.6])
PULL = 0.5


def survey(n: int, seed: int) -> tuple[pd.DataFrame, pd.Series, np.ndarray]:
    """Nothing but a liking: six ratings and an outcome that it colours, and the liking itself."""
    rng = np.random.default_rng(seed)
    liking = rng.standard_normal(n)
    ratings = liking[:, None] * LOADINGS + rng.standard_normal((n, 6)) * np.sqrt(1 - LOADINGS**2)
    outcome = PULL * liking + np.sqrt(1 - PULL**2) * rng.standard_normal(n)
    return pd.DataFrame(ratings), pd.Series(outcome), liking


def by_last_items(ratings: pd.DataFrame) -> np.ndarray:
    """Groups by own ratings: the mean of the last two items above its median."""
    mean = ratings.iloc[:, 4:].mean(axis=1)
    return np.where(mean >= mean.median(), 0, 1)


def lift_of(halo: Halo, ratings: pd.DataFrame, outcome: pd.Series, codes: np.ndarray) -> HaloLift:
    accounts = np.arange(len(ratings))
    y = outcome.to_numpy()
    se = (y[codes == 0].var() / (codes == 0).sum() + y[codes == 1].var() / (codes == 1).sum()) ** 0.5
    return halo_only_lift(halo, y, codes, accounts, raw_se=se, df=200.0, level=0.95)


def test_loadings_pull_and_scores_come_back_in_a_large_survey() -> None:
    ratings, outcome, liking = survey(60_000, 1)
    halo = fit_halo(ratings, outcome, [True] * 4 + [False] * 2)
    assert halo.loadings == pytest.approx(LOADINGS, abs=0.02)
    assert halo.pull == pytest.approx(PULL, abs=0.02)
    # The expected liking explains S / (1 + S) of the liking's variance, S = sum of l^2 / (1 - l^2).
    strength = (LOADINGS**2 / (1 - LOADINGS**2)).sum()
    assert np.corrcoef(halo.scores, liking)[0, 1] ** 2 == pytest.approx(strength / (1 + strength), abs=0.01)


def test_a_halo_only_survey_shows_the_lift_that_is_foretold() -> None:
    inside, misses = [], []
    for seed in range(300):
        ratings, outcome, _ = survey(300, seed)
        codes = by_last_items(ratings)
        raw = float(outcome[codes == 0].mean() - outcome[codes == 1].mean())
        found = lift_of(fit_halo(ratings, outcome, [True] * 4 + [False] * 2), ratings, outcome, codes)
        inside.append(found.low <= raw <= found.high)
        misses.append(found.value - raw)
    assert abs(float(np.mean(misses))) < 0.03  # against a raw lift of about 0.5
    # The calibrated pull shares its chance with the raw lift, so the range errs on the wide side.
    assert np.mean(inside) >= 0.95 - 4 * np.sqrt(0.95 * 0.05 / 300)


def test_an_effect_of_the_elements_lies_above_what_halo_would_show() -> None:
    ratings, outcome, _ = survey(3000, 4)
    codes = by_last_items(ratings)
    moved = outcome + np.where(codes == 0, 0.6, 0.0)
    found = lift_of(fit_halo(ratings, moved, [True] * 4 + [False] * 2), ratings, moved, codes)
    assert float(moved[codes == 0].mean() - moved[codes == 1].mean()) > found.high


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(6)), st.floats(0.5, 3), st.floats(-5, 5))
def test_order_of_items_and_unit_of_ratings_change_nothing(order: list[int], scale: float, shift: float) -> None:
    ratings, outcome, _ = survey(200, 7)
    codes = by_last_items(ratings)
    calibrate = np.array([True] * 4 + [False] * 2)
    plain = lift_of(fit_halo(ratings, outcome, calibrate), ratings, outcome, codes)
    moved = ratings.iloc[:, order] * scale + shift
    other = lift_of(fit_halo(moved, outcome, calibrate[order]), moved, outcome, codes)
    assert (other.value, other.low) == pytest.approx((plain.value, plain.low), abs=1e-6)


def test_gaps_lessen_what_is_known_of_a_respondent_and_lose_nobody() -> None:
    ratings, outcome, _ = survey(500, 9)
    holes = ratings.mask(np.random.default_rng(2).random(ratings.shape) < 0.3)
    holes.iloc[0] = np.nan
    halo = fit_halo(holes, outcome, [True] * 6)
    assert np.isnan(halo.scores[0])
    assert np.isfinite(halo.scores[1:]).mean() > 0.99
    lone = holes.copy()
    lone.iloc[1, 1:] = np.nan
    lone.iloc[1, 0] = 3.0
    fuller = lone.copy()
    fuller.iloc[1] = 3.0
    assert abs(fit_halo(lone, outcome, [True] * 6).scores[1]) < abs(fit_halo(fuller, outcome, [True] * 6).scores[1])


def test_too_little_to_tell_a_halo_by_is_refused() -> None:
    ratings, outcome, _ = survey(100, 3)
    for few in (ratings.iloc[:, :2], ratings.iloc[:20]):
        with pytest.raises(ResultError, match="at least 3 items and 30 rows"):
            fit_halo(few, outcome[: len(few)], [True] * few.shape[1])


def test_correlations_of_a_torn_file_are_positive_definite() -> None:
    ratings, _, _ = survey(40, 5)
    torn = ratings.mask(np.random.default_rng(3).random(ratings.shape) < 0.6)
    found = pairwise_correlations(torn)
    assert np.linalg.eigvalsh(found)[0] > 0
    assert np.diag(found) == pytest.approx(1.0)
    whole = pairwise_correlations(ratings)
    assert whole == pytest.approx(np.corrcoef(ratings.to_numpy().T), abs=SAME_ARITHMETIC)

"""Is the strength of what is hidden measured on the scale of the robustness value that a report prints?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.__main__ import DOCS, KEPT
from benchmarks.page import replace_table
from benchmarks.parts import HIDDEN
from benchmarks.truth.hidden import as_strong_as, explained, table_hidden
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.sensitivity import robustness_value
from valuelib.stats.totals import collect_totals


def test_shares_that_are_alike_stand_for_themselves() -> None:
    shares = np.array([0.01, 0.2, 0.5])
    np.testing.assert_allclose(as_strong_as(shares, shares), shares)


def test_explained_share_by_hand() -> None:
    outcome, by = np.array([1.0, -1, 1, -1]), np.array([1.0, -1, 0, 0])
    assert explained(outcome, by, []) == pytest.approx(2**2 / (4 * 2))
    assert explained(outcome, by, [np.array([1.0, -1, 1, -1])]) == pytest.approx(0, abs=1e-20)


def test_what_makes_the_lift_vanish_is_as_strong_as_the_robustness_value() -> None:
    """A cause that is made to explain all of the lift: with it the lift is zero, and its strength is the robustness value."""
    rng = np.random.default_rng(3)
    n = 4_000
    cause, lower = rng.standard_normal((2, n))
    exposure = (0.8 * cause + 0.4 * lower + rng.standard_normal(n) > 0).astype(float)
    score = np.round(np.clip(0.7 * cause + 0.5 * lower + rng.standard_normal(n), -1, 1))
    base = np.column_stack([np.ones(n), exposure, lower, cause])
    score = score - np.linalg.lstsq(base, score, rcond=None)[0][1] * exposure
    totals = collect_totals(np.arange(n), np.where(exposure == 1, 0, 1), score, groups=("c", "b"), controls={"lower": lower})
    lift = float(np.subtract(*estimate_fitted(totals).values))
    strength = as_strong_as(
        *(np.array([share]) for share in (explained(exposure, cause, [lower]), explained(score, cause, [exposure, lower])))
    )
    assert lift > 0.2
    assert robustness_value(totals, lift, lift).value == pytest.approx(float(strength[0]), rel=1e-6)


def test_the_page_is_that_of_the_kept_studies() -> None:
    text = (DOCS / "truth-tests.md").read_text(encoding="utf-8")
    assert replace_table(text, "truth-robustness", table_hidden(pd.read_csv(KEPT / HIDDEN))) == text

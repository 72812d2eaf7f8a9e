"""Fits on the same rows and controls share what is dear in them, and every figure stays what a first fit gives."""

from __future__ import annotations

import numpy as np
import pytest

from valuelib.stats import adjust
from valuelib.stats.adjust import estimate_fitted
from valuelib.stats.totals import ClusterTotals, collect_totals


def totals(outcome: int, control: int) -> ClusterTotals:
    rng = np.random.default_rng(5)
    account, group = rng.integers(0, 60, 400), rng.integers(0, 2, 400)
    scores, controls = rng.normal(size=(3, 400)), rng.normal(size=(3, 400))
    given = {"control": controls[control] - controls[control].mean()}
    return collect_totals(account, group, scores[outcome], groups=("high", "low"), controls=given)


FITS = [(outcome, control) for control in range(3) for outcome in range(3)]


def figures(outcome: int, control: int) -> list[float]:
    fitted = estimate_fitted(totals(outcome, control))
    return [
        *fitted.values,
        *fitted.cr2.ravel(),
        fitted.df([1, -1]),
        fitted.df([1, 0]),
        fitted.df([1, -1], "iid"),
        fitted.kept([1, -1]),
    ]


@pytest.mark.parametrize("room", [1 << 28, 1])
def test_kept_fits_change_no_figure(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    first = {}
    for fit in FITS:
        adjust._KEPT.clear()
        first[fit] = figures(*fit)
    adjust._KEPT.clear()
    monkeypatch.setattr(adjust, "_KEPT_BYTES", room)
    for fit in [*FITS, *reversed(FITS)]:
        assert figures(*fit) == first[fit]
    assert len(adjust._KEPT) == (3 if room > 1 else 1)


def test_many_accounts_are_changed_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    adjust._KEPT.clear()
    whole = figures(0, 0)
    adjust._KEPT.clear()
    monkeypatch.setattr(adjust, "_AT_ONCE", 7)
    assert figures(0, 0) == whole

"""What a picture plots, as plain numbers: estimates in the order of the picture's rows."""

from __future__ import annotations

from collections.abc import Sequence

from valuelib.records import Estimate, LiftPoints, Series


def series_of(name: str, estimates: Sequence[Estimate | LiftPoints | None]) -> Series:
    """Values and intervals by row; a row without a figure is None."""
    return Series(
        name=name,
        values=tuple(None if one is None else one.value for one in estimates),
        low=tuple(None if one is None else one.ci_low for one in estimates),
        high=tuple(None if one is None else one.ci_high for one in estimates),
    )

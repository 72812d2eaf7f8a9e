"""What a slide draws by itself is what the picture beside it shows."""

import numpy as np

from valuelib.explore.drivers import Share
from valuelib.results import Estimate, Message
from valuelib.show.localizer import in_language
from valuelib.show.numbers import element_numbers, priority_numbers, renewal_numbers, wave_numbers
from valuelib.stats.over_time import Curve
from valuelib.theory.pyramid import elements


def estimate(name: str, value: float | None, **label: str) -> Estimate:
    low, high = (None, None) if value is None else (value - 0.2, value + 0.2)
    made = Message(code="label.element.mean", values=label) if label else None
    reason = Message(code="missing.accounts") if value is None else None
    return Estimate(name=name, value=value, unit="score", n=40, accounts=9, label=made, reason=reason, ci_low=low, ci_high=high)


def test_elements_are_ranked_over_panels_of_one_scale() -> None:
    keys = [one.key for one in elements()][:25]
    means = [estimate(f"e.{key}", 4.0 + at / 10, element_key=key) for at, key in enumerate(keys)]
    with in_language("en"):
        first, second = element_numbers([*means, estimate("e.none", None, element_key=elements()[30].key)])
        assert element_numbers([]) == ()
    assert (len(first.categories), len(second.categories)) == (13, 12)
    assert first.series[0].values[0] == 4.0 + 24 / 10
    assert second.series[0].values[-1] == 4.0
    assert first.limits == second.limits == (3.0, 7.0)


def test_priorities_stand_by_rating_and_share_and_those_to_raise_apart() -> None:
    keys = [one.key for one in elements()][:3]
    shares = [
        Share(key=key, raw=estimate(f"d.{key}", 10.0 * at), within=estimate(f"w.{key}", 1.0), mean_score=5.0 + at)
        for at, key in enumerate(keys)
    ]
    with in_language("en"):
        chart = priority_numbers(shares, shares[2:], shares[:1], (6.0, 10.0))
    across, raised, rest = (series.values for series in chart.series)
    assert across == (5.0, 6.0, 7.0)
    assert raised == (0.0, None, None)
    assert rest == (None, 10.0, 20.0)
    assert chart.strong == (0, 2)


def test_surveys_and_contracts_are_lines() -> None:
    curve = Curve(
        label="all",
        months=np.array([0.0, 1.5, 2.4]),
        share=np.array([1.0, 0.8, 0.5]),
        low=np.array([1.0, 0.7, 0.4]),
        high=np.array([1.0, 0.9, 0.6]),
        n=10,
        ends=5,
    )
    with in_language("en"):
        chart = renewal_numbers([curve])
        (wave,) = wave_numbers([("NPS", [("2024", estimate("w", 50.0)), ("2025", estimate("w", 56.0))], 0)])
    assert chart.categories == ("0", "1", "2", "3")
    assert chart.series[0].values == (100.0, 100.0, 80.0, 50.0)
    assert (wave.categories, wave.series[0].values, wave.series[0].low) == (("2024", "2025"), (50.0, 56.0), (49.8, 55.8))

"""Do the pictures of doses, thresholds and tiers say what they show, in numbers, in both languages, without texts colliding?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.languages import spoken
from tests.show.figures.looks import assert_figure, drawings, overlaps, texts
from tests.show.results import estimate, group, points, raw_only
from valuelib.results import Contrast, Estimate, Figure, Finding, Step
from valuelib.show.localizer import Localizer
from valuelib.show.pyramid import plot_htmt
from valuelib.show.thresholds import ends_of, plot_dose, plot_thresholds
from valuelib.theory.pyramid import tiers

EN, FI = Localizer("en"), Localizer("fi")


def rising(**changes: object) -> Finding:
    labels = ("0", "1", "2", "3–4", "5+")
    steps = tuple(Step(label=label, group=group(20.0 + 12 * index)) for index, label in enumerate(labels))
    equal = Contrast(name="own.higher_count.lower_tiers", role="sensitivity", difference=points(0.8, -0.5, 2.1))
    settings = {"claim": "higher_is_better", "metric": "trend", "size": None, "difference": points(9.7, 8.3, 11.2), **changes}
    return raw_only(**settings, steps=steps, contrasts=(equal,))


def curves() -> list[Estimate]:
    return [estimate(f"dose.{n}.{kind}", 20.0 + 12 * n) for n in range(6) for kind in ("isotonic", "spline")]


def thresholds(*, equal: bool = True) -> list[Estimate]:
    endings = ("", ".others_equal") if equal else ("",)
    return [
        estimate(f"{step}.{tier.key}{ending}", size - 3.0 * tier.order - 15 * bool(ending))
        for tier in tiers()
        for step, size in (("penalty", 40.0), ("reward", 14.0))
        for ending in endings
    ]


def htmt(value: float) -> list[Estimate]:
    keys = [tier.key for tier in tiers()]
    return [estimate(f"htmt.{a}.{b}", value) for i, a in enumerate(keys) for b in keys[i + 1 :]]


SMALLEST = 11
FIGURES: dict[str, Callable[[Localizer], Figure]] = {
    "dose": lambda speech: spoken(speech, plot_dose, rising(), curves()),
    "dose, no curve": lambda speech: spoken(speech, plot_dose, rising(), []),
    "thresholds": lambda speech: spoken(speech, plot_thresholds, thresholds(), 5),
    "thresholds, as they stand": lambda speech: spoken(speech, plot_thresholds, thresholds(equal=False), 2.5),
    "thresholds, none": lambda speech: spoken(speech, plot_thresholds, [], 5),
    "htmt": lambda speech: spoken(speech, plot_htmt, htmt(0.8)),
    "htmt, not told apart": lambda speech: spoken(speech, plot_htmt, htmt(0.95)),
    "htmt, none": lambda speech: spoken(speech, plot_htmt, []),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_repeats_byte_for_byte_and_leaves_settings_alone(name: str) -> None:
    assert_figure(lambda: FIGURES[name](FI))


@pytest.mark.parametrize("speech", [EN, FI], ids=["en", "fi"])
@pytest.mark.parametrize("name", FIGURES)
def test_texts_are_large_and_do_not_run_into_one_another(name: str, speech: Localizer, monkeypatch: pytest.MonkeyPatch) -> None:
    with drawings(monkeypatch) as seen:
        FIGURES[name](speech)
        assert [pair for drawing in seen for pair in overlaps(drawing)] == []
        assert all(text.get_fontsize() >= SMALLEST for drawing in seen for text in texts(drawing))


def test_the_alt_texts_say_the_figures() -> None:
    assert (
        "+9.7 points; no association is shown at equal lower-tier ratings (+0.8 per element)" in plot_dose(rising(), curves()).alt
    )
    assert "3–4: 56.0" in plot_dose(rising(), curves()).alt
    assert "Table stakes: penalty +25.0" in plot_thresholds(thresholds(), 5).alt
    assert "Perusedellytykset: haitta +25,0" in spoken(FI, plot_thresholds, thresholds(), 5).alt
    assert "2.5 points either way" in plot_thresholds(thresholds(), 2.5).caption
    assert "Functional value – Ease of doing business: 0.95." in plot_htmt(htmt(0.95)).alt


def test_levels_are_read_from_their_labels() -> None:
    assert [ends_of(label) for label in ("3", "5–6", "7+")] == [(3, 3), (5, 6), (7, 7)]

"""Do the pictures of what goes with recommending read without words on top of each other, on the demo's long Finnish names too?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.languages import spoken
from tests.show.figures.looks import drawings, overlaps
from valuelib.explore import drivers as module
from valuelib.explore.drivers import Drivers, find_drivers
from valuelib.show.drivers import labelled, plot_drivers, plot_priorities
from valuelib.show.localizer import Localizer
from valuelib.study.load import load_study

DEMO = Path(__file__).parents[3] / "data" / "demo"


@pytest.mark.parametrize("language", ["en", "fi"])
def test_words_stay_apart_and_the_extreme_elements_are_named(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REPLICATES", 40)
    found, speech = find_drivers(load_study(DEMO)), Localizer(language)
    assert isinstance(found, Drivers)
    with drawings(monkeypatch) as seen:
        spoken(speech, plot_drivers, found)
        spoken(speech, plot_priorities, found)
    among_words = [
        [pair for pair in overlaps(one) if not pair[0].isdigit()] for one in seen
    ]  # a number beyond its axis is not drawn
    assert among_words == [[], []]
    words = {text.get_text().casefold() for text in seen[1].axes[0].texts}
    assert {speech.word(share.key).casefold() for share in labelled(found)[:3]} <= words

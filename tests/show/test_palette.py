"""Can everyone read the colours?"""

from __future__ import annotations

import itertools
import re

import pytest

from valuelib.show.display import style
from valuelib.show.palette import INK, MUTED, PAPER, VERDICT_LOOKS, contrast, ink_on, score_colour

AA = 4.5


def test_contrast_by_the_books() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1.0


def test_white_reads_on_every_badge_and_text_on_paper() -> None:
    for look in VERDICT_LOOKS.values():
        assert contrast(look.colour, PAPER) >= AA
    assert min(contrast(INK, PAPER), contrast(MUTED, PAPER)) >= AA


def test_signs_differ_so_that_colour_never_speaks_alone() -> None:
    assert len({look.sign for look in VERDICT_LOOKS.values()}) == len(VERDICT_LOOKS)


@pytest.mark.parametrize("score", [0.0, 2.5, 5.0, 6.5, 7.5, 10.0])
def test_numbers_read_on_every_tile(score: float) -> None:
    assert contrast(score_colour(score), ink_on(score_colour(score))) >= AA


def test_a_higher_score_is_darker_and_the_ends_hold() -> None:
    lightness = [contrast(score_colour(score), "#000000") for score in range(11)]
    assert all(low > high for low, high in itertools.pairwise(lightness))
    assert score_colour(-3) == score_colour(0)
    assert score_colour(14) == score_colour(10)


@pytest.mark.parametrize("where", ["light", "dark"])
def test_the_style_sheet_keeps_contrast_in_light_and_dark(where: str) -> None:
    blocks = [
        dict(re.findall(r"--vl-(\w+): (#[0-9a-f]{6})", block)) for block in re.findall(r"\{([^{}]*--vl-ink:[^{}]*)\}", style())
    ]
    light, dark = blocks[0], blocks[1]
    assert blocks[2:] == [light, dark, light]
    chosen = light if where == "light" else dark
    assert contrast(chosen["ink"], chosen["paper"]) >= AA
    assert contrast(chosen["muted"], chosen["paper"]) >= AA

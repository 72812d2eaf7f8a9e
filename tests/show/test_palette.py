"""Can everyone read the colours?"""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from valuelib.show.canvas import (
    AMBER,
    BLUE,
    DETRACTORS,
    INK,
    MUTED,
    PAPER,
    PASSIVES,
    PROMOTERS,
    VERDICT_LOOKS,
    contrast,
    ink_on,
    score_colour,
)
from valuelib.show.display import style
from valuelib.show.dots import INKS

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
    blocks = [dict(re.findall(r"--vl-(\w+): ([^;]+);", block)) for block in re.findall(r"\{([^{}]*--vl-ink:[^{}]*)\}", style())]
    light, dark = blocks[0], blocks[1]
    assert blocks[2:] == [light, dark]
    chosen = light if where == "light" else dark
    assert contrast(chosen["ink"], chosen["paper"]) >= AA
    shares = {float(one) for one in re.findall(r"opacity: ([\d.]+)", style())}
    assert shares
    for share in shares:  # of muted text
        channels = [[int(chosen[one][at : at + 2], 16) for at in (1, 3, 5)] for one in ("ink", "paper")]
        muted = "#" + "".join(f"{round(share * ink + (1 - share) * paper):02x}" for ink, paper in zip(*channels, strict=True))
        assert contrast(muted, chosen["paper"]) >= AA


# What people see who lack one kind of cone, on linear RGB: Machado, Oliveira and Fernandes (2009), IEEE TVCG 15(6), severity 1.
LACKING = {
    "none": np.eye(3),
    "long": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    "middle": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    "short": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
}
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
WHITE = np.array([0.95047, 1.0, 1.08883])
APART = 15.0  # CIE 1976 distance; about 2.3 is the least that can be seen side by side
# Colours that a reader must tell apart in one picture, other than verdicts, which each have a sign and a word.
TOGETHER = {
    "series of dots": INKS[:3],
    "answers 0-10": (DETRACTORS, PASSIVES, PROMOTERS),
    "drivers": (BLUE, AMBER),
}


def seen(colour: str, lacking: str) -> np.ndarray:
    """A colour as L*a*b*, as somebody sees it who lacks a kind of cone."""
    channels = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    x, y, z = (TO_XYZ @ np.clip(LACKING[lacking] @ linear, 0, 1)) / WHITE
    f = [np.cbrt(one) if one > 0.008856 else 7.787 * one + 16 / 116 for one in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("lacking", LACKING)
@pytest.mark.parametrize("where", TOGETHER)
def test_colours_that_stand_together_stay_apart_for_everybody(where: str, lacking: str) -> None:
    for one, other in itertools.combinations(TOGETHER[where], 2):
        assert np.linalg.norm(seen(one, lacking) - seen(other, lacking)) >= APART, (one, other)


def test_red_and_green_would_not_pass() -> None:
    assert np.linalg.norm(seen("#C00000", "none") - seen("#007000", "none")) > 3 * APART
    assert np.linalg.norm(seen("#804000", "middle") - seen("#506000", "middle")) < APART
